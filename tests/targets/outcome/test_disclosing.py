"""What of survival by gene may leave a study."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from chevet.privacy.disclosure import is_small
from chevet.targets.outcome.by_gene import Counted, GeneSurvival
from chevet.targets.outcome.disclosing import (
    disclosed_by_gene,
    disclosed_by_treatment,
    disclosed_left_out,
    disclosed_size,
)
from chevet.targets.outcome.tables import CELL_EVENTS, CELLS, COUNTS, table_by_gene

ODD = 0.123456789
FIGURES = ("hazard_ratio", "ci_low", "ci_high", "p", "q", "shrunken")


def by_gene(counts: list[tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    """Genes A, B ... with these carriers, tested, events and other events, and odd figures, as they may be shown."""
    columns = [np.array(column) for column in zip(*counts, strict=True)]
    odd = np.full(len(counts), ODD)
    names = tuple("ABCDEFGHIJ"[: len(counts)])
    found = GeneSurvival(names, ("estimated",) * len(counts), Counted(*columns), *[odd] * 12, None, ())
    shown: list[dict[str, Any]] = disclosed_by_gene(table_by_gene(found, all_genes=True))[0].to_pylist()
    return shown


def test_a_gene_of_one_to_four_carriers_is_empty_and_last() -> None:
    first, last = by_gene([(4, 100, 2, 50), (30, 100, 20, 50)])
    assert (first["gene"], first["events"], first["p"]) == ("B", 20, 0.123)
    assert last == dict.fromkeys(first) | {"gene": "A", "state": "withheld"}


def test_all_but_a_few_of_those_tested_is_as_telling_as_a_few() -> None:
    (row,) = by_gene([(97, 100, 50, 3)])
    assert (row["state"], row["tested"]) == ("withheld", None)


def test_few_without_an_event_are_as_telling_as_few_with_one() -> None:
    (row,) = by_gene([(30, 100, 27, 40)])
    assert (row["carriers"], row["events"], row["other_events"], row["hazard_ratio"]) == (30, None, None, 1.13)


def test_carriers_without_a_time_are_not_told_by_whoever_knows_all_carriers() -> None:
    row = {"gene": "A", "carriers": 24, "tested": 90, "events": 10, "other_events": 30, "hazard_ratio": 1.5}
    for known, told in (((24, 90), True), ((26, 100), False), ((29, 100), True), ((24, 93), False)):
        shown, withheld = disclosed_by_gene(pa.Table.from_pylist([row]), {"A": known})
        (made,) = shown.to_pylist()
        assert (withheld, made["hazard_ratio"]) == (0, 1.5)
        assert [made[name] for name in COUNTS] == ([24, 90, 10, 30] if told else [None] * 4), known


def test_every_figure_has_three_digits() -> None:
    (row,) = by_gene([(30, 100, 20, 40)])
    assert {row[name] for name in FIGURES} == {1.13, 0.888, 1.44, 0.123}


counts = st.integers(0, 25)


@given(st.lists(st.tuples(counts, counts, counts, counts), min_size=1, max_size=8))
def test_no_number_of_patients_can_be_had_by_subtraction(cells: list[tuple[int, int, int, int]]) -> None:
    """Of each gene: carriers with an event, without, others with, without."""
    made = [(a + b, a + b + c + d, a, c) for a, b, c, d in cells]
    for row in by_gene(made):
        if row["carriers"] is not None:
            assert not is_small(row["carriers"])
            assert not is_small(row["tested"] - row["carriers"])
        if row["events"] is not None:
            shown = row["events"], row["carriers"] - row["events"], row["other_events"]
            rest = row["tested"] - row["carriers"] - row["other_events"]
            assert not any(map(is_small, (*shown, rest)))
        assert (row["events"] is None) == (row["other_events"] is None)


@given(st.lists(st.tuples(counts, counts), min_size=4, max_size=4))
def test_no_cell_of_a_treatment_tells_of_few(cells: list[tuple[int, int]]) -> None:
    """Each cell: patients with an event, and without."""
    row: dict[str, Any] = {"gene": "A", "state": "estimated"}
    row |= dict(zip(CELLS, (a + b for a, b in cells), strict=True))
    row |= dict(zip(CELL_EVENTS, (a for a, _ in cells), strict=True)) | {"ratio": ODD}
    (shown,) = disclosed_by_treatment(pa.Table.from_pylist([row]))[0].to_pylist()
    patients, events = [shown[name] for name in CELLS], [shown[name] for name in CELL_EVENTS]
    assert all(n is None or not is_small(n) for n in (*patients, *events))
    for n, m in zip(patients, events, strict=True):
        assert n is None or m is None or not is_small(n - m)
    assert len({n is None for n in patients}) == 1
    assert shown["ratio"] in (None, 0.123)


def test_one_reason_of_few_patients_takes_another_number_with_it() -> None:
    followed, left_out = disclosed_left_out(500, {"no_time": 3, "never_observed": 0, "covariate_not_said": 20})
    assert (followed, left_out) == (500, {"no_time": None, "never_observed": 0, "covariate_not_said": None})


def test_the_patients_followed_are_not_told_when_a_gene_was_not_tested_in_few_of_them() -> None:
    genes = pa.table({"tested": [100, 60, None]})
    assert (disclosed_size(103, genes), disclosed_size(100, genes), disclosed_size(110, genes)) == (None, 100, 110)


def test_the_names_of_the_counts_are_those_of_the_table() -> None:
    assert set(COUNTS) <= set(by_gene([(30, 100, 20, 40)])[0])

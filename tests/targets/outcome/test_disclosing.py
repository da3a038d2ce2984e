"""What of survival by gene may leave a study."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.disclosure import is_small
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.outcome.by_gene import Counted, GeneSurvival
from chevet.targets.outcome.disclosing import (
    disclosed_by_gene,
    disclosed_by_treatment,
    disclosed_left_out,
    genes_beside,
)
from chevet.targets.outcome.tables import CELL_EVENTS, CELLS, COUNTS, table_by_gene

People = npt.NDArray[np.bool_]
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
    for untested, told in ((3, False), (0, True), (10, True)):
        tested = np.ones((2, 103), dtype=bool)
        tested[:, :untested] = False
        made = _carriers(np.zeros((2, 103), dtype=bool), tested)
        assert genes_beside(made, bits.pack(np.ones((1, 103), dtype=bool))) == (frozenset(), told)


def _carriers(altered: People, tested: People) -> Carriers:
    sets, classes = np.unique(tested, axis=0, return_inverse=True)
    names = tuple(f"G{number}" for number in range(len(altered)))
    of_gene = classes.reshape(-1).astype(np.int64)
    return Carriers(names, altered.shape[1], bits.pack(altered & tested), of_gene, bits.pack(sets), "variant")


@st.composite
def panels(draw: st.DrawFn) -> tuple[People, People, People, People]:
    """(genes, patients) altered and tested, (patients,) treated and with an event: four genes on one of three panels,
    in groups of like patients, so that numbers near the floor, and near one another, are common."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    looked = rng.random((3, 4)) < 0.7
    groups = int(rng.integers(4, 9))
    times = rng.integers(1, 30, groups)
    tested = np.repeat(looked[rng.integers(0, 3, groups)], times, axis=0).T
    altered = np.repeat(rng.random((groups, 4)) < 0.4, times, axis=0).T & tested
    treated, event = (np.repeat(rng.random(groups) < 0.5, times) for _ in range(2))
    return altered, tested, treated, event


def _nothing_small_is_left(sets: list[People], of: list[People]) -> None:
    """Every sum and difference of these sets that sets people apart holds nobody, or five, of each kind counted."""
    columns = np.stack(list({one.tobytes(): one for one in sets}.values()), axis=1).astype(np.int64)
    for times in itertools.product((-1, 0, 1), repeat=columns.shape[1]):
        found = columns @ np.array(times)
        if np.isin(found, (0, 1)).all():
            for kind in of:
                assert not is_small(int(((found == 1) & kind).sum()))


@settings(max_examples=150, deadline=None)
@given(panels())
def test_the_rows_of_genes_on_several_panels_tell_of_no_few_beside_one_another(made: tuple[People, ...]) -> None:
    altered, tested, _, event = made
    carriers = _carriers(altered, tested)
    beside, whole = genes_beside(carriers, bits.pack(np.stack([event, ~event])))
    rows = [
        {"gene": gene, "carriers": int(has.sum()), "tested": int(looked.sum()), "events": int((has & event).sum()),
         "other_events": int((looked & ~has & event).sum())}
        for gene, has, looked in zip(carriers.genes, altered, tested, strict=True)
    ]  # fmt: skip
    shown, _ = disclosed_by_gene(pa.Table.from_pylist([row | {"state": "estimated"} for row in rows]), None, beside)
    told = [row["gene"] for row in shown.to_pylist() if row["tested"] is not None]
    sets = [looked for gene, looked in zip(carriers.genes, tested, strict=True) if gene in told]
    if whole:
        sets.append(np.ones(altered.shape[1], dtype=bool))
    if sets:
        _nothing_small_is_left(sets, [event, ~event])


@settings(max_examples=150, deadline=None)
@given(panels())
def test_the_cells_of_a_treatment_tell_of_no_few_beside_those_of_other_genes(made: tuple[People, ...]) -> None:
    altered, tested, treated, event = made
    carriers = _carriers(altered, tested)
    parts = [side & one for side in (treated, ~treated) for one in (event, ~event)]
    beside, _ = genes_beside(carriers, bits.pack(np.stack(parts)))
    rows = []
    for gene, has, looked in zip(carriers.genes, altered, tested, strict=True):
        cells = [has & treated, has & ~treated, looked & ~has & treated, looked & ~has & ~treated]
        row: dict[str, Any] = {"gene": gene, "state": "estimated"}
        row |= dict(zip(CELLS, (int(cell.sum()) for cell in cells), strict=True))
        rows.append(row | dict(zip(CELL_EVENTS, (int((cell & event).sum()) for cell in cells), strict=True)))
    shown, _ = disclosed_by_treatment(pa.Table.from_pylist(rows), None, beside)
    told = [row["gene"] for row in shown.to_pylist() if row[CELLS[0]] is not None]
    sets = [looked for gene, looked in zip(carriers.genes, tested, strict=True) if gene in told]
    if sets:
        _nothing_small_is_left(sets, parts)


def test_the_names_of_the_counts_are_those_of_the_table() -> None:
    assert set(COUNTS) <= set(by_gene([(30, 100, 20, 40)])[0])

"""Suppressor, oncogene, both, or not concluded."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from chevet.errors import BadInput
from chevet.targets.shape.clusters import clusters
from chevet.targets.shape.hotspots import hotspots
from chevet.targets.shape.pattern import Patterns, patterns
from chevet.targets.shape.unevenness import Unevenness
from tests.targets.shape.made_changes import NONSENSE, Row, changes, even, missense, scattered

EVEN = Unevenness(np.inf, True)
LENGTH = 300
N = 80


def _told(rows: list[Row], selection: pa.Table | None = None) -> Patterns:
    found = changes(rows, 400)
    mutability = even(found.genes, LENGTH)
    return patterns(found, hotspots(found, mutability, EVEN), clusters(found, mutability, EVEN, 1), selection)


def _rows(cut: int, recurring: int, seed: int = 1) -> list[Row]:
    """A gene with so many truncations, and so many missense changes at one residue, of N changes."""
    rng = np.random.default_rng(seed)
    rows = scattered("A", LENGTH, range(cut), rng, NONSENSE, "*") + missense("A", 12, range(cut, cut + recurring))
    return rows + scattered("A", LENGTH, range(cut + recurring, N), rng)


def _selection(missense_q: float, truncating_q: float) -> pa.Table:
    return pa.table(
        {
            "gene": ["A"],
            "q_global": [min(missense_q, truncating_q)],
            "q_mis": [missense_q],
            "q_trunc": [truncating_q],
            "q_ind": [1.0],
        }
    )


@pytest.mark.parametrize(
    ("cut", "recurring", "role"),
    [(40, 0, "suppressor"), (0, 40, "oncogene"), (36, 36, "both"), (10, 0, "not_concluded"), (18, 0, "not_concluded"),
     (16, 30, "not_concluded")],
)  # fmt: skip
def test_the_role_that_the_shares_give(cut: int, recurring: int, role: str) -> None:
    assert _told(_rows(cut, recurring)).role == (role,)


def test_the_numbers_that_decided() -> None:
    told = _told(_rows(40, 0))
    low, high = stats.binomtest(40, N).proportion_ci(method="wilson")
    assert (told.altering[0], told.truncating[0], told.missense[0], told.recurrent[0]) == (N, 40, 40, 0)
    assert (told.truncating_low[0], told.truncating_high[0]) == pytest.approx((low, high))
    assert told.p_truncating[0] == pytest.approx(stats.binomtest(40, N, 0.2, "greater").pvalue)
    assert told.patients.tolist() == [[40, 0, 40]]


def test_truncations_on_one_residue_are_no_loss() -> None:
    rows = [(f"P{number}", "A", "Frame_Shift_Ins", "p.W288Cfs*12") for number in range(40)]
    told = _told(rows + scattered("A", LENGTH, range(40, N), np.random.default_rng(2)))
    assert (told.role, told.one_residue.tolist()) == (("not_concluded",), [True])


@pytest.mark.parametrize(
    ("cut", "recurring", "selection", "role"),
    [(40, 0, _selection(0.5, 0.01), "suppressor"), (40, 0, _selection(0.01, 0.5), "not_concluded"),
     (0, 40, _selection(0.01, 0.5), "oncogene"), (0, 40, _selection(0.5, 0.5), "not_concluded"),
     (18, 0, _selection(0.5, 0.01), "suppressor"), (2, 0, _selection(0.5, 0.01), "not_concluded"),
     (16, 30, _selection(0.01, 0.5), "oncogene")],
)  # fmt: skip
def test_selection_must_agree_where_it_was_asked(cut: int, recurring: int, selection: pa.Table, role: str) -> None:
    assert _told(_rows(cut, recurring), selection).role == (role,)


def test_a_gene_of_which_selection_says_nothing_is_told_by_its_shares() -> None:
    nothing = pa.array([None], pa.float64())
    withheld = pa.table(
        {
            "gene": ["A"],
            "q_global": nothing,
            "q_mis": nothing,
            "q_trunc": nothing,
            "q_ind": nothing,
        }
    )
    assert _told(_rows(40, 0), withheld).role == ("suppressor",)


def test_a_table_of_selection_without_its_columns_is_refused() -> None:
    with pytest.raises(BadInput, match="lacks the columns q_global, q_mis, q_trunc, q_ind"):
        _told(_rows(40, 0), pa.table({"gene": ["A"]}))


def test_of_many_neutral_genes_hardly_any_is_called_a_suppressor() -> None:
    """A fifth of the changes truncate: 5 % of genes lie beyond by chance, and correction leaves none."""
    rng = np.random.default_rng(3)
    rows = [row for gene in range(200) for row in scattered(f"G{gene}", LENGTH, range(32), rng)]
    rows += [row for gene in range(200) for row in scattered(f"G{gene}", LENGTH, range(32, 40), rng, NONSENSE, "*")]
    assert _told(rows).role.count("suppressor") == 0

"""Relations tell of no one to four patients: not by what they show, by subtraction, nor by a tendency."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import ChevetError
from chevet.privacy.disclosure import is_small
from chevet.privacy.subtraction import few
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.relations.asking import released, small_pairs
from chevet.targets.relations.background import background
from chevet.targets.relations.disclosing import rounded, tendencies_of_hidden
from chevet.targets.relations.groups import groups_of
from chevet.targets.relations.overlap import Burden
from chevet.targets.relations.pairs import Pairs, pairs_of
from chevet.targets.relations.settings import Settings
from chevet.targets.relations.tables import group_table, hidden_groups
from tests.targets.relations.made import Table, carriers, independent


def _pairs(made: Carriers) -> Pairs:
    return pairs_of(made, np.arange(len(made.genes)), background(made))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(10, 120))
def test_a_hidden_tendency_is_that_of_every_table_it_may_be(seed: int, patients: int) -> None:
    """Whoever knows each gene's number, and the expected one, must be left with two tables at least."""
    altered = independent(np.random.default_rng(seed), 8, patients, frequency=(2, 4), spread=3.0)
    pairs = _pairs(carriers(altered))
    hidden = np.flatnonzero(pairs.open & few(pairs.both, pairs.only_a, pairs.only_b, pairs.neither))
    told = tendencies_of_hidden(pairs, hidden, 3)
    for place, word in zip(hidden.tolist(), told, strict=True):
        both, margin_a, margin_b = (
            int(x[place]) for x in (pairs.both, pairs.both + pairs.only_a, pairs.both + pairs.only_b)
        )
        side = np.sign(both - pairs.expected[place])
        possible = [
            x for x in range(max(0, margin_a + margin_b - patients), min(margin_a, margin_b) + 1)
            if np.sign(x - pairs.expected[place]) == side
            and any(map(is_small, (x, margin_a - x, margin_b - x, patients - margin_a - margin_b + x)))
        ]  # fmt: skip
        found = pairs.overlap.tails(np.full(len(possible), place), np.array(possible, dtype=np.int64))
        p = 2 * (found.at_least if side > 0 else found.at_most) * 3
        sure = len(possible) >= 2 and bool((p <= 0.05).all())
        assert word == ("withheld" if not sure else "together" if side > 0 else "exclusive")


def _by_hand(counts: dict[tuple[int, ...], int], panels: dict[str, tuple[int, ...]] | None = None) -> Table:
    """(genes, patients) with so many patients of each pattern of altered genes."""
    columns = [pattern for pattern, n in counts.items() for _ in range(n)]
    return np.array(columns, dtype=bool).T


def _hidden(altered: Table, pathways: dict[str, tuple[str, ...]]) -> dict[str, bool]:
    made = carriers(altered)
    fitted = background(made)
    groups = groups_of(made, pathways, fitted)
    return dict(zip(pathways, hidden_groups(groups, small_pairs(made, groups, fitted)), strict=True))


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({(1, 0, 0): 10, (0, 1, 0): 10, (0, 0, 1): 10, (1, 1, 0): 6, (1, 0, 1): 6, (0, 1, 1): 6, (0, 0, 0): 40}, False),
        ({(1, 0, 0): 10, (0, 1, 0): 10, (0, 0, 1): 10, (1, 1, 0): 2, (1, 0, 1): 1, (0, 0, 0): 40}, True),
        ({(1, 0, 0): 10, (0, 1, 0): 10, (0, 0, 1): 10, (1, 1, 0): 9, (1, 0, 1): 9, (0, 1, 1): 9, (1, 1, 1): 2,
          (0, 0, 0): 40}, True),
        ({(1, 0, 0): 10, (0, 1, 0): 10, (0, 0, 1): 10, (1, 1, 0): 6, (1, 0, 1): 3, (0, 1, 1): 6, (0, 0, 0): 40}, True),
        ({(1, 0, 0): 20, (0, 1, 0): 20, (0, 0, 1): 20, (0, 0, 0): 3}, True),
    ],
    ids=["large", "several of three", "all three in two", "one pair of three", "none in three"],
)  # fmt: skip
def test_a_pathway_is_withheld_where_it_or_its_genes_would_tell(
    counts: dict[tuple[int, ...], int], hidden: bool
) -> None:
    """Genes and pairs are shown elsewhere: with them, tumours with all three follow from one alone and several."""
    assert _hidden(_by_hand(counts), {"one": ("G0", "G1", "G2")}) == {"one": hidden}


def test_a_pathway_with_one_gene_more_does_not_tell_what_that_gene_adds() -> None:
    counts = {(1, 0, 0, 0): 20, (0, 1, 0, 0): 20, (0, 0, 1, 0): 20, (1, 1, 0, 0): 8, (1, 0, 1, 0): 8, (0, 1, 1, 0): 8,
              (0, 0, 0, 1): 2, (1, 0, 0, 1): 8, (0, 0, 0, 0): 40}  # fmt: skip
    pathways = {"inner": ("G0", "G1", "G2"), "outer": ("G0", "G1", "G2", "G3")}
    assert _hidden(_by_hand(counts), pathways) == {"inner": False, "outer": True}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_no_pathway_shows_a_count_of_one_to_four(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = carriers(independent(rng, 7, int(rng.integers(20, 120)), frequency=(1, 5), spread=2.0))
    fitted = background(made)
    groups = groups_of(made, {"a": ("G0", "G1"), "b": ("G1", "G2", "G3"), "c": ("G1", "G2", "G3", "G4")}, fitted)
    table = group_table(groups, hidden_groups(groups, small_pairs(made, groups, fitted)), cut=True)
    for row in table.to_pylist():
        counts: list[Any] = [row[name] for name in ("none", "alone", "several", "tested")]
        assert counts == [None] * 4 or not any(map(is_small, counts))
        if counts[0] is None:
            assert all(value is None for name, value in row.items() if name[:2] in ("p_", "q_", "ex", "se"))


def test_numbers_beside_counts_have_three_figures() -> None:
    assert [rounded(x) for x in (0.123456, 98765.4, 3.21e-17, float("nan"), None)] == [
        0.123,
        98800.0,
        3.21e-17,
        None,
        None,
    ]


@st.composite
def panels(draw: st.DrawFn) -> Carriers:
    """Eight genes in a few groups of like patients, tested on one of three panels: counts near the floor are common."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    looked = rng.random((3, 8)) < 0.75
    groups = [(rng.random(8) < 0.4, looked[rng.integers(0, 3)], int(rng.integers(1, 14))) for _ in range(8)]
    altered = np.repeat([found for found, _, _ in groups], [n for _, _, n in groups], axis=0).T
    tested = np.repeat([seen for _, seen, _ in groups], [n for _, _, n in groups], axis=0).T
    return carriers(altered & tested, tested)


@settings(max_examples=60, deadline=None)
@given(panels(), st.sampled_from(["given", "expected"]))
def test_neither_a_pair_nor_the_difference_of_two_tells_of_one_to_four(made: Carriers, burden: Burden) -> None:
    """A reader subtracts what two partners of a gene show, where those tested for one were all tested for the other."""
    genes = made.genes
    try:
        rows = released(made, Settings(genes=genes, burden=burden)).pairs.to_pylist()
    except ChevetError:
        return
    of_gene: dict[str, list[tuple[Any, int]]] = {gene: [] for gene in genes}
    for row in rows:
        counts = [row[name] for name in ("tested", "both", "only_a", "only_b", "neither")]
        assert counts == [None] * 5 or not any(map(is_small, counts))
        if row["tested"] is None:
            assert [row[name] for name in ("p", "q", "expected", "ratio", "p_own_slopes", "holds")] == [None] * 6
            continue
        tested = made.tested(genes.index(row["gene_a"])) & made.tested(genes.index(row["gene_b"]))
        of_gene[row["gene_a"]].append((tested, row["both"] + row["only_a"]))
        of_gene[row["gene_b"]].append((tested, row["both"] + row["only_b"]))
    for told in of_gene.values():
        for (inner, few_of), (outer, many_of) in itertools.permutations(told, 2):
            if (inner & ~outer).any() or not (outer & ~inner).any():
                continue
            assert not is_small(many_of - few_of)
            assert not is_small(bits.count(outer) - bits.count(inner) - (many_of - few_of))


PATHWAYS = {"two": ("G0", "G1"), "three": ("G1", "G2", "G3"), "four": ("G2", "G3", "G4", "G5"), "others": ("G6", "G7")}


@settings(max_examples=60, deadline=None)
@given(panels())
def test_no_pathway_tells_of_few_beside_pairs_and_other_pathways(made: Carriers) -> None:
    """Every sum and difference of those tested for pairs and for pathways that sets people apart."""
    try:
        found = released(made, Settings(genes=made.genes), pathways=PATHWAYS)
    except ChevetError:
        return
    pairs = {(row["gene_a"], row["gene_b"]): row for row in found.pairs.to_pylist()}
    shown = [row for row in found.pathways.to_pylist() if row["tested"] is not None]
    sets = [made.tested(made.row(a) or 0) & made.tested(made.row(b) or 0)
            for (a, b), row in pairs.items() if row["tested"] is not None]  # fmt: skip
    for row in shown:
        counted = [bits.unpack(made.tested(made.row(gene) or 0), made.patients) for gene in row["genes"]]
        who = np.sum(counted, axis=0) >= 2
        assert int(who.sum()) == row["tested"]
        sets.append(bits.pack(who))
        if len(row["genes"]) == 2:
            a, b = row["genes"]
            assert (pairs.get((a, b)) or pairs[(b, a)])["tested"] is not None
    if not sets:
        return
    columns = np.stack([bits.unpack(one, made.patients) for one in {one.tobytes(): one for one in sets}.values()], 1)
    for times in itertools.product((-1, 0, 1), repeat=min(columns.shape[1], 8)):
        left = columns[:, :8].astype(np.int64) @ np.array(times)
        assert not np.isin(left, (0, 1)).all() or not is_small(int(left.sum()))

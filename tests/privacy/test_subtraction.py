"""Counts of sets that lie in one another, or overlap, tell of no one to four people by any sum or difference."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.disclosure import FLOOR, is_small
from chevet.privacy.subtraction import Told, cells_of, pairs_to_tell, sets_to_tell
from chevet.store import bits

Marks = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


def _combinations(columns: Marks, most: int = 2) -> Iterator[Marks]:
    """(cells,) every sum and difference of these columns that sets whole cells apart, and which cells."""
    for times in itertools.product(range(-most, most + 1), repeat=columns.shape[1]):
        found = columns @ np.array(times, dtype=np.int64)
        if np.isin(found, (0, 1)).all():
            yield found == 1


@st.composite
def overlapping(draw: st.DrawFn) -> tuple[Counts, Marks]:
    """Up to six cells of people and up to four sets of them."""
    cells, sets = draw(st.integers(2, 6)), draw(st.integers(1, 4))
    people = draw(st.lists(st.integers(0, 12), min_size=cells, max_size=cells))
    inside = draw(st.lists(st.booleans(), min_size=cells * sets, max_size=cells * sets))
    return np.array(people, dtype=np.int64), np.array(inside, dtype=bool).reshape(cells, sets)


@settings(max_examples=300, deadline=None)
@given(overlapping())
def test_no_sum_or_difference_of_what_is_told_is_of_one_to_four(made: tuple[Counts, Marks]) -> None:
    people, inside = made
    told = Told(people[np.newaxis])
    shown = np.array([told.take(column)[0] for column in inside.T])
    for found in _combinations(inside[:, shown]):
        assert not is_small(int(found @ people))


@settings(max_examples=200, deadline=None)
@given(overlapping())
def test_what_is_told_without_harm_to_anybody_is_told(made: tuple[Counts, Marks]) -> None:
    """Where every cell holds five people, nobody can be set apart."""
    people, inside = made
    told = Told(people[np.newaxis] + FLOOR)
    assert all(told.take(column)[0] for column in inside.T)


def test_cells_hold_everybody_once() -> None:
    sets = bits.pack(np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0]], dtype=bool))
    cells, inside = cells_of(sets, bits.full(5))
    found = {tuple(marks): bits.count(cell) for cell, marks in zip(cells, inside.tolist(), strict=True)}
    assert found == {(True, True): 2, (True, False): 1, (False, True): 1, (False, False): 1}


def test_three_people_on_a_smaller_panel_take_the_number_of_fewer_genes() -> None:
    """300 on either panel, 297 on the larger one: one of the numbers may be told, and 341 genes rest on the first."""
    sets = np.ones((2, 300), dtype=bool)
    sets[1, :3] = False
    assert sets_to_tell(bits.pack(sets), bits.full(300), np.array([341, 69])).tolist() == [True, False]
    assert sets_to_tell(bits.pack(sets), bits.full(300), np.array([69, 341])).tolist() == [False, True]


def test_two_panels_apart_and_one_of_both_are_told_only_where_few_have_neither() -> None:
    """No set lies in another but for the whole: only the whole less both tells who has neither."""
    sets = np.zeros((3, 100), dtype=bool)
    sets[0, :50] = sets[1, 50:97] = True
    sets[2] = True
    assert sets_to_tell(bits.pack(sets), bits.full(100), np.array([3, 2, 1])).tolist() == [True, True, False]
    sets[1, 90:] = False
    assert sets_to_tell(bits.pack(sets), bits.full(100), np.array([3, 2, 1])).tolist() == [True, True, True]


def _pairs(altered: Marks, tested: Marks) -> tuple[list[tuple[int, int]], Marks]:
    genes, people = altered.shape
    sets, of_gene = np.unique(tested, axis=0, return_inverse=True)
    a, b = np.triu_indices(genes, 1)
    packed = bits.pack(altered & tested), of_gene.reshape(-1), bits.pack(sets)
    return list(zip(a.tolist(), b.tolist(), strict=True)), pairs_to_tell(*packed, bits.full(people), a, b)


def test_what_three_more_patients_tested_for_a_partner_have_is_told_by_subtraction() -> None:
    """Gene 0 was tested in all; gene 1 in all but three, gene 2 in all: 20 of 43 less 18 of 40 are 2 of 3."""
    altered = np.zeros((3, 43), dtype=bool)
    altered[0, :20] = altered[1, 10:30] = altered[2, 5:25] = True
    tested = np.ones_like(altered)
    tested[1, [18, 19, 42]] = False
    pairs, shown = _pairs(altered, tested)
    assert dict(zip(pairs, shown.tolist(), strict=True)) == {(0, 1): True, (0, 2): False, (1, 2): True}


def test_panels_that_differ_in_many_patients_of_both_kinds_are_safe() -> None:
    altered = np.zeros((3, 60), dtype=bool)
    altered[0, :30] = altered[1, 10:40] = altered[2, 5:30] = True
    tested = np.ones_like(altered)
    tested[1, 24:36] = False
    assert _pairs(altered, tested)[1].all()


@pytest.mark.parametrize("few_of", ["carriers", "others"])
def test_many_more_tested_for_a_partner_tell_of_few_who_have_the_gene_or_lack_it(few_of: str) -> None:
    """Twenty more were tested for gene 2 than for gene 1, and two of them have gene 0, or all but two."""
    altered = np.zeros((3, 100), dtype=bool)
    altered[0, 40:82] = altered[1, :50] = altered[2, 30:60] = True
    if few_of == "others":
        altered[0] = ~altered[0]
    tested = np.ones_like(altered)
    tested[1, 80:] = False
    pairs, shown = _pairs(altered, tested)
    assert dict(zip(pairs, shown.tolist(), strict=True)) == {(0, 1): True, (0, 2): False, (1, 2): True}


def test_a_gene_of_two_carriers_tells_nothing_where_everybody_was_tested_for_everything() -> None:
    altered = np.zeros((3, 41), dtype=bool)
    altered[0, :20] = altered[1, 10:30] = altered[2, 22:24] = True
    pairs, shown = _pairs(altered, np.ones_like(altered))
    assert dict(zip(pairs, shown.tolist(), strict=True)) == {(0, 1): True, (0, 2): False, (1, 2): False}


@st.composite
def panels(draw: st.DrawFn) -> tuple[Marks, Marks]:
    """Five genes in groups of like patients, on one of three panels, or all: counts near the floor are common."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    looked = rng.random((3, 5)) < draw(st.sampled_from([0.7, 1.0]))
    groups = [(rng.random(5) < 0.4, looked[rng.integers(0, 3)], int(rng.integers(1, 20))) for _ in range(6)]
    times = [n for _, _, n in groups]
    altered = np.repeat([found for found, _, _ in groups], times, axis=0).T
    return altered, np.repeat([seen for _, seen, _ in groups], times, axis=0).T


@settings(max_examples=150, deadline=None)
@given(panels())
def test_no_sum_or_difference_of_pairs_is_of_one_to_four(made: tuple[Marks, Marks]) -> None:
    """A reader who knows the panels adds and subtracts those tested for pairs, and those of them with a gene."""
    altered, tested = made
    pairs, shown = _pairs(altered, tested)
    told = [pair for pair, one in zip(pairs, shown.tolist(), strict=True) if one]
    for gene in (None, *range(len(altered))):
        sets = {(tested[a] & tested[b]).tobytes(): tested[a] & tested[b]
                for a, b in told if gene is None or gene in (a, b)}  # fmt: skip
        if not sets:
            continue
        columns = np.stack(list(sets.values()), axis=1)
        counted = [np.ones(altered.shape[1])] if gene is None else [altered[gene], ~altered[gene]]
        patterns, who = np.unique(columns, axis=0, return_inverse=True)
        for found in _combinations(patterns):
            for of in counted:
                assert not is_small(int((found[who.reshape(-1)] * of).sum()))


def test_the_attack_works_on_pairs_that_show_everything() -> None:
    """The same made-up panels, with no pair withheld, do tell: the test above had something to find."""
    leaks = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        looked = rng.random((3, 5)) < 0.7
        who = np.repeat(rng.integers(0, 3, 6), rng.integers(1, 20, 6))
        tested = looked[who].T
        sizes = {bits.count(bits.pack(tested[a] & tested[b])) for a, b in itertools.combinations(range(5), 2)}
        leaks += any(is_small(abs(x - y)) for x, y in itertools.permutations(sizes, 2))
    assert leaks > 5

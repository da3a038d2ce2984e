"""Chances of re-identification: three attackers, and the facts that single people out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from chevet.errors import BadInput
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models.population import Population
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.risk.reidentification import (
    Chances,
    Known,
    estimated_risk,
    most_telling,
    reidentification,
    singled_out,
)

AGES = Hierarchy.from_rows("age", [(str(a), f"{a // 10 * 10}+", "*") for a in range(40, 60)])
SEXES = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
TOWNS = Hierarchy.from_rows("town", [("a", "*"), ("b", "*"), ("c", "*")])


def table(ages: str, sexes: str, towns: str) -> CodedTable:
    return CodedTable(
        (AGES, SEXES, TOWNS),
        (AGES.encode(ages.split()), SEXES.encode(sexes.split()), TOWNS.encode(towns.split())),
    )


def shown(people: CodedTable, levels: tuple[int, ...] = (0, 0, 0), hidden: list[bool] | None = None) -> Released:
    return Released.at_levels(people, levels, None if hidden is None else np.array(hidden))


FIVE = table("41 41 42 55 55", "F F F M M", "a a a b c")


def test_the_prosecutor_guesses_within_the_class() -> None:
    found = reidentification(shown(FIVE, (1, 0, 1)), threshold=0.4)
    assert found.prosecutor == Chances(highest=1 / 2, average=2 / 5, above=2 / 5)
    assert (found.marketer, found.unique) == (2 / 5, 0)


def test_a_chance_at_the_threshold_is_not_above_it() -> None:
    assert reidentification(shown(FIVE, (1, 0, 1)), threshold=0.5).prosecutor.above == 0


def test_the_journalist_guesses_within_the_population() -> None:
    everybody = Population(
        table("41 41 42 55 55 43 44 45 46 47 57 58", "F F F M M F F F F F M M", "a a a b c a a a a a b b")
    )
    found = reidentification(shown(FIVE, (1, 0, 1)), population=everybody)
    assert found.journalist == Chances(highest=1 / 4, average=pytest.approx((3 / 8 + 2 / 4) / 5), above=2 / 5)
    assert (found.journalist_from, found.marketer) == ("table", found.journalist.average)


def test_without_anything_known_of_the_population_the_journalist_is_not_measured() -> None:
    found = reidentification(shown(FIVE))
    assert (found.journalist, found.journalist_from, found.population) == (None, "nothing", None)


def test_the_journalist_is_estimated_from_the_size_of_the_population() -> None:
    found = reidentification(shown(FIVE, (1, 0, 1)), population_size=50)
    assert found.journalist_from == "estimate"
    assert found.journalist is not None
    assert found.journalist.highest == pytest.approx(float(estimated_risk(np.array([2]), 0.1)[0]))
    assert found.population is not None


def test_a_population_smaller_than_the_release_is_refused() -> None:
    with pytest.raises(BadInput, match="smaller than the 5 people"):
        reidentification(shown(FIVE), population_size=4)


@pytest.mark.parametrize("fraction", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("size", [1, 2, 7, 30, 31, 60])
def test_the_estimate_is_the_mean_over_a_negative_binomial(size: int, fraction: float) -> None:
    missed = np.arange(int(60 * size / fraction) + 5000)
    expected = (stats.nbinom.pmf(missed, size, fraction) / (size + missed)).sum()
    assert estimated_risk(np.array([size]), fraction)[0] == pytest.approx(expected, rel=1e-10)


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=20), st.floats(1e-4, 1.0))
def test_the_estimate_is_never_above_the_prosecutors_chance(sizes: list[int], fraction: float) -> None:
    risk = estimated_risk(np.array(sizes), fraction)
    assert np.all(risk > 0)
    assert np.all(risk <= 1 / np.array(sizes) * (1 + 1e-9))


def test_each_combination_of_facts_is_counted() -> None:
    found = {known.columns: known for known in singled_out(shown(FIVE), k=3)}
    assert len(found) == 7
    assert found[("age",)] == Known(("age",), unique=1, below=5, smallest=1)
    assert found[("sex",)] == Known(("sex",), unique=0, below=2, smallest=2)
    assert found[("age", "town")] == Known(("age", "town"), unique=3, below=5, smallest=1)


def test_what_singles_out_most_comes_first_and_what_adds_nothing_is_left_out() -> None:
    found = singled_out(shown(FIVE), k=3)
    assert [known.unique for known in found] == sorted((known.unique for known in found), reverse=True)
    assert [(known.columns, known.unique) for known in most_telling(found)] == [
        (("age", "town"), 3), (("town",), 2), (("age",), 1),
    ]  # fmt: skip


def test_a_suppressed_row_is_singled_out_by_nothing() -> None:
    found = reidentification(shown(FIVE, (0, 0, 0), [False, False, True, True, True]))
    assert (found.suppressed, found.unique, found.prosecutor.highest) == (3, 0, 1 / 2)
    nobody = reidentification(shown(FIVE, (0, 0, 0), [True] * 5))
    assert nobody.prosecutor == Chances(0, 0, 0)
    assert all(known == Known(known.columns, 0, 0, 0) for known in nobody.known)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=40))
def test_generalising_lowers_every_chance(rows: list[tuple[int, int, int]]) -> None:
    people = CodedTable((AGES, SEXES, TOWNS), tuple(np.array(c, dtype=np.int32) for c in zip(*rows, strict=True)))
    fine, coarse = (reidentification(shown(people, levels)) for levels in ((0, 0, 0), (1, 0, 1)))
    assert coarse.prosecutor.highest <= fine.prosecutor.highest
    assert coarse.prosecutor.average <= fine.prosecutor.average
    assert coarse.unique <= fine.unique
    more = {known.columns: known.unique for known in fine.known}
    assert all(known.unique <= more[known.columns] for known in coarse.known)


def test_what_is_told_holds_no_value_of_anybody() -> None:
    told = str(reidentification(shown(FIVE), population_size=50).as_json())
    assert not any(f"'{value}'" in told for value in ("41", "55", "F", "M", "a", "b"))

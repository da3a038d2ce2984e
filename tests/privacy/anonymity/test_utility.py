"""What a release is worth: figures worked by hand, and beside a plain reckoning row by row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.questions import Shown, joint_errors, middle_level, single_errors, three_way_errors
from chevet.privacy.anonymity.utility import Utility, utility
from chevet.privacy.hierarchies.hierarchy import Hierarchy

AGES = Hierarchy.from_rows(
    "age", [(str(a), f"{a // 5 * 5}-{a // 5 * 5 + 4}", f"{a // 10 * 10}+", "*") for a in range(40, 60)]
)
SEXES = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
PLACES = Hierarchy.from_rows("place", [("a", "north", "*"), ("b", "north", "*"), ("c", "south", "*")])


def people(ages: str, sexes: str) -> CodedTable:
    return CodedTable((AGES, SEXES), (AGES.encode(ages.split()), SEXES.encode(sexes.split())))


def measures(table: CodedTable, levels: tuple[int, ...], hidden: list[bool] | None = None) -> Utility:
    return utility(Released.at_levels(table, levels, None if hidden is None else np.array(hidden)), 2)


def test_a_table_shown_as_it_is_has_lost_nothing() -> None:
    found = measures(people("41 42 57 58", "F M F M"), (0, 0))
    assert (found.loss, found.entropy_loss, found.suppressed, found.one_way, found.two_way) == (0, 0, 0, 0, 0)
    assert (found.question_median, found.question_mean) == (0, 0)
    assert (found.classes, found.average_class, found.discernibility) == (4, 0.5, 4 / 16)


def test_loss_is_the_share_of_other_leaves_that_a_value_cannot_be_told_from() -> None:
    found = measures(people("41 42 57 58", "F M F M"), (1, 0))
    assert found.loss_of == {"age": 4 / 19, "sex": 0}
    assert found.loss == pytest.approx(2 / 19)


def test_a_suppressed_row_has_lost_everything_and_looks_like_everybody() -> None:
    found = measures(people("41 42 57 58", "F F F M"), (2, 0), [False, False, False, True])
    assert found.loss_of == {"age": (3 * 9 / 19 + 1) / 4, "sex": 0.25}
    assert (found.suppressed, found.classes) == (0.25, 2)
    assert found.discernibility == (4 + 1 + 4) / 16


def test_a_release_of_nobody_has_lost_everything() -> None:
    found = measures(people("41 42", "F M"), (0, 0), [True, True])
    assert (found.loss, found.entropy_loss, found.discernibility, found.average_class) == (1, 1, 1, None)


@pytest.mark.filterwarnings("error")
def test_one_attribute_alone_has_no_cross_table() -> None:
    table = CodedTable((AGES,), (AGES.encode(["41", "42", "57", "58"]),))
    found = utility(Released.at_levels(table, (1,)), 2)
    assert found.two_way is None
    assert found.one_way == 0


def test_entropy_counts_the_bits_between_a_leaf_and_what_is_shown() -> None:
    # four ages apart: two bits each; shown by ten years, one bit each is left untold
    found = measures(people("41 42 57 58", "F F F F"), (2, 0))
    assert found.entropy_loss == pytest.approx(0.5, abs=1e-12)


def test_a_distribution_is_estimated_from_even_shares_of_leaves() -> None:
    table = people("41 42 57 58", "F F F M")
    shown = Shown.of(Released.at_levels(table, (3, 1)))
    # all ages in one: half of the 4 people are expected in each ten years; sexes in one: 2 and 2 instead of 3 and 1
    assert middle_level(AGES) == 2
    assert single_errors(shown) == pytest.approx([0, 0, 1 / 3, 1])


def test_the_same_seed_asks_the_same_questions() -> None:
    table = people("41 42 57 58 44 49 50", "F M F M F F M")
    release = Released.at_levels(table, (2, 0))
    assert utility(release, 2, seed=4) == utility(release, 2, seed=4)
    assert utility(release, 2, seed=4).question_mean != utility(release, 2, seed=5).question_mean


@st.composite
def releases(draw: st.DrawFn) -> Released:
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 19), st.integers(0, 1), st.integers(0, 2), st.booleans()), min_size=1, max_size=30
        )
    )
    age, sex, place, hidden = (np.array(column) for column in zip(*rows, strict=True))
    table = CodedTable((AGES, SEXES, PLACES), tuple(c.astype(np.int32) for c in (age, sex, place)))
    one, two = (
        Released.at_levels(table, draw(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 2)))).nodes
        for _ in range(2)
    )
    return Released(table, tuple(np.where(age < 7, a, b) for a, b in zip(one, two, strict=True)), hidden)


@settings(max_examples=40, deadline=None)
@given(releases())
def test_class_by_class_is_the_same_as_row_by_row(release: Released) -> None:
    found = utility(release, 2, seed=3)
    table, n = release.table, release.table.n
    loss = bits = all_bits = 0.0
    for h, codes, nodes in zip(table.hierarchies, table.codes, release.nodes, strict=True):
        for code, node, hidden in zip(codes, nodes, release.suppressed, strict=True):
            inside = leaves_of(h, None if hidden else int(node))
            loss += 1.0 if hidden else (len(inside) - 1) / (h.n_leaves - 1)
            alike = sum(1 for other in codes if other in inside)
            same = sum(1 for other in codes if other == code)
            bits += math.log2(alike / same)
            all_bits += math.log2(n / same)
    assert found.loss == pytest.approx(loss / n / 3, abs=1e-9)
    assert found.entropy_loss == pytest.approx(bits / all_bits if all_bits else 0.0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(releases())
def test_cross_tables_are_estimated_person_by_person(release: Released) -> None:
    table, shown = release.table, Shown.of(release)
    a, b = AGES, SEXES
    expected = np.zeros((len(a.labels[2]), 2))
    true = np.zeros_like(expected)
    for row in range(table.n):
        hidden = bool(release.suppressed[row])
        ages, sexes = (leaves_of(h, None if hidden else int(release.nodes[i][row])) for i, h in enumerate((a, b)))
        for age in ages:
            for sex in sexes:
                expected[a.nodes[2][age], sex] += 1 / len(ages) / len(sexes)
        true[a.nodes[2][table.codes[0][row]], table.codes[1][row]] += 1
    errors = np.abs(expected - true) / np.maximum(true, 0.001 * table.n)
    assert joint_errors(shown)[: errors.size] == pytest.approx(errors.ravel(), abs=1e-9)


def test_questions_are_asked_of_fewer_than_three_attributes_too() -> None:
    table = CodedTable((SEXES,), (SEXES.encode(["F", "M", "F"]),))
    assert three_way_errors(Shown.of(Released.at_levels(table, (0,))), seed=1, questions=5).tolist() == [0.0] * 5
    assert joint_errors(Shown.of(Released.at_levels(table, (0,)))).tolist() == []


def leaves_of(h: Hierarchy, node: int | None) -> set[int]:
    if node is None:
        return set(range(h.n_leaves))
    level = max(place for place, start in enumerate(h.offsets) if start <= node)
    return set(np.flatnonzero(h.nodes[level] == node - h.offsets[level]).tolist())

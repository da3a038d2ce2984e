"""Whatever changes between two versions of a table, the two releases together say no more than the rules allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.anonymity.classes import classes_of
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import KAnonymity
from chevet.privacy.anonymity.models.view import as_shown
from chevet.privacy.anonymity.register.composition import as_released, compare, lifted, mended, recoded
from chevet.privacy.anonymity.register.kept import Kept
from chevet.privacy.anonymity.register.matching import People, Places, match
from chevet.privacy.hierarchies.hierarchy import Hierarchy

AGE = Hierarchy.from_rows("age", [(str(a), f"{a // 4 * 4}-", f"{a // 8 * 8}+", "*") for a in range(16)])
SEX = Hierarchy.from_rows("sex", [("f", "*"), ("m", "*")])
COLUMNS = ("age", "sex", "outcome")


@dataclass(frozen=True)
class Version:
    """People of one version of a table, and what each is."""

    people: npt.NDArray[np.uint64]
    table: CodedTable


def version(drawn: np.random.Generator, people: list[int], codes: dict[int, tuple[int, int]]) -> Version:
    """The version with these people; whoever is new gets an age and a sex."""
    for person in people:
        codes.setdefault(person, (int(drawn.integers(16)), int(drawn.integers(2))))
    columns = np.array([codes[person] for person in people], dtype=np.int32).reshape(-1, 2)
    return Version(
        np.array(people, dtype=np.uint64) + np.uint64(1), CodedTable((AGE, SEX), (columns[:, 0], columns[:, 1]))
    )


def kept(released: Released, people: npt.NDArray[np.uint64], name: str = "base") -> Kept:
    labels = {
        h.name: np.array(h.flat_labels, dtype=object)[nodes]
        for h, nodes in zip(released.table.hierarchies, released.nodes, strict=True)
    }
    return Kept(name, "digest", People((people,), {}), labels, released.suppressed, COLUMNS)


def places(people: npt.NDArray[np.uint64], there: Kept) -> Places:
    found = match(People((people,), {}), there.people)
    assert found is not None
    return found.place


def k_anonymous(table: CodedTable, levels: tuple[int, int], k: int) -> Released:
    """The release at these levels, classes of fewer than k suppressed."""
    released = Released.at_levels(table, levels)
    of, sizes = classes_of(released)
    return Released(table, released.nodes, sizes[of] < k)


def groups(released: Released, people: npt.NDArray[np.uint64]) -> dict[tuple[int, ...], set[int]]:
    """Who is shown, by what is shown of them."""
    found: dict[tuple[int, ...], set[int]] = {}
    rows = zip(*as_shown(released).nodes, strict=True)
    for person, row, hidden in zip(people.tolist(), rows, released.suppressed, strict=True):
        if not hidden:
            found.setdefault(tuple(map(int, row)), set()).add(person)
    return found


levels = st.tuples(st.integers(0, 3), st.integers(0, 1))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), levels, st.integers(2, 6), st.integers(0, 6), st.integers(0, 25), st.integers(0, 4))
def test_the_difference_of_two_versions_never_leaves_fewer_than_k_people(
    seed: int, at: tuple[int, int], k: int, left: int, come: int, changed: int
) -> None:
    drawn = np.random.default_rng(seed)
    codes: dict[int, tuple[int, int]] = {}
    first = version(drawn, list(range(40)), codes)
    base = k_anonymous(first.table, at, k)
    there = kept(base, first.people)
    for person in drawn.choice(40, changed, replace=False).tolist():
        codes[person] = (int(drawn.integers(16)), int(drawn.integers(2)))
    second = version(drawn, list(range(left, 40 + come)), codes)
    nodes, fits_none = recoded(second.table.hierarchies, second.table.codes, there)
    released = mended(
        Released(second.table, tuple(nodes), fits_none), [(there, places(second.people, there))], [KAnonymity(k)]
    )

    assert compare(released, places(second.people, there), COLUMNS, False, there, [KAnonymity(k)]).holds
    before = groups(base, first.people)
    shown_before = set().union(*before.values())
    for members in groups(released, second.people).values():
        assert len(members) >= k
        newcomers = members - shown_before
        assert not newcomers or len(newcomers) >= k
        for group in before.values():
            assert not group & members or group <= members


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), levels, levels, st.integers(2, 6))
def test_of_one_table_only_coarsenings_hold_beside_the_base(
    seed: int, at: tuple[int, int], then: tuple[int, int], k: int
) -> None:
    only = version(np.random.default_rng(seed), list(range(50)), {})
    base, other = k_anonymous(only.table, at, k), k_anonymous(only.table, then, k)
    there = kept(base, only.people)
    found = compare(other, places(only.people, there), COLUMNS, True, there, [KAnonymity(k)])
    before, after = groups(base, only.people), groups(other, only.people)
    joins_whole_groups = all(
        set().union(*(g for g in before.values() if g & members)) == members for members in after.values()
    )
    assert found.holds <= joins_whole_groups
    coarser = at <= then and all(a <= b for a, b in zip(at, then, strict=True))
    if coarser and not (base.suppressed & ~other.suppressed).any():
        assert found.holds


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), levels, levels)
def test_the_base_made_coarser_is_a_coarsening(seed: int, at: tuple[int, int], lowest: tuple[int, int]) -> None:
    only = version(np.random.default_rng(seed), list(range(50)), {})
    base = k_anonymous(only.table, at, 4)
    there = kept(base, only.people)
    shuffled = np.random.default_rng(seed).permutation(50)
    people = only.people[shuffled]
    table = CodedTable(only.table.hierarchies, tuple(c[shuffled] for c in only.table.codes))
    nodes, hidden = as_released(table.hierarchies, places(people, there), there)
    assert (hidden == base.suppressed[shuffled]).all()
    released = Released(table, lifted(table.hierarchies, nodes, lowest), hidden)
    assert compare(released, places(people, there), COLUMNS, True, there, [KAnonymity(4)]).holds
    expected = Released.at_levels(table, tuple(map(max, at, lowest)), hidden)
    assert groups(released, people) == groups(expected, people)


def test_a_column_more_does_not_hold() -> None:
    only = version(np.random.default_rng(1), list(range(50)), {})
    base = k_anonymous(only.table, (2, 1), 4)
    there = kept(base, only.people)
    assert compare(base, places(only.people, there), (*COLUMNS, "grade"), True, there, []).columns == ("grade",)

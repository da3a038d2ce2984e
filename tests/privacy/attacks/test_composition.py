"""Two releases of fives, made apart, give people away that neither gives away alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.attacks.composition import disclosed_by_both
from chevet.privacy.attacks.linkage import link
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from tests.privacy.attacks.test_linkage import AGE, _written

PLACE = Hierarchy.from_rows("place", [(f"{d}{n:03d}", str(d), "*") for d in (75, 91) for n in range(20)])


def _people(n: int = 600) -> tuple[CodedTable, list[str]]:
    numbers = np.random.default_rng(11)
    ages, places = numbers.integers(0, 40, n, dtype=np.int32), numbers.integers(0, 40, n, dtype=np.int32)
    return CodedTable((AGE, PLACE), (ages, places)), [f"v{v}" for v in numbers.integers(0, 300, n)]


def _share(first: pa.Table, second: pa.Table, table: CodedTable) -> float:
    known = {"age": table.codes[0], "place": table.codes[1]}
    return float(disclosed_by_both(first, second, (AGE, PLACE), known, ["driver"]).mean())


def test_two_independent_releases_disclose_what_neither_does() -> None:
    table, driver = _people()
    by_age, by_place = (_written(Released.at_levels(table, levels), driver) for levels in ((0, 2), (2, 0)))
    for release in (by_age, by_place):
        assert link(release, (AGE, PLACE), {"age": table.codes[0], "place": table.codes[1]}).candidates.min() >= 5
    assert _share(by_age, by_place, table) > 0.2


def test_a_coarsening_of_a_release_discloses_nothing_more() -> None:
    table, driver = _people()
    base, coarser = (_written(Released.at_levels(table, levels), driver) for levels in ((1, 1), (2, 1)))
    assert _share(base, coarser, table) == 0

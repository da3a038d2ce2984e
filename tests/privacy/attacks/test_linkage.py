"""A neighbour looks for one row: found in the table as it stands, not in a release whose rows stand in fives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.attacks.linkage import link
from chevet.privacy.hierarchies.hierarchy import Hierarchy

AGE = Hierarchy.from_rows("age", [(str(a), f"{a // 10 * 10}-{a // 10 * 10 + 9}", "*") for a in range(20, 60)])
PLACE = Hierarchy.from_rows("place", [(p, p[:2], "*") for p in ("91001", "91002", "91003", "75056", "75101")])


def _table(n: int = 200) -> tuple[CodedTable, list[str]]:
    numbers = np.random.default_rng(3)
    ages, places = numbers.integers(0, 40, n, dtype=np.int32), numbers.integers(0, 5, n, dtype=np.int32)
    return CodedTable((AGE, PLACE), (ages, places)), [f"driver {v}" for v in numbers.integers(0, 3, n)]


def _written(released: Released, driver: list[str]) -> pa.Table:
    columns = {
        h.name: ["*" if gone else h.flat_labels[node] for node, gone in zip(nodes, released.suppressed, strict=True)]
        for h, nodes in zip(released.table.hierarchies, released.nodes, strict=True)
    }
    return pa.table({**columns, "driver": driver})


def test_exact_values_single_people_out_and_tell_their_driver() -> None:
    table, driver = _table()
    naive = _written(Released.at_levels(table, (0, 0)), driver)
    linked = link(naive, (AGE, PLACE), {"age": table.codes[0], "place": table.codes[1]}, "driver")
    alone = np.array(
        [((table.codes[0] == a) & (table.codes[1] == p)).sum() == 1 for a, p in zip(*table.codes, strict=True)]
    )
    assert linked.singled_out == alone.mean() > 0.2
    assert linked.disclosed[alone].all(), "a single row tells all it says"
    assert linked.candidates.min() >= 1


def test_bands_and_departements_leave_a_crowd_around_everybody() -> None:
    table, driver = _table()
    coarse = _written(Released.at_levels(table, (1, 1)), driver)
    linked = link(coarse, (AGE, PLACE), {"age": table.codes[0], "place": table.codes[1]}, "driver")
    sizes = [
        ((table.codes[0] // 10 == a // 10) & ((table.codes[1] > 2) == (p > 2))).sum()
        for a, p in zip(*table.codes, strict=True)
    ]
    assert linked.candidates.tolist() == sizes
    assert linked.singled_out == 0
    assert linked.mean_certainty < 0.1


def test_rows_that_say_nothing_are_looked_at_last() -> None:
    table, driver = _table(50)
    gone = np.zeros(50, dtype=np.bool_)
    gone[:10] = True
    release = _written(Released.at_levels(table, (1, 1), gone), driver)
    linked = link(release, (AGE, PLACE), {"age": table.codes[0][:1], "place": table.codes[1][:1]})
    others = ((table.codes[0][10:] // 10 == table.codes[0][0] // 10)
              & ((table.codes[1][10:] > 2) == (table.codes[1][0] > 2))).sum()  # fmt: skip
    assert linked.candidates.tolist() == [others or 10]

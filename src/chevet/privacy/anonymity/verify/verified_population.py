# ruff: noqa: S608 (every piece of SQL here is our own: columns are renamed x0, x1, ... before they are asked)
"""Whom of the population each class of a written release could mean: found from its labels, one class after another.

Each label is the set of people whose value lies below it, a bit a person; a class is what its labels have in common.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.privacy.anonymity.verify.verified_counts import Counted

Bits = npt.NDArray[np.uint64]
Leaves = tuple[dict[str, int], npt.NDArray[np.int64]]


def match(tables: Counted) -> None:
    """Tables `matching` (class, its n, people of the population it may mean) and `unmatched` (people no class means).

    Made once. A release checked without its population matches nobody, and leaves one person unmatched.
    """
    run = tables.db.execute
    if tables.one("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'matching'"):
        return
    given = "population" in tables.tables
    rows = tables.one("SELECT count(*) FROM population") if given else 1
    found, seen = _counted(tables, rows) if given else ({}, np.zeros(rows, dtype=np.bool_))
    tables.db.register("meant", pa.table({"class": pa.array(found.keys(), pa.int64()),
                                          "people": pa.array(found.values(), pa.int64())}))  # fmt: skip
    tables.db.register("absent", pa.table({"row": pa.array(np.flatnonzero(~seen))}))
    run(
        "CREATE TEMP TABLE matching AS SELECT class, n, coalesce(people, 0) AS people"
        " FROM class LEFT JOIN meant USING (class)"
    )
    run("CREATE TEMP TABLE unmatched AS SELECT row FROM absent")


def _counted(tables: Counted, rows: int) -> tuple[dict[int, int], npt.NDArray[np.bool_]]:
    """Per class, its people of the population; and (rows,) True for those whom any class may mean."""
    labels = {x: tables.one(f"SELECT count(DISTINCT {x}) FROM class") for x in tables.quasi}
    # Classes come by the column of most labels, whose sets are made one at a time; all other sets are kept.
    first, *others = sorted(tables.quasi, key=lambda x: -labels[x])
    below = {x: _below(tables, x) for x in others}
    found, seen = {}, np.zeros(_words(rows), dtype=np.uint64)
    label, start = None, seen
    leaves = _leaves(tables, first)
    classes = tables.db.execute(f"SELECT class, {', '.join([first, *others])} FROM class ORDER BY {first}").fetchall()
    for number, shown, *more in classes:
        if shown != label:
            label, start = shown, _set_of(tables, first, shown, leaves)
        people = start.copy()
        for x, word in zip(others, more, strict=True):
            people &= below[x][word]
        found[number] = int(np.bitwise_count(people).sum(dtype=np.int64))
        seen |= people
    return found, np.unpackbits(seen.view(np.uint8), count=rows, bitorder="little").astype(np.bool_)


def _below(tables: Counted, x: str) -> dict[str, Bits]:
    """Per label that some class shows in a column, the people below it."""
    leaves = _leaves(tables, x)
    shown = tables.db.execute(f"SELECT DISTINCT {x} FROM class").fetchall()
    return {label: _set_of(tables, x, label, leaves) for (label,) in shown}


def _leaves(tables: Counted, x: str) -> Leaves:
    """A number for each value of a column of the population, and (rows,) each person's."""
    values = [value for (value,) in tables.db.execute(f"SELECT DISTINCT {x} FROM population").fetchall()]
    tables.db.register("leaf", pa.table({"value": pa.array(values, pa.string()), "number": range(len(values))}))
    found = tables.db.execute(f"SELECT number FROM population JOIN leaf ON value = {x} ORDER BY row").fetchnumpy()[
        "number"
    ]
    tables.db.unregister("leaf")
    return {value: number for number, value in enumerate(values)}, np.asarray(found, dtype=np.int64)


def _set_of(tables: Counted, x: str, label: str, leaves: Leaves) -> Bits:
    """The people whose value lies below a label."""
    number_of, of_row = leaves
    inside = np.zeros(len(number_of), dtype=np.bool_)
    for (value,) in tables.db.execute(
        "SELECT DISTINCT leaf FROM node WHERE x = ? AND label = ?", [x, label]
    ).fetchall():
        if value in number_of:
            inside[number_of[value]] = True
    found = np.zeros(_words(len(of_row)), dtype=np.uint64)
    packed = np.packbits(inside[of_row], bitorder="little")
    found.view(np.uint8)[: len(packed)] = packed
    return found


def _words(rows: int) -> int:
    return -(-rows // 64)

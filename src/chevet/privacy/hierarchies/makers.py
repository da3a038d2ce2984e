"""Making a hierarchy that is not built in: by prefix, between cuts, by frequency, or from a file of groups.

Each gives a `Hierarchy`, which `write_csv` keeps in the layout that ARX reads. A hierarchy by frequency is made from
the data and tells which values are rare in them: it is for one table, and belongs with its policy, not in a release.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from chevet.errors import BadInput
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.hierarchies.ladder import NOT_SAID, ROOT, Ladder
from chevet.privacy.hierarchies.numbers import of_cuts
from chevet.privacy.hierarchies.texts import of_masks


def by_prefix(name: str, values: Sequence[str], lengths: Sequence[int]) -> Hierarchy:
    """The values starred from the right down to these numbers of letters, longest first."""
    return _named(name, of_masks(lengths).hierarchy(values))


def by_bands(name: str, values: Sequence[str], levels: Sequence[Sequence[str]]) -> Hierarchy:
    """Numbers between cuts; a coarser level keeps some cuts of the finer one."""
    return _named(name, of_cuts(levels).hierarchy(values))


def by_frequency(name: str, values: Sequence[str], at_least: Sequence[int]) -> Hierarchy:
    """Values that fewer than so many rows hold come together, with a higher bar at each level.

    values     one per row
    at_least   rows that a value needs to stand alone, lowest first

    Raises BadInput unless the bars rise from 2.
    """
    if not at_least or at_least[0] < 2 or any(high <= low for low, high in pairwise(at_least)):
        raise BadInput("the bars of a frequency hierarchy must rise, from 2 on", next_act="For example: 5,20,100")
    counts = Counter(values)
    ladder = Ladder(
        name, ("frequency",) * len(at_least),
        lambda value: tuple(value if counts[value] >= bar else f"held by fewer than {bar}" for bar in at_least),
        "any words",
    )  # fmt: skip
    return ladder.hierarchy(values)


def from_mapping(name: str, path: Path, delimiter: str = ";") -> Hierarchy:
    """The hierarchy in a file of lines `value;group;wider group`, completed: the top, "not said", and missing groups.

    A line may stop early: the value then stays itself in the levels that it does not name. A group that bears the
    name of a value gets a `+`, since the group is not the value. Raises BadInput when the file is no such thing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [[cell.strip() for cell in line] for line in csv.reader(file, delimiter=delimiter) if any(line)]
    except FileNotFoundError:
        raise BadInput(
            f"there is no file {path.name} where it was looked for",
            next_act="A file that a policy names lies beside the policy.",
        ) from None
    except (OSError, UnicodeDecodeError, csv.Error, TypeError):  # TypeError: a delimiter of several letters
        raise BadInput(
            f"{path.name} cannot be read as a file of groups", next_act=f"Write lines such as value{delimiter}group."
        ) from None
    lines = [_without_top(line) for line in lines]
    depth = max((len(line) for line in lines), default=0)
    if depth < 2:
        raise BadInput(
            f"{path.name} names no group: its lines have one column",
            next_act=f"Write lines such as value{delimiter}group, or choose another delimiter.",
        )
    rows = [[line[0], *((line[level] if level < len(line) else "") or line[0] for level in range(1, depth))]
            for line in lines]  # fmt: skip
    for level in range(1, depth):
        _rename_groups(rows, level)
    if all(row[0] != NOT_SAID for row in rows):
        rows.append([NOT_SAID] * depth)
    return Hierarchy.from_rows(name, [[*row, ROOT] for row in rows])


def _without_top(line: Sequence[str]) -> list[str]:
    kept = list(line)
    while len(kept) > 1 and kept[-1] in (ROOT, ""):
        kept.pop()
    return kept


def _rename_groups(rows: list[list[str]], level: int) -> None:
    """Give a `+` to groups of this level that bear the name of a value and hold others."""
    leaves = {row[0] for row in rows}
    shared = {row[level] for row in rows if row[level] in leaves and row[level] != row[0]}
    for row in rows:
        if row[level] in shared:
            row[level] += "+"


def _named(name: str, made: Hierarchy) -> Hierarchy:
    return Hierarchy(name, made.nodes, made.labels)

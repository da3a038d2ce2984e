"""Who is alone in a group with a value that leaves as it is: found by whoever knows that one more fact.

A group of twelve hides nobody whose survival in months, length of stay or dose is nobody else's in it, and such a
number is often known (an obituary gives the date of a death). Counted on the written table alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.privacy.anonymity.classes import class_of
from chevet.privacy.anonymity.coded import SUPPRESSED
from chevet.privacy.anonymity.coding import in_one_piece
from chevet.privacy.anonymity.policy import ALONE_BY_ALL, ALONE_BY_ONE, Policy
from chevet.privacy.hierarchies.hierarchy import Codes

# With more different values than this a column is fine: months, dates, doses. Few values are shared by many people, and
# a group must differ in them (l-diversity), so that being the only one with its value is then no exception to hide.
FEW = 10


def fingerprints(table: pa.Table, policy: Policy) -> dict[str, Any]:
    """Per column that leaves as it is, and by all of them together: the share of people alone with it in their group.

    table   as it was written; people of whom it says nothing are counted by nothing

    A fine column must keep the policy's limit, nobody unless it says otherwise; all columns together only a limit
    that it names.
    """
    names = [c.name for c in policy.columns if c.role in ("sensitive", "free")]
    groups = codes_of(table, [c.name for c in policy.quasi])
    values = {name: codes_of(table, [name]) for name in names}
    said = {name: ~in_one_piece(table, name).is_null().to_numpy(zero_copy_only=False) for name in names}
    people = max(1, int(_shown(table, policy, said).sum()))
    alone = {name: int(_alone([groups, values[name]])[said[name]].sum()) / people for name in names}
    fine = [name for name in names if is_fine(table, name)]
    together = None
    if len(names) > 1:
        anything = np.logical_or.reduce(list(said.values()))
        together = int(_alone([groups, *values.values()])[anything].sum()) / people
    limit, limit_together = policy.thresholds.get(ALONE_BY_ONE, 0.0), policy.thresholds.get(ALONE_BY_ALL)
    worst = max((alone[name] for name in fine), default=0.0)
    holds = worst <= limit and (limit_together is None or (together or 0.0) <= limit_together)
    columns = [
        {"name": name, "values": len(np.unique(values[name][said[name]])), "fine": name in fine, "alone": alone[name]}
        for name in names
    ]
    return {
        "columns": columns, "together": together, "limit": limit, "limit_together": limit_together,
        "holds": bool(holds),
    }  # fmt: skip


def is_fine(table: pa.Table, name: str) -> bool:
    """Whether a column holds more than a few different values."""
    return len(in_one_piece(table, name).drop_null().unique()) > FEW


def codes_of(table: pa.Table, names: Sequence[str]) -> Codes:
    """(n,) a number for each different row of these columns; an empty cell is a value of its own."""
    codes, sizes = [], []
    for name in names:
        encoded = in_one_piece(table, name).dictionary_encode()
        sizes.append(len(encoded.dictionary) + 1)
        codes.append(encoded.indices.fill_null(sizes[-1] - 1).to_numpy(zero_copy_only=False).astype(np.int32))
    return class_of(codes, sizes)


def _alone(columns: Sequence[Codes]) -> npt.NDArray[np.bool_]:
    of = class_of(list(columns), [int(c.max(initial=0)) + 1 for c in columns])
    single: npt.NDArray[np.bool_] = (np.bincount(of) == 1)[of]
    return single


def _shown(table: pa.Table, policy: Policy, said: dict[str, npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    """(n,) whether the table says anything of this person."""
    shown = np.zeros(table.num_rows, dtype=np.bool_)
    for column in policy.quasi:
        shown |= np.array([value != SUPPRESSED for value in table[column.name].to_pylist()], dtype=np.bool_)
    for cells in said.values():
        shown |= cells
    return shown

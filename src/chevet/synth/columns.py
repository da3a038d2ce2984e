"""From numpy arrays to the typed columns of the record, without a Python object per row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chevet.records.tables import TABLES

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"
Columnar = TypeVar("Columnar", "pa.Array[Any]", pa.Table)


def table(name: str, /, **columns: Column) -> pa.Table:
    """Rows of table `name` from the columns given; the others are empty.

    >>> table("panel_gene", panel_id=pa.array(["P"]), gene=pa.array(["KRAS"])).to_pylist()
    [{'panel_id': 'P', 'gene': 'KRAS'}]
    """
    schema = TABLES[name].schema
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise TypeError(f"{name} has no column {', '.join(sorted(unknown))}")
    rows = len(next(iter(columns.values())))
    every = [columns.get(field.name, pa.nulls(rows, field.type)) for field in schema]
    return pa.table([c.cast(f.type) for c, f in zip(every, schema, strict=True)], schema=schema)


def text(words: Sequence[str | None], codes: NDArray[np.int64]) -> pa.Array[Any]:
    """`words[code]` for each code; a negative code is an empty cell.

    >>> text(["a", "b"], np.array([1, -1, 0])).to_pylist()
    ['b', None, 'a']
    """
    where: Any = pa.array(codes, pa.int64(), mask=codes < 0)
    return pa.array(words, pa.string()).take(where)


def rows_of(column: Columnar, positions: NDArray[np.int64]) -> Columnar:
    """The cells (or rows) at `positions`, in that order.

    >>> rows_of(pa.array(["a", "b"]), np.array([1, 1])).to_pylist()
    ['b', 'b']
    """
    return column.take(pa.array(positions, pa.int64()))


def number(values: NDArray[np.float64], rng: np.random.Generator | None = None, missing: float = 0.0) -> pa.Array[Any]:
    """Numbers, NaN as an empty cell; a share `missing` of them is emptied by chance."""
    mask = np.isnan(values)
    if rng is not None:
        mask = mask | (rng.random(len(values)) < missing)
    return pa.array(values, pa.float64(), mask=mask)


def whole(values: NDArray[np.int64] | NDArray[np.float64]) -> pa.Array[Any]:
    """Whole numbers; a negative one is an empty cell."""
    return pa.array(values.astype(np.int64), pa.int64(), mask=values < 0)


def hyphened(left: Any, right: Any) -> pa.Array[Any]:
    """The two texts of each row with a hyphen between.

    >>> hyphened(pa.array(["SYN-1", "SYN-1"]), pa.array(["S1", "S2"])).to_pylist()
    ['SYN-1-S1', 'SYN-1-S2']
    """
    join: Any = pc.binary_join_element_wise
    joined: pa.Array[Any] = join(left, right, pa.scalar("-"))
    return joined


def emptied(rng: np.random.Generator, codes: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """The codes with a share of them made -1, so that nothing in a made-up cohort is complete."""
    return np.where(rng.random(len(codes)) < share, -1, codes)

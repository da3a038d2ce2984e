"""Noised tables brought to agree: where two of them count the same people, they then say the same.

Nothing here looks at a record, so nothing here costs anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Fields: TypeAlias = tuple[str, ...]
Numbers: TypeAlias = npt.NDArray[np.float64]
NOTHING = 1e-12


def parts_of(tables: Iterable[Fields]) -> list[Fields]:
    """Every choice of fields that lies in some table, small ones first.

    >>> parts_of([("sex", "stage")])
    [(), ('sex',), ('stage',), ('sex', 'stage')]
    """
    found = {part for fields in tables for k in range(len(fields) + 1) for part in combinations(fields, k)}
    return sorted(found, key=lambda part: (len(part), part))


def summed(table: Numbers, fields: Fields, part: Fields, leading: int = 0) -> Numbers:
    """The table added up over every field that is not in `part`.

    leading   how many axes stand before the fields (1 when each cell is a list of facts)
    """
    away = tuple(leading + i for i, field in enumerate(fields) if field not in part)
    return np.asarray(table.sum(axis=away), dtype=np.float64)


def agreed(
    tables: Mapping[Fields, Numbers], scales: Mapping[Fields, float], *, leading: int = 0, total: float | None = None
) -> dict[Fields, Numbers]:
    """The tables, moved as little as possible so that all agree on everything two of them count.

    tables    each with its fields in one order common to all
    scales    the standard deviation of the noise of a cell
    total     how many people there are, when it is known

    From the whole to ever finer parts, each part is taken as the mean of what the tables say of it, weighted by
    how exactly each says it, and every table is shifted evenly to that mean. A shift at a finer part leaves the
    coarser ones as they are, so one pass is enough. Source: Qardaji, Yang, Li, SIGMOD 2014 (PriView).
    """
    moved = {fields: np.array(table, dtype=np.float64) for fields, table in tables.items()}
    for part in parts_of(moved):
        holders = [fields for fields in moved if set(part) <= set(fields)]
        said = {fields: summed(moved[fields], fields, part, leading) for fields in holders}
        mean = _mean(said, {f: scales[f] ** 2 * _folded(moved[f], said[f]) for f in holders})
        if part == () and total is not None:
            mean = np.full_like(mean, total)
        for fields in holders:
            shift = (mean - said[fields]) / _folded(moved[fields], said[fields])
            moved[fields] += _spread(shift, fields, part, leading)
    return moved


def variance(shapes: Mapping[Fields, Mapping[str, int]], scales: Mapping[Fields, float], part: Fields) -> float | None:
    """The variance of one cell of `part`, put together from every table that holds it; None when none does.

    shapes   how many values each field of each table has
    """
    exact = 0.0
    for fields, sizes in shapes.items():
        if set(part) <= set(fields):
            folded = np.prod([sizes[field] for field in fields if field not in part], dtype=np.float64)
            exact += 1 / (scales[fields] ** 2 * float(folded))
    return 1 / exact if exact else None


def variance_of_sum(weights: Numbers, fields: Fields, of_part: Callable[[Fields], float]) -> float:
    """The variance of a weighted sum of the cells of tables that agree.

    weights   one per cell, in the order of `fields`: 1 where the cell is counted
    of_part   the variance of a cell of a part (see `variance`); 0 for a whole that is known

    The sum falls into one share per part of the fields, as in an analysis of variance; the shares are independent,
    and each is as exact as all tables that hold the part make it together.
    """
    means: dict[Fields, Numbers] = {}
    found = 0.0
    for part in parts_of([fields]):
        away = tuple(i for i, field in enumerate(fields) if field not in part)
        share = np.asarray(weights.mean(axis=away), dtype=np.float64)
        for lower, known in means.items():
            if set(lower) < set(part):
                share = share - _spread(known, part, lower, 0)
        means[part] = share
        squared = float((share * share).sum())
        found += squared * of_part(part) if squared > NOTHING else 0.0
    return found


def nonnegative(values: Numbers, total: float) -> Numbers:
    """The nearest numbers that are not negative and add up to `total`.

    >>> nonnegative(np.array([70.0, 40.0, -10.0]), 100.0)
    array([65., 35.,  0.])

    Source: projection onto a simplex; Duchi et al., ICML 2008.
    """
    if total <= 0 or not values.size:
        return np.zeros_like(values)
    flat = np.sort(values.ravel())[::-1]
    over = (np.cumsum(flat) - total) / np.arange(1, flat.size + 1)
    least = over[np.flatnonzero(flat > over)[-1]]
    return np.asarray(np.maximum(values - least, 0.0))


def _mean(said: Mapping[Fields, Numbers], variances: Mapping[Fields, float]) -> Numbers:
    weights = {fields: 1 / variances[fields] for fields in said}
    whole = sum(weights.values())
    return np.asarray(sum(said[f] * (weights[f] / whole) for f in said), dtype=np.float64)


def _folded(table: Numbers, part: Numbers) -> float:
    """How many cells of the table make one cell of the part."""
    return table.size / max(1, part.size)


def _spread(shift: Numbers, fields: Fields, part: Fields, leading: int) -> Numbers:
    shape = [*shift.shape[:leading], *([1] * len(fields))]
    for i, field in enumerate(part):
        shape[leading + fields.index(field)] = shift.shape[leading + i]
    return shift.reshape(shape)

"""How sure the selection on one gene is: 95 % intervals by the profile of its likelihood.

Source: Martincorena et al., Cell 2017, PMID:29056346; Venzon and Moolgavkar, Appl Stat 1988.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import special

from chevet.targets.selection.drivers import Drivers
from chevet.targets.selection.gene_tests import MIS, NON, SPL, SYN
from chevet.targets.selection.negative_binomial import Floats

_DROP = 1.920729410347062
_STEPS = 80
_WIDEST = np.log(1e6)
_GROUPS = {"mis": [MIS], "trunc": [NON, SPL]}


def gene_intervals(drivers: Drivers) -> pa.Table:
    """gene, w_mis, w_trunc and the two ends of each, in the order of the table of genes; nonsense and splice as one."""
    columns: dict[str, Any] = {"gene": pa.array(drivers.counts.genes, pa.string())}
    for name, group in _GROUPS.items():
        for end, values in zip(("", "_low", "_high"), _interval(drivers, group), strict=True):
            columns[f"w_{name}{end}"] = pa.array(values, from_pandas=True)
    place: dict[Any, int] = {gene: number for number, gene in enumerate(drivers.counts.genes)}
    order = [place[gene] for gene in drivers.genes.column("gene").to_pylist()]
    return pa.table(columns).take(pa.array(order, pa.int64()))


def _interval(drivers: Drivers, group: list[int]) -> tuple[Floats, Floats, Floats]:
    """w and where the profile falls by 1.92; the low end is 0 where nothing was found."""
    theta = drivers.substitutions.regression.theta
    expected = drivers.expected
    rate = drivers.expected_syn / (theta * expected[:, SYN])
    found, hoped = drivers.counts.found[:, group].sum(axis=1), expected[:, group].sum(axis=1)
    neutral = drivers.counts.found[:, SYN]

    def profile(log_w: Floats) -> Floats:
        w = np.exp(log_w)
        exposed = expected[:, SYN] + w * hoped + 1 / rate
        t = (neutral + found + theta - 1) / exposed
        t = np.maximum(np.maximum(theta * rate, t) if theta <= 1 else t, 1e-10)
        return np.asarray(special.xlogy(found, w) + (neutral + found + theta - 1) * np.log(t) - exposed * t)

    t = (neutral + theta - 1) / (expected[:, SYN] + 1 / rate)
    t = np.maximum(np.maximum(theta * rate, t) if theta <= 1 else t, 1e-10)
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.where(hoped > 0, found / (hoped * t), np.nan)
    best = np.log(np.maximum(w, 1e-12))
    level = profile(best) - _DROP
    high = np.exp(_crossing(profile, best, np.maximum(best, 0) + _WIDEST, level))
    low = np.where(found > 0, np.exp(_crossing(profile, best, best - _WIDEST, level)), 0.0)
    return w, np.where(hoped > 0, low, np.nan), np.where(hoped > 0, high, np.nan)


def _crossing(profile: Callable[[Floats], Floats], inside: Floats, outside: Floats, level: Floats) -> Floats:
    """Where the profile comes down to the level, by halving."""
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        above = profile(middle) > level
        inside, outside = np.where(above, middle, inside), np.where(above, outside, middle)
    return inside

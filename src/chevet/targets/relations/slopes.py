"""How each gene's alterations rise with a tumour's burden, and what would be expected of it then.

DISCOVER's background lets every gene rise alike. Genes that drive tumours rise less than long genes that drive nothing
(the few alterations of a tumour that has few are mostly drivers), and then seem to exclude them. Here a gene has a
slope of its own, the same in all strata, and an intercept in each: a logistic regression on the tumour's log odds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.relations.background import Background, Floats
from chevet.targets.relations.tumours import Whole

_STEPS = 50
_CLOSE = 1e-8
_RIDGE = 1e-9
_LONGEST_SLOPE, _LONGEST_INTERCEPT = 0.5, 3.0
_LEAST = 1e-12


class Slopes(NamedTuple):
    """Of some genes: the slope of each, 1 for a gene like most, and (genes, groups) its probabilities."""

    slope: Floats
    probabilities: Floats


def own_slopes(carriers: Carriers, rows: Whole, background: Background) -> Slopes:
    """The regression of each of these genes; cells that the background holds for certain, or untested, stay so.

    The sums over each stratum, and the sum weighed by burden, are those found: Newton's method, all genes at once.
    """
    tumours, start = background.tumours, background.probabilities(rows)
    known = np.isfinite(background.log_odds)
    burden = np.where(known, background.log_odds, 0.0)
    free = (start > 0) & (start < 1) & known[None, :]
    found, times = _found(carriers, rows, tumours.group, len(tumours.times)), tumours.times.astype(np.float64)
    of_stratum = np.zeros((len(times), tumours.strata))
    of_stratum[np.arange(len(times)), tumours.stratum] = 1.0
    slope = np.ones(len(rows))
    intercept = _intercepts(start, burden, free, of_stratum)
    p = start
    for _ in range(_STEPS):
        p = np.where(free, expit(intercept @ of_stratum.T + slope[:, None] * burden), start)
        off, weight = np.where(free, found - times * p, 0.0), np.where(free, times * p * (1 - p), 0.0)
        off_intercept, off_slope = off @ of_stratum, off @ burden
        of_intercept, across = weight @ of_stratum + _RIDGE, (weight * burden) @ of_stratum
        left = weight @ burden**2 - (across**2 / of_intercept).sum(axis=1)
        step = (off_slope - (across * off_intercept / of_intercept).sum(axis=1)) / (np.maximum(left, 0.0) + _RIDGE)
        step = np.clip(step, -_LONGEST_SLOPE, _LONGEST_SLOPE)
        shift = (off_intercept - across * step[:, None]) / of_intercept
        slope, intercept = slope + step, intercept + np.clip(shift, -_LONGEST_INTERCEPT, _LONGEST_INTERCEPT)
        if np.abs(step).max() < _CLOSE and np.abs(off_intercept).max() < _CLOSE:
            break
    return Slopes(slope, p)


def _intercepts(start: Floats, burden: Floats, free: npt.NDArray[np.bool_], of_stratum: Floats) -> Floats:
    """(genes, strata) those of the background: what it adds to the log odds of a tumour."""
    inside = np.clip(start, _LEAST, 1 - _LEAST)
    added = np.where(free, np.log(inside / (1 - inside)) - burden, 0.0)
    return np.asarray((added @ of_stratum) / np.maximum(free @ of_stratum, 1.0))


def _found(carriers: Carriers, rows: Whole, group: Whole, groups: int) -> Floats:
    """(genes, groups) tumours with each gene altered."""
    inside = group >= 0
    found = np.empty((len(rows), groups))
    for place, row in enumerate(rows.tolist()):
        altered = bits.unpack(carriers.altered[row], carriers.patients)
        found[place] = np.bincount(group[inside & altered], minlength=groups)
    return found

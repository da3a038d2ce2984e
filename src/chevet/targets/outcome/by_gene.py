"""The survival of those who carry an alteration of a gene against those tested without it: one Cox model per gene.

Genes tested in the same patients share the model without a gene; to it each gene is added, first by its score test,
then by a fit of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtrc, ndtri
from scipy.stats import norm

from chevet.cohort.association import false_discovery_rates
from chevet.privacy.disclosure import FLOOR
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.outcome.cox import Fit, fit
from chevet.targets.outcome.follow_up import FollowUp, follow_up
from chevet.targets.outcome.heterogeneity import p_between
from chevet.targets.outcome.people import People
from chevet.targets.outcome.proportional import change_over_time, moments
from chevet.targets.outcome.risk_sets import Counts, Numbers
from chevet.targets.outcome.score_tests import score_tests
from chevet.targets.outcome.shrinkage import Prior, shrunken

Tell = Callable[[str, float], None]

# Why a gene has an estimate, or none.
ESTIMATED, FEW_EVENTS, NO_ESTIMATE, NO_CARRIERS, NOT_TESTED = (
    "estimated", "few_events", "no_estimate", "no_carriers", "not_tested",
)  # fmt: skip
Z95 = float(ndtri(0.975))


@dataclass(frozen=True)
class Counted:
    """Followed patients, (genes,) each: carriers and tested; events of the carriers, and of those tested without."""

    carriers: Counts
    tested: Counts
    events: Counts
    other_events: Counts


@dataclass(frozen=True)
class GeneSurvival:
    """Every number of the analysis, withheld or not; (genes,) each, NaN where there is none.

    state                ESTIMATED, or why not
    effect, error        log hazard ratio of carriers against the others, and its standard error
    p                    of the likelihood ratio; `p_wald`, `p_score` beside it
    q                    Benjamini and Hochberg's, among the genes with an estimate
    shrunk, shrunk_low, shrunk_high, wrong_sign   see `shrinkage`; NaN with fewer than ten estimates
    p_proportional       that the hazard ratio stays the same over time
    p_strata             that it is the same in all strata; NaN where too few events are expected in more than one
    """

    genes: tuple[str, ...]
    state: tuple[str, ...]
    counted: Counted
    effect: Numbers
    error: Numbers
    p: Numbers
    p_wald: Numbers
    p_score: Numbers
    q: Numbers
    shrunk: Numbers
    shrunk_low: Numbers
    shrunk_high: Numbers
    wrong_sign: Numbers
    p_proportional: Numbers
    p_strata: Numbers
    prior: Prior | None
    covariates: tuple[str, ...]


def survival_by_gene(people: People, carriers: Carriers, min_events: int, tell: Tell) -> GeneSurvival:
    """The analysis of every gene of `carriers`; genes with fewer events than `min_events` on a side get no estimate."""
    counted = count(people, carriers)
    state = _states(counted, min_events)
    found = {name: np.full(len(state), np.nan) for name in _FITTED}
    names: dict[str, None] = {}
    estimable = np.flatnonzero(state == ESTIMATED)
    done = 0
    for number in np.unique(carriers.classes[estimable]):
        rows = estimable[carriers.classes[estimable] == number]
        alike = _Alike.of(people, carriers, int(number), rows)
        names |= dict.fromkeys(alike.rows.names)
        for place, gene in enumerate(rows):
            for name, value in alike.numbers(place).items():
                found[name][gene] = value
            done += 1
            tell(carriers.genes[gene], done / len(estimable))
    state[(state == ESTIMATED) & np.isnan(found["effect"])] = NO_ESTIMATE
    return _gathered(carriers, counted, state, found, tuple(names))


_FITTED = ("effect", "error", "p", "p_wald", "p_score", "p_proportional", "p_strata")


def count(people: People, carriers: Carriers) -> Counted:
    """Patients and events of each gene, on both sides."""
    followed = bits.pack(people.followed)
    ended = bits.pack(people.followed & people.occurred)
    tested, events = (bits.count_rows(carriers.sets, who)[carriers.classes] for who in (followed, ended))
    of_carriers = bits.count_rows(carriers.altered, ended)
    return Counted(bits.count_rows(carriers.altered, followed), tested, of_carriers, events - of_carriers)


def events_that_count(events: Counts, patients: Counts) -> Counts:
    """The events of a side as they are held against the least number; never more than there are.

    Where one to four are without an event, four are taken to be: otherwise it could be told how many are, from whether
    there is an estimate.
    """
    without = patients - events
    return np.where((without > 0) & (without < FLOOR), np.maximum(patients - (FLOOR - 1), 0), events)


def _states(counted: Counted, min_events: int) -> Any:
    others = counted.tested - counted.carriers
    fewest = np.minimum(
        events_that_count(counted.events, counted.carriers), events_that_count(counted.other_events, others)
    )
    conditions = [counted.tested == 0, counted.carriers == 0, fewest < min_events]
    return np.select(conditions, [NOT_TESTED, NO_CARRIERS, FEW_EVENTS], ESTIMATED).astype(object)


@dataclass(frozen=True)
class _Alike:
    """Genes tested in the same patients: their rows of follow-up, the model without a gene, and each gene's start."""

    rows: FollowUp
    null: Fit
    carried: Any
    chi_square: Numbers
    start: Numbers
    moments: Numbers

    @staticmethod
    def of(people: People, carriers: Carriers, number: int, genes: Counts) -> _Alike:
        rows = follow_up(people, bits.unpack(carriers.sets[number], carriers.patients))
        null = fit(rows.risk, rows.design)
        carried = rows.carried(carriers.altered[genes], carriers.patients)
        tests = score_tests(rows.risk, rows.design, null, carried)
        at = moments(rows.risk, rows.entry, rows.exit, rows.occurred)
        return _Alike(rows, null, carried, tests.chi_square, tests.start, at)

    def numbers(self, place: int) -> dict[str, float]:
        """What the gene's own fit gives; nothing when there is none."""
        if not (self.null.reached and np.isfinite(self.start[place]).all()):
            return {}
        design = np.column_stack([self.rows.design, self.carried[[place]].toarray()[0]])
        fitted = fit(self.rows.risk, design, self.start[place])
        if not fitted.reached:
            return {}
        effect, error = float(fitted.coefficients[-1]), float(fitted.standard_errors[-1])
        ratio = max(0.0, 2.0 * (fitted.log_likelihood - self.null.log_likelihood))
        change = change_over_time(self.rows.risk, design, fitted, self.moments)
        return {
            "effect": effect,
            "error": error,
            "p": float(chdtrc(1, ratio)),
            "p_wald": two_sided(effect, error),
            "p_score": float(chdtrc(1, self.chi_square[place])),
            "p_proportional": float(chdtrc(1, change)),
            "p_strata": p_between(self.rows.risk, design, fitted, self.rows.stratum),
        }


def two_sided(effect: float, error: float) -> float:
    """Wald's p."""
    return float(2.0 * norm.sf(abs(effect) / error))


def _gathered(
    carriers: Carriers, counted: Counted, state: Any, found: dict[str, Numbers], names: tuple[str, ...]
) -> GeneSurvival:
    """With q and the shrunken ratios, both among the genes with an estimate."""
    with_estimate = np.flatnonzero(state == ESTIMATED)
    more = {name: np.full(len(state), np.nan) for name in ("q", "shrunk", "shrunk_low", "shrunk_high", "wrong_sign")}
    more["q"][with_estimate] = false_discovery_rates(found["p"][with_estimate])
    together = shrunken(found["effect"][with_estimate], found["error"][with_estimate])
    if together is not None:
        values = (together.mean, together.low, together.high, together.wrong_sign)
        for name, value in zip(("shrunk", "shrunk_low", "shrunk_high", "wrong_sign"), values, strict=True):
            more[name][with_estimate] = value
    return GeneSurvival(
        carriers.genes, tuple(state), counted, **found, **more, prior=together.prior if together else None,
        covariates=names,
    )  # fmt: skip

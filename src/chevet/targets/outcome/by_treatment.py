"""Does a treatment do another thing to those who carry an alteration of a gene: a hypothesis, never a proof.

The treatment counts from the day on which it began. Beside gene and treatment, their product is tested: how many times
the hazard ratio of the treated against those not yet treated is larger in carriers than in the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from chevet.cohort.association import false_discovery_rates
from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.outcome.by_gene import (
    ESTIMATED,
    FEW_EVENTS,
    NO_CARRIERS,
    NO_ESTIMATE,
    NOT_TESTED,
    Tell,
    events_that_count,
)
from chevet.targets.outcome.cox import Fit, fit
from chevet.targets.outcome.follow_up import FollowUp, follow_up
from chevet.targets.outcome.people import Given, People
from chevet.targets.outcome.risk_sets import Counts, Numbers, YesNo


@dataclass(frozen=True)
class TreatmentByGene:
    """Every number of the analysis, withheld or not; (genes,) each unless said, NaN where there is none.

    state                 as in `by_gene`; FEW_EVENTS when one of the four cells has few
    patients              (genes, 4) carriers treated at any time, carriers never, others treated, others never
    events                (genes, 4) events of carriers while treated and before, of others while treated and before
    carriers, others      log hazard ratio of the treated against those not yet treated, on each side, and their errors
    difference, error     `carriers` less `others`, and its standard error
    p                     of the likelihood ratio of the difference; q by Benjamini and Hochberg
    """

    genes: tuple[str, ...]
    state: tuple[str, ...]
    patients: Counts
    events: Counts
    carriers: Numbers
    carriers_error: Numbers
    others: Numbers
    others_error: Numbers
    difference: Numbers
    error: Numbers
    p: Numbers
    q: Numbers
    covariates: tuple[str, ...]


_FITTED = ("carriers", "carriers_error", "others", "others_error", "difference", "error", "p")


def told_when(people: People, treatment: Given) -> YesNo:
    """(n,) of whom it is known whether, and on which day, the treatment began."""
    return np.asarray(treatment.told & ~np.isnan(treatment.start), dtype=np.bool_)


def treatment_by_gene(
    people: People, carriers: Carriers, treatment: Given, min_events: int, tell: Tell
) -> TreatmentByGene:
    """The analysis of every gene of `carriers`, among patients of whom it is known when they were treated, if ever.

    min_events   a gene of which one of the four cells has fewer events gets no estimate
    """
    known = told_when(people, treatment)
    patients, events = _counts(people, carriers, treatment, known)
    state = _states(patients, events, min_events)
    found = {name: np.full(len(state), np.nan) for name in _FITTED}
    estimable = np.flatnonzero(state == ESTIMATED)
    names: dict[str, None] = {}
    done = 0
    for number in np.unique(carriers.classes[estimable]):
        genes = estimable[carriers.classes[estimable] == number]
        members = bits.unpack(carriers.sets[number], carriers.patients) & known
        rows = follow_up(people, members, [treatment])
        names |= dict.fromkeys(rows.names)
        carried = rows.carried(carriers.altered[genes], carriers.patients)
        for place, gene in enumerate(genes):
            for name, value in _numbers(rows, carried[[place]].toarray()[0], treatment).items():
                found[name][gene] = value
            done += 1
            tell(carriers.genes[gene], done / len(estimable))
    state[(state == ESTIMATED) & np.isnan(found["difference"])] = NO_ESTIMATE
    with_estimate = np.flatnonzero(state == ESTIMATED)
    q = np.full(len(state), np.nan)
    q[with_estimate] = false_discovery_rates(found["p"][with_estimate])
    return TreatmentByGene(carriers.genes, tuple(state), patients, events, **found, q=q, covariates=tuple(names))


def _numbers(rows: FollowUp, carries: Numbers, treatment: Given) -> dict[str, float]:
    """The fit with the product of gene and treatment against the one without; nothing when one of them has no end."""
    given = rows.given(treatment).astype(np.float64)
    apart = np.column_stack([rows.design, carries, given])
    without = fit(rows.risk, apart)
    start = np.append(without.coefficients, 0.0)
    whole = fit(rows.risk, np.column_stack([apart, carries * given]), start)
    if not (without.reached and whole.reached):
        return {}
    of_others, of_carriers = _effect(whole, [0, 1, 0]), _effect(whole, [0, 1, 1])
    difference, error = _effect(whole, [0, 0, 1])
    ratio = max(0.0, 2.0 * (whole.log_likelihood - without.log_likelihood))
    numbers = (*of_carriers, *of_others, difference, error, float(chdtrc(1, ratio)))
    return dict(zip(_FITTED, numbers, strict=True))


def _effect(fitted: Fit, of_last: list[int]) -> tuple[float, float]:
    """The sum of the last three coefficients so weighed (gene, treatment, product), and its standard error."""
    weights = np.zeros(len(fitted.coefficients))
    weights[-3:] = of_last
    variance = float(weights @ fitted.covariance @ weights)
    return float(weights @ fitted.coefficients), float(np.sqrt(variance))


def _counts(people: People, carriers: Carriers, treatment: Given, known: YesNo) -> tuple[Counts, Counts]:
    """(genes, 4) patients, and events, of each cell."""
    followed = people.followed & known
    ever = treatment.start < people.exit
    patients = [followed & ever, followed & ~ever]
    events = [side & people.occurred for side in patients]
    return _cells(carriers, patients), _cells(carriers, events)


def _cells(carriers: Carriers, sides: list[YesNo]) -> Counts:
    columns = []
    for side in sides:
        who = bits.pack(side)
        altered = bits.count_rows(carriers.altered, who)
        columns.append((altered, bits.count_rows(carriers.sets, who)[carriers.classes] - altered))
    (treated, other_treated), (untreated, other_untreated) = columns
    return np.stack([treated, untreated, other_treated, other_untreated], axis=1)


def _states(patients: Counts, events: Counts, min_events: int) -> np.ndarray:
    fewest = events_that_count(events, patients).min(axis=1)
    conditions = [patients.sum(axis=1) == 0, patients[:, :2].sum(axis=1) == 0, fewest < min_events]
    return np.select(conditions, [NOT_TESTED, NO_CARRIERS, FEW_EVENTS], ESTIMATED).astype(object)

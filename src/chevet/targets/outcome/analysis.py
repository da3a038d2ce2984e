"""The whole way from a cohort, or from tables, to survival by gene or by treatment, and to what the reader must know.

From Python: `of_people` takes people and carriers made of Arrow tables (`people_of_table`, `carriers.of_table`) and
withholds nothing; `of_cohort` asks a study and gives what may leave it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.cohort import Cohort
from chevet.cohort.answer import gene_in
from chevet.cohort.survival import ENDPOINT
from chevet.errors import BadInput, CannotConclude
from chevet.privacy.disclosure import FLOOR, released_part, require_releasable
from chevet.records.tables import DAYS_PER_MONTH
from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.targets import carriers as of_carriers
from chevet.targets.carriers import Carriers
from chevet.targets.outcome.by_gene import ESTIMATED, FEW_EVENTS, GeneSurvival, Tell, survival_by_gene
from chevet.targets.outcome.by_treatment import told_when, treatment_by_gene
from chevet.targets.outcome.disclosing import (
    disclosed_by_gene,
    disclosed_by_treatment,
    disclosed_left_out,
    genes_beside,
)
from chevet.targets.outcome.of_cohort import first_samples, people_of_cohort, treatment_of_cohort
from chevet.targets.outcome.people import FROM_THE_START, Given, People, within
from chevet.targets.outcome.risk_sets import Numbers
from chevet.targets.outcome.tables import table_by_gene, table_by_treatment

BURDEN = "burden"
MIN_EVENTS = 10
# Few to choose from: with all, trying one after the other would tell how many events there are where that is withheld.
LEAST_EVENTS = (5, 10, 20, 50)
LONG_DAYS = 90
_GENES_AT_ONCE = 512


@dataclass(frozen=True)
class Settings:
    """What may be chosen.

    kind         variant, amplification, deletion, fusion or any
    genes        these only, also where nobody carries them; otherwise every gene that somebody carries
    adjust       covariates of `of_cohort.ADJUST`, and `burden`: the logarithm of the number of genes altered
    strata       fields of words; only patients alike in all of them are compared
    min_events   a gene needs so many events on each side; of a study, one of LEAST_EVENTS
    treatment    a medicine or class of treatment, for its effect in carriers and in others
    from_entry   the treatment was given from entry on, whatever day is said: as in a randomised trial
    after, up_to whole months between which events count; 0: from the start, and to the end
    from_sample  a patient counts from their first sample on: who died before it could not be found to carry anything
    """

    endpoint: str = ENDPOINT
    kind: str = "variant"
    genes: tuple[str, ...] = ()
    adjust: tuple[str, ...] = ("age", "stage", "treatment")
    strata: tuple[str, ...] = ("tumour",)
    min_events: int = MIN_EVENTS
    treatment: str = ""
    from_entry: bool = False
    from_sample: bool = False
    after: int = 0
    up_to: int = 0


@dataclass(frozen=True)
class Outcome:
    """Genes as they may be shown (`tables` names the columns), and what was fitted, left out and assumed."""

    genes: pa.Table
    model: dict[str, Any]

    @property
    def by_treatment(self) -> bool:
        """Whether it was asked what a treatment does to carriers."""
        return self.model["treatment"] is not None


def _quietly(what: str, part: float) -> None:
    """Progress that nobody watches."""


def of_cohort(cohort: Cohort, settings: Settings, tell: Tell = _quietly) -> Outcome:
    """The analysis of a cohort's patients, as it may be shown.

    Raises BadInput for a gene, endpoint, covariate or treatment that the study does not know; CannotConclude for an
    empty cohort, without events, or without a day on which the treatment began; Refused for fewer patients than the
    floor.
    """
    if settings.min_events not in LEAST_EVENTS:
        raise BadInput(
            f"of a study, {settings.min_events} is no least number of events",
            next_act=f"Choose one of {', '.join(map(str, LEAST_EVENTS))}.",
        )
    cohort.asked("outcome_by_treatment" if settings.treatment else "outcome")
    require_releasable(cohort.size, "cohort")
    genes = tuple(dict.fromkeys(gene_in(cohort, gene) for gene in settings.genes))
    settings = replace(settings, genes=genes)
    people = people_of_cohort(
        cohort, settings.endpoint, settings.adjust, settings.strata, from_sample=settings.from_sample
    )
    people = within(people, settings.after * DAYS_PER_MONTH, (settings.up_to or np.inf) * DAYS_PER_MONTH)
    require_releasable(int(people.followed.sum()), "followed")
    require_releasable(int((people.followed & people.occurred).sum()), "events")
    carriers = of_carriers.of_cohort(cohort, settings.kind)
    every = zip(carriers.n_altered.tolist(), carriers.n_tested.tolist(), strict=True)
    known = dict(zip(carriers.genes, every, strict=True))
    about = {
        "study": {"name": cohort.version.study, "version": cohort.version.number, "where": str(cohort.definition)},
        "samples_long_after_entry": _late_samples(people, first_samples(cohort)),
    }
    if not settings.treatment:
        made = _by_gene(people, carriers, settings, tell)
        beside, whole = genes_beside(carriers, _parts(people))
        shown, withheld = disclosed_by_gene(made.genes, known, beside)
    else:
        named, its_class, treatment = treatment_of_cohort(cohort, settings.treatment)
        others = {name: given for name, given in people.treatments.items() if name not in (named, its_class)}
        people = replace(people, treatments=others)
        made = _by_treatment(people, carriers, treatment, replace(settings, treatment=named), tell)
        beside, whole = genes_beside(carriers, _parts(people, _as_given(treatment, settings)))
        shown, withheld = disclosed_by_treatment(made.genes, known, beside)
    return Outcome(shown, _disclosed_model(made.model, shown, whole=whole) | about | {"genes_withheld": withheld})


def of_people(
    people: People, carriers: Carriers, settings: Settings, treatment: Given | None = None, tell: Tell = _quietly
) -> Outcome:
    """The analysis of people and carriers of one's own, every figure in full; nothing is withheld.

    people      in the order of `carriers`; their covariates are used as they are, `settings.adjust` adds only `burden`
    treatment   when `settings.treatment` names one
    """
    if treatment is None:
        return _by_gene(people, carriers, settings, tell)
    return _by_treatment(people, carriers, treatment, settings, tell)


def _by_gene(people: People, carriers: Carriers, settings: Settings, tell: Tell) -> Outcome:
    people, carriers = _chosen(people, carriers, settings)
    found = survival_by_gene(people, carriers, settings.min_events, tell)
    model = _model(people, found.state, settings) | {
        "left_out": _left_out(people, people.followed),
        "covariates": list(found.covariates),
        "shrinkage": _prior(found),
    }
    return Outcome(table_by_gene(found, all_genes=bool(settings.genes)), model)


def _by_treatment(
    people: People, carriers: Carriers, treatment: Given, settings: Settings, tell: Tell
) -> Outcome:  # fmt: skip
    people, carriers = _chosen(people, carriers, settings)
    treatment = _as_given(treatment, settings)
    known = told_when(people, treatment)
    if not (known & people.followed & (treatment.start < np.inf)).any():
        raise CannotConclude(
            "of nobody in this cohort is it said on which day this treatment began",
            next_act="Import a study with first days of treatments; or give --from-entry if it was given from entry "
            "on, as in a randomised trial.",
        )
    found = treatment_by_gene(people, carriers, treatment, settings.min_events, tell)
    followed = people.followed & known
    model = _model(replace(people, exit=np.where(known, people.exit, np.nan)), found.state, settings) | {
        "left_out": _left_out(people, followed),
        "covariates": list(found.covariates),
        "treatment": settings.treatment,
        "treated_from": "entry" if settings.from_entry else "start",
        "hypothesis": True,
    }
    return Outcome(table_by_treatment(found, all_genes=bool(settings.genes)), model)


def _as_given(treatment: Given, settings: Settings) -> Given:
    """When the treatment began: on the day that is said, or for all who had it from entry on."""
    if not settings.from_entry:
        return treatment
    return replace(treatment, start=np.where(treatment.start == np.inf, np.inf, FROM_THE_START))


def _late_samples(people: People, first: Numbers) -> int | None:
    """Patients followed for long before their first sample, who had to live that long to be found to carry anything."""
    late = people.followed & (first - np.maximum(people.entry, 0.0) > LONG_DAYS)
    return released_part(int(late.sum()), int(people.followed.sum()))


def _chosen(people: People, carriers: Carriers, settings: Settings) -> tuple[People, Carriers]:
    """The people with their burden where that is asked for, and the genes that are asked for."""
    if BURDEN in settings.adjust:
        people = replace(people, numbers={**people.numbers, BURDEN: _burden(carriers)})
    if settings.genes:
        wanted = set(settings.genes)
        return people, carriers.only(np.array([gene in wanted for gene in carriers.genes], dtype=np.bool_))
    return people, carriers.only(carriers.n_altered > 0)


def _burden(carriers: Carriers) -> Numbers:
    """(patients,) log(1 + the number of genes altered in each)."""
    counts = np.zeros(carriers.patients)
    for start in range(0, len(carriers.genes), _GENES_AT_ONCE):
        block = np.asarray(carriers.altered[start : start + _GENES_AT_ONCE])
        counts += bits.unpack(block, carriers.patients).sum(axis=0)
    return np.log1p(counts)


def _model(people: People, state: tuple[str, ...], settings: Settings) -> dict[str, Any]:
    """What was asked, of whom."""
    followed = people.followed
    return {
        "endpoint": settings.endpoint,
        "kind": settings.kind,
        "adjusted_for": list(settings.adjust),
        "strata": list(settings.strata),
        "min_events": settings.min_events,
        "patients": int(followed.sum()),
        "events": int((followed & people.occurred).sum()),
        "after_months": settings.after,
        "up_to_months": settings.up_to or None,
        "from_sample": settings.from_sample,
        "delayed_entry": bool((people.entry[followed] > 0).any()),
        "genes_estimated": state.count(ESTIMATED),
        "genes_with_few_events": state.count(FEW_EVENTS),
        "treatment": None,
        "undated_treatments": sorted(
            name for name, given in people.treatments.items() if np.isnan(given.start[followed]).sum() >= FLOOR
        ),
    }


def _left_out(people: People, followed: np.ndarray) -> dict[str, int]:
    """Patients that are on no side, by the first reason that holds."""
    said = people.followed
    return {
        "no_time": int((~people.timed).sum()),
        "entry_not_said": int((people.timed & ~people.entered).sum()),
        "never_observed": int((people.entered & ~people.observed).sum()),
        "covariate_not_said": int((people.observed & ~said).sum()),
        "treatment_not_told": int((said & ~followed).sum()),
    }


def _prior(found: GeneSurvival) -> list[dict[str, float]] | None:
    """The shares of the mixture that matter, of the log hazard ratios' true spread."""
    if found.prior is None:
        return None
    pairs = zip(found.prior.shares.tolist(), found.prior.spreads.tolist(), strict=True)
    return [{"share": round(share, 3), "spread": round(spread, 3)} for share, spread in pairs if share >= 0.001]


def _parts(people: People, treatment: Given | None = None) -> Matrix:
    """(parts, words) those who were followed, with an event and without; of a treatment, given it and not."""
    sides = [people.followed]
    if treatment is not None:
        followed, ever = people.followed & told_when(people, treatment), treatment.start < people.exit
        sides = [followed & ever, followed & ~ever]
    return bits.pack(np.stack([side & event for side in sides for event in (people.occurred, ~people.occurred)]))


def _disclosed_model(model: dict[str, Any], genes: pa.Table, *, whole: bool) -> dict[str, Any]:
    """whole   whether the number of all who were followed may stand beside the numbers tested"""
    patients, left_out = disclosed_left_out(model["patients"], model["left_out"])
    patients = patients if whole else None
    events = None if patients is None else released_part(model["events"], patients)
    few = genes.column("state").to_pylist().count(FEW_EVENTS)
    return model | {"patients": patients, "events": events, "left_out": left_out, "genes_with_few_events": few}

"""What happens to a block of made-up patients: treatments, survival, events, measurements.

Survival is Weibull with hazards that depend on tumour type, stage, age, TP53 and treatment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chevet.records.tables import DAYS_PER_MONTH, STAGE, TREATMENT_CLASS
from chevet.synth import facts
from chevet.synth.catalogue import catalogue
from chevet.synth.columns import emptied, number, rows_of, table, text, whole
from chevet.synth.people import People
from chevet.synth.samples import Found
from chevet.synth.truth import Truth
from chevet.words import treatments

SHAPE = 1.15
STAGE_LOG_HAZARD = np.array([-2.4, -1.7, -0.9, 0.0, 0.9, 0.0])  # 0 to IV, then not staged (index -1)
AGE_LOG_HAZARD = 0.022  # per year above the mean of the type
TP53_LOG_HAZARD = 0.30
BENEFIT = {
    "targeted_therapy": 0.55,
    "immunotherapy": 0.40,
    "surgery": 0.25,
    "chemotherapy": 0.15,
    "hormone_therapy": 0.20,
}
_LAST_DAY_OF_DATA = 2026.0
_RESPONSES = ("complete response", "partial response", "stable disease", "progressive disease")
_ACTS = ("surgery", "radiotherapy", "transplant", "cell_therapy", "radiopharmaceutical")


@dataclass(frozen=True)
class Plan:
    """Treatments as planned: (patient, regimen number, medicine number); medicine -1 for an act."""

    patient: NDArray[np.int64]
    treatment_class: NDArray[np.int64]
    medicine: NDArray[np.int64]
    line: NDArray[np.int64]
    start_days: NDArray[np.float64]
    end_days: NDArray[np.float64]
    benefit: NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """How it went: days of death (inf when not seen), of progression (inf when none), of last news."""

    death_days: NDArray[np.float64]
    progression_days: NDArray[np.float64]
    last_news_days: NDArray[np.float64]

    @property
    def dead(self) -> NDArray[np.bool_]:
        return np.isfinite(self.death_days)


# Who, (class, medicine, line) of each, first and last day.
_Part: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]


def medicines() -> list[str]:
    every = [name for of_type in facts.regimens().values() for regimen in of_type for name in regimen.medicines]
    return sorted(set(every))


def plan_treatments(rng: np.random.Generator, people: People, found: Found) -> Plan:
    """In each line of treatment, the first regimen of the table that suits, by chance."""
    names = {name: i for i, name in enumerate(medicines())}
    parts: list[_Part] = []
    benefit = np.zeros(len(people))
    for tumour_number, tumour in enumerate(facts.tumours()):
        patients = people.of_type(tumour_number)
        taken: dict[int, NDArray[np.bool_]] = {}
        for regimen in facts.regimens()[tumour.code]:
            busy = taken.setdefault(regimen.line, np.zeros(len(patients), dtype=bool))
            chance = rng.random((3, len(patients)))
            given = _suits(regimen, people, found, patients) & ~busy & (chance[0] < regimen.probability)
            busy |= given
            who = patients[given]
            benefit[who] += BENEFIT.get(regimen.treatment_class, 0.0)
            start = np.round(regimen.start_days * np.exp(0.7 * (chance[1, given] - 0.4)))
            end = start + np.round(regimen.length_days * np.exp(1.2 * (chance[2, given] - 0.55)))
            for medicine in regimen.medicines or ("",):
                known = treatments.medicine(medicine)
                group = TREATMENT_CLASS.index(known.treatment_class if known else regimen.treatment_class)
                what = np.full((len(who), 3), [group, names.get(medicine, -1), regimen.line])
                parts.append((who, what, start, end))
    patient, starts, ends = (np.concatenate([part[i] for part in parts]) for i in (0, 2, 3))
    what = np.concatenate([part[1] for part in parts])
    order = np.lexsort((what[:, 1], starts, what[:, 2], patient))
    group_of, medicine_of, line = what[order].T
    return Plan(patient[order], group_of, medicine_of, line, starts[order], ends[order], np.minimum(benefit, 1.0))


def _suits(regimen: facts.Regimen, people: People, found: Found, patients: NDArray[np.int64]) -> NDArray[np.bool_]:
    suits: NDArray[np.bool_] = people.year[patients] >= regimen.from_year
    if regimen.stages:
        suits = suits & np.isin(people.stage[patients], [STAGE.index(stage) for stage in regimen.stages])
    if regimen.needs:
        genes = [facts.genes().position[gene] for gene in regimen.needs]
        suits = suits & found.altered[patients][:, genes].any(axis=1)
    return suits


def draw_course(rng: np.random.Generator, people: People, truth: Truth, plan: Plan) -> Course:
    """How it went for each person, seen or not. Cumulative hazard: ln 2 (days / median)^SHAPE exp(score)."""
    count = len(people)
    until = (_LAST_DAY_OF_DATA - people.year - rng.random(count)) * 365.25
    censored = np.round(np.minimum(np.maximum(until, 1), 1 + rng.exponential(6000, count)))
    median = np.array([t.median_months for t in facts.tumours()])[people.tumour] * DAYS_PER_MONTH
    hazard = rng.exponential(1.0, count) / (np.log(2) * np.exp(_score(people, truth, plan)))
    death = np.ceil(median * hazard ** (1 / SHAPE))
    progression = np.where(rng.random(count) < 0.8, np.ceil(death * rng.beta(2.2, 1.8, count)), np.inf)
    seen = death <= censored
    news = np.where(seen, death, censored)
    return Course(
        death_days=np.where(seen, death, np.inf),
        progression_days=np.where(progression < news, progression, np.inf),
        last_news_days=news,
    )


def _score(people: People, truth: Truth, plan: Plan) -> NDArray[np.float64]:
    age_mean = np.array([t.age_mean for t in facts.tumours()])[people.tumour]
    cat = catalogue()
    rows = truth.variant_row
    is_tp53 = (cat.gene[rows] == facts.genes().position["TP53"]) & ~cat.is_quiet[rows]
    tp53 = np.zeros(len(people), dtype=bool)
    tp53[truth.variant_patient[is_tp53]] = True
    score: NDArray[np.float64] = (
        STAGE_LOG_HAZARD[people.stage]
        + AGE_LOG_HAZARD * (people.age - age_mean)
        + TP53_LOG_HAZARD * tp53
        - plan.benefit
    )
    return score


def treatment_rows(rng: np.random.Generator, people: People, plan: Plan, course: Course) -> pa.Table:
    """Treatments that had begun by the last news; one still going on then has no end."""
    begun = plan.start_days < course.last_news_days[plan.patient]
    patient, line, group = plan.patient[begun], plan.line[begun], plan.treatment_class[begun]
    news = course.last_news_days[patient]
    end = np.where(plan.end_days[begun] <= news, plan.end_days[begun], np.nan)
    is_act = np.isin(group, [TREATMENT_CLASS.index(act) for act in _ACTS])
    spread = np.isin(people.stage[patient], (STAGE.index("IV"), -1))
    response = np.searchsorted([0.1, 0.42, 0.74], rng.random(len(patient)), side="right")
    names = medicines()
    return table(
        "treatment",
        patient_id=rows_of(people.ids, patient),
        treatment=text(names, plan.medicine[begun]),
        treatment_as_given=text(
            [*names, *_ACTS], np.where(plan.medicine[begun] >= 0, plan.medicine[begun], len(names) + _act(group))
        ),
        treatment_class=text(TREATMENT_CLASS, emptied(rng, group, 0.005)),
        given=pa.array(rng.random(len(patient)) >= 0.01),
        start_days=number(plan.start_days[begun], rng, 0.04),
        end_days=number(end, rng, 0.05),
        line=whole(np.where(spread & ~is_act, np.maximum(line - 1, 1), -1)),
        intent=text(("curative", "palliative"), emptied(rng, spread.astype(np.int64), 0.2)),
        best_response=text(_RESPONSES, emptied(rng, np.where(is_act, -1, response), 0.35)),
    )


def _act(group: NDArray[np.int64]) -> NDArray[np.int64]:
    place = np.full(len(TREATMENT_CLASS), 0)
    for number_of_act, act in enumerate(_ACTS):
        place[TREATMENT_CLASS.index(act)] = number_of_act
    return place[group]


def event_rows(rng: np.random.Generator, people: People, course: Course) -> pa.Table:
    """Progression or relapse, death or last contact, then overall and progression-free survival."""
    count = len(people)
    everyone = np.arange(count)
    progressed = np.isfinite(course.progression_days)
    first = np.minimum(np.where(progressed, course.progression_days, np.inf), course.last_news_days)
    kinds = ("progression", "relapse", "death", "last_contact", "overall_survival", "progression_free_survival")
    is_local = (people.stage >= 0) & (people.stage < STAGE.index("IV"))
    local = np.where(is_local, 1, 0)
    has_os, has_pfs = rng.random(count) >= 0.03, rng.random(count) >= 0.08
    parts = [
        (everyone[progressed], local[progressed], course.progression_days[progressed], np.ones(sum(progressed))),
        (everyone, np.where(course.dead, 2, 3), course.last_news_days, np.ones(count)),
        (everyone[has_os], np.full(has_os.sum(), 4), course.last_news_days[has_os], course.dead[has_os]),
        (everyone[has_pfs], np.full(has_pfs.sum(), 5), first[has_pfs], (progressed | course.dead)[has_pfs]),
    ]  # fmt: skip
    patient, kind, day, occurred = (np.concatenate([part[i] for part in parts]) for i in range(4))
    order = np.lexsort((kind, patient))
    patient, kind, day, occurred = patient[order], kind[order], day[order], occurred[order]
    return table(
        "event",
        patient_id=rows_of(people.ids, patient),
        event=text(kinds, kind),
        endpoint=text(kinds, np.where(kind >= 4, kind, -1)),
        occurred=pa.array(occurred.astype(bool)),
        start_days=number(day),
    )

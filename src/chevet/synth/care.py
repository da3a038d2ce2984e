"""What happens to a block of made-up patients: treatments, survival, events, measurements.

Survival is Weibull with hazards that depend on tumour type, stage, age, TP53 and treatment. A
patient referred late (`entry_days`) is one who lived to be referred: the death is drawn after the
entry, so that a curve with delayed entry recovers the truth and one without is too good.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chevet.records.tables import DAYS_PER_MONTH, STAGE, TREATMENT_CLASS
from chevet.synth import facts
from chevet.synth.alterations import Found, Truth
from chevet.synth.catalogue import catalogue
from chevet.synth.columns import emptied, number, rows_of, table, text, whole
from chevet.synth.people import People

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


def medicines() -> list[str]:
    every = [name for of_type in facts.regimens().values() for regimen in of_type for name in regimen.medicines]
    return sorted(set(every))


def plan_treatments(rng: np.random.Generator, people: People, found: Found) -> Plan:
    """In each line of treatment, the first regimen of the table that suits, by chance."""
    names = {name: i for i, name in enumerate(medicines())}
    parts: list[tuple[NDArray[np.float64], ...]] = []
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
            line = np.full(len(who), regimen.line)
            group = np.full(len(who), TREATMENT_CLASS.index(regimen.treatment_class))
            for medicine in regimen.medicines or ("",):
                parts.append((who, group, np.full(len(who), names.get(medicine, -1)), line, start, end))
    patient, group, medicine, line, start, end = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((medicine, start, line, patient))
    whole_numbers = [part[order].astype(np.int64) for part in (patient, group, medicine, line)]
    return Plan(*whole_numbers, start[order], end[order], np.minimum(benefit, 1.0))


def _suits(regimen: facts.Regimen, people: People, found: Found, patients: NDArray[np.int64]) -> NDArray[np.bool_]:
    suits: NDArray[np.bool_] = people.year[patients] >= regimen.from_year
    if regimen.stages:
        suits = suits & np.isin(people.stage[patients], [STAGE.index(stage) for stage in regimen.stages])
    if regimen.needs:
        genes = [facts.genes().position[gene] for gene in regimen.needs]
        suits = suits & found.altered[np.ix_(patients, genes)].any(axis=1)
    return suits


def draw_course(rng: np.random.Generator, people: People, truth: Truth, plan: Plan) -> tuple[People, Course]:
    """How it went for each patient, and the people with entries that observation allows.

    Cumulative hazard is ln 2 * (days / median)^SHAPE * exp(score).
    """
    count = len(people)
    until = (_LAST_DAY_OF_DATA - people.year - rng.random(count)) * 365.25
    censored = np.round(np.minimum(np.maximum(until, 1), 1 + rng.exponential(6000, count)))
    people = replace(people, entry_days=np.where(people.entry_days < censored - 1, people.entry_days, np.nan))
    median = np.array([t.median_months for t in facts.tumours()])[people.tumour] * DAYS_PER_MONTH
    score = _score(people, truth, plan)
    entry = np.nan_to_num(people.entry_days)
    hazard = np.log(2) * (entry / median) ** SHAPE * np.exp(score) + rng.exponential(1.0, count)
    death = np.ceil(median * (hazard / (np.log(2) * np.exp(score))) ** (1 / SHAPE))
    death = np.maximum(death, entry + 1)
    progression = np.where(rng.random(count) < 0.8, np.ceil(death * rng.beta(2.2, 1.8, count)), np.inf)
    seen = death <= censored
    news = np.where(seen, death, censored)
    return people, Course(
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


def measurement_rows(rng: np.random.Generator, people: People, truth: Truth, course: Course) -> pa.Table:
    """A few values a hospital would note, by tumour type, and most of them sometimes missing."""
    count = len(people)
    codes = np.array([t.code for t in facts.tumours()])[people.tumour]
    advanced = np.maximum(people.stage, 0) / 4
    erbb2 = np.zeros(count, dtype=bool)
    amplified = (truth.copy_call == 2) & (truth.copy_gene == facts.genes().position["ERBB2"])
    erbb2[truth.copy_patient[amplified]] = True
    breast, lung = np.isin(codes, ("IDC", "ILC")), np.isin(codes, ("LUAD", "LUSC", "SCLC"))
    gut, everyone = np.isin(codes, ("COAD", "READ", "STAD", "PAAD")), np.ones(count, dtype=bool)
    signs = ("negative", "positive")
    ecog = np.minimum(rng.poisson(0.5 + advanced), 4).astype(float)
    # name, who, share known, numbers, unit, words, codes of the words
    values: list[tuple[str, NDArray[np.bool_], float, NDArray[np.float64], str, NDArray[np.int64]]] = [
        ("ECOG", everyone, 0.85, ecog, "", _no_words(count)),
        ("LDH", everyone, 0.70, np.round(210 * np.exp(rng.normal(0.2 * advanced, 0.3))), "U/L", _no_words(count)),
        ("HAEMOGLOBIN", everyone, 0.65, np.round(rng.normal(13 - advanced, 1.4), 1), "g/dL", _no_words(count)),
        ("PD-L1_TPS", lung | np.isin(codes, ("HNSC", "BLCA")), 0.5, np.round(100 * rng.beta(0.4, 1, count)), "%", _no_words(count)),
        ("PACK_YEARS", lung, 0.75, np.round(rng.gamma(2.2, 15, count)), "pack-years", _no_words(count)),
        ("PSA", codes == "PRAD", 0.9, np.round(12 * np.exp(rng.normal(advanced, 0.9)), 1), "ng/mL", _no_words(count)),
        ("CA-125", codes == "HGSOC", 0.8, np.round(300 * np.exp(rng.normal(0, 1, count))), "U/mL", _no_words(count)),
        ("CEA", gut, 0.7, np.round(5 * np.exp(rng.normal(advanced, 1.1)), 1), "ng/mL", _no_words(count)),
        ("ER", breast, 0.95, np.full(count, np.nan), "", (rng.random(count) < 0.78).astype(np.int64)),
        ("PR", breast, 0.93, np.full(count, np.nan), "", (rng.random(count) < 0.66).astype(np.int64)),
        ("HER2", breast, 0.92, np.full(count, np.nan), "", erbb2.astype(np.int64)),
    ]  # fmt: skip
    kept = [np.flatnonzero(who & (rng.random(count) < known)) for _, who, known, *_ in values]
    patient = np.concatenate(kept)
    what = np.repeat(np.arange(len(values)), [len(part) for part in kept])
    order = np.lexsort((what, patient))
    numbers = np.concatenate([values[i][3][part] for i, part in enumerate(kept)])[order]
    words = np.concatenate([values[i][5][part] for i, part in enumerate(kept)])[order]
    patient, what = patient[order], what[order]
    day = np.minimum(np.round(rng.exponential(12, len(patient))), course.last_news_days[patient])
    return table(
        "measurement",
        patient_id=rows_of(people.ids, patient),
        measurement=text([value[0] for value in values], what),
        value_number=number(numbers),
        value_text=text(signs, words),
        unit=text([value[4] or None for value in values], what),
        measured_days=number(day, rng, 0.1),
    )


def _no_words(count: int) -> NDArray[np.int64]:
    return np.full(count, -1)

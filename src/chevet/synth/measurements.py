"""A few values that a hospital would note about a made-up patient, most of them sometimes missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chevet.synth import facts
from chevet.synth.care import Course
from chevet.synth.columns import number, rows_of, table, text
from chevet.synth.people import People
from chevet.synth.truth import Truth

_SIGNS = ("negative", "positive")


@dataclass(frozen=True)
class Value:
    """One kind of value: noted in `who` with chance `known`, as a number or as a sign (0 or 1)."""

    name: str
    who: NDArray[np.bool_]
    known: float
    numbers: NDArray[np.float64] | None = None
    signs: NDArray[np.bool_] | None = None
    unit: str | None = None


def measurement_rows(rng: np.random.Generator, people: People, truth: Truth, course: Course) -> pa.Table:
    values = _values(rng, people, truth)
    kept = [np.flatnonzero(value.who & (rng.random(len(people)) < value.known)) for value in values]
    patient = np.concatenate(kept)
    what = np.repeat(np.arange(len(values)), [len(part) for part in kept])
    order = np.lexsort((what, patient))
    numbers = np.concatenate([_numbers(value)[part] for value, part in zip(values, kept, strict=True)])[order]
    signs = np.concatenate([_signs(value)[part] for value, part in zip(values, kept, strict=True)])[order]
    patient, what = patient[order], what[order]
    day = np.minimum(np.round(rng.exponential(12, len(patient))), course.last_news_days[patient])
    return table(
        "measurement",
        patient_id=rows_of(people.ids, patient),
        measurement=text([value.name for value in values], what),
        value_number=number(numbers),
        value_text=text(_SIGNS, signs),
        unit=text([value.unit for value in values], what),
        measured_days=number(day, rng, 0.1),
    )


def _numbers(value: Value) -> NDArray[np.float64]:
    return np.full(len(value.who), np.nan) if value.numbers is None else value.numbers


def _signs(value: Value) -> NDArray[np.int64]:
    return np.full(len(value.who), -1) if value.signs is None else value.signs.astype(np.int64)


def _values(rng: np.random.Generator, people: People, truth: Truth) -> list[Value]:
    count = len(people)
    advanced = np.maximum(people.stage, 0) / 4
    everyone = np.ones(count, dtype=bool)
    breast, lung = _is(people, "IDC", "ILC"), _is(people, "LUAD", "LUSC", "SCLC")
    ecog = np.minimum(rng.poisson(0.5 + advanced), 4).astype(np.float64)
    ldh = np.round(210 * np.exp(rng.normal(0.2 * advanced, 0.3)))
    psa = np.round(12 * np.exp(rng.normal(advanced, 0.9)), 1)
    cea = np.round(5 * np.exp(rng.normal(advanced, 1.1)), 1)
    ca125 = np.round(300 * np.exp(rng.normal(0, 1, count)))
    pd_l1 = np.round(100 * rng.beta(0.4, 1.0, count))
    return [
        Value("ECOG", everyone, 0.85, numbers=ecog),
        Value("LDH", everyone, 0.70, numbers=ldh, unit="U/L"),
        Value("HAEMOGLOBIN", everyone, 0.65, numbers=np.round(rng.normal(13 - advanced, 1.4), 1), unit="g/dL"),
        Value("PD-L1_TPS", lung | _is(people, "HNSC", "BLCA"), 0.50, numbers=pd_l1, unit="%"),
        Value("PACK_YEARS", lung, 0.75, numbers=np.round(rng.gamma(2.2, 15, count)), unit="pack-years"),
        Value("PSA", _is(people, "PRAD"), 0.90, numbers=psa, unit="ng/mL"),
        Value("CA-125", _is(people, "HGSOC"), 0.80, numbers=ca125, unit="U/mL"),
        Value("CEA", _is(people, "COAD", "READ", "STAD", "PAAD"), 0.70, numbers=cea, unit="ng/mL"),
        Value("ER", breast, 0.95, signs=rng.random(count) < 0.78),
        Value("PR", breast, 0.93, signs=rng.random(count) < 0.66),
        Value("HER2", breast, 0.92, signs=_amplified(truth, "ERBB2", count)),
    ]


def _is(people: People, *codes: str) -> NDArray[np.bool_]:
    return np.isin(people.tumour, [i for i, tumour in enumerate(facts.tumours()) if tumour.code in codes])


def _amplified(truth: Truth, gene: str, count: int) -> NDArray[np.bool_]:
    rows = (truth.copy_call == 2) & (truth.copy_gene == facts.genes().position[gene])
    amplified = np.zeros(count, dtype=bool)
    amplified[truth.copy_patient[rows]] = True
    return amplified

"""Who is in a block of made-up patients: tumour type, sex, age, year, stage, hospital."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chevet.errors import Fault
from chevet.records.tables import STAGE
from chevet.synth import facts
from chevet.synth.columns import emptied, hyphened, number, rows_of, table, text, whole

UNSTAGED = -1
FEMALE, MALE = 0, 1
_SEXES = ("female", "male")
_GRADES = ("G1", "G2", "G3")
_SECOND_TUMOUR = 0.03


@dataclass(frozen=True)
class People:
    """A block of patients; arrays have one entry per patient, and hold the truth, never a gap.

    `ids` is null in those who never came under observation: they have no row in any table.

    `stage` indexes `records.tables.STAGE` (UNSTAGED when the tumour type has none), `tumour`
    indexes `facts.tumours()`, `centre` indexes `facts.CENTRES`; `entry_days` is NaN in a patient
    seen from diagnosis on.
    """

    ids: pa.Array[Any]
    tumour: NDArray[np.int64]
    sex: NDArray[np.int64]
    age: NDArray[np.float64]
    year: NDArray[np.int64]
    stage: NDArray[np.int64]
    centre: NDArray[np.int64]
    entry_days: NDArray[np.float64]
    msi_high: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.tumour)

    def of_type(self, number: int) -> NDArray[np.int64]:
        """Positions of the patients with tumour type `number`."""
        return np.flatnonzero(self.tumour == number)


def draw(rng: np.random.Generator, count: int) -> People:
    """`count` people, without a name yet: some may never come under observation."""
    types = facts.tumours()
    shares = np.cumsum([t.share for t in types])
    tumour = np.searchsorted(shares / shares[-1], rng.random(count), side="right")
    female = np.array([t.female_share for t in types])[tumour]
    mean, spread = (np.array([getattr(t, name) for t in types])[tumour] for name in ("age_mean", "age_sd"))
    stages = np.cumsum([t.stages if t.is_staged else (1, 0, 0, 0, 0) for t in types], axis=1)
    staged = np.array([t.is_staged for t in types])[tumour]
    stage = (rng.random(count)[:, None] * stages[tumour, -1:] >= stages[tumour]).sum(axis=1)
    referred = rng.random(count) < 0.18
    return People(
        ids=pa.nulls(count, pa.string()),
        tumour=tumour,
        sex=np.where(rng.random(count) < female, FEMALE, MALE),
        age=_ages(rng, mean, spread),
        year=facts.FIRST_YEAR
        + (np.sqrt(rng.random(count)) * (facts.LAST_YEAR - facts.FIRST_YEAR + 1)).astype(np.int64),
        stage=np.where(staged, np.minimum(stage, len(STAGE) - 1), UNSTAGED),
        centre=(rng.random(count) ** 1.6 * len(facts.CENTRES)).astype(np.int64),
        entry_days=np.where(referred, np.round(20 + rng.exponential(220, count)), np.nan),
        msi_high=rng.random(count) < np.array([t.msi_high for t in types])[tumour],
    )


def admit(people: People, last_news_days: NDArray[np.float64], first: int, count: int) -> People:
    """Name the first `count` people who came under observation, from number `first` on.

    Whoever died or was lost before the referral is in no hospital's file, whatever the tumour or
    the stage: leaving them out whole is what makes late referral true left truncation.
    """
    seen = np.flatnonzero(~(people.entry_days >= last_news_days))[:count]
    if len(seen) < count:
        raise Fault("too few made-up people came under observation", next_act="Please report the number and the seed.")
    number_of = np.full(len(people), -1)
    number_of[seen] = np.arange(first, first + count)
    digits = pc.utf8_lpad(pa.array(number_of, mask=number_of < 0).cast(pa.string()), 7, "0")
    return replace(people, ids=hyphened(pa.scalar("SYN"), digits))


def _ages(rng: np.random.Generator, mean: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normal ages in years; the few outside 18 to 95 are drawn again evenly around the mean."""
    age = rng.normal(mean, spread)
    again = mean + spread * rng.uniform(-1, 1, len(mean))
    return np.round(np.where((age < 18) | (age > 95), np.clip(again, 18, 95), age), 1).astype(np.float64)


def patient_rows(
    rng: np.random.Generator,
    people: People,
    dead: NDArray[np.bool_],
    last_news_days: NDArray[np.float64],
) -> pa.Table:
    count = len(people)
    birth = np.floor(people.year - people.age).astype(np.int64)
    cause = np.where(rng.random(count) < 0.82, 0, 1)
    return table(
        "patient",
        patient_id=people.ids,
        sex=text(_SEXES, emptied(rng, people.sex, 0.005)),
        birth_year=whole(emptied(rng, birth, 0.02)),
        centre=text(facts.CENTRES, people.centre),
        vital_status=text(("alive", "dead"), emptied(rng, dead.astype(np.int64), 0.02)),
        cause_of_death=text(("cancer", "other"), emptied(rng, np.where(dead, cause, -1), 0.25)),
        last_news_days=number(last_news_days, rng, 0.02),
        entry_days=number(people.entry_days),
    )


def diagnosis_rows(rng: np.random.Generator, people: People) -> pa.Table:
    """The first tumour of every patient, and a second one in a few."""
    codes = [t.code for t in facts.tumours()]
    count = len(people)
    second = np.flatnonzero(rng.random(count) < _SECOND_TUMOUR)
    other = rng.integers(0, len(codes), len(second))
    other = np.where(_possible(people.sex[second], other), other, people.tumour[second])
    owner = np.concatenate([np.arange(count), second])
    order = np.argsort(owner, kind="stable")
    tumour = np.concatenate([people.tumour, other])[order]
    is_second = np.concatenate([np.zeros(count, dtype=bool), np.ones(len(second), dtype=bool)])[order]
    owner = owner[order]
    later = np.where(is_second, np.round(rng.exponential(900, len(owner))) + 60, 0.0)
    staged = np.array([t.is_staged for t in facts.tumours()])[tumour]
    stage = np.where(is_second, np.where(staged, rng.integers(1, 5, len(owner)), UNSTAGED), people.stage[owner])
    stage = emptied(rng, stage, 0.06)
    grade = np.clip(rng.normal(1.0 + 0.15 * np.maximum(stage, 0), 0.7, len(owner)).round(), 0, 2).astype(np.int64)
    return table(
        "diagnosis",
        patient_id=rows_of(people.ids, owner),
        diagnosis_id=text(("D1", "D2"), is_second.astype(np.int64)),
        oncotree_code=text(codes, emptied(rng, tumour, 0.01)),
        tumour_as_given=text([f"made-up {code}" for code in codes], tumour),
        age_at_diagnosis_years=number(np.round(people.age[owner] + later / 365.25, 1), rng, 0.01),
        diagnosis_year=whole(np.minimum(people.year[owner] + later // 365.25, facts.LAST_YEAR)),
        stage=text(STAGE, stage),
        stage_as_given=text([f"made-up stage {s}" for s in STAGE], stage),
        grade=text(_GRADES, emptied(rng, grade, 0.3)),
        laterality=text(("left", "right"), emptied(rng, rng.integers(0, 2, len(owner)), 0.6)),
        diagnosed_days=number(later),
    )


def _possible(sex: NDArray[np.int64], tumour: NDArray[np.int64]) -> NDArray[np.bool_]:
    share = np.array([t.female_share for t in facts.tumours()])[tumour]
    return np.where(sex == FEMALE, share > 0, share < 1)

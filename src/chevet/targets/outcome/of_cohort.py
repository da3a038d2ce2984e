"""What a study says of its patients' survival, age, stage and treatments, as `People`."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chevet.cohort import Cohort
from chevet.cohort.nodes import Treated, TreatedWithClass
from chevet.errors import BadInput, CannotConclude
from chevet.privacy.disclosure import FLOOR
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.targets.outcome.people import FROM_THE_START, NEVER, Given, People, Words
from chevet.targets.outcome.risk_sets import Counts, Numbers
from chevet.words import treatments as words_of_treatments

AGE, TREATMENT, WORDS = "age", "treatment", ("stage", "grade", "sex")
ADJUST = (AGE, *WORDS, TREATMENT)
_AGE_FIELD = "age_at_diagnosis_years"


def people_of_cohort(
    cohort: Cohort, endpoint: str, adjust: Sequence[str], strata: Sequence[str], *, from_sample: bool = False
) -> People:
    """The patients of a cohort in the order of its index, with those covariates that the study tells of them.

    adjust       of ADJUST; `treatment` stands for every class of treatment that the study names
    strata       fields or measurements of words
    from_sample  nobody is under observation before the day of their first sample

    Age is a covariate where it is said of half of the patients or more. Raises BadInput for an unknown endpoint or
    field.
    """
    index = cohort.index
    members = bits.positions(cohort.bits, index.n_patients)
    days, occurred = index.endpoint(endpoint)
    entry = np.asarray(index.number("entry_days"), dtype=np.float64)[members]
    entry = np.where(np.isnan(entry), FROM_THE_START, entry)
    if from_sample:
        entry = np.maximum(entry, _sampled(cohort))
    age = np.asarray(index.number(_AGE_FIELD), dtype=np.float64)[members]
    said = 2 * int(np.isnan(age).sum()) <= len(age)
    classes = [name for name in index.treatment_classes if name] if TREATMENT in adjust else []
    words = {name: _words(cohort, name, members) for name in WORDS if name in adjust}
    return People(
        entry,
        np.asarray(days, dtype=np.float64)[members],
        np.asarray(occurred, dtype=np.bool_)[members],
        _strata(cohort, strata, members),
        {AGE: age} if AGE in adjust and said else {},
        {name: value for name, value in words.items() if value is not None},
        _given(cohort, "treatment_class", classes, members),
    )


def _sampled(cohort: Cohort) -> Numbers:
    """The days of `first_samples`; raises CannotConclude when the study tells of none."""
    first = first_samples(cohort)
    if np.isnan(first).all():
        raise CannotConclude(
            "of no sample of this cohort is it said on which day it was taken",
            next_act="Ask without --from-sample, or import a study that says when samples were taken.",
        )
    return first


def first_samples(cohort: Cohort) -> Numbers:
    """(members,) the day of each patient's first sample; NaN where it is not said of any."""
    index = cohort.index
    rows = cohort.version.table("sample", ["patient_id", "collected_days"])
    patient = np.asarray(pc.index_in(rows.column("patient_id"), value_set=index.patients).to_numpy(), dtype=np.int64)
    day = np.asarray(rows.column("collected_days").cast(pa.float64()).to_numpy(), dtype=np.float64)
    first = _first_days(patient, day, index.n_patients)
    return np.where(first == NEVER, np.nan, first)[bits.positions(cohort.bits, index.n_patients)]


def treatment_of_cohort(cohort: Cohort, named: str) -> tuple[str, str, Given]:
    """The medicine, or class of treatment, of this name: how the study calls it, its class, and when it was given.

    Raises BadInput when the study tells of no such treatment.
    """
    index = cohort.index
    members = bits.positions(cohort.bits, index.n_patients)
    of_class = words_of_treatments.treatment_class(named) or named
    if of_class and of_class in index.treatment_classes:
        return of_class, of_class, _given(cohort, "treatment_class", [of_class], members)[of_class]
    known = words_of_treatments.medicine(named)
    medicine = known.name if known else named.lower()
    if medicine and medicine in index.treatments:
        its_class = known.treatment_class if known else ""
        return medicine, its_class, _given(cohort, "treatment", [medicine], members)[medicine]
    # Names of treatments that one to four patients had are not told.
    classes = [name for name in index.treatment_classes if bits.count(index.treatment_class_bits(name)) >= FLOOR]
    medicines = [name for name in index.treatments if bits.count(index.treatment_bits(name)) >= FLOOR]
    names = [name for name in (*classes, *medicines) if name]
    near = difflib.get_close_matches(named, names, n=3) or names[:5]
    raise BadInput(
        "this study tells of no treatment of the name that was asked for",
        next_act=f"Use one of its treatments: {', '.join(near)}." if near else "Ask a study that tells of treatments.",
    )


def _words(cohort: Cohort, name: str, members: Counts) -> Words | None:
    """The words of a field; None when the study says nothing of it."""
    category = cohort.index.category(name)
    codes = np.asarray(category.codes, dtype=np.int64)[members]
    return Words(codes, tuple(category.labels)) if codes.any() else None


def _strata(cohort: Cohort, names: Sequence[str], members: Counts) -> Counts:
    """(members,) one number per combination of the words of these fields; what is not said is a word of its own."""
    columns = [np.asarray(cohort.index.category(name).codes, dtype=np.int64)[members] for name in names]
    if not columns:
        return np.zeros(len(members), dtype=np.int64)
    _, stratum = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    return np.asarray(stratum.reshape(-1), dtype=np.int64)


def _given(cohort: Cohort, column: str, names: Sequence[str], members: Counts) -> dict[str, Given]:
    """When each treatment was first given. Of several, the first day that is said; NaN when none is."""
    if not names:
        return {}
    index = cohort.index
    rows = cohort.version.table("treatment", ["patient_id", column, "given", "start_days"])
    rows = rows.filter(pc.and_(rows.column("given"), pc.is_in(rows.column(column), pa.array(names, pa.string()))))
    patient = np.asarray(pc.index_in(rows.column("patient_id"), value_set=index.patients).to_numpy(), dtype=np.int64)
    day = np.asarray(rows.column("start_days").cast(pa.float64()).to_numpy(), dtype=np.float64)
    what = np.asarray(rows.column(column).cast(pa.string()).to_pylist(), dtype=object)
    return {
        name: Given(
            _first_days(patient[what == name], day[what == name], index.n_patients)[members],
            bits.unpack(_told(cohort, column, name), index.n_patients)[members],
        )
        for name in names
    }


def _told(cohort: Cohort, column: str, name: str) -> Bits:
    """Who is known to have had this treatment, or not to: a record that names none of its treatments tells neither."""
    asked = TreatedWithClass(name) if column == "treatment_class" else Treated(name)
    answer = cohort.index.evaluate(asked)
    return answer.true | answer.false


def _first_days(patient: Counts, day: Numbers, patients: int) -> Numbers:
    first = np.full(patients, NEVER)
    said = ~np.isnan(day)
    np.minimum.at(first, patient[said], day[said])
    undated = np.zeros(patients, dtype=np.bool_)
    undated[patient] = True
    return np.where(undated & (first == NEVER), np.nan, first)

"""The definition language: which patients a question is about, in one sentence.

In text:

    diagnosis under LUNG and mutated(EGFR, "L858R") and not treated("osimertinib")
    and age_at_diagnosis_years >= 65 and tested(KRAS)

The same in Python:

    diagnosis_under("LUNG") & mutated("EGFR", "L858R") & ~treated("osimertinib")
    & (field("age_at_diagnosis_years") >= 65) & tested("KRAS")

Both give the same frozen nodes (`cohort.nodes`); `cohort.grammar` reads the text. For each patient
a definition is true, false, or unknown when nobody looked; the cohort holds those for whom it is true.
"""

from __future__ import annotations

from dataclasses import dataclass

from chevet.cohort import vocabulary
from chevet.cohort.fields import FIELDS
from chevet.cohort.grammar import parse
from chevet.cohort.nodes import (
    Altered,
    Amplified,
    Compare,
    Definition,
    Deleted,
    Diagnosis,
    Everyone,
    FieldOf,
    Fused,
    Known,
    MeasurementOf,
    Mutated,
    Note,
    Operator,
    Tested,
    Treated,
    TreatedWithClass,
    Value,
)
from chevet.errors import BadInput
from chevet.words.errors import error

__all__ = [
    "Definition",
    "Note",
    "altered",
    "amplified",
    "deleted",
    "diagnosis_is",
    "diagnosis_under",
    "everyone",
    "field",
    "fused",
    "known",
    "measurement",
    "mutated",
    "parse",
    "tested",
    "treated",
    "treated_with_class",
]


def everyone() -> Definition:
    """Every patient of the study."""
    return Everyone()


def diagnosis_is(tumour: str) -> Definition:
    """Patients with this very tumour type (OncoTree code or name)."""
    return Diagnosis(vocabulary.tumour(tumour))


def diagnosis_under(tumour: str) -> Definition:
    """Patients with this tumour type or any of its descendants in OncoTree.

    >>> str(diagnosis_under("LUNG"))
    'diagnosis under LUNG'
    """
    return Diagnosis(vocabulary.tumour(tumour), under=True)


def mutated(gene: str, change: str | None = None, *, as_given: bool = False) -> Definition:
    """Patients with a protein-altering variant of the gene, or with this protein change in any spelling.

    as_given   take a symbol that HGNC does not know as the study spells it

    >>> mutated("EGFR", "p.Leu858Arg") == mutated("EGFR", "L858R")
    True
    """
    symbol, note = vocabulary.gene(gene, as_given=as_given)
    return Mutated(symbol, None if change is None else vocabulary.protein_change(change), note=note)


def amplified(gene: str, *, as_given: bool = False) -> Definition:
    """Patients with a copy-number call of 2 for the gene."""
    symbol, note = vocabulary.gene(gene, as_given=as_given)
    return Amplified(symbol, note=note)


def deleted(gene: str, *, as_given: bool = False) -> Definition:
    """Patients with a copy-number call of -2 for the gene."""
    symbol, note = vocabulary.gene(gene, as_given=as_given)
    return Deleted(symbol, note=note)


def fused(gene: str, partner: str | None = None, *, as_given: bool = False) -> Definition:
    """Patients with a structural variant of the gene, or one that joins it to its partner in either order."""
    symbol, note = vocabulary.gene(gene, as_given=as_given)
    if partner is None:
        return Fused(symbol, note=note)
    other, other_note = vocabulary.gene(partner, as_given=as_given)
    return Fused(symbol, other, note=note or other_note)


def altered(gene: str, *, as_given: bool = False) -> Definition:
    """Patients in whom the gene is mutated, amplified, deleted or fused."""
    symbol, note = vocabulary.gene(gene, as_given=as_given)
    return Altered(symbol, note=note)


def tested(gene: str, kind: str = "variant", *, as_given: bool = False) -> Definition:  # noqa: PT028 (no test: a word of the language)
    """Patients in whom the gene was tested for this kind of alteration."""
    symbol, note = vocabulary.gene(gene, as_given=as_given)
    return Tested(symbol, kind, note=note)


tested.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test of its own


def treated(medicine: str) -> Definition:
    """Patients to whom this medicine was given."""
    name, note = vocabulary.medicine(medicine)
    return Treated(name, note=note)


def treated_with_class(treatment_class: str) -> Definition:
    """Patients to whom some treatment of this class was given."""
    return TreatedWithClass(vocabulary.treatment_class(treatment_class))


@dataclass(frozen=True)
class Asked:
    """A field or a measurement about to be compared.

    >>> str((field("age_at_diagnosis_years") >= 65) & field("stage").is_in("III", "IV"))
    'age_at_diagnosis_years >= 65 and stage in (III, IV)'
    """

    subject: FieldOf | MeasurementOf

    def equals(self, value: str | float) -> Definition:
        """Some value equals this one."""
        return self._compare("=", value)

    def differs_from(self, value: str | float) -> Definition:
        """No value equals this one."""
        return self._compare("!=", value)

    def is_in(self, *values: str | float) -> Definition:
        """Some value is one of these."""
        return Compare(self.subject, "in", tuple(_value(value) for value in values))

    def is_known(self) -> Definition:
        """Some value is recorded."""
        return Known(self.subject)

    def __lt__(self, value: float) -> Definition:
        return self._compare("<", value)

    def __le__(self, value: float) -> Definition:
        return self._compare("<=", value)

    def __gt__(self, value: float) -> Definition:
        return self._compare(">", value)

    def __ge__(self, value: float) -> Definition:
        return self._compare(">=", value)

    def _compare(self, operator: Operator, value: str | float) -> Definition:
        return Compare(self.subject, operator, _value(value))


def field(name: str) -> Asked:
    """A field of the record, to compare: `field("sex").equals("female")`."""
    if name not in FIELDS or name == "tumour":
        raise error(BadInput, "no_field", name=name, near=vocabulary.nearest_of(name, FIELDS))
    return Asked(FieldOf(name))


def measurement(name: str) -> Asked:
    """A measurement, by its name in the study, to compare."""
    return Asked(MeasurementOf(name))


def known(name: str) -> Definition:
    """Patients for whom this field is recorded; `diagnosis` for the tumour."""
    return Known(FieldOf("tumour") if name == "diagnosis" else field(name).subject)


def _value(value: str | float) -> Value:
    return value if isinstance(value, str) else float(value)

"""A question in words that a patient reads: no operators, no field names, no codes alone."""

from __future__ import annotations

from datetime import datetime

from chevet.cohort.answer import field_label, value_label
from chevet.cohort.nodes import (
    Altered,
    Amplified,
    And,
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
    Not,
    Or,
    Tested,
    Treated,
    TreatedWithClass,
)
from chevet.words import oncotree
from chevet.words.dates import day_said
from chevet.words.labels import Lang, has_label, label

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def who(definition: Definition, lang: Lang) -> str:
    """The patients that a definition means.

    >>> from chevet.cohort.definition import parse
    >>> who(parse("sex = female and not treated(osimertinib)"), "en")
    'the patients whose sex is female and who did not receive osimertinib'
    """
    if isinstance(definition, Everyone):
        return label("plain.everybody", lang)
    return label("plain.those", lang, who=_said(definition, True, lang))


def day(at: str, lang: Lang) -> str:
    """The day of a moment, as people write it.

    >>> day("2026-03-01T12:00:00+00:00", "fr"), day("2026-03-02T12:00:00+00:00", "en")
    ('1er mars 2026', '2 March 2026')
    """
    return day_said(datetime.fromisoformat(at), lang)


def _said(definition: Definition, holds: bool, lang: Lang) -> str:
    match definition:
        case Not(part=part):
            return _said(part, not holds, lang)
        case And(parts=parts) | Or(parts=parts):
            together = isinstance(definition, And) == holds
            said = [_said(part, holds, lang) for part in parts]
            if not together:
                return label("plain.either", lang, each=label("plain.or_between", lang).join(said))
            return f" {label('plain.and', lang)} ".join(said)
        case Everyone():
            return label("plain.anybody" if holds else "plain.nobody", lang)
        case Compare():
            return _compared(definition, holds, lang)
        case _:
            return _fact(definition, "yes" if holds else "no", lang)


def _fact(leaf: Definition, way: str, lang: Lang) -> str:
    match leaf:
        case Diagnosis(code=code, under=under):
            key = "plain.tumour_under" if under else "plain.tumour"
            return label(f"{key}.{way}", lang, tumour=oncotree.name(code, lang))
        case Mutated(gene=gene, change=str(change)):
            return label(f"plain.change.{way}", lang, gene=gene, change=change.removeprefix("p."))
        case Fused(gene=gene, partner=str(partner)):
            return label(f"plain.fused_both.{way}", lang, gene=gene, partner=partner)
        case Mutated() | Amplified() | Deleted() | Fused() | Altered() | Tested():
            return label(f"plain.{type(leaf).__name__.lower()}.{way}", lang, gene=leaf.gene)
        case Treated(medicine=medicine):
            return label(f"plain.treated.{way}", lang, treatment=medicine)
        case TreatedWithClass(treatment_class=of_class):
            return label(f"plain.treated.{way}", lang, treatment=label(f"treatment_class.{of_class}", lang))
        case Known(subject=subject):
            return label(f"plain.known.{way}", lang, field=_field(subject, lang))
    return label(f"plain.other.{way}", lang, definition=str(leaf))


def _compared(leaf: Compare, holds: bool, lang: Lang) -> str:
    values = [_value(leaf.subject, value, lang) for value in leaf.values]
    last = values.pop()
    listed = f"{', '.join(values)} {label('plain.or', lang)} {last}" if values else last
    operator = leaf.operator if leaf.operator != "in" else "="
    way = operator if holds else _OPPOSITE[operator]
    key = {"=": "is", "!=": "is_not", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}[way]
    return label(f"plain.value.{key}", lang, field=_field(leaf.subject, lang), value=listed)


def _field(subject: FieldOf | MeasurementOf, lang: Lang) -> str:
    if isinstance(subject, MeasurementOf):
        return subject.name
    own = f"plain.field.{subject.name}"
    return label(own, lang) if has_label(own) else field_label(subject.name, lang)


def _value(subject: FieldOf | MeasurementOf, value: float | str, lang: Lang) -> str:
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() else repr(value)
        return text.replace(".", ",") if lang == "fr" else text
    return value_label(subject.name, value, lang) if isinstance(subject, FieldOf) else value

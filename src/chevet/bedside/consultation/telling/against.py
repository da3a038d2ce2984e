"""What must not be given, what was removed for it, and what asks for care; each with its reason."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from chevet.bedside.consultation.telling.findings import as_reason
from chevet.bedside.consultation.telling.sources import sources_of
from chevet.genomics.finding import Finding
from chevet.therapy import saying
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement
from chevet.therapy.matching.against import Withheld
from chevet.therapy.matching.candidate import Candidate
from chevet.therapy.matching.option import Option
from chevet.words.labels import Lang, label


def combined(options: Iterable[Option]) -> frozenset[str]:
    """The medicines that some option gives together with others."""
    return frozenset(
        medicine
        for option in options
        if len(option.therapy) > 1
        for part in option.therapy
        for medicine in base.medicines_of(part)
    )


def against(one: Withheld, lang: Lang, combined: Container[str] = ()) -> dict[str, Any]:
    """What must not be given; of a medicine that an option combines, that it is meant without that combination."""
    statement = one.statements[0] if one.statements else None
    text = saying.regimen(one.therapy, lang)
    alone = len(one.therapy) == 1 and one.therapy[0] in combined
    return {
        "therapy": saying.medicines(one.therapy),
        "therapy_text": label("against.alone", lang, therapy=text) if alone else text,
        "effect": one.effect,
        "why": " ".join(_why_against(each, lang) for each in (one, *one.others)),
        "because": [as_reason(finding, lang) for finding in one.because],
        "level": statement.level if statement else None,
        "sources": list(dict.fromkeys(source for each in one.every_statement for source in sources_of(each))),
        "statements": [each.id for each in one.every_statement],
    }


def removed(option: Option, by: Withheld, lang: Lang) -> dict[str, Any]:
    """An option that was found and must not be given, with what forbids it."""
    return {
        "therapy": saying.medicines(option.therapy),
        "therapy_text": saying.regimen(option.therapy, lang),
        "because": [as_reason(finding, lang) for finding in option.because],
        "removed_by": against(by, lang),
    }


def caution(one: Candidate, lang: Lang) -> dict[str, Any]:
    """A statement that asks for care, and forbids nothing."""
    therapy = saying.regimen(one.statement.therapy, lang)
    return {
        "therapy": saying.medicines(one.statement.therapy), "therapy_text": therapy, "effect": one.statement.effect,
        "why": _sentence(one.statement, one.statement.effect, one.because, therapy, lang),
        "level": one.statement.level, "sources": sources_of(one.statement),
    }  # fmt: skip


def _why_against(one: Withheld, lang: Lang) -> str:
    """The reason in a sentence: the findings, the earlier treatment that it asks for, and the tumours."""
    therapy = saying.regimen(one.therapy, lang)
    if not one.statements:
        return label(f"against.{one.effect}", lang, therapy=therapy)
    return _sentence(one.statements[0], one.effect, one.because, therapy, lang)


def _sentence(statement: Statement, effect: str, because: tuple[Finding, ...], therapy: str, lang: Lang) -> str:
    words = ", ".join(saying.finding(finding, lang) for finding in because) or saying.rule(statement.biomarker, lang)
    earlier = [one for one in statement.requires if one.kind in ("prior", "progressed_on")]
    if earlier:
        words += f" ({', '.join(saying.condition(one, lang) for one in earlier)})"
    return label(f"against.{effect}", lang, because=words, therapy=therapy, of_therapy=saying.of(therapy, lang),
                 tumour=saying.tumours(statement.tumour, lang))  # fmt: skip

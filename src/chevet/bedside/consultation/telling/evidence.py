"""What is known of the findings beside the options: facts of diagnosis and outlook, and what other bases say."""

from __future__ import annotations

from typing import Any

from chevet.bedside.consultation.telling.findings import as_reason
from chevet.bedside.consultation.telling.sources import sources_of
from chevet.therapy import saying
from chevet.therapy.fitting import answer
from chevet.therapy.matching.candidate import Candidate
from chevet.words.labels import Lang, label


def fact(one: Candidate, lang: Lang) -> dict[str, Any]:
    """What a finding says of diagnosis or outlook."""
    words = ", ".join(saying.finding(finding, lang) for finding in one.because) or saying.rule(
        one.statement.biomarker, lang
    )
    tumour = saying.tumours(one.statement.tumour, lang)
    return {
        "effect": one.statement.effect,
        "text": label(f"fact.{one.statement.effect}", lang, because=words, tumour=tumour),
        "level": one.statement.level, "sources": sources_of(one.statement),
    }  # fmt: skip


def of_another_base(one: Candidate, lang: Lang) -> dict[str, Any]:
    """A statement of a base of others: evidence to read, never an option."""
    statement = one.statement
    return {
        "therapy": saying.medicines(statement.therapy), "therapy_text": saying.regimen(statement.therapy, lang),
        "effect": statement.effect, "level": statement.level,
        "because": [as_reason(finding, lang) for finding in one.because],
        "tumour": saying.tumours(statement.tumour, lang), "tumour_match": answer(one.fit.tumour),
        "sources": sources_of(statement), "statement": statement.id,
    }  # fmt: skip

"""Each finding with its class, and what was and was not tested."""

from __future__ import annotations

from typing import Any

from chevet.bedside.consultation.consult import Consultation
from chevet.genomics.finding import Finding
from chevet.therapy import saying
from chevet.words.labels import Lang, label


def finding(one: Finding, lang: Lang) -> dict[str, Any]:
    """One finding with its class in words; what was only measured has no class."""
    found = one.as_json()
    found["label"] = saying.finding(one, lang)
    found["class"] = "polymorphism" if one.polymorphism else one.verdict
    judged = one.alteration.type not in ("signature", "expression", "wild_type")
    found["class_text"] = label(f"verdict.{found['class']}" if judged else "consultation.measured", lang)
    return found


def as_reason(finding: Finding, lang: Lang) -> dict[str, Any]:
    """A finding as the reason of an option or of a warning."""
    change = finding.alteration
    return {"label": saying.finding(finding, lang), "type": change.type, "gene": change.gene or None,
            "protein_change": change.protein_change, "name": change.name or None}  # fmt: skip


def tested(made: Consultation) -> dict[str, Any]:
    """What the laboratory looked at; `genes` null where it is not said."""
    tested = made.case.tested
    genes = None if tested.genes is None else sorted(tested.genes)
    return {"everything": tested.everything, "panel": tested.panel, "genes": genes}


def not_tested(name: str, made: Consultation, lang: Lang) -> str:
    """What was not tested; of a marker that was measured, that its exact level is missing."""
    words = saying.missing(name, lang)
    measured = any(one.alteration.name == name and one.alteration.value is not None for one in made.findings)
    return label("not_tested.level", lang, what=words) if measured else words

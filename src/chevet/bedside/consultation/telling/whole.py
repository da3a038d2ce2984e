"""The whole object, heading by heading."""

from __future__ import annotations

from typing import Any

from chevet.bedside.consultation.consult import Consultation
from chevet.bedside.consultation.steps import nearest
from chevet.bedside.consultation.telling.against import against, caution, combined, removed
from chevet.bedside.consultation.telling.evidence import fact, of_another_base
from chevet.bedside.consultation.telling.findings import finding, not_tested, tested
from chevet.bedside.consultation.telling.flags import flags
from chevet.bedside.consultation.telling.headline import headline, nothing_approved
from chevet.bedside.consultation.telling.options import option
from chevet.bedside.consultation.telling.sources import provenance, sources
from chevet.bedside.consultation.telling.steps import steps
from chevet.therapy import saying
from chevet.words import oncotree
from chevet.words.labels import Lang, label

FORM = "chevet-consultation-1"


def tell(made: Consultation, lang: Lang) -> dict[str, Any]:
    """The object, as JSON has it."""
    choice, case = made.choice, made.case
    offered = combined(choice.options)
    told_against = [against(one, lang, offered) for one in choice.against]
    return {
        "form": FORM,
        "case_id": case.case_id,
        "lang": lang,
        "date": made.day.isoformat(),
        "jurisdiction": case.jurisdiction,
        "jurisdiction_said": case.jurisdiction_said,
        "diagnosis": _diagnosis(made, lang),
        "clinical": made.read.clinical_as_json(),
        "sample": {"purity": case.purity},
        "headline": headline(made, lang),
        "options": [option(rank, one, made, lang) for rank, one in enumerate(choice.options, 1)],
        "not_to_give": told_against,
        "nothing_approved": choice.nothing_approved,
        "nothing_approved_because": nothing_approved(made, lang) if choice.nothing_approved else None,
        "untargeted": [option(rank, one, made, lang) for rank, one in enumerate(choice.untargeted, 1)],
        "later": [option(rank, one, made, lang) for rank, one in enumerate(choice.later, 1)],
        "evidence": [option(rank, one, made, lang) for rank, one in enumerate(choice.evidence, 1)],
        "elsewhere": [option(rank, one, made, lang) for rank, one in enumerate(choice.elsewhere, 1)],
        "removed": [removed(option, by, lang) for option, by in choice.removed],
        "next_steps": steps(made, lang),
        "flags": flags(made, lang),
        "cautions": [caution(one, lang) for one in choice.cautions],
        "facts": [fact(one, lang) for one in choice.facts],
        "other_bases": [
            {"base": kept.version.name, "checked": kept.version.checked.isoformat(),
             "statements": [of_another_base(one, lang) for one in said]}
            for kept, said in made.others
        ],
        "findings": [finding(one, lang) for one in made.findings],
        "tested": tested(made),
        "not_tested": [
            {"what": not_tested(name, made, lang), "name": name,
             "would_open": [saying.regimen(option.therapy, lang) for option in nearest(options)]}
            for name, options in choice.to_test
        ],
        "not_read": [one.as_json(lang) for one in made.read.not_read],
        "measures": {**made.measures.as_json(lang), "segments": _segments(made)},
        "safety": made.safety.as_json(lang),
        "trials": None if made.trials is None else [one.as_json(lang) for one in made.trials],
        "sources": sources(made),
        "provenance": provenance(made),
        "notice": label("consult.notice", lang),
    }  # fmt: skip


def _diagnosis(made: Consultation, lang: Lang) -> dict[str, Any]:
    diagnosis = made.case.diagnosis
    known = oncotree.get(diagnosis.oncotree) is not None
    return {
        "oncotree": diagnosis.oncotree or None,
        "name": oncotree.name(diagnosis.oncotree, lang) if known else None,
        "text": diagnosis.text or None,
    }


def _segments(made: Consultation) -> list[dict[str, Any]]:
    """Copies along the genome, of segments that say them: a log ratio alone is no number of copies."""
    return [
        {"chromosome": one.chromosome, "start": one.start, "end": one.end, "copies": one.copies}
        for one in made.read.segments
        if one.copies is not None
    ]

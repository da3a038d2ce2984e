"""Each option: what is given, because of what, who approved it for whom, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chevet.bedside.consultation.consult import Consultation
from chevet.bedside.consultation.telling.findings import as_reason
from chevet.therapy import saying
from chevet.therapy.fitting import answer
from chevet.therapy.matching.candidate import AGENCY
from chevet.therapy.matching.option import Approved, Option
from chevet.words.labels import Lang, label


def option(rank: int, one: Option, made: Consultation, lang: Lang) -> dict[str, Any]:
    """One option; `match` fields are yes, no or not_stated."""
    lead = one.lead
    statement = lead.statement
    tumour_said = lead.fit.tumour
    return {
        "rank": rank,
        "therapy": saying.medicines(one.therapy),
        "choices": saying.choices(one.therapy),
        "therapy_text": saying.regimen(one.therapy, lang),
        "because": [as_reason(finding, lang) for finding in one.because],
        "tier": {"amp": _amp(one), "escat": statement.escat or None},
        "approvals": [_approval(approved, lang) for approved in one.approvals],
        "tumour_match": answer(tumour_said),
        "agnostic": lead.is_agnostic,
        "line_match": answer(lead.fit.line),
        "line": saying.line(statement, lang),
        "jurisdiction_match": answer(one.jurisdiction) if made.case.jurisdiction_said else "not_stated",
        "biomarker_match": answer(lead.biomarker.holds),
        "conditions": [
            {"what": saying.condition(condition, lang), "match": answer(holds)}
            for condition, holds in lead.fit.conditions
        ],
        "to_test": [saying.missing(name, lang) for name in one.to_test],
        "place": statement.place or None,
        "why": _why(one, made, lang),
        "sources": _cited(one),
        "statements": [statement.id, *(other.statement.id for other in one.others)],
    }


def _amp(one: Option) -> str:
    """Of the statement; evidence from another tumour is never better than C."""
    level = one.lead.statement.level
    return max(level, "C") if one.lead.fit.tumour is False else level


def _approval(approved: Approved, lang: Lang) -> dict[str, Any]:
    approval, statement = approved.approval, approved.statement
    return {
        "agency": approval.agency,
        "status": approval.status,
        "in_force": approved.in_force,
        "tumour": saying.tumours(statement.tumour, lang),
        "line": saying.line(statement, lang),
        "date": approval.date.isoformat(),
        "date_is": "at_latest" if approval.at_latest else "day",
        "from_age": None if approved.from_years is None else _age(approved.from_years, lang),
        "ended": approval.ended.isoformat() if approval.ended else None,
        "brand": approval.brand,
        "source": f"{approval.agency}, {approval.brand}, {approval.section}",
    }


def _why(one: Option, made: Consultation, lang: Lang) -> str:
    """The reason in one to three sentences: what was found, who approves it for whom, what is still open."""
    statement = one.lead.statement
    tumour = saying.tumours(statement.tumour, lang)
    because = ", ".join(saying.finding(finding, lang) for finding in one.because) or saying.rule(
        statement.biomarker, lang
    )
    parts = [label("why.because", lang, because=because)]
    in_force = [approved for approved in one.approvals if approved.in_force]
    if one.lead.fit.tumour is False:
        parts.append(label("why.elsewhere", lang, tumour=tumour))
    elif one.jurisdiction:
        agencies = sorted({approved.approval.agency for approved in in_force if approved.statement is statement})
        here = AGENCY[made.case.jurisdiction] if made.case.jurisdiction_said else ", ".join(agencies)
        parts.append(label("why.approved", lang, agency=here, tumour=tumour, line=saying.line(statement, lang)))
    elif in_force:
        parts += _not_here(in_force, made, lang)
    else:
        parts.append(label("why.evidence", lang, level=statement.level))
    if statement.place:
        parts.append(label(f"why.{statement.place}", lang))
    if one.to_test:
        parts.append(label("why.to_test", lang, what=", ".join(saying.missing(name, lang) for name in one.to_test)))
    if one.to_check:
        parts.append(label("why.to_check", lang, what=", ".join(saying.condition(c, lang) for c in one.to_check)))
    against = [condition for condition, holds in one.lead.fit.conditions if holds is False]
    if one.lead.fit.line is False:
        parts.append(label("why.other_line", lang, line=saying.line(statement, lang)))
    if against:
        parts.append(label("why.not_met", lang, what=", ".join(saying.condition(c, lang) for c in against)))
    return " ".join(parts)


def _not_here(in_force: list[Approved], made: Consultation, lang: Lang) -> Iterator[str]:
    """Why an approval that holds is none here: it is of another agency, or for those who are older."""
    older = {one.approval.agency: one.from_years for one in in_force if one.from_years is not None}
    others = sorted({one.approval.agency for one in in_force} - set(older))
    if others:
        yield label("why.foreign", lang, agency=", ".join(others), here=AGENCY[made.case.jurisdiction])
    for agency, years in sorted(older.items()):
        yield label("why.older", lang, agency=agency, age=_age(years, lang))


def _age(years: float, lang: Lang) -> str:
    """An age in words: years, or months below one year."""
    unit, count = ("year", years) if years >= 1 else ("month", round(years * 12))
    return label(f"why.{unit}", lang) if count == 1 else label(f"why.{unit}s", lang, count=f"{count:g}")


def _cited(one: Option) -> list[str]:
    labels = [
        f"{a.approval.agency}, {a.approval.brand}, {a.approval.section}, {a.approval.when}" for a in one.approvals
    ]
    return list(dict.fromkeys((*labels, *one.sources)))

"""The consultation as the published object: words in one language, and every claim with its source.

Its form is `schemas/consultation.schema.json`. Pages, DOCX and PDF are views of this object and know nothing else.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Sequence
from typing import Any

import chevet
from chevet.bedside.consultation.consult import Consultation, statements_of
from chevet.bedside.consultation.steps import Step, next_steps
from chevet.genomics import clonality
from chevet.genomics.finding import Finding
from chevet.therapy import saying
from chevet.therapy.fitting import answer, is_of_blood
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement
from chevet.therapy.matching.against import Withheld
from chevet.therapy.matching.candidate import AGENCY, Candidate
from chevet.therapy.matching.option import Approved, Option
from chevet.therapy.safety.advice import Advice
from chevet.words import oncotree
from chevet.words.labels import Lang, label

FORM = "chevet-consultation-1"


def tell(made: Consultation, lang: Lang) -> dict[str, Any]:
    """The object, as JSON has it."""
    choice, case = made.choice, made.case
    offered = _combined(choice.options)
    told_against = [_against(one, lang, offered) for one in choice.against]
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
        "headline": _headline(made, lang),
        "options": [_option(rank, one, made, lang) for rank, one in enumerate(choice.options, 1)],
        "not_to_give": told_against,
        "nothing_approved": choice.nothing_approved,
        "nothing_approved_because": _nothing(made, lang) if choice.nothing_approved else None,
        "untargeted": [_option(rank, one, made, lang) for rank, one in enumerate(choice.untargeted, 1)],
        "later": [_option(rank, one, made, lang) for rank, one in enumerate(choice.later, 1)],
        "evidence": [_option(rank, one, made, lang) for rank, one in enumerate(choice.evidence, 1)],
        "elsewhere": [_option(rank, one, made, lang) for rank, one in enumerate(choice.elsewhere, 1)],
        "removed": [_removed(option, by, lang) for option, by in choice.removed],
        "next_steps": _steps(made, lang),
        "flags": _flags(made, lang),
        "cautions": [_caution(one, lang) for one in choice.cautions],
        "facts": [_fact(one, lang) for one in choice.facts],
        "other_bases": [
            {"base": kept.version.name, "checked": kept.version.checked.isoformat(),
             "statements": [_of_another_base(one, lang) for one in said]}
            for kept, said in made.others
        ],
        "findings": [_finding(one, lang) for one in made.findings],
        "tested": _tested(made),
        "not_tested": [
            {"what": _untested(name, made, lang), "name": name,
             "would_open": [saying.regimen(option.therapy, lang) for option in options]}
            for name, options in choice.to_test
        ],
        "not_read": [one.as_json(lang) for one in made.read.not_read],
        "measures": {**made.measures.as_json(lang), "segments": _segments(made)},
        "safety": made.safety.as_json(lang),
        "trials": None if made.trials is None else [one.as_json(lang) for one in made.trials],
        "sources": _sources(made),
        "provenance": _provenance(made),
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


def _headline(made: Consultation, lang: Lang) -> str:
    """One sentence: what comes first, or that nothing is approved."""
    options = made.choice.options
    if not options:
        placed, found = bool(made.case.diagnosis.oncotree), bool(made.findings)
        return label(f"consult.headline_{'nothing' if placed and found else 'unplaced' if found else 'empty'}", lang)
    first = options[0]
    key = "headline_option" if first.lead.is_found and first.is_approved else "headline_if"
    because = ", ".join(saying.finding(one, lang) for one in first.because)
    return label(f"consult.{key}", lang, therapy=saying.regimen(first.therapy, lang), because=because or "–")


# -- options


def _option(rank: int, one: Option, made: Consultation, lang: Lang) -> dict[str, Any]:
    lead = one.lead
    statement = lead.statement
    tumour_said = lead.fit.tumour
    return {
        "rank": rank,
        "therapy": saying.medicines(one.therapy),
        "choices": saying.choices(one.therapy),
        "therapy_text": saying.regimen(one.therapy, lang),
        "because": [_because(finding, lang) for finding in one.because],
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


def _because(finding: Finding, lang: Lang) -> dict[str, Any]:
    change = finding.alteration
    return {"label": saying.finding(finding, lang), "type": change.type, "gene": change.gene or None,
            "protein_change": change.protein_change, "name": change.name or None}  # fmt: skip


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
        others = ", ".join(sorted({approved.approval.agency for approved in in_force}))
        parts.append(label("why.foreign", lang, agency=others, here=AGENCY[made.case.jurisdiction]))
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


def _cited(one: Option) -> list[str]:
    labels = [
        f"{a.approval.agency}, {a.approval.brand}, {a.approval.section}, {a.approval.when}" for a in one.approvals
    ]
    return list(dict.fromkeys((*labels, *one.sources)))


# -- against


def _combined(options: Iterable[Option]) -> frozenset[str]:
    """The medicines that some option gives together with others."""
    return frozenset(
        medicine
        for option in options
        if len(option.therapy) > 1
        for part in option.therapy
        for medicine in base.medicines_of(part)
    )


def _against(one: Withheld, lang: Lang, combined: Container[str] = ()) -> dict[str, Any]:
    """What must not be given; of a medicine that an option combines, that it is meant without that combination."""
    statement = one.statements[0] if one.statements else None
    text = saying.regimen(one.therapy, lang)
    alone = len(one.therapy) == 1 and one.therapy[0] in combined
    return {
        "therapy": saying.medicines(one.therapy),
        "therapy_text": label("against.alone", lang, therapy=text) if alone else text,
        "effect": one.effect,
        "why": " ".join(_why_against(each, lang) for each in (one, *one.others)),
        "because": [_because(finding, lang) for finding in one.because],
        "level": statement.level if statement else None,
        "sources": list(dict.fromkeys(source for each in one.every_statement for source in _sources_of(each))),
        "statements": [each.id for each in one.every_statement],
    }


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


def _removed(option: Option, by: Withheld, lang: Lang) -> dict[str, Any]:
    return {
        "therapy": saying.medicines(option.therapy),
        "therapy_text": saying.regimen(option.therapy, lang),
        "because": [_because(finding, lang) for finding in option.because],
        "removed_by": _against(by, lang),
    }


def _caution(one: Candidate, lang: Lang) -> dict[str, Any]:
    therapy = saying.regimen(one.statement.therapy, lang)
    return {
        "therapy": saying.medicines(one.statement.therapy), "therapy_text": therapy, "effect": one.statement.effect,
        "why": _sentence(one.statement, one.statement.effect, one.because, therapy, lang),
        "level": one.statement.level, "sources": _sources_of(one.statement),
    }  # fmt: skip


def _fact(one: Candidate, lang: Lang) -> dict[str, Any]:
    words = ", ".join(saying.finding(finding, lang) for finding in one.because) or saying.rule(
        one.statement.biomarker, lang
    )
    tumour = saying.tumours(one.statement.tumour, lang)
    return {
        "effect": one.statement.effect,
        "text": label(f"fact.{one.statement.effect}", lang, because=words, tumour=tumour),
        "level": one.statement.level, "sources": _sources_of(one.statement),
    }  # fmt: skip


def _of_another_base(one: Candidate, lang: Lang) -> dict[str, Any]:
    statement = one.statement
    return {
        "therapy": saying.medicines(statement.therapy), "therapy_text": saying.regimen(statement.therapy, lang),
        "effect": statement.effect, "level": statement.level,
        "because": [_because(finding, lang) for finding in one.because],
        "tumour": saying.tumours(statement.tumour, lang), "tumour_match": answer(one.fit.tumour),
        "sources": _sources_of(statement), "statement": statement.id,
    }  # fmt: skip


def _nothing(made: Consultation, lang: Lang) -> str:
    choice, case = made.choice, made.case
    agency = AGENCY[case.jurisdiction] if case.jurisdiction_said else ", ".join(sorted(set(AGENCY.values())))
    parts = [label("nothing.none", lang, agency=agency)]
    foreign = [option for option in choice.options if any(a.in_force for a in option.approvals)]
    if choice.removed:
        removed = ", ".join(saying.regimen(option.therapy, lang) for option, _ in choice.removed[:3])
        parts.append(label("nothing.removed", lang, therapies=removed))
    if choice.later:
        parts.append(label("nothing.later", lang, therapies=_names(choice.later[:3], lang)))
    if choice.untargeted:
        parts.append(label("nothing.untargeted", lang, therapies=_names(choice.untargeted[:3], lang)))
    if foreign:
        parts.append(label("nothing.foreign", lang, therapies=_names(foreign[:3], lang)))
    if choice.to_test:
        tests = ", ".join(saying.missing(name, lang) for name, _ in choice.to_test[:6])
        parts.append(label("nothing.to_test", lang, what=tests))
    return " ".join(parts)


def _names(options: Iterable[Option], lang: Lang) -> str:
    return ", ".join(saying.regimen(option.therapy, lang) for option in options)


# -- the rest


def _steps(made: Consultation, lang: Lang) -> list[dict[str, Any]]:
    """The steps, with what has to be measured before a proposed medicine is given; the board comes last."""
    trials = None if made.trials is None else len(_open_trials(made))
    steps = [_step(step, lang) for step in next_steps(made.case, made.findings, made.choice, trials=trials)]
    by_text: dict[str, list[Advice]] = {}
    for one in made.safety.to_test:
        by_text.setdefault(one.what.text(lang), []).append(one)
    first = [
        {"kind": "test_first", "text": _before(text, group, lang), "what": [one.medicine for one in group],
         "sources": list(dict.fromkeys(source for one in group for source in one.sources))}
        for text, group in by_text.items()
    ]  # fmt: skip
    return [*steps[:-1], *first, *steps[-1:]]


def _before(text: str, group: Sequence[Advice], lang: Lang) -> str:
    """What to measure first, said once for all the medicines that ask for it."""
    names = ", ".join(saying.treatment(one.medicine, lang) for one in group)
    return label("step.test_first", lang, therapies=names, what=text)


def _segments(made: Consultation) -> list[dict[str, Any]]:
    """Copies along the genome, of segments that say them: a log ratio alone is no number of copies."""
    return [
        {"chromosome": one.chromosome, "start": one.start, "end": one.end, "copies": one.copies}
        for one in made.read.segments
        if one.copies is not None
    ]


def _untested(name: str, made: Consultation, lang: Lang) -> str:
    """What was not tested; of a marker that was measured, that its exact level is missing."""
    words = saying.missing(name, lang)
    measured = any(one.alteration.name == name and one.alteration.value is not None for one in made.findings)
    return label("not_tested.level", lang, what=words) if measured else words


def _tested(made: Consultation) -> dict[str, Any]:
    """What the laboratory looked at; `genes` null where it is not said."""
    tested = made.case.tested
    genes = None if tested.genes is None else sorted(tested.genes)
    return {"everything": tested.everything, "panel": tested.panel, "genes": genes}


def _step(step: Step, lang: Lang) -> dict[str, Any]:
    names = [saying.missing(name, lang) if step.kind == "test" else saying.treatment(name, lang) for name in step.what]
    what = ", ".join(names)
    therapies = (" ; " if lang == "fr" else "; ").join(saying.regimen(therapy, lang) for therapy in step.therapies)
    return {
        "kind": step.kind,
        "text": label(f"step.{step.key}", lang, what=what, therapies=therapies),
        "what": list(step.what),
        "sources": list(step.sources),
    }


def _flags(made: Consultation, lang: Lang) -> list[dict[str, Any]]:
    """What a reader must be told: of the files, then of findings, then of what the case does not say."""
    told = [flag.as_json(lang) for flag in made.read.flags]
    for one in made.findings:
        told += [
            {"key": key, "text": label(f"flag.{key}", lang, finding=saying.finding(one, lang))} for key in one.flags
        ]
    clinical = made.case.clinical
    for key, is_missing in (
        ("extent_not_said", clinical.extent is None and not is_of_blood(made.case)),
        ("line_not_said", clinical.line is None),
        ("jurisdiction_not_said", not made.case.jurisdiction_said),
        ("tumour_not_placed", not made.case.diagnosis.oncotree),
        ("purity_low", made.case.purity is not None and made.case.purity < clonality.LOW_PURITY),
        ("tested_not_said", made.case.tested.genes is None and not made.case.tested.everything),
    ):
        if is_missing:
            told.append({"key": key, "text": label(f"flag.{key}", lang)})
    return told


def _finding(one: Finding, lang: Lang) -> dict[str, Any]:
    found = one.as_json()
    found["label"] = saying.finding(one, lang)
    found["class"] = "polymorphism" if one.polymorphism else one.verdict
    judged = one.alteration.type not in ("signature", "expression", "wild_type")
    found["class_text"] = label(f"verdict.{found['class']}" if judged else "consultation.measured", lang)
    return found


def _open_trials(made: Consultation) -> list[Any]:
    return [one for one in made.trials or () if one.is_for_the_board]


def _sources_of(statement: Statement) -> list[str]:
    labels = [f"{one.agency}, {one.brand}, {one.section}, {one.when}" for one in statement.approvals]
    return list(dict.fromkeys((*labels, *statement.sources)))


def _sources(made: Consultation) -> list[dict[str, Any]]:
    """Every statement that the consultation rests on, with the day on which it was checked."""
    return [
        {"statement": one.id, "base": one.base, "checked": one.checked.isoformat(), "sources": _sources_of(one)}
        for one in statements_of(made.choice)
    ]


def _provenance(made: Consultation) -> dict[str, Any]:
    return {
        "chevet": chevet.__version__,
        "knowledge": [
            {"base": one.name, "sha256": one.sha256, "statements": one.statements, "checked": one.checked.isoformat(),
             "age_days": (made.day - one.checked).days if one.checked > datetime.date.min else None}
            for one in (*made.knowledge.versions, *(kept.version for kept, _ in made.others))
        ],
        "files": [one.as_json() for one in made.read.sources],
        "date": made.day.isoformat(),
    }  # fmt: skip

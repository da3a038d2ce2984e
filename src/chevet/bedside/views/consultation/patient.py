"""One plain sheet for the patient: to read with the doctor, never in place of that talk.

No outlook, nothing inherited, no medicine that must not be given, no level of evidence: what a person should first hear
from someone, and not from paper, is not on it. Of a gene in which a change may be inherited not even the name is.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from chevet.bedside.consultation.steps import germline_genes
from chevet.bedside.views.consultation.html import TEMPLATES
from chevet.bedside.views.consultation.option_cards import must_not_contain
from chevet.bedside.views.consultation.page_one import ALARMS, drives, flags
from chevet.bedside.views.wording import Wording
from chevet.paper import pages, sheets
from chevet.words.labels import Lang, label

Told = dict[str, Any]
TREATMENTS, GENES, TESTS = 3, 8, 6
QUESTIONS = ("meaning", "choices", "effects", "trial", "tests", "medicines", "family")
_MARKED = {"amplification": "amplified", "gain": "amplified", "deletion": "lost", "loss": "lost", "fusion": "fusion"}


@dataclass(frozen=True)
class Treatment:
    name: str
    why: str


@dataclass(frozen=True)
class Part:
    """A heading, what is said under it, and what is listed."""

    heading: str
    lines: tuple[str, ...]
    treatments: tuple[Treatment, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class PatientSheet:
    lang: Lang
    title: str
    case: str
    made_on: str
    purpose: str
    parts: tuple[Part, ...]
    questions_heading: str
    questions: tuple[str, ...]
    notes: str


def patient_sheet(told: Told) -> PatientSheet:
    """The sheet in the language of the object."""
    w = Wording(told["lang"])
    return PatientSheet(
        lang=w.lang, title=_word("title", w), case=_word("case", w, case=told["case_id"]) if told["case_id"] else "",
        made_on=w.date(told["date"]), purpose=_word("purpose", w),
        parts=(_looked(told, w), _found(told, w), _proposed(told, w), _not_tested(told, w)),
        questions_heading=_word("questions", w),
        questions=tuple(_word(f"question.{one}", w) for one in QUESTIONS), notes=_word("notes", w),
    )  # fmt: skip


def html(sheet: PatientSheet) -> str:
    """The sheet as one self-contained HTML file."""
    return pages.page(TEMPLATES.joinpath("patient.html.j2"), TEMPLATES.joinpath("patient.css"), s=sheet)


def pdf(sheet: PatientSheet, *, made_on: datetime.date) -> bytes:
    """The sheet as a PDF on A4 (PDF/UA-1)."""
    return sheets.sheet(TEMPLATES.joinpath("patient.typ"), asdict(sheet), made_on=made_on)


def _word(key: str, w: Wording, **values: object) -> str:
    return label(f"patient.{key}", w.lang, **values)


def _looked(told: Told, w: Wording) -> Part:
    tested = told["tested"]
    if tested["everything"]:
        how = _word("looked_everything", w)
    elif tested["genes"]:
        how = _word("looked_genes", w, n=w.number(len(tested["genes"])))
    else:
        how = _word("looked_unsaid", w)
    return Part(_word("looked", w), (_word("looked_text", w), how))


def _is_doubted(told: Told) -> bool:
    """Whether a file may be another patient's, or contradicts another: paper must not tell it as this patient's."""
    return any(key in ALARMS for key, _ in flags(told))


def _found(told: Told, w: Wording) -> Part:
    if _is_doubted(told):
        return Part(_word("found", w), (_word("in_doubt", w),))
    named = list(dict.fromkeys(_gene(one, w) for one in told["findings"] if drives(one) and _may_be_told(one)))
    first = _word("found_genes", w, genes=", ".join(named[:GENES])) if named else _word("found_none", w)
    return Part(_word("found", w), (first, _word("found_other", w)))


def _gene(one: Told, w: Wording) -> str:
    mark = _MARKED.get(one["type"])
    return _word(f"marker.{mark}", w, gene=one["gene"]) if mark else str(one["gene"])


def _may_be_told(one: Told) -> bool:
    """Whether paper may say it: a change of the tumour, in a gene that asks for no counselling before it is named."""
    of_family = one.get("gene") in germline_genes() and one["type"] == "variant" and one.get("origin") != "somatic"
    return bool(one.get("gene")) and one.get("origin") != "germline" and not of_family


def _proposed(told: Told, w: Wording) -> Part:
    """The first options that are approved here and wait for nothing, without those whose reason is for the doctor."""
    heading = _word("proposed", w)
    sure = [one for one in told["options"] if one["biomarker_match"] == "yes" and one["jurisdiction_match"] != "no"]
    if _is_doubted(told):
        return Part(heading, (_word("proposed_by_doctor", w),))
    if told["nothing_approved"] or not sure:
        return Part(heading, (_word("proposed_none", w),))
    kept_back = {one["label"] for one in told["findings"] if one.get("gene") and not _may_be_told(one)}
    shown = [
        one
        for one in sure
        if not kept_back & {each["label"] for each in one["because"]} and not must_not_contain(one, told, w)
    ]
    if not shown:
        return Part(heading, (_word("proposed_by_doctor", w),))
    genes = {one["label"]: str(one["gene"]) for one in told["findings"] if drives(one) and one.get("gene")}
    return Part(
        heading, (_word("proposed_text", w),),
        tuple(Treatment(one["therapy_text"], _why(one, genes, w)) for one in shown[:TREATMENTS]),
        _word("proposed_note", w),
    )  # fmt: skip


def _why(one: Told, genes: dict[str, str], w: Wording) -> str:
    named = list(dict.fromkeys(genes[each["label"]] for each in one["because"] if each["label"] in genes))
    return _word("proposed_why", w, genes=", ".join(named)) if named else ""


def _not_tested(told: Told, w: Wording) -> Part:
    """Missing tests by name; a gene that is tested for the family's sake is left to the doctor."""
    names = [one["what"] for one in told["not_tested"] if one["name"] not in germline_genes()]
    what = ", ".join(names[:TESTS])
    return Part(_word("not_tested", w),
                (_word("not_tested_text", w, what=what) if what else _word("not_tested_none", w),))  # fmt: skip

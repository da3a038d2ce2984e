"""What was done with data like mine: the uses of a study, each in one sentence of plain words.

A use is told with its project and purpose, the day, the question in words, and whether it was answered. It is told
when its question could have included the person described, or when it took the whole study. No researcher is
named, no number is told, and nothing is looked up in the study, unless one patient is asked about by the hospital's
own staff: then the caller says which questions cannot have included that patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from chevet.cohort.definition import parse
from chevet.cohort.nodes import Definition
from chevet.errors import BadInput
from chevet.room import audit, plain
from chevet.room.audit import Line
from chevet.room.book import Book
from chevet.room.likeness import could_include
from chevet.room.refusals import known_code
from chevet.room.state import Permit
from chevet.words import duo
from chevet.words.labels import Lang, has_label, label

Outcome = Literal["answered", "refused", "done"]
Includes = Callable[[str, int | None, Definition], bool]
_WHOLE_STUDY = {
    audit.WORKSPACE_OPENED: "extract", audit.RELEASE_MADE: "release", audit.CUBE_MADE: "cube", "job_run": "program",
    "output_released": "handed_over",
}  # fmt: skip
_QUESTIONS: dict[str, Outcome] = {audit.ANSWERED: "answered", audit.REFUSED: "refused", audit.INSIDE: "answered"}


@dataclass(frozen=True)
class Use:
    """One use, or several alike (`times`), the last on the day `at`.

    form         question, extract, release, cube, program, handed_over, page
    asked        for a question: what kind of answer was wanted
    definitions  whom the question meant; one, or two that were compared
    why          for a refused question: the code of the refusal (see `refusals`)
    """

    at: str
    form: str
    study: str
    project: str
    purpose_in_words: str
    purpose: tuple[str, ...]
    outcome: Outcome
    asked: str = ""
    definitions: tuple[Definition, ...] = ()
    why: str = ""
    times: int = 1

    def sentence(self, lang: Lang) -> str:
        """The use in one sentence."""
        values: dict[str, Any] = {
            "day": plain.day(self.at, lang), "study": self.study,
            "project": label("uses.by_project", lang, project=self.project) if self.project
            else label("uses.by_hospital", lang),
        }  # fmt: skip
        if self.form == "question":
            key = f"uses.asked.{self.asked}"
            values |= {"who": self._who(lang), "asked": label(key if has_label(key) else "uses.asked.other", lang)}
        said = label(f"uses.{self.form}", lang, **values)
        why = f".{self.why}" if self.outcome == "refused" else ""
        said += " " + label(f"uses.{self.outcome}{why}", lang) if self.form == "question" else ""
        return said + (" " + label("uses.times", lang, times=self.times) if self.times > 1 else "")

    def purpose_said(self, lang: Lang) -> str:
        """What for: in the project's own words, then the purposes by name; empty for the hospital's own use."""
        if not self.project:
            return ""
        named = ", ".join(duo.name(code, lang) for code in self.purpose if duo.find(code))
        if not self.purpose_in_words:
            return named
        return label("uses.purpose", lang, words=self.purpose_in_words, named=named)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        return {
            "at": self.at, "form": self.form, "study": self.study, "project": self.project,
            "purpose": self.purpose_said(lang), "outcome": self.outcome, "why": self.why, "times": self.times,
            "sentence": self.sentence(lang),
        }  # fmt: skip

    def _who(self, lang: Lang) -> str:
        return f" {label('uses.and_of', lang)} ".join(plain.who(d, lang) for d in self.definitions)


def like(book: Book, person: Definition, study: str | None = None) -> list[Use]:
    """The uses whose question could have included somebody who fits `person`, the latest first.

    Told from the definitions alone: no study is opened.
    """
    return _told(_uses(book, study, lambda _study, _version, asked: could_include(asked, person)))


def of_patient(book: Book, study: str, includes: Includes, name: str) -> list[Use]:
    """The uses of this study that could have included one patient, the latest first; for the hospital's own staff.

    includes   whether a question (study, version, definition) is true of the patient, or nothing is known against it
    name       what the ledger calls the patient: pages written of this patient are told, too
    """
    return _told(_uses(book, study, includes, name))


def _uses(book: Book, study: str | None, includes: Includes, name: str | None = None) -> Iterable[Use]:
    with book.now() as (state, _):
        permits = dict(state.permits)
    included = lru_cache(maxsize=10_000)(includes)  # the same questions are asked again and again
    for line in audit.lines(book, audit.Wanted(study=study)):
        use = _use(line, permits.get(line.permit), name)
        if use is None:
            continue
        version = line.facts.get("version")
        numbered = version if isinstance(version, int) else None
        if not use.definitions or any(included(use.study, numbered, each) for each in use.definitions):
            yield use


def _use(line: Line, permit: Permit | None, name: str | None) -> Use | None:
    """The use that a line tells of; None for what is no use of data."""
    if line.void or not line.study:
        return None
    about = Use(
        line.at, "question", line.study, line.project, permit.purpose_in_words if permit else "",
        permit.purpose if permit else (), "done",
    )  # fmt: skip
    if line.act in _QUESTIONS:
        return _question(line, about)
    if line.act in _WHOLE_STUDY:
        return replace(about, form=_form(line))
    if line.act == audit.PAGE_WRITTEN and name is not None and line.facts.get("patient") == name:
        return replace(about, form="page")
    return None


def _form(line: Line) -> str:
    """A room that gives no extract gives tables alone."""
    form = _WHOLE_STUDY[line.act]
    gives = line.facts.get("gives")
    return "tables" if form == "extract" and isinstance(gives, list) and "extract" not in gives else form


def _question(line: Line, about: Use) -> Use:
    facts: Mapping[str, Any] = line.facts
    outcome = _QUESTIONS[line.act]
    return replace(
        about, outcome=outcome, asked=str(facts.get("kind") or facts.get("answer") or ""),
        definitions=tuple(_read(str(facts[each])) for each in ("definition", "second") if each in facts),
        why=known_code(facts.get("why_code")) if outcome == "refused" else "",
    )  # fmt: skip


@lru_cache(maxsize=10_000)
def _read(text: str) -> Definition:
    """The definition as it was asked. One that a later vocabulary can no longer read meant anybody, for all we know."""
    try:
        return parse(text)
    except BadInput:
        return parse("all")


def _told(uses: Iterable[Use]) -> list[Use]:
    """The latest first; uses that differ by their moment alone are told once, with how many they are."""
    alike: dict[Use, Use] = {}
    for use in uses:
        key = replace(use, at="")
        before = alike.pop(key, None)
        alike[key] = use if before is None else replace(use, times=before.times + 1)
    return sorted(alike.values(), key=lambda use: use.at)[::-1]

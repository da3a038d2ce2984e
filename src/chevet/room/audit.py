"""Who asked what, under which permit, and what became of it: the ledger read for an auditor.

Nothing here changes anything. The chain is checked while it is read: what an audit shows is what was entered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chevet.room import events
from chevet.room.book import Book
from chevet.room.tokens import ACCESS_REFUSED
from chevet.store.ledger import Entry

Kind = Literal["question", "program", "extract", "page", "access", "other"]
KINDS: tuple[Kind, ...] = ("question", "program", "extract", "page", "access", "other")
ANSWERED, REFUSED = "room_question_answered", "room_question_refused"
INSIDE = "question_asked"
WORKSPACE_OPENED, RELEASE_MADE, CUBE_MADE = "workspace_opened", "release_made", "cube_made"
RELEASE_REFUSED = "release_refused"
PAGE_WRITTEN = "patient_page_written"
PROGRAM_ACTS = (
    "job_started", "job_run", "output_submitted", "output_checked", "output_returned", "output_refused",
    "output_released", "output_withdrawn", "output_looked_at",
)  # fmt: skip
_KIND_OF: dict[str, Kind] = {
    **dict.fromkeys((*events.EVENTS, ACCESS_REFUSED), "access"),
    **dict.fromkeys((ANSWERED, REFUSED, INSIDE, "table_exported", "picture_exported"), "question"),
    **dict.fromkeys(PROGRAM_ACTS, "program"),
    **dict.fromkeys((WORKSPACE_OPENED, RELEASE_MADE, RELEASE_REFUSED, CUBE_MADE), "extract"),
    PAGE_WRITTEN: "page", "patient_uses_told": "page",
}  # fmt: skip
_QUESTION_FACTS = ("field", "by", "rows", "columns", "definition", "second")
_TOLD_ELSEWHERE = {
    "permit",
    "project",
    "study",
    "cohort",
    "reason",
    "why",
    "why_code",
    "kind",
    "mode",
    "person",
    *_QUESTION_FACTS,
}


@dataclass(frozen=True)
class Line:
    """One act. `what` is the question, or the facts that people read; `why` the reason given.

    void   the entry was written past the rules of access, and counts for nothing
    """

    n: int
    at: str
    act: str
    kind: Kind
    who: str
    permit: str
    project: str
    study: str
    what: str
    why: str
    void: bool
    facts: Mapping[str, Any] = field(repr=False)

    @property
    def refused(self) -> bool:
        return self.act in (REFUSED, RELEASE_REFUSED, ACCESS_REFUSED, "output_refused")

    def as_json(self) -> dict[str, Any]:
        return {
            "n": self.n, "at": self.at, "act": self.act, "kind": self.kind, "who": self.who, "permit": self.permit,
            "project": self.project, "study": self.study, "what": self.what, "why": self.why, "void": self.void,
            "facts": dict(self.facts),
        }  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which lines: all that agree with every filter given. Times are UTC; `until` is left out itself."""

    permit: str | None = None
    project: str | None = None
    study: str | None = None
    who: str | None = None
    kinds: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    refused_only: bool = False

    def takes(self, line: Line) -> bool:
        """Whether this line is wanted."""
        moment = datetime.fromisoformat(line.at)
        return (
            self.permit in (None, line.permit)
            and self.project in (None, line.project)
            and self.study in (None, line.study)
            and self.who in (None, line.who)
            and (not self.kinds or line.kind in self.kinds)
            and (self.since is None or moment >= self.since)
            and (self.until is None or moment < self.until)
            and (not self.refused_only or line.refused)
        )


def lines(book: Book, wanted: Wanted | None = None) -> Iterator[Line]:
    """The lines wanted, in the order of the ledger. Raises Fault at the first entry that was tampered with."""
    with book.now() as (state, _):
        projects = {permit.id: permit.project for permit in state.permits.values()}
        studies = {permit.id: permit.study for permit in state.permits.values()}
        void = frozenset(book.void)
    chosen = wanted or Wanted()
    for entry in book.ledger.entries():
        line = _line(entry, projects, studies, entry.n in void)
        if chosen.takes(line):
            yield line


def kind_of(act: str) -> Kind:
    """The kind by which an auditor finds this act; `other` for those that are not the room's."""
    return _KIND_OF.get(act, "other")


def _line(entry: Entry, projects: Mapping[str, str], studies: Mapping[str, str], void: bool) -> Line:
    facts = entry.facts
    permit = str(facts.get("permit", ""))
    return Line(
        n=entry.n, at=entry.at, act=entry.act, kind=kind_of(entry.act), who=entry.actor, permit=permit,
        project=str(facts.get("project") or projects.get(permit, "")),
        study=str(facts.get("study") or facts.get("cohort") or studies.get(permit, "")),
        what=_what(facts), why=str(facts.get("reason") or facts.get("why") or ""), void=void, facts=facts,
    )  # fmt: skip


def _what(facts: Mapping[str, Any]) -> str:
    if "definition" in facts:
        kind = facts.get("kind") or facts.get("answer") or ""
        asked = " / ".join(str(facts[name]) for name in _QUESTION_FACTS if name in facts)
        mode = f" [{facts['mode']}]" if "mode" in facts else ""
        return f"{kind}{mode}: {asked}"
    told = {name: fact for name, fact in facts.items() if name not in _TOLD_ELSEWHERE and not isinstance(fact, dict)}
    subject = [f"person: {facts['person']}"] if "person" in facts else []
    short = [f"{name}: {_in_short(fact)}" for name, fact in told.items() if fact not in (None, "", [])]
    return ", ".join([*subject, *short])


def _in_short(fact: Any) -> str:
    """Hashes by their first letters, lists with commas.

    >>> _in_short("a" * 64), _in_short(["b", 2])
    ('aaaaaaaaaaaa…', 'b, 2')
    """
    if isinstance(fact, list):
        return ", ".join(map(_in_short, fact))
    text = str(fact)
    return f"{text[:12]}…" if len(text) == 64 and not set(text) - set("0123456789abcdef") else text

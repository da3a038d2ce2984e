"""The door of the data room's questions: who asks, under which permit, in which mode; what is answered, and written down.

Every question is an entry in the ledger before its answer is handed over: answered or refused, by whom,
under which permit, the definition in its one canonical text, and the reason of a refusal. Never a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chevet.cohort.answer import Answer
from chevet.cohort.definition import parse
from chevet.cohort.nodes import Definition
from chevet.errors import BadInput, ChevetError, Refused
from chevet.room.questions import answers, curves, frequencies
from chevet.room.questions.by_cube import FromCube
from chevet.room.questions.cubes import open_cube
from chevet.room.questions.numbers import Asked
from chevet.room.questions.source import Source
from chevet.room.tokens import Pass
from chevet.store.lake import Lake
from chevet.store.version import Version

QUESTION_ANSWERED, QUESTION_REFUSED = "room_question_answered", "room_question_refused"
Mode = Literal["cube", "checked", "noise"]
MODES: tuple[Mode, ...] = ("cube", "checked", "noise")
KINDS = ("count", "describe", "genes", "survival", "compare", "table", "cooccurrence")


@dataclass(frozen=True)
class Question:
    """What is asked. `how` holds what a kind needs besides: `by`, `genes`, `top`, `rows`, `columns`."""

    kind: str
    definition: Definition
    second: Definition | None = None
    how: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def read(kind: str, definition: str, second: str | None = None, **how: Any) -> Question:
        """A question from text. BadInput when a definition cannot be read."""
        if kind not in KINDS:
            raise BadInput(f"{kind} is no kind of question", next_act="Use one of: " + ", ".join(KINDS))
        return Question(kind, parse(definition), None if second is None else parse(second), how)

    def facts(self) -> dict[str, Any]:
        """The question as the ledger keeps it: canonical, so that one question has one text."""
        told: dict[str, Any] = {"kind": self.kind, "definition": str(self.definition)}
        if self.second is not None:
            told["second"] = str(self.second)
        return told | {name: value for name, value in sorted(self.how.items()) if value}


def ask(lake: Lake, passed: Pass, study: str, question: Question, *, mode: Mode = "cube", version: int | None = None) -> Answer:
    """The answer to a question, for somebody whose token let them in.

    Raises Refused when the permit does not give this study, version or mode, or when the question would speak of
    a few people; CannotConclude when this mode cannot express it. Either is written down.
    """
    said = {"study": study, "mode": mode, "permit": passed.permit.id, "project": passed.permit.project} | question.facts()
    try:
        require_given(passed, study, version, mode)
        opened = lake.open(study, passed.permit.version or version)
        said["version"] = opened.number
        answer = _ANSWERED[mode](lake, passed, opened, question)
    except ChevetError as error:
        lake.ledger.append(QUESTION_REFUSED, actor=passed.person, **said, reason=error.message)
        raise
    lake.ledger.append(QUESTION_ANSWERED, actor=passed.person, **said)
    return answer


def require_given(passed: Pass, study: str, version: int | None, mode: Mode) -> None:
    """Raise Refused, with all that is missing, unless the permit gives this study, version and mode."""
    permit, missing = passed.permit, []
    if permit.study != study:
        missing.append(f"it is for study {permit.study}")
    if version is not None and permit.version not in (None, version):
        missing.append(f"it is for version {permit.version}")
    if mode not in permit.conditions.answers:
        missing.append(f"it does not allow the mode {mode}")
    if missing:
        raise Refused(
            f"permit {permit.id} does not give this answer: {'; '.join(missing)}",
            next_act="Ask for what the permit gives, or ask a steward for another permit: chevet room permit show "
            + permit.id,
        )


def _from_cube(lake: Lake, passed: Pass, version: Version, question: Question) -> Answer:
    asked = Asked(version.study, version.number, str(question.definition), "cube", question.definition.notes)
    return made(FromCube(open_cube(lake, version)), asked, question)


def made(source: Source, asked: Asked, question: Question) -> Answer:
    """The answer of this kind, from these counts. BadInput for a kind that the counts do not give."""
    how, definition = question.how, question.definition
    match question.kind:
        case "count":
            return answers.count(source, asked, definition)
        case "describe":
            return answers.describe(source, asked, definition)
        case "genes":
            return frequencies.genes(source, asked, definition, how.get("genes", ()), how.get("top"))
        case "survival":
            return curves.survival(source, asked, definition, how.get("by", ""))
        case "compare" if question.second is not None:
            return frequencies.compare(source, asked, definition, question.second, how.get("genes", ()))
        case "table":
            return answers.table(source, asked, definition, how["rows"], how["columns"])
    raise BadInput(
        f"{question.kind} is not answered in mode {source.mode}", next_act="With a permit for it, ask with --mode checked."
    )


_ANSWERED: dict[str, Callable[[Lake, Pass, Version, Question], Answer]] = {"cube": _from_cube}

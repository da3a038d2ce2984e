"""Checked answers that were given of a study, had again: what a table that leaves is compared with.

The ledger keeps the questions and no number, and an answer is drawn from its words: asked again, it says the same. So
nothing more needs to be kept. Cubes and fresh noise are not had again: they are too far from any count for a
difference of few people to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from chevet.cohort import cohort as cohorts
from chevet.cohort.nodes import And, Compare, Definition, Everyone, FieldOf
from chevet.cohort.truth import ThreeValued
from chevet.errors import ChevetError
from chevet.privacy.keys import Keys
from chevet.room.account.overlap import Past
from chevet.room.ask import QUESTION_ANSWERED, Question, made
from chevet.room.questions.by_index import FromIndex
from chevet.room.questions.numbers import Asked
from chevet.store.following import Follower
from chevet.store.lake import Lake

Numbers = Mapping[frozenset[str], int]
_KINDS = ("count", "describe", "table")
_ASKED = {"kind", "definition", "second"}
_OF_THE_ENTRY = {"study", "mode", "permit", "project", "version", "nano_rho"}


@dataclass(frozen=True)
class Answered:
    """The numbers of every checked answer by its entry in the ledger, and how many could not be had again."""

    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    unread: int = 0


def answered(lake: Lake, study: str) -> Answered:
    """What was answered of this study in checked mode, to whatever project, each question once."""
    asked: dict[tuple[int, str], tuple[int, Mapping[str, Any]]] = {}
    for noticed in Follower(lake.ledger, {QUESTION_ANSWERED}).fresh():
        facts = noticed.entry.facts
        if facts.get("study") == study and facts.get("mode") == "checked" and facts.get("kind") in _KINDS:
            words = {name: value for name, value in facts.items() if name not in _OF_THE_ENTRY}
            asked.setdefault((facts["version"], repr(sorted(words.items()))), (noticed.entry.n, facts))
    numbers: dict[str, Numbers] = {}
    unread = 0
    sources: dict[int, FromIndex] = {}
    for n, facts in asked.values():
        version = facts["version"]
        try:
            if version not in sources:
                sources[version] = _source(lake, study, version)
            numbers[f"room ask, ledger {n}"] = dict(_again(sources[version], study, facts))
        except ChevetError:
            unread += 1
    return Answered(numbers, unread)


def _source(lake: Lake, study: str, version: int) -> FromIndex:
    """The counts of a version as its checked answers tell them."""
    cohort = cohorts.open(lake, study, "all", version)

    def truth_of(definition: Definition) -> ThreeValued:
        return replace(cohort, definition=definition, ledger=None).truth

    key = Keys.of(lake).installation("rounding_of_answers")
    return FromIndex(cohort.index, cache(truth_of), _Unweighed(), key, f"{study} {version}")


class _Unweighed(Past):
    """A past that bears everything and keeps nothing: what was answered once was weighed then."""

    def __init__(self) -> None:
        return

    def consider(self, supports: Any, answers: Any = ("",)) -> float:
        return 0.0


def _again(source: FromIndex, study: str, facts: Mapping[str, Any]) -> Iterator[tuple[frozenset[str], int]]:
    how = {name: value for name, value in facts.items() if name not in _ASKED | _OF_THE_ENTRY}
    question = Question.read(facts["kind"], facts["definition"], facts.get("second"), **how)
    group = _labels(question.definition)
    if group is None:
        return
    told = made(source, Asked(study, facts["version"], facts["definition"], "checked"), question).as_json()
    for labels, number in _numbers(told):
        if number["patients"] is not None:
            yield frozenset(label.casefold() for label in (*group, *labels)), number["patients"]


def _labels(definition: Definition) -> tuple[str, ...] | None:
    """The values that a group must have, where it is nothing but fields that equal a value; None for another."""
    if isinstance(definition, Everyone):
        return ()
    parts = definition.parts if isinstance(definition, And) else (definition,)
    found = []
    for part in parts:
        if not (isinstance(part, Compare) and isinstance(part.subject, FieldOf) and part.operator == "="):
            return None
        found.append(str(part.value))
    return tuple(found)


def _numbers(told: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """(labels, number) of an answer: of all in the group, and by the values of its fields."""
    if "total" in told:
        yield (), told["total"]
        for i, row in enumerate(told["row_values"]):
            yield (row,), told["row_totals"][i]
            for j, column in enumerate(told["column_values"]):
                yield (row, column), told["cells"][i][j]
        for j, column in enumerate(told["column_values"]):
            yield (column,), told["column_totals"][j]
    elif "distributions" in told:
        yield (), told["patients"]
        for distribution in told["distributions"]:
            for value in distribution["values"]:
                yield (value["value"],), value
    else:
        yield (), told

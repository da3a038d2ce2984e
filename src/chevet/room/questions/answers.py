"""Answers made of counts that may be said: how many, who they are, a cross table.

Each offers what an answer of the cohort room offers: `as_json`, `title`, `rows`, `notes`, `picture`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chevet.cohort.answer import Headings, Rows
from chevet.cohort.nodes import Definition
from chevet.errors import CannotConclude
from chevet.paper.pictures import Spec
from chevet.privacy.noise.cube import NOT_SAID
from chevet.room.questions import drawing
from chevet.room.questions.axes import NUMBERS, SHOWN
from chevet.room.questions.numbers import WITHHELD, Asked, Number
from chevet.room.questions.source import Source
from chevet.room.questions.words import axis_label, value_words
from chevet.room.refusals import TellsTooMuch, TooManyFacts
from chevet.words.labels import Lang, label

STATES = ("inside", "outside", "unknown")


def noise_notes(asked: Asked, lang: Lang) -> list[str]:
    """What a reader must know of how the numbers came about."""
    return [note.say(lang) for note in asked.notes] + [label(f"ask.note.{asked.mode}", lang)]


@dataclass(frozen=True)
class CountAnswer:
    """Patients for whom the definition is true, false, and unknown."""

    asked: Asked
    parts: tuple[Number, Number, Number]

    def as_json(self) -> dict[str, Any]:
        told = {state: part.as_json() for state, part in zip(STATES, self.parts, strict=True)}
        return (
            self.asked.as_json()
            | told["inside"]
            | {"not_in_cohort": told["outside"], "cannot_be_told": told["unknown"]}
        )

    def title(self, lang: Lang) -> str:
        return label("answer.count.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        rows: Rows = [
            [label(f"answer.count.{state}", lang), part.say(lang)]
            for state, part in zip(STATES, self.parts, strict=True)
        ]
        return [label("answer.state", lang), label("answer.patients", lang)], rows

    def notes(self, lang: Lang) -> list[str]:
        return [*noise_notes(self.asked, lang), label("answer.count.unknown_note", lang)]

    def picture(self, lang: Lang) -> Spec:
        bars = [(label(f"answer.count.{state}", lang), part) for state, part in zip(STATES, self.parts, strict=True)]
        return drawing.bars(self.title(lang), self.asked.subtitle(lang), [("", bars)], lang)


def count(source: Source, asked: Asked, definition: Definition) -> CountAnswer:
    """How many patients the definition holds."""
    return CountAnswer(asked, source.states(definition))


@dataclass(frozen=True)
class DescribeAnswer:
    """One distribution per field that can be had together with the definition; `without` names the others."""

    asked: Asked
    patients: Number
    distributions: tuple[tuple[str, tuple[tuple[str, Number], ...]], ...]
    without: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return self.asked.as_json() | {
            "patients": self.patients.as_json(),
            "distributions": [
                {"field": field, "values": [{"value": value, **part.as_json()} for value, part in values]}
                for field, values in self.distributions
            ],
            "not_counted_together": list(self.without),
        }

    def title(self, lang: Lang) -> str:
        return label("answer.describe.title", lang, n=self.patients.say(lang))

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        headings = [label(f"answer.{key}", lang) for key in ("field", "value", "patients")]
        return headings, [
            [axis_label(field, lang), value_words(field, value, lang), part.say(lang)]
            for field, values in self.distributions for value, part in values
        ]  # fmt: skip

    def notes(self, lang: Lang) -> list[str]:
        notes = noise_notes(self.asked, lang)
        if self.without:
            fields = ", ".join(axis_label(field, lang) for field in self.without)
            notes.append(label("ask.describe.without", lang, fields=fields))
        return notes

    def picture(self, lang: Lang) -> Spec:
        groups = [
            (axis_label(field, lang), [(value_words(field, value, lang), part) for value, part in values])
            for field, values in self.distributions
        ]
        return drawing.bars(self.title(lang), self.asked.subtitle(lang), groups, lang)


def describe(source: Source, asked: Asked, definition: Definition, fields: Sequence[str] = SHOWN) -> DescribeAnswer:
    """Who the patients are. Fields that cannot be counted together with the definition are named, not guessed."""
    patients = source.states(definition)[0]
    found, without = [], []
    for field in fields:
        if not source.has(field):
            continue
        try:
            counted = source.by(definition, [field])
        except (CannotConclude, TooManyFacts, TellsTooMuch):
            without.append(field)
            continue
        labels = counted.axes[0].labels
        parts = [(value, counted.number(i)) for i, value in enumerate(labels)]
        found.append((field, tuple(_listed(field, parts))))
    return DescribeAnswer(asked, patients, tuple(found), tuple(without))


def _listed(field: str, parts: list[tuple[str, Number]]) -> list[tuple[str, Number]]:
    """Values that say something first; those that nobody is sure to bear are left out, but for *not said*."""
    said = [(value, part) for value, part in parts if value != NOT_SAID and part.stands_out]
    if field not in NUMBERS and field != "stage":
        said.sort(key=lambda one: (-(one[1].value or 0), one[0]))
    withheld = sorted(
        (value, part) for value, part in parts if value != NOT_SAID and part.value is None and part.below is None
    )
    return [*said, *withheld, *((value, part) for value, part in parts if value == NOT_SAID and part.value != 0)]


@dataclass(frozen=True)
class TableAnswer:
    """People by two fields, with margins. `cells[i][j]` for row value i and column value j."""

    asked: Asked
    fields: tuple[str, str]
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    cells: tuple[tuple[Number, ...], ...]
    row_totals: tuple[Number, ...]
    column_totals: tuple[Number, ...]
    total: Number

    def as_json(self) -> dict[str, Any]:
        return self.asked.as_json() | {
            "rows": self.fields[0], "columns": self.fields[1],
            "row_values": list(self.labels[0]), "column_values": list(self.labels[1]),
            "cells": [[cell.as_json() for cell in row] for row in self.cells],
            "row_totals": [cell.as_json() for cell in self.row_totals],
            "column_totals": [cell.as_json() for cell in self.column_totals],
            "total": self.total.as_json(),
        }  # fmt: skip

    def title(self, lang: Lang) -> str:
        rows, columns = (axis_label(field, lang) for field in self.fields)
        return label("ask.table.title", lang, rows=rows, columns=columns)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        whole = label("ask.table.total", lang)
        first, second = self.fields
        headings = [axis_label(first, lang), *(value_words(second, v, lang) for v in self.labels[1]), whole]
        rows: Rows = [
            [value_words(first, value, lang), *(cell.say(lang) for cell in cells), total.say(lang)]
            for value, cells, total in zip(self.labels[0], self.cells, self.row_totals, strict=True)
        ]
        return headings, [*rows, [whole, *(cell.say(lang) for cell in self.column_totals), self.total.say(lang)]]

    def notes(self, lang: Lang) -> list[str]:
        return noise_notes(self.asked, lang)

    def picture(self, lang: Lang) -> Spec:
        first, second = self.fields
        squares = [
            (value_words(first, a, lang), value_words(second, b, lang), cell)
            for a, row in zip(self.labels[0], self.cells, strict=True)
            for b, cell in zip(self.labels[1], row, strict=True)
        ]
        return drawing.squares(
            self.title(lang),
            self.asked.subtitle(lang),
            axis_label(first, lang),
            axis_label(second, lang),
            squares,
            lang,
        )


def table(source: Source, asked: Asked, definition: Definition, rows: str, columns: str) -> TableAnswer:
    """People by two fields, with their margins; values that nobody is said to bear are left out."""
    counted = source.by(definition, [rows, columns])
    if source.pays_for_each:
        by_row, by_column, total = counted.over(1), counted.over(0), counted.over(0).over(0).number()
    else:
        by_row, by_column = source.by(definition, [rows]), source.by(definition, [columns])
        total = source.states(definition)[0]
    kept = [
        [i for i, _ in enumerate(margin.axes[0].labels) if margin.number(i).stands_out or margin.number(i) == WITHHELD]
        for margin in (by_row, by_column)
    ]
    return TableAnswer(
        asked, (rows, columns),
        tuple(tuple(counted.axes[k].labels[i] for i in kept[k]) for k in (0, 1)),  # type: ignore[arg-type]
        tuple(tuple(counted.number(i, j) for j in kept[1]) for i in kept[0]),
        tuple(by_row.number(i) for i in kept[0]), tuple(by_column.number(j) for j in kept[1]),
        total,
    )  # fmt: skip

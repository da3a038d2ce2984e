"""The mean of a number over a cohort, where no single patient makes most of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chevet.cohort.answer import Headings, Rows
from chevet.cohort.nodes import Definition
from chevet.errors import CannotConclude
from chevet.paper.pictures import Spec, number
from chevet.privacy.tables import is_dominated
from chevet.room.questions import drawing
from chevet.room.questions.answers import noise_notes
from chevet.room.questions.by_index import FromIndex
from chevet.room.questions.numbers import Asked, Number
from chevet.room.questions.words import axis_label
from chevet.room.refusals import TellsTooMuch
from chevet.words.labels import Lang, label

FEWEST = 10
DIGITS = 3


@dataclass(frozen=True)
class MeanAnswer:
    """The mean of a number, to three digits, and of how many patients it is known."""

    asked: Asked
    field: str
    mean: float
    patients: Number

    def as_json(self) -> dict[str, Any]:
        return self.asked.as_json() | {"field": self.field, "mean": self.mean} | self.patients.as_json()

    def title(self, lang: Lang) -> str:
        return label("ask.mean.title", lang, field=axis_label(self.field, lang))

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        headings = [label("ask.mean.mean", lang), label("answer.patients", lang)]
        return headings, [[number(self.mean, lang, 2), self.patients.say(lang)]]

    def notes(self, lang: Lang) -> list[str]:
        return [*noise_notes(self.asked, lang), label("ask.mean.note", lang)]

    def picture(self, lang: Lang) -> Spec:
        bars = [(label("answer.patients", lang), self.patients)]
        return drawing.bars(f"{self.title(lang)}: {number(self.mean, lang, 2)}", self.asked.subtitle(lang),
                            [("", bars)], lang)  # fmt: skip


def mean(source: FromIndex, asked: Asked, definition: Definition, field: str) -> MeanAnswer:
    """The mean over the cohort. CannotConclude for fewer than ten, Refused where one or two patients dominate it."""
    values, patients = source.numbers(definition, field)
    if len(values) < FEWEST or patients.value is None:
        raise CannotConclude(f"{field} is known for too few of these patients", next_act="Widen the definition.")
    if is_dominated(values):
        raise TellsTooMuch(
            f"one or two patients make most of the sum of {field}", next_act="Widen the definition, or count by bands."
        )
    return MeanAnswer(asked, field, float(f"{values.mean():.{DIGITS}g}"), patients)

"""How many patients a definition holds, and for how many it cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chevet.cohort.answer import Headings, Rows, cohort_label
from chevet.cohort.cohort import Cohort
from chevet.paper.pictures import BLUE, WIDE, Spec, picture
from chevet.words.labels import Lang, label

STATES = ("inside", "outside", "unknown")


@dataclass(frozen=True)
class Count:
    """Patients for whom the definition is true, false, and unknown; None where withheld."""

    cohort: Cohort
    inside: int | None
    outside: int | None
    unknown: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "patients": self.inside, "suppressed": self.inside is None,
            "not_in_cohort": self.outside, "cannot_be_told": self.unknown,
            "definition": str(self.cohort.definition), "study": self.cohort.version.study,
            "version": self.cohort.version.number,
        }  # fmt: skip

    def title(self, lang: Lang) -> str:
        return label("answer.count.title", lang)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        withheld = label("answer.withheld", lang)
        rows: Rows = [
            [label(f"answer.count.{state}", lang), withheld if n is None else n] for state, n in self._parts()
        ]
        return [label("answer.state", lang), label("answer.patients", lang)], rows

    def notes(self, lang: Lang) -> list[str]:
        told = [note.say(lang) for note in self.cohort.definition.notes]
        return told + ([label("answer.count.unknown_note", lang)] if self.unknown != 0 else [])

    def picture(self, lang: Lang) -> Spec:
        values = [{"state": label(f"answer.count.{s}", lang), "patients": n} for s, n in self._parts() if n is not None]
        said = ", ".join(f"{v['state']}: {v['patients']}" for v in values)
        spec = {
            "width": WIDE, "height": {"step": 34}, "data": {"values": values},
            "encoding": {
                "y": {"field": "state", "type": "nominal", "sort": None, "title": None},
                "x": {"field": "patients", "type": "quantitative", "title": label("answer.patients", lang),
                      "axis": {"tickMinStep": 1, "format": ",d", "tickCount": 6}},
            },
            "layer": [
                {"mark": {"type": "bar", "color": BLUE}},
                {"mark": {"type": "text", "align": "left", "dx": 5},
                 "encoding": {"text": {"field": "patients", "format": ",d"}}},
            ],
        }  # fmt: skip
        title = self.title(lang)
        return picture(spec, title=title, subtitle=cohort_label(self.cohort, lang), alt=f"{title}. {said}", lang=lang)

    def _parts(self) -> list[tuple[str, int | None]]:
        return list(zip(STATES, (self.inside, self.outside, self.unknown), strict=True))


def count(cohort: Cohort) -> Count:
    """How many patients belong; a small number is withheld, and so is what would give it away."""
    cohort.asked("count")
    return Count(cohort, *cohort.released)

"""One door: every advice for the medicines that are proposed to a patient, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.therapy.safety.advice import KINDS, Advice, NotKnown
from chevet.words.labels import Lang


@dataclass(frozen=True)
class Safety:
    """Advice in the order of its weight, and what would have to be known to give more."""

    advice: tuple[Advice, ...] = ()
    not_known: tuple[NotKnown, ...] = ()

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Both in words of one language."""
        return {
            "advice": [one.as_json(lang) for one in self.advice],
            "not_known": [one.as_json(lang) for one in self.not_known],
        }


def advise(case: Case, medicines: Sequence[str], findings: Iterable[Finding]) -> Safety:
    """What the patient's genes, organs and other medicines ask of these medicines (international names)."""
    found: list[Advice] = []
    return Safety(tuple(sorted(found, key=lambda one: KINDS.index(one.kind))))

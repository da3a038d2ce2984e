"""Every trial of a site's folder against one case: yes, no or unknown, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.words.labels import Lang


@dataclass(frozen=True)
class TrialMatch:
    """One place in a trial (an arm, a dose) and whether the patient fits: None where a fact is missing."""

    trial: str
    holds: bool | None

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """The match in words of one language."""
        return {"trial": self.trial, "holds": self.holds}


def match_trials(case: Case, findings: Iterable[Finding], folder: Path) -> tuple[TrialMatch, ...]:
    """Every trial of the folder against the case."""
    return ()

"""One line of evidence about one gene, as every room of targets gives it and the ranking and the dossier read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Part = Literal["selection", "shape", "relations", "outcome", "vulnerability", "tractability", "safety"]
Standing = Literal["for", "against", "neutral", "not_concluded", "not_asked"]

PARTS: tuple[Part, ...] = ("selection", "shape", "relations", "outcome", "vulnerability", "tractability", "safety")


@dataclass(frozen=True)
class Source:
    """Where a claim that is not of this cohort comes from: an imported table, its release, and its hash."""

    name: str
    released: str
    sha256: str


@dataclass(frozen=True)
class Line:
    """What one analysis found about one gene. Every number has passed `privacy` where it is of patients.

    part       the analysis
    finding    what was found, a key of labels: `targets.<part>.finding.<finding>`
    standing   whether it speaks for the gene as a target, against, neither; `not_concluded` when the data did not allow
               an answer, `not_asked` when a source is missing: neither is ever a 0
    effect     on its own scale, which `scale` names (w, hazard_ratio, odds_ratio, log_ic50_difference, count ...)
    patients   how many it rests on; None where withheld or where it rests on none
    detail     what the dossier shows besides, fit for JSON
    """

    gene: str
    part: Part
    finding: str
    standing: Standing
    effect: float | None = None
    scale: str = ""
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    patients: int | None = None
    source: Source | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The line for machines."""
        return asdict(self)

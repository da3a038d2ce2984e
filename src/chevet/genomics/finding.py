"""One finding and what it means by itself: how sure it is that it drives a tumour, and in which direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from chevet.genomics.alteration import Alteration

Verdict: TypeAlias = Literal["oncogenic", "likely_oncogenic", "uncertain", "likely_benign", "benign"]
Direction: TypeAlias = Literal["gain", "loss", "unknown"]


@dataclass(frozen=True)
class Criterion:
    """One criterion met: its code (OS1, OM1, SBP1 ...), its points, why, and on whose word."""

    code: str
    points: int
    why: str
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """An alteration, judged.

    verdict        by the points of Horak et al. 2022 for variants; as the type says for the others
    direction      whether the protein does more or less because of it
    polymorphism   carried by many healthy people: never acted on
    subclonal      in a part of the tumour's cells only; None where it cannot be told
    flags          keys of what a reader must be told: see `labels_findings.tsv`
    not_judged     criteria that could not be answered, and the fact that was missing: prediction, population, tumour
    """

    alteration: Alteration
    verdict: Verdict = "uncertain"
    points: int = 0
    criteria: tuple[Criterion, ...] = ()
    direction: Direction = "unknown"
    polymorphism: bool = False
    subclonal: bool | None = None
    flags: tuple[str, ...] = ()
    not_judged: tuple[tuple[str, str], ...] = ()

    @property
    def drives(self) -> bool:
        """Whether it is oncogenic, or likely so."""
        return self.verdict in ("oncogenic", "likely_oncogenic") and not self.polymorphism

    @property
    def is_benign(self) -> bool:
        """Whether it is known to do nothing."""
        return self.polymorphism or self.verdict in ("benign", "likely_benign")

    def as_json(self) -> dict[str, Any]:
        """The alteration and the judgement, with every point."""
        return {
            **self.alteration.as_json(),
            "oncogenicity": {
                "verdict": self.verdict, "points": self.points, "direction": self.direction,
                "criteria": [
                    {"code": one.code, "points": one.points, "why": one.why, "source": one.source}
                    for one in self.criteria
                ],
                "not_judged": [{"code": code, "missing": missing} for code, missing in self.not_judged],
            },
            "polymorphism": self.polymorphism, "subclonal": self.subclonal, "flags": list(self.flags),
        }  # fmt: skip

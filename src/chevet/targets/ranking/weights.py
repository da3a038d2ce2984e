"""The file of weights: what each part may give or take, and the curves that turn a line into a number from 0 to 1."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from scipy.special import expit

from chevet.errors import BadInput
from chevet.targets.evidence import PARTS, Line, Part

SHIPPED = resources.files("chevet.targets.ranking") / "weights.toml"
MEASURES = ("q", "nearest", "effect", "grade")
_SMALLEST_Q = 1e-300
_TABLES = {"sensitivity": ("concentration", "draws", "seed"), "evident": ("q",)}


@dataclass(frozen=True)
class Curve:
    """A bounded curve that only rises: `ceiling * x^steep / (x^steep + half^steep)`, or the ceiling for a grade."""

    measure: str
    ceiling: float
    half: float = 1.0
    steep: float = 1.0

    def of(self, line: Line) -> float:
        """How strongly this line speaks, from 0 to the ceiling; 0 where it lacks the number that is measured.

        >>> Curve("q", 1.0, half=2.0, steep=2.0).of(Line("KRAS", "selection", "under_selection", "for", q=0.01))
        0.5
        """
        if self.measure == "grade":
            return self.ceiling
        x = _measured(self.measure, line)
        if x == 0:
            return 0.0
        return self.ceiling * float(expit(self.steep * (math.log(x) - math.log(self.half))))


def _measured(measure: str, line: Line) -> float:
    if measure == "q":
        return 0.0 if line.q is None else -math.log10(min(max(line.q, _SMALLEST_Q), 1.0))
    if measure == "effect":
        return 0.0 if line.effect is None else abs(line.effect)
    return nearest(line.low, line.high)


def nearest(low: float | None, high: float | None) -> float:
    """How many doublings the bound nearest to 1 is away from it; 0 when the interval holds 1, or is not known.

    >>> nearest(2.0, 8.0), nearest(0.5, 4.0), nearest(0.125, 0.25), nearest(None, 2.0)
    (1.0, 0.0, 2.0, 0.0)
    """
    if low is None or high is None:
        return 0.0
    if low > 1:
        return math.log2(low)
    if 0 <= high < 1:
        return -math.log2(high) if high > 0 else math.inf
    return 0.0


@dataclass(frozen=True)
class PartWeight:
    """What a part may give (`weight`) or take (`objection`), and its curves."""

    weight: float
    objection: float
    default: Curve
    findings: Mapping[str, Curve]

    def curve(self, finding: str) -> Curve:
        """The curve of this finding."""
        return self.findings.get(finding, self.default)


@dataclass(frozen=True)
class Weights:
    """A file of weights, read; `sha256` is that of the file, `text` what stands in it.

    evident_q   below this q, or as a class, a line makes its gene one that something in these patients speaks for
    """

    parts: Mapping[Part, PartWeight]
    evident_q: float
    concentration: float
    draws: int
    seed: int
    sha256: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """The weights for machines."""
        return {
            "sha256": self.sha256,
            "parts": {part: {"weight": one.weight, "objection": one.objection} for part, one in self.parts.items()},
            "evident_q": self.evident_q,
            "sensitivity": {"concentration": self.concentration, "draws": self.draws, "seed": self.seed},
        }


def read_weights(file: Path | None = None) -> Weights:
    """The weights of a file, or ours.

    Raises BadInput that names the key when a part or a number is missing, negative or unknown, and when no part gives.
    """
    name = file.name if file is not None else SHIPPED.name
    try:
        content = (file or SHIPPED).read_bytes()
        read = tomllib.loads(content.decode("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{name} cannot be read as TOML: {error}", next_act="Start from weights.toml in a folder that rank wrote."
        ) from None
    reading = _Reading(name)
    parts = reading.table(read, "parts", PARTS)
    weights: dict[Part, PartWeight] = {part: reading.part(parts, part) for part in PARTS}
    if sum(one.weight for one in weights.values()) <= 0:
        raise BadInput(f"{name}: every weight is 0, so nothing can give a score", next_act="Give one part a weight.")
    shaken, evident = (reading.table(read, name, keys) for name, keys in _TABLES.items())
    return Weights(
        weights, reading.number(evident, "evident", "q", most=1.0),
        reading.number(shaken, "sensitivity", "concentration", least=1e-6),
        int(reading.number(shaken, "sensitivity", "draws", least=1, most=100_000)),
        int(reading.number(shaken, "sensitivity", "seed")), hashlib.sha256(content).hexdigest(),
        content.decode("utf-8"),
    )  # fmt: skip


class _Reading:
    """Reads tables of one file, so that every refusal names it and the key."""

    def __init__(self, name: str) -> None:
        self._name = name

    def table(self, of: Any, key: str, allowed: tuple[str, ...], within: str = "") -> dict[str, Any]:
        found = of.get(key) if isinstance(of, dict) else None
        if not isinstance(found, dict):
            raise self._wrong(f"{within}{key}", "is missing")
        if allowed and (unknown := sorted(set(found) - set(allowed))):
            raise self._wrong(f"{within}{key}.{unknown[0]}", f"is none of {', '.join(allowed)}")
        return found

    def number(self, of: dict[str, Any], key: str, name: str, least: float = 0.0, most: float = math.inf) -> float:
        found = of.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
            upper = "" if math.isinf(most) else f" to {most:g}"
            raise self._wrong(f"{key}.{name}", f"must be a number from {least:g}{upper}")
        if math.isinf(found):
            raise self._wrong(f"{key}.{name}", "must be finite")
        return float(found)

    def part(self, parts: dict[str, Any], part: Part) -> PartWeight:
        key = f"parts.{part}"
        table = self.table(parts, part, ("weight", "objection", "default", "findings"), "parts.")
        findings = self.table(table, "findings", (), f"{key}.") if "findings" in table else {}
        return PartWeight(
            self.number(table, key, "weight"), self.number(table, key, "objection", most=1.0),
            self.curve(table, key, "default"),
            {name: self.curve(findings, f"{key}.findings", name) for name in findings},
        )  # fmt: skip

    def curve(self, of: dict[str, Any], key: str, name: str) -> Curve:
        table = self.table(of, name, ("measure", "ceiling", "half", "steep"), f"{key}.")
        where = f"{key}.{name}"
        measure = table.get("measure")
        if measure not in MEASURES:
            raise self._wrong(f"{where}.measure", f"must be one of {', '.join(MEASURES)}")
        ceiling = self.number(table, where, "ceiling", most=1.0)
        if measure == "grade":
            return Curve("grade", ceiling)
        half, steep = (self.number(table, where, one, least=1e-6) for one in ("half", "steep"))
        return Curve(str(measure), ceiling, half, steep)

    def _wrong(self, key: str, rule: str) -> BadInput:
        return BadInput(
            f"{self._name}: {key} {rule}", next_act="Mend this key; weights.toml in a folder that rank wrote is whole."
        )

"""Markers that are no change of one gene: instability, burden, receptors and other measured proteins.

Each has one name, and levels (msi: high, low, stable), a number (tmb: mutations per megabase), or both. What
laboratories write is brought to these; an unknown word stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.words import facts


@dataclass(frozen=True)
class Biomarker:
    """One marker. `unit` is set for numbers; `levels` for words, from the lowest to the highest."""

    name: str
    levels: tuple[str, ...]
    unit: str
    en: str
    fr: str

    def label(self, lang: Literal["en", "fr"]) -> str:
        return self.fr if lang == "fr" else self.en


def is_marker(name: str) -> bool:
    """Whether this is the name of a marker."""
    return name in _markers()


def get(name: str) -> Biomarker:
    """The marker of this name; raises KeyError when there is none."""
    return _markers()[name]


def levels(name: str) -> tuple[str, ...]:
    """Its levels; empty for a marker that is only a number."""
    return _markers()[name].levels


def is_level(name: str, level: str) -> bool:
    """Whether this can be asked of the marker: one of its levels, or a number where it has a unit.

    >>> is_level("msi", "high"), is_level("tmb", "10"), is_level("msi", "10")
    (True, True, False)
    """
    marker = _markers()[name]
    return level in marker.levels or (bool(marker.unit) and re.fullmatch(r"\d+(?:\.\d+)?", level) is not None)


def names() -> tuple[str, ...]:
    """The names of all markers."""
    return tuple(_markers())


@cache
def _markers() -> dict[str, Biomarker]:
    return {
        name: Biomarker(name, tuple(of.split("|")) if of else (), unit, en, fr)
        for name, of, unit, en, fr in facts.rows("biomarkers.tsv")
    }

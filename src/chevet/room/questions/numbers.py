"""A number as it may be said: with its noise, as too small to tell, or withheld."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from chevet.paper import pictures
from chevet.privacy.noise.accounting import within
from chevet.privacy.noise.cube import Axis
from chevet.words.labels import Lang, label

BASE = 5
ROUNDING_VARIANCE = BASE**2 / 6  # of a number rounded up or down at random, on average
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Number:
    """A count of people.

    value    None when it may not be said, or when the noise is as large as the number
    within   half the width of the interval that holds the true number in 95 cases of 100; 0 when exact to the rounding
    below    when noise drowns the number: it is very likely below this
    """

    value: int | None
    within: int = 0
    below: int | None = None

    @property
    def stands_out(self) -> bool:
        """Whether somebody is surely there: three standard deviations of noise and more."""
        return bool(self.value) and 1.96 * (self.value or 0) >= 3 * self.within

    def say(self, lang: Lang) -> str:
        if self.value is not None:
            said = pictures.number(self.value, lang)
            return f"{said} ± {pictures.number(self.within, lang)}" if self.within else said
        if self.below is not None:
            return label("ask.fewer_than", lang, n=pictures.number(self.below, lang))
        return label("answer.withheld", lang)

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"patients": self.value, "within_95": self.within}
        if self.below is not None:
            told["below"] = self.below
        return told | {"suppressed": self.value is None and self.below is None}


WITHHELD = Number(None)


def noised(estimate: float, variance: float) -> Number:
    """A noisy estimate as it is said: rounded, with its noise; or *fewer than*, when noise drowns it.

    >>> [noised(estimate, 400).say("en") for estimate in (1234.2, 12.0, -60.0)]
    ['1,235 ± 40', 'fewer than 55', 'fewer than 40']
    """
    half = within(variance)
    rounded_half = math.ceil(half / BASE) * BASE
    if estimate < half:
        return Number(None, rounded_half, below=math.ceil((max(0.0, estimate) + half) / BASE) * BASE)
    return Number(round(estimate / BASE) * BASE, rounded_half)


@dataclass(frozen=True)
class Breakdown:
    """People by the values of some fields, as estimates with their variance; `hidden` cells are not to be said.

    exact   True when what is not hidden is rounded and has no noise
    """

    axes: tuple[Axis, ...]
    values: Floats
    variances: Floats
    hidden: npt.NDArray[np.bool_] | None = None
    exact: bool = False

    def number(self, *place: int) -> Number:
        """One cell as it may be said."""
        if self.hidden is not None and self.hidden[place]:
            return WITHHELD
        if self.exact:
            return Number(round(float(self.values[place])))
        return noised(float(self.values[place]), float(self.variances[place]))

    def over(self, axis: int) -> Breakdown:
        """The sums over one axis, where cells have independent noise."""
        axes = tuple(one for i, one in enumerate(self.axes) if i != axis)
        return Breakdown(axes, self.values.sum(axis=axis), self.variances.sum(axis=axis))


@dataclass(frozen=True)
class FactCounts:
    """For each fact: how many have it, and of how many that is known."""

    names: tuple[str, ...]
    having: Breakdown
    known: Breakdown


@dataclass(frozen=True)
class Asked:
    """What an answer is an answer to."""

    study: str
    version: int
    definition: str
    mode: str
    notes: tuple[Any, ...] = field(default=(), compare=False)

    def subtitle(self, lang: Lang) -> str:
        who = label("answer.everybody", lang) if self.definition == "all" else self.definition
        return label("answer.subtitle", lang, who=who, study=self.study, version=self.version)

    def as_json(self) -> dict[str, Any]:
        return {"study": self.study, "version": self.version, "definition": self.definition, "mode": self.mode}

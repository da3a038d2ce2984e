"""The promises that a release can be held to: how many people look alike, how alike they are, how many stand alone.

Every model is computed from group-by counts (`View`). A model of classes says which classes break it
(`breaking`); all of them say whether the whole release `holds`. Any combination may be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chevet.privacy.anonymity.models.diversity import DistinctLDiversity, EntropyLDiversity, RecursiveLDiversity
from chevet.privacy.anonymity.models.population import DeltaPresence, KMap, Population, PopulationUniqueness
from chevet.privacy.anonymity.models.tcloseness import TCloseness
from chevet.privacy.anonymity.models.view import ClassModel, Flags, Found, Model, View, attributes_of

__all__ = [
    "AverageRisk", "ClassModel", "DeltaPresence", "DistinctLDiversity", "EntropyLDiversity", "Found", "HighestRisk",
    "KAnonymity", "KMap", "Model", "Population", "PopulationUniqueness", "RecursiveLDiversity", "TCloseness", "View",
    "attributes_of",
]  # fmt: skip


@dataclass(frozen=True)
class KAnonymity:
    """Everybody looks like at least k - 1 others. Monotone: joining classes makes them larger.

    Source: Sweeney, Int J Uncertain Fuzz 2002; Samarati, IEEE TKDE 2001.
    """

    k: int
    name: ClassVar[str] = "k-anonymity"
    monotone: ClassVar[bool] = True

    def breaking(self, view: View) -> Flags:
        return view.sizes < self.k

    def holds(self, view: View) -> Found:
        smallest = int(view.sizes.min(initial=view.table.n)) if len(view.sizes) else 0
        return Found(not self.breaking(view).any(), smallest, self.k)


@dataclass(frozen=True)
class AverageRisk:
    """The chance of finding the right row of a person, averaged over the people released: classes / people.

    Monotone: joining classes makes them fewer. A model of the whole table: no class breaks it alone, but the
    small ones weigh most.

    Source: El Emam and Dankar, J Am Med Inform Assoc 2008 (marketer risk); ARX's average re-identification risk.
    """

    at_most: float
    name: ClassVar[str] = "average-risk"
    monotone: ClassVar[bool] = True

    def holds(self, view: View) -> Found:
        risk = len(view.sizes) / view.people if view.people else 0.0
        return Found(risk <= self.at_most, risk, self.at_most)


@dataclass(frozen=True)
class HighestRisk:
    """The chance of finding the right row of the person easiest to find: 1 / smallest class. Monotone.

    Source: El Emam and Dankar, J Am Med Inform Assoc 2008 (prosecutor risk).
    """

    at_most: float
    name: ClassVar[str] = "highest-risk"
    monotone: ClassVar[bool] = True

    def breaking(self, view: View) -> Flags:
        broken: Flags = 1.0 / view.sizes > self.at_most
        return broken

    def holds(self, view: View) -> Found:
        risk = 1.0 / int(view.sizes.min()) if len(view.sizes) else 0.0
        return Found(risk <= self.at_most, risk, self.at_most)

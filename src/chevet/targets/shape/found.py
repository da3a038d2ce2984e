"""Every number that was found about the shape of genes, before anything is withheld."""

from __future__ import annotations

from dataclasses import dataclass

from chevet.targets.carriers import Carriers
from chevet.targets.shape.arms import Arms, RecurrentArms
from chevet.targets.shape.calls import Calls
from chevet.targets.shape.changes import Changes
from chevet.targets.shape.clusters import Clusters
from chevet.targets.shape.fusions import Fusions
from chevet.targets.shape.hotspots import Hotspots
from chevet.targets.shape.mutability import Mutability
from chevet.targets.shape.pattern import Patterns
from chevet.targets.shape.two_hits import TwoHits
from chevet.targets.shape.unevenness import Unevenness


@dataclass(frozen=True)
class Found:
    """Every number, withheld or not. What the study does not hold is None: it was not asked."""

    variants: Carriers
    changes: Changes
    mutability: Mutability
    unevenness: Unevenness
    hotspots: Hotspots
    clusters: Clusters
    patterns: Patterns
    calls: tuple[Calls, ...] | None = None
    copy_number: tuple[Carriers, ...] = ()
    arms: Arms | None = None
    recurrent_arms: tuple[RecurrentArms, ...] = ()
    joined: Carriers | None = None
    fusions: Fusions | None = None
    two_hits: tuple[TwoHits, ...] = ()

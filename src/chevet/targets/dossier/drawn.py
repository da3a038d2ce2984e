"""The pictures that other rooms draw for a dossier, where there is something to draw."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chevet.cohort import Cohort
from chevet.errors import BadInput, CannotConclude, Refused
from chevet.paper.pictures import Spec
from chevet.targets.dossier.contents import Drawn
from chevet.targets.shape import analysis as shape
from chevet.targets.shape.heads import heads
from chevet.targets.shape.lollipop import Lollipop, domains_of
from chevet.targets.sources.kept import load
from chevet.targets.vulnerability.associations import Associations
from chevet.targets.vulnerability.kept import of_home
from chevet.targets.vulnerability.lines import surest_pair
from chevet.targets.vulnerability.pictures import by_tissue
from chevet.words.labels import Lang


@dataclass(frozen=True)
class ResponsePicture:
    """Cell lines with and without an alteration, by their answer to one medicine; both by their place in `made`."""

    made: Associations
    measure: int
    feature: int

    def picture(self, lang: Lang) -> Spec:
        """The picture, tissue by tissue."""
        return by_tissue(self.made, self.measure, self.feature, lang)


def pictures_of(home: Path, cohort: Cohort, gene: str) -> dict[str, Drawn]:
    """By name, what other rooms can draw of this gene."""
    found: dict[str, Drawn | None] = {"lollipop": lollipop_of(home, cohort, gene), "response": response_of(home, gene)}
    return {name: one for name, one in found.items() if one is not None}


def lollipop_of(home: Path, cohort: Cohort, gene: str) -> Lollipop | None:
    """Where the gene is changed in this cohort; None where too few were tested for variants, or nobody carries one."""
    try:
        found = shape.of_cohort(cohort, shape.Settings(genes=(gene,))).found
    except (BadInput, CannotConclude, Refused):
        return None
    if gene not in found.changes.genes:
        return None
    kept = load(home, "domains")
    domains = None if kept is None else domains_of(kept.table, gene)
    drawn = Lollipop(heads(found, gene), domains, kept.source if kept else None)
    return drawn if drawn.heads.rows else None


def response_of(home: Path, gene: str) -> ResponsePicture | None:
    """The pair of an alteration and a medicine that speaks for this gene; None without such, or without tables."""
    made = of_home(home).made
    pair = None if made is None else surest_pair(made, gene)
    return None if made is None or pair is None else ResponsePicture(made, *pair)

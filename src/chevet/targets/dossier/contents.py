"""Everything a dossier says of one target, as scripts read it; every number of patients has passed `privacy`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from chevet.cohort import Cohort
from chevet.cohort.genes import KINDS, GeneFrequency, gene_frequencies
from chevet.cohort.survival import ENDPOINT, Survival, survival
from chevet.errors import CannotConclude, Refused
from chevet.paper.pictures import Spec
from chevet.store import bits
from chevet.store.lake import Lake
from chevet.targets.dossier.disclosing import curves_beside, kinds_beside, lines_beside, trial_beside
from chevet.targets.dossier.eligible import USUAL, Eligible, eligible
from chevet.targets.dossier.experiments import Experiment, experiments
from chevet.targets.dossier.who import Spread, spreads
from chevet.targets.evidence import Line, Part
from chevet.targets.ranking.analysis import Ranking, Target
from chevet.targets.ranking.gathering import Told
from chevet.words.labels import Lang


class Drawn(Protocol):
    """What another room draws for the dossier."""

    def picture(self, lang: Lang) -> Spec:
        """The picture, with its description in words."""


@dataclass(frozen=True)
class Contents:
    """One target in one cohort.

    kind      variant, amplification, deletion, fusion or any: what counts as carrying it
    kinds     how often each kind of alteration was found
    target    its place among all that were ranked
    ranked    how many were
    told      what every part of the evidence answered
    drawn     pictures of other rooms by name: lollipop, response
    """

    gene: str
    kind: str
    study: str
    version: int
    where: str
    patients: int | None
    made_on: datetime.date
    kinds: tuple[GeneFrequency, ...]
    spreads: tuple[Spread, ...]
    survival: Survival | None
    eligible: Eligible
    lines: tuple[Line, ...]
    experiments: tuple[Experiment, ...]
    target: Target
    ranked: int
    told: Mapping[Part, Told]
    weights_sha256: str
    drawn: Mapping[str, Drawn] = field(default_factory=dict)

    @property
    def frequency(self) -> GeneFrequency:
        """How often the gene is altered in the way that counts."""
        return next(one for one in self.kinds if one.kind == self.kind)

    def as_json(self) -> dict[str, Any]:
        """The dossier for machines, without its pictures."""
        return {
            "gene": self.gene, "kind": self.kind, "study": self.study, "version": self.version, "where": self.where,
            "patients": self.patients, "made_on": self.made_on.isoformat(),
            "standing": {
                "list": self.target.standing.listed, "rank": self.target.rank, "of": self.ranked,
                "score": self.target.score, "score_low": self.target.low, "score_high": self.target.high,
                "rank_low": self.target.rank_low, "rank_high": self.target.rank_high,
            },
            "altered": [
                {"kind": one.kind, "altered": one.altered, "tested": one.tested, "frequency": one.frequency}
                for one in self.kinds
            ],
            "carriers_by": [one.as_json() for one in self.spreads],
            "survival": None if self.survival is None else self.survival.as_json(),
            "trial": self.eligible.as_json(),
            "evidence": [line.as_json() for line in self.lines],
            "weights_sha256": self.weights_sha256,
            "asked": {part: told.as_json() for part, told in self.told.items()},
            "experiments": [one.as_json() for one in self.experiments],
        }  # fmt: skip


def contents(
    lake: Lake, cohort: Cohort, ranking: Ranking, gene: str, *, made_on: datetime.date, kind: str = "variant",
    criteria: str = USUAL, endpoint: str = "overall_survival", drawn: Mapping[str, Drawn] | None = None,
) -> Contents:  # fmt: skip
    """The dossier of this gene in this cohort, from a ranking of the cohort's genes.

    gene      as the study spells it
    kind      what counts as carrying it
    criteria  who may enter a trial, a definition in the words of cohorts

    Raises CannotConclude when the gene was not ranked, BadInput for criteria that cannot be read.
    """
    cohort.asked("dossier")
    target = next((one for one in ranking.targets if one.gene == gene), None)
    if target is None:
        raise CannotConclude(
            f"{gene} is not altered in at least five patients of this cohort: there is nothing to write a dossier from",
            next_act="Widen the definition, or ask for another gene: chevet targets rank",
        )
    tested = cohort.index.tested_bits(gene, kind)
    carriers = cohort.index.altered_bits(gene, kind) & tested
    kinds = kinds_beside(gene_frequencies(cohort, genes=[gene], kinds=KINDS).genes, target.carried, kind)
    share = next((one.frequency for one in kinds if one.kind == kind), None)
    of_cohort = (bits.count(some & cohort.bits) for some in (carriers, tested))
    lived = curves_beside(_lived(cohort, gene, kind, endpoint), *of_cohort)
    lines = lines_beside(ranking.lines(gene), lived if kind == "variant" else None)
    return Contents(
        gene, kind, cohort.version.study, cohort.version.number, str(cohort.definition), cohort.released[0], made_on,
        kinds, spreads(cohort, carriers, tested), lived,
        trial_beside(eligible(lake, cohort, carriers, criteria), lived), lines, experiments(lines, carriers=share),
        target, len(ranking.targets), ranking.told, ranking.weights.sha256, drawn or {},
    )  # fmt: skip


def _lived(cohort: Cohort, gene: str, kind: str, endpoint: str) -> Survival | None:
    """Curves of those altered and those tested and not altered; None where too few of them, or nobody, have a time."""
    if endpoint == ENDPOINT and endpoint not in cohort.index.endpoints:
        return None
    try:
        return survival(cohort, by=gene, endpoint=endpoint, kind=kind)
    except (CannotConclude, Refused):
        return None

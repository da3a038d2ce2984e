"""The whole way from a cohort to a ranked, explained list of genes: `rank`, and `ranked` from lines made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from chevet.cohort import Cohort
from chevet.cohort.survival import ENDPOINT
from chevet.errors import CannotConclude
from chevet.privacy.disclosure import require_releasable
from chevet.targets.evidence import PARTS, Line, Part
from chevet.targets.ranking.calibration import Calibration, calibration
from chevet.targets.ranking.carried import Carried, carried, totals
from chevet.targets.ranking.contributions import Evidence, evidence
from chevet.targets.ranking.gathering import Asking, Question, ReadDrivers, Tell, Told, gather
from chevet.targets.ranking.medicines import (
    KnownPair,
    Listed,
    Standing,
    listed,
    standings,
    tumours_of,
    tumours_said,
    unseen,
)
from chevet.targets.ranking.named_changes import Named, named_changes
from chevet.targets.ranking.scoring import Scores, scores
from chevet.targets.ranking.sensitivity import Sensitivity, sensitivity
from chevet.targets.ranking.weights import Weights, read_weights
from chevet.targets.selection.kept_sites import chosen_reference
from chevet.targets.selection.lines import read_drivers
from chevet.targets.sources.kept import load
from chevet.targets.tractability.assessment import Tractability, assess
from chevet.targets.tractability.lines import lines as tractability_lines
from chevet.targets.tractability.medicines import Medicines

_SHARE_GATHERED = 0.8


@dataclass(frozen=True)
class Target:
    """One gene as it is ranked; numbers of patients are as they may be shown.

    evident   some part that looks at these patients speaks for it, not only what is known of the gene anywhere
    """

    gene: str
    place: int
    rank: int
    score: float
    low: float
    high: float
    complete: float
    rank_low: int
    rank_high: int
    evident: bool
    standing: Standing
    carried: Carried | None
    named: Named | None


@dataclass(frozen=True)
class Ranking:
    """Genes ranked, everything that the ranks rest on, and what is missing.

    told       what every part answered
    about      the cohort, the sources, and what was left out, fit for JSON
    """

    evidence: Evidence
    scores: Scores
    sensitivity: Sensitivity
    weights: Weights
    standings: Mapping[str, Standing]
    carried: Mapping[str, Carried]
    named: Mapping[str, Named]
    told: Mapping[Part, Told]
    calibrations: tuple[Calibration, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Every gene, the best first."""
        return tuple(self._target(place) for place in self.scores.order.tolist())

    def of_list(self, name: Listed) -> tuple[Target, ...]:
        """The genes of one list, the best first."""
        return tuple(one for one in self.targets if one.standing.listed == name)

    def lines(self, gene: str) -> tuple[Line, ...]:
        """Every line of evidence on a gene, by part."""
        return self._lines.get(gene, ())

    @cached_property
    def _lines(self) -> dict[str, tuple[Line, ...]]:
        found: dict[str, list[Line]] = {gene: [] for gene in self.evidence.genes}
        for part in PARTS:
            for line in self.told[part].lines if part in self.told else ():
                if line.gene in found:
                    found[line.gene].append(line)
        return {gene: tuple(lines) for gene, lines in found.items()}

    def _target(self, place: int) -> Target:
        gene, made, shaken = self.scores.genes[place], self.scores, self.sensitivity
        return Target(
            gene, place, int(made.ranks[place]), float(made.score[place]), float(made.low[place]),
            float(made.high[place]), float(made.complete[place]), int(shaken.low[place]), int(shaken.high[place]),
            bool(made.evident[place]), self.standings.get(gene, Standing("not_asked")), self.carried.get(gene),
            self.named.get(gene),
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The model: weights, sources, what was asked and what not, calibration and sensitivity."""
        return {
            **self.about,
            "genes_ranked": len(self.scores.genes),
            "lists": listed({gene: self.standings.get(gene, Standing("not_asked")) for gene in self.scores.genes}),
            "weights": self.weights.as_json(),
            "parts": {part: self.scores.as_json()[part] | (self.told[part].as_json() if part in self.told else {})
                      for part in PARTS},
            "sensitivity": self.sensitivity.as_json(),
            "calibration": [one.as_json() for one in self.calibrations],
        }  # fmt: skip


def rank(
    cohort: Cohort, asking: Asking, weights: Weights | None = None, *, pairs: Sequence[KnownPair] | None = None,
    tell: Tell = lambda what, part: None,
) -> Ranking:  # fmt: skip
    """The genes that at least five patients of the cohort carry, ranked by all evidence that can be asked here.

    pairs   genes with medicines authorised because of them; None when no base of knowledge was asked
    tell    progress: the part that is being asked, and how far, from 0 to 1

    Raises CannotConclude for an empty cohort and when no gene, or no part, is left; Refused for a cohort of fewer
    patients than the floor; BadInput for a table of drivers that cannot be read, and for an endpoint or a reference
    that is named and not there.
    """
    drivers = _checked(cohort, asking)
    cohort.asked("targets")
    require_releasable(cohort.size, "cohort")
    genes, few = carried(cohort)
    assessed, tumours = assess(asking.home, sorted(genes)), tumours_of(cohort)
    by_carriers = sorted(genes, key=lambda gene: (-(genes[gene].patients or 0), gene))
    question = Question(cohort, asking, sorted(genes), by_carriers, tumours, tractability_lines(assessed), drivers)
    told = gather(question, lambda what, part: tell(what, _SHARE_GATHERED * part))
    of = standings(genes, tumours, pairs, *_medicines(assessed))
    looked_for = {kind: bool(many) for kind, many in totals(list(genes.values())).items()}
    about = {
        "study": {"name": cohort.version.study, "version": cohort.version.number, "where": str(cohort.definition),
                  "patients": cohort.released[0], "tumours": list(tumours), "made_up": cohort.version.made_up},
        "left_out": {"genes_of_one_to_four_carriers": few},
        "looked_for": looked_for,
        "medicines": {"pairs": None if pairs is None else len(pairs), "drugs": _source(assessed),
                      "known_and_not_looked_for": list(unseen(pairs, tumours, looked_for))},
    }  # fmt: skip
    made = ranked(
        (line for one in told.values() for line in one.lines), weights or read_weights(), genes=sorted(genes),
        of=of, carriers=genes, told=told, about=about, tell=lambda part: tell("", _SHARE_GATHERED + 0.2 * part),
    )  # fmt: skip
    return _calibrated(replace(made, named=_named(cohort, made)), asking, assessed, tumours)


def ranked(
    lines: Iterable[Line], weights: Weights, *, genes: Sequence[str], of: Mapping[str, Standing] | None = None,
    carriers: Mapping[str, Carried] | None = None, told: Mapping[Part, Told] | None = None,
    about: Mapping[str, Any] | None = None, tell: Callable[[float], None] = lambda part: None,
) -> Ranking:  # fmt: skip
    """These genes ranked by these lines. Raises CannotConclude when there is no gene, or no part that concluded."""
    if not genes:
        raise CannotConclude(
            "no gene is altered in at least five patients of this cohort: nothing to rank",
            next_act="Widen the definition and ask again.",
        )
    every = list(lines)
    found = evidence(genes, every, weights)
    made = scores(found, weights)
    by_part = told or {part: Told(part, tuple(one for one in every if one.part == part)) for part in PARTS}
    return Ranking(
        found, made, sensitivity(made, weights, tell), weights, of or {}, carriers or {}, {}, by_part, about=about or {}
    )


def _checked(cohort: Cohort, asking: Asking) -> ReadDrivers | None:
    """The drivers as read. What is named and not there stops the ranking: it would else look as if it had not been."""
    if asking.endpoint != ENDPOINT:
        cohort.index.endpoint(asking.endpoint)
    if asking.reference is not None:
        chosen_reference(asking.home, asking.reference)
    return None if asking.drivers is None else read_drivers(asking.drivers)


def _named(cohort: Cohort, made: Ranking) -> dict[str, Named]:
    """Carriers with a change that a medicine names, beside the numbers of carriers that lines of evidence show."""
    found = {}
    for gene, standing in made.standings.items():
        beside = [line.patients for line in made.lines(gene) if line.part == "shape" and line.patients is not None]
        if (named := named_changes(cohort, gene, standing, beside)) is not None:
            found[gene] = named
    return found


def _calibrated(made: Ranking, asking: Asking, assessed: Tractability, tumours: Sequence[str]) -> Ranking:
    """The same ranking, held against the lists of known genes that are kept here."""
    held: list[Calibration] = []
    if (drivers := load(asking.home, "drivers")) is not None:
        rows = drivers.table.select(["gene", "cancer_type"]).to_pylist()
        covered = {said: set(tumours) & tumours_said(said) for said in {row["cancer_type"] for row in rows}}
        here = {row["gene"] for row in rows if covered[row["cancer_type"]]}
        held.append(calibration(made.scores, {row["gene"] for row in rows}, "drivers", drivers.source.name))
        if here:
            held.append(calibration(made.scores, here, "drivers_here", drivers.source.name))
    on, name = _medicines(assessed)
    if on is not None:
        approved = {gene for gene, medicines in on.items() if medicines.grade == "approved"}
        # Tractability rests on the same table: with it, the score would be held against itself.
        held.append(calibration(made.scores, approved, "approved", name, without=("tractability", "safety")))
    return replace(made, calibrations=tuple(held))


def _medicines(assessed: Tractability) -> tuple[dict[str, Medicines] | None, str]:
    """The medicines on each gene, and what their table is called; None when none is kept."""
    if not assessed.asked("drugs"):
        return None, ""
    on = {one.gene: one.medicines for one in assessed.genes if one.medicines is not None}
    return on, assessed.sources["drugs"].name


def _source(assessed: Tractability) -> dict[str, Any] | None:
    if not assessed.asked("drugs"):
        return None
    return {**vars(assessed.sources["drugs"]), "kept_on": assessed.kept_on["drugs"]}

"""Whether both copies of a gene are hit in the same patients more often than each hit alone would bring about.

Two questions: a variant and a loss of the gene, and two variants of it. By chance, patients have a variant of a gene in
proportion to how many variants they have in all genes; how often, is told in each stratum (tumour type, and few or many
losses) by the patients that have one there. Who has both then follows the Poisson-binomial law over the patients that
have the loss. The phase is not known: two variants may lie on one copy.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from scipy.stats import gamma

from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.targets.carriers import Carriers
from chevet.targets.selection.rates import Floats
from chevet.targets.shape.by_chance import at_least
from chevet.targets.shape.changes import IN_FRAME, MISSENSE, TRUNCATING, Changes, Whole
from chevet.targets.shape.hotspots import corrected

WITH_LOSS, TWO_VARIANTS = "variant_and_loss", "two_variants"
FEWEST = 5
# Bases that are changed so near each other in one patient are one event, written as several rows.
ONE_EVENT = 3
# A tumour type of fewer patients has no stratum of its own.
_LEAST_OF_TYPE = 30
# Burdens are told apart by this many steps of equal numbers of patients.
_STEPS = 48
_HALVINGS = 60
# Gene, patients with the first hit, the second, both, tested; chances of the first, and how many have each.
Row = tuple[int, int, int, int, int, Floats, Floats]


@dataclass(frozen=True)
class TwoHits:
    """Genes with enough of both hits. All columns are (rows,), by gene of the changes.

    first, second   patients with a variant, and with a loss (or again a variant), tested for both
    both            with both, at least one; `tested` patients tested for both
    expected        with both by chance
    low, high       95 % interval of observed over expected (exact Poisson interval of the observed number)
    p, q            of as many or more; q over all genes with enough of both hits
    """

    kind: str
    gene: Whole
    first: Whole
    second: Whole
    both: Whole
    tested: Whole
    expected: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats


@dataclass(frozen=True)
class Burden:
    """chance    (patients,) altering changes per gene tested
    stratum   (patients,) numbers from 0
    """

    chance: Floats
    stratum: Whole


def burden(changes: Changes, looked: Whole, types: Whole, losses: Floats | None = None) -> Burden:
    """Each patient's burden and stratum.

    looked   (patients,) genes tested for variants
    types    (patients,) a number for the tumour type
    losses   (patients,) share of the genes that are lost; without it, strata are tumour types
    """
    altering = changes.of_kind(MISSENSE, TRUNCATING, IN_FRAME)
    chance = np.bincount(altering.patient, minlength=changes.patients) / np.maximum(looked, 1)
    _, of_type, many = np.unique(types, return_inverse=True, return_counts=True)
    stratum = np.where(many[of_type] >= _LEAST_OF_TYPE, of_type, len(many)).astype(np.int64)
    if losses is not None:
        middle = np.array([np.median(losses[stratum == one]) if (stratum == one).any() else 0.0
                           for one in range(len(many) + 1)])  # fmt: skip
        stratum = 2 * stratum + (losses > middle[stratum])
    return Burden(chance, stratum)


def with_loss(variants: Carriers, lost: Matrix, looked_for_loss: Matrix, of: Burden) -> TwoHits:
    """A variant and a loss of the same gene.

    lost, looked_for_loss   (genes, words) in the order of the carriers of variants: with a loss, and looked at
    """
    rows, asked = [], 0
    for row in range(len(variants.genes)):
        both_tested = variants.tested(row) & looked_for_loss[row]
        first, second = variants.altered[row] & both_tested, lost[row] & both_tested
        if min(bits.count(first), bits.count(second)) < FEWEST:
            continue
        asked += 1
        if bits.count(first & second):
            tested, mutated, without = (bits.unpack(one, variants.patients) for one in (both_tested, first, second))
            chances, many = _chances(of, _steps(of, tested), mutated, without)
            rows.append((row, bits.count(first), bits.count(second), bits.count(first & second),
                         bits.count(both_tested), chances, many))  # fmt: skip
    return _told(WITH_LOSS, rows, asked)


def two_variants(variants: Carriers, changes: Changes, of: Burden) -> TwoHits:
    """Two variants of the same gene, more than a few bases apart."""
    altering = _events(changes.of_kind(MISSENSE, TRUNCATING, IN_FRAME))
    (gene, patient), many = np.unique(np.stack([altering.gene, altering.patient]), axis=1, return_counts=True)
    begin = np.searchsorted(gene, np.arange(len(changes.genes) + 1))
    members = bits.unpack(variants.sets, variants.patients)
    steps = [_steps(of, tested) for tested in members]
    rows = []
    enough = np.flatnonzero(np.diff(begin) >= FEWEST)
    for number in enough:
        of_gene = slice(begin[number], begin[number + 1])
        tested = members[variants.classes[number]]
        mutated = np.zeros(changes.patients, dtype=np.bool_)
        mutated[patient[of_gene]] = True
        once, twice = int(mutated.sum()), int((many[of_gene] > 1).sum())
        if not twice:
            continue
        chances, weights = _chances(of, steps[variants.classes[number]], mutated, tested, again=True)
        rows.append((int(number), once, twice, twice, int(tested.sum()), chances, weights))
    return _told(TWO_VARIANTS, rows, len(enough))


def _events(changes: Changes) -> Changes:
    """The changes without those that a source writes beside another one of the same patient: they are one event."""
    same = (np.diff(changes.gene, prepend=-1) == 0) & (np.diff(changes.patient, prepend=-1) == 0)
    near = np.where(changes.place > 0, np.diff(changes.place, prepend=-1) <= ONE_EVENT,
                    np.diff(changes.residue, prepend=-1) == 0)  # fmt: skip
    return changes.only(~(same & near))


def only(found: TwoHits, genes: Whole) -> TwoHits:
    """The rows of these genes; q is over these."""
    kept = np.isin(found.gene, genes)
    rows = {one.name: getattr(found, one.name)[kept] for one in fields(found) if one.name != "kind"}
    return TwoHits(found.kind, **rows | {"q": corrected(found.p[kept], len(genes))})


def _told(kind: str, rows: list[Row], asked: int) -> TwoHits:
    gene, first, second, both, tested = (np.array([row[place] for row in rows], dtype=np.int64) for place in range(5))
    expected = np.array([float(row[5] @ row[6]) for row in rows])
    p = np.array([at_least(row[3], row[5], row[6]) for row in rows])
    hoped = np.maximum(expected, 1e-300)
    low, high = gamma.ppf(0.025, both) / hoped, gamma.ppf(0.975, both + 1) / hoped
    return TwoHits(
        kind, gene, first, second, both, tested, expected, low, high, p, corrected(p, asked),
    )  # fmt: skip


@dataclass(frozen=True)
class _Steps:
    """cell    (patients,) of each patient: its stratum and the step of its burden
    there   (strata, steps) patients tested in each cell; `mean` (steps,) their mean burden
    """

    cell: Whole
    there: Whole
    mean: Floats


def _steps(of: Burden, tested: npt.NDArray[np.bool_]) -> _Steps:
    """The patients tested, by stratum and step of burden."""
    strata = int(of.stratum.max()) + 1
    edges = np.quantile(of.chance[tested], np.linspace(0, 1, _STEPS + 1)[1:-1]) if tested.any() else np.zeros(1)
    step = np.searchsorted(edges, of.chance, side="right")
    many = np.bincount(step[tested], minlength=_STEPS)
    mean = np.bincount(step[tested], of.chance[tested], minlength=_STEPS) / np.maximum(many, 1)
    cell = of.stratum * _STEPS + step
    return _Steps(cell, np.bincount(cell[tested], minlength=strata * _STEPS).reshape(strata, _STEPS), mean)


def _chances(
    of: Burden, steps: _Steps, mutated: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_], *, again: bool = False
) -> tuple[Floats, Floats]:
    """Chances of a variant (`again`: of two) of the patients `among` the tested, and how many have each.

    In each stratum, rate x burden is such that as many patients are expected to have a variant as do.
    """
    there, mean = steps.there, steps.mean
    asked = np.bincount(steps.cell[among], minlength=there.size).reshape(there.shape)
    wanted = np.bincount(of.stratum[mutated], minlength=len(there))
    used = np.flatnonzero(wanted)
    low, high = np.full(len(used), -40.0), np.full(len(used), 60.0)
    most = np.minimum(wanted, (there * (mean > 0)).sum(axis=1))[used]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        fewer = (there[used] * -np.expm1(-np.exp(middle)[:, None] * mean)).sum(axis=1) < most
        low, high = np.where(fewer, middle, low), np.where(fewer, high, middle)
    rate = np.exp(high)[:, None] * mean
    chance = -np.expm1(-rate) - (rate * np.exp(-rate) if again else 0.0)
    kept = asked[used] > 0
    return chance[kept], asked[used][kept].astype(np.float64)

"""Stretches of a gene that hold more missense changes than its mutability explains.

The scan statistic of Kulldorff (Commun Stat Theory Methods 1997): over all stretches of two changes or more, no wider
than a quarter of the mutability, the largest log likelihood ratio of k changes within a share s of it against n changes
in all. How large it gets by chance is told by drawing the n changes again, by the same shares and as unevenly as
`unevenness` says. Where few draws reach the observed one, p is told by the law of largest values that fits the draws
(Abrams, Kulldorff and Kleinman, Int J Health Geogr 2010). Where residues are alike, stretches are often equally dense,
and p is then larger than it need be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chevet.cohort.association import false_discovery_rates
from chevet.targets.selection.rates import Floats
from chevet.targets.shape.changes import MISSENSE, Changes, Whole
from chevet.targets.shape.mutability import Mutability
from chevet.targets.shape.unevenness import Unevenness, counted

FEWEST = 5
# A wider stretch is rather a part of the gene that a test looked at than one that is selected.
WIDEST = 0.25
FIRST_DRAWS, MORE_DRAWS = 99, 999
# Genes that the first draws do not rule out are drawn again, more often.
_PERHAPS = 0.2
_COUNTED_OUT = 10
_EULER = 0.5772156649015329
_AT_ONCE = 4_000_000
Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Clusters:
    """The densest stretch of each gene with at least FEWEST missense changes. All columns are (rows,), by gene.

    first, last  residues, both included
    within       missense changes of the stretch, each residue once a patient; `changes` those of the gene
    patients     with a change of the stretch
    expected     of these changes by chance
    p, q         of a stretch as dense anywhere in the gene; q over the genes here
    """

    gene: Whole
    first: Whole
    last: Whole
    within: Whole
    patients: Whole
    changes: Whole
    expected: Floats
    p: Floats
    q: Floats


def clusters(
    changes: Changes, mutability: Mutability, unevenness: Unevenness, seed: int, tell: Tell = lambda what, part: None
) -> Clusters:
    """The scan of each gene; the same seed gives the same p.

    tell   is told the gene and the part that is done
    """
    missense = changes.of_kind(MISSENSE)
    place, many, gene = counted(missense, mutability)
    possible = mutability.missense[place] > 0
    place, many, gene = place[possible], many[possible], gene[possible]
    n = np.bincount(gene, many, minlength=len(mutability.genes)).astype(np.int64)
    genes = np.flatnonzero(n >= FEWEST)
    ends = _ends(mutability)
    begin = np.searchsorted(gene, np.arange(len(n) + 1))
    stretches = [slice(begin[one], begin[one + 1]) for one in genes]
    densest = np.array([_densest(place[rows], many[rows], ends) for rows in stretches]).reshape(-1, 4)
    observed, first, last = densest[:, 0], densest[:, 1].astype(np.int64), densest[:, 2].astype(np.int64)
    p = _p(observed, genes, n, mutability, ends, unevenness, np.random.default_rng(seed), tell)
    share = ends[last + 1] - ends[first]
    return Clusters(
        genes, first - mutability.begin[genes] + 1, last - mutability.begin[genes] + 1, densest[:, 3].astype(np.int64),
        _patients(missense, mutability, genes, first, last), n[genes], n[genes] * share, p, false_discovery_rates(p),
    )  # fmt: skip


def _ends(mutability: Mutability) -> Floats:
    """(residues + 1,) the shares summed up over all genes, one after the other: gene g goes from g to g + 1."""
    return np.concatenate([[0.0], np.cumsum(mutability.missense)])


def _densest(place: Whole, many: Whole, ends: Floats) -> tuple[float, int, int, int]:
    """The largest ratio over all stretches, its first and last place, and the changes within."""
    before = np.concatenate([[0], np.cumsum(many)])
    n, best = int(before[-1]), (0.0, int(place[0]), int(place[0]), int(many[0]))
    for number, last in enumerate(place):
        within = before[number + 1] - before[: number + 1]
        ratio = np.where(within > 1, _ratio(within, n, ends[last + 1] - ends[place[: number + 1]]), 0.0)
        at = int(ratio.argmax())
        if ratio[at] > best[0]:
            best = (float(ratio[at]), int(place[at]), int(last), int(within[at]))
    return best


def _ratio(within: npt.ArrayLike, n: npt.ArrayLike, share: npt.ArrayLike) -> Floats:
    """Log likelihood ratio of so many changes within a share; 0 where these are no more than expected, or too wide."""
    k, whole = np.asarray(within, dtype=np.float64), np.asarray(n, dtype=np.float64)
    s = np.clip(np.asarray(share, dtype=np.float64), 1e-12, 1 - 1e-12)
    outside = whole - k
    with np.errstate(divide="ignore", invalid="ignore"):
        found = k * np.log(k / (whole * s)) + np.where(outside > 0, outside * np.log(outside / (whole * (1 - s))), 0.0)
    return np.where((k > whole * s) & (s <= WIDEST), found, 0.0)


def _p(
    observed: Floats, genes: Whole, n: Whole, mutability: Mutability, ends: Floats, unevenness: Unevenness,
    rng: np.random.Generator, tell: Tell,
) -> Floats:  # fmt: skip
    """(genes,) p of each: of the first draws, or, where these leave it open, of more."""
    p = np.ones(len(genes))
    again = np.arange(len(genes))
    for draws, begins, part in ((FIRST_DRAWS, 0.0, 0.5), (MORE_DRAWS, 0.5, 0.5)):
        done = 0
        for rows in _batches(n[genes[again]], draws):
            of = genes[again[rows]]
            drawn = _drawn(of, int(n[of[0]]), draws, mutability, ends, unevenness, rng)
            p[again[rows]] = _of_draws(observed[again[rows]], drawn)
            done += len(rows)
            tell(mutability.genes[of[0]], begins + part * done / len(again))
        again = np.flatnonzero(p <= _PERHAPS)
    return p


def _batches(n: Whole, draws: int) -> list[Whole]:
    """Rows with the same number of changes, as many at once as memory allows."""
    found = []
    order = np.argsort(n, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(n[order])) + 1):
        step = max(1, _AT_ONCE // (draws * max(int(n[rows[0]]) if len(rows) else 1, 1)))
        found += [rows[start : start + step] for start in range(0, len(rows), step)]
    return found


def _drawn(
    genes: Whole, n: int, draws: int, mutability: Mutability, ends: Floats, unevenness: Unevenness,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """(genes, draws) the largest ratio in each draw of n changes."""
    step = max(1, _AT_ONCE // (n * len(genes)))
    parts = []
    for start in range(0, draws, step):
        size = (len(genes), min(step, draws - start), n)
        low, high = ends[mutability.begin[genes]], ends[mutability.begin[genes + 1]]
        at = low[:, None, None] + rng.random(size) * (high - low)[:, None, None]
        place = np.searchsorted(ends, at, side="right") - 1
        place = np.clip(place, mutability.begin[genes][:, None, None], mutability.begin[genes + 1][:, None, None] - 1)
        if np.isfinite(unevenness.concentration):
            whole: Floats = (unevenness.concentration * mutability.length[genes]).astype(np.float64)[:, None, None]
            place = np.take_along_axis(place, _copied(size, whole, rng), axis=2)
        parts.append(_largest(np.sort(place, axis=2), n, ends))
    return np.concatenate(parts, axis=1)


def _copied(size: tuple[int, int, int], whole: Floats, rng: np.random.Generator) -> Whole:
    """Whose place each change takes, its own or an earlier one's: this urn draws the Dirichlet-multinomial law."""
    number = np.arange(size[2])
    copies = rng.random(size) * (whole + number) >= whole
    source = np.where(copies, (rng.random(size) * np.maximum(number, 1)).astype(np.int64), number)
    while True:
        further = np.take_along_axis(source, source, axis=2)
        if np.array_equal(further, source):
            return source
        source = further


def _largest(place: Whole, n: int, ends: Floats) -> Floats:
    """(genes, draws) the largest ratio over stretches of k changes, for k of a grid: the shortest of each k has it."""
    low, high = ends[place], ends[place + 1]
    best = np.zeros(place.shape[:2])
    for k in _grid(n):
        shortest = (high[:, :, k - 1 :] - low[:, :, : n - k + 1]).min(axis=2)
        np.maximum(best, _ratio(k, n, shortest), out=best)
    return best


def _grid(n: int) -> list[int]:
    """Every k up to 20, then ever fewer.

    >>> _grid(25)[-4:], len(_grid(10_000)) < 100
    ([20, 22, 24, 25], True)
    """
    grid, k = list(range(2, min(n, 20) + 1)), 20
    while k < n:
        k = min(max(k + 1, int(k * 1.1)), n)
        grid.append(k)
    return grid


def _of_draws(observed: Floats, drawn: Floats) -> Floats:
    """(genes,) p from the draws; beyond nearly all, from the law of largest values with their mean and spread."""
    draws = drawn.shape[1]
    beyond = (drawn >= observed[:, None] - 1e-9).sum(axis=1)
    counted_p = (beyond + 1) / (draws + 1)
    spread = np.maximum(drawn.std(axis=1) * np.sqrt(6) / np.pi, 1e-9)
    centre = drawn.mean(axis=1) - _EULER * spread
    fitted = -np.expm1(-np.exp(-(observed - centre) / spread))
    return np.asarray(np.where(beyond >= _COUNTED_OUT, counted_p, np.clip(fitted, 1e-300, 1.0)))


def _patients(missense: Changes, mutability: Mutability, genes: Whole, first: Whole, last: Whole) -> Whole:
    """(genes,) patients with a change of the stretch."""
    low, high = (np.full(len(mutability.genes), -2, dtype=np.int64) for _ in range(2))
    low[genes], high[genes] = first, last
    place = mutability.place(missense.gene, missense.residue)
    within = (place >= low[missense.gene]) & (place <= high[missense.gene])
    return missense.only(within).patients_by_gene()[genes]

"""Truncations against repeated missense changes: does the gene look like a suppressor, an oncogene, or both?

After the 20/20 rule (Vogelstein et al., Science 2013, PMID:23539594): more than a fifth of a suppressor's changes
truncate it; more than a fifth of an oncogene's are missense changes on residues that recur. Here a share must exceed a
fifth with its 95 % interval, and truncations also after correction for the number of genes; recurring means within a
hotspot or a cluster that is significant. Where one residue has more than half of the truncations, these are no loss
that any place would bring about (the frameshift of NPM1, or a slippery repeat), and no suppressor is concluded. Where
selection (dN/dS) was asked, it must agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.stats import binom

from chevet.cohort.association import false_discovery_rates, wilson_interval
from chevet.errors import BadInput
from chevet.targets.selection.rates import Floats
from chevet.targets.shape.changes import IN_FRAME, MISSENSE, TRUNCATING, Changes, Whole
from chevet.targets.shape.clusters import Clusters
from chevet.targets.shape.hotspots import SIGNIFICANT, Hotspots

Role = Literal["suppressor", "oncogene", "both", "not_concluded"]
FIFTH = 0.2
FEWEST = 5
_FROM_SELECTION = ("gene", "q_global", "q_mis", "q_trunc", "q_ind")


@dataclass(frozen=True)
class Patterns:
    """The changes of every gene that has any. All columns are (rows,), by gene.

    altering     missense, truncating and in-frame changes
    truncating, recurrent   how many of them truncate; how many lie in a hotspot or a cluster, without truncating
    truncating_low ... recurrent_high   95 % intervals of their shares (Wilson)
    p_truncating, q_truncating   that a share of a fifth would give as many truncations, or more
    patients     (rows, 3) patients with a truncation; with a recurring change and none; with another one only
    one_residue  whether one residue has more than half of the truncations
    """

    gene: Whole
    altering: Whole
    missense: Whole
    truncating: Whole
    recurrent: Whole
    truncating_low: Floats
    truncating_high: Floats
    recurrent_low: Floats
    recurrent_high: Floats
    p_truncating: Floats
    q_truncating: Floats
    patients: Whole
    one_residue: npt.NDArray[np.bool_]
    role: tuple[Role, ...]


def patterns(changes: Changes, found: Hotspots, dense: Clusters, selection: pa.Table | None = None) -> Patterns:
    """The pattern of each gene.

    selection   genes with q_global, q_mis, q_trunc and q_ind, as `chevet targets drivers` writes them
    """
    altering = changes.of_kind(MISSENSE, TRUNCATING, IN_FRAME)
    size = len(changes.genes)
    recurs = _recurs(altering, found, dense) & (altering.kind != TRUNCATING)
    total, missense, truncating, recurrent = (
        np.bincount(altering.gene[rows], minlength=size)
        for rows in (altering.kind >= 0, altering.kind == MISSENSE, altering.kind == TRUNCATING, recurs)
    )
    gene = np.flatnonzero(total)
    n, cut, again = total[gene], truncating[gene], recurrent[gene]
    p = np.asarray(binom.sf(cut - 1, n, FIFTH))
    q = false_discovery_rates(p)
    intervals = (*wilson_interval(cut, n), *wilson_interval(again, n))
    on_one = _on_one_residue(altering.of_kind(TRUNCATING), truncating)[gene]
    selected = {} if selection is None else _selected(selection)
    shares = [_Shares(*map(float, one)) for one in zip(n, cut, *intervals, strict=True)]
    roles = tuple(
        _role(one, float(of_cut), bool(alone), selected.get(changes.genes[number]))
        for one, of_cut, alone, number in zip(shares, q, on_one, gene, strict=True)
    )
    return Patterns(
        gene, n, missense[gene], cut, again, *intervals, p, q, _patients(altering, recurs)[gene], on_one, roles
    )


@dataclass(frozen=True)
class _Shares:
    """The changes of a gene, those that truncate, and the ends of the shares that do and that recur."""

    changes: float
    cut: float
    cut_low: float
    cut_high: float
    again_low: float
    again_high: float


def _role(shares: _Shares, q: float, on_one: bool, selected: tuple[bool, bool] | None) -> Role:
    """What the shares say.

    q          of truncations
    on_one     whether one residue has most of them
    selected   whether dN/dS found missense changes selected, and truncations; None where it was not asked
    """
    if shares.changes < FEWEST:
        return "not_concluded"
    cuts, recurs = shares.cut_low > FIFTH and q < SIGNIFICANT, shares.again_low > FIFTH
    spares = shares.cut_high < FIFTH
    if selected is not None:
        of_missense, of_truncations = selected
        cuts = of_truncations and shares.cut > FIFTH * shares.changes
        recurs = recurs and of_missense
        spares = spares or not of_truncations
    cuts = cuts and not on_one
    if cuts and recurs:
        return "both"
    return "suppressor" if cuts else "oncogene" if recurs and spares else "not_concluded"


def _recurs(changes: Changes, found: Hotspots, dense: Clusters) -> npt.NDArray[np.bool_]:
    """Whether each change lies on a significant hotspot, or in a significant cluster."""
    stretch = np.int64(1) << 32
    at = changes.gene * stretch + changes.residue
    hot = found.significant()
    on_hotspot = np.isin(at, found.gene[hot] * stretch + found.residue[hot])
    first, last = (np.full(len(changes.genes), -1, dtype=np.int64) for _ in range(2))
    sure = np.flatnonzero(dense.q < SIGNIFICANT)
    first[dense.gene[sure]], last[dense.gene[sure]] = dense.first[sure], dense.last[sure]
    within = (first[changes.gene] <= changes.residue) & (changes.residue <= last[changes.gene]) & (changes.residue > 0)
    return np.asarray(on_hotspot | within)


def _on_one_residue(cut: Changes, truncating: Whole) -> npt.NDArray[np.bool_]:
    """(genes,) whether one residue has more than half of a gene's truncations, and at least FEWEST."""
    told = cut.only(cut.residue > 0)
    (gene, _), many = np.unique(np.stack([told.gene, told.residue]), axis=1, return_counts=True)
    most = np.zeros(len(truncating), dtype=np.int64)
    np.maximum.at(most, gene, many)
    return np.asarray((most >= FEWEST) & (2 * most > truncating))


def _patients(altering: Changes, recurs: npt.NDArray[np.bool_]) -> Whole:
    """(genes, 3) patients by the most telling change that each has."""
    (gene, _), of_pair = np.unique(np.stack([altering.gene, altering.patient]), axis=1, return_inverse=True)
    best = np.full(len(gene), 2, dtype=np.int64)
    np.minimum.at(best, of_pair.reshape(-1), np.where(altering.kind == TRUNCATING, 0, np.where(recurs, 1, 2)))
    return np.bincount(3 * gene + best, minlength=3 * len(altering.genes)).reshape(-1, 3)


def _selected(selection: pa.Table) -> dict[str, tuple[bool, bool]]:
    """By gene, whether it and its missense changes are selected, and its truncations; without a q, it is left out."""
    if missing := [name for name in _FROM_SELECTION if name not in selection.column_names]:
        raise BadInput(
            f"a table of selection lacks the columns {', '.join(missing)}",
            next_act="Give genes.tsv as chevet targets drivers writes it.",
        )
    rows = zip(*(selection.column(name).to_pylist() for name in _FROM_SELECTION), strict=True)
    return {
        gene: (_below(whole) and _below(missense), _below(whole) and (_below(truncating) or _below(indels)))
        for gene, whole, missense, truncating, indels in rows if whole is not None
    }  # fmt: skip


def _below(q: float | None) -> bool:
    return q is not None and q < SIGNIFICANT

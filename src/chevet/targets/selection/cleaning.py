"""What is left out before selection is asked of, and what looks wrong and is said.

The order is that of dNdScv 0.1: repeats, samples with too many mutations, mutations too many in one gene of a sample,
wrong bases. A warning leaves nothing out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from chevet.errors import BadInput
from chevet.targets.selection.placing import INDEL, WRONG_BASE, Placed
from chevet.targets.selection.rates import Floats, Whole

MOST_PER_GENE = 3
MOST_PER_SAMPLE = 3000
# From this share of wrong bases on, the file is not of this genome.
WRONG_BUILD = 0.1
# Two samples with as many changes in common, and half of what the smaller has, are hardly two tumours. A change of
# more samples than `_RARE` is a hotspot, and tells nothing.
_SHARED = 5
_RARE = 20


@dataclass(frozen=True)
class Cleaned:
    """The mutations that count.

    left_out    rows by reason: repeated, hypermutator, too_many_in_gene, wrong_base
    warnings    rows by what looks wrong: neighbouring, in_several_samples; `alike` counts samples
    hypermutators, alike   the numbers of samples left out, and of those that share their mutations with another
    """

    placed: Placed
    left_out: Mapping[str, int]
    warnings: Mapping[str, int]
    hypermutators: Whole
    alike: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def cleaned(
    placed: Placed, *, most_per_gene: int = MOST_PER_GENE, most_per_sample: int = MOST_PER_SAMPLE, build: str = ""
) -> Cleaned:
    """The mutations without what is left out. Raises BadInput when a tenth of the bases are not the reference's."""
    left_out: Counter[str] = Counter()
    once = placed.only(_firsts(placed.sample, placed.gene, placed.chromosome, placed.position, placed.change))
    left_out["repeated"] = len(placed) - len(once)
    per_sample = np.bincount(once.sample)
    too_many = np.flatnonzero(per_sample > most_per_sample)
    fewer = once.only(~np.isin(once.sample, too_many))
    left_out["hypermutator"] = len(once) - len(fewer)
    capped = fewer.only(_ranks(fewer) <= most_per_gene)
    left_out["too_many_in_gene"] = len(fewer) - len(capped)
    wrong = capped.kind == WRONG_BASE
    substitutions = int((capped.kind != INDEL).sum())
    if wrong.sum() >= WRONG_BUILD * max(substitutions, 1):
        raise BadInput(
            f"{int(wrong.sum())} of {substitutions} substitutions in coding sequences do not have the bases of the "
            f"reference ({build}): the mutations are of another build or species",
            next_act="Give the reference of their build: chevet reference list",
        )
    left_out["wrong_base"] = int(wrong.sum())
    kept = capped.only(~wrong)
    same = _in_several(kept)
    alike = _alike(kept, same)
    warnings = {"neighbouring": _neighbouring(kept), "in_several_samples": int((same > 1).sum()), "alike": len(alike)}
    return Cleaned(kept, dict(left_out), warnings, too_many, alike)


def _firsts(*columns: Whole) -> Whole:
    """Rows whose values in these columns were not there before, in the order of the rows."""
    if not len(columns[0]):
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort(columns[::-1])
    new = np.zeros(len(order), dtype=np.bool_)
    new[0] = True
    for column in columns:
        new[1:] |= np.diff(column[order]) != 0
    return np.sort(order[new])


def _ranks(placed: Placed) -> Floats:
    """The rank of each mutation among those of its gene and sample, by place; the mean rank where places are equal."""
    order = np.lexsort((placed.position, placed.gene, placed.sample))
    sample, gene, position = placed.sample[order], placed.gene[order], placed.position[order]
    start = np.ones(len(order), dtype=np.bool_)
    start[1:] = (np.diff(sample) != 0) | (np.diff(gene) != 0)
    run = start.copy()
    run[1:] |= np.diff(position) != 0
    first = np.flatnonzero(start)[np.cumsum(start) - 1] if len(order) else np.zeros(0, dtype=np.int64)
    number = np.cumsum(run) - 1
    begins = np.flatnonzero(run)
    ends = np.append(begins[1:], len(order))
    mean = (begins + ends - 1) / 2 + 1
    ranks = np.empty(len(order))
    ranks[order] = mean[number] - first
    return ranks


def _neighbouring(placed: Placed) -> int:
    """Mutations of a sample at a base beside that of another one: perhaps one change of several bases."""
    order = np.lexsort((placed.position, placed.chromosome, placed.sample))
    beside = (
        (np.diff(placed.sample[order]) == 0)
        & (np.diff(placed.chromosome[order]) == 0)
        & (np.diff(placed.position[order]) == 1)
    )
    touched = np.zeros(len(order), dtype=np.bool_)
    touched[1:] |= beside
    touched[:-1] |= beside
    return int(touched.sum())


def _in_several(placed: Placed) -> Whole:
    """In how many samples each mutation was found."""
    key = np.stack([placed.gene, placed.chromosome, placed.position, placed.change])
    if not key.shape[1]:
        return np.zeros(0, dtype=np.int64)
    _, of_row, many = np.unique(key, axis=1, return_inverse=True, return_counts=True)
    return np.asarray(many[of_row.reshape(-1)], dtype=np.int64)


def _alike(placed: Placed, same: Whole) -> Whole:
    """Samples that share most of their mutations with another one."""
    rare = placed.only((same > 1) & (same <= _RARE))
    order = np.lexsort((rare.change, rare.position, rare.chromosome, rare.gene))
    rare = rare.only(order)
    pairs: Counter[tuple[int, int]] = Counter()
    for step in range(1, _RARE):
        if step >= len(rare):
            break
        one, other = rare.only(slice(None, -step)), rare.only(slice(step, None))
        equal = np.ones(len(one), dtype=np.bool_)
        for name in ("gene", "chromosome", "position", "change"):
            equal &= getattr(one, name) == getattr(other, name)
        low = np.minimum(one.sample[equal], other.sample[equal])
        high = np.maximum(one.sample[equal], other.sample[equal])
        couples, many = np.unique(np.stack([low, high]), axis=1, return_counts=True)
        pairs.update(dict(zip(map(tuple, couples.T.tolist()), many.tolist(), strict=True)))
    total = np.bincount(placed.sample) if len(placed) else np.zeros(1, dtype=np.int64)
    found = {
        sample for pair, many in pairs.items()
        if many >= _SHARED and 2 * many >= min(total[pair[0]], total[pair[1]]) for sample in pair
    }  # fmt: skip
    return np.array(sorted(found), dtype=np.int64)

"""How far a list of alterations is a name: how many patients nobody else matches.

Three attackers are measured. One knows the whole list. One knows some alterations of a patient, drawn by chance. One
knows the rarest that the patient has, which is the worst case in practice. Each may also know the patient's class of
other qualities (age band, sex, place). All know that the patient is in the release: these are the prosecutor's risks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.errors import BadInput, CannotConclude
from chevet.privacy.genomic.matching import Carried, Index, Ints, support
from chevet.records.rows import Column, pc

SIZES = (1, 2, 5, 10, 20, 50)
"""Where the bands of class sizes begin."""


def carried(table: pa.Table, patients: Column) -> Carried:
    """The pairs of a table with `patient_id`, `kind` and `alteration`, for all these patients, each named once.

    Raises BadInput when a row belongs to none of them.
    """
    place = pc.index_in(table["patient_id"], value_set=_whole(patients))
    if place.null_count:
        raise BadInput(
            f"{place.null_count} rows belong to no patient of the list",
            next_act="Give every patient of the release, those without alterations included.",
        )
    name = pc.binary_join_element_wise(pc.fill_null(table["kind"], ""), table["alteration"], "\t")
    number = _whole(pc.dictionary_encode(name)).indices.to_numpy().astype(np.int64)
    width = int(number.max()) + 1 if len(number) else 1
    codes = np.unique(place.to_numpy().astype(np.int64) * width + number)
    return Carried(codes // width, codes % width, len(patients))


def _whole(column: Column) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else pa.array(column)


def singling_out(
    data: Carried,
    *,
    classes: npt.NDArray[np.integer[Any]] | None = None,
    known: Sequence[int] = (1, 2, 3),
    draws: int = 20_000,
    seed: int = 0,
) -> dict[str, Any]:
    """Shares of all patients that are singled out, by what an attacker knows.

    classes   (n,) the class of each patient by other qualities, known to the attacker too; None: nothing else known
    known     how many alterations the attacker knows; a patient who has fewer is known by all they have
    draws     how often a patient with alterations, and some of theirs, are drawn by chance; the standard error of
              the share is at most 0.5 / sqrt(draws)

    Returns shares of all patients: `class` (their class alone singles them out), `list` (their class and whole list),
    and per number known `random` and `rarest` (with their class); and `sizes`, patients by the number who have the
    same class and list. Patients without alterations count as not singled out by knowing one of theirs. Raises
    CannotConclude without patients, BadInput unless each patient has one class.
    """
    if not data.n:
        raise CannotConclude("no patients: nobody to single out", next_act="Take a study that has patients.")
    group = np.zeros(data.n, dtype=np.int64) if classes is None else np.unique(classes, return_inverse=True)[1]
    if len(group) != data.n:
        raise BadInput("there is not one class for each patient", next_act="Give the class of every patient.")
    sizes = _same_list(data, group)
    rng = np.random.default_rng(seed)
    index = Index.of(data, group)
    return {
        "patients": data.n,
        "with_alterations": int((index.many > 0).sum()),
        "class": float((np.bincount(group) == 1).sum() / data.n),
        "list": float((sizes == 1).mean()),
        "sizes": _bands(sizes),
        "known": {m: {"random": _by_chance(index, m, draws, rng), "rarest": _by_rarest(index, m)} for m in known},
    }


def _same_list(data: Carried, group: Ints) -> Ints:
    """(n,) how many patients have the same list and class. Lists are compared by 128-bit sums of random words."""
    rng = np.random.default_rng(20_261_127)
    words = rng.integers(0, 2**63, size=(max(1, data.alterations), 2), dtype=np.uint64)
    sums = np.zeros((data.n, 3), dtype=np.uint64)
    for i in range(2):
        np.add.at(sums[:, i], data.patient, words[data.alteration, i])
    sums[:, 2] = group.astype(np.uint64)
    order = np.lexsort(sums.T)
    ordered = sums[order]
    new = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)]
    number = np.cumsum(new) - 1
    sizes = np.empty(data.n, dtype=np.int64)
    sizes[order] = np.bincount(number)[number]
    return sizes


def _bands(sizes: Ints) -> dict[str, int]:
    ends = [*SIZES[1:], None]
    return {
        (f"{low}" if high == low + 1 else f"{low}+" if high is None else f"{low}-{high - 1}"):
            int(((sizes >= low) & (True if high is None else sizes < high)).sum())
        for low, high in zip(SIZES, ends, strict=True)
    }  # fmt: skip


def _by_chance(index: Index, m: int, draws: int, rng: np.random.Generator) -> float:
    """Share of patients singled out by m of their alterations drawn without replacement, and their class."""
    having = np.flatnonzero(index.many)
    if not len(having):
        return 0.0
    target = rng.choice(having, size=draws)
    chosen = _distinct_draws(index.many[target], m, rng)
    known = np.where(chosen >= 0, index.data.alteration[index.start[target, None] + np.maximum(chosen, 0)], -1)
    alone = support(index, np.column_stack([known, index.class_of[target]])) == 1
    return float(alone.mean()) * len(having) / index.data.n


def _distinct_draws(many: Ints, m: int, rng: np.random.Generator) -> Ints:
    """(draws, m) distinct places below `many`, -1 where there are fewer than m (Floyd's sampling)."""
    chosen = np.full((len(many), m), -1, dtype=np.int64)
    for i in range(m):
        top = many - m + i  # the i-th pick is among 0..top; a row with fewer than m takes all it has
        short = many < m
        pick = np.where(short, np.where(i < many, i, -1), rng.integers(0, np.maximum(top, 0) + 1))
        taken = (chosen[:, :i] == pick[:, None]).any(axis=1) & ~short
        chosen[:, i] = np.where(taken, top, pick)
    return chosen


def _by_rarest(index: Index, m: int) -> float:
    """Share of patients singled out by the m alterations of theirs that fewest others carry, and their class."""
    data = index.data
    order = np.lexsort((data.alteration, index.count[data.alteration], data.patient))
    rank = np.arange(len(order)) - index.start[data.patient[order]]
    kept = order[rank < m]
    known = np.full((data.n, m + 1), -1, dtype=np.int64)
    known[data.patient[kept], rank[rank < m]] = data.alteration[kept]
    known[:, m] = index.class_of
    return float((support(index, known[index.many > 0]) == 1).sum()) / data.n

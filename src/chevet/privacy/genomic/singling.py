"""How far a list of alterations is a name: how many patients nobody else matches.

Three attackers are measured. One knows the whole list. One knows some alterations of a patient, drawn by chance. One
knows the rarest that the patient has, which is the worst case in practice. Each may also know the patient's class of
other qualities (age band, sex, place). All know that the patient is in the release: these are the prosecutor's risks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.errors import BadInput

Ints = npt.NDArray[np.int64]
SIZES = (1, 2, 5, 10, 20, 50)
"""Where the bands of class sizes begin."""
_CHUNK = 20_000_000  # candidate patients compared at once: 160 MB


@dataclass(frozen=True, eq=False)
class Carried:
    """Who carries what: one entry per patient and alteration, patient by patient.

    patient, alteration   (rows,) numbers, sorted by patient, then alteration; no pair twice
    n                     patients, those with no alteration included
    """

    patient: Ints
    alteration: Ints
    n: int

    @property
    def alterations(self) -> int:
        return int(self.alteration.max()) + 1 if len(self.alteration) else 0


def carried(table: pa.Table, patients: Sequence[str]) -> Carried:
    """The pairs of a table with `patient_id`, `kind` and `alteration`, for all these patients.

    Raises BadInput when a row belongs to none of them.
    """
    place: dict[Any, int] = {patient: number for number, patient in enumerate(patients)}
    of_row = np.array([place.get(p, -1) for p in table["patient_id"].to_pylist()], dtype=np.int64)
    if (of_row < 0).any():
        raise BadInput(
            f"{int((of_row < 0).sum())} rows belong to no patient of the list",
            next_act="Give every patient of the release, those without alterations included.",
        )
    names: dict[tuple[Any, Any], int] = {}
    pairs = zip(table["kind"].to_pylist(), table["alteration"].to_pylist(), strict=True)
    number = np.array([names.setdefault(pair, len(names)) for pair in pairs], dtype=np.int64)
    codes = np.unique(of_row * max(1, len(names)) + number)
    return Carried(codes // max(1, len(names)), codes % max(1, len(names)), len(place))


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

    Returns `list` (whole list known), `sizes` (patients by the number who have the same list), and per number known
    `random` and `rarest`. Patients without alterations count as not singled out by knowing one of theirs.
    """
    group = np.zeros(data.n, dtype=np.int64) if classes is None else np.asarray(classes, dtype=np.int64)
    if len(group) != data.n:
        raise BadInput("there is not one class for each patient", next_act="Give the class of every patient.")
    sizes = _same_list(data, group)
    rng = np.random.default_rng(seed)
    index = _Index.of(data)
    return {
        "patients": data.n,
        "with_alterations": int((index.many > 0).sum()),
        "list": float((sizes == 1).mean()) if data.n else 0.0,
        "sizes": _bands(sizes),
        "known": {
            m: {"random": _by_chance(index, group, m, draws, rng), "rarest": _by_rarest(index, group, m)} for m in known
        },
    }


@dataclass(frozen=True, eq=False)
class _Index:
    """The same pairs by patient and by alteration.

    start, many      where a patient's alterations begin in `data.alteration`, and how many there are
    carriers, first  patients by alteration, and where an alteration's carriers begin
    count            (alterations,) carriers of each
    pairs            sorted numbers of (patient, alteration), to look one up
    """

    data: Carried
    start: Ints
    many: Ints
    carriers: Ints
    first: Ints
    count: Ints
    pairs: Ints

    @staticmethod
    def of(data: Carried) -> _Index:
        many = np.bincount(data.patient, minlength=data.n).astype(np.int64)
        count = np.bincount(data.alteration, minlength=data.alterations).astype(np.int64)
        carriers = data.patient[np.argsort(data.alteration, kind="stable")]
        pairs = data.patient * max(1, data.alterations) + data.alteration
        return _Index(data, np.cumsum(many) - many, many, carriers, np.cumsum(count) - count, count, pairs)


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
    new = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)] if data.n else np.zeros(0, bool)
    number = np.cumsum(new) - 1
    sizes = np.empty(data.n, dtype=np.int64)
    sizes[order] = np.bincount(number)[number] if data.n else number
    return sizes


def _bands(sizes: Ints) -> dict[str, int]:
    ends = [*SIZES[1:], None]
    return {
        (f"{low}" if high == low + 1 else f"{low}+" if high is None else f"{low}-{high - 1}"):
            int(((sizes >= low) & (True if high is None else sizes < high)).sum())
        for low, high in zip(SIZES, ends, strict=True)
    }  # fmt: skip


def _by_chance(index: _Index, group: Ints, m: int, draws: int, rng: np.random.Generator) -> float:
    """Share of patients singled out by m of their alterations drawn without replacement."""
    having = np.flatnonzero(index.many)
    if not len(having):
        return 0.0
    target = rng.choice(having, size=draws)
    chosen = _distinct_draws(index.many[target], m, rng)
    known = np.where(chosen >= 0, index.data.alteration[index.start[target, None] + np.maximum(chosen, 0)], -1)
    return float(_alone(index, group, target, known).mean()) * len(having) / index.data.n


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


def _by_rarest(index: _Index, group: Ints, m: int) -> float:
    """Share of patients singled out by the m alterations of theirs that fewest others carry."""
    data = index.data
    order = np.lexsort((data.alteration, index.count[data.alteration], data.patient))
    rank = np.arange(len(order)) - index.start[data.patient[order]]
    kept = order[rank < m]
    known = np.full((data.n, m), -1, dtype=np.int64)
    known[data.patient[kept], rank[rank < m]] = data.alteration[kept]
    having = np.flatnonzero(index.many)
    return float(_alone(index, group, having, known[having]).sum()) / data.n if data.n else 0.0


def _alone(index: _Index, group: Ints, target: Ints, known: Ints) -> npt.NDArray[np.bool_]:
    """(targets,) whether nobody else of the target's class carries all the known alterations (-1: none)."""
    count = np.where(known >= 0, index.count[np.maximum(known, 0)], np.iinfo(np.int64).max)
    rarest = known[np.arange(len(known)), count.argmin(axis=1)]
    work = index.count[rarest]
    alone = np.zeros(len(target), dtype=np.bool_)
    pieces = np.searchsorted(np.cumsum(work), np.arange(_CHUNK, work.sum() + _CHUNK, _CHUNK))
    for piece in np.split(np.arange(len(target)), np.minimum(pieces[:-1] + 1, len(target))):
        if len(piece):
            alone[piece] = _alone_in(index, group, target[piece], known[piece], rarest[piece])
    return alone


def _alone_in(index: _Index, group: Ints, target: Ints, known: Ints, rarest: Ints) -> npt.NDArray[np.bool_]:
    """Candidates are the carriers of the rarest known alteration; those who lack another, or the class, drop out."""
    many = index.count[rarest]
    of = np.repeat(np.arange(len(target)), many)
    within = np.arange(len(of)) - np.repeat(np.cumsum(many) - many, many)
    candidate = index.carriers[index.first[rarest][of] + within]
    left = group[candidate] == group[target[of]]
    of, candidate = of[left], candidate[left]
    for column in known.T:
        wanted = candidate * max(1, index.data.alterations) + column[of]
        place = np.minimum(np.searchsorted(index.pairs, wanted), len(index.pairs) - 1)
        stays = (column[of] < 0) | (index.pairs[place] == wanted)
        of, candidate = of[stays], candidate[stays]
    alone: npt.NDArray[np.bool_] = np.bincount(of, minlength=len(target)) == 1
    return alone

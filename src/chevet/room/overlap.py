"""Checked answers: what all of them together tell of any one patient stays below a bound, whoever asked.

Each answer is taken as a sum, over its support (see `questions.knowable`), of one hidden fact per
patient, known to the attacker as exactly as if it were not rounded. Whatever the hidden facts of two questions are,
they are taken as one and the same. He knows who is in which support; of the hidden facts of the others he knows how
common they are (one in ten is assumed). What the best linear
combination of *all* answers ever given on a study tells of a patient's fact is then a matter of
linear algebra: with the supports as rows of V, the share of his doubt that they remove is

    R2_i = p v_i' (p V V' + s I)^-1 v_i        p = 0.1 * 0.9, s = 0.001

and his area under the curve is at most Phi(sqrt(I_i / 2)), with I_i = R2_i / (p (1 - R2_i)). A question that
would lift anybody's above 0.54 is refused. Differences of two questions, trackers, differences of differences,
questions of several accounts: all are linear combinations, so all are bounded.

Over one support several facts may be asked of, or one in several wordings, each rounded by itself. Every one of them
is an answer of its own: so many are given that the mean of them all leaves no less than `s` of the rounding.

The bound looks at supports only, which follow from what can be known outside: neither an answer
given nor a refusal depends on anything hidden. It costs one row of a Cholesky factor per new support.
Sources: Chin and Ozsoyoglu, IEEE TSE 1982 (auditing of sums); Rasmussen and Williams 2006, ch. 2 (the posterior).
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular
from scipy.special import ndtr

from chevet.errors import CannotConclude, Refused
from chevet.room.refusals import LimitReached, TellsTooMuch
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.store.ledger import make_private

DIFFER_LEAST = 10
SHARE_ASSUMED = 0.1
DOUBT = SHARE_ASSUMED * (1 - SHARE_ASSUMED)
LEFT_BY_ROUNDING = 0.001
ANSWERS_OF_A_SUPPORT = 4000  # the rounding of one has a variance of 25/6: their mean leaves 0.001
INFORMATION_AT_MOST = 0.0202  # Phi(sqrt(0.0202 / 2)) = 0.54: below the 0.55 promised, so that a measurement can show it
SUPPORTS_AT_MOST = 300

Numbers: TypeAlias = npt.NDArray[np.float64]
Hashes: TypeAlias = npt.NDArray[np.uint64]
_MORE = "Ask the cube (--mode cube), which may be read freely, or ask of more patients."


def auc_of(information: float) -> float:
    """The area under the curve of an attacker who has so much information on one patient's fact.

    >>> round(auc_of(INFORMATION_AT_MOST), 3)
    0.54
    """
    return float(ndtr(np.sqrt(information / 2)))


@dataclass(frozen=True)
class _State:
    """The answers so far.

    names       of the m supports
    factor      (m, m) the lower Cholesky factor
    explained   (n,) the R2 of each patient
    answers     (m,) how many answers each support has given
    given       which these were: hashes, each once
    """

    names: tuple[str, ...]
    factor: Numbers
    explained: Numbers
    answers: npt.NDArray[np.int64]
    given: Hashes


class Past:
    """The supports of all checked answers on one version of a study, on disk. Open it with `Past.locked`."""

    def __init__(self, folder: Path, n: int) -> None:
        self._folder = folder
        self._n = n
        self._words = bits.words_for(n)
        self._new: list[tuple[Bits, Numbers]] = []
        self._state = self._kept = self._read()
        count = len(self._state.names)
        self._rows = self._mapped("supports.u64", np.uint64, (count, self._words))
        self._weights = self._mapped("weights.f32", np.float32, (count, n))

    @staticmethod
    @contextmanager
    def locked(folder: Path, n: int) -> Iterator[Past]:
        """The past of a study's version, for one question: another, of any version, waits until it is kept.

        folder   of the version, in the folder of its study

        Raises Refused when another version of the study has given checked answers.
        """
        make_private(folder)
        file = os.open(folder.parent / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            _require_one_version(folder)
            past = Past(folder, n)
            if not past.supports:
                past.consider([bits.full(n)])  # everybody's sum is taken as known from the beginning
                past.keep()
            yield past
        finally:
            os.close(file)

    @property
    def supports(self) -> int:
        """How many different supports there are, everybody included."""
        return len(self._state.names)

    def information(self) -> Numbers:
        """(n,) what all answers tell of each patient's fact."""
        return _information(self._state.explained)

    def consider(self, supports: Sequence[Bits], answers: Sequence[str] = ("",)) -> None:
        """Take these as answered: over each of the supports, all of these answers. Nothing is kept before `keep`.

        answers   the words of what is asked, one per number: canonical, and of nothing hidden

        Raises Refused, and forgets them, when an answer would tell too much of somebody.
        """
        before, pending = self._state, len(self._new)
        try:
            for support in supports:
                if support.any():
                    self._take(support, answers)
        except Refused:
            self._state = before
            del self._new[pending:]
            raise

    def keep(self) -> None:
        """Write what was considered; only then may the answer be handed over."""
        if self._state is self._kept:
            return
        if self._new:
            count = self.supports - len(self._new)
            self._append("supports.u64", np.stack([row for row, _ in self._new]), count * self._words * 8)
            weights = np.stack([w for _, w in self._new]).astype(np.float32)
            self._append("weights.f32", weights, count * self._n * 4)
        state = self._state
        with (self._folder / ".state.new").open("wb") as file:
            np.savez(
                file, factor=state.factor, explained=state.explained, names=np.array(state.names),
                answers=state.answers, given=state.given,
            )  # fmt: skip
            file.flush()
            os.fsync(file.fileno())
        (self._folder / ".state.new").replace(self._folder / "state.npz")
        self._new, self._kept = [], state
        self._rows = self._mapped("supports.u64", np.uint64, (self.supports, self._words))
        self._weights = self._mapped("weights.f32", np.float32, (self.supports, self._n))

    # -- one support

    def _take(self, support: Bits, answers: Sequence[str]) -> None:
        name = hashlib.sha256(support.tobytes()).hexdigest()
        if name not in self._state.names:
            self._add(name, support)
        self._count(self._state.names.index(name), name, answers)

    def _add(self, name: str, support: Bits) -> None:
        if self.supports >= SUPPORTS_AT_MOST:
            raise LimitReached("as many checked questions as this study can bear were answered", next_act=_MORE)
        self._check_differences(support)
        state = self._state
        factor, weights = self._row(support)
        explained = state.explained + weights**2 / DOUBT
        if _information(explained).max() > INFORMATION_AT_MOST:
            raise _too_much()
        self._state = _State((*state.names, name), factor, explained, np.append(state.answers, 0), state.given)
        self._new.append((support, weights))

    def _count(self, place: int, name: str, answers: Sequence[str]) -> None:
        """Each answer over a support counts once, however often it is asked for."""
        state = self._state
        hashes = np.unique(np.array([_hash(name, answer) for answer in answers], dtype=np.uint64))
        fresh = hashes[~np.isin(hashes, state.given)]
        if not len(fresh):
            return
        counted = state.answers.copy()
        counted[place] += len(fresh)
        if counted[place] > ANSWERS_OF_A_SUPPORT:
            raise LimitReached("of these very patients as much as may be told was told", next_act=_MORE)
        self._state = replace(state, answers=counted, given=np.concatenate([state.given, fresh]))

    def _check_differences(self, support: Bits) -> None:
        """No two supports, nor one and the complement of another, may differ by a few people."""
        for rows in self._earlier():
            differ = bits.count_rows(rows ^ support)
            few = (differ < DIFFER_LEAST) | ((self._n - differ < DIFFER_LEAST) & (differ != self._n))
            if few.any():
                raise _too_much()

    def _row(self, support: Bits) -> tuple[Numbers, Numbers]:
        """The Cholesky factor with one more row, and that row of p L^-1 V."""
        shared = np.concatenate([np.zeros(0), *(bits.count_rows(rows, support) for rows in self._earlier())])
        m, kept = len(shared), len(self._rows)
        known = solve_triangular(self._state.factor, DOUBT * shared, lower=True) if m else shared
        own = float(np.sqrt(DOUBT * bits.count(support) + LEFT_BY_ROUNDING - known @ known))
        factor = np.zeros((m + 1, m + 1))
        factor[:m, :m], factor[m, :m], factor[m, m] = self._state.factor, known, own
        weights = np.where(bits.unpack(support, self._n), np.float32(DOUBT), np.float32(0))
        if kept:
            weights = weights - known[:kept].astype(np.float32) @ self._weights
        for share, (_, row) in zip(known[kept:], self._new, strict=True):
            weights = weights - np.float32(share) * row.astype(np.float32)
        return factor, np.asarray(weights / own, dtype=np.float64)

    def _earlier(self) -> list[npt.NDArray[np.uint64]]:
        new = [np.stack([row for row, _ in self._new])] if self._new else []
        return [rows for rows in (self._rows, *new) if len(rows)]

    # -- on disk

    def _read(self) -> _State:
        path = self._folder / "state.npz"
        if not path.exists():
            nothing = np.zeros(0, dtype=np.int64)
            return _State((), np.zeros((0, 0)), np.zeros(self._n), nothing, nothing.astype(np.uint64))
        with np.load(path, allow_pickle=False) as stored:
            return _State(
                tuple(stored["names"].tolist()), stored["factor"], stored["explained"], stored["answers"],
                stored["given"],
            )  # fmt: skip

    def _mapped(self, name: str, kind: Any, shape: tuple[int, int]) -> npt.NDArray[Any]:
        if not shape[0]:
            return np.zeros(shape, dtype=kind)
        written = (self._folder / "state.npz").stat().st_mtime_ns
        return _mapped_once(self._folder / name, np.dtype(kind).name, shape, written)

    def _append(self, name: str, rows: npt.NDArray[Any], start: int) -> None:
        """Write at the end; what a crash left behind the last row that counts is overwritten."""
        file = os.open(self._folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(file, start)
            os.lseek(file, start, os.SEEK_SET)
            text = memoryview(rows.tobytes())
            while text:
                text = text[os.write(file, text) :]
            os.fsync(file)
        finally:
            os.close(file)


@lru_cache(maxsize=16)
def _mapped_once(path: Path, kind: str, shape: tuple[int, int], written: int) -> npt.NDArray[Any]:
    """Rows once written never change: a process maps them once, until there are more."""
    return np.asarray(np.memmap(path, dtype=kind, mode="r", shape=shape))


def _information(explained: Numbers) -> Numbers:
    """What is known of each patient's fact, from the share of doubt that is gone."""
    capped = np.minimum(explained, 1 - 1e-9)
    return np.asarray(capped / (DOUBT * (1 - capped)))


def _too_much() -> TellsTooMuch:
    return TellsTooMuch(
        "this answer, together with those given before, would tell too much of a few people", next_act=_MORE
    )


def patients_at_least() -> int:
    """How many patients a study has at least for checked answers: of fewer, the sum over everybody tells too much.

    >>> patients_at_least()
    552
    """
    return math.ceil((1 / INFORMATION_AT_MOST - LEFT_BY_ROUNDING) / DOUBT) + 1


def require_large_enough(n: int, study: str) -> None:
    """Raise CannotConclude for a study in which even the sum over everybody would tell too much of each."""
    least = patients_at_least()
    if n < least:
        raise CannotConclude(
            f"study {study} has too few patients for checked answers: {n:,}, and it takes {least:,}",
            next_act="Ask its cube, if it has one (--mode cube), or a larger study.",
        )


def _require_one_version(folder: Path) -> None:
    """Versions hold the same people and a few others: one question to two of them differs by those few."""
    others = sorted(state.parent.name for state in folder.parent.glob("*/state.npz") if state.parent != folder)
    if others:
        raise TellsTooMuch(
            f"checked answers of this study are given on version {others[0]}: two versions differ by a few people",
            next_act=f"Ask that version (--version {others[0]}), or the cube of this one (--mode cube).",
        )


def _hash(support: str, answer: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{support} {answer}".encode()).digest()[:8], "big")

"""Sums told of facts that at least such a share of the people have: what all of them together tell of any one patient.

A sum over a support is one row of V; the share of the doubt on a patient's fact that the sums remove is

    R2_i = d v_i' (d V V' + s I)^-1 v_i        d = share (1 - share), s = 0.001

kept as the Cholesky factor of the matrix in the middle, which gets a row with each new support, and as d L^-1 V.
Of a fact that more people have the same sums tell less: the others hide one another better.
Source: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, ch. 2 (the posterior) and appendix A.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular
from scipy.special import ndtr

from chevet.errors import Fault, Refused
from chevet.room.refusals import LimitReached, TellsTooMuch
from chevet.store import bits
from chevet.store.bits import Bits

DIFFER_LEAST = 10
LEFT_BY_ROUNDING = 0.001
ANSWERS_OF_A_SUPPORT = 4000  # the rounding of one has a variance of 25/6: their mean leaves 0.001
INFORMATION_AT_MOST = 0.0202  # Phi(sqrt(0.0202 / 2)) = 0.54: a measurement can lie below the 0.55 that is promised
SUPPORTS_AT_MOST = 300

Numbers: TypeAlias = npt.NDArray[np.float64]
Weights: TypeAlias = npt.NDArray[np.float32]
Hashes: TypeAlias = npt.NDArray[np.uint64]
ASK_THE_CUBE = "Ask the cube (--mode cube), which may be read freely, or ask of more patients."


def auc_of(information: float) -> float:
    """The area under the curve of an attacker who has so much information on one patient's fact.

    >>> round(auc_of(INFORMATION_AT_MOST), 3)
    0.54
    """
    return float(ndtr(np.sqrt(information / 2)))


def people_at_least(share: float) -> int:
    """Of how many people, at least, a fact that such a share of them have may be told.

    >>> [people_at_least(share) for share in (0.1, 0.02, 0.004)]
    [552, 2527, 12427]
    """
    return math.ceil((1 / INFORMATION_AT_MOST - LEFT_BY_ROUNDING) / (share * (1 - share))) + 1


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


class Sums:
    """The sums told so far, on disk, of facts that at least this share of their people have."""

    def __init__(self, folder: Path, n: int, share: float) -> None:
        self.share = share
        self._doubt = share * (1 - share)
        self._folder = folder
        self._n = n
        even = n + n % 2  # so that every row begins where a processor likes it
        self._row_type = np.dtype([("support", np.uint64, (bits.words_for(n),)), ("weights", np.float32, (even,))])
        self._new: list[tuple[Bits, Weights]] = []
        self._state = self._kept = self._read()
        count = len(self._state.names)
        self._rows, self._weights = self._mapped(count)

    @property
    def supports(self) -> int:
        """How many different supports there are, everybody included."""
        return len(self._state.names)

    def information(self) -> Numbers:
        """(n,) what all answers tell of each patient's fact."""
        capped = np.minimum(self._state.explained, 1 - 1e-9)
        return np.asarray(capped / (self._doubt * (1 - capped)))

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
            rows = np.zeros(len(self._new), dtype=self._row_type)
            rows["support"] = [support for support, _ in self._new]
            rows["weights"][:, : self._n] = [weights for _, weights in self._new]
            self._append(rows, self.supports - len(rows))
        state = self._state
        with (self._folder / ".state.new").open("wb") as file:
            np.savez(
                file, factor=state.factor, explained=state.explained.astype(np.float32), names=np.array(state.names),
                answers=state.answers, given=state.given,
            )  # fmt: skip
            file.flush()
            os.fsync(file.fileno())
        (self._folder / ".state.new").replace(self._folder / "state.npz")
        _remember(self._folder / "state.npz", state)
        self._new, self._kept = [], state
        self._rows, self._weights = self._mapped(self.supports)

    # -- one support

    def _take(self, support: Bits, answers: Sequence[str]) -> None:
        name = hashlib.sha256(support.tobytes()).hexdigest()
        if name not in self._state.names:
            self._add(name, support)
        self._count(self._state.names.index(name), name, answers)

    def _add(self, name: str, support: Bits) -> None:
        if self.supports >= SUPPORTS_AT_MOST:
            raise LimitReached("as many checked questions as this study can bear were answered", next_act=ASK_THE_CUBE)
        if bits.count(support) < people_at_least(self.share):
            raise _too_much()  # alone, before anything else is known
        self._check_differences(support)
        state = self._state
        factor, weights = self._row(support)
        explained = state.explained + weights * weights / np.float32(self._doubt)
        most = INFORMATION_AT_MOST * self._doubt
        if explained.max() > most / (1 + most):  # the same as information above what is allowed, in one pass
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
            raise LimitReached("of these very patients as much as may be told was told", next_act=ASK_THE_CUBE)
        self._state = replace(state, answers=counted, given=np.concatenate([state.given, fresh]))

    def _check_differences(self, support: Bits) -> None:
        """No two supports, nor one and the complement of another, may differ by a few people."""
        for rows in self._earlier():
            differ = bits.count_rows(rows ^ support)
            few = (differ < DIFFER_LEAST) | ((self._n - differ < DIFFER_LEAST) & (differ != self._n))
            if few.any():
                raise _too_much()

    def _row(self, support: Bits) -> tuple[Numbers, Weights]:
        """The Cholesky factor with one more row, and that row of p L^-1 V."""
        shared = np.concatenate([np.zeros(0), *(bits.count_rows(rows, support) for rows in self._earlier())])
        m, kept = len(shared), len(self._rows)
        known = solve_triangular(self._state.factor, self._doubt * shared, lower=True) if m else shared
        own = float(np.sqrt(self._doubt * bits.count(support) + LEFT_BY_ROUNDING - known @ known))
        factor = np.zeros((m + 1, m + 1))
        factor[:m, :m], factor[m, :m], factor[m, m] = self._state.factor, known, own
        weights = np.where(bits.unpack(support, self._n), np.float32(self._doubt), np.float32(0))
        if kept:
            # Not `@`: the threads of BLAS wait for one another longer than this takes.
            weights = weights - np.einsum("i,ij->j", known[:kept].astype(np.float32), self._weights)
        for share, (_, row) in zip(known[kept:], self._new, strict=True):
            weights = weights - np.float32(share) * row
        return factor, np.asarray(weights / np.float32(own))

    def _earlier(self) -> list[npt.NDArray[np.uint64]]:
        new = [np.stack([row for row, _ in self._new])] if self._new else []
        return [rows for rows in (self._rows, *new) if len(rows)]

    # -- on disk

    def _read(self) -> _State:
        path = self._folder / "state.npz"
        if not path.exists():
            nothing = np.zeros(0, dtype=np.int64)
            return _State((), np.zeros((0, 0)), np.zeros(self._n), nothing, nothing.astype(np.uint64))
        remembered = _STATES.get(path)
        if remembered is None or remembered[0] != _written(path):
            _remember(path, _read(path))
        return _STATES[path][1]

    def _mapped(self, count: int) -> tuple[npt.NDArray[np.uint64], Weights]:
        """The supports and the weights of so many rows."""
        if not count:
            return np.zeros((0, self._row_type["support"].shape[0]), dtype=np.uint64), np.zeros(
                (0, self._n), np.float32
            )
        path = self._folder / "rows"
        if not path.exists() or path.stat().st_size < count * self._row_type.itemsize:
            raise not_whole(self._folder)
        rows = _mapped_once(path, self._row_type, _with_room(count), path.stat().st_ino)[:count]
        return rows["support"], rows["weights"][:, : self._n]

    def _append(self, rows: npt.NDArray[Any], after: int) -> None:
        """Write behind so many rows; what a crash left behind the last row that counts is overwritten."""
        size, room = self._row_type.itemsize, _with_room(after + len(rows))
        file = os.open(self._folder / "rows", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < room * size:  # never shorter: others have it mapped
                os.ftruncate(file, room * size)
            os.lseek(file, after * size, os.SEEK_SET)
            text = memoryview(rows.tobytes())
            while text:
                text = text[os.write(file, text) :]
            os.fsync(file)
        finally:
            os.close(file)


# -- kept in mind by a process that answers many questions

_STATES: dict[Path, tuple[tuple[int, int], _State]] = {}
_KEPT_IN_MIND, _ROWS_AT_ONCE = 16, 32


def _written(path: Path) -> tuple[int, int]:
    """What tells one writing of a file from the next."""
    found = path.stat()
    return found.st_mtime_ns, found.st_ino


def _remember(path: Path, state: _State) -> None:
    _STATES.pop(path, None)
    while len(_STATES) >= _KEPT_IN_MIND:
        _STATES.pop(next(iter(_STATES)), None)
    _STATES[path] = _written(path), state


def _read(path: Path) -> _State:
    with np.load(path, allow_pickle=False) as stored:
        names, explained = tuple(stored["names"].tolist()), stored["explained"].astype(np.float64)
        if "answers" not in stored:  # kept by a program that did not count them: all of them were given, perhaps
            given = np.full(len(names), ANSWERS_OF_A_SUPPORT), np.zeros(0, dtype=np.uint64)
            return _State(names, stored["factor"], explained, *given)
        return _State(names, stored["factor"], explained, stored["answers"], stored["given"])


def _with_room(count: int) -> int:
    """For how many rows there is a place in the file of so many."""
    return -(-count // _ROWS_AT_ONCE) * _ROWS_AT_ONCE


@lru_cache(maxsize=_KEPT_IN_MIND)
def _mapped_once(path: Path, kind: np.dtype[Any], rows: int, inode: int) -> npt.NDArray[Any]:
    """Rows once written never change, and new ones are seen: a process maps the file once, until it is longer."""
    return np.asarray(np.memmap(path, dtype=kind, mode="r", shape=(rows,)))


def not_whole(folder: Path) -> Fault:
    """What was asked is not all there, or was kept by a program that wrote it otherwise: nothing is weighed with it."""
    return Fault(
        "the checked answers that were given on this version are not all kept here, or were kept by an older Chevet",
        next_act=f"Ask the cube (--mode cube). Whoever keeps the backups puts {'/'.join(folder.parts[-4:])} of"
        " CHEVET_HOME back as it was last; where an older Chevet kept it, this study gives no more checked answers.",
    )


def _too_much() -> TellsTooMuch:
    return TellsTooMuch(
        "this answer, together with those given before, would tell too much of a few people", next_act=ASK_THE_CUBE
    )


def _hash(support: str, answer: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{support} {answer}".encode()).digest()[:8], "big")

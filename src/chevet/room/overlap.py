"""Checked answers: what all of them together tell of any one patient stays below a bound, whoever asked.

Each answer is taken as a sum, over its support (see `questions.knowable`), of one hidden fact per
patient, known to the attacker as exactly as if it were not rounded. He knows who is in which support; of the hidden
facts of the others he knows how common they are (one in ten is assumed). What the best linear
combination of *all* answers ever given on a version tells of a patient's fact is then a matter of
linear algebra: with the supports as rows of V, the share of his doubt that they remove is

    R2_i = p v_i' (p V V' + s I)^-1 v_i        p = 0.1 * 0.9, s = 1

and his area under the curve is at most Phi(sqrt(I_i / 2)), with I_i = R2_i / (p (1 - R2_i)). A question that
would lift anybody's above 0.55 is refused. Differences of two questions, trackers, differences of differences,
questions of several accounts: all are linear combinations, so all are bounded.

The bound looks at supports only, which follow from what can be known outside: neither an answer
given nor a refusal depends on anything hidden. It costs one row of a Cholesky factor per new support.
Sources: Chin and Ozsoyoglu, IEEE TSE 1982 (auditing of sums); Rasmussen and Williams 2006, ch. 2 (the posterior).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
from chevet.store.ledger import make_private, replace_file

DIFFER_LEAST = 10
SHARE_ASSUMED = 0.1
DOUBT = SHARE_ASSUMED * (1 - SHARE_ASSUMED)
LEFT_BY_ROUNDING = 1.0
INFORMATION_AT_MOST = 0.0315  # Phi(sqrt(0.0315 / 2)) = 0.55
SUPPORTS_AT_MOST = 300
QUESTIONS_OF_A_PROJECT = 100

Numbers: TypeAlias = npt.NDArray[np.float64]
_MORE = "Ask the cube (--mode cube), which may be read freely, or ask of more patients."


def auc_of(information: float) -> float:
    """The area under the curve of an attacker who has so much information on one patient's fact.

    >>> round(auc_of(INFORMATION_AT_MOST), 3)
    0.55
    """
    return float(ndtr(np.sqrt(information / 2)))


@dataclass(frozen=True)
class _State:
    """The answers so far: `factor` (m, m) the lower Cholesky factor, `explained` (n,) the R2 of each patient."""

    names: tuple[str, ...]
    factor: Numbers
    explained: Numbers


class Past:
    """The supports of all checked answers on one version of a study, on disk. Open it with `Past.locked`."""

    def __init__(self, folder: Path, n: int) -> None:
        self._folder = folder
        self._n = n
        self._words = bits.words_for(n)
        self._new: list[tuple[Bits, Numbers]] = []
        self._state = self._read()
        count = len(self._state.names)
        self._rows = self._mapped("supports.u64", np.uint64, (count, self._words))
        self._weights = self._mapped("weights.f32", np.float32, (count, n))

    @staticmethod
    @contextmanager
    def locked(folder: Path, n: int) -> Iterator[Past]:
        """The past of a version, for one question: another waits until this one has been written down."""
        make_private(folder)
        file = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
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

    def consider(self, supports: Sequence[Bits]) -> None:
        """Take these supports as answered. Nothing is kept before `keep`.

        Raises Refused, and forgets them, when an answer would tell too much of somebody.
        """
        before, pending = self._state, len(self._new)
        try:
            for support in supports:
                self._take(support)
        except Refused:
            self._state = before
            del self._new[pending:]
            raise

    def keep(self) -> None:
        """Write what was considered; only then may the answer be handed over."""
        if not self._new:
            return
        count = self.supports - len(self._new)
        self._append("supports.u64", np.stack([row for row, _ in self._new]), count * self._words * 8)
        self._append("weights.f32", np.stack([w for _, w in self._new]).astype(np.float32), count * self._n * 4)
        with (self._folder / ".state.new").open("wb") as file:
            np.savez(
                file, factor=self._state.factor, explained=self._state.explained, names=np.array(self._state.names)
            )
            file.flush()
            os.fsync(file.fileno())
        (self._folder / ".state.new").replace(self._folder / "state.npz")
        self._new = []
        self._rows = self._mapped("supports.u64", np.uint64, (self.supports, self._words))
        self._weights = self._mapped("weights.f32", np.float32, (self.supports, self._n))

    # -- one support

    def _take(self, support: Bits) -> None:
        name = hashlib.sha256(support.tobytes()).hexdigest()
        if name in self._state.names or not support.any():
            return  # the sum over these very people is taken as known already
        if self.supports >= SUPPORTS_AT_MOST:
            raise LimitReached("as many checked questions as this study can bear were answered", next_act=_MORE)
        self._check_differences(support)
        factor, weights = self._row(support)
        explained = self._state.explained + weights**2 / DOUBT
        if _information(explained).max() > INFORMATION_AT_MOST:
            raise _too_much()
        self._state = _State((*self._state.names, name), factor, explained)
        self._new.append((support, weights))

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
            return _State((), np.zeros((0, 0)), np.zeros(self._n))
        with np.load(path, allow_pickle=False) as stored:
            return _State(tuple(stored["names"].tolist()), stored["factor"], stored["explained"])

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


def require_large_enough(n: int, study: str) -> None:
    """Raise CannotConclude for a study in which even the sum over everybody would tell too much of each."""
    if 1 / (LEFT_BY_ROUNDING + DOUBT * (n - 1)) > INFORMATION_AT_MOST:
        raise CannotConclude(
            f"study {study} has too few patients for checked answers", next_act="Ask a larger study, or the hospital."
        )


def require_one_version(folder: Path) -> None:
    """Raise Refused when another version of the study has given checked answers.

    Versions hold the same people and a few others: one question to two of them differs by those few.
    """
    others = sorted(state.parent.name for state in folder.parent.glob("*/state.npz"))
    if others and folder.name not in others:
        raise TellsTooMuch(
            f"checked answers of this study are given on version {others[0]}: two versions differ by a few people",
            next_act=f"Ask that version (--version {others[0]}), or the cube of this one (--mode cube).",
        )


def count_question(folder: Path, project: str, at_most: int = QUESTIONS_OF_A_PROJECT) -> None:
    """Count one more checked question of a project, on disk before it is answered. Refused beyond its limit.

    To be called while the past of the version is locked, as `keep_sites`.
    """
    counted = _projects(folder)
    asked = counted.setdefault(project, {"questions": 0, "sites": []})
    if asked["questions"] >= at_most:
        raise LimitReached(
            f"project {project} has asked its {at_most} checked questions on this version",
            next_act="Ask the cube (--mode cube), which may be read freely.",
        )
    asked["questions"] += 1
    _keep_projects(folder, counted)


def sites_of(folder: Path, project: str) -> set[str]:
    """The exact changes that a project has asked of."""
    return set(_projects(folder).get(project, {"sites": []})["sites"])


def keep_sites(folder: Path, project: str, sites: set[str]) -> None:
    """Remember the exact changes that a project has asked of."""
    counted = _projects(folder)
    counted.setdefault(project, {"questions": 0, "sites": []})["sites"] = sorted(sites)
    _keep_projects(folder, counted)


def _projects(folder: Path) -> dict[str, Any]:
    path = folder / "projects.json"
    counted: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return counted


def _keep_projects(folder: Path, counted: dict[str, Any]) -> None:
    replace_file(folder / "projects.json", json.dumps(counted, sort_keys=True).encode())

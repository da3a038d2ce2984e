"""What has been spent of a study's promise: one line per act, on disk before any noise is drawn, never returned.

A study has one allowance, whoever asks: accounts and projects that put their answers together have
seen no more than it. A project may be given less. Amounts are whole billionths of rho, so that sums
are exact. The journal is locked while it is read and added to, by every process and thread alike.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chevet.errors import Fault, Refused
from chevet.privacy.noise.accounting import MU_OF_A_STUDY, NANO, auc_at_most, in_nano, mu_of, rho_of
from chevet.store.ledger import make_private, sync_folder

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Spent:
    """How much of a study's allowance is gone, in billionths of rho, and how much of it for one project."""

    allowance: int
    of_study: int
    of_project: int

    @property
    def left(self) -> int:
        return self.allowance - self.of_study

    def as_json(self) -> dict[str, Any]:
        return {
            "rho_allowed": self.allowance / NANO, "rho_spent": self.of_study / NANO,
            "rho_spent_by_project": self.of_project / NANO,
            "mu_spent": round(mu_of(self.of_study / NANO), 4),
            "auc_at_most": round(auc_at_most(mu_of(self.of_study / NANO)), 4),
        }  # fmt: skip


class Budget:
    """The journal of one study.

    folder      where the journals lie, one file per study
    allowance   rho that may ever be spent on this study
    """

    def __init__(self, folder: Path, study: str, allowance: float = rho_of(MU_OF_A_STUDY)) -> None:
        if not _NAME.fullmatch(study):
            raise ValueError("a study's name is a word of small letters")
        self.study = study
        self.allowance = int(allowance * NANO)
        self._path = folder / f"{study}.jsonl"

    def spent(self, project: str = "") -> Spent:
        """What is gone so far."""
        with self._locked() as file:
            return self._read(file, project)

    def spend(self, rho: float, *, what: str, project: str = "", at_most: float | None = None) -> Spent:
        """Set this much aside for good, and return once it is safely on disk; only then may noise be drawn.

        at_most   rho that this project may ever spend; the study's whole allowance unless given

        Raises Refused when the study or the project has not so much left; nothing is then spent.
        """
        amount = in_nano(rho)
        if amount <= 0:
            raise ValueError("an answer with noise costs something")
        with self._locked() as file:
            before = self._read(file, project)
            if before.of_study + amount > before.allowance:
                raise self._exhausted(f"what may be learned of study {self.study}", before.left, amount)
            if at_most is not None and before.of_project + amount > int(at_most * NANO):
                left = int(at_most * NANO) - before.of_project
                raise self._exhausted(f"what project {project} may learn of study {self.study}", left, amount)
            entry = {"nano_rho": amount, "project": project, "what": what}
            self._append(file, json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n")
            return Spent(before.allowance, before.of_study + amount, before.of_project + amount)

    def _exhausted(self, whose: str, left: int, amount: int) -> Refused:
        return Refused(
            f"{whose} is spent: {max(0, left) / NANO:.6f} of rho is left, and this answer needs {amount / NANO:.6f}",
            next_act="Read the cube that was made once (--mode cube): reading it costs nothing.",
        )

    def _read(self, file: int, project: str) -> Spent:
        text = _whole_of(file)
        lines, torn = text.split(b"\n")[:-1], text.rpartition(b"\n")[2]
        if torn:  # the line was never finished, so nobody was told to draw: nothing was spent by it
            os.ftruncate(file, len(text) - len(torn))
        total = of_project = 0
        for n, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                amount = entry["nano_rho"]
                if type(amount) is not int or amount <= 0:
                    raise ValueError
            except (ValueError, KeyError, TypeError):
                raise Fault(
                    f"the budget of study {self.study} is damaged: line {n} is not as it was written",
                    next_act="Nothing is answered with noise until the file is restored from a backup.",
                ) from None
            total += amount
            of_project += amount if entry["project"] == project else 0
        return Spent(self.allowance, total, of_project)

    def _append(self, file: int, line: bytes) -> None:
        start = os.lseek(file, 0, os.SEEK_END)
        try:
            written = os.write(file, line)
            if written != len(line):
                raise OSError(28, "no room")
            os.fsync(file)
        except OSError as error:
            os.ftruncate(file, start)
            raise Fault(
                f"the budget of study {self.study} cannot be written: {error.strerror}",
                next_act="Nothing was answered. Make room on the disk, or let Chevet write to its folder.",
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The open journal, for this thread alone: a lock on an open file excludes threads as well as processes."""
        made = not self._path.exists()
        if made:
            make_private(self._path.parent)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if made:
                sync_folder(self._path.parent)
            yield file
        finally:
            os.close(file)


def _whole_of(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    parts = []
    while part := os.read(file, 1 << 20):
        parts.append(part)
    return b"".join(parts)

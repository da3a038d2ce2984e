"""The lake: studies, each a row of immutable versions, one of them current.

A version is written whole into a hidden folder, then renamed to its number, then entered in the
ledger, then made current by replacing one small file. The ledger is the truth: a version that it
does not name never happened and is cleared away by the next import; one that it names and that is
not current yet (a crash in between) is made current by the next import. Readers take no lock.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from chevet.errors import BadInput, ChevetError, Fault, Refused
from chevet.records.record import Progress, Record, no_progress
from chevet.store.checking import StudyChecked, check_version
from chevet.store.home import NAME, checked_name, home_folder
from chevet.store.ledger import Clock, Ledger, make_private, replace_file, sha256, sync_folder
from chevet.store.version import Version
from chevet.store.writing import MANIFEST, Derive, content_digest, made_with, write_files
from chevet.words.errors import error, words

IMPORTED, UNCHANGED, REMOVED = "study_imported", "study_import_unchanged", "study_removed"


@dataclass(frozen=True)
class Written:
    """What an import made: `made` is False when the current version already said the same."""

    study: str
    version: int
    made: bool
    digest: str
    report: dict[str, Any]


@dataclass(frozen=True)
class StudyLine:
    """A study in the list."""

    study: str
    version: int
    versions: tuple[int, ...]
    title: str
    source_format: str
    patients: int
    samples: int
    made_at: str
    made_up: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "study": self.study, "version": self.version, "versions": list(self.versions), "title": self.title,
            "source_format": self.source_format, "patients": self.patients, "samples": self.samples,
            "made_at": self.made_at, "made_up": self.made_up,
        }  # fmt: skip


class Lake:
    """Where the studies of one installation lie."""

    def __init__(self, home: Path, *, clock: Clock | None = None, actor: str | None = None) -> None:
        self.home = home
        self.ledger = Ledger(home / "ledger", clock=clock, actor=actor)
        self._clock = clock or (lambda: datetime.now(UTC))

    @staticmethod
    def from_environment() -> Lake:
        """The lake at CHEVET_HOME, or in the account's own data folder."""
        return Lake(home_folder())

    def studies(self) -> list[StudyLine]:
        """Every study that has a version, by name."""
        root = self.home / "studies"
        names = sorted(p.name for p in root.iterdir() if NAME.fullmatch(p.name)) if root.is_dir() else []
        return [self._line(name) for name in names if self._current(name)]

    def open(self, study: str, version: int | None = None) -> Version:
        """A version of a study, the current one unless a number is given. Raises BadInput when there is none."""
        current = self._current(checked_name(study))
        if current is None:
            raise self._unknown(study)
        number = current if version is None else version
        if number not in self.versions(study):
            there = ", ".join(map(str, self.versions(study)))
            raise error(BadInput, "no_version", study=study, number=number, there=there)
        try:
            manifest = json.loads((self._version_path(study, number) / MANIFEST).read_bytes())
        except (OSError, ValueError):
            raise Fault(
                f"version {number} of {study} is damaged: its manifest cannot be read",
                next_act=f"Run `chevet study verify {study}`, and restore that version from a backup.",
            ) from None
        return Version(study, number, self._version_path(study, number), manifest)

    def versions(self, study: str) -> list[int]:
        """The numbers of the versions that are there, oldest first; the last is current."""
        current = self._current(checked_name(study)) or 0
        return [number for number in self._folders(study) if number <= current]

    def write(
        self,
        study: str,
        record: Record,
        *,
        derive: Sequence[Derive] = (),
        formats: Mapping[str, int] | None = None,
        progress: Progress = no_progress,
    ) -> Written:
        """Keep a record as the study's new current version, or find that the current one already says the same.

        derive    what else is made from the tables, into the version's `index` folder
        formats   the format number of what `derive` makes: the same content in another format is a new version

        Raises Fault when the disk is full or cannot be written: the former version then stays current and whole.
        """
        with self._writing(checked_name(study), progress):
            number = self._recover(study)
            progress("comparing with what is there", 0.0)
            digest = content_digest(record)
            made_by = made_with(formats or {})
            same = self._says_the_same(study, digest, made_by)
            if same is not None:
                self.ledger.append(UNCHANGED, study=study, version=same, digest=digest)
                return Written(study, same, False, digest, record.report.as_json())
            incoming = self._study_path(study) / "versions" / f".incoming-{secrets.token_hex(4)}"
            try:
                head = {
                    "study": study, "version": number, "made_at": self._clock().isoformat(timespec="seconds"),
                    "digest": digest, "made_with": made_by,
                }  # fmt: skip
                manifest = write_files(incoming, head, record, derive, progress)
                self._put_in_place(study, number, incoming, manifest, record)
            except (OSError, duckdb.Error) as error:
                raise _could_not_write(study, error) from None
            finally:
                shutil.rmtree(incoming, ignore_errors=True)
            progress("done", 1.0)
            return Written(study, number, True, digest, record.report.as_json())

    def verify(self, study: str) -> StudyChecked:
        """Recompute every checksum, count and digest of every version, and compare them with manifest and ledger."""
        current = self._current(checked_name(study))
        if current is None:
            raise self._unknown(study)
        ledger, there = self.ledger.verify(), self.versions(study)
        imported, removed = self._told(study) if ledger.intact else ({}, set[int]())
        entered = [imported.get(n, "") if ledger.intact else None for n in there]
        checked = [
            check_version(self._version_path(study, n), study, n, e) for n, e in zip(there, entered, strict=True)
        ]
        lost = [n for n in imported if n not in there and n not in removed and n <= current]
        return StudyChecked(study, current, tuple(checked), tuple(lost), ledger)

    def remove(self, study: str, version: int | None = None) -> list[int]:
        """Remove a whole study, or one version of it; returns the numbers removed. The ledger keeps the fact.

        A version's number is never given again. Raises Refused for the current version while others exist.
        """
        self.open(study, version)
        with self._writing(study, no_progress):
            self._recover(study)
            opened = self.open(study, version)
            there = self.versions(study)
            if version is not None and version == self._current(study) and len(there) > 1:
                raise Refused(
                    f"version {version} of {study} is the current one, and others exist",
                    next_act=f"Import the study anew first, or remove all of it: chevet study remove {study}",
                )
            going = there if version is None else [opened.number]
            folder = self._study_path(study)
            replace_file(folder / "LAST", f"{max(self._last(study), *there)}\n".encode())
            replace_file(folder / "REMOVING", b"")  # until it is gone, the next writer finishes what a crash left
            self.ledger.append(REMOVED, study=study, versions=going)
            self._recover(study)
            return going

    def _put_in_place(self, study: str, number: int, incoming: Path, manifest: bytes, record: Record) -> None:
        place = self._version_path(study, number)
        incoming.rename(place)
        sync_folder(place.parent)
        try:
            self.ledger.append(
                IMPORTED, study=study, version=number, digest=json.loads(manifest)["digest"],
                manifest_sha256=sha256(manifest), source_format=record.about.source_format,
                tables={name: tally.as_json() for name, tally in sorted(record.report.tallies.items())},
            )  # fmt: skip
        except ChevetError:
            self._discard(place)
            raise
        replace_file(self._study_path(study) / "CURRENT", f"{number}\n".encode())

    def _recover(self, study: str) -> int:
        """Clear what a crash left, make current what the ledger says was imported; returns the next number."""
        root = self._study_path(study) / "versions"
        make_private(root)
        for leftover in root.glob(".*"):
            shutil.rmtree(leftover)
        current = self._current(study) or 0
        there = self._folders(study)
        if max(there, default=0) != current or (self._study_path(study) / "REMOVING").exists():
            self._follow_the_ledger(study)
        return max(self._current(study) or 0, self._last(study)) + 1

    def _follow_the_ledger(self, study: str) -> None:
        """Finish what a crash left half done, as far as the ledger says that it was done."""
        folder, there, current = self._study_path(study), self._folders(study), self._current(study) or 0
        imported, removed = self._told(study)
        unheard = [number for number in there if number > current and number not in imported]
        if len(unheard) > 1:  # an import leaves at most one: more means that the ledger or CURRENT was lost
            raise Fault(
                f"study {study} has {len(unheard)} versions that the ledger does not know",
                next_act=f"Nothing was changed. Run `chevet study verify {study}`; restore the ledger from a backup.",
            )
        going = [number for number in there if number in removed or number in unheard]
        kept = [number for number in there if number not in going]
        if kept:
            replace_file(folder / "CURRENT", f"{max(kept)}\n".encode())
        else:
            (folder / "CURRENT").unlink(missing_ok=True)
        for number in going:
            self._discard(self._version_path(study, number))
        (folder / "REMOVING").unlink(missing_ok=True)

    def _told(self, study: str) -> tuple[dict[int, str], set[int]]:
        """What the ledger says of a study: its imported versions with their manifest's checksum, and those removed."""
        imported: dict[int, str] = {}
        removed: set[int] = set()
        for entry in self.ledger.entries():
            if entry.facts.get("study") == study:
                if entry.act == IMPORTED:
                    imported[entry.facts["version"]] = entry.facts["manifest_sha256"]
                elif entry.act == REMOVED:
                    removed |= set(entry.facts["versions"])
        return imported, removed

    def _folders(self, study: str) -> list[int]:
        """Every version's folder, those of an import cut short included."""
        root = self._study_path(study) / "versions"
        return sorted(int(p.name) for p in root.iterdir() if p.name.isdigit()) if root.is_dir() else []

    def _says_the_same(self, study: str, digest: str, made_by: Mapping[str, Any]) -> int | None:
        number = self._current(study)
        if number is None:
            return None
        manifest = self.open(study, number).manifest
        same = manifest["digest"] == digest and manifest["made_with"] == made_by
        return number if same else None

    def _discard(self, folder: Path) -> None:
        """Take a version out of sight in one step, then delete it; those who read it keep what they opened."""
        hidden = folder.with_name(f".removed-{secrets.token_hex(4)}")
        folder.rename(hidden)
        sync_folder(folder.parent)
        shutil.rmtree(hidden)

    def _line(self, study: str) -> StudyLine:
        version = self.open(study)
        about, rows = version.about, version.rows
        return StudyLine(
            study, version.number, tuple(self.versions(study)), str(about["title"]), str(about["source_format"]),
            rows["patient"], rows["sample"], str(version.manifest["made_at"]), version.made_up,
        )  # fmt: skip

    def _unknown(self, study: str) -> BadInput:
        names = ", ".join(line.study for line in self.studies()) or words("no_study")
        return error(BadInput, "unknown_study", study=study, names=names)

    def _current(self, study: str) -> int | None:
        return _number_in(self._study_path(study) / "CURRENT")

    def _last(self, study: str) -> int:
        return _number_in(self._study_path(study) / "LAST") or 0

    def _study_path(self, study: str) -> Path:
        return self.home / "studies" / study

    def _version_path(self, study: str, number: int) -> Path:
        return self._study_path(study) / "versions" / str(number)

    @contextmanager
    def _writing(self, study: str, progress: Progress) -> Iterator[None]:
        """One writer per study at a time; the others wait. The kernel lets go when a writer dies."""
        folder = self._study_path(study)
        make_private(folder)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress("waiting for another import of this study", 0.0)
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _number_in(path: Path) -> int | None:
    try:
        return int(path.read_bytes())
    except FileNotFoundError:
        return None


def _could_not_write(study: str, error: OSError | duckdb.Error) -> Fault:
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)
    why = "the disk is full" if full else f"the disk refused it ({type(error).__name__})"
    return Fault(
        f"study {study} could not be kept: {why}. Nothing changed: the former version stays current.",
        next_act="Make room on the disk that holds CHEVET_HOME, then import again." if full
        else "Check that the folder of CHEVET_HOME can be written and is healthy, then import again.",
    )  # fmt: skip

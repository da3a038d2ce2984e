"""The keys of pseudonyms: held apart from the data, by project, in versions, and never shown.

Keys lie in a folder of their own: `keys` in CHEVET_HOME, or the folder that CHEVET_KEYS names, so that they can be
on another volume that belongs to the key holder's account. The folder is 0700 and each file 0600 and owned by the
account that asks; anything more open is refused. A file is 32 random bytes. What can go wrong with a key (printed,
logged, pickled, shown in a traceback) is closed off in `Key`, which lends its strength and never its bytes.

Layout: `patient_names` (the installation's own), `projects/<project>/<version>`, beside it `<version>.relink` while a
replaced version may still be used, and `<version>.retired` for ever after a version was destroyed, so that no number
is given twice. Destroying unlinks the file; a disk may keep old blocks, and a backup keeps old files: the key holder
answers for those.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chevet.errors import BadInput, Fault, Refused
from chevet.privacy.key_files import check_private, read_key, write_empty, write_key
from chevet.privacy.secret import Key
from chevet.store.home import checked_name
from chevet.store.ledger import Ledger, make_private, sync_folder

if TYPE_CHECKING:  # a key asks nothing of the lake that holds it, and the lake is slow to load
    from chevet.store.lake import Lake

__all__ = ["KEY_MADE", "KEY_RETIRED", "KEY_ROTATED", "Key", "KeyLine", "Keys"]

KEY_MADE, KEY_ROTATED, KEY_RETIRED = "key_made", "key_rotated", "key_retired"
_RELINK, _RETIRED = "relink", "retired"


@dataclass(frozen=True)
class KeyLine:
    """A version of a project's key in the list. `state` is current, relink, replaced or retired."""

    project: str
    version: int
    state: str
    check: str | None

    def as_json(self) -> dict[str, str | int | None]:
        return {"project": self.project, "version": self.version, "state": self.state, "check": self.check}


class Keys:
    """The keys of one installation. `ledger` hears of every key made, rotated and retired."""

    def __init__(self, home: Path, *, ledger: Ledger | None = None, folder: Path | None = None) -> None:
        self._usual = home / "keys"
        self.folder = folder or _named_folder() or self._usual
        self._ledger = ledger or Ledger(home / "ledger")

    @staticmethod
    def of(lake: Lake) -> Keys:
        """The keys that belong to this lake."""
        return Keys(lake.home, ledger=lake.ledger)

    def installation(self, name: str) -> Key:
        """The installation's own key of this name (`patient_names`), made at its first use."""
        self._check_within_reach()
        path = self.folder / checked_name(name)
        self._private_folder(self.folder)
        if not path.exists():
            self._check_not_left_behind(path)
            write_key(path)
        return Key(read_key(path), name)

    def project(self, project: str, version: int | None = None) -> Key:
        """The project's current key, or a replaced version that is still kept for linking again.

        Raises Refused when there is none, when that version is retired or not kept, or when the files are too open.
        """
        self._check_within_reach()
        numbers = self._numbers(project)
        if not numbers:
            self._check_not_left_behind(self._place(project))
            raise Refused(
                f"project {project} has no key", next_act=f"The key holder makes one: chevet privacy key make {project}"
            )
        wanted = numbers[-1] if version is None else version
        if wanted not in numbers or not self._usable(project, wanted, numbers):
            raise Refused(
                f"version {wanted} of the key of {project} is not here, retired, or no longer kept for linking again",
                next_act=f"See which versions there are: chevet privacy key list {project}",
            )
        self._private_folder(self._place(project))
        return Key(read_key(self._place(project) / str(wanted)), project, wanted)

    def make(self, project: str) -> Key:
        """The first key of a project, or the next version when all others are retired. Refused while one is there."""
        self._check_within_reach()
        if not self._place(project).exists():
            self._check_not_left_behind(self._place(project))
        self._private_folder(self.folder)
        with self._alone():
            if self._numbers(project):
                raise Refused(
                    f"project {project} has a key already",
                    next_act=f"To replace it: chevet privacy key rotate {project}",
                )
            return self._new(project, KEY_MADE)

    def rotate(self, project: str, *, relink: bool = False) -> Key:
        """A new version, used from now on.

        relink   keep the replaced version, so that what was released under it can be linked again; else destroy it
        """
        with self._alone():
            replaced = self.project(project).version
            if relink:
                write_empty(self._place(project) / f"{replaced}.{_RELINK}")
            made = self._new(project, KEY_ROTATED, replaces=replaced, relink=relink)
            if not relink:
                self._retire(project, replaced)
            return made

    def retire(self, project: str, version: int | None = None) -> list[int]:
        """Destroy one version, or every version, of a project's key; returns the numbers destroyed.

        Pseudonyms made with it can then never be made again, and nobody can be found behind them. The current
        version goes last: a replaced one must not come back into use.
        """
        self._check_within_reach()
        with self._alone():
            return self._retire(project, version)

    def _retire(self, project: str, version: int | None) -> list[int]:
        self._finish_retiring(project)
        numbers = self._numbers(project)
        going = numbers if version is None else [version]
        if not numbers or not set(going) <= set(numbers):
            raise BadInput(
                f"there is no such version of the key of {project} to retire",
                next_act=f"See which versions there are: chevet privacy key list {project}",
            )
        if numbers[-1] in going and len(going) < len(numbers):
            raise Refused(
                f"version {numbers[-1]} is the current key of {project}, and older ones are kept",
                next_act=f"Replace it (chevet privacy key rotate {project}), or retire all versions at once.",
            )
        for number in going:
            self._ledger.append(KEY_RETIRED, project=project, version=number)
            write_empty(self._place(project) / f"{number}.{_RETIRED}")
            self._finish_retiring(project)
        return going

    def lines(self, project: str | None = None) -> list[KeyLine]:
        """Every version of every project's key, or of one project's; check values, never keys."""
        self._check_within_reach()
        root = self.folder / "projects"
        names = sorted(p.name for p in root.iterdir()) if root.is_dir() else []
        return [line for name in names if project in (None, name) for line in self._lines(name)]

    def _lines(self, project: str) -> list[KeyLine]:
        numbers, retired = self._numbers(project), self._marked(project, _RETIRED)
        kept = self._marked(project, _RELINK)
        lines = [KeyLine(project, number, "retired", None) for number in retired if number not in numbers]
        for number in numbers:
            state = "current" if number == numbers[-1] else "relink" if number in kept else "replaced"
            secret = read_key(self._place(project) / str(number))
            lines.append(KeyLine(project, number, state, Key(secret, project, number).check))
        return sorted(lines, key=lambda line: line.version)

    def _new(self, project: str, act: str, **facts: Any) -> Key:
        place = self._place(project)
        for folder in (self.folder, place.parent, place):
            self._private_folder(folder)
        number = max([0, *self._numbers(project), *self._marked(project, _RETIRED)]) + 1
        path = place / str(number)
        if not write_key(path):
            raise Refused(
                f"somebody else is making a key of {project} at this moment",
                next_act=f"See what is there: chevet privacy key list {project}",
            )
        key = Key(read_key(path), project, number)
        try:
            self._ledger.append(act, project=project, version=number, check=key.check, **facts)
        except Fault:
            path.unlink()
            raise
        return key

    def _finish_retiring(self, project: str) -> None:
        """Destroy every key that is marked as retired: the one just marked, and any that a crash left behind."""
        for number in self._marked(project, _RETIRED):
            for name in (str(number), f"{number}.{_RELINK}"):
                (self._place(project) / name).unlink(missing_ok=True)
            sync_folder(self._place(project))

    def _usable(self, project: str, version: int, numbers: list[int]) -> bool:
        return version == numbers[-1] or version in self._marked(project, _RELINK)

    def _numbers(self, project: str) -> list[int]:
        """The versions whose key is there, oldest first."""
        place = self._place(project)
        retired = self._marked(project, _RETIRED)
        found = sorted(int(p.name) for p in place.iterdir() if p.name.isdigit()) if place.is_dir() else []
        return [number for number in found if number not in retired]

    def _marked(self, project: str, mark: str) -> list[int]:
        place = self._place(project)
        found = place.glob(f"*.{mark}") if place.is_dir() else ()
        return sorted(int(p.stem) for p in found if p.stem.isdigit())

    def _place(self, project: str) -> Path:
        return self.folder / "projects" / checked_name(project)

    def _check_within_reach(self) -> None:
        """Raise Refused when the keys belong to another account: only theirs may use them."""
        try:
            if self.folder.exists():
                check_private(self.folder)
        except PermissionError:
            raise Refused(
                "the keys are out of this account's reach",
                next_act="The account that owns the folder of the keys must run this.",
            ) from None

    def _check_not_left_behind(self, path: Path) -> None:
        """Raise Refused when what is missing here lies in the usual folder: a new key would break every link."""
        usual = self._usual / path.relative_to(self.folder)
        if usual != path and usual.exists():
            raise Refused(
                f"{path.name} is not where CHEVET_KEYS says, but in the usual folder of keys",
                next_act="Move all that lies there to the folder that CHEVET_KEYS names, or unset CHEVET_KEYS.",
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One act on keys at a time: nobody else writes between a look and a write. No folder, nobody to wait for."""
        if not self.folder.exists():
            yield
            return
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _private_folder(self, folder: Path) -> None:
        make_private(folder)
        check_private(folder)


def _named_folder() -> Path | None:
    named = os.environ.get("CHEVET_KEYS")
    return Path(named).expanduser().absolute() if named else None

"""A project's room: what its permit gives, made ready once every fact holds.

The extract is a registered release, copied read-only; the cube is made if the permit gives answers from it. Nobody
keeps whether a room is open: it is open while its permit is active, frozen while the permit is suspended, and closed
for good when the permit has ended, or when it was closed (`closing`). A room may be opened for answers alone.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from chevet.cohort import cohort as cohorts
from chevet.errors import BadInput, Fault
from chevet.privacy.anonymity import folder
from chevet.privacy.anonymity.folder import HIERARCHIES, POLICY, Opened
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.register.registry import Registry
from chevet.records.record import Progress, no_progress
from chevet.room import moves, rules
from chevet.room.book import Book
from chevet.room.dummy import write_dummies
from chevet.room.events import DETAILS
from chevet.room.permits import Permit, Permits
from chevet.room.questions.cubes import make_cube
from chevet.room.rules import Missing
from chevet.store.lake import Lake
from chevet.store.ledger import make_private, sha256, sync_folder

Standing = Literal["not_opened", "open", "frozen", "closed", "destroyed"]
_STANDING: dict[str, Standing] = {
    "active": "open",
    "suspended": "frozen",
    "revoked": "closed",
    "expired": "closed",
    "surrendered": "closed",
}
_MAKE_ONE = "A release is made with: chevet privacy anonymise --study STUDY --project PROJECT --policy POLICY"


@dataclass(frozen=True)
class Workspace:
    """A room that was opened. `extract` is where its rows lie; None where it gives answers alone."""

    permit: Permit
    version: int
    gives: tuple[str, ...]
    release: str | None
    extract: Path | None

    def as_json(self) -> dict[str, Any]:
        return {
            "permit": self.permit.id, "project": self.permit.project, "study": self.permit.study,
            "version": self.version, "gives": list(self.gives), "release": self.release,
        }  # fmt: skip


class Workspaces:
    """The rooms of one installation."""

    def __init__(self, lake: Lake, book: Book | None = None) -> None:
        self.lake = lake
        self.book = book or Book(lake.ledger)
        self.permits = Permits(lake.ledger, book=self.book)

    def standing(self, permit_id: str) -> Standing:
        """Whether the room of this permit is open now. Nothing but the ledger is asked."""
        with self.book.now() as (state, moment):
            permit = state.permits.get(permit_id)
            if permit_id in state.shut:
                return state.shut[permit_id]
            if permit is None or permit_id not in state.opened:
                return "not_opened"
            return _STANDING[permit.at(moment).state]

    def open(self, permit_id: str, release: Path | None = None, *, progress: Progress = no_progress) -> Workspace:
        """Make ready what the permit gives, and enter that the room is open.

        release   a folder that `chevet privacy anonymise` wrote for this project; where the permit gives an extract

        Raises Refused with every missing fact at once: of the permit, its people, the release.
        """
        self.permits.require_told(permit_id, self.lake.ledger.actor)
        permit = self.permits.get(permit_id)
        opened = None if release is None else folder.read(release)
        version = self.lake.open(permit.study, permit.version).number
        facts = self._facts(permit, version, opened)
        missing = [*self._missing(facts), *self._missing_of_release(permit, opened)]
        rules.refuse(f"the room of {permit.project} stays closed", missing)
        if "cube" in facts["gives"]:
            progress("the cube", 0.1)
            make_cube(self.lake, cohorts.open(self.lake, permit.study, "all", version))
        extract = None
        if opened is not None and permit.conditions.extract:
            progress("the extract", 0.7)
            extract = self._place(permit, opened)
        self.book.enter("workspace_opened", **facts)
        return Workspace(permit, version, tuple(facts["gives"]), facts["release"], extract)

    def _facts(self, permit: Permit, version: int, opened: Opened | None) -> dict[str, Any]:
        conditions = permit.conditions
        gives = ["cube"] if "cube" in conditions.answers else []
        if conditions.extract:
            gives = ["extract", "dummy", *gives]
        return {
            "permit": permit.id, "project": permit.project, "study": permit.study, "version": version,
            "gives": gives, "release": _id(opened) if opened is not None and conditions.extract else None,
        }  # fmt: skip

    def _missing(self, facts: dict[str, Any]) -> list[Missing]:
        with self.book.now() as (state, moment):
            actor = self.lake.ledger.actor
            return moves.missing_for(state, "workspace_opened", facts, actor=actor, moment=moment)

    def _missing_of_release(self, permit: Permit, opened: Opened | None) -> list[Missing]:
        if not permit.conditions.extract:
            return []
        if opened is None:
            return [
                Missing(
                    f"permit {permit.id} gives an extract, and no release was named",
                    f"Name it: --release FOLDER. {_MAKE_ONE}",
                )
            ]
        registry = Registry(self.lake)
        entered = registry.made().get(_id(opened))
        if entered is None or entered["digest"] != opened.report["release"]["digest"]:
            return [Missing(f"{opened.path.name} is no release that this house made", _MAKE_ONE)]
        kept = Policy.read(self.lake.home / "releases" / _id(opened) / POLICY)
        as_written = registry.handed_over(opened) and kept.text == opened.policy.text
        return list(_unfit(permit, opened, entered, as_written and kept.digest == entered["policy"]))

    def _place(self, permit: Permit, opened: Opened) -> Path:
        """The extract in the project's room, read-only, put there in one step in place of the former one."""
        home = self.lake.home / "rooms" / permit.project
        make_private(home)
        extract, draft = home / "extract", home / f".extract-{secrets.token_hex(4)}"
        try:
            draft.mkdir(mode=0o700)
            for name, content in _contents(opened).items():
                (draft / name).write_bytes(content)
            _try_dummy(draft)
            for path in draft.iterdir():
                path.chmod(0o400)
            draft.chmod(0o500)
            _replace(draft, extract)
        except OSError as error:
            raise Fault(
                f"the extract of {permit.project} could not be copied: {error.strerror}",
                next_act="Nothing was opened. Make room on the disk that holds CHEVET_HOME, then try again.",
            ) from None
        finally:
            remove_folder(draft)
        return extract


def _id(opened: Opened) -> str:
    return str(opened.report["release"]["id"])


def _unfit(permit: Permit, opened: Opened, entered: Mapping[str, Any], as_written: bool) -> Iterator[Missing]:
    """What keeps a registered release from being this permit's extract.

    as_written   the ledger vouches for every file, and the policy is the one that the house keeps
    """
    name = opened.path.name
    if entered["cohort"] != permit.study:
        yield Missing(f"{name} is a release of {entered['cohort']}, and the permit is for {permit.study}", _MAKE_ONE)
    if permit.version not in (None, entered["version"]):
        yield Missing(
            f"{name} is of version {entered['version']}, and the permit is for version {permit.version}", _MAKE_ONE
        )
    if entered["project"] != permit.project:
        yield Missing(f"{name} was not made for project {permit.project}: its pseudonyms are another's", _MAKE_ONE)
    if entered["called"] != "anonymised":
        yield Missing(f"{name} is {entered['called']}, not anonymised", _MAKE_ONE)
    if not as_written:
        yield Missing(f"files of {name} are not as they were written", "Bring the release back from a backup")
    detail = opened.policy.alterations
    if DETAILS.index(detail) > DETAILS.index(permit.conditions.genomic_detail):
        yield Missing(
            f"{name} holds alterations in more detail ({detail}) than the permit gives "
            f"({permit.conditions.genomic_detail})",
            "Make a release with the detail of the permit (`detail` under [genomic] of its policy), or ask the "
            "committee for another permit: chevet room permit grant --genomic-detail",
        )


def _contents(opened: Opened) -> dict[str, bytes]:
    """What a program may see, by name: the tables, the policy, and of its hierarchies what the release shows.

    No report, nothing of the population. The bytes are those that were checked: nobody exchanged them in between.
    """
    tables = [name for name in opened.report["files"] if name.endswith(".parquet") and "/" not in name]
    found = {name: _as_written(opened, name) for name in (*tables, POLICY)}
    for place, column in enumerate(opened.report["hierarchies"], start=1):
        (file,) = {c.hierarchy_file for c in opened.policy.columns if c.name == column}
        if file:
            shown = _as_written(opened, f"{HIERARCHIES}/{place}.csv")
            found[file] = b"".join(dict.fromkeys((found.get(file, b"") + shown).splitlines(keepends=True)))
    return found


def _as_written(opened: Opened, name: str) -> bytes:
    content = (opened.path / name).read_bytes()
    if sha256(content) != opened.report["files"].get(name):
        raise BadInput(
            f"{name} of {opened.path.name} is not as it was written",
            next_act="Bring the release back from a backup, then open the room again.",
        )
    return content


def _try_dummy(draft: Path) -> None:
    """Made-up data can be made of this extract's shape; told now, not when the first researcher asks."""
    with tempfile.TemporaryDirectory(prefix="chevet-") as made_up:
        write_dummies(draft, Path(made_up), rows=1)


def _replace(draft: Path, extract: Path) -> None:
    former = extract.with_name(f".former-{secrets.token_hex(4)}")
    if extract.exists():
        extract.rename(former)
    draft.rename(extract)
    sync_folder(extract.parent)
    remove_folder(former)


def remove_folder(path: Path) -> None:
    """Remove a folder that may be read-only, and all below it, if it is there."""
    if path.is_dir():
        path.chmod(0o700)
        shutil.rmtree(path)

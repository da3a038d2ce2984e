"""The register of releases: one base release per group of people, and only what says no more than it.

The register is the ledger's `release_made` events, and what `kept` holds of each release. A release is compared
with every earlier one that speaks of any of the same people, under a lock, so that two cannot be made at once.

Where rows are equal and people are not (numbers that begin anew in another hospital, tables without identifiers), it is
declared and confirmed by two people (`apart`), and the ledger keeps it.
"""

from __future__ import annotations

import datetime
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chevet.errors import BadInput, Fault, Refused
from chevet.privacy.anonymity import folder
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.folder import Opened
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.register import composition, kept, matching
from chevet.privacy.anonymity.register.apart import Apart, Confirmed, declare, nobody, tables
from chevet.privacy.anonymity.register.kept import Kept
from chevet.privacy.anonymity.register.matching import Match, People
from chevet.privacy.anonymity.release import Found, Prepared, Release, anonymise, finish, prepare
from chevet.privacy.keys import Key, Keys
from chevet.records.record import Progress, no_progress
from chevet.store.lake import Lake
from chevet.store.ledger import make_private

RELEASE_MADE, RELEASE_REFUSED = "release_made", "release_refused"
_KEY = "releases"


@dataclass(frozen=True, eq=False)
class Earlier:
    """An earlier release that speaks of some of the same people, and where each of them stands in it."""

    kept: Kept
    match: Match


class Registry:
    """The releases of one installation."""

    def __init__(self, lake: Lake, confirmed: Confirmed = nobody) -> None:
        """`confirmed` tells which declarations count that two tables are of different people; none, unless given."""
        self._lake = lake
        self._confirmed = confirmed
        self._keys = Keys.of(lake)

    def release(
        self,
        source: Source,
        policy: Policy,
        out: Path,
        *,
        made_on: datetime.date,
        project: str = "",
        like: str = "",
        apart: Apart | None = None,
        as_csv: bool = False,
        attacks: int = 0,
        progress: Progress = no_progress,
    ) -> Release:
        """Make a release, compare it with the earlier ones, write its folder and enter it in the ledger.

        like      the earlier release whose recoding is applied: to a new version of its people, or made coarser
        apart     word that these are other people than those of an earlier release
        attacks   how many of each kind are tried to answer the three European questions

        Whatever is refused is entered in the ledger, too; then nothing is written.
        """
        own = self._keys.installation(_KEY)
        policy.check_columns(source.table.column_names)
        who = matching.people_of(source, policy, own)
        project_key = self._keys.project(project) if project else None
        how: dict[str, Any] = {"made_on": made_on, "order_key": own, "project": project,
                               "project_key": project_key, "attacks": attacks}  # fmt: skip
        with self._locked():
            self._require_all_known()
            try:
                if apart is not None:
                    declare(self._lake.ledger, apart, source, self._named(apart.release, who), self._confirmed)
                earlier = self._earlier(source, who)
                if like:
                    release = self._like(like, source, policy, earlier, progress, how)
                else:
                    release = anonymise(source, policy, progress=progress, **how)
                told = kept.told_by(release, _whose(project_key))
                _check_composition(release, told, source, earlier)
            except Refused as refused:
                self._lake.ledger.append(RELEASE_REFUSED, **_of(source, policy, project), why=refused.message)
                raise
            progress("writing", 0.95)
            made = kept.of_release(release, source, who, told)
            facts = {**_of(source, policy, project), "like": like}
            folder.write(release, out, as_csv=as_csv, before=lambda files: self._enter(release, made, facts, files))
        return release

    def _enter(self, release: Release, made: Kept, facts: dict[str, Any], files: Mapping[str, str]) -> None:
        """Keep what the next release is compared with, then enter this one; kept is nothing that was not entered."""
        again = release.name in self.made()
        digest = kept.keep(made, release, self._lake.home)
        try:
            self._lake.ledger.append(
                RELEASE_MADE, **facts, release=release.name, digest=release.report["release"]["digest"], kept=digest,
                columns=list(made.columns), in_detail=True, called=release.report["called"],
                rows=release.report["release"]["rows"], files=files,
            )  # fmt: skip
        except BaseException:
            if not again:
                kept.forget(release.name, self._lake.home)
            raise

    def _require_all_known(self) -> None:
        """Raise Fault where a release is kept that the ledger has never heard of: an older ledger was put back."""
        unknown = kept.unknown(self._lake.home, self.made())
        if unknown:
            raise Fault(
                f"the ledger does not know of release {', '.join(unknown)}, which is kept in CHEVET_HOME/releases",
                next_act="Bring the ledger back from its latest backup, and check it against the latest signed head:"
                " chevet ledger verify --anchor FILE. Only if the machine stopped while that release was being made,"
                " and nobody was given it: remove its folder there.",
            )

    def made(self) -> dict[str, Mapping[str, Any]]:
        """Every release made, by its name, with the facts of the ledger; the first entry of a name counts."""
        found: dict[str, Mapping[str, Any]] = {}
        for entry in self._lake.ledger.entries():
            if entry.act == RELEASE_MADE:
                found.setdefault(entry.facts["release"], entry.facts)
        return found

    def handed_over(self, opened: Opened) -> bool:
        """Whether the ledger vouches for every file of a release folder, the report with all that it says included."""
        release = opened.report["release"]["id"]
        files = {**opened.report["files"], folder.REPORT: opened.report_digest}
        return not folder.changed_files(opened) and any(
            entry.act == RELEASE_MADE and entry.facts["release"] == release and entry.facts.get("files") == files
            for entry in self._lake.ledger.entries()
        )

    def _earlier(self, source: Source, who: People) -> list[Earlier]:
        """Earlier releases that speak of any of these people, oldest first, but for those confirmed to be of others."""
        apart = tables(self._lake.ledger, self._confirmed)
        found = []
        for name, facts in self.made().items():
            one = kept.read(name, facts, self._lake.home)
            same = matching.match(who, one.people)
            if same is not None and frozenset((source.digest, one.source_digest)) not in apart:
                found.append(Earlier(one, same))
        return found

    def _named(self, release: str, who: People) -> tuple[Kept, Match] | None:
        """The earlier release of this name, if it speaks of any of these people, and which."""
        facts = self.made().get(release)
        one = None if facts is None else kept.read(release, facts, self._lake.home)
        same = None if one is None else matching.match(who, one.people)
        return None if one is None or same is None else (one, same)

    def _like(
        self, like: str, source: Source, policy: Policy, earlier: list[Earlier], progress: Progress, how: dict[str, Any]
    ) -> Release:
        """The earlier release's recoding applied to these people, or made coarser; who would stand out is hidden."""
        base = next((one for one in earlier if one.kept.name == like), None)
        if base is None:
            there = ", ".join(one.kept.name for one in earlier) or "none"
            raise BadInput(
                f"no release {like} speaks of people of this table; those that do: {there}",
                next_act="Name a release of these people, or leave --like out for the first one.",
            )
        self._check_same_rules(base.kept, policy)
        ready = prepare(source, policy, project=how["project"], key=how["project_key"])
        progress("recoding", 0.2)
        released = _recoded(ready, base)
        if base.kept.source_digest != source.digest:
            there_too = [(one.kept, one.match.place) for one in earlier]
            released = composition.mended(released, there_too, ready.models)
        return finish(ready, released, Found("like", like=like), progress=progress, **how)

    def _check_same_rules(self, base: Kept, policy: Policy) -> None:
        there = self._lake.home / "releases" / base.name
        was = Policy.read(there / "policy.toml")
        ours = [(c.name, c.hierarchy) for c in policy.quasi]
        theirs = [(c.name, c.hierarchy) for c in was.quasi]
        files = {p.name: p.read_bytes() for p in was.files}
        if ours != theirs or any(files.get(p.name) != p.read_bytes() for p in policy.files if p.name in files):
            raise Refused(
                f"the policy does not have the quasi-identifiers and hierarchies of release {base.name}",
                next_act=f"Take the [[column]] of role quasi from the policy of release {base.name} as they stand.",
            )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        place = self._lake.home / "releases"
        make_private(place)
        lock = os.open(place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _whose(key: Key | None) -> str:
    """Whose key shifts dates, in words of the register."""
    return "nobody" if key is None else f"{key.name} {key.version}"


def _check_composition(release: Release, told: Sequence[str], source: Source, earlier: list[Earlier]) -> None:
    for one in earlier:
        same = one.kept.source_digest == source.digest
        found = composition.compare(release.released, one.match.place, told, same, one.kept, release.models)
        if not found.holds:
            raise _composes(one, found, same)


def _recoded(ready: Prepared, base: Earlier) -> Released:
    """The base's recoding of these people, made coarser where the policy's lowest levels ask for it."""
    hierarchies = ready.coded.hierarchies
    if base.kept.source_digest == ready.source.digest:
        nodes, hidden = composition.as_released(hierarchies, base.match.place, base.kept)
    else:
        nodes, hidden = composition.recoded(hierarchies, ready.coded.codes, base.kept)
    lowest = [c.lowest for c in ready.policy.quasi]
    return Released(ready.coded, composition.lifted(hierarchies, nodes, lowest), hidden)


def _of(source: Source, policy: Policy, project: str) -> dict[str, Any]:
    return {
        "cohort": source.cohort, "study": source.study, "version": source.version, "source_digest": source.digest,
        "policy": policy.digest, "project": project,
    }  # fmt: skip


def _composes(earlier: Earlier, found: composition.Comparison, same: bool) -> Refused:
    base, match = earlier.kept, earlier.match
    lines = [f"columns that it did not show: {', '.join(found.columns)}"] if found.columns else []
    lines += [f"{found.divided} people whose group there is divided here"] if found.divided else []
    lines += [f"{found.finer} people shown in more detail than there"] if found.finer else []
    lines += [f"{found.newcomers} people who were not shown there and stand out here"] if found.newcomers else []
    known = f"known by what {', '.join(match.columns)} say" if match.columns else "known by their identifiers"
    how = "a coarsening of it" if same else "its own recoding, applied to these people,"
    others = (
        "" if same else f" If they are other people, declare it: --apart-from {base.name} --because WHY; a member"
        " of the committee confirms it."
    )  # fmt: skip
    return Refused(
        f"release {base.name} speaks of the same people ({match.shared} rows, {known}), and the two together would say"
        " more than it:\n  " + "\n  ".join(lines),
        next_act=f"Beside release {base.name} only {how} can be released (--like {base.name}).{others}",
    )

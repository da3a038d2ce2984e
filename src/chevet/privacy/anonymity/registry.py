"""The register of releases: one base release per group of people, and only what says no more than it.

The register is the ledger's `release_made` events, and what `kept` holds of each release. A release is compared
with every earlier one that speaks of any of the same people, under a lock, so that two cannot be made at once.
"""

from __future__ import annotations

import datetime
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.errors import BadInput, Refused
from chevet.privacy.anonymity import composition, folder, kept
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.kept import Kept, People
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.release import Found, Prepared, Release, anonymise, finish, prepare
from chevet.privacy.keys import Keys
from chevet.records.record import Progress, no_progress
from chevet.store.lake import Lake
from chevet.store.ledger import make_private

RELEASE_MADE, RELEASE_REFUSED = "release_made", "release_refused"
_KEY = "releases"


class Registry:
    """The releases of one installation."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
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
        as_csv: bool = False,
        attacks: int = 0,
        progress: Progress = no_progress,
    ) -> Release:
        """Make a release, compare it with the earlier ones, write its folder and enter it in the ledger.

        like      the earlier release whose recoding is applied: to a new version of its people, or made coarser
        attacks   how many of each kind are tried to answer the three European questions

        Whatever is refused is entered in the ledger, too; then nothing is written.
        """
        own = self._keys.installation(_KEY)
        policy.check_columns(source.table.column_names)
        who = kept.people_of(source, policy, own)
        project_key = self._keys.project(project) if project else None
        how: dict[str, Any] = {"made_on": made_on, "order_key": own, "project": project,
                               "project_key": project_key, "attacks": attacks}  # fmt: skip
        with self._locked():
            try:
                earlier = self._earlier(who)
                if like:
                    release = self._like(like, source, policy, who, earlier, progress, how)
                else:
                    release = anonymise(source, policy, progress=progress, **how)
                _check_composition(release, source, who, earlier)
            except Refused as refused:
                self._lake.ledger.append(RELEASE_REFUSED, **_of(source, policy, project), why=refused.message)
                raise
            progress("writing", 0.95)
            made = kept.of_release(release, source, who)
            facts = {
                "release": release.name, "digest": release.report["release"]["digest"],
                "kept": kept.keep(made, release, self._lake.home), "named": made.named, "columns": list(made.columns),
                "called": release.report["called"], "rows": release.report["release"]["rows"], "like": like,
            }  # fmt: skip
            folder.write(
                release, out, as_csv=as_csv,
                before=lambda: self._lake.ledger.append(RELEASE_MADE, **_of(source, policy, project), **facts),
            )  # fmt: skip
        return release

    def made(self) -> dict[str, Mapping[str, Any]]:
        """Every release made, by its name, with the facts of the ledger; the first entry of a name counts."""
        found: dict[str, Mapping[str, Any]] = {}
        for entry in self._lake.ledger.entries():
            if entry.act == RELEASE_MADE:
                found.setdefault(entry.facts["release"], entry.facts)
        return found

    def _earlier(self, who: People) -> list[Kept]:
        """Earlier releases that speak of any of these people, oldest first."""
        there = [kept.read(name, facts, self._lake.home) for name, facts in self.made().items()]
        return [one for one in there if composition.overlap(who.digests, who.named, one)]

    def _like(
        self, like: str, source: Source, policy: Policy, who: People, earlier: list[Kept], progress: Progress,
        how: dict[str, Any],
    ) -> Release:  # fmt: skip
        """The earlier release's recoding applied to these people, or made coarser; who would stand out is hidden."""
        base = next((one for one in earlier if one.name == like), None)
        if base is None:
            there = ", ".join(one.name for one in earlier) or "none"
            raise BadInput(
                f"no release {like} speaks of people of this table; those that do: {there}",
                next_act="Name a release of these people, or leave --like out for the first one.",
            )
        self._check_same_rules(base, policy)
        ready = prepare(source, policy, project=how["project"], key=how["project_key"])
        progress("recoding", 0.2)
        released = _recoded(ready, base, who.digests)
        if base.source_digest != source.digest:
            released = composition.mended(released, who.digests, earlier, ready.models)
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


def _check_composition(release: Release, source: Source, who: People, earlier: list[Kept]) -> None:
    for one in earlier:
        same = one.source_digest == source.digest
        found = composition.compare(release.released, who.digests, kept.told_by(release), same, one, release.models)
        if not found.holds:
            raise _composes(one, found, same)


def _recoded(ready: Prepared, base: Kept, people: npt.NDArray[np.bytes_]) -> Released:
    """The base's recoding of these people, made coarser where the policy's lowest levels ask for it."""
    hierarchies = ready.coded.hierarchies
    if base.source_digest == ready.source.digest:
        nodes, hidden = composition.as_released(hierarchies, people, base)
    else:
        nodes, hidden = composition.recoded(hierarchies, ready.coded.codes, base)
    lowest = [c.lowest for c in ready.policy.quasi]
    return Released(ready.coded, composition.lifted(hierarchies, nodes, lowest), hidden)


def _of(source: Source, policy: Policy, project: str) -> dict[str, Any]:
    return {
        "cohort": source.cohort, "study": source.study, "version": source.version, "source_digest": source.digest,
        "policy": policy.digest, "project": project,
    }  # fmt: skip


def _composes(base: Kept, found: composition.Comparison, same: bool) -> Refused:
    lines = [f"columns that it did not show: {', '.join(found.columns)}"] if found.columns else []
    lines += [f"{found.divided} people whose group there is divided here"] if found.divided else []
    lines += [f"{found.finer} people shown in more detail than there"] if found.finer else []
    lines += [f"{found.newcomers} people who were not shown there and stand out here"] if found.newcomers else []
    how = "a coarsening of it" if same else "its own recoding, applied to the new version,"
    return Refused(
        f"release {base.name} speaks of the same people, and the two together would say more than it:\n  "
        + "\n  ".join(lines),
        next_act=f"Beside release {base.name} only {how} can be released (--like {base.name}).",
    )

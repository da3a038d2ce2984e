"""The attacks on releases, each tried on a made-up cohort: on the naive way first, then on ours.

Nobody real is attacked. The cohort is imported, a policy drafted, a release made and a second one asked for, all in
a folder of its own, in the way that a steward does it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet import records, synth
from chevet.errors import Refused
from chevet.privacy import dates
from chevet.privacy.anonymity.draft import draft
from chevet.privacy.anonymity.extract import PATIENT_ID, Source
from chevet.privacy.anonymity.policy import Column, Policy
from chevet.privacy.anonymity.register.registry import Registry
from chevet.privacy.anonymity.release import Release, anonymise, prepare
from chevet.privacy.attacks import date_reversal, pseudonyms
from chevet.privacy.attacks.composition import disclosed_by_both
from chevet.privacy.attacks.on_release import attack_release
from chevet.privacy.attacks.outcome import Outcome
from chevet.privacy.genomic import carried, release_alterations, singling_out
from chevet.privacy.genomic.somatic import somatic
from chevet.privacy.keys import Key, Keys
from chevet.privacy.pseudonyms import pseudonyms as names_of
from chevet.records.record import Progress, no_progress
from chevet.store.lake import Lake
from chevet.store.version import Version
from chevet.store.writing import Derive

STUDY, FIRST, SECOND = "attacked", "first_project", "second_project"
# What a draft asks, and what recipients bound by contract are often given: groups of five tell more, and two such
# releases much more.
LESS = {"k = 12": "k = 5", "highest_risk = 0.09": "highest_risk = 0.2", "average_risk = 0.05": "average_risk = 0.1"}
# A draft promises k alone; what is secret must also differ within a group, or a group tells it.
DIVERSE = """
[[model]]
kind = "distinct-l-diversity"
attribute = "chemotherapy"
l = 2
"""
OUTCOMES = ("vital_status", "cause_of_death", "overall_survival", "progression_free_survival")
MADE_ON = datetime.date(2026, 1, 1)
TARGETS = 400
WITHIN_DAYS = 180


@dataclass(frozen=True)
class Attacked:
    """The made-up cohort, ready: what the steward has."""

    lake: Lake
    version: Version
    source: Source
    policy: Policy

    @staticmethod
    def make(folder: Path, patients: int, seed: int, derive: Sequence[Derive] = ()) -> Attacked:
        """Make the cohort up in `folder` and bring it in, with what else is made from its tables."""
        synth.make(patients, seed, folder / "source")
        lake = Lake(folder / "home", actor="attack")
        lake.write(STUDY, records.read(folder / "source"), derive=derive)
        version = lake.open(STUDY)
        source = Source.of_study(version)
        text = draft(source.table, source=STUDY, study=STUDY, manual="the manual")
        corrected = text.replace("draft = true", "", 1).replace("# pseudonym = true", "pseudonym = true", 1)
        for asked, less in LESS.items():
            corrected = corrected.replace(asked, less, 1)
        keys = Keys.of(lake)
        for project in (FIRST, SECOND):
            keys.make(project)
        return Attacked(lake, version, source, Policy.parse(corrected + DIVERSE))

    def key(self, project: str) -> Key:
        return Keys.of(self.lake).project(project)

    @property
    def people(self) -> list[str]:
        return [str(value) for value in self.source.table[PATIENT_ID].to_pylist()]


def attack_releases(attacked: Attacked, folder: Path, seed: int = 0, progress: Progress = no_progress) -> list[Outcome]:
    """Every attack on released rows, against the naive way and ours; releases are written in `folder`."""
    progress("a release is made", 0.2)
    registry = Registry(attacked.lake)
    release = registry.release(attacked.source, attacked.policy, folder / "release", made_on=MADE_ON, project=FIRST)
    ready = prepare(attacked.source, attacked.policy, project=FIRST, key=attacked.key(FIRST))
    outcomes = attack_release(ready, release.table, project=FIRST, seed=seed)
    progress("a second release is asked for", 0.5)
    outcomes += composition(attacked, release, registry, folder, seed)
    progress("names, dates and alterations", 0.8)
    return outcomes + joined_extracts(attacked) + reversed_dates(attacked, seed) + rare_alterations(attacked)


def composition(attacked: Attacked, first: Release, registry: Registry, folder: Path, seed: int) -> list[Outcome]:
    """Two releases of the same people, for two projects: made apart as is often done, and asked of the register."""
    usual = replace(attacked.policy, columns=_outcomes_as_they_are(attacked.policy))
    one, another = (_made_apart(attacked, policy) for policy in (usual, _otherwise_coarsened(usual)))
    naive = _told_by_both(attacked, usual, one, another, seed)
    other = _otherwise_coarsened(attacked.policy)
    try:
        second = registry.release(attacked.source, other, folder / "second", made_on=MADE_ON, project=SECOND)
        ours = _told_by_both(attacked, attacked.policy, first, second, seed)
    except Refused:
        ours = np.zeros(len(naive), dtype=np.bool_)  # there is no second release to lay upon the first
    return [
        Outcome("composition", side, "share", float(told.mean()), 0.0, len(told))
        for side, told in (("naive", naive), ("ours", ours))
    ]


def _made_apart(attacked: Attacked, policy: Policy) -> Release:
    return anonymise(attacked.source, policy, made_on=MADE_ON, order_key=Key(bytes(32), "order"),
                     project=SECOND, project_key=attacked.key(SECOND))  # fmt: skip


def _told_by_both(
    attacked: Attacked, policy: Policy, first: Release, second: Release, seed: int
) -> npt.NDArray[np.bool_]:
    """(targets,) whom the two releases together leave one possible set of sensitive values."""
    ready = prepare(attacked.source, policy, project=FIRST, key=attacked.key(FIRST))
    chosen = np.random.default_rng(seed).choice(ready.coded.n, min(TARGETS, ready.coded.n), replace=False)
    known = {h.name: codes[chosen] for h, codes in zip(ready.coded.hierarchies, ready.coded.codes, strict=True)}
    secrets = [c.name for c in policy.sensitive]
    return disclosed_by_both(first.table, second.table, ready.coded.hierarchies, known, secrets)


def _outcomes_as_they_are(policy: Policy) -> tuple[Column, ...]:
    """The same columns, what became of people shown as it is: a draft no longer does that."""
    return tuple(
        Column(c.name, "sensitive") if c.role == "quasi" and c.name.startswith(OUTCOMES) else c for c in policy.columns
    )


def _otherwise_coarsened(policy: Policy) -> Policy:
    """Each second quasi-identifier told less finely, so that the others may be finer."""
    coarse = {c.name for c in policy.quasi[::2]}
    columns = (replace(c, lowest=max(1, c.lowest)) if c.name in coarse else c for c in policy.columns)
    return replace(policy, columns=tuple(columns))


def joined_extracts(attacked: Attacked) -> list[Outcome]:
    """Two projects' extracts, laid side by side by name."""
    people = attacked.people
    hashed = [pseudonyms.naive(who) for who in people]
    ours = [names_of(attacked.key(project), project, people) for project in (FIRST, SECOND)]
    sides = {"naive": (hashed, hashed), "ours": (ours[0], ours[1])}
    return [
        Outcome("join", side, "share", pseudonyms.joined(*names), 0.0, len(people)) for side, names in sides.items()
    ]


def reversed_dates(attacked: Attacked, seed: int) -> list[Outcome]:
    """Dates shifted: one shift for all, one drawn from the name, and one under the project's key."""
    people = attacked.people
    true = _days_of_diagnosis(len(people), seed)
    drawn = np.array([date_reversal.naive_offset(who, WITHIN_DAYS) for who in people], dtype=np.int64)
    keyed = dates.offsets(attacked.key(FIRST), FIRST, people, WITHIN_DAYS)
    moved: Mapping[str, Sequence[np.ndarray[tuple[int], np.dtype[np.int64]]]] = {
        "naive": (true + WITHIN_DAYS // 2, true + drawn), "ours": (true + keyed,),
    }  # fmt: skip
    outcomes = []
    for side, tables in moved.items():
        found = max(max(date_reversal.found_by_the_week(t, true), _by_rule(t, true, people)) for t in tables)
        outcomes.append(Outcome("dates", side, "share", found, 1 / (2 * WITHIN_DAYS + 1), len(people)))
    return outcomes


def _by_rule(shifted: date_reversal.Days, true: date_reversal.Days, people: Sequence[str]) -> float:
    rules = [lambda who, w=within: date_reversal.naive_offset(who, w) for within in (30, 90, WITHIN_DAYS, 365)]
    return date_reversal.found_by_the_rule(shifted, true, people, rules)


def _days_of_diagnosis(n: int, seed: int) -> date_reversal.Days:
    """Working days of three years: the made-up record itself holds no calendar date."""
    days = 17_000 + np.random.default_rng(seed).integers(0, 1000, 3 * n)
    return days[(days + 3) % date_reversal.WEEK < 5][:n]


def rare_alterations(attacked: Attacked) -> list[Outcome]:
    """Somebody who knows the rarest alteration of a tumour, as it stands in the record and as it is released."""
    exact = somatic(attacked.version).rows
    named = pa.table({name: exact[name] for name in ("patient_id", "kind")}
                     | {"alteration": [name or "" for name in exact["exact"].to_pylist()]})  # fmt: skip
    ours = release_alterations(attacked.version, "exact").table
    found = {side: singling_out(carried(table, attacked.people)) for side, table in (("naive", named), ("ours", ours))}
    return [
        Outcome("rare", side, "share", figures["known"][1]["rarest"], 0.0, figures["patients"])
        for side, figures in found.items()
    ]

"""The trial files of a folder (CTML, as JSON or YAML): every place in a trial, with all the criteria that lead to it.

A place is a step, an arm or a dose that has criteria of its own; those of the step and the arm above it hold for it,
too. A file that cannot be read is named, and never stops the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LARGEST = 5_000_000
DEEPEST = 60
_SUFFIXES = (".json", ".yaml", ".yml", ".ctml")
_OPEN = ("open", "open to accrual", "recruiting", "enrolling", "enrolling by invitation", "active")
_CLOSED = (
    "closed", "suspended", "on hold", "completed", "terminated", "withdrawn", "not yet recruiting", "not recruiting",
    "closed to accrual", "active, not recruiting", "irb study closure", "new", "in review",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One place in a trial: `step`, `arm` and `dose` as the file calls them, empty where there is none.

    is_open    of trial, arm and dose together; None when the file does not say that the trial is open
    criteria   the `match` clauses from the step down to this place, all of which must hold
    asks       what the file asks in free text, which nobody but a person can check
    """

    trial: str
    nct_id: str
    title: str
    phase: str
    file: str
    step: str = ""
    arm: str = ""
    dose: str = ""
    description: str = ""
    is_open: bool | None = None
    criteria: tuple[Any, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unread:
    """A file that could not be used: `problem` is a key of `labels_trials.tsv`."""

    file: str
    problem: str


class NotTrials(ValueError):
    """The text is no CTML: `problem` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read_trials(folder: Path) -> tuple[tuple[Place, ...], tuple[Unread, ...]]:
    """Every place of every trial of a folder and the folders in it, by file, and the files that could not be used."""
    places: list[Place] = []
    unread: list[Unread] = []
    for path in sorted(_files(folder)):
        name = path.relative_to(folder).as_posix()
        try:
            places += [place for document in _documents(path) for place in _places(document, name)]
        except NotTrials as error:
            unread.append(Unread(name, error.problem))
    return tuple(places), tuple(unread)


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from (
            path for path in folder.rglob("*")
            if path.suffix.lower() in _SUFFIXES and path.is_file() and not path.name.startswith(".")
        )  # fmt: skip
    except OSError:
        return


def _documents(path: Path) -> list[Mapping[str, Any]]:
    try:
        if path.stat().st_size > LARGEST:
            raise NotTrials("too_large")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise NotTrials("unreadable") from None
    try:
        found = list(_json(text)) if text.lstrip()[:1] in ("{", "[") else list(_yaml(text))
    except NotTrials:
        raise
    except (ValueError, yaml.YAMLError, RecursionError):
        raise NotTrials("not_json_or_yaml") from None
    flat = [one for document in found for one in (document if isinstance(document, list) else [document])]
    trials: list[Mapping[str, Any]] = [
        one for one in flat if isinstance(one, dict) and isinstance(one.get("treatment_list"), dict)
    ]
    if not trials:
        raise NotTrials("no_trial")
    return trials


def _json(text: str) -> Iterator[Any]:
    """One document after the other, as exports of several trials have them."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at < len(text):
            document, at = decoder.raw_decode(text, at)
            yield document


def _yaml(text: str) -> Iterator[Any]:
    """Every document, none of which may repeat a part by reference, or lie too deep: both can exhaust the machine."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            raise NotTrials("too_deep")
    yield from yaml.load_all(text, Loader=yaml.SafeLoader)


def _places(trial: Mapping[str, Any], file: str) -> Iterator[Place]:
    base = Place(
        trial=_text(trial.get("protocol_no")) or _text(trial.get("nct_id")) or file, nct_id=_nct(trial),
        title=_text(trial.get("short_title")) or _text(trial.get("long_title")), phase=_text(trial.get("phase")),
        file=file,
    )  # fmt: skip
    opened = _is_open(trial)
    asks = _asks(trial)
    for step in _list(trial["treatment_list"].get("step")):
        at_step = _clauses(step)
        arms = _list(step.get("arm"))
        if not arms:
            yield _place(base, opened, at_step, asks, step)
        elif _match(step) and not any(_match(arm) or any(_match(dose) for dose in _doses(arm)) for arm in arms):
            yield _place(base, _any_open(opened, arms), at_step, asks, step)
        else:
            for arm in arms:
                yield from _of_arm(base, opened, at_step, asks, step, arm)


def _of_arm(
    base: Place, opened: bool | None, at_step: tuple[Any, ...], asks: tuple[str, ...],
    step: Mapping[str, Any], arm: Mapping[str, Any],
) -> Iterator[Place]:  # fmt: skip
    doses = _doses(arm)
    arm_open = False if _yes(arm.get("arm_suspended")) else opened
    at_arm = at_step + _clauses(arm)
    if doses and all(_yes(dose.get("level_suspended")) for dose in doses):
        arm_open = False
    asking = [dose for dose in doses if _match(dose)]
    if _match(arm) or not asking:
        yield _place(base, arm_open, at_arm, asks, step, arm)
    for dose in asking:
        dose_open = False if _yes(dose.get("level_suspended")) else arm_open
        yield _place(base, dose_open, at_arm + _clauses(dose), asks, step, arm, dose)


def _place(
    base: Place, is_open: bool | None, criteria: tuple[Any, ...], asks: tuple[str, ...], step: Mapping[str, Any],
    arm: Mapping[str, Any] | None = None, dose: Mapping[str, Any] | None = None,
) -> Place:  # fmt: skip
    arm, dose = arm or {}, dose or {}
    return Place(
        base.trial, base.nct_id, base.title, base.phase, base.file, step=_text(step.get("step_code")),
        arm=_text(arm.get("arm_code")), dose=_text(dose.get("level_code")),
        description=_text(dose.get("level_description")) or _text(arm.get("arm_description")),
        is_open=is_open, criteria=criteria, asks=asks,
    )  # fmt: skip


def _is_open(trial: Mapping[str, Any]) -> bool | None:
    """Whether the trial says that it takes patients; a word that we do not know says nothing."""
    said = _text(trial.get("status")) or _status(trial.get("_summary")) or _status(trial.get("summary"))
    word = " ".join(said.lower().split())
    return True if word in _OPEN else False if word in _CLOSED else None


def _status(summary: object) -> str:
    if not isinstance(summary, dict):
        return ""
    status = summary.get("status")
    if isinstance(status, list) and status and isinstance(status[0], dict):
        return _text(status[0].get("value"))
    return _text(status)


def _any_open(opened: bool | None, arms: list[Mapping[str, Any]]) -> bool | None:
    return False if all(_yes(arm.get("arm_suspended")) for arm in arms) else opened


def _asks(trial: Mapping[str, Any]) -> tuple[str, ...]:
    asked = trial.get("prior_treatment_requirements")
    return tuple(text for one in (asked if isinstance(asked, list) else [asked]) if (text := _text(one)))


def _clauses(node: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(_match(node))


def _match(node: Mapping[str, Any]) -> list[Any]:
    match = node.get("match")
    return [one for one in (match if isinstance(match, list) else [match]) if one]


def _doses(arm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _list(arm.get("dose_level"))


def _list(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _yes(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().upper() in ("Y", "YES", "TRUE"))


def _text(value: object) -> str:
    return str(value).strip()[:300] if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _nct(trial: Mapping[str, Any]) -> str:
    found = _text(trial.get("nct_id"))
    return "" if found.upper() in ("NA", "N/A", "NONE") else found

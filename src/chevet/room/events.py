"""The events of the data room, as the ledger keeps them: each has its facts, each fact a form.

The cluster's office will write the same events from its own pages, so nothing here depends on who writes. An event
is checked when it is written, and again whenever it is read: what does not have this form gives no right to anybody.
The table for the manual is printed from `EVENTS`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chevet.errors import BadInput
from chevet.words import duo, oncotree

ROLES = ("steward", "committee", "checker", "key_holder", "auditor", "researcher", "dpo")
ANSWERS = ("cube", "checked", "noise", "targets")
DETAILS = ("none", "gene", "hotspot", "exact")
SCOPES = ("ask", "run", "release")
LIMITS = ("questions", "questions_per_day", "runs_per_day")

_PERSON = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NO_PROJECTS = ("answers", "budgets", "questions")  # folders beside the projects' own
_HEX = re.compile(r"[0-9a-f]{64}")
_WORDS_AT_MOST = 500
_ORGANISATION_AT_MOST = 100


@dataclass(frozen=True)
class Fact:
    """One fact of an event: whether a value has its form, and the form in words."""

    holds: Callable[[Any], bool]
    says: str
    needed: bool = True


def is_person(value: Any) -> bool:
    """Whether this can name a person: one spelling each, so that nobody is two.

    >>> is_person("a.martin"), is_person("A.Martin"), is_person("../x")
    (True, False, False)
    """
    return isinstance(value, str) and _PERSON.fullmatch(value) is not None


def is_permit(value: Any) -> bool:
    """Whether this can be the id of a permit or a token; no path can be climbed with it."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_name(value: Any) -> bool:
    """Whether this can be the name of a study or a project; no path can be climbed with it."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def is_project(value: Any) -> bool:
    """Whether this can be the name of a project: its room is a folder of that name beside others."""
    return is_name(value) and value not in _NO_PROJECTS


def is_organisation(value: Any) -> bool:
    """Whether this can name an organisation: words as people write them, in one spelling of each sign.

    >>> is_organisation("Hôpital de l’Espérance"), is_organisation("a  b"), is_organisation("--")
    (True, False, False)
    """
    return (
        isinstance(value, str) and 2 <= len(value) <= _ORGANISATION_AT_MOST and value.isprintable()
        and value == organisation_in_words(value) and any(sign.isalnum() for sign in value)
    )  # fmt: skip


def organisation_in_words(text: str) -> str:
    """The name as it is entered: accents composed, one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def organisation_key(name: str) -> str:
    """What two spellings of one organisation have in common: letters and digits, without case and accents.

    >>> organisation_key("Hôpital-X") == organisation_key("hopital x")
    True
    """
    whole = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in whole if sign.isalnum())


def is_time(value: Any) -> bool:
    """Whether this is a moment in UTC as the events spell it: `2027-03-01T00:00:00+00:00`."""
    try:
        return isinstance(value, str) and spelled(datetime.fromisoformat(value)) == value
    except (ValueError, OverflowError):
        return False


def spelled(moment: datetime) -> str:
    """A moment as the events spell it: UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _WORDS_AT_MOST and value.isprintable()


def _is_hex(value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _is_version(value: Any) -> bool:
    return value is None or (type(value) is int and value > 0)


def _is_list(each: Callable[[Any], bool], least: int = 1) -> Callable[[Any], bool]:
    """A list of things of one form, none of them twice."""

    def holds(value: Any) -> bool:
        return (
            isinstance(value, list) and len(value) >= least
            and all(map(each, value)) and len(set(value)) == len(value)
        )  # fmt: skip

    return holds


def _is_entry(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_code(value: Any) -> bool:
    found = duo.find(value) if isinstance(value, str) else None
    return found is not None and found.code == value


def _is_tumour_type(value: Any) -> bool:
    return isinstance(value, str) and oncotree.get(value) is not None


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in words


def _is_conditions(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"answers", "extract", "run", "genomic_detail", "may_ask"}
        and _is_list(_one_of(*ANSWERS), 0)(value["answers"])
        and type(value["extract"]) is bool
        and type(value["run"]) is bool
        and (value["extract"] or not value["run"])
        and _one_of(*DETAILS)(value["genomic_detail"])
        and isinstance(value["may_ask"], dict)
        and all(name in LIMITS and type(most) is int and most > 0 for name, most in value["may_ask"].items())
    )


def _is_match(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"answer", "algorithm", "reasons"}
        and _one_of("yes", "no", "person")(value["answer"])
        and _is_words(value["algorithm"])
        and isinstance(value["reasons"], list)
        and all(
            isinstance(reason, dict) and reason.keys() == {"code", "answer"}
            and _is_words(reason["code"]) and _one_of("no", "person")(reason["answer"])
            for reason in value["reasons"]
        )
    )  # fmt: skip


_person = Fact(is_person, "a person: 1 to 64 of a-z, 0-9, `.`, `_`, `@`, `-`, such as `a.martin`")
_organisation = Fact(
    is_organisation, f"an organisation: 2 to {_ORGANISATION_AT_MOST} signs on one line, such as `Institut A`"
)
_permit = Fact(is_permit, "a permit's id: 1 to 32 letters, digits, `-`, such as `P-1`")
_project = Fact(
    is_project, "a project: 1 to 64 of a-z, 0-9, `-`, `_`, such as `early_lung`; not `answers`, `budgets`, `questions`"
)
_study = Fact(is_name, "a study's name")
_version = Fact(_is_version, "a version's number, or null for whichever is current")
_until = Fact(is_time, "the moment from which it no longer holds, UTC: `2027-03-01T00:00:00+00:00`")
_entry = Fact(_is_entry, "the number of the entry that was read: a grant or a renewal")
_given_by = Fact(is_person, "who appointed to the committee the person who confirms")
_digest = Fact(_is_words, "the digest of a table")
_reason = Fact(_is_words, f"words, at most {_WORDS_AT_MOST} signs; never about a patient")
_decided_by = Fact(_is_list(is_person, 2), "at least two people of the committee")
_codes = Fact(_is_list(_is_code), "DUO short names, such as `HMB`")
_tumour_types = Fact(_is_list(_is_tumour_type, 0), "OncoTree codes, where `DS` is among the codes")
_match = Fact(_is_match, "whether the purpose lies within the dataset's use: answer, algorithm, reasons")
_looked_at = Fact(_is_words, "why, when a person had to look at the purpose", needed=False)

EVENTS: dict[str, dict[str, Fact]] = {
    "role_given": {
        "person": _person,
        "role": Fact(_one_of(*ROLES), "one of " + ", ".join(ROLES)),
        "bootstrapped": Fact(lambda v: v is True, "true for the first steward, whom nobody appointed", needed=False),
    },
    "role_taken": {"person": _person, "role": Fact(_one_of(*ROLES), "the role taken away"), "reason": _reason},
    "affiliation_set": {"person": _person, "organisation": _organisation},
    "dataset_use_set": {"study": _study, "codes": _codes, "tumour_types": _tumour_types},
    "permit_granted": {
        "permit": _permit, "project": _project, "study": _study, "version": _version,
        "purpose": _codes, "tumour_types": _tumour_types, "purpose_in_words": _reason,
        "match": _match, "looked_at": _looked_at,
        "conditions": Fact(
            _is_conditions,
            "answers (of cube, checked, noise, targets), extract, run (needs extract), genomic_detail (none, gene, "
            "hotspot, exact), may_ask (limits: questions, questions_per_day, runs_per_day)",
        ),
        "people": Fact(_is_list(is_person), "who may use it"),
        "legal_basis": _reason, "reference": _reason,
        "until": _until, "decided_by": _decided_by,
    },
    "permit_renewed": {
        "permit": _permit, "until": _until, "decided_by": _decided_by, "reason": _reason,
        "match": _match, "looked_at": _looked_at,
    },
    "permit_confirmed": {
        "permit": _permit, "entry": _entry, "role_given_by": _given_by,
    },
    "releases_declared_apart": {
        "cohort": Fact(lambda v: isinstance(v, str), "what the table is called"),
        "source_digest": _digest, "apart_from_source": _digest,
        "release": Fact(_is_words, "an earlier release"),
        "shared": Fact(_is_entry, "how many rows are equal"),
        "compared": Fact(_is_list(_is_words, 0), "the columns that were compared; none where identifiers were"),
        "because": _reason,
    },
    "releases_confirmed_apart": {
        "entry": Fact(_is_entry, "the number of the declaration that was read"), "role_given_by": _given_by,
    },
    "permit_suspended": {"permit": _permit, "reason": _reason},
    "permit_resumed": {"permit": _permit, "reason": _reason},
    "permit_revoked": {"permit": _permit, "reason": _reason},
    "permit_surrendered": {"permit": _permit, "reason": _reason},
    "permit_expired": {"permit": _permit, "until": _until},
    "training_certified": {"permit": _permit, "person": _person, "until": _until, "reference": _reason},
    "agreement_signed": {"permit": _permit, "person": _person, "reference": _reason},
    "token_issued": {
        "token": Fact(is_permit, "the token's public number"),
        "sha256": Fact(_is_hex, "SHA-256 of the secret"),
        "person": _person, "permit": _permit,
        "scopes": Fact(_is_list(_one_of(*SCOPES)), "of " + ", ".join(SCOPES)),
        "until": _until,
    },
    "token_revoked": {"token": Fact(is_permit, "the token's public number"), "reason": _reason},
    "workspace_opened": {
        "permit": _permit, "project": _project, "study": _study, "version": Fact(_is_version, "a version's number"),
        "gives": Fact(_is_list(_one_of("extract", "cube", "dummy"), 0), "what was made ready"),
        "release": Fact(lambda v: v is None or _is_words(v), "the release that the extract was copied from, or null"),
    },
    "workspace_closed": {
        "project": _project, "reason": _reason,
        "keep_until": Fact(is_time, "the moment from which what the room holds may be destroyed"),
    },
    "workspace_destroyed": {
        "project": _project,
        "extract_sha256": Fact(lambda v: v is None or _is_hex(v), "SHA-256 of the extract that was there, or null"),
        "jobs": Fact(_is_list(lambda v: type(v) is int and v > 0, 0), "the numbers of the jobs that were there"),
        "jobs_sha256": Fact(_is_list(_is_hex, 0), "SHA-256 of each job as it was there: program, outputs, names"),
        "kept": Fact(
            _is_list(lambda v: type(v) is int and v > 0, 0),
            "the jobs whose released outputs stay, since later outputs are compared with them",
        ),
    },
}  # fmt: skip


def problems(act: str, facts: Mapping[str, Any]) -> list[str]:
    """Everything in these facts that does not have the form of this event, in words; empty when nothing is wrong."""
    form = EVENTS[act]
    missing = [f"{name} is missing ({fact.says})" for name, fact in form.items() if fact.needed and name not in facts]
    wrong = [
        f"{name} must be {form[name].says}" for name in facts if name in form and not form[name].holds(facts[name])
    ]
    unknown = [f"{act} has no fact of one of the names given" for name in facts if name not in form]
    return [*missing, *wrong, *unknown[:1]]


def require_form(act: str, facts: Mapping[str, Any]) -> None:
    """Raise BadInput with every problem at once, unless these facts have the form of this event."""
    found = problems(act, facts)
    if found:
        raise BadInput(
            "this cannot be entered: " + "; ".join(found) + f" ({act})",
            next_act='Write these as said, then try again; all forms: docs/explanation/permits.md, "The events".',
        )


def events_markdown() -> str:
    """The table of events for the manual."""
    lines = ["| event | fact | form |", "|---|---|---|"]
    for act, form in EVENTS.items():
        for i, (name, fact) in enumerate(form.items()):
            optional = "" if fact.needed else " (may be left out)"
            lines.append(f"| {f'`{act}`' if i == 0 else ''} | `{name}`{optional} | {fact.says} |")
    return "\n".join(lines)

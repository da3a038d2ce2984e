"""Who may what now: a fold over the room's events. There is no other store of permits, people or tokens.

An event counts only when it has its form and when the rules of `moves` held at its place in the ledger, whoever
wrote it. What takes a right away (`permit_revoked`, `permit_suspended`, `role_taken`, `token_revoked`) counts even
when it is not well formed, as long as it says from whom: a doubtful end is an end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from chevet.room.purposes import Match, Use, match

Standing = Literal["proposed", "active", "suspended", "revoked", "expired", "surrendered"]
LIVING: tuple[Standing, ...] = ("proposed", "active", "suspended")


@dataclass(frozen=True)
class Conditions:
    """What a permit allows. `may_ask` are limits by name (see `events.LIMITS`)."""

    answers: frozenset[str]
    extract: bool
    run: bool
    genomic_detail: str
    may_ask: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def read(told: Mapping[str, Any]) -> Conditions:
        """The conditions as an event holds them."""
        return Conditions(
            frozenset(told["answers"]), told["extract"], told["run"], told["genomic_detail"], dict(told["may_ask"])
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "answers": sorted(self.answers), "extract": self.extract, "run": self.run,
            "genomic_detail": self.genomic_detail, "may_ask": dict(self.may_ask),
        }  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """A grant or a renewal as a steward entered it: it counts once each of those named has confirmed it.

    since   number of its entry
    """

    since: int
    until: datetime
    decided_by: tuple[str, ...]
    match: Match
    reason: str = ""
    confirmed_by: tuple[str, ...] = ()

    @property
    def awaits(self) -> tuple[str, ...]:
        """Those named who have not confirmed it yet."""
        return tuple(person for person in self.decided_by if person not in self.confirmed_by)


@dataclass(frozen=True)
class Permit:
    """What these people may do for this project with this study, until then.

    version         None: whichever version is current
    purpose         DUO short names
    granted_until   from this moment on it has ended, whether or not an event says so
    state           proposed, active, suspended, revoked or expired, at the moment it was looked up
    pending         the grant or the renewal that those who decided have not all confirmed; nothing else counts of it
    since           number of the entry that granted it;  matched_at: of the entry up to which its purpose was matched
    """

    id: str
    project: str
    study: str
    version: int | None
    purpose: tuple[str, ...]
    tumour_types: tuple[str, ...]
    purpose_in_words: str
    people: tuple[str, ...]
    conditions: Conditions
    legal_basis: str
    reference: str
    granted_at: datetime
    granted_until: datetime
    decided_by: tuple[str, ...]
    match: Match
    since: int
    matched_at: int
    state: Standing = "proposed"
    reason: str = ""
    pending: Decision | None = None

    def at(self, moment: datetime) -> Permit:
        """The permit as it stands at this moment: one whose end has come is expired, entered or not."""
        ended = self.state in LIVING and moment >= self.granted_until
        return replace(self, state="expired") if ended else self

    @property
    def is_confirmed(self) -> bool:
        """Whether those who decided on the grant have all confirmed it."""
        return self.pending is None or self.pending.since != self.since

    @property
    def last_day(self) -> str:
        """The last day on which it holds, or held, at least for a moment (UTC)."""
        return last_day(self.granted_until)

    def as_json(self) -> dict[str, Any]:
        return {
            "permit": self.id, "project": self.project, "study": self.study, "version": self.version,
            "state": self.state, "purpose": list(self.purpose), "tumour_types": list(self.tumour_types),
            "purpose_in_words": self.purpose_in_words, "people": list(self.people),
            "conditions": self.conditions.as_json(), "legal_basis": self.legal_basis, "reference": self.reference,
            "granted_at": self.granted_at.isoformat(timespec="seconds"),
            "until": self.granted_until.isoformat(timespec="seconds"), "decided_by": list(self.decided_by),
            "match": self.match.as_json(), "reason": self.reason,
            "awaits": list(self.pending.awaits if self.pending else ()),
            "awaits_entry": None if self.pending is None else self.pending.since,
            "renewal_until": None if self.pending is None or not self.is_confirmed
            else self.pending.until.isoformat(timespec="seconds"),
        }  # fmt: skip


def last_day(until: datetime) -> str:
    """The day of the last moment before `until`.

    >>> last_day(datetime(2027, 3, 1))
    '2027-02-28'
    """
    return (until - timedelta(microseconds=1)).date().isoformat()


@dataclass(frozen=True)
class Token:
    """A pass as the ledger knows it: never its secret."""

    id: str
    sha256: str
    person: str
    permit: str
    scopes: frozenset[str]
    issued_by: str
    until: datetime
    revoked: bool = False


@dataclass
class State:
    """What all events up to entry `n` together say.

    opened       by permit, the event that opened its room;  shut: permits whose room was closed for good
    keep_until   by project, from when what its closed room holds may be destroyed; gone once it is
    declared_apart, confirmed_apart   who said, and who confirmed, that two tables are of different people, by the
                                      number of the entry that says it
    """

    n: int = 0
    had_steward: bool = False
    roles: dict[str, set[str]] = field(default_factory=dict)
    given: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    uses: dict[str, tuple[Use, int]] = field(default_factory=dict)
    permits: dict[str, Permit] = field(default_factory=dict)
    trained_until: dict[tuple[str, str], datetime] = field(default_factory=dict)
    signed: dict[tuple[str, str], str] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    opened: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    shut: dict[str, Literal["closed", "destroyed"]] = field(default_factory=dict)
    keep_until: dict[str, datetime] = field(default_factory=dict)
    destroyed_jobs: set[tuple[str, int]] = field(default_factory=set)
    declared_apart: dict[int, str] = field(default_factory=dict)
    confirmed_apart: dict[int, str] = field(default_factory=dict)

    def has(self, person: str, role: str) -> bool:
        return role in self.roles.get(person, ())

    def holders(self, role: str) -> list[str]:
        return sorted(person for person, roles in self.roles.items() if role in roles)

    def permits_of(self, person: str, moment: datetime) -> list[str]:
        """Ids of the permits that name this person and have not ended."""
        return sorted(p.id for p in self.permits.values() if person in p.people and p.at(moment).state in LIVING)

    def permits_naming(self, person: str) -> list[str]:
        """Ids of all permits that name this person, those that have ended, too."""
        return sorted(p.id for p in self.permits.values() if person in p.people)

    def permits_opened(self, project: str) -> list[Permit]:
        """The permits under which this project's room was opened with an extract."""
        with_extract = [self.permits[name] for name, facts in self.opened.items() if "extract" in facts["gives"]]
        return [permit for permit in with_extract if permit.project == project]

    def match_of(self, purpose: Use, study: str) -> Match:
        """This purpose against what the dataset allows now."""
        allowed = self.uses.get(study)
        return match(purpose, allowed[0] if allowed else None)


def apply(state: State, act: str, facts: Mapping[str, Any], *, n: int, actor: str, moment: datetime) -> None:
    """Let an event that counts change the state. Whether it counts is for `moves.counts`."""
    state.n = n
    _APPLY[act](state, facts, n, actor, moment)


def _role_given(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.roles.setdefault(facts["person"], set()).add(facts["role"])
    state.given[facts["person"], facts["role"]] = (actor, n)
    state.had_steward = state.had_steward or facts["role"] == "steward"


def _role_taken(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.roles.get(facts["person"], set()).discard(facts["role"])


def _affiliation_set(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.organisations[facts["person"]] = facts["organisation"]


def _dataset_use_set(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.uses[facts["study"]] = (Use.of(facts["codes"], facts["tumour_types"]), n)


def _permit_granted(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    decision = _decision(facts, n)
    state.permits[facts["permit"]] = Permit(
        id=facts["permit"], project=facts["project"], study=facts["study"], version=facts["version"],
        purpose=tuple(facts["purpose"]), tumour_types=tuple(facts["tumour_types"]),
        purpose_in_words=facts["purpose_in_words"], people=tuple(facts["people"]),
        conditions=Conditions.read(facts["conditions"]), legal_basis=facts["legal_basis"],
        reference=facts["reference"], granted_at=moment, granted_until=decision.until,
        decided_by=decision.decided_by, match=decision.match, since=n, matched_at=n, pending=decision,
    )  # fmt: skip


def _decision(facts: Mapping[str, Any], n: int) -> Decision:
    return Decision(
        n, datetime.fromisoformat(facts["until"]), tuple(facts["decided_by"]), Match.read(facts["match"]),
        str(facts.get("reason", "")),
    )  # fmt: skip


def _permit_renewed(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    permit = state.permits[facts["permit"]]
    state.permits[permit.id] = replace(permit, pending=_decision(facts, n))


def _permit_confirmed(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    """The last of those named makes a grant active, or gives a permit its new end."""
    permit = state.permits[facts["permit"]]
    if permit.pending is None:
        raise AssertionError("what is not pending cannot be confirmed")
    decision = replace(permit.pending, confirmed_by=(*permit.pending.confirmed_by, actor))
    if decision.awaits:
        state.permits[permit.id] = replace(permit, pending=decision)
        return
    state.permits[permit.id] = replace(
        permit, granted_until=decision.until, decided_by=decision.decided_by, match=decision.match,
        matched_at=decision.since, reason=decision.reason or permit.reason, pending=None,
        state="active" if permit.state == "proposed" else permit.state,
    )  # fmt: skip


def _stand(state: State, facts: Mapping[str, Any], standing: Standing) -> None:
    permit = state.permits.get(facts["permit"])
    if permit is not None and permit.state in LIVING:
        state.permits[permit.id] = replace(permit, state=standing, reason=str(facts.get("reason", "")))


def _permit_suspended(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    _stand(state, facts, "suspended")


def _permit_resumed(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    permit = state.permits[facts["permit"]]
    _stand(state, facts, "active" if permit.is_confirmed else "proposed")


def _permit_revoked(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    _stand(state, facts, "revoked")


def _permit_expired(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    _stand(state, facts, "expired")


def _training_certified(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.trained_until[facts["permit"], facts["person"]] = datetime.fromisoformat(facts["until"])


def _agreement_signed(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.signed[facts["permit"], facts["person"]] = facts["reference"]


def _token_issued(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.tokens[facts["token"]] = Token(
        facts["token"], facts["sha256"], facts["person"], facts["permit"], frozenset(facts["scopes"]), actor,
        datetime.fromisoformat(facts["until"]),
    )  # fmt: skip


def _token_revoked(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    token = state.tokens.get(facts["token"])
    if token is not None:
        state.tokens[token.id] = replace(token, revoked=True)


def _workspace_opened(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    """A room holds one extract: what another permit of the project opened is no longer there."""
    if "extract" in facts["gives"]:
        for other in state.permits_opened(facts["project"]):
            del state.opened[other.id]
    state.opened[facts["permit"]] = facts


def _permit_surrendered(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    _stand(state, facts, "surrendered")


def _workspace_closed(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    for permit_id, opened in list(state.opened.items()):
        if opened["project"] == facts["project"]:
            del state.opened[permit_id]
            state.shut[permit_id] = "closed"
    state.keep_until[facts["project"]] = datetime.fromisoformat(facts["keep_until"])


def _workspace_destroyed(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    project = facts["project"]
    del state.keep_until[project]
    state.shut |= {name: "destroyed" for name in state.shut if state.permits[name].project == project}
    state.destroyed_jobs |= {(project, number) for number in facts["jobs"]}


def _releases_declared_apart(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.declared_apart[n] = actor


def _releases_confirmed_apart(state: State, facts: Mapping[str, Any], n: int, actor: str, moment: datetime) -> None:
    state.confirmed_apart[facts["entry"]] = actor


_APPLY = {
    "role_given": _role_given, "role_taken": _role_taken, "affiliation_set": _affiliation_set,
    "dataset_use_set": _dataset_use_set, "permit_granted": _permit_granted, "permit_renewed": _permit_renewed,
    "permit_confirmed": _permit_confirmed,
    "permit_suspended": _permit_suspended, "permit_resumed": _permit_resumed, "permit_revoked": _permit_revoked,
    "permit_expired": _permit_expired, "training_certified": _training_certified,
    "agreement_signed": _agreement_signed, "token_issued": _token_issued, "token_revoked": _token_revoked,
    "workspace_opened": _workspace_opened, "workspace_closed": _workspace_closed,
    "workspace_destroyed": _workspace_destroyed, "permit_surrendered": _permit_surrendered,
    "releases_declared_apart": _releases_declared_apart, "releases_confirmed_apart": _releases_confirmed_apart,
}  # fmt: skip

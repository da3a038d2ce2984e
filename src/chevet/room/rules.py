"""Who may use a permit now, who may check what comes out, and what is missing when they may not.

Each rule yields every missing fact, and who can supply it, so that people are told once. Who may enter which event is
told in `moves`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chevet.room import events
from chevet.room.purposes import Use
from chevet.room.refusals import NotPermitted
from chevet.room.state import Permit, State, last_day


@dataclass(frozen=True)
class Missing:
    """A fact that is not there, and who can supply it."""

    fact: str
    who: str


def refuse(what: str, missing: Sequence[Missing]) -> None:
    """Raise NotPermitted (Refused) with every missing fact at once, when there is one."""
    if missing:
        acts = list(dict.fromkeys(f"{m.who}." for m in missing))
        raise NotPermitted(f"{what}: " + "; ".join(m.fact for m in missing), next_act=" ".join(acts))


def missing_to_use(state: State, permit_id: str, person: str, act: str, moment: datetime) -> list[Missing]:
    """Everything that keeps this person from this act under this permit now.

    act   `open`, or a scope: `ask`, `run`, `release`
    """
    found = state.permits.get(permit_id)
    if found is None or person not in found.people:
        return [on_no_permit(person, permit_id)]
    permit = found.at(moment)
    return [
        *standing(permit), *_purpose_still_allowed(state, permit), *_person_ready(state, permit, person, moment),
        *_act_allowed(state, permit, act),
    ]  # fmt: skip


OFFICES = ("steward", "committee", "checker", "key_holder", "auditor", "dpo")


def in_office(state: State, person: str) -> bool:
    """Whether this person holds an office of the room, and so is told of every permit."""
    return any(state.has(person, role) for role in OFFICES)


def is_told_of(state: State, person: str, permit_id: str) -> bool:
    """Whether this person may know if there is such a permit."""
    found = state.permits.get(permit_id)
    return in_office(state, person) or (found is not None and person in found.people)


def on_no_permit(person: str, permit_id: str) -> Missing:
    """One answer for a permit that does not name this person and for none: nobody learns from it that one exists."""
    named = f"permit {permit_id}" if events.is_permit(permit_id) else "permit of that id"
    who = "The committee grants permits, and names their people: chevet room permit grant --help"
    return Missing(f"{person} is on no {named}", who)


def missing_to_check(state: State, checker: str, permit: Permit, author: str) -> list[Missing]:
    """Everything that keeps this checker from judging what this author wants to take out under this permit."""
    found = []
    if not state.has(checker, "checker"):
        found.append(Missing(f"{checker} is no checker", f"A steward can appoint: {give('checker', checker)}"))
    if checker == author or checker in permit.people:
        found.append(Missing(f"{checker} belongs to the team of permit {permit.id}", _OTHER_CHECKER))
    theirs = state.organisations.get(checker)
    if theirs is None:
        found.append(Missing(f"nobody has said for whom {checker} works", _affiliate(checker)))
    for person in sorted({author, *permit.people} - {checker}):
        if person not in state.organisations:
            found.append(Missing(f"nobody has said for whom {person} works", _affiliate(person)))
        elif theirs and events.organisation_key(state.organisations[person]) == events.organisation_key(theirs):
            found.append(Missing(f"{checker} works for the same organisation as {person}", _OTHER_CHECKER))
    return found


_OTHER_CHECKER = "Ask a checker of another team and organisation: chevet room role list"


def _affiliate(person: str) -> str:
    return f'A steward can say so: chevet room role affiliate {person} "Institut A"'


def give(role: str, person: str) -> str:
    """The command that gives a role."""
    return f"chevet room role give {person} {role}"


_NEW_PERMIT = "The committee can grant a new one: chevet room permit grant --help"


def standing(permit: Permit) -> Iterator[Missing]:
    """What keeps a permit, as it stands now, from being used: that it is not active."""
    if permit.state == "expired":
        yield Missing(f"permit {permit.id} ended on {permit.last_day}", _NEW_PERMIT)
    elif permit.state == "revoked":
        yield Missing(f"permit {permit.id} was revoked", _NEW_PERMIT)
    elif permit.state == "surrendered":
        yield Missing(f"permit {permit.id} was surrendered", _NEW_PERMIT)
    elif permit.state == "proposed" and permit.pending is not None:
        yield Missing(
            f"permit {permit.id} is not confirmed yet by {', '.join(permit.pending.awaits)}",
            f"Each confirms it under their own account: chevet room permit confirm {permit.id}",
        )
    elif permit.state == "suspended":
        resume = f"A steward can lift that: chevet room permit resume {permit.id} --reason WORDS"
        yield Missing(f"permit {permit.id} is suspended", resume)


def closed_for_good(permit: Permit) -> Missing:
    """A room that was closed is not opened again under the same permit."""
    return Missing(f"the room of permit {permit.id} was closed for good", _NEW_PERMIT)


def _purpose_still_allowed(state: State, permit: Permit) -> Iterator[Missing]:
    _, set_at = state.uses.get(permit.study, (None, 0))
    if set_at <= permit.matched_at:
        return
    now = state.match_of(Use.of(permit.purpose, permit.tumour_types), permit.study)
    if now.answer != "yes":
        yield Missing(
            f"what {permit.study} may be used for was changed, and the purpose of permit {permit.id} "
            + ("no longer lies within it" if now.answer == "no" else "must be looked at anew"),
            f"The committee can look, and renew it: chevet room permit renew {permit.id} --looked-at WORDS",
        )


def _person_ready(state: State, permit: Permit, person: str, moment: datetime) -> Iterator[Missing]:
    if not state.has(person, "researcher"):
        yield Missing(f"{person} is not accredited as a researcher", f"A steward can: {give('researcher', person)}")
    trained = state.trained_until.get((permit.id, person))
    if trained is None or moment >= trained:
        said = "is not certified" if trained is None else f"ended on {last_day(trained)}"
        yield Missing(
            f"the training of {person} {said}",
            f"A steward enters it: chevet room permit train {permit.id} {person} --until DAY --reference WORDS",
        )
    if (permit.id, person) not in state.signed:
        yield Missing(
            f"{person} has not signed the data agreement",
            f"A steward enters it: chevet room permit sign {permit.id} {person} --reference WORDS",
        )


def _act_allowed(state: State, permit: Permit, act: str) -> Iterator[Missing]:
    conditions = permit.conditions
    if act == "ask" and not conditions.answers:
        yield Missing(f"permit {permit.id} gives no answers to questions", _NEW_CONDITIONS)
    if act in ("run", "release") and not conditions.run:
        yield Missing(f"permit {permit.id} lets no program run", _NEW_CONDITIONS)
    elif act in ("run", "release") and permit.id in state.shut:
        yield closed_for_good(permit)
    elif act in ("run", "release") and permit.id not in state.opened:
        yield Missing(
            f"the room was not opened under permit {permit.id}",
            f"A steward opens it: chevet room open --permit {permit.id} --release FOLDER",
        )


_NEW_CONDITIONS = "The committee can grant a permit with other conditions: chevet room permit grant --help"

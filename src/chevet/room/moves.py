"""Which event may be entered by whom, and what is missing when it may not: one rule per event.

The same rules are asked when an event is to be written and when it is read back, so that an event put into the ledger
past them gives nothing. Nobody decides on what concerns them; nobody grants alone; who holds keys reads no extract;
who audits changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from chevet.room import events, rules
from chevet.room.purposes import Match, Use
from chevet.room.rules import Missing
from chevet.room.state import LIVING, Permit, State

TOKEN_AT_MOST = timedelta(hours=12)
# Roles that one person never holds together: (one, others).
APART: dict[str, frozenset[str]] = {
    "auditor": frozenset({"steward", "committee", "checker", "key_holder", "researcher", "dpo"}),
    "key_holder": frozenset({"researcher"}),
    "dpo": frozenset({"steward", "researcher"}),
}
# What takes a right away counts whoever entered it: a doubtful end is an end.
ENDINGS: dict[str, str] = {
    "role_taken": "person", "permit_suspended": "permit", "permit_revoked": "permit", "permit_expired": "permit",
    "permit_surrendered": "permit",
    "token_revoked": "token",
}  # fmt: skip


def counts(state: State, act: str, facts: Mapping[str, Any], *, actor: str, moment: datetime) -> bool:
    """Whether this event, found in the ledger, changes anything."""
    if act in ENDINGS:
        return isinstance(facts.get(ENDINGS[act]), str) and (act != "role_taken" or _can_be_taken(state, facts))
    return not events.problems(act, facts) and not missing_for(state, act, facts, actor=actor, moment=moment)


def missing_for(state: State, act: str, facts: Mapping[str, Any], *, actor: str, moment: datetime) -> list[Missing]:
    """Everything that keeps this actor from entering this event now; the facts have their form."""
    return list(_RULES[act](state, facts, actor, moment))


def missing_to_a_stranger(state: State, permit_id: str, actor: str) -> list[Missing]:
    """What keeps somebody from doing anything to a permit that they are not told of: the same whether there is one."""
    return [*_steward(state, actor), rules.on_no_permit(actor, permit_id)]


def _can_be_taken(state: State, facts: Mapping[str, Any]) -> bool:
    """Any role, but not the last steward's: nobody could appoint anybody any more."""
    return isinstance(facts.get("role"), str) and (
        facts["role"] != "steward" or state.holders("steward") != [facts["person"]]
    )


def _steward(state: State, actor: str, *about: str) -> Iterator[Missing]:
    """The actor is a steward, and not one of those whom this is about."""
    if not state.has(actor, "steward"):
        stewards = (
            ", ".join(state.holders("steward"))
            or f"nobody yet; the first appoints themself: {rules.give('steward', actor)}"
        )
        yield Missing(f"{actor} is not a steward", f"Stewards are: {stewards}")
    if actor in about:
        yield Missing(
            f"{actor} cannot decide on what concerns {actor}", f"Ask another steward: {_who(state, 'steward', actor)}"
        )


def _who(state: State, role: str, *but: str) -> str:
    """Who holds a role, besides these, by name."""
    return ", ".join(sorted(set(state.holders(role)) - set(but))) or f"nobody yet; chevet room role give PERSON {role}"


def _permit_of(state: State, facts: Mapping[str, Any], moment: datetime) -> Permit | None:
    found = state.permits.get(facts["permit"])
    return found.at(moment) if found else None


def _unknown(permit_id: str) -> Missing:
    return Missing(f"there is no permit {permit_id}", "See which there are: chevet room permit list")


def _role_given(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    person, role = facts["person"], facts["role"]
    if facts.get("bootstrapped"):
        if state.had_steward or role != "steward" or person != actor:
            yield Missing("only the first steward appoints themself", f"Ask a steward: {_who(state, 'steward', actor)}")
        return
    yield from _steward(state, actor, person)
    if state.has(person, role):
        yield Missing(f"{person} is {role} already", "Nothing needs to be done")
    for other in sorted(state.roles.get(person, ())):
        if other in APART.get(role, ()) or role in APART.get(other, ()):
            yield Missing(
                f"{person} is {other}, and nobody is {other} and {role}",
                f"A steward can take the other role first: chevet room role take {person} {other} --reason WORDS",
            )
    if role in ("key_holder", "auditor", "dpo"):
        for permit_id in state.permits_of(person, moment):
            yield Missing(
                f"{person} is on permit {permit_id}, and a {role} is on none",
                f"Appoint somebody else: chevet room role give PERSON {role}",
            )


def _role_taken(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    person, role = facts["person"], facts["role"]
    yield from _steward(state, actor)
    if not state.has(person, role):
        yield Missing(f"{person} is not {role}", "Nothing needs to be done")
    elif role == "steward" and len(state.holders("steward")) == 1:
        yield Missing(
            f"{person} is the last steward", "Appoint another steward first: chevet room role give PERSON steward"
        )


def _affiliation_set(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    yield from _steward(state, actor, facts["person"])


def _dataset_use_set(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    yield from _steward(state, actor)


def _permit_granted(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    people = facts["people"]
    yield from _steward(state, actor, *people)
    if facts["permit"] in state.permits:
        yield Missing(f"there is a permit {facts['permit']} already", "Choose another: --id ID; or leave --id out")
    yield from _decided(state, facts["decided_by"], people, actor)
    yield from _end_ahead(facts["until"], moment)
    purpose = Use.of(facts["purpose"], facts["tumour_types"])
    yield from _matched(state.match_of(purpose, facts["study"]), facts)
    for person in people:
        yield from _may_be_named(state, person)


def _may_be_named(state: State, person: str) -> Iterator[Missing]:
    if not state.has(person, "researcher"):
        yield Missing(
            f"{person} is not accredited as a researcher", f"A steward can: {rules.give('researcher', person)}"
        )
    for role in ("key_holder", "auditor", "dpo"):
        if state.has(person, role):
            yield Missing(f"{person} is {role}, and a {role} is on no permit", f"Leave out --person {person}")


def _decided(state: State, deciders: Iterable[str], people: Iterable[str], actor: str) -> Iterator[Missing]:
    """Two members of the committee besides whoever enters it, none of them on the permit."""
    for person in deciders:
        if not state.has(person, "committee"):
            yield Missing(
                f"{person} is not of the committee", f"A steward can appoint: {rules.give('committee', person)}"
            )
        if person in people:
            yield Missing(
                f"{person} cannot decide on a permit that names {person}",
                f"Others of the committee: {_who(state, 'committee', *people)}",
            )
        giver, _ = state.given.get((person, "committee"), ("", 0))
        if giver in people:
            yield Missing(
                f"{person} was appointed to the committee by {giver}, whom the permit names",
                f"Others of the committee: {_who(state, 'committee', *people)}",
            )
    if len(set(deciders) - {actor}) < 2:
        yield Missing(
            "fewer than two people decided besides whoever enters it",
            "Name two of the committee besides yourself: --decided-by PERSON --decided-by PERSON",
        )


def _end_ahead(until: str, moment: datetime) -> Iterator[Missing]:
    if datetime.fromisoformat(until) <= moment:
        yield Missing("its end lies in the past", "Give a last day that is to come: --until DAY")


def _matched(now: Match, facts: Mapping[str, Any]) -> Iterator[Missing]:
    if now.answer == "no":
        reasons = ", ".join(code for code, answer in now.reasons if answer == "no")
        yield Missing(
            f"the purpose does not lie within what the dataset may be used for ({reasons})",
            "Change the purpose (--purpose), or what the study may be used for: chevet room permit use",
        )
    elif now.answer == "person" and not facts.get("looked_at"):
        reasons = ", ".join(code for code, _ in now.reasons)
        yield Missing(
            f"a person must look at the purpose ({reasons})", "The committee looks, and says why: --looked-at WORDS"
        )
    if Match.read(facts["match"]) != now:
        yield Missing("the match told is not the one found", "Match the purpose anew")


def _permit_renewed(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    permit = _permit_of(state, facts, moment)
    yield from _steward(state, actor, *(permit.people if permit else ()))
    if permit is None:
        yield _unknown(facts["permit"])
        return
    yield from rules.standing(permit)
    yield from _decided(state, facts["decided_by"], permit.people, actor)
    yield from _end_ahead(facts["until"], moment)
    yield from _matched(state.match_of(Use.of(permit.purpose, permit.tumour_types), permit.study), facts)


def missing_to_confirm(state: State, permit_id: str, actor: str, moment: datetime) -> Iterator[Missing]:
    """Everything that keeps this member of the committee from confirming what a steward entered in their name."""
    found = state.permits.get(permit_id)
    if found is None:
        yield _unknown(permit_id)
        return
    permit = found.at(moment)
    giver, given_at = state.given.get((actor, "committee"), ("", 0))
    if not state.has(actor, "committee"):
        yield Missing(f"{actor} is not of the committee", f"A steward can appoint: {rules.give('committee', actor)}")
    if permit.state not in LIVING:
        yield from rules.standing(permit)
    elif permit.pending is None:
        yield Missing(f"nothing of permit {permit.id} waits to be confirmed", "Nothing needs to be done")
    elif actor not in permit.pending.decided_by:
        yield Missing(
            f"{actor} is not named among those who decided on permit {permit.id}",
            f"Those named confirm it: {', '.join(permit.pending.awaits)}",
        )
    elif actor in permit.pending.confirmed_by:
        yield Missing(f"{actor} has confirmed this already", f"Those who have not: {', '.join(permit.pending.awaits)}")
    elif given_at > permit.pending.since:
        yield Missing(
            f"{actor} was appointed by {giver} after permit {permit.id} was entered", "A steward enters it anew"
        )


def _permit_confirmed(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    yield from missing_to_confirm(state, facts["permit"], actor, moment)
    permit = state.permits.get(facts["permit"])
    if permit is not None and permit.pending is not None and permit.pending.since != facts["entry"]:
        yield Missing("what was read is not what waits to be confirmed", "Read the permit anew, then confirm it")
    if state.given.get((actor, "committee"), ("", 0))[0] != facts["role_given_by"]:
        yield Missing("the person told to have appointed is not the one who did", "Confirm it anew")


def _permit_stopped(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    permit = _permit_of(state, facts, moment)
    if not state.has(actor, "committee"):
        yield from _steward(state, actor)
    if permit is None:
        yield _unknown(facts["permit"])
        return
    if actor in permit.people:
        yield Missing(
            f"{actor} cannot decide on what concerns {actor}", f"Ask another steward: {_who(state, 'steward', actor)}"
        )
    if permit.state not in LIVING:
        yield from rules.standing(permit)


def _permit_resumed(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    permit = _permit_of(state, facts, moment)
    yield from _steward(state, actor, *(permit.people if permit else ()))
    if permit is None:
        yield _unknown(facts["permit"])
    elif permit.state == "active":
        yield Missing(f"permit {permit.id} is not suspended", "Nothing needs to be done")
    elif permit.state != "suspended":
        yield from rules.standing(permit)


def _permit_expired(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    permit = state.permits.get(facts["permit"])
    if permit is None:
        yield _unknown(facts["permit"])
    elif permit.state not in LIVING:
        yield Missing(f"permit {permit.id} has ended already", "Nothing needs to be done")
    elif moment < permit.granted_until:
        yield Missing(
            f"permit {permit.id} has not come to its end",
            f"A steward can end it before: chevet room permit revoke {permit.id} --reason WORDS",
        )


def _about_a_person(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    permit = _permit_of(state, facts, moment)
    yield from _steward(state, actor, *(permit.people if permit else ()))
    if permit is None:
        yield _unknown(facts["permit"])
    elif facts["person"] not in permit.people:
        yield Missing(f"{facts['person']} is not on permit {permit.id}", f"Those on it: {', '.join(permit.people)}")


def _training_certified(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    yield from _about_a_person(state, facts, actor, moment)
    yield from _end_ahead(facts["until"], moment)


def _token_issued(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    permit = state.permits.get(facts["permit"])
    yield from _steward(state, actor, facts["person"], *(permit.people if permit else ()))
    if facts["token"] in state.tokens or any(t.sha256 == facts["sha256"] for t in state.tokens.values()):
        yield Missing("this token was issued before", "Issue a new one")
    for scope in facts["scopes"]:
        yield from rules.missing_to_use(state, facts["permit"], facts["person"], scope, moment)
    until = datetime.fromisoformat(facts["until"])
    if not moment < until <= moment + TOKEN_AT_MOST:
        yield Missing("a token lives for at most 12 hours", "Ask for at most 720: --minutes 720")


def _token_revoked(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    token = state.tokens.get(facts["token"])
    if token is None or token.person != actor:
        yield from _steward(state, actor)
    if token is None:
        yield Missing("there is no such token", "See which there are: chevet room token list")
    elif token.revoked:
        yield Missing(f"token {token.id} was revoked already", "Nothing needs to be done")


def _workspace_opened(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    permit = _permit_of(state, facts, moment)
    yield from _steward(state, actor, *(permit.people if permit else ()))
    if permit is None:
        yield _unknown(facts["permit"])
        return
    for person in permit.people:
        yield from rules.missing_to_use(state, permit.id, person, "open", moment)
    if permit.id in state.shut:
        yield rules.closed_for_good(permit)
    if permit.project in state.keep_until:
        yield Missing(
            f"what the closed room of {permit.project} held is not destroyed yet",
            f"A steward destroys it: chevet room close --project {permit.project}",
        )
    for other in state.permits_opened(permit.project):
        if other.id != permit.id and other.study != permit.study and other.at(moment).state in LIVING:
            yield Missing(
                f"the room of {permit.project} holds what permit {other.id} gives, of another study",
                "One project works on one extract: grant with another --project, or end that permit: "
                f"chevet room permit revoke {other.id} --reason WORDS",
            )


def _workspace_closed(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    """A steward closes a room, or those who work in it; how long a closed room is kept is a steward's to change."""
    project = facts["project"]
    permits = [state.permits[name] for name, opened in state.opened.items() if opened["project"] == project]
    if not permits and project not in state.keep_until:
        yield Missing(f"no room of {project} is open", "See which are: chevet room permit list")
    theirs = bool(permits) and project not in state.keep_until and all(actor in permit.people for permit in permits)
    if not theirs and not state.has(actor, "steward"):
        yield Missing(
            f"{actor} is neither a steward nor named by every permit under which the room of {project} is open",
            f"Ask a steward: {_who(state, 'steward')}",
        )


def _workspace_destroyed(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    project = facts["project"]
    people = {person for name in state.shut for person in state.permits[name].people
              if state.permits[name].project == project}  # fmt: skip
    yield from _steward(state, actor, *people)
    if project not in state.keep_until:
        close = f"chevet room close --project {project} --reason WORDS --destroy-from DAY"
        yield Missing(f"the room of {project} is not closed", f"Close it first: {close}")
    elif moment < state.keep_until[project]:
        day = state.keep_until[project].date().isoformat()
        yield Missing(f"what the room of {project} held is kept until {day}", "Type this again on that day")


def _permit_surrendered(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    permit = _permit_of(state, facts, moment)
    if permit is None or actor not in permit.people:
        revoke = f"chevet room permit revoke {facts['permit']} --reason WORDS"
        yield Missing(f"{actor} is on no permit {facts['permit']}", f"A steward can end it: {revoke}")
    elif permit.state not in LIVING:
        yield from rules.standing(permit)


def _releases_declared_apart(state: State, facts: Mapping[str, Any], actor: str, moment: datetime) -> Iterator[Missing]:
    """Whoever makes a release may say it: alone it changes nothing."""
    return iter(())


def missing_to_confirm_apart(state: State, entry: int, actor: str) -> Iterator[Missing]:
    """Everything that keeps this person from confirming that two tables are of different people."""
    see = "See which wait: chevet privacy apart list"
    giver, given_at = state.given.get((actor, "committee"), ("", 0))
    if not state.has(actor, "committee"):
        yield Missing(f"{actor} is not of the committee", f"A steward can appoint: {rules.give('committee', actor)}")
    elif given_at > entry:
        yield Missing(f"{actor} was appointed by {giver} after entry {entry}", "Whoever declared it declares it anew")
    if entry not in state.declared_apart:
        yield Missing(f"entry {entry} declares nothing of two tables", see)
    elif state.declared_apart[entry] == actor:
        others = _who(state, "committee", actor)
        yield Missing(f"{actor} declared it, and another person confirms it", f"Others of the committee: {others}")
    elif entry in state.confirmed_apart:
        yield Missing(f"entry {entry} was confirmed by {state.confirmed_apart[entry]}", "Nothing needs to be done")


def _releases_confirmed_apart(
    state: State, facts: Mapping[str, Any], actor: str, moment: datetime
) -> Iterator[Missing]:
    yield from missing_to_confirm_apart(state, facts["entry"], actor)
    if state.given.get((actor, "committee"), ("", 0))[0] != facts["role_given_by"]:
        yield Missing("the person told to have appointed is not the one who did", "Confirm it anew")


_RULES = {
    "role_given": _role_given, "role_taken": _role_taken, "affiliation_set": _affiliation_set,
    "dataset_use_set": _dataset_use_set, "permit_granted": _permit_granted, "permit_renewed": _permit_renewed,
    "permit_confirmed": _permit_confirmed,
    "permit_suspended": _permit_stopped, "permit_revoked": _permit_stopped, "permit_resumed": _permit_resumed,
    "permit_expired": _permit_expired, "training_certified": _training_certified,
    "agreement_signed": _about_a_person, "token_issued": _token_issued, "token_revoked": _token_revoked,
    "workspace_opened": _workspace_opened, "workspace_closed": _workspace_closed,
    "workspace_destroyed": _workspace_destroyed, "permit_surrendered": _permit_surrendered,
    "releases_declared_apart": _releases_declared_apart, "releases_confirmed_apart": _releases_confirmed_apart,
}  # fmt: skip

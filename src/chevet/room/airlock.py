"""The airlock: what a job wants to take out, from its run to its release, as a run of ledger events.

The states and moves are those of a release: draft, submitted, one review, two reviews, then released, refused or
withdrawn; returned to its author in between. Where a case stands is folded from the events, never stored. An event
that does not follow from the state before it, or whose actor may not do it, counts for nothing.

Two checkers look, independently: neither is the author, nor of the author's team or organisation, nor the other
one. What the automatic checks refuse stays inside whatever they say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from chevet.errors import BadInput, Refused
from chevet.room.book import Book
from chevet.room.jobs import Job, Jobs, locked
from chevet.room.people import People
from chevet.room.permits import Permit, Permits
from chevet.room.refusals import LimitReached
from chevet.store.following import Follower
from chevet.store.lake import Lake

JOB_STARTED, JOB_RUN, SUBMITTED = "job_started", "job_run", "output_submitted"
CHECKED, RETURNED = "output_checked", "output_returned"
LOOKED_AT = "output_looked_at"
REFUSED, RELEASED, WITHDRAWN = "output_refused", "output_released", "output_withdrawn"
EVENTS = (JOB_STARTED, JOB_RUN, SUBMITTED, CHECKED, RETURNED, REFUSED, RELEASED, WITHDRAWN)
State = Literal["draft", "submitted", "one_review", "two_reviews", "returned", "refused", "released", "withdrawn"]
WORDS_AT_MOST = 2000
RUNS_PER_DAY = 20
_OF_A_RUN = {
    "project",
    "job",
    "permit",
    "study",
    "person",
    "program_sha256",
    "data_sha256",
    "ended",
    "left",
    "outputs_sha256",
}

# The move that each event makes: from which states, to which. A check moves on to the next review.
MOVES: dict[str, tuple[tuple[State, ...], State]] = {
    SUBMITTED: (("draft", "returned"), "submitted"),
    CHECKED: (("submitted", "one_review"), "one_review"),
    RETURNED: (("submitted", "one_review", "two_reviews"), "returned"),
    REFUSED: (("two_reviews",), "refused"),
    RELEASED: (("two_reviews", "released"), "released"),
    WITHDRAWN: (("draft", "returned"), "withdrawn"),
}


@dataclass(frozen=True)
class Opinion:
    """What one checker found. `accepted` names the flags that the checker saw, and lets pass."""

    checker: str
    approves: bool
    reason: str
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A job's outputs on their way out. `entry` is the number of the last event; `facts` those of its run."""

    facts: Mapping[str, Any]
    at: str
    state: State = "draft"
    context: str = ""
    opinions: tuple[Opinion, ...] = ()
    reason: str = ""
    entry: int = 0
    released: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        return f"{self.facts['project']}/{self.facts['job']}"

    @property
    def author(self) -> str:
        return str(self.facts["person"])

    @property
    def approved(self) -> bool:
        return len(self.opinions) == 2 and all(o.approves for o in self.opinions)

    @property
    def accepted(self) -> frozenset[str]:
        """The flags that both checkers accepted by name."""
        both = [set(o.accepted) for o in self.opinions if o.approves]
        return frozenset(set.intersection(*both)) if len(both) == 2 else frozenset()

    def as_json(self) -> dict[str, Any]:
        return {
            "job": self.id, "state": self.state, "author": self.author, "permit": self.facts["permit"],
            "study": self.facts["study"], "run_at": self.at, "context": self.context, "reason": self.reason,
            "left": self.facts["left"] is True, "opinions": [vars(o) for o in self.opinions],
        }  # fmt: skip


class Airlock:
    """The cases of one installation, read from the ledger at every question."""

    def __init__(self, lake: Lake, book: Book | None = None) -> None:
        self.lake = lake
        self.book = book or Book(lake.ledger)
        self.permits = Permits(lake.ledger, book=self.book)
        self.people = People(lake.ledger, book=self.book)
        self.jobs = Jobs(lake.home)
        self._follower = Follower(lake.ledger, EVENTS)
        self._cases: dict[str, Case] = {}
        self._started: Counter[tuple[str, str]] = Counter()

    def cases(self) -> list[Case]:
        """Every case, the oldest first, as the ledger tells it at this moment."""
        for noticed in self._follower.fresh():
            entry = noticed.entry
            name = f"{entry.facts.get('project')}/{entry.facts.get('job')}"
            before = self._cases.get(name)
            if entry.act == JOB_STARTED:
                self._started[str(entry.facts.get("permit")), noticed.at[:10]] += 1
            elif entry.act == JOB_RUN and before is None and entry.facts.keys() >= _OF_A_RUN:
                self._cases[name] = Case(entry.facts, entry.at, entry=entry.n)
            elif entry.act != JOB_RUN and before is not None:
                after = moved(before, entry.act, entry.actor, entry.facts)
                self._cases[name] = replace(after, entry=entry.n) if after else before
        return list(self._cases.values())

    def case(self, job_id: str) -> Case:
        """The case of a job, by `<project>/<number>`. Raises BadInput where there is none."""
        for case in self.cases():
            if case.id == job_id:
                return case
        raise BadInput("there is no job of that name", next_act="See which there are: chevet room check list --all")

    def job(self, case: Case) -> Job:
        """The job of a case, as it is kept. Raises Refused where it was destroyed with its room."""
        with self.book.now() as (state, _):
            gone = (case.facts["project"], case.facts["job"]) in state.destroyed_jobs
        if gone:
            raise Refused(
                f"job {case.id} was destroyed when the room of {case.facts['project']} was closed",
                next_act="The ledger keeps its hashes: chevet ledger show --act workspace_destroyed",
            )
        return self.jobs.read(case.facts)

    def enter_start(self, permit: Permit, author: str, number: int, program_sha256: str, data_sha256: str) -> None:
        """Enter that a program starts now; one that is stopped from outside has been run, too.

        Raises LimitReached when as many were started under this permit today (UTC) as its limit allows, 20 unless it
        says another.
        """
        most = permit.conditions.may_ask.get("runs_per_day", RUNS_PER_DAY)
        with locked(self.jobs.folder(permit.project) / "lock"):
            self.cases()
            with self.book.now() as (_, moment):
                today = moment.date().isoformat()
            if self._started[permit.id, today] >= most:
                raise LimitReached(
                    f"permit {permit.id} allows {most} runs a day, and so many were started today",
                    next_act="Try the program on made-up data meanwhile (--dummy), as often as you like.",
                )
            self.lake.ledger.append(
                JOB_STARTED, actor=author, project=permit.project, job=number, permit=permit.id, study=permit.study,
                person=author, program_sha256=program_sha256, data_sha256=data_sha256,
            )  # fmt: skip

    def submit(self, case: Case, context: str) -> Case:
        """The author asks for a release, and says what the outputs are.

        context   what each file shows, of how many patients, and what it is for; checkers read it first
        """
        self.require_author(case)
        self.permits.require(case.facts["permit"], case.author, "release")
        if case.facts["left"] is not True:
            raise BadInput(
                f"job {case.id} left no outputs",
                next_act="There is nothing to release: mend the program, and run it again.",
            )
        return self._enter(case, SUBMITTED, context=words(context, "what the outputs are", "--context"))

    def withdraw(self, case: Case) -> Case:
        """The author takes a draft back; its outputs stay inside for good."""
        self.require_author(case)
        return self._enter(case, WITHDRAWN)

    def give_opinion(self, case: Case, *, approves: bool, reason: str, accepted: Iterable[str] = ()) -> Case:
        """One checker's opinion. The second one that is not an approval refuses the release.

        accepted   the names of the flags that the checker saw: a file leaves once both accepted all of its flags
        """
        self._checker(case)
        facts = {"approves": approves, "reason": words(reason, "why", "--reason"), "accepted": sorted(set(accepted))}
        after = self._enter(case, CHECKED, **facts)
        if after.state == "two_reviews" and not after.approved:
            return self._enter(after, REFUSED, reason=words(reason, "why", "--reason"))
        return after

    def send_back(self, case: Case, reason: str) -> Case:
        """Back to the author, with what must be mended; opinions given so far are forgotten."""
        self._checker(case, again=True)
        return self._enter(case, RETURNED, reason=words(reason, "what must be mended", "--reason"))

    def require_may_look(self, case: Case) -> None:
        """Raise Refused unless whoever acts may check this case's outputs; nobody else sees them."""
        self._checker(case, again=True)

    def require_checkers(self, case: Case) -> None:
        """Raise Refused unless both who approved may still check this author's outputs."""
        permit = self.permits.get(case.facts["permit"])
        for opinion in case.opinions:
            self.people.require_checker(opinion.checker, permit, case.author)

    def require_author(self, case: Case) -> None:
        """Raise Refused unless whoever acts is the author of this job."""
        if self.lake.ledger.actor != case.author:
            raise Refused(
                f"job {case.id} is somebody else's",
                next_act=f"Whoever ran it can: chevet room release --job {case.facts['job']}",
            )

    def _checker(self, case: Case, *, again: bool = False) -> None:
        permit = self.permits.get(case.facts["permit"])
        self.people.require_checker(self.lake.ledger.actor, permit, case.author)
        if not again and any(o.checker == self.lake.ledger.actor for o in case.opinions):
            raise Refused(
                f"{self.lake.ledger.actor} has given an opinion on job {case.id} already",
                next_act=f"Another checker gives the second: chevet room check show {case.id}",
            )

    def _enter(self, case: Case, act: str, **facts: Any) -> Case:
        """Enter a move, once it follows from the state; another program may have moved in between."""
        now = self.case(case.id)
        project, job = case.facts["project"], case.facts["job"]
        full = {"project": project, "job": job, "permit": case.facts["permit"], "study": case.facts["study"],
                "outputs_sha256": case.facts["outputs_sha256"], **facts}  # fmt: skip
        if now.entry != case.entry or moved(now, act, self.lake.ledger.actor, full) is None:
            raise Refused(
                f"job {case.id} is {now.state.replace('_', ' ')}: this cannot be done now",
                next_act=_see(case),
            )
        entry = self.lake.ledger.append(act, **full)
        after = self.case(case.id)
        if after.entry != entry.n:
            raise Refused(
                f"job {case.id} was moved by somebody else meanwhile",
                next_act=_see(case),
            )
        return after

    def enter_look(self, case: Case) -> None:
        """Enter that a checker took a copy of the outputs, to look at them."""
        self.require_may_look(case)
        self.lake.ledger.append(
            LOOKED_AT, project=case.facts["project"], job=case.facts["job"], permit=case.facts["permit"],
            study=case.facts["study"], outputs_sha256=case.facts["outputs_sha256"],
        )  # fmt: skip

    def enter_release(self, case: Case, outputs: Sequence[str], originals: Sequence[str]) -> Case:
        """Enter that these outputs (by hash) are handed over now, and by keyed hash what the program had written."""
        return self._enter(case, RELEASED, outputs=list(outputs), originals=list(originals))


def _see(case: Case) -> str:
    author = f"chevet room release --job {case.facts['job']}"
    return f"See where it stands. Its author: {author}; a checker: chevet room check show {case.id}"


def moved(case: Case, act: str, actor: str, facts: Mapping[str, Any]) -> Case | None:
    """The case after this event, or None where the event does not follow from where the case stands."""
    sources, target = MOVES[act]
    if case.state not in sources or facts.get("outputs_sha256") != case.facts["outputs_sha256"]:
        return None
    by_author = act in (SUBMITTED, WITHDRAWN, RELEASED)
    if by_author != (actor == case.author):
        return None
    if act == CHECKED:
        return _reviewed(case, actor, facts)
    if act == RELEASED and not case.approved:
        return None
    reason, context = str(facts.get("reason", "")), str(facts.get("context", case.context))
    opinions = () if act in (SUBMITTED, RETURNED) else case.opinions
    released = tuple(map(str, facts.get("outputs", ()))) if act == RELEASED else case.released
    return replace(case, state=target, reason=reason, context=context, opinions=opinions, released=released)


def _reviewed(case: Case, actor: str, facts: Mapping[str, Any]) -> Case | None:
    if any(o.checker == actor for o in case.opinions):
        return None
    accepted = tuple(map(str, facts.get("accepted", ())))
    opinion = Opinion(actor, facts.get("approves") is True, str(facts.get("reason", "")), accepted)
    state: State = "one_review" if case.state == "submitted" else "two_reviews"
    return replace(case, state=state, opinions=(*case.opinions, opinion))


def words(text: str, what: str, option: str) -> str:
    """Words for the ledger, as they came with an option. Raises BadInput where there are none, or too many."""
    said = " ".join(text.split())
    if not said or len(said) > WORDS_AT_MOST or not said.isprintable():
        raise BadInput(
            f"{what} must be said, in 1 to {WORDS_AT_MOST} signs",
            next_act=f"Say it: {option} WORDS, on one line, never about a patient.",
        )
    return said

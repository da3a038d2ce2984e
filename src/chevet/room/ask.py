"""The door of the data room's questions: who asks, under which permit, in which mode, and what is written down.

Every question is an entry in the ledger before its answer is handed over: answered or refused, by whom,
under which permit, the definition in its one canonical text, and the reason of a refusal. Never a number.
"""

from __future__ import annotations

import fcntl
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from chevet.cohort import cohort as cohorts
from chevet.cohort.answer import Answer
from chevet.cohort.cohort import Cohort
from chevet.cohort.definition import parse
from chevet.cohort.nodes import Definition, Mutated
from chevet.cohort.truth import ThreeValued
from chevet.errors import BadInput, ChevetError
from chevet.privacy.keys import Keys
from chevet.room.account import counted, overlap
from chevet.room.account.forgotten import require_nothing_forgotten
from chevet.room.account.overlap import Past
from chevet.room.permits import Permits
from chevet.room.questions import answers, curves, frequencies, means, pairs
from chevet.room.questions.bounds import bounds_of
from chevet.room.questions.by_cube import FromCube
from chevet.room.questions.by_index import FromIndex
from chevet.room.questions.by_noise import FromNoise
from chevet.room.questions.cubes import PRICE, budget_of, open_cube, require_whole_journal
from chevet.room.questions.numbers import Asked
from chevet.room.questions.source import Source
from chevet.room.refusals import LimitReached, NotPermitted, TellsTooMuch, why_code
from chevet.room.tokens import Pass
from chevet.store.following import Follower
from chevet.store.lake import Lake
from chevet.store.ledger import make_private
from chevet.store.version import Version

QUESTION_ANSWERED, QUESTION_REFUSED = "room_question_answered", "room_question_refused"
Mode = Literal["cube", "checked", "noise"]
Facts = dict[str, Any]
MODES: tuple[Mode, ...] = ("cube", "checked", "noise")
POOL_AT_LEAST, SITES_AT_MOST = 1000, 20
PAIRS_OF = 12
PAID_FOR = ("count", "table", "mean", "sum")  # with fresh noise: one histogram or one pair of totals, paid for once
KINDS = ("count", "describe", "genes", "survival", "compare", "table", "cooccurrence", "mean", "sum")


@dataclass(frozen=True)
class Question:
    """What is asked. `how` holds what a kind needs besides: `by`, `genes`, `top`, `rows`, `columns`, `field`,
    `between`."""

    kind: str
    definition: Definition
    second: Definition | None = None
    how: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def read(kind: str, definition: str, second: str | None = None, **how: Any) -> Question:
        """A question from text. BadInput when a definition, or a bound, cannot be read."""
        if kind not in KINDS:
            raise BadInput(f"{kind} is no kind of question", next_act="Use one of: " + ", ".join(KINDS))
        if kind in means.OF_VALUES:  # the ledger keeps what the values were cut to, public bounds, too
            bounds = bounds_of(how.get("field", ""), how.get("between"))
            how["between"] = [bounds.low, bounds.high]
        return Question(kind, parse(definition), None if second is None else parse(second), how)

    def facts(self) -> dict[str, Any]:
        """The question as the ledger keeps it: canonical, so that one question has one text."""
        told: dict[str, Any] = {"kind": self.kind, "definition": str(self.definition)}
        if self.second is not None:
            told["second"] = str(self.second)
        return told | {name: value for name, value in sorted(self.how.items()) if value}


def ask(
    lake: Lake, permits: Permits, passed: Pass, study: str, question: Question, *, mode: Mode = "cube",
    version: int | None = None,
) -> Answer:  # fmt: skip
    """The answer to a question, for somebody whose token let them in.

    permits   asked once more just before the answer is entered: a permit that ended meanwhile stops it

    Raises Refused when the permit does not give this study, version or mode, or when the question would speak of
    a few people; CannotConclude when this mode cannot express it. Either is written down.
    """
    who = {"study": study, "mode": mode, "permit": passed.permit.id, "project": passed.permit.project}
    said = who | question.facts()
    with in_turn(lake, passed):
        try:
            require_given(passed, study, version, mode)
            require_questions_left(lake, permits, passed)
            opened = lake.open(study, passed.permit.version or version)
            said["version"] = opened.number
            answer = _ANSWERED[mode](lake, passed, opened, question, said)
            permits.require(passed.permit.id, passed.person, "ask")
        except ChevetError as error:
            told = {"reason": error.message, "why_code": why_code(error)}
            lake.ledger.append(QUESTION_REFUSED, actor=passed.person, **said, **told)
            raise
        lake.ledger.append(QUESTION_ANSWERED, actor=passed.person, **said)
    return answer


@contextmanager
def in_turn(lake: Lake, passed: Pass) -> Iterator[None]:
    """One question at a time under a permit that counts them, from the count to the entry that is counted next."""
    if not passed.permit.conditions.may_ask:
        yield
        return
    rooms = lake.home / "rooms"
    make_private(rooms)
    lock = os.open(rooms / f".asking-{passed.permit.id}", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def require_given(passed: Pass, study: str, version: int | None, mode: str) -> None:
    """Raise NotPermitted, with all that is missing, unless the permit gives this study, version and mode."""
    permit, missing = passed.permit, []
    if permit.study != study:
        missing.append(f"it is for study {permit.study}")
    if version is not None and permit.version not in (None, version):
        missing.append(f"it is for version {permit.version}")
    if mode not in permit.conditions.answers:
        missing.append(f"it does not allow the mode {mode}")
    if missing:
        raise NotPermitted(
            f"permit {permit.id} does not give this answer: {'; '.join(missing)}",
            next_act="Ask for what the permit gives, or ask a steward for another permit: chevet room permit show "
            + permit.id,
        )


def require_questions_left(lake: Lake, permits: Permits, passed: Pass) -> None:
    """Raise LimitReached when the permit sets a number of questions, in all or in a day, and so many were asked."""
    limits = passed.permit.conditions.may_ask
    if not limits:
        return
    asked = [
        noticed.at
        for noticed in Follower(lake.ledger, {QUESTION_ANSWERED, QUESTION_REFUSED}).fresh()
        if noticed.entry.facts.get("permit") == passed.permit.id
    ]
    with permits.book.now() as (_, moment):
        today = moment.date().isoformat()
    counted = {"questions": len(asked), "questions_per_day": sum(at.startswith(today) for at in asked)}
    spent = [
        f"{limits[name]} {name.replace('_', ' ')}" for name in counted if counted[name] >= limits.get(name, math.inf)
    ]
    if spent:
        raise LimitReached(
            f"permit {passed.permit.id} allows {' and '.join(spent)}, and they were asked",
            next_act="Wait until tomorrow (UTC) where the limit is of a day, or ask the committee for another permit: "
            "chevet room permit grant --limit NAME=NUMBER",
        )


def _asked(version: Version, question: Question, mode: Mode) -> Asked:
    return Asked(version.study, version.number, str(question.definition), mode, question.definition.notes)


def _from_cube(lake: Lake, passed: Pass, version: Version, question: Question, said: Facts) -> Answer:
    return made(FromCube(open_cube(lake, version)), _asked(version, question, "cube"), question)


def _checked(lake: Lake, passed: Pass, version: Version, question: Question, said: Facts) -> Answer:
    """One checked question at a time on a study: counted, considered, and written down whatever comes of it."""
    cohort = _anybody(lake, version)
    overlap.require_large_enough(cohort.index.n_patients, version.study)
    folder = questions_folder(lake, version)
    with Past.locked(folder, cohort.index.n_patients) as past:
        require_nothing_forgotten(folder, lake.ledger, version.study, version.number, QUESTION_ANSWERED)
        require_sites(folder, passed, question, cohort)
        counted.count_question(folder, passed.permit.project)
        key = Keys.of(lake).installation("rounding_of_answers")
        source = FromIndex(cohort.index, _truth_of(cohort), past, key, f"{version.study} {version.number}")
        try:
            return made(source, _asked(version, question, "checked"), question)
        finally:
            past.keep()


def _noised(lake: Lake, passed: Pass, version: Version, question: Question, said: Facts) -> Answer:
    """What it cost is said in the ledger, whatever comes of the question."""
    cohort = _anybody(lake, version)
    # How many sites are asked of is bounded by what noise costs; that they may be asked of is not.
    _refuse_exact(exact_missing(passed, exact_changes(question), cohort))
    require_whole_journal(lake, version.study)
    source = FromNoise(
        cohort.index, _truth_of(cohort), open_cube(lake, version), budget_of(lake, version.study),
        passed.permit.project, lake.home / "rooms" / "answers" / version.study / str(version.number),
    )  # fmt: skip
    try:
        return made(source, _asked(version, question, "noise"), question)
    finally:
        if source.paid:
            said[PRICE] = source.paid


def _anybody(lake: Lake, version: Version) -> Cohort:
    """Everybody of a version. Definitions are worked out on it unchecked: that no record has a name is an answer."""
    return cohorts.open(lake, version.study, "all", version.number)


def questions_folder(lake: Lake, version: Version) -> Path:
    """Where the supports of the checked answers on a version lie."""
    return lake.home / "rooms" / "questions" / version.study / str(version.number)


def _truth_of(cohort: Cohort) -> Callable[[Definition], ThreeValued]:
    """For whom a definition is true and for whom false, each worked out once."""
    return cache(lambda definition: replace(cohort, definition=definition, ledger=None).truth)


def require_sites(folder: Path, passed: Pass, question: Question, cohort: Cohort) -> None:
    """Exact changes are asked of large pools only, for a permit that gives them, and of few sites per project.

    Whether a person carries a list of exact changes tells whether the person is there: each site asked adds to it.
    Source: Homer et al., PLoS Genetics 2008; Shringarpure and Bustamante, AJHG 2015.
    """
    changes = exact_changes(question)
    missing = exact_missing(passed, changes, cohort)
    asked = counted.sites_of(folder, passed.permit.project) | changes
    if changes and len(asked) > SITES_AT_MOST:
        missing.append(f"project {passed.permit.project} has asked of {SITES_AT_MOST} exact changes")
    _refuse_exact(missing)
    if changes:
        counted.keep_sites(folder, passed.permit.project, asked)


def exact_changes(question: Question) -> set[str]:
    """The exact changes of genes that a question asks of."""
    return {str(leaf) for one in (question.definition, question.second) if one is not None
            for leaf in one.leaves() if isinstance(leaf, Mutated) and leaf.change is not None}  # fmt: skip


def exact_missing(passed: Pass, changes: set[str], cohort: Cohort) -> list[str]:
    """What is missing for exact changes to be asked of, in whichever mode: the permit's detail, and a large pool."""
    missing = []
    if changes and passed.permit.conditions.genomic_detail not in ("hotspot", "exact"):
        missing.append(f"permit {passed.permit.id} gives no exact changes")
    if changes and cohort.index.n_patients < POOL_AT_LEAST:
        missing.append(f"exact changes are asked of at least {POOL_AT_LEAST:,} patients")
    return missing


def _refuse_exact(missing: Sequence[str]) -> None:
    if missing:
        raise NotPermitted("; ".join(missing), next_act="Ask of the gene instead: mutated(GENE).")


def made(source: Source, asked: Asked, question: Question) -> Answer:
    """The answer of this kind, from these counts. BadInput for a kind that the counts do not give."""
    how, definition = question.how, question.definition
    if source.pays_for_each and question.kind not in PAID_FOR:
        raise BadInput(
            f"with fresh noise one may ask: {', '.join(PAID_FOR)}",
            next_act="Ask the cube, which costs nothing: --mode cube",
        )
    match question.kind:
        case "count":
            return answers.count(source, asked, definition)
        case "describe":
            return answers.describe(source, asked, definition)
        case "genes":
            return frequencies.genes(source, asked, definition, how.get("genes", ()), how.get("top"))
        case "survival":
            return curves.survival(source, asked, definition, how.get("by", ""))
        case "compare" if question.second is not None:
            return frequencies.compare(source, asked, definition, question.second, how.get("genes", ()))
        case "cooccurrence" if isinstance(source, FromIndex):
            return pairs.cooccurrence(source, asked, definition, how.get("genes", ()), how.get("top") or PAIRS_OF)
        case "table":
            return answers.table(source, asked, definition, how["rows"], how["columns"])
        case "mean" | "sum":
            bounds = bounds_of(how["field"], how["between"])
            return means.answer(_paying(source, question.kind), asked, definition, question.kind, how["field"], bounds)
    raise BadInput(
        f"{question.kind} is not answered in mode {source.mode}",
        next_act="With a permit for it, ask with --mode checked.",
    )


def _paying(source: Source, kind: str) -> FromNoise:
    """The same source, when sums may be made from it. TellsTooMuch for any other."""
    if isinstance(source, FromNoise):
        return source
    raise TellsTooMuch(
        f"no {kind} is told in mode {source.mode}: two exact ones that differ by a patient give that patient's value",
        next_act="Ask with fresh noise, and say between what the values lie: "
        f"chevet room ask {kind} FIELD --mode noise --between LOW HIGH",
    )


_ANSWERED: dict[str, Callable[[Lake, Pass, Version, Question, Facts], Answer]] = {
    "cube": _from_cube, "checked": _checked, "noise": _noised,
}  # fmt: skip

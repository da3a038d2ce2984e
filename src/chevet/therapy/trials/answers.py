"""Answers of three values, each with its reasons: yes, no, or unknown for want of a fact.

*and* is no as soon as one part is, *or* is yes as soon as one part is; else an unknown part leaves the whole unknown
(Kleene).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chevet.therapy.safety.advice import Said


@dataclass(frozen=True)
class Reason:
    """One criterion, what came of it, and why."""

    holds: bool | None
    criterion: str
    why: Said


@dataclass(frozen=True)
class Answer:
    """Yes, no or unknown, and the criteria that decide it."""

    holds: bool | None
    reasons: tuple[Reason, ...] = ()


def all_of(parts: Iterable[Answer]) -> Answer:
    """Whether every part holds; yes when there is none.

    >>> all_of([Answer(True), Answer(None)]).holds, all_of([Answer(None), Answer(False)]).holds, all_of([]).holds
    (None, False, True)
    """
    return _joined(parts, decided_by=False)


def any_of(parts: Iterable[Answer]) -> Answer:
    """Whether one part holds; no when there is none.

    >>> any_of([Answer(False), Answer(None)]).holds, any_of([Answer(None), Answer(True)]).holds, any_of([]).holds
    (None, True, False)
    """
    return _joined(parts, decided_by=True)


def opposite(holds: bool | None) -> bool | None:
    """The contrary; what is unknown stays so."""
    return None if holds is None else not holds


def _joined(parts: Iterable[Answer], *, decided_by: bool) -> Answer:
    every = list(parts)
    deciding = [part for part in every if part.holds is decided_by]
    if deciding:
        return Answer(decided_by, _reasons(deciding))
    if any(part.holds is None for part in every):
        # what already holds is told beside what is missing
        told = every if not decided_by else [part for part in every if part.holds is None]
        return Answer(None, _reasons(told))
    return Answer(not decided_by, _reasons(every))


def _reasons(parts: Iterable[Answer]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reason for part in parts for reason in part.reasons))

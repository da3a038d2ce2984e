"""The counts that a curve is drawn from, by interval; and how exact ones are merged until every one may be told.

Deaths are counted over intervals merged until enough people died in each; where that fails the curve ends. Who left
and who came is counted over stretches merged in the same way, each where it ends: so they come a little late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from chevet.privacy.noise.consistency import nonnegative
from chevet.privacy.tables import Counts
from chevet.room.questions.axes import ENTRY, EXIT
from chevet.room.questions.numbers import ROUNDING_VARIANCE, Breakdown, Floats

Told = Callable[[str, int, int, int], int | None]


@dataclass(frozen=True)
class FollowUp:
    """One group.

    ends    (J + 1,) the intervals that begin and end the J merged ones, as places among the narrow ones
    events, left, came   (J,) people per merged interval, rounded; none is small
    began   people under observation from the start, rounded
    """

    ends: tuple[int, ...]
    events: tuple[int, ...]
    left: tuple[int, ...]
    came: tuple[int, ...]
    began: int


def merged(exits: Counts, entries: Counts | None, told: Told) -> FollowUp | None:
    """The follow-up as it may be told, or None when not even its beginning may.

    exits     (1 + 2 J,) people by *not said*, the event in each interval, last seen in each
    entries   (2 + J,) people by *not said*, *from the start*, and each interval; None where all came at the start
    told      a number of people as it may be said, from what it counts, from where to where, and the number; None
              when it is small
    """
    half = (len(exits) - 1) // 2
    events, left = exits[1 : 1 + half], exits[1 + half :]
    came = np.zeros(half, dtype=np.int64) if entries is None else entries[2:]
    began = None if entries is None else told("began", 0, 0, int(entries[1]))
    if began is None:  # too few came later: everybody counts as there from the start
        entries, came = None, np.zeros(half, dtype=np.int64)
        began = told("seen", 0, 0, int(exits[1:].sum()))
    if began is None:
        return None
    ends, died = _until_told("event", events, told)
    by_left, by_came = (dict(zip(*_until_told(kind, counts, told), strict=False)) for kind, counts in
                        (("left", left), ("came", came)))  # fmt: skip
    return FollowUp((0, *ends), tuple(died), _within(by_left, ends), _within(by_came, ends), began)


def places(kind: str, start: int, end: int, exits: int) -> tuple[str, range] | None:
    """The field, and its places on the axis, that a number of `merged` counts; None for all who were seen.

    exits   how many values the end of follow-up has

    >>> places("left", 0, 2, 49), places("began", 0, 0, 49)
    (('exit', range(25, 27)), ('entry', range(1, 2)))
    """
    if kind == "seen":
        return None
    if kind == "began":
        return ENTRY, range(1, 2)
    if kind == "came":
        return ENTRY, range(2 + start, 2 + end)
    first = 1 if kind == "event" else 1 + (exits - 1) // 2
    return EXIT, range(first + start, first + end)


def _until_told(kind: str, counts: Counts, told: Told) -> tuple[list[int], list[int]]:
    """Where merged intervals end, and the number of each: longer and longer until it may be told."""
    ends: list[int] = []
    numbers: list[int] = []
    start = 0
    for end in range(1, len(counts) + 1):
        number = told(kind, start, end, int(counts[start:end].sum()))
        if number is not None:
            ends.append(end)
            numbers.append(number)
            start = end
    return ends, numbers


def _within(by_end: dict[int, int], ends: Sequence[int]) -> tuple[int, ...]:
    """The numbers put where their stretches end, per interval between `ends`."""
    starts = [0, *ends][:-1]
    return tuple(
        sum(number for at, number in by_end.items() if start < at <= end)
        for start, end in zip(starts, ends, strict=True)
    )


@dataclass(frozen=True)
class Intervals:
    """(J,) per interval: events, last seen, newly come and at risk when it begins, with the variances of two of them.

    months   (J + 1,) where the intervals begin, and the last one ends
    digits   to how many digits shares are told, None for all of them
    """

    months: tuple[int, ...]
    events: Floats
    left: Floats
    came: Floats
    at_risk: Floats
    spread_of_event: Floats
    spread: Floats
    digits: int | None = None

    @staticmethod
    def of(exits: Breakdown, entries: Breakdown | None, place: tuple[int, ...], months: tuple[int, ...]) -> Intervals:
        """Noised counts: people at risk are counted from the start and from the end."""
        ended, of_ended = _possible(exits.values[place][1:]), exits.variances[place][1:]
        half = len(ended) // 2
        events, left, spread = ended[:half], ended[half:], of_ended[:half] + of_ended[half:]
        came, began, of_start = np.zeros(half), float(ended.sum()), 0.0
        if entries is not None:
            numbers, of_came = _possible(entries.values[place][1:]), entries.variances[place][1:]
            came, began, of_start, spread = numbers[1:], float(numbers[0]), float(of_came[0]), spread + of_came[1:]
        change = came - events - left
        forward = began + np.concatenate([[0.0], np.cumsum(change)[:-1]])
        forward_spread = of_start + np.concatenate([[0.0], np.cumsum(spread)[:-1]])
        backward = -np.cumsum(change[::-1])[::-1]
        backward_spread = np.cumsum(spread[::-1])[::-1]
        weight = backward_spread / np.maximum(forward_spread + backward_spread, 1e-9)
        at_risk = weight * forward + (1 - weight) * backward
        of_risk = weight**2 * forward_spread + (1 - weight) ** 2 * backward_spread
        return Intervals(months, events, left, came, at_risk, of_ended[:half], of_risk)

    @staticmethod
    def of_merged(told: FollowUp, months: tuple[int, ...]) -> Intervals:
        """Rounded counts of merged intervals, and nothing else: people at risk are what is left of those who began."""
        events, left, came = (np.array(one, dtype=np.float64) for one in (told.events, told.left, told.came))
        at_risk = told.began + np.concatenate([[0.0], np.cumsum(came - events - left)[:-1]])
        ends = tuple(months[end] for end in told.ends if end < len(months))
        numbers = np.arange(len(events), dtype=np.float64)
        return Intervals(
            ends, events, left, came, at_risk, np.full(len(events), ROUNDING_VARIANCE),
            ROUNDING_VARIANCE * (1 + 3.0 * numbers), digits=2,
        )  # fmt: skip


def _possible(counts: Floats) -> Floats:
    """The nearest counts that no noise has put below zero, with the same sum."""
    return nonnegative(counts, float(counts.sum()))

"""When something was: an age, a day of the calendar, or nothing that can be counted.

Our days count from the first diagnosis, so a moment becomes a day only when both it and the
diagnosis are ages, or both calendar days, or the day of birth links the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from chevet.records.phenopackets.nodes import Node
from chevet.words.dates import duration_days


@dataclass(frozen=True)
class Moment:
    """An age in days, or a day of the calendar (`date.toordinal`); both unknown when neither could be read."""

    age_days: float | None = None
    calendar_day: float | None = None
    unread: bool = False

    def days_after(self, start: Moment, birth: float | None) -> float | None:
        """Days from `start` to this moment; `birth` is the calendar day of birth, when known."""
        if self.age_days is not None and start.age_days is not None:
            return self.age_days - start.age_days
        here, there = self._on_calendar(birth), start._on_calendar(birth)
        return here - there if here is not None and there is not None else None

    def _on_calendar(self, birth: float | None) -> float | None:
        if self.calendar_day is not None:
            return self.calendar_day
        return birth + self.age_days if birth is not None and self.age_days is not None else None


def calendar_day(text: str) -> float | None:
    """The day of a timestamp such as 2021-03-31T00:00:00.000000100Z."""
    try:
        return float(datetime.strptime(text.strip()[:10], "%Y-%m-%d").toordinal())
    except ValueError:
        return None


def moment(node: Node) -> Moment:
    """What a time element says. Ranges and words (childhood onset) are no moment: `unread`."""
    if node.is_empty:
        return Moment()
    age = node.child("age").text("iso8601duration")
    if age is not None:
        days = duration_days(age)
        days = days if days is not None and isfinite(days) else None
        return Moment(age_days=days, unread=days is None)
    stamp = node.text("timestamp")
    if stamp is not None:
        day = calendar_day(stamp)
        return Moment(calendar_day=day, unread=day is None)
    return Moment(unread=True)

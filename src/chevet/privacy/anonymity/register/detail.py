"""In which detail a release tells what goes out: one name may stand for a year, a month, or a date that was shifted.

Two releases tell the same only where these words are equal. A month tells its year, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chevet.privacy.anonymity.policy import Column, Policy

_ALTERATIONS = "alterations ("


def in_detail(columns: Sequence[str], policy: Policy, shifted_by: str) -> tuple[str, ...]:
    """What goes out, in words of ours: dates with their unit or origin, alterations with the least number of carriers.

    columns      names of columns, and the alterations as one more: `alterations (gene, apart)`
    shifted_by   whose key shifted dates, where the policy shifts them: each key by other days

    >>> from chevet.privacy.anonymity.policy import Policy
    >>> died = Column("death", "sensitive", date="death")
    >>> in_detail(["sex", "death"], Policy((died,), (), death_dates="month"), "")
    ('sex', 'death by year', 'death by month')
    """
    dates = {c.name: c for c in policy.columns if c.date in ("death", "event") and c.role != "quasi"}
    named = {c.name for c in policy.columns}
    return tuple(word for name in columns for word in _words(name, dates.get(name), name in named, policy, shifted_by))


def _words(name: str, date: Column | None, is_column: bool, policy: Policy, shifted_by: str) -> Iterator[str]:
    if date is not None:
        unit = policy.death_dates if date.date == "death" else policy.event_dates
        if unit == "days":
            unit = "year" if name == policy.origin else unit
        if unit == "days":
            yield f"{name} in days since {policy.origin}"
        elif unit == "shifted":
            of = ", ".join(c.name for c in policy.of_role("identifier")[:1])
            yield f"{name} shifted by {shifted_by} per {of} within {policy.shift_within_days} days"
        else:
            yield from (f"{name} by {told}" for told in dict.fromkeys(("year", unit)))
    elif not is_column and name.startswith(_ALTERATIONS) and name.endswith(")"):
        yield f"{name.removesuffix(')')}, of at least {policy.alteration_patients})"
    else:
        yield name

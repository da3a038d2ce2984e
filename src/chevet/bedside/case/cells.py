"""The values of a document: words, lists of words, numbers and counts; what is none of them is nothing."""

from __future__ import annotations

from chevet.words import missing


def words(value: object) -> str | None:
    """The words; None for what says nothing or is no text.

    >>> words(" lung "), words("N/A"), words(3)
    ('lung', None, None)
    """
    return value.strip()[:100_000] if isinstance(value, str) and not missing.is_missing(value) else None


def strings(value: object) -> list[str]:
    """The texts of a list, or the one text."""
    if isinstance(value, str):
        return [value.strip()[:2_000]] if not missing.is_missing(value) else []
    return (
        [one.strip()[:2_000] for one in value if isinstance(one, str) and one.strip()]
        if isinstance(value, list)
        else []
    )


def number(value: object) -> float | None:
    """A number, also when written as text; None for what is none, or too large to be one of a patient."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float, str))
        or (isinstance(value, str) and len(value) > 40)
    ):
        return None
    try:
        found = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return found if -1e9 < found < 1e9 else None


def count(value: object, *, zero: bool = False) -> int | None:
    """A whole number of 1 to 20, or of 0 where that can be; None for another."""
    found = number(value)
    if found is None or found != int(found) or found < (0 if zero else 1) or found > 20:
        return None
    return int(found)

"""How files say that they say nothing."""

from __future__ import annotations

# Compared without capitals and without spaces around. "Unknown" is one of them; "none" and "no" are
# answers, and so is "NR", which may be a non-responder.
MISSING: frozenset[str] = frozenset(
    {
        "",
        "-",
        "--",
        ".",
        "na",
        "n/a",
        "#n/a",
        "nan",
        "null",
        "[not available]",
        "[not applicable]",
        "[not evaluated]",
        "[unknown]",
        "[discrepancy]",
        "[completed]",
        "not available",
        "not applicable",
        "not reported",
        "not evaluated",
        "unknown",
        "unk",
        "<na>",
        "#value!",
        "missing",
        "inconnu",
        "inconnue",
        "non renseigné",
    }
)


def is_missing(text: str | None) -> bool:
    """Whether this cell says nothing.

    >>> is_missing("[Not Available]"), is_missing(" NA "), is_missing(None), is_missing("0"), is_missing("none")
    (True, True, True, False, False)
    """
    return text is None or text.strip().lower() in MISSING

"""Any words, and codes whose first letters say the most."""

from __future__ import annotations

from collections.abc import Sequence

from chevet.errors import BadInput
from chevet.privacy.hierarchies.ladder import Ladder, Steps


def of_words() -> Ladder:
    """Any value, then `*`."""
    return Ladder("text", (), lambda _: (), "any words")


def of_masks(lengths: Sequence[int]) -> Ladder:
    """Codes starred from the right, down to these numbers of letters, longest first.

    >>> of_masks([3, 1]).climb("69008")
    ('690**', '6****')
    """
    if not lengths or min(lengths) < 1 or list(lengths) != sorted(set(lengths), reverse=True):
        raise BadInput(
            "a mask keeps fewer letters at each level, at least one",
            next_act="For example: mask:4:2 keeps four letters, then two",
        )
    return Ladder("mask", ("prefix",) * len(lengths), lambda code: _masked(code, lengths), "69008")


def _masked(code: str, lengths: Sequence[int]) -> Steps | None:
    # A code with a star of its own could be taken for a mask.
    return None if "*" in code else tuple(code[:kept] + "*" * (len(code) - kept) for kept in lengths)

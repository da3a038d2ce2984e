"""Why a question was refused, as a short code that the ledger keeps beside the words.

The words are the asker's; the code is what patients and auditors are told by, in their own language. It says nothing
of the answer: a refusal depends on what can be known outside, or on noise that was paid for.
"""

from __future__ import annotations

from typing import ClassVar

from chevet.errors import BadInput, CannotConclude, ChevetError, Fault, Refused


class NotPermitted(Refused):
    """The permit does not give it, or no longer does."""

    why_code: ClassVar[str] = "not_permitted"


class LimitReached(Refused):
    """As much as may be asked, or learned, was asked."""

    why_code: ClassVar[str] = "limit_reached"


class TellsTooMuch(Refused):
    """The answer would tell something of a few people."""

    why_code: ClassVar[str] = "tells_too_much"


class TooManyFacts(Refused):
    """The question puts more facts together than can be weighed."""

    why_code: ClassVar[str] = "too_many_facts"


OTHER = "other"
_OF_A_KIND: dict[type[ChevetError], str] = {
    BadInput: "badly_asked", CannotConclude: "cannot_be_told", Fault: "fault",
}  # fmt: skip
CODES = (
    NotPermitted.why_code, LimitReached.why_code, TellsTooMuch.why_code, TooManyFacts.why_code,
    *_OF_A_KIND.values(), OTHER,
)  # fmt: skip


def why_code(error: ChevetError) -> str:
    """The code of a refusal.

    >>> why_code(TellsTooMuch("it would tell of a few", next_act="Ask of more.")), why_code(Refused("no", next_act=""))
    ('tells_too_much', 'other')
    """
    if isinstance(error, NotPermitted | LimitReached | TellsTooMuch | TooManyFacts):
        return error.why_code
    return _OF_A_KIND.get(type(error), OTHER)


def known_code(told: object) -> str:
    """The code that an entry keeps; `other` for one of another version of the program, or for none."""
    return told if isinstance(told, str) and told in CODES else OTHER

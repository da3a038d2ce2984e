"""Errors, sorted by who must act.

Each kind has one exit code for the command line and one HTTP status for the web. A message names
the thing, the rule, what was found; `next_act` says what to do now. Neither ever carries a
patient's value: a row number, a count or a file name is enough to find it.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ChevetError(Exception):
    """An error that a person can act upon. Raise one of its four kinds, never this class."""

    kind: ClassVar[str]
    exit_code: ClassVar[int]
    http_status: ClassVar[int]
    words: Any = None  # of the message and of the next act, see `words.errors`: to say them in another language

    def __init__(self, message: str, *, next_act: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_act = next_act

    def as_json(self) -> dict[str, dict[str, str]]:
        """The error as scripts read it: `{"error": {"kind", "message", "next"}}`."""
        return {"error": {"kind": self.kind, "message": self.message, "next": self.next_act}}


class Refused(ChevetError):
    """A person lacks a right or a fact: someone who holds it must act."""

    kind = "refused"
    exit_code = 3
    http_status = 403


class BadInput(ChevetError):
    """A file, a form or a question is wrong: whoever sent it must mend it."""

    kind = "bad_input"
    exit_code = 4
    http_status = 422


class CannotConclude(ChevetError):
    """The data do not allow an answer: nobody is at fault, the question must be widened."""

    kind = "cannot_conclude"
    exit_code = 5
    http_status = 409


class Fault(ChevetError):
    """Chevet or its machine is at fault: the people who run it must act."""

    kind = "fault"
    exit_code = 70
    http_status = 500

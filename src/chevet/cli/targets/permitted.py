"""Analyses of a study by whoever holds a token: under its permit, and in the ledger as theirs."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from chevet.cli.room.passes import VARIABLE, let_in, token_option
from chevet.errors import BadInput
from chevet.room.analyses import under_permit

Command = TypeVar("Command", bound=Callable[..., Any])


def of_study(kind: str) -> Callable[[Command], Command]:
    """Give a command of `--study` and `--where` the option `--token-file`, and hold it to the permit of the token.

    kind   what the analysis is, as the ledger says it

    Without a token the command is the hospital's own, as questions to a cohort are; with one, what it enters in the
    ledger is entered as the token's person. To stand below `@json_option`, which tells a refusal.
    """

    def with_permit(command: Command) -> Command:
        @token_option
        @functools.wraps(command)
        def wrapped(*args: Any, token_file: Path | None, **kwargs: Any) -> Any:
            if token_file is None and not os.environ.get(VARIABLE):
                return command(*args, **kwargs)
            if not kwargs.get("study"):
                leave = f"Give --study, or leave the token out: unset {VARIABLE}"
                raise BadInput("a token opens a study", next_act=leave)
            lake, passed, permits = let_in(token_file, "ask")
            with under_permit(lake, permits, passed, kwargs["study"], kind, kwargs["where"]), _as_person(passed.person):
                return command(*args, **kwargs)

        return wrapped  # type: ignore[return-value]

    return with_permit


@contextlib.contextmanager
def _as_person(person: str) -> Iterator[None]:
    """What this process enters in the ledger is entered as this person."""
    before = os.environ.get("CHEVET_ACTOR")
    os.environ["CHEVET_ACTOR"] = person
    try:
        yield
    finally:
        if before is None:
            del os.environ["CHEVET_ACTOR"]
        else:
            os.environ["CHEVET_ACTOR"] = before

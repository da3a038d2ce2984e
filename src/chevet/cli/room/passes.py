"""The pass at the room's door: a token from a file or the environment, never from the command line."""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from chevet.errors import BadInput, Refused
from chevet.room.book import Book
from chevet.room.permits import Permits
from chevet.room.tokens import Pass, Tokens
from chevet.store.lake import Lake

VARIABLE = "CHEVET_TOKEN"
_LONGEST = 256
Command = TypeVar("Command", bound=Callable[..., Any])


token_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"A file with your token, readable by you alone; {VARIABLE} in the environment does as well.",
)


def pass_required(scope: str) -> Callable[[Command], Command]:
    """Give a command `--token-file`, and let nobody through whose token does not open `scope` now.

    The command's function takes `lake: Lake` (whatever it enters in the ledger is entered as the token's person),
    `passed: Pass` (person and permit) and `permits: Permits` (to ask again before something is handed over). To
    stand below `@json_option`, which tells a refusal.
    """

    def with_pass(command: Command) -> Command:
        @token_option
        @functools.wraps(command)
        def wrapped(*args: Any, token_file: Path | None, **kwargs: Any) -> Any:
            lake, passed, permits = let_in(token_file, scope)
            return command(*args, lake=lake, passed=passed, permits=permits, **kwargs)

        return wrapped  # type: ignore[return-value]

    return with_pass


def let_in(token_file: Path | None, scope: str) -> tuple[Lake, Pass, Permits]:
    """The lake as whoever holds this token enters it, their pass, and the permits to ask again.

    Raises Refused when the token does not open `scope` now.
    """
    lake = Lake.from_environment()
    book = Book(lake.ledger)
    actor = os.environ.get("CHEVET_ACTOR") or None
    passed = Tokens(lake.ledger, book=book).identify(_secret(token_file), scope, actor=actor)
    return Lake(lake.home, actor=passed.person), passed, Permits(lake.ledger, book=book)


def _secret(token_file: Path | None) -> str:
    if token_file is not None:
        return _read(token_file)
    given = os.environ.get(VARIABLE, "")
    if not given:
        raise Refused(
            "this door opens with a token, and none was given",
            next_act=f"Set {VARIABLE}, or give --token-file FILE. A steward issues tokens: "
            "chevet room token issue --permit PERMIT --person PERSON",
        )
    return given


def _read(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise BadInput(
            f"the token file {path.name} cannot be read: {error.strerror}", next_act="Name a file of yours, not a link."
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise Refused(
                f"the token file {path.name} is not readable by you alone",
                next_act=f"Make it so, and ask for a new token if others could read it: chmod 600 {path.name}",
            )
        return file.read(_LONGEST).decode("utf-8", "replace").strip()

"""Where an installation keeps what is its own: studies, references, bases of others, trials."""

from __future__ import annotations

import os
import re
from pathlib import Path

from chevet.errors import BadInput

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def home_folder() -> Path:
    """The folder that CHEVET_HOME names, or the account's own data folder; whether it is there is not asked."""
    named = os.environ.get("CHEVET_HOME")
    return Path(named).expanduser().absolute() if named else Path.home() / ".local" / "share" / "chevet"


def checked_name(study: str) -> str:
    """The name, if it is one: no path can be climbed with it."""
    if not NAME.fullmatch(study):
        raise BadInput(
            "a study's name is 1 to 64 of a-z, 0-9, - and _, and starts with a letter or a digit",
            next_act="Choose such a name, for example: --as breast_2026",
        )
    return study

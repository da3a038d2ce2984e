"""Where an installation keeps what is its own: studies, references, bases of others, trials."""

from __future__ import annotations

import os
from pathlib import Path


def home_folder() -> Path:
    """The folder that CHEVET_HOME names, or the account's own data folder; whether it is there is not asked."""
    named = os.environ.get("CHEVET_HOME")
    return Path(named).expanduser().absolute() if named else Path.home() / ".local" / "share" / "chevet"

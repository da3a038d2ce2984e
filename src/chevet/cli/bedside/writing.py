"""Writing a file that speaks of one person."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from chevet.errors import BadInput
from chevet.words.errors import error as worded


def write_private(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, readable by its owner only: it speaks of one person."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise worded(BadInput, "page_not_written", path=path, why=error.strerror) from None

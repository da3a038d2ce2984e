"""The files that hold keys: each whole from its first moment, and open to the account that owns it alone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from chevet.errors import Fault, Refused
from chevet.store.ledger import sync_folder

KEY_BYTES = 32


def check_private(path: Path) -> None:
    """Raise Refused when others could read or change what lies here."""
    about = path.lstat()
    if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077 or stat.S_ISLNK(about.st_mode):
        raise Refused(
            f"the key file or folder {path.name} is open to others, owned by another account, or a link",
            next_act="The key holder's account must own it: folders 0700, files 0600, no links. "
            "If others may have read a key, close it to them and rotate it.",
        )


def read_key(path: Path) -> bytes:
    """The key in this file. Raises Refused when others could reach it, Fault when it is damaged."""
    check_private(path)
    secret = path.read_bytes()
    if len(secret) != KEY_BYTES:
        raise Fault(
            f"the key {path.name} is not {KEY_BYTES} bytes long",
            next_act="Put it back from a backup; a new key breaks the link to what was named with the old one.",
        )
    return secret


def write_key(path: Path) -> bool:
    """Write a whole key, then give it its name: two programs that start together end up with one key.

    False when the other one came first; its key counts.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    sync_folder(path.parent)
    return True


def write_empty(path: Path) -> None:
    """A mark beside a key: its name says all."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    sync_folder(path.parent)

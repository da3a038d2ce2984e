"""Who was looked at, without saying who: the name that the ledger keeps of a patient.

A patient's page is a look at one person's record, so each page is an entry in the ledger. The entry must let the
hospital answer "was this patient's page ever written?", and must not let a reader of the ledger find out whose it
was. A plain hash would fail: identifiers are few and can be tried one by one. So the name is an HMAC-SHA-256 under a
key that only this installation holds (`CHEVET_HOME/keys/patient_names`, readable by its owner alone). Without the
key the names tell nothing, save that two entries speak of the same person; whoever loses the key loses the link.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from chevet.errors import Fault
from chevet.store.lake import Lake
from chevet.store.version import Version

KEY_BYTES = 32
PAGE_WRITTEN = "patient_page_written"


def record_page(lake: Lake, version: Version, patient_id: str, *, lang: str, forms: list[str]) -> None:
    """Enter in the ledger that this patient's page is about to be written; to be called before it is.

    forms   what is written: html, pdf, json
    """
    lake.ledger.append(
        PAGE_WRITTEN, study=version.study, version=version.number, lang=lang, forms=forms,
        patient=patient_name(_key(lake.home), version.study, patient_id),
    )  # fmt: skip


def patient_name(key: bytes, study: str, patient_id: str) -> str:
    """The name of this patient in the ledger: the same for every page of the same patient of the same study.

    >>> patient_name(b"k" * 32, "breast", "P-1") == patient_name(b"k" * 32, "breast", "P-2")
    False
    """
    return hmac.digest(key, f"{study}\0{patient_id}".encode(), "sha256").hex()


def _key(home: Path) -> bytes:
    """The key of this installation, made at its first use."""
    path = home / "keys" / "patient_names"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make_key(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Fault(
            f"the key {path.name} is not {KEY_BYTES} bytes long",
            next_act="Put it back from a backup; a new key breaks the link to the pages entered so far.",
        )
    return key


def _make_key(path: Path) -> None:
    """Write a whole key, then give it its name: two programs that start together end up with one key."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other one came first; its key counts
    finally:
        draft.unlink()

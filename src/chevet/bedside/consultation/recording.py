"""That a tumour was consulted on, noted in the ledger of the installation, without a value of the patient.

An entry lets the hospital answer "was this case ever consulted, with which knowledge?" when it has the case, and tells
a reader of the ledger nothing of whose it was: case and files are named under a key of the installation, as a
patient's page is (`bedside/access.py`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chevet.bedside.access import PATIENT_NAMES
from chevet.privacy.keys import Key, Keys
from chevet.store.ledger import Ledger

CONSULTED = "tumour_consulted"


def record_consultation(home: Path, told: dict[str, Any], forms: Iterable[str]) -> bool:
    """Enter in the ledger of `home` that this consultation is about to be handed over; whether that was done.

    It is not where there is no home, or one of another account, which may lend its references to many: an answer that
    somebody waits for is not kept back for that.

    told    the published object
    forms   what is written besides the screen: html, pdf, json ...

    Raises Fault when the ledger that is there cannot be added to.
    """
    ledger = Ledger(home / "ledger")
    keys = Keys(home, ledger=ledger)
    if not home.is_dir() or not all(map(_is_ours, (home, ledger.path, keys.folder))):
        return False
    key = keys.installation(PATIENT_NAMES)
    ledger.append(
        CONSULTED, case=case_name(key, told) if told["case_id"] else None, files=files_name(key, told),
        knowledge=_knowledge(told),
        jurisdiction=told["jurisdiction"] if told["jurisdiction_said"] else None, day=told["date"], lang=told["lang"],
        forms=sorted(forms),
    )  # fmt: skip
    return True


def _is_ours(folder: Path) -> bool:
    """Whether a folder is this account's to write in, or is not there yet."""
    if not folder.exists():
        return True
    return folder.is_dir() and folder.stat().st_uid == os.geteuid() and os.access(folder, os.W_OK)


def case_name(key: Key, told: dict[str, Any]) -> str:
    """The name of a case in the ledger: the same for every consultation of a case of this number."""
    return key.digest(f"consultation\0{told['case_id']}".encode()).hex()


def files_name(key: Key, told: dict[str, Any]) -> str:
    """The name of what was read: the same for the same files, whatever they are called and wherever they lie."""
    hashes = sorted(one["sha256"] for one in told["provenance"]["files"])
    return key.digest(f"files\0{json.dumps(hashes)}".encode()).hex()


def _knowledge(told: dict[str, Any]) -> dict[str, str]:
    """The hash of each base of knowledge."""
    return {one["base"]: one["sha256"] for one in told["provenance"]["knowledge"]}

"""Who was looked at, without saying who: the name that the ledger keeps of a patient.

A patient's page is a look at one person's record, so each page is an entry in the ledger. The entry must let the
hospital answer "was this patient's page ever written?", and must not let a reader of the ledger find out whose it
was. A plain hash would fail: identifiers are few and can be tried one by one. So the name is an HMAC-SHA-256 under a
key that only this installation holds (`patient_names`, see `privacy/keys.py`). Without the
key the names tell nothing, save that two entries speak of the same person; whoever loses the key loses the link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chevet.privacy.keys import Key, Keys

if TYPE_CHECKING:  # a consultation records without a lake, which is slow to load
    from chevet.store.lake import Lake
    from chevet.store.version import Version

PAGE_WRITTEN = "patient_page_written"
PATIENT_NAMES = "patient_names"


def record_page(lake: Lake, version: Version, patient_id: str, *, lang: str, forms: list[str]) -> None:
    """Enter in the ledger that this patient's page is about to be written; to be called before it is.

    forms   what is written: html, pdf, json
    """
    lake.ledger.append(
        PAGE_WRITTEN, study=version.study, version=version.number, lang=lang, forms=forms,
        patient=patient_name(Keys.of(lake).installation(PATIENT_NAMES), version.study, patient_id),
    )  # fmt: skip


def patient_name(key: Key, study: str, patient_id: str) -> str:
    """The name of this patient in the ledger: the same for every page of the same patient of the same study.

    >>> key = Key(b"k" * 32, PATIENT_NAMES)
    >>> patient_name(key, "breast", "P-1") == patient_name(key, "breast", "P-2")
    False
    """
    return key.digest(f"{study}\0{patient_id}".encode()).hex()

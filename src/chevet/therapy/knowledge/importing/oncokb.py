"""OncoKB: its table of actionable genes, for a site that holds a licence.

Columns Level, Gene, Alterations, Cancer Types, Drugs, as the download of its page of actionable genes has them.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from chevet.errors import BadInput
from chevet.therapy.knowledge.importing.reading import Imported, rule_of, therapy_of, tumour_of

BASE = "oncokb"
_LEVELS = {
    "1": ("sensitivity", "A"), "2": ("sensitivity", "A"), "3A": ("sensitivity", "B"), "3B": ("sensitivity", "C"),
    "4": ("sensitivity", "D"), "R1": ("resistance", "A"), "R2": ("resistance", "C"),
}  # fmt: skip


def read_oncokb(content: bytes, name: str, *, checked: str) -> Imported:
    """The statements of the table, one for each alteration, tumour and regimen. Raises BadInput when it is another."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter="\t")
        rows = [_plain(row) for row in reader]
    except (ValueError, csv.Error):
        rows = []
    if not rows or not {"level", "gene", "alterations", "drugs"} <= set(rows[0]):
        raise BadInput(
            f"{name} is no table of OncoKB's actionable genes", next_act="Give the file that its page exports."
        )
    found = Imported()
    for number, row in enumerate(rows, 2):
        _take(found, row, number, checked)
    return found


def _plain(row: dict[str | None, Any]) -> dict[str, str]:
    return {(key or "").strip().lower(): value.strip() for key, value in row.items() if isinstance(value, str)}


def _take(found: Imported, row: dict[str, str], number: int, checked: str) -> None:
    level = _LEVELS.get(row["level"].upper().removeprefix("LEVEL").strip(" _"))
    if level is None:
        found.left_out["no_effect"] += 1
        return
    tumours = re.split(r"[,;]\s*", row.get("cancer types") or row.get("cancer type") or "")
    regimens = re.split(r"[,;]\s*", row["drugs"])
    for part, alteration in enumerate(re.split(r"[,;]\s*", row["alterations"])):
        rule = rule_of(row["gene"], alteration)
        for place, disease in enumerate(tumours):
            tumour = tumour_of(disease)
            for regimen_number, regimen in enumerate(regimens):
                therapy = therapy_of(regimen.split("+"))
                parts = {"variant": rule, "tumour": tumour, "medicine": therapy}
                missing = [reason for reason, value in parts.items() if value is None]
                if missing:
                    found.left_out[missing[0]] += 1
                    continue
                found.add({
                    "id": f"oncokb-r{number}-{part}.{place}.{regimen_number}", "tumour": tumour or "",
                    "biomarker": rule or "", "extent": "any", "line": "any", "therapy": therapy or "",
                    "effect": level[0], "level": level[1], "source": f"OncoKB {checked[:4]}", "checked": checked,
                })  # fmt: skip

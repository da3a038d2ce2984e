"""CIViC: its table of clinical evidence, as the project publishes it every night (CC0).

Old and new names of columns are read: gene and variant, or the molecular profile; drugs or therapies. Rows repeat for
every alias of a variant and are gathered by the number of the evidence.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator

from chevet.errors import BadInput
from chevet.therapy.knowledge.importing.reading import Imported, rule_of, therapy_of, tumour_of

BASE = "civic"
_EFFECTS = {
    ("supports", "sensitivity/response"): "sensitivity", ("supports", "sensitivity"): "sensitivity",
    ("supports", "resistance"): "resistance", ("supports", "reduced sensitivity"): "reduced_benefit",
    ("supports", "adverse response"): "toxicity",
    ("does not support", "sensitivity/response"): "reduced_benefit",
    ("does not support", "sensitivity"): "reduced_benefit",
}  # fmt: skip
_LEVELS = {"A": "A", "B": "B", "C": "C", "D": "D"}


def read_civic(content: bytes, name: str, *, checked: str) -> Imported:
    """The predictive statements of the table. Raises BadInput when it is none of CIViC's."""
    found = Imported()
    seen: set[str] = set()
    for row in _rows(content, name):
        number = row.get("evidence_id") or ""
        if not number or number in seen:
            continue
        seen.add(number)
        _take(found, row, number, checked)
    return found


def _take(found: Imported, row: dict[str, str], number: str, checked: str) -> None:
    if (row.get("evidence_type") or "").lower() != "predictive":
        found.left_out["not_predictive"] += 1
        return
    effect = _EFFECTS.get(((row.get("evidence_direction") or "").lower(), _significance(row)))
    level = _LEVELS.get((row.get("evidence_level") or "")[:1])
    if effect is None or level is None:
        found.left_out["no_effect"] += 1
        return
    rule = _rule(row)
    tumour = tumour_of(row.get("disease") or row.get("cancer_type") or "")
    names = re.split(r",|\+", row.get("drugs") or row.get("therapies") or row.get("therapeutic_context") or "")
    if (row.get("drug_interaction_type") or row.get("therapy_interaction_type") or "").lower() == "substitutes":
        names = names[:1]
    therapy = therapy_of(names)
    for reason, value in (("variant", rule), ("tumour", tumour), ("medicine", therapy)):
        if value is None:
            found.left_out[reason] += 1
            return
    paper = re.match(r"\d+", row.get("citation_id") or "")
    source = f"PMID:{paper[0]}; CIViC EID{number} {checked[:4]}" if paper else f"CIViC EID{number} {checked[:4]}"
    found.add({
        "id": f"civic-eid{number.removeprefix('EID')}", "tumour": tumour or "", "biomarker": rule or "",
        "extent": "any", "line": "any", "therapy": therapy or "", "effect": effect, "level": level, "source": source,
        "checked": checked,
    })  # fmt: skip


def _significance(row: dict[str, str]) -> str:
    return (row.get("clinical_significance") or row.get("significance") or "").lower()


def _rule(row: dict[str, str]) -> str | None:
    gene, variant = row.get("gene") or row.get("symbol") or "", row.get("variant") or ""
    if not gene and row.get("molecular_profile"):
        gene, _, variant = row["molecular_profile"].partition(" ")
    return rule_of(gene, variant) if gene and variant else None


def _rows(content: bytes, name: str) -> Iterator[dict[str, str]]:
    try:
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), delimiter="\t")
        header = set(reader.fieldnames or ())
    except (OSError, EOFError, ValueError, csv.Error):
        header, reader = set(), None
    if reader is None or not {"evidence_id", "evidence_type"} <= header:
        raise BadInput(
            f"{name} is no table of CIViC's clinical evidence", next_act="Give the nightly TSV file of CIViC."
        )
    for row in reader:
        yield {
            key: value or "" for key, value in row.items() if key is not None and isinstance(value, (str, type(None)))
        }

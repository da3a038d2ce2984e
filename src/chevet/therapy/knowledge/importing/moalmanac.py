"""The Molecular Oncology Almanac: its folder of JSON tables (GPL-2 and terms of use: a site's own choice).

Each statement gives biomarkers (all together), a tumour by its code of OncoTree, a regimen, and an agency's document.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from chevet.errors import BadInput
from chevet.therapy.knowledge.importing.reading import Imported, rule_of, therapy_of, tumour_of
from chevet.words import genes, oncotree

BASE = "moalmanac"
_TABLES = ("statements", "propositions", "biomarkers", "genes", "diseases", "therapies", "therapy_groups", "documents",
           "indications")  # fmt: skip
_MARKERS = {
    "er positive": "er = positive", "er negative": "er = negative", "pr positive": "pr = positive",
    "pr negative": "pr = negative", "her2-positive": "her2 = positive", "her2-negative": "her2 = negative",
    "her2-low": "her2 = low", "her2-ultralow": "her2 = ultralow", "dmmr": "mmr = deficient", "pmmr": "mmr = proficient",
    "msi-h": "msi = high", "msi-l": "msi = low", "mss": "msi = stable", "hrd": "hrd = positive",
    "tmb-h (>= 10 mutations / mb)": "tmb >= 10", "pd-l1 >= 1%": "pd_l1_tps >= 1", "pd-l1 >= 50%": "pd_l1_tps >= 50",
    "pd-l1 >= 5%": "pd_l1_ic >= 5", "pd-l1 >= 10% tiic": "pd_l1_ic >= 10", "pd-l1 < 1%": "pd_l1_tps < 1",
    "pd-l1 (cps) >= 10": "pd_l1_cps >= 10", "pd-l1 (cps) >= 1": "pd_l1_cps >= 1", "pd-l1 (cps) >= 5": "pd_l1_cps >= 5",
    "pd-l1 (tap) >= 5%": "pd_l1_tap >= 5", "pd-l1 (tap) >= 1%": "pd_l1_tap >= 1", "cldn18.2 >= 75%": "cldn18_2 >= 75",
    "folr1 positive": "folr1 = positive", "c-met >= 50%": "c_met >= 50", "egfr positive": "egfr_protein = positive",
    "5q deletion": "cytogenetic del(5q)", "17p deletion": "cytogenetic del(17p)", "t(15;17)": "PML::RARA",
    "t(kmt2a;v)": "KMT2A rearranged",
}  # fmt: skip


def read_moalmanac(folder: Path, *, checked: str) -> Imported:
    """The statements of the folder. Raises BadInput when a table is missing or damaged."""
    tables = {name: _table(folder, name) for name in _TABLES}
    by_id = {name: {row["id"]: row for row in rows} for name, rows in tables.items()}
    found = Imported()
    for statement in tables["statements"]:
        try:
            _take(found, statement, by_id, checked)
        except (KeyError, TypeError, ValueError, AttributeError):
            found.left_out["damaged"] += 1
    return found


def _take(found: Imported, statement: dict[str, Any], by_id: dict[str, dict[Any, Any]], checked: str) -> None:
    proposition = by_id["propositions"][statement["proposition_id"]]
    parts = [_rule(by_id["biomarkers"][one], by_id["genes"]) for one in proposition["biomarkers"]]
    disease = by_id["diseases"][proposition["conditionQualifier_id"]]
    code = str(disease.get("primary_coding_id") or "").removeprefix("oncotree:")
    tumour = code if oncotree.get(code) else tumour_of(disease["name"])
    if proposition.get("therapy_group_id") is not None:
        ids = by_id["therapy_groups"][proposition["therapy_group_id"]]["therapies"]
    else:
        ids = [proposition["therapy_id"]]
    therapy = therapy_of(by_id["therapies"][one]["name"] for one in ids)
    for reason, value in (("variant", None if None in parts or not parts else parts), ("tumour", tumour),
                          ("medicine", therapy)):  # fmt: skip
        if value is None:
            found.left_out[reason] += 1
            return
    indication = by_id["indications"][statement["indication_id"]]
    document = by_id["documents"][indication["document_id"]]
    agency = document["agent_id"]
    approval = f"{indication['initial_approval_date']} {document['drug_name_brand']}"
    if document.get("status") not in (None, "Active"):
        found.left_out["not_active"] += 1
        return
    if agency not in ("fda", "ema"):
        found.left_out["other_agency"] += 1
        return
    joined = " and ".join(dict.fromkeys(part if " or " not in part else f"({part})" for part in parts if part))
    found.add({
        "id": f"moalmanac-s{statement['id']}", "tumour": tumour or "", "biomarker": joined, "extent": "any",
        "line": "any", "therapy": therapy or "", "effect": "sensitivity", "level": "A", agency: approval,
        "source": f"Molecular Oncology Almanac {checked[:4]}", "checked": checked,
    })  # fmt: skip


def _rule(biomarker: dict[str, Any], by_gene: dict[Any, Any]) -> str | None:
    name = str(biomarker["name"])
    fixed = _MARKERS.get(name.lower())
    if fixed is not None:
        return fixed
    if name.endswith(" +"):
        return f"{name[:-2].strip().lower()} = positive"
    facts = {one["name"]: one["value"] for one in biomarker["extensions"]}
    named = [by_gene[one]["name"] for one in biomarker.get("genes") or []]
    known = [gene.symbol for one in named if (gene := genes.resolve(one)) is not None]
    if not known:
        return None
    origin = "germline " if facts.get("biomarker_type") == "Germline Variant" else ""
    if "::" in name:
        five, _, three = name.partition("::")
        partners = [("*" if part == "v" else _symbol(part)) for part in (five, three)]
        return "::".join(part for part in partners if part) if all(partners) else None
    if facts.get("biomarker_type") == "Wild type":
        return f"{known[0]} wild_type"
    if facts.get("biomarker_type") == "Copy Number":
        return f"{known[0]} {'amplification' if facts.get('direction') == 'Amplification' else 'deletion'}"
    if facts.get("protein_change"):
        return rule_of(known[0], str(facts["protein_change"]))
    for word, what in (("pathogenic", "pathogenic"), ("activating", "activating"), ("oncogenic", "oncogenic"),
                       ("rearrangement", "rearranged"), ("itd", "itd"), ("somatic variants", "oncogenic"),
                       ("nonsense", "truncating"), ("frameshift", "truncating"), ("splice site variants", "truncating"),
                       ("exon 14", "exon_14_skipping"), ("exon 19 (deletion)", "exon_19_deletion"),
                       ("exon 20 (insertion)", "exon_20_insertion")):  # fmt: skip
        if word in name.lower():
            return f"{origin}{known[0]} {what}"
    return rule_of(known[0], name.partition(" ")[2])


def _symbol(text: str) -> str | None:
    found = genes.resolve(text)
    return found.symbol if found else None


def _table(folder: Path, name: str) -> list[dict[str, Any]]:
    for file in (folder / f"{name}.json.gz", folder / f"{name}.json"):
        if not file.is_file():
            continue
        try:
            content = file.read_bytes()
            rows = json.loads(gzip.decompress(content) if file.suffix == ".gz" else content)
        except (OSError, EOFError, ValueError):
            break
        if isinstance(rows, list) and all(isinstance(row, dict) and "id" in row for row in rows):
            return rows
        break
    raise BadInput(
        f"the almanac's table {name} is missing or damaged in {folder.name}",
        next_act="Give the folder with the JSON tables of the almanac, as it publishes them.",
    )

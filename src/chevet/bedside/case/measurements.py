"""Tables of what was measured: markers and signatures by name, expression by gene, clinical facts by name."""

from __future__ import annotations

from chevet.bedside.case.findings import NotUnderstood, findings_of
from chevet.bedside.case.laboratory import Laboratory
from chevet.bedside.case.sample import names_purity
from chevet.bedside.case.sheets import Sheet
from chevet.genomics.alteration import Place

# Names of a table of facts, and the field of a case that each fills.
FACTS: dict[str, str] = {
    "case_id": "case_id", "case": "case_id", "cas": "case_id", "diagnosis": "diagnosis", "diagnostic": "diagnosis",
    "tumour": "diagnosis", "tumor": "diagnosis", "tumeur": "diagnosis", "oncotree": "oncotree",
    "extent": "extent", "extension": "extent", "stage": "extent", "stade": "extent", "line": "line", "ligne": "line",
    "prior_therapies": "prior_therapies", "prior therapies": "prior_therapies",
    "traitements antérieurs": "prior_therapies",
    "progressed_on": "progressed_on", "progressed on": "progressed_on", "progression sous": "progressed_on",
    "fit_for_intensive": "fit_for_intensive", "ecog": "ecog", "age": "age_years", "age_years": "age_years",
    "âge": "age_years", "sex": "sex", "sexe": "sex", "weight_kg": "weight_kg", "poids": "weight_kg",
    "weight": "weight_kg", "height_cm": "height_cm", "taille": "height_cm", "height": "height_cm",
    "comedication": "comedication", "comédication": "comedication",
    "jurisdiction": "jurisdiction", "juridiction": "jurisdiction",
    "tested_genes": "tested_genes", "panel": "tested_genes",
    "tested_for": "tested_for", "recherché": "tested_for", "text": "text", "note": "text", "purity": "purity",
    "tumour_purity": "purity", "tumor_purity": "purity", "cellularité": "purity", "cellularité tumorale": "purity",
}  # fmt: skip


def read_facts(sheet: Sheet, file: str, laboratory: Laboratory) -> None:
    """Keep the clinical facts of a table of two columns; a name that is none of a case is told."""
    for line, cells in sheet.rows:
        key = FACTS.get(cells[0].strip().lower())
        if key is None:
            laboratory.leave(file, line, "unknown_field", cells[0][:40])
        elif cells[1].strip():
            laboratory.facts.append((file, key, cells[1].strip()[:2000]))


def read_measured(sheet: Sheet, file: str, laboratory: Laboratory) -> None:
    """Add the biomarkers and signatures of a table; a signature that no rule asks for is kept as it is."""
    for line, entry in sheet.entries():
        name = entry.get("name", "")
        if not name:
            laboratory.leave(file, line, "no_name")
            continue
        if names_purity(name):
            laboratory.facts.append((file, "purity", f"{entry.get('value', '')}{entry.get('unit', '')}"[:40]))
            continue
        given = {"type": "signature", "name": name, "value": entry.get("value", ""), "unit": entry.get("unit", "")}
        try:
            laboratory.alterations += findings_of(given, Place(file, line))
        except NotUnderstood as error:
            laboratory.leave(file, line, error.reason, error.detail)


def read_expression(sheet: Sheet, file: str, laboratory: Laboratory) -> None:
    """Keep the values of a table of expression; they are shown, and no rule asks for them."""
    for line, entry in sheet.entries():
        try:
            value = float(entry.get("tpm", ""))
        except ValueError:
            laboratory.leave(file, line, "value_without_number")
            continue
        gene = (
            entry.get("gene", "").partition(".")[0]
            if entry.get("gene", "").startswith("ENSG")
            else entry.get("gene", "")
        )
        if gene and abs(value) < 1e12:
            laboratory.expression[gene] = value

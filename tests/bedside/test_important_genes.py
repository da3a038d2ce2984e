from __future__ import annotations

import datetime
import gzip
import json
import re
from pathlib import Path
from typing import Any

from chevet.bedside import important_genes
from chevet.bedside.important_genes import KINDS, SOLID
from chevet.words import genes, oncotree, treatments
from chevet.words.labels import has_label
from tests.shared_data import shared

SECTIONS = {"FDA": "1 Indications and Usage", "EMA": "4.1 Therapeutic indications"}

# Tumours that the almanac names by another code than OncoTree's of today, each read beside the label's own words.
ALMANAC_TUMOURS = {
    "SOLID": "ncit:C132146",  # any solid tumour
    "UTUC": "oncotree:BLCA",  # the label says urothelial carcinoma, wherever it grows
    "BLL": "oncotree:ALL",
    "CLLSLL": "ncit:C3163",
    "DMG": "ncit:C182151",
}
ALMANAC_KINDS = {
    "variant": r"p\.|variants|Exon|^Wild type",
    "amplification": r"amplification",
    "deletion": r"deletion",
    "fusion": r"::|rearrangements|^t\(",
}


def _rows(name: str) -> tuple[dict[str, str], ...]:
    return important_genes._lines(name)[1]


def test_every_gene_is_an_approved_symbol_and_every_tumour_an_oncotree_code() -> None:
    for name in ("treatment_genes.tsv", "driver_genes.tsv"):
        for row in _rows(name):
            found = genes.resolve(row["gene"])
            assert found is not None, row["gene"]
            assert found.symbol == row["gene"]
            assert row["tumour"] == SOLID or oncotree.get(row["tumour"]) is not None, row["tumour"]


def test_every_line_stands_once_and_names_a_known_kind() -> None:
    treatment = [(row["tumour"], row["gene"], row["use"], row["kind"]) for row in _rows("treatment_genes.tsv")]
    drivers = [(row["tumour"], row["gene"]) for row in _rows("driver_genes.tsv")]
    assert len(set(treatment)) == len(treatment)
    assert len(set(drivers)) == len(drivers)
    assert {kind for *_, kind in treatment} <= set(KINDS)


def test_a_lung_adenocarcinoma_inherits_what_counts_in_every_lung_cancer_of_its_kind() -> None:
    listed = important_genes.important_genes("LUAD", oncotree.ancestors("LUAD"))
    assert ("ALK", "fusion", "treatment") in {(g.gene, g.kind, g.why) for g in listed}
    assert ("KEAP1", "variant", "driver") in {(g.gene, g.kind, g.why) for g in listed}
    whys = [g.why for g in listed]
    assert whys == sorted(whys, reverse=True), "treatment comes before driver"


def test_a_disease_of_the_blood_has_no_list_of_solid_tumours() -> None:
    listed = important_genes.important_genes("AML", oncotree.ancestors("AML"))
    assert {g.gene for g in listed} & {"NTRK1", "NTRK2", "NTRK3"} == set()
    assert ("FLT3", "variant") in {(g.gene, g.kind) for g in listed}


def test_a_tumour_that_no_table_names_still_has_what_counts_in_every_solid_tumour() -> None:
    listed = important_genes.important_genes("PT", oncotree.ancestors("PT"))
    assert {g.tumour for g in listed} == {SOLID}


def test_both_tables_name_their_source_its_reference_its_version_and_its_licence() -> None:
    for source in important_genes.sources():
        assert source.title
        assert source.source
        assert re.fullmatch(r"PMID \d+|DOI 10\.\S+", source.reference)
        assert re.search(r"checked on \d{4}-\d\d-\d\d", source.version)
        assert source.licence in ("Apache-2.0", "CC0-1.0")


def test_every_row_on_treatment_names_a_label_its_section_and_two_dates() -> None:
    for row in _rows("treatment_genes.tsv"):
        assert all(value for name, value in row.items() if name != "limited_to"), row
        assert row["use"] in ("gives", "excludes")
        assert row["section"] == SECTIONS[row["agency"]]
        assert datetime.date.fromisoformat(row["approved"]) < datetime.date.fromisoformat(row["checked"])


def test_every_medicine_is_known_by_its_international_name_and_its_label_means_the_same_one() -> None:
    for row in _rows("treatment_genes.tsv"):
        names = row["medicine"].split(" + ")
        for name in names:
            medicine = treatments.medicine(name)
            assert medicine is not None, name
            assert medicine.name == name
        product = treatments.medicine(row["label"])
        assert product is None or product.name in names, row["label"]


def test_what_a_label_is_limited_to_can_be_said_in_both_languages() -> None:
    for row in _rows("treatment_genes.tsv"):
        for limit in filter(None, row["limited_to"].split(", ")):
            assert has_label(f"page.limited.{limit}") or not re.fullmatch(r"[a-z0-9_]+", limit), limit


def test_a_gene_may_count_both_for_what_it_gives_and_for_what_it_excludes() -> None:
    listed = important_genes.important_genes("COAD", oncotree.ancestors("COAD"))
    (kras,) = [gene for gene in listed if (gene.gene, gene.kind) == ("KRAS", "variant")]
    assert [(label.use, label.limited_to) for label in kras.labels] == [("gives", ("p.G12C",)), ("excludes", ())]


def test_a_gene_for_treatment_has_a_label_of_the_nearest_tumour_only_and_a_driver_has_none() -> None:
    listed = important_genes.important_genes("LUAD", oncotree.ancestors("LUAD"))
    assert all(bool(gene.labels) == (gene.why == "treatment") for gene in listed)
    (ret,) = [gene for gene in listed if (gene.gene, gene.kind) == ("RET", "fusion")]
    assert (ret.tumour, len(ret.labels)) == ("NSCLC", 1)


def test_every_row_on_treatment_stands_in_the_almanac() -> None:
    """Gene, kind, tumour, medicines, product, agency, date and use: each row against one indication of the source."""
    known = _almanac(shared("knowledge/moalmanac"))
    for row in _rows("treatment_genes.tsv"):
        key = (row["agency"], row["label"], row["approved"], _almanac_tumour(row))
        lines = [line for line in known.get(key, []) if line["medicines"] == set(row["medicine"].split(" + "))]
        assert lines, key
        wild = row["use"] == "excludes"
        mine = [m for line in lines for g, m in line["markers"] if g == row["gene"]]
        mine = [m for m in mine if re.search(ALMANAC_KINDS[row["kind"]], m) and m.startswith("Wild type") == wild]
        assert mine, row
        for change in re.findall(r"p\.\w+", row["limited_to"]):
            assert any(re.search(rf"{re.escape(change)}([A-Z]?)$", marker) for marker in mine), (row, change)


def _almanac_tumour(row: dict[str, str]) -> str:
    return ALMANAC_TUMOURS.get(row["tumour"], f"oncotree:{row['tumour']}")


def _almanac(folder: Path) -> dict[tuple[str, str, str, str], list[dict[str, Any]]]:
    """The almanac's statements by agency, product, date and tumour: medicines, and markers as (gene, name)."""

    def table(name: str) -> dict[Any, dict[str, Any]]:
        with gzip.open(folder / f"{name}.json.gz") as lines:
            return {entry["id"]: entry for entry in json.load(lines)}

    documents, indications, propositions = table("documents"), table("indications"), table("propositions")
    markers, tumours, symbols = table("biomarkers"), table("diseases"), table("genes")
    therapies, groups = table("therapies"), table("therapy_groups")
    found: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for statement in table("statements").values():
        indication = indications[statement["indication_id"]]
        document, said = documents[indication["document_id"]], propositions[statement["proposition_id"]]
        tumour = tumours[said["conditionQualifier_id"]]["primary_coding_id"]
        if document["status"] != "Active":
            continue
        key = (document["agent_id"].upper(), document["drug_name_brand"], indication["initial_approval_date"], tumour)
        ids = groups[said["therapy_group_id"]]["therapies"] if said["therapy_id"] is None else [said["therapy_id"]]
        medicines = {therapies[i]["name"].lower() for i in ids}
        named = [
            (symbols[gene]["name"], markers[marker]["name"])
            for marker in said["biomarkers"]
            for gene in markers[marker].get("genes") or []
        ]
        found.setdefault(key, []).append({"medicines": medicines, "markers": named})
    return found

"""FHIR and OSIRIS: the object for other programs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from chevet.bedside.views.consultation.fhir import GUIDE, bundle
from chevet.bedside.views.consultation.osiris import COLUMNS, osiris
from tests import shared_data
from tests.bedside.views.consultation.told import OURS, everywhere, finding, told


def _resources(made: dict[str, Any], kind: str, profile: str = "") -> list[dict[str, Any]]:
    found = [entry["resource"] for entry in made["entry"] if entry["resource"]["resourceType"] == kind]
    wanted = f"{GUIDE}/StructureDefinition/{profile}"
    return [one for one in found if not profile or wanted in one.get("meta", {}).get("profile", [])]


def _components(resource: dict[str, Any]) -> dict[str, Any]:
    return {one["code"]["coding"][0]["code"]: one for one in resource["component"]}


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode()), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_bundle_is_fhir() -> None:
    r4 = pytest.importorskip("fhir.resources.R4B.bundle", reason="fhir.resources is not installed: FHIR not checked")
    r4.Bundle.model_validate(bundle(told()))
    r4.Bundle.model_validate(bundle(told(sample={"purity": 0.4})))
    r4.Bundle.model_validate(bundle(everywhere(told(), '<b>\x00"', keep=OURS)))


def test_every_reference_in_the_bundle_leads_to_an_entry_of_it() -> None:
    made = bundle(told())
    names = {entry["fullUrl"] for entry in made["entry"]}
    text = json.dumps(made)
    referred = {part.split('"')[0] for part in text.split('"reference": "')[1:]}
    assert referred
    assert referred <= names


def test_what_was_found_in_the_tumour_is_of_its_sample_and_what_was_inherited_is_not_said_to_be() -> None:
    inherited = finding("BRCA1 p.C61G", "BRCA1", "p.C61G", origin="germline")
    made = bundle(told(findings=[*told()["findings"], inherited], sample={"purity": 0.4}))
    (sample,) = _resources(made, "Specimen")
    (report,) = _resources(made, "DiagnosticReport")
    assert report["specimen"] == [{"reference": f"urn:uuid:{sample['id']}"}]
    variants = _resources(made, "Observation", "variant")
    assert ["specimen" in one for one in variants] == [True, True, False]
    (share,) = [one for one in _resources(made, "Observation") if one.get("valueQuantity", {}).get("code") == "%"]
    assert (share["valueQuantity"]["value"], share["specimen"]) == (40.0, report["specimen"][0])
    assert f"urn:uuid:{share['id']}" in {one["reference"] for one in report["result"]}


def test_without_a_share_of_tumour_cells_none_is_told() -> None:
    assert [one for one in _resources(bundle(told()), "Observation") if "valueQuantity" in one] == []


def test_a_variant_names_its_gene_by_hgnc_and_its_change_by_hgvs() -> None:
    first, _ = _resources(bundle(told()), "Observation", "variant")
    parts = _components(first)
    assert parts["48018-6"]["valueCodeableConcept"]["coding"][0] == {
        "system": "http://www.genenames.org/geneId", "code": "HGNC:3236", "display": "EGFR",
    }  # fmt: skip
    assert parts["48005-3"]["valueCodeableConcept"]["coding"][0]["code"] == "p.L858R"
    assert parts["81258-6"]["valueQuantity"]["value"] == 0.4


def test_an_option_responds_and_a_resistance_does_not_each_from_its_finding() -> None:
    made = bundle(told())
    first, second, *_ = _resources(made, "Observation", "therapeutic-implication")
    variant = _resources(made, "Observation", "variant")[0]["id"]
    assert _components(first)["therapeutic-implication"]["valueCodeableConcept"]["coding"][0]["display"] == "Responsive"
    assert first["derivedFrom"] == [{"reference": f"urn:uuid:{variant}"}]
    assert _components(second)["therapeutic-implication"]["valueCodeableConcept"]["coding"][0]["display"] == "Resistant"


def test_the_report_is_preliminary_and_holds_every_observation() -> None:
    made = bundle(told())
    (report,) = _resources(made, "DiagnosticReport", "genomic-report")
    assert report["status"] == "preliminary"
    assert len(report["result"]) == len(_resources(made, "Observation"))


def test_two_findings_of_one_name_are_two_observations() -> None:
    twice = [finding("EGFR p.L858R", "EGFR", "p.L858R")] * 2
    assert len(_resources(bundle(told(findings=twice)), "Observation", "variant")) == 2


def test_a_fusion_names_both_partners_and_a_marker_is_told_by_its_profile() -> None:
    found = [finding("EML4::ALK fusion", "ALK", type="fusion", fusion="EML4::ALK"),
             finding("TMB", "", type="signature", name="tmb", value=12.0)]  # fmt: skip
    made = bundle(told(findings=found, options=[], not_to_give=[]))
    (fusion,) = _resources(made, "Observation", "variant")
    genes = [
        c["valueCodeableConcept"]["text"] for c in fusion["component"] if c["code"]["coding"][0]["code"] == "48018-6"
    ]
    assert genes == ["EML4", "ALK"]
    (burden,) = _resources(made, "Observation", "tmb")
    assert burden["valueQuantity"]["code"] == "1/1000000{Base}"


def test_the_same_object_gives_the_same_bundle() -> None:
    assert bundle(told()) == bundle(told())


def test_osiris_has_one_row_for_each_finding_with_its_codes() -> None:
    first, second, marker = _rows(osiris(told()))
    assert first["Patient_Id"] == "C-1"
    assert first["AlterationOnSample_AlterationType"] == "OSIRIS:O15-5"
    assert first["GenomeEntity_Id"] == "HGNC:3236"
    assert (first["AlterationOnSample_Actionability"], second["AlterationOnSample_Actionability"]) == (
        "OSIRIS:O82-1",
        "",
    )
    assert (marker["Biomarker_Code"], marker["Biomarker_Value"]) == ("her2", "negative")


def test_osiris_has_the_share_of_tumour_cells_in_per_cent() -> None:
    shares = [
        _rows(osiris(told(sample={"purity": one})))[0]["BiologicalSample_TumorCellularity"] for one in (0.4, None)
    ]
    assert shares == ["40", ""]


def test_osiris_places_a_change_on_its_build() -> None:
    placed = finding("BRAF p.V600E", "BRAF", "p.V600E", genomic="GRCh37:7:140453136:A>T")
    (row,) = _rows(osiris(told(findings=[placed])))
    assert row["Alteration_Chromosome"] == "LA21260-7"
    assert (row["Alteration_GenomicStart"], row["Alteration_GenomicStop"]) == ("140453136", "140453136")
    assert row["Alteration_GenomeBuild"] == "OSIRIS:O22-1"


def test_a_crafted_word_makes_no_row_no_column_and_no_formula() -> None:
    crafted = finding("EGFR p.L858R", "=cmd()", "p.L858R\t1\n2\r3")
    (row,) = _rows(osiris(told(findings=[crafted])))
    assert row["GenomeEntity_Symbol"] == "'=cmd()"
    assert row["Annotation_AminoAcidChange"] == "p.L858R 1 2 3"
    assert list(row) == list(COLUMNS)


def test_every_column_of_osiris_is_a_data_element_of_it() -> None:
    table = shared_data.shared("standards/osiris/DataElementConcept.tsv")
    with table.open(encoding="utf-8") as file:
        known = {row["DataElementConcept"] for row in csv.DictReader(file, delimiter="\t")}
    assert set(COLUMNS) - known == set()

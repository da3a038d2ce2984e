from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chevet.bedside.page import PatientPage

Rows = dict[str, list[dict[str, Any]]]
PageOf = Callable[..., PatientPage]


def _states(page: PatientPage) -> dict[tuple[str, str], str]:
    return {(looked.gene, looked.kind): looked.state for looked in page.looked_for}


def _variant(**told: Any) -> dict[str, Any]:
    row = {"patient_id": "P-000", "sample_id": "P-000-S1", "gene": "PIK3CA", "gene_as_given": "PIK3CA", "start": 5}
    return {**row, **told}


def test_found_tested_and_not_tested_are_three_states(page: PatientPage) -> None:
    states = _states(page)
    assert states["TP53", "variant"] == "found"
    assert states["PIK3CA", "variant"] == "not_found"
    assert states["BRCA1", "variant"] == "not_tested"
    assert states["ERBB2", "amplification"] == "not_found"


def test_a_silent_variant_is_shown_and_does_not_count(page_of: PageOf) -> None:
    silent = _variant(consequence="Silent", protein_change="p.L5=")
    page = page_of(lambda rows: rows["variant"].append(silent))
    assert _states(page)["PIK3CA", "variant"] == "not_found"
    assert [f.effect for f in page.findings] == ["altering", "not_altering"]


def test_a_variant_whose_effect_nobody_says_leaves_its_gene_unclear(page_of: PageOf) -> None:
    page = page_of(lambda rows: rows["variant"].append(_variant()))
    assert _states(page)["PIK3CA", "variant"] == "unclear"


def test_a_test_whose_results_the_study_does_not_hold_counts_as_no_test(page_of: PageOf) -> None:
    page = page_of(lambda rows: rows["copy_number"].clear())
    assert _states(page)["ERBB2", "amplification"] == "not_tested"
    assert [(p.panel_id, p.without_results) for p in page.panels] == [("ARRAY", ("copy_number",)), ("SMALL", ())]
    assert [f for f in page.standing.frequencies if f.gene == "ERBB2"] == []


def test_a_whole_exome_tests_every_gene(page_of: PageOf) -> None:
    def whole(rows: Rows) -> None:
        for row in rows["panel"]:
            row["whole"] = row["whole"] or (row["patient_id"] == "P-000" and row["alteration_type"] == "variant")

    page = page_of(whole)
    assert _states(page)["BRCA1", "variant"] == "not_found"
    assert [p.genes for p in page.panels] == [1, None]


def test_one_variant_in_two_samples_is_one_finding(page_of: PageOf) -> None:
    def second_sample(rows: Rows) -> None:
        rows["sample"].append({"patient_id": "P-000", "sample_id": "P-000-S2", "sample_type": "metastasis"})
        first = next(row for row in rows["variant"] if row["patient_id"] == "P-000")
        rows["variant"].append({**first, "sample_id": "P-000-S2", "vaf": 0.5})

    page = page_of(second_sample)
    assert [(seen.sample_id, seen.vaf) for seen in page.findings[0].seen] == [("P-000-S1", 0.25), ("P-000-S2", 0.5)]
    assert len(page.findings) == 1


def test_a_fusion_is_named_after_the_partner_to_look_for(page_of: PageOf) -> None:
    fusion = {"patient_id": "P-000", "sample_id": "P-000-S1", "gene_1": "ETV6", "gene_2": "NTRK3"}
    page = page_of(lambda rows: rows["structural_variant"].append(fusion))
    first = page.findings[0]
    assert (first.gene, first.partner, first.kind, first.why) == ("NTRK3", "ETV6", "fusion", "treatment")
    assert _states(page)["NTRK3", "fusion"] == "found"


def test_a_gene_found_off_its_panel_is_found(page_of: PageOf) -> None:
    found = _variant(gene="BRCA1", gene_as_given="BRCA1", consequence="Nonsense_Mutation", protein_change="p.Q9*")
    page = page_of(lambda rows: rows["variant"].append(found))
    assert _states(page)["BRCA1", "variant"] == "found"
    assert _states(page)["BRCA2", "variant"] == "not_tested"


def test_gains_and_losses_short_of_amplification_are_no_findings(page_of: PageOf) -> None:
    gain = {"patient_id": "P-000", "sample_id": "P-000-S1", "gene": "ERBB2", "call": 1}
    assert len(page_of(lambda rows: rows["copy_number"].append(gain)).findings) == 1

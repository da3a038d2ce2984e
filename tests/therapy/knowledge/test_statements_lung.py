"""Facts that a tumour board would not forgive in the lung, the thyroid, the head and neck, and whatever the organ."""

from __future__ import annotations

import datetime
from functools import cache

import pytest

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case, Clinical, Diagnosis, Jurisdiction, Tested
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import COLUMNS, Statement, read
from chevet.therapy.matching.choosing import Choice, choose

TABLES = ("statements_agnostic.tsv", "statements_lung.tsv", "statements_thyroid_head_neck.tsv")
DAY = datetime.date(2026, 11, 27)
PANEL = frozenset(
    ("ALK", "BRAF", "EGFR", "ERBB2", "KRAS", "MET", "NRG1", "NTRK1", "NTRK2", "NTRK3", "RET", "ROS1", "STK11", "TP53")
)
PLATINUM_AND_PEMBROLIZUMAB = ("carboplatin", "pemetrexed", "pembrolizumab")


@cache
def statements() -> tuple[Statement, ...]:
    return tuple(read(row) for file in base.files() if file.name in TABLES for _, row in base.rows(file, COLUMNS))


def driver(gene: str, change: str, *classes: str) -> Finding:
    alteration = Alteration("variant", gene=gene, protein_change=change, classes=frozenset(classes))
    return Finding(alteration, "oncogenic", direction="gain")


def fusion(five_prime: str, three_prime: str) -> Finding:
    alteration = Alteration("fusion", gene=three_prime, fusion=(five_prime, three_prime))
    return Finding(alteration, "oncogenic", direction="gain")


def marker(name: str, value: str | float) -> Finding:
    return Finding(Alteration("expression", name=name, value=value))


def first_line() -> Clinical:
    return Clinical("metastatic", 1)


def after(*given: str) -> Clinical:
    return Clinical("metastatic", 2, prior_therapies=given, progressed_on=given)


def chosen(code: str, findings: list[Finding], clinical: Clinical, jurisdiction: Jurisdiction = "EU") -> Choice:
    tested = Tested(genes=PANEL, fusions=True, copy_number=True)
    case = Case("made-up", Diagnosis(code), clinical, tested=tested, jurisdiction=jurisdiction)
    return choose(case, findings, statements(), day=DAY)


def headline(choice: Choice) -> str:
    return " + ".join(choice.options[0].therapy) if choice.options else ""


def shown(choice: Choice) -> set[str]:
    return {medicine for option in choice.options for medicine in option.therapy}


def approved(choice: Choice) -> set[str]:
    return {medicine for option in choice.options if option.is_approved for medicine in option.therapy}


def withheld(choice: Choice) -> set[str]:
    return {" + ".join(one.therapy) for one in choice.against}


EXON_19 = driver("EGFR", "p.E746_A750del", "exon_19_deletion")
EXON_20 = driver("EGFR", "p.A767_V769dup", "exon_20_insertion")
EXON_14 = driver("MET", "p.D1028N", "exon_14_skipping")
ALK = fusion("EML4", "ALK")


@pytest.mark.parametrize(
    ("findings", "first"),
    [
        ([EXON_19], "osimertinib"),
        ([EXON_20], "amivantamab + carboplatin + pemetrexed"),
        ([ALK], "lorlatinib"),
        ([fusion("CD74", "ROS1")], "repotrectinib"),
        ([fusion("KIF5B", "RET")], "selpercatinib"),
        ([driver("BRAF", "p.V600E")], "dabrafenib + trametinib"),
        ([fusion("TPM3", "NTRK1")], "larotrectinib"),
    ],
)
def test_a_driver_with_a_drug_of_its_own_comes_before_checkpoint_inhibition(
    findings: list[Finding], first: str
) -> None:
    assert headline(chosen("LUAD", [*findings, marker("pd_l1_tps", 80.0)], first_line())) == first


@pytest.mark.parametrize("found", [EXON_19, EXON_20, ALK])
def test_egfr_and_alk_take_the_checkpoint_inhibitors_of_lung_cancer_out_of_the_first_line(found: Finding) -> None:
    choice = chosen("LUAD", [found, marker("pd_l1_tps", 90.0)], first_line())
    inhibitors = {"atezolizumab", "cemiplimab", "durvalumab", "nivolumab", "pembrolizumab"}
    assert inhibitors <= withheld(choice)
    assert not inhibitors & shown(choice)


def test_kras_g12c_waits_for_the_second_line() -> None:
    found = [driver("KRAS", "p.G12C"), marker("pd_l1_tps", 80.0)]
    first, later = chosen("LUAD", found, first_line()), chosen("LUAD", found, after(*PLATINUM_AND_PEMBROLIZUMAB))
    assert headline(first) == "pembrolizumab"
    assert {"adagrasib", "sotorasib"} <= withheld(first)
    assert {"adagrasib", "sotorasib"} <= shown(later)


def test_another_kras_mutation_has_no_drug_of_its_own() -> None:
    choice = chosen("LUAD", [driver("KRAS", "p.G12D")], after(*PLATINUM_AND_PEMBROLIZUMAB))
    assert choice.options == ()
    assert {"adagrasib", "sotorasib"} <= withheld(choice)


@pytest.mark.parametrize(
    ("findings", "failed", "first", "no_longer"),
    [
        ([EXON_19, driver("EGFR", "p.T790M")], "gefitinib", "osimertinib", {"gefitinib", "erlotinib", "afatinib"}),
        (
            [EXON_19, driver("EGFR", "p.C797S")],
            "osimertinib",
            "amivantamab + carboplatin + pemetrexed",
            {"osimertinib", "lazertinib"},
        ),
        (
            [ALK, driver("ALK", "p.G1202R")],
            "alectinib",
            "lorlatinib",
            {"alectinib", "brigatinib", "ceritinib", "crizotinib"},
        ),
        (
            [fusion("CD74", "ROS1"), driver("ROS1", "p.G2032R")],
            "crizotinib",
            "repotrectinib",
            {"crizotinib", "entrectinib", "lorlatinib"},
        ),
    ],
)
def test_an_acquired_mutation_says_which_inhibitor_still_works(
    findings: list[Finding], failed: str, first: str, no_longer: set[str]
) -> None:
    choice = chosen("LUAD", findings, after(failed))
    assert headline(choice) == first
    assert no_longer <= withheld(choice)


def test_a_solvent_front_mutation_of_ret_leaves_no_selective_inhibitor() -> None:
    choice = chosen("LUAD", [fusion("KIF5B", "RET"), driver("RET", "p.G810R")], after("selpercatinib"))
    assert {"pralsetinib", "selpercatinib"} <= withheld(choice)
    assert not {"pralsetinib", "selpercatinib"} & shown(choice)


def test_an_exon_20_insertion_resists_the_inhibitors_of_common_mutations() -> None:
    choice = chosen("LUAD", [EXON_20], first_line())
    assert {"afatinib", "erlotinib", "gefitinib", "osimertinib"} <= withheld(choice)


def test_met_exon_14_is_a_first_line_label_in_the_united_states_only() -> None:
    american, european = (chosen("LUAD", [EXON_14], first_line(), where) for where in ("US", "EU"))
    assert headline(american) in {"capmatinib", "tepotinib"}
    assert not {"capmatinib", "tepotinib"} & approved(european)


def test_mutated_her2_has_its_first_line_drug_in_the_united_states_only() -> None:
    found = [driver("ERBB2", "p.Y772_A775dup", "exon_20_insertion")]
    assert headline(chosen("LUAD", found, first_line(), "US")) == "zongertinib"
    assert "zongertinib" not in approved(chosen("LUAD", found, first_line(), "EU"))
    assert headline(chosen("LUAD", found, after("carboplatin", "pemetrexed"), "EU")) == "trastuzumab deruxtecan"


def test_the_label_of_braf_v600e_in_every_organ_leaves_the_colon_out() -> None:
    choice = chosen("COAD", [driver("BRAF", "p.V600E")], after("fluorouracil"), "US")
    assert "dabrafenib" not in shown(choice)
    assert "dabrafenib + trametinib" in withheld(choice)


def test_mutational_burden_and_unstable_repair_are_labels_of_every_organ_in_the_united_states_only() -> None:
    for found in (marker("tmb", 14.0), marker("msi", "high")):
        assert chosen("PAAD", [found], after("gemcitabine"), "US").nothing_approved is False
        assert chosen("PAAD", [found], after("gemcitabine"), "EU").nothing_approved is True


def test_a_gatekeeper_mutation_of_medullary_cancer_leaves_the_selective_inhibitor() -> None:
    choice = chosen("THME", [driver("RET", "p.V804M")], first_line())
    assert headline(choice) == "selpercatinib"
    assert {"cabozantinib", "vandetanib"} <= withheld(choice)


def test_pralsetinib_is_no_longer_given_in_medullary_cancer_nor_in_europe() -> None:
    assert "pralsetinib" not in shown(chosen("THME", [driver("RET", "p.M918T")], first_line(), "US"))
    assert "pralsetinib" in approved(chosen("LUAD", [fusion("KIF5B", "RET")], first_line(), "US"))
    assert "pralsetinib" not in approved(chosen("LUAD", [fusion("KIF5B", "RET")], first_line(), "EU"))


def test_head_and_neck_cancer_without_pd_l1_is_not_given_pembrolizumab_alone() -> None:
    assert headline(chosen("OCSC", [marker("pd_l1_cps", 20.0)], first_line())) == "pembrolizumab"
    assert chosen("OCSC", [marker("pd_l1_cps", 0.0)], first_line()).options == ()

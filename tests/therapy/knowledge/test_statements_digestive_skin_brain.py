"""Facts that a tumour board would not forgive in the digestive tract, the skin and eye, the brain and sarcomas."""

from __future__ import annotations

import datetime
from functools import cache

import pytest

from chevet.genomics.alteration import Alteration, Origin
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case, Clinical, Diagnosis, Jurisdiction, Tested
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import COLUMNS, Statement, read
from chevet.therapy.matching.choosing import Choice, choose

TABLES = (
    "statements_agnostic.tsv",
    "statements_brain_sarcoma_other.tsv",
    "statements_digestive.tsv",
    "statements_skin_eye.tsv",
)
DAY = datetime.date(2026, 11, 27)
FOLFOX = ("fluorouracil", "oxaliplatin")
FOLFOXIRI = (*FOLFOX, "irinotecan")
GEMCITABINE_CISPLATIN = ("cisplatin", "gemcitabine")
BRAF_INHIBITORS = {"dabrafenib", "encorafenib", "vemurafenib"}


@cache
def statements() -> tuple[Statement, ...]:
    return tuple(read(row) for file in base.files() if file.name in TABLES for _, row in base.rows(file, COLUMNS))


def driver(gene: str, change: str, *classes: str) -> Finding:
    return Finding(
        Alteration("variant", gene=gene, protein_change=change, classes=frozenset(classes)),
        "oncogenic",
        direction="gain",
    )


def lost(gene: str, origin: Origin = "somatic") -> Finding:
    change = Alteration("variant", gene=gene, protein_change="p.R9*", classes=frozenset({"truncating"}), origin=origin)
    return Finding(change, "oncogenic", direction="loss")


def wild_type(*genes: str) -> list[Finding]:
    return [Finding(Alteration("wild_type", gene=gene)) for gene in genes]


def fusion(five_prime: str, three_prime: str) -> Finding:
    change = Alteration("fusion", gene=three_prime, fusion=(five_prime, three_prime))
    return Finding(change, "oncogenic", direction="gain")


def marker(name: str, value: str | float) -> Finding:
    return Finding(Alteration("expression", name=name, value=value))


def first(age: float | None = None, **features: bool) -> Clinical:
    return Clinical("metastatic", 1, age_years=age, features=features)


def after(*given: str, line: int = 2, age: float | None = None) -> Clinical:
    return Clinical("metastatic", line, prior_therapies=given, progressed_on=given, age_years=age)


def chosen(code: str, findings: list[Finding], clinical: Clinical, jurisdiction: Jurisdiction = "EU") -> Choice:
    tested = Tested(genes=frozenset({"PDGFRA"}), fusions=True, copy_number=True)
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


V600E = driver("BRAF", "p.V600E", "exon_15")
G12C = driver("KRAS", "p.G12C")
RAS_WILD_TYPE = wild_type("KRAS", "NRAS")
STABLE = marker("msi", "stable")
HER2 = marker("her2_ihc", "3+")
D842V = driver("PDGFRA", "p.D842V", "exon_18")
KIAA1549_BRAF = fusion("KIAA1549", "BRAF")


@pytest.mark.parametrize("mutated", [G12C, driver("KRAS", "p.A146T"), driver("NRAS", "p.Q61K"), V600E])
def test_no_antibody_to_egfr_by_itself_where_ras_or_braf_is_mutated(mutated: Finding) -> None:
    choice = chosen("COAD", [mutated, STABLE], first(left_sided=True))
    assert {"cetuximab", "panitumumab"} <= withheld(choice)
    assert "panitumumab" not in shown(choice)


def test_the_side_of_the_colon_decides_for_antibodies_to_egfr() -> None:
    left, right = (chosen("COAD", [*RAS_WILD_TYPE, STABLE], first(left_sided=side)) for side in (True, False))
    assert headline(left) == "panitumumab + fluorouracil + folinic acid + oxaliplatin"
    assert left.options[0].lead.statement.place == "preferred"
    assert all(option.lead.statement.place in ("", "last") for option in right.options)


@pytest.mark.parametrize("beside", [[V600E], RAS_WILD_TYPE])
def test_instability_comes_before_every_other_finding_of_the_colon(beside: list[Finding]) -> None:
    choice = chosen("COAD", [marker("msi", "high"), *beside], first(left_sided=True))
    assert [" + ".join(one.therapy) for one in choice.options[:2]] == ["ipilimumab + nivolumab", "pembrolizumab"]


def test_braf_v600e_of_the_colon_is_treated_with_two_targets_together() -> None:
    later = chosen("COAD", [V600E, STABLE], after(*FOLFOX))
    assert headline(later) == "encorafenib + cetuximab"
    assert BRAF_INHIBITORS | {"dabrafenib + trametinib", "encorafenib + binimetinib"} <= withheld(later)


def test_kras_g12c_of_the_colon_asks_for_a_combination_that_only_the_fda_approves() -> None:
    here, there = (chosen("COAD", [G12C, STABLE], after(*FOLFOXIRI, line=3), where) for where in ("EU", "US"))
    assert (approved(here), approved(there)) == (set(), {"adagrasib", "cetuximab", "panitumumab", "sotorasib"})


def test_her2_of_the_colon_with_mutated_ras_leaves_tucatinib_out() -> None:
    free = chosen("COAD", [HER2, *RAS_WILD_TYPE], after(*FOLFOXIRI, line=3), "US")
    mutated = chosen("COAD", [HER2, driver("KRAS", "p.G12D")], after(*FOLFOXIRI, line=3), "US")
    assert headline(free) == "trastuzumab + tucatinib"
    assert {"cetuximab", "panitumumab"} <= withheld(free)
    assert "trastuzumab + tucatinib" in withheld(mutated)


@pytest.mark.parametrize(
    ("findings", "first_choice", "left_out"),
    [
        (
            [HER2, marker("pd_l1_cps", 5.0)],
            "pembrolizumab + trastuzumab + @fluoropyrimidine + @platinum",
            "zolbetuximab",
        ),
        ([HER2, marker("pd_l1_cps", 0.0)], "cisplatin + trastuzumab + @fluoropyrimidine", "pembrolizumab"),
        (
            [marker("her2", "negative"), marker("cldn18_2", 80.0), marker("pd_l1_cps", 2.0)],
            "zolbetuximab + @fluoropyrimidine + @platinum",
            "trastuzumab",
        ),
        (
            [marker("her2", "negative"), marker("cldn18_2", 0.0), marker("pd_l1_cps", 12.0)],
            "pembrolizumab + @fluoropyrimidine + @platinum",
            "zolbetuximab",
        ),
        ([marker("her2", "negative"), marker("cldn18_2", 0.0), marker("pd_l1_cps", 0.0)], "", "nivolumab"),
    ],
)
def test_the_stomach_by_her2_claudin_and_pd_l1(findings: list[Finding], first_choice: str, left_out: str) -> None:
    choice = chosen("STAD", findings, first())
    assert headline(choice) == first_choice
    assert left_out in withheld(choice)


def test_bile_ducts_by_finding_and_never_in_the_first_line() -> None:
    fgfr2, idh1 = fusion("FGFR2", "BICC1"), driver("IDH1", "p.R132C")
    pretreated = after(*GEMCITABINE_CISPLATIN)
    assert approved(chosen("IHCH", [fgfr2], pretreated)) == {"futibatinib", "pemigatinib"}
    assert headline(chosen("IHCH", [idh1], pretreated)) == "ivosidenib"
    assert headline(chosen("GBC", [HER2], pretreated)) == "zanidatamab"
    assert [chosen("IHCH", [found], first()).options for found in (fgfr2, idh1, HER2)] == [(), (), ()]


def test_the_gatekeeper_of_fgfr2_ends_pemigatinib() -> None:
    found = [fusion("FGFR2", "BICC1"), driver("FGFR2", "p.V565F")]
    assert "pemigatinib" in withheld(chosen("IHCH", found, after(*GEMCITABINE_CISPLATIN, "pemigatinib", line=3)))


def test_olaparib_keeps_the_answer_of_an_inherited_brca_in_the_pancreas() -> None:
    clinical = Clinical("metastatic", 1, prior_therapies=("oxaliplatin",), features={"after_induction": True})
    assert headline(chosen("PAAD", [lost("BRCA2", "germline")], clinical)) == "olaparib"
    assert "olaparib" in withheld(chosen("PAAD", [lost("BRCA2")], clinical))


def test_olaparib_is_not_given_where_the_pancreas_grew_under_platinum() -> None:
    choice = chosen("PAAD", [lost("BRCA2", "germline")], after("fluorouracil", "irinotecan", "oxaliplatin"))
    assert (choice.options, {"olaparib", "rucaparib"} <= withheld(choice)) == ((), True)


def test_kras_g12d_of_the_pancreas_has_no_drug_approved_for_it() -> None:
    assert chosen("PAAD", [driver("KRAS", "p.G12D")], after("gemcitabine")).options == ()


def test_gist_by_mutation() -> None:
    exon_11, positive = driver("KIT", "p.V560D", "exon_11"), marker("cd117", "positive")
    d842v = chosen("GIST", [D842V, positive], first())
    resistant = chosen("GIST", [exon_11, driver("KIT", "p.V654A", "exon_13")], after("imatinib"))
    assert headline(chosen("GIST", [exon_11], first())) == "imatinib"
    assert (headline(d842v), {"imatinib", "sunitinib"} <= withheld(d842v)) == ("avapritinib", True)
    assert (headline(resistant), "imatinib" in withheld(resistant)) == ("sunitinib", True)
    assert "imatinib" in withheld(chosen("GIST", [lost("SDHB")], first()))


@pytest.mark.parametrize("change", [("p.V561D", "exon_12"), ("p.D842_H845del", "exon_18"), ("p.N659K", "exon_14")])
def test_imatinib_stays_the_word_of_guidelines_where_pdgfra_is_not_d842v(change: tuple[str, str]) -> None:
    choice = chosen("GIST", [driver("PDGFRA", *change)], first())
    assert (headline(choice), approved(choice)) == ("imatinib", set())


def test_imatinib_is_not_given_after_surgery_where_pdgfra_d842v_was_found() -> None:
    resected = Clinical("localised", 1, features={"resected": True, "high_risk": True})
    assert headline(chosen("GIST", [driver("KIT", "p.V560D", "exon_11")], resected)) == "imatinib"
    assert chosen("GIST", [D842V, marker("cd117", "positive")], resected).options == ()


def test_melanoma_gets_braf_and_mek_inhibitors_together_and_only_with_v600() -> None:
    choice = chosen("SKCM", [V600E], first())
    assert {" + ".join(option.therapy) for option in choice.options[:2]} == {
        "binimetinib + encorafenib",
        "dabrafenib + trametinib",
    }
    for found in (wild_type("BRAF"), [driver("BRAF", "p.D594G")], [fusion("AGK", "BRAF")]):
        assert withheld(chosen("SKCM", found, first())) >= BRAF_INHIBITORS


def test_nras_acquired_under_braf_inhibitors_ends_them() -> None:
    choice = chosen("SKCM", [V600E, driver("NRAS", "p.Q61K")], after("dabrafenib", "trametinib"))
    assert not BRAF_INHIBITORS & shown(choice)
    assert withheld(choice) >= BRAF_INHIBITORS


def test_tebentafusp_needs_hla_a_02() -> None:
    gnaq = driver("GNAQ", "p.Q209L")
    assert headline(chosen("UM", [gnaq, marker("hla_a_02", "positive")], first())) == "tebentafusp"
    without = chosen("UM", [gnaq, marker("hla_a_02", "negative")], first())
    assert (without.options, "tebentafusp" in withheld(without)) == ((), True)


def test_smo_mutated_under_vismodegib_ends_its_class() -> None:
    choice = chosen("BCC", [lost("PTCH1"), driver("SMO", "p.D473H")], after("vismodegib"))
    assert headline(choice) == "cemiplimab"
    assert {"sonidegib", "vismodegib"} <= withheld(choice)


def test_vorasidenib_is_for_grade_2_only() -> None:
    idh1 = driver("IDH1", "p.R132H")
    adult = Clinical(None, 1, age_years=38)
    assert headline(chosen("ASTR2", [idh1], adult)) == "vorasidenib"
    assert "vorasidenib" in withheld(chosen("ASTR4", [idh1], adult))


def test_both_copies_of_cdkn2a_lost_make_an_astrocytoma_of_grade_4_whatever_was_seen() -> None:
    idh1, adult = driver("IDH1", "p.R132H"), first(age=40)
    gone = Finding(Alteration("deletion", gene="CDKN2A"), "oncogenic", direction="loss")
    assert headline(chosen("ASTR", [idh1], adult)) == "vorasidenib"
    assert "vorasidenib" in withheld(chosen("ASTR", [idh1, gone], adult))


def test_a_low_grade_glioma_with_idh_is_one_of_grade_2() -> None:
    assert headline(chosen("LGGNOS", [driver("IDH1", "p.R132H")], first(age=40))) == "vorasidenib"


def test_a_fusion_of_braf_in_a_child_is_not_treated_as_v600e() -> None:
    carboplatin = after("carboplatin", "vincristine", age=7)
    fused = chosen("PAST", [KIAA1549_BRAF], carboplatin, "US")
    mutated = chosen("GNG", [V600E], Clinical(None, 1, age_years=7))
    assert headline(fused) == "tovorafenib"
    assert BRAF_INHIBITORS | {"sorafenib"} <= withheld(fused)
    assert headline(mutated) == "dabrafenib + trametinib"


def test_dordaviprone_is_approved_in_one_place_only() -> None:
    k27m = driver("H3-3A", "p.K28M")
    here, there = (chosen("DMG", [k27m], after("radiotherapy", age=9), where) for where in ("EU", "US"))
    assert (approved(here), approved(there)) == (set(), {"dordaviprone"})


def test_egfr_of_glioblastoma_is_no_target_of_lung_cancer_drugs() -> None:
    amplified = Finding(Alteration("amplification", gene="EGFR"), "oncogenic", direction="gain")
    choice = chosen("GB", [amplified, marker("mgmt_methylation", "methylated")], Clinical(None, 1, age_years=60))
    assert headline(choice) == "temozolomide"
    assert {"erlotinib", "gefitinib", "afatinib", "cetuximab", "nivolumab"} <= withheld(choice)


@pytest.mark.parametrize(
    ("code", "findings", "given"),
    [
        ("DFSP", [fusion("COL1A1", "PDGFB")], "imatinib"),
        ("IMT", [fusion("TPM3", "ALK")], "crizotinib"),
        ("SGCA", [lost("TSC2")], "everolimus"),
        ("PECOMA", [lost("TSC2")], "nab-sirolimus"),
        ("ASPS", [fusion("ASPSCR1", "TFE3")], "atezolizumab"),
        ("DES", [driver("CTNNB1", "p.T41A")], "nirogacestat"),
        ("HB", [lost("VHL", "germline")], "belzutifan"),
        ("PGNG", [lost("SDHB", "germline")], "belzutifan"),
        ("SYNS", [marker("hla_a_02", "positive"), marker("mage_a4", "positive")], "afamitresgene autoleucel"),
    ],
)
def test_a_rare_tumour_and_its_drug(code: str, findings: list[Finding], given: str) -> None:
    assert headline(chosen(code, findings, after("doxorubicin", age=30), "US")) == given


def test_tazemetostat_left_the_market() -> None:
    choice = chosen("EPIS", [lost("SMARCB1")], first(30), "US")
    assert (choice.options, withheld(choice)) == ((), {"tazemetostat"})


@pytest.mark.parametrize(
    ("code", "findings"),
    [
        ("ES", [fusion("EWSR1", "FLI1")]),
        ("LMS", [lost("TP53"), lost("RB1")]),
        ("HCC", [driver("CTNNB1", "p.S45P")]),
        ("DDLS", [Finding(Alteration("amplification", gene="MDM2"), "oncogenic", direction="gain")]),
        ("ACC", [lost("TP53")]),
    ],
)
def test_where_nothing_is_approved_nothing_is_offered(code: str, findings: list[Finding]) -> None:
    assert chosen(code, findings, after("doxorubicin")).options == ()

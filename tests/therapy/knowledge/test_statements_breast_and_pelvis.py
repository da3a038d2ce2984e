"""Facts that a tumour board would not forgive in breast, gynaecological and urological cancers."""

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

TABLES = ("statements_breast.tsv", "statements_gynaecology.tsv", "statements_urology.tsv")
DAY = datetime.date(2026, 11, 27)
HR_POSITIVE = ("hr", "positive"), ("her2", "negative")
TRIPLE_NEGATIVE = ("hr", "negative"), ("her2", "negative")


@cache
def statements() -> tuple[Statement, ...]:
    return tuple(read(row) for file in base.files() if file.name in TABLES for _, row in base.rows(file, COLUMNS))


def marker(name: str, value: str | float) -> Finding:
    return Finding(Alteration("expression", name=name, value=value))


def driver(gene: str, change: str, origin: str = "somatic", direction: str = "gain") -> Finding:
    alteration = Alteration("variant", gene=gene, protein_change=change, origin=origin)  # type: ignore[arg-type]
    return Finding(alteration, "oncogenic", direction=direction)  # type: ignore[arg-type]


def chosen(code: str, findings: list[Finding], clinical: Clinical, jurisdiction: Jurisdiction = "EU") -> Choice:
    genes = frozenset(one.alteration.gene for one in findings if one.alteration.gene)
    case = Case("made-up", Diagnosis(code), clinical, tested=Tested(genes=genes), jurisdiction=jurisdiction)
    return choose(case, findings, statements(), day=DAY)


def headline(choice: Choice) -> str:
    return " + ".join(choice.options[0].therapy) if choice.options else ""


def withheld(choice: Choice) -> set[str]:
    return {" + ".join(one.therapy) for one in choice.against}


def test_an_acquired_esr1_mutation_leads_to_an_oral_degrader_and_away_from_aromatase_inhibitors() -> None:
    findings = [*(marker(*one) for one in HR_POSITIVE), driver("ESR1", "p.D538G")]
    failed = ("letrozole", "palbociclib")
    choice = chosen("IDC", findings, Clinical("metastatic", 2, prior_therapies=failed, progressed_on=failed))
    assert headline(choice) == "elacestrant"
    assert withheld(choice) >= {"anastrozole", "exemestane", "letrozole"}


@pytest.mark.parametrize(
    ("jurisdiction", "first"),
    [("EU", "docetaxel + trastuzumab + pertuzumab"), ("US", "trastuzumab deruxtecan + pertuzumab")],
)
def test_the_first_line_of_her2_positive_disease_is_the_one_approved_where_the_patient_is(
    jurisdiction: Jurisdiction, first: str
) -> None:
    findings = [marker("hr", "negative"), marker("her2", "positive")]
    assert headline(chosen("IDC", findings, Clinical("metastatic", 1), jurisdiction)) == first


def test_triple_negative_disease_without_pd_l1_is_given_no_pembrolizumab() -> None:
    findings = [*(marker(*one) for one in TRIPLE_NEGATIVE), marker("pd_l1_cps", 2.0)]
    choice = chosen("IDC", findings, Clinical("metastatic", 1))
    assert [option.therapy for option in choice.options if "pembrolizumab" in option.therapy] == []


@pytest.mark.parametrize("forbidden", ["trastuzumab", "tucatinib", "tamoxifen", "palbociclib", "alpelisib"])
def test_triple_negative_disease_is_spared_what_works_on_receptors(forbidden: str) -> None:
    choice = chosen("IDC", [marker(*one) for one in TRIPLE_NEGATIVE], Clinical("metastatic", 1))
    assert forbidden in withheld(choice)


def test_her2_low_is_her2_negative_for_trastuzumab_but_not_for_trastuzumab_deruxtecan() -> None:
    findings = [marker("hr", "positive"), marker("her2", "low")]
    failed = ("letrozole", "palbociclib", "capecitabine")
    choice = chosen("IDC", findings, Clinical("metastatic", 3, prior_therapies=failed, progressed_on=failed))
    assert headline(choice) == "trastuzumab deruxtecan"
    assert "trastuzumab" in withheld(choice)


def test_ovarian_cancer_without_deficient_recombination_is_not_maintained_with_olaparib() -> None:
    clinical = Clinical("advanced", 1, prior_therapies=("carboplatin",), features={"platinum_response": True})
    choice = chosen("HGSOC", [marker("hrd", "negative")], clinical)
    assert withheld(choice) == {"olaparib"}
    assert headline(choice) == ""


def test_a_withdrawn_indication_of_a_parp_inhibitor_gives_nothing() -> None:
    findings = [driver("BRCA1", "p.Q1756fs", "germline", "loss")]
    clinical = Clinical("relapsed", 5, prior_therapies=("carboplatin",), features={"platinum_resistant": True})
    choice = chosen("HGSOC", findings, clinical, "US")
    assert [option.therapy for option in choice.options if option.is_approved and option.lead.fit.line] == []


def test_proficient_endometrial_cancer_is_given_no_single_checkpoint_inhibitor() -> None:
    findings = [marker("mmr", "proficient")]
    choice = chosen("UEC", findings, Clinical("metastatic", 2, progressed_on=("carboplatin", "paclitaxel")))
    assert headline(choice) == "lenvatinib + pembrolizumab"
    assert [option.therapy for option in choice.options if len(option.therapy) == 1] == []


def test_ar_v7_takes_every_androgen_receptor_pathway_inhibitor_away() -> None:
    clinical = Clinical("metastatic", 2, progressed_on=("enzalutamide",), features={"castration_resistant": True})
    choice = chosen("PRAD", [marker("ar_v7", "positive")], clinical)
    assert withheld(choice) == {"abiraterone", "apalutamide", "darolutamide", "enzalutamide"}


@pytest.mark.parametrize(("jurisdiction", "offered"), [("EU", []), ("US", ["olaparib"])])
def test_atm_opens_olaparib_in_the_united_states_only(jurisdiction: Jurisdiction, offered: list[str]) -> None:
    clinical = Clinical("metastatic", 2, progressed_on=("enzalutamide",), features={"castration_resistant": True})
    choice = chosen("PRAD", [driver("ATM", "p.R337C", direction="loss")], clinical, jurisdiction)
    assert [option.therapy[0] for option in choice.options] == offered


def test_erdafitinib_waits_for_immunotherapy() -> None:
    findings = [driver("FGFR3", "p.S249C")]
    assert chosen("BLCA", findings, Clinical("metastatic", 1)).options == ()
    after = Clinical("metastatic", 2, progressed_on=("pembrolizumab", "enfortumab vedotin"))
    assert headline(chosen("BLCA", findings, after)) == "erdafitinib"


def test_belzutifan_asks_for_an_inherited_vhl() -> None:
    inherited = chosen("CCRCC", [driver("VHL", "p.R167Q", "germline", "loss")], Clinical("localised"))
    assert headline(inherited) == "belzutifan"
    assert chosen("CCRCC", [driver("VHL", "p.R167Q", "somatic", "loss")], Clinical("localised")).options == ()


def test_every_her2_antibody_is_given_because_of_her2() -> None:
    without = [
        one.id
        for one in statements()
        if one.effect == "sensitivity"
        and {"trastuzumab", "pertuzumab", "margetuximab"} & set(one.therapy)
        and not ("her2" in str(one.biomarker) or "ERBB2" in str(one.biomarker))
    ]
    assert without == []

"""Genes that change a dose: what is told of each medicine, and what must be tested first."""

from __future__ import annotations

import pytest

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case, Clinical, Diagnosis, Jurisdiction
from chevet.therapy.safety import pharmacogenetics
from chevet.therapy.safety.advice import Advice
from chevet.therapy.safety.advising import advise


def carrier(gene: str, cdna: str, vaf: float = 0.5) -> Finding:
    return Finding(Alteration("variant", gene=gene, cdna=cdna, vaf=vaf, origin="germline"))


def advice(
    medicine: str, *findings: Finding, text: str = "", labs: dict[str, float] | None = None,
    jurisdiction: Jurisdiction = "EU",
) -> list[Advice]:  # fmt: skip
    clinical = Clinical(text=text, labs=labs or {}, comedication=("paracetamol",))
    return list(
        advise(Case("made-up", Diagnosis("COAD"), clinical, jurisdiction=jurisdiction), [medicine], findings).advice
    )


def told(found: list[Advice]) -> list[tuple[str, float | None, str]]:
    return [(one.kind, one.value, one.unit) for one in found]


def test_one_dpyd_allele_without_function_halves_the_start() -> None:
    found = advice("capecitabine", carrier("DPYD", "c.1905+1G>A"))
    assert told(found) == [("dose", 50.0, "%")]
    assert found[0].formula == "DPYD *1/*2A = 1"
    assert "PMID:29152729" in found[0].sources[0]


def test_hapb3_halves_it_too_since_the_update_of_2018() -> None:
    assert told(advice("fluorouracil", carrier("DPYD", "c.1129-5923C>G"))) == [("dose", 50.0, "%")]


def test_two_dpyd_alleles_without_function_forbid_fluoropyrimidines() -> None:
    assert told(advice("fluorouracil", carrier("DPYD", "c.1905+1G>A", 1.0))) == [("avoid", None, "")]


def test_two_dpyd_variants_of_unknown_phase_are_told_both_ways_under_the_graver() -> None:
    found = advice("capecitabine", carrier("DPYD", "c.1905+1G>A"), carrier("DPYD", "c.2846A>T"))
    assert told(found) == [("avoid", None, "")]
    assert found[0].what.text("en") == (
        "if *2A/c.2846A>T: Do not give; if nothing else is possible, measure the enzyme first and start below 25 % of "
        "the usual dose with levels in blood. if *1/*2A+c.2846A>T: Start at 50 % of the usual dose, then adapt to "
        "tolerance."
    )


def test_uracil_of_150_forbids_and_16_asks_for_less() -> None:
    given = [advice("fluorouracil", labs={"uracil_ng_per_ml": value}) for value in (150.0, 16.0, 15.9)]
    assert [one[0].kind for one in given] == ["avoid", "dose", "monitor"]


def test_uracil_in_a_note_counts_as_tested() -> None:
    found = advice("capecitabine", text="Uracilémie 18 ng/mL le 3 mai.", jurisdiction="FR")
    assert [(one.kind, one.value, one.unit) for one in found] == [("dose", 18.0, "ng/mL")]


@pytest.mark.parametrize(
    ("jurisdiction", "words"),
    [("FR", "uracil in blood"), ("EU", "DPD deficiency"), ("US", "DPYD variants")],
)
def test_each_country_has_its_own_test_before_a_fluoropyrimidine(jurisdiction: Jurisdiction, words: str) -> None:
    found = advice("capecitabine", jurisdiction=jurisdiction)
    assert [one.kind for one in found] == ["test_first"]
    assert words in found[0].what.text("en")


def test_in_france_a_genotype_does_not_replace_uracil() -> None:
    found = advice("capecitabine", carrier("DPYD", "c.1905+1G>A"), jurisdiction="FR")
    assert [one.kind for one in found] == ["dose", "test_first"]


def test_ugt1a1_28_twice_starts_irinotecan_at_seventy_percent() -> None:
    assert told(advice("irinotecan", text="UGT1A1 *28/*28")) == [("dose", 70.0, "%")]


def test_ugt1a1_28_once_asks_for_no_reduction() -> None:
    assert told(advice("irinotecan", text="UGT1A1 *1/*28")) == [("monitor", None, "")]


def test_thiopurines_ask_for_both_genes() -> None:
    found = advice("mercaptopurine")
    assert [one.because[0].text("en") for one in found] == ["TPMT not tested", "NUDT15 not tested"]


def test_both_thiopurine_genes_reduced_ask_for_less_than_either() -> None:
    found = advice("mercaptopurine", text="TPMT *1/*3A; NUDT15 *1/*3")
    assert [one.what.text("en") for one in found] == [
        "Start at 20 to 50 % of the usual dose, then adapt to blood counts every 2 to 4 weeks."
    ]


def test_no_tpmt_divides_mercaptopurine_by_ten() -> None:
    found = [one for one in advice("mercaptopurine", text="TPMT *3A/*3A; NUDT15 *1/*1") if one.kind == "dose"]
    assert told(found) == [("dose", 10.0, "%")]


def test_a_poor_cyp2d6_speaks_against_tamoxifen() -> None:
    assert told(advice("tamoxifen", text="CYP2D6 *4/*4")) == [("avoid", 40.0, "mg")]


def test_a_gene_says_nothing_of_a_medicine_that_does_not_ask() -> None:
    assert advice("oxaliplatin", carrier("DPYD", "c.1905+1G>A")) == []


def test_every_row_names_a_source_with_its_year_or_section() -> None:
    bare = [rule for rule in pharmacogenetics.rules() if not any(char.isdigit() for char in rule.sources[0])]
    assert bare == []

"""What a case says of a gene: every possibility where it does not say all, none where it says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case, Clinical, Diagnosis
from chevet.therapy.safety.alleles import GENES
from chevet.therapy.safety.genotypes import genotype


def read(gene: str, cdna: str, *, vaf: float | None = None, origin: str = "germline", said: str = "") -> Finding:
    return Finding(Alteration("variant", gene=gene, cdna=cdna, vaf=vaf, origin=origin, as_given=said))  # type: ignore[arg-type]


def pairs(gene: str, *findings: Finding, text: str = "") -> list[tuple[str, str, float | None]]:
    case = Case("made-up", Diagnosis("COAD"), Clinical(text=text))
    return [(one.diplotype, one.phenotype, one.score) for one in genotype(gene, case, findings).outcomes]


def test_half_of_the_reads_in_blood_is_one_chromosome() -> None:
    assert pairs("DPYD", read("DPYD", "c.1905+1G>A", vaf=0.49)) == [("*1/*2A", "intermediate", 1.0)]


def test_all_reads_in_blood_are_both_chromosomes() -> None:
    assert pairs("DPYD", read("DPYD", "c.2846A>T", vaf=0.99)) == [("c.2846A>T/c.2846A>T", "intermediate", 1.0)]


def test_a_share_of_reads_in_the_tumour_does_not_say_how_many_chromosomes() -> None:
    found = pairs("DPYD", read("DPYD", "c.1905+1G>A", vaf=0.5, origin="unknown"))
    assert found == [("*2A/*2A", "poor", 0.0), ("*1/*2A", "intermediate", 1.0)]


def test_a_variant_that_arose_in_the_tumour_says_nothing_of_the_patient() -> None:
    assert pairs("DPYD", read("DPYD", "c.1905+1G>A", vaf=0.5, origin="somatic")) == []


def test_two_variants_may_lie_on_one_chromosome_or_on_two_and_both_are_told() -> None:
    findings = [read("DPYD", "c.1905+1G>A", vaf=0.5), read("DPYD", "c.2846A>T", vaf=0.5)]
    found = pairs("DPYD", *findings)
    assert found == [("*2A/c.2846A>T", "poor", 0.5), ("*1/*2A+c.2846A>T", "intermediate", 1.0)]


def test_tpmt_3a_is_not_told_from_3b_with_3c() -> None:
    findings = [read("TPMT", "c.460G>A", vaf=0.5), read("TPMT", "c.719A>G", vaf=0.5)]
    assert pairs("TPMT", *findings) == [("*3B/*3C", "poor", None), ("*1/*3A", "intermediate", None)]


def test_the_two_marks_of_hapb3_are_one_allele() -> None:
    findings = [read("DPYD", "c.1129-5923C>G", vaf=0.5), read("DPYD", "c.1236G>A", vaf=0.5)]
    assert pairs("DPYD", *findings) == [("*1/HapB3", "intermediate", 1.5)]


def test_a_harmless_variant_does_not_say_that_the_gene_was_tested() -> None:
    assert pairs("DPYD", read("DPYD", "c.1627A>G", vaf=0.5)) == []


def test_a_variant_of_unknown_effect_is_named_and_no_phenotype_is_guessed() -> None:
    case = Case("made-up", Diagnosis("COAD"))
    found = genotype("DPYD", case, [read("DPYD", "c.1999A>C", vaf=0.5)])
    assert (found.outcomes, found.unclear) == ((), ("c.1999A>C",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("UGT1A1 *28/*28", [("*28/*28", "poor", None)]),
        ("UGT1A1*28 homozygous", [("*28/*28", "poor", None)]),
        ("Génotype UGT1A1 : (TA)6/(TA)7.", [("*1/*28", "intermediate", None)]),
        ("UGT1A1 *6/*28; DPYD wild type", [("*28/*6", "poor", None)]),
        ("DPYD *1/*1. UGT1A1 en attente", []),
        ("UGT1A1 *28 not detected", []),
        ("UGT1A1 not tested", []),
    ],
)
def test_a_note_is_read_where_it_is_plain(text: str, found: list[tuple[str, str, float | None]]) -> None:
    assert pairs("UGT1A1", text=text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DPYD activity score 1.5", [("", "intermediate", 1.5)]),
        ("déficit partiel en DPD", [("", "intermediate", None)]),
        ("Déficit complet en DPD", [("", "poor", None)]),
        ("No DPYD variant", [("*1/*1", "normal", 2.0)]),
        ("DPYD rs3918290 hétérozygote", [("*1/*2A", "intermediate", 1.0)]),
        ("DPYD *2A absent", []),
        ("DPYD pending", []),
        ("pas de déficit complet en DPD", []),
        ("pas de déficit en DPD", [("*1/*1", "normal", 2.0)]),
    ],
)
def test_dpd_is_read_from_a_note_in_both_languages(text: str, found: list[tuple[str, str, float | None]]) -> None:
    assert pairs("DPYD", text=text) == found


def test_a_note_and_a_finding_that_agree_narrow_each_other() -> None:
    finding = read("DPYD", "c.1905+1G>A", origin="unknown")
    assert pairs("DPYD", finding, text="DPYD *1/*2A") == [("*1/*2A", "intermediate", 1.0)]


def test_a_note_and_a_finding_that_contradict_each_other_are_both_told() -> None:
    finding = read("DPYD", "c.1905+1G>A", vaf=0.5)
    assert pairs("DPYD", finding, text="DPYD *1/*1") == [("*1/*2A", "intermediate", 1.0), ("*1/*1", "normal", 2.0)]


@given(st.sampled_from(GENES), st.text(max_size=200))
def test_any_note_is_read_or_left(gene: str, text: str) -> None:
    for one in genotype(gene, Case("made-up", Diagnosis("COAD"), Clinical(text=f"{gene} {text}")), ()).outcomes:
        assert one.phenotype in ("normal", "intermediate", "poor", "indeterminate")

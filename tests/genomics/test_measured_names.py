"""Markers and changes of chromosomes as a laboratory of haematology writes them."""

from __future__ import annotations

import pytest

from chevet.genomics.measured_names import measured


@pytest.mark.parametrize(
    ("words", "karyotype"),
    [
        ("del17p", "del(17p)"),
        ("17p-", "del(17p)"),
        ("5q-", "del(5q)"),
        ("délétion du 5q", "del(5q)"),
        ("del(5)(q31)", "del(5q)"),
        ("monosomie 7", "-7"),
        ("monosomie du 7", "-7"),
        ("trisomie 12", "+12"),
        ("trisomy 8", "+8"),
    ],
)
def test_an_arm_or_a_chromosome_is_read_as_either_language_writes_it(words: str, karyotype: str) -> None:
    found = measured(words)
    assert found is not None
    assert (found.name, found.value) == ("karyotype", karyotype)


@pytest.mark.parametrize(
    "words", ["del17p négatif", "17p deletion absent", "pas de délétion 17p", "17p non délétée", "inv(16) negative"]
)
def test_a_change_of_chromosomes_that_is_denied_is_none(words: str) -> None:
    assert measured(words) is None


@pytest.mark.parametrize("words", ["Ph+", "Ph1+", "chromosome Philadelphie", "Philadelphia chromosome", "t(9;22)"])
def test_the_philadelphia_chromosome_is_a_fusion(words: str) -> None:
    found = measured(words)
    assert found is not None
    assert (found.type, found.fusion) == ("fusion", ("BCR", "ABL1"))


@pytest.mark.parametrize(
    "words", ["Ph-", "Ph négatif", "Ph-negative", "Philadelphia-negative", "BCR::ABL1 not detected", "pas de BCR-ABL1"]
)
def test_no_philadelphia_chromosome_says_that_the_kinase_was_looked_at(words: str) -> None:
    found = measured(words)
    assert found is not None
    assert (found.type, found.gene) == ("wild_type", "ABL1")


@pytest.mark.parametrize(
    ("words", "level"),
    [("unmutated IGHV", "unmutated"), ("IGHV-U", "unmutated"), ("mutated IGHV", "mutated"), ("IGHV muté", "mutated")],
)
def test_ighv_is_read_whichever_word_comes_first(words: str, level: str) -> None:
    found = measured(words)
    assert found is not None
    assert (found.name, found.value) == ("ighv", level)


@pytest.mark.parametrize("words", ["DOTATATE positive", "TEP DOTATOC positive", "SSTR2A positive", "SSTR Krenning 4"])
def test_a_scan_of_somatostatin_receptors_says_the_receptor(words: str) -> None:
    found = measured(words)
    assert found is not None
    assert (found.name, found.value) == ("sstr", "positive")


@pytest.mark.parametrize(
    ("words", "kind", "gene"),
    [
        ("gain 9p24.1", "gain", "CD274"),
        ("amplification 9p24.1", "amplification", "CD274"),
        ("9p24 amplifié", "amplification", "CD274"),
        ("amplification 12q13-15", "amplification", "MDM2"),
        ("12q13-q15 amplification", "amplification", "MDM2"),
    ],
)
def test_a_band_stands_for_the_gene_that_is_meant(words: str, kind: str, gene: str) -> None:
    found = measured(words)
    assert found is not None
    assert (found.type, found.gene) == (kind, gene)


def test_a_band_without_more_copies_of_it_says_nothing() -> None:
    assert measured("9p24.1") is None

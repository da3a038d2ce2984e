"""Genes and what they do, written in one word or with a quantity behind."""

from __future__ import annotations

import pytest

from chevet.genomics.classes import CALLED
from chevet.genomics.names import all_named


@pytest.mark.parametrize(
    ("words", "gene", "change"),
    [
        ("JAK2V617F", "JAK2", "p.V617F"),
        ("BRAFV600E", "BRAF", "p.V600E"),
        ("BRAF_V600E", "BRAF", "p.V600E"),
        ("EGFR_p.L858R", "EGFR", "p.L858R"),
        ("BRAF VE1 +", "BRAF", "p.V600E"),
        ("KIT AY502-503dup", "KIT", "p.A502_Y503dup"),
        ("KIT delWK557-558", "KIT", "p.W557_K558del"),
        ("EGFR E746_A750delELREA", "EGFR", "p.E746_A750del"),
    ],
)
def test_a_gene_and_its_change_without_a_space(words: str, gene: str, change: str) -> None:
    assert [(one.gene, one.protein_change) for one in all_named(words)] == [(gene, change)]


@pytest.mark.parametrize(
    "words",
    [
        "FLT3-ITD+",
        "FLT3-ITD allelic ratio 0.7",
        "FLT3-ITD ratio allélique 0,7",
        "FLT3-ITD (ratio 0.65)",
        "FLT3-ITD AR 0.45",
        "FLT3-ITD 45 pb",
        "FLT3-ITD ratio élevé",
    ],
)
def test_how_much_there_is_of_a_duplication_does_not_hide_it(words: str) -> None:
    assert [(one.gene, one.classes) for one in all_named(words)] == [("FLT3", frozenset({"itd"}))]


@pytest.mark.parametrize("words", ["H3 K27M", "H3K27M", "H3 K27M-altered", "H3 K27M altéré", "H3.3 K27M-mutant"])
def test_a_histone_is_numbered_from_its_first_amino_acid_whatever_word_stands_behind(words: str) -> None:
    assert [(one.gene, one.protein_change) for one in all_named(words)] == [("H3-3A", "p.K28M")]


@pytest.mark.parametrize("words", ["NPM1c+", "TP53 multi-hit", "TP53 biallelic", "CEBPA bZIP in-frame"])
def test_words_of_haematology_that_mean_mutated(words: str) -> None:
    assert [one.type for one in all_named(words)] == ["variant"]


@pytest.mark.parametrize("words", ["SDH-deficient", "SDH déficient", "SDHB loss", "perte de SDH"])
def test_succinate_dehydrogenase_that_is_gone_is_told_by_its_stained_unit(words: str) -> None:
    assert [(one.type, one.gene) for one in all_named(words)] == [("deletion", "SDHB")]


@pytest.mark.parametrize("words", ["NPM1 muté", "NPM1c+", "NPM1 exon 12 mutation", "CALR muté", "CALR exon 9"])
def test_a_gene_with_one_usual_change_is_called_mutated_by_it(words: str) -> None:
    assert [CALLED in one.classes for one in all_named(words)] == [True]


@pytest.mark.parametrize("words", ["NPM1 p.V54M", "NPM1 exon 5", "NPM1 VUS", "ASXL1 muté", "CALR exon 3"])
def test_any_other_change_waits_for_more_than_a_word(words: str) -> None:
    assert not any(CALLED in one.classes for one in all_named(words))

"""Entries of `alterations` as people fill them: a protein by its gene, a change under the wrong type, a place bare."""

from __future__ import annotations

from typing import Any

import pytest

from chevet.bedside.case.case_file import case_of
from chevet.genomics.alteration import Alteration


def read(entry: dict[str, Any]) -> tuple[tuple[Alteration, ...], list[str]]:
    found = case_of({"case_id": "a", "diagnosis": "LUAD", "alterations": [entry]})
    return found.case.alterations, [one.reason for one in found.not_read]


@pytest.mark.parametrize(
    ("entry", "name", "value"),
    [
        ({"gene": "ERBB2", "value": "3+"}, "her2_ihc", "3+"),
        ({"gene": "ERBB2", "name": "IHC", "value": "3+"}, "her2_ihc", "3+"),
        ({"gene": "ERBB2", "name": "IHC 3+"}, "her2_ihc", "3+"),
        ({"name": "HER2 IHC", "value": 3}, "her2_ihc", "3+"),
        ({"gene": "HER2", "value": "2+ FISH positive"}, "her2", "positive"),
        ({"gene": "CD274", "value": "80%"}, "pd_l1_tps", 80.0),
        ({"gene": "CD274", "value": "TPS 80%"}, "pd_l1_tps", 80.0),
        ({"gene": "CD274", "value": 12, "unit": "CPS"}, "pd_l1_cps", 12.0),
        ({"gene": "ESR1", "value": "positive"}, "er", "positive"),
        ({"gene": "FOLR1", "name": "PS2+ IHC", "value": "80%"}, "folr1", 80.0),
        ({"gene": "TNFRSF8", "value": "positive"}, "cd30", "positive"),
        ({"gene": "MSH6", "value": "absent"}, "mmr", "deficient"),
        ({"gene": "MET", "value": "3+ 60%"}, "c_met", "high"),
    ],
)
def test_a_stained_protein_may_be_named_by_its_gene(entry: dict[str, Any], name: str, value: object) -> None:
    found, unread = read({"type": "expression", **entry})
    assert [(one.name, one.value) for one in found] == [(name, value)]
    assert unread == []


@pytest.mark.parametrize("entry", [{"gene": "ERBB2", "value": 8.4}, {"gene": "CD274", "value": 80}])
def test_a_bare_number_of_a_gene_may_be_of_rna_and_is_no_stain(entry: dict[str, Any]) -> None:
    found, _ = read({"type": "expression", **entry})
    assert [(one.gene, one.name) for one in found] == [(entry["gene"], entry["gene"])]


@pytest.mark.parametrize("text", ["MSH2 loss", "loss of MSH6"])
def test_a_gene_that_is_lost_is_no_stain_that_is_lost(text: str) -> None:
    found = case_of({"case_id": "a", "diagnosis": "COAD", "alterations": [text]}).case.alterations
    assert [one.type for one in found] == ["deletion"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"type": "variant", "gene": "SMARCB1", "protein_change": "loss"}, ("deletion", "SMARCB1")),
        ({"type": "variant", "gene": "FGFR2", "protein_change": "fusion"}, ("fusion", "FGFR2")),
        ({"type": "copy_number", "gene": "MET", "copy_number": 15}, ("amplification", "MET")),
        ({"type": "copy_number", "gene": "CDKN2A", "copy_number": 0}, ("deletion", "CDKN2A")),
        ({"type": "fusion", "fusion": "t(11q23) KMT2A"}, ("fusion", "KMT2A")),
    ],
)
def test_words_and_copies_say_more_than_the_type_of_the_entry(entry: dict[str, Any], expected: tuple[str, str]) -> None:
    found, unread = read(entry)
    assert [(one.type, one.gene) for one in found] == [expected]
    assert unread == []


def test_two_copies_are_no_finding() -> None:
    assert read({"type": "copy_number", "gene": "MET", "copy_number": 2}) == ((), [])


@pytest.mark.parametrize(("gene", "partner", "pair"), [("RET", "KIF5B", ("KIF5B", "RET")),
                                                       ("FGFR2", "BICC1", ("FGFR2", "BICC1"))])  # fmt: skip
def test_a_fusion_may_be_a_gene_and_its_partner(gene: str, partner: str, pair: tuple[str, str]) -> None:
    found, _ = read({"type": "fusion", "gene": gene, "partner": partner})
    assert [(one.gene, one.fusion) for one in found] == [(gene, pair)]


@pytest.mark.parametrize("text", ["loss of function", "perte de fonction", "inactivating mutation"])
def test_a_loss_of_function_is_a_variant_that_the_laboratory_judged(text: str) -> None:
    found, _ = read({"type": "variant", "gene": "VHL", "protein_change": text})
    assert [(one.type, one.gene, "called_pathogenic" in one.classes) for one in found] == [("variant", "VHL", True)]


@pytest.mark.parametrize(
    ("text", "build", "position"),
    [("7:140453136:A:T", "GRCh37", 140453136), ("chr7:g.140753336A>T", "GRCh38", 140753336)],
)
def test_a_place_without_a_build_is_placed_where_its_base_and_change_are_known(
    text: str, build: str, position: int
) -> None:
    found, unread = read({"type": "variant", "gene": "BRAF", "genomic": text})
    assert [(one.genomic.build, one.genomic.position) for one in found if one.genomic] == [(build, position)]
    assert unread == []


def test_a_build_that_was_taken_from_the_places_is_said() -> None:
    for genomic, keys in (("7:140453136:A:T", ["build_from_places"]), ("GRCh37:7:140453136:A>T", [])):
        entry = {"type": "variant", "gene": "BRAF", "genomic": genomic}
        found = case_of({"case_id": "a", "diagnosis": "LUAD", "alterations": [entry]})
        assert [one.key for one in found.flags] == keys


def test_a_place_that_shows_no_build_is_told_and_never_guessed() -> None:
    found, unread = read({"type": "variant", "gene": "BRAF", "genomic": "7:1:A>T"})
    assert [one.genomic for one in found] == [None]
    assert unread == ["value_not_understood"]


@pytest.mark.parametrize(("text", "codon"), [("codon 12", "p.G12"), ("codon 61", "p.Q61")])
def test_a_codon_of_ras_is_its_residue(text: str, codon: str) -> None:
    found, _ = read({"type": "variant", "gene": "KRAS", "protein_change": text})
    assert [codon in one.classes for one in found] == [True]

"""Tumour types as OncoTree calls them."""

from __future__ import annotations

import pytest

from chevet.words import facts, oncotree

CODES = [row[0] for row in facts.rows("oncotree.tsv")]


def test_under_lung_means_all_its_descendants() -> None:
    under = oncotree.descendants("LUNG")
    assert {"LUNG", "NSCLC", "LUAD", "LUSC", "SCLC", "LCLC"} <= under
    assert "BRCA" not in under


def test_nothing_lies_under_a_code_that_does_not_exist() -> None:
    assert oncotree.descendants("LUGN") == frozenset()


def test_every_code_but_the_root_lies_under_one_tissue() -> None:
    for code in CODES:
        if code != "TISSUE":
            tissue = oncotree.tissue_of(code)
            assert tissue is not None
            assert code in oncotree.descendants(tissue)
            node = oncotree.get(tissue)
            assert node is not None
            assert node.parent == "TISSUE"


def test_every_code_is_found_by_itself_and_by_its_name() -> None:
    for code in CODES:
        node = oncotree.get(code)
        assert node is not None
        assert oncotree.find(code.lower()) == code
        found = oncotree.find(node.name)
        assert found is not None
        assert {oncotree.name(found, "en").lower(), found.lower()} & {node.name.lower()}


@pytest.mark.parametrize("table", ["tcga_oncotree.tsv", "ncit_oncotree.tsv", "oncotree_renamed.tsv", "oncotree_fr.tsv"])
def test_our_own_tables_name_only_codes_that_exist(table: str) -> None:
    column = 0 if table == "oncotree_fr.tsv" else 1
    assert [row[column] for row in facts.rows(table) if oncotree.get(row[column]) is None] == []


def test_testicular_tumours_of_tcga_are_not_taken_for_tenosynovial_ones() -> None:
    assert oncotree.from_tcga("TGCT") == "TESTIS"


def test_a_tcga_study_of_two_organs_is_left_without_a_code() -> None:
    assert oncotree.from_tcga("PCPG") is None


def test_an_nci_thesaurus_code_finds_its_type() -> None:
    assert oncotree.from_ncit("NCIT:C9120") == "PAAD"
    assert oncotree.from_ncit("NCIT:C0") is None


def test_a_pair_of_icdo_codes_finds_its_type_only_when_one_fits() -> None:
    assert oncotree.from_icdo("8140/3", "C34.9") == "LUAD"
    assert oncotree.from_icdo("8000/1", "C71.0") is None


def test_every_tissue_has_a_french_name() -> None:
    for code in CODES:
        node = oncotree.get(code)
        assert node is not None
        if node.parent == "TISSUE":
            assert node.name_fr, code

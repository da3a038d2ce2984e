"""Genes as HGNC calls them."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.words import genes
from tests.shared_data import shared


def test_an_approved_symbol_is_itself() -> None:
    assert genes.resolution("EGFR").how == "approved"


@pytest.mark.parametrize(
    ("old", "approved"),
    [("MLL2", "KMT2D"), ("MLL", "KMT2A"), ("MLL3", "KMT2C"), ("PARK2", "PRKN"), ("FAM123B", "AMER1"),
     ("MLLT4", "AFDN"), ("GPR124", "ADGRA2"), ("HIST1H2BC", "H2BC4"), ("LARGE", "LARGE1"), ("QARS", "QARS1")],
)  # fmt: skip
def test_an_old_symbol_means_the_gene_of_today(old: str, approved: str) -> None:
    gene = genes.resolve(old)
    assert gene is not None
    assert gene.symbol == approved
    assert genes.resolution(old).how in ("previous", "alias")


def test_a_name_that_several_genes_have_borne_is_never_guessed() -> None:
    assert genes.resolution("MLL4") == genes.Resolution("MLL4", None, "ambiguous")
    assert genes.suggest("MLL4") == ["KMT2B", "KMT2D"]


def test_a_protein_name_of_one_gene_that_was_the_symbol_of_another_is_ambiguous() -> None:
    assert genes.resolution("MUM1").how == "ambiguous"
    assert genes.suggest("MUM1") == ["IRF4", "PWWP3A"]


@pytest.mark.parametrize("damaged", ["1-Sep", "Sep-01", "2-Mar", "Mar-02", "1-Dec"])
def test_a_symbol_that_a_spreadsheet_made_a_date_of_is_unknown_and_its_candidates_are_named(damaged: str) -> None:
    assert genes.is_damaged_by_a_spreadsheet(damaged)
    assert genes.resolution(damaged).how == "unknown"
    assert genes.suggest(damaged)


def test_capitals_are_ignored_when_the_exact_spelling_is_unknown() -> None:
    gene = genes.resolve("C9ORF72")
    assert gene is not None
    assert gene.symbol == "C9orf72"


@pytest.mark.parametrize("word", ["nobody", "NOBODY", "mll2", "Mll4", "p16ink4A"])
def test_capitals_are_not_ignored_in_other_names(word: str) -> None:
    assert genes.resolution(word) == genes.Resolution(word, None, "unknown")
    assert genes.bearers(word) == ()
    assert genes.suggest(word)


@pytest.mark.parametrize(("written", "approved"), [("egfr", "EGFR"), ("C11ORF2", None), ("c10ORF137", "EDRF1")])
def test_capitals_are_ignored_in_approved_symbols_and_open_reading_frames(written: str, approved: str | None) -> None:
    gene = genes.resolve(written)
    assert (gene and gene.symbol) == approved


def test_a_gene_says_every_chromosome_it_lies_on() -> None:
    found = {symbol: genes.resolve(symbol) for symbol in ("CD99", "KRAS", "MT-ND1", "DUX3")}
    assert {symbol: gene.chromosomes for symbol, gene in found.items() if gene} == {
        "CD99": ("X", "Y"), "KRAS": ("12",), "MT-ND1": ("MT",), "DUX3": (),
    }  # fmt: skip


def test_an_entrez_number_finds_its_gene() -> None:
    gene = genes.by_entrez(1956)
    assert gene is not None
    assert (gene.symbol, gene.chromosome) == ("EGFR", "7")
    assert genes.by_entrez(0) is None


@pytest.mark.parametrize(("wrong", "meant"), [("EGRF", "EGFR"), ("BRAC1", "BRCA1"), ("KRSA", "KRAS")])
def test_a_misspelt_symbol_gets_its_neighbour_suggested(wrong: str, meant: str) -> None:
    assert meant in genes.suggest(wrong)


@given(st.text(max_size=20))
def test_any_text_is_resolved_or_unknown_and_never_raises(text: str) -> None:
    found = genes.resolution(text)
    assert (found.gene is None) == (found.how in ("unknown", "ambiguous"))


def test_every_gene_resolves_to_itself_by_its_own_symbol() -> None:
    for symbol in genes.cancer_genes():
        gene = genes.resolve(symbol)
        assert gene is not None
        assert gene.symbol == symbol


def test_every_gene_of_metabric_is_known() -> None:
    path = shared("cohorts/metabric/data_mutations_extended.txt")
    with path.open(encoding="utf-8") as lines:
        rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t")
        next(rows)
        symbols = {row[0] for row in rows}
    assert [symbol for symbol in sorted(symbols) if genes.resolve(symbol) is None] == []

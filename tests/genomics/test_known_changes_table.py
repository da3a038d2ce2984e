"""The table of well-known changes says the same as the coding sequences, in both builds."""

import re
from collections import Counter

import polars as pl
import pytest

from chevet.genomics import facts
from chevet.genomics.alteration import Genomic
from chevet.genomics.calling import call
from chevet.genomics.coding_sequences import built_in, exons_of
from chevet.genomics.transcript import Transcript
from tests.shared_data import shared

ROWS = [row for row in facts.rows("known_changes.tsv") if row["protein_change"]]


def place(row, build):
    return Genomic(build, row["chromosome"], int(row[build.lower()]), row["ref"] or "-", row["alt"] or "-")


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_a_row_of_a_gene_that_comes_with_chevet_is_what_its_coding_sequence_says(build):
    by_name = {one.name: one for one in built_in(build)}
    checked = [
        (row, call(place(row, build), by_name[row["transcript"]])) for row in ROWS if row["transcript"] in by_name
    ]
    wrong = [row for row, found in checked if found is None or not same(row, found)]
    assert (len(checked) > 2500, wrong) == (True, [])


def same(row, found) -> bool:
    """The start codon is M1? for every change of it."""
    if re.fullmatch(r"p\.M1[A-Z]", row["protein_change"]):
        return found.consequence == "Translation_Start_Site"
    return (found.cdna, found.protein_change) == (row["cdna"], row["protein_change"])


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_the_coding_sequences_that_come_with_chevet_are_those_of_the_lrg(build):
    end = build[-2:]
    records = {
        row["accessions"][0]: (
            row["cds_seq"],
            Counter(zip(row[f"starts{end}"] or (), row[f"ends{end}"] or (), strict=True)),
        )
        for row in pl.read_parquet(shared("reference/lrg_cds.parquet")).iter_rows(named=True)
    }
    ours = [one for one in built_in(build) if one.name != "NM_000245.4"]
    assert [one.name for one in ours if (one.sequence, Counter(one.exons)) != records[one.name]] == []


def test_every_coding_sequence_runs_from_a_start_to_its_only_stop():
    for one in built_in("GRCh37"):
        start = "L" if one.gene == "WT1" else "M"  # WT1 begins at a CTG in RefSeq
        assert (one.gene, one.protein[0], one.protein[-1], one.protein.count("U")) == (one.gene, start, "*", 0)
        assert one.ends[-1] == len(one.sequence)


def test_met_is_counted_as_most_laboratories_do():
    met = built_in("GRCh38").of("MET")[0]
    assert (met.protein[1002], met.protein[1227], met.protein[1229], len(met.protein)) == ("Y", "D", "Y", 1391)


def test_exons_are_read_in_the_order_of_the_transcript():
    assert exons_of("30-35,10-20") == ((30, 35), (10, 20))
    assert Transcript("T", "G", "GRCh37", "1", -1, exons_of("30-35,10-20"), "").locate(31) == (4, 0)

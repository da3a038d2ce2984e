"""Coding sequences from the files of a site."""

from collections import Counter

import pytest

from chevet.errors import BadInput
from chevet.genomics.reference.sources import extract, gff3_segments, table_segments
from tests.genomics.reference.small_genome import CODING, write_fasta, write_gff3, write_table
from tests.shared_data import shared


def test_a_gff3_and_a_table_of_segments_give_the_same_sequences(tmp_path):
    fasta = write_fasta(tmp_path)
    by_gff3 = extract("GRCh38", fasta, gff3_segments(write_gff3(tmp_path)))
    by_table = extract("GRCh38", fasta, table_segments(write_table(tmp_path)))
    assert by_gff3.transcripts == by_table.transcripts
    assert [(one.gene, one.strand, one.sequence) for one in by_gff3.transcripts] == [
        ("FIRST", 1, CODING),
        ("OTHER", -1, CODING),
    ]
    assert (by_gff3.left_out, by_table.left_out) == (1, 0)


def test_genes_of_another_genome_are_refused(tmp_path):
    fasta = tmp_path / "other.fa"
    fasta.write_text(">chr1\n" + "A" * 400 + "\n")
    with pytest.raises(BadInput, match="no coding sequence"):
        extract("GRCh38", fasta, gff3_segments(write_gff3(tmp_path)))


def test_a_table_without_its_columns_and_a_gff3_without_segments_are_refused(tmp_path):
    odd = tmp_path / "odd.tsv"
    odd.write_text("gene\tstart\nA\t1\n")
    with pytest.raises(BadInput, match="columns are missing"):
        list(table_segments(odd))
    with pytest.raises(BadInput, match="no coding segment"):
        list(gff3_segments(odd))


def test_a_crooked_row_of_a_table_is_named(tmp_path):
    file = write_table(tmp_path)
    file.write_text(file.read_text().replace("\t101\t", "\tx\t"))
    with pytest.raises(BadInput, match="row 2"):
        list(table_segments(file))


def test_a_file_that_is_no_genome_is_refused(tmp_path):
    file = tmp_path / "genome.fa.gz"
    file.write_bytes(b"\x1f\x8bno")
    with pytest.raises(BadInput):
        extract("GRCh38", file, [])


def test_the_sequences_of_a_real_gff3_are_those_of_ensembl():
    import polars as pl

    fasta, genes = shared("reference/grch38_mini.fa.gz"), shared("reference/grch38_mini.gff3.gz")
    found = extract("GRCh38", fasta, gff3_segments(genes))
    expected = pl.read_parquet(shared("reference/grch38_mini_cds.parquet"))
    by_name = dict(zip(expected["transcript_id"], expected["cds_seq"], strict=True))
    assert Counter(one.sequence == by_name[one.name] for one in found.transcripts) == {True: 119}

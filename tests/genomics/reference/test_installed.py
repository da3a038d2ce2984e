"""References that a site keeps."""

import pytest

from chevet.errors import BadInput
from chevet.genomics.alteration import Alteration, Genomic
from chevet.genomics.known_changes import annotate
from chevet.genomics.reference.installed import References
from tests.genomics.reference.small_genome import write_fasta, write_gff3, write_table

NOW = "2026-11-27T10:00:00+00:00"


@pytest.fixture
def kept(tmp_path):
    references = References(tmp_path / "home")
    references.add(
        "ours", "GRCh38", fasta=write_fasta(tmp_path), gff3=write_gff3(tmp_path), cds_table=None, added=NOW
    )  # fmt: skip
    return references


def test_a_reference_is_kept_with_the_hashes_of_its_files(kept):
    one = kept.all()[0]
    assert (one.name, one.build, one.transcripts, one.left_out) == ("ours", "GRCh38", 2, 1)
    assert [len(one.fasta_sha256), len(one.genes_sha256)] == [64, 64]
    assert (kept.of("GRCh38"), kept.of("GRCh37")) == (one, None)


def test_a_change_is_named_by_the_sites_own_reference(kept):
    change = Alteration("variant", genomic=Genomic("GRCh38", "1", 108, "T", "A"))
    near = kept.transcripts(kept.of("GRCh38"), (change,))
    assert [one.name for one in near] == ["T_FIRST"]
    named = annotate((change,), near)[0]
    assert (named.gene, named.cdna, named.protein_change) == ("FIRST", "c.8T>A", "p.V3D")


def test_transcripts_are_found_by_gene_where_there_is_no_place(kept):
    change = Alteration("variant", gene="OTHER", cdna="c.8T>A")
    near = kept.transcripts(kept.of("GRCh38"), (change,))
    assert annotate((change,), near)[0].protein_change == "p.V3D"


def test_a_name_is_taken_once_and_must_be_a_name(kept, tmp_path):
    for name in ("ours", "../ours", "", "maps"):
        with pytest.raises(BadInput):
            kept.add(name, "GRCh38", fasta=write_fasta(tmp_path), gff3=write_gff3(tmp_path), cds_table=None, added=NOW)
    assert [one.name for one in kept.all()] == ["ours"]


def test_genes_are_given_once(kept, tmp_path):
    fasta, gff3, table = write_fasta(tmp_path), write_gff3(tmp_path), write_table(tmp_path)
    for genes in ((None, None), (gff3, table)):
        with pytest.raises(BadInput, match="genes once"):
            kept.add("two", "GRCh38", fasta=fasta, gff3=genes[0], cds_table=genes[1], added=NOW)


def test_a_removed_reference_is_gone_and_the_sites_files_stay(kept, tmp_path):
    kept.remove("ours")
    assert (kept.all(), (tmp_path / "genome.fa").exists()) == ([], True)
    with pytest.raises(BadInput, match="no reference"):
        kept.remove("ours")


def test_a_map_serves_both_ways_and_is_removed_by_its_name(kept, tmp_path):
    file = tmp_path / "map.tsv"
    file.write_text("1\t0\t100\t+\t1\t50\t150\t+\n")
    assert kept.add_map(file, "GRCh37", "GRCh38") == ("GRCh37_to_GRCh38", 1)
    assert kept.map("GRCh37", "GRCh38").place("1", 1) == ("1", 51, False)
    assert kept.map("GRCh38", "GRCh37").place("1", 51) == ("1", 1, False)
    kept.remove("GRCh37_to_GRCh38")
    assert (kept.maps(), kept.map("GRCh37", "GRCh38")) == ([], None)

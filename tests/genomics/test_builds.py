"""Which build a file counts on."""

import pytest

from chevet.genomics.builds import recognised

OLD = [("7", 140453136, "A", "T"), ("12", 25398284, "C", "T"), ("17", 7578406, "C", "T")]
NEW = [("chr7", 140753336, "A", "T"), ("chr12", 25245350, "C", "T"), ("chr17", 7675088, "C", "T")]


@pytest.mark.parametrize(
    ("header", "build", "how"),
    [
        (["##contig=<ID=1,length=249250621>"], "GRCh37", "contigs"),
        (["##contig=<ID=chr1,assembly=x,length=248956422>"], "GRCh38", "contigs"),
        (["##reference=file:///data/human_g1k_v37.fasta"], "GRCh37", "header"),
        (["##reference=GRCh38.p13"], "GRCh38", "header"),
        (["#version_of_reference hg19"], "GRCh37", "header"),
        (["##liftOverFile=/x/hg38ToHg19.over.chain.gz"], "GRCh37", "header"),
        (["##reference=hg38.fa", "##new_reference_genome=/x/hg19.fa"], "GRCh37", "header"),
        (["##reference=hg19ToHg38"], None, ""),
        (["##INFO=<ID=TCGA>"], None, ""),
        ([], None, ""),
    ],
)
def test_the_header_says_the_build(header, build, how):
    found = recognised(header, [])
    assert (found.build, found.how) == (build, how)


def test_without_a_header_the_bases_do():
    assert [recognised([], rows).build for rows in (OLD, NEW, OLD[:1], [])] == ["GRCh37", "GRCh38", "GRCh37", None]


def test_bases_that_fit_the_other_build_than_the_header_says_are_noticed():
    found = recognised(["##reference=hg38.fa"], OLD)
    assert (found.build, found.contradicted) == ("GRCh38", True)
    assert recognised(["##reference=hg19.fa"], OLD).contradicted is False


def test_a_place_that_both_builds_share_tells_nothing():
    assert recognised([], [("9", 5073770, "G", "T")]).build is None

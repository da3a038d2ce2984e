"""A change of the genome on a transcript of two exons, on either strand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.alteration import Genomic
from chevet.genomics.calling import call, calls, fewest_bases, of_cdna
from chevet.genomics.coding import reverse_complement
from chevet.genomics.transcript import Transcript, Transcripts

#          exon 1, 101-112   intron, 113-132        exon 2, 133-147
GENOME = "ATGAAAGTTCTG" + "GTAAGTCCTTGACTTTTCAG" + "CGTGCAGAATGGTAA"
FORWARD = Transcript("FW", "GENE", "GRCh38", "1", 1, ((101, 112), (133, 147)), "ATGAAAGTTCTGCGTGCAGAATGGTAA")
# the same gene read from the other strand: place p is 248 - p
BACKWARD = Transcript("BW", "ENEG", "GRCh38", "2", -1, ((136, 147), (101, 115)), FORWARD.sequence)


def both(first: int, ref: str, alt: str):
    """The calls for bases that begin at a place of the forward gene, on both strands."""
    forward = call(Genomic("GRCh38", "1", first, ref or "-", alt or "-"), FORWARD)
    last = first + len(ref) - 1
    mirrored = (248 - last) if ref else 248 - first - 1
    backward = call(
        Genomic("GRCh38", "2", mirrored, reverse_complement(ref) or "-", reverse_complement(alt) or "-"), BACKWARD
    )
    return forward, backward


@pytest.mark.parametrize(
    ("first", "ref", "alt", "cdna", "protein_change", "consequence"),
    [
        (108, "T", "A", "c.8T>A", "p.V3D", "Missense_Mutation"),
        (109, "T", "C", "c.9T>C", "p.V3=", "Silent"),
        (104, "A", "T", "c.4A>T", "p.K2*", "Nonsense_Mutation"),
        (102, "T", "C", "c.2T>C", "p.M1?", "Translation_Start_Site"),
        (146, "A", "C", "c.26A>C", "p.*9Sext*?", "Nonstop_Mutation"),
        (113, "G", "A", "c.12+1G>A", None, "Splice_Site"),
        (131, "A", "G", "c.13-2A>G", None, "Splice_Site"),
        (116, "A", "G", "c.12+4A>G", None, "Splice_Region"),
        (122, "T", "G", "c.12+10T>G", None, "Intron"),
        (104, "AAA", "", "c.4_6del", "p.K2del", "In_Frame_Del"),
        (104, "A", "", "c.6del", "p.V3Ffs*?", "Frame_Shift_Del"),
        (110, "CTGGTA", "", "c.10_12+3del", None, "Splice_Site"),
        (100, "CATG", "", "c.-1_3del", None, "Translation_Start_Site"),
        (146, "AAC", "", "c.26_*1del", None, "Nonstop_Mutation"),
        (133, "CG", "TT", "c.13_14delinsTT", "p.R5F", "Missense_Mutation"),
        (111, "TG", "CC", "c.11_12delinsCC", "p.L4P", "Missense_Mutation"),
        (106, "", "A", "c.6dup", "p.V3Sfs*?", "Frame_Shift_Ins"),
        (106, "", "CCC", "c.6_7insCCC", "p.K2_V3insP", "In_Frame_Ins"),
    ],
)
def test_a_change_has_the_same_names_on_either_strand(first, ref, alt, cdna, protein_change, consequence):
    found = both(first, ref, alt)
    assert [(one.cdna, one.protein_change, one.consequence) for one in found] == [
        (cdna, protein_change, consequence)
    ] * 2


def test_bases_that_are_not_those_of_the_transcript_are_not_called():
    assert both(108, "G", "A") == (None, None)


def test_outside_of_the_coding_part_there_is_no_call():
    assert [call(Genomic("GRCh38", "1", place, "A", "T"), FORWARD) for place in (100, 148)] == [None, None]


def test_the_preferred_transcript_comes_first_and_the_others_stand_beside():
    other = Transcript("A", "GENE", "GRCh38", "1", 1, FORWARD.exons, FORWARD.sequence, preferred=False)
    found = calls(Genomic("GRCh38", "chr1", 108, "T", "A"), Transcripts("GRCh38", (other, FORWARD)))
    assert [one.transcript for one in found] == ["FW", "A"]


def test_a_change_of_another_build_touches_no_transcript():
    assert calls(Genomic("GRCh37", "1", 108, "T", "A"), Transcripts("GRCh38", (FORWARD,))) == ()


def test_what_is_no_change_of_bases_is_not_trimmed():
    odd = [Genomic("GRCh37", "1", 10, *pair) for pair in (("A", "A"), ("A", "<DEL>"), ("N", "A"), ("A", "*"))]
    assert [fewest_bases(one) for one in odd] == [None] * 4


@given(st.integers(101, 147), st.integers(0, 6), st.text("ACGT", max_size=6))
def test_the_coding_name_leads_back_to_the_same_change(first, length, put):
    ref = GENOME[first - 101 : first - 101 + length]
    for strand, one in zip((FORWARD, BACKWARD), both(first, ref, put) if ref != put else (None, None), strict=True):
        if one is not None and one.protein_change is not None and "*" not in one.cdna:
            again = of_cdna(one.cdna, strand)
            assert again is not None
            assert (again.protein_change, again.consequence, again.cdna) == (
                one.protein_change, one.consequence, one.cdna,
            )  # fmt: skip

"""The class of a change, read from its name."""

import pytest

from chevet.genomics.alteration import Alteration, Genomic
from chevet.genomics.effects import consequence_of


@pytest.mark.parametrize(
    ("protein_change", "expected"),
    [
        ("p.V600E", "Missense_Mutation"),
        ("p.R213*", "Nonsense_Mutation"),
        ("p.R213R", "Silent"),
        ("p.*394Rext*12", "Nonstop_Mutation"),
        ("p.M1?", "Translation_Start_Site"),
        ("p.M1V", "Translation_Start_Site"),
        ("p.X1010_splice", "Splice_Site"),
        ("p.E746_A750del", "In_Frame_Del"),
        ("p.L747_P753delinsS", "In_Frame_Del"),
        ("p.A763_Y764insFQEA", "In_Frame_Ins"),
        ("p.Y772_A775dup", "In_Frame_Ins"),
        ("p.V600_K601delinsEN", "Missense_Mutation"),
        ("p.W288Cfs*12", None),
    ],
)
def test_the_protein_change_says_the_class(protein_change, expected):
    assert consequence_of(Alteration("variant", protein_change=protein_change)) == expected


@pytest.mark.parametrize(
    ("cdna", "expected"),
    [
        ("c.3028+1G>T", "Splice_Site"),
        ("c.2942-30_2950del", "Splice_Site"),
        ("c.100-2_120del", "Splice_Site"),
        ("c.3082+20A>G", "Intron"),
        ("c.68_69del", "Frame_Shift_Del"),
        ("c.5266dup", "Frame_Shift_Ins"),
        ("c.2235_2249del", "In_Frame_Del"),
        ("c.-124C>T", "5'UTR"),
        ("c.*12A>G", "3'UTR"),
        ("c.1799T>A", None),
    ],
)
def test_else_the_coding_change_does(cdna, expected):
    assert consequence_of(Alteration("variant", cdna=cdna)) == expected


def test_a_frameshift_is_an_insertion_or_a_deletion_by_its_bases():
    place = Genomic("GRCh37", "5", 170837543, "C", "CTCTG")
    assert consequence_of(Alteration("variant", protein_change="p.W288Cfs*12", genomic=place)) == "Frame_Shift_Ins"
    assert consequence_of(Alteration("variant", protein_change="p.E23fs", cdna="c.68_69del")) == "Frame_Shift_Del"

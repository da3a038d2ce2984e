"""How two proteins differ, in HGVS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.protein_change import described
from chevet.words import proteins

ACIDS = "ACDEFGHIKLMNPQRSTVWY"


@pytest.mark.parametrize(
    ("old", "new", "codon", "added", "text", "consequence"),
    [
        ("MKVR*", "MKER*", 3, 0, "p.V3E", "Missense_Mutation"),
        ("MKVR*", "MKVR*", 3, 0, "p.V3=", "Silent"),
        ("MKVR*", "MKVR*", 5, 3, "p.=", "Silent"),
        ("MKVR*", "MK*", 3, 0, "p.V3*", "Nonsense_Mutation"),
        ("MKVR*", "VKVR*", 1, 0, "p.M1?", "Translation_Start_Site"),
        ("MKVR*", "MKVRWL", 5, 0, "p.*5Wext*?", "Nonstop_Mutation"),
        ("MKVLR*", "MKSGT*", 3, -1, "p.V3Sfs*4", "Frame_Shift_Del"),
        ("MKVLR*", "MKSGTW", 3, 1, "p.V3Sfs*?", "Frame_Shift_Ins"),
        ("MKVLR*", "MK*GT", 3, 1, "p.V3*", "Frame_Shift_Ins"),
        ("MKKKVR*", "MKKVR*", 2, -3, "p.K4del", "In_Frame_Del"),
        ("MELREAT*", "MT*", 2, -15, "p.E2_A6del", "In_Frame_Del"),
        ("MELREAT*", "MSAT*", 2, -9, "p.E2_E5delinsS", "In_Frame_Del"),
        ("MYVMAG*", "MYVMAYVMAG*", 2, 12, "p.Y2_A5dup", "In_Frame_Ins"),
        ("MAYV*", "MAFQEAYV*", 3, 12, "p.A2_Y3insFQEA", "In_Frame_Ins"),
        ("MKVL*", "MKEWL*", 3, 3, "p.V3delinsEW", "In_Frame_Ins"),
        ("MKVL*", "MKENL*", 3, 3, "p.V3delinsEN", "In_Frame_Ins"),
        ("MKVKL*", "MKENL*", 3, 0, "p.V3_K4delinsEN", "Missense_Mutation"),
        ("MKVL*", "MKVW*L*", 4, 6, "p.L4delinsW*", "Nonsense_Mutation"),
    ],
)
def test_the_difference_is_named(old, new, codon, added, text, consequence):
    found = described(old, new, codon=codon, added=added)
    assert (found.text, found.consequence) == (text, consequence)


@given(st.text(ACIDS, min_size=1, max_size=20), st.integers(0, 19), st.integers(0, 5), st.text(ACIDS, max_size=5))
def test_every_name_is_one_that_the_reader_of_names_understands(rest, first, removed, put):
    old = "M" + rest + "*"
    first = min(first + 1, len(old) - 1)
    last = min(first + removed, len(old) - 1)
    new = old[:first] + put + old[last:]
    text = described(old, new, codon=first + 1, added=3 * (len(put) - (last - first))).text
    assert proteins.short(text) == text

"""Protein changes in one normal form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.words.proteins import ONE_LETTER, short

ACIDS = st.sampled_from(sorted(set(ONE_LETTER) - {"Ter", "Xaa"}))
PLACES = st.integers(1, 3000)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("p.L858R", "p.L858R"), ("L858R", "p.L858R"), ("p.Leu858Arg", "p.L858R"),
        ("NP_005219.2:p.Leu858Arg", "p.L858R"),
        ("p.(Leu858Arg)", "p.L858R"), ("p.E746_A750del", "p.E746_A750del"), ("p.Glu746_Ala750del", "p.E746_A750del"),
        ("p.H115Pfs*34", "p.H115Pfs*34"), ("p.His115ProfsTer34", "p.H115Pfs*34"), ("p.R213*", "p.R213*"),
        ("p.Arg213Ter", "p.R213*"), ("p.L114delinsSV", "p.L114delinsSV"), ("p.X125_splice", "p.X125_splice"),
        ("p.A767_V769dup", "p.A767_V769dup"), ("p.D770_N771insG", "p.D770_N771insG"), ("p.P102P", "p.P102P"),
        ("p.*394Rext*8", "p.*394Rext*8"), ("p.M1?", "p.M1?"), ("p.=", "p.="), ("p.%3D", "p.="), ("p.K28M", "p.K28M"),
    ],
)  # fmt: skip
def test_every_spelling_of_a_change_has_one_normal_form(written: str, normal: str) -> None:
    assert short(written) == normal


@pytest.mark.parametrize("rubbish", ["", "c.2573T>G", "Exon 19", "=", "L858", "p.", "p.868R", "<script>", "p.J5K"])
def test_what_is_not_a_protein_change_is_not_made_into_one(rubbish: str) -> None:
    assert short(rubbish) is None


@given(ACIDS, PLACES, ACIDS)
def test_one_letter_and_three_letter_spellings_agree(before: str, place: int, after: str) -> None:
    three = short(f"p.{before}{place}{after}")
    assert three is not None
    assert three == short(f"{ONE_LETTER[before]}{place}{ONE_LETTER[after]}")


@given(st.text(max_size=40))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = short(text)
    assert once is None or short(once) == once

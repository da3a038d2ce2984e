"""Protein changes in one normal form."""

from __future__ import annotations

import re

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


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("p.ELREA746del", "p.E746_A750del"), ("p.LREAT747del", "p.L747_T751del"), ("p.FG10del", "p.F10_G11del"),
        ("p.NS72KK", "p.N72_S73delinsKK"), ("p.RGSG1420QRSS", "p.R1420_G1423delinsQRSS"),
        ("p.554_555PW>R", "p.P554_W555delinsR"), ("p.80_81MD>IY", "p.M80_D81delinsIY"),
        ("p.165_166TT>T", "p.T166del"), ("p.158_161HGQH>H", "p.G159_H161del"), ("p.94_95RL>RV", "p.L95V"),
        ("p.42_42G>GG", "p.G42dup"), ("p.26_27RP>RKP", "p.R26_P27insK"), ("p.7_8AG>AGAG", "p.A7_G8dup"),
    ],
)  # fmt: skip
def test_listed_amino_acids_are_named_as_hgvs_does(written: str, normal: str) -> None:
    assert short(written) == normal


@pytest.mark.parametrize(
    "written",
    ["p.EV109fs", "p.AF7fs", "p.SRSK1434fs",  # which of them is the first to change?
     "p.ALA12del", "p.SER45fs",  # one amino acid, or three?
     "p.222_222I>IEI", "p.77_78insS",  # inserted beside which amino acid?
     "p.94_95RL>RL", "p.46_47EQ>D*", "p.DSRC*252del", "p.554_556PW>R", "p.555_554PW>R", "p.-733fs", "p.FG0del"],
)  # fmt: skip
def test_what_listed_amino_acids_leave_open_is_not_guessed(written: str) -> None:
    assert short(written) is None


LISTS = st.text(st.sampled_from("ACDEFGHIKLMNPQRSTVWY"), min_size=1, max_size=6)


@given(LISTS, PLACES, LISTS)
def test_the_normal_form_of_a_listed_change_makes_that_change(before: str, place: int, after: str) -> None:
    last = place + len(before) - 1
    found = short(f"p.{place}_{last}{before}>{after}")
    if found is None:
        assert after == before or after.startswith(before) or after.endswith(before)
    else:
        assert changed(before, place, found) == after
        assert short(found) == found


@given(LISTS.filter(lambda acids: len(acids) > 3), PLACES)
def test_a_listed_deletion_says_its_first_and_its_last_amino_acid(acids: str, place: int) -> None:
    assert short(f"p.{acids}{place}del") == f"p.{acids[0]}{place}_{acids[-1]}{place + len(acids) - 1}del"


def changed(acids: str, place: int, change: str) -> str:
    """What a protein with these amino acids from `place` on has there after the change."""
    parts = re.fullmatch(r"p\.([A-Z])(\d+)(?:_([A-Z])(\d+))?(delins|del|dup|ins)?([A-Z]*)", change)
    assert parts is not None
    start, act = int(parts[2]) - place, parts[5]
    end = start if parts[4] is None else int(parts[4]) - place
    assert acids[start] == parts[1]
    assert acids[end] == (parts[3] or parts[1])
    if act == "dup":
        return acids[: end + 1] + acids[start : end + 1] + acids[end + 1 :]
    if act == "ins":
        return acids[: start + 1] + parts[6] + acids[end:]
    return acids[:start] + parts[6] + acids[end + 1 :]


@given(ACIDS, PLACES, ACIDS)
def test_one_letter_and_three_letter_spellings_agree(before: str, place: int, after: str) -> None:
    three = short(f"p.{before}{place}{after}")
    assert three is not None
    assert three == short(f"{ONE_LETTER[before]}{place}{ONE_LETTER[after]}")


@given(st.text(max_size=40))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = short(text)
    assert once is None or short(once) == once

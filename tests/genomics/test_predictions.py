"""What programs say of a variant, by their scores and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.predictions import agreed, predictions


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        ("REVEL", 0.644, "harmful"), ("REVEL", "0.29", "harmless"), ("REVEL_score", 0.5, "unclear"),
        ("CADD_PHRED", "25.3", "harmful"), ("CADD", 22.7, "harmless"), ("SIFT", "tolerated(0.2)", "harmless"),
        ("SIFT", "deleterious_low_confidence(0.04)", "unclear"), ("SIFT", "deleterious(0)", "harmful"),
        ("PolyPhen", "possibly_damaging(0.5)", "harmful"), ("PolyPhen", "benign(0.01)", "harmless"),
        ("am_class", "likely_pathogenic", "harmful"), ("am_class", "ambiguous", "unclear"),
        ("SpliceAI_pred_DS_DG", "0.2", "harmful"), ("SpliceAI_pred_DS_DG", 0.1, "harmless"),
    ],
)  # fmt: skip
def test_scores_count_by_the_published_limits_and_words_by_what_they_say(name: str, value: object, answer: str) -> None:
    assert [said for _, said in predictions({name: value})] == [answer]


@pytest.mark.parametrize("value", ["", ".", "n/a", None, True, -1, 4000, [0.9]])
def test_what_is_no_prediction_is_none(value: object) -> None:
    assert predictions({"REVEL": value}) == ()


def test_the_gravest_of_several_values_of_one_program_counts() -> None:
    fields = {"SpliceAI_pred_DS_AG": 0.0, "SpliceAI_pred_DS_AL": 0.9, "SpliceAI_pred_DS_DG": 0.15}
    assert predictions(fields) == (("SpliceAI", "harmful"),)


@given(
    st.lists(
        st.tuples(st.sampled_from(["REVEL", "SIFT", "CADD", "SpliceAI"]), st.sampled_from(["harmful", "harmless"]))
    )
)
def test_programs_agree_only_when_two_speak_and_none_differs(made: list[tuple[str, str]]) -> None:
    answers = [said for name, said in made if name != "SpliceAI"]
    said = agreed(made)  # type: ignore[arg-type]
    assert (said is None) == (len(answers) < 2)
    assert said in (None, "unclear") or set(answers) == {said}

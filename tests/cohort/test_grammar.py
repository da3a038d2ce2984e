from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.cohort.grammar import parse
from chevet.cohort.nodes import DEPTH_AT_MOST, TEXT_AT_MOST, And, Definition, Everyone, Not, Or
from chevet.errors import BadInput
from tests.strategies import definitions


def refused(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        parse(text)
    return caught.value


@given(definitions())
def test_what_a_definition_writes_is_read_back_as_the_same(definition: Definition) -> None:
    assert parse(str(definition)) == definition


@given(st.text(max_size=60) | st.text(alphabet='()"\\ andortreated=<>,0.é', max_size=60))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    try:
        definition = parse(text)
    except BadInput as error:
        message = error.message
    else:
        assert parse(str(definition)) == definition
        return
    assert message.startswith("definition, character ")
    assert message.splitlines()[-1].strip() == "^"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("diagnosis under LUGN", "LUGN", "nearest: LUNG"),
        ("mutated(EGRF)", "EGRF", "nearest: EGFR"),
        ("stage = IIIA", "IIIA", "nearest: III"),
        ("sex = female and", "", "expected a fact"),
        ("sex > female", "female", "has no order"),
        ("age_at_diagnosis_years >= old", "old", "expected a number"),
        ("mutated(EGFR, nonsense words)", "nonsense", "is not a protein change"),
        ("age_at_diagnosis >= 65", "age_at", "nearest: age_at_diagnosis_years"),
        ('treated(class "chemo-therapy")', '"chemo', "nearest: chemotherapy"),
        ("tested(EGFR, copynumber)", "copynumber", "nearest: copy_number"),
        ("sex = female & all", "&", "write and, or, not"),
        ('measurement("PAM50) = 1', '"PAM50', "never closed"),
        ("mutated(EGFR", "", "expected `,`"),
    ],
)
def test_an_error_points_at_the_character_and_names_what_was_expected(text: str, place: str, says: str) -> None:
    _, line, caret = refused(text).message.splitlines()
    assert line == "  " + text
    assert caret.index("^") - 2 == (text.index(place) if place else len(text))
    assert says in refused(text).message


def test_only_the_line_that_goes_wrong_is_shown() -> None:
    assert refused("sex = female and\n  stage = V\n  and all").message.splitlines()[1:] == [
        "    stage = V",
        "            ^",
    ]


def test_old_gene_symbols_and_brand_names_are_resolved_with_a_note_in_both_languages() -> None:
    definition = parse('mutated(MLL2) and treated("Herceptin")')
    assert str(definition) == 'mutated(KMT2D) and treated("trastuzumab")'
    assert [note.say("en") for note in definition.notes] == [
        "MLL2 is now called KMT2D; the definition reads KMT2D.",
        "Herceptin is read as trastuzumab.",
    ]
    assert definition.notes[0].say("fr").startswith("MLL2 s’appelle désormais KMT2D")


def test_every_spelling_of_a_protein_change_is_one_fact() -> None:
    spellings = ['mutated(EGFR, "L858R")', "mutated(EGFR, p.Leu858Arg)", "mutated(EGFR, 'p.L858R')"]
    assert len({parse(text) for text in spellings}) == 1


def test_and_binds_tighter_than_or() -> None:
    assert parse("all or all and not all") == Or((Everyone(), And((Everyone(), Not(Everyone())))))


def test_deep_nesting_and_endless_text_are_refused_before_they_harm() -> None:
    assert parse("not " * DEPTH_AT_MOST + "all")
    assert "nested more than" in refused("not " * (DEPTH_AT_MOST + 1) + "all").message
    assert "nested more than" in refused("(" * 5_000).message
    assert "characters long" in refused("a" * (TEXT_AT_MOST + 1)).message

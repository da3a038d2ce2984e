"""The events of the data room: their forms, and the page of the manual that tells them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.room.events import (
    EVENTS,
    events_markdown,
    is_organisation,
    is_permit,
    is_person,
    is_project,
    is_time,
    organisation_in_words,
    organisation_key,
    problems,
    require_form,
)
from chevet.words.labels import has_label

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "permits.md"
TAKEN = {"person": "anna", "role": "checker", "reason": "left"}


def test_the_manual_holds_the_table_of_events_as_the_program_prints_it() -> None:
    assert events_markdown() in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("act", EVENTS)
def test_every_event_has_words_in_the_ledgers_list(act: str) -> None:
    assert has_label(f"ledger.act.{act}")


def test_a_well_formed_event_has_no_problem() -> None:
    assert problems("role_taken", TAKEN) == []


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadInput) as wrong:
        require_form("role_taken", {"person": "Anna", "role": "king", "more": 1})
    for fact in ("reason is missing", "person must be", "role must be", "no fact of one of the names given"):
        assert fact in wrong.value.message


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 501, 7, None, ["a"]])
def test_a_reason_is_some_words_on_one_line(reason: Any) -> None:
    assert problems("role_taken", TAKEN | {"reason": reason})


@pytest.mark.parametrize(
    "moment", ["2027-03-01", "2027-03-01T00:00:00", "2027-03-01T00:00:00Z", "2027-02-30T00:00:00+00:00", 5, "soon"]
)
def test_a_moment_has_one_spelling(moment: Any) -> None:
    assert is_time("2027-03-01T00:00:00+00:00")
    assert not is_time(moment)


@given(st.sampled_from(sorted(EVENTS)), st.dictionaries(st.text(max_size=12), st.from_type(type).flatmap(st.just)))
def test_whatever_the_facts_are_their_form_can_be_judged(act: str, facts: dict[str, Any]) -> None:
    assert problems(act, facts)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(EVENTS)), st.data())
def test_whatever_json_stands_in_the_place_of_a_fact_is_judged_without_an_error(act: str, data: st.DataObject) -> None:
    problems(act, {name: data.draw(json_values) for name in EVENTS[act]})


@given(st.text(max_size=70))
def test_no_path_can_be_climbed_with_an_id_or_a_name(text: str) -> None:
    if is_permit(text) or is_person(text):
        assert "/" not in text
        assert text[0].isascii()
        assert text[0].isalnum()
        assert text.isprintable()


@pytest.mark.parametrize("name", ["Institut A", "Hôpital de l’Espérance", "institut_x", "北京大学医学部"])
def test_an_organisation_is_named_in_words(name: str) -> None:
    assert is_organisation(name)


@pytest.mark.parametrize(
    "name", ["", "A", "a\tb", "two\nlines", "a  b", " a b", "x" * 101, "\u202eab", "--", "e\u0301a", 7]
)
def test_an_organisation_has_one_line_and_one_spelling_of_its_signs(name: Any) -> None:
    assert not is_organisation(name)
    assert problems("affiliation_set", {"person": "anna", "organisation": name})


@given(st.text(max_size=110))
def test_what_is_typed_as_an_organisation_is_entered_in_its_one_spelling(text: str) -> None:
    named = organisation_in_words(text)
    assert organisation_in_words(named) == named
    if is_organisation(named):
        assert organisation_key(named) == organisation_key(named.upper().lower()) or not named.isascii()


@pytest.mark.parametrize("project", ["answers", "budgets", "questions"])
def test_no_project_takes_the_name_of_a_folder_beside_the_projects_own(project: str) -> None:
    assert is_project("early_lung")
    assert not is_project(project)

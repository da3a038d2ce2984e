"""What was done with data like mine: the uses that could have included such a person, in plain sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet.cohort.definition import parse
from chevet.errors import Refused
from chevet.room import uses
from chevet.room.ask import require_given
from chevet.room.audit import ANSWERED, CUBE_MADE, INSIDE, PAGE_WRITTEN, REFUSED, RELEASE_MADE
from chevet.room.pages import table_page, uses_page
from chevet.room.refusals import CODES, why_code
from chevet.room.tokens import Pass
from chevet.words.labels import Lang, label
from tests.room.made_room import Room, made_room

WOMAN = parse("diagnosis is LUAD and sex = female")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = made_room(tmp_path)
    permit = room.granted(opened=False)
    told = {"study": "demo", "mode": "cube", "permit": permit.id, "project": permit.project, "version": 1}
    for definition in ("diagnosis under LUNG", "diagnosis under LUNG", "sex = male"):
        room.ledger.append(ANSWERED, actor="anna", kind="count", definition=definition, **told)
        room.clock.turn(days=1)
    room.ledger.append(
        REFUSED,
        actor="anna",
        kind="survival",
        definition="sex = female",
        reason="few patients",
        why_code="tells_too_much",
        **told,
    )
    room.ledger.append(
        REFUSED, actor="anna", kind="genes", definition="all", reason="P-1 does not", why_code="not_permitted", **told
    )
    room.ledger.append(INSIDE, actor="dr", study="other", version=1, definition="all", answer="count", patients=90)
    return room


def sentences(room: Room, **how: str) -> list[str]:
    return [use.sentence("en") for use in uses.like(room.book, WOMAN, **how)]


def test_each_use_is_one_sentence_with_the_day_the_question_and_what_became_of_it(room: Room) -> None:
    assert sentences(room, study="demo") == [
        "On 4 March 2026, the project early_lung asked the study demo about all patients: which of their genes are "
        "altered, and how often? It was refused: the permit did not allow it.",
        "On 4 March 2026, the project early_lung asked the study demo about the patients whose sex is female: how long "
        "do they live? It was refused: the answer could have told something of a few people.",
        "On 2 March 2026, the project early_lung asked the study demo about the patients who have a tumour of the type "
        "“Lung” or of one of its subtypes: how many are there? It was answered. (2 times, the last on that day)",
    ]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("code", [*CODES, "of another version", None])
def test_every_code_of_a_refusal_has_a_sentence_for_patients(room: Room, code: str | None, lang: Lang) -> None:
    told = {"study": "demo", "permit": "P-1", "version": 1, "kind": "count", "definition": "all", "reason": "a reason"}
    room.ledger.append(REFUSED, actor="anna", **told | ({} if code is None else {"why_code": code}))
    use = uses.like(room.book, WOMAN, "demo")[0]
    known = code if code in CODES else "other"
    assert use.why == known
    assert use.sentence(lang).endswith(" " + label(f"uses.refused.{known}", lang))
    assert "a reason" not in use.sentence(lang)


def test_the_permits_own_refusal_has_the_code_of_what_is_not_permitted(room: Room) -> None:
    passed = Pass("anna", room.permits.get("P-1"), "T-1")
    with pytest.raises(Refused) as refused:
        require_given(passed, "other", None, "cube")
    assert why_code(refused.value) == "not_permitted"


def test_uses_of_every_study_are_told_unless_one_is_named(room: Room) -> None:
    assert sentences(room)[0] == (
        "On 4 March 2026, the hospital asked the study other about all patients: how many are there? It was answered."
    )


def test_what_takes_the_whole_study_includes_everybody_in_it(room: Room) -> None:
    steward, permit = {"actor": "steward"}, {"permit": "P-1", "project": "early_lung", "study": "demo"}
    room.ledger.append(CUBE_MADE, study="demo", version=1, **steward)
    room.ledger.append(RELEASE_MADE, cohort="demo", version=1, project="early_lung", **steward)
    room.book.enter("workspace_opened", version=1, gives=["extract", "cube"], release="r", **permit, **steward)
    room.ledger.append("job_run", actor="anna", job=1, **permit)
    room.ledger.append("output_released", actor="anna", job=1, **permit)
    told = {use.form: use.sentence("fr") for use in uses.like(room.book, WOMAN, "demo") if use.form != "question"}
    assert told == {
        "cube": "Le 4 mars 2026, des tableaux de toute l’étude demo ont été calculés une fois, avec un bruit qui cache "
        "chaque personne.",
        "release": "Le 4 mars 2026, une copie anonymisée de l’étude demo a été faite pour le projet early_lung, et "
        "vérifiée.",
        "extract": "Le 4 mars 2026, un extrait anonymisé de l’étude demo a été placé dans une salle fermée pour le "
        "projet early_lung.",
        "program": "Le 4 mars 2026, un programme a tourné pour le projet early_lung auprès de l’extrait anonymisé de "
        "l’étude demo\u202f; rien n’est sorti de la salle à ce moment-là.",
        "handed_over": "Le 4 mars 2026, des résultats d’un programme, vérifiés par deux personnes, ont été remis pour "
        "le projet early_lung (étude demo).",
    }


def test_a_room_opened_past_the_rules_is_no_use(room: Room) -> None:
    before = sentences(room)
    room.ledger.append("workspace_opened", actor="mallory", permit="P-1", study="demo", gives=["extract"])
    assert sentences(room) == before


def test_the_purpose_is_told_in_the_projects_words_and_by_name_in_both_languages(room: Room) -> None:
    use = uses.like(room.book, WOMAN, "demo")[0]
    assert use.purpose_said("fr") == (
        "Pour quoi\xa0: Why some lung tumours come back early (recherche en santé, médicale ou biomédicale)"
    )


def test_no_researcher_is_named_and_no_number_told(room: Room) -> None:
    page = uses_page(uses.like(room.book, WOMAN), "x", "y", "en")
    assert "anna" not in page
    assert "90" not in page


def test_one_patients_uses_are_those_not_false_of_them_and_the_pages_written_of_them(room: Room) -> None:
    room.ledger.append(PAGE_WRITTEN, actor="dr", study="demo", version=1, patient="name of mine")
    room.ledger.append(PAGE_WRITTEN, actor="dr", study="demo", version=1, patient="name of another")
    asked = []

    def includes(study: str, version: int | None, definition: object) -> bool:
        asked.append((study, version, str(definition)))
        return str(definition) == "sex = male"

    told = uses.of_patient(room.book, "demo", includes, "name of mine")
    assert [(use.form, use.at[:10]) for use in told] == [("page", "2026-03-04"), ("question", "2026-03-03")]
    assert asked[0] == ("demo", 1, "diagnosis under LUNG")


def test_a_question_that_can_no_longer_be_read_could_have_included_anybody(room: Room) -> None:
    room.ledger.append(
        ANSWERED, actor="anna", kind="count", definition="word_of_tomorrow(5)", study="demo", permit="P-1"
    )
    assert "about all patients" in sentences(room, study="demo")[0]


def test_pages_escape_whatever_the_ledger_says(room: Room) -> None:
    room.granted(project="markup", purpose_in_words="<script>alert(1)</script>", opened=False)
    told = {"study": "demo", "permit": "P-2", "project": "markup", "version": 1}
    room.ledger.append(ANSWERED, actor="anna", kind="count", definition='centre = "<b>"', **told)
    for page in (
        uses_page(uses.like(room.book, WOMAN), "<i>", "<u>", "fr"),
        table_page("<i>", ["<u>"], ["<b>"], [["<b>"]], "fr"),
    ):  # fmt: skip
        for markup in ("<script", "<b>", "<i>", "<u>"):
            assert markup not in page
        assert "&lt;i&gt;" in page

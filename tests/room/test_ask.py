from __future__ import annotations

import contextlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.cli import main
from chevet.cohort import cohort as cohorts
from chevet.cohort.index import CohortIndex
from chevet.errors import BadInput, CannotConclude, Fault, Refused
from chevet.privacy.noise.cube import Cube
from chevet.room.account.counted import questions_of
from chevet.room.account.overlap import Past
from chevet.room.ask import QUESTION_ANSWERED, QUESTION_REFUSED, Question, ask
from chevet.room.questions.cubes import budget_of, make_cube, open_cube
from chevet.room.refusals import LimitReached
from chevet.store import bits
from chevet.store.lake import Lake
from chevet.store.version import Version
from tests.room import asked_study
from tests.room.asked_room import Asked, N, made_home, opened_copy
from tests.room.made_room import EVERYTHING
from tests.strategies import record

ALONE = "age_at_diagnosis_years = 47 and diagnosis_year = 2015"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One study with its cube, made once for all tests here: each takes a copy."""
    return made_home(tmp_path_factory.mktemp("room"))


@pytest.fixture
def asked(home: Path, tmp_path: Path) -> Asked:
    return opened_copy(home, tmp_path / "home")


# -- the cube


def test_a_count_from_the_cube_is_near_the_truth_and_says_how_near(asked: Asked) -> None:
    told = asked("count", "stage = III")
    assert told["patients"] is not None
    assert abs(told["patients"] - asked.truth("stage = III")) < 3 * told["within_95"]


def test_the_same_question_in_any_words_has_the_same_answer_however_often(asked: Asked) -> None:
    first = asked("count", "stage in (III, IV)")
    for words in ("stage in (III, IV)", "stage = III or stage = IV", "not (stage != III and not stage = IV)"):
        again = asked("count", words)
        assert (again["patients"], again["within_95"]) == (first["patients"], first["within_95"])


def test_every_kind_of_answer_can_be_read_from_the_cube(asked: Asked) -> None:
    assert {d["field"] for d in asked("describe")["distributions"]} >= {"tumour", "stage", "age_at_diagnosis_years"}
    assert asked("genes")["genes"][0]["gene"] == "TP53"
    assert 0 < asked("survival")["groups"][0]["curve"][3]["survival"] < 1
    assert asked("table", rows="tumour", columns="stage")["cells"]
    compared = asked("compare", "all", "all")
    assert all(gene["p"] is None or gene["p"] > 0.9 for gene in compared["genes"])


def test_a_frequency_from_the_cube_is_near_the_truth(asked: Asked) -> None:
    found = {gene["gene"]: gene for gene in asked("genes")["genes"]}
    assert found["TP53"]["ci_low"] - 0.05 < 0.4 < found["TP53"]["ci_high"] + 0.05


@pytest.mark.parametrize(
    "definition",
    ["mutated(TP53) and mutated(KRAS)", "age_at_diagnosis_years >= 67", 'treated("cisplatin")', "purity > 0.5",
     "sex = female and stage = IV and centre = Lille"],
)  # fmt: skip
def test_what_the_cube_does_not_hold_is_told_and_not_guessed(asked: Asked, definition: str) -> None:
    with pytest.raises(CannotConclude) as refusal:
        asked("count", definition)
    assert "cube" in refusal.value.message
    assert "checked" in refusal.value.next_act


def test_where_noise_drowns_a_count_no_count_is_told(asked: Asked) -> None:
    told = asked("count", "sex = other")
    if told["patients"] is None:
        assert told["below"] > 0
    else:  # once in forty cubes the noise alone is as large as that
        assert told["patients"] < 2 * told["within_95"]


def test_reading_spends_nothing_and_a_second_cube_is_never_drawn(asked: Asked) -> None:
    before = budget_of(asked.lake, "demo").spent()
    asked("describe")
    _, made = make_cube(asked.lake, cohorts.open(asked.lake, "demo"))
    assert not made
    assert budget_of(asked.lake, "demo").spent() == before


def test_the_cube_is_an_entry_of_the_ledger_with_its_price(asked: Asked) -> None:
    (entry,) = asked.entries("cube_made")
    assert entry["auc_at_most"] <= 0.55
    assert entry["rho"] > 0
    assert len(entry["sha256"]) == 64


# -- checked answers


def test_a_checked_count_is_the_truth_rounded_and_the_same_for_the_same_words(asked: Asked) -> None:
    told = asked("count", "mutated(TP53)", mode="checked")["patients"]
    assert told % 5 == 0
    assert abs(told - asked.truth("mutated(TP53)")) < 5
    assert asked("count", "not (not mutated(TP53))", mode="checked")["patients"] == told


def test_a_question_that_differs_by_one_person_from_anybody_elses_is_refused(asked: Asked) -> None:
    """Whether the person has the fact does not matter: the refusal must not tell it."""
    asked("count", "mutated(TP53)", mode="checked")
    index = cohorts.open(asked.lake, "demo").index
    ages, years = index.number("age_at_diagnosis_years"), index.number("diagnosis_year")
    bruno = asked.room.tokens.identify(asked.room.token(asked.anna.permit.id, "bruno"), "ask")
    colluding = replace(asked, anna=bruno)
    for age, year in {(ages[i], years[i]) for i in range(12)}:
        alone = f"age_at_diagnosis_years = {age:g} and diagnosis_year = {year:g} and sex = female"
        if bits.count(cohorts.open(asked.lake, "demo", alone).bits):
            with pytest.raises(Refused, match="apart"):
                colluding("count", f"mutated(TP53) and not ({alone})", mode="checked")


def test_a_tracker_is_refused(asked: Asked) -> None:
    assert 0 < asked.truth(ALONE) < 20
    with pytest.raises(Refused):
        asked("count", f"({ALONE}) or mutated(KRAS)", mode="checked")


def test_a_checked_table_hides_what_its_margins_would_give_away(asked: Asked) -> None:
    told = asked("table", "all", mode="checked", rows="tumour", columns="stage")
    assert all(cell["patients"] is None or cell["patients"] % 5 == 0 for row in told["cells"] for cell in row)


def test_a_new_version_of_the_study_is_not_compared_with_the_old_one(asked: Asked) -> None:
    """The same question to both would tell of whoever joined."""
    asked("count", "mutated(TP53)", mode="checked")
    asked.lake.write("demo", record(asked_study.rows(N + 1)), derive=[CohortIndex.build])
    with pytest.raises(Refused, match="given on version 1"):
        asked("count", "mutated(TP53)", mode="checked")


def test_every_kind_of_checked_answer_is_given(asked: Asked) -> None:
    assert {d["field"] for d in asked("describe", "mutated(TP53)", mode="checked")["distributions"]} >= {"stage", "sex"}
    assert asked("genes", "sex = female", mode="checked")["genes"][0]["gene"] == "TP53"
    assert asked("genes", "stage = IV", mode="checked")["genes"][0]["altered"]["patients"] % 5 == 0
    assert asked("table", mode="checked", rows="sex", columns="vital_status")["cells"]
    assert asked("compare", "sex = female", "sex = male", mode="checked")["genes"][0]["p"] is not None
    assert len(asked("survival", mode="checked", by="stage")["groups"]) == 4


def test_more_than_two_hidden_facts_are_not_put_together_in_one_number(asked: Asked) -> None:
    for kind, definition, how in (
        ("count", "mutated(TP53) and mutated(KRAS)", {}),
        ("table", "mutated(TP53)", {"rows": "stage", "columns": "vital_status"}),
        ("survival", "mutated(TP53)", {"by": "stage"}),
        ("cooccurrence", "stage = IV", {}),
    ):
        with pytest.raises(Refused, match="at most"):
            asked(kind, definition, mode="checked", **how)


def test_a_gene_that_few_carry_is_not_asked_of(asked: Asked) -> None:
    with pytest.raises(Refused, match="too few patients"):
        asked("count", "altered(BRAF)", mode="checked")


@pytest.mark.parametrize(("definition", "told"), [("stage = IV", True), ("stage = IV and sex = female", False)])
def test_a_number_that_is_a_small_share_of_its_people_is_told_where_they_are_many(
    asked: Asked, definition: str, told: bool
) -> None:
    """Of four thousand a fiftieth is told, of two thousand a tenth; both numbers are far above the floor."""
    assert asked.truth(f"{definition} and mutated(EGFR)") > 50
    (gene,) = asked("genes", definition, mode="checked", genes=["EGFR"])["genes"]
    assert (gene["altered"]["patients"] is not None) is told


def test_a_past_put_back_from_an_older_copy_is_noticed_by_the_ledger(asked: Asked) -> None:
    """Else what was told since would be told again, as if nothing had been, and somebody would stand between."""
    place = asked.room.home / "rooms" / "questions"
    asked("count", "sex = female and mutated(TP53)", mode="checked")
    shutil.copytree(place, asked.room.home / "older")
    asked("count", "sex = male and mutated(TP53)", mode="checked")
    shutil.rmtree(place)
    shutil.copytree(asked.room.home / "older", place)
    with pytest.raises(Fault, match="fewer checked questions are kept of study demo than the ledger says"):
        asked("count", "sex = male and mutated(KRAS)", mode="checked")
    asked("count", "sex = male")  # the cube goes on


def test_a_checked_question_counts_whatever_becomes_of_it(asked: Asked) -> None:
    folder = asked.room.home / "rooms" / "questions" / "demo" / "1"
    for definition in ("mutated(TP53)", "mutated(TP53) and mutated(KRAS)", "purity = 0.37"):
        with contextlib.suppress(Refused):
            asked("survival", definition, mode="checked")
    assert questions_of(folder, "early_lung") == 3


def test_no_curve_is_an_answer_and_its_sum_is_kept(asked: Asked) -> None:
    """As a refusal it could be asked for ever, of one gene after another."""
    folder = asked.room.home / "rooms" / "questions" / "demo" / "1"
    found = asked("survival", "sex = female and vital_status = alive", mode="checked")
    assert found["groups"] == []
    with Past.locked(folder, N) as past:
        assert past.supports >= 2


def test_pairs_of_genes_are_told_in_checked_mode_only(asked: Asked) -> None:
    told = asked("cooccurrence", mode="checked")["pairs"]
    assert {pair["a"] for pair in told} <= {"TP53", "KRAS", "EGFR", "PIK3CA"}
    with pytest.raises(BadInput, match="cooccurrence"):
        asked("cooccurrence")


def test_exact_changes_are_for_permits_that_give_them(asked: Asked) -> None:
    for mode in ("checked", "noise"):
        with pytest.raises(Refused, match="no exact changes"):
            asked("count", 'mutated(TP53, "R175H")', mode=mode)
    permit = asked.room.granted(conditions=replace(EVERYTHING, genomic_detail="exact"))
    exact = replace(asked, anna=asked.room.tokens.identify(asked.room.token(permit.id), "ask"))
    assert exact("count", 'mutated(TP53, "R175H")', mode="checked")["patients"] > 0
    assert "patients" in exact("count", 'mutated(TP53, "R175H")', mode="noise")


# -- fresh noise


def test_fresh_noise_is_paid_once_for_the_same_words_in_any_order(asked: Asked) -> None:
    before = budget_of(asked.lake, "demo").spent().of_study
    first = asked("count", "mutated(TP53) and mutated(KRAS)", mode="noise")
    once = budget_of(asked.lake, "demo").spent().of_study
    assert once > before
    assert asked("count", "mutated(KRAS) and mutated(TP53)", mode="noise") | {"definition": ""} == first | {
        "definition": ""
    }
    assert budget_of(asked.lake, "demo").spent().of_study == once


def test_the_same_patients_in_other_words_cost_as_much_again(asked: Asked) -> None:
    asked("count", "mutated(TP53)", mode="noise")
    once = budget_of(asked.lake, "demo").spent().of_study
    asked("count", "mutated(TP53) and known(sex)", mode="noise")
    assert budget_of(asked.lake, "demo").spent().of_study == once + 100_000


def test_the_price_of_fresh_noise_is_in_the_ledger_and_missed_when_the_journal_lost_it(asked: Asked) -> None:
    journal = asked.room.home / "rooms" / "budgets" / "demo.jsonl"
    before = journal.read_bytes()
    asked("count", "mutated(TP53)", mode="noise")
    assert [entry["nano_rho"] for entry in asked.entries(QUESTION_ANSWERED)] == [100_000]
    journal.write_bytes(before)
    with pytest.raises(Fault, match="says less than the ledger"):
        asked("count", "mutated(KRAS)", mode="noise")


def test_a_table_with_fresh_noise_is_one_question_and_other_kinds_are_none(asked: Asked) -> None:
    before = budget_of(asked.lake, "demo").spent().of_study
    told = asked("table", "mutated(TP53) and mutated(KRAS)", mode="noise", rows="stage", columns="sex")
    assert budget_of(asked.lake, "demo").spent().of_study - before == 100_000
    assert told["total"]["within_95"] > 600  # of every cell together
    with pytest.raises(BadInput, match="fresh noise"):
        asked("describe", mode="noise")


def test_a_budget_that_was_thrown_away_is_missed(asked: Asked) -> None:
    (asked.room.home / "rooms" / "budgets" / "demo.jsonl").unlink()
    with pytest.raises(Fault, match="says less than the ledger"):
        asked("count", "mutated(TP53)", mode="noise")


def test_when_the_allowance_is_spent_fresh_noise_ends_and_the_cube_goes_on(asked: Asked) -> None:
    budget = budget_of(asked.lake, "demo")
    budget.spend(budget.spent().left / 1e9, what="all that is left")
    with pytest.raises(Refused, match="is spent"):
        asked("count", "mutated(TP53)", mode="noise")
    assert asked("count", "mutated(TP53)")["patients"]


# -- permits and the ledger


def test_every_question_is_written_down_with_its_fate_and_never_with_a_number(asked: Asked) -> None:
    asked("count", "stage = III")
    with pytest.raises(CannotConclude):
        asked("count", "age_at_diagnosis_years >= 67")
    (answered,), (refused,) = asked.entries(QUESTION_ANSWERED), asked.entries(QUESTION_REFUSED)
    assert answered == {
        "study": "demo", "mode": "cube", "permit": asked.anna.permit.id, "project": "early_lung", "kind": "count",
        "definition": "stage = III", "version": 1,
    }  # fmt: skip
    assert "cuts a band" in refused["reason"]
    assert refused["why_code"] == "cannot_be_told"


def test_a_permit_that_is_revoked_while_the_answer_is_made_stops_the_answer(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(lake: Lake, version: Version) -> Cube:
        asked.room.permits.revoke(asked.anna.permit.id, "withdrawn", actor="steward")
        return open_cube(lake, version)

    monkeypatch.setattr("chevet.room.ask.open_cube", slow)
    with pytest.raises(Refused, match="was revoked"):
        asked("count", "stage = III")
    assert asked.entries(QUESTION_ANSWERED) == []
    assert [refused["why_code"] for refused in asked.entries(QUESTION_REFUSED)] == ["not_permitted"]


@pytest.mark.parametrize(
    ("mode", "kind", "definition", "code"),
    [
        ("checked", "count", f"({ALONE}) or mutated(KRAS)", "tells_too_much"),
        ("checked", "count", 'mutated(TP53, "R175H")', "not_permitted"),
        ("cube", "cooccurrence", "all", "badly_asked"),
        ("cube", "count", "purity > 0.5", "cannot_be_told"),
    ],
)
def test_a_refusal_is_kept_with_a_code_that_tells_its_kind(
    asked: Asked, mode: str, kind: str, definition: str, code: str
) -> None:
    with contextlib.suppress(Refused, BadInput, CannotConclude):
        asked(kind, definition, mode=mode)
    assert [refused["why_code"] for refused in asked.entries(QUESTION_REFUSED)] == [code]


def test_an_allowance_that_is_spent_is_a_limit_reached(asked: Asked) -> None:
    budget = budget_of(asked.lake, "demo")
    budget.spend(budget.spent().left / 1e9, what="all that is left")
    with pytest.raises(Refused):
        asked("count", "mutated(TP53)", mode="noise")
    assert [refused["why_code"] for refused in asked.entries(QUESTION_REFUSED)] == ["limit_reached"]


@pytest.mark.parametrize(
    ("study", "mode", "said"), [("other", "cube", "is for study demo"), ("demo", "noise", "noise")]
)
def test_a_permit_gives_its_study_and_its_modes_and_nothing_else(
    asked: Asked, study: str, mode: Any, said: str
) -> None:
    permit = asked.room.granted(conditions=replace(EVERYTHING, answers=frozenset({"cube"})))
    anna = asked.room.tokens.identify(asked.room.token(permit.id), "ask")
    with pytest.raises(Refused, match=said):
        ask(asked.lake, asked.room.permits, anna, study, Question.read("count", "all"), mode=mode)


def test_a_limit_on_questions_holds_for_whoever_asks_them_all_at_once(asked: Asked) -> None:
    permit = asked.room.granted(project="at_once", conditions=replace(EVERYTHING, may_ask={"questions": 3}))
    anna = asked.room.tokens.identify(asked.room.token(permit.id), "ask")

    def is_answered(stage: str) -> bool:
        try:
            ask(asked.lake, asked.room.permits, anna, "demo", Question.read("count", f"stage = {stage}"))
        except LimitReached:
            return False
        return True

    with ThreadPoolExecutor(8) as several:
        assert sum(several.map(is_answered, ["I", "II", "III", "IV"] * 4)) == 3


def test_a_permit_of_three_questions_a_day_gives_three_and_more_tomorrow(asked: Asked) -> None:
    permit = asked.room.granted(conditions=replace(EVERYTHING, may_ask={"questions_per_day": 3}))
    limited = replace(asked, anna=asked.room.tokens.identify(asked.room.token(permit.id), "ask"))
    for _ in range(3):
        limited("count", "all")
    with pytest.raises(Refused, match="3 questions per day"):
        limited("count", "all")
    asked.room.clock.turn(days=1)
    assert limited("count", "all")["patients"] == N


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_at_the_door_a_token_opens_and_the_answer_is_printed_and_drawn(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    permit = asked.room.granted(until=asked_study.noon(28).replace(year=2099))
    monkeypatch.setenv("CHEVET_HOME", str(asked.room.home))
    monkeypatch.setenv("CHEVET_ACTOR", "anna")
    asked.room.clock.now = datetime.now(UTC)
    monkeypatch.setenv("CHEVET_TOKEN", asked.room.token(permit.id))
    page = tmp_path / "page.html"
    words = ["room", "ask", "count", "stage = III", "--study", "demo", "--lang", lang, "--html", str(page)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "±" in result.output
    assert "±" in page.read_text(encoding="utf-8")
    told = CliRunner().invoke(main, [*words[:6], "--json"])
    assert json.loads(told.output)["mode"] == "cube"


def test_without_a_token_the_door_stays_shut(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEVET_HOME", str(asked.room.home))
    monkeypatch.delenv("CHEVET_TOKEN", raising=False)
    result = CliRunner().invoke(main, ["room", "ask", "count", "--study", "demo"])
    assert result.exit_code == Refused.exit_code

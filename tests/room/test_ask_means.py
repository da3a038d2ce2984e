"""Means and sums at the door of the questions."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from chevet.cli import main
from chevet.cohort import cohort as cohorts
from chevet.errors import BadInput, CannotConclude, Refused
from chevet.privacy.noise.budget import Budget
from chevet.privacy.noise.process import Noised
from chevet.privacy.noise.sums import Bounds
from chevet.room.ask import QUESTION_ANSWERED, QUESTION_REFUSED
from chevet.room.questions.bounds import NUMBERS, PUBLIC
from chevet.room.questions.by_noise import RHO, FromNoise
from chevet.room.questions.cubes import budget_of, open_cube
from chevet.store import bits
from tests.room import asked_study
from tests.room.asked_room import Asked, N, made_home, opened_copy

AGE = "age_at_diagnosis_years"
ONE = 100_000  # billionths of rho: what a question costs


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_home(tmp_path_factory.mktemp("room"))


@pytest.fixture
def asked(home: Path, tmp_path: Path) -> Asked:
    return opened_copy(home, tmp_path / "home")


def _spent(asked: Asked) -> int:
    return budget_of(asked.lake, "demo").spent().of_study


def _true_ages(asked: Asked, definition: str) -> np.ndarray:
    cohort = cohorts.open(asked.lake, "demo", definition)
    ages = np.asarray(cohort.index.number(AGE))[bits.unpack(cohort.bits, N)]
    return ages[~np.isnan(ages)]


def test_a_mean_is_near_the_truth_and_says_how_near(asked: Asked) -> None:
    told = asked("mean", "sex = female", mode="noise", field=AGE, between=(30, 90))
    half = (told["high"] - told["low"]) / 2
    truth = _true_ages(asked, "sex = female")
    assert 30 <= told["low"] < told["mean"] < told["high"] <= 90
    assert abs(told["mean"] - truth.mean()) < 3 * half  # once in a hundred million draws it would not be
    assert abs(told["patients"] - len(truth)) < 3 * told["within_95"]


def test_a_sum_and_a_mean_of_the_same_are_one_question_in_any_order_and_bounds_however_written(asked: Asked) -> None:
    before = _spent(asked)
    mean = asked("mean", "sex = female and stage = IV or all", mode="noise", field=AGE, between=(0, 120))
    once = _spent(asked)
    total = asked("sum", "all or stage = IV and sex = female", mode="noise", field=AGE)
    again = asked("mean", "all or (stage = IV and sex = female)", mode="noise", field=AGE, between=(-0.0, 120.0))
    assert once - before == ONE == _spent(asked) - before
    assert again | {"definition": ""} == mean | {"definition": ""}
    assert total["patients"] == mean["patients"]
    assert abs(total["sum"] - mean["mean"] * N) < total["high"] - total["low"]


@pytest.mark.parametrize(("field", "between"), [(AGE, (0, 110)), ("diagnosis_year", None)])
def test_other_bounds_and_other_fields_are_other_questions(
    asked: Asked, field: str, between: tuple[float, float] | None
) -> None:
    asked("mean", mode="noise", field=AGE)
    once = _spent(asked)
    asked("mean", mode="noise", field=field, between=between)
    assert _spent(asked) == once + ONE


@pytest.fixture
def without_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise of nought, so that a test of few patients does not hang on chance."""
    monkeypatch.setattr(
        "chevet.room.questions.by_noise.draw", lambda tables: Noised(tuple(table.counts for table in tables), RHO)
    )


@pytest.mark.usefixtures("without_noise")
def test_where_noise_drowns_a_mean_nothing_is_concluded_but_it_was_paid_for(asked: Asked) -> None:
    before = _spent(asked)
    for _ in range(2):  # the second time it costs nothing, and tells nothing more
        with pytest.raises(CannotConclude, match="noise drowns"):
            asked("mean", "sex = other", mode="noise", field=AGE)
    assert _spent(asked) == before + ONE
    first, second = asked.entries(QUESTION_REFUSED)
    assert (first["nano_rho"], "nano_rho" in second) == (ONE, False)
    assert (first["field"], first["why_code"]) == (AGE, "cannot_be_told")


@pytest.mark.usefixtures("without_noise")
def test_patients_without_the_value_are_left_out(asked: Asked) -> None:
    with pytest.raises(CannotConclude):  # everybody is in the cohort, and in nobody is it recorded
        asked("mean", mode="noise", field="purity")


@pytest.mark.usefixtures("without_noise")
def test_values_beyond_the_bounds_count_as_the_bounds(asked: Asked) -> None:
    told = asked("mean", mode="noise", field=AGE, between=(50, 70))
    assert told["mean"] == pytest.approx(np.clip(_true_ages(asked, "all"), 50, 70).mean(), abs=0.001)
    assert told["patients"] == N


def test_the_ledger_has_the_question_with_its_bounds_and_price_and_never_a_number_of_the_answer(asked: Asked) -> None:
    asked("mean", "sex = female", mode="noise", field=AGE, between=(30.0, 90.0))
    (entry,) = asked.entries(QUESTION_ANSWERED)
    assert entry == {
        "study": "demo", "mode": "noise", "permit": asked.anna.permit.id, "project": "early_lung", "kind": "mean",
        "definition": "sex = female", "version": 1, "field": AGE, "between": [30.0, 90.0], "nano_rho": ONE,
    }  # fmt: skip


@pytest.mark.parametrize("mode", ["cube", "checked"])
@pytest.mark.parametrize("kind", ["mean", "sum"])
def test_without_fresh_noise_a_sum_is_refused_and_where_to_ask_is_said(asked: Asked, mode: str, kind: str) -> None:
    before = _spent(asked)
    with pytest.raises(Refused, match="give that patient's value") as refusal:
        asked(kind, mode=mode, field=AGE)
    assert f"chevet room ask {kind} FIELD --mode noise --between LOW HIGH" in refusal.value.next_act
    assert _spent(asked) == before
    assert [entry["why_code"] for entry in asked.entries(QUESTION_REFUSED)] == ["tells_too_much"]


@pytest.mark.parametrize(
    ("field", "between", "said"),
    [("stage", None, "hold numbers"), ("nothing", None, "hold numbers"), ("", None, "hold numbers"),
     ("tmb_per_megabase", None, "no bounds of it are public"), (AGE, (90, 30), "two different numbers"),
     (AGE, (0, float("inf")), "two different numbers"), (AGE, (0,), "must be said")],
)  # fmt: skip
def test_a_question_that_is_badly_asked_costs_nothing(
    asked: Asked, field: str, between: tuple[float, ...] | None, said: str
) -> None:
    before = _spent(asked)
    with pytest.raises(BadInput, match=said):
        asked("mean", mode="noise", field=field, between=between)
    assert _spent(asked) == before


def test_every_public_bound_is_of_a_field_of_numbers() -> None:
    assert set(PUBLIC) < set(NUMBERS)


def test_every_field_of_numbers_is_one_number_per_patient(asked: Asked) -> None:
    index = cohorts.open(asked.lake, "demo").index
    assert [np.asarray(index.number(name), dtype=np.float64).shape for name in NUMBERS] == [(N,)] * len(NUMBERS)


def test_a_thousand_means_asked_at_once_never_spend_more_than_there_is(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Sixty fit; each of the thousand is another question, and those that got no noise got no answer."""
    drawn: list[int] = []

    def no_noise(tables: list[object]) -> Noised:
        drawn.append(len(tables))
        return Noised((np.zeros(2, dtype=np.int64),), RHO)

    monkeypatch.setattr("chevet.room.questions.by_noise.draw", no_noise)
    cohort = cohorts.open(asked.lake, "demo")
    cube, truth = open_cube(asked.lake, cohort.version), cohort.truth
    told: list[int] = []

    def ask_fifty(thread: int) -> None:
        budget = Budget(tmp_path / "budgets", "demo", 60 * RHO)
        source = FromNoise(cohort.index, lambda _: truth, cube, budget, "p", tmp_path / "answers")
        for i in range(50):
            try:
                source.totals(cohort.definition, AGE, Bounds(0, 100 + thread * 50 + i))
            except Refused:
                continue
            told.append(i)

    threads = [threading.Thread(target=ask_fifty, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = Budget(tmp_path / "budgets", "demo", 60 * RHO).spent("p")
    assert (len(told), len(drawn), spent.left, spent.of_project) == (60, 60, 0, 60 * ONE)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", ("Mean: age at diagnosis", "Fieller")), ("fr", ("Moyenne : âge au diagnostic", "Fieller"))],
)
def test_at_the_door_a_mean_is_printed_and_drawn(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, said: tuple[str, ...]
) -> None:
    permit = asked.room.granted(until=asked_study.noon(28).replace(year=2099))
    asked.room.clock.now = datetime.now(UTC)
    monkeypatch.setenv("CHEVET_HOME", str(asked.room.home))
    monkeypatch.setenv("CHEVET_ACTOR", "anna")
    monkeypatch.setenv("CHEVET_TOKEN", asked.room.token(permit.id))
    page = tmp_path / "page.html"
    words = ["room", "ask", "mean", AGE, "--mode", "noise", "--between", "30", "90", "--where", "sex = female"]
    result = CliRunner().invoke(main, [*words, "--lang", lang, "--html", str(page)])
    assert result.exit_code == 0, result.output
    assert [word for word in said if word not in result.output] == []
    assert said[0] in page.read_text(encoding="utf-8")
    told = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    assert told["between"] == [30.0, 90.0]

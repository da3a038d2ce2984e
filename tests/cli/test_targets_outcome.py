"""`chevet targets outcome` as a person and as a script call it, on a small made-up study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from chevet import synth
from chevet.cli import main
from chevet.cohort import cohort as cohorts
from chevet.cohort.studies import import_study
from chevet.errors import BadInput
from chevet.store.lake import Lake
from chevet.targets.evidence import Line
from chevet.targets.outcome.analysis import Outcome, Settings, of_cohort
from chevet.targets.outcome.lines import lines

PATIENTS = 3000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outcome")
    synth.make(PATIENTS, 5, folder / "study")
    import_study(Lake(folder / "home"), folder / "study", "made_up")
    return folder / "home"


@pytest.fixture(scope="module")
def outcome(home: Path) -> Outcome:
    return of_cohort(cohorts.open(Lake(home), "made_up"), Settings())


def run(home: Path, *words: object) -> Result:
    asked = ["targets", "outcome", "--study", "made_up", *map(str, words)]
    return CliRunner().invoke(main, asked, env={"CHEVET_HOME": str(home)})


def answer(home: Path, *words: object) -> dict[str, Any]:
    ran = run(home, *words, "--json")
    assert ran.exit_code == 0, ran.output
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def failed(home: Path, *words: object) -> tuple[int, str]:
    ran = run(home, *words, "--json")
    error = json.loads(ran.stdout)["error"]
    return ran.exit_code, error["message"] + " " + error["next"]


def test_genes_come_with_ratio_interval_and_what_they_rest_on(home: Path) -> None:
    told = answer(home, "--gene", "TP53", "--gene", "KRAS", "--gene", "EGFR")
    tp53 = next(row for row in told["genes"] if row["gene"] == "TP53")
    assert tp53["ci_low"] < tp53["hazard_ratio"] < tp53["ci_high"]
    assert tp53["hazard_ratio"] > 1  # made up so
    assert (tp53["shrunken"], told["model"]["shrinkage"]) == (
        None,
        None,
    )  # three genes tell too little of what genes do
    assert told["model"]["delayed_entry"] is True


def test_all_genes_are_listed_and_those_that_tell_of_few_are_empty(outcome: Outcome) -> None:
    rows = outcome.genes.to_pylist()
    states = {row["state"] for row in rows}
    assert {"estimated", "few_events", "withheld"} <= states
    assert outcome.model["genes_withheld"] == sum(row["state"] == "withheld" for row in rows)
    assert all(row["carriers"] is None and row["p"] is None for row in rows if row["state"] == "withheld")
    p = [row["p"] for row in rows if row["state"] == "estimated"]
    assert p == sorted(p)


def test_the_folder_holds_the_table_and_the_model_and_the_ledger_knows(home: Path, tmp_path: Path) -> None:
    told = answer(home, "--top", "3", "--out", tmp_path / "out", "--html", tmp_path / "forest.html")
    header = (tmp_path / "out" / "genes.tsv").read_text().splitlines()[0].split("\t")
    model = json.loads((tmp_path / "out" / "model.json").read_text())
    assert (header, model) == (list(told["genes"][0]), told["model"])
    assert (len(told["genes"]), told["more"] > 0) == (3, True)
    page = (tmp_path / "forest.html").read_text()
    assert told["genes"][0]["gene"] in page
    kept = [entry.as_json() for entry in Lake(home).ledger.entries()]
    assert kept[-4]["facts"]["answer"] == "outcome"
    assert {entry["facts"]["file"] for entry in kept[-3:]} == {"genes.tsv", "model.json", "forest.html"}


def test_what_a_treatment_does_to_carriers_is_called_a_hypothesis(home: Path) -> None:
    english = run(home, "--by-treatment", "chemotherapy", "--top", "5")
    french = run(home, "--by-treatment", "chimiothérapie", "--top", "5", "--lang", "fr")
    assert (english.exit_code, french.exit_code) == (0, 0)
    assert english.stdout.startswith("Hypothesis: chemotherapy")
    assert french.stdout.startswith("Hypothèse\u00a0: chimiothérapie")
    told = answer(home, "--by-treatment", "chemotherapy", "--top", "5")
    assert (told["model"]["hypothesis"], told["model"]["treated_from"]) == (True, "start")
    assert "chemotherapy" not in told["model"]["covariates"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_word_is_there_in_both_languages(home: Path, lang: str, tmp_path: Path) -> None:
    picture = tmp_path / "forest.svg"
    ran = run(home, "--lang", lang, "--adjust", "nothing", "--strata", "stage", "--svg", picture)
    assert (ran.exit_code, "targets.outcome" in ran.stdout) == (0, False)
    assert "targets.outcome" not in picture.read_text()


def test_a_question_that_cannot_be_answered_says_what_to_do(home: Path) -> None:
    assert failed(home, "--endpoint", "happiness")[0] == 4
    code, said = failed(home, "--by-treatment", "chemotherpy")
    assert (code, "chemotherapy" in said, "chemotherpy" in said) == (4, True, False)
    assert failed(home, "--gene", "NOSUCHGENE")[0] == 4
    assert failed(home, "--from-entry")[0] == 4
    assert run(home, "--min-events", "11").exit_code == 2
    with pytest.raises(BadInput, match="11"):
        of_cohort(cohorts.open(Lake(home), "made_up"), Settings(min_events=11))
    assert failed(home, "--where", "age_at_diagnosis_years > 130")[0] == 5


def test_a_cohort_of_fewer_than_five_is_refused(home: Path) -> None:
    index = cohorts.open(Lake(home), "made_up").index
    ages = np.sort(np.asarray(index.number("age_at_diagnosis_years"), dtype=np.float64))
    third = ages[~np.isnan(ages)][-3]
    assert failed(home, "--where", f"age_at_diagnosis_years >= {third:g}")[0] == 3


def test_evidence_carries_the_figures_as_they_may_be_shown(outcome: Outcome) -> None:
    found = {line.gene: line for line in lines(outcome)}
    rows = {row["gene"]: row for row in outcome.genes.to_pylist()}
    assert set(found) == set(rows)
    for gene, line in found.items():
        row = rows[gene]
        assert (line.effect, line.p, line.q, line.patients) == (
            row["hazard_ratio"], row["p"], row["q"], row["carriers"],
        )  # fmt: skip
        assert line.standing == _standing(row), gene


def _standing(row: dict[str, Any]) -> str:
    if row["state"] != "estimated":
        return "not_concluded"
    return "for" if row["q"] < 0.1 and row["hazard_ratio"] > 1 else "neutral"


def test_a_line_about_a_treatment_never_speaks_for_a_gene(home: Path) -> None:
    asked = of_cohort(cohorts.open(Lake(home), "made_up"), Settings(treatment="chemotherapy"))
    found: list[Line] = lines(asked)
    assert {line.standing for line in found} <= {"neutral", "not_concluded"}
    assert all(line.detail["hypothesis"] for line in found)


def test_who_died_before_their_first_sample_is_not_in_the_comparison_that_counts_from_it(home: Path) -> None:
    whole, later = (answer(home, "--gene", "TP53", *more)["model"] for more in ((), ("--from-sample",)))
    assert (whole["from_sample"], later["from_sample"]) == (False, True)
    assert whole["samples_long_after_entry"] > 0
    assert later["samples_long_after_entry"] == 0
    left_out = sum(n or 0 for n in later["left_out"].values()) - sum(n or 0 for n in whole["left_out"].values())
    assert later["patients"] + left_out == whole["patients"]
    assert later["left_out"]["never_observed"] > (whole["left_out"]["never_observed"] or 0)


def test_early_and_late_events_are_all_events(home: Path) -> None:
    asked = [("--up-to", 24), ("--after", 24), ()]
    early, late, whole = (answer(home, "--gene", "TP53", *words)["model"] for words in asked)
    assert early["events"] + late["events"] == whole["events"]
    assert (early["up_to_months"], late["after_months"]) == (24, 24)
    assert failed(home, "--after", 24, "--up-to", 24)[0] == 4


def test_all_may_be_compared_with_all(home: Path) -> None:
    told = answer(home, "--gene", "TP53", "--strata", "nothing", "--adjust", "nothing")
    assert (told["model"]["strata"], told["model"]["covariates"], told["genes"][0]["p_strata"]) == ([], [], None)


def test_a_medicine_is_asked_by_any_of_its_names(home: Path) -> None:
    models = [answer(home, "--by-treatment", name, "--gene", "TP53")["model"] for name in ("pembrolizumab", "Keytruda")]
    assert models[0] == models[1]
    assert (models[0]["treatment"], "immunotherapy" in models[0]["covariates"]) == ("pembrolizumab", False)


def test_adjusting_for_the_burden_adds_it(home: Path) -> None:
    told = answer(home, "--gene", "TP53", "--adjust", "burden", "--adjust", "age")
    assert told["model"]["covariates"] == ["age", "burden"]

"""`chevet cohort`: every question as a person and as a script ask it, on a small made-up study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from chevet import synth
from chevet.cli.cohort import command
from chevet.cohort import cohort as cohorts
from chevet.cohort.kaplan_meier import kaplan_meier
from chevet.cohort.studies import import_study
from chevet.records.tables import DAYS_PER_MONTH
from chevet.store.lake import Lake

PATIENTS = 2000
QUESTIONS: dict[str, tuple[str, ...]] = {
    "count": ("count", "sex = female"),
    "describe": ("describe", "all"),
    "genes": ("genes", "all", "--top", "8"),
    "survival": ("survival", "all", "--by", "stage"),
    "compare": ("compare", "mutated(TP53)", "not mutated(TP53)"),
    "cooccurrence": ("cooccurrence", "all", "--top", "6"),
    "oncoprint": ("oncoprint", "all", "--top", "5"),
}


@pytest.fixture(scope="session")
def asked_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with two thousand made-up patients; each process of the tests makes its own."""
    folder = tmp_path_factory.mktemp("made")
    synth.make(PATIENTS, 5, folder / "study")
    import_study(Lake(folder / "home"), folder / "study", "made_up")
    return folder / "home"


@pytest.fixture(autouse=True)
def lake(asked_home: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("CHEVET_HOME", str(asked_home))
    monkeypatch.delenv("CHEVET_LANG", raising=False)
    return Lake(asked_home)


@pytest.fixture
def someone(lake: Lake) -> str:
    name: str = lake.open("made_up").table("patient", ["patient_id"])["patient_id"][7].as_py()
    return name


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, words), "--study", "made_up"])


def answer(*words: str | Path) -> dict[str, Any]:
    ran = run(*words, "--json")
    assert ran.exit_code == 0, ran.output

    def refused(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    told: dict[str, Any] = json.loads(ran.stdout, parse_constant=refused)
    return told


def _numbers_or_null(row: dict[str, Any], *names: str) -> None:
    for name in names:
        assert row[name] is None or isinstance(row[name], int | float), name
        assert not isinstance(row[name], bool), name


def test_count_tells_scripts_a_number_and_whether_it_is_withheld() -> None:
    told = answer("count", "sex = female")
    assert set(told) == {"patients", "suppressed", "not_in_cohort", "cannot_be_told", "definition", "study", "version"}
    assert isinstance(told["patients"], int)
    assert told["suppressed"] is False
    assert told["patients"] + told["not_in_cohort"] + told["cannot_be_told"] == PATIENTS
    few = answer("count", "age_at_diagnosis_years > 400")
    assert (few["patients"], few["suppressed"]) == (0, False)


def test_genes_tell_altered_tested_and_frequency() -> None:
    told = answer("genes")
    assert set(told) == {"genes", "more"}
    for gene in told["genes"]:
        assert {"gene", "altered", "tested", "frequency"} <= set(gene)
        _numbers_or_null(gene, "altered", "tested", "frequency", "ci_low", "ci_high")
        if gene["frequency"] is not None:
            assert gene["frequency"] == pytest.approx(gene["altered"] / gene["tested"])
    assert len(told["genes"]) > 20, "a script gets every gene"


def test_survival_tells_months_groups_and_delayed_entry() -> None:
    told = answer("survival", "all", "--by", "stage")
    assert (told["unit"], told["by"], told["delayed_entry"]) == ("months", "stage", True)
    for group in told["groups"]:
        assert {"label", "patients", "events", "median", "ci_low", "ci_high"} <= set(group)
        assert isinstance(group["label"], str)
        _numbers_or_null(group, "patients", "events", "median", "ci_low", "ci_high", "restricted_mean")
    assert set(told["left_out"]) == {"no_time", "never_observed", "no_group"}
    assert set(told["log_rank"]) == {"chi_square", "degrees_of_freedom", "p"}


def test_cooccurrence_tells_four_counts_ratio_p_and_q() -> None:
    told = answer("cooccurrence", "all", "--top", "6")
    assert len(told["pairs"]) == 15
    for pair in told["pairs"]:
        names = ("both", "only_a", "only_b", "neither", "log2_odds_ratio", "p", "q")
        assert {"a", "b", *names} <= set(pair)
        _numbers_or_null(pair, *names)


def test_compare_and_describe_and_oncoprint_tell_scripts_their_parts(someone: str) -> None:
    told = answer("compare", "mutated(TP53)", "not mutated(TP53)")
    assert {"first", "second", "overlap_left_out", "kind", "genes", "clinical", "survival"} == set(told)
    made = [g["gene"] for g in told["genes"] if g["by_definition"]]
    assert made == ["TP53"]
    assert answer("compare", "amplified(MYC)", "sex = male")["genes"][0]["by_definition"] is False
    told = answer("describe")
    assert {d["field"] for d in told["distributions"]} >= {"tumour", "stage", "sex", "age_band", "diagnosis_year"}
    told = answer("oncoprint", "--top", "3")
    assert all(len(g["states"]) == told["columns"] for g in told["genes"])
    assert someone not in json.dumps(told)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_prints_a_table_and_writes_its_files(name: str, lang: str, tmp_path: Path) -> None:
    paths = {kind: tmp_path / "new" / f"answer.{kind}" for kind in ("svg", "png", "html", "csv")}
    ran = run(*QUESTIONS[name], "--lang", lang, *(w for kind, path in paths.items() for w in (f"--{kind}", path)))
    assert ran.exit_code == 0, ran.output
    assert ("écrit" if lang == "fr" else "wrote") in ran.stdout
    assert "<svg" in paths["svg"].read_text()[:200]
    assert paths["png"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert f'<html lang="{lang}">' in paths["html"].read_text()
    assert paths["csv"].read_bytes().startswith(b"\xef\xbb\xbf")
    assert "nan" not in paths["csv"].read_text().lower().replace("nanog", "")


def test_a_question_and_each_file_are_entries_in_the_ledger(lake: Lake, tmp_path: Path) -> None:
    before = lake.ledger.verify().entries
    answer("genes", "--svg", tmp_path / "g.svg", "--csv", tmp_path / "g.csv")
    acts = [(e.act, e.facts.get("file")) for e in list(lake.ledger.entries())[before:]]
    assert acts == [("question_asked", None), ("picture_exported", "g.svg"), ("table_exported", "g.csv")]


def test_with_json_files_are_written_and_standard_output_holds_json_only(tmp_path: Path) -> None:
    assert answer("count", "--svg", tmp_path / "c.svg")["patients"] == PATIENTS
    assert (tmp_path / "c.svg").exists()


@pytest.mark.parametrize(("words", "exit_code", "kind"), [
    (("count", "sex ="), 4, "bad_input"),
    (("count", "mutated(NOSUCHGENE)"), 4, "bad_input"),
    (("genes", "--gene", "NOSUCHGENE"), 4, "bad_input"),
    (("survival", "--by", "weather"), 4, "bad_input"),
    (("describe", "age_at_diagnosis_years > 400"), None, "cannot_conclude"),
    (("timeline", "--patient", "Nobody-At-All"), 4, "bad_input"),
])  # fmt: skip
def test_errors_have_their_exit_code_and_are_json_when_asked(
    words: tuple[str, ...], exit_code: int | None, kind: str
) -> None:
    ran, plain = run(*words, "--json"), run(*words)
    error = json.loads(ran.stdout)["error"]
    assert set(error) == {"kind", "message", "next"}
    assert error["kind"] == kind
    assert ran.exit_code == plain.exit_code != 0
    assert exit_code in (None, ran.exit_code)
    assert plain.stdout == ""
    assert error["message"].splitlines()[0] in plain.stderr
    assert "Nobody-At-All" not in ran.output + plain.output, "an identifier is not repeated"


def test_an_unknown_study_and_an_unwritable_file_are_bad_input(tmp_path: Path) -> None:
    ran = CliRunner().invoke(command, ["count", "--study", "nowhere", "--json"])
    assert (ran.exit_code, json.loads(ran.stdout)["error"]["kind"]) == (4, "bad_input")
    (tmp_path / "file").write_text("")
    ran = run("count", "--svg", tmp_path / "file" / "x.svg", "--json")
    assert (ran.exit_code, json.loads(ran.stdout)["error"]["kind"]) == (4, "bad_input")


def test_a_cohort_too_small_to_speak_of_is_refused(lake: Lake) -> None:
    numbers = lake.open("made_up").table("diagnosis", ["age_at_diagnosis_years"])["age_at_diagnosis_years"].to_pylist()
    oldest = sorted((n for n in numbers if n is not None), reverse=True)
    ran = run("describe", f"age_at_diagnosis_years >= {oldest[2]}", "--json")
    assert json.loads(ran.stdout)["error"]["kind"] == "refused"


def test_a_timeline_is_a_look_at_one_person_and_the_ledger_says_so_without_the_name(
    lake: Lake, someone: str, tmp_path: Path
) -> None:
    before = lake.ledger.verify().entries
    told = answer("timeline", "--patient", someone, "--svg", tmp_path / f"{someone}.svg")
    assert told["patient"] == someone
    assert {tuple(i) for i in told["items"]} == {("row", "what", "start_days", "end_days")}
    entries = list(lake.ledger.entries())[before:]
    assert [e.act for e in entries] == ["patient_page_written", "picture_exported"]
    assert entries[0].facts["forms"] == ["timeline"]
    assert someone not in json.dumps([e.as_json() for e in entries])


def test_an_unknown_patient_is_no_entry_and_is_not_repeated(lake: Lake) -> None:
    before = lake.ledger.verify().entries
    assert run("timeline", "--patient", "Nobody-At-All").exit_code == 4
    assert lake.ledger.verify().entries == before


def test_late_entry_counts_from_entry_on_as_in_the_kernel(lake: Lake) -> None:
    """The same arrays, read from the tables and given to the kernel, make the curve of the answer."""
    version = lake.open("made_up")
    entry = dict(zip(*version.table("patient", ["patient_id", "entry_days"]).to_pydict().values(), strict=True))
    times = [
        (row["start_days"] / DAYS_PER_MONTH, row["occurred"], (entry[row["patient_id"]] or 0.0) / DAYS_PER_MONTH)
        for row in version.table("event", ["patient_id", "endpoint", "start_days", "occurred"]).to_pylist()
        if row["endpoint"] == "overall_survival"
    ]
    observed = np.array([t for t in times if t[2] <= 0 or t[2] < t[0]])
    assert 0 < (observed[:, 2] > 0).sum() < len(observed)
    curve = kaplan_meier(observed[:, 0], observed[:, 1].astype(bool), observed[:, 2])
    told = answer("survival")
    (group,) = told["groups"]
    assert told["delayed_entry"] is True
    assert (group["patients"], group["events"]) == (curve.n, curve.n_events)
    assert group["median"] == pytest.approx(curve.quantile(0.5).value)
    months = [p["month"] for p in group["curve"]]
    assert [p["survival"] for p in group["curve"]] == pytest.approx(curve.at(months)[0].tolist())
    plain = kaplan_meier(observed[:, 0], observed[:, 1].astype(bool))
    assert plain.quantile(0.5).value > curve.quantile(0.5).value, "without it, waiting would count as living"
    for at in group["at_risk"]:
        if at["patients"] is not None:
            assert at["patients"] == int(((observed[:, 0] >= at["month"]) & (observed[:, 2] < at["month"])).sum()) or (
                at["month"] == 0
            )
    assert cohorts.open(lake, "made_up").size == PATIENTS

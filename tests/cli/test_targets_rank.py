"""`chevet targets rank` as a person and as a script call it, on a made-up study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet import synth
from chevet.cli import main
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake
from chevet.targets.ranking.weights import SHIPPED

LUNG = ("targets", "rank", "--study", "made", "--where", "diagnosis under LUNG")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    synth.make(1000, 5, folder / "made_up")
    import_study(Lake(folder), folder / "made_up", "made")
    return folder


def run(home: Path, *words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env={"CHEVET_HOME": str(home)})


def told(home: Path, *words: object) -> dict[str, Any]:
    result = run(home, *words, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_script_gets_lists_the_model_and_the_files(home: Path, tmp_path: Path) -> None:
    answer = told(home, *LUNG, "--out", tmp_path / "ranked", "--top", 5)
    names = {Path(name).name for name in answer["files"]}
    assert names == {"targets.tsv", "evidence.tsv", "model.json", "weights.toml", "ranking.html", "ranking.pdf"}
    assert all(Path(name).stat().st_size for name in answer["files"])
    assert set(answer["lists"]) == {"known", "repurposable", "new", "not_asked"}
    first = answer["lists"]["known"][0]
    assert first["why"]["en"].startswith(first["gene"])
    assert {medicine["source"][:3] for medicine in first["medicines"]} <= {"FDA", "EMA"}
    assert answer["model"]["medicines"]["drugs"] is None


def test_a_person_reads_short_tables_and_what_is_missing(home: Path, tmp_path: Path) -> None:
    result = run(home, *LUNG, "--out", tmp_path / "ranked", "--lang", "fr")
    assert result.exit_code == 0, result.output
    assert "Connues\u00a0: un médicament est autorisé pour ces tumeurs" in result.stdout
    assert "chevet reference add" in result.stdout


def test_known_targets_may_be_hidden(home: Path, tmp_path: Path) -> None:
    answer = told(home, *LUNG, "--out", tmp_path / "ranked", "--hide-known")
    assert "known" not in answer["lists"]
    assert "\tknown\t" not in (tmp_path / "ranked" / "targets.tsv").read_text("utf-8")


def test_the_weights_that_were_written_give_the_same_ranking_and_others_another(home: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    told(home, *LUNG, "--out", first)
    told(home, *LUNG, "--out", tmp_path / "again", "--weights", first / "weights.toml")
    assert (tmp_path / "again" / "targets.tsv").read_bytes() == (first / "targets.tsv").read_bytes()
    changed = tmp_path / "changed.toml"
    changed.write_text(SHIPPED.read_text("utf-8").replace("weight = 15", "weight = 90", 1))
    told(home, *LUNG, "--out", tmp_path / "other", "--weights", changed)
    assert (tmp_path / "other" / "targets.tsv").read_bytes() != (first / "targets.tsv").read_bytes()


def test_the_question_and_every_file_are_in_the_ledger(home: Path, tmp_path: Path) -> None:
    told(home, *LUNG, "--out", tmp_path / "ranked")
    entries = Lake(home).ledger.entries()
    acts = [(entry.act, entry.facts.get("answer") or entry.facts.get("file")) for entry in entries]
    assert ("question_asked", "targets") in acts
    for name in ("targets.tsv", "evidence.tsv", "model.json", "ranking.html"):
        assert any(what == name for _, what in acts)


@pytest.mark.parametrize(("words", "code", "said"), [
    (("--where", "diagnosis under LUNG and sex = male and sex = female"), 5, "no patients"),
    (("--endpoint", "no_such"), 4, "no_such"),
    (("--reference", "no_such"), 4, "no_such"),
    (("--where", "mutated(NOTAGENE)"), 4, "NOTAGENE"),
])  # fmt: skip
def test_what_cannot_be_ranked_is_said_with_the_next_act(
    home: Path, tmp_path: Path, words: tuple[str, str], code: int, said: str
) -> None:
    result = run(home, *LUNG, *words, "--out", tmp_path / "ranked")
    assert result.exit_code == code
    assert said in result.stderr
    assert "→" in result.stderr
    assert not (tmp_path / "ranked").exists()

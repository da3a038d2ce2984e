"""Promise: one command makes people up, imports them, asks it, prints pages and dossiers, and releases a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from chevet.cli import main


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    out = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CHEVET_HOME", raising=False)
        words = ["demo", "--out", str(out), "--patients", "3000", "--lang", "fr", "--json"]
        result = CliRunner(env={"CHEVET_HOME": None}).invoke(main, words)
        patch.setenv("CHEVET_HOME", "")  # so that what the demo set is taken back at the end
    assert result.exit_code == 0, result.stderr
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def test_it_draws_three_answers(demo: dict[str, object]) -> None:
    answers = Path(str(demo["folder"])) / "answers"
    assert sorted(file.name for file in answers.glob("*.svg")) == ["cooccurrence.svg", "genes.svg", "survival.svg"]
    assert all("<svg" in file.read_text(encoding="utf-8") for file in answers.glob("*.svg"))


def test_it_prints_one_patients_page_in_both_languages(demo: dict[str, object]) -> None:
    pages = Path(str(demo["folder"])) / "pages"
    patient = demo["patient"]
    assert sorted(file.name for file in pages.iterdir()) == [
        f"{patient}-{lang}.{form}" for lang in ("en", "fr") for form in ("html", "pdf")
    ]
    assert (pages / f"{patient}-fr.pdf").read_bytes().startswith(b"%PDF")


def test_it_consults_a_case_that_nobody_has(demo: dict[str, object]) -> None:
    folder = Path(str(demo["folder"])) / "consultation"
    page = (folder / "consultation-fr.html").read_text(encoding="utf-8")
    assert (folder / "consultation-fr.pdf").read_bytes().startswith(b"%PDF")
    assert "osimertinib" in page
    assert "T790M" in page


def test_it_ranks_targets_and_puts_one_on_paper(demo: dict[str, object]) -> None:
    folder = Path(str(demo["folder"])) / "targets"
    assert {"targets.tsv", "evidence.tsv", "ranking.html", "EGFR.fr.pdf", "EGFR.json"} <= {
        file.name for file in folder.iterdir()
    }


def test_it_releases_a_table_with_a_dossier_to_sign(demo: dict[str, object]) -> None:
    release = Path(str(demo["folder"])) / "release"
    assert {"release.parquet", "dossier.fr.pdf", "dossier.en.pdf"} <= {file.name for file in release.iterdir()}
    assert json.loads((release / "report.json").read_text(encoding="utf-8"))["called"] == "anonymised"


def test_it_shows_every_command_it_ran(demo: dict[str, object]) -> None:
    steps = demo["steps"]
    assert isinstance(steps, list)
    assert [" ".join(step["command"].split()[:3]) for step in steps] == [
        "chevet synth --patients", "chevet study import", "chevet cohort genes", "chevet cohort survival",
        "chevet cohort cooccurrence", "chevet bedside page", "chevet bedside page",
        "chevet bedside consult", "chevet targets rank", "chevet targets dossier",
        "chevet privacy policy", "chevet privacy anonymise", "chevet privacy check", "chevet ledger verify",
    ]  # fmt: skip


def test_its_studies_lie_in_its_own_folder(demo: dict[str, object]) -> None:
    assert Path(str(demo["home"])).parent == Path(str(demo["folder"]))
    assert (Path(str(demo["home"])) / "studies" / "madeup" / "CURRENT").is_file()

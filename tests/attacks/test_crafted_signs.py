"""A NUL, an escape or a direction sign in a name ends no program, orders no terminal about, turns no word around."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.cli import bedside, cohort
from chevet.paper import pictures
from tests.bedside import small_study

SIGNS = "\x00\x1b\u202e\x85\ufffe"
NAMES = frozenset(
    ("centre", "grade", "protein_change", "treatment", "treatment_as_given", "unit", "value_text", "tumour_as_given",
     "gene", "gene_as_given", "measurement", "panel_id")
)  # fmt: skip
QUESTIONS: dict[str, tuple[str, ...]] = {
    "count": ("count", 'not centre = "Lyon"'),
    "describe": ("describe",),
    "genes": ("genes",),
    "survival": ("survival", "--by", "centre"),
    "compare": ("compare", "age_at_diagnosis_years >= 60", "age_at_diagnosis_years < 60"),
    "cooccurrence": ("cooccurrence",),
    "oncoprint": ("oncoprint",),
    "timeline": ("timeline", "--patient", small_study.MAIN),
}


def _with_signs(value: Any) -> Any:
    return f"{value[:2]}{SIGNS}[2J{value[2:]}" if isinstance(value, str) else value


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small breast study, with signs in the middle of every name."""
    rows = small_study.study_rows()
    for i in range(0, small_study.OTHERS, 2):
        name = f"P-{i:03d}"
        rows["variant"].append({"patient_id": name, "sample_id": f"{name}-S1", "gene": "PIK3CA",
                                "gene_as_given": "PIK3CA", "consequence": "Missense_Mutation"})  # fmt: skip
    rows["event"].append({"patient_id": small_study.MAIN, "event": "fell ill", "start_days": 50.0})
    signed = {
        table: [{k: _with_signs(v) if k in NAMES or v == "fell ill" else v for k, v in row.items()} for row in found]
        for table, found in rows.items()
    }
    folder = tmp_path_factory.mktemp("signs")
    small_study.lake(folder / "home", signed)
    return folder / "home"


@pytest.fixture(autouse=True)
def _at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEVET_HOME", str(home))


def _clean(text: str) -> bool:
    return not any(sign in text for sign in SIGNS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_is_printed_drawn_and_written_without_them(name: str, tmp_path: Path) -> None:
    paths = {kind: tmp_path / f"a.{kind}" for kind in ("svg", "png", "html", "csv")}
    files = [str(word) for kind, path in paths.items() for word in (f"--{kind}", path)]
    ran = CliRunner().invoke(cohort.command, [*QUESTIONS[name], "--study", "small", *files])
    assert ran.exit_code == 0, ran.output
    assert _clean(ran.output)
    assert all(_clean(paths[kind].read_text()) for kind in ("svg", "csv"))
    page = paths["html"].read_text().split('<script type="application/json"')[0]
    assert _clean(page)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_patients_page_is_made_without_them(lang: str, tmp_path: Path) -> None:
    words = ["page", "--study", "small", "--patient", small_study.MAIN, "--lang", lang]
    files = ["--html", str(tmp_path / "p.html"), "--pdf", str(tmp_path / "p.pdf")]
    ran = CliRunner().invoke(bedside.command, [*words, *files])
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "p.pdf").read_bytes().startswith(b"%PDF")
    page = (tmp_path / "p.html").read_text()
    assert _clean(page)
    assert "TP [2J53" in page, "the rest of the name is there"


def test_whoever_hands_a_picture_over_the_drawing_program_gets_clean_words() -> None:
    """Even a description that did not pass `picture`: a NUL would end the whole process, not raise an error."""
    spec = {
        "data": {"values": [{"n\x00": "a\x00b", "m": 1}]},
        "mark": "bar",
        "encoding": {"y": {"field": "n\x00", "type": "nominal"}, "x": {"field": "m", "type": "quantitative"}},
    }
    assert "ab" in pictures.svg(spec)
    assert pictures.png(spec)

"""`chevet targets response` as a person and as a script call it, from published files on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chevet.cli import main
from tests.targets.vulnerability.made_cells import as_published, tables, write


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the made-up cell lines were brought as GDSC publishes them."""
    folder = tmp_path_factory.mktemp("home")
    published = as_published(folder / "published", *tables())
    for kind in ("response", "cell_features"):
        done = run(folder, "import", kind, published, "--released", "2020-02-03", "--name", "Made up 1", "--json")
        assert (done.exit_code, json.loads(done.output)["rows_kept"]) == (0, 120)
    return folder


def run(home: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["targets", *(str(word) for word in words)], env={"CHEVET_HOME": str(home)})


def told(home: Path, *words: object) -> dict[str, Any]:
    result = run(home, "response", *words, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.output)
    return answer


def failed(home: Path, *words: object) -> tuple[int, dict[str, str]]:
    result = run(home, "response", *words, "--json")
    return result.exit_code, json.loads(result.output)["error"]


def test_the_surest_pairs_come_with_where_they_come_from(home: Path) -> None:
    answer = told(home)
    assert [(pair["feature"], pair["name"], pair["direction"]) for pair in answer["pairs"]][:2] == [
        ("BRAF_mut", "Sevenib", "sensitive"), ("TP53_mut", "Eightin", "resistant"),
    ]  # fmt: skip
    assert [(one["name"], one["released"]) for one in answer["model"]["sources"]] == [("Made up 1", "2020-02-03")] * 2
    assert answer["model"]["adjusted_for"] == ["tissue", "msi"]
    assert answer["asked"]["few_altered"] == answer["model"]["not_concluded"]["few_altered"] == 3


def test_the_plain_test_finds_the_tissue_too(home: Path) -> None:
    features = {pair["feature"] for pair in told(home, "--plain", "--q", "1e-6")["pairs"]}
    assert features == {"BRAF_mut", "TP53_mut", "NRAS_mut"}
    assert "NRAS_mut" not in {pair["feature"] for pair in told(home)["pairs"]}


def test_a_named_pair_is_answered_whatever_its_q(home: Path) -> None:
    answer = told(home, "--gene", "BRAF", "--drug", "eightin")
    assert [(pair["feature"], pair["measure"]) for pair in answer["pairs"]] == [("BRAF_mut", "8")]
    assert answer["pairs"][0]["q"] > 0.1
    assert told(home, "--gene", "BRAF", "--drug", "8", "--q", "0.1")["pairs"] == []


def test_a_pair_that_is_not_concluded_says_why(home: Path) -> None:
    result = run(home, "response", "--gene", "RET", "--drug", "7", "--lang", "fr")
    assert "Paires sans conclusion, avec moins de 3 lignées altérées\u00a0: 1" in result.output


@pytest.mark.parametrize(("lang", "said"), [
    ("en", ("BRAF (altered)", "sensitive", "Adjusted for tissue, microsatellite instability", "no. 9",
            "Cell lines are no patients", "From Made up 1, released 3 February 2020")),
    ("fr", ("BRAF (altérée)", "sensibles", "Ajusté sur\u00a0: tissu, instabilité des microsatellites", "n° 9",
            "Une lignée n’est pas un patient", "D’après Made up 1, publié le 3 février 2020")),
])  # fmt: skip
def test_a_person_reads_what_was_compared_and_what_it_rests_on(home: Path, lang: str, said: tuple[str, ...]) -> None:
    output = run(home, "response", "--q", "1", "--lang", lang).output
    assert [word for word in said if word not in output] == []


def test_tables_and_pictures_are_written(home: Path, tmp_path: Path) -> None:
    answer = told(home, "--q", "1", "--top", "2", "--out", tmp_path / "out")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted(answer["files"]) == [
        "associations.tsv", "model.json", "surest.html", "volcano.html",
    ]  # fmt: skip
    lines = (tmp_path / "out" / "associations.tsv").read_text().splitlines()
    assert (len(lines) - 1, len(answer["pairs"]), answer["shown_of"]) == (15, 2, 15)
    assert json.loads((tmp_path / "out" / "model.json").read_text()) == answer["model"]
    assert "BRAF_mut" in (tmp_path / "out" / "surest.html").read_text()


def test_without_a_table_it_is_said_what_to_bring_in(tmp_path: Path, home: Path) -> None:
    code, error = failed(tmp_path)
    assert (code, error["message"]) == (5, "not asked: no table of response and cell_features is kept")
    assert error["next"] == "chevet targets import response FILE; chevet targets import cell_features FILE"
    code, error = failed(home, "--dependency")
    assert (code, error["message"]) == (5, "not asked: no table of dependency is kept")


@pytest.mark.parametrize(("words", "message"), [
    (("--drug", "aspirin"), "medicine aspirin: not measured in this table"),
    (("--gene", "EGFR"), "no feature of these cell lines is of EGFR: not tested"),
    (("--tissue", "brain"), "no cell line is of the tissue brain"),
])  # fmt: skip
def test_what_the_tables_do_not_name_is_refused(home: Path, words: tuple[str, ...], message: str) -> None:
    code, error = failed(home, *words)
    assert (code, error["message"]) == (4, message)


def test_dependency_is_asked_in_the_same_way(home: Path, tmp_path: Path) -> None:
    response, _ = tables()
    rows = [["", "BRAF (673)", "PRMT5 (10419)"], *(list(row.values())[:3] for row in response.to_pylist())]
    own = tmp_path / "home"
    published = as_published(tmp_path / "published", *tables())
    run(own, "import", "cell_features", published)
    run(own, "import", "dependency", write(tmp_path / "CRISPRGeneEffect.csv", rows))
    answer = told(own, "--dependency", "--needed", "BRAF")
    assert [(one["feature"], one["name"], one["direction"], one["own_target"]) for one in answer["pairs"]] == [
        ("BRAF_mut", "BRAF", "needs_more", True)
    ]
    assert "gene that cells need" in run(own, "response", "--dependency").output

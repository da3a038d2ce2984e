"""A ranking and a dossier show the numbers of several analyses at once: none may be taken from another to tell of few.

A hundred patients; BRAF is altered in forty. Of all but two of these it is known how long they lived.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.cli import main
from tests.targets.shape.made_study import N, study, variant

GENES = ("BRAF", "TP53")
SMALL = {1, 2, 3, 4}


def _home(folder: Path, without: range) -> Path:
    """The study; the survival of the patients in `without` is not known."""
    events = [
        {"patient_id": f"P{one:03d}", "event": "overall_survival", "endpoint": "overall_survival",
         "occurred": one % 3 > 0, "start_days": 100.0 + 37 * (one * 7 % 41)}
        for one in range(N) if one not in without
    ]  # fmt: skip
    study(folder, more={"event": events})
    return folder


def _run(home: Path, *words: str) -> None:
    environment = {"CHEVET_HOME": str(home), "CHEVET_ACTOR": "tester"}
    result = CliRunner().invoke(main, ["targets", *words, "--study", "made", "--json"], env=environment)
    assert result.exit_code == 0, result.output


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _numbers(lines: list[dict[str, Any]], gene: str) -> list[tuple[int | None, int | None]]:
    """(carriers, tested) of each line on survival of the gene."""
    return [(line["patients"], line["detail"].get("tested")) for line in lines
            if line["part"] == "outcome" and line["gene"] == gene]  # fmt: skip


def _ranked(home: Path, out: Path) -> dict[str, tuple[int, int, list[tuple[int | None, int | None]]]]:
    """Of each gene of a ranking: carriers of a variant, patients tested, and the numbers of its lines on survival."""
    _run(home, "rank", "--out", str(out))
    lines = [
        {"part": row["part"], "gene": row["gene"], "patients": int(row["patients"]) if row["patients"] else None,
         "detail": json.loads(row["detail"] or "{}")}
        for row in _rows(out / "evidence.tsv")
    ]  # fmt: skip
    return {row["gene"]: (int(row["carriers_variant"]), int(row["tested"]), _numbers(lines, row["gene"]))
            for row in _rows(out / "targets.tsv") if row["gene"] in GENES}  # fmt: skip


@pytest.mark.parametrize("few", [1, 2, 4])
def test_carriers_of_a_ranking_less_those_who_were_followed_are_nobody_or_five(tmp_path: Path, few: int) -> None:
    told = _ranked(_home(tmp_path / "home", range(few)), tmp_path / "out")
    assert set(told) == set(GENES)
    for carriers, tested, of_survival in told.values():
        assert of_survival
        for followed, looked in of_survival:
            assert followed is None or carriers - followed not in SMALL
            assert looked is None or tested - looked not in SMALL


def test_carriers_who_were_followed_are_told_where_nobody_or_many_are_missing(tmp_path: Path) -> None:
    everybody = _ranked(_home(tmp_path / "all", range(0)), tmp_path / "one")
    assert everybody["BRAF"] == (40, N, [(40, N)])
    fewer = _ranked(_home(tmp_path / "fewer", range(6)), tmp_path / "two")
    assert fewer["BRAF"] == (40, N, [(34, N - 6)])


@pytest.mark.parametrize(("few", "drawn"), [(0, True), (2, False), (6, True)])
def test_a_dossier_draws_curves_of_all_carriers_or_of_all_but_five(tmp_path: Path, few: int, drawn: bool) -> None:
    _run(_home(tmp_path / "home", range(few)), "dossier", "BRAF", "--out", str(tmp_path / "out"))
    told = json.loads((tmp_path / "out" / "BRAF.json").read_text())
    carriers = next(one for one in told["altered"] if one["kind"] == "variant")
    assert (carriers["altered"], carriers["tested"]) == (40, N)
    assert (told["survival"] is not None) == drawn
    followed = {group["label"]: group["patients"] for group in told["survival"]["groups"]} if drawn else {}
    assert followed.get("altered", 40) == 40 - few or not drawn
    for patients, _ in _numbers(told["evidence"], "BRAF"):
        assert (patients is None) == (few in SMALL)


def test_a_dossier_of_a_cohort_that_leaves_out_three_does_not_tell_its_size(tmp_path: Path) -> None:
    rows = [variant(97 + one, "EGFR", "Missense_Mutation", "p.L858R") for one in range(3)]
    study(tmp_path / "home", more={"variant": rows})
    _run(tmp_path / "home", "dossier", "BRAF", "--where", "not mutated(EGFR)", "--out", str(tmp_path / "out"))
    assert json.loads((tmp_path / "out" / "BRAF.json").read_text())["patients"] is None

"""The three European questions: attacks that succeed against the names-removed table and fail against a release."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from chevet.errors import BadInput, Fault
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.risk import three_questions as module
from chevet.privacy.risk.three_questions import ThreeQuestions, peers_python, three_questions

AGES = Hierarchy.from_rows("age", [(str(a), f"{a // 20 * 20}+", "*") for a in range(40, 80)])
TOWNS = Hierarchy.from_rows("town", [(f"town {n}", "north" if n < 20 else "south", "*") for n in range(40)])
DAYS = Hierarchy.from_rows("day", [(str(d), "early" if d < 100 else "late", "*") for d in range(200)])


def people(n: int, seed: int) -> CodedTable:
    """Sensitive values drawn apart from everything else: whoever guesses them right knows the person."""
    draw = np.random.default_rng(seed)
    codes = tuple(draw.integers(0, most, n).astype(np.int32) for most in (40, 40, 200))
    driver = draw.integers(0, 5, n).astype(np.int32)
    return CodedTable((AGES, TOWNS, DAYS), codes, {"driver": driver}, {"driver": ("A", "B", "C", "D", "E")})


def anonymeter() -> Path:
    python = peers_python()
    if python is None:
        pytest.skip("no second environment: make it with `make peers`, or set CHEVET_PEERS_PYTHON")
    return python


def test_attacks_succeed_on_names_removed_and_fail_on_a_release() -> None:
    python, table = anonymeter(), people(300, seed=1)
    naive = three_questions(Released.at_levels(table, (0, 0, 0)), attacks=100, python=python)
    ours = three_questions(Released.at_levels(table, (1, 1, 1)), attacks=100, python=python)
    for question, of in (("singling_out", "multivariate"), ("linkability", ""), ("inference", "driver")):
        before, after = (
            next(a for a in found.attacks if (a.question, a.of) == (question, of)) for found in (naive, ours)
        )
        assert before.risk.low > 0.3
        assert after.risk.low < 0.05
        assert after.risk.high < 0.25
    assert naive.as_json()["inference"]["value"] > 0.5
    assert (naive.people, naive.why) == (300, "")


def test_a_control_is_attacked_too_and_answers_are_the_same_again() -> None:
    python = anonymeter()
    release, control = (Released.at_levels(people(n, seed=n), (1, 1, 1)) for n in (300, 100))
    once, again = (three_questions(release, control, attacks=50, python=python) for _ in range(2))
    assert once == again
    assert all(attack.control is not None for attack in once.attacks)


def test_a_synthetic_table_that_copies_people_betrays_them() -> None:
    python, real = anonymeter(), Released.at_levels(people(200, seed=1), (0, 0, 0))
    copied, invented = real, Released.at_levels(people(200, seed=2), (0, 0, 0))
    bad, good = (three_questions(real, synthetic=made, attacks=60, python=python) for made in (copied, invented))
    for found, betrays in ((bad, True), (good, False)):
        guessed = found.worst("inference")
        assert guessed is not None
        assert (guessed.risk.low > 0.5) == betrays


def test_without_an_environment_the_answer_is_not_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHEVET_PEERS_PYTHON", raising=False)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    found = three_questions(Released.at_levels(people(20, seed=1), (0, 0, 0)))
    assert found == ThreeQuestions(
        (), 0, "there is no environment with anonymeter",
        "Make it with `make peers`, or set CHEVET_PEERS_PYTHON to its python.",
    )  # fmt: skip
    assert [found.as_json()[name] for name in ("singling_out", "linkability", "inference")] == [None, None, None]


def test_an_environment_without_anonymeter_measures_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEEDED", "a_module_that_nobody_has")
    found = three_questions(Released.at_levels(people(20, seed=1), (0, 0, 0)), python=Path(sys.executable))
    assert (found.attacks, found.why) == ((), "the second environment does not have anonymeter")


def test_a_setting_that_names_no_file_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHEVET_PEERS_PYTHON", str(tmp_path / "python"))
    with pytest.raises(BadInput, match="CHEVET_PEERS_PYTHON"):
        peers_python()


def test_a_worker_that_fails_says_nothing_of_the_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text("raise SystemExit('town 7, 61 years')", encoding="utf-8")
    monkeypatch.setattr(module, "WORKER", worker)
    monkeypatch.setattr(module, "NEEDED", "json")
    with pytest.raises(Fault) as raised:
        three_questions(Released.at_levels(people(20, seed=1), (0, 0, 0)), python=Path(sys.executable))
    assert str(raised.value) == "the attacks of anonymeter ended with code 1"


def test_the_worker_is_given_codes_and_no_values(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    worker = tmp_path / "worker.py"
    kept = tmp_path / "kept"
    worker.write_text(f"import shutil, sys\nshutil.copytree(sys.argv[1], {str(kept)!r})\nraise SystemExit(1)", "utf-8")
    monkeypatch.setattr(module, "WORKER", worker)
    monkeypatch.setattr(module, "NEEDED", "json")
    with pytest.raises(Fault):
        three_questions(Released.at_levels(people(20, seed=1), (0, 0, 0)), python=Path(sys.executable))
    told = b"".join(path.read_bytes() for path in sorted(kept.iterdir()))
    assert {path.name for path in kept.iterdir()} == {"asked.json", "original.parquet", "released.parquet"}
    assert not any(word in told for word in (b"town", b"driver", b"age", b"early"))


def test_a_release_of_nobody_needs_no_attack() -> None:
    table = people(20, seed=1)
    release = Released.at_levels(table, (0, 0, 0), np.ones(20, dtype=np.bool_))
    assert three_questions(release, python=Path(sys.executable)).why == "every row of the release is suppressed"


def test_of_a_large_table_whole_classes_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PEOPLE_AT_MOST", 100)
    release = Released.at_levels(people(400, seed=1), (1, 1, 1), np.arange(400) < 10)
    rows = module._drawn(release, seed=1)
    kept = np.flatnonzero(~release.suppressed)
    shown = np.stack(release.nodes)
    drawn = {tuple(shown[:, row]) for row in rows if row >= 10}
    assert 0 < len(rows) <= 100
    assert sorted(r for r in rows if r >= 10) == [row for row in kept if tuple(shown[:, row]) in drawn]

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chevet.synth import care, facts, people, samples, truth


def deaths_by_stage(block: dict[str, pa.Table], code: str) -> dict[str, float]:
    """Share of patients of a type who died within three years among those followed, by stage."""
    stage = {
        row["patient_id"]: row["stage"]
        for row in block["diagnosis"].to_pylist()
        if row["diagnosis_id"] == "D1" and row["oncotree_code"] == code and row["stage"]
    }
    died: dict[str, list[bool]] = {}
    for row in block["event"].filter(pc.field("endpoint") == "overall_survival").to_pylist():
        if row["patient_id"] in stage and (row["occurred"] or row["start_days"] > 1095):
            died.setdefault(stage[row["patient_id"]], []).append(row["start_days"] <= 1095)
    return {name: float(np.mean(of_stage)) for name, of_stage in died.items()}


@pytest.mark.parametrize("code", ["LUAD", "COAD", "IDC"])
def test_later_stages_die_sooner(code: str, block: dict[str, pa.Table]) -> None:
    shares = deaths_by_stage(block, code)
    assert shares["I"] < shares["II"] < shares["III"] < shares["IV"]


def test_nothing_happens_after_the_last_news(block: dict[str, pa.Table]) -> None:
    news = {row["patient_id"]: row["last_news_days"] for row in block["patient"].to_pylist()}
    days = (
        ("treatment", "start_days"),
        ("treatment", "end_days"),
        ("event", "start_days"),
        ("sample", "collected_days"),
    )
    for table, column in days:
        for row in block[table].select(["patient_id", column]).to_pylist():
            last = news[row["patient_id"]]
            assert last is None or row[column] is None or row[column] <= last


def test_a_dead_patient_has_a_death_and_an_ended_overall_survival(block: dict[str, pa.Table]) -> None:
    dead = {row["patient_id"] for row in block["patient"].to_pylist() if row["vital_status"] == "dead"}
    events = block["event"].to_pylist()
    died = {row["patient_id"] for row in events if row["event"] == "death"}
    assert dead <= died
    assert all(
        row["occurred"] == (row["patient_id"] in died) for row in events if row["endpoint"] == "overall_survival"
    )


def test_patients_enter_before_their_last_news(block: dict[str, pa.Table]) -> None:
    rows = [row for row in block["patient"].to_pylist() if row["entry_days"] and row["last_news_days"]]
    assert len(rows) > 1_000
    assert all(row["entry_days"] < row["last_news_days"] for row in rows)


def test_osimertinib_is_given_when_egfr_was_found(block: dict[str, pa.Table]) -> None:
    given = set(block["treatment"].filter(pc.field("treatment") == "osimertinib")["patient_id"].to_pylist())
    altered: set[Any] = set(block["variant"].filter(pc.field("gene") == "EGFR")["patient_id"].to_pylist())
    altered |= set(block["copy_number"].filter(pc.field("gene") == "EGFR")["patient_id"].to_pylist())
    assert len(given) > 50
    assert given <= altered


def test_late_referral_is_true_left_truncation() -> None:
    """Among those referred late, the curve with delayed entry meets the curve of all others."""
    rng = np.random.default_rng(3)
    drawn = people.draw(rng, 80_000)
    pancreas = drawn.tumour == [t.code for t in facts.tumours()].index("PAAD")
    drawn = replace(drawn, entry_days=np.where(pancreas & (np.arange(80_000) % 2 == 0), 150.0, np.nan))
    carried = truth.draw_truth(rng, drawn)
    found = samples.find(rng, carried, samples.draw_samples(rng, drawn))
    course = care.draw_course(rng, drawn, carried, care.plan_treatments(rng, drawn, found))
    named = people.admit(drawn, course.last_news_days, 1, 70_000).ids.is_valid().to_numpy(zero_copy_only=False)
    news, late = course.last_news_days, np.isfinite(drawn.entry_days)
    referred, others = named & late & pancreas, named & ~late & pancreas
    still_there = others & (news > 150)
    with_entry = survival_at(news[referred] - 150, course.dead[referred], 215)
    assert with_entry == pytest.approx(survival_at(news[still_there] - 150, course.dead[still_there], 215), abs=0.05)
    naive = survival_at(news[referred], course.dead[referred], 365)
    assert naive > survival_at(news[others], course.dead[others], 365) + 0.1


def survival_at(days: np.ndarray, died: np.ndarray, at: float) -> float:
    """Kaplan-Meier survival at day `at`."""
    survival = 1.0
    for day in np.unique(days[died & (days <= at)]):
        survival *= 1 - np.sum(died & (days == day)) / np.sum(days >= day)
    return survival

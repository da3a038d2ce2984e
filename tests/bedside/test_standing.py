from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chevet.bedside.page import PatientPage
from chevet.bedside.standing import Frequency
from chevet.cohort.kaplan_meier import kaplan_meier
from chevet.records.tables import DAYS_PER_MONTH
from tests.bedside import small_study
from tests.bedside.conftest import page_from

Rows = dict[str, list[dict[str, Any]]]
PageOf = Callable[..., PatientPage]


def _frequency(page: PatientPage, gene: str) -> Frequency:
    return next(f for f in page.standing.frequencies if f.gene == gene)


def test_frequencies_divide_by_those_who_were_tested(page: PatientPage) -> None:
    assert page.standing.tumour == "IDC"
    assert page.standing.patients == 121
    tp53 = _frequency(page, "TP53")
    assert (tp53.altered, tp53.tested) == (41, 121)
    assert _frequency(page, "BRCA1").tested == 0


def test_a_count_of_fewer_than_five_people_is_withheld(page: PatientPage) -> None:
    erbb2 = _frequency(page, "ERBB2")
    assert (erbb2.altered, erbb2.tested) == (None, 61), "one patient of 61 is amplified"


def test_everyone_with_the_tumour_and_a_survival_time_is_a_candidate_but_the_patient(page: PatientPage) -> None:
    similar = page.standing.similar
    assert similar is not None
    assert similar.candidates == 120
    assert similar.everyone.patients == 120
    assert 60 <= similar.nearest.patients <= 100
    assert similar.used == ("tumour", "stage", "markers", "alterations", "age", "grade", "sex")
    assert similar.genes == 3


def test_the_curve_of_all_candidates_is_kaplan_and_meiers(page: PatientPage) -> None:
    similar = page.standing.similar
    assert similar is not None
    numbers = np.arange(1, 121)
    curve = kaplan_meier((100.0 + 20 * numbers) / DAYS_PER_MONTH, numbers % 2 == 0)
    assert similar.everyone.median == pytest.approx(curve.quantile(0.5).value)
    assert similar.everyone.deaths == 60
    assert {month: alive for month, alive, *_ in similar.everyone.curve}[12] == pytest.approx(
        float(curve.at([12])[0][0])
    )


def test_a_rare_tumour_is_compared_with_its_parent(page_of: PageOf) -> None:
    def rare(rows: Rows) -> None:
        rows["diagnosis"][0]["oncotree_code"] = "ILC"

    page = page_of(rare)
    assert page.standing.tumour == "BRCA"
    assert page.standing.similar is not None
    assert page.standing.similar.tumour == "BRCA"


def test_too_few_patients_with_the_same_tumour_are_no_comparison(tmp_path: Path) -> None:
    rows = small_study.study_rows([small_study.person(i) for i in range(50)])
    page = page_from(small_study.lake(tmp_path, rows))
    assert (page.standing.similar, page.standing.none_because) == (None, "too_few")
    assert page.standing.patients == 50


def test_a_tumour_without_a_code_is_compared_with_nobody(page_of: PageOf) -> None:
    page = page_of(lambda rows: rows["diagnosis"][0].update(oncotree_code=None))
    assert page.standing.none_because == "no_tumour_code"
    assert page.looked_for == ()


def test_a_study_without_survival_has_no_similar_patients(page_of: PageOf) -> None:
    page = page_of(lambda rows: rows["event"].clear())
    assert page.standing.none_because == "no_follow_up"


def test_late_entry_is_taken_into_account(page_of: PageOf) -> None:
    def late(rows: Rows) -> None:
        for row in rows["patient"][1:]:
            row["entry_days"] = 90.0

    page = page_of(late)
    assert page.standing.similar is not None
    assert page.standing.similar.delayed_entry


def test_nobody_is_at_risk_unseen_where_entry_is_not_before_the_end(page_of: PageOf) -> None:
    page = page_of(lambda rows: rows["patient"][5].update(entry_days=200.0))
    assert page.standing.similar is not None
    assert page.standing.similar.candidates == 119

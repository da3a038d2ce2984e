from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chevet.bedside.similar import Features, agreements, how_many, nearest


def _features(n: int, **told: object) -> Features:
    """n patients who agree in everything, except where told otherwise."""
    same = {name: np.zeros(n, dtype=np.int64) for name in ("tumour", "stage", "grade", "sex")}
    columns: dict[str, object] = {
        **same,
        "age_years": np.full(n, 60.0),
        "markers": np.ones((n, 1), dtype=np.int64),
        "altered": np.zeros((n, 2), dtype=bool),
        "tested": np.ones((n, 2), dtype=bool),
    }
    columns.update({name: np.asarray(value) for name, value in told.items()})
    return Features(**columns)  # type: ignore[arg-type]


def test_the_nearer_stage_and_age_come_first() -> None:
    features = _features(4, stage=[2, 4, 3, 2], age_years=[60.0, 60.0, 60.0, 70.0])
    assert nearest(features, 0).rows.tolist() == [3, 2, 1]


def test_what_is_not_said_of_this_patient_is_left_out_for_everyone() -> None:
    features = _features(3, sex=[-1, 0, 1], age_years=[np.nan, 20.0, 90.0])
    found = nearest(features, 0)
    assert "sex" not in found.used
    assert "age" not in found.used
    assert found.similarity.tolist() == [1.0, 1.0]


def test_what_is_not_said_of_the_other_counts_as_no_agreement() -> None:
    features = _features(3, stage=[2, -1, 2], age_years=[60.0, 60.0, 60.0])
    assert agreements(features, 0)["stage"].tolist() == [1.0, 0.0, 1.0]
    assert nearest(features, 0).rows.tolist() == [2, 1]


def test_alterations_are_compared_only_where_both_were_tested() -> None:
    altered = [[True, False], [True, True], [False, False], [False, False]]
    tested = [[True, True], [True, False], [True, True], [False, False]]
    features = _features(4, altered=np.array(altered) & np.array(tested), tested=tested)
    assert agreements(features, 0)["alterations"].tolist() == [1.0, 1.0, 0.0, 0.0]


def test_two_patients_without_any_alteration_agree() -> None:
    assert agreements(_features(2), 0)["alterations"].tolist() == [1.0, 1.0]


def test_all_who_are_as_near_as_the_last_are_kept() -> None:
    assert len(nearest(_features(200), 0).rows) == 199
    assert how_many(199) == 99


@given(st.integers(2, 300), st.data())
def test_the_patient_is_never_similar_to_himself_and_the_nearest_come_first(n: int, data: st.DataObject) -> None:
    codes = st.lists(st.integers(-1, 4), min_size=n, max_size=n)
    ages = st.lists(st.floats(0, 100) | st.just(float("nan")), min_size=n, max_size=n)
    features = _features(
        n, stage=data.draw(codes), grade=data.draw(codes), sex=data.draw(codes), age_years=data.draw(ages)
    )
    me = data.draw(st.integers(0, n - 1))
    found = nearest(features, me)
    assert me not in found.rows
    assert len(found.rows) >= how_many(n - 1)
    assert (np.diff(found.similarity) <= 1e-9).all()
    assert ((found.similarity >= -1e-9) & (found.similarity <= 1 + 1e-9)).all()
    left_out = np.setdiff1d(np.arange(n), [*found.rows, me])
    again = nearest(features, me)
    assert again.rows.tolist() == found.rows.tolist()
    if len(left_out):
        total = sum(agreements(features, me).values(), start=np.zeros(n))
        assert total.shape == (n,)

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import Fault
from chevet.privacy.noise import consistency
from chevet.privacy.noise.accounting import rho_of
from chevet.privacy.noise.cube import (
    Axis,
    Cube,
    People,
    Plan,
    bounded,
    exact,
    squared_sensitivity,
    to_noise,
)  # fmt: skip
from chevet.privacy.noise.process import Noised, ToNoise, draw
from chevet.store import bits

SEX, STAGE = Axis("sex", ("", "female", "male")), Axis("stage", ("", "I", "II", "III"))
PLANS = (
    Plan((), 1.0, "gene"), Plan(("sex",), 1.0), Plan(("stage",), 1.0), Plan(("sex", "stage"), 1.0),
    Plan(("stage",), 2.0, "gene"),
)  # fmt: skip
GENES = ("EGFR", "KRAS", "TP53", "ALK", "MET")


def _people(n: int, seed: int, *, replaced: int | None = None, at_most: int = 3) -> People:
    """Made-up people; with `replaced`, somebody else stands in that place."""
    random = np.random.default_rng(seed)
    sex, stage = random.integers(0, 3, n), random.integers(0, 4, n)
    genes = random.random((len(GENES), n)) < 0.4
    if replaced is not None:
        other = np.random.default_rng(seed + 1)
        sex[replaced], stage[replaced] = other.integers(0, 3), other.integers(0, 4)
        genes[:, replaced] = other.random(len(GENES)) < 0.8
    facts = {"gene": bounded(GENES, bits.pack(genes), n, at_most)}
    return People(n, {"sex": SEX, "stage": STAGE}, {"sex": sex, "stage": stage}, facts)


@settings(max_examples=120, deadline=None)
@given(st.integers(2, 70), st.integers(0, 500), st.data())
def test_one_person_replaced_moves_no_table_by_more_than_is_paid_for(n: int, seed: int, data: st.DataObject) -> None:
    before, after = _people(n, seed), _people(n, seed, replaced=data.draw(st.integers(0, n - 1)))
    for plan in PLANS:
        moved = exact(before, plan) - exact(after, plan)
        assert float((moved**2).sum()) <= squared_sensitivity(before, plan)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(0, 99), st.integers(1, 5))
def test_of_nobody_more_facts_count_than_allowed_and_of_the_others_all(n: int, seed: int, at_most: int) -> None:
    told = np.random.default_rng(seed).random((len(GENES), n)) < 0.6
    kept = bits.unpack(bounded(GENES, bits.pack(told), n, at_most).having, n)
    assert np.array_equal(kept.sum(axis=0), np.minimum(told.sum(axis=0), at_most))
    assert not (kept & ~told).any()


def test_all_tables_together_stay_within_what_was_spent_as_opendp_counts_it() -> None:
    spent = rho_of(0.17)
    asked = to_noise(_people(400, 1), PLANS, spent)
    assert draw(asked).rho <= spent * (1 + 1e-9)


def test_the_noise_is_that_of_its_scale_and_new_each_time() -> None:
    asked = [ToNoise(np.full(4000, 1000), 2.0, 30.0)]
    first, second = draw(asked).tables[0], draw(asked).tables[0]
    assert not np.array_equal(first, second)
    assert first.std() == pytest.approx(30.0, rel=0.05)
    assert first.mean() == pytest.approx(1000.0, abs=2.5)


def _noised(people: People, seed: int) -> Cube:
    """A cube with noise of our own, so that a test can draw many."""
    asked = to_noise(people, PLANS, rho_of(0.3))
    random = np.random.default_rng(seed)
    tables = tuple(t.counts + np.rint(random.normal(0, t.scale, t.counts.shape)).astype(np.int64) for t in asked)
    return Cube.of(people, PLANS, asked, Noised(tables, 0.0), {"panels": {}})


def test_all_tables_of_a_cube_say_the_same_of_the_same_people() -> None:
    cube = _noised(_people(500, 2), 7)
    two = cube.tables["", ("sex", "stage")]
    assert two.sum() == pytest.approx(500)
    assert two.sum(axis=0) == pytest.approx(cube.tables["", ("stage",)])
    assert two.sum(axis=1) == pytest.approx(cube.tables["", ("sex",)])
    assert cube.tables["gene", ("stage",)].sum(axis=1) == pytest.approx(cube.tables["gene", ()])


def test_the_interval_of_a_sum_holds_the_truth_as_often_as_it_says() -> None:
    people = _people(500, 3)
    truth = exact(people, Plan(("sex", "stage"), 1.0)).astype(np.float64)
    weights = np.zeros((3, 4))
    weights[1:, 2:] = 1
    missed, spread = [], 0.0
    for seed in range(500):
        cube = _noised(people, seed)
        found = cube.counts(("sex", "stage"))
        assert found is not None
        spread = cube.variance_of_sum(weights, ("sex", "stage"))
        missed.append(float((weights * (found - truth)).sum()))
    assert np.std(missed) == pytest.approx(spread**0.5, rel=0.08)
    assert np.mean(missed) == pytest.approx(0, abs=4 * spread**0.5 / 500**0.5)


def test_agreeing_makes_every_number_more_exact_than_its_table_was() -> None:
    people = _people(500, 3)
    cube = _noised(people, 1)
    one = np.zeros(4)
    one[1] = 1
    assert cube.variance_of_sum(one, ("stage",)) < cube.scales["", ("stage",)] ** 2


def test_a_cube_is_read_as_it_was_written_and_a_changed_byte_is_seen(tmp_path: Path) -> None:
    cube = _noised(_people(300, 4), 1)
    cube.write(tmp_path)
    read = Cube.read(tmp_path)
    assert read is not None
    assert read.tables.keys() == cube.tables.keys()
    assert all(np.array_equal(read.tables[key], cube.tables[key]) for key in cube.tables)
    text = bytearray((tmp_path / "cube.npz").read_bytes())
    text[-30] ^= 1
    (tmp_path / "cube.npz").write_bytes(bytes(text))
    with pytest.raises(Fault, match="damaged"):
        Cube.read(tmp_path)


def test_no_cube_is_none(tmp_path: Path) -> None:
    assert Cube.read(tmp_path) is None


@given(st.lists(st.floats(-50, 100), min_size=1, max_size=12), st.floats(1, 500))
def test_the_nearest_numbers_without_a_minus_keep_the_total(values: list[float], total: float) -> None:
    found = consistency.nonnegative(np.array(values), total)
    assert (found >= 0).all()
    assert float(found.sum()) == pytest.approx(total, rel=1e-6)

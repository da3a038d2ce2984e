"""Two hits of one gene in the same patients, against what each patient's burden brings about."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.shape.changes import Changes
from chevet.targets.shape.two_hits import Burden, TwoHits, burden, only, two_variants, with_loss
from tests.targets.shape.made_changes import Row, changes, missense

N = 600
EVERYBODY = bits.full(N)


def _carriers(matrix: np.ndarray) -> Carriers:  # type: ignore[type-arg]
    genes = tuple(f"G{number:03d}" for number in range(len(matrix)))
    return Carriers(genes, N, bits.pack(matrix), np.zeros(len(matrix), dtype=np.int64), EVERYBODY[None], "variant")


def _with_loss(mutated: np.ndarray, lost: np.ndarray, of: Burden) -> TwoHits:  # type: ignore[type-arg]
    looked = np.repeat(EVERYBODY[None], len(mutated), axis=0)
    return with_loss(_carriers(mutated), bits.pack(lost), looked, of)


def _same(chance: float = 1.0) -> Burden:
    return Burden(np.full(N, chance), np.zeros(N, dtype=np.int64))


def test_with_one_burden_for_all_p_is_the_binomial_tail_over_those_with_the_loss() -> None:
    mutated, lost = np.zeros((1, N), dtype=np.bool_), np.zeros((1, N), dtype=np.bool_)
    mutated[0, :60], lost[0, 40:80] = True, True
    found = _with_loss(mutated, lost, _same())
    assert (found.first[0], found.second[0], found.both[0], found.tested[0]) == (60, 40, 20, N)
    assert found.expected[0] == pytest.approx(4)
    assert found.p[0] == pytest.approx(stats.binom.sf(19, 40, 0.1), rel=1e-6)
    low, high = stats.chi2.ppf([0.025], 40)[0] / 2, stats.chi2.ppf([0.975], 42)[0] / 2
    assert (found.low[0], found.high[0]) == pytest.approx((low / 4, high / 4))


def test_a_burden_that_brings_both_is_no_second_hit() -> None:
    """Half of the patients have ten times the variants, and all the losses: both meet there by chance."""
    rng = np.random.default_rng(1)
    chance = np.where(np.arange(N) < 300, 0.2, 0.02)
    mutated = rng.random((80, N)) < chance
    lost = (rng.random((80, N)) < 0.15) & (np.arange(N) < 300)
    controlled = _with_loss(mutated, lost, Burden(mutated.mean(axis=0), np.zeros(N, dtype=np.int64)))
    naive = _with_loss(mutated, lost, _same())
    assert ((controlled.q < 0.1).sum(), (naive.q < 0.1).sum() > 20) == (0, True)


def test_a_tumour_type_that_brings_both_is_no_second_hit() -> None:
    rng = np.random.default_rng(2)
    types = (np.arange(N) < 200).astype(np.int64)
    mutated = rng.random((1, N)) < np.where(types, 0.5, 0.01)
    lost = rng.random((1, N)) < np.where(types, 0.6, 0.01)
    by_type = burden(changes(missense("G000", 1, range(N)), N), np.ones(N, dtype=np.int64), types)
    assert _with_loss(mutated, lost, by_type).p[0] > 0.01
    assert _with_loss(mutated, lost, _same()).p[0] < 1e-6


def test_a_planted_second_hit_is_found_whatever_the_burden() -> None:
    rng = np.random.default_rng(3)
    chance = rng.gamma(2, 0.03, N)
    mutated, lost = rng.random((60, N)) < chance, rng.random((60, N)) < 0.1
    mutated[7] = lost[7] & (rng.random(N) < 0.7)
    found = _with_loss(mutated, lost, Burden(mutated.mean(axis=0), np.zeros(N, dtype=np.int64)))
    assert found.gene[found.q < 0.1].tolist() == [7]


def _variants(seed: int, again: dict[int, int]) -> tuple[Carriers, Changes]:
    """40 genes by chance of each patient's burden; genes of `again` have so many patients with two variants besides."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(2, 0.04, N)
    rows: list[Row] = []
    for gene in range(40):
        for patient, many in enumerate(rng.poisson(rate)):
            residues = rng.choice(500, many, replace=False) + 1
            rows += [row for one in residues for row in missense(f"G{gene:03d}", int(one), range(patient, patient + 1))]
    for gene, many in again.items():
        for patient in range(many):
            rows += missense(f"G{gene:03d}", 600, range(patient, patient + 1))
            rows += missense(f"G{gene:03d}", 700, range(patient, patient + 1))
    found = changes(rows, N)
    altered = bits.rows_from_pairs(found.gene, found.patient, 40, N)
    return Carriers(found.genes, N, altered, np.zeros(40, dtype=np.int64), EVERYBODY[None], "variant"), found


def test_two_variants_by_chance_are_expected_and_not_found() -> None:
    carriers, found = _variants(4, {})
    of = burden(found, np.full(N, 40), np.zeros(N, dtype=np.int64))
    told = two_variants(carriers, found, of)
    assert (told.q < 0.1).sum() == 0
    assert told.both.sum() == pytest.approx(told.expected.sum(), rel=0.25)


def test_a_gene_hit_twice_too_often_is_found() -> None:
    carriers, found = _variants(5, {11: 15})
    of = burden(found, np.full(N, 40), np.zeros(N, dtype=np.int64))
    told = two_variants(carriers, found, of)
    assert told.gene[told.q < 0.1].tolist() == [11]


def test_rows_beside_each_other_are_one_event() -> None:
    rows = [row for patient in range(8) for row in missense("A", 12, range(patient, patient + 1)) * 2]
    found = changes(rows, N)
    carriers = Carriers(("A",), N, bits.rows_from_pairs(found.gene, found.patient, 1, N), np.zeros(1, dtype=np.int64),
                        EVERYBODY[None], "variant")  # fmt: skip
    of = burden(found, np.ones(N, dtype=np.int64), np.zeros(N, dtype=np.int64))
    assert len(two_variants(carriers, found, of).gene) == 0


def test_q_of_one_gene_asked_for_is_its_p() -> None:
    carriers, found = _variants(5, {11: 15})
    of = burden(found, np.full(N, 40), np.zeros(N, dtype=np.int64))
    told = only(two_variants(carriers, found, of), np.array([11]))
    assert told.q.tolist() == told.p.tolist()

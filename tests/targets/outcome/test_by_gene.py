"""Survival by gene: a gene that does nothing is not found, one that kills is, and what cannot be told is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from chevet.store import bits
from chevet.targets.outcome.by_gene import survival_by_gene
from chevet.targets.outcome.people import People, within
from tests.targets.outcome.people_made_up import carriers_of, cohort_of, nothing_told


def test_p_of_genes_that_do_nothing_are_uniform() -> None:
    rng = np.random.default_rng(31)
    altered = rng.random((400, 1500)) < rng.uniform(0.03, 0.3, (400, 1))
    people = cohort_of(altered, np.zeros(400), rng, late=0.4)
    found = survival_by_gene(people, carriers_of(altered), 10, nothing_told)
    for p in (found.p, found.p_wald, found.p_score, found.p_proportional, found.p_strata):
        assert kstest(p, "uniform").pvalue > 0.01
    inflation = np.median(np.square(found.effect / found.error)) / 0.4549
    assert 0.8 < inflation < 1.25
    assert (found.q > 0.05).all()


def test_a_gene_that_doubles_the_hazard_is_found_beside_its_true_effect() -> None:
    rng = np.random.default_rng(32)
    altered = rng.random((40, 2000)) < 0.15
    effects = np.zeros(40)
    effects[7] = np.log(2)
    found = survival_by_gene(cohort_of(altered, effects, rng, late=0.4), carriers_of(altered), 10, nothing_told)
    assert [place for place in np.argsort(found.q) if found.q[place] < 0.01] == [7]
    assert abs(found.effect[7] - np.log(2)) < 2.5 * found.error[7]
    assert found.shrunk_low[7] > 0.3
    assert found.wrong_sign[7] < 0.001


def test_who_comes_late_is_not_taken_to_have_been_safe_before() -> None:
    """Carriers come under observation late. Ignoring it makes a gene that does nothing look protective."""
    rng = np.random.default_rng(33)
    altered = rng.random((1, 4000)) < 0.5
    death = np.ceil(rng.exponential(400, 4000))
    entry = np.where(altered[0], 300.0, -np.inf)
    there = death > np.maximum(entry, 0)
    people = People(
        entry, np.where(there, np.minimum(death, 900), np.nan), death <= 900, np.zeros(4000, dtype=np.int64)
    )
    late = survival_by_gene(people, carriers_of(altered), 10, nothing_told)
    blind = survival_by_gene(replace(people, entry=np.full(4000, -np.inf)), carriers_of(altered), 10, nothing_told)
    assert abs(late.effect[0]) < 2.5 * late.error[0]
    assert blind.effect[0] < -5 * blind.error[0]


def test_a_difference_between_tumour_types_is_not_taken_for_one_of_a_gene() -> None:
    rng = np.random.default_rng(134)
    stratum = rng.integers(0, 2, 3000)
    altered = (rng.random(3000) < np.where(stratum == 1, 0.6, 0.1))[np.newaxis]
    death = np.ceil(rng.exponential(np.where(stratum == 1, 100, 500)))
    people = People(np.full(3000, -np.inf), np.minimum(death, 700), death <= 700, stratum)
    within = survival_by_gene(people, carriers_of(altered), 10, nothing_told)
    across = survival_by_gene(replace(people, stratum=np.zeros_like(stratum)), carriers_of(altered), 10, nothing_told)
    assert abs(within.effect[0]) < 2.5 * within.error[0]
    assert across.effect[0] > 5 * across.error[0]


def test_only_those_tested_are_compared() -> None:
    """Nobody outside the panel counts as unaltered: they die fast here, and would make carriers look safe."""
    rng = np.random.default_rng(35)
    tested = rng.random(2000) < 0.5
    altered = (tested & (rng.random(2000) < 0.4))[np.newaxis]
    death = np.ceil(rng.exponential(np.where(tested, 400, 80)))
    people = People(np.full(2000, -np.inf), np.minimum(death, 800), death <= 800, np.zeros(2000, dtype=np.int64))
    carriers = replace(carriers_of(altered), sets=bits.pack(tested)[np.newaxis])
    found = survival_by_gene(people, carriers, 10, nothing_told)
    assert found.counted.tested[0] == tested.sum()
    assert abs(found.effect[0]) < 2.5 * found.error[0]


def test_each_gene_that_gets_no_estimate_says_why() -> None:
    rng = np.random.default_rng(36)
    altered = np.zeros((4, 600), dtype=np.bool_)
    altered[0] = rng.random(600) < 0.3
    altered[1, :9] = True  # rare
    everybody, nobody = bits.full(600), bits.empty(600)
    carriers = replace(carriers_of(altered, ("COMMON", "RARE", "NEVER", "UNTESTED")),
                       classes=np.array([0, 0, 0, 1]), sets=np.stack([everybody, nobody]))  # fmt: skip
    found = survival_by_gene(cohort_of(altered, np.zeros(4), rng), carriers, 10, nothing_told)
    assert found.state == ("estimated", "few_events", "no_carriers", "not_tested")
    assert np.isnan(found.p[1:]).all()
    assert found.q[0] == found.p[0]


def test_whether_there_is_an_estimate_does_not_tell_how_few_are_without_an_event() -> None:
    """Thirteen carriers, of whom one to four are alive: the four cases have the same state at every threshold."""
    states = []
    for alive in (1, 2, 3, 4):
        altered = (np.arange(200) < 13)[np.newaxis]
        occurred = (np.arange(200) >= alive) & (np.arange(200) < 150)
        exit = np.random.default_rng(40).permutation(200) + 1.0
        people = People(np.full(200, -np.inf), exit, occurred, np.zeros(200, dtype=np.int64))
        found = [survival_by_gene(people, carriers_of(altered), least, nothing_told) for least in range(5, 15)]
        states.append([one.state[0] for one in found])
    assert states[0] == ["estimated"] * 5 + ["few_events"] * 5
    assert states == [states[0]] * 4


def test_a_gene_that_is_the_same_as_the_tumour_type_has_no_estimate() -> None:
    rng = np.random.default_rng(37)
    altered = rng.random((1, 900)) < 0.5
    people = cohort_of(altered, np.zeros(1), rng)
    same = carriers_of((people.stratum == 1)[np.newaxis])
    found = survival_by_gene(people, same, 10, nothing_told)
    assert (found.state, np.isnan(found.effect[0])) == (("no_estimate",), True)


def test_carriers_who_all_die_first_have_no_estimate_either() -> None:
    exit = np.concatenate([np.arange(1.0, 21.0), np.arange(100.0, 160.0)])
    altered = (exit < 50)[np.newaxis]
    people = People(np.full(80, -np.inf), exit, np.ones(80, dtype=np.bool_), np.zeros(80, dtype=np.int64))
    found = survival_by_gene(people, carriers_of(altered), 10, nothing_told)
    assert found.state == ("no_estimate",)


def test_a_hazard_ratio_that_turns_over_time_is_told() -> None:
    rng = np.random.default_rng(38)
    altered = rng.random((1, 3000)) < 0.4
    early = rng.exponential(np.where(altered[0], 100, 400))
    death = np.ceil(np.where(early < 120, early, 120 + rng.exponential(np.where(altered[0], 800, 300))))
    people = People(np.full(3000, -np.inf), np.minimum(death, 900), death <= 900, np.zeros(3000, dtype=np.int64))
    found = survival_by_gene(people, carriers_of(altered), 10, nothing_told)
    assert found.p_proportional[0] < 1e-10


def test_a_gene_that_harms_in_one_tumour_type_only_is_told() -> None:
    rng = np.random.default_rng(43)
    stratum = rng.integers(0, 4, 4000)
    altered = rng.random((1, 4000)) < 0.3
    death = np.ceil(rng.exponential(np.where(altered[0] & (stratum == 2), 130, 400)))
    people = People(np.full(4000, -np.inf), np.minimum(death, 700), death <= 700, stratum)
    found = survival_by_gene(people, carriers_of(altered), 10, nothing_told)
    assert found.p_strata[0] < 1e-10


def test_tumour_types_with_few_expected_events_are_taken_together() -> None:
    """Two types hold nearly everybody; the thirty others, of four patients each, count as one."""
    rng = np.random.default_rng(44)
    stratum = np.concatenate([np.repeat([0, 1], 800), 2 + np.arange(120) // 4])
    altered = rng.random((1, len(stratum))) < 0.3
    death = np.ceil(rng.exponential(300, len(stratum)))
    people = People(np.full(len(stratum), -np.inf), np.minimum(death, 600), death <= 600, stratum)
    together = survival_by_gene(replace(people, stratum=np.zeros_like(stratum)), carriers_of(altered), 10, nothing_told)
    found = survival_by_gene(people, carriers_of(altered), 10, nothing_told)
    assert 0.001 < found.p_strata[0] < 1
    assert np.isnan(together.p_strata[0])


def test_a_ratio_that_turns_is_one_thing_early_and_another_late() -> None:
    rng = np.random.default_rng(42)
    altered = rng.random((1, 6000)) < 0.4
    early = rng.exponential(np.where(altered[0], 200, 400))
    death = np.ceil(np.where(early < 120, early, 120 + rng.exponential(np.where(altered[0], 600, 300))))
    people = People(np.full(6000, -np.inf), np.minimum(death, 900), death <= 900, np.zeros(6000, dtype=np.int64))
    for part, truth in ((within(people, 0, 120), 2.0), (within(people, 120, np.inf), 0.5)):
        found = survival_by_gene(part, carriers_of(altered), 10, nothing_told)
        assert abs(found.effect[0] - np.log(truth)) < 2.5 * found.error[0]


def test_q_is_among_the_genes_with_an_estimate() -> None:
    rng = np.random.default_rng(39)
    altered = rng.random((12, 700)) < 0.2
    altered[6:] = False
    altered[6:, :8] = True
    found = survival_by_gene(cohort_of(altered, np.zeros(12), rng), carriers_of(altered), 10, nothing_told)
    assert found.q[:6].max() == pytest.approx(found.p[:6].max())

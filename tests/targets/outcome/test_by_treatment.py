"""Whether a treatment does another thing to carriers of a gene."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from scipy.special import chdtrc
from scipy.stats import kstest

from chevet.targets.carriers import Carriers
from chevet.targets.outcome.by_treatment import treatment_by_gene
from chevet.targets.outcome.people import Given, People, people_of_table
from tests.shared_data import shared
from tests.targets.outcome.people_made_up import carriers_of, nothing_told

REFERENCE = Path(__file__).parents[2] / "reference" / "outcome"


def test_a_treatment_that_begins_late_gives_the_figures_of_r() -> None:
    frame = pl.read_csv(REFERENCE / "made_up.csv")
    people = people_of_table(frame.to_arrow(), numbers=["age"], treatments=["start"])
    treatment = people.treatments["start"]
    people = People(people.entry, people.exit, people.occurred, people.stratum, people.numbers)
    genes = carriers_of(frame["gene"].to_numpy()[np.newaxis] == 1, ("G",))
    found = treatment_by_gene(people, genes, treatment, 5, nothing_told)
    expected = {row["what"]: row for row in pl.read_csv(REFERENCE / "r_treatment.csv").to_dicts()}
    for what, effect, error in (
        ("treated_others", found.others, found.others_error),
        ("treated_carriers", found.carriers, found.carriers_error),
        ("interaction", found.difference, found.error),
    ):
        assert effect[0] == pytest.approx(expected[what]["coefficient"], rel=1e-6)
        assert error[0] == pytest.approx(expected[what]["standard_error"], rel=1e-6)
    assert found.p[0] == pytest.approx(chdtrc(1, expected["interaction"]["likelihood_ratio"]), rel=1e-6)


def test_a_randomised_trial_gives_the_figures_of_r() -> None:
    """POPLAR: the arm by high blood burden, within performance status, beside age."""
    trial = pl.read_csv(shared("trials/poplar.csv.gz"), null_values=["NA", "."]).drop_nulls("btmb")
    table = trial.select(
        exit="OS", occurred=pl.col("OS.CNSR") == 0, stratum="ECOGGR", age="BAGE",
        arm=pl.when(pl.col("TRT01P") != "Docetaxel").then(-np.inf).otherwise(np.inf),
    ).to_arrow()  # fmt: skip
    people = people_of_table(table, numbers=["age"], treatments=["arm"])
    arm = people.treatments["arm"]
    people = People(people.entry, people.exit, people.occurred, people.stratum, people.numbers)
    high = carriers_of((trial["btmb"].to_numpy() >= 16)[np.newaxis], ("HIGH",))
    found = treatment_by_gene(people, high, arm, 5, nothing_told)
    expected = {
        row["covariate"]: row for row in pl.read_csv(REFERENCE / "r_cox.csv").to_dicts() if row["case"] == "poplar"
    }
    assert found.others[0] == pytest.approx(expected["arm"]["coefficient"], rel=1e-6)
    assert found.difference[0] == pytest.approx(expected["both"]["coefficient"], rel=1e-6)
    assert found.error[0] == pytest.approx(expected["both"]["standard_error"], rel=1e-6)
    assert found.p[0] == pytest.approx(chdtrc(1, expected["both"]["likelihood_ratio"]), rel=1e-5)


def _waiting(n: int, seed: int) -> tuple[People, Given, Carriers]:
    """People who die whatever is done; those who live long enough are treated. The treatment does nothing."""
    rng = np.random.default_rng(seed)
    death, news, start = rng.exponential(300, n), np.full(n, 900.0), rng.uniform(0, 400, n)
    exit = np.minimum(death, news)
    begun = np.where(start < exit, start, np.inf)
    table = pa.table({"exit": exit, "occurred": death <= news})
    return (
        people_of_table(table),
        Given(begun, np.ones(n, dtype=np.bool_)),
        carriers_of(rng.random((1, n)) < 0.4, ("G",)),
    )


def test_who_lived_long_enough_to_be_treated_is_not_thought_to_live_long_because_of_it() -> None:
    people, treatment, genes = _waiting(4000, 1)
    found = treatment_by_gene(people, genes, treatment, 10, nothing_told)
    assert abs(found.others[0]) < 2.5 * found.others_error[0]
    ever = Given(np.where(np.isfinite(treatment.start), -np.inf, np.inf), treatment.told)
    naive = treatment_by_gene(people, genes, ever, 10, nothing_told)
    assert (
        naive.others[0] < -10 * naive.others_error[0]
    )  # the trap: treated people seem to die at a fraction of the rate


def test_a_planted_benefit_of_carriers_is_found_and_the_p_of_others_is_uniform() -> None:
    rng = np.random.default_rng(2)
    n, genes = 3000, 60
    altered = rng.random((genes, n)) < 0.3
    arm = rng.random(n) < 0.5
    hazard = np.exp(-0.9 * (arm & altered[0]) + 0.3 * altered[1])
    death = rng.exponential(300 / hazard)
    people = people_of_table(pa.table({"exit": np.minimum(death, 500), "occurred": death <= 500}))
    treatment = Given(np.where(arm, -np.inf, np.inf), np.ones(n, dtype=np.bool_))
    names = tuple(f"G{number}" for number in range(genes))
    found = treatment_by_gene(people, carriers_of(altered, names), treatment, 10, nothing_told)
    assert found.q[0] < 1e-6
    assert abs(found.difference[0] + 0.9) < 3 * found.error[0]
    assert (found.q[1:] > 0.1).all()


def test_p_of_a_treatment_that_does_the_same_to_all_is_uniform_also_where_it_begins_on_the_way() -> None:
    rng = np.random.default_rng(5)
    n, genes = 1500, 200
    altered = rng.random((genes, n)) < 0.3
    start = rng.uniform(0, 500, n)
    untreated = rng.exponential(300, n)
    death = np.where(untreated < start, untreated, start + rng.exponential(500, n))
    people = people_of_table(pa.table({"exit": np.minimum(death, 900), "occurred": death <= 900}))
    treatment = Given(np.where(start < people.exit, start, np.inf), np.ones(n, dtype=np.bool_))
    found = treatment_by_gene(people, carriers_of(altered), treatment, 10, nothing_told)
    assert kstest(found.p, "uniform").pvalue > 0.01
    assert (found.q > 0.05).all()
    assert np.abs(np.median(found.others) - np.log(300 / 500)) < 0.1


def test_a_day_that_is_not_said_is_left_out_not_guessed() -> None:
    people, treatment, genes = _waiting(500, 3)
    unsaid = treatment.start.copy()
    unsaid[np.flatnonzero(np.isfinite(unsaid))[:40]] = np.nan
    found = treatment_by_gene(people, genes, Given(unsaid, treatment.told), 5, nothing_told)
    assert found.patients.sum() == 500 - 40


def test_few_events_in_one_of_the_four_cells_give_no_estimate() -> None:
    people, treatment, _ = _waiting(500, 4)
    rare = np.zeros((1, 500), dtype=np.bool_)
    rare[0, :12] = True
    found = treatment_by_gene(people, carriers_of(rare, ("RARE",)), treatment, 10, nothing_told)
    assert (found.state, np.isnan(found.p[0])) == (("few_events",), True)

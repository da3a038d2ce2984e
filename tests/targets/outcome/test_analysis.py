"""The whole way on Arrow tables of one's own: every figure in full, nothing withheld."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from chevet.errors import CannotConclude
from chevet.targets.carriers import Carriers, of_table
from chevet.targets.outcome.analysis import Outcome, Settings, of_people
from chevet.targets.outcome.lines import lines
from chevet.targets.outcome.people import Given, People, people_of_table

PATIENTS = 800


@pytest.fixture(scope="module")
def tables() -> tuple[pa.Table, pa.Table]:
    """Patients, and the alterations found in them: HARM shortens survival, RARE is carried by three."""
    rng = np.random.default_rng(61)
    altered = {f"G{number}": rng.random(PATIENTS) < 0.2 for number in range(12)}
    altered |= {"HARM": rng.random(PATIENTS) < 0.3, "RARE": np.arange(PATIENTS) < 3}
    death = np.ceil(rng.exponential(300 / np.exp(0.9 * altered["HARM"])))
    stage = rng.choice(["I", "II", "III", None], PATIENTS)
    names = [f"P{number:03d}" for number in range(PATIENTS)]
    patients = pa.table({"patient": names, "exit": np.minimum(death, 900), "occurred": death <= 900, "stage": stage,
                         "stratum": rng.choice(["LUAD", "LUSC"], PATIENTS)})  # fmt: skip
    found = [(names[place], gene) for gene, who in altered.items() for place in np.flatnonzero(who)]
    return patients, pa.table({"patient": [one for one, _ in found], "gene": [gene for _, gene in found]})


@pytest.fixture(scope="module")
def asked(tables: tuple[pa.Table, pa.Table]) -> tuple[People, Carriers]:
    patients, alterations = tables
    return people_of_table(patients, words=["stage"]), of_table(alterations, patients["patient"].to_pylist())


@pytest.fixture(scope="module")
def outcome(asked: tuple[People, Carriers]) -> Outcome:
    return of_people(*asked, Settings())


def test_the_surest_gene_comes_first_with_all_its_digits(outcome: Outcome) -> None:
    first = outcome.genes.to_pylist()[0]
    assert (first["gene"], first["state"]) == ("HARM", "estimated")
    assert first["hazard_ratio"] != float(f"{first['hazard_ratio']:.3g}")
    assert first["ci_low"] < np.exp(0.9) < first["ci_high"]


def test_few_carriers_are_told_since_the_table_is_ones_own(outcome: Outcome) -> None:
    rare = next(row for row in outcome.genes.to_pylist() if row["gene"] == "RARE")
    assert (rare["carriers"], rare["tested"], rare["state"]) == (3, PATIENTS, "few_events")


def test_the_model_says_who_was_compared_beside_what(outcome: Outcome) -> None:
    model = outcome.model
    assert (model["patients"], model["genes_estimated"], model["treatment"]) == (PATIENTS, 13, None)
    assert {name.split("=")[0] for name in model["covariates"]} == {"stage"}
    assert sum(part["share"] for part in model["shrinkage"]) == pytest.approx(1, abs=0.01)


def test_burden_is_how_many_genes_are_altered(asked: tuple[People, Carriers]) -> None:
    with_burden = of_people(*asked, Settings(adjust=("burden",)))
    assert "burden" in with_burden.model["covariates"]


def test_genes_that_are_named_are_listed_also_where_nobody_carries_them(asked: tuple[People, Carriers]) -> None:
    people, carriers = asked
    nobody = replace(carriers, altered=np.where(np.array(carriers.genes)[:, None] == "G1", 0, carriers.altered))
    made = of_people(people, nobody, Settings(genes=("G1", "HARM")))
    assert [(row["gene"], row["state"]) for row in made.genes.to_pylist()] == [
        ("HARM", "estimated"), ("G1", "no_carriers"),
    ]  # fmt: skip


def test_a_treatment_without_days_cannot_be_judged_unless_it_was_given_from_entry_on(
    asked: tuple[People, Carriers],
) -> None:
    rng = np.random.default_rng(62)
    undated = Given(np.where(rng.random(PATIENTS) < 0.5, np.nan, np.inf), np.ones(PATIENTS, dtype=np.bool_))
    with pytest.raises(CannotConclude, match="on which day"):
        of_people(*asked, Settings(treatment="it"), undated)
    made = of_people(*asked, Settings(treatment="it", from_entry=True), undated)
    assert (made.model["treated_from"], made.model["patients"], made.by_treatment) == ("entry", PATIENTS, True)
    assert {line.scale for line in lines(made) if line.effect} == {"ratio_of_hazard_ratios"}

from __future__ import annotations

import numpy as np
import pytest

from chevet.synth import facts, people, truth
from chevet.synth.catalogue import catalogue


@pytest.fixture(scope="module")
def group() -> people.People:
    return people.draw(np.random.default_rng(1), 40_000)


@pytest.fixture(scope="module")
def carried(group: people.People) -> truth.Truth:
    return truth.draw_truth(np.random.default_rng(2), group)


def type_number(code: str) -> int:
    return next(i for i, tumour in enumerate(facts.tumours()) if tumour.code == code)


def with_variant(carried: truth.Truth, gene: str, count: int) -> np.ndarray:
    has = np.zeros(count, dtype=bool)
    of_gene = catalogue().gene[carried.variant_row] == facts.genes().position[gene]
    has[carried.variant_patient[of_gene]] = True
    return has


def test_alterations_of_one_group_exclude_each_other() -> None:
    drawn = truth.draw_drivers(np.random.default_rng(4), facts.drivers()["LUAD"], 20_000)
    group = [has for driver, has in drawn if driver.group == "ras"]
    assert len(group) > 5
    assert np.sum(group, axis=0).max() == 1


@pytest.mark.parametrize("code", [tumour.code for tumour in facts.tumours()])
def test_drivers_come_as_often_as_the_table_says(code: str) -> None:
    count = 40_000
    for driver, has in truth.draw_drivers(np.random.default_rng(5), facts.drivers()[code], count):
        if not driver.if_altered:
            assert has.mean() == pytest.approx(driver.frequency, abs=4.5 * np.sqrt(0.25 / count))


def test_rb1_goes_with_tp53_in_small_cell_lung_cancer() -> None:
    drawn = {
        driver.gene: has
        for driver, has in truth.draw_drivers(np.random.default_rng(6), facts.drivers()["SCLC"], 20_000)
        if driver.kind == "variant"
    }
    assert drawn["RB1"][drawn["TP53"]].mean() > 0.7 > 0.2 > drawn["RB1"][~drawn["TP53"]].mean()


def test_pancreatic_cancers_carry_kras(group: people.People, carried: truth.Truth) -> None:
    pancreas = group.tumour == type_number("PAAD")
    assert 0.84 < with_variant(carried, "KRAS", len(group))[pancreas].mean() < 0.92


def test_hypermutated_tumours_carry_more(group: people.People, carried: truth.Truth) -> None:
    womb = group.tumour == type_number("UCEC")
    high, low = (carried.burden[womb & (group.msi_high == is_high)].mean() for is_high in (True, False))
    assert high > 4 * low


def test_a_patient_has_a_variant_once_and_one_call_per_gene(carried: truth.Truth) -> None:
    variants = set(zip(carried.variant_patient.tolist(), carried.variant_row.tolist(), strict=True))
    calls = set(zip(carried.copy_patient.tolist(), carried.copy_gene.tolist(), strict=True))
    assert len(variants) == len(carried.variant_row)
    assert len(calls) == len(carried.copy_gene)

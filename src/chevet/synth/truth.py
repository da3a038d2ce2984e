"""What a block of made-up patients carries, whether or not anybody tests for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chevet.synth import facts
from chevet.synth.catalogue import catalogue
from chevet.synth.people import People

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Truth:
    """Alterations as (patient, what): row of the catalogue, (gene, call), or fusion number."""

    variant_patient: Positions
    variant_row: Positions
    copy_patient: Positions
    copy_gene: Positions
    copy_call: Positions
    fusion_patient: Positions
    fusion: Positions
    burden: NDArray[np.float64]


def draw_truth(rng: np.random.Generator, people: People) -> Truth:
    """Drivers by tumour type, then variants, gains and losses by chance."""
    variants: list[tuple[Positions, Positions]] = []
    copies: list[tuple[Positions, Positions, Positions]] = []
    fusions: list[tuple[Positions, Positions]] = []
    for tumour_number, tumour in enumerate(facts.tumours()):
        patients = people.of_type(tumour_number)
        for driver, has in draw_drivers(rng, facts.drivers()[tumour.code], len(patients)):
            carriers = patients[has]
            count = len(carriers)
            if driver.kind == "variant":
                variants.append((carriers, catalogue().of_driver(rng, driver.gene, tumour.code, count)))
            elif driver.kind == "fusion":
                fusions.append((carriers, np.full(count, facts.fusions().index((driver.gene, driver.partner)))))
            else:
                call = 2 if driver.kind == "amplification" else -2
                gene = facts.genes().position[driver.gene]
                copies.append((carriers, np.full(count, gene), np.full(count, call)))
    burden = _burden(rng, people)
    variants.append(_chance_variants(rng, burden))
    copies.append(_chance_copies(rng, len(people)))
    return Truth(
        *_once(*_joined(variants)), *_one_call_per_gene(*_joined(copies)), *_by_patient(*_joined(fusions)), burden
    )


def _joined(parts: Sequence[tuple[Positions, ...]]) -> list[Positions]:
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def draw_drivers(
    rng: np.random.Generator, drivers: tuple[facts.Driver, ...], count: int
) -> list[tuple[facts.Driver, NDArray[np.bool_]]]:
    """Which of `count` patients has each driver; of a group at most one, conditions looked up above."""
    chosen: dict[str, NDArray[np.int64]] = {}
    for group in dict.fromkeys(d.group for d in drivers if d.group):
        shares = np.cumsum([d.frequency for d in drivers if d.group == group])
        chosen[group] = np.searchsorted(shares, rng.random(count), side="right")
    altered: dict[str, NDArray[np.bool_]] = {}
    seen: dict[str, int] = dict.fromkeys(chosen, 0)
    found = []
    for driver in drivers:
        if driver.group:
            has = chosen[driver.group] == seen[driver.group]
            seen[driver.group] += 1
        else:
            chance = np.full(count, driver.frequency)
            if driver.if_altered:
                chance[altered[driver.if_altered]] = driver.frequency_then
            has = rng.random(count) < chance
        for gene in {driver.gene, driver.partner} - {""}:
            altered[gene] = altered.get(gene, np.zeros(count, dtype=bool)) | has
        found.append((driver, has))
    return found


def _burden(rng: np.random.Generator, people: People) -> NDArray[np.float64]:
    types = facts.tumours()
    mean = np.array([t.passengers for t in types])[people.tumour]
    spread = np.array([t.burden_spread for t in types])[people.tumour]
    burden = 2.9 * mean * np.exp(rng.normal(-(spread**2) / 2, spread))
    return np.minimum(np.where(people.msi_high, 6 * burden, burden), 400)


def _chance_variants(rng: np.random.Generator, burden: NDArray[np.float64]) -> tuple[Positions, Positions]:
    patient = np.repeat(np.arange(len(burden)), rng.poisson(burden))
    lengths = np.cumsum(facts.genes().lengths)
    gene = np.searchsorted(lengths, rng.random(len(patient)) * lengths[-1], side="right")
    return patient, catalogue().by_chance(rng, gene)


def _chance_copies(rng: np.random.Generator, count: int) -> tuple[Positions, Positions, Positions]:
    patient = np.repeat(np.arange(count), rng.poisson(rng.gamma(1.2, 5.0, count)))
    gene = rng.integers(0, len(facts.genes()), len(patient))
    call = np.array([-2, -1, 1, 2])[np.searchsorted([0.04, 0.48, 0.94], rng.random(len(patient)), side="right")]
    return patient, gene, call


def _once(patient: Positions, row: Positions) -> tuple[Positions, Positions]:
    """The same variant twice in a patient is one variant; ordered by patient, then row."""
    rows = catalogue().table.num_rows
    key = np.unique(patient * rows + row)
    return key // rows, key % rows


def _one_call_per_gene(patient: Positions, gene: Positions, call: Positions) -> tuple[Positions, Positions, Positions]:
    """The first call drawn for a gene of a patient stands: drivers come before chance."""
    first = np.unique(patient * len(facts.genes()) + gene, return_index=True)[1]
    return patient[first], gene[first], call[first]


def _by_patient(patient: Positions, fusion: Positions) -> tuple[Positions, Positions]:
    order = np.argsort(patient, kind="stable")
    return patient[order], fusion[order]

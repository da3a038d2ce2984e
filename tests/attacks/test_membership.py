"""Was this person among them? Frequencies with small counts hidden tell it; the noised cube does not."""

from __future__ import annotations

import numpy as np

from chevet.privacy.attacks.membership import from_frequencies, from_noised_cells
from chevet.privacy.noise.accounting import MU_OF_A_STUDY, auc_at_most, rho_of
from chevet.privacy.noise.cube import Axis, People, bounded, to_noise
from chevet.privacy.noise.process import ToNoise, draw
from chevet.room.questions.recipe import recipe_for
from chevet.store import bits

POOL, SITES = 300, 2000


def _world(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    usual = random.uniform(0.02, 0.5, SITES)
    return usual, random.random((POOL, SITES)) < usual, random.random((POOL, SITES)) < usual


def test_frequencies_with_small_counts_hidden_tell_who_is_in_the_pool() -> None:
    usual, inside, outside = _world()
    counts = inside.sum(axis=0)
    shares = np.where(counts < 5, np.nan, counts / POOL)
    assert from_frequencies(shares, usual, inside, outside, against="naive").success > 0.92


def test_the_frequencies_of_a_cube_do_not() -> None:
    usual, inside, outside = _world()
    recipe = recipe_for(POOL)
    sites = len(recipe.genes)
    facts = bounded(recipe.genes, bits.pack(inside[:, :sites].T.copy()), POOL, 8)
    people = People(POOL, {}, {}, {"gene": facts})
    plans = [plan for plan in recipe.plans if plan.facts == "gene" and not plan.fields]
    (table,) = to_noise(people, plans, rho_of(MU_OF_A_STUDY))
    shares = np.full(SITES, np.nan)
    shares[:sites] = draw([table]).tables[0] / POOL
    found = from_frequencies(shares, usual, inside, outside, against="cube", noise=(table.scale / POOL) ** 2)
    assert found.success <= 0.55 + found.error


def test_not_even_whoever_knows_everybody_else_gets_past_the_promise() -> None:
    """Every cell that the person moves, with the noise that OpenDP draws for it, in two thousand worlds."""
    stage, sex = Axis("stage", ("", "I", "II")), Axis("sex", ("", "f", "m"))
    random = np.random.default_rng(2)
    codes = {"stage": random.integers(0, 3, 500), "sex": random.integers(0, 3, 500)}
    genes = random.random((16, 500)) < 0.2
    worlds = []
    for stands in (True, False):
        codes["stage"][0], codes["sex"][0] = (1, 1) if stands else (2, 2)
        genes[:, 0] = np.arange(16) < 8 if stands else np.arange(16) >= 8
        facts = bounded(recipe_for(500).genes, bits.pack(genes), 500, 8)
        people = People(500, {"stage": stage, "sex": sex}, {k: v.copy() for k, v in codes.items()}, {"gene": facts})
        plans = [p for p in recipe_for(500).plans if set(p.fields) <= {"stage", "sex"} and p.facts in ("", "gene")]
        worlds.append(to_noise(people, plans, rho_of(MU_OF_A_STUDY)))
    truth = [np.concatenate([t.counts.reshape(-1) for t in world]).astype(float) for world in worlds]
    scales = np.concatenate([np.full(t.counts.size, t.scale) for t in worlds[0]])
    drawn = [_drawn(world, 1000) for world in worlds]
    found = from_noised_cells(truth[0], truth[1], scales, drawn[0], drawn[1], against="cube")
    assert found.success <= auc_at_most(MU_OF_A_STUDY) + found.error
    assert (truth[0] != truth[1]).sum() > 15


def _drawn(world: list[ToNoise], times: int) -> np.ndarray:
    """(times, cells) so many cubes of one world."""
    repeated = [ToNoise(np.tile(t.counts.reshape(-1), times), t.squared_sensitivity, t.scale) for t in world]
    tables = [t.reshape(times, -1) for t in draw(repeated).tables]
    return np.concatenate(tables, axis=1).astype(np.float64)

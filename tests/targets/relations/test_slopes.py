"""Genes that rise with burden in their own way."""

from __future__ import annotations

import numpy as np

from chevet.targets.relations.answer import RelationsAnswer
from chevet.targets.relations.asking import of_carriers
from chevet.targets.relations.background import background
from chevet.targets.relations.pairs import pairs_of
from chevet.targets.relations.settings import Settings
from chevet.targets.relations.slopes import own_slopes
from tests.targets.relations.made import Table, carriers


def _drivers_and_long_genes(rng: np.random.Generator, patients: int) -> Table:
    """Genes 0 to 4 are altered whatever the burden, genes 5 to 9 rise with it steeply, 300 others as most do."""
    burden = rng.gamma(0.7, 1 / 0.7, patients)
    slopes = np.r_[np.full(5, 0.05), np.full(5, 1.3), np.full(300, 1.0)]
    rates = np.r_[np.full(5, 0.25), np.full(5, 0.15), rng.beta(1, 25, 300)]
    odds = (rates / (1 - rates))[:, None] * burden[None, :] ** slopes[:, None]
    return np.asarray(rng.random((310, patients)) < odds / (1 + odds))


def test_sums_over_strata_and_burden_are_those_found() -> None:
    rng = np.random.default_rng(31)
    made = carriers(_drivers_and_long_genes(rng, 600))
    fitted = background(made, np.arange(600) % 3)
    rows = np.arange(10)
    found = own_slopes(made, rows, fitted)
    group, times = fitted.tumours.group, fitted.tumours.times
    altered = np.stack([[(np.asarray(made.altered[r])[p // 64] >> np.uint64(p % 64)) & np.uint64(1) for p in range(600)]
                        for r in rows]).astype(float)  # fmt: skip
    for stratum in range(3):
        inside = fitted.tumours.stratum == stratum
        np.testing.assert_allclose(
            found.probabilities[:, inside] @ times[inside],
            altered[:, np.arange(600) % 3 == stratum].sum(axis=1),
            atol=1e-5,
        )
    burden = np.nan_to_num(fitted.log_odds)
    np.testing.assert_allclose((found.probabilities * burden) @ times, altered @ burden[group], atol=1e-4)


def test_drivers_have_small_slopes_and_long_genes_large_ones() -> None:
    made = carriers(_drivers_and_long_genes(np.random.default_rng(32), 1_500))
    found = own_slopes(made, np.arange(10), background(made)).slope
    assert (np.abs(found[:5]) < 0.35).all()
    assert (found[5:] > 0.9).all()


def test_a_driver_no_longer_excludes_a_long_gene() -> None:
    made = carriers(_drivers_and_long_genes(np.random.default_rng(33), 1_500))
    pairs = pairs_of(made, np.arange(10), background(made))
    between = (pairs.a < 5) & (pairs.b >= 5)
    assert (pairs.at_most[between] < 0.01).mean() > 0.5
    assert (pairs.p_own_slopes[between] < 0.05).mean() < 0.15


def test_what_excludes_itself_still_does() -> None:
    altered = _drivers_and_long_genes(np.random.default_rng(34), 1_500)
    altered[1] &= ~altered[0]
    made = carriers(altered)
    pairs = pairs_of(made, np.arange(10), background(made))
    assert pairs.p_own_slopes[0] < 1e-4


def test_a_tendency_that_is_not_confirmed_is_said_so() -> None:
    made = carriers(_drivers_and_long_genes(np.random.default_rng(33), 1_500))
    answer = RelationsAnswer(of_carriers(made, Settings(genes=tuple(f"G{gene}" for gene in range(10)))))
    said = {row[-1] for row in answer.rows("en")[1]}
    assert "exclusive, not confirmed" in said
    holds = answer.relations.pairs["holds"].to_pylist()
    marks = [square["mark"] for square in answer.picture("en")["data"]["values"]]
    assert marks.count("○") == holds.count(False) > 0

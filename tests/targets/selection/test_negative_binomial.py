"""The regression equals R's."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from chevet.targets.selection.negative_binomial import POISSON_THETA, regress

REFERENCE = Path(__file__).parents[2] / "reference" / "selection"


def _columns(name: str) -> dict[str, list[str]]:
    with (REFERENCE / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: [row[key] for row in rows] for key in rows[0]}


def test_coefficients_errors_and_theta_equal_those_of_r() -> None:
    data, r = _columns("data.csv"), _columns("r_glm_nb.csv")
    counts, expected, covariate = (np.array(data[name], dtype=float) for name in ("count", "expected", "covariate"))
    told = dict(zip(r["figure"], map(float, r["value"]), strict=True))
    fitted = regress(counts, expected, np.column_stack([np.ones(len(counts)), covariate]))
    found = [fitted.theta, *fitted.coefficients, *fitted.errors, regress(counts, expected).theta]
    names = ("theta", "intercept", "slope", "error_intercept", "error_slope", "theta_alone")
    assert found == pytest.approx([told[name] for name in names], rel=1e-6)


def test_counts_that_vary_less_than_poissons_have_no_theta_of_their_own() -> None:
    fitted = regress(np.full(50, 4.0), np.full(50, 4.0))
    assert (fitted.settled, fitted.overdispersed) == (False, False)
    assert fitted.theta >= POISSON_THETA


def test_theta_stops_on_its_way_up_where_that_of_r_does() -> None:
    # Counts that hardly vary more than Poisson's: theta.ml(y, mean(y), limit = 25) of MASS 7.3-58.2 warns.
    counts = np.array([1, 4, 1, 2, 5, 3, 2, 1, 4, 4, 2, 3, 1, 3, 2, 7, 2, 1, 1, 5], dtype=float)
    fitted = regress(counts, np.full(len(counts), counts.mean()))
    assert (fitted.settled, fitted.overdispersed) == (False, True)
    assert fitted.theta == pytest.approx(811.491944390149, rel=1e-6)


def test_theta_is_found_when_a_few_genes_hold_nearly_everything() -> None:
    counts = np.zeros(400)
    counts[:3] = 40, 90, 300
    mean = counts.mean()
    searched = optimize.minimize_scalar(
        lambda x: -stats.nbinom.logpmf(counts, np.exp(x), np.exp(x) / (np.exp(x) + mean)).sum(),
        bounds=(-12, 3), method="bounded", options={"xatol": 1e-9},
    )  # fmt: skip
    assert regress(counts, np.full(400, mean)).theta == pytest.approx(float(np.exp(searched.x)), rel=1e-4)

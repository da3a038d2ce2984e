"""Area under the curve and precision, against another program and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from chevet.targets.ranking.calibration import area_under_curve, calibration
from chevet.targets.ranking.contributions import evidence
from chevet.targets.ranking.scoring import scores
from chevet.targets.ranking.weights import read_weights
from tests.targets.ranking.made_lines import speaks


def test_the_area_is_that_of_mann_and_whitney() -> None:
    rng = np.random.default_rng(5)
    known, others = rng.normal(1, 1, 30).round(1), rng.normal(0, 1, 90).round(1)
    area, low, high = area_under_curve(known, others)
    assert area == pytest.approx(mannwhitneyu(known, others).statistic / (30 * 90), abs=1e-12)
    assert low is not None
    assert high is not None
    assert low < area < high


def test_the_interval_holds_the_truth_in_nineteen_of_twenty() -> None:
    """Two normal laws one apart: the true area is 0.7602; 400 draws, so 93 to 97 in a hundred."""
    rng = np.random.default_rng(6)
    held = 0
    for _ in range(400):
        _, low, high = area_under_curve(rng.normal(1, 1, 60), rng.normal(0, 1, 60))
        held += low is not None and high is not None and low <= 0.76025 <= high
    assert 0.92 <= held / 400 <= 0.98


def test_one_known_gene_tells_no_area() -> None:
    assert area_under_curve(np.array([1.0]), np.array([0.0, 0.5])) == (None, None, None)


def test_a_part_that_knows_the_answer_is_left_out() -> None:
    genes = tuple(f"G{number:02d}" for number in range(20))
    weights = read_weights()
    known = set(genes[:10])
    # Selection is against the known genes, tractability is the list itself.
    lines = [speaks(gene, "selection", q=0.2 if gene not in known else 0.9) for gene in genes]
    lines += [speaks(gene, "tractability") for gene in known]
    lines += [speaks(gene, "tractability", "neutral") for gene in genes if gene not in known]
    made = scores(evidence(genes, lines, weights), weights)
    assert calibration(made, known, "approved", "table", without=("tractability",)).area == 0
    assert calibration(made, known, "approved", "table").area == 1
    held = calibration(made, known, "approved", "table", without=("tractability",))
    assert held.precision == {10: 0.0, 20: 0.5}


def test_each_part_is_held_against_the_list_by_itself() -> None:
    genes = tuple(f"G{number:02d}" for number in range(20))
    weights, known = read_weights(), set(genes[:10])
    lines = [speaks(gene, "selection", q=1e-9 if gene in known else 0.9) for gene in genes]
    lines += [speaks(gene, "shape", q=1e-9 if number % 2 else 0.9) for number, gene in enumerate(genes)]
    held = calibration(scores(evidence(genes, lines, weights), weights), known, "drivers", "table")
    assert held.alone == {"selection": 1.0, "shape": 0.5}

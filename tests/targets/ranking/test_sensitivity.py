"""How far the ranks rest on the weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chevet.targets.evidence import Line
from chevet.targets.ranking.contributions import evidence
from chevet.targets.ranking.scoring import Scores, scores
from chevet.targets.ranking.sensitivity import Sensitivity, sensitivity
from chevet.targets.ranking.weights import Weights, read_weights
from tests.targets.ranking.made_lines import speaks

WEIGHTS = replace(read_weights(), draws=300)
GENES = tuple(f"G{number:02d}" for number in range(40))


def both(lines: list[Line], weights: Weights = WEIGHTS) -> tuple[Scores, Sensitivity]:
    made = scores(evidence(GENES, lines, weights), weights)
    return made, sensitivity(made, weights)


def one_part() -> list[Line]:
    return [speaks(gene, "selection", q=10.0 ** -(1 + number)) for number, gene in enumerate(GENES)]


def two_parts_that_disagree() -> list[Line]:
    rising = [
        speaks(gene, "vulnerability", finding="needs_itself", q=10.0 ** -(40 - number))
        for number, gene in enumerate(GENES)
    ]
    return one_part() + rising


def test_weights_cannot_move_ranks_that_rest_on_one_part() -> None:
    made, shaken = both(one_part())
    assert shaken.low.tolist() == shaken.high.tolist() == made.ranks.tolist()
    assert shaken.tau == (pytest.approx(1.0), pytest.approx(1.0))
    assert shaken.without == {}


def test_the_same_seed_gives_the_same_intervals_and_another_seed_others() -> None:
    (_, first), (_, again) = both(two_parts_that_disagree()), both(two_parts_that_disagree())
    (_, other) = both(two_parts_that_disagree(), replace(WEIGHTS, seed=2))
    assert np.array_equal(first.low, again.low)
    assert first.tau == again.tau != other.tau


def test_ranks_that_rest_on_two_parts_that_disagree_move() -> None:
    made, shaken = both(two_parts_that_disagree())
    assert (shaken.low <= made.ranks).all()
    assert (shaken.high >= made.ranks).all()
    assert (shaken.high - shaken.low).max() > 5


def test_tighter_weights_give_narrower_intervals() -> None:
    (_, loose), (_, tight) = (
        both(two_parts_that_disagree()),
        both(two_parts_that_disagree(), replace(WEIGHTS, concentration=4000.0)),
    )
    assert (tight.high - tight.low).sum() < (loose.high - loose.low).sum()


def test_without_a_part_the_order_is_that_of_the_others() -> None:
    _, shaken = both(two_parts_that_disagree())
    assert shaken.without["vulnerability"].tolist() == list(range(40, 0, -1))
    assert shaken.without["selection"].tolist() == list(range(1, 41))
    assert set(shaken.without) == {"selection", "vulnerability"}


def test_a_part_left_out_takes_its_objection_along() -> None:
    lines = [*one_part(), speaks("G39", "safety", "against")]
    made, shaken = both(lines)
    assert made.ranks[39] > 1
    assert shaken.without["safety"][39] == 1

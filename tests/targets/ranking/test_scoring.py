"""The score by hand, and what a missing part does to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import CannotConclude
from chevet.targets.evidence import PARTS, Line, Part, Standing
from chevet.targets.ranking.contributions import contribution, evidence
from chevet.targets.ranking.scoring import Scores, scores
from chevet.targets.ranking.weights import Curve, PartWeight, Weights, read_weights
from tests.targets.ranking.made_lines import speaks

FLAT = Curve("effect", 1.0, half=1.0, steep=1.0)
# effect e gives e / (1 + e): 1 gives one half, 3 gives three quarters.
SIMPLE = replace(
    read_weights(),
    parts={part: PartWeight(10.0 if part != "safety" else 0.0, 0.2 if part == "safety" else 0.0, FLAT, {})
           for part in PARTS},
)  # fmt: skip


def made(*lines: Line, genes: tuple[str, ...] = ("A", "B"), weights: Weights = SIMPLE) -> Scores:
    return scores(evidence(genes, lines, weights), weights)


def score(found: Scores, gene: str) -> float:
    return float(found.score[found.genes.index(gene)])


def test_the_strongest_line_of_a_part_counts_however_many_there_are() -> None:
    several = [speaks("A", "shape", effect=1.0), speaks("A", "shape", effect=3.0), speaks("A", "shape", effect=1.0)]
    found = contribution(several, SIMPLE.parts["shape"], 0.1)
    assert (found.support, found.supporting) == (0.75, several[1])


def test_the_score_is_the_mean_of_the_parts_asked() -> None:
    found = made(
        speaks("A", "selection", effect=1.0), speaks("A", "shape", effect=3.0), speaks("B", "selection", "neutral"),
        speaks("B", "shape", "neutral"),
    )  # fmt: skip
    assert score(found, "A") == pytest.approx((0.5 + 0.75) / 2)
    assert score(found, "B") == 0
    assert found.ranks.tolist() == [1, 2]


def test_what_speaks_against_is_subtracted() -> None:
    found = made(speaks("A", "selection", effect=1.0), speaks("A", "safety", "against", effect=3.0))
    assert score(found, "A") == pytest.approx(0.5 - 0.2 * 0.75)
    assert found.taken[0].sum() == pytest.approx(0.15)


def test_a_part_that_nobody_asked_is_in_no_sum() -> None:
    alone = made(speaks("A", "selection", effect=1.0))
    with_unasked = made(speaks("A", "selection", effect=1.0), speaks("A", "outcome", "not_asked"))
    assert score(alone, "A") == score(with_unasked, "A") == 0.5


def test_a_part_that_did_not_conclude_on_a_gene_counts_as_on_the_middle_gene_asked_about() -> None:
    found = made(
        *(speaks(gene, "selection", effect=1.0) for gene in "ABCD"),
        speaks("A", "outcome", effect=3.0), speaks("B", "outcome", "neutral"), speaks("D", "outcome", effect=1.0),
        speaks("C", "outcome", "not_concluded"), genes=("A", "B", "C", "D"),
    )  # fmt: skip
    # Of A, B, C and D survival gives 0.75, 0, nothing and 0.5: the middle is 0.25.
    assert score(found, "C") == pytest.approx((0.5 + 0.25) / 2)
    assert [found.genes[place] for place in found.order] == ["A", "D", "C", "B"]


def test_a_part_that_concludes_only_where_it_finds_something_gives_the_others_nothing() -> None:
    found = made(
        *(speaks(gene, "selection", effect=1.0) for gene in "ABCD"), speaks("A", "shape", effect=3.0),
        *(speaks(gene, "shape", "not_concluded") for gene in "BCD"), genes=("A", "B", "C", "D"),
    )  # fmt: skip
    assert score(found, "A") == pytest.approx((0.5 + 0.75) / 2)
    assert score(found, "B") == pytest.approx(0.25)


def test_the_bounds_are_what_everything_missing_could_make_of_the_score() -> None:
    found = made(speaks("A", "selection", effect=1.0))
    # Six weights of ten; one half of one of them is known, and safety might take 0.2.
    assert float(found.low[0]) == pytest.approx(0.5 / 6 - 0.2)
    assert float(found.high[0]) == pytest.approx(5.5 / 6)


def test_a_source_that_is_missing_within_a_part_leaves_the_bounds_open() -> None:
    whole = [speaks("A", part, "neutral") for part in PARTS]
    assert [float(made(*whole).low[0]), float(made(*whole).high[0])] == [0, 0]
    with_gap = [*whole, speaks("A", "tractability", "not_asked")]
    assert float(made(*with_gap).high[0]) == pytest.approx(1 / 6)


def test_without_a_part_that_can_give_there_is_no_score() -> None:
    with pytest.raises(CannotConclude):
        made(speaks("A", "safety", "against", effect=1.0))
    with pytest.raises(CannotConclude):
        made(speaks("A", "selection", "not_concluded"))


def test_equals_share_a_rank_and_stand_by_name() -> None:
    found = made(*(speaks(gene, "selection", effect=1.0) for gene in "BAC"), genes=("B", "A", "C"))
    assert found.ranks.tolist() == [1, 1, 1]
    assert [found.genes[place] for place in found.order] == ["A", "B", "C"]


STANDINGS = cast("tuple[Standing, ...]", ("for", "against", "neutral", "not_concluded", "not_asked"))
_line = st.tuples(st.sampled_from("ABCD"), st.sampled_from(PARTS), st.sampled_from(STANDINGS), st.floats(0, 50))


@given(st.lists(_line, max_size=30))
def test_the_score_lies_within_its_bounds_and_completeness_is_a_share(
    lines: list[tuple[str, Part, Standing, float]],
) -> None:
    some = [speaks(gene, part, standing, effect=effect) for gene, part, standing, effect in lines]
    some += [speaks("A", "selection", effect=1.0)]
    found = made(*some, genes=tuple("ABCD"))
    assert (found.low <= found.score + 1e-12).all()
    assert (found.score <= found.high + 1e-12).all()
    assert ((found.complete >= 0) & (found.complete <= 1)).all()
    assert np.allclose(found.given.sum(axis=1) - found.taken.sum(axis=1), found.score)


@given(st.floats(0, 50), st.floats(0, 50))
def test_a_stronger_line_for_a_gene_never_lowers_it(weak: float, more: float) -> None:
    others = [speaks(gene, part, effect=2.0) for gene, part in product("BC", ("selection", "shape"))]
    before, after = (
        made(*others, speaks("A", "selection", effect=effect), genes=("A", "B", "C")) for effect in (weak, weak + more)
    )
    assert after.ranks[0] <= before.ranks[0]
    assert after.score[0] >= before.score[0] - 1e-12

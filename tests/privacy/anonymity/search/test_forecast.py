"""The forecast that orders the search: it learns from what was weighed, and always offers a node."""

from __future__ import annotations

import numpy as np
import pytest

from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.search.bounds import Candidates, Levels
from chevet.privacy.anonymity.search.forecast import Forecast, nodes_to_weigh
from chevet.privacy.hierarchies.hierarchy import Hierarchy


@pytest.fixture
def table() -> CodedTable:
    random = np.random.default_rng(5)
    made = tuple(
        Hierarchy.from_rows(f"attribute {i}", [(str(v), f"{v // 10}x", "*") for v in range(100)]) for i in range(3)
    )
    return CodedTable(made, tuple(random.integers(0, 100, 1_000, dtype=np.int32) for _ in made))


def test_before_anything_is_known_finer_nodes_are_forecast_to_suppress_more(table: CodedTable) -> None:
    forecast = Forecast(table.hierarchies, table.codes, limit=100)
    odds = forecast.log_odds(np.array([[0, 1, 2], [0, 1, 2], [0, 1, 2]], dtype=np.uint8))
    assert odds[0] > odds[1] > odds[2]


def test_a_forecast_comes_close_to_what_was_weighed(table: CodedTable) -> None:
    forecast = Forecast(table.hierarchies, table.codes, limit=100)
    node = np.array([[1], [2], [2]], dtype=np.uint8)
    before = forecast.log_odds(node)[0]
    for _ in range(20):
        forecast.learn((1, 2, 2), 5)
    after = forecast.log_odds(node)[0]
    assert after < forecast.limit < before
    assert after == pytest.approx(np.log(5.5 / 995.5), abs=0.1)


@pytest.mark.parametrize("best", [np.inf, 0.5, 0.01])
def test_while_any_node_is_in_question_one_is_offered_and_none_twice(table: CodedTable, best: float) -> None:
    forecast = Forecast(table.hierarchies, table.codes, limit=0)
    candidates = Candidates([np.array([0.0, 0.03, 0.33])] * 3)
    candidates.keep_below(best)
    weighed: set[Levels] = set()
    while len(candidates):
        offered = nodes_to_weigh(candidates, forecast, forecast, best, weighed, np.random.default_rng(0))
        assert offered
        assert len(set(offered)) == len(offered)
        assert weighed.isdisjoint(offered)
        weighed.update(offered)
        for node in offered:
            candidates.settle(node)
        candidates.keep_below(best)

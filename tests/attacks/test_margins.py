"""Hidden cells worked out from margins: easy when only the small cells are hidden, impossible in our tables."""

from __future__ import annotations

import numpy as np
import pytest

from chevet.privacy.attacks.margins import margins, only_small_cells_hidden
from chevet.privacy.tables import protect

SHAPES = ((6, 5), (8, 3), (3, 3, 3))


def _tables(shape: tuple[int, ...]) -> list[np.ndarray]:
    random = np.random.default_rng(4)
    return [random.poisson(random.gamma(0.7, 25, shape)) for _ in range(6)]


@pytest.mark.parametrize("shape", SHAPES)
def test_subtraction_finds_small_cells_of_a_naive_release_and_none_of_ours(shape: tuple[int, ...]) -> None:
    ours = [protect(table) for table in _tables(shape)]
    naive = margins([only_small_cells_hidden(table) for table in ours], against="naive")
    assert naive.targets > 5
    assert naive.success > 0.3
    assert margins(ours, against="ours").success == 0

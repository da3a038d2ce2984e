from __future__ import annotations

import numpy as np
import pytest

from chevet.privacy.attacks.outcome import auc
from chevet.privacy.noise import accounting


def test_the_promise_of_a_study_is_below_what_was_asked() -> None:
    assert accounting.auc_at_most(accounting.MU_OF_A_STUDY) < accounting.AUC_AT_MOST


def test_the_area_is_what_telling_two_gaussians_apart_gives() -> None:
    random = np.random.default_rng(5)
    near, far = random.normal(0, 1, 40_000), random.normal(0.5, 1, 40_000)
    assert auc(far.tolist(), near.tolist()) == pytest.approx(accounting.auc_at_most(0.5), abs=0.006)


def test_what_is_spent_is_rounded_up_and_scales_follow_from_it() -> None:
    assert accounting.in_nano(0.0000000011) == 2
    rho = accounting.rho_of(accounting.mu_of(0.003))
    assert rho == pytest.approx(0.003)
    assert 2 / (2 * accounting.scale_for(2, rho) ** 2) == pytest.approx(rho)

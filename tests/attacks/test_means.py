"""What is one patient's number? Two exact means tell it; two with noise do not, in however many wordings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from chevet.privacy.attacks.membership import from_noised_cells
from chevet.privacy.attacks.outcome import Outcome, auc
from chevet.privacy.noise.accounting import AUC_AT_MOST, MU_OF_A_STUDY, mu_of, rho_of
from chevet.privacy.noise.process import ToNoise, draw
from chevet.privacy.noise.sums import Bounds, Totals, to_noise
from chevet.room.questions.by_noise import RHO

N, TARGETS = 2000, 40
AGES = Bounds(0, 120)
Ages = npt.NDArray[np.float64]
MeanAndCount = Callable[[Ages], tuple[float, float]]


def _ages(seed: int = 1) -> Ages:
    return np.random.default_rng(seed).integers(20, 95, N).astype(np.float64)


def _exactly(ages: Ages) -> tuple[float, float]:
    """The simple rule: a mean and a count of so many patients are no row."""
    assert len(ages) >= 1000
    return float(ages.mean()), float(len(ages))


def _with_noise(ages: Ages) -> tuple[float, float]:
    asked = to_noise(ages, AGES, RHO)
    (drawn,) = draw([asked]).tables
    found = Totals(int(drawn[0]), int(drawn[1]), asked.scale, AGES)
    mean = found.mean()
    assert mean is not None
    return mean.value, found.people


def _read(ages: Ages, target: int, answer: MeanAndCount) -> float:
    """The target's age, as the difference of everybody's sum and that of all others."""
    (mean, count), (mean_without, count_without) = answer(ages), answer(np.delete(ages, target))
    return mean * count - mean_without * count_without


def test_two_exact_means_give_the_age_of_every_target() -> None:
    ages = _ages()
    read = [_read(ages, target, _exactly) for target in range(TARGETS)]
    assert read == pytest.approx(ages[:TARGETS].tolist(), abs=1e-6)
    old = ages[:TARGETS] >= 60
    assert 5 < old.sum() < TARGETS - 5
    assert (
        auc([r for r, o in zip(read, old, strict=True) if o], [r for r, o in zip(read, old, strict=True) if not o]) == 1
    )


def test_two_means_with_noise_give_no_age_at_all() -> None:
    """What is read misses by thousands of years: some ten thousand are usual, and nobody is older than 120."""
    ages = _ages()
    missed = [abs(_read(ages, target, _with_noise) - ages[target]) for target in range(4)]
    assert max(missed) > 1000


def test_nor_does_one_question_for_the_whole_allowance_tell_the_youngest_from_the_oldest_there_can_be() -> None:
    """The most that can be learned at all: everybody else known, and forty thousand worlds of either kind."""
    found = _told_apart(0.0, 120.0, rho_of(MU_OF_A_STUDY), wordings=1, worlds=40_000)
    assert 0.52 < found.success <= AUC_AT_MOST


def test_nor_do_all_wordings_that_the_allowance_pays_for_tell_whether_an_age_is_recorded() -> None:
    wordings = int(rho_of(MU_OF_A_STUDY) / RHO)
    assert wordings > 100
    assert mu_of(wordings * RHO) <= MU_OF_A_STUDY
    found = _told_apart(120.0, np.nan, RHO, wordings, worlds=300)
    assert found.success <= AUC_AT_MOST + 1.5 * found.error  # so few worlds: once in a hundred thousand runs by chance


def _told_apart(stands: float, instead: float, rho: float, wordings: int, worlds: int) -> Outcome:
    """How well the best guess of all tells these two values of one patient apart."""
    here, there = (to_noise(np.append(_ages(), value), AGES, rho) for value in (stands, instead))
    truth = [np.tile(world.counts, wordings).astype(np.float64) for world in (here, there)]
    drawn = [_drawn(world, wordings, worlds) for world in (here, there)]
    scales = np.full(2 * wordings, here.scale)
    return from_noised_cells(truth[0], truth[1], scales, drawn[0], drawn[1], against="noise")


def _drawn(world: ToNoise, wordings: int, worlds: int) -> Ages:
    """(worlds, 2 wordings) what is told in so many wordings, in each of so many worlds."""
    repeated = ToNoise(np.tile(world.counts, wordings * worlds), world.squared_sensitivity, world.scale)
    return draw([repeated]).tables[0].reshape(worlds, -1).astype(np.float64)

"""Two questions that differ by one person, or by few; and all questions together, put into one sum.

The attacker knows of his target what a neighbour knows, and asks of a fact that he does not know. He
asks for people with that fact, once with the target among those who may count and once without, in as many
different surroundings as he may, and averages the differences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from chevet.privacy.attacks.outcome import Outcome, auc

Ask: TypeAlias = Callable[[str], float | None]
Numbers: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """Somebody to find out about. `pairs` are definitions, with and without the target; `has_it` is the truth."""

    pairs: tuple[tuple[str, str], ...]
    has_it: bool


@dataclass(frozen=True)
class Told:
    """What the attacker got of one target: the mean difference of the pairs answered, and how many were not."""

    difference: float
    refused: int
    has_it: bool


def ask_all(asks: Sequence[Ask], target: Target) -> Told:
    """Ask every pair of a target. With several accounts, the two halves of a pair are asked by different ones."""
    differences, refused = [], 0
    for i, (with_target, without) in enumerate(target.pairs):
        first, second = asks[i % len(asks)], asks[(i + 1) % len(asks)]
        a, b = first(with_target), second(without)
        if a is None or b is None:
            refused += 1
        else:
            differences.append(a - b)
    return Told(float(np.mean(differences)) if differences else 0.0, refused, target.has_it)


def differencing(told: Sequence[Told], *, against: str) -> Outcome:
    """How well the mean differences tell who has the fact."""
    scores = [(one.difference, one.has_it) for one in told]
    return _outcome("differencing", against, scores)


def refusals(told: Sequence[Told], *, against: str) -> Outcome:
    """How well the refusals alone tell it: a rule that looks at hidden facts gives them away by refusing."""
    return _outcome("differencing by refusals", against, [(float(one.refused), one.has_it) for one in told])


def reconstruction(
    members: npt.NDArray[np.bool_], answers: Numbers, truth: npt.NDArray[np.bool_], *, noise: float, against: str
) -> Outcome:
    """Everybody's fact at once, from all answers together: the best linear guess for whoever knows how common it is.

    members   (questions, people) who could count in each answer
    answers   (questions,) what was answered
    truth     (people,) who has the fact
    noise     variance of an answer, as far as the attacker knows

    Source: Dinur and Nissim, PODS 2003; the guess is the posterior mean of a linear model.
    """
    common = float(truth.mean())
    doubt = common * (1 - common)
    v = members.astype(np.float64)
    residual = answers - v.sum(axis=1) * common
    weights = np.linalg.solve(doubt * (v @ v.T) + noise * np.eye(len(v)), residual)
    return _outcome("reconstruction", against, list(zip((v.T @ weights).tolist(), truth.tolist(), strict=True)))


def _outcome(name: str, against: str, scores: Sequence[tuple[float, bool]]) -> Outcome:
    inside = [score for score, has_it in scores if has_it]
    outside = [score for score, has_it in scores if not has_it]
    return Outcome(name, against, "auc", auc(inside, outside), 0.5, len(scores))

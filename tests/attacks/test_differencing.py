"""Two questions that differ by one person: a floor and rounding fall to it, the cube and the checked answers do not.

The attacker knows age, year, sex, centre, tumour and stage of his targets, and wants to know whether they
carry a mutation. He asks in many surroundings, averages, looks at refusals, asks from two accounts, and last puts
all answers into one system of equations.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chevet.errors import ChevetError
from chevet.privacy.attacks.differencing import Target, ask_all, differencing, reconstruction, refusals
from chevet.privacy.noise.consistency import Numbers
from chevet.room.account.overlap import Past
from chevet.store import bits

N, ASKED = 6000, 40
Answer = Callable[[np.ndarray], float | None]


@pytest.fixture(scope="module")
def mutated() -> np.ndarray:
    return np.asarray(np.random.default_rng(3).random(N) < 0.3)


def _surroundings(target: int, count: int, seed: int, least: int = 300) -> list[np.ndarray]:
    """Sets of people, large and all different, without the target: a span of ages, a few centres, some years."""
    random, found = np.random.default_rng(seed), []
    for _ in range(count):
        members = random.random(N) < random.uniform(0.1, 0.6)
        members[target] = False
        assert members.sum() > least
        found.append(members)
    return found


def _with(members: np.ndarray, target: int) -> np.ndarray:
    added = members.copy()
    added[target] = True
    return added


def _naive(mutated: np.ndarray) -> Answer:
    """A floor of five, and rounding to the nearest five."""

    def answer(members: np.ndarray) -> float | None:
        count = int((members & mutated).sum())
        return None if count < 5 else 5.0 * round(count / 5)

    return answer


def _checked(mutated: np.ndarray, folder: Path) -> Answer:
    """The checked answers: exact, where the past bears them."""

    def answer(members: np.ndarray) -> float | None:
        with Past.locked(folder / "1", N) as past:
            try:
                past.consider([bits.pack(members)])
            except ChevetError:
                return None
            past.keep()
        return float((members & mutated).sum())

    return answer


def _attack(answers: list[Answer], mutated: np.ndarray, pairs: int, targets: int) -> tuple[float, float]:
    """Areas under the curve of the differences and of the refusals."""
    told = []
    for target in range(targets):
        around = _surroundings(target, pairs, seed=target)
        sets = {str(i): members for i, members in enumerate(around)}
        sets |= {f"+{i}": _with(members, target) for i, members in enumerate(around)}
        asks = [lambda text, answer=answer, sets=sets: answer(sets[text]) for answer in answers]
        found = Target(tuple((f"+{i}", str(i)) for i in range(pairs)), bool(mutated[target]))
        told.append(ask_all(asks, found))
    return differencing(told, against="x").success, refusals(told, against="x").success


def test_a_floor_and_rounding_tell_nearly_everything_after_some_pairs(mutated: np.ndarray) -> None:
    success, _ = _attack([_naive(mutated)], mutated, ASKED, targets=60)
    assert success > 0.97


def test_checked_answers_tell_nothing_by_differences_nor_by_refusals(mutated: np.ndarray, tmp_path: Path) -> None:
    success, by_refusal = _attack([_checked(mutated, tmp_path)], mutated, 6, targets=60)
    assert success == 0.5
    assert by_refusal == 0.5


def test_two_accounts_that_share_their_answers_get_no_further(mutated: np.ndarray, tmp_path: Path) -> None:
    success, by_refusal = _attack([_checked(mutated, tmp_path)] * 2, mutated, 6, targets=60)
    assert success == 0.5
    assert by_refusal == 0.5


def _all_answers(answer: Answer, questions: int) -> tuple[np.ndarray, Numbers]:
    random, members, answers = np.random.default_rng(9), [], []
    for _ in range(questions):
        asked = random.random(N) < 0.5
        found = answer(asked)
        if found is not None:
            members.append(asked)
            answers.append(found)
    return np.array(members), np.array(answers)


def test_a_thousand_questions_in_one_system_of_equations_tell_of_everybody_when_only_rounded(
    mutated: np.ndarray,
) -> None:
    members, answers = _all_answers(_naive(mutated), 2000)
    assert reconstruction(members, answers, mutated, noise=2.0, against="naive").success > 0.8


def test_and_nearly_nothing_of_checked_answers(mutated: np.ndarray, tmp_path: Path) -> None:
    members, answers = _all_answers(_checked(mutated, tmp_path), 300)
    assert len(members) >= 2
    found = reconstruction(members, answers, mutated, noise=0.01, against="checked")
    assert found.success <= 0.55 + found.error


RARE_ONES = 12  # facts, so that enough people have one


def _rare_facts_told(folder: Path, people: int, *, share_asked_for: bool) -> float:
    """The area under the curve for facts that one in fifty has, over half of the people, again and again."""
    random, members, shares = np.random.default_rng(7), [], []
    rare = random.random((RARE_ONES, people)) < 0.02
    for _ in range(120):
        asked = random.random(people) < 0.5
        with Past.locked(folder / "1", people) as past:
            try:
                shares.append(past.consider([bits.pack(asked)]))
            except ChevetError:
                continue
            past.keep()
        members.append(asked)
    asked_of, least = np.array(members), np.array(shares) * np.array(members).sum(axis=1)
    found = []
    for fact in rare:
        answers = (asked_of & fact).sum(axis=1).astype(np.float64)
        told = answers >= least if share_asked_for else np.ones(len(answers), dtype=np.bool_)
        found.append(reconstruction(asked_of[told], answers[told], fact, noise=0.01, against="x").success)
    return float(np.mean(found))


def test_a_rare_fact_is_told_by_sums_that_keep_a_common_one(tmp_path: Path) -> None:
    """What hides a person is what varies in the others: of a fact that one in fifty has, five times less."""
    assert _rare_facts_told(tmp_path / "all", 12_000, share_asked_for=False) > 0.57
    assert _rare_facts_told(tmp_path / "ours", 12_000, share_asked_for=True) <= 0.55

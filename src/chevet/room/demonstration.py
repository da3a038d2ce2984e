"""The attacks on answers, each tried on a made-up study: on a floor and rounding first, then on the room.

The attacker knows more than any real one: of his target everything but one fact, of the study the rules.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chevet.cohort import cohort as cohorts
from chevet.cohort.index import CohortIndex
from chevet.errors import Refused
from chevet.privacy.attacks.differencing import Target, ask_all, differencing
from chevet.privacy.attacks.margins import margins, only_small_cells_hidden
from chevet.privacy.attacks.membership import from_noised_cells
from chevet.privacy.attacks.outcome import Outcome
from chevet.privacy.disclosure import is_small
from chevet.privacy.noise.accounting import MU_OF_A_STUDY, rho_of, scale_for
from chevet.privacy.noise.process import ToNoise, draw
from chevet.privacy.tables import protect
from chevet.records.record import Progress, no_progress
from chevet.room.account.overlap import Past
from chevet.store import bits
from chevet.store.lake import Lake

Members = npt.NDArray[np.bool_]
Answer = Callable[[Members], float | None]
TARGETS, PAIRS, WORLDS, CELLS, TABLES = 200, 10, 4000, 60, 40
ROUNDED_TO = 5


def attack_answers(lake: Lake, study: str, seed: int = 0, progress: Progress = no_progress) -> list[Outcome]:
    """Differences, margins and membership, against the naive way and ours.

    study   a made-up one, with its index
    """
    progress("questions that differ by one person", 0.85)
    found = differences(cohorts.open(lake, study).index, seed)
    progress("withheld cells and membership", 0.95)
    return found + withheld_cells(seed) + membership()


def differences(index: CohortIndex, seed: int) -> list[Outcome]:
    """Ten pairs of questions about each target: with and without him among those who may count."""
    gene = max(index.genes, key=lambda g: bits.count(index.altered_bits(g)))
    secret = bits.unpack(index.altered_bits(gene), index.n_patients)
    chosen = np.random.default_rng(seed).choice(index.n_patients, min(TARGETS, index.n_patients // 4), replace=False)
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="chevet-attack-") as folder:
        for side, answer in (("naive", _naive(secret)), ("ours", _checked(secret, Path(folder)))):
            told = [ask_all([_by_number(answer, sets)] * 2, target) for target, sets in _targets(chosen, secret)]
            outcomes.append(_renamed(differencing(told, against=side), "differencing", str(2 * PAIRS)))
    return outcomes


def _targets(chosen: npt.NDArray[np.int64], secret: Members) -> list[tuple[Target, dict[str, Members]]]:
    made = []
    for person in chosen.tolist():
        random, sets = np.random.default_rng(person), {}
        for i in range(PAIRS):
            sets[f"without {i}"] = random.random(len(secret)) < random.uniform(0.05, 0.5)
            sets[f"without {i}"][person] = False
            sets[f"with {i}"] = sets[f"without {i}"].copy()
            sets[f"with {i}"][person] = True
        pairs = tuple((f"with {i}", f"without {i}") for i in range(PAIRS))
        made.append((Target(pairs, bool(secret[person])), sets))
    return made


def _by_number(answer: Answer, sets: dict[str, Members]) -> Callable[[str], float | None]:
    return lambda name: answer(sets[name])


def _naive(secret: Members) -> Answer:
    """A floor, and rounding to the nearest five."""

    def answer(members: Members) -> float | None:
        count = int(np.count_nonzero(members & secret))
        return None if is_small(count) else float(ROUNDED_TO * round(count / ROUNDED_TO))

    return answer


def _checked(secret: Members, folder: Path) -> Answer:
    """The room's checked answers: exact where everything asked before bears it."""

    def answer(members: Members) -> float | None:
        with Past.locked(folder / "1", len(secret)) as past:
            try:
                past.consider([bits.pack(members)])
            except Refused:
                return None
            past.keep()
        return float(np.count_nonzero(members & secret))

    return answer


def withheld_cells(seed: int) -> list[Outcome]:
    """Tables with margins: a hidden cell worked out from what is shown beside it."""
    random = np.random.default_rng(seed)
    made = [protect(random.poisson(random.choice([2, 8, 30], size=(6, 5))).astype(np.int64)) for _ in range(TABLES)]
    naive = [only_small_cells_hidden(table) for table in made]
    return [margins(naive, against="naive"), margins(made, against="ours")]


def membership() -> list[Outcome]:
    """Was this person among them? Asked by whoever knows everybody else, of exact counts and of the cube's."""
    ones, zeros = np.ones(CELLS), np.zeros(CELLS)
    scale = scale_for(CELLS, rho_of(MU_OF_A_STUDY))
    worlds = [np.full((WORLDS, CELLS), side, dtype=np.int64) for side in (1, 0)]
    noised = [draw([ToNoise(world, float(CELLS), scale)]).tables[0].astype(np.float64) for world in worlds]
    exact = [world.astype(np.float64) for world in worlds]
    return [
        _renamed(from_noised_cells(ones, zeros, np.full(CELLS, scale), *drawn, against=side), "membership", "")
        for side, drawn in (("naive", exact), ("ours", noised))
    ]


def _renamed(outcome: Outcome, attack: str, knows: str) -> Outcome:
    return Outcome(attack, outcome.against, outcome.measure, outcome.success, outcome.guess, outcome.targets, knows)

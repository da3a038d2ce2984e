"""The three European questions, answered by attacks: singling out, linkability, inference.

Opinion 05/2014 (WP216) of the Article 29 Working Party asks whether a release still lets one single out a person,
link two records of one, or infer a value. `anonymeter` (Giomi et al., PoPETs 2023) measures each by an attack and
compares it with one that does not use the release. It needs an older numpy than ours, so it runs in a process and an
environment of its own; where there is none, the answer is *not measured*, never zero.

A generalised value must be comparable with the original: both sides are shown at the node that the release shows
for the person. The worker is given codes, no values.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.errors import BadInput, Fault
from chevet.privacy.anonymity.classes import classes_of
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.models.view import as_shown

Question = Literal["singling_out", "linkability", "inference"]
QUESTIONS: tuple[Question, ...] = ("singling_out", "linkability", "inference")
SETTING = "CHEVET_PEERS_PYTHON"
NEEDED = "anonymeter"
WORKER = Path(__file__).with_name("anonymeter_worker.py")
# More people than this are drawn from: each attack compares a person with every row.
PEOPLE_AT_MOST = 100_000
SECONDS_AT_MOST = 3600
COLUMNS_AT_ONCE = 4
# Fewer comparisons of two people than this are made sooner than the loop that makes them is compiled.
WORTH_COMPILING = 100_000

Codes = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Interval:
    """A share and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Attack:
    """One attack.

    of         the sensitive attribute guessed, or how singling out was tried (univariate, multivariate)
    rate       share of attacks that succeeded
    baseline   the same without the release: random predicates and links, the most frequent value
    control    the same against people who are not in the release; None without such people
    risk       success beyond the control (or the baseline), as a share of what was left to gain
    """

    question: Question
    of: str
    attacks: int
    successes: int
    rate: Interval
    baseline: Interval
    control: Interval | None
    risk: Interval


@dataclass(frozen=True)
class ThreeQuestions:
    """What was measured. Without attacks, `why` says why not and `next_act` how to have it measured."""

    attacks: tuple[Attack, ...]
    people: int
    why: str = ""
    next_act: str = ""

    def worst(self, question: Question) -> Attack | None:
        """The attack on this question that gained most; None when it was not measured."""
        tried = [attack for attack in self.attacks if attack.question == question]
        return max(tried, key=lambda attack: (attack.risk.value, attack.risk.high), default=None)

    def as_json(self) -> dict[str, Any]:
        worst = {question: self.worst(question) for question in QUESTIONS}
        return {
            **{question: None if one is None else asdict(one.risk) for question, one in worst.items()},
            "attacks": [asdict(attack) for attack in self.attacks], "people": self.people,
            "why": self.why, "next_act": self.next_act,
        }  # fmt: skip


def peers_python() -> Path | None:
    """The Python of the second environment: the one set, or that of `.venv-peers` beside our own; None without.

    Raises BadInput when one is set and is not there.
    """
    if named := os.environ.get(SETTING):
        if not Path(named).is_file():
            raise BadInput(f"{SETTING} names no file", next_act="Name the python of the second environment.")
        return Path(named)
    beside = Path(sys.prefix).parent / ".venv-peers" / "bin" / "python"
    return beside if beside.is_file() else None


def three_questions(
    released: Released,
    control: Released | None = None,
    *,
    synthetic: Released | None = None,
    attacks: int = 500,
    seed: int = 1,
    python: Path | None = None,
) -> ThreeQuestions:
    """The three questions asked of a release, or of a synthetic table.

    control     people who are not in the release, shown as it shows people (at the same levels): with them, what
                anybody of the kind would give away is not counted as a risk of the release
    synthetic   a table made up after these people and published in their stead, on the same hierarchies and levels
    attacks     how many of each kind; fewer when there are fewer people
    python      the Python that has anonymeter; `peers_python()` when not given
    """
    python = python or peers_python()
    if python is None:
        return _not_measured("there is no environment with anonymeter")
    if not (~released.suppressed).any():
        return _not_measured("every row of the release is suppressed", "Nothing needs to be done.")
    given = {"original": released, "control": control, "released": synthetic}
    sides = {name: side for name, side in given.items() if side is not None}
    tables = {name: table.take(_drawn(sides[name], seed)) for name, table in _columns(sides).items()}
    if synthetic is None:
        hidden = released.suppressed[_drawn(released, seed)]
        tables["released"] = tables["original"].filter(pa.array(~hidden))
    quasi = [f"q{place}" for place in range(len(released.nodes))]
    secrets = {f"s{place}": name for place, name in enumerate(released.table.sensitive)}
    every = [*quasi, *secrets]
    asked = {
        "seed": seed, "attacks": attacks, "columns": every, "columns_at_once": COLUMNS_AT_ONCE,
        "halves": [every[::2], every[1::2]], "known": quasi, "secrets": list(secrets),
    }  # fmt: skip
    found = _run(python, tables, asked)
    if found is None:
        return _not_measured("the second environment does not have anonymeter")
    return ThreeQuestions(tuple(_attack(one, secrets) for one in found), tables["original"].num_rows)


def _not_measured(why: str, next_act: str = "") -> ThreeQuestions:
    return ThreeQuestions((), 0, why, next_act or f"Make it with `make peers`, or set {SETTING} to its python.")


def _columns(sides: Mapping[str, Released]) -> dict[str, pa.Table]:
    """Every attribute as codes that mean the same on each side: q0, q1, ... and s0, s1, ..."""
    made: dict[str, dict[str, pa.Array[Any]]] = {name: {} for name in sides}
    shown = {name: as_shown(side) for name, side in sides.items()}
    for name, side in shown.items():
        for place, nodes in enumerate(side.nodes):
            made[name][f"q{place}"] = _text(nodes)
        for place, (attribute, codes) in enumerate(side.table.sensitive.items()):
            labels = side.table.sensitive_labels[attribute]
            first = next(iter(shown.values())).table.sensitive_labels.get(attribute, ())
            code = {label: number for number, label in enumerate(dict.fromkeys([*first, *labels]))}
            made[name][f"s{place}"] = _text(np.array([code[label] for label in labels])[codes])
    return {name: pa.table(columns) for name, columns in made.items()}


def _text(codes: Codes) -> pa.Array[Any]:
    return pa.array(codes).cast(pa.string())


def _drawn(released: Released, seed: int) -> npt.NDArray[np.intp]:
    """The rows that are used, in an order of chance: equally near rows must not win by their place.

    Of a larger table whole classes are drawn, so that nobody stands alone who does not in the release; a predicate of
    fewer columns may still hold of one person here and of more there, so what is measured is at least the risk.
    """
    order = np.random.default_rng(seed).permutation(released.table.n)
    if released.table.n <= PEOPLE_AT_MOST:
        return order
    classes = classes_of(as_shown(released)).of.astype(np.int64)
    hidden = np.flatnonzero(classes < 0)
    classes[hidden] = classes.max() + 1 + np.arange(len(hidden))
    sizes = np.bincount(classes)
    turn = np.random.default_rng(seed).permutation(len(sizes))
    within = np.zeros(len(sizes), dtype=np.bool_)
    within[turn[np.cumsum(sizes[turn]) <= PEOPLE_AT_MOST]] = True
    return order[within[classes[order]]]


def _run(python: Path, tables: Mapping[str, pa.Table], asked: Mapping[str, Any]) -> Sequence[Mapping[str, Any]] | None:
    """What the worker found; None when its Python lacks anonymeter. Its words are never shown: they may hold rows."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    if asked["attacks"] * tables["released"].num_rows < WORTH_COMPILING:
        environment["NUMBA_DISABLE_JIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="chevet-") as place:
        folder = Path(place)
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
        (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        look = f"import importlib.util as u, sys; sys.exit(u.find_spec({NEEDED!r}) is None)"
        has_it = subprocess.run([python, "-I", "-c", look], env=environment, capture_output=True, check=False)
        if has_it.returncode != 0:
            return None
        try:
            done = subprocess.run(
                [python, "-I", WORKER, folder], env={**environment, "NUMBA_CACHE_DIR": place}, cwd=place,
                capture_output=True, check=False, timeout=SECONDS_AT_MOST,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise _failed(f"took more than {SECONDS_AT_MOST // 60} minutes") from None
        if done.returncode != 0:
            raise _failed(f"ended with code {done.returncode}")
        answer: Sequence[Mapping[str, Any]] = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
        return answer


def _failed(how: str) -> Fault:
    return Fault(
        f"the attacks of anonymeter {how}",
        next_act="Make the second environment anew (`make peers`), or ask for fewer attacks.",
    )


def _attack(found: Mapping[str, Any], secrets: Mapping[str, str]) -> Attack:
    return Attack(
        question=found["question"],
        of=secrets.get(found["of"], found["of"]),
        attacks=found["attacks"],
        successes=found["successes"],
        rate=Interval(*found["rate"]),
        baseline=Interval(*found["baseline"]),
        control=None if found["control"] is None else Interval(*found["control"]),
        risk=Interval(*found["risk"]),
    )

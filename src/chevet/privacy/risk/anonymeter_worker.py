"""The attacks of anonymeter, in the Python that has it. Run by path; imports nothing of Chevet.

python anonymeter_worker.py FOLDER

The folder holds `original.parquet`, `released.parquet`, perhaps `control.parquet` (columns of codes, written as
text), and `asked.json`; the answer is written to `answer.json`. Nothing is printed that the tables hold. Our own
environment lacks anonymeter: it is imported where it is used, so that this file can be read everywhere.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl

CONFIDENCE = 0.95

Tables = dict[str, Any]


def main(folder: Path) -> None:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    _seed(asked["seed"])
    tables = {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    attacks = [*_singling_out(asked, tables), *_linkability(asked, tables), *_inference(asked, tables)]
    (folder / "answer.json").write_text(json.dumps(attacks), encoding="utf-8")


def _seed(seed: int) -> None:
    """Make every source of chance that anonymeter leaves unseeded follow from one number."""
    np.random.seed(seed)
    made, numbers = np.random.default_rng, count(seed)
    np.random.default_rng = lambda seed=None: made(next(numbers) if seed is None else seed)


def _singling_out(asked: dict[str, Any], tables: Tables) -> list[dict[str, Any]]:
    """Predicates that hold of one released row: do they hold of one person?"""
    from anonymeter.evaluators import SinglingOutEvaluator  # type: ignore[import-not-found]

    found = []
    for mode, columns in (("univariate", 1), ("multivariate", min(asked["columns_at_once"], len(asked["columns"])))):
        n = min(asked["attacks"], len(tables["released"]))
        evaluator = SinglingOutEvaluator(
            tables["original"], tables["released"], n_attacks=n, n_cols=columns, control=tables.get("control"),
            max_attempts=20 * n, seed=asked["seed"],
        )  # fmt: skip
        # anonymeter drops equal rows, which is right for synthetic tables and wrong here: five people who look alike
        # would pass for one who stands alone.
        for attribute, name in (("_ori", "original"), ("_syn", "released"), ("_control", "control")):
            if name in tables:
                setattr(evaluator, attribute, pl.DataFrame(tables[name]))
        evaluator.evaluate(mode=mode)
        found.append(_told("singling_out", mode, evaluator.results(CONFIDENCE)))
    return found


def _linkability(asked: dict[str, Any], tables: Tables) -> list[dict[str, Any]]:
    """Two parties know half the columns each: does the release tell them that they speak of one person?"""
    from anonymeter.evaluators import LinkabilityEvaluator

    halves = asked["halves"]
    if not all(halves):
        return []
    n = min(asked["attacks"], *map(len, tables.values()))
    evaluator = LinkabilityEvaluator(
        tables["original"],
        tables["released"],
        aux_cols=tuple(halves),
        n_attacks=n,
        n_neighbors=1,
        control=tables.get("control"),
    )
    evaluator.evaluate(n_jobs=1)
    return [_told("linkability", "", evaluator.results(CONFIDENCE))]


def _inference(asked: dict[str, Any], tables: Tables) -> list[dict[str, Any]]:
    """Who knows all quasi-identifiers of a person guesses a sensitive value from the nearest released row.

    anonymeter's naive guess loses most of its guesses to an index; ours is the value that is most frequent in the
    release, against everybody.
    """
    from anonymeter.evaluators import InferenceEvaluator
    from anonymeter.stats.confidence import EvaluationResults  # type: ignore[import-not-found]

    found = []
    n = min(asked["attacks"], *map(len, tables.values()))
    for secret in asked["secrets"]:
        evaluator = InferenceEvaluator(
            tables["original"], tables["released"], aux_cols=asked["known"], secret=secret, regression=False,
            n_attacks=n, control=tables.get("control"),
        )  # fmt: skip
        evaluator.evaluate(n_jobs=1)
        results = evaluator.results(CONFIDENCE)
        usual = tables["released"][secret].mode().iloc[0]
        right = int((tables["original"][secret] == usual).sum())
        better = EvaluationResults(
            (n, len(tables["original"]), n), int(results.n_success), right,
            None if results.n_control is None else int(results.n_control), CONFIDENCE,
        )  # fmt: skip
        found.append(_told("inference", secret, better))
    return found


def _told(question: str, of: str, results: Any) -> dict[str, Any]:
    """Rates with their intervals; the risk is the success beyond that against people who are not in the release, or
    beyond the guess where there are none."""
    from anonymeter.stats.confidence import residual_success

    against = results.control_rate or results.baseline_rate
    risk = residual_success(results.attack_rate, against).to_risk()
    return {
        "question": question, "of": of, "attacks": int(results.n_attacks_ori), "successes": int(results.n_success),
        "rate": _rate(results.attack_rate), "baseline": _rate(results.baseline_rate),
        "control": None if results.control_rate is None else _rate(results.control_rate),
        "risk": [risk.value, *risk.ci],
    }  # fmt: skip


def _rate(rate: Any) -> list[float]:
    bound = rate.to_risk()
    return [bound.value, *bound.ci]


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The same questions to DuckDB, to polars and to Chevet's own answers, in one run; they must say the same.

python -m benchmarks.cohort_questions --patients 100000
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import by_duckdb, by_index, by_polars
from benchmarks.made_up_study import made_up_study
from benchmarks.measuring import arguments, cpu_milliseconds, finish, show, tell

# What an answer may cost, in CPU milliseconds, by number of patients.
TARGETS = {
    100_000: {"ten_charts": 5.0, "gene_frequencies": 10.0, "cooccurrence": 20.0, "one_patient": 30.0},
    1_000_000: {"ten_charts": 10.0, "gene_frequencies": 50.0, "cooccurrence": 60.0, "one_patient": 50.0},
}
QUESTIONS = {
    "count_by_tumour": "count by tumour type",
    "ten_charts": "ten charts under a filter",
    "gene_frequencies": "gene frequencies in a filtered cohort, among the tested",
    "cooccurrence": "co-occurrence of 50 genes (chevet: and Fisher's tests)",
    "survival": "survival, mutated or not (chevet: curves and tests; the others: counts)",
    "one_patient": "one patient's record",
}


def main() -> None:
    parser = arguments("Cohort questions: DuckDB, polars and chevet in turn.", patients=100_000, rounds=9)
    parser.add_argument("--keep", type=Path, help="folder to keep the made-up study in, for the next run")
    asked = parser.parse_args()
    with made_up_study(asked.patients, asked.keep) as study:
        engines: dict[str, Any] = {
            "chevet": by_index.Engine(study.version()),
            "duckdb": by_duckdb.Engine(study.connect()),
            "polars": by_polars.Engine(study.tables),
        }
        rows = [_row(name, engines, asked.rounds, TARGETS.get(asked.patients, {}).get(name)) for name in QUESTIONS]
    if not asked.json:
        headings = ("CPU milliseconds, warm", "chevet", "DuckDB", "polars", "DuckDB/chevet", "polars/chevet", "target")
        show(
            f"{asked.patients:,} made-up patients; the three answers are equal", headings,
            [(QUESTIONS[r["question"]], r["chevet"], r["duckdb"], r["polars"], f"{r['duckdb'] / r['chevet']:.0f} x",
              f"{r['polars'] / r['chevet']:.0f} x", _verdict(r)) for r in rows],
        )  # fmt: skip
    finish({"patients": asked.patients, "questions": rows}, asked.json)


def _row(name: str, engines: dict[str, Any], rounds: int, target: float | None) -> dict[str, Any]:
    tell(QUESTIONS[name])
    asked: dict[str, Callable[[], object]] = {engine: getattr(engines[engine], name) for engine in engines}
    answers = {engine: question() for engine, question in asked.items()}
    for engine, answer in answers.items():
        if not _same(answers["chevet"], answer):
            raise SystemExit(f"{name}: {engine} and chevet answer differently")
    spent = {engine: round(cpu_milliseconds(question, rounds), 2) for engine, question in asked.items()}
    return {"question": name, **spent, "target": target}


def _same(ours: Any, theirs: Any) -> bool:
    """Whether two answers say the same, wherever ours says a number; None is what privacy withholds."""
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(_same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, tuple):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    return ours is None or ours == theirs


def _verdict(row: dict[str, Any]) -> str:
    if row["target"] is None:
        return ""
    return f"{row['target']:.0f} " + ("met" if row["chevet"] <= row["target"] else "MISSED")


if __name__ == "__main__":
    main()

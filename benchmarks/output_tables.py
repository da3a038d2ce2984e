"""A safe 38 x 16 table: acro's and ours, of the same people, in one run; then both are audited.

python -m benchmarks.output_tables --patients 100000
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from typing import Any

import numpy as np

from benchmarks.measuring import arguments, cpu_milliseconds, finish, show, tell
from chevet.privacy.attacks.margins import margins, only_small_cells_hidden
from chevet.privacy.disclosure import FLOOR
from chevet.privacy.tables import Protected, protect, with_margins

ROWS, COLUMNS = 38, 16
MOST_SECONDS = 0.5


def main() -> None:
    asked = arguments("A table of 38 x 16, protected by acro and by Chevet.", patients=20_000, rounds=5).parse_args()
    random = np.random.default_rng(11)
    shares = random.dirichlet(np.full(ROWS, 0.4))[:, None] * random.dirichlet(np.full(COLUMNS, 0.6))[None, :]
    place = random.choice(ROWS * COLUMNS, asked.patients, p=shares.ravel())
    rows, columns = place // COLUMNS, place % COLUMNS

    def ours() -> Protected:
        return protect(np.bincount(rows * COLUMNS + columns, minlength=ROWS * COLUMNS).reshape(ROWS, COLUMNS))

    tell("ours")
    spent = {"chevet": cpu_milliseconds(ours, asked.rounds) / 1000}
    found = ours()
    tell("acro")
    seconds, hidden = _acro(rows, columns)
    if seconds is not None:
        spent["acro"] = seconds
    tell("audit by linear programming")
    theirs = found if hidden is None else Protected(found.counts, hidden, found.small)
    audits = [("chevet", found), ("only small cells hidden", only_small_cells_hidden(found))]
    if hidden is not None:
        audits += [("acro", theirs), ("acro, beside the totals of either field", _with_true_margins(theirs))]
    lines = [
        {
            "who": who, "cpu_seconds": round(spent[who], 3) if who in spent else None,
            "hidden": int(table.hidden.sum()), "small": outcome.targets, "small_cells_told": outcome.success,
        }
        for who, table in audits for outcome in [margins([table], against=who)]
    ]  # fmt: skip
    if not asked.json:
        show(
            f"{ROWS} x {COLUMNS} with margins, {asked.patients:,} people, floor {FLOOR} (aim: under {MOST_SECONDS} s)",
            ("who", "CPU s", "hidden", "small", "small cells that margins tell"),
            [
                (
                    x["who"],
                    "" if x["cpu_seconds"] is None else f"{x['cpu_seconds']:.3f}",
                    x["hidden"],
                    x["small"],
                    f"{x['small_cells_told']:.0%}",
                )
                for x in lines
            ],
        )
    finish({"patients": asked.patients, "tables": lines}, asked.json)


def _with_true_margins(table: Protected) -> Protected:
    """What a reader has who also asked how many there are of each row and of each column: ours shows that anyway."""
    hidden = table.hidden.copy()
    large = (table.counts == 0) | (table.counts >= FLOOR)
    hidden[-1] &= ~large[-1]
    hidden[:, -1] &= ~large[:, -1]
    return Protected(table.counts, hidden, table.small)


def _acro(rows: np.ndarray, columns: np.ndarray) -> tuple[float | None, np.ndarray | None]:
    """CPU seconds of acro's crosstab with suppression and margins, and what it hides; None where acro is absent."""
    try:
        import acro
        import pandas as pd
    except ImportError:
        return None, None
    # acro takes labels that are numbers for places, and then hides other cells than it reports: words are safe.
    people = pd.DataFrame({"row": [f"r{i}" for i in rows], "column": [f"c{j}" for j in columns]})
    here = os.getcwd()  # noqa: PTH109 (acro writes where it stands)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        try:
            session = acro.ACRO(suppress=True)
            answered: list[Any] = []
            seconds = (
                cpu_milliseconds(
                    lambda: answered.append(session.crosstab(people["row"], people["column"], margins=True)), 1
                )
                / 1000
            )
        finally:
            os.chdir(here)
    return seconds, _hidden(answered[-1], rows, columns)


def _hidden(answer: Any, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Which places of the table with margins acro leaves empty, or does not list."""
    counts = with_margins(np.bincount(rows * COLUMNS + columns, minlength=ROWS * COLUMNS).reshape(ROWS, COLUMNS))
    shown = np.zeros(counts.shape, dtype=bool)
    for label, line in answer.iterrows():
        i = ROWS if label == "All" else int(label[1:])
        for name, value in line.items():
            j = COLUMNS if name == "All" else int(name[1:])
            shown[i, j] = value == value and value is not None and float(value) == counts[i, j]
    return ~shown & (counts > 0)


if __name__ == "__main__":
    main()

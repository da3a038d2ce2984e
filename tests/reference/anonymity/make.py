"""Released tables, and what pycanon finds in them. Run by the python of the second environment (`make peers`).

.venv-peers/bin/python tests/reference/anonymity/make.py
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from pycanon.anonymity import entropy_l_diversity, k_anonymity, l_diversity, t_closeness
from pycanon.anonymity.utils.aux_anonymity import get_equiv_class

HERE = Path(__file__).parent
QUASI = ["age", "sex", "region"]
TUMOURS = ["breast", "lung", "colon", "prostate", "melanoma", "sarcoma"]


def released(people: int, band: int, seed: int, suppressed: int) -> pd.DataFrame:
    """People with an age band, a sex and a region; a tumour that leans on age; months of follow-up, a whole number."""
    draw = random.Random(seed)
    rows = []
    for _ in range(people):
        age = draw.randrange(40, 80)
        tumour = TUMOURS[min(draw.randrange(6), draw.randrange(1 + age // 15))]
        low = age // band * band
        rows.append([f"{low}-{low + band - 1}", draw.choice("FM"), draw.choice("NS"), tumour, draw.randrange(12)])
    for row in rows[:suppressed]:
        row[:3] = "***"
    return pd.DataFrame(rows, columns=[*QUASI, "tumour", "months"])


def figures(table: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    """Model, sensitive attribute and pycanon's figure."""
    yield "k-anonymity", "", k_anonymity(table, QUASI)
    classes = get_equiv_class(table, QUASI)
    for sensitive in ("tumour", "months"):
        yield "distinct-l-diversity", sensitive, l_diversity(table, QUASI, [sensitive])
        least = min(np.exp(_entropy(table[sensitive].iloc[rows])) for rows in classes)
        # pycanon cuts its figure to a whole number; the same without the cut is kept, and must agree with it.
        assert int(least) == entropy_l_diversity(table, QUASI, [sensitive])
        yield "entropy-l-diversity", sensitive, least
        distance = "equal" if sensitive == "tumour" else "ordered"
        yield f"t-closeness-{distance}", sensitive, t_closeness(table, QUASI, [sensitive])


def _entropy(values: pd.Series) -> float:
    shares = values.value_counts(normalize=True).to_numpy()
    return float(-(shares * np.log(shares)).sum())


def main() -> None:
    with (HERE / "pycanon.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "model", "attribute", "figure"])
        for name, people, band, seed, suppressed in (
            ("coarse", 400, 20, 1, 0), ("fine", 400, 10, 2, 0), ("some_suppressed", 300, 20, 3, 17),
            ("unique", 60, 5, 4, 0),
        ):  # fmt: skip
            table = released(people, band, seed, suppressed)
            table.to_csv(HERE / f"released_{name}.csv", index=False)
            for model, attribute, figure in figures(table):
                writer.writerow([name, model, attribute, repr(float(figure))])


if __name__ == "__main__":
    main()

"""What of a table of genes may leave a study: no gene tells of one to four patients.

- A count is withheld where one to four patients have such a change, or all but one to four of those tested; so is the
  w that rests on it.
- Where one to four patients have any change in the gene, its whole row is withheld, and comes last, by name.
- How many mutations were read is withheld where, less those left out and told by gene, it would leave one to four,
  or the one number that is withheld.
- p, q and w of a row that lacks a count have three figures: the exact ones could be solved for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from chevet.privacy.disclosure import FLOOR, released_count, released_part
from chevet.targets.selection.counting import KINDS, Counted

_FIGURES = 3
_RESTS_ON = {"w_mis": ("mis",), "w_non": ("non", "spl"), "w_spl": ("non", "spl"), "w_ind": ("ind",)}


def disclosed(genes: pa.Table, counted: Counted) -> tuple[pa.Table, int]:
    """The table as it may be shown, and how many rows are withheld."""
    place = {gene: number for number, gene in enumerate(counted.counts.genes)}
    shown, withheld = [], []
    for row in genes.to_pylist():
        number = place[row["gene"]]
        tested, altered = int(counted.tested[number]), int(counted.altered[number])
        if released_part(altered, tested) is None:
            withheld.append({name: value if name == "gene" else None for name, value in row.items()})
            continue
        patients = dict(zip(KINDS, counted.patients[number].tolist(), strict=True))
        shown.append(_row(row, {kind for kind, some in patients.items() if released_part(some, tested) is None}))
    withheld.sort(key=lambda row: str(row["gene"]))
    return pa.Table.from_pylist(shown + withheld, schema=genes.schema), len(withheld)


def disclosed_counts(counts: dict[str, int]) -> dict[str, int | None]:
    """Counts of rows or samples, each None where it is of one to four."""
    return {name: released_count(value) for name, value in counts.items()}


def disclosed_read(read: int, left_out: Iterable[int | None], genes: pa.Table) -> int | None:
    """The mutations read, unless they tell what the table and the reasons for leaving some out withhold.

    left_out   mutations by reason, None where withheld
    genes      the table as it is shown
    """
    numbers = [*left_out, *(n for kind in KINDS for n in genes.column(f"n_{kind}").to_pylist())]
    withheld = sum(n is None for n in numbers)
    rest = read - int(sum(n for n in numbers if n is not None))
    return None if withheld == 1 or 0 < rest < max(FLOOR, withheld + 1) else read


def _row(row: dict[str, Any], few: set[str]) -> dict[str, Any]:
    if not few:
        return row
    found = {name: _rounded(value) for name, value in row.items()}
    found |= {f"n_{kind}": None for kind in few}
    return found | {name: None for name, kinds in _RESTS_ON.items() if few & set(kinds)}


def _rounded(value: Any) -> Any:
    return float(f"{value:.{_FIGURES - 1}e}") if isinstance(value, float) else value

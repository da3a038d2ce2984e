"""What of survival by gene may leave a study: no number, and no two numbers, tell of one to four patients.

- Where one to four patients carry the gene, or all but one to four of those tested, its row is empty and comes last.
- Numbers of events are shown together: with an event, without, on each side. Where one of these is of one to four
  patients, none is shown.
- Whoever knows from another answer how many carry the gene would know how many of them have no time: where these, or
  those who do not carry it and have none, are one to four, no number of patients of the row is shown.
- Where genes were tested in different patients, no number of a row is shown that, less those of other rows, would tell
  of one to four followed, with or without an event (privacy/subtraction); nor the number of all who were followed.
- Every ratio, p and q has three figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from chevet.privacy.disclosure import is_small, released_counts, released_part
from chevet.privacy.subtraction import sets_to_tell
from chevet.store.bits import Matrix
from chevet.targets.carriers import Carriers
from chevet.targets.outcome.tables import CELL_EVENTS, CELLS, COUNTS

Known: TypeAlias = Mapping[str, tuple[int, int]]

WITHHELD = "withheld"
_FIGURES = 3


def genes_beside(carriers: Carriers, parts: Matrix) -> tuple[frozenset[str], bool]:
    """The genes whose numbers may not stand beside those of the others, and whether that of all followed may.

    parts   (parts, words) those who were followed, as they are counted apart: with an event and without
    """
    everyone = np.bitwise_or.reduce(parts)
    times = np.bincount(carriers.classes, minlength=len(carriers.sets))
    sets = np.concatenate([carriers.sets & everyone, everyone[np.newaxis]])
    *told, whole = sets_to_tell(sets, everyone, np.append(times, -1), parts).tolist()
    return frozenset(gene for gene, one in zip(carriers.genes, carriers.classes, strict=True) if not told[one]), whole


def disclosed_by_gene(
    genes: pa.Table, known: Known | None = None, beside: frozenset[str] = frozenset()
) -> tuple[pa.Table, int]:
    """The table as it may be shown, and how many rows are withheld.

    known    of each gene, how many of the cohort carry it and were tested for it, followed or not
    beside   genes whose numbers may not stand beside those of the others
    """
    return _disclosed(genes, partial(_row_by_gene, known=known or {}, beside=beside))


def disclosed_by_treatment(
    genes: pa.Table, known: Known | None = None, beside: frozenset[str] = frozenset()
) -> tuple[pa.Table, int]:
    """The same for a table of genes and a treatment."""
    return _disclosed(genes, partial(_row_by_treatment, known=known or {}, beside=beside))


def few_have_no_time(carriers: int, tested: int | None, of: tuple[int, int]) -> bool:
    """Whether one to four of those who carry a gene, or were tested and do not, or both, are not among these followed.

    carriers, tested   followed; `tested` None where it is not told
    of                 carriers and tested of the cohort, followed or not

    >>> few_have_no_time(24, 90, (26, 100)), few_have_no_time(26, 90, (26, 100)), few_have_no_time(26, 97, (26, 100))
    (True, False, True)
    """
    without = of[0] - carriers
    everyone = 0 if tested is None else of[1] - tested
    return any(is_small(max(count, 0)) for count in (without, everyone, everyone - without))


def disclosed_left_out(followed: int, left_out: Mapping[str, int]) -> tuple[int | None, dict[str, int | None]]:
    """The patients followed, and those left out by reason: together a cohort whose size may be known."""
    shown = released_counts({"followed": followed, **left_out})
    return shown.pop("followed"), shown


def _disclosed(
    genes: pa.Table, row_as_shown: Callable[[dict[str, Any]], dict[str, Any] | None]
) -> tuple[pa.Table, int]:
    shown, withheld = [], []
    for row in genes.to_pylist():
        made = row_as_shown(row)
        if made is None:
            withheld.append(dict.fromkeys(row) | {"gene": row["gene"], "state": WITHHELD})
        else:
            shown.append({name: _rounded(value) for name, value in made.items()})
    withheld.sort(key=lambda row: str(row["gene"]))
    return pa.Table.from_pylist(shown + withheld, schema=genes.schema), len(withheld)


def _row_by_gene(row: dict[str, Any], known: Known, beside: frozenset[str]) -> dict[str, Any] | None:
    carriers, tested, events, other_events = (row[name] for name in COUNTS)
    if released_part(carriers, tested) is None:
        return None
    of = known.get(row["gene"])
    if row["gene"] in beside or (of and few_have_no_time(carriers, tested, of)):
        return row | dict.fromkeys(COUNTS)
    without = carriers - events, tested - carriers - other_events
    if any(map(is_small, (events, other_events, *without))):
        return row | {"events": None, "other_events": None}
    return row


def _row_by_treatment(row: dict[str, Any], known: Known, beside: frozenset[str]) -> dict[str, Any] | None:
    patients, events = [row[name] for name in CELLS], [row[name] for name in CELL_EVENTS]
    if released_part(patients[0] + patients[1], sum(patients)) is None:
        return None
    of = known.get(row["gene"])
    few = of is not None and few_have_no_time(patients[0] + patients[1], sum(patients), of)
    if any(map(is_small, patients)) or few or row["gene"] in beside:
        return row | dict.fromkeys((*CELLS, *CELL_EVENTS))
    without = [n - m for n, m in zip(patients, events, strict=True)]
    if any(map(is_small, (*events, *without))):
        return row | dict.fromkeys(CELL_EVENTS)
    return row


def _rounded(value: Any) -> Any:
    return float(f"{value:.{_FIGURES}g}") if isinstance(value, float) else value

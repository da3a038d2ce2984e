"""How many carriers have a change that a medicine asks for by name: who of these patients would benefit at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from chevet.cohort import Cohort
from chevet.cohort.index import CohortIndex
from chevet.privacy.disclosure import is_small, released_part
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.targets.ranking.carried import Count
from chevet.targets.ranking.medicines import Standing

_CHANGE = "p."


@dataclass(frozen=True)
class Named:
    """The changes that medicines ask for (p.G12C, or p.V600 for any of that residue), and who of the carriers has one.

    here   these medicines are authorised for a tumour of the cohort
    """

    changes: tuple[str, ...]
    here: bool
    count: Count

    def as_json(self) -> dict[str, Any]:
        """The changes and the count for machines."""
        return {"changes": list(self.changes), "authorised_here": self.here, **self.count.as_json()}


def named_changes(cohort: Cohort, gene: str, standing: Standing, beside: Iterable[int] = ()) -> Named | None:
    """The changes that the medicines of a gene name; those authorised for these tumours alone, where there are any.

    beside   other numbers of carriers of the gene that the reader sees, such as those of a hotspot

    None when no medicine names a change, or the study does not know the gene. The count is a part of the carriers of a
    variant, and withheld where one side of the split is of one to four, or the difference to a number beside it.
    """
    here = [one for one in standing.medicines if one.here]
    asked = [change for one in here or standing.medicines for change in one.alterations if change.startswith(_CHANGE)]
    changes = tuple(dict.fromkeys(asked))
    if not changes or gene not in cohort.index.genes:
        return None
    altered = cohort.bits & cohort.index.tested_bits(gene) & cohort.index.altered_bits(gene)
    named = reduce(lambda a, b: a | b, (_with(cohort.index, gene, one) for one in changes))
    carriers, having = bits.count(altered), bits.count(altered & named)
    shown = released_part(having, carriers)
    if any(is_small(abs(having - other)) for other in beside):
        shown = None
    return Named(changes, bool(here), Count("withheld") if shown is None else Count("told", shown))


def _with(index: CohortIndex, gene: str, change: str) -> Bits:
    """The patients with this change, or with any change of this residue."""
    if not change[-1].isdigit():
        return index.change_bits(gene, change)
    found = bits.empty(index.n_patients)
    for name, positions in index.protein_changes(gene):
        if name.startswith(change) and not name[len(change) : len(change) + 1].isdigit():
            found |= bits.from_positions(positions, index.n_patients)
    return found

"""What hitting a target may do to the patient: genes that every cell needs, and effects that others have seen.

Nothing here says that a target is safe: where nothing is known, that is what is said, of which source and of which day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Essential = Literal["core_essential", "nonessential", "in_neither", "in_both"]
_MOST_EVENTS = 12


@dataclass(frozen=True)
class Liability:
    """What was seen in one organ when a target was moved one way.

    direction  inhibition or activation of the target; None when the source does not say
    events     what was seen, by how many reports each has, most first
    references whose reports these are
    """

    organ: str
    direction: str | None
    events: tuple[str, ...]
    reports: int
    references: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The liability for machines."""
        return asdict(self) | {"events": list(self.events), "references": list(self.references)}


@dataclass(frozen=True)
class Liabilities:
    """Effects on patients or animals that are known of a target, and how many assays of toxicity used it.

    expected   those that a medicine for this gene would be expected to have: of the direction in which it would move
               the target, or of none that is said
    opposite   those of the other direction
    assays     experiments in cells in which the target was measured: neither good nor bad news
    """

    expected: tuple[Liability, ...]
    opposite: tuple[Liability, ...]
    assays: int


def essential_of(gene: str, essential: frozenset[str] | None, nonessential: frozenset[str] | None) -> Essential | None:
    """In which of the two reference lists a gene stands; None when the list of essential genes is not kept."""
    if essential is None:
        return None
    needed, spared = gene in essential, nonessential is not None and gene in nonessential
    if needed and spared:
        return "in_both"
    return "core_essential" if needed else "nonessential" if spared else "in_neither"


def liabilities_of(rows: Sequence[Mapping[str, Any]], direction: Literal["inhibition", "activation"]) -> Liabilities:
    """The liabilities of a gene's rows, by organ and direction, the organ with most reports first.

    direction  in which a medicine for this gene would move it
    """
    grouped: dict[tuple[str, str | None], list[Mapping[str, Any]]] = defaultdict(list)
    assays = 0
    for row in rows:
        if row["category"] == "experiment":
            assays += 1
        else:
            grouped[row["organ"] or "", row["direction"]].append(row)
    every = [_liability(organ, way, found) for (organ, way), found in grouped.items()]
    every.sort(key=lambda one: (-one.reports, one.organ))
    expected = tuple(one for one in every if one.direction in (None, direction))
    return Liabilities(expected, tuple(one for one in every if one not in expected), assays)


def _liability(organ: str, direction: str | None, rows: Sequence[Mapping[str, Any]]) -> Liability:
    events: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["event"]:
            events[row["event"]] += 1
    most = sorted(events, key=lambda event: (-events[event], event))[:_MOST_EVENTS]
    references = sorted({row["reference"] for row in rows if row["reference"]})
    return Liability(organ, direction, tuple(most), len(rows), tuple(references))

"""Small released tables for tests: from rows of labels, with a two-level hierarchy (value, `*`) per column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from chevet.privacy.anonymity.coded import SUPPRESSED, CodedTable, Released
from chevet.privacy.hierarchies.hierarchy import Hierarchy


def hierarchy_of(name: str, values: Sequence[str]) -> Hierarchy:
    return Hierarchy.from_rows(name, [(value, "*") for value in dict.fromkeys(values)])


def coded(values: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    labels = tuple(sorted(set(values)))
    return np.array([labels.index(value) for value in values], dtype=np.int32), labels


def released(quasi: Mapping[str, Sequence[str]], sensitive: Mapping[str, Sequence[str]] | None = None) -> Released:
    """Every value shown as it is; rows whose quasi-identifiers are all `*` are suppressed."""
    hidden = np.logical_and.reduce([[value == SUPPRESSED for value in values] for values in quasi.values()])
    quasi = {name: ["not said" if value == SUPPRESSED else value for value in quasi[name]] for name in quasi}
    hierarchies = tuple(hierarchy_of(name, values) for name, values in quasi.items())
    codes = tuple(h.encode(list(values)) for h, values in zip(hierarchies, quasi.values(), strict=True))
    found = {name: coded(values) for name, values in (sensitive or {}).items()}
    table = CodedTable(
        hierarchies,
        codes,
        {name: c for name, (c, _) in found.items()},
        {name: labels for name, (_, labels) in found.items()},
    )
    return Released.at_levels(table, (0,) * len(hierarchies), hidden)


def in_classes(classes: Sequence[Sequence[str]]) -> Released:
    """Classes of people, each given by their sensitive values `s`."""
    rows = [(str(number), value) for number, values in enumerate(classes) for value in values]
    return released({"class": [c for c, _ in rows]}, {"s": [s for _, s in rows]})

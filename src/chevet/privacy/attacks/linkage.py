"""A neighbour who knows somebody's age, place and month of diagnosis looks for that person's row.

The attacker holds the release and, for each target, the true values of some quasi-identifiers. A row
is a candidate when every one of these values lies inside what the row says. With one candidate the
target is found; with several, whatever all of them share is disclosed although nobody was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.privacy.anonymity.coded import SUPPRESSED
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy


@dataclass(frozen=True)
class Linked:
    """Per target: how many rows of the release fit, and whether they agree on the sensitive value.

    candidates   (targets,) rows that fit; 0 when the target's row was suppressed or is not there
    disclosed    (targets,) True where rows fit and all say one and the same sensitive value
    """

    candidates: npt.NDArray[np.int64]
    disclosed: npt.NDArray[np.bool_]

    @property
    def singled_out(self) -> float:
        """The share of targets with exactly one candidate."""
        return float((self.candidates == 1).mean())

    @property
    def mean_certainty(self) -> float:
        """How sure the attacker is on average that a candidate picked at random is the target: mean of 1/candidates."""
        found = self.candidates > 0
        return float(np.where(found, 1 / np.maximum(self.candidates, 1), 0.0).mean())


def link(
    release: pa.Table, hierarchies: Sequence[Hierarchy], known: Mapping[str, Codes], sensitive: str | None = None
) -> Linked:
    """Lay what is known of each target upon the release.

    release      rows as they left: labels of the hierarchies, `*` where suppressed
    hierarchies  of the attributes the attacker knows
    known        per attribute, (targets,) the leaf of each target
    sensitive    a column of the release whose value the attacker wants

    Rows that say nothing of any known attribute fit everybody. The attacker is taken to be bold: he looks at
    them only when no other row fits.
    """
    rows = _distinct(release, [h.name for h in hierarchies], sensitive)
    fits = _fitting(rows, hierarchies, known)
    counted = np.rint(fits.astype(np.float64) @ rows.weights).astype(np.int64)
    disclosed = np.zeros(len(fits), dtype=np.bool_) if sensitive is None else _all_alike(fits, rows)
    return Linked(counted, disclosed)


def candidates(
    release: pa.Table, hierarchies: Sequence[Hierarchy], known: Mapping[str, Codes]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """(targets, classes) which distinct rows fit each target, and (rows,) which distinct row each row is."""
    rows = _distinct(release, [h.name for h in hierarchies], None)
    return _fitting(rows, hierarchies, known), rows.class_of_row


def _fitting(rows: _Rows, hierarchies: Sequence[Hierarchy], known: Mapping[str, Codes]) -> npt.NDArray[np.bool_]:
    targets = len(next(iter(known.values())))
    fits = np.ones((targets, len(rows.weights)), dtype=np.bool_)
    blank = np.ones(len(rows.weights), dtype=np.bool_)
    for hierarchy, labels in zip(hierarchies, rows.labels, strict=True):
        names, codes = np.unique(labels, return_inverse=True)
        covers = np.stack([_covers(hierarchy, str(name)) for name in names])  # (labels, leaves)
        fits &= covers[:, known[hierarchy.name]].T[:, codes]
        blank &= labels == SUPPRESSED
    spoken = (fits & ~blank).any(axis=1)
    fits[spoken] &= ~blank
    return fits


@dataclass(frozen=True)
class _Rows:
    """The distinct rows of a release: labels per attribute, how often each row stands there, and what they say.

    value   (rows,) the sensitive value of one of them; `agree`: all of them say it
    """

    labels: list[npt.NDArray[np.str_]]
    weights: npt.NDArray[np.float64]
    value: npt.NDArray[np.int64]
    agree: npt.NDArray[np.bool_]
    class_of_row: npt.NDArray[np.int64]


def _distinct(release: pa.Table, names: list[str], sensitive: str | None) -> _Rows:
    columns = [_words(release[name]) for name in names]
    coded = np.stack([np.unique(column, return_inverse=True)[1] for column in columns])
    _, first, inverse, counts = np.unique(coded, axis=1, return_index=True, return_inverse=True, return_counts=True)
    inverse = inverse.reshape(-1)
    value = np.zeros(len(counts), dtype=np.int64)
    agree = np.ones(len(counts), dtype=np.bool_)
    if sensitive is not None:
        said = np.unique(_words(release[sensitive]), return_inverse=True)[1].astype(np.int64)
        value = said[first]
        np.logical_and.at(agree, inverse, said == value[inverse])
    return _Rows([column[first] for column in columns], counts.astype(np.float64), value, agree, inverse)


def _words(column: pa.ChunkedArray[Any]) -> npt.NDArray[np.str_]:
    return np.array(["" if value is None else str(value) for value in column.to_pylist()])


def _covers(hierarchy: Hierarchy, label: str) -> npt.NDArray[np.bool_]:
    """(leaves,) whether each leaf lies inside what this label says; a suppressed value may be anything."""
    for nodes, labels in zip(hierarchy.nodes, hierarchy.labels, strict=True):
        if label in labels:
            return np.asarray(nodes == labels.index(label))
    return np.ones(hierarchy.n_leaves, dtype=np.bool_)


def _all_alike(fits: npt.NDArray[np.bool_], rows: _Rows) -> npt.NDArray[np.bool_]:
    """(targets,) some row fits, and every row that fits says the same value."""
    lowest = np.where(fits, rows.value, np.iinfo(np.int64).max).min(axis=1)
    highest = np.where(fits, rows.value, -1).max(axis=1)
    some_divided = (fits & ~rows.agree).any(axis=1)
    alike: npt.NDArray[np.bool_] = fits.any(axis=1) & (lowest == highest) & ~some_divided
    return alike

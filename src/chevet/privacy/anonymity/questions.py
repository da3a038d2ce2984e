"""How far off a release answers the questions that a cohort is asked: counts of people with this and that.

Whoever has the release alone takes the people of a node to be spread evenly over its leaves, and the
suppressed over all leaves. The error of a count is |estimate - true| over the true count, or over a
thousandth of the table where the true count is smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chevet.privacy.anonymity.classes import classes_of
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

Floats = npt.NDArray[np.float64]

QUESTIONS = 300
# Errors of counts below this share of the table are measured against it.
LEAST = 0.001


@dataclass(frozen=True, eq=False)
class Shown:
    """What the release shows, class by class; the suppressed, if any, are the last class, and show nothing.

    nodes   per quasi-identifier, (classes,) node, all levels in one row; one more than the last for the suppressed
    """

    table: CodedTable
    sizes: npt.NDArray[np.int64]
    nodes: tuple[Codes, ...]
    some_suppressed: bool

    @staticmethod
    def of(released: Released) -> Shown:
        classes, sizes = classes_of(released)
        kept = np.flatnonzero(classes >= 0)
        one_row = np.zeros(len(sizes), dtype=np.int64)
        one_row[classes[kept]] = kept
        nodes = [column[one_row] for column in released.nodes]
        hidden = released.table.n - len(kept)
        if hidden:
            sizes = np.append(sizes, hidden)
            hierarchies = released.table.hierarchies
            nodes = [np.append(c, np.int32(len(h.flat_labels))) for c, h in zip(nodes, hierarchies, strict=True)]
        return Shown(released.table, sizes.astype(np.int64), tuple(nodes), hidden > 0)


def three_way_errors(shown: Shown, *, seed: int, questions: int = QUESTIONS) -> Floats:
    """(questions,) error of counts of people in a node of each of three attributes.

    Attributes are drawn at random, then for each a level that is neither the leaves' nor the last (where there is
    one), and the node of a person drawn: what is common is asked more often.
    """
    table, draw = shown.table, np.random.default_rng(seed)
    errors = np.zeros(questions)
    for number in range(questions):
        expected, true = shown.sizes.astype(np.float64), np.ones(table.n, dtype=np.bool_)
        for place in draw.choice(len(table.hierarchies), min(3, len(table.hierarchies)), replace=False):
            h, codes = table.hierarchies[place], table.codes[place]
            level = int(draw.integers(1, max(2, h.levels - 1))) if h.levels > 2 else 0
            inside = h.nodes[level] == h.nodes[level][codes[draw.integers(table.n)]]
            true &= inside[codes]
            expected *= _share_inside(h, inside)[shown.nodes[place]]
        errors[number] = _error(np.array([expected.sum()]), np.array([true.sum()]), table.n)[0]
    return errors


def single_errors(shown: Shown) -> Floats:
    """(nodes of all attributes,) error of the number of people in each node of each attribute's middle level."""
    found = []
    for h, codes, nodes in zip(shown.table.hierarchies, shown.table.codes, shown.nodes, strict=True):
        level = middle_level(h)
        true = np.bincount(h.nodes[level][codes], minlength=len(h.labels[level]))
        found.append(_error(_shares(h, level)[nodes].T @ shown.sizes, true, shown.table.n))
    return np.concatenate(found)


def joint_errors(shown: Shown) -> Floats:
    """(cells of all pairs of attributes,) the same in cross tables of two attributes' middle levels."""
    table, found = shown.table, [np.zeros(0)]
    levels = [middle_level(h) for h in table.hierarchies]
    shares = [_shares(h, level) for h, level in zip(table.hierarchies, levels, strict=True)]
    at_level = [h.nodes[x][codes] for h, codes, x in zip(table.hierarchies, table.codes, levels, strict=True)]
    for a, b in combinations(range(len(levels)), 2):
        pairs = sparse.coo_matrix(
            (shown.sizes, (shown.nodes[a], shown.nodes[b])), shape=(shares[a].shape[0], shares[b].shape[0])
        )
        expected = (shares[a].T @ pairs.tocsr() @ shares[b]).toarray()
        true = np.bincount(at_level[a].astype(np.int64) * expected.shape[1] + at_level[b], minlength=expected.size)
        found.append(_error(expected.ravel(), true, table.n))
    return np.concatenate(found)


def middle_level(h: Hierarchy) -> int:
    """The level at which distributions are compared: half way up, never the root where there is a choice."""
    return min(h.levels // 2, max(0, h.levels - 2))


def _share_inside(h: Hierarchy, inside: npt.NDArray[np.bool_]) -> Floats:
    """(all nodes + 1,) share of each node's leaves that are inside; the last is of all leaves."""
    parts = [np.bincount(n, inside, len(c)) / c for n, c in zip(h.nodes, h.leaf_counts, strict=True)]
    return np.concatenate([*parts, [inside.mean()]])


def _shares(h: Hierarchy, level: int) -> sparse.csr_matrix:
    """(all nodes + 1, nodes of the level) share of each node's leaves in each of these; last, of all leaves."""
    rows = [nodes + offset for nodes, offset in zip(h.nodes, h.offsets, strict=True)]
    weights = [1.0 / counts[nodes] for nodes, counts in zip(h.nodes, h.leaf_counts, strict=True)]
    rows.append(np.full(h.n_leaves, len(h.flat_labels), dtype=np.int32))
    weights.append(np.full(h.n_leaves, 1.0 / h.n_leaves))
    columns = np.tile(h.nodes[level], len(rows))
    shape = (len(h.flat_labels) + 1, len(h.labels[level]))
    return sparse.coo_matrix((np.concatenate(weights), (np.concatenate(rows), columns)), shape=shape).tocsr()


def _error(expected: Floats, true: npt.NDArray[np.int64], n: int) -> Floats:
    return np.abs(expected - true) / np.maximum(true, LEAST * n)

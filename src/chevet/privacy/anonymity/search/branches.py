"""A hierarchy read from its top: the nodes just below a node, and in which of them a leaf lies.

Nodes are numbered as in `Released.nodes`, all levels in one row. A node with a single child holds the
same people as that child, so it is passed over: everywhere here a node is the lowest with its leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chevet.privacy.anonymity.classes import Integers
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy


@dataclass(frozen=True, eq=False)
class Branches:
    """The ways down one hierarchy.

    lowest   (nodes,) the lowest node with the same leaves
    widths   (nodes,) how many children a node has; 0 for a leaf
    firsts   (nodes,) where its children start in `below`
    below    the children of all nodes, one node's after another's
    places   (levels x leaves,) of each leaf, its place among the children of the node that holds it at a level
    bases    (nodes,) where the level of a node starts in `places`
    """

    hierarchy: Hierarchy
    lowest: Codes
    widths: Integers
    firsts: Integers
    below: Codes
    places: Codes
    bases: Integers

    @staticmethod
    def of(hierarchy: Hierarchy) -> Branches:
        """The branches of a hierarchy."""
        n_nodes, n_leaves = len(hierarchy.flat_labels), hierarchy.n_leaves
        lowest = np.arange(n_nodes, dtype=np.int32)
        widths, firsts = np.zeros(n_nodes, dtype=np.int64), np.zeros(n_nodes, dtype=np.int64)
        places = np.zeros((hierarchy.levels, n_leaves), dtype=np.int32)
        below, filled = [], 0
        for level in range(1, hierarchy.levels):
            parents = hierarchy.parents[level - 1]
            own = slice(hierarchy.offsets[level], hierarchy.offsets[level] + len(hierarchy.labels[level]))
            children = np.argsort(parents, kind="stable")
            width = np.bincount(parents, minlength=own.stop - own.start)
            starts = np.cumsum(width) - width
            place = np.empty(len(parents), dtype=np.int32)
            place[children] = np.arange(len(parents)) - starts[parents[children]]
            places[level] = place[hierarchy.nodes[level - 1]]
            below.append(lowest[hierarchy.offsets[level - 1] + children])
            lowest[own] = np.where(width == 1, below[-1][starts], lowest[own])
            widths[own], firsts[own] = width, filled + starts
            filled += len(parents)
        bases = np.repeat(np.arange(hierarchy.levels) * n_leaves, [len(names) for names in hierarchy.labels])
        found = np.concatenate(below) if below else np.zeros(0, dtype=np.int32)
        return Branches(hierarchy, lowest, widths, firsts, found, places.ravel(), bases)

    def top(self, codes: Integers) -> Codes:
        """(n,) where each leaf starts: its node at the last level."""
        hierarchy = self.hierarchy
        found: Codes = self.lowest[hierarchy.nodes[-1][codes] + np.int32(hierarchy.offsets[-1])]
        return found

    def common(self, codes: Codes, starts: Integers) -> Codes:
        """(groups,) the lowest node that holds all leaves of a group.

        codes    (n,) the leaves, one group's after another's
        starts   (groups,) where each group starts
        """
        hierarchy = self.hierarchy
        found = np.full(len(starts), -1, dtype=np.int32)
        for level in range(hierarchy.levels - 1, -1, -1):
            nodes = hierarchy.nodes[level][codes]
            first = nodes[starts]
            alike = np.minimum.reduceat(nodes, starts) == np.maximum.reduceat(nodes, starts)
            if not alike.any():
                break
            found[alike] = first[alike] + np.int32(hierarchy.offsets[level])
        return found

"""What a node costs the people shown at it, and what a split is worth: the measures that steer local recoding.

A node costs its *loss*, the share of the leaves that it cannot be told from, and the *misjudgement* of
questions: whoever counts people in a part of the node, knowing the node only, spreads its people evenly over
its leaves, and is wrong by as much as they are not. Losses alone lead to releases that describe each person
well and answer questions about many badly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.classes import Integers
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

Figures = npt.NDArray[np.float64]

# One unit of misjudgement counts as much as this share of all leaves (measured: benchmarks/anonymise_local.py).
QUESTIONS = 1.5


def misjudgements(hierarchy: Hierarchy, codes: Codes) -> Figures:
    """(nodes,) 0 to 1: by how much a question is wrong that takes the people of a node to be spread evenly.

    codes   (n,) the leaf of each person

    The total variation between how the table's people in the node are spread over the nodes of a lower level,
    and how their leaves are; the mean over the levels that questions are asked at: those between values and root,
    or the values where there is nothing between.
    """
    asked = range(1, hierarchy.levels - 1) or range(1)
    people = np.bincount(codes, minlength=hierarchy.n_leaves)
    found = np.zeros(len(hierarchy.flat_labels))
    for low in asked:
        here = np.bincount(hierarchy.nodes[low], weights=people)
        for high in range(low + 1, hierarchy.levels):
            node = np.zeros(len(here), dtype=np.int64)
            node[hierarchy.nodes[low]] = hierarchy.nodes[high]
            there = np.maximum(np.bincount(node, weights=here), 1)
            apart = here / there[node] - hierarchy.leaf_counts[low] / hierarchy.leaf_counts[high][node]
            start = hierarchy.offsets[high]
            found[start : start + len(there)] += np.bincount(node, weights=np.abs(apart)) / (2 * len(asked))
    return found


def penalties(hierarchy: Hierarchy, codes: Codes, questions: float = QUESTIONS) -> Figures:
    """(nodes,) what each node costs a person: loss + `questions` x misjudgement."""
    return hierarchy.flat_losses + questions * misjudgements(hierarchy, codes)


def worth(gain: Figures, sizes: Integers, entropy: Figures) -> Figures:
    """(splits,) what a split gains for the classes it will cost: penalty saved per nat of the people it tells apart.

    gain      penalty saved, summed over the people of the class
    sizes     people in the class
    entropy   of their shares in the parts, in nats

    A split high up multiplies the classes of everything below by the exponential of its entropy; counting the
    parts instead would favour splits in two, and the gain alone would favour splits in a hundred.
    Source: the gain ratio of Quinlan's C4.5 (1993), with the penalty in place of the class entropy.
    """
    found: Figures = gain / np.maximum(sizes * entropy, 1e-12)
    return found

"""How many people of a population look like each class of a release, when every class has nodes of its own.

Classes at the same levels are counted together, in one group-by of the population. The others are looked for one by
one, attribute after attribute: those with the same first nodes share what was found so far. While that is much of the
population it is kept as bits (an `and` of 64 people at a time), and as a list once it is little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.classes import Integers, class_of
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint64]

# Up to so many kinds of people are listed rather than kept as bits.
FEW = 4096
# A group-by of the population costs as much as looking for one class per so many kinds.
KINDS_PER_CLASS = 250
# Bits of nodes kept for the next classes.
KEPT_BYTES = 1 << 28


class Matching(NamedTuple):
    """Of a population: (classes,) people whom each class could be speaking of, and people of whom any class could."""

    of_class: Counts
    covered: int


class Some(NamedTuple):
    """Some kinds of people: as bits, or listed."""

    bits: Bits | None
    listed: Integers


@dataclass(frozen=True, eq=False)
class Crowd:
    """The kinds of people of a population, those with the same leaves of every attribute being one.

    codes    per attribute, (kinds,) leaf
    people   (kinds,) how many there are of each
    few      up to so many kinds are listed
    """

    hierarchies: tuple[Hierarchy, ...]
    codes: tuple[Integers, ...]
    people: Counts
    few: int = FEW
    _bits: dict[tuple[int, int], Bits] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(
        hierarchies: tuple[Hierarchy, ...], codes: Sequence[Codes], counts: Counts | None = None, few: int = FEW
    ) -> Crowd:
        """The crowd of these rows.

        counts   (rows,) people that each row stands for; None: one each
        """
        kind = class_of(codes, [h.n_leaves for h in hierarchies])
        people = np.bincount(kind, counts).astype(np.int64)
        one_row = np.zeros(len(people), dtype=np.int64)
        one_row[kind] = np.arange(len(kind))
        small = [
            column.astype(np.min_scalar_type(h.n_leaves - 1)) for column, h in zip(codes, hierarchies, strict=True)
        ]
        return Crowd(hierarchies, tuple(column[one_row] for column in small), people, few)

    def matching(self, nodes: Sequence[Codes]) -> Matching:
        """The people whom each class could be speaking of.

        nodes   per attribute, (classes,) node shown, numbered as in `Released.nodes`

        Somebody may be of several classes, where levels are mixed.
        """
        found = np.zeros(len(nodes[0]), dtype=np.int64)
        seen = np.zeros(len(self.people), dtype=np.bool_)
        if not len(found) or not len(seen):
            return Matching(found, 0)
        levels = [np.searchsorted(h.offsets, n, side="right") - 1 for h, n in zip(self.hierarchies, nodes, strict=True)]
        alike = class_of(levels, [h.levels for h in self.hierarchies])
        many = np.bincount(alike) * KINDS_PER_CLASS > len(seen)
        for vector in np.flatnonzero(many):
            classes = np.flatnonzero(alike == vector)
            found[classes] = self._together([n[classes] for n in nodes], [int(v[classes[0]]) for v in levels], seen)
        alone = np.flatnonzero(~many[alike])
        for place, kinds in self._one_by_one(np.stack([n[alone] for n in nodes], axis=1)):
            found[alone[place]] = self.people[kinds].sum()
            seen[kinds] = True
        return Matching(found, int(self.people[seen].sum()))

    def _together(self, nodes: Sequence[Codes], levels: Sequence[int], seen: Flags) -> Counts:
        """(classes,) people of each of these classes, which are all at these levels; marks whom they cover."""
        columns = [
            np.concatenate([h.nodes[level][codes], shown - np.int32(h.offsets[level])])
            for h, codes, level, shown in zip(self.hierarchies, self.codes, levels, nodes, strict=True)
        ]
        group = class_of(columns, [len(h.labels[level]) for h, level in zip(self.hierarchies, levels, strict=True)])
        ours, theirs = group[: len(seen)], group[len(seen) :]
        shown = np.zeros(int(group.max()) + 1, dtype=np.bool_)
        shown[theirs] = True
        seen |= shown[ours]
        return np.bincount(ours, self.people, minlength=len(shown)).astype(np.int64)[theirs]

    def _one_by_one(self, nodes: Codes) -> Iterator[tuple[int, Integers]]:
        """Each of these classes, in an order that shares most, and the kinds of people that it could be speaking of.

        nodes   (classes, attributes)
        """
        if not len(nodes):
            return
        order = np.argsort([len(np.unique(column)) for column in nodes.T], kind="stable")
        places = np.lexsort(nodes[:, order[::-1]].T)
        ordered = nodes[places][:, order]
        differs = np.ones((len(nodes), len(order) + 1), dtype=np.bool_)
        differs[1:, :-1] = ordered[1:] != ordered[:-1]
        so_far = [self._everybody()] * (len(order) + 1)
        for place, shown, changed in zip(places.tolist(), ordered.tolist(), differs.argmax(axis=1), strict=True):
            for step in range(changed, len(order)):
                so_far[step + 1] = self._narrowed(so_far[step], int(order[step]), shown[step])
            last = so_far[-1]
            yield place, last.listed if last.bits is None else _listed(last.bits)

    def _everybody(self) -> Some:
        return self._some(_packed(np.ones(len(self.people), dtype=np.bool_)))

    def _narrowed(self, some: Some, attribute: int, node: int) -> Some:
        """Those of some kinds whose leaf lies in a node."""
        hierarchy = self.hierarchies[attribute]
        level = int(np.searchsorted(hierarchy.offsets, node, side="right")) - 1
        if hierarchy.leaf_counts[level][node - hierarchy.offsets[level]] == hierarchy.n_leaves:
            return some
        if some.bits is not None:
            return self._some(some.bits & self._bits_of(attribute, level, node))
        nodes = hierarchy.nodes[level][self.codes[attribute][some.listed]]
        return Some(None, some.listed[nodes == node - hierarchy.offsets[level]])

    def _some(self, bits: Bits) -> Some:
        if np.bitwise_count(bits).sum(dtype=np.int64) > self.few:
            return Some(bits, np.zeros(0, dtype=np.int64))
        return Some(None, _listed(bits))

    def _bits_of(self, attribute: int, level: int, node: int) -> Bits:
        known = self._bits.pop((attribute, node), None)
        if known is None:
            hierarchy = self.hierarchies[attribute]
            inside = hierarchy.nodes[level] == node - hierarchy.offsets[level]
            known = _packed(inside[self.codes[attribute]])
            while self._bits and (len(self._bits) + 1) * known.nbytes > KEPT_BYTES:
                del self._bits[next(iter(self._bits))]
        self._bits[attribute, node] = known
        return known


def _packed(flags: npt.NDArray[Any]) -> Bits:
    """The flags as words of 64 bits, the last filled with zeros."""
    found = np.zeros(-(-len(flags) // 64), dtype=np.uint64)
    packed = np.packbits(flags, bitorder="little")
    found.view(np.uint8)[: len(packed)] = packed
    return found


def _listed(bits: Bits) -> Integers:
    """The places of the bits that are set, in order."""
    words = np.flatnonzero(bits)
    places = np.flatnonzero(np.unpackbits(bits[words].view(np.uint8), bitorder="little").view(np.bool_))
    found: Integers = words[places >> 6] * 64 + (places & 63)
    return found

"""How a table was divided: the groups of people made on the way down, each under the group it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.classes import Integers
from chevet.privacy.hierarchies.hierarchy import Codes

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Forest:
    """Groups of people. The people of a group are those of its children together.

    parents    (groups,) the group that it is a part of; -1 for a group of the first division
    sizes      (groups,) people
    nodes      (groups, attributes) nodes that all its people lie in
    residual   (groups,) True: what was left of the parent, shown at the parent's nodes
    births     (rounds + 1,) where each round's groups start; a group comes in a later round than its parent
    of         (n,) the smallest group that each person is in
    """

    parents: Codes
    sizes: Integers
    nodes: Codes
    residual: Flags
    births: tuple[int, ...]
    of: Codes

    @property
    def n_groups(self) -> int:
        return len(self.sizes)

    def rounds(self) -> Iterator[Integers]:
        """The groups, round by round from the first."""
        for start, stop in zip(self.births, self.births[1:], strict=False):
            yield np.arange(start, stop)

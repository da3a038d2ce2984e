"""Two releases of the same people, laid one upon the other.

Each release alone hides everybody among k. But two releases made independently put different people
together: who knows a target's age and place finds k candidates in each, and only the target need be in
both. Whatever sensitive values stand among the candidates of one release and not of the other are ruled
out; where one remains it is the target's (Ganta, Kasiviswanathan and Smith, KDD 2008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.privacy.attacks.linkage import candidates
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy


def disclosed_by_both(
    first: pa.Table,
    second: pa.Table,
    hierarchies: Sequence[Hierarchy],
    known: Mapping[str, Codes],
    sensitive: Sequence[str],
) -> npt.NDArray[np.bool_]:
    """Per target, whether the two releases together leave one possible set of sensitive values.

    sensitive   the columns that both releases show as they are; the attacker wants all of them at once

    A target whose values one release alone gives away (a class without diversity) is not counted: that is not
    the doing of the second release.
    """
    sides = [_possible(release, hierarchies, known, sensitive) for release in (first, second)]
    return np.array([len(a & b) == 1 and len(a) > 1 and len(b) > 1 for a, b in zip(*sides, strict=True)])


def _possible(
    release: pa.Table, hierarchies: Sequence[Hierarchy], known: Mapping[str, Codes], sensitive: Sequence[str]
) -> list[frozenset[tuple[str, ...]]]:
    """Per target, every combination of sensitive values that stands in a row that fits."""
    said = list(zip(*(map(str, release[name].to_pylist()) for name in sensitive), strict=True))
    by_class: dict[int, set[tuple[str, ...]]] = {}
    fits, class_of_row = candidates(release, hierarchies, known)
    for number, values in zip(class_of_row.tolist(), said, strict=True):
        by_class.setdefault(number, set()).add(values)
    return [frozenset().union(*(by_class[c] for c in np.flatnonzero(row).tolist())) for row in fits]

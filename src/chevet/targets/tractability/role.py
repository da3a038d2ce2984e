"""Whether a tumour gains by more of a gene or by its loss, and whose word that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chevet.genomics.roles import role_of
from chevet.targets.evidence import Source


@dataclass(frozen=True)
class KnownRole:
    """The role of one gene; None when nobody says. `source` is whose word it is."""

    role: Literal["oncogene", "suppressor", "both"] | None
    source: str = ""

    @property
    def harmful_direction(self) -> Literal["inhibition", "activation"]:
        """What a medicine would do to this target: give a suppressor's work back, or else block it."""
        return "activation" if self.role == "suppressor" else "inhibition"


UNKNOWN = KnownRole(None)


def known_role(gene: str, found: Sequence[Mapping[str, Any]] = (), source: Source | None = None) -> KnownRole:
    """The role that Chevet's own table has; for a gene that it lacks, the role of more than half of the cohorts.

    found   the rows of the gene in a table of drivers, and `source` where that table comes from
    """
    own = role_of(gene)
    if own is not None:
        return KnownRole(own.role, own.source)
    told = Counter(row["role"] for row in found if row["role"] is not None)
    if not told or source is None:
        return UNKNOWN
    role, many = told.most_common(1)[0]
    if 2 * many > told.total() and role in ("oncogene", "suppressor"):
        return KnownRole(role, source.name)
    return UNKNOWN

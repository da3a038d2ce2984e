"""A ladder: what a value becomes at each level between itself and `*`; and the hierarchy of many values.

A value that was not said (the empty word) is a leaf of its own. It stays a group of its own at every level and joins
the others at the top only: "not said" is no age and no place, and a release must not pretend that it is one.

A group never bears the name of a value that lies in it with others: the value `C34` and the group of all of C34 are
two things, so the group is called `C34.-`.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chevet.errors import BadInput
from chevet.privacy.disclosure import FLOOR
from chevet.privacy.hierarchies.hierarchy import Hierarchy

NOT_SAID = ""
ROOT = "*"
Steps = tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """One kind of value, and how it is generalised.

    levels    what the groups between the value and `*` are, finest first (keys of labels)
    climb     the groups of a value, one per level; None when it is no value of this kind
    example   a value as it is expected
    domain    every value there is, for kinds that can be listed
    """

    name: str
    levels: Steps
    climb: Callable[[str], Steps | None]
    example: str
    domain: Callable[[], Sequence[str]] | None = None

    def hierarchy(self, values: Sequence[str] | None = None) -> Hierarchy:
        """The hierarchy of these values, each once; of every value there is, and "not said", when None.

        Losses are relative to the leaves: give None (or a fixed list) to compare releases of different tables.
        Raises BadInput, counting the rows, for values that are none of this kind.
        """
        if values is None:
            values = [*self._whole_domain(), NOT_SAID]
        known = dict.fromkeys(values)
        steps = {value: self._steps(value) for value in known}
        unknown = {value for value, found in steps.items() if found is None}
        if unknown:
            raise self._refusal(values, unknown)
        rows = [(value, *found, ROOT) for value, found in steps.items() if found is not None]
        if not rows:
            raise BadInput(f"no value to make the hierarchy {self.name} of", next_act="Give a table that has rows.")
        return Hierarchy.from_rows(self.name, rows)

    def _steps(self, value: str) -> Steps | None:
        return (NOT_SAID,) * len(self.levels) if value == NOT_SAID else self.climb(value)

    def _whole_domain(self) -> Sequence[str]:
        if self.domain is None:
            raise BadInput(
                f"the values of {self.name} cannot all be listed",
                next_act="Give the values of the table, or a list of those that may occur.",
            )
        return self.domain()

    def _refusal(self, values: Sequence[str], unknown: set[str]) -> BadInput:
        """Counts and a row number. A near value is named only when enough rows share one spelling to name nobody."""
        rows = [row for row, value in enumerate(values, start=1) if value in unknown]
        often = [value for value, n in Counter(v for v in values if v in unknown).items() if n >= FLOOR]
        domain = self.domain() if self.domain and often else ()
        near = sorted({found for value in often for found in difflib.get_close_matches(value, domain, n=1)})
        hint = f"; nearest: {', '.join(near[:5])}" if near else ""
        return BadInput(
            f"{len(rows)} rows hold a value that the hierarchy {self.name} does not know (the first is row {rows[0]}):"
            f" those it knows look like {self.example}{hint}",
            next_act="Mend the table, or make a hierarchy for it: chevet privacy hierarchy make --help",
        )

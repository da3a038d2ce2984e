"""Who of a table stands where in an earlier release: by identifiers, or by what their rows say.

Identifiers decide where both tables have them, whatever study, file or column they stand in. Otherwise rows are
compared on the columns that both tables have: an added or dropped column hides nobody. Equal rows may be two
people, so what was compared is told, and people can declare that they are others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chevet.privacy.anonymity.coding import in_one_piece, person_column, word
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.keys import Key

Digests = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
NOTHING = np.uint64(0)  # an empty cell says nothing of whose it is
# Without one identifier in common, this share of rows, each alone with its cells in both tables, is no coincidence.
SAME_ROWS = 0.5
_ODD = 0x9E3779B97F4A7C15  # 2 to the 64th over the golden ratio: its powers are spread evenly


@dataclass(frozen=True, eq=False)
class People:
    """Who the rows of a table are, in keyed digests of values: equal values of any two tables have equal digests.

    ids     per identifier that is filled and different in every row, (n,)
    cells   per other column, (n,); 0 for an empty cell
    """

    ids: tuple[Digests, ...]
    cells: Mapping[str, Digests]


@dataclass(frozen=True, eq=False)
class Match:
    """The people of a table found in an earlier release.

    place     (n,) where each row stands there, -1 for nowhere
    columns   what was compared; nothing where identifiers decided
    """

    place: Places
    columns: tuple[str, ...] = ()

    @property
    def shared(self) -> int:
        return int((self.place >= 0).sum())


def people_of(source: Source, policy: Policy, key: Key) -> People:
    """Who the rows of a table are. Raises BadInput when there are identifiers and each of them repeats."""
    person_column(source.table, policy)
    identifiers = [c.name for c in policy.of_role("identifier")]
    digests = {name: _digests(source, name, key) for name in source.table.column_names}
    ids = [digests[name] for name in identifiers]
    told_apart = tuple(found for found in ids if found.all() and len(np.unique(found)) == len(found))
    return People(told_apart, {name: found for name, found in digests.items() if name not in identifiers})


def _digests(source: Source, name: str, key: Key) -> Digests:
    """(n,) eight bytes of the HMAC of each cell as a word: neither the column's name nor the study's is in it."""
    encoded = in_one_piece(source.table, name).dictionary_encode()
    words = ["" if v is None else word(v).strip() for v in encoded.dictionary.to_pylist()]
    made = b"".join(d[:8] for d in key.digests("value of a release", (), words))
    found = np.frombuffer(made, dtype=np.dtype("<u8")).astype(np.uint64)
    found[[place for place, w in enumerate(words) if w in ("", "?")]] = NOTHING
    places = encoded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    shown: Digests = np.append(found, NOTHING)[places]
    return shown


def match(now: People, then: People) -> Match | None:
    """Who of `now` is in `then`; None where nobody is.

    One identifier in common is enough, and so is one equal row where a table has no identifiers.
    """
    named = bool(now.ids and then.ids)
    if named:
        place = _by_identifiers(now, then)
        if (place >= 0).any():
            return Match(place)
    common = tuple(name for name in now.cells if name in then.cells)
    rows, there = _rows(now, common), _rows(then, common)
    if named:
        place = _found(np.where(_alone(rows), rows, NOTHING), np.where(_alone(there), there, NOTHING))
        least = max(1.0, SAME_ROWS * min(len(rows), len(there)))
    else:
        place = _found(_numbered(rows), _numbered(there))
        least = 1.0
    found = Match(place, common)
    return found if found.shared >= least else None


def _by_identifiers(now: People, then: People) -> Places:
    place = np.full(len(now.ids[0]), -1, dtype=np.intp)
    for ours in now.ids:
        for theirs in then.ids:
            found = _found(ours, theirs)
            place = np.where(place < 0, found, place)
    return place


def _found(wanted: Digests, there: Digests) -> Places:
    """(n,) where each digest stands in `there`, -1 for nowhere; what says nothing stands nowhere."""
    order = np.argsort(there, kind="stable")
    at = np.minimum(np.searchsorted(there[order], wanted), len(there) - 1)
    return np.where((there[order][at] == wanted) & (wanted != NOTHING), order[at], -1)


def _rows(people: People, columns: tuple[str, ...]) -> Digests:
    """(n,) one digest per row over these columns; 0 for a row that says nothing in any of them."""
    n = len(next(iter([*people.cells.values(), *people.ids])))
    total = np.zeros(n, dtype=np.uint64)
    for place, name in enumerate(sorted(columns), start=1):
        total += people.cells[name] * np.uint64(pow(_ODD, place, 1 << 64))
    return total


def _alone(rows: Digests) -> npt.NDArray[np.bool_]:
    _, inverse, counts = np.unique(rows, return_inverse=True, return_counts=True)
    single: npt.NDArray[np.bool_] = counts[inverse] == 1
    return single


def _numbered(rows: Digests) -> Digests:
    """The same digests, each joined with how many equal rows stood before it, so that all differ."""
    order = np.argsort(rows, kind="stable")
    starts = np.flatnonzero(np.append(True, rows[order][1:] != rows[order][:-1]))
    before = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
    numbered = np.empty_like(rows)
    numbered[order] = rows[order] ^ (before.astype(np.uint64) * np.uint64(_ODD))
    return np.where(rows == NOTHING, NOTHING, numbered)

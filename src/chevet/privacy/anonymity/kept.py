"""What the house keeps of a release, so that a later one of the same people can be compared with it.

Per person a keyed digest and the labels that were shown: no identifier, no sensitive value. It lies in
CHEVET_HOME/releases/<release>/, open to its owner alone, and its SHA-256 is in the ledger.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.errors import Fault
from chevet.privacy.anonymity.coding import Cells, person_column, words_of
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.release import Release
from chevet.privacy.hierarchies.hierarchy import Codes
from chevet.privacy.keys import Key
from chevet.store.ledger import make_private, replace_file, sha256

PEOPLE = "people.parquet"
_PERSON, _SUPPRESSED, _QUASI = "person", "suppressed", "quasi:"
_BYTES = 16


@dataclass(frozen=True, eq=False)
class Kept:
    """An earlier release: who was in it, and what each was shown as.

    people       (n,) a keyed digest of each person; equal digests of two releases are one person
    named        the people are known by an identifier; otherwise by all that their row says
    labels       per quasi-identifier, (n,) the label shown
    suppressed   (n,)
    columns      what went out
    """

    name: str
    source_digest: str
    people: npt.NDArray[np.bytes_]
    named: bool
    labels: Mapping[str, npt.NDArray[np.object_]]
    suppressed: npt.NDArray[np.bool_]
    columns: tuple[str, ...]

    def classes(self) -> Codes:
        """(n,) the class of each person, -1 for the suppressed."""
        found: dict[tuple[str, ...], int] = {}
        rows = zip(*self.labels.values(), strict=True)
        of = np.array([found.setdefault(row, len(found)) for row in rows], dtype=np.int32)
        of[self.suppressed] = -1
        return of


class People(NamedTuple):
    """(n,) the keyed digest of each person of a table, and whether an identifier names them."""

    digests: npt.NDArray[np.bytes_]
    named: bool


def people_of(source: Source, policy: Policy, key: Key) -> People:
    """Who the rows of a table are.

    Patients of one study are named within it. In a table of a file the column of identifiers names them, whatever
    the file is called: the same identifier in two files is taken to be the same person. Without
    identifiers a person is all that the row says (and how many rows said it before).
    """
    name = person_column(source.table, policy)
    if name is not None:
        words, labels = words_of(source.table, name)
        digests = key.digests("person of a release", (source.study, name), labels)
        return People(np.array([digest[:_BYTES] for digest in digests], dtype=f"S{_BYTES}")[words], True)
    columns = [source.table[name].to_pylist() for name in sorted(source.table.column_names)]
    seen: Counter[str] = Counter()
    rows = []
    for row in map(repr, zip(*columns, strict=True)):
        rows.append(f"{seen[row]} {row}")
        seen[row] += 1
    digests = key.digests("row of a release", (source.study,), rows)
    return People(np.array([digest[:_BYTES] for digest in digests], dtype=f"S{_BYTES}"), False)


def of_release(release: Release, source: Source, who: People) -> Kept:
    """What is kept of a release that was just made."""
    labels = {
        c.name: np.array(h.flat_labels, dtype=object)[nodes]
        for c, h, nodes in zip(
            release.policy.quasi, release.released.table.hierarchies, release.released.nodes, strict=True
        )
    }
    return Kept(
        release.name, source.digest, who.digests, who.named, labels, release.released.suppressed, told_by(release)
    )


def told_by(release: Release) -> tuple[str, ...]:
    """What goes out: the columns, and the alterations beside them as one more."""
    columns = tuple(release.report["release"]["columns"])
    beside = release.report["alterations"]
    if not beside:
        return columns
    return (*columns, f"alterations ({beside['detail']}, {'joined' if beside['joined'] else 'apart'})")


def keep(kept: Kept, release: Release, home: Path) -> str:
    """Write it under CHEVET_HOME; returns the SHA-256 that the ledger notes."""
    folder = home / "releases" / kept.name
    make_private(folder)
    person: Cells = pa.array([bytes(p).ljust(_BYTES, b"\0") for p in kept.people.tolist()], pa.binary(_BYTES))
    columns: dict[str, Cells] = {_PERSON: person, _SUPPRESSED: pa.array(kept.suppressed)}
    columns |= {_QUASI + name: pa.array(labels, pa.string()) for name, labels in kept.labels.items()}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    replace_file(folder / PEOPLE, content)
    replace_file(folder / "policy.toml", release.policy.text.encode())
    for path in release.policy.files:
        shutil.copyfile(path, folder / path.name)
    return sha256(content)


def read(name: str, facts: Mapping[str, object], home: Path) -> Kept:
    """What was kept of a release. Raises Fault when it is missing or not what the ledger noted.

    facts   of the ledger's entry
    """
    path = home / "releases" / name / PEOPLE
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content) != facts["kept"]:
        raise Fault(
            f"what was kept of release {name} is missing or changed, so nothing can be compared with it",
            next_act=f"Put releases/{name} back from a backup: until then no release of its people can be made.",
        )
    table = pq.read_table(pa.BufferReader(content))
    digests = np.array(table[_PERSON].to_pylist(), dtype=f"S{_BYTES}")
    labels = {
        column.removeprefix(_QUASI): np.array(table[column].to_pylist(), dtype=object)
        for column in table.column_names
        if column.startswith(_QUASI)
    }
    suppressed = table[_SUPPRESSED].combine_chunks().to_numpy(zero_copy_only=False).astype(np.bool_)
    columns = tuple(str(c) for c in facts["columns"])  # type: ignore[attr-defined]
    return Kept(name, str(facts["source_digest"]), digests, bool(facts["named"]), labels, suppressed, columns)

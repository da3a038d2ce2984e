"""What the house keeps of a release, so that a later one of the same people can be compared with it.

Per person the labels that were shown, and a keyed digest of each cell of the source: nobody is named, and without the
key no value can be read. It lies in CHEVET_HOME/releases/<release>/, open to its owner alone, and its SHA-256 is in the
ledger.
"""

from __future__ import annotations

import shutil
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.errors import Fault
from chevet.privacy.anonymity.coding import Cells
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.register.detail import in_detail
from chevet.privacy.anonymity.register.matching import People
from chevet.privacy.anonymity.release import Release
from chevet.privacy.hierarchies.hierarchy import Codes
from chevet.store.ledger import make_private, replace_file, sha256

PEOPLE, POLICY = "people.parquet", "policy.toml"
_WHO, _CELL, _SUPPRESSED, _QUASI = "who:", "cell:", "suppressed", "quasi:"


@dataclass(frozen=True, eq=False)
class Kept:
    """An earlier release: who was in it, and what each was shown as.

    people       who they were, in keyed digests
    labels       per quasi-identifier, (n,) the label shown
    suppressed   (n,)
    columns      what went out, in such detail
    """

    name: str
    source_digest: str
    people: People
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


def of_release(release: Release, source: Source, who: People, told: tuple[str, ...]) -> Kept:
    """What is kept of a release that was just made."""
    labels = {
        c.name: np.array(h.flat_labels, dtype=object)[nodes]
        for c, h, nodes in zip(
            release.policy.quasi, release.released.table.hierarchies, release.released.nodes, strict=True
        )
    }
    return Kept(release.name, source.digest, who, labels, release.released.suppressed, told)


def told_by(release: Release, shifted_by: str) -> tuple[str, ...]:
    """What goes out, in such detail: the columns, and the alterations beside them as one more.

    shifted_by   whose key shifted dates, if any
    """
    columns = tuple(release.report["release"]["columns"])
    beside = release.report["alterations"]
    if beside:
        columns = (*columns, f"alterations ({beside['detail']}, {'joined' if beside['joined'] else 'apart'})")
    return in_detail(columns, release.policy, shifted_by)


def keep(kept: Kept, release: Release, home: Path) -> str:
    """Write it under CHEVET_HOME; returns the SHA-256 that the ledger notes."""
    folder = home / "releases" / kept.name
    make_private(folder)
    columns: dict[str, Cells] = {_SUPPRESSED: pa.array(kept.suppressed)}
    columns |= {f"{_WHO}{place}": pa.array(ids) for place, ids in enumerate(kept.people.ids)}
    columns |= {_CELL + name: pa.array(cells) for name, cells in kept.people.cells.items()}
    columns |= {_QUASI + name: pa.array(labels, pa.string()) for name, labels in kept.labels.items()}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    replace_file(folder / PEOPLE, content)
    replace_file(folder / POLICY, release.policy.text.encode())
    for path in release.policy.files:
        shutil.copyfile(path, folder / path.name)
    return sha256(content)


def unknown(home: Path, known: Container[str]) -> list[str]:
    """Releases that are kept under CHEVET_HOME, and that the ledger does not know of."""
    return sorted(p.parent.name for p in (home / "releases").glob(f"*/{PEOPLE}") if p.parent.name not in known)


def forget(name: str, home: Path) -> None:
    """Remove what was kept of a release that was not made after all."""
    shutil.rmtree(home / "releases" / name, ignore_errors=True)


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
    parts = {
        sign: {name.removeprefix(sign): table[name].combine_chunks() for name in table.column_names
               if name.startswith(sign)}
        for sign in (_WHO, _CELL, _QUASI)
    }  # fmt: skip
    if not parts[_WHO] and not parts[_CELL]:
        raise Fault(
            f"release {name} was kept by an older Chevet, and nobody can be compared with it",
            next_act="Make no release of people who may be in it, or ask the people who run Chevet.",
        )
    people = People(
        tuple(ids.to_numpy() for ids in parts[_WHO].values()),
        {column: cells.to_numpy() for column, cells in parts[_CELL].items()},
    )
    labels = {column: np.array(shown.to_pylist(), dtype=object) for column, shown in parts[_QUASI].items()}
    suppressed = table[_SUPPRESSED].combine_chunks().to_numpy(zero_copy_only=False).astype(np.bool_)
    columns = tuple(str(c) for c in facts["columns"])  # type: ignore[attr-defined]
    if not facts.get("in_detail"):  # entered before the ledger said it: the policy kept beside it does
        columns = in_detail(columns, Policy.read(path.with_name(POLICY)), "a key that was not noted")
    return Kept(name, str(facts["source_digest"]), people, labels, suppressed, columns)

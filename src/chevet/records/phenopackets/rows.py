"""Rows made from packets, one at a time, each with the place of its packet for the import report."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa

from chevet.records.report import Act, ImportReport
from chevet.records.tables import TABLES
from chevet.records.values import ReadValue, class_of_medicine, is_missing, reader_of


class PacketRows:
    """Gathers rows; in the report, `file` is the folder or archive and `line` the place of the packet in it."""

    def __init__(self, file: str) -> None:
        self.report = ImportReport()
        self.owners: dict[str, str] = {}
        self._parents: list[tuple[str, int]] = []
        self._file = file
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self._keys: dict[str, set[tuple[Any, ...]]] = {name: set() for name in TABLES}
        self._told: dict[tuple[str, str, Act], list[int]] = {}
        self._readers: dict[tuple[str, str], ReadValue] = {}
        self._untaken: dict[str, Counter[int]] = {}

    def add(self, table: str, place: int, **values: Any) -> bool:
        """Keep one row, unless its key is taken; True when it was kept."""
        self.report.count_read(table, 1)
        key = tuple(values.get(name) for name in TABLES[table].key)
        if key and key in self._keys[table]:
            self.tell(table, place, "duplicate_sample" if table == "sample" else "duplicate_key", "rejected")
            return False
        self._keys[table].add(key)
        if table == "sample":
            self.owners[values["sample_id"]] = values["patient_id"]
            if values.get("parent_sample_id"):
                self._parents.append((values["parent_sample_id"], place))
        self._rows[table].append(values)
        return True

    def has(self, table: str, *key: Any) -> bool:
        """Whether a row of this key was kept."""
        return tuple(key) in self._keys[table]

    def refuse(self, table: str, place: int, reason: str) -> None:
        """An entry that gives no row."""
        self.report.count_read(table, 1)
        self.tell(table, place, reason, "rejected")

    def tell(self, table: str, place: int, reason: str, act: Act) -> None:
        """Say something about the packet at `place`."""
        self._told.setdefault((table, reason, act), []).append(place)

    def value(self, table: str, field: str, text: str | None, place: int) -> Any:
        """`text` read as a value of the field; what was done to it is reported."""
        if text is None or is_missing(text):
            return None
        reader = self._readers.get((table, field))
        if reader is None:
            reader = self._readers[(table, field)] = reader_of(TABLES[table].field(field))
        said = reader(text)
        if said.reason is not None:
            self.tell(table, place, said.reason, said.act)
        return said.value

    def class_of(self, treatment: str | None) -> str | None:
        """The class of a treatment, when its name is enough to know it."""
        return class_of_medicine(treatment).value if treatment else None

    def leave(self, path: str, place: int) -> None:
        """A value of the packet has no place in the record."""
        self._untaken.setdefault(path, Counter())[place] += 1

    def finish(self) -> dict[str, pa.Table]:
        """The tables; everything told goes to the report."""
        for parent, place in self._parents:
            if parent not in self.owners:
                self.tell("sample", place, "parent_sample_without_row", "noted")
        tell = {"rejected": self.report.reject, "repaired": self.report.repair, "noted": self.report.note}
        for (table, reason, act), places in self._told.items():
            tell[act](table, self._file, places, reason)
        for path, found in self._untaken.items():
            self.report.note(_table_of(path), f"{self._file}, field {path}", found.elements(), "field_without_place")
        return {
            name: pa.Table.from_pylist(rows, schema=TABLES[name].schema) for name, rows in self._rows.items() if rows
        }


def _table_of(path: str) -> str:
    """The table of the record that a part of a packet is closest to."""
    part = path.split(".")[0].removesuffix("[]")
    return {
        "subject": "patient", "diseases": "diagnosis", "biosamples": "sample", "interpretations": "variant",
        "medicalActions": "treatment", "measurements": "measurement", "phenotypicFeatures": "measurement",
    }.get(part, "study_file")  # fmt: skip

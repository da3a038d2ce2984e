"""A mapping: how the columns of somebody's tables become the columns of our record.

It is written as a small TOML file; docs/how-to/import-tables-with-a-mapping.md explains every key.
`mapping_file` reads and checks it, `mapped_tables` applies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNITS = ("days", "weeks", "months", "years", "fraction", "percent")
THROUGH = ("oncotree", "tcga", "ncit")
OTHERWISE = ("empty", "reject", "stop")
KEEP = ("most", "first", "last", "stop")
UNLISTED = ("reject", "add", "stop")
REJECT_REASONS = ("set_aside_by_mapping", "patient_withdrawn")
DUPLICATE_REASONS = ("duplicate_row", "duplicate_between_aliquots")


@dataclass(frozen=True)
class FieldRule:
    """Where one field of the record comes from: the first filled of `columns`, or a `constant`."""

    columns: tuple[str, ...] = ()
    constant: str | int | float | bool | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    through: str | None = None
    unit: str | None = None
    formats: tuple[str, ...] = ()
    since: str | None = None


@dataclass(frozen=True)
class EndpointRule:
    """One survival time, made from a column of times and a column of statuses."""

    endpoint: str
    time: str
    status: str
    occurred: tuple[str, ...]
    not_yet: tuple[str, ...]
    unit: str = "days"


@dataclass(frozen=True)
class RejectRule:
    """Rows to leave out, with their reason; `whole_patient` leaves out the patient everywhere."""

    column: str
    values: tuple[str, ...]
    reason: str = "set_aside_by_mapping"
    whole_patient: bool = False


@dataclass(frozen=True)
class DuplicateRule:
    """Rows that say the same thing: those equal in the fields `same`; one of them is kept.

    `keep = "most"` keeps the row with the greatest sum of the fields `of` (the first of equals).
    """

    same: tuple[str, ...]
    keep: str = "stop"
    of: tuple[str, ...] = ()
    reason: str = "duplicate_row"


@dataclass(frozen=True)
class TableRule:
    """One table of the record, fed by some files."""

    record: str
    files: tuple[str, ...]
    fields: Mapping[str, FieldRule]
    endpoints: tuple[EndpointRule, ...] = ()
    unpivot: tuple[str, ...] | None = None
    unpivot_others: bool = False
    once: bool = False
    reject: tuple[RejectRule, ...] = ()
    duplicates: DuplicateRule | None = None
    set_aside: tuple[str, ...] = ()

    def columns_used(self) -> set[str]:
        """The columns that this rule reads or sets aside by name."""
        used = set(self.set_aside) | set(self.unpivot or ())
        for rule in self.fields.values():
            used.update(rule.columns)
            used.update([rule.since] if rule.since else [])
        for endpoint in self.endpoints:
            used.update([endpoint.time, endpoint.status])
        used.update(rule.column for rule in self.reject)
        return used


@dataclass(frozen=True)
class TablesMapping:
    """A whole mapping file, checked."""

    name: str
    title: str
    tables: tuple[TableRule, ...]
    description: str = ""
    citation: str = ""
    pmid: str = ""
    assembly: str = ""
    missing: tuple[str, ...] = ()
    unlisted: str = "reject"

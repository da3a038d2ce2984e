"""A home with small tables of others in it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from chevet.targets.evidence import Source
from chevet.targets.sources.kept import keep
from chevet.targets.sources.kinds import SCHEMAS, Kind

DAY = datetime.date(2026, 11, 28)


def source(kind: Kind) -> Source:
    """Where the made-up table of this kind comes from."""
    return Source(f"made {kind}", "2026-01-02", kind.encode().hex())


def kept(home: Path, kind: Kind, *rows: dict[str, Any]) -> None:
    """Keep a table of these rows; what a row does not say is null."""
    schema = SCHEMAS[kind]
    columns = {name: [row.get(name) for row in rows] for name in schema.names}
    keep(
        home, kind, pa.table(columns, schema=pa.schema([one.with_nullable(True) for one in schema])), source(kind), DAY
    )


def medicine(gene: str, name: str, action: str | None = None, phase: int | None = None, **more: Any) -> dict[str, Any]:
    """A row of a table of medicines."""
    return {"gene": gene, "medicine": name, "action": action, "phase": phase, "approved_in": [], **more}

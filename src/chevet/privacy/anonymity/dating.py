"""What the policy makes of calendar dates, before anything else is done to the table."""

from __future__ import annotations

import datetime
import re

import pyarrow as pa

from chevet.errors import BadInput, Refused
from chevet.privacy import dates
from chevet.privacy.anonymity.coding import Cells, in_one_piece
from chevet.privacy.anonymity.policy import Column, Policy
from chevet.privacy.keys import Key

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?")
# A column of which this share of what is said are whole dates holds dates, whatever the policy calls it.
MOSTLY = 0.5


def dated(table: pa.Table, policy: Policy, *, project: str = "", key: Key | None = None) -> pa.Table:
    """The table with its dates as the policy wants them: deaths by year or month, events by days, shifted or cut.

    project, key   whose secret shifts the dates, where the policy shifts them

    Dates of birth stay as they are: their hierarchy generalises them. Raises BadInput for a column of dates that
    the policy does not call so, and for cells that are no dates; Refused for a shift without a project.
    """
    _check_declared(table, policy)
    wanted = [c for c in policy.columns if c.date in ("death", "event") and c.name in table.column_names]
    made = {c.name: _dated(table, c, policy, project, key) for c in wanted}
    for name, cells in made.items():
        table = table.set_column(table.column_names.index(name), name, cells)
    return table


def _dated(table: pa.Table, column: Column, policy: Policy, project: str, key: Key | None) -> Cells:
    days = pa.chunked_array([_days_of(table, column.name)])
    if column.date == "death":
        return dates.death_dates(days, policy.death_dates)
    if policy.event_dates in ("month", "year"):
        return dates.truncated(days, policy.event_dates)
    if policy.event_dates == "shifted":
        return _shifted(table, days, policy, project, key)
    if column.name == policy.origin:
        return dates.truncated(days, "year")
    return dates.days_since(days, pa.chunked_array([_days_of(table, policy.origin)]))


def _shifted(table: pa.Table, days: Cells, policy: Policy, project: str, key: Key | None) -> Cells:
    identifiers = policy.of_role("identifier")
    if key is None or not identifiers:
        raise Refused(
            "the policy shifts dates per patient, which needs a project's key and a column of identifiers",
            next_act="Name the project (--project), and give the patients' column the role identifier.",
        )
    patients = table[identifiers[0].name].cast(pa.string())
    moved = dates.shifted(key, project, patients, days, within_days=policy.shift_within_days)
    return dates.truncated(moved, "day")


def _days_of(table: pa.Table, name: str) -> Cells:
    """A column as dates. Raises BadInput, counting the rows, for cells that are none."""
    found: list[datetime.date | None] = []
    wrong = 0
    for cell in in_one_piece(table, name).to_pylist():
        try:
            found.append(None if cell is None else datetime.date.fromisoformat(str(cell)[:10]))
        except ValueError:
            found.append(None)
            wrong += 1
    if wrong:
        raise BadInput(
            f"{wrong} cells of {name} are no dates such as 2021-05-17",
            next_act="Mend these cells, or take `date` away from this column of the policy.",
        )
    return pa.array(found, pa.date32())


def _check_declared(table: pa.Table, policy: Policy) -> None:
    """A column of dates that nobody called so would leave to the day, deaths among them."""
    undeclared = [
        c.name
        for c in policy.columns
        if c.role != "identifier" and not c.date and c.name in table.column_names and _holds_dates(table, c.name)
    ]
    if undeclared:
        raise BadInput(
            "these columns hold calendar dates, and the policy does not say of what: " + ", ".join(undeclared),
            next_act='Give each a line date = "birth", "death" or "event".',
        )


def _holds_dates(table: pa.Table, name: str) -> bool:
    if not pa.types.is_string(table[name].type):
        return False
    said = [value for value in table[name].unique().to_pylist() if value]
    return bool(said) and sum(bool(_DATE.fullmatch(value)) for value in said) > MOSTLY * len(said)

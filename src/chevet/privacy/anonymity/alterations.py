"""The alterations that go out beside a release, where its policy asks for them, and whom their list singles out.

They are released by `genomic` at the policy's detail, no name carried by fewer than so many patients. The list of
one person may still be theirs alone; that is measured, and decides whether the whole may be called anonymised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from chevet.errors import BadInput
from chevet.privacy.anonymity.classes import classes_of
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.coding import Cells, in_one_piece
from chevet.privacy.anonymity.extract import PATIENT_ID, table_digest
from chevet.privacy.anonymity.models.view import as_shown
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.genomic import AlterationRelease, carried, release_alterations, singling_out
from chevet.store.ledger import canonical, sha256

if TYPE_CHECKING:
    from chevet.privacy.anonymity.release import Prepared

pc: Any = pyarrow.compute
LIMIT = "singled_out_by_alterations"
KNOWN = (1, 2, 3)


@dataclass(frozen=True)
class Alterations:
    """What goes out beside the table.

    tables   alterations (one row per person and alteration), alterations_people (whom the table shows, and their
             group of coverage), alterations_tested (what was tested in each group)
    report   figures, as `report.json` keeps them
    """

    tables: Mapping[str, pa.Table]
    report: dict[str, Any]


def alterations_of(
    ready: Prepared, released: Released, names: Cells | None, numbers: Callable[[], npt.NDArray[np.intp]]
) -> Alterations | None:
    """The alterations that the policy asks for, or None when it asks for none.

    names     (n,) the project's pseudonyms, which then join the list to the table; None: nothing joins them
    numbers   gives (n,) what people are called when nothing joins them: an order that says nothing

    Raises BadInput for a table that is no study: alterations belong to a study of the lake.
    """
    policy = ready.policy
    if policy.alterations == "none":
        return None
    if ready.source.opened is None:
        raise BadInput(
            "the policy releases alterations, and this table is of no study",
            next_act='Import the study and name it (--study), or say [genomic] detail = "none".',
        )
    called = pa.array([str(number + 1) for number in numbers()], pa.string()) if names is None else names
    # Whoever is suppressed in the table is left out, joined or not: the lists of two versions that differ by one
    # person would leave hers. Before names are counted, so that each keeps its carriers.
    kept = ~released.suppressed
    shown: Cells = in_one_piece(ready.source.table, PATIENT_ID).filter(pa.array(kept))
    found = release_alterations(
        ready.source.opened, policy.alterations, policy.alteration_patients, patients=pa.chunked_array([shown])
    )
    tables = _renamed(found, shown, called.filter(pa.array(kept)))
    if names is None:
        return Alterations(tables, _report(tables, None, policy))
    in_order = np.argsort(np.array(called.to_pylist(), dtype=object)[kept])
    return Alterations(tables, _report(tables, classes_of(as_shown(released)).of[kept][in_order], policy))


def _renamed(found: AlterationRelease, patients: Cells, names: Cells) -> dict[str, pa.Table]:
    """The three tables under the names that go out, sorted by them.

    patients, names   (n,) each patient, and what he is called outside
    """

    def under_their_names(table: pa.Table) -> pa.Table:
        people_of = pa.chunked_array([names]).take(pc.index_in(table[PATIENT_ID], value_set=patients))
        made = table.drop_columns([PATIENT_ID]).add_column(0, "person", people_of)
        return made.sort_by([(name, "ascending") for name in made.column_names]).combine_chunks()

    return {
        "alterations": under_their_names(found.table),
        "alterations_people": under_their_names(found.patients),
        "alterations_tested": found.tested,
    }


def _report(tables: Mapping[str, pa.Table], classes: npt.NDArray[np.int32] | None, policy: Policy) -> dict[str, Any]:
    """The figures. `classes`, of the people in the order of the tables: what the joined table tells of them besides."""
    people = tables["alterations_people"]["person"]
    if classes is not None:
        classes = classes[np.argsort(np.argsort(people.to_numpy(zero_copy_only=False)))]
    data = carried(
        tables["alterations"].rename_columns(["patient_id", *tables["alterations"].column_names[1:]]), people
    )
    figures = singling_out(data, classes=classes, known=KNOWN)
    limit = policy.thresholds.get(LIMIT, 0.0)
    return {
        "detail": policy.alterations,
        "at_least": policy.alteration_patients,
        "rows": tables["alterations"].num_rows,
        "people": figures["patients"],
        "joined": classes is not None,
        "singled_out": figures["list"],
        "limit": limit,
        "holds": figures["list"] <= limit,
        "known": {str(known): dict(shares) for known, shares in figures["known"].items()},
        "digest": sha256(canonical({name: table_digest(table) for name, table in tables.items()})),
    }

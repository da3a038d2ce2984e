"""Analyses of many patients under a permit: who may ask for which, and what is written down.

An analysis of a cohort's genes gives exact numbers above the floor. It stands outside the account of what checked and
noised answers tell together (`overlap`, `differences`), so a permit gives it by name, and the committee knows that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chevet.cohort.definition import parse
from chevet.errors import ChevetError
from chevet.room.ask import QUESTION_ANSWERED, QUESTION_REFUSED, in_turn, require_given, require_questions_left
from chevet.room.permits import Permits
from chevet.room.refusals import NotPermitted, why_code
from chevet.room.tokens import Pass
from chevet.store.lake import Lake

MODE = "targets"
# Of these the answer names residues, which a permit for genes alone does not give.
OF_RESIDUES = ("shape", "targets", "dossier")
_ENOUGH = ("hotspot", "exact")


@contextmanager
def under_permit(
    lake: Lake, permits: Permits, passed: Pass, study: str, kind: str, definition: str
) -> Iterator[None]:  # fmt: skip
    """Do the analysis within; it is entered as answered when that ends, and as refused when that is refused.

    kind   drivers, shape, relations, outcome, targets or dossier

    Raises NotPermitted when the permit does not give this study, these analyses, or the detail that this one shows;
    LimitReached when all its questions were asked; and what the analysis raises.
    """
    said: dict[str, Any] = {
        "study": study, "mode": MODE, "permit": passed.permit.id, "project": passed.permit.project, "kind": kind,
        "definition": str(parse(definition)),
    }  # fmt: skip
    with in_turn(lake, passed):
        try:
            require_given(passed, study, None, MODE)
            _require_detail(passed, kind)
            require_questions_left(lake, permits, passed)
            said["version"] = _current(lake, passed, study)
            permits.require(passed.permit.id, passed.person, "ask")
            yield
        except ChevetError as error:
            told = {"reason": error.message, "why_code": why_code(error)}
            lake.ledger.append(QUESTION_REFUSED, actor=passed.person, **said, **told)
            raise
        lake.ledger.append(QUESTION_ANSWERED, actor=passed.person, **said)


def _current(lake: Lake, passed: Pass, study: str) -> int:
    """The version that is analysed: the current one, which the permit must give."""
    current, given = lake.open(study).number, passed.permit.version
    if given not in (None, current):
        raise NotPermitted(
            f"permit {passed.permit.id} is for version {given} of {study}; analyses are of the current one, {current}",
            next_act="Ask a steward for a permit for the current version.",
        )
    return current


def _require_detail(passed: Pass, kind: str) -> None:
    detail = passed.permit.conditions.genomic_detail
    if kind in OF_RESIDUES and detail not in _ENOUGH:
        raise NotPermitted(
            f"permit {passed.permit.id} gives the genomic detail `{detail}`, and this analysis shows residues",
            next_act="Ask a steward for a permit with the detail `hotspot`, or ask which genes alone: "
            "chevet targets drivers",
        )

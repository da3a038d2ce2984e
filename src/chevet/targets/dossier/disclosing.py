"""What of a dossier must be left out since another number of it would make it tell of one to four patients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chevet.cohort.genes import GeneFrequency
from chevet.cohort.survival import Survival
from chevet.errors import Refused
from chevet.privacy.disclosure import is_small
from chevet.targets.dossier.eligible import Eligible
from chevet.targets.evidence import Line
from chevet.targets.ranking.carried import Carried
from chevet.targets.ranking.disclosing import without_small_differences

_OF_SURVIVAL = "vital_status"


def kinds_beside(kinds: Iterable[GeneFrequency], carried: Carried | None, kind: str) -> tuple[GeneFrequency, ...]:
    """Each kind of alteration, without the number of any alteration where those of single kinds would be told by it.

    Raises Refused when that is what counts as carrying the gene: the dossier counts those in many ways.
    """
    withheld = carried is not None and carried.by_kind["any"].told == "withheld"
    if withheld and kind == "any":
        raise Refused(
            "carriers of any alteration, less those of one kind, would speak of single persons",
            next_act="Ask for one kind: --kind variant.",
        )
    return tuple(
        replace(one, altered=None, frequency=None, ci_low=None, ci_high=None) if withheld and one.kind == "any" else one
        for one in kinds
    )


def curves_beside(found: Survival | None, altered: int, tested: int) -> Survival | None:
    """The curves, unless one to four carriers, or others who were tested, have none.

    altered, tested   patients of the cohort
    """
    if found is None:
        return None
    drawn = {group.key: group.patients for group in found.groups}
    missing = altered - drawn.get("altered", 0), tested - altered - drawn.get("not_altered", 0)
    return None if any(is_small(max(count, 0)) for count in (*missing, sum(missing))) else found


def lines_beside(lines: Iterable[Line], found: Survival | None) -> tuple[Line, ...]:
    """The lines; those on survival lack their numbers where one to four patients are on a curve and not among them."""
    if found is None:
        return tuple(lines)
    drawn = {group.key: group.patients for group in found.groups}
    altered, others = drawn.get("altered"), drawn.get("not_altered")
    if altered is None or others is None:
        return tuple(lines)
    return tuple(without_small_differences(line, altered, altered + others) for line in lines)


def trial_beside(found: Eligible, curves: Survival | None) -> Eligible:
    """Carriers by criteria, none told where these ask who lives and a number of the carriers' curve is as good as one
    of theirs: the difference would be of one to four."""
    carriers = next((group for group in curves.groups if group.key == "altered"), None) if curves else None
    if carriers is None or carriers.events is None or _OF_SURVIVAL not in found.criteria:
        return found
    cells = [count for count in (found.met, found.not_met, found.unknown) if count is not None]
    beside = (carriers.patients, carriers.events, carriers.patients - carriers.events)
    if any(is_small(abs(cell - count)) for cell in cells for count in beside):
        return Eligible(found.criteria, None, None, None)
    return found

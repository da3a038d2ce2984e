"""Medicines that must not be given, each with the finding and the source that say so."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from chevet.genomics.finding import Finding
from chevet.therapy.case import Clinical
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Effect, Statement
from chevet.therapy.matching.candidate import Candidate
from chevet.words import treatments

TAKES_AWAY: frozenset[Effect] = frozenset({"resistance", "excluded", "contraindicated"})


@dataclass(frozen=True)
class Withheld:
    """A regimen (one medicine, or a combination) that is not to be given.

    effect      of the statement; `progressed` when the tumour grew under it
    because     the findings that speak against it; none for `progressed`
    statements  that say so, the best supported first
    """

    therapy: tuple[str, ...]
    effect: Effect | str
    because: tuple[Finding, ...] = ()
    statements: tuple[Statement, ...] = ()


def withheld(candidates: Iterable[Candidate], clinical: Clinical, usual: Container[str]) -> tuple[Withheld, ...]:
    """What is taken away: by what was found in this tumour, and by what failed before.

    usual   medicines that some label or trial gives in this tumour: an exclusion is told of these alone
    """
    reasons: dict[tuple[str, ...], list[Candidate]] = {}
    for one in candidates:
        if one.statement.effect in TAKES_AWAY and one.is_found and one.fit.tumour and _holds(one):
            for therapy in _each(one.statement.therapy):
                if one.statement.effect == "excluded" and len(therapy) == 1 and therapy[0] not in usual:
                    continue
                reasons.setdefault(therapy, []).append(one)
    found = [_gathered(therapy, group) for therapy, group in reasons.items()]
    told = {medicine for one in found if len(one.therapy) == 1 for medicine in one.therapy}
    failed = [name.name for text in clinical.progressed_on if (name := treatments.medicine(text)) is not None]
    found += [Withheld((name,), "progressed") for name in dict.fromkeys(failed) if name not in told]
    return tuple(sorted(found, key=_order))


def _holds(one: Candidate) -> bool:
    """What was given before must be said, and the line too unless nothing is said of it."""
    return one.fit.line is not False and one.fit.required is True


def _each(therapy: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every medicine of a group by itself; a combination stays one."""
    if len(therapy) == 1:
        return [(medicine,) for medicine in sorted(base.medicines_of(therapy[0]))]
    return [therapy]


def _gathered(therapy: tuple[str, ...], group: list[Candidate]) -> Withheld:
    group.sort(key=lambda one: (one.statement.level, one.statement.effect != "contraindicated", one.statement.id))
    because = tuple(dict.fromkeys(finding for one in group for finding in one.because))
    return Withheld(therapy, group[0].statement.effect, because, tuple(one.statement for one in group))


def _order(one: Withheld) -> tuple[object, ...]:
    """Because of a finding first, then for want of a target; each by the level of evidence."""
    first = one.statements[0] if one.statements else None
    return (not one.because and first is not None, first.level if first else "", first.id if first else "", one.therapy)


def is_withheld(candidate: Candidate, all_withheld: Iterable[Withheld]) -> Withheld | None:
    """What takes this treatment away, if anything does.

    A label that gives a combination *because* of the very finding that elsewhere speaks against one of its medicines
    knows of it: adagrasib with cetuximab for KRAS p.G12C.
    """
    every = list(all_withheld)
    alone = {one.therapy[0] for one in every if len(one.therapy) == 1 and one.effect != "progressed"}
    wanted: set[str] = set()
    for name in candidate.statement.therapy:
        members = base.medicines_of(name)
        # of a group any other member may be given; when none is left, each of them stands for it
        wanted |= members if not name.startswith("@") or members <= alone else {name}
    for one in every:
        if not set(one.therapy) <= wanted:
            continue
        if one.effect == "progressed":
            if len(candidate.statement.therapy) == 1 or set(candidate.statement.therapy) == set(one.therapy):
                return one
            continue
        if len(wanted) > len(one.therapy) and set(one.because) <= set(candidate.because):
            continue
        return one
    return None

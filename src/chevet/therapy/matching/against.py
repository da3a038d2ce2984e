"""Medicines that must not be given, each with the finding and the source that say so."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from chevet.genomics.finding import Finding
from chevet.therapy import rules
from chevet.therapy.case import Case
from chevet.therapy.evaluating import Tumour, evaluate
from chevet.therapy.fitting import tumour_fits
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Effect, Statement
from chevet.therapy.matching.candidate import Candidate, asked_for, is_target
from chevet.therapy.rules import Atom
from chevet.words import treatments

TAKES_AWAY: frozenset[Effect] = frozenset({"resistance", "excluded", "contraindicated"})


@dataclass(frozen=True)
class Withheld:
    """A regimen (one medicine, or a combination) that is not to be given.

    effect      of the statement; `progressed` when the tumour grew under it
    because     the findings that speak against it, without those that the medicine is given for; none for `progressed`
    statements  that say so, the best supported first
    others      further reasons of another kind, each with its findings: a label forbids, a trial found no response
    """

    therapy: tuple[str, ...]
    effect: Effect | str
    because: tuple[Finding, ...] = ()
    statements: tuple[Statement, ...] = ()
    others: tuple[Withheld, ...] = ()

    @property
    def every_finding(self) -> tuple[Finding, ...]:
        """All findings that speak against it, whatever the kind of the reason."""
        return tuple(dict.fromkeys((*self.because, *(finding for one in self.others for finding in one.because))))

    @property
    def every_statement(self) -> tuple[Statement, ...]:
        """All statements that say so, those of the first kind of reason first."""
        return (*self.statements, *(statement for one in self.others for statement in one.statements))

    @property
    def for_want(self) -> bool:
        """Whether only its target is missing: nothing that was found forbids it."""
        return (
            self.effect != "progressed"
            and not any(is_target(one) for one in self.every_finding)
            and not any(one.effect == "contraindicated" for one in (self, *self.others))
        )


def withheld(
    candidates: Iterable[Candidate], case: Case, usual: Container[str], targets: Targets
) -> tuple[Withheld, ...]:
    """What is taken away: by what was found in this tumour, and by what failed before.

    usual     medicines that some label or trial gives in this tumour: an exclusion is told of these alone
    targets   the findings that medicines are given for: they are no reason against them
    """
    reasons: dict[tuple[str, ...], list[Candidate]] = {}
    for one in candidates:
        if one.statement.effect in TAKES_AWAY and one.is_found and one.fit.tumour and _holds(one):
            for therapy in _each(one.statement.therapy):
                if one.statement.effect == "excluded" and len(therapy) == 1 and therapy[0] not in usual:
                    continue
                reasons.setdefault(therapy, []).append(one)
    found = [_gathered(therapy, group, targets) for therapy, group in reasons.items()]
    told = {medicine for one in found if len(one.therapy) == 1 for medicine in one.therapy}
    failed = [name.name for text in case.clinical.progressed_on if (name := treatments.medicine(text)) is not None]
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


class Targets:
    """Which findings a treatment is given for in this tumour: what a sensitivity to it asks for, and what is there."""

    def __init__(self, statements: Iterable[Statement], case: Case, tumour: Tumour) -> None:
        self._tumour = tumour
        self._asked: dict[frozenset[str], set[Atom]] = {}
        for one in statements:
            if one.effect == "sensitivity" and tumour_fits(one.tumour, case.diagnosis.oncotree) is not False:
                for therapy in _each(one.therapy):
                    self._asked.setdefault(frozenset(therapy), set()).update(asked_for(one.biomarker))

    def of(self, statement: Statement) -> frozenset[Finding]:
        """The findings that the treatments of a statement are given for; of a group, those of any of its members."""
        asked = {atom for therapy in _each(statement.therapy) for atom in self._asked.get(frozenset(therapy), ())}
        verdicts = (evaluate(atom, self._tumour) for atom in asked)
        return frozenset(finding for verdict in verdicts if verdict.holds for finding in verdict.because)


def _gathered(therapy: tuple[str, ...], group: list[Candidate], targets: Targets) -> Withheld:
    """The reasons against one treatment, the best supported kind first."""
    group.sort(key=lambda one: (one.statement.level, one.statement.effect != "contraindicated", one.statement.id))
    by_effect: dict[Effect, list[Candidate]] = {}
    for one in group:
        by_effect.setdefault(one.statement.effect, []).append(one)
    first, *others = [
        Withheld(therapy, effect, _reasons(of_effect, targets), tuple(one.statement for one in of_effect))
        for effect, of_effect in by_effect.items()
    ]
    return Withheld(therapy, first.effect, first.because, first.statements, tuple(others))


def _reasons(group: list[Candidate], targets: Targets) -> tuple[Finding, ...]:
    """The findings that speak against it: beside MET amplified, the EGFR mutation is what osimertinib is given for."""
    found: list[Finding] = []
    for one in group:
        known = targets.of(one.statement)
        found += [finding for finding in one.because if finding not in known] or one.because
    return tuple(dict.fromkeys(found))


_EFFECTS = ("progressed", "contraindicated", "resistance", "excluded")


def _order(one: Withheld) -> tuple[object, ...]:
    """Because of a finding first, then for want of a target; each by kind of reason, then by the level of evidence."""
    first = one.statements[0] if one.statements else None
    return (
        one.for_want, _EFFECTS.index(one.effect), first.level if first else "", first.id if first else "", one.therapy
    )  # fmt: skip


_WIDE = frozenset({"variant", "oncogenic", "activating", "altered", "pathogenic"})


def _is_given_for(candidate: Candidate, against: Iterable[Finding]) -> bool:
    """Whether a combination is given because of the very findings that speak against one of its medicines.

    A variant that its rule only covers by a wide word (C797S is "EGFR activating") is not what it was made for.
    """
    return all(one in candidate.because and not _only_widely(one, candidate.statement) for one in against)


def _only_widely(finding: Finding, statement: Statement) -> bool:
    if finding.alteration.type != "variant":
        return False
    atoms = rules.atoms(statement.biomarker)
    whats = {what for atom in atoms if isinstance(atom, rules.GeneAtom) and atom.gene == finding.alteration.gene
             for what in atom.whats}  # fmt: skip
    return bool(whats) and whats <= _WIDE


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
        if len(wanted) > len(one.therapy) and _is_given_for(candidate, one.every_finding):
            continue
        return one
    return None

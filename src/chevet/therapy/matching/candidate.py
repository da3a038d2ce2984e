"""One statement, read against one case."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chevet.genomics import roles
from chevet.genomics.finding import Finding
from chevet.genomics.known_variants import residue_alone
from chevet.therapy import rules
from chevet.therapy.case import Case, Jurisdiction
from chevet.therapy.evaluating import CHANGE_OF, COPIES_OF, Tumour, Verdict, evaluate
from chevet.therapy.fitting import Fit, fit, is_agnostic
from chevet.therapy.knowledge import label_ages
from chevet.therapy.knowledge.statement import Agency, Approval, Statement
from chevet.therapy.rules import GeneAtom

AGENCY: dict[Jurisdiction, Agency] = {"EU": "EMA", "FR": "EMA", "US": "FDA"}


@dataclass(frozen=True)
class Candidate:
    """A statement whose biomarker is there, or could be, with how it fits the patient."""

    statement: Statement
    biomarker: Verdict
    fit: Fit

    @property
    def is_found(self) -> bool:
        """Whether the biomarker was found; the contrary is that a part of it was not tested."""
        return self.biomarker.holds is True

    @property
    def because(self) -> tuple[Finding, ...]:
        """The findings that speak for it."""
        return self.biomarker.because

    @property
    def could_be(self) -> bool:
        """Whether the target itself was found, and only what goes with it was not tested.

        A rule asks for a target and for its surroundings: PIK3CA in a hormone-sensitive tumour. Where the mutation is
        there and the receptors were not looked at, it is an option to complete; the other way round a test to do. So
        is the blood where an inherited change is asked for, in a gene that tumours mutate by themselves (VHL of a
        kidney).
        """
        wanted = {
            gene for atom in asked_for(self.statement.biomarker) if isinstance(atom, GeneAtom) for gene in (atom.gene,)
        }
        missing = {self._of_gene(name) for name in self.biomarker.missing}
        if any(_asks_for_birth(name) for name in missing):
            return False
        return not (wanted & missing) and any(is_target(one) for one in self.because)

    def _of_gene(self, missing: str) -> str:
        """The gene that is missing; none where its residue is told (BRAF V600): the target is there."""
        if any(residue_alone(one.alteration) for one in self.because):
            return missing
        return missing.removeprefix(COPIES_OF).removeprefix(CHANGE_OF)

    @property
    def is_agnostic(self) -> bool:
        """Whether it holds in every (solid) tumour."""
        return is_agnostic(self.statement)

    @property
    def narrowness(self) -> int:
        """How much the rule asks for: an exact change more than a residue, that more than a class."""
        return sum(
            3 if what.startswith("p.") and not rules.is_residue(what) else 2 if what.startswith(("p.", "exon")) else 1
            for atom in rules.atoms(self.statement.biomarker)
            if isinstance(atom, rules.GeneAtom)
            for what in atom.whats[:1]
        )

    def is_approved(self, case: Case, day: datetime.date) -> bool:
        """Whether the agency of the case's jurisdiction approves it at this age; any agency, where none was said."""
        wanted = {AGENCY[case.jurisdiction]} if case.jurisdiction_said else set(AGENCY.values())
        age = case.clinical.age_years
        return any(
            approval.agency in wanted and not label_ages.is_too_young(approval, self.statement.tumour, age)
            for approval in self.in_force(day)
        )

    def in_force(self, day: datetime.date) -> tuple[Approval, ...]:
        """The approvals that held on this day."""
        return tuple(
            one for one in self.statement.approvals if one.date <= day and (one.ended is None or one.ended > day)
        )


_SURROUNDINGS = frozenset({"er", "pr", "hr"})
_NOTHING_FOUND = frozenset({"negative", "stable", "proficient", "0", "absent", "wild_type", "unmutated"})


def is_target(one: Finding) -> bool:
    """Whether a finding is something to aim at: not a receptor that only goes with it, nor an absence."""
    change = one.alteration
    if change.type in ("signature", "expression"):
        return change.name not in _SURROUNDINGS and change.value not in _NOTHING_FOUND
    return change.type != "wild_type" and not one.is_benign


def _asks_for_birth(missing: str) -> bool:
    """Whether what is missing is that a change was inherited, of a gene in which few are."""
    origin, _, gene = missing.partition(" ")
    return origin == "germline" and not roles.is_inherited(gene)


def asked_for(rule: rules.Rule) -> tuple[rules.Atom, ...]:
    """The atoms of a rule that do not stand under *not*."""
    if isinstance(rule, rules.Negation):
        return ()
    if isinstance(rule, (rules.All, rules.Any)):
        return tuple(atom for part in rule.parts for atom in asked_for(part))
    return (rule,)


def candidates(statements: Iterable[Statement], case: Case, tumour: Tumour) -> Iterator[Candidate]:
    """The statements that may concern the patient: the biomarker is not absent."""
    for statement in statements:
        verdict = evaluate(statement.biomarker, tumour)
        if verdict.holds is not False:
            yield Candidate(statement, verdict, fit(statement, case))

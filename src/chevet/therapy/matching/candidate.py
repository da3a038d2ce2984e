"""One statement, read against one case."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chevet.genomics.finding import Finding
from chevet.therapy import rules
from chevet.therapy.case import Case, Jurisdiction
from chevet.therapy.evaluating import Tumour, Verdict, evaluate
from chevet.therapy.fitting import Fit, fit, is_agnostic
from chevet.therapy.knowledge.statement import Agency, Approval, Statement

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

    def in_force(self, day: datetime.date) -> tuple[Approval, ...]:
        """The approvals that held on this day."""
        return tuple(
            one for one in self.statement.approvals if one.date <= day and (one.ended is None or one.ended > day)
        )


def candidates(statements: Iterable[Statement], case: Case, tumour: Tumour) -> Iterator[Candidate]:
    """The statements that may concern the patient: the biomarker is not absent."""
    for statement in statements:
        verdict = evaluate(statement.biomarker, tumour)
        if verdict.holds is not False:
            yield Candidate(statement, verdict, fit(statement, case))

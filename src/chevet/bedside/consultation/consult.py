"""One case in, one consultation out. Nothing is fetched, and no patient's value is kept or written anywhere."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from chevet.bedside.case.reading import ReadCase
from chevet.genomics.finding import Finding
from chevet.genomics.judging import judge
from chevet.genomics.passengers import set_aside
from chevet.therapy.case import Case
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement
from chevet.therapy.matching.choosing import Choice, choose
from chevet.therapy.safety.advising import Safety, advise
from chevet.therapy.trials.matching import TrialMatch


@dataclass(frozen=True)
class Consultation:
    """What is known of this tumour and what follows, without words of any language.

    day      on which it was made: approvals and withdrawals are those of this day
    trials   None where the site has no folder of trials
    """

    read: ReadCase
    findings: tuple[Finding, ...]
    choice: Choice
    safety: Safety
    trials: tuple[TrialMatch, ...] | None
    knowledge: base.Base
    day: datetime.date

    @property
    def case(self) -> Case:
        return self.read.case


def consult(
    read: ReadCase,
    *,
    day: datetime.date,
    knowledge: base.Base | None = None,
    trials: tuple[TrialMatch, ...] | None = None,
) -> Consultation:
    """The consultation of a case on a day, by our knowledge unless another base is given."""
    case = read.case
    known = knowledge or base.Base.own()
    findings = set_aside(judge(case.alterations, case.diagnosis.oncotree))
    choice = choose(case, findings, known.statements, day=day)
    safety = advise(case, _medicines(choice), findings)
    return Consultation(read, findings, choice, safety, trials, known, day)


def _medicines(choice: Choice) -> Sequence[str]:
    """The medicines of every option, groups opened, each once."""
    named = [name for option in choice.options for therapy in option.therapy for name in base.medicines_of(therapy)]
    return tuple(dict.fromkeys(named))


def statements_of(choice: Choice) -> tuple[Statement, ...]:
    """Every statement that the consultation rests on."""
    found = [one.statement for option in choice.options for one in (option.lead, *option.others)]
    found += [statement for one in choice.against for statement in one.statements]
    found += [one.statement for one in (*choice.cautions, *choice.facts)]
    return tuple(dict.fromkeys(found))

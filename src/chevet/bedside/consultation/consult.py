"""One case in, one consultation out. Nothing is fetched, and no patient's value is kept or written anywhere."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chevet.bedside.case.reading import ReadCase
from chevet.bedside.consultation.completing import Measures, completed
from chevet.genomics.finding import Finding
from chevet.genomics.judging import judge
from chevet.genomics.passengers import set_aside
from chevet.therapy.case import Case
from chevet.therapy.evaluating import Tumour
from chevet.therapy.fitting import tumour_fits
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.importing.kept import KeptBase
from chevet.therapy.knowledge.statement import Statement
from chevet.therapy.matching.candidate import Candidate, candidates
from chevet.therapy.matching.choosing import Choice, choose
from chevet.therapy.safety.advising import Safety, advise, tests_of
from chevet.therapy.safety.pharmacogenetics import advise_genes, rules
from chevet.therapy.trials.matching import TrialMatch, match_trials


@dataclass(frozen=True)
class Consultation:
    """What is known of this tumour and what follows, without words of any language.

    day      on which it was made: approvals and withdrawals are those of this day
    trials   None where the site has no folder of trials
    others   what bases of others say of these findings in this tumour, by base; evidence to read, never an option
    """

    read: ReadCase
    findings: tuple[Finding, ...]
    choice: Choice
    safety: Safety
    trials: tuple[TrialMatch, ...] | None
    knowledge: base.Base
    day: datetime.date
    others: tuple[tuple[KeptBase, tuple[Candidate, ...]], ...] = ()
    measures: Measures = field(default_factory=Measures)

    @property
    def case(self) -> Case:
        return self.read.case


def consult(
    read: ReadCase,
    *,
    day: datetime.date,
    knowledge: base.Base | None = None,
    trials: Path | None = None,
    imported: Sequence[KeptBase] = (),
    home: Path | None = None,
) -> Consultation:
    """The consultation of a case on a day, by our knowledge unless another base is given.

    trials     folder of the site's trials, as CTML
    imported   bases of others that the site brought in
    home       CHEVET_HOME, for the site's references and signatures
    """
    read, measures = completed(read, home)
    case = read.case
    known = knowledge or base.Base.own()
    findings = set_aside(judge(case.alterations, case.diagnosis.oncotree, purity=case.purity))
    if any(flag.key == "fusions_exclude_each_other" for flag in read.flags):
        findings = tuple(_doubted(one) for one in findings)
    choice = choose(case, findings, known.statements, day=day)
    safety = _with_genes(advise(case, _medicines(choice), findings), case, findings, known)
    others = tuple((one, _said_by(one, case, findings)) for one in imported)
    matched = match_trials(case, findings, trials) if trials is not None else None
    return Consultation(read, findings, choice, safety, matched, known, day, others, measures)


def _doubted(one: Finding) -> Finding:
    """A fusion of a file that lists more drivers than one tumour has: nothing is given on its word."""
    return replace(one, verdict="uncertain") if one.alteration.type == "fusion" else one


def _said_by(kept: KeptBase, case: Case, findings: tuple[Finding, ...]) -> tuple[Candidate, ...]:
    """What a base of others says: the finding is there, and the tumour fits; the best supported first."""
    tumour = Tumour(findings, case.tested)
    found = [one for one in candidates(kept.statements(), case, tumour) if one.is_found and one.fit.tumour is not False]
    return tuple(sorted(found, key=lambda one: (one.statement.level, one.statement.effect, one.statement.therapy)))


def _medicines(choice: Choice) -> Sequence[str]:
    """The medicines of every option, groups opened, each once."""
    named = [name for option in choice.options for part in option.therapy for name in sorted(base.medicines_of(part))]
    return tuple(dict.fromkeys(named))


# Medicines that few rules name, for they ask for no finding, and that a tumour of any kind may be given.
_CYTOTOXICS = frozenset({"DPYD", "TPMT", "NUDT15"})


def _with_genes(safety: Safety, case: Case, findings: tuple[Finding, ...], known: base.Base) -> Safety:
    """The advice, with what a known genotype asks of medicines that are not proposed and may be given all the same.

    Whoever carries DPYD *2A must not learn it from a page that proposes fluorouracil only.
    """
    told = {one.medicine for one in safety.advice}
    usual = {
        medicine
        for one in known.statements
        if one.effect == "sensitivity" and tumour_fits(one.tumour, case.diagnosis.oncotree)
        for name in one.therapy
        for medicine in base.medicines_of(name)
    }
    asked = [name for rule in rules() for name in rule.medicines if name in usual or rule.gene in _CYTOTOXICS]
    others = [name for name in dict.fromkeys(asked) if name not in told]
    found, _ = advise_genes(case, others, findings, tests_of(case))
    return replace(safety, advice=(*safety.advice, *(one for one in found if one.kind in ("avoid", "dose"))))


def statements_of(choice: Choice) -> tuple[Statement, ...]:
    """Every statement that the consultation rests on."""
    found = [one.statement for option in choice.options for one in (option.lead, *option.others)]
    found += [statement for one in choice.against for statement in one.every_statement]
    found += [one.statement for one in (*choice.cautions, *choice.facts)]
    return tuple(dict.fromkeys(found))

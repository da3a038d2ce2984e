"""What may be given to this patient, what must not, and what would have to be known."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chevet.genomics.finding import Finding
from chevet.therapy import rules
from chevet.therapy.case import Case
from chevet.therapy.evaluating import CHANGE_OF, Tumour
from chevet.therapy.fitting import is_agnostic, tumour_fits
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import WITHOUT_THERAPY, Statement
from chevet.therapy.matching.against import Targets, Withheld, is_withheld, withheld
from chevet.therapy.matching.candidate import AGENCY, Candidate, candidates, is_target
from chevet.therapy.matching.option import Option, gather


@dataclass(frozen=True)
class Choice:
    """Everything that knowledge says of one patient.

    options         what may be given now, the best supported first; those that still wait for a test come last
    removed         what a label would give, and what takes it away
    against         what must not be given
    untargeted      approved where certain findings are absent: no finding is the reason
    later           for another line or situation
    evidence        in this tumour, and approved by nobody: to be known, not to be offered
    elsewhere       known in other tumours only: evidence, not an option
    to_test         what a test could still open: the gene or marker, and the options that wait for it
    cautions        works less well, or harms more, because of what was found
    facts           prognosis and diagnosis
    """

    options: tuple[Option, ...]
    removed: tuple[tuple[Option, Withheld], ...]
    against: tuple[Withheld, ...]
    untargeted: tuple[Option, ...]
    later: tuple[Option, ...]
    evidence: tuple[Option, ...]
    elsewhere: tuple[Option, ...]
    to_test: tuple[tuple[str, tuple[Option, ...]], ...]
    cautions: tuple[Candidate, ...]
    facts: tuple[Candidate, ...]

    @property
    def nothing_approved(self) -> bool:
        """Whether no option is approved in the jurisdiction."""
        return not any(option.is_approved for option in self.options)


def choose(case: Case, findings: Sequence[Finding], statements: Iterable[Statement], *, day: datetime.date) -> Choice:
    """What the statements say of this case on this day."""
    tumour = Tumour(tuple(findings), case.tested)
    known = tuple(statements)
    every = list(candidates(known, case, tumour))
    usual = _usual(known, case.diagnosis.oncotree)
    against = withheld(every, case, usual, Targets(known, case, tumour))
    gives = [one for one in every if one.statement.effect == "sensitivity"]
    taken = {id(one): by for one in gives if (by := is_withheld(one, against)) is not None}
    free = [one for one in gives if id(one) not in taken]
    placed = bool(case.diagnosis.oncotree)
    in_tumour = [
        one
        for one in free
        if one.fit.tumour is not False and not _only_withdrawn(one, day) and (placed or one.is_agnostic)
    ]
    here = [one for one in in_tumour if not rules.only_absence(one.statement.biomarker)]
    untargeted = [one for one in in_tumour if rules.only_absence(one.statement.biomarker)]

    def options(found: Iterable[Candidate]) -> tuple[Option, ...]:
        return gather(list(found), case, day)

    fitting = [one for one in here if (one.is_found or one.could_be) and not one.fit.is_excluded]
    narrower = _approved_regimens(known, case, day)
    offered = [
        one
        for one in fitting
        if _may_be_offered(one, day)
        and (one.is_approved(case, day) or not one.in_force(day) or _regimen(one) not in narrower)
    ]
    now = options(offered)
    waiting = options(one for one in here if not one.is_found and not one.fit.is_excluded)
    shown = {option.therapy for option in now}
    by_reason = [(options([one])[0], taken[id(one)]) for one in gives if id(one) in taken and one.fit.tumour
                 and one.is_found and not one.fit.is_excluded]  # fmt: skip
    return Choice(
        options=now,
        removed=tuple({pair[0].therapy: pair for pair in by_reason}.values()),
        against=against,
        untargeted=options(one for one in untargeted if one.is_found and not one.fit.is_excluded),
        later=tuple(one for one in options(one for one in here if one.is_found and one.fit.is_excluded)
                    if one.therapy not in shown),
        evidence=options(one for one in fitting if one.is_found
                         and _regimen(one) not in {_regimen(other) for other in offered}),
        elsewhere=options(one for one in free if one.is_found and one not in in_tumour and _is_near(one, case)
                          and not _only_withdrawn(one, day) and one.fit.required is not False
                          and _tells_something(one) and one.statement.therapy not in shown),
        to_test=_to_test(
            waiting, {option.therapy for option in now if option.lead.is_found},
            narrow=any(_rests_on_a_target(option) for option in now),
        ),
        cautions=_cautions(every, now, _usual(known, case.diagnosis.oncotree, given_only=True)),
        facts=tuple(one for one in every if one.statement.effect in WITHOUT_THERAPY and one.is_found
                    and one.fit.tumour is not False and (placed or one.statement.effect == "diagnostic")),
    )  # fmt: skip


def _usual(statements: Iterable[Statement], diagnosis: str, *, given_only: bool = False) -> frozenset[str]:
    """The medicines that statements give in this tumour, groups opened; those that one names to leave out, too."""
    named: set[str] = set()
    for one in statements:
        named_out = not given_only and not any(name.startswith("@") for name in one.therapy)
        given = one.effect == "sensitivity" or named_out
        if given and not is_agnostic(one) and tumour_fits(one.tumour, diagnosis) is not False:
            for name in one.therapy:
                named |= base.medicines_of(name)
    return frozenset(named)


def _cautions(
    candidates: Iterable[Candidate], options: Iterable[Option], usual: frozenset[str]
) -> tuple[Candidate, ...]:
    """What speaks for care with medicines that are given in this tumour, those of the options first."""
    offered = {medicine for option in options for name in option.therapy for medicine in base.medicines_of(name)}

    def concerns(one: Candidate, medicines: Iterable[str]) -> bool:
        named = [base.medicines_of(name) for name in one.statement.therapy]
        return all(not members.isdisjoint(medicines) for members in named)

    found = [
        one
        for one in candidates
        if one.statement.effect in ("reduced_benefit", "toxicity")
        and one.is_found
        and one.fit.tumour
        and not one.fit.is_excluded
        and concerns(one, usual | offered)
    ]
    return tuple(sorted(found, key=lambda one: not concerns(one, offered)))


def _tells_something(one: Candidate) -> bool:
    """Whether evidence of another tumour rests on a target; an absence, or a karyotype, means nothing elsewhere."""
    return any(is_target(found) and not found.alteration.name.startswith("karyotype") for found in one.because)


def _regimen(one: Candidate) -> frozenset[str]:
    return frozenset(one.statement.therapy)


def _approved_regimens(statements: Iterable[Statement], case: Case, day: datetime.date) -> frozenset[frozenset[str]]:
    """Regimens on which the agency of the jurisdiction has spoken in this tumour, for whichever finding or line.

    Where it has, a wider label of another agency is no option here: olaparib for CHEK2 in Europe.
    """
    wanted = {AGENCY[case.jurisdiction]} if case.jurisdiction_said else set()
    return frozenset(
        frozenset(one.therapy)
        for one in statements
        if one.effect == "sensitivity"
        and any(a.agency in wanted and a.date <= day and (a.ended is None or a.ended > day) for a in one.approvals)
        and tumour_fits(one.tumour, case.diagnosis.oncotree) is not False
        and not is_agnostic(one)
    )


def _is_near(one: Candidate, case: Case) -> bool:
    """Whether the other tumour is of the same kind: what holds in blood says little of solid tumours."""
    blood = base.tumours_of(("HEME",))
    return (case.diagnosis.oncotree in blood) == any(code in blood for code in base.tumours_of(one.statement.tumour))


def _may_be_offered(one: Candidate, day: datetime.date) -> bool:
    """Approved by some agency, or on the word of a guideline (level A)."""
    return bool(one.in_force(day)) or one.statement.level == "A"


def _only_withdrawn(one: Candidate, day: datetime.date) -> bool:
    return bool(one.statement.approvals) and not one.in_force(day)


# Markers that no label asks to be tested: MOAlmanac of May 2026 lists the indications that name a biomarker, and no
# medicine against BCMA is among them.
_TAKEN_AS_THERE = frozenset({"bcma"})


def _rests_on_a_target(option: Option) -> bool:
    return option.lead.is_found and option.is_approved and any(is_target(finding) for finding in option.because)


def _to_test(
    waiting: tuple[Option, ...], open_: set[tuple[str, ...]], *, narrow: bool
) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """What was not tested, by how many approved options wait for it; first what was, and was not told exactly.

    open_    the regimens that are options already: a test opens none of these
    narrow   an approved option rests on a target that was found: only what completes another finding is still worth a
             test. That nothing was found (RAS wild type) closes no other door.
    """
    found: dict[str, list[Option]] = {}
    for option in waiting:
        if not option.is_approved or option.therapy in open_ or (narrow and not option.because):
            continue
        for name in option.to_test:
            if name not in _TAKEN_AS_THERE:
                found.setdefault(name, []).append(option)
    # a change that was found already has only to be asked for: that comes first
    by_weight = sorted(found.items(), key=lambda one: (not one[0].startswith(CHANGE_OF), -len(one[1]), one[0]))
    return tuple((name, tuple(group)) for name, group in by_weight)

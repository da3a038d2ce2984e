"""One regimen with everything that speaks for it, and the order of regimens."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.therapy.conditions import Condition
from chevet.therapy.knowledge import label_ages
from chevet.therapy.knowledge.statement import Approval, Statement
from chevet.therapy.matching.candidate import AGENCY, Candidate, is_target

_PLACES = {"preferred": 0, "alternative": 1, "": 2, "last": 3}
_ANSWERS = {True: 0, None: 1, False: 2}


@dataclass(frozen=True)
class Approved:
    """An approval with the statement that it was read from.

    from_years   of the label, where the patient is younger
    """

    approval: Approval
    statement: Statement
    in_force: bool
    from_years: float | None = None


@dataclass(frozen=True)
class Option:
    """A regimen that may be given.

    lead           the candidate that fits best
    others         further ones for the same regimen
    approvals      of all of them, those of the jurisdiction first
    to_test        genes and markers that the rule asks for and that were not tested
    to_check       conditions of which the case says nothing
    """

    therapy: tuple[str, ...]
    lead: Candidate
    others: tuple[Candidate, ...]
    approvals: tuple[Approved, ...]
    jurisdiction: bool
    day: datetime.date

    @property
    def because(self) -> tuple[Finding, ...]:
        """The findings, those of the best candidate first."""
        return tuple(dict.fromkeys(f for one in (self.lead, *self.others) if one.is_found for f in one.because)) or (
            self.lead.because
        )

    @property
    def to_test(self) -> tuple[str, ...]:
        return tuple(sorted(self.lead.biomarker.missing))

    @property
    def to_check(self) -> tuple[Condition, ...]:
        return tuple(condition for condition, holds in self.lead.fit.conditions if holds is None)

    @property
    def level(self) -> str:
        """A to D; below A where no agency approves it in this tumour."""
        return self.lead.statement.level

    @property
    def is_approved(self) -> bool:
        """Whether an approval of the jurisdiction holds for this tumour."""
        return self.jurisdiction

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(source for one in (self.lead, *self.others) for source in one.statement.sources))


def gather(found: Sequence[Candidate], case: Case, day: datetime.date) -> tuple[Option, ...]:
    """One option per regimen, in the order in which a board should read them."""
    by_therapy: dict[tuple[str, ...], list[Candidate]] = {}
    for one in found:
        by_therapy.setdefault(tuple(sorted(one.statement.therapy)), []).append(one)
    options = [_option(group, case, day) for group in by_therapy.values()]
    return tuple(sorted(options, key=lambda one: _order(one, case)))


def _option(group: list[Candidate], case: Case, day: datetime.date) -> Option:
    agency = AGENCY[case.jurisdiction]

    def here(one: Candidate) -> bool:
        return one.is_approved(case, day)

    group.sort(key=lambda one: (not one.is_found, not here(one), *_quality(one)))
    lead = group[0]
    others = tuple(one for one in group[1:] if one.is_found == lead.is_found)
    approvals = [_approved(approval, one, case, day) for one in (lead, *others) for approval in one.statement.approvals]
    approvals.sort(key=lambda one: (not one.in_force, one.approval.agency != agency, one.approval.date))
    return Option(lead.statement.therapy, lead, others, _distinct(approvals), here(lead), day)


def _approved(approval: Approval, one: Candidate, case: Case, day: datetime.date) -> Approved:
    tumour = one.statement.tumour
    young = label_ages.is_too_young(approval, tumour, case.clinical.age_years)
    lowest = label_ages.lowest_age(approval, tumour) if young else None
    return Approved(approval, one.statement, approval in one.in_force(day), lowest)


def _distinct(approvals: list[Approved]) -> tuple[Approved, ...]:
    seen: dict[tuple[str, str, str], Approved] = {}
    for one in approvals:
        seen.setdefault((one.approval.agency, one.approval.brand, str(one.approval.date)), one)
    return tuple(seen.values())


def _quality(one: Candidate) -> tuple[int, ...]:
    """Smaller is better: what is known to fit, then its own tumour, place, conditions, level, exactness."""
    return (
        _ANSWERS[one.fit.line] + _ANSWERS[one.fit.tumour],
        int(one.is_agnostic),
        _earlier_unknown(one),
        _PLACES[one.statement.place],
        _ANSWERS[one.fit.required],
        ord(one.statement.level),
        -one.narrowness,
    )


def _earlier_unknown(one: Candidate) -> int:
    """Whether it asks for an earlier treatment of which nothing is said."""
    return int(any(asks.kind in ("prior", "progressed_on") and holds is None for asks, holds in one.fit.conditions))


def _aims_at_the_lesser_driver(option: Option) -> bool:
    """Whether it aims only at a driver of few cells beside another that excludes it: how the tumour escaped."""
    aimed = [one for one in option.because if is_target(one)]
    return bool(aimed) and all(
        "contradictory_drivers" in one.flags and (one.subclonal or "low_vaf" in one.flags) for one in aimed
    )


def _was_given(option: Option, case: Case) -> bool:
    """Whether a single medicine was given before, and another line is chosen now: it is not what comes first again."""
    clinical = case.clinical
    again = option.lead.statement.line != "maintenance" and (clinical.line or 0) > 1
    return again and len(option.therapy) == 1 and option.therapy[0] in clinical.prior_therapies


def _order(option: Option, case: Case) -> tuple[object, ...]:
    lead = option.lead
    newest = max((one.approval.date.toordinal() for one in option.approvals if one.in_force), default=0)
    approved_somewhere = any(one.in_force for one in option.approvals)
    return (
        not lead.is_found,
        lead.statement.level != "A",
        not option.jurisdiction,
        _was_given(option, case),
        not approved_somewhere,
        _aims_at_the_lesser_driver(option),
        *_quality(lead),
        -newest,
        option.therapy,
    )

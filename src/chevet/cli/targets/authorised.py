"""Medicines authorised because of an alteration of a gene, as the base of knowledge of treatments has them.

Targets may not look into therapy: the command reads it, and hands it over as plain pairs.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from chevet.targets.ranking.medicines import KnownPair
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.base import Base
from chevet.therapy.knowledge.statement import Approval, Statement
from chevet.therapy.rules import All, Any, FusionAtom, GeneAtom, Rule, only_absence

# Promiscuous 5' partners bring a promoter; the kinase or receptor behind them is what the medicine hits.
_FUSION = "fusion"
_ABSENCE = "wild_type"
_LOSSES = frozenset({"loss", "pathogenic", "truncating", "deletion"})


def authorised_pairs(known: Base | None = None) -> tuple[KnownPair, ...]:
    """Each gene with medicines that an agency authorises because the gene is altered.

    Left out are what was withdrawn, and treatments that are also authorised in the tumour whatever its genes: there the
    alteration is a reason to choose, not to authorise.
    """
    statements = [one for one in (known or Base.own()).statements if one.effect == "sensitivity" and _approval(one)]
    whatever: dict[tuple[str, ...], set[str]] = {}
    for one in statements:
        if only_absence(one.biomarker):
            whatever.setdefault(one.therapy, set()).update(base.tumours_of(one.tumour))
    return tuple(pair for one in statements for pair in _pairs(one, frozenset(whatever.get(one.therapy, ()))))


def _approval(one: Statement) -> Approval | None:
    standing = [agency for agency in one.approvals if agency.ended is None]
    return min(standing, key=lambda agency: (agency.date, agency.agency), default=None)


def _pairs(one: Statement, whatever: frozenset[str]) -> Iterator[KnownPair]:
    approval, tumours = _approval(one), base.tumours_of(one.tumour) - whatever
    if approval is None or not tumours:
        return
    wanted: dict[str, list[str]] = {}
    for gene, whats in _asked_for(one.biomarker):
        wanted.setdefault(gene, []).extend(whats)
    for_loss = all(set(whats) <= _LOSSES for whats in wanted.values())
    for gene, several in wanted.items():
        source = f"{approval.agency} {approval.brand}"
        alterations, since = tuple(dict.fromkeys(several)), approval.date.isoformat()
        yield KnownPair(gene, _names(one.therapy), tumours, alterations, source, since, for_loss)


def _asked_for(rule: Rule) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The genes whose alteration the rule asks for, and which; what it wants absent is no reason for a medicine."""
    if isinstance(rule, All | Any):
        for part in rule.parts:
            yield from _asked_for(part)
    elif isinstance(rule, GeneAtom):
        if whats := tuple(what for what in rule.whats if what != _ABSENCE):
            yield rule.gene, whats
    elif isinstance(rule, FusionAtom):
        yield (rule.five_prime if rule.three_prime == "*" else rule.three_prime), (_FUSION,)


def _names(therapy: tuple[str, ...]) -> tuple[str, ...]:
    """Medicines of a treatment; a group by the member that is most often meant."""
    return tuple(_name(one) for one in therapy)


def _name(one: str) -> str:
    if not one.startswith("@"):
        return one
    group = base.groups()[one[1:]]
    return group.usual or group.members[0]


def checked_on(known: Base | None = None) -> tuple[str, datetime.date]:
    """The hash of the base of knowledge, and the day of its youngest check."""
    version = (known or Base.own()).versions[0]
    return version.sha256, version.checked

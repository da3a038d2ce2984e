"""What the kidney and the liver ask of each proposed medicine, by the limits of its label; the dose of carboplatin."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.therapy.case import Jurisdiction
from chevet.therapy.fitting import tumour_fits
from chevet.therapy.knowledge.base import rows
from chevet.therapy.safety import formulas
from chevet.therapy.safety.advice import Advice, Kind, NotKnown, Said, say
from chevet.therapy.safety.alleles import TABLES
from chevet.therapy.safety.kidney_and_liver import Figure, Organs
from chevet.therapy.safety.whose_label import in_force, whose_label

CHECKED = datetime.date(2026, 11, 27)
AUCS = (5.0, 6.0)
_CARBOPLATIN_TEMPLATE = "NCCN order templates, carboplatin dosing in adults, 2020-12: adjusted weight from 25 kg/m² on"
_FREQUENCIES = {"1": "once", "2": "twice", "e2": "every_other_day"}


@dataclass(frozen=True)
class Limit:
    """One row of `organ_limits.tsv`: below (kidney) or at (liver) what, do what.

    tumour      codes of OncoTree, where the row is for these only
    low, high   of clearance in mL/min: from `low` on, below `high`; of bilirubin, times the upper limit: above `low`,
                up to `high`
    grades      of the liver
    jurisdictions  of the cases that the row is for, where the labels differ; empty for all
    """

    medicine: str
    organ: Literal["kidney", "liver", "bilirubin"]
    low: float
    high: float
    grades: tuple[str, ...]
    tumour: tuple[str, ...]
    kind: Kind
    action: str
    dose: str
    jurisdictions: tuple[str, ...]
    source: str
    read: datetime.date | None

    def what(self) -> Said:
        """What to do, in words."""
        amount, _, often = self.dose.partition(" @")
        dose: Said | str = say(f"dose.{_FREQUENCIES[often]}", amount=amount) if often else amount
        return say(f"organ.{self.action}", dose=dose)

    def is_for(self, tumour: str) -> bool:
        """Whether the row may be about this tumour."""
        return not self.tumour or tumour_fits(self.tumour, tumour) is not False


def advise_organs(
    medicines: Sequence[str], found: Organs, tumour: str, here: Jurisdiction | None = None
) -> tuple[list[Advice], list[NotKnown]]:
    """Advice of the labels for these organs, and what must be measured where nothing is known.

    here    whose labels count; None where nobody said: those of all do
    """
    advice: list[Advice] = []
    for medicine in medicines:
        those = in_force(limits(medicine), here, about=lambda limit: limit.organ)
        advice += _of_kidney(those, found, tumour)
        advice += _of_liver(those, found, tumour)
    if "carboplatin" in medicines and found.carboplatin_clearance is not None:
        advice.append(_carboplatin(found.carboplatin_clearance))
    return advice, list(_not_known(medicines, found))


def _of_kidney(those: Sequence[Limit], found: Organs, tumour: str) -> Iterator[Advice]:
    if found.clearance is None:
        return
    figures = [one for one in (found.clearance, found.clearance_adjusted) if one is not None]
    told: set[Limit] = set()
    for figure in figures:
        for limit in those:
            within = limit.organ == "kidney" and limit.low <= figure.value < limit.high
            if within and limit.is_for(tumour) and limit not in told:
                told.add(limit)
                yield _advice(limit, (_said(figure),), figure)


def _of_liver(those: Sequence[Limit], found: Organs, tumour: str) -> Iterator[Advice]:
    state = found.liver
    if state is None:
        return
    for limit in those:
        times = state.bilirubin_times_uln
        by_grade = limit.organ == "liver" and state.grade in limit.grades
        by_bilirubin = limit.organ == "bilirubin" and times is not None and limit.low < times <= limit.high
        if (by_grade or by_bilirubin) and limit.is_for(tumour):
            yield _advice(limit, state.because, None)


def _advice(limit: Limit, because: tuple[Said, ...], figure: Figure | None) -> Advice:
    sources = (limit.source, figure.source) if figure is not None and figure.source else (limit.source,)
    return Advice(
        limit.kind, limit.medicine, limit.what(), (*because, *whose_label(limit)), sources, limit.read,
        formula=figure.formula if figure else "", value=round(figure.value, 1) if figure else None,
        unit=figure.unit if figure else "",
    )  # fmt: skip


def _said(figure: Figure) -> Said:
    return say("because.figure", name=say(f"figure.{figure.name}"), value=round(figure.value), unit=figure.unit)


def _carboplatin(clearance: Figure) -> Advice:
    """Calvert's dose at the usual targets; the target itself is the regimen's."""
    gfr = min(clearance.value, formulas.CARBOPLATIN_GFR_CAP)
    doses = [formulas.calvert(auc, clearance.value) for auc in AUCS]
    because = [_said(clearance)]
    if clearance.value > formulas.CARBOPLATIN_GFR_CAP:
        because.append(say("because.cap", cap=formulas.CARBOPLATIN_GFR_CAP))
    sources = [formulas.SOURCES["calvert"], formulas.SOURCES["carboplatin_cap"]]
    if clearance.source:
        sources += [clearance.source, _CARBOPLATIN_TEMPLATE]
    formula = f"{AUCS[0]:g} × ({gfr:.1f} + 25) = {doses[0]:.0f} mg; {AUCS[1]:g} × ({gfr:.1f} + 25) = {doses[1]:.0f} mg"
    if clearance.formula:
        formula = f"{clearance.formula} mL/min; {formula}"
    what = say("organ.calvert", first=AUCS[0], dose=round(doses[0]), second=AUCS[1], other=round(doses[1]))
    return Advice("dose", "carboplatin", what, tuple(because), tuple(sources), CHECKED, formula, round(doses[0]), "mg")


def _not_known(medicines: Sequence[str], found: Organs) -> Iterator[NotKnown]:
    kidney = tuple(one for one in medicines if one == "carboplatin" or any(x.organ == "kidney" for x in limits(one)))
    if found.clearance is None and kidney:
        lacking = tuple(say(f"fact.{name}") for name in found.missing) or (say("fact.adult"),)
        yield NotKnown(say("not_known.clearance", facts=lacking), kidney)
    liver = tuple(one for one in medicines if any(x.organ != "kidney" for x in limits(one)))
    if found.liver is None and liver:
        yield NotKnown(say("not_known.liver"), liver)


def limits(medicine: str) -> tuple[Limit, ...]:
    """The limits of one medicine."""
    return _limits().get(medicine, ())


@cache
def _limits() -> dict[str, tuple[Limit, ...]]:
    found: dict[str, list[Limit]] = {}
    for _, row in rows(TABLES / "organ_limits.tsv"):
        limit = Limit(
            row["medicine"], row["organ"], float(row["low"] or 0), float(row["high"] or "inf"),  # type: ignore[arg-type]
            _split(row["grades"]), _split(row["tumour"]), row["kind"],  # type: ignore[arg-type]
            row["action"], row["dose"], _split(row["jurisdictions"]), row["source"], day(row["read"]),
        )  # fmt: skip
        found.setdefault(limit.medicine, []).append(limit)
    return {name: tuple(group) for name, group in found.items()}


def day(text: str) -> datetime.date | None:
    """The day that a cell holds; None for an empty one."""
    return datetime.date.fromisoformat(text) if text else None


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)

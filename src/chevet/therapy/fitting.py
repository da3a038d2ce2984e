"""Whether a statement speaks of this patient: tumour, extent, line, and what it asks besides. Three answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from chevet.therapy.case import Case, Clinical
from chevet.therapy.conditions import Condition
from chevet.therapy.knowledge import base
from chevet.therapy.knowledge.statement import Statement
from chevet.words import oncotree, treatments

Answer: TypeAlias = Literal["yes", "no", "not_stated"]


def answer(value: bool | None) -> Answer:
    """The word for one of three values."""
    return "not_stated" if value is None else ("yes" if value else "no")


@dataclass(frozen=True)
class Fit:
    """How a statement fits: the tumour, the line with the extent, and every condition with its answer."""

    tumour: bool | None
    line: bool | None
    conditions: tuple[tuple[Condition, bool | None], ...]

    @property
    def required(self) -> bool | None:
        """All conditions together."""
        return _all(value for _, value in self.conditions)

    @property
    def is_excluded(self) -> bool:
        """Whether anything that is known speaks against it."""
        return False in (self.tumour, self.line, self.required)


def fit(statement: Statement, case: Case) -> Fit:
    """How the statement fits the patient's tumour and situation."""
    clinical = case.clinical
    return Fit(
        tumour=tumour_fits(statement.tumour, case.diagnosis.oncotree),
        line=_all((_extent(statement.extent, case), _line(statement, clinical))),
        conditions=tuple((one, _condition(one, clinical, case)) for one in statement.requires),
    )


@cache
def tumour_fits(codes: tuple[str, ...], diagnosis: str) -> bool | None:
    """Whether a tumour is among these; None when it is said less exactly than they are.

    >>> tumour_fits(("NSCLC",), "LUAD"), tumour_fits(("LUAD",), "LUNG"), tumour_fits(("BRCA",), "LUAD")
    (True, None, False)
    """
    covered = base.tumours_of(codes)
    if diagnosis in covered:
        return True
    if not diagnosis or oncotree.get(diagnosis) is None or not covered.isdisjoint(oncotree.descendants(diagnosis)):
        return None
    return False


def is_agnostic(statement: Statement) -> bool:
    """Whether the statement is of all (solid) tumours alike."""
    return any(code in ("SOLID", "ANY", "HEME") for code in statement.tumour)


def is_of_blood(case: Case) -> bool:
    """Whether the tumour is a cancer of the blood, which is advanced from the beginning."""
    return case.diagnosis.oncotree in base.tumours_of((base.BLOOD,))


def _extent(extents: tuple[str, ...], case: Case) -> bool | None:
    extent = case.clinical.extent
    if "any" in extents or is_of_blood(case):
        return True
    if extent is None:
        # earlier lines, and progression, are told of advanced disease
        advanced = (case.clinical.line or 0) >= 1 or bool(case.clinical.progressed_on)
        return ("advanced" in extents) if advanced else None
    if extent == "locally_advanced":
        unresectable = case.clinical.features.get("unresectable")
        if unresectable is None and case.clinical.features.get("resected"):
            unresectable = False  # what was taken out could be
        return True if {"early", "advanced"} <= set(extents) else (
            None if unresectable is None else (unresectable == ("advanced" in extents))
        )  # fmt: skip
    early = extent in ("localised", "remission")
    return ("early" if early else "advanced") in extents


def _line(statement: Statement, clinical: Clinical) -> bool | None:
    asked, line = statement.line, clinical.line
    if asked == "any":
        return True
    if asked == "maintenance":
        return None if line is None else line <= 3
    if "early" in statement.extent and clinical.extent in ("localised", "locally_advanced"):
        return True
    if line is None and clinical.progressed_on:
        line = 2 if asked != "3+" else None
    if line is None:
        return None
    first, _, last = asked.rstrip("+").partition("-")
    low = int(first)
    high = 99 if asked.endswith("+") else int(last or first)
    return low <= line <= high


def _condition(one: Condition, clinical: Clinical, case: Case) -> bool | None:
    if one.kind == "feature":
        known = clinical.features.get(one.what[0])
        if known is None:
            known = _follows(one.what[0], clinical, case)
        return None if known is None else known == one.wanted
    if one.kind in ("age", "ecog"):
        value = clinical.age_years if one.kind == "age" else clinical.ecog
        if value is None:
            return None
        return {">=": value >= one.number, "<=": value <= one.number, ">": value > one.number,
                "<": value < one.number, "=": value == one.number}[one.sign]  # fmt: skip
    return _earlier(one, clinical)


def _follows(feature: str, clinical: Clinical, case: Case) -> bool | None:
    """What a feature comes to from the other facts of the case."""
    if feature == "fit_for_intensive":
        return clinical.fit_for_intensive
    if feature in ("relapsed", "refractory"):
        if clinical.extent in ("relapsed", "refractory"):
            return True
        return False if clinical.line == 1 and is_of_blood(case) else None
    if feature == "newly_diagnosed":
        if clinical.extent in ("relapsed", "refractory") or (clinical.line or 0) > 1:
            return False
        return True if clinical.line == 1 else None
    if feature == "platinum_response" and _given(clinical.progressed_on, base.medicines_of("@platinum")):
        return False
    if feature == "metastatic":
        return {"metastatic": True, "localised": False, "locally_advanced": False}.get(clinical.extent or "")
    if feature == "in_remission":
        return True if clinical.extent == "remission" else None
    if feature == "hormone_sensitive" and "castration_resistant" in clinical.features:
        return not clinical.features["castration_resistant"]
    if feature == "castration_resistant" and "hormone_sensitive" in clinical.features:
        return not clinical.features["hormone_sensitive"]
    if feature in ("squamous", "non_squamous"):
        return _squamous(feature, case.diagnosis.oncotree)
    return None


def _squamous(feature: str, code: str) -> bool | None:
    kind = oncotree.get(code)
    if kind is None or code in ("NSCLC", "LUNG"):
        return None
    return ("squamous" in kind.name.lower()) == (feature == "squamous")


def _earlier(one: Condition, clinical: Clinical) -> bool | None:
    asked = frozenset().union(*(_asked(what) for what in one.what))
    everything = (*clinical.prior_therapies, *clinical.progressed_on)
    if one.kind == "progressed_on":
        failed = _given(clinical.progressed_on, asked)
        if failed is not False:
            return failed
        if _given(clinical.prior_therapies, asked):
            return False if is_controlled(clinical) else may_have_failed(clinical) or None
        return False if clinical.line == 1 else None
    given = _given(everything, asked)
    complete = clinical.line == 1 or clinical.prior_said
    known = given if given is not False else (False if complete else None)
    return known if one.kind == "prior" or known is None else not known


def is_controlled(clinical: Clinical) -> bool:
    """Whether the case says that the tumour did not grow under what was given last."""
    held = ("after_induction", "in_remission", "platinum_response")
    return clinical.extent == "remission" or any(clinical.features.get(name) for name in held)


def may_have_failed(clinical: Clinical) -> bool:
    """Whether what was given before is held to have failed: not said, but likely where another line is chosen now."""
    return (clinical.line or 0) > 1 and not is_controlled(clinical)


def _given(treatments_given: Iterable[str], asked: frozenset[str]) -> bool | None:
    """Whether one of these was what is asked for; None when only the class that it belongs to is said."""
    names = list(treatments_given)
    groups = [frozenset(base.groups()[name].members) for name in names if name in base.groups()]
    if any(group <= asked for group in groups):
        return True
    if any(not asked.isdisjoint(_told(name)) for name in names):
        return True
    classes = {medicine.treatment_class for name in asked if (medicine := treatments.medicine(name)) is not None}
    only_classes = {treatments.treatment_class(name) for name in names if treatments.medicine(name) is None}
    return None if classes & only_classes or any(group & asked for group in groups) else False


@cache
def _asked(name: str) -> frozenset[str]:
    """The medicines (or the class) that a condition means."""
    if name.startswith("@"):
        return base.medicines_of(name)
    medicine = treatments.medicine(name)
    return frozenset({medicine.name if medicine else treatments.treatment_class(name) or name.lower()})


@cache
def _told(name: str) -> frozenset[str]:
    """What a treatment that was given answers to: its own name, and its class."""
    medicine = treatments.medicine(name)
    if medicine is not None:
        return frozenset({medicine.name, medicine.treatment_class})
    return frozenset({name.lower(), treatments.treatment_class(name) or name.lower()})


def _all(values: Iterable[bool | None]) -> bool | None:
    every = list(values)
    return False if False in every else (None if None in every else True)

"""Every trial of a site's folder against one case: yes, no or unknown, with the reason of each criterion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.therapy.fitting import answer as word
from chevet.therapy.measured import measured
from chevet.therapy.safety.advice import Said
from chevet.therapy.trials.answers import Answer, Reason, all_of, any_of
from chevet.therapy.trials.clinical import Patient, of_clinical, of_prior
from chevet.therapy.trials.genomic import Tumour, of_genomic
from chevet.therapy.trials.reading import Place, read_trials
from chevet.words.labels import Lang, label


@dataclass(frozen=True)
class TrialMatch:
    """One place in a trial and whether the patient fits it: None where a fact is missing.

    reasons   the criteria that decide it, each with its own answer
    problem   key of what is wrong with the file (`trials.problem.<key>`); such a match is False, and not open
    """

    trial: str
    holds: bool | None
    is_open: bool | None = None
    place: Place | None = None
    reasons: tuple[Reason, ...] = ()
    problem: str = ""

    @property
    def is_for_the_board(self) -> bool:
        """Whether the patient may fit a place that is not closed."""
        return self.holds is not False and self.is_open is not False

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """The match in words of one language."""
        place = self.place
        return {
            "trial": self.trial, "match": word(self.holds), "open": word(self.is_open),
            "nct_id": (place.nct_id or None) if place else None, "title": (place.title or None) if place else None,
            "phase": (place.phase or None) if place else None, "step": (place.step or None) if place else None,
            "arm": (place.arm or None) if place else None, "dose": (place.dose or None) if place else None,
            "description": (place.description or None) if place else None, "file": place.file if place else self.trial,
            "reasons": [
                {"match": word(one.holds), "criterion": one.criterion, "why": one.why.text(lang)}
                for one in self.reasons
            ],
            "to_check": list(place.asks) if place else [],
            "problem": label(f"trials.problem.{self.problem}", lang) if self.problem else None,
        }  # fmt: skip


def match_trials(case: Case, findings: Iterable[Finding], folder: Path) -> tuple[TrialMatch, ...]:
    """Every place of every trial of the folder against the case: what fits stands first, then what may, then the rest.

    A file that cannot be read stands last, with its problem.
    """
    every = tuple(findings)
    levels = measured(every)
    patient, tumour = Patient(case, levels), Tumour(every, case.tested, levels)
    places, unread = read_trials(folder)
    found = [_match(place, patient, tumour) for place in places]
    found.sort(key=_rank)
    bad = [TrialMatch(one.file, False, False, problem=one.problem) for one in unread]
    return (*found, *bad)


_ORDER: dict[bool | None, int] = {True: 0, None: 1, False: 2}


def _rank(one: TrialMatch) -> tuple[int, int, str]:
    """Open before closed where the patient may fit; then by the answer."""
    closed = one.is_open is False
    return (_ORDER[one.holds] + (3 if closed and one.holds is not False else 0), _ORDER[one.is_open], one.trial)


def _match(place: Place, patient: Patient, tumour: Tumour) -> TrialMatch:
    if not place.criteria:
        nothing = Reason(None, "–", Said("trials.no_criteria"))
        return TrialMatch(place.trial, None, place.is_open, place, (nothing,))
    found = all_of(_of_node(one, patient, tumour) for one in place.criteria)
    return TrialMatch(place.trial, found.holds, place.is_open, place, found.reasons)


def _of_node(node: object, patient: Patient, tumour: Tumour) -> Answer:
    """A node of the tree: `and`, `or`, `genomic`, `clinical`; several in one are all asked for."""
    if isinstance(node, list):
        return all_of(_of_node(one, patient, tumour) for one in node)
    if not isinstance(node, dict) or not node:
        return _not_understood(str(node)[:80])
    return all_of(_of_part(str(key), value, patient, tumour) for key, value in node.items())


def _of_part(key: str, value: object, patient: Patient, tumour: Tumour) -> Answer:
    if key in ("and", "or") and isinstance(value, list) and value:
        parts = [_of_node(one, patient, tumour) for one in value]
        return all_of(parts) if key == "and" else any_of(parts)
    if key == "genomic" and isinstance(value, dict) and value:
        return of_genomic({str(name): asked for name, asked in value.items()}, tumour)
    if key == "clinical" and isinstance(value, dict) and value:
        return all_of(of_clinical(str(name), asked, patient) for name, asked in value.items())
    if key in ("prior_treatment", "prior_treatments") and isinstance(value, dict) and set(value) == {"drug"}:
        return of_prior(value["drug"], patient)
    return _not_understood(f"{key}: {value}"[:80])


def _not_understood(criterion: str) -> Answer:
    return Answer(None, (Reason(None, criterion, Said("trials.not_understood")),))

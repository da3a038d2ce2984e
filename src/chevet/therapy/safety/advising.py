"""One door: every advice for the medicines that are proposed to a patient, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.therapy.safety import laboratory
from chevet.therapy.safety.advice import KINDS, Advice, NotKnown, say
from chevet.therapy.safety.interactions import advise_comedication
from chevet.therapy.safety.kidney_and_liver import Figure, organs
from chevet.therapy.safety.organ_function import advise_organs
from chevet.therapy.safety.pharmacogenetics import advise_genes
from chevet.words.labels import Lang


@dataclass(frozen=True)
class Safety:
    """Advice in the order of its weight, what would have to be known to give more, and the figures computed."""

    advice: tuple[Advice, ...] = ()
    not_known: tuple[NotKnown, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def to_test(self) -> tuple[Advice, ...]:
        """What has to be measured before a medicine is given: the next steps that safety asks for."""
        return tuple(one for one in self.advice if one.kind == "test_first")

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """All three in words of one language."""
        return {
            "advice": [one.as_json(lang) for one in self.advice],
            "not_known": [one.as_json(lang) for one in self.not_known],
            "figures": [one.as_json(lang) for one in self.figures],
        }


def advise(case: Case, medicines: Sequence[str], findings: Iterable[Finding]) -> Safety:
    """What the patient's genes, organs and other medicines ask of these medicines (international names)."""
    tests = tests_of(case)
    found = organs(case.clinical, tests)
    here = case.jurisdiction if case.jurisdiction_said else None
    parts = (
        advise_genes(case, medicines, findings, tests),
        advise_organs(medicines, found, case.diagnosis.oncotree, here),
        advise_comedication(medicines, case.clinical.comedication, here),
    )
    order = {name: place for place, name in enumerate(medicines)}
    advice = sorted(
        (one for given, _ in parts for one in given),
        key=lambda one: (KINDS.index(one.kind), order.get(one.medicine, len(order))),
    )
    not_known = [one for _, missing in parts for one in missing]
    if tests.unread:
        not_known.append(NotKnown(say("not_known.unread", tests=", ".join(tests.unread)), tuple(medicines)))
    return Safety(tuple(advice), tuple(not_known), found.figures)


def tests_of(case: Case) -> laboratory.Laboratory:
    """The tests of the case; one that it gives as such goes before the same test in the words of a note."""
    return laboratory.read({**laboratory.noted(case.clinical.text), **case.clinical.labs})

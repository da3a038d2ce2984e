"""What a label asks of the patient besides the tumour: earlier treatment, fitness, age.

A list, joined by commas, of

    prior(X)            was given X: a medicine, `@group`, a class (chemotherapy), or several joined by |
    progressed_on(X)    the tumour grew under X
    never(X)            was not given X
    age >= 60           also ecog <= 2
    FEATURE             one of `FEATURES`; `not FEATURE` for its contrary

Each is answered yes, no, or unknown when the case does not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

FEATURES: dict[str, tuple[str, str]] = {
    "castration_resistant": ("castration-resistant", "résistant à la castration"),
    "hormone_sensitive": ("sensitive to castration", "sensible à la castration"),
    "platinum_sensitive": ("platinum-sensitive", "sensible au platine"),
    "platinum_resistant": ("platinum-resistant", "résistant au platine"),
    "platinum_response": ("responding to platinum chemotherapy", "en réponse à une chimiothérapie à base de platine"),
    "platinum_eligible": ("may be given platinum", "peut recevoir un platine"),
    "cisplatin_eligible": ("may be given cisplatin", "peut recevoir du cisplatine"),
    "fit_for_intensive": ("fit for intensive treatment", "apte à un traitement intensif"),
    "transplant_eligible": ("may be transplanted", "éligible à une greffe"),
    "postmenopausal": ("postmenopausal", "ménopausée"),
    "metastatic": ("metastatic", "métastatique"),
    "unresectable": ("not resectable", "non résécable"),
    "resected": ("resected", "réséqué"),
    "symptomatic": ("symptomatic", "symptomatique"),
    "brain_metastases": ("brain metastases", "métastases cérébrales"),
    "visceral_crisis": ("visceral crisis", "crise viscérale"),
    "node_positive": ("positive lymph nodes", "ganglions atteints"),
    "high_risk": ("high risk of recurrence", "haut risque de récidive"),
    "residual_disease": ("residual disease after neoadjuvant treatment", "résidu après traitement néoadjuvant"),
    "non_squamous": ("not squamous", "non épidermoïde"),
    "squamous": ("squamous", "épidermoïde"),
    "radioiodine_refractory": ("refractory to radioactive iodine", "réfractaire à l’iode radioactif"),
    "refractory": ("refractory", "réfractaire"),
    "relapsed": ("relapsed", "en rechute"),
    "mrd_positive": ("minimal residual disease", "maladie résiduelle minimale"),
    "no_alternative": ("no satisfactory alternative", "pas d’alternative satisfaisante"),
    "left_sided": ("primary tumour on the left", "tumeur primitive à gauche"),
    "newly_diagnosed": ("newly diagnosed", "nouvellement diagnostiqué"),
    "chronic_phase": ("chronic phase", "phase chronique"),
    "accelerated_or_blast_phase": ("accelerated or blast phase", "phase accélérée ou blastique"),
    "in_remission": ("in remission", "en rémission"),
    "after_induction": ("no progression after induction", "pas de progression après traitement d’induction"),
}  # fmt: skip

_PRIOR = re.compile(r"(prior|progressed_on|never)\(([^()]+)\)")
_NUMBER = re.compile(r"(age|ecog)\s*(>=|<=|>|<|=)\s*(\d+(?:\.\d+)?)")
Kind = Literal["prior", "progressed_on", "never", "age", "ecog", "feature"]


@dataclass(frozen=True)
class Condition:
    """One demand: of earlier treatment (`what`: names joined in a tuple), of a number, or a feature and its value."""

    kind: Kind
    what: tuple[str, ...] = ()
    sign: str = ""
    number: float = 0
    wanted: bool = True


class ConditionError(ValueError):
    """The text is no list of conditions: names the part that is none."""


@cache
def parse(text: str) -> tuple[Condition, ...]:
    """The conditions of a comma-joined list; none for an empty text. Raises ConditionError.

    >>> [one.kind for one in parse("prior(osimertinib|@egfr_tki), age >= 18, not fit_for_intensive")]
    ['prior', 'age', 'feature']
    """
    return tuple(_one(part.strip()) for part in text.split(",") if part.strip())


def _one(text: str) -> Condition:
    prior, number = _PRIOR.fullmatch(text), _NUMBER.fullmatch(text)
    if prior is not None:
        return Condition(prior[1], tuple(name.strip() for name in prior[2].split("|")))  # type: ignore[arg-type]
    if number is not None:
        return Condition(number[1], sign=number[2], number=float(number[3]))  # type: ignore[arg-type]
    feature = text.removeprefix("not ").strip()
    if feature not in FEATURES:
        raise ConditionError(f"'{text}' is no condition: see chevet.therapy.conditions")
    return Condition("feature", (feature,), wanted=not text.startswith("not "))

"""The clinical criteria of a trial against one patient."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from chevet.therapy.case import Case
from chevet.therapy.fitting import tumour_fits
from chevet.therapy.knowledge.base import rows
from chevet.therapy.measured import Level
from chevet.therapy.safety.advice import Said
from chevet.therapy.trials.answers import Answer, Reason, opposite
from chevet.words import oncotree, sexes, treatments

_TABLE = resources.files("chevet.therapy.trials") / "tables" / "diagnoses.tsv"
_NUMBER = re.compile(r"\s*(==|=|>=|<=|>|<)?\s*(\d+(?:\.\d+)?|\.\d+)\s*")
_RECEPTORS = {"her2_status": "her2", "er_status": "er", "pr_status": "pr"}
_ADVANCED = ("advanced", "metastatic", "relapsed", "refractory")
# what a trial calls the state of the disease, and the extents of a case that are that
_STATES: dict[str, tuple[str, ...]] = {
    "metastatic": ("metastatic",),
    "advanced": _ADVANCED,
    "locally advanced": ("locally_advanced",),
    "unresectable": ("advanced", "metastatic"),
    "recurrent": ("relapsed",),
    "relapsed": ("relapsed",),
    "refractory": ("refractory",),
    "localized": ("localised",),
    "localised": ("localised",),
    "untreated": (),
}


@dataclass(frozen=True)
class Patient:
    """A case with its markers."""

    case: Case
    levels: Mapping[str, Level]


def of_clinical(key: str, value: object, patient: Patient) -> Answer:
    """What one clinical criterion comes to."""
    name = key.lower().strip()
    criterion = f"{name}: {value}"
    judge = _JUDGES.get(name)
    if name in _RECEPTORS:
        return _answer(_receptor(name, value, patient), criterion)
    if judge is None:
        return _answer((None, "not_understood"), criterion)
    return _answer(judge(value, patient), criterion)


def of_prior(value: object, patient: Patient) -> Answer:
    """Whether a medicine was given before; a mark of exclamation asks that it was not."""
    text = str(value).strip()
    known = treatments.medicine(text.lstrip("! "))
    wanted = known.name if known is not None else text.lstrip("! ").lower()
    clinical = patient.case.clinical
    given = {one.lower() for one in (*clinical.prior_therapies, *clinical.progressed_on)}
    given |= {one.name for name in given if (one := treatments.medicine(name)) is not None}
    complete = clinical.line == 1 or clinical.prior_said
    holds = True if wanted in given else False if complete else None
    if text.startswith("!"):
        holds = opposite(holds)
    return _answer((holds, "prior" if holds is not None else "prior_missing"), f"drug: {value}")


def _answer(found: tuple[bool | None, str], criterion: str) -> Answer:
    holds, why = found
    return Answer(holds, (Reason(holds, criterion, Said(f"trials.{why}")),))


def _age(value: object, patient: Patient) -> tuple[bool | None, str]:
    return _number(value, patient.case.clinical.age_years, "age")


def _tmb(value: object, patient: Patient) -> tuple[bool | None, str]:
    level = patient.levels.get("tmb")
    asked = _NUMBER.fullmatch(str(value))
    if level is not None and level.number is None and asked is not None and asked[1] in (">=", "<=", ">", "<"):
        holds = level.is_(asked[1], asked[2])
        return holds, "tmb" if holds is not None else "tmb_missing"
    return _number(value, level.number if level is not None else None, "tmb")


def _number(value: object, known: float | None, name: str) -> tuple[bool | None, str]:
    found = _NUMBER.fullmatch(str(value))
    if found is None:
        return None, "not_understood"
    if known is None:
        return None, f"{name}_missing"
    limit = float(found[2])
    signs: dict[str, bool] = {">=": known >= limit, "<=": known <= limit, ">": known > limit, "<": known < limit}
    return signs.get(found[1] or "==", known == limit), name


def _diagnosis(value: object, patient: Patient) -> tuple[bool | None, str]:
    text = str(value).strip()
    negated = text.startswith("!")
    codes = tumour_codes(text.lstrip("! "))
    if codes is None:
        return None, "diagnosis_unknown"
    fits = tumour_fits(codes, patient.case.diagnosis.oncotree)
    holds = opposite(fits) if negated else fits
    return holds, "diagnosis" if holds is not None else "diagnosis_missing"


def tumour_codes(name: str) -> tuple[str, ...] | None:
    """The codes of OncoTree that a trial's tumour stands for; None when we do not know the name.

    >>> tumour_codes("Lung"), tumour_codes("_LIQUID_"), tumour_codes("Multiple Myeloma"), tumour_codes("Gibberish")
    (('LUNG',), ('HEME',), ('PCM',), None)
    """
    words = " ".join(name.split())
    if words.lower() in ("all", "any", "_all_"):
        return ("ANY",)
    known = _names().get(words.lower())
    if known is not None:
        return known
    code = oncotree.find(words)
    return None if code is None else (code,)


@cache
def _names() -> dict[str, tuple[str, ...]]:
    return {row["name"].lower(): tuple(row["codes"].split("|")) for _, row in rows(_TABLE)}


def _sex(value: object, patient: Patient) -> tuple[bool | None, str]:
    asked = sexes.sex(str(value).lstrip("! "))
    known = patient.case.clinical.sex
    if asked is None:
        return None, "not_understood"
    if known is None:
        return None, "sex_missing"
    return (known == asked) != str(value).strip().startswith("!"), "sex"


def _receptor(name: str, value: object, patient: Patient) -> tuple[bool | None, str]:
    word = str(value).strip().lower().lstrip("!")
    wanted = {"true": "positive", "positive": "positive", "pos": "positive", "false": "negative",
              "negative": "negative", "neg": "negative", "low": "low"}.get(word)  # fmt: skip
    if wanted is None:
        return None, "not_understood"
    level = patient.levels.get(_RECEPTORS[name])
    holds = level.is_("=", wanted) if level is not None else None
    if str(value).strip().startswith("!"):
        holds = opposite(holds)
    return holds, "receptor" if holds is not None else "receptor_missing"


def _state(value: object, patient: Patient) -> tuple[bool | None, str]:
    """Any of the states that the trial lists."""
    asked = [str(one).strip().lower() for one in (value if isinstance(value, list) else [value])]
    extent = patient.case.clinical.extent
    states = [_STATES.get(part) for one in asked for part in re.split(r"\s*(?:/|,| or )\s*", one)]
    if not states or any(one is None or not one for one in states):
        return None, "state_unknown"
    if extent is None:
        return None, "state_missing"
    return any(extent in (one or ()) for one in states), "state"


def _ecog(value: object, patient: Patient) -> tuple[bool | None, str]:
    known = patient.case.clinical.ecog
    asked = value if isinstance(value, list) else [value]
    if len(asked) == 1 and _NUMBER.fullmatch(str(asked[0])) is not None and not str(asked[0]).strip().isdigit():
        return _number(asked[0], None if known is None else float(known), "ecog")
    if not all(str(one).strip().isdigit() for one in asked):
        return None, "not_understood"
    return (None, "ecog_missing") if known is None else (known in [int(str(one)) for one in asked], "ecog")


_JUDGES: dict[str, Callable[[object, Patient], tuple[bool | None, str]]] = {
    "age_numerical": _age,
    "oncotree_primary_diagnosis": _diagnosis,
    "gender": _sex,
    "sex": _sex,
    "tmb_numerical": _tmb,
    "disease_status": _state,
    "ecog_status": _ecog,
    "ecog": _ecog,
}

"""What a reader must be told of the files, of the findings, and of what the case does not say."""

from __future__ import annotations

from typing import Any

from chevet.bedside.consultation.consult import Consultation
from chevet.genomics import clonality
from chevet.therapy import saying
from chevet.therapy.case import Clinical
from chevet.therapy.fitting import is_of_blood, may_have_failed
from chevet.therapy.safety.interactions import named_in
from chevet.words import treatments
from chevet.words.labels import Lang, label


def flags(made: Consultation, lang: Lang) -> list[dict[str, Any]]:
    """What a reader must be told: of the files, then of findings, then of what the case does not say."""
    # of the diagnosis the last lines tell
    told = [flag.as_json(lang) for flag in made.read.flags if flag.key != "diagnosis_not_placed"]
    for one in made.findings:
        told += [
            {"key": key, "text": label(f"flag.{key}", lang, finding=saying.finding(one, lang))} for key in one.flags
        ]
    clinical = made.case.clinical
    named = [] if clinical.comedication else [treatments.name(one, lang) for one in named_in(clinical.text)]
    if named:
        told.append({"key": "medicines_in_note", "text": label("flag.medicines_in_note", lang, what=", ".join(named))})
    for key, is_missing in (
        ("extent_not_said", clinical.extent is None and not is_of_blood(made.case)),
        ("line_not_said", clinical.line is None),
        ("progression_not_said", _is_progression_assumed(clinical)),
        ("jurisdiction_not_said", not made.case.jurisdiction_said),
        ("tumour_not_placed", not made.case.diagnosis.oncotree),
        ("purity_low", made.case.purity is not None and made.case.purity < clonality.LOW_PURITY),
        ("tested_not_said", made.case.tested.genes is None and not made.case.tested.everything),
    ):
        if is_missing:
            told.append({"key": key, "text": label(f"flag.{key}", lang)})
    return told


def _is_progression_assumed(clinical: Clinical) -> bool:
    """Whether treatments were given of which the case does not say how they ended, and a later line is due."""
    return bool(clinical.prior_therapies) and not clinical.progressed_on and may_have_failed(clinical)

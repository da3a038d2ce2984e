"""Which clinical attribute says what: the names cBioPortal studies use, and how their values read.

For each field of the record the attributes are in order of preference. Whatever is not named here
becomes a `measurement`, under the name the study gave it.
"""

from __future__ import annotations

import re

PATIENT = {
    "sex": ("SEX", "GENDER"),
    "birth_year": ("BIRTH_YEAR", "YEAR_OF_BIRTH"),
    "ethnicity": ("ETHNICITY",),
    "centre": ("CENTER", "CENTRE", "INSTITUTE", "INSTITUTION"),
}
DIAGNOSIS = {
    "age_at_diagnosis_years": ("AGE_AT_DIAGNOSIS", "AGE_AT_INITIAL_PATHOLOGIC_DIAGNOSIS", "DIAGNOSIS_AGE", "AGE"),
    "diagnosis_year": ("DIAGNOSIS_YEAR", "YEAR_OF_DIAGNOSIS", "INITIAL_PATHOLOGIC_DX_YEAR"),
    "stage_as_given": (
        "TUMOR_STAGE",
        "STAGE",
        "AJCC_PATHOLOGIC_TUMOR_STAGE",
        "PATHOLOGIC_STAGE",
        "PATH_STAGE",
        "CLINICAL_STAGE",
        "AJCC_CLINICAL_TUMOR_STAGE",
        "AJCC_STAGE",
        "STAGE_AT_DIAGNOSIS",
    ),
    "grade": ("GRADE", "TUMOR_GRADE", "HISTOLOGIC_GRADE", "HISTOLOGICAL_GRADE"),
    "laterality": ("LATERALITY", "PRIMARY_TUMOR_LATERALITY"),
    "icdo_topography": ("ICD_O_3_SITE",),
    "icdo_morphology": ("ICD_O_3_HISTOLOGY",),
}
SAMPLE = {
    "sample_type_as_given": ("SAMPLE_TYPE", "SAMPLE_TYPE_DETAILED"),
    "material": ("SAMPLE_CLASS", "SPECIMEN_TYPE"),
    "site": ("METASTATIC_SITE", "TUMOR_TISSUE_SITE", "TUMOR_SITE", "PRIMARY_SITE"),
    "purity": ("TUMOR_PURITY", "PURITY"),
    "tmb_per_megabase": ("TMB_NONSYNONYMOUS", "TMB"),
    "msi": ("MSI_TYPE", "MSI_STATUS"),
}
TUMOUR_CODE = "ONCOTREE_CODE"
TUMOUR_WORDS = ("CANCER_TYPE_DETAILED", "CANCER_TYPE")

YES_NO_TREATMENT = {
    "CHEMOTHERAPY": "chemotherapy",
    "CHEMO_THERAPY": "chemotherapy",
    "ADJUVANT_CHEMO": "chemotherapy",
    "HORMONE_THERAPY": "hormone_therapy",
    "HORMONAL_THERAPY": "hormone_therapy",
    "RADIO_THERAPY": "radiotherapy",
    "RADIOTHERAPY": "radiotherapy",
    "RADIATION_THERAPY": "radiotherapy",
    "TARGETED_THERAPY": "targeted_therapy",
    "TARGETED_MOLECULAR_THERAPY": "targeted_therapy",
    "IMMUNOTHERAPY": "immunotherapy",
    "IMMUNE_TREATMENT": "immunotherapy",
}
SURGERY = ("BREAST_SURGERY", "SURGERY", "SURGERY_TYPE", "SURGICAL_PROCEDURE")

ENDPOINT = {
    "OS": "overall_survival",
    "DSS": "disease_specific_survival",
    "DFS": "disease_free_survival",
    "PFS": "progression_free_survival",
    "DFI": "disease_free_interval",
    "PFI": "progression_free_interval",
}
PLAIN_VITAL = frozenset({"living", "alive", "dead", "deceased", "died", "0:living", "1:deceased", "0:alive", "1:dead"})
VITAL = ("VITAL_STATUS", "PATIENT_VITAL_STATUS")

_NOT_OCCURRED = frozenset(
    {
        "living",
        "alive",
        "censored",
        "diseasefree",
        "disease free",
        "progressionfree",
        "progression free",
        "relapse free",
        "recurrence free",
        "not recurred",
        "not progressed",
        "no progression",
        "no",
    }
)
_OCCURRED = frozenset(
    {
        "deceased",
        "dead",
        "died",
        "recurred",
        "progressed",
        "recurred/progressed",
        "progression",
        "recurrence",
        "relapse",
        "relapsed",
        "event",
        "yes",
        "dead with tumor",
        "recured",
    }
)


def occurred(status: str) -> bool | None:
    """Whether the event of a survival status has happened; None when the words do not say.

    >>> [occurred(s) for s in ("0:LIVING", "1:Recurred/Progressed", "DECEASED", "lost")]
    [False, True, True, None]
    """
    number, colon, words = status.strip().partition(":")
    if colon and number.strip() in {"0", "1"}:
        return number.strip() == "1"
    text = (words if colon else number).strip().casefold()
    if text in _NOT_OCCURRED:
        return False
    return True if text in _OCCURRED else None


def vital_status(text: str) -> str | None:
    """alive or dead, from what a study says at last news.

    >>> [vital_status(t) for t in ("Living", "Died of Other Causes", "1:DECEASED", "?")]
    ['alive', 'dead', 'dead', None]
    """
    bare = re.sub(r"^[01]:", "", text.strip().casefold())
    if bare.startswith(("living", "alive")):
        return "alive"
    return "dead" if bare.startswith(("dece", "dead", "died", "death")) else None


def cause_of_death(text: str) -> str | None:
    """The cause a vital status names, as given.

    >>> cause_of_death("Died of Disease"), cause_of_death("Living")
    ('Died of Disease', None)
    """
    names_one = re.match(r"(died|dead|death|deceased)\s+(of|from|due)\b", text.strip(), re.IGNORECASE)
    return text.strip() if names_one else None


def yes_no(text: str) -> bool | None:
    """True, False, or None when the words are neither.

    >>> yes_no("YES"), yes_no("0"), yes_no("2 cycles")
    (True, False, None)
    """
    return {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}.get(
        text.strip().casefold()
    )


def side(text: str) -> str:
    """left or right from their initials; anything else as given.

    >>> side("r"), side("Left"), side("bilateral")
    ('right', 'left', 'bilateral')
    """
    return {"l": "left", "left": "left", "r": "right", "right": "right"}.get(text.strip().casefold(), text.strip())

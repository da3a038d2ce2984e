"""What a sample was taken from, as files spell it."""

from __future__ import annotations

import re

SPELLINGS: dict[str, str] = {
    "primary": "primary",
    "primary tumor": "primary",
    "primary tumour": "primary",
    "primary solid tumor": "primary",
    "primary blood derived cancer - peripheral blood": "primary",
    "primary blood derived cancer - bone marrow": "primary",
    "additional - new primary": "primary",
    "tumeur primitive": "primary",
    "primitif": "primary",
    "metastasis": "metastasis",
    "metastatic": "metastasis",
    "met": "metastasis",
    "additional metastatic": "metastasis",
    "metastase": "metastasis",
    "métastase": "metastasis",
    "local metastasis": "metastasis",
    "distant metastasis": "metastasis",
    "lymph node metastasis": "metastasis",
    "recurrence": "recurrence",
    "recurrent": "recurrence",
    "recurrent tumor": "recurrence",
    "relapse": "recurrence",
    "recurrent solid tumor": "recurrence",
    "local recurrence": "recurrence",
    "récidive": "recurrence",
    "rechute": "recurrence",
    "normal": "normal",
    "solid tissue normal": "normal",
    "normal tissue": "normal",
    "tissu sain": "normal",
    "blood": "blood",
    "blood derived normal": "blood",
    "plasma": "blood",
    "cfdna": "blood",
    "sang": "blood",
    "cell line": "cell_line",
    "cell_line": "cell_line",
    "cell lines": "cell_line",
    "lignée cellulaire": "cell_line",
    "xenograft": "xenograft",
    "primary xenograft tissue": "xenograft",
    "pdx": "xenograft",
    "xénogreffe": "xenograft",
    "organoid": "organoid",
    "organoïde": "organoid",
    "other": "other",
    "autre": "other",
}

# The two digits after the patient in a TCGA barcode (GDC code table "Sample Type").
TCGA_CODES: dict[str, str] = {
    "01": "primary",
    "02": "recurrence",
    "03": "primary",
    "04": "recurrence",
    "05": "primary",
    "06": "metastasis",
    "07": "metastasis",
    "08": "primary",
    "09": "primary",
    "10": "blood",
    "11": "normal",
    "12": "normal",
    "13": "normal",
    "14": "normal",
    "20": "cell_line",
    "40": "recurrence",
    "50": "cell_line",
    "60": "xenograft",
    "61": "xenograft",
}

_BARCODE = re.compile(r"TCGA-[A-Z0-9]{2}-[A-Z0-9]{4}-(\d{2})[A-Z]?(?:-.*)?")


def sample_type(text: str | None) -> str | None:
    """A word of `records.tables.SAMPLE_TYPE`; None when the spelling is not known.

    >>> sample_type("Primary Tumor"), sample_type("MET"), sample_type("a stone")
    ('primary', 'metastasis', None)
    """
    return SPELLINGS.get(" ".join(text.lower().split())) if text else None


def from_tcga_barcode(barcode: str) -> str | None:
    """What a TCGA sample barcode says of its sample; None when it is not one.

    >>> from_tcga_barcode("TCGA-A2-A04P-01"), from_tcga_barcode("MB-0002")
    ('primary', None)
    """
    found = _BARCODE.fullmatch(barcode)
    return TCGA_CODES.get(found.group(1)) if found else None

"""Which tables a cube holds: many for a large study, few for a small one, so that each is exact enough to be read.

The choice rests on the number of patients alone, which is no secret: a person put in another's place
does not change it.
"""

from __future__ import annotations

from dataclasses import dataclass

from chevet.privacy.noise.cube import Plan
from chevet.room.questions.axes import (
    AGE,
    ENTRY,
    EXIT,
    PANELS,
    TREATMENTS_SAID,
    TUMOUR,
    YEAR,
)  # fmt: skip

LARGE = 20_000
SHARE_TO_CHOOSE = 0.1  # of what a cube spends: on finding which names may be said, and which fields are kept
GENE, TREATMENT = "gene", "treatment_class"

# Asked for most often at tumour boards, the first ones first. A list of ours: it must not come from the patients.
GENES = (
    "TP53", "KRAS", "PIK3CA", "EGFR", "BRAF", "PTEN", "APC", "BRCA1", "BRCA2", "ERBB2", "NRAS", "ALK", "CDKN2A",
    "STK11", "IDH1", "ESR1", "KEAP1", "RB1", "ATM", "MET", "ROS1", "RET", "FGFR2", "FGFR3", "KIT", "PDGFRA", "CDH1",
    "GATA3", "ARID1A", "SMAD4", "CTNNB1", "VHL", "PBRM1", "NF1", "NOTCH1", "TERT", "FLT3", "NPM1", "DNMT3A", "JAK2",
)  # fmt: skip
GENES_OF_A_SMALL_STUDY = 16
# Of one patient so many are counted. In a hundred thousand made-up patients, 1.2 % of alterations were lost by it.
GENES_OF_A_PATIENT, TREATMENTS_OF_A_PATIENT = 8, 5


@dataclass(frozen=True)
class Recipe:
    """The tables of a cube and the genes it counts. A table of a field that the study lacks is left out."""

    plans: tuple[Plan, ...]
    genes: tuple[str, ...]


def recipe_for(n: int) -> Recipe:
    """What a cube of so many patients holds."""
    return Recipe(_LARGE, GENES) if n >= LARGE else Recipe(_SMALL, GENES[:GENES_OF_A_SMALL_STUDY])


def _plans(share: float, *tables: str, facts: str = "") -> tuple[Plan, ...]:
    return tuple(Plan(tuple(sorted(table.split())), share, facts) for table in tables)


_ONE_BY_ONE = (TUMOUR, "stage", "sex", AGE, YEAR, "centre", "grade", "sample_type", "vital_status")

_SMALL = (
    *_plans(1.0, *_ONE_BY_ONE, PANELS, TREATMENTS_SAID, EXIT),
    *_plans(0.6, f"{TUMOUR} stage", f"sex {AGE}", f"stage {EXIT}", f"stage {PANELS}", ENTRY),
    *_plans(0.3, f"stage {ENTRY}"),
    *_plans(3.0, "", facts=GENE),
    *_plans(2.0, "", facts=TREATMENT),
)

_LARGE = (
    *_plans(3.0, *_ONE_BY_ONE, PANELS, TREATMENTS_SAID, EXIT, ENTRY),
    *_plans(
        1.0, f"{TUMOUR} stage", f"{TUMOUR} sex", f"{TUMOUR} {AGE}", f"{TUMOUR} {YEAR}", f"{TUMOUR} centre",
        f"{TUMOUR} grade", f"{TUMOUR} sample_type", f"{TUMOUR} vital_status", "stage sex", f"stage {AGE}",
        f"stage {YEAR}", "stage centre", "stage grade", "stage sample_type", "stage vital_status", f"sex {AGE}",
        f"sex {YEAR}", "sex centre", "sex grade", "sex vital_status", f"{AGE} {YEAR}", f"{AGE} centre",
        f"{AGE} vital_status", f"{YEAR} centre", f"{YEAR} vital_status", "centre grade", "centre vital_status",
        f"{TUMOUR} {PANELS}", f"stage {PANELS}", f"{TUMOUR} {TREATMENTS_SAID}", f"stage {TREATMENTS_SAID}",
    ),
    *_plans(
        0.7, f"{TUMOUR} stage sex", f"{TUMOUR} stage {AGE}", f"{TUMOUR} sex {AGE}", f"{TUMOUR} stage {YEAR}",
        f"{TUMOUR} stage centre", f"{TUMOUR} stage grade", f"{TUMOUR} stage vital_status", f"stage sex {AGE}",
        f"{TUMOUR} {AGE} vital_status",
    ),
    *_plans(
        1.5, f"{TUMOUR} {EXIT}", f"stage {EXIT}", f"sex {EXIT}", f"{AGE} {EXIT}", f"{TUMOUR} stage {EXIT}",
    ),
    *_plans(
        0.8, f"{TUMOUR} {ENTRY}", f"stage {ENTRY}", f"sex {ENTRY}", f"{AGE} {ENTRY}", f"{TUMOUR} stage {ENTRY}",
    ),
    *_plans(10.0, "", facts=GENE),
    *_plans(12.0, TUMOUR, facts=GENE),
    *_plans(8.0, "stage", facts=GENE),
    *_plans(5.0, "", TUMOUR, "stage", facts=TREATMENT),
)  # fmt: skip

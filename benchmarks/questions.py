"""What exactly is asked, in one place for the three engines."""

from __future__ import annotations

from chevet.cohort.alterations import ALTERING

# The filter of the ten charts, and the cohort of the gene frequencies.
OLDER_THAN = 60
MUTATED_GENE = "TP53"
TUMOUR = "LUAD"
SURVIVAL_GENE = "KRAS"
GENES = 50

# The charts of `describe`: name -> table and column; a patient's first tumour or first sample counts.
CHARTS = {
    "tumour": ("diagnosis", "oncotree_code"),
    "stage": ("diagnosis", "stage"),
    "sex": ("patient", "sex"),
    "diagnosis_year": ("diagnosis", "diagnosis_year"),
    "centre": ("patient", "centre"),
    "grade": ("diagnosis", "grade"),
    "sample_type": ("sample", "sample_type"),
    "vital_status": ("patient", "vital_status"),
}
# ... and two more: ages in bands of ten years, and the classes of the treatments given (a patient may have several).
AGE_BAND, TREATED, CLASS_NOT_SAID = "age_band", "treatment_class", "unnamed"
PATIENT_TABLES = (
    "patient", "diagnosis", "sample", "panel", "treatment", "event", "measurement",
    "variant", "copy_number", "structural_variant",
)  # fmt: skip
SOME_PATIENT = "SYN-0000777"
ALTERS = ALTERING


def four_cells(both: int, first: int, second: int, tested: int) -> tuple[int, int, int, int]:
    """both, only the first, only the second, neither: from how many have each, among those tested for both."""
    return both, first - both, second - both, tested - first - second + both

"""What exactly is asked, in one place for the three engines."""

from __future__ import annotations

from chevet.cohort.alterations import ALTERING

# The filter of the ten charts, and the cohort of the gene frequencies.
OLDER_THAN = 60
MUTATED_GENE = "TP53"
TUMOUR = "LUAD"
SURVIVAL_GENE = "KRAS"
GENES = 50

# name of the chart -> table and column; a patient's first tumour or first sample counts
CHARTS = {
    "tumour": ("diagnosis", "oncotree_code"),
    "stage": ("diagnosis", "stage"),
    "grade": ("diagnosis", "grade"),
    "laterality": ("diagnosis", "laterality"),
    "diagnosis_year": ("diagnosis", "diagnosis_year"),
    "sex": ("patient", "sex"),
    "centre": ("patient", "centre"),
    "vital_status": ("patient", "vital_status"),
    "sample_type": ("sample", "sample_type"),
    "msi": ("sample", "msi"),
}
PATIENT_TABLES = (
    "patient", "diagnosis", "sample", "panel", "treatment", "event", "measurement",
    "variant", "copy_number", "structural_variant",
)  # fmt: skip
SOME_PATIENT = "SYN-0000777"
ALTERS = ALTERING

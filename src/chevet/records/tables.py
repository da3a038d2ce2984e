"""The patient record: eleven kinds of fact, each a typed Arrow table.

Times are **days since the patient's first diagnosis** (`*_days`, float, may be negative), so no
calendar date is needed and intervals stay true. An empty cell (null) means *not said*; it never
means *no*. What was tested is a table of its own (`panel`): a gene that no panel of a sample
covers is *not tested*, which is not the same as *tested, not found*.

What each field is called in OSIRIS, mCODE, OMOP and cBioPortal stands in `crosswalk.tsv`; the
reference page of the manual is printed from both.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.string()
NUMBER = pa.float64()
WHOLE = pa.int64()
YES_NO = pa.bool_()

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Field:
    """One column: its Arrow type, whether it must be filled, and the words it may hold."""

    name: str
    type: pa.DataType
    says: str
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of the record; `key` columns together name a row, or are empty when rows may repeat."""

    name: str
    says: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(f.name, f.type, nullable=not f.required) for f in self.fields])

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)


SEX = ("female", "male", "other")
VITAL_STATUS = ("alive", "dead")
STAGE = ("0", "I", "II", "III", "IV")
SAMPLE_TYPE = (
    "primary",
    "recurrence",
    "metastasis",
    "normal",
    "blood",
    "cell_line",
    "xenograft",
    "organoid",
    "other",
)
ALTERATION_TYPE = ("variant", "copy_number", "structural_variant", "expression")
ORIGIN = ("somatic", "germline", "unknown")
TREATMENT_CLASS = (
    "chemotherapy",
    "targeted_therapy",
    "immunotherapy",
    "hormone_therapy",
    "radiotherapy",
    "surgery",
    "transplant",
    "cell_therapy",
    "radiopharmaceutical",
    "supportive",
    "other",
)
ENDPOINT = (
    "overall_survival",
    "disease_specific_survival",
    "disease_free_survival",
    "progression_free_survival",
    "disease_free_interval",
    "progression_free_interval",
)
STUDY_FILE_KIND = (
    "cancer_type",
    "case_list",
    "recurrent_copy_number",
    "recurrent_mutation",
    "resource",
    "resource_definition",
    "tag",
)


def _patient() -> Field:
    return Field("patient_id", TEXT, "the patient's pseudonym in this study", required=True)


def _sample(required: bool = True) -> Field:
    return Field("sample_id", TEXT, "the sample's name in this study", required=required)


def _gene(name: str = "gene", says: str = "approved HGNC symbol; as given where HGNC has none") -> Field:
    return Field(name, TEXT, says)


PATIENT = Table(
    "patient",
    "one row per person",
    (
        _patient(),
        Field("sex", TEXT, "sex recorded at birth or in the file", values=SEX),
        Field("birth_year", WHOLE, "calendar year"),
        Field("ethnicity", TEXT, "as given"),
        Field("centre", TEXT, "the hospital the record comes from"),
        Field("vital_status", TEXT, "at last news", values=VITAL_STATUS),
        Field("cause_of_death", TEXT, "as given"),
        Field("last_news_days", NUMBER, "day of death or of last contact"),
        Field(
            "entry_days",
            NUMBER,
            "day this person came under observation; null when observed from diagnosis on (delayed entry)",
        ),
    ),
    key=("patient_id",),
)

DIAGNOSIS = Table(
    "diagnosis",
    "one row per tumour of a patient",
    (
        _patient(),
        Field("diagnosis_id", TEXT, "unique within the patient", required=True),
        Field("oncotree_code", TEXT, "OncoTree code; null when none could be told"),
        Field("tumour_as_given", TEXT, "the words or code of the source"),
        Field("icdo_topography", TEXT, "ICD-O-3 topography"),
        Field("icdo_morphology", TEXT, "ICD-O-3 morphology"),
        Field("age_at_diagnosis_years", NUMBER, "years"),
        Field("diagnosis_year", WHOLE, "calendar year"),
        Field("stage", TEXT, "overall stage, without its letters", values=STAGE),
        Field("stage_as_given", TEXT, "the words of the source"),
        Field("grade", TEXT, "histological grade as given"),
        Field("laterality", TEXT, "left, right or as given"),
        Field("diagnosed_days", NUMBER, "0 for the first tumour; later tumours count from it"),
    ),
    key=("patient_id", "diagnosis_id"),
)

SAMPLE = Table(
    "sample",
    "one row per sample",
    (
        _sample(),
        _patient(),
        Field("parent_sample_id", TEXT, "the sample this one was taken from"),
        Field("oncotree_code", TEXT, "OncoTree code of this sample; null when none could be told"),
        Field("tumour_as_given", TEXT, "the words or code of the source"),
        Field("sample_type", TEXT, "what it was taken from", values=SAMPLE_TYPE),
        Field("sample_type_as_given", TEXT, "the words of the source"),
        Field("material", TEXT, "tissue, DNA, RNA, slide, as given"),
        Field("site", TEXT, "anatomical site as given"),
        Field("collected_days", NUMBER, "day it was taken"),
        Field("purity", NUMBER, "tumour fraction, 0 to 1"),
        Field("tmb_per_megabase", NUMBER, "tumour mutational burden, mutations per megabase"),
        Field("msi", TEXT, "microsatellite status as given"),
    ),
    key=("sample_id",),
)

PANEL = Table(
    "panel",
    "what was tested on each sample: one row per sample and type of alteration",
    (
        _sample(),
        _patient(),
        Field("alteration_type", TEXT, "what the test can see", required=True, values=ALTERATION_TYPE),
        Field("panel_id", TEXT, "name of the panel; its genes are in panel_gene", required=True),
        Field("whole", YES_NO, "true for a whole exome or genome: every gene counts as tested", required=True),
    ),
    key=("sample_id", "alteration_type", "panel_id"),
)

PANEL_GENE = Table(
    "panel_gene",
    "the genes of each panel",
    (
        Field("panel_id", TEXT, "name of the panel", required=True),
        Field("gene", TEXT, "approved HGNC symbol; as given where HGNC has none", required=True),
    ),
    key=("panel_id", "gene"),
)

TREATMENT = Table(
    "treatment",
    "one row per treatment of a patient",
    (
        _patient(),
        Field("treatment", TEXT, "medicine (international name, lower case) or act; null when only its class is known"),
        Field("treatment_as_given", TEXT, "the words of the source"),
        Field("treatment_class", TEXT, "its class", values=TREATMENT_CLASS),
        Field("given", YES_NO, "false when the source says that it was not given", required=True),
        Field("start_days", NUMBER, "first day"),
        Field("end_days", NUMBER, "last day"),
        Field("line", WHOLE, "line of treatment, 1 first"),
        Field("intent", TEXT, "as given"),
        Field("best_response", TEXT, "as given"),
    ),
)

EVENT = Table(
    "event",
    "things that happen, and how long nothing happened",
    (
        _patient(),
        Field(
            "event",
            TEXT,
            "death, last_contact, progression, relapse, or as given; for an endpoint, its name",
            required=True,
        ),
        Field(
            "endpoint",
            TEXT,
            "set when the row is a survival time from diagnosis (or entry) to `start_days`",
            values=ENDPOINT,
        ),
        Field("occurred", YES_NO, "false: not yet at `start_days` (censored)"),
        Field("start_days", NUMBER, "day it happened, or of last news without it"),
        Field("end_days", NUMBER, "last day, for what lasts"),
        Field("detail", TEXT, "as given"),
    ),
)

MEASUREMENT = Table(
    "measurement",
    "every other value of a patient or a sample, none dropped",
    (
        _patient(),
        _sample(required=False),
        Field("measurement", TEXT, "name of the attribute, in the source's spelling", required=True),
        Field("profile", TEXT, "assay or file family it belongs to; null for clinical attributes"),
        Field("value_number", NUMBER, "when it is a number"),
        Field("value_text", TEXT, "when it is words (or a bound, such as >8)"),
        Field("unit", TEXT, "as given"),
        Field("measured_days", NUMBER, "day"),
    ),
)

_PLACE = (
    Field("assembly", TEXT, "GRCh37 or GRCh38"),
    Field("chromosome", TEXT, "1 to 22, X, Y or MT, without chr"),
    Field("start", WHOLE, "first base, 1-based"),
    Field("end", WHOLE, "last base, 1-based, included"),
)

VARIANT = Table(
    "variant",
    "small variants found: one row per sample and variant",
    (
        _sample(),
        _patient(),
        _gene(),
        Field("gene_as_given", TEXT, "the symbol of the source"),
        Field("hgnc_id", TEXT, "HGNC:1234; null when HGNC does not know the symbol"),
        *_PLACE,
        Field("reference_allele", TEXT, "- for an insertion"),
        Field("alternate_allele", TEXT, "- for a deletion"),
        Field("consequence", TEXT, "MAF class, such as Missense_Mutation"),
        Field("protein_change", TEXT, "HGVS p. in one letter, such as p.L858R"),
        Field("cdna_change", TEXT, "HGVS c."),
        Field("transcript", TEXT, "as given"),
        Field("tumour_reference_reads", WHOLE, "reads"),
        Field("tumour_alternate_reads", WHOLE, "reads"),
        Field("vaf", NUMBER, "variant allele fraction in the tumour, 0 to 1"),
        Field("origin", TEXT, "somatic, germline or unknown", values=ORIGIN),
    ),
)

COPY_NUMBER = Table(
    "copy_number",
    "copy number: gene calls, log ratios and segments",
    (
        _sample(),
        _patient(),
        _gene(),
        Field("gene_as_given", TEXT, "the symbol of the source"),
        Field("profile", TEXT, "assay or file family"),
        *_PLACE,
        Field("call", WHOLE, "-2 deep deletion, -1 loss, 0 neutral, 1 gain, 2 amplification"),
        Field("log2_ratio", NUMBER, "tumour over normal"),
        Field("probes", WHOLE, "markers in the segment"),
    ),
)

STRUCTURAL_VARIANT = Table(
    "structural_variant",
    "fusions and other rearrangements",
    (
        _sample(),
        _patient(),
        _gene("gene_1", "first partner (5'), approved symbol"),
        _gene("gene_2", "second partner (3'), approved symbol"),
        Field("gene_1_as_given", TEXT, "the symbol of the source"),
        Field("gene_2_as_given", TEXT, "the symbol of the source"),
        Field("chromosome_1", TEXT, "without chr"),
        Field("position_1", WHOLE, "1-based"),
        Field("chromosome_2", TEXT, "without chr"),
        Field("position_2", WHOLE, "1-based"),
        Field("assembly", TEXT, "GRCh37 or GRCh38"),
        Field("structural_class", TEXT, "fusion, deletion, ..., as given"),
        Field("in_frame", TEXT, "as given"),
        Field("dna_support", YES_NO, "seen in DNA"),
        Field("rna_support", YES_NO, "seen in RNA"),
        Field("supporting_reads", WHOLE, "reads in the tumour"),
        Field("origin", TEXT, "somatic, germline or unknown", values=ORIGIN),
        Field("detail", TEXT, "as given"),
    ),
)

EXPRESSION = Table(
    "expression",
    "one value per sample, gene and profile (expression, methylation)",
    (
        _sample(),
        _patient(),
        _gene(),
        Field("gene_as_given", TEXT, "the symbol of the source"),
        Field("profile", TEXT, "assay or file family, such as mrna or methylation_hm27", required=True),
        Field("unit", TEXT, "scale of the value, as given (CONTINUOUS, Z-SCORE, ...)"),
        Field("value", NUMBER, "null where the source has no value"),
    ),
)

STUDY_FILE = Table(
    "study_file",
    "what a study says that belongs to no patient, or only points elsewhere",
    (
        Field("kind", TEXT, "what the row is", required=True, values=STUDY_FILE_KIND),
        Field("name", TEXT, "name of the cancer type, list, region, gene, resource or tag", required=True),
        Field("patient_id", TEXT, "when it points to a patient"),
        Field("sample_id", TEXT, "when it points to a sample"),
        Field("gene", TEXT, "when it points to a gene"),
        Field("value_number", NUMBER, "such as a q-value"),
        Field("value_text", TEXT, "such as an address or a description"),
    ),
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        PATIENT,
        DIAGNOSIS,
        SAMPLE,
        PANEL,
        PANEL_GENE,
        TREATMENT,
        EVENT,
        MEASUREMENT,
        VARIANT,
        COPY_NUMBER,
        STRUCTURAL_VARIANT,
        EXPRESSION,
        STUDY_FILE,
    )
}

"""The patient record: eleven kinds of fact, each a typed Arrow table.

Times are **days since the patient's first diagnosis** (`*_days`, float, may be negative), so no
calendar date is needed and intervals stay true. An empty cell (null) means *not said*; it never
means *no*. What was tested is a table of its own (`panel`): a gene that no panel of a sample
covers is *not tested*, which is not the same as *tested, not found*.

`Field` keeps, beside the type, the unit and what the same fact is called in OSIRIS, mCODE, OMOP
and cBioPortal: the crosswalk page of the manual is printed from here.
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
    """One column: its Arrow type, whether it must be filled, and its names elsewhere."""

    name: str
    type: pa.DataType
    says: str
    required: bool = False
    values: tuple[str, ...] = ()
    osiris: str = ""
    mcode: str = ""
    omop: str = ""
    cbioportal: str = ""


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
    "primary", "recurrence", "metastasis", "normal", "blood", "cell_line", "xenograft", "organoid", "other",
)
ALTERATION_TYPE = ("variant", "copy_number", "structural_variant", "expression")
ORIGIN = ("somatic", "germline", "unknown")
TREATMENT_CLASS = (
    "chemotherapy", "targeted_therapy", "immunotherapy", "hormone_therapy", "radiotherapy",
    "surgery", "transplant", "cell_therapy", "radiopharmaceutical", "supportive", "other",
)
ENDPOINT = (
    "overall_survival", "disease_specific_survival", "disease_free_survival",
    "progression_free_survival", "disease_free_interval", "progression_free_interval",
)


def _patient() -> Field:
    return Field("patient_id", TEXT, "the patient's pseudonym in this study", required=True,
                 osiris="Patient_Id", mcode="Patient.identifier", omop="person.person_source_value",
                 cbioportal="PATIENT_ID")


def _sample(required: bool = True) -> Field:
    return Field("sample_id", TEXT, "the sample's name in this study", required=required,
                 osiris="BiologicalSample_ExternalAccession", mcode="Specimen.identifier",
                 omop="specimen.specimen_source_id", cbioportal="SAMPLE_ID")


def _gene(name: str = "gene", says: str = "approved HGNC symbol; as given where HGNC has none") -> Field:
    return Field(name, TEXT, says, mcode="Observation.component:geneStudied", cbioportal="Hugo_Symbol")


PATIENT = Table("patient", "one row per person", (
    _patient(),
    Field("sex", TEXT, "sex recorded at birth or in the file", values=SEX, osiris="Patient_Gender",
          mcode="Patient.gender", omop="person.gender_concept_id", cbioportal="SEX"),
    Field("birth_year", WHOLE, "calendar year", osiris="Patient_BirthDate", mcode="Patient.birthDate",
          omop="person.year_of_birth"),
    Field("ethnicity", TEXT, "as given", osiris="Patient_Ethnicity", mcode="us-core-ethnicity",
          omop="person.ethnicity_source_value", cbioportal="ETHNICITY"),
    Field("centre", TEXT, "the hospital the record comes from", osiris="Patient_ProviderCenterId",
          mcode="Patient.managingOrganization", omop="person.care_site_id", cbioportal="CENTER"),
    Field("vital_status", TEXT, "at last news", values=VITAL_STATUS, osiris="Patient_VitalStatus", mcode="Patient.deceased[x]",
          omop="death", cbioportal="OS_STATUS"),
    Field("cause_of_death", TEXT, "as given", osiris="Patient_CauseOfDeath", mcode="Observation.causeOfDeath",
          omop="death.cause_source_value"),
    Field("last_news_days", NUMBER, "day of death or of last contact", osiris="Patient_LastNewsDate",
          mcode="Patient.deceasedDateTime", omop="death.death_date"),
    Field("entry_days", NUMBER,
          "day this person came under observation; null when observed from diagnosis on (delayed entry)",
          omop="observation_period.observation_period_start_date"),
), key=("patient_id",))

DIAGNOSIS = Table("diagnosis", "one row per tumour of a patient", (
    _patient(),
    Field("diagnosis_id", TEXT, "unique within the patient", required=True, osiris="TumorPathologyEvent_Id",
          mcode="Condition.identifier", omop="condition_occurrence_id"),
    Field("oncotree_code", TEXT, "OncoTree code; null when none could be told", cbioportal="ONCOTREE_CODE",
          omop="condition_concept_id"),
    Field("tumour_as_given", TEXT, "the words or code of the source", mcode="Condition.code.text",
          omop="condition_source_value", cbioportal="CANCER_TYPE_DETAILED"),
    Field("icdo_topography", TEXT, "ICD-O-3 topography", osiris="TumorPathologyEvent_TopographyCode",
          mcode="Condition.bodySite"),
    Field("icdo_morphology", TEXT, "ICD-O-3 morphology", osiris="TumorPathologyEvent_MorphologyCode",
          mcode="Condition.extension:histologyMorphologyBehavior"),
    Field("age_at_diagnosis_years", NUMBER, "years", mcode="Condition.onsetAge", cbioportal="AGE"),
    Field("diagnosis_year", WHOLE, "calendar year", osiris="TumorPathologyEvent_StartDate", mcode="Condition.onsetDateTime",
          omop="condition_start_date"),
    Field("stage", TEXT, "overall stage, without its letters", values=STAGE, mcode="Observation.cancerStageGroup",
          cbioportal="TUMOR_STAGE"),
    Field("stage_as_given", TEXT, "the words of the source", mcode="Observation.cancerStageGroup"),
    Field("grade", TEXT, "histological grade as given", osiris="TumorPathologyEvent_HistologicalGradeValue",
          mcode="Observation.histologicGrade", cbioportal="GRADE"),
    Field("laterality", TEXT, "left, right or as given", osiris="TumorPathologyEvent_Laterality",
          mcode="Condition.bodySite:laterality", cbioportal="LATERALITY"),
    Field("diagnosed_days", NUMBER, "0 for the first tumour; later tumours count from it", mcode="Condition.recordedDate"),
), key=("patient_id", "diagnosis_id"))

SAMPLE = Table("sample", "one row per sample", (
    _sample(), _patient(),
    Field("parent_sample_id", TEXT, "the sample this one was taken from", mcode="Specimen.parent",
          osiris="BiologicalSample_ParentExternalAccession"),
    Field("oncotree_code", TEXT, "OncoTree code of this sample; null when none could be told", cbioportal="ONCOTREE_CODE"),
    Field("tumour_as_given", TEXT, "the words or code of the source", cbioportal="CANCER_TYPE_DETAILED"),
    Field("sample_type", TEXT, "what it was taken from", values=SAMPLE_TYPE, osiris="BiologicalSample_NatureCode",
          mcode="Specimen.type", omop="specimen.disease_status_concept_id", cbioportal="SAMPLE_TYPE"),
    Field("sample_type_as_given", TEXT, "the words of the source", cbioportal="SAMPLE_TYPE"),
    Field("material", TEXT, "tissue, DNA, RNA, slide, as given", osiris="BiologicalSample_StorageTemperature", mcode="Specimen.type"),
    Field("site", TEXT, "anatomical site as given", osiris="BiologicalSample_TopographyCode", mcode="Specimen.collection.bodySite",
          omop="specimen.anatomic_site_source_value", cbioportal="TUMOR_SITE"),
    Field("collected_days", NUMBER, "day it was taken", osiris="BiologicalSample_CollectionDate",
          mcode="Specimen.collection.collectedDateTime", omop="specimen.specimen_date"),
    Field("purity", NUMBER, "tumour fraction, 0 to 1", cbioportal="TUMOR_PURITY"),
    Field("tmb_per_megabase", NUMBER, "tumour mutational burden, mutations per megabase",
          mcode="Observation.tumorMutationBurden", cbioportal="TMB_NONSYNONYMOUS"),
    Field("msi", TEXT, "microsatellite status as given", mcode="Observation.microsatelliteInstability",
          cbioportal="MSI_TYPE"),
), key=("sample_id",))

PANEL = Table("panel", "what was tested on each sample: one row per sample and type of alteration", (
    _sample(), _patient(),
    Field("alteration_type", TEXT, "what the test can see", required=True, values=ALTERATION_TYPE),
    Field("panel_id", TEXT, "name of the panel; its genes are in panel_gene", required=True, osiris="Panel_Name",
          mcode="DiagnosticReport.code", cbioportal="gene panel stable_id"),
    Field("whole", YES_NO, "true for a whole exome or genome: every gene counts as tested", required=True),
), key=("sample_id", "alteration_type", "panel_id"))

PANEL_GENE = Table("panel_gene", "the genes of each panel", (
    Field("panel_id", TEXT, "name of the panel", required=True, osiris="Panel_Name", cbioportal="stable_id"),
    Field("gene", TEXT, "approved HGNC symbol; as given where HGNC has none", required=True, cbioportal="gene_list"),
), key=("panel_id", "gene"))

TREATMENT = Table("treatment", "one row per treatment of a patient", (
    _patient(),
    Field("treatment", TEXT, "medicine (international name, lower case) or act; null when only its class is known",
          osiris="Treatment_Code", mcode="MedicationAdministration.medication[x]", omop="drug_concept_id",
          cbioportal="AGENT"),
    Field("treatment_as_given", TEXT, "the words of the source", mcode="medication.text", omop="drug_source_value",
          cbioportal="AGENT"),
    Field("treatment_class", TEXT, "its class", values=TREATMENT_CLASS, osiris="Treatment_Type",
          mcode="Procedure.category", cbioportal="TREATMENT_TYPE"),
    Field("given", YES_NO, "false when the source says that it was not given", required=True, mcode="status (not-done)"),
    Field("start_days", NUMBER, "first day", osiris="Treatment_StartDate", mcode="effectivePeriod.start",
          omop="drug_exposure_start_date", cbioportal="START_DATE"),
    Field("end_days", NUMBER, "last day", osiris="Treatment_EndDate", mcode="effectivePeriod.end",
          omop="drug_exposure_end_date", cbioportal="STOP_DATE"),
    Field("line", WHOLE, "line of treatment, 1 first", osiris="Treatment_LineNumber"),
    Field("intent", TEXT, "as given", mcode="treatmentIntent"),
    Field("best_response", TEXT, "as given", osiris="TumorPathologyEvent_PercentCancerousCell", mcode="Observation.cancerDiseaseStatus"),
))

EVENT = Table("event", "things that happen, and how long nothing happened", (
    _patient(),
    Field("event", TEXT, "death, last_contact, progression, relapse, or as given; for an endpoint, its name",
          required=True, cbioportal="EVENT_TYPE"),
    Field("endpoint", TEXT, "set when the row is a survival time from diagnosis (or entry) to `start_days`",
          values=ENDPOINT, cbioportal="OS_MONTHS, DFS_MONTHS, ..."),
    Field("occurred", YES_NO, "false: not yet at `start_days` (censored)", cbioportal="OS_STATUS, DFS_STATUS, ..."),
    Field("start_days", NUMBER, "day it happened, or of last news without it", omop="observation_date",
          mcode="Observation.effectiveDateTime", cbioportal="START_DATE"),
    Field("end_days", NUMBER, "last day, for what lasts", cbioportal="STOP_DATE"),
    Field("detail", TEXT, "as given"),
))

MEASUREMENT = Table("measurement", "every other value of a patient or a sample, none dropped", (
    _patient(), _sample(required=False),
    Field("measurement", TEXT, "name of the attribute, in the source's spelling", required=True,
          mcode="Observation.code", omop="measurement_source_value", cbioportal="attribute id"),
    Field("profile", TEXT, "assay or file family it belongs to; null for clinical attributes", cbioportal="stable_id"),
    Field("value_number", NUMBER, "when it is a number", mcode="Observation.valueQuantity", omop="value_as_number"),
    Field("value_text", TEXT, "when it is words (or a bound, such as >8)", mcode="Observation.valueCodeableConcept",
          omop="value_source_value"),
    Field("unit", TEXT, "as given", mcode="valueQuantity.unit", omop="unit_source_value"),
    Field("measured_days", NUMBER, "day", mcode="Observation.effectiveDateTime", omop="measurement_date"),
))

_PLACE = (
    Field("assembly", TEXT, "GRCh37 or GRCh38", osiris="OmicAnalysis_GenomeRefVersion", mcode="referenceGenome", cbioportal="NCBI_Build"),
    Field("chromosome", TEXT, "1 to 22, X, Y or MT, without chr", osiris="AlterationOnSample_Chromosome", mcode="chromosome", cbioportal="Chromosome"),
    Field("start", WHOLE, "first base, 1-based", osiris="AlterationOnSample_GenomicStart", mcode="exact-start-end", cbioportal="Start_Position"),
    Field("end", WHOLE, "last base, 1-based, included", osiris="AlterationOnSample_GenomicStop", mcode="exact-start-end", cbioportal="End_Position"),
)

VARIANT = Table("variant", "small variants found: one row per sample and variant", (
    _sample(), _patient(), _gene(),
    Field("gene_as_given", TEXT, "the symbol of the source", cbioportal="Hugo_Symbol"),
    Field("hgnc_id", TEXT, "HGNC:1234; null when HGNC does not know the symbol"),
    *_PLACE,
    Field("reference_allele", TEXT, "- for an insertion", osiris="Variant_ReferenceAllele", mcode="ref-allele", cbioportal="Reference_Allele"),
    Field("alternate_allele", TEXT, "- for a deletion", osiris="Variant_AlternativeAllele", mcode="alt-allele", cbioportal="Tumor_Seq_Allele2"),
    Field("consequence", TEXT, "MAF class, such as Missense_Mutation", osiris="Annotation_MutationPredictionVEP", mcode="molecular-consequence",
          cbioportal="Variant_Classification"),
    Field("protein_change", TEXT, "HGVS p. in one letter, such as p.L858R", osiris="Annotation_AminoAcidChange",
          mcode="amino-acid-change", cbioportal="HGVSp_Short"),
    Field("cdna_change", TEXT, "HGVS c.", osiris="Annotation_DNASequenceVariation", mcode="representative-coding-hgvs", cbioportal="HGVSc"),
    Field("transcript", TEXT, "as given", osiris="Annotation_ReferenceValue", cbioportal="Transcript_ID"),
    Field("tumour_reference_reads", WHOLE, "reads", osiris="Variant_PositionReadDepth", cbioportal="t_ref_count"),
    Field("tumour_alternate_reads", WHOLE, "reads", osiris="Variant_VariantReadDepth", cbioportal="t_alt_count"),
    Field("vaf", NUMBER, "variant allele fraction in the tumour, 0 to 1", osiris="VariantInSample_AllelicFrequency", mcode="sample-allelic-frequency",
          cbioportal="t_alt_count / depth"),
    Field("origin", TEXT, "somatic, germline or unknown", values=ORIGIN, osiris="VariantInSample_GenomicOrigin",
          mcode="genomic-source-class", cbioportal="Mutation_Status"),
))

COPY_NUMBER = Table("copy_number", "copy number: gene calls, log ratios and segments", (
    _sample(), _patient(), _gene(),
    Field("gene_as_given", TEXT, "the symbol of the source", cbioportal="Hugo_Symbol"),
    Field("profile", TEXT, "assay or file family", cbioportal="stable_id"),
    *_PLACE,
    Field("call", WHOLE, "-2 deep deletion, -1 loss, 0 neutral, 1 gain, 2 amplification", mcode="copyNumber",
          cbioportal="DISCRETE"),
    Field("log2_ratio", NUMBER, "tumour over normal", osiris="CopyNumber_LogRatio", cbioportal="LOG2-VALUE, seg.mean"),
    Field("probes", WHOLE, "markers in the segment", cbioportal="num.mark"),
))

STRUCTURAL_VARIANT = Table("structural_variant", "fusions and other rearrangements", (
    _sample(), _patient(),
    _gene("gene_1", "first partner (5'), approved symbol"), _gene("gene_2", "second partner (3'), approved symbol"),
    Field("gene_1_as_given", TEXT, "the symbol of the source", cbioportal="Site1_Hugo_Symbol"),
    Field("gene_2_as_given", TEXT, "the symbol of the source", cbioportal="Site2_Hugo_Symbol"),
    Field("chromosome_1", TEXT, "without chr", cbioportal="Site1_Chromosome", osiris="Fusion_Chromosome1"),
    Field("position_1", WHOLE, "1-based", cbioportal="Site1_Position"),
    Field("chromosome_2", TEXT, "without chr", cbioportal="Site2_Chromosome", osiris="Fusion_Chromosome2"),
    Field("position_2", WHOLE, "1-based", cbioportal="Site2_Position"),
    Field("assembly", TEXT, "GRCh37 or GRCh38", cbioportal="NCBI_Build"),
    Field("structural_class", TEXT, "fusion, deletion, ..., as given", cbioportal="Class"),
    Field("in_frame", TEXT, "as given", cbioportal="Site2_Effect_On_Frame"),
    Field("dna_support", YES_NO, "seen in DNA", cbioportal="DNA_Support"),
    Field("rna_support", YES_NO, "seen in RNA", cbioportal="RNA_Support"),
    Field("supporting_reads", WHOLE, "reads in the tumour", osiris="Fusion_ReadCount", cbioportal="Tumor_Read_Count"),
    Field("origin", TEXT, "somatic, germline or unknown", values=ORIGIN, cbioportal="SV_Status"),
    Field("detail", TEXT, "as given", cbioportal="Event_Info"),
))

EXPRESSION = Table("expression", "one value per sample, gene and profile (expression, methylation)", (
    _sample(), _patient(), _gene(),
    Field("gene_as_given", TEXT, "the symbol of the source", cbioportal="Hugo_Symbol"),
    Field("profile", TEXT, "assay or file family, such as mrna or methylation_hm27", required=True, cbioportal="stable_id"),
    Field("unit", TEXT, "scale of the value, as given (CONTINUOUS, Z-SCORE, ...)", osiris="Expression_DataType", cbioportal="datatype"),
    Field("value", NUMBER, "null where the source has no value", osiris="Expression_Value"),
))

STUDY_FILE = Table("study_file", "what a study says that belongs to no patient, or only points elsewhere", (
    Field("kind", TEXT, "case_list, resource, recurrent_copy_number, tag, cancer_type", required=True),
    Field("name", TEXT, "name of the list, resource, region or tag", required=True),
    Field("patient_id", TEXT, "when it points to a patient", cbioportal="PATIENT_ID"),
    Field("sample_id", TEXT, "when it points to a sample", cbioportal="SAMPLE_ID"),
    Field("gene", TEXT, "when it points to a gene"),
    Field("value_number", NUMBER, "such as a q-value"),
    Field("value_text", TEXT, "such as an address or a description"),
))

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        PATIENT, DIAGNOSIS, SAMPLE, PANEL, PANEL_GENE, TREATMENT, EVENT, MEASUREMENT,
        VARIANT, COPY_NUMBER, STRUCTURAL_VARIANT, EXPRESSION, STUDY_FILE,
    )
}

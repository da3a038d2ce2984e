"""The findings as rows of OSIRIS (INCa's minimum set of data in oncology): one row for each finding.

Columns bear the names of its data elements, in its order, and codes are those of its closed lists. What the object
does not say stays empty, and is never filled in: a centre completes its own identifiers, dates and sample.
"""

from __future__ import annotations

from typing import Any

from chevet.bedside.views.consultation.answer_codes import CHROMOSOMES, ORIGINS
from chevet.words import genes, oncotree
from chevet.words.signs import drawable

Told = dict[str, Any]

COLUMNS = (
    "Patient_Id", "Patient_Gender", "TumorPathologyEvent_Type", "TumorPathologyEvent_PerformanceStatus",
    "TumorPathologyEvent_TopographyCode", "TumorPathologyEvent_MorphologyCode", "Analysis_Date", "Biomarker_Code",
    "Biomarker_Value", "Biomarker_Unit", "BiologicalSample_TumorCellularity", "Panel_Name",
    "AnalysisProcess_AnalyticPipelineCode",
    "AlterationOnSample_AlterationType", "AlterationOnSample_Pathogenicity", "AlterationOnSample_Actionability",
    "AlterationOnSample_ProposedForOrientation", "Validation_Type", "Alteration_Chromosome", "Alteration_GenomicStart",
    "Alteration_GenomicStop", "Alteration_GenomeBuild", "GenomeEntity_Database", "GenomeEntity_Id",
    "GenomeEntity_Symbol", "Fusion_InFrame", "CNV_SegmentGenomicStatus", "CNV_CopyNumber", "Variant_ReferenceAllele",
    "Variant_AlternativeAllele", "Annotation_ReferenceValue", "Annotation_DNASequenceVariation",
    "Annotation_AminoAcidChange", "Annotation_GenomicSequenceVariation", "Annotation_Symbol",
    "VariantInSample_PositionReadDepth", "VariantInSample_GenomicSourceClass",
)  # fmt: skip
TYPES = {
    "variant": "OSIRIS:O15-5", "fusion": "OSIRIS:O15-3", "amplification": "OSIRIS:O15-4", "deletion": "OSIRIS:O15-4",
    "gain": "OSIRIS:O15-4", "loss": "OSIRIS:O15-4", "expression": "OSIRIS:O15-2",
}  # fmt: skip
SEGMENTS = {
    "amplification": "OSIRIS:O49-1", "gain": "OSIRIS:O49-2", "loss": "OSIRIS:O49-4", "deletion": "OSIRIS:O49-5",
}  # fmt: skip
PATHOGENICITY = {
    "oncogenic": "OSIRIS:O81-1", "likely_oncogenic": "OSIRIS:O81-2", "benign": "OSIRIS:O81-3",
    "polymorphism": "OSIRIS:O81-3", "likely_benign": "OSIRIS:O81-4", "uncertain": "OSIRIS:O81-5",
}  # fmt: skip
BUILDS = {"GRCh37": "OSIRIS:O22-1", "GRCh38": "OSIRIS:O22-2"}
ACTIONABLE, BY_PROGRAM = "OSIRIS:O82-1", "OSIRIS:O15-13"
TUMOUR_EVENT = "UMLS:C1882062"
GENDERS = {"male": "M", "female": "F"}
_MARKERS = ("signature", "expression")


def osiris(told: Told) -> bytes:
    """The rows as TSV in UTF-8, a header first."""
    actionable = {each["label"] for one in told["options"] for each in one["because"]}
    lines = [COLUMNS, *(_row(one, told, actionable) for one in told["findings"])]
    return "".join("\t".join(_cell(cell) for cell in line) + "\n" for line in lines).encode()


def _cell(text: str) -> str:
    """One line of plain words; no spreadsheet takes it for a formula."""
    plain = drawable(text).strip()
    return f"'{plain}" if plain[:1] in ("=", "+", "-", "@") else plain


def _row(one: Told, told: Told, actionable: set[str]) -> tuple[str, ...]:
    said = {**_of_case(told), **_of_finding(one, actionable)}
    said |= _of_marker(one) if one["type"] in _MARKERS else {**_of_gene(one), **_of_place(one)}
    return tuple(said.get(column, "") for column in COLUMNS)


def _of_case(told: Told) -> dict[str, str]:
    tumour = oncotree.get(told["diagnosis"]["oncotree"] or "")
    clinical, purity = told["clinical"], told["sample"]["purity"]
    return {
        "Patient_Id": told["case_id"], "Patient_Gender": GENDERS.get(clinical["sex"], ""),
        "TumorPathologyEvent_Type": TUMOUR_EVENT,
        "TumorPathologyEvent_PerformanceStatus": "" if clinical["ecog"] is None else str(clinical["ecog"]),
        "TumorPathologyEvent_TopographyCode": tumour.icdo_topography if tumour else "",
        "TumorPathologyEvent_MorphologyCode": tumour.icdo_morphology if tumour else "",
        "BiologicalSample_TumorCellularity": "" if purity is None else str(round(100 * purity)),
        "Panel_Name": told["tested"]["panel"],
        "AnalysisProcess_AnalyticPipelineCode": f"Chevet {told['provenance']['chevet']}",
    }  # fmt: skip


def _of_finding(one: Told, actionable: set[str]) -> dict[str, str]:
    acts = one["label"] in actionable
    return {
        "AlterationOnSample_AlterationType": TYPES.get(one["type"], ""),
        "AlterationOnSample_Pathogenicity": "" if one["type"] in _MARKERS else PATHOGENICITY[one["class"]],
        "AlterationOnSample_Actionability": ACTIONABLE if acts else "",
        "AlterationOnSample_ProposedForOrientation": "true" if acts else "false",
        "Validation_Type": BY_PROGRAM,
    }  # fmt: skip


def _of_marker(one: Told) -> dict[str, str]:
    value = one.get("value")
    text = "" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)
    return {"Biomarker_Code": one.get("name", ""), "Biomarker_Value": text, "Biomarker_Unit": one.get("unit", "")}


def _of_gene(one: Told) -> dict[str, str]:
    symbol = one.get("gene", "")
    gene = genes.resolve(symbol) if symbol else None
    copies, depth, in_frame = one.get("copy_number"), one.get("depth"), one.get("in_frame")
    return {
        "GenomeEntity_Database": "HGNC" if gene else "", "GenomeEntity_Id": gene.hgnc_id if gene else "",
        "GenomeEntity_Symbol": symbol, "Annotation_Symbol": one.get("fusion") or symbol,
        "Fusion_InFrame": "" if in_frame is None else str(in_frame).lower(),
        "CNV_SegmentGenomicStatus": SEGMENTS.get(one["type"], ""),
        "CNV_CopyNumber": "" if copies is None else f"{copies:g}",
        "Annotation_ReferenceValue": one.get("transcript", ""),
        "Annotation_DNASequenceVariation": one.get("cdna", ""),
        "Annotation_AminoAcidChange": one.get("protein_change", ""),
        "VariantInSample_PositionReadDepth": "" if depth is None else str(depth),
        "VariantInSample_GenomicSourceClass": ORIGINS[one.get("origin", "unknown")][0],
    }  # fmt: skip


def _of_place(one: Told) -> dict[str, str]:
    """Where the change lies, for one that says so."""
    if not one.get("genomic"):
        return {}
    build, chromosome, position, change = one["genomic"].split(":", 3)
    ref, _, alt = change.partition(">")
    return {
        "Alteration_Chromosome": CHROMOSOMES.get(chromosome, ""), "Alteration_GenomicStart": position,
        "Alteration_GenomicStop": str(int(position) + max(len(ref), 1) - 1), "Alteration_GenomeBuild": BUILDS[build],
        "Variant_ReferenceAllele": ref, "Variant_AlternativeAllele": alt,
        "Annotation_GenomicSequenceVariation": one["genomic"],
    }  # fmt: skip

"""Small made-up cBioPortal studies for the tests, in plain sight."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chevet.records.record import Record

PATIENTS = "PATIENT_ID\tOS_STATUS\tOS_MONTHS\tSEX\nP1\t1:DECEASED\t12\tFemale\nP2\t0:LIVING\t24\tMale\n"
SAMPLES = "PATIENT_ID\tSAMPLE_ID\tONCOTREE_CODE\nP1\tS1\tLUAD\nP2\tS2\tLUSC\n"
MAF_HEADER = (
    "Hugo_Symbol\tNCBI_Build\tChromosome\tStart_Position\tEnd_Position\tVariant_Classification\tReference_Allele\t"
    "Tumor_Seq_Allele1\tTumor_Seq_Allele2\tTumor_Sample_Barcode\tHGVSp_Short\tt_ref_count\tt_alt_count"
)
KRAS = "KRAS\tGRCh37\t12\t25398284\t25398284\tMissense_Mutation\tC\tC\tT\tS1\tp.G12D\t60\t40"
EGFR = "EGFR\tGRCh37\t7\t55259515\t55259515\tMissense_Mutation\tT\tT\tG\tS2\tp.L858R\t30\t10"
MAF = f"{MAF_HEADER}\n{KRAS}\n{EGFR}\n"


def meta(kind: str, datatype: str, file: str, **more: str) -> str:
    lines = {
        "cancer_study_identifier": "made",
        "genetic_alteration_type": kind,
        "datatype": datatype,
        "data_filename": file,
    }
    return "".join(f"{name}: {value}\n" for name, value in (lines | more).items())


FILES: dict[str, str] = {
    "meta_study.txt": "type_of_cancer: lung\ncancer_study_identifier: made\nname: A made-up study\n"
    "description: two people\n",
    "meta_clinical_patient.txt": meta("CLINICAL", "PATIENT_ATTRIBUTES", "data_clinical_patient.txt"),
    "data_clinical_patient.txt": PATIENTS,
    "meta_clinical_sample.txt": meta("CLINICAL", "SAMPLE_ATTRIBUTES", "data_clinical_sample.txt"),
    "data_clinical_sample.txt": SAMPLES,
    "meta_mutations.txt": meta("MUTATION_EXTENDED", "MAF", "data_mutations.txt", stable_id="mutations"),
    "data_mutations.txt": MAF,
}


def _table(*rows: str) -> str:
    return "\n".join(row.replace(" ", "\t") for row in rows) + "\n"


# One small file of every other data type of the format, each with its meta file.
EVERY_KIND: dict[str, str] = {
    "meta_cancer_type.txt": meta("CANCER_TYPE", "CANCER_TYPE", "cancer_type.txt"),
    "cancer_type.txt": "lung\tLung Adenocarcinoma\tWhite\tLung\n",
    "meta_cna.txt": meta("COPY_NUMBER_ALTERATION", "DISCRETE", "data_cna.txt", stable_id="cna"),
    "data_cna.txt": _table("Hugo_Symbol Entrez_Gene_Id S1 S2", "MYC 4609 2 0", "TP53 7157 -2 NA"),
    "meta_cna_long.txt": meta("COPY_NUMBER_ALTERATION", "DISCRETE_LONG", "data_cna_long.txt", stable_id="gistic"),
    "data_cna_long.txt": _table("Hugo_Symbol Entrez_Gene_Id Sample_Id Value", "MYC 4609 S1 2", "MYC 4609 S2 0"),
    "meta_log2.txt": meta("COPY_NUMBER_ALTERATION", "LOG2-VALUE", "data_log2.txt", stable_id="log2CNA"),
    "data_log2.txt": _table("Hugo_Symbol S1 S2", "MYC 1.5 -0.1"),
    "meta_linear.txt": meta("COPY_NUMBER_ALTERATION", "CONTINUOUS", "data_linear.txt", stable_id="linear_CNA"),
    "data_linear.txt": _table("Hugo_Symbol S1", "MYC 5"),
    "meta_seg.txt": meta("COPY_NUMBER_ALTERATION", "SEG", "data.seg", reference_genome_id="hg19"),
    "data.seg": _table("ID chrom loc.start loc.end num.mark seg.mean", "S1 chr8 100 200 12 1.2", "S2 X 5 9 3 -0.4"),
    "meta_expression.txt": meta("MRNA_EXPRESSION", "CONTINUOUS", "data_expression.txt", stable_id="rna_seq_mrna"),
    "data_expression.txt": _table("Entrez_Gene_Id S1 S2", "4609 1.25 NA", "7157 3 4"),
    "meta_rppa.txt": meta("PROTEIN_LEVEL", "LOG2-VALUE", "data_rppa.txt", stable_id="rppa"),
    "data_rppa.txt": "Composite.Element.REF\tS1\nBRAF|B-Raf\t1.1\nAKT1 AKT2|AKT\t0.5\n",
    "meta_methylation.txt": meta("METHYLATION", "CONTINUOUS", "data_methylation.txt", stable_id="methylation_hm450"),
    "data_methylation.txt": _table("Hugo_Symbol S2", "MLH1 0.9"),
    "meta_sv.txt": meta("STRUCTURAL_VARIANT", "SV", "data_sv.txt", stable_id="structural_variants"),
    "data_sv.txt": _table(
        "Sample_Id SV_Status Site1_Hugo_Symbol Site2_Hugo_Symbol Site1_Chromosome Site1_Position",
        "S1 SOMATIC EML4 ALK 2 42522656",
        "S2 GERMLINE NA RET chr10 x",
    ),
    "meta_fusion.txt": meta("FUSION", "FUSION", "data_fusions.txt", stable_id="fusion"),
    "data_fusions.txt": _table(
        "Hugo_Symbol Entrez_Gene_Id Center Tumor_Sample_Barcode Fusion DNA_support RNA_support Method Frame",
        "ALK 238 c S1 EML4-ALK unknown yes m in-frame",
    ),
    "meta_assay.txt": meta(
        "GENERIC_ASSAY", "LIMIT-VALUE", "data_assay.txt", stable_id="ic50", generic_entity_meta_properties="NAME"
    ),
    "data_assay.txt": _table("ENTITY_STABLE_ID NAME S1 S2", "drug_1 n >8 0.5", "drug_2 n NA 2"),
    "meta_gsva.txt": meta("GENESET_SCORE", "GSVA-SCORE", "data_gsva.txt", stable_id="gsva_scores"),
    "data_gsva.txt": _table("geneset_id S1", "HALLMARK_X -0.2"),
    "meta_matrix.txt": meta("GENE_PANEL_MATRIX", "GENE_PANEL_MATRIX", "data_matrix.txt"),
    "data_matrix.txt": _table("SAMPLE_ID mutations cna", "S1 PANEL_1 PANEL_1", "S2 PANEL_1 NA"),
    "data_gene_panel_1.txt": "stable_id: PANEL_1\ndescription: two genes\ngene_list: KRAS\tMLL2\n",
    "meta_gistic.txt": meta("GISTIC_GENES_AMP", "Q-VALUE", "data_gistic.txt"),
    "data_gistic.txt": _table(
        "chromosome peak_start peak_end genes_in_region amp cytoband q_value", "8 1 9 MYC,PVT1, 1 8q24 1e-9"
    ),
    "meta_mutsig.txt": meta("MUTSIG", "Q-VALUE", "data_mutsig.txt"),
    "data_mutsig.txt": _table("rank gene N n p q", "1 KRAS 9 9 1e-9 <1e-9"),
    "meta_timeline.txt": meta("CLINICAL", "TIMELINE", "data_timeline.txt"),
    "data_timeline.txt": (
        "PATIENT_ID\tSTART_DATE\tSTOP_DATE\tEVENT_TYPE\tAGENT\tTEST\tRESULT\tSTATUS\tSAMPLE_ID\tDOSE\n"
        "P1\t10\t90\tTREATMENT\tHerceptin\t\t\t\t\t6\nP1\t12\t\tLAB_TEST\t\tPSA\t>8\t\t\t\n"
        "P2\t-3\t\tSPECIMEN\t\t\t\t\tS2\t\nP2\t40\t\tSTATUS\t\t\t\tProgression\t\t\n"
    ),
    "meta_resource_definition.txt": "resource_type: DEFINITION\ndata_filename: definition.txt\n",
    "definition.txt": _table("RESOURCE_ID DISPLAY_NAME DESCRIPTION RESOURCE_TYPE PRIORITY", "SLIDE Slide a SAMPLE 1"),
    "meta_resource_sample.txt": "cancer_study_identifier: made\nresource_type: SAMPLE\ndata_filename: resource.txt\n",
    "resource.txt": _table("PATIENT_ID SAMPLE_ID RESOURCE_ID URL", "P1 S1 SLIDE http://slide"),
    "case_lists/cases_sequenced.txt": "stable_id: made_sequenced\ncase_list_name: all\ncase_list_ids: S1\tS2\n",
}


def a_study(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """A study of two patients with one variant each; `changes` replaces, adds or (None) removes files."""
    for name, content in (FILES | dict(changes or {})).items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def reasons(record: Record) -> dict[tuple[str, str], int]:
    """Count of each (table, reason) of the import report."""
    found: dict[tuple[str, str], int] = {}
    for entry in record.report.as_json()["reasons"]:
        key = entry["table"], entry["reason"]
        found[key] = found.get(key, 0) + entry["count"]
    return found


def lines_of(record: Record, reason: str) -> list[int]:
    """The lines that the report names for a reason."""
    return [row["line"] for row in record.report.rows().to_pylist() if row["reason"] == reason]


def check_accounts(record: Record) -> None:
    """Every row read was kept or rejected, and the tables hold exactly what was kept."""
    for name, table in record.tables.items():
        tally = record.report.tally(name)
        assert (tally.read, tally.kept) == (tally.kept + tally.rejected, table.num_rows), name
        assert 0 <= tally.repaired <= tally.kept, name
        table.validate(full=True)

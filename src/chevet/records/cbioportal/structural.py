"""Structural variants (`STRUCTURAL_VARIANT`), and the older one-gene-a-row `FUSION` files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from chevet.records import maf_rows
from chevet.records.cbioportal import attributes
from chevet.records.cbioportal.folder import Meta, Profile, Study
from chevet.records.genes import named
from chevet.records.rows import Column, Mask, by_value, distinct, mask, pc, said, shaped, whole_numbers
from chevet.records.text import Columns, TextTable, read_table

SITES = ("Hugo_Symbol", "Entrez_Gene_Id", "Chromosome", "Position")
COLUMNS = Columns(
    required=("Sample_Id",),
    optional=(
        *(f"Site{site}_{name}" for site in (1, 2) for name in SITES),
        "NCBI_Build",
        "Class",
        "Site2_Effect_On_Frame",
        "DNA_Support",
        "RNA_Support",
        "Tumor_Variant_Count",
        "Tumor_Read_Count",
        "SV_Status",
        "Event_Info",
    ),
    known=frozenset(
        """
        Site1_Ensembl_Transcript_Id Site2_Ensembl_Transcript_Id Site1_Region_Number Site2_Region_Number Site1_Region
        Site2_Region Site1_Contig Site2_Contig Site1_Description Site2_Description Normal_Read_Count
        Normal_Variant_Count Normal_Paired_End_Read_Count Tumor_Paired_End_Read_Count Normal_Split_Read_Count
        Tumor_Split_Read_Count Annotation Breakpoint_Type Center Connection_Type SV_Length Comments
        External_Annotation cbp_driver cbp_driver_annotation cbp_driver_tiers cbp_driver_tiers_annotation
        """.split()  # noqa: SIM905
    ),
    aliases={"Sample_ID": "Sample_Id", "SAMPLE_ID": "Sample_Id"},
)
FUSION_COLUMNS = Columns(
    required=("Hugo_Symbol", "Tumor_Sample_Barcode", "Fusion"),
    optional=("Entrez_Gene_Id", "DNA_support", "RNA_support", "Frame", "Fusion_Status"),
    known=frozenset({"Center", "Method", "Comments"}),
)
NAME = "structural_variant"


def read_structural(study: Study) -> None:
    """The structural variants of a study; rows of unknown samples or without any gene are rejected."""
    for meta, path in study.of_kind(("STRUCTURAL_VARIANT", "")):
        _two_sites(study, meta, path)
    for meta, path in study.of_kind(("FUSION", "")):
        _one_gene_a_row(study, meta, path)


def _two_sites(study: Study, meta: Meta, path: Path) -> None:
    table = read_table(path, COLUMNS, study.report, NAME, file=meta.data_file)
    known = mask(pc.is_valid(study.patients_of(said(table.column("Sample_Id")))))
    genes = [
        named(*(table.column(f"Site{site}_{what}") for what in ("Hugo_Symbol", "Entrez_Gene_Id", "Chromosome")))
        for site in (1, 2)
    ]
    columns: dict[str, Column] = {}
    for site, found in zip((1, 2), genes, strict=True):
        position, wrong = whole_numbers(table.column(f"Site{site}_Position"))
        study.report.repair(NAME, meta.data_file, table.at(wrong & known), "position_not_understood")
        columns |= {
            f"gene_{site}": found.gene,
            f"gene_{site}_as_given": found.as_given,
            f"position_{site}": position,
            f"chromosome_{site}": by_value(table.column(f"Site{site}_Chromosome"), maf_rows.chromosome),
        }
        # One partner without a name is usual: the other end lies between genes.
        found.tell(study.report, NAME, meta.data_file, table.lines, among=known & mask(pc.is_valid(found.as_given)))
    given_reads = pc.coalesce(said(table.column("Tumor_Variant_Count")), said(table.column("Tumor_Read_Count")))
    reads, wrong = whole_numbers(given_reads)
    study.report.repair(NAME, meta.data_file, table.at(wrong & known), "reads_not_a_count")
    builds = by_value(said(table.column("NCBI_Build")), lambda text: maf_rows.assembly(text) or text)
    columns |= {
        "assembly": builds,
        "structural_class": said(table.column("Class")),
        "supporting_reads": reads,
        "in_frame": said(table.column("Site2_Effect_On_Frame")),
        "detail": said(table.column("Event_Info")),
        "dna_support": _support(table.column("DNA_Support")),
        "rna_support": _support(table.column("RNA_Support")),
        "origin": maf_rows.origin(table.column("SV_Status")),
    }
    nameless = mask(pc.and_(pc.is_null(genes[0].as_given), pc.is_null(genes[1].as_given)))
    _add(study, meta, table, table.column("Sample_Id"), columns, nameless)


def _one_gene_a_row(study: Study, meta: Meta, path: Path) -> None:
    """Each row names one partner; the other may be in the words of `Fusion`, which are kept."""
    table = read_table(path, FUSION_COLUMNS, study.report, NAME, file=meta.data_file)
    genes = named(table.column("Hugo_Symbol"), table.column("Entrez_Gene_Id"))
    genes.tell(study.report, NAME, meta.data_file, table.lines)
    columns = {
        "gene_1": genes.gene,
        "gene_1_as_given": genes.as_given,
        "structural_class": "fusion",
        "in_frame": said(table.column("Frame")),
        "detail": said(table.column("Fusion")),
        "dna_support": _support(table.column("DNA_support")),
        "rna_support": _support(table.column("RNA_support")),
        "origin": maf_rows.origin(table.column("Fusion_Status")),
    }
    _add(study, meta, table, table.column("Tumor_Sample_Barcode"), columns, mask(pc.is_null(genes.as_given)))


def _support(column: Column) -> Column:
    return by_value(said(column), attributes.yes_no, pa.bool_())


def _add(
    study: Study,
    meta: Meta,
    table: TextTable,
    samples: Column,
    columns: dict[str, Column],
    nameless: Mask,
) -> None:
    table.announce(study.report, NAME)
    study.say_unread(NAME, table)
    samples = said(samples)
    patients = study.patients_of(samples)
    strangers = mask(pc.is_null(patients))
    study.report.reject(NAME, meta.data_file, table.at(strangers), "unknown_sample")
    study.report.reject(NAME, meta.data_file, table.at(nameless & ~strangers), "no_gene")
    made = shaped(
        NAME,
        table.rows,
        {
            **columns,
            "sample_id": pc.fill_null(samples, ""),
            "patient_id": pc.fill_null(patients, ""),
        },
    ).filter(pa.array(~strangers & ~nameless))
    study.add(NAME, made)
    study.was_read(meta, Profile(NAME, distinct(made.column("sample_id"))))

"""The rows of a MAF file (Mutation Annotation Format) as the `variant` table, a column at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from chevet.records.genes import named
from chevet.records.report import ImportReport
from chevet.records.rows import Column, Mask, by_value, emptied, mask, numbers, pc, said, shaped, whole_numbers
from chevet.records.tables import TABLES
from chevet.records.text import Columns, Lines, TextTable, read_table
from chevet.words import chromosomes, proteins
from chevet.words.consequences import maf_class
from chevet.words.missing import is_missing

WHOLE_EXOME = "whole exome"
VAF_NAMES = ("t_vaf", "tumor_vaf", "VAF", "t_AF", "tumor_f", "t_var_freq")
REQUIRED = (
    "Hugo_Symbol",
    "Chromosome",
    "Start_Position",
    "Reference_Allele",
    "Tumor_Seq_Allele2",
    "Tumor_Sample_Barcode",
    "Variant_Classification",
)
OPTIONAL = (
    "Entrez_Gene_Id",
    "NCBI_Build",
    "End_Position",
    "Tumor_Seq_Allele1",
    "Mutation_Status",
    "HGVSc",
    "HGVSp",
    "HGVSp_Short",
    "Amino_Acid_Change",
    "Transcript_ID",
    "t_depth",
    "t_ref_count",
    "t_alt_count",
    *VAF_NAMES,
)
KNOWN = frozenset(  # the other columns of GDC and cBioPortal files
    """
    Center Strand Variant_Type dbSNP_RS dbSNP_Val_Status Matched_Norm_Sample_Barcode Match_Norm_Seq_Allele1
    Match_Norm_Seq_Allele2 Tumor_Validation_Allele1 Tumor_Validation_Allele2 Match_Norm_Validation_Allele1
    Match_Norm_Validation_Allele2 Verification_Status Validation_Status Sequencing_Phase Sequence_Source
    Validation_Method Score BAM_File Sequencer Tumor_Sample_UUID Matched_Norm_Sample_UUID Exon_Number n_depth
    n_ref_count n_alt_count n_vaf all_effects Allele Gene Feature Feature_type One_Consequence Consequence
    cDNA_position CDS_position Protein_position Amino_acids Codons Existing_variation ALLELE_NUM DISTANCE
    TRANSCRIPT_STRAND SYMBOL SYMBOL_SOURCE HGNC_ID BIOTYPE CANONICAL CCDS ENSP SWISSPROT TREMBL UNIPARC RefSeq
    SIFT PolyPhen EXON INTRON DOMAINS CLIN_SIG SOMATIC PUBMED IMPACT PICK VARIANT_CLASS TSL HGVS_OFFSET PHENO
    FILTER CONTEXT Hotspot cbp_driver cbp_driver_annotation cbp_driver_tiers cbp_driver_tiers_annotation
    Gene_Name HGVSg Transcript normal_vaf MAF_Variant_Classification vcf_pos
    """.split()  # noqa: SIM905
)
ALIASES = {
    "Start_position": "Start_Position",
    "End_position": "End_Position",
    "Protein_Change": "HGVSp_Short",
    "Variant_classification": "Variant_Classification",
    "Sample_Barcode": "Tumor_Sample_Barcode",
}
COLUMNS = Columns(required=REQUIRED, optional=OPTIONAL, known=KNOWN, aliases=ALIASES)

ASSEMBLIES = {
    "grch37": "GRCh37",
    "hg19": "GRCh37",
    "37": "GRCh37",
    "b37": "GRCh37",
    "hs37d5": "GRCh37",
    "grch38": "GRCh38",
    "hg38": "GRCh38",
    "38": "GRCh38",
}
NOT_VARIANTS = frozenset({"none", "loh", "wildtype"})
SAME = ("sample_id", "gene", "gene_as_given", "chromosome", "start", "end", "reference_allele", "alternate_allele")


def assembly(text: str | None) -> str | None:
    """GRCh37 or GRCh38, by any of their names; None for another.

    >>> assembly("hg19"), assembly("GRCh38"), assembly("mm10")
    ('GRCh37', 'GRCh38', None)
    """
    return ASSEMBLIES.get((text or "").strip().casefold())


def chromosome(text: str) -> str | None:
    """The chromosome without `chr`, sex chromosomes and mitochondrion by letter; others as given.

    >>> [chromosome(c) for c in ("chr7", "23", "M", "GL000220.1")]
    ['7', 'X', 'MT', 'GL000220.1']
    """
    if is_missing(text):
        return None
    return chromosomes.chromosome(text) or chromosomes.without_prefix(text)


@dataclass(frozen=True)
class VariantFile:
    """The kept rows of one file, the line of each, and the file's text (for its comments)."""

    rows: pa.Table
    lines: Lines
    text: TextTable


@dataclass
class Calls:
    """Rows of one MAF file on their way to the `variant` table; of rows of unknown samples nothing more is told."""

    table: TextTable
    report: ImportReport
    known: Mask

    def say(self, where: Mask, reason: str, tell: Callable[..., None]) -> None:
        where = where & self.known
        if where.any():
            tell("variant", self.table.file, self.table.at(where), reason)


def read_variants(
    path: Path,
    report: ImportReport,
    *,
    file: str,
    patient_of: Callable[[Column], Column],
    assembly_said: str | None,
) -> VariantFile:
    """The `variant` rows of one MAF file.

    patient_of     patients of a column of sample names; null where the sample is not of this study
    assembly_said  what the study says, where the file says nothing

    A row is rejected when its number of cells is wrong, its sample unknown, when it says itself that
    it is no variant, or when it repeats an earlier row. Everything else is kept, mended or noted.
    """
    table = read_table(path, COLUMNS, report, "variant", file=file)
    table.announce(report, "variant")
    unread = len(table.header) - len(table.columns)
    report.note("variant", file, [table.header_line] * unread, "column_not_kept")
    barcodes = said(table.column("Tumor_Sample_Barcode"))
    patients = patient_of(barcodes)
    calls = Calls(table, report, mask(pc.is_valid(patients)))
    variants = shaped(
        "variant",
        table.rows,
        {
            "sample_id": pc.fill_null(barcodes, ""),
            "patient_id": pc.fill_null(patients, ""),
            **_genes(calls),
            **_place(calls, assembly_said),
            **_alleles(calls),
            **_effects(calls),
            **_reads(calls),
            "origin": origin(table.column("Mutation_Status")),
        },
    )
    keep = _kept(calls, variants)
    return VariantFile(variants.filter(pa.array(keep)), table.lines[keep], table)


def joined(files: Sequence[VariantFile], report: ImportReport) -> pa.Table:
    """The rows of several files; a row that repeats one of an earlier file is rejected."""
    schema = TABLES["variant"].schema
    whole = pa.concat_tables([schema.empty_table(), *(file.rows for file in files)])
    if len(files) < 2:
        return whole
    first = _first_of_each(whole, np.ones(whole.num_rows, dtype=bool))
    start = 0
    for file in files:
        repeated = ~first[start : start + file.rows.num_rows]
        report.reject("variant", file.text.file, file.lines[repeated].tolist(), "duplicate_variant")
        start += file.rows.num_rows
    return whole.filter(pa.array(first))


def _genes(calls: Calls) -> dict[str, Column]:
    table = calls.table
    genes = named(table.column("Hugo_Symbol"), table.column("Entrez_Gene_Id"), table.column("Chromosome"))
    genes.tell(calls.report, "variant", calls.table.file, calls.table.lines, among=calls.known)
    return {"gene": genes.gene, "gene_as_given": genes.as_given, "hgnc_id": genes.hgnc_id}


def _place(calls: Calls, assembly_said: str | None) -> dict[str, Column]:
    table, report = calls.table, calls.report
    builds = by_value(said(table.column("NCBI_Build")), lambda text: assembly(text) or text)
    report_builds(calls, builds)
    places = by_value(table.column("Chromosome"), chromosome)
    calls.say(
        mask(pc.invert(pc.is_in(places, pa.array(chromosomes.CHROMOSOMES)))) & mask(pc.is_valid(places)),
        "unknown_chromosome",
        report.note,
    )
    start, bad_start = whole_numbers(table.column("Start_Position"))
    end, bad_end = whole_numbers(table.column("End_Position"))
    bad_start |= mask(pc.less(start, 1))
    bad_end |= mask(pc.less(end, 1))
    start, end = emptied(start, bad_start), emptied(end, bad_end)
    calls.say(bad_start | bad_end, "position_not_understood", report.repair)
    crossed = mask(pc.greater(start, end))
    calls.say(crossed, "start_after_end", report.repair)
    return {
        "assembly": pc.fill_null(builds, assembly_said) if assembly_said else builds,
        "chromosome": places,
        "start": start,
        "end": emptied(end, crossed),
    }


def report_builds(calls: Calls, builds: Column) -> None:
    """Note the rows of every assembly but the commonest, and of assemblies nobody knows."""
    counts = Counter({entry["values"]: entry["counts"] for entry in pc.value_counts(builds).to_pylist()})
    del counts[None]
    calls.say(
        mask(pc.invert(pc.is_in(builds, pa.array(["GRCh37", "GRCh38"])))) & mask(pc.is_valid(builds)),
        "unknown_assembly",
        calls.report.note,
    )
    if len(counts) > 1:
        commonest = counts.most_common(1)[0][0]
        calls.say(mask(pc.not_equal(builds, commonest)), "mixed_assembly", calls.report.note)


def _alleles(calls: Calls) -> dict[str, Column]:
    """Reference and alternate allele; allele 1 stands in where allele 2 is empty or is the reference."""
    reference, first, second = (
        allele(calls.table.column(name)) for name in ("Reference_Allele", "Tumor_Seq_Allele1", "Tumor_Seq_Allele2")
    )
    nothing = mask(pc.is_null(second)) | mask(pc.equal(second, reference))
    other = mask(pc.and_kleene(pc.is_valid(first), pc.not_equal(first, pc.fill_null(reference, ""))))
    instead = nothing & other
    calls.say(instead, "allele_1_used", calls.report.repair)
    calls.say(nothing & ~other, "no_alternate_allele", calls.report.note)
    return {"reference_allele": reference, "alternate_allele": pc.if_else(pa.array(instead), first, second)}


def allele(column: Column) -> Column:
    """Alleles in capitals; `-` is kept, for it is an allele here and not a missing value."""

    def read(text: str) -> str | None:
        bare = text.strip().upper()
        return bare if bare == "-" or not is_missing(bare) else None

    return by_value(column, read)


def _effects(calls: Calls) -> dict[str, Column]:
    table = calls.table
    given_class = said(table.column("Variant_Classification"))
    classes = by_value(given_class, maf_class)
    calls.say(mask(pc.and_(pc.is_valid(given_class), pc.is_null(classes))), "unknown_consequence", calls.report.note)
    calls.say(mask(pc.not_equal(given_class, classes)), "consequence_renamed", calls.report.repair)
    proteins_said = [said(table.column(name)) for name in ("HGVSp_Short", "HGVSp", "Amino_Acid_Change")]
    given = pc.coalesce(*proteins_said)
    changes = by_value(given, proteins.short)
    calls.say(mask(pc.and_(pc.is_valid(given), pc.is_null(changes))), "protein_change_as_given", calls.report.note)
    return {
        "consequence": pc.coalesce(classes, given_class),
        "protein_change": pc.coalesce(changes, given),
        "cdna_change": pc.replace_substring_regex(said(table.column("HGVSc")), r"^[^:]*:", ""),
        "transcript": said(table.column("Transcript_ID")),
    }


def _reads(calls: Calls) -> dict[str, Column]:
    """Read counts and the fraction: from the counts when both are there, else as given."""
    table, report = calls.table, calls.report
    counts = {}
    for name in ("t_ref_count", "t_alt_count", "t_depth"):
        column, wrong = whole_numbers(table.column(name))
        wrong |= mask(pc.less(column, 0))
        calls.say(wrong, "reads_not_a_count", report.repair)
        counts[name] = emptied(column, wrong)
    given, wrong = numbers(pc.coalesce(*(said(table.column(name)) for name in VAF_NAMES)))
    calls.say(wrong, "wrong_number", report.repair)
    outside = mask(pc.or_kleene(pc.greater(given, 1.0), pc.less(given, 0.0)))
    calls.say(outside, "vaf_out_of_range", report.repair)
    depth = pc.coalesce(pc.add(counts["t_ref_count"], counts["t_alt_count"]), counts["t_depth"])
    some = emptied(depth, mask(pc.equal(depth, 0)))
    counted = pc.divide(pc.cast(counts["t_alt_count"], pa.float64()), pc.cast(some, pa.float64()))
    more = mask(pc.greater(counted, 1.0))
    calls.say(more, "vaf_out_of_range", report.repair)
    return {
        "tumour_reference_reads": counts["t_ref_count"],
        "tumour_alternate_reads": counts["t_alt_count"],
        "vaf": pc.coalesce(emptied(counted, more), emptied(given, outside)),
    }


def origin(column: Column) -> Column:
    """somatic or germline; `unknown` for other words, null where nothing is said."""
    words = {"somatic": "somatic", "germline": "germline"}
    return by_value(said(column), lambda text: words.get(text.casefold(), "unknown"))


def _kept(calls: Calls, variants: pa.Table) -> Mask:
    """True for the rows to keep; the others are rejected, each for its first reason."""
    table, report = calls.table, calls.report
    nameless = mask(pc.equal(variants.column("sample_id"), ""))
    report.reject("variant", table.file, table.at(nameless), "missing_identifier")
    report.reject("variant", table.file, table.at(~calls.known & ~nameless), "unknown_sample")
    status = table.column("Mutation_Status")
    no_variant = mask(by_value(status, lambda text: text.strip().casefold() in NOT_VARIANTS, pa.bool_()))
    calls.say(no_variant, "not_a_variant", report.reject)
    keep = calls.known & ~no_variant
    repeated = keep & ~_first_of_each(variants, keep)
    calls.say(repeated, "duplicate_variant", calls.report.reject)
    return keep & ~repeated


def _first_of_each(variants: pa.Table, among: Mask) -> Mask:
    """True at the first of all rows that name the same variant of the same sample."""
    keys = [*SAME] if variants.column("start").null_count == 0 else [*SAME, "protein_change"]
    rows = np.flatnonzero(among)
    same = variants.select(keys).filter(pa.array(among)).append_column("row", pa.array(rows))
    first = np.zeros(variants.num_rows, dtype=bool)
    first[same.group_by(keys).aggregate([("row", "min")]).column("row_min").to_numpy()] = True
    return first

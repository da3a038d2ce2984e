"""MAF files alone: variants, and people made from barcodes."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet.errors import BadInput
from chevet.records import maf, read
from chevet.records.record import Record
from tests.records.made_study import EGFR, KRAS, MAF, MAF_HEADER, check_accounts, lines_of, reasons


def record_of(folder: Path, content: str, name: str = "cohort.maf") -> Record:
    (folder / name).write_text(content)
    record = read(folder / name)
    check_accounts(record)
    return record


def with_cells(row: str, **cells: str) -> str:
    names = MAF_HEADER.split("\t")
    values = dict(zip(names, row.split("\t"), strict=True)) | cells
    return "\t".join(values[name] for name in names)


def one(folder: Path, **cells: str) -> tuple[dict[str, object], dict[tuple[str, str], int]]:
    record = record_of(folder, f"{MAF_HEADER}\n{with_cells(KRAS, **cells)}\n")
    return record.tables["variant"].to_pylist()[0], reasons(record)


def test_a_maf_file_gives_variants_with_their_fraction(tmp_path: Path) -> None:
    record = record_of(tmp_path, f"#version 2.4\n{MAF}")
    first = record.tables["variant"].to_pylist()[0]
    assert first == {
        "sample_id": "S1",
        "patient_id": "S1",
        "gene": "KRAS",
        "gene_as_given": "KRAS",
        "hgnc_id": "HGNC:6407",
        "assembly": "GRCh37",
        "chromosome": "12",
        "start": 25398284,
        "end": 25398284,
        "reference_allele": "C",
        "alternate_allele": "T",
        "consequence": "Missense_Mutation",
        "protein_change": "p.G12D",
        "cdna_change": None,
        "transcript": None,
        "tumour_reference_reads": 60,
        "tumour_alternate_reads": 40,
        "vaf": 0.4,
        "origin": None,
    }
    assert (record.about.source_format, record.about.assembly) == ("maf", "GRCh37")


def test_tcga_barcodes_name_the_patient_and_the_kind_of_sample(tmp_path: Path) -> None:
    row = with_cells(KRAS, Tumor_Sample_Barcode="TCGA-A1-A0SB-06A-11D-A142-09")
    record = record_of(tmp_path, f"{MAF_HEADER}\n{row}\n")
    assert record.tables["patient"].column("patient_id").to_pylist() == ["TCGA-A1-A0SB"]
    assert record.tables["sample"].column("sample_type").to_pylist() == ["metastasis"]
    assert ("patient", "patient_is_the_sample") not in reasons(record)


def test_what_a_lone_maf_does_not_say_is_noted(tmp_path: Path) -> None:
    found = reasons(record_of(tmp_path, MAF))
    assert found == {
        ("patient", "patient_is_the_sample"): 2,
        ("sample", "sample_from_barcode"): 2,
        ("panel", "assumed_whole_exome"): 2,
    }


def test_an_old_symbol_is_brought_up_to_date_and_an_unknown_one_kept(tmp_path: Path) -> None:
    rows = [
        with_cells(KRAS, Hugo_Symbol="MLL2"),
        with_cells(KRAS, Hugo_Symbol="NOTAGENE"),
        with_cells(KRAS, Hugo_Symbol="1-Sep"),
        with_cells(KRAS, Hugo_Symbol="MLL4", Chromosome="3"),
    ]
    record = record_of(tmp_path, "\n".join([MAF_HEADER, *rows]) + "\n")
    assert record.tables["variant"].column("gene").to_pylist() == ["KMT2D", "NOTAGENE", "1-Sep", "MLL4"]
    assert record.tables["variant"].column("gene_as_given").to_pylist() == ["MLL2", "NOTAGENE", "1-Sep", "MLL4"]
    assert [
        lines_of(record, reason)
        for reason in ("symbol_updated", "unknown_gene", "gene_became_a_date", "ambiguous_gene")
    ] == [[2], [3], [4], [5]]
    assert record.report.tally("variant").repaired == 1


def test_the_chromosome_of_the_row_settles_a_symbol_or_shows_that_it_means_another_gene(tmp_path: Path) -> None:
    rows = [
        with_cells(KRAS, Hugo_Symbol="MLL4", Chromosome="chr19"),
        with_cells(KRAS, Hugo_Symbol="MLL4", Chromosome="12"),
        with_cells(KRAS, Hugo_Symbol="MLL2", Chromosome="7"),
        with_cells(KRAS, Hugo_Symbol="FAM123B", Chromosome="23"),
    ]
    record = record_of(tmp_path, "\n".join([MAF_HEADER, *rows]) + "\n")
    variants = record.tables["variant"]
    assert variants.column("gene").to_pylist() == ["KMT2B", "KMT2D", "MLL2", "AMER1"]
    assert variants.column("gene_as_given").to_pylist() == ["MLL4", "MLL4", "MLL2", "FAM123B"]
    assert variants.column("hgnc_id").to_pylist() == ["HGNC:15840", "HGNC:7133", None, "HGNC:26837"]
    assert lines_of(record, "symbol_settled_by_place") == [2, 3]
    assert lines_of(record, "gene_on_another_chromosome") == [4]
    assert lines_of(record, "symbol_updated") == [5]
    assert record.report.tally("variant").repaired == 3


@pytest.mark.parametrize(
    ("cells", "field", "value", "reason"),
    [
        ({"Chromosome": "chr12"}, "chromosome", "12", None),
        ({"Chromosome": "23"}, "chromosome", "X", None),
        ({"Chromosome": "GL000220.1"}, "chromosome", "GL000220.1", "unknown_chromosome"),
        ({"NCBI_Build": "hg38"}, "assembly", "GRCh38", None),
        ({"NCBI_Build": "mm10"}, "assembly", "mm10", "unknown_assembly"),
        ({"Start_Position": "12,5"}, "start", None, "position_not_understood"),
        ({"Start_Position": "0"}, "start", None, "position_not_understood"),
        ({"Start_Position": "99999999"}, "end", None, "start_after_end"),
        ({"Tumor_Seq_Allele2": "C", "Tumor_Seq_Allele1": "a"}, "alternate_allele", "A", "allele_1_used"),
        ({"Tumor_Seq_Allele2": "-", "Tumor_Seq_Allele1": "C"}, "alternate_allele", "-", None),
        ({"Tumor_Seq_Allele2": "", "Tumor_Seq_Allele1": ""}, "alternate_allele", None, "no_alternate_allele"),
        ({"Variant_Classification": "missense_variant"}, "consequence", "Missense_Mutation", "consequence_renamed"),
        ({"Variant_Classification": "Odd_Thing"}, "consequence", "Odd_Thing", "unknown_consequence"),
        ({"HGVSp_Short": "p.Gly12Asp"}, "protein_change", "p.G12D", None),
        ({"HGVSp_Short": "glycine lost"}, "protein_change", "glycine lost", "protein_change_as_given"),
        ({"t_ref_count": "-1"}, "vaf", None, "reads_not_a_count"),
        ({"t_ref_count": "0", "t_alt_count": "0"}, "vaf", None, None),
    ],
)
def test_a_cell_is_read_or_mended_or_noted(
    tmp_path: Path, cells: dict[str, str], field: str, value: object, reason: str | None
) -> None:
    row, found = one(tmp_path, **cells)
    assert row[field] == value
    assert {name for table, name in found if table == "variant"} == ({reason} if reason else set())


@pytest.mark.parametrize(
    ("given", "kept", "count"), [("0.25", 0.25, 0), ("1.4", None, 1), ("-0.1", None, 1), ("13.64", None, 1)]
)
def test_a_given_fraction_outside_0_to_1_is_emptied_and_reported(
    tmp_path: Path, given: str, kept: float | None, count: int
) -> None:
    header = MAF_HEADER.replace("t_ref_count", "t_vaf").replace("t_alt_count", "other")
    row = with_cells(KRAS, t_ref_count=given, t_alt_count="")
    record = record_of(tmp_path, f"{header}\n{row}\n")
    assert record.tables["variant"].column("vaf").to_pylist() == [kept]
    assert reasons(record).get(("variant", "vaf_out_of_range"), 0) == count


def test_the_same_variant_of_the_same_sample_is_kept_once(tmp_path: Path) -> None:
    record = record_of(tmp_path, f"{MAF_HEADER}\n{KRAS}\n{EGFR}\n{with_cells(KRAS, t_ref_count='9')}\n")
    assert record.report.as_json()["tables"]["variant"] == {"read": 3, "kept": 2, "repaired": 0, "rejected": 1}
    assert lines_of(record, "duplicate_variant") == [4]


def test_a_row_that_says_it_is_no_variant_is_rejected(tmp_path: Path) -> None:
    content = f"{MAF_HEADER}\tMutation_Status\n{KRAS}\tWildtype\n{EGFR}\tGermline\n"
    record = record_of(tmp_path, content)
    assert record.tables["variant"].column("origin").to_pylist() == ["germline"]
    assert lines_of(record, "not_a_variant") == [2]


def test_two_assemblies_in_one_file_are_noted(tmp_path: Path) -> None:
    rows = [KRAS, EGFR, with_cells(KRAS, NCBI_Build="GRCh38", Tumor_Sample_Barcode="S3")]
    record = record_of(tmp_path, "\n".join([MAF_HEADER, *rows]) + "\n")
    assert lines_of(record, "mixed_assembly") == [4]
    assert record.about.assembly == ""


def test_a_folder_of_maf_files_is_one_study_and_repeats_across_files_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.maf").write_text(MAF)
    (tmp_path / "b.maf").write_text(f"{MAF_HEADER}\n{KRAS}\n{with_cells(EGFR, Tumor_Sample_Barcode='S9')}\n")
    record = read(tmp_path)
    check_accounts(record)
    assert record.tables["variant"].column("sample_id").to_pylist() == ["S1", "S2", "S9"]
    assert [
        (row["file"], row["line"]) for row in record.report.rows().to_pylist() if row["reason"] == "duplicate_variant"
    ] == [("b.maf", 2)]


def test_a_maf_file_is_known_by_its_columns_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "mutations.txt").write_text(f"#v\n{MAF}")
    (tmp_path / "notes.txt").write_text("nothing of the kind\n")
    assert maf.recognises(tmp_path / "mutations.txt")
    assert not maf.recognises(tmp_path / "notes.txt")


def test_absent_columns_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        record_of(tmp_path, "Hugo_Symbol\tTumor_Sample_Barcode\nKRAS\tS1\n")
    assert refused.value.message.count("is absent") == 5


def test_a_maf_without_rows_is_a_study_without_people(tmp_path: Path) -> None:
    record = record_of(tmp_path, f"{MAF_HEADER}\n")
    assert all(table.num_rows == 0 for table in record.tables.values())

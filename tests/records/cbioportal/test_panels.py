"""What was tested on each sample; not tested is not the same as tested and not found."""

from __future__ import annotations

from pathlib import Path

from chevet.records import read
from chevet.records.record import Record
from tests.records.made_study import EGFR, KRAS, MAF_HEADER, SAMPLES, a_study, check_accounts, lines_of, meta, reasons

PANEL = "stable_id: PANEL_1\ndescription: d\ngene_list: KRAS\tMLL2\tKMT2D\tNOTAGENE\n"
MATRIX_META = meta("GENE_PANEL_MATRIX", "GENE_PANEL_MATRIX", "matrix.txt")
CASES = "stable_id: made_sequenced\ncase_list_name: sequenced\ncase_list_ids: "


def record_of(folder: Path, **files: str) -> Record:
    changes = {name.replace("__", "."): content for name, content in files.items()}
    if "case_lists" in changes:
        changes["case_lists/cases_sequenced.txt"] = changes.pop("case_lists")
    record = read(a_study(folder, changes))
    check_accounts(record)
    return record


def panels(record: Record, kind: str = "variant") -> dict[str, tuple[str, bool]]:
    rows = record.tables["panel"].to_pylist()
    return {row["sample_id"]: (row["panel_id"], row["whole"]) for row in rows if row["alteration_type"] == kind}


def test_a_sample_with_variants_and_no_panel_counts_as_whole_exome(tmp_path: Path) -> None:
    samples = f"{SAMPLES}P2\tS3\tLUSC\n"
    assert panels(record_of(tmp_path, data_clinical_sample__txt=samples)) == {
        "S1": ("whole exome", True),
        "S2": ("whole exome", True),
    }  # S3: nobody says that it was sequenced


def test_a_sequenced_sample_without_variants_is_tested(tmp_path: Path) -> None:
    samples = f"{SAMPLES}P2\tS3\tLUSC\nP2\tS4\tLUSC\n"
    maf = f"#Sequenced_Samples: S1 S2 S4\n{MAF_HEADER}\n{KRAS}\n"
    record = record_of(tmp_path, data_clinical_sample__txt=samples, data_mutations__txt=maf, case_lists=f"{CASES}S3\n")
    assert set(panels(record)) == {"S1", "S2", "S3", "S4"}


def test_panels_come_from_the_matrix_and_na_means_whole_exome_where_sequenced(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        meta_matrix__txt=MATRIX_META,
        data_gene_panel_1__txt=PANEL,
        matrix__txt="SAMPLE_ID\tmutations\nS1\tPANEL_1\nS2\tNA\n",
    )
    assert panels(record) == {"S1": ("PANEL_1", False), "S2": ("whole exome", True)}
    assert record.tables["panel_gene"].column("gene").to_pylist() == ["KRAS", "KMT2D", "NOTAGENE"]
    assert reasons(record) == {
        ("panel_gene", "symbol_updated"): 1,
        ("panel_gene", "unknown_gene"): 1,
        ("panel_gene", "gene_twice_in_panel"): 1,
    }


def test_a_profile_may_bear_the_study_s_name_in_the_matrix(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        meta_matrix__txt=MATRIX_META,
        data_gene_panel_1__txt=PANEL,
        matrix__txt="SAMPLE_ID\tmade_mutations\tmade_mrna\nS1\tPANEL_1\tPANEL_1\n",
    )
    assert panels(record)["S1"] == ("PANEL_1", False)
    assert reasons(record)["panel", "panel_without_data"] == 1
    assert panels(record, "expression") == {}


def test_a_panel_on_a_sample_that_was_not_sequenced_does_not_count(tmp_path: Path) -> None:
    samples = f"{SAMPLES}P2\tS3\tLUSC\n"
    record = record_of(
        tmp_path,
        data_clinical_sample__txt=samples,
        meta_matrix__txt=MATRIX_META,
        data_gene_panel_1__txt=PANEL,
        matrix__txt="SAMPLE_ID\tmutations\nS1\tPANEL_1\nS3\tPANEL_1\nS9\tPANEL_1\n",
        case_lists=f"{CASES}S1\tS2\n",
    )
    assert set(panels(record)) == {"S1", "S2"}
    assert lines_of(record, "panel_not_tested") == [3]
    assert record.report.tally("panel").rejected == 1
    assert lines_of(record, "unknown_sample") == [4]


def test_a_panel_named_in_the_meta_file_is_that_of_every_sample_of_the_file(tmp_path: Path) -> None:
    mutations = meta("MUTATION_EXTENDED", "MAF", "data_mutations.txt", stable_id="mutations", gene_panel="PANEL_9")
    record = record_of(tmp_path, meta_mutations__txt=mutations)
    assert panels(record) == {"S1": ("PANEL_9", False), "S2": ("PANEL_9", False)}


def test_an_undescribed_panel_is_noted_and_a_variant_off_its_panel_too(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        meta_matrix__txt=MATRIX_META,
        data_gene_panel_1__txt=PANEL,
        data_mutations__txt=f"{MAF_HEADER}\n{KRAS}\n{EGFR}\n",
        matrix__txt="SAMPLE_ID\tmutations\nS1\tPANEL_7\nS2\tPANEL_1\n",
    )
    assert lines_of(record, "unknown_panel") == [2]
    assert lines_of(record, "not_on_panel") == [3]  # EGFR of S2; what PANEL_7 covers nobody knows
    assert record.tables["variant"].num_rows == 2


def test_copy_number_is_tested_for_the_genes_of_its_file(tmp_path: Path) -> None:
    cna = meta("COPY_NUMBER_ALTERATION", "DISCRETE", "data_cna.txt", stable_id="cna")
    record = record_of(tmp_path, meta_cna__txt=cna, data_cna__txt="Hugo_Symbol\tS1\nMYC\t2\nERBB2\t0\n")
    assert panels(record, "copy_number") == {"S1": ("genes of data_cna.txt", False)}
    genes = [r["gene"] for r in record.tables["panel_gene"].to_pylist() if r["panel_id"] == "genes of data_cna.txt"]
    assert genes == ["MYC", "ERBB2"]

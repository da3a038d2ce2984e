"""Tables read through a mapping: every row of every file is in the record or in the report."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet import records
from chevet.errors import BadInput
from chevet.records import mapping_file as mapping_module
from chevet.records.record import Record
from chevet.records.tables import DAYS_PER_MONTH
from tests.shared_data import shared


def read(folder: Path, mapping: str, **files: str) -> Record:
    """The record of text files (a_csv="..." is a.csv) by a mapping."""
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    (folder / "map.toml").write_text(mapping)
    return records.read(folder, mapping=folder / "map.toml")


def reasons(record: Record) -> dict[tuple[str, str], tuple[int, int]]:
    """(table, reason) to (count, first line)."""
    return {(r["table"], r["reason"]): (r["count"], r["example_line"]) for r in record.report.as_json()["reasons"]}


def accounted(record: Record) -> None:
    for name, tally in record.report.tallies.items():
        assert tally.read == tally.kept + tally.rejected
        assert tally.kept == record.tables[name].num_rows
        assert 0 <= tally.repaired <= tally.kept


ADD = 'unlisted = "add"\n'
PEOPLE = """
[[table]]
record = "patient"
files = "p.csv"
[table.fields]
patient_id = "id"
sex = "sex"
"""


def test_words_units_translations_and_constants(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        """
missing = ["?"]
[[table]]
record = "diagnosis"
files = "d.csv"
[table.fields]
patient_id = "id"
diagnosis_id = { constant = 1 }
oncotree_code = { column = ["code", "words"] }
age_at_diagnosis_years = { column = "age_days", unit = "days" }
stage = { column = "stage", values = { "early" = "I", "x" = "" } }
diagnosed_days = { column = "months", unit = "months" }
[[table]]
record = "patient"
files = "d.csv"
[table.fields]
patient_id = "id"
sex = { column = "sex", values = { 1 = "male", 2 = "female" } }
""".replace("{ 1 =", '{ "1" =').replace("2 =", '"2" ='),
        d_csv="id,code,words,age_days,stage,months,sex\n"
        "A,LUAD,,18262.5,Stage IIIB,0,1\nB,zz,Lung Adenocarcinoma,?,early,12,2.0\nC,zz,zz,-3,x,many,7\n",
    )
    assert record.tables["diagnosis"].drop_columns(
        ["icdo_topography", "icdo_morphology", "grade", "laterality", "diagnosis_year"]
    ).to_pylist() == [
        {
            "patient_id": "A",
            "diagnosis_id": "1",
            "oncotree_code": "LUAD",
            "tumour_as_given": "LUAD",
            "age_at_diagnosis_years": 50.0,
            "stage": "III",
            "stage_as_given": "Stage IIIB",
            "diagnosed_days": 0.0,
        },
        {
            "patient_id": "B",
            "diagnosis_id": "1",
            "oncotree_code": "LUAD",
            "tumour_as_given": "zz",
            "age_at_diagnosis_years": None,
            "stage": "I",
            "stage_as_given": "early",
            "diagnosed_days": 12 * DAYS_PER_MONTH,
        },
        {
            "patient_id": "C",
            "diagnosis_id": "1",
            "oncotree_code": None,
            "tumour_as_given": "zz",
            "age_at_diagnosis_years": None,
            "stage": None,
            "stage_as_given": "x",
            "diagnosed_days": None,
        },
    ]
    assert record.tables["patient"].column("sex").to_pylist() == ["male", "female", None]
    told = reasons(record)
    assert told["diagnosis", "unknown_tumour_type"] == (1, 4)
    assert told["diagnosis", "age_not_possible"] == (1, 4)
    assert told["diagnosis", "wrong_number"] == (1, 4)
    assert told["patient", "unknown_sex"] == (1, 4)
    accounted(record)


def test_reads_fractions_alleles_and_old_symbols(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        ADD
        + PEOPLE
        + """
[[table]]
record = "variant"
files = "v.csv"
[table.fields]
sample_id = "id"
patient_id = "id"
gene = "gene"
chromosome = "chr"
start = "start"
reference_allele = "ref"
alternate_allele = "alt"
tumour_reference_reads = "r"
tumour_alternate_reads = "a"
vaf = { column = "vaf", unit = "percent" }
consequence = "effect"
protein_change = "p"
""",
        p_csv="id,sex\nA,F\n",
        v_csv="id,gene,chr,start,ref,alt,r,a,vaf,effect,p\n"
        "A,MLL2,chr12,49420000,-,A,30,10,,missense_variant,p.Leu858Arg\n"
        "A,KRAS,23,1,C,-,,,150,Silent,p.%3D\n"
        "A,nothing9,Z,0,G,T,-1,5,7,boom,?!\n",
    )
    variants = record.tables["variant"]
    assert variants.select(
        [
            "gene",
            "gene_as_given",
            "chromosome",
            "start",
            "reference_allele",
            "alternate_allele",
            "vaf",
            "consequence",
            "protein_change",
        ]
    ).to_pylist() == [
        {
            "gene": "KMT2D",
            "gene_as_given": "MLL2",
            "chromosome": "12",
            "start": 49420000,
            "reference_allele": "-",
            "alternate_allele": "A",
            "vaf": 0.25,
            "consequence": "Missense_Mutation",
            "protein_change": "p.L858R",
        },
        {
            "gene": "KRAS",
            "gene_as_given": "KRAS",
            "chromosome": "X",
            "start": 1,
            "reference_allele": "C",
            "alternate_allele": "-",
            "vaf": None,
            "consequence": "Silent",
            "protein_change": "p.=",
        },
        {
            "gene": "nothing9",
            "gene_as_given": "nothing9",
            "chromosome": "Z",
            "start": None,
            "reference_allele": "G",
            "alternate_allele": "T",
            "vaf": 0.07,
            "consequence": "boom",
            "protein_change": "?!",
        },
    ]
    told = reasons(record)
    for reason, line in (
        ("symbol_updated", 2),
        ("consequence_renamed", 2),
        ("vaf_out_of_range", 3),
        ("unknown_gene", 4),
        ("unknown_chromosome", 4),
        ("position_not_understood", 4),
        ("reads_not_a_count", 4),
        ("unknown_consequence", 4),
        ("protein_change_as_given", 4),
    ):
        assert told["variant", reason] == (1, line)
    accounted(record)


ENDPOINT = """
[[table]]
record = "event"
files = "e.csv"
fields = { patient_id = "id" }
[[table.endpoint]]
endpoint = "overall_survival"
time = "months"
status = "dead"
unit = "months"
occurred = ["1", "DEAD"]
not_yet = ["0"]
"""


def test_a_survival_time_needs_its_status_and_a_status_its_time(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        PEOPLE.replace("p.csv", "e.csv").replace('sex = "sex"', "") + ENDPOINT,
        e_csv="id,months,dead\nA,2,1\nB,3,0.0\nC,,1\nD,4,\nE,,\nF,5,maybe\nG,-1,1\nH,soon,DEAD\n",
    )
    assert record.tables["event"].select(["patient_id", "event", "endpoint", "occurred", "start_days"]).to_pylist() == [
        {
            "patient_id": "A",
            "event": "overall_survival",
            "endpoint": "overall_survival",
            "occurred": True,
            "start_days": 2 * DAYS_PER_MONTH,
        },
        {
            "patient_id": "B",
            "event": "overall_survival",
            "endpoint": "overall_survival",
            "occurred": False,
            "start_days": 3 * DAYS_PER_MONTH,
        },
    ]
    told = reasons(record)
    assert told["event", "endpoint_incomplete"] == (2, 4)
    assert told["event", "endpoint_status_unknown"] == (1, 7)
    assert told["event", "negative_survival"] == (1, 8)
    assert told["event", "wrong_number"] == (1, 9)
    assert record.report.tally("event").read == 7
    accounted(record)


DATED = """
[[table]]
record = "patient"
files = "d.csv"
[table.fields]
patient_id = "id"
birth_year = { column = "born" FORMAT }
last_news_days = { column = "seen", since = "found" FORMAT }
"""


def dated(folder: Path, form: str, *lines: str) -> Record:
    return read(folder, DATED.replace("FORMAT", form), d_csv="\n".join(["id,born,seen,found", *lines]) + "\n")


def test_dates_count_from_a_reference_date(tmp_path: Path) -> None:
    record = dated(tmp_path, "", "A,1950-07-01,2020-03-01,2020-02-01", "B,,2020-03-01,")
    assert record.tables["patient"].select(["birth_year", "last_news_days"]).to_pylist() == [
        {"birth_year": 1950, "last_news_days": 29.0},
        {"birth_year": None, "last_news_days": None},
    ]
    assert reasons(record)["patient", "date_without_reference"] == (1, 3)


def test_french_dates_are_read_when_one_of_them_says_so(tmp_path: Path) -> None:
    record = dated(tmp_path, "", "A,31/12/1950,15/03/2020,14/02/2020", "B,01/02/1960,01/04/2020,01/03/2020")
    assert record.tables["patient"].column("last_news_days").to_pylist() == [30.0, 31.0]


@pytest.mark.parametrize(
    "lines",
    [
        ["A,1950-01-01,2020-03-01,2020-02-01", "B,1950-01-01,01/03/2020,2020-02-01"],
        ["A,1950-01-01,13/03/2020,2020-02-01", "B,1950-01-01,03/13/2020,2020-02-01"],
        ["A,1950-01-01,02/03/2020,2020-02-01"],
        ["A,1950-01-01,spring,2020-02-01"],
    ],
)
def test_mixed_or_ambiguous_dates_are_refused(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(BadInput, match=r"d\.csv, column seen") as error:
        dated(tmp_path, "", *lines)
    assert "2020" not in error.value.message


def test_declared_formats_are_used_and_reported(tmp_path: Path) -> None:
    form = ', date_format = ["%d/%m/%Y", "%Y-%m-%d"]'
    record = dated(tmp_path, form, "A,01/02/1950,02/03/2020,01/03/2020", "B,1950-01-01,2020-03-02,2020-03-01", "C,x,,")
    assert record.tables["patient"].column("last_news_days").to_pylist() == [1.0, 1.0, None]
    assert reasons(record)["patient", "mixed_date_formats"] == (3, 3)
    assert reasons(record)["patient", "wrong_date"] == (1, 4)
    with pytest.raises(BadInput, match="mean two different days"):
        dated(tmp_path, ', date_format = ["%d/%m/%Y", "%m/%d/%Y"]', "A,01/02/1950,02/03/2020,01/03/2020")


@given(st.lists(st.tuples(st.dates(date(1900, 1, 1)), st.dates(date(1900, 1, 1))), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_any_two_dates_are_as_far_apart_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[date, date]]
) -> None:
    lines = [f"{n},,{seen.isoformat()},{found.isoformat()}" for n, (seen, found) in enumerate(pairs)]
    record = dated(tmp_path_factory.mktemp("dates"), "", *lines)
    assert record.tables["patient"].column("last_news_days").to_pylist() == [float((s - f).days) for s, f in pairs]


def test_every_other_column_becomes_a_measurement_and_none_is_lost(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        PEOPLE
        + '[[table]]\nrecord = "measurement"\nfiles = "p.csv"\nunpivot = "others"\nfields = { patient_id = "id" }',
        p_csv="id,sex,PAM50,weight\nA,F,LumA,70.5\nB,M,NA,>90\n",
    )
    assert record.tables["measurement"].select(
        ["patient_id", "measurement", "value_number", "value_text"]
    ).to_pylist() == [
        {"patient_id": "A", "measurement": "PAM50", "value_number": None, "value_text": "LumA"},
        {"patient_id": "A", "measurement": "weight", "value_number": 70.5, "value_text": None},
        {"patient_id": "B", "measurement": "weight", "value_number": None, "value_text": ">90"},
    ]
    accounted(record)


def test_columns_that_no_rule_reads_are_told(tmp_path: Path) -> None:
    record = read(tmp_path, PEOPLE + "X = 1\n".replace("X = 1\n", ""), p_csv="id,sex,PAM50\nA,F,LumA\n")
    (told,) = record.report.as_json()["reasons"]
    assert (told["file"], told["reason"]) == ("p.csv, column PAM50", "column_not_kept")


RULES = (
    PEOPLE.replace(
        "[table.fields]",
        """[[table.reject]]
column = "out"
values = ["yes"]
whole_patient = true
reason = "patient_withdrawn"
[table.fields]""",
    )
    + """
[[table]]
record = "sample"
files = "s.csv"
fields = { sample_id = "s", patient_id = "id" }
"""
)


def test_withdrawn_patients_leave_every_table_and_strangers_are_left_out(tmp_path: Path) -> None:
    record = read(
        tmp_path, RULES, p_csv="id,sex,out\nA,F,\nB,M,yes\nA,F,\nA,M,\n", s_csv="s,id\nS1,A\nS2,B\nS3,Z\n,A\n"
    )
    assert record.tables["patient"].column("patient_id").to_pylist() == ["A"]
    assert record.tables["sample"].column("sample_id").to_pylist() == ["S1"]
    assert reasons(record) == {
        ("patient", "patient_withdrawn"): (1, 3),
        ("patient", "duplicate_row"): (1, 4),
        ("patient", "duplicate_key"): (1, 5),
        ("sample", "patient_withdrawn"): (1, 3),
        ("sample", "unknown_patient"): (1, 4),
        ("sample", "missing_identifier"): (1, 5),
    }
    accounted(record)


def test_strangers_are_added_or_stop_the_import_when_the_mapping_says_so(tmp_path: Path) -> None:
    files = {"p_csv": "id,sex,out\nA,F,\n", "s_csv": "s,id\nS1,A\nS3,Z\nS4,Z\n"}
    record = read(tmp_path, ADD + RULES, **files)
    assert record.tables["patient"].column("patient_id").to_pylist() == ["A", "Z"]
    assert reasons(record) == {("patient", "patient_without_row"): (1, 3)}
    accounted(record)
    with pytest.raises(BadInput, match="2 rows of sample name a patient that no patient row describes"):
        read(tmp_path, 'unlisted = "stop"\n' + RULES, **files)


def test_of_duplicates_the_one_with_most_reads_is_kept(tmp_path: Path) -> None:
    mapping = (
        ADD
        + PEOPLE
        + """
[[table]]
record = "variant"
files = "v.csv"
fields = { sample_id = "id", patient_id = "id", gene = "g", tumour_alternate_reads = "a" }
[table.duplicates]
same = ["patient_id", "gene"]
KEEP
"""
    )
    files = {"p_csv": "id,sex\nA,F\n", "v_csv": "id,g,a\nA,TP53,3\nA,TP53,\nA,KRAS,\nA,TP53,9\nA,KRAS,\n"}
    for keep, kept in (
        ('keep = "most"\nof = "tumour_alternate_reads"', [("KRAS", None), ("TP53", 9)]),
        ('keep = "first"', [("TP53", 3), ("KRAS", None)]),
        ('keep = "last"', [("TP53", 9), ("KRAS", None)]),
    ):
        record = read(tmp_path, mapping.replace("KEEP", keep), **files)
        found = record.tables["variant"].select(["gene", "tumour_alternate_reads"]).to_pylist()
        assert [(row["gene"], row["tumour_alternate_reads"]) for row in found] == kept
        assert reasons(record)["variant", "duplicate_row"][0] == 3
        accounted(record)
    with pytest.raises(BadInput, match="3 rows of variant repeat another in patient_id, gene"):
        read(tmp_path, mapping.replace("KEEP", ""), **files)


def test_a_file_that_is_absent_is_listed_and_a_column_that_is_absent_is_an_error(tmp_path: Path) -> None:
    record = read(tmp_path, RULES, p_csv="id,sex,out\nA,F,\n")
    assert record.report.missing_files == ["s.csv"]
    with pytest.raises(BadInput, match=r"p\.csv lacks 2 columns that mapping map\.toml names: out, sex"):
        read(tmp_path, RULES, p_csv="id\nA\n")
    (tmp_path / "p.csv").unlink()
    with pytest.raises(BadInput, match="holds none of the 2 files"):
        read(tmp_path, RULES)


def test_a_rule_may_reject_or_stop_at_a_value_it_cannot_read(tmp_path: Path) -> None:
    mapping = PEOPLE.replace('sex = "sex"', 'sex = { column = "sex", otherwise = "HOW" }')
    record = read(tmp_path, mapping.replace("HOW", "reject"), p_csv="id,sex\nA,F\nB,secret\n")
    assert record.tables["patient"].num_rows == 1
    accounted(record)
    with pytest.raises(BadInput, match=r"p\.csv, line 3, column sex: unknown sex \(1 rows\)") as error:
        read(tmp_path, mapping.replace("HOW", "stop"), p_csv="id,sex\nA,F\nB,secret\n")
    assert "secret" not in error.value.message


def test_parquet_of_any_column_type_is_read_or_refused(tmp_path: Path) -> None:
    mapping = PEOPLE.replace("p.csv", "p.parquet").replace('sex = "sex"', 'birth_year = "year"')
    (tmp_path / "map.toml").write_text(mapping)
    for years, found in (
        (pa.array([1950, None], pa.int32()), [1950, None]),
        (pa.array([1950.0, 1950.5], pa.float32()), [1950, None]),
        (pa.array(["1950", "NA"]), [1950, None]),
        (pa.array(["1950.0", "x"]).dictionary_encode(), [1950, None]),
        (pa.array([float("inf"), 1e300]), [None, None]),
    ):
        pq.write_table(pa.table({"id": [1, 2], "year": years}), tmp_path / "p.parquet")
        record = records.read(tmp_path, mapping=tmp_path / "map.toml")
        assert record.tables["patient"].column("patient_id").to_pylist() == ["1", "2"]
        assert record.tables["patient"].column("birth_year").to_pylist() == found
        accounted(record)
    for wrong in (pa.array([[1], [2]]), pa.array([2**64 - 1, 1], pa.uint64())):
        pq.write_table(pa.table({"id": ["A", "B"], "year": wrong}), tmp_path / "p.parquet")
        with pytest.raises(BadInput, match="cannot be read"):
            records.read(tmp_path, mapping=tmp_path / "map.toml")
    (tmp_path / "p.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadInput, match="damaged"):
        records.read(tmp_path, mapping=tmp_path / "map.toml")


CELLS = st.sampled_from(["", "A", "B", "NA", "F", "1", "0", "-1", "2.5", "x", "yes", "2020-01-01", "é", "S1"])


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=4), max_size=12),
    st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=12),
    st.sampled_from(["add", "reject"]),
)
@settings(max_examples=80, deadline=None)
def test_whatever_the_cells_every_row_is_kept_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, people: list[list[str]], samples: list[list[str]], unlisted: str
) -> None:
    folder = tmp_path_factory.mktemp("cells")
    texts: dict[str, Any] = {
        "p_csv": "\n".join(["id,sex,out", *(",".join(row) for row in people)]) + "\n",
        "s_csv": "\n".join(["s,id", *(",".join(row) for row in samples)]) + "\n",
        "e_csv": "\n".join(["id,months,dead", *(",".join(row[:3]) for row in people)]) + "\n",
    }
    record = read(folder, f'unlisted = "{unlisted}"\n' + RULES + ENDPOINT, **texts)
    accounted(record)
    known = set(record.tables["patient"].column("patient_id").to_pylist())
    for name in ("sample", "event"):
        assert set(record.tables[name].column("patient_id").to_pylist()) <= known


@pytest.fixture(scope="module")
def tcga() -> tuple[Record, float]:
    folder = shared("cohorts/tcga")
    start = time.process_time()
    record = records.read(folder, mapping=Path("tcga"))
    return record, time.process_time() - start


def count(record: Record, table: str, reason: str) -> int:
    return sum(r["count"] for r in record.report.as_json()["reasons"] if (r["table"], r["reason"]) == (table, reason))


def test_tcga_every_mutation_row_of_the_25_cohorts_is_accounted_for(tcga: tuple[Record, float]) -> None:
    record, _ = tcga
    tally = record.report.tally("variant")
    assert (tally.read, tally.kept, tally.rejected) == (938_564, 933_960, 4_604)
    assert count(record, "variant", "duplicate_between_aliquots") == 710
    assert count(record, "variant", "patient_withdrawn") == 3_894
    assert len(record.about.files) == 26
    accounted(record)


def test_tcga_patients_withdrawn_unlisted_and_without_sample_are_told(tcga: tuple[Record, float]) -> None:
    record, _ = tcga
    assert record.tables["patient"].num_rows == 6_872 - 43 + 43
    assert count(record, "patient", "patient_withdrawn") == 43
    assert count(record, "patient", "patient_without_row") == 43
    assert count(record, "patient", "patient_without_sample") == 1_457
    assert record.tables["sample"].num_rows == 5_442 - 27
    assert record.tables["panel"].column("whole").to_pylist() == [True] * 5_415


def test_tcga_endpoints_are_days_with_their_status(tcga: tuple[Record, float]) -> None:
    events = tcga[0].tables["event"]
    found = {entry["values"]: entry["counts"] for entry in pc.value_counts(events.column("endpoint")).to_pylist()}
    # Read from the file: patients with both status and time, less the 43 withdrawn.
    assert found == {
        "overall_survival": 6_780,
        "disease_specific_survival": 6_383,
        "disease_free_interval": 3_246,
        "progression_free_interval": 6_625,
    }
    assert events.filter(pc.equal(events.column("patient_id"), "TCGA-OR-A5J2")).column("start_days").to_pylist() == [
        1677.0,
        1677.0,
        289.0,
    ]


def test_the_chromosome_of_a_row_decides_what_an_old_symbol_means(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        ADD
        + PEOPLE
        + """
[[table]]
record = "variant"
files = "v.csv"
[table.fields]
sample_id = "id"
patient_id = "id"
gene = { column = "gene", values = { "mixed-lineage 4" = "MLL4" } }
chromosome = "chr"
start = "start"

[[table]]
record = "structural_variant"
files = "s.csv"
[table.fields]
sample_id = "id"
patient_id = "id"
gene_1 = "one"
chromosome_1 = "place"
gene_2 = "two"
""",
        p_csv="id,sex\nA,F\n",
        v_csv="id,gene,chr,start\nA,MLL4,19,1\nA,mixed-lineage 4,chr12,2\nA,MLL4,1,3\nA,MLL2,X,4\nA,AMER1,23,5\n",
        s_csv="id,one,place,two\nA,TAZ,chr3,MLL4\n",
    )
    variants = record.tables["variant"]
    assert variants.column("gene").to_pylist() == ["KMT2B", "KMT2D", "MLL4", "MLL2", "AMER1"]
    assert variants.column("hgnc_id").to_pylist() == ["HGNC:15840", "HGNC:7133", None, None, "HGNC:26837"]
    assert record.tables["structural_variant"].select(["gene_1", "gene_2"]).to_pylist() == [
        {"gene_1": "WWTR1", "gene_2": "MLL4"}
    ]
    told = reasons(record)
    assert told["variant", "symbol_settled_by_place"] == (2, 2)
    assert told["variant", "ambiguous_gene"] == (1, 4)
    assert told["variant", "gene_on_another_chromosome"] == (1, 5)
    assert told["structural_variant", "symbol_settled_by_place"] == (1, 2)
    assert told["structural_variant", "ambiguous_gene"] == (1, 2)
    accounted(record)


def test_tcga_words_become_the_records_own(tcga: tuple[Record, float]) -> None:
    record, _ = tcga
    diagnoses, variants = record.tables["diagnosis"], record.tables["variant"]
    assert diagnoses.num_rows == 6_872
    stages = {entry["values"] for entry in pc.value_counts(diagnoses.column("stage")).to_pylist()}
    assert stages == {None, "0", "I", "II", "III", "IV"}
    assert diagnoses.column("oncotree_code").null_count == 12
    assert set(variants.column("chromosome").unique().to_pylist()) == {*map(str, range(1, 23)), "X", "Y"}
    assert count(record, "variant", "symbol_updated") > 60_000
    # Of the rows kept: MLL4, MUM1, RAB39 and SIP1 lie where one of their genes does; SBP1, U8, LCA10, SNORA3 do not.
    assert count(record, "variant", "symbol_settled_by_place") == 187
    assert count(record, "variant", "gene_on_another_chromosome") == 13
    assert count(record, "variant", "ambiguous_gene") == 117
    assert pc.max(variants.column("vaf")).as_py() <= 1
    assert "." not in variants.column("protein_change").unique().to_pylist()
    braf = variants.filter(pc.equal(variants.column("gene"), "BRAF"))
    assert "p.V600E" in braf.column("protein_change").to_pylist()


def test_tcga_is_read_in_less_than_25_seconds_of_processor_time(tcga: tuple[Record, float]) -> None:
    assert tcga[1] < 25


MANUAL = Path(__file__).parents[2] / "docs" / "how-to" / "import-tables-with-a-mapping.md"


def test_the_example_of_the_manual_does_what_the_manual_says(tmp_path: Path) -> None:
    people, genes = re.findall(r"```csv\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    (mapping,) = re.findall(r"```toml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    record = read(tmp_path, mapping, people_csv=people, genes_csv=genes)
    assert record.tables["patient"].column("birth_year").to_pylist() == [1950, 1961]
    assert record.tables["diagnosis"].column("stage").to_pylist() == ["II", "III"]
    assert record.tables["variant"].select(["gene", "tumour_alternate_reads"]).to_pylist() == [
        {"gene": "PIK3CA", "tumour_alternate_reads": 50},
        {"gene": "KMT2D", "tumour_alternate_reads": 40},
    ]
    assert record.tables["measurement"].column("value_text").to_pylist() == ["LumA", "Basal"]
    assert record.tables["sample"].num_rows == record.tables["panel"].num_rows == 2
    told = reasons(record)
    assert told["patient", "patient_withdrawn"] == (1, 4)
    assert told["variant", "duplicate_between_aliquots"] == (1, 3)
    assert told["variant", "symbol_updated"] == (1, 4)
    assert told["variant", "column_set_aside"] == (1, 1)
    accounted(record)


def test_the_manual_names_every_key_that_a_mapping_may_have() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    source = Path(mapping_module.__file__).read_text(encoding="utf-8")
    keys = set(re.findall(r'\.(?:text|texts|choice|yes_no|tables|take)\("(\w+)"', source))
    assert len(keys) > 25
    named = re.findall(r"`([a-z_]+)(?: = true)?`|\[\[?(?:table\.)?(\w+)\]", text)
    assert keys - {name for names in named for name in names} == set()

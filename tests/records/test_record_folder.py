"""A record written as a folder comes back as it was; a folder that is not whole says all that it lacks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet import records
from chevet.errors import BadInput
from chevet.records import record_folder
from chevet.records.record import About, Record
from chevet.records.record_folder import RecordFolderWriter
from chevet.records.tables import TABLES

ABOUT = About(title="Two people", source_format="chevet", assembly="GRCh38")


def rows(table: str, *given: Mapping[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(given), schema=TABLES[table].schema)


def two_people() -> Record:
    return Record(
        ABOUT,
        {
            "patient": rows("patient", {"patient_id": "P1", "sex": "female"}, {"patient_id": "P2"}),
            "sample": rows("sample", {"sample_id": "S1", "patient_id": "P1", "purity": 0.5}),
            "variant": rows("variant", {"sample_id": "S1", "patient_id": "P1", "gene": "KRAS", "start": 25398284}),
        },
    )


def test_a_record_written_and_read_is_the_same_record(tmp_path: Path) -> None:
    record = two_people()
    record_folder.write(tmp_path, record)
    back = records.read(tmp_path)
    variants = back.tables.pop("variant").to_pylist()
    assert {name: table.to_pylist() for name, table in back.tables.items()} == {
        name: table.to_pylist() for name, table in record.tables.items() if name != "variant"
    }
    assert [(row["gene"], row["hgnc_id"], row["start"]) for row in variants] == [("KRAS", "HGNC:6407", 25398284)]
    assert (back.about.title, back.about.assembly) == ("Two people", "GRCh38")
    assert back.report.as_json()["tables"]["patient"] == {"read": 2, "kept": 2, "repaired": 0, "rejected": 0}


@given(
    st.lists(
        st.tuples(st.text(min_size=1), st.sampled_from(["female", "male", "other", None])), unique_by=lambda p: p[0]
    )
)
@settings(max_examples=50, deadline=None)
def test_whatever_patients_are_written_come_back(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str | None]]
) -> None:
    folder = tmp_path_factory.mktemp("record")
    given_rows = rows("patient", *({"patient_id": name, "sex": sex} for name, sex in people))
    with RecordFolderWriter(folder, ABOUT) as writer:
        for start in range(0, given_rows.num_rows, 3):
            writer.write("patient", given_rows.slice(start, 3))
    assert record_folder.read(folder).tables["patient"].equals(given_rows)


def test_a_writer_that_fails_leaves_no_record_behind(tmp_path: Path) -> None:
    def write_and_fail() -> None:
        with RecordFolderWriter(tmp_path, ABOUT) as writer:
            writer.write("patient", rows("patient", {"patient_id": "P1"}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert not record_folder.recognises(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_writer_replaces_its_own_record_but_never_somebody_elses_tables(tmp_path: Path) -> None:
    record_folder.write(tmp_path, two_people())
    record_folder.write(tmp_path, Record(ABOUT, {"patient": rows("patient", {"patient_id": "P9"})}))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["chevet_record.json", "patient.parquet"]
    (tmp_path / "chevet_record.json").unlink()
    with pytest.raises(BadInput, match="did not write"), RecordFolderWriter(tmp_path, ABOUT):
        pass


def test_a_table_shorter_than_announced_is_a_fault(tmp_path: Path) -> None:
    record_folder.write(tmp_path, two_people())
    pq.write_table(rows("patient", {"patient_id": "P1"}), tmp_path / "patient.parquet")
    with pytest.raises(BadInput, match=r"patient\.parquet: 1 rows, but chevet_record\.json says 2"):
        record_folder.read(tmp_path)


def test_a_table_announced_and_absent_is_a_fault(tmp_path: Path) -> None:
    record_folder.write(tmp_path, two_people())
    (tmp_path / "variant.parquet").unlink()
    with pytest.raises(BadInput, match="announces variant"):
        record_folder.read(tmp_path)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"format": "other"}', "{" * 5000, '{"format": "chevet-record", "format_version": 99}']
)
def test_a_wrong_chevet_record_json_is_told(tmp_path: Path, content: str) -> None:
    record_folder.write(tmp_path, two_people())
    (tmp_path / "chevet_record.json").write_text(content)
    with pytest.raises(BadInput, match=r"chevet_record\.json"):
        record_folder.read(tmp_path)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))  # fmt: skip  # noqa: E501
@settings(max_examples=50, deadline=None)
def test_any_json_beside_the_tables_is_a_record_or_bad_input(
    tmp_path_factory: pytest.TempPathFactory, content: object
) -> None:
    folder = tmp_path_factory.mktemp("record")
    record_folder.write(folder, two_people())
    entry = {"format": "chevet-record", "format_version": 1, "about": content, "tables": content}
    (folder / "chevet_record.json").write_text(json.dumps(entry))
    assert record_folder.read(folder).tables["patient"].num_rows == 2


@pytest.mark.parametrize("made_up", [True, False])
def test_a_record_keeps_whether_its_people_are_made_up(tmp_path: Path, made_up: bool) -> None:
    record = two_people()
    record_folder.write(tmp_path, Record(replace(ABOUT, made_up=made_up), record.tables))
    assert record_folder.read(tmp_path).about.made_up is made_up


@pytest.mark.parametrize("said", ["true", 1, None])
def test_only_true_makes_a_record_made_up(tmp_path: Path, said: object) -> None:
    record_folder.write(tmp_path, two_people())
    content = json.loads((tmp_path / "chevet_record.json").read_text())
    content["about"]["made_up"] = said
    (tmp_path / "chevet_record.json").write_text(json.dumps(content))
    assert record_folder.read(tmp_path).about.made_up is False


def test_a_hospital_can_fill_the_tables_as_text(tmp_path: Path) -> None:
    (tmp_path / "patient.tsv").write_text("patient_id\tsex\tentry_days\nP1\tfemale\t12.5\nP2\tNA\t\n")
    with gzip.open(tmp_path / "variant.csv.gz", "wt") as file:
        file.write("sample_id,patient_id,gene,reference_allele,alternate_allele\nS1,P1,MLL2,-,A\nS1,P1,nonsense1,C,T\n")
    (tmp_path / "sample.csv").write_text("sample_id,patient_id\nS1,P1\n")
    (tmp_path / "notes.docx").write_text("not ours")
    record = records.read(tmp_path)
    assert record.tables["patient"].select(["patient_id", "sex", "entry_days"]).to_pylist() == [
        {"patient_id": "P1", "sex": "female", "entry_days": 12.5},
        {"patient_id": "P2", "sex": None, "entry_days": None},
    ]
    assert record.tables["variant"].select(["gene", "gene_as_given", "reference_allele"]).to_pylist() == [
        {"gene": "KMT2D", "gene_as_given": "MLL2", "reference_allele": "-"},
        {"gene": "nonsense1", "gene_as_given": "nonsense1", "reference_allele": "C"},
    ]
    told = {(r["file"], r["reason"]): r["example_line"] for r in record.report.as_json()["reasons"]}
    assert told["variant.csv.gz", "symbol_updated"] == 2
    assert told["variant.csv.gz", "unknown_gene"] == 3
    assert told["notes.docx", "stray_file"] == 1


def test_a_symbol_that_its_chromosome_speaks_against_stays_as_it_is_when_a_record_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "patient.tsv").write_text("patient_id\nP1\n")
    (tmp_path / "sample.tsv").write_text("sample_id\tpatient_id\nS1\tP1\n")
    (tmp_path / "variant.tsv").write_text(
        "sample_id\tpatient_id\tgene\tchromosome\nS1\tP1\tMLL2\t7\nS1\tP1\tMLL4\t19\nS1\tP1\tMLL2\t12\n"
    )
    once = records.read(tmp_path)
    record_folder.write(tmp_path / "again", once)
    for record in (once, records.read(tmp_path / "again")):
        assert record.tables["variant"].select(["gene", "gene_as_given", "hgnc_id"]).to_pylist() == [
            {"gene": "MLL2", "gene_as_given": "MLL2", "hgnc_id": None},
            {"gene": "KMT2B", "gene_as_given": "MLL4", "hgnc_id": "HGNC:15840"},
            {"gene": "KMT2D", "gene_as_given": "MLL2", "hgnc_id": "HGNC:7133"},
        ]


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "patient.tsv").write_text("patient_id\tsex\tvital_statos\nP1\tF\talive\nP1\tmale\tdead\n")
    (tmp_path / "sample.csv").write_text("sample_id,purity\nS1,high\n")
    (tmp_path / "varyant.csv").write_text("gene\nKRAS\n")
    (tmp_path / "event.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(BadInput) as error:
        records.read(tmp_path)
    message = error.value.message
    assert "varyant.csv: no table has this name; nearest: variant" in message
    assert "patient.tsv: patient has no column vital_statos; nearest: vital_status" in message
    assert "sample.csv: required column patient_id is missing" in message
    assert "event.parquet: is damaged or is not Parquet" in message
    assert "high" not in message


def test_wrong_words_repeated_keys_and_strangers_are_told_by_line_and_never_by_value(tmp_path: Path) -> None:
    (tmp_path / "patient.tsv").write_text("patient_id\tsex\tbirth_year\nP1\tF\t1950\nP1\tmale\tsecret\n\tmale\t1\n")
    with pytest.raises(BadInput) as error:
        records.read(tmp_path)
    message = error.value.message
    assert "column sex has 1 values that are none of female, male, other; first at line 2" in message
    assert "column birth_year should be int64 and holds something else in 1 rows, first at line 3" in message
    assert "column patient_id is empty in 1 rows, first at line 4" in message
    assert "secret" not in message
    (tmp_path / "patient.tsv").write_text("patient_id\nP1\nP1\n")
    (tmp_path / "event.csv").write_text("patient_id,event\nP1,relapse\nP7,death\n")
    with pytest.raises(BadInput) as error:
        records.read(tmp_path)
    assert "patient.tsv: 1 rows repeat a key (patient_id)" in error.value.message
    assert "event.csv: 1 rows name a patient that the patient table lacks, first at line 3" in error.value.message
    assert "P7" not in error.value.message


def test_a_parquet_column_of_another_kind_is_a_fault(tmp_path: Path) -> None:
    pq.write_table(pa.table({"patient_id": ["P1"], "birth_year": [[1]]}), tmp_path / "patient.parquet")
    with pytest.raises(BadInput, match="column birth_year should be int64 and holds something else"):
        records.read(tmp_path)


def test_not_a_number_is_an_empty_cell(tmp_path: Path) -> None:
    days = pa.array([float("nan"), 3.0])
    pq.write_table(pa.table({"patient_id": ["P1", "P2"], "entry_days": days}), tmp_path / "patient.parquet")
    assert records.read(tmp_path).tables["patient"].column("entry_days").to_pylist() == [None, 3.0]


def test_numbers_without_end_are_faults(tmp_path: Path) -> None:
    pq.write_table(pa.table({"patient_id": ["P1"], "entry_days": [float("inf")]}), tmp_path / "patient.parquet")
    with pytest.raises(BadInput, match="column entry_days has 1 values without end, first at line 1"):
        records.read(tmp_path)


def test_whole_numbers_and_yes_or_no_may_be_written_as_people_write_them(tmp_path: Path) -> None:
    (tmp_path / "patient.csv").write_text("patient_id,birth_year\nP1,1950.0\n")
    (tmp_path / "treatment.csv").write_text("patient_id,given\nP1,oui\nP1,no\n")
    record = records.read(tmp_path)
    assert record.tables["patient"].column("birth_year").to_pylist() == [1950]
    assert record.tables["treatment"].column("given").to_pylist() == [True, False]


def test_rows_with_another_number_of_cells_are_never_shifted(tmp_path: Path) -> None:
    (tmp_path / "patient.csv").write_text("patient_id,sex\nP1,female\nP2\n")
    with pytest.raises(BadInput, match="1 rows have more or fewer cells than the header, first at line 3"):
        records.read(tmp_path)

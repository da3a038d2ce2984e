"""Whole studies: the two real ones with their exact numbers, and made-up ones with every fault."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.records import read
from chevet.records.record import Record
from chevet.records.tables import DAYS_PER_MONTH
from chevet.words.reasons import reasons as known_reasons
from tests.records.made_study import EVERY_KIND, FILES, a_study, check_accounts, lines_of, meta, reasons
from tests.shared_data import shared


@pytest.fixture(scope="module")
def metabric() -> Record:
    return read(shared("cohorts/metabric"))


@pytest.fixture(scope="module")
def conformance() -> Record:
    return read(shared("cohorts/study_es_0"))


def values(record: Record, table: str, column: str) -> Counter[object]:
    return Counter(record.tables[table].column(column).to_pylist())


def check_reasons(record: Record) -> None:
    """Every reason is explained, and is the act that its explanation says."""
    for entry in record.report.as_json()["reasons"]:
        assert known_reasons()[entry["reason"]].act == entry["act"], entry["reason"]


def test_metabric_is_accounted_for_to_the_last_row(metabric: Record) -> None:
    check_accounts(metabric)
    check_reasons(metabric)
    read_rows = {name: tally["read"] for name, tally in metabric.report.as_json()["tables"].items()}
    assert (read_rows["patient"], read_rows["sample"], read_rows["variant"]) == (2509, 2509, 17272)
    assert metabric.report.tally("variant").rejected == 0
    assert metabric.report.missing_files == ["data_CNA.txt", "data_expression.txt"]
    found = reasons(metabric)
    assert found["patient", "survival_missing"] == 529
    assert found["patient", "carriage_return_line_ends"] == 1
    assert found["panel", "panel_without_data"] == 2


def test_metabric_keeps_every_cell_of_its_clinical_files(metabric: Record) -> None:
    """5,960 of the cells are plus and minus signs, which are answers here."""
    measured = values(metabric, "measurement", "measurement")
    assert (measured["ER_STATUS"], measured["HER2_STATUS"], measured["PR_STATUS"]) == (1980, 1980, 1980)
    assert (measured["CLAUDIN_SUBTYPE"], measured["TUMOR_SIZE"], measured["NPI"]) == (1980, 1960, 1980)
    assert values(metabric, "patient", "cause_of_death") == {
        None: 1367,
        "Died of Disease": 646,
        "Died of Other Causes": 496,
    }
    assert values(metabric, "patient", "vital_status") == {"dead": 1143, "alive": 837, None: 529}
    assert values(metabric, "diagnosis", "stage") == {None: 1043, "II": 825, "I": 501, "III": 118, "0": 12, "IV": 10}
    assert values(metabric, "diagnosis", "laterality") == {"left": 973, "right": 897, None: 639}


def test_metabric_treatments_are_given_or_not_given(metabric: Record) -> None:
    table = metabric.tables["treatment"]
    found = Counter(zip(table.column("treatment_class").to_pylist(), table.column("given").to_pylist(), strict=True))
    assert found == {
        ("chemotherapy", True): 412,
        ("chemotherapy", False): 1568,
        ("hormone_therapy", True): 1216,
        ("hormone_therapy", False): 764,
        ("radiotherapy", True): 1173,
        ("radiotherapy", False): 807,
        ("surgery", True): 1955,
    }


def test_metabric_median_overall_survival_is_155_7_months(metabric: Record) -> None:
    events = metabric.tables["event"]
    days, died = events.column("start_days").to_numpy(), events.column("occurred").to_numpy()
    assert (len(days), int(died.sum())) == (1980, 1143)
    times = np.unique(days[died])
    factors = [1 - (died & (days == t)).sum() / (days >= t).sum() for t in times]
    median = times[np.flatnonzero(np.cumprod(factors) <= 0.5)[0]] / DAYS_PER_MONTH
    assert median == pytest.approx(155.7, abs=0.05)


def test_metabric_old_symbols_are_the_same_in_variants_and_panel(metabric: Record) -> None:
    on_panel = set(metabric.tables["panel_gene"].column("gene").to_pylist())
    assert len(on_panel) == 173
    assert set(metabric.tables["variant"].column("gene").to_pylist()) == on_panel
    assert {"KMT2D", "AFDN"} <= on_panel
    assert values(metabric, "panel", "whole") == {False: 2509}
    assert metabric.about.assembly == "GRCh37"


def test_the_conformance_study_has_every_table(conformance: Record) -> None:
    check_accounts(conformance)
    check_reasons(conformance)
    rows = {name: table.num_rows for name, table in conformance.tables.items() if table.num_rows}
    assert rows == {
        "patient": 841,
        "diagnosis": 841,
        "sample": 845,
        "panel": 2218,
        "panel_gene": 55,
        "event": 1525,
        "measurement": 1279,
        "variant": 36,
        "copy_number": 11759,
        "structural_variant": 48,
        "expression": 8274,
        "study_file": 2458,
    }
    assert all(tally["rejected"] == 0 for tally in conformance.report.as_json()["tables"].values())
    assert conformance.report.missing_files == []
    assert [e["file"] for e in conformance.report.as_json()["reasons"] if e["reason"] == "file_not_read"] == [
        "result_report.html"
    ]


def test_the_conformance_study_tells_tested_from_not_tested(conformance: Record) -> None:
    panels = {
        row["sample_id"]: row["panel_id"]
        for row in conformance.tables["panel"].to_pylist()
        if row["alteration_type"] == "variant"
    }
    assert panels["TEST_SAMPLE_1"] == "whole exome"  # sequenced, no panel
    assert panels["TEST_SAMPLE_2"] == "TESTPANEL1"
    assert panels["TEST_SAMPLE_15"] == "TESTPANEL2"
    assert "TEST_SAMPLE_7" not in panels  # neither sequenced nor on a panel
    assert len(panels) == 31


def test_bounds_and_numbers_of_assays_are_kept_apart(conformance: Record) -> None:
    rows = [row for row in conformance.tables["measurement"].to_pylist() if row["profile"] == "treatment_ic50"]
    assert Counter(row["value_text"] for row in rows if row["value_text"]) == {">8": 40}
    assert sum(row["value_number"] is not None for row in rows) == 36
    of_patients = [
        row for row in conformance.tables["measurement"].to_pylist() if row["profile"] == "generic_assay_patient_test"
    ]
    assert {row["sample_id"] for row in of_patients} == {None}


def test_a_whole_made_up_study_reads_without_a_remark(tmp_path: Path) -> None:
    record = read(a_study(tmp_path))
    check_accounts(record)
    assert reasons(record) == {}
    assert record.about.as_json() == {
        "title": "A made-up study",
        "source_format": "cbioportal",
        "description": "two people",
        "citation": "",
        "pmid": "",
        "assembly": "GRCh37",
        "files": sorted(FILES),
        "made_up": False,
    }
    assert record.tables["diagnosis"].column("oncotree_code").to_pylist() == ["LUAD", "LUSC"]


def test_reading_twice_gives_the_same_tables_and_report(tmp_path: Path) -> None:
    folder = a_study(tmp_path, EVERY_KIND)
    first, second = read(folder), read(folder)
    assert all(first.tables[name].equals(second.tables[name]) for name in first.tables)
    assert first.report.rows().equals(second.report.rows())


def test_unknown_data_types_and_files_without_a_meta_file_are_said(tmp_path: Path) -> None:
    folder = a_study(
        tmp_path,
        {
            "meta_dreams.txt": meta("DREAMS", "NIGHTLY", "data_dreams.txt"),
            "data_dreams.txt": "x\n",
            "notes/a.txt": "x",
            "meta_broken.txt": "cancer_study_identifier: made\n",
            "meta_cna.txt": meta("COPY_NUMBER_ALTERATION", "DISCRETE", "data_cna.txt", stable_id="cna"),
        },
    )
    record = read(folder)
    rows = {(row["file"], row["reason"]) for row in record.report.rows().to_pylist()}
    assert rows == {
        ("meta_dreams.txt", "unknown_data_type"),
        ("meta_broken.txt", "unknown_data_type"),
        ("notes/a.txt", "file_not_read"),
        ("meta_broken.txt", "file_not_read"),
    }
    assert record.report.missing_files == ["data_cna.txt"]


def test_a_meta_file_of_another_study_is_noted(tmp_path: Path) -> None:
    other = FILES["meta_mutations.txt"].replace("identifier: made", "identifier: other")
    record = read(a_study(tmp_path, {"meta_mutations.txt": other}))
    assert reasons(record) == {("study_file", "meta_of_another_study"): 1}


def test_a_study_without_a_sample_file_is_refused(tmp_path: Path) -> None:
    folder = a_study(tmp_path, {"data_clinical_sample.txt": None})
    with pytest.raises(BadInput, match="no clinical sample file was found"):
        read(folder)


def test_a_study_without_its_patient_file_makes_patients_from_samples(tmp_path: Path) -> None:
    record = read(a_study(tmp_path, {"data_clinical_patient.txt": None}))
    check_accounts(record)
    assert record.report.missing_files == ["data_clinical_patient.txt"]
    assert record.tables["patient"].num_rows == 2
    assert lines_of(record, "patient_from_sample_file") == [2, 3]


ALL_FILES = {**FILES, **EVERY_KIND}
NAMES = sorted(ALL_FILES)
tables_of_bytes = st.one_of(
    st.binary(max_size=120),
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "PATIENT_ID",
                    "SAMPLE_ID",
                    "OS_STATUS",
                    "OS_MONTHS",
                    "P1",
                    "S1",
                    "",
                    "NA",
                    "1:DECEASED",
                    "-3",
                    "1e999",
                    "#x",
                    "é",
                    '"',
                ],
            ),
            max_size=4,
        ).map("\t".join),
        max_size=6,
    ).map(lambda rows: "\n".join(rows).encode()),
)


def test_every_kind_of_file_is_read_with_few_remarks(tmp_path: Path) -> None:
    record = read(a_study(tmp_path, EVERY_KIND))
    check_accounts(record)
    check_reasons(record)
    assert {name: table.num_rows for name, table in record.tables.items()} == {
        "patient": 2,
        "diagnosis": 2,
        "sample": 2,
        "panel": 12,
        "panel_gene": 9,
        "treatment": 1,
        "event": 4,
        "measurement": 6,
        "variant": 2,
        "copy_number": 10,
        "structural_variant": 3,
        "expression": 8,
        "study_file": 8,
    }
    assert record.report.missing_files == []


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(NAMES), content=tables_of_bytes, kept_header=st.booleans())
def test_any_bytes_as_a_data_file_are_accounted_for_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes, kept_header: bool
) -> None:
    if kept_header:
        content = ALL_FILES[name].encode() + content
    folder = a_study(tmp_path_factory.mktemp("any"), {**EVERY_KIND, name: content})
    try:
        record = read(folder)
    except BadInput:
        return
    check_accounts(record)
    check_reasons(record)

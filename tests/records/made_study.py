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
    lines = {"cancer_study_identifier": "made", "genetic_alteration_type": kind, "datatype": datatype, "data_filename": file}
    return "".join(f"{name}: {value}\n" for name, value in (lines | more).items())


FILES: dict[str, str | bytes] = {
    "meta_study.txt": "type_of_cancer: lung\ncancer_study_identifier: made\nname: A made-up study\ndescription: two people\n",
    "meta_clinical_patient.txt": meta("CLINICAL", "PATIENT_ATTRIBUTES", "data_clinical_patient.txt"),
    "data_clinical_patient.txt": PATIENTS,
    "meta_clinical_sample.txt": meta("CLINICAL", "SAMPLE_ATTRIBUTES", "data_clinical_sample.txt"),
    "data_clinical_sample.txt": SAMPLES,
    "meta_mutations.txt": meta("MUTATION_EXTENDED", "MAF", "data_mutations.txt", stable_id="mutations"),
    "data_mutations.txt": MAF,
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

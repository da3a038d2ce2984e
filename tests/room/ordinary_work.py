"""The tables of an ordinary study of METABRIC, as a careful researcher writes them: twenty, each by other groups.

Counts of one to four are left empty, and so is the next smallest beside a single one of them.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

Row = dict[str, str]
Who = Callable[[Row], bool]
COLUMNS = {
    "ER_STATUS": "er", "HER2_STATUS": "her2", "PR_STATUS": "pr", "GRADE": "grade", "TUMOR_STAGE": "stage",
    "CHEMOTHERAPY": "chemotherapy", "HORMONE_THERAPY": "hormone", "RADIO_THERAPY": "radio",
    "INFERRED_MENOPAUSAL_STATE": "menopause", "CLAUDIN_SUBTYPE": "subtype", "VITAL_STATUS": "vital",
    "BREAST_SURGERY": "surgery", "LATERALITY": "side", "CELLULARITY": "cellularity", "THREEGENE": "genes",
    "HISTOLOGICAL_SUBTYPE": "histology", "INTCLUST": "cluster", "COHORT": "cohort", "OS_STATUS": "status",
}  # fmt: skip


def read_people(folder: Path) -> list[Row]:
    """One row per patient, by the short names above, with `age` in bands of ten years."""
    samples = {row["PATIENT_ID"]: row for row in _rows(folder / "data_clinical_sample.txt")}
    people = []
    for patient in _rows(folder / "data_clinical_patient.txt"):
        row = samples.get(patient["PATIENT_ID"], {}) | patient
        person = {short: row.get(name, "").replace("null", "") for name, short in COLUMNS.items()}
        age = row.get("AGE_AT_DIAGNOSIS", "")
        person["age"] = f"{int(float(age)) // 10 * 10}-{int(float(age)) // 10 * 10 + 9}" if age else ""
        people.append(person)
    return people


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))


def table(people: Sequence[Row], by: Sequence[str], who: Who = lambda row: True) -> str:
    """Patients by these columns, of whom each is known."""
    counts = Counter(tuple(row[name] for name in by) for row in people if who(row) and all(row[name] for name in by))
    hidden = {key for key, n in counts.items() if n < 5}
    if len(hidden) == 1:
        hidden |= {min((key for key in counts if key not in hidden), key=lambda key: counts[key])}
    lines = [",".join([*key, "" if key in hidden else str(n)]) for key, n in sorted(counts.items())]
    return "\n".join([",".join([*by, "n"]), *lines]) + "\n"


def positive(row: Row) -> bool:
    return row["er"].startswith("Pos")


TABLES: tuple[tuple[tuple[str, ...], Who], ...] = (
    (("er",), lambda row: True), (("her2",), lambda row: True), (("grade",), lambda row: True),
    (("stage",), lambda row: True), (("subtype",), lambda row: True), (("age",), lambda row: True),
    (("menopause", "er"), lambda row: True), (("surgery", "radio"), lambda row: True),
    (("chemotherapy", "hormone"), lambda row: True), (("vital",), lambda row: True),
    (("grade", "er"), lambda row: bool(row["subtype"])), (("subtype", "chemotherapy"), lambda row: True),
    (("grade",), positive), (("age",), positive), (("subtype",), positive), (("genes",), positive),
    (("age",), lambda row: row["chemotherapy"] == "YES"), (("cellularity",), lambda row: True),
    (("cluster",), lambda row: True), (("cohort", "vital"), lambda row: True),
)  # fmt: skip


def extract_of(people: Sequence[Row]) -> pa.Table:
    """These people as an extract."""
    return pa.table({name: [row[name] or None for row in people] for name in people[0]})

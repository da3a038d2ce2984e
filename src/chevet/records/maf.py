"""A MAF file alone, or a folder of them, as a study: patients and samples are made from the sample barcodes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.bytes import Blocks
from chevet.records.maf_rows import WHOLE_EXOME, VariantFile, joined, read_variants
from chevet.records.record import About, Progress, Record, no_progress
from chevet.records.report import ImportReport
from chevet.records.rows import by_value, distinct, shaped
from chevet.words import samples

TCGA_BARCODE = re.compile(r"TCGA-[A-Z0-9]{2}-[A-Z0-9]{4}(-.*)?$")
ENDINGS = (".maf", ".maf.gz", ".maf.txt")


def recognises(path: Path) -> bool:
    """True for a MAF file, by its name or its column names, and for a folder that holds some."""
    if path.is_dir():
        return bool(_files(path))
    return path.name.endswith(ENDINGS) or _looks_like_maf(path)


def _looks_like_maf(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        first = next(iter(Blocks(path, path.name)), (1, b""))[1]
    except BadInput:
        return False
    head = next((line for line in first[:65536].splitlines() if line.strip() and not line.startswith(b"#")), b"")
    return {b"Hugo_Symbol", b"Tumor_Sample_Barcode"} <= set(head.split(b"\t"))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.endswith(ENDINGS) and path.is_file())


def patient_of_barcode(sample: str) -> str:
    """The patient of a sample: the first three parts of a TCGA barcode, else the sample itself.

    >>> patient_of_barcode("TCGA-A1-A0SB-01A-11D"), patient_of_barcode("P-7")
    ('TCGA-A1-A0SB', 'P-7')
    """
    return sample[:12] if TCGA_BARCODE.match(sample) else sample


def read(path: Path, progress: Progress = no_progress) -> Record:
    """A MAF file, or every MAF file of a folder, as a record.

    Patients and samples are made from the barcodes. Which genes were tested is not said in a MAF
    file: a sample with variants counts as whole exome, and a sample without any cannot be known.
    """
    report = ImportReport()
    paths = [path] if path.is_file() else _files(path)
    files = []
    for done, file in enumerate(paths):
        progress(file.name, done / len(paths))
        files.append(
            read_variants(
                file,
                report,
                file=file.name,
                patient_of=lambda barcodes: by_value(barcodes, patient_of_barcode),
                assembly_said=None,
            )
        )
    variants = joined(files, report)
    builds = distinct(variants.column("assembly"))
    about = About(
        title=path.name,
        source_format="maf",
        assembly=builds.pop() if len(builds) == 1 else "",
        files=tuple(file.name for file in paths),
    )
    return Record(about, {"variant": variants, **_people(files, report)}, report)


def _people(files: Sequence[VariantFile], report: ImportReport) -> dict[str, pa.Table]:
    """The samples that have variants, their patients, and what can be said of their testing."""
    of_sample: dict[str, str] = {}
    patients: dict[str, None] = {}
    for file in files:
        pairs = file.rows.select(["sample_id", "patient_id"]).append_column("line", pa.array(file.lines))
        found = pairs.group_by(["sample_id", "patient_id"]).aggregate([("line", "min")]).sort_by("line_min").to_pylist()
        new = [(f["sample_id"], f["patient_id"], f["line_min"]) for f in found if f["sample_id"] not in of_sample]
        new_patients = {patient: line for _, patient, line in reversed(new) if patient not in patients}
        report.note("sample", file.text.file, [line for *_, line in new], "sample_from_barcode")
        report.note("panel", file.text.file, [line for *_, line in new], "assumed_whole_exome")
        report.note("patient", file.text.file, [line for s, p, line in new if s == p], "patient_is_the_sample")
        of_sample.update({sample: patient for sample, patient, _ in new})
        patients.update(dict.fromkeys(sorted(new_patients, key=new_patients.__getitem__)))
    rows = {"sample_id": list(of_sample), "patient_id": list(of_sample.values())}
    for table, n in (("patient", len(patients)), ("sample", len(of_sample)), ("panel", len(of_sample))):
        report.count_read(table, n)
    return {
        "patient": shaped("patient", len(patients), {"patient_id": list(patients)}),
        "sample": shaped(
            "sample",
            len(of_sample),
            {**rows, "sample_type": [samples.from_tcga_barcode(sample) for sample in of_sample]},
        ),
        "panel": shaped(
            "panel", len(of_sample), {**rows, "alteration_type": "variant", "panel_id": WHOLE_EXOME, "whole": True}
        ),
    }

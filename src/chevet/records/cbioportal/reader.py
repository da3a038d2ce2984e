"""From folder to record: the order in which a study's files are read, and what is left over."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from chevet.records.cbioportal import clinical, panels, variants
from chevet.records.cbioportal.folder import Study, open_study
from chevet.records.record import About, Progress, Record, no_progress
from chevet.records.report import ImportReport
from chevet.records.tables import TABLES

STEPS = (
    ("patients and samples", clinical.read_clinical),
    ("variants", variants.read_variant_files),
    ("panels", panels.read_panels),
)


def recognises(path: Path) -> bool:
    """True for a folder with a meta_study.txt, or with any meta file that names a cancer study."""
    return path.is_dir() and (path / "meta_study.txt").is_file()


def read(path: Path, progress: Progress = no_progress) -> Record:
    """The whole study as a record, with its import report.

    Raises BadInput when a path leaves the folder, when the sample file is absent, when a file
    cannot be read as its meta file says.
    """
    report = ImportReport()
    study = open_study(path, report, progress)
    for done, (what, step) in enumerate(STEPS):
        progress(what, done / len(STEPS))
        step(study)
    progress("done", 1.0)
    return Record(_about(study), _tables(study), report)


def _tables(study: Study) -> dict[str, pa.Table]:
    return {
        name: pa.concat_tables([table.schema.empty_table(), *study.parts.get(name, [])])
        for name, table in TABLES.items()
    }


def _about(study: Study) -> About:
    said = study.study.properties
    return About(
        title=said.get("name", study.identifier), source_format="cbioportal", description=said.get("description", ""),
        citation=said.get("citation", ""), pmid=said.get("pmid", ""), assembly=variants.study_assembly(study) or "",
        files=tuple(sorted(study.seen)),
    )

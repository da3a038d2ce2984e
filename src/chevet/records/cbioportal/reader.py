"""From folder to record: the order in which a study's files are read, and what is left over."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa

from chevet.records.cbioportal import (
    assays,
    clinical,
    extras,
    matrices,
    panels,
    segments,
    structural,
    timeline,
    variants,
)
from chevet.records.cbioportal.folder import Study, open_study
from chevet.records.record import About, Progress, Record, no_progress
from chevet.records.report import ImportReport
from chevet.records.rows import distinct
from chevet.records.tables import TABLES

# What is read, in this order: samples must be known before anything is said of them, and all data before panels.
STEPS = (
    ("cancer type", extras.read_cancer_type),
    ("patients and samples", clinical.read_clinical),
    ("variants", variants.read_variant_files),
    ("copy number calls", matrices.read_discrete),
    ("copy number ratios", matrices.read_log_ratios),
    ("copy number segments", segments.read_segments),
    ("structural variants", structural.read_structural),
    ("expression and methylation", matrices.read_expression),
    ("other assays", assays.read_assays),
    ("timelines", timeline.read_timelines),
    ("panels", panels.read_panels),
    ("recurrent alterations", extras.read_recurrent),
    ("case lists", extras.read_case_lists),
    ("resources", extras.read_resources),
    ("tags", extras.read_tags),
)
KNOWN = frozenset(
    {
        "CANCER_TYPE",
        "MUTATION_EXTENDED",
        "MUTATION_UNCALLED",
        "STRUCTURAL_VARIANT",
        "FUSION",
        "MRNA_EXPRESSION",
        "METHYLATION",
        "PROTEIN_LEVEL",
        "GENERIC_ASSAY",
        "GENESET_SCORE",
        "GENE_PANEL_MATRIX",
        "GISTIC_GENES_AMP",
        "GISTIC_GENES_DEL",
        "MUTSIG",
        "RESOURCE",
    }
)
KNOWN_PAIRS = frozenset(
    {
        ("COPY_NUMBER_ALTERATION", "DISCRETE"),
        ("COPY_NUMBER_ALTERATION", "DISCRETE_LONG"),
        ("COPY_NUMBER_ALTERATION", "CONTINUOUS"),
        ("COPY_NUMBER_ALTERATION", "LOG2-VALUE"),
        ("COPY_NUMBER_ALTERATION", "SEG"),
        ("CLINICAL", "PATIENT_ATTRIBUTES"),
        ("CLINICAL", "SAMPLE_ATTRIBUTES"),
        ("CLINICAL", "MIXED_ATTRIBUTES"),
        ("CLINICAL", "TIMELINE"),
    }
)


def recognises(path: Path) -> bool:
    """True for a folder that holds the meta file of a study."""
    return path.is_dir() and any(file.is_file() for file in path.glob("meta*study*.txt"))


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
    _say_left_over(study)
    progress("done", 1.0)
    return Record(_about(study), _tables(study), report)


def _say_left_over(study: Study) -> None:
    """Note what nobody reads: data types without a place, files that no meta file names."""
    for meta in study.metas:
        if meta.kind[0] not in KNOWN and meta.kind not in KNOWN_PAIRS:
            study.report.note("study_file", meta.file, [1], "unknown_data_type")
            study.path(meta.data_file, meta.file)
        other = meta.properties.get("pd_annotations_filename")
        if other and study.path(other, meta.file) is not None:
            study.seen.discard(other)
    names = [
        (Path(folder) / name).relative_to(study.folder).as_posix()
        for folder, _, files in os.walk(study.folder, followlinks=False)
        for name in files
    ]
    for name in sorted(names):
        if name not in study.seen:
            study.report.note("study_file", name, [1], "file_not_read")


def _tables(study: Study) -> dict[str, pa.Table]:
    return {
        name: pa.concat_tables([table.schema.empty_table(), *study.parts.get(name, [])])
        for name, table in TABLES.items()
    }


def _about(study: Study) -> About:
    said = study.study.properties
    builds = set().union(*(distinct(table.column("assembly")) for table in study.parts["variant"]))
    of_variants = builds.pop() if len(builds) == 1 else ""
    return About(
        title=said.get("name", study.identifier),
        source_format="cbioportal",
        description=said.get("description", ""),
        citation=said.get("citation", ""),
        pmid=said.get("pmid", ""),
        assembly=variants.study_assembly(study) or of_variants,
        files=tuple(sorted(study.seen)),
    )

"""The study folder: its meta files, and the only way to the files they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from chevet.errors import BadInput
from chevet.records.maf_rows import VariantFile
from chevet.records.record import Progress
from chevet.records.report import ImportReport
from chevet.records.rows import Column, by_value
from chevet.records.text import TextTable, read_properties

SMALL_FILE = 16 * 1024 * 1024
FILE_PROPERTIES = ("data_filename", "tags_file", "pd_annotations_filename")


@dataclass(frozen=True)
class Meta:
    """One meta file. `kind` is (genetic_alteration_type, datatype) in capitals."""

    file: str
    properties: dict[str, str]

    @property
    def kind(self) -> tuple[str, str]:
        said = self.properties
        if "resource_type" in said:
            return "RESOURCE", said["resource_type"].upper()
        return said.get("genetic_alteration_type", "").upper(), said.get("datatype", "").upper()

    @property
    def data_file(self) -> str:
        return self.properties.get("data_filename", "")

    @property
    def profile(self) -> str:
        return self.properties.get("stable_id", "") or Path(self.data_file).stem


@dataclass
class Profile:
    """What was read of one molecular profile: its kind, the samples with rows, and the panel of each sample.

    own_panel  for a matrix: the panel that stands for its genes. A sample without a column was not tested.
    """

    kind: str
    samples: set[str]
    own_panel: str | None = None
    panels: dict[str, str] = field(default_factory=dict)


@dataclass
class Study:
    """A folder being read: what it announces, what has been read, and the tables filling up."""

    folder: Path
    report: ImportReport
    progress: Progress
    study: Meta
    metas: list[Meta]
    seen: set[str] = field(default_factory=set)
    parts: dict[str, list[pa.Table]] = field(default_factory=dict)
    patient_of_sample: dict[str, str] = field(default_factory=dict)
    patients: set[str] = field(default_factory=set)
    # The study's own cancer type, for samples that name none: its words and its OncoTree code.
    cancer_type: str | None = None
    cancer_code: str | None = None
    # OncoTree code and words of each patient's tumour, where the patient file has them.
    tumour_of_patient: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    # Samples that the mutation files' #Sequenced_Samples lines name.
    sequenced: set[str] = field(default_factory=set)
    variant_files: list[VariantFile] = field(default_factory=list)

    @property
    def identifier(self) -> str:
        return self.study.properties.get("cancer_study_identifier", "")

    def add(self, name: str, table: pa.Table) -> None:
        self.parts.setdefault(name, []).append(table)

    def patients_of(self, samples: Column) -> Column:
        """The patient of each sample, null for a sample the study does not have."""
        return by_value(samples, self.patient_of_sample.get)

    def was_read(self, meta: Meta, profile: Profile) -> None:
        """Remember a profile whose data were read; a panel in its meta file is the panel of all its samples."""
        if "gene_panel" in meta.properties:
            profile.panels.update(dict.fromkeys(profile.samples, meta.properties["gene_panel"]))
        name = meta.profile if meta.profile not in self.profiles else f"{meta.profile} ({meta.file})"
        self.profiles[name] = profile

    def say_unread(self, table: str, text: TextTable) -> None:
        """Note the columns of a file that have no place in the record."""
        unread = len(text.header) - len(text.columns)
        self.report.note(table, text.file, [text.header_line] * unread, "column_not_kept")

    def of_kind(self, *kinds: tuple[str, str]) -> Iterator[tuple[Meta, Path]]:
        """The meta files of these kinds with their data file; a file that is not there is reported missing.

        A kind with an empty datatype stands for all datatypes.
        """
        for meta in self.metas:
            if meta.kind in kinds or (meta.kind[0], "") in kinds:
                path = self.path(meta.data_file, meta.file)
                if path is not None:
                    yield meta, path

    def path(self, name: str, said_in: str) -> Path | None:
        """The file of that name inside the folder; None when it is absent (and then reported)."""
        path = inside(self.folder, name, said_in)
        if not path.is_file():
            self.report.miss(name)
            return None
        self.seen.add(name)
        return path


def inside(folder: Path, name: str, said_in: str) -> Path:
    """The path of a file named by a meta file, surely within the folder.

    Raises BadInput for an empty name, an absolute one, one that climbs out, or a link that leads out.
    """
    why = None
    if not name or "\0" in name or any(len(part.encode()) > 255 for part in Path(name).parts):
        why = "names no file"
    elif Path(name).is_absolute() or "\\" in name or ".." in Path(name).parts:
        why = "names a file outside the study folder"
    elif not _leads_inside(folder, folder / name):
        why = "names a link that leads outside the study folder, or nowhere"
    if why is not None:
        raise BadInput(
            f"{said_in}: a file name in it {why}; nothing was read",
            next_act="Put the file into the study folder and name it there, without a path that leaves the folder.",
        )
    return folder / name


def _leads_inside(folder: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link to itself, a path too long
        return False


def open_study(folder: Path, report: ImportReport, progress: Progress) -> Study:
    """The study's meta files, each path in them checked before any data file is opened."""
    study, metas = None, []
    for path in sorted(folder.iterdir()):
        if not (path.name.startswith("meta") and path.suffix == ".txt" and path.is_file()):
            continue
        inside(folder, path.name, path.name)
        properties, mended = read_properties(path, file=path.name, limit=SMALL_FILE)
        for reason in mended:
            report.repair_file("study_file", path.name, 1, reason)
        meta = Meta(path.name, properties)
        for name, value in properties.items():
            if name in FILE_PROPERTIES:
                inside(folder, value, path.name)
        if "data_filename" in properties:
            metas.append(meta)
        elif "type_of_cancer" in properties or path.name == "meta_study.txt":
            study = study or meta
        else:
            report.note("study_file", path.name, [1], "unknown_data_type")
    if study is None:
        raise BadInput(
            f"{folder.name}: no meta_study.txt with cancer_study_identifier and name was found",
            next_act="Add the study's meta file; the cBioPortal format page describes it.",
        )
    identifier = study.properties.get("cancer_study_identifier")
    for meta in metas:
        if meta.properties.get("cancer_study_identifier", identifier) != identifier:
            report.note("study_file", meta.file, [1], "meta_of_another_study")
    opened = Study(folder, report, progress, study, metas)
    opened.seen.update({study.file, *(meta.file for meta in metas)})
    return opened

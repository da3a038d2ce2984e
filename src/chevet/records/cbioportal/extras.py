"""What belongs to the study and not to one patient: its cancer type, case lists, resources, tags, recurrent regions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from chevet.errors import BadInput
from chevet.records.bytes import Blocks
from chevet.records.cbioportal.folder import Meta, Study
from chevet.records.cbioportal.panels import case_list_files
from chevet.records.genes import named
from chevet.records.rows import Column, mask, numbers, pc, said, shaped
from chevet.records.text import Columns, TextTable, read_table
from chevet.words import oncotree
from chevet.words.missing import is_missing

NAME = "study_file"
LARGEST_TAGS = 1024 * 1024
DEEPEST_TAGS = 40
GISTIC = Columns(required=("chromosome", "peak_start", "peak_end", "genes_in_region", "amp", "cytoband", "q_value"))
MUTSIG = Columns(required=("gene", "q"), optional=("rank", "p"))
RESOURCE_COLUMNS = {
    "DEFINITION": Columns(required=("RESOURCE_ID", "DISPLAY_NAME"), optional=("DESCRIPTION", "PRIORITY")),
    "STUDY": Columns(required=("RESOURCE_ID", "URL")),
    "PATIENT": Columns(required=("PATIENT_ID", "RESOURCE_ID", "URL")),
    "SAMPLE": Columns(required=("PATIENT_ID", "SAMPLE_ID", "RESOURCE_ID", "URL")),
}


def read_cancer_type(study: Study) -> None:
    """The study's own cancer type, for samples that name none (a type of `mixed` says nothing)."""
    said_type = study.study.properties.get("type_of_cancer", "")
    words = None if is_missing(said_type) or said_type.casefold() == "mixed" else said_type
    for meta, path in study.of_kind(("CANCER_TYPE", "")):
        blocks = Blocks(path, meta.data_file, limit=LARGEST_TAGS)
        lines = [text for _, block in blocks for text in block.decode("utf-8").split("\n")]
        numbered = [(n, text.split("\t")) for n, text in enumerate(lines, 1) if text.strip() and text[0] != "#"]
        wrong = [number for number, row in numbered if len(row) < 2]
        rows = [row for _, row in numbered if len(row) > 1]
        study.report.count_read(NAME, len(numbered))
        study.report.reject(NAME, meta.data_file, wrong, "wrong_column_count")
        names, types = [row[0].strip() for row in rows], [row[1].strip() for row in rows]
        study.add(NAME, shaped(NAME, len(rows), {"kind": "cancer_type", "name": names, "value_text": types}))
        words = dict(zip(names, types, strict=True)).get(said_type, words)
    study.cancer_type = words
    study.cancer_code = None if words is None else oncotree.find(words) or oncotree.find(said_type)


def read_case_lists(study: Study) -> None:
    """One row for each sample of each case list; samples the study does not have are rejected."""
    for case_list in case_list_files(study):
        properties = case_list.properties
        name = properties.get("stable_id", Path(case_list.file).stem)
        samples = properties.get("case_list_ids", "").split()
        known = [sample for sample in samples if sample in study.patient_of_sample]
        study.report.count_read(NAME, len(samples))
        study.report.reject(NAME, case_list.file, [1] * (len(samples) - len(known)), "unknown_sample")
        study.add(
            NAME,
            shaped(
                NAME,
                len(known),
                {
                    "kind": "case_list",
                    "name": name,
                    "sample_id": known,
                    "patient_id": [study.patient_of_sample[sample] for sample in known],
                    "value_text": properties.get("case_list_name"),
                },
            ),
        )


def read_resources(study: Study) -> None:
    """Resource definitions, and the addresses they have for the study, its patients and its samples."""
    for meta, path in study.of_kind(("RESOURCE", "")):
        columns = RESOURCE_COLUMNS.get(meta.kind[1])
        if columns is None:
            study.report.note(NAME, meta.file, [1], "unknown_data_type")
            continue
        table = read_table(path, columns, study.report, NAME, file=meta.data_file)
        table.announce(study.report, NAME)
        study.say_unread(NAME, table)
        names = said(table.column("RESOURCE_ID"))
        words = {"value_text": said(table.column("URL"))}
        if meta.kind[1] == "DEFINITION":
            words = {
                "value_text": pc.coalesce(said(table.column("DESCRIPTION")), said(table.column("DISPLAY_NAME"))),
                "value_number": numbers(table.column("PRIORITY"))[0],
            }
        patients, samples = said(table.column("PATIENT_ID")), said(table.column("SAMPLE_ID"))
        no_patient, no_sample = _strangers(patients, study.patients), _strangers(samples, study.patient_of_sample)
        strangers = no_patient | no_sample
        study.report.reject(NAME, meta.data_file, table.at(no_patient), "unknown_patient")
        study.report.reject(NAME, meta.data_file, table.at(no_sample & ~no_patient), "unknown_sample")
        study.report.reject(NAME, meta.data_file, table.at(mask(pc.is_null(names)) & ~strangers), "no_name")
        keep = pa.array(~strangers & mask(pc.is_valid(names)))
        study.add(
            NAME,
            shaped(
                NAME,
                table.rows,
                {
                    **words,
                    "kind": "resource_definition" if meta.kind[1] == "DEFINITION" else "resource",
                    "name": pc.fill_null(names, ""),
                    "patient_id": patients,
                    "sample_id": samples,
                },
            ).filter(keep),
        )


def _strangers(column: Column, known: set[str] | dict[str, str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return mask(pc.is_valid(column)) & ~mask(pc.is_in(column, pa.array(sorted(known), pa.string())))


def read_recurrent(study: Study) -> None:
    """Regions (GISTIC) and genes (MutSig) that a program found altered more often than by chance."""
    for meta, path in study.of_kind(("GISTIC_GENES_AMP", ""), ("GISTIC_GENES_DEL", "")):
        table = read_table(path, GISTIC, study.report, NAME, file=meta.data_file)
        _reject_ragged(study, table)
        study.say_unread(NAME, table)
        _regions(study, meta, table)
    for meta, path in study.of_kind(("MUTSIG", "")):
        table = read_table(path, MUTSIG, study.report, NAME, file=meta.data_file)
        table.announce(study.report, NAME)
        study.say_unread(NAME, table)
        genes = named(table.column("gene"))
        genes.tell(study.report, NAME, meta.data_file, table.lines)
        values, _ = numbers(table.column("q"))
        study.add(
            NAME,
            shaped(
                NAME,
                table.rows,
                {
                    "kind": "recurrent_mutation",
                    "name": pc.fill_null(genes.as_given, ""),
                    "gene": genes.gene,
                    "value_number": values,
                    "value_text": pc.if_else(pc.is_null(values), said(table.column("q")), None),
                },
            ),
        )


def _reject_ragged(study: Study, table: TextTable) -> None:
    study.report.count_read(NAME, len(table.wrong))
    study.report.reject(NAME, table.file, table.wrong, "wrong_column_count")


def _regions(study: Study, meta: Meta, table: TextTable) -> None:
    """A row for each gene of each region; a region without genes has one row."""
    texts = {name: said(column).to_pylist() for name, column in table.columns.items()}
    value, _ = numbers(table.column("q_value"))
    q_values = value.to_pylist()
    row_of: list[int] = []
    symbols: list[str | None] = []
    for row, region in enumerate(texts["genes_in_region"]):
        genes = [name.split("|")[0].strip(" []") for name in (region or "").split(",")]
        for gene in [g for g in genes if g] or [None]:
            row_of.append(row)
            symbols.append(gene)
    places = pa.array([texts["chromosome"][row] for row in row_of], pa.string())
    found = named(pa.array(symbols, pa.string()), chromosomes=places)
    lines = table.lines[np.array(row_of, dtype=np.int64)]
    found.tell(study.report, NAME, meta.data_file, lines, among=mask(pc.is_valid(found.as_given)))
    study.report.count_read(NAME, len(row_of))
    change = {"1": "amplified", "0": "deleted"}
    study.add(
        NAME,
        shaped(
            NAME,
            len(row_of),
            {
                "kind": "recurrent_copy_number",
                "name": [
                    f"{texts['cytoband'][row]} {change.get(texts['amp'][row] or '', '')}".strip() for row in row_of
                ],
                "gene": found.gene,
                "value_number": [q_values[row] for row in row_of],
                "value_text": [
                    f"{texts['chromosome'][row]}:{texts['peak_start'][row]}-{texts['peak_end'][row]}" for row in row_of
                ],
            },
        ),
    )


def read_tags(study: Study) -> None:
    """The study's tags, flattened to `a.b: value`. Tags that are no YAML are rejected as one row."""
    name = study.study.properties.get("tags_file")
    path = study.path(name, study.study.file) if name else None
    if path is None or name is None:
        return
    try:
        leaves = list(_leaves(_safe_yaml(path, name)))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        study.report.count_read(NAME, 1)
        study.report.reject(NAME, name, [1], "tags_not_readable")
        return
    study.report.count_read(NAME, len(leaves))
    plain = [value for _, value in leaves]
    is_number = [isinstance(value, int | float) and not isinstance(value, bool) for value in plain]
    study.add(
        NAME,
        shaped(
            NAME,
            len(leaves),
            {
                "kind": "tag",
                "name": [tag for tag, _ in leaves],
                "value_number": [float(v) if n else None for v, n in zip(plain, is_number, strict=True)],
                "value_text": [None if n or v is None else str(v) for v, n in zip(plain, is_number, strict=True)],
            },
        ),
    )


def _safe_yaml(path: Path, name: str) -> Any:
    """The file as plain values. Anchors are refused: a short file could unfold into a huge one."""
    if path.stat().st_size > LARGEST_TAGS:
        raise BadInput(
            f"{name}: larger than 1 MiB, which no tags file is", next_act="Check that this is the file that was meant."
        )
    text, depth = path.read_bytes().decode("utf-8-sig"), 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > DEEPEST_TAGS:
            raise BadInput(
                f"{name}: tags that refer to themselves or nest deeper than {DEEPEST_TAGS} are not read",
                next_act="Write the tags out plainly, and import again.",
            )
    return yaml.safe_load(text)


def _leaves(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{prefix}.{number}" if prefix else str(number))
    else:
        yield prefix or "tag", value

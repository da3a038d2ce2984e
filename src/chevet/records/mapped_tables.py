"""Tables in Parquet, TSV or CSV, read through a mapping file (see `mapping`).

Every row of every source keeps its file and line until the end, so that whatever is not kept, or
not kept as it stood, is in the import report. Lines of a Parquet file are its row numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.errors import BadInput
from chevet.records.gathering import Gathering, Piece
from chevet.records.mapped_columns import ColumnReading, Source
from chevet.records.mapping import TableRule, TablesMapping
from chevet.records.mapping_file import load
from chevet.records.record import About, Progress, Record, no_progress
from chevet.records.report import ImportReport
from chevet.records.text import Columns, read_table

Lines = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_DELIMITERS = {".tsv": "\t", ".txt": "\t", ".csv": ","}


def read(path: Path, mapping: Path, progress: Progress = no_progress) -> Record:
    """The record that `mapping` makes of the tables in folder (or the one file) `path`.

    mapping   a TOML file, or the name of a mapping that comes with Chevet, such as `tcga`

    Raises BadInput when the mapping is wrong, when a column it names is absent, or when it says
    `stop` for something that was found.
    """
    rules = load(mapping)
    folder = path if path.is_dir() else path.parent
    found = _files(path, folder, rules)
    gathering = Gathering(ImportReport(), rules)
    for pattern in _patterns(rules):
        if not any(pattern in patterns for patterns in found.values()):
            gathering.report.miss(pattern)
    if not found:
        raise BadInput(
            f"{path.name} holds none of the {len(_patterns(rules))} files that mapping {rules.name} reads",
            next_act=f"Expected: {', '.join(_patterns(rules))}. Check the folder, or the mapping's `files`.",
        )
    for done, (file, patterns) in enumerate(found.items()):
        progress(file.name, 0.9 * done / len(found))
        feeding = [rule for rule in rules.tables if set(rule.files) & patterns]
        source = _open(file, feeding, gathering.report)
        _check_columns(source, feeding, rules)
        for rule in feeding:
            for piece in _pieces(source, rule, feeding, rules):
                gathering.add(piece, rule)
        _note_unused(source, feeding, patterns, gathering.report)
    progress("checking", 0.9)
    tables = gathering.finish()
    progress(path.name, 1.0)
    about = About(
        title=rules.title,
        source_format=f"tables ({rules.name})",
        description=rules.description,
        citation=rules.citation,
        pmid=rules.pmid,
        assembly=rules.assembly,
        files=tuple(sorted(file.name for file in found)),
    )
    return Record(about, tables, gathering.report)


def _patterns(rules: TablesMapping) -> list[str]:
    return list(dict.fromkeys(pattern for rule in rules.tables for pattern in rule.files))


def _files(path: Path, folder: Path, rules: TablesMapping) -> dict[Path, set[str]]:
    """Each file to read, with the patterns that it answers."""
    found: dict[Path, set[str]] = {}
    for pattern in _patterns(rules):
        for file in sorted(folder.glob(pattern)):
            if file.is_file() and (path.is_dir() or file == path):
                found.setdefault(file, set()).add(pattern)
    return found


def _open(file: Path, feeding: list[TableRule], report: ImportReport) -> Source:
    if file.name.endswith(".parquet"):
        return _open_parquet(file)
    ending = Path(file.name.removesuffix(".gz")).suffix
    if ending not in _DELIMITERS:
        raise BadInput(
            f"{file.name} is none of {', '.join(['.parquet', *_DELIMITERS])} (.gz too)",
            next_act="Export the table in one of these formats.",
        )
    table = feeding[0].record
    text = read_table(
        file,
        Columns(others=True),
        report,
        table,
        file=file.name,
        delimiter=_DELIMITERS[ending],
        quotes=True,
        comments=False,
    )
    report.count_read(table, len(text.wrong))
    report.reject(table, file.name, text.wrong, "wrong_column_count")
    return Source(file.name, dict(text.columns), text.lines)


def _open_parquet(file: Path) -> Source:
    try:
        table = pq.read_table(file)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise BadInput(
            f"{file.name} is damaged or is not Parquet", next_act="Copy or export the file again."
        ) from error
    columns = {name: table.column(place) for place, name in enumerate(table.column_names)}
    return Source(file.name, columns, np.arange(1, table.num_rows + 1, dtype=np.int64))


def _check_columns(source: Source, feeding: list[TableRule], rules: TablesMapping) -> None:
    absent = sorted({column for rule in feeding for column in rule.columns_used()} - set(source.columns))
    if absent:
        raise BadInput(
            f"{source.file} lacks {len(absent)} columns that mapping {rules.name} names: {', '.join(absent)}",
            next_act="Correct the names in the mapping, or export the file again with these columns.",
        )


def _note_unused(source: Source, feeding: list[TableRule], patterns: set[str], report: ImportReport) -> None:
    """Say which columns no rule keeps, so that nothing is left out unseen."""
    where = min(patterns)
    for rule in feeding:
        for column in rule.set_aside:
            report.note(rule.record, f"{where}, column {column}", [1], "column_set_aside")
    if any(rule.unpivot_others for rule in feeding):
        return
    used = {column for rule in feeding for column in rule.columns_used()}
    widest = max(feeding, key=lambda rule: len(rule.columns_used()))
    for column in sorted(set(source.columns) - used):
        report.note(widest.record, f"{where}, column {column}", [1], "column_not_kept")


def _pieces(source: Source, rule: TableRule, feeding: list[TableRule], rules: TablesMapping) -> Iterator[Piece]:
    """The rows of one record table that one file gives by one rule."""
    reading = ColumnReading(source, rule, rules)
    if rule.endpoints:
        yield from (reading.endpoint(number) for number in range(len(rule.endpoints)))
    elif rule.unpivot_others:
        used = {column for other in feeding for column in other.columns_used()}
        yield from (reading.unpivoted(column) for column in source.columns if column not in used)
    elif rule.unpivot is not None:
        yield from (reading.unpivoted(column) for column in rule.unpivot)
    else:
        yield reading.plain()

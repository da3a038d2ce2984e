"""A study as one table with one row per patient, and tables that people bring: what a release is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from chevet.errors import BadInput
from chevet.privacy.keys import Key
from chevet.records.tables import DAYS_PER_MONTH, ENDPOINT, TREATMENT_CLASS
from chevet.store.canon import ContentDigest
from chevet.store.version import Version

PATIENT_ID = "patient_id"
_SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
# A few kilobytes of Parquet can promise a billion equal rows: what a file promises is read before its cells are.
MOST_CELLS = 1_000_000_000

# The first tumour: day 0, then whatever comes first; its name decides between equals.
_ROWS = """
with first_diagnosis as (
    select * from diagnosis
    qualify row_number() over (partition by patient_id order by diagnosed_days nulls last, diagnosis_id) = 1
),
tumours as (select patient_id, count(*) as tumours from diagnosis group by patient_id)
select
    p.patient_id, p.sex, p.birth_year, p.ethnicity, p.centre,
    cast(floor(d.age_at_diagnosis_years) as integer) as age_at_diagnosis_years,
    d.diagnosis_year, d.oncotree_code, d.icdo_topography, d.icdo_morphology, d.stage, d.grade, d.laterality,
    cast(coalesce(t.tumours, 0) as integer) as tumours,
    p.vital_status, p.cause_of_death
    {more}
from patient p
left join first_diagnosis d using (patient_id)
left join tumours t using (patient_id)
{joins}
order by p.patient_id
"""
_TREATMENTS = """
left join (
    select patient_id, {given}
    from treatment group by patient_id
) r using (patient_id)
"""
_ENDPOINTS = """
left join (
    select patient_id, {times}
    from event where endpoint is not null group by patient_id
) e using (patient_id)
"""


@dataclass(frozen=True, eq=False)
class Source:
    """A table of people, and where it comes from: a version of a study, or a file."""

    table: pa.Table
    study: str = ""
    version: int = 0
    study_digest: str = ""
    file: str = ""
    made_up: bool = False
    opened: Version | None = None

    @staticmethod
    def of_study(version: Version) -> Source:
        return Source(
            study_table(version), version.study, version.number, version.digest, made_up=version.made_up, opened=version
        )

    @staticmethod
    def of_file(path: Path) -> Source:
        return Source(read_table(path), file=path.name)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the table."""
        return table_digest(self.table)

    @property
    def cohort(self) -> str:
        """What the ledger calls these people: the study, or the file's name."""
        return self.study or self.file

    def as_json(self, key: Key) -> dict[str, str | int | bool]:
        """What is told outside. A bare digest would tell whoever knows all cells but one whether a guess is right."""
        study, table = (d.hex() for d in key.digests("source of a release", (), (self.study_digest, self.digest)))
        return {
            "study": self.study, "version": self.version, "study_hmac": study if self.study else "", "file": self.file,
            "table_hmac": table, "rows": self.table.num_rows, "made_up": self.made_up,
        }  # fmt: skip


def study_table(version: Version) -> pa.Table:
    """One row per patient, in the order of their pseudonyms: who, first tumour, treatment classes, endpoints.

    Ages are whole years, times of endpoints whole months since diagnosis: finer says more than a study needs.
    A class of treatment is true when given, false when the source says it was not, null when nothing is said.
    Columns in which nothing is said of anybody are left out.
    """
    connection = version.connect()
    classes = _said(connection, "select distinct treatment_class from treatment", TREATMENT_CLASS)
    endpoints = _said(connection, "select distinct endpoint from event", ENDPOINT)
    more, joins = "", ""
    if classes:
        given = (f"bool_or(given) filter (treatment_class = '{c}') as {c}" for c in classes)
        joins += _TREATMENTS.format(given=", ".join(given))
        more += "".join(f", r.{c}" for c in classes)
    if endpoints:
        joins += _ENDPOINTS.format(times=", ".join(map(_endpoint, endpoints)))
        more += "".join(f", e.{e}_months, e.{e}_occurred" for e in endpoints)
    table = connection.sql(_ROWS.format(more=more, joins=joins)).to_arrow_table().combine_chunks()
    return _plain(table.select([n for n in table.column_names if table[n].null_count < max(1, table.num_rows)]))


def _endpoint(name: str) -> str:
    """The time and the outcome of one endpoint; of several rows the first time counts."""
    months = f"cast(floor(min(start_days) filter (endpoint = '{name}') / {DAYS_PER_MONTH}) as integer)"
    occurred = f"arg_min(occurred, start_days) filter (endpoint = '{name}')"
    return f"{months} as {name}_months, {occurred} as {name}_occurred"


def _said(connection: duckdb.DuckDBPyConnection, question: str, words: tuple[str, ...]) -> list[str]:
    """The words that occur, in the order of the vocabulary."""
    there = {row[0] for row in connection.execute(question).fetchall()}
    return [word for word in words if word in there]


def read_table(path: Path) -> pa.Table:
    """A table from a Parquet, CSV or TSV file, its rows as they stand; cells of CSV and TSV stay text.

    A code such as 01004 is no number, so nothing is guessed; an empty cell is *not said*.
    Raises BadInput when the file is no table, has no rows, or names a column twice or not at all.
    """
    try:
        table = _parsed(path)
    except OSError as error:
        raise _unreadable(path, error.strerror or "it is not a table that can be read") from None
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
        raise _unreadable(path, "it is not a table that can be read") from None
    names = table.column_names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or "" in names:
        found = f"names {', '.join(twice)} twice" if twice else "has a column without a name"
        raise _unreadable(path, f"its heading {found}")
    odd = [f.name for f in table.schema if pa.types.is_nested(f.type) or pa.types.is_binary(f.type)]
    if odd:
        raise _unreadable(path, f"the cells of {', '.join(odd)} are lists, groups or bytes")
    if not table.num_rows:
        raise _unreadable(path, "it has no rows")
    return _plain(table)


def _parsed(path: Path) -> pa.Table:
    if path.suffix.lower() == ".parquet":
        with pq.ParquetFile(path) as file:
            promised = file.metadata.num_rows * max(1, file.metadata.num_columns)
            if promised > MOST_CELLS:
                raise _unreadable(path, f"it promises {promised:,} cells, and {MOST_CELLS:,} is the most")
            return file.read()
    separator = _SEPARATORS.get(path.suffix.lower())
    if separator is None:
        raise _unreadable(path, "its name ends in none of .parquet, .csv, .tsv, .txt")
    parse = pa_csv.ParseOptions(delimiter=separator)
    with pa_csv.open_csv(path, parse_options=parse) as head:
        names = head.schema.names
    convert = pa_csv.ConvertOptions(
        column_types={name: pa.string() for name in names}, null_values=[""], strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )  # fmt: skip
    return pa_csv.read_csv(path, parse_options=parse, convert_options=convert)


def _unreadable(path: Path, found: str) -> BadInput:
    return BadInput(
        f"{path.name} cannot be used: {found}",
        next_act="Give a Parquet, CSV or TSV file with one heading and one row per person.",
    )


def table_digest(table: pa.Table) -> str:
    """SHA-256 of a table's names, types and cells, whatever file it came from."""
    digest, plain = ContentDigest({}), _plain(table)
    digest.add("table", plain.schema, iter([plain]))
    return digest.hexdigest()


def _plain(table: pa.Table) -> pa.Table:
    """The same cells in four types, in one piece, and nothing else that a file may have carried along."""
    plain = pa.schema([pa.field(f.name, _plain_type(f.type)) for f in table.schema])
    return table.replace_schema_metadata(None).cast(plain).combine_chunks()


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """Text, truth, whole number or number: what a cell is, however wide it was stored."""
    if pa.types.is_boolean(kind):
        return kind
    if pa.types.is_integer(kind):
        return pa.int64()
    return pa.float64() if pa.types.is_floating(kind) else pa.string()

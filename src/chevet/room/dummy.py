"""Made-up data of the same shape as an extract, to try a program on; nothing of any patient is in them.

A dummy is made from what is public: the names and types of the extract's columns, the policy (which column is what,
and at which levels it may be released) and its hierarchies. No value, no frequency, no number of rows, no order is
taken from the data: two extracts of the same schema, policy and hierarchies have the same dummy, byte for byte. So
nothing in it is like the truth, and a figure computed on it means nothing.

The extract holds of a hierarchy's file what its release shows. Of quasi-identifiers that is what a whole group bears,
where the policy asks for k-anonymity; a sensitive value may be one patient's, so that it occurs is told by no dummy:
made-up values stand in its place.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.errors import BadInput
from chevet.privacy.anonymity.policy import Column, Policy
from chevet.privacy.hierarchies import makers, registry
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.records import tables

ROWS = 500
POLICY = "policy.toml"
# What goes out beside a release where its policy asks for alterations (`privacy/anonymity/alterations`).
ALTERATIONS, PEOPLE, TESTED = "alterations.parquet", "alterations_people.parquet", "alterations_tested.parquet"
_KINDS = ("variant", "copy_number", "structural_variant")
_GENES = ("TP53", "KRAS", "EGFR", "PIK3CA", "BRAF", "APC")
_COVERAGES = ("0", "1")
_ANEW = "A steward opens the room anew: chevet room open --permit PERMIT --release FOLDER"
_NOT_SAID = 0.08
_LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
_NAME_LETTERS = 26  # as long as a pseudonym
_MOST_VALUES = 400
_STAND_INS = 5
# Values of kinds that cannot be listed whole: any that such a column may hold.
_EXAMPLES: dict[str, Callable[[], list[str]]] = {
    "age": lambda: [str(n) for n in range(18, 96)],
    "year": lambda: [str(n) for n in range(1930, 2026)],
    "date": lambda: [f"{y}-{m:02}-{d:02}" for y in range(2005, 2025) for m in range(1, 13) for d in (3, 17)],
    "days": lambda: [str(n) for n in range(0, 4000, 10)],
    "number": lambda: [str(n) for n in range(200)],
    "bands": lambda: [str(n) for n in range(200)],
    "commune": lambda: ["75056", "69123", "13055", "31555", "59350", "67482", "44109", "33063", "35238", "38185"],
    "postcode": lambda: ["75001", "69001", "13001", "31000", "59000", "67000", "44000", "33000", "35000", "38000"],
    "mask": lambda: [f"{n:05}" for n in range(10000, 99999, 1531)],
    "text": lambda: [f"value {n}" for n in range(1, 9)],
    "icdo_morphology": lambda: ["8140/3", "8070/3", "8500/3", "8041/3", "9680/3", "8720/3"],
}


def dummy_table(schema: pa.Schema, policy: Policy, rows: int = ROWS, seed: int = 0) -> pa.Table:
    """Made-up rows with these columns.

    schema   names and types of the extract's columns, and nothing else of it
    seed     another seed, other rows; equal seeds, equal rows

    Raises BadInput when a column has no role in the policy.
    """
    known = {c.name: c for c in policy.columns}
    strange = [name for name in schema.names if name not in known]
    if strange:
        raise BadInput(
            f"the policy says nothing of these columns: {', '.join(strange)}",
            next_act=_ANEW,
        )
    columns = [_column(known[field.name], field.type, policy, rows, seed) for field in schema]
    return pa.table(columns, schema=_bare(schema))


def write_dummy(schema: pa.Schema, policy: Policy, path: Path, rows: int = ROWS, seed: int = 0) -> pa.Table:
    """Write the made-up rows as Parquet; equal arguments give equal bytes."""
    table = dummy_table(schema, policy, rows, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return table


def write_dummies(extract: Path, out: Path, rows: int = ROWS, seed: int = 0) -> list[Path]:
    """A dummy of every table of an extract, under its name, with the policy and its hierarchies beside it.

    Of each table the names and types of its columns are read, and nothing else. Alterations are of people of the
    first table's dummy, so that a program can join them.

    Raises BadInput for a table of which neither the policy nor this module knows the columns.
    """
    policy = _policy_beside(extract, out)
    schemas = {path.name: pq.read_schema(path) for path in sorted(extract.glob("*.parquet"))}
    names: list[Any] = [f"person {n}" for n in range(rows)]
    for name in sorted(set(schemas) - {ALTERATIONS, PEOPLE, TESTED}):
        people = write_dummy(schemas[name], policy, out / name, rows, seed)
        pseudonyms = next((c.name for c in policy.of_role("identifier") if c.pseudonym), "")
        names = people[pseudonyms].to_pylist() if pseudonyms in people.column_names else names
    for name, columns in _alterations(names, seed).items():
        if name in schemas:
            pq.write_table(_filled(columns, schemas[name]), out / name)
    return [out / name for name in schemas]


def _policy_beside(extract: Path, out: Path) -> Policy:
    """The policy, written to `out` with its hierarchies: of those that could speak of one patient, made-up ones."""
    real = Policy.read(extract / POLICY)
    out.mkdir(parents=True, exist_ok=True)
    for path in (extract / POLICY, *(p for p in real.files if p.name != real.population)):
        if path.suffix == ".csv" and not _of_whole_groups(path.name, real):
            levels = len(path.read_text(encoding="utf-8-sig").partition("\n")[0].split(";"))
            Hierarchy.from_rows(path.stem, _stand_ins(levels)).write_csv(out / path.name)
        else:
            (out / path.name).write_bytes(path.read_bytes())
    return Policy.read(out / POLICY)


def _of_whole_groups(file: str, policy: Policy) -> bool:
    """Whether each label that a release shows of this hierarchy is shown of as many people as a group has."""
    return any(model.kind == "k-anonymity" for model in policy.models) and all(
        column.role == "quasi" for column in policy.columns if column.hierarchy_file == file
    )


def _stand_ins(levels: int) -> list[tuple[str, ...]]:
    """Rows of a hierarchy of so many levels, of values that nobody has.

    >>> _stand_ins(3)[:3]
    [('value 1', 'group 1.0', '*'), ('value 2', 'group 1.1', '*'), ('value 3', 'group 1.1', '*')]
    """
    return [
        (f"value {n}", *(f"group {level}.{n >> level}" for level in range(1, levels - 1)), "*")
        for n in range(1, _STAND_INS + 1)
    ]


def _alterations(names: Sequence[str], seed: int) -> dict[str, dict[str, list[str]]]:
    """By file: alterations of genes that everybody knows, drawn evenly; each person; what was tested, which is all."""
    draw = np.random.default_rng([seed, zlib.crc32(b"alterations")])
    n = len(names)
    genes = draw.choice(np.array(_GENES), n).tolist()
    tested = list(itertools.product(_COVERAGES, _KINDS, _GENES))
    return {
        ALTERATIONS: {
            "person": draw.choice(np.array(names), n).tolist(), "kind": draw.choice(np.array(_KINDS), n).tolist(),
            "gene": genes, "alteration": [f"{gene} altered" for gene in genes], "detail": ["gene_name"] * n,
        },
        PEOPLE: {"person": list(names), "coverage": draw.choice(np.array(_COVERAGES), n).tolist()},
        TESTED: dict(zip(("coverage", "kind", "gene"), map(list, zip(*tested, strict=True)), strict=True)),
    }  # fmt: skip


def _filled(columns: Mapping[str, Sequence[str]], schema: pa.Schema) -> pa.Table:
    """The columns in the types of the schema. Raises BadInput for one that alterations do not have."""
    strange = [name for name in schema.names if name not in columns]
    if strange:
        raise BadInput(f"alterations have no such columns: {', '.join(strange)}", next_act=_ANEW)
    return pa.table([pa.array(columns[f.name], pa.string()).cast(f.type) for f in schema], schema=_bare(schema))


def _bare(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(f.name, f.type) for f in schema])


def _column(column: Column, kind: pa.DataType, policy: Policy, rows: int, seed: int) -> pa.Array[Any]:
    draw = np.random.default_rng([seed, zlib.crc32(column.name.encode())])
    if column.role == "identifier":
        return pa.array(["".join(word) for word in draw.choice(_LETTERS, (rows, _NAME_LETTERS))], pa.string())
    if column.hierarchy and (column.role == "quasi" or not column.hierarchy_file):
        values = _labels(column, _hierarchy(column, policy), draw, rows)
    elif pa.types.is_boolean(kind):
        values = list(draw.random(rows) < 0.5)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = _numbers(column.name, pa.types.is_floating(kind), draw, rows)
    else:
        values = [str(v) for v in draw.choice(np.array(_words(column.name)), rows)]
    missing = draw.random(rows) < (0 if column.role == "quasi" else _NOT_SAID)
    made: pa.Array[Any] = pa.array([None if m else v for v, m in zip(values, missing, strict=True)]).cast(kind)
    return made


def _hierarchy(column: Column, policy: Policy) -> Hierarchy:
    """The column's hierarchy over a domain that is public: all values there are, or some that may occur."""
    if column.hierarchy_file:
        return makers.from_mapping(column.name, policy.folder / column.hierarchy_file)
    examples = _EXAMPLES.get(column.hierarchy.partition(":")[0])
    if examples is not None:
        return registry.built_in(column.hierarchy, examples())
    domain = list(registry.built_in(column.hierarchy).labels[0])
    return registry.built_in(column.hierarchy, domain[:: max(1, len(domain) // _MOST_VALUES)])


def _labels(column: Column, h: Hierarchy, draw: np.random.Generator, rows: int) -> list[Any]:
    """Names of nodes at the levels that may be released; of a sensitive attribute, its values."""
    last = (
        0 if column.role != "quasi" else h.levels - 1 if column.highest is None else min(column.highest, h.levels - 1)
    )
    first = min(column.lowest, last)
    leaves: npt.NDArray[np.int64] = draw.integers(0, h.n_leaves, rows)
    levels: npt.NDArray[np.int64] = draw.integers(first, last + 1, rows)
    found = [h.label(level, h.nodes[level][leaf]) for level, leaf in zip(levels.tolist(), leaves.tolist(), strict=True)]
    return found if column.role == "quasi" else [v or None for v in found]


def _numbers(name: str, fractions: bool, draw: np.random.Generator, rows: int) -> list[Any]:
    """Numbers in a range that the column's name tells, not the data."""
    ranges = {"age": (18, 96), "year": (1990, 2026), "months": (0, 121), "days": (0, 3650), "tumours": (1, 4)}
    low, high = next((r for word, r in ranges.items() if word in name.casefold().split("_")), (0, 101))
    whole: list[int] = draw.integers(low, high, rows).tolist()
    return (
        [n / 1.0 + part for n, part in zip(whole, draw.integers(0, 10, rows) / 10, strict=True)] if fractions else whole
    )


def _words(name: str) -> Sequence[str]:
    """The words that the patient record knows for a column of this name, or words that stand for any."""
    for table in vars(tables).values():
        for field in table.fields if isinstance(table, tables.Table) else ():
            if field.name == name and field.values:
                return field.values
    return [f"value {n}" for n in range(1, _STAND_INS + 1)]

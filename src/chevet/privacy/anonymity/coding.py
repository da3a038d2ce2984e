"""From a table and its policy to integers, and back from a release in integers to the table that goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chevet.errors import BadInput
from chevet.privacy.anonymity.coded import SUPPRESSED, CodedTable, Released
from chevet.privacy.anonymity.policy import Column, Policy
from chevet.privacy.hierarchies import makers, registry
from chevet.privacy.hierarchies.hierarchy import Codes, Hierarchy
from chevet.privacy.hierarchies.ladder import NOT_SAID

_WHOLE = re.compile(r"-?[0-9]+\.0")
Cells = Any  # an Arrow array: its stubs say less than its methods take


def coded_table(
    table: pa.Table, policy: Policy, hierarchies: Mapping[str, Hierarchy], *, quasi_only: bool = False
) -> CodedTable:
    """The quasi-identifiers as leaves of their hierarchies, the sensitive attributes as codes of their values.

    table         the columns of the policy; an empty cell is a value of its own, the empty word
    hierarchies   of every quasi-identifier, by the name of its column
    quasi_only    a population is coded without its sensitive attributes

    Raises BadInput that names every column with values its hierarchy does not know.
    """
    codes: list[Codes] = []
    faults: list[str] = []
    for column in policy.quasi:
        found, labels = words_of(table, column.name)
        hierarchy = hierarchies[column.name]
        leaves = np.array([hierarchy.place_of_leaf.get(value, -1) for value in labels], dtype=np.int32)
        codes.append(leaves[found])
        if (unknown := int((codes[-1] < 0).sum())) > 0:
            row = int(np.flatnonzero(codes[-1] < 0)[0]) + 1
            faults.append(f"{column.name}: {unknown} rows (the first is row {row}) hold a value that is not in it")
    if faults:
        raise BadInput(
            "the hierarchies do not know every value of the table:\n  " + "\n  ".join(faults),
            next_act="Add these values to the hierarchies, or mend the table.",
        )
    sensitive = {c.name: words_of(table, c.name) for c in policy.sensitive if not quasi_only}
    return CodedTable(
        tuple(hierarchies[c.name] for c in policy.quasi), tuple(codes),
        {name: found for name, (found, _) in sensitive.items()},
        {name: labels for name, (_, labels) in sensitive.items()},
    )  # fmt: skip


def hierarchies_of(tables: Sequence[pa.Table], policy: Policy) -> dict[str, Hierarchy]:
    """The hierarchy of every quasi-identifier, named for its column: built in, or in a file beside the policy.

    tables   whose values it must know: the people, and the population where there is one

    Raises BadInput that tells, for every column, what does not fit.
    """
    found: dict[str, Hierarchy] = {}
    faults: list[str] = []
    for column in policy.quasi:
        try:
            values = sorted({value for table in tables for value in words_of(table, column.name)[1]}, key=_order)
            made = found[column.name] = hierarchy_of(column, values, policy)
            if max(column.lowest, column.highest or 0) >= made.levels:
                faults.append(f"{column.name}: its hierarchy ends at level {made.levels - 1}")
        except BadInput as error:
            faults.append(f"{column.name}: {_told_by_rows(column, tables, policy, error)}")
    if faults:
        raise BadInput(
            "hierarchies of the policy do not fit the table:\n  " + "\n  ".join(faults),
            next_act="Name another hierarchy for these columns (chevet privacy hierarchy list), or mend the table.",
        )
    return found


def _told_by_rows(column: Column, tables: Sequence[pa.Table], policy: Policy, error: BadInput) -> str:
    """What is wrong, with the numbers of rows of the first table where it is: values once each have none."""
    for table, where in zip(tables, ("", "in the population: "), strict=False):
        codes, labels = words_of(table, column.name)
        try:
            hierarchy_of(column, [labels[code] for code in codes], policy)
        except BadInput as exact:
            return f"{where}{exact.message}"
    return error.message


def hierarchy_of(column: Column, values: Sequence[str], policy: Policy) -> Hierarchy:
    """The hierarchy of one column for these values."""
    if column.hierarchy_file:
        made = makers.from_mapping(column.name, policy.folder / column.hierarchy_file)
    else:
        made = registry.built_in(column.hierarchy, values)
    return Hierarchy(column.name, made.nodes, made.labels)


def person_column(table: pa.Table, policy: Policy) -> str | None:
    """The identifier that tells one row from another, or None when the policy names no identifier at all.

    Raises BadInput when there are identifiers and each of them repeats: k rows are then not k people.
    """
    names = [c.name for c in sorted(policy.of_role("identifier"), key=lambda c: not c.pseudonym)]
    for name in names:
        if table[name].null_count == 0 and len(table[name].unique()) == table.num_rows:
            return name
    if names:
        raise BadInput(
            f"no identifier ({', '.join(names)}) is filled and different in every row: a row must be one person",
            next_act="Bring the table to one row per person, and name the column that tells them apart.",
        )
    return None


def words_of(table: pa.Table, name: str) -> tuple[Codes, tuple[str, ...]]:
    """(n,) the value of each row as a code, and the values in their order: numbers by size, the rest by letter.

    Raises BadInput for a column that holds the sign of suppression as a value.
    """
    encoded = in_one_piece(table, name).dictionary_encode()
    values = [NOT_SAID if v is None else word(v) for v in encoded.dictionary.to_pylist()]
    places = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    labels = sorted({*values, *([NOT_SAID] if encoded.indices.null_count else [])}, key=_order)
    if SUPPRESSED in labels:
        raise BadInput(
            f'{name} holds the value "{SUPPRESSED}", the sign of what was suppressed',
            next_act="Replace it in the table, or leave those cells empty.",
        )
    rank = {label: place for place, label in enumerate(labels)}
    codes = np.array([*(rank[v] for v in values), rank.get(NOT_SAID, 0)], dtype=np.int32)
    return codes[places], tuple(labels)


def with_silence(table: pa.Table, policy: Policy) -> pa.Table:
    """The table with empty cells for what was not said, however it was written: an empty word, or `?`."""
    for place, field in enumerate(table.schema):
        role = next((c.role for c in policy.columns if c.name == field.name), "")
        if role in ("quasi", "sensitive") and pa.types.is_string(field.type):
            cells = in_one_piece(table, field.name)
            silent = pc.is_in(cells, value_set=pa.array(["", "?"]))
            table = table.set_column(place, field.name, pc.if_else(silent, pa.scalar(None, pa.string()), cells))
    return table


def words_table(table: pa.Table, policy: Policy) -> pa.Table:
    """The table as the verifier reads it: quasi-identifiers as words, the rest as it stands."""
    for column in policy.quasi:
        codes, labels = words_of(table, column.name)
        values: Cells = pa.array(labels, pa.string())
        table = table.set_column(table.column_names.index(column.name), column.name, values.take(pa.array(codes)))
    return table


def word(value: object) -> str:
    """A cell as a word: a whole number without its point, whether the file kept it as a number or as text.

    >>> word(61.0), word("61.0"), word(True), word("IV")
    ('61', '61', 'true', 'IV')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text[:-2] if _WHOLE.fullmatch(text) else text


def _order(value: str) -> tuple[int, float, str]:
    """Numbers first, by size; then words; what was not said comes last."""
    if value == NOT_SAID:
        return 2, 0.0, value
    try:
        return 0, float(value), value
    except ValueError:
        return 1, 0.0, value


def written_table(
    table: pa.Table, policy: Policy, released: Released, order: npt.NDArray[np.intp], names: Cells | None
) -> pa.Table:
    """The table that goes out: labels for quasi-identifiers, the rest as it was, rows in `order`.

    names   (n,) the project's pseudonym of each row, or None: no name goes out

    Of a suppressed row nothing goes out: `*` for every quasi-identifier, an empty cell for everything else.
    """
    hidden: Cells = pa.array(released.suppressed)
    columns: dict[str, Cells] = {}
    for column in policy.columns:
        made = _column(table, policy, column, released, names)
        if made is None:
            continue
        filler = SUPPRESSED if column.role == "quasi" else pa.scalar(None, made.type)
        columns[column.name] = pc.if_else(hidden, filler, made)
    return pa.table(columns).take(order).combine_chunks()


def without_finest(table: CodedTable, policy: Policy) -> CodedTable:
    """The same people on hierarchies that begin and end at the levels the policy allows; a search sees no others."""
    hierarchies, codes = [], []
    for column, h, leaves in zip(policy.quasi, table.hierarchies, table.codes, strict=True):
        last = h.levels - 1 if column.highest is None else column.highest
        first = column.lowest
        one_leaf = np.zeros(len(h.labels[first]), dtype=np.int64)
        one_leaf[h.nodes[first]] = np.arange(h.n_leaves)
        nodes = tuple(h.nodes[level][one_leaf] for level in range(first, last + 1))
        hierarchies.append(Hierarchy(h.name, nodes, h.labels[first : last + 1]))
        codes.append(h.nodes[first][leaves])
    return CodedTable(tuple(hierarchies), tuple(codes), table.sensitive, table.sensitive_labels)


def with_finest(released: Released, table: CodedTable, policy: Policy) -> Released:
    """What was found on the allowed levels, told on the whole hierarchies of `table`."""
    nodes = []
    for column, h, found in zip(policy.quasi, table.hierarchies, released.nodes, strict=True):
        nodes.append(found + np.int32(h.offsets[column.lowest]))
    return Released(table, tuple(nodes), released.suppressed)


def blank_as_suppressed(table: pa.Table, policy: Policy, released: Released) -> Released:
    """The release with everybody of whom nothing would be shown counted as suppressed: the two look alike.

    Nothing is shown where every quasi-identifier is `*` and every other cell that goes out is empty.
    """
    blank = np.ones(released.table.n, dtype=np.bool_)
    for h, nodes in zip(released.table.hierarchies, released.nodes, strict=True):
        blank &= np.array([label == SUPPRESSED for label in h.flat_labels])[nodes]
    for column in policy.columns:
        if column.role in ("sensitive", "free"):
            blank &= in_one_piece(table, column.name).is_null().to_numpy(zero_copy_only=False)
        elif column.pseudonym:
            blank[:] = False
    return Released(released.table, released.nodes, released.suppressed | blank)


def _column(table: pa.Table, policy: Policy, column: Column, released: Released, names: Cells | None) -> Cells | None:
    if column.role == "identifier":
        return names if column.pseudonym else None
    if column.role == "quasi":
        place = policy.quasi.index(column)
        labels: Cells = pa.array(released.table.hierarchies[place].flat_labels, pa.string())
        return labels.take(pa.array(released.nodes[place]))
    return in_one_piece(table, column.name)


def in_one_piece(table: pa.Table, name: str) -> Cells:
    """A column as one array."""
    column = table[name]
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)

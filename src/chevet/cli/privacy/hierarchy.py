"""`chevet privacy hierarchy`: the built-in hierarchies, and tools to make others."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import pyarrow as pa
import pyarrow.parquet as pq

from chevet.cli.door import Lang, json_option, lang_option, show_table
from chevet.errors import BadInput
from chevet.privacy.hierarchies import makers
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.hierarchies.ladder import Ladder
from chevet.privacy.hierarchies.registry import built_in, ladder, names
from chevet.words.labels import label

T = TypeVar("T")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_values_option = click.option(
    "--values", "values", type=_FILE, help="The values: one per line (an empty line: not said), or a table (--column)."
)
_column_option = click.option("--column", help="The column of a table (.parquet, or .csv with a heading).")


@click.group("hierarchy")
def command() -> None:
    """The built-in hierarchies, and tools to make others."""


@command.command("list")
@lang_option
@json_option
def list_(lang: Lang, as_json: bool) -> dict[str, Any]:
    """List the built-in hierarchies: what a value looks like and what it becomes."""
    kinds = [(name, ladder(f"{name}:18:40:65" if name == "bands" else f"{name}:4:2" if name == "mask" else name))
             for name in names()]  # fmt: skip
    if not as_json:
        show_table(
            [label(f"hierarchy.{key}", lang) for key in ("name", "example", "becomes", "listed")],
            [(name, one.example, _levels(one, lang), label("said.yes" if one.domain else "said.no", lang))
             for name, one in kinds],
        )  # fmt: skip
        click.echo(label("hierarchy.parameters", lang))
    return {
        "hierarchies": [
            {"name": name, "example": one.example, "levels": [*one.levels, "*"], "listed": one.domain is not None}
            for name, one in kinds
        ]
    }


@command.command("show")
@click.argument("name")
@_values_option
@_column_option
@click.option("--first", type=click.IntRange(min=1), default=20, show_default=True, help="How many values to show.")
@lang_option
@json_option
def show(
    name: str, values: Path | None, column: str | None, first: int, lang: Lang, as_json: bool
) -> dict[str, Any]:  # fmt: skip
    """Show what values become in the built-in hierarchy NAME: all values there are, or those of a file."""
    kind = ladder(name)
    made = built_in(name, read_values(values, column) if values else None)
    rows = _rows(made)[:first]
    if not as_json:
        headings = [label("hierarchy.value", lang), *(_level(level, lang) for level in kind.levels), "*"]
        show_table(headings, [[cell or label("said.not", lang) for cell in row] for row in rows])
        click.echo(label("hierarchy.shown", lang, shown=len(rows), all=made.n_leaves))
    return {
        "name": name,
        "levels": ["value", *kind.levels, "*"],
        "groups": [len(level) for level in made.labels],
        "rows": rows,
    }


@command.command("make")
@click.option("--kind", type=click.Choice(["prefix", "bands", "frequency", "mapping", "built-in"]), required=True)
@_values_option
@_column_option
@click.option("--lengths", help="prefix: letters kept at each level, such as 4,2.")
@click.option("--cuts", multiple=True, help="bands: cuts such as 18,40,65; again, with fewer, for a coarser level.")
@click.option("--at-least", "at_least", help="frequency: rows that a value needs at each level, such as 5,50.")
@click.option("--mapping", type=_FILE, help="mapping: lines of value;group;wider group.")
@click.option("--delimiter", default=";", show_default=True, help="mapping: what stands between the columns.")
@click.option("--name", "built", help="built-in: the name, such as date:2; the file is then yours to change.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@lang_option
@json_option
def make(
    kind: str, values: Path | None, column: str | None, lengths: str | None, cuts: Sequence[str],
    at_least: str | None, mapping: Path | None, delimiter: str, built: str | None, out: Path, lang: Lang, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Make a hierarchy and write it as ARX and Chevet read it: a value per line, then its groups, separated by ;."""
    if kind == "mapping":
        made = makers.from_mapping(out.stem, _given(mapping, "--mapping", kind), delimiter)
    elif kind == "built-in":
        made = built_in(_given(built, "--name", kind), read_values(values, column) if values else None)
    else:
        said = read_values(_given(values, "--values", kind), column)
        if kind == "prefix":
            made = makers.by_prefix(out.stem, said, _whole(_given(lengths, "--lengths", kind)))
        elif kind == "bands":
            made = makers.by_bands(out.stem, said, [level.split(",") for level in _given(cuts or None, "--cuts", kind)])
        else:
            made = makers.by_frequency(out.stem, said, _whole(_given(at_least, "--at-least", kind)))
    made.write_csv(out)
    answer = {"file": str(out), "values": made.n_leaves, "groups": [len(level) for level in made.labels]}
    if not as_json:
        click.echo(label("hierarchy.made", lang, file=out, values=made.n_leaves, levels=made.levels))
    return answer


def read_values(path: Path, column: str | None) -> list[str]:
    """One value per row, empty where nothing was said. Raises BadInput when the file or the column is not there."""
    if path.suffix == ".parquet":
        return [_text(value) for value in _parquet_column(path, column)]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if column is None:
                return [line.strip() for line in file.read().splitlines()]
            rows = csv.DictReader(file)
            if column not in (rows.fieldnames or ()):
                raise _no_column(path, rows.fieldnames or ())
            return [(row[column] or "").strip() for row in rows]
    except (UnicodeDecodeError, csv.Error):
        raise BadInput(f"{path.name} is no text file", next_act="Give one value per line, a CSV or Parquet.") from None


def _parquet_column(path: Path, column: str | None) -> list[Any]:
    try:
        there = pq.read_schema(path).names
        if column is None or column not in there:
            raise _no_column(path, there)
        return pq.read_table(path, columns=[column])[column].to_pylist()
    except pa.ArrowInvalid:
        raise BadInput(f"{path.name} is no Parquet file", next_act="Give a file of values, or a table.") from None


def _no_column(path: Path, there: Sequence[str]) -> BadInput:
    return BadInput(f"{path.name} has no such column", next_act=f"Choose --column among: {', '.join(there)}")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _given(value: T | None, option: str, kind: str) -> T:
    if value is None:
        raise BadInput(f"a hierarchy of kind {kind} needs {option}", next_act=f"Add {option}; see --help.")
    return value


def _whole(text: str) -> list[int]:
    if not all(part.strip().isascii() and part.strip().isdigit() for part in text.split(",")):
        raise BadInput("these are no whole numbers separated by commas", next_act="For example: 4,2")
    return [int(part) for part in text.split(",")]


def _rows(made: Hierarchy) -> list[list[str]]:
    return [[made.labels[i][nodes[leaf]] for i, nodes in enumerate(made.nodes)] for leaf in range(made.n_leaves)]


def _levels(one: Ladder, lang: Lang) -> str:
    return " → ".join([*dict.fromkeys(_level(level, lang) for level in one.levels), "*"])


def _level(level: str, lang: Lang) -> str:
    return label(f"hierarchy.level.{level}", lang)

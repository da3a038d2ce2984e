"""The tables of a shape as people and files read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from chevet.paper.pictures import number, percent, probability
from chevet.paper.spreadsheets import tab_separated
from chevet.targets.shape.analysis import Shape
from chevet.targets.shape.hotspots import SIGNIFICANT
from chevet.words.labels import Lang, label

Row = dict[str, Any]
Cell = Callable[[Row, Lang], str | int]


def concluded(name: str, table: pa.Table) -> list[Row]:
    """The rows of a table that conclude something, in its order: a role, or a q below SIGNIFICANT."""
    rows: list[Row] = table.to_pylist()
    if name == "patterns":
        return [row for row in rows if row["role"] != "not_concluded"]
    if name == "hotspots":
        return [row for row in rows if row["significant"]]
    return [row for row in rows if row["q"] is not None and row["q"] < SIGNIFICANT]


def written(table: pa.Table) -> bytes:
    """The table as tab-separated text; an empty cell where nothing can be said, or is withheld."""
    return tab_separated(table.column_names, ([_plain(value) for value in row.values()] for row in table.to_pylist()))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(f"{one['pair']} ({one['patients']})" for one in value)
    return str(value).lower() if isinstance(value, bool) else value


def printed(name: str, rows: list[Row], lang: Lang) -> tuple[list[str], list[list[str | int]]]:
    """Headings and cells of a table for people."""
    columns = _COLUMNS[name]
    return [label(key, lang) for key, _ in columns], [[cell(row, lang) for _, cell in columns] for row in rows]


def notes(shape: Shape, lang: Lang) -> list[str]:
    """What the reader must know: what was assumed, what was not asked, what is withheld."""
    about = shape.about
    said = [label(f"shape.note.{about['background']}", lang, reference=about["reference"])]
    if about["reference"] is not None and about["background"] == "even":
        said.append(label("shape.note.reference_unused", lang, reference=about["reference"]))
    if missing := about["genes_not_in_reference"]:
        said.append(label("shape.note.not_in_reference", lang, n=number(missing, lang)))
    if not about["unevenness_measured"]:
        typical = about["concentration"] is not None
        said.append(label("shape.note.typical" if typical else "shape.note.not_measured", lang))
    elif about["concentration"] is None:
        said.append(label("shape.note.as_even", lang))
    else:
        said.append(label("shape.note.uneven", lang, value=number(about["concentration"], lang, 3)))
    if about["selection_given"]:
        said.append(label("shape.note.selection", lang))
    if concluded("two_hits", shape.tables["two_hits"]):
        said.append(label("shape.note.phase", lang))
    said += [label(f"shape.note.not_asked.{what}", lang) for what in about["not_asked"]]
    hidden = [label(f"shape.withheld.{name}", lang) for name in about["withheld"]]
    return [*said, label("shape.note.withheld", lang, what=", ".join(hidden))] if hidden else said


def _count(name: str) -> Cell:
    return lambda row, lang: label("shape.withheld", lang) if row[name] is None else int(row[name])


def _text(name: str) -> Cell:
    return lambda row, lang: str(row[name] or "")


def _decimals(name: str, digits: int = 1) -> Cell:
    """A figure; empty where it is withheld, or where nothing is expected."""
    return lambda row, lang: number(row[name], lang, digits)


def _word(prefix: str, name: str) -> Cell:
    return lambda row, lang: label(f"shape.{prefix}.{row[name]}", lang)


def _share(name: str) -> Cell:
    def cell(row: Row, lang: Lang) -> str:
        if row[f"{name}_share"] is None:
            return label("shape.withheld", lang)
        ends = (percent(row[f"{name}_{end}"], lang, 0) for end in ("low", "high"))
        return f"{percent(row[f'{name}_share'], lang, 0)} ({' … '.join(ends)})"

    return cell


def _stretch(row: Row, lang: Lang) -> str:
    return label("shape.withheld", lang) if row["first"] is None else f"{row['first']}-{row['last']}"


def _partners(row: Row, lang: Lang) -> str:
    told = [f"{one['pair']} ({number(one['patients'], lang)})" for one in row["partners"]]
    return ", ".join(told) or label("shape.withheld", lang)


def _interval(row: Row, lang: Lang) -> str:
    return " … ".join(number(row[end], lang, 1) for end in ("low", "high"))


_GENE = ("shape.gene", _text("gene"))
_PATIENTS = ("shape.patients", _count("patients"))
_TESTED = ("shape.column.tested", _count("tested"))
_EXPECTED = ("shape.column.expected", _decimals("expected", 2))
_RATIO = ("shape.column.ratio", _decimals("ratio"))
_P = ("shape.column.p", lambda row, lang: probability(row["p"], lang))
_Q = ("shape.column.q", lambda row, lang: probability(row["q"], lang))
_COLUMNS: dict[str, tuple[tuple[str, Cell], ...]] = {
    "patterns": (
        _GENE, ("shape.role", _word("role", "role")), _PATIENTS, _TESTED,
        ("shape.column.altering", _count("altering")), ("shape.column.truncating_share", _share("truncating")),
        ("shape.column.recurrent_share", _share("recurrent")),
        ("shape.column.q", lambda row, lang: probability(row["q_truncating"], lang)),
    ),
    "hotspots": (_GENE, ("shape.column.residue", _text("residue")), _PATIENTS, _EXPECTED, _RATIO, _P, _Q),
    "clusters": (_GENE, ("shape.column.stretch", _stretch), _PATIENTS, _EXPECTED, _RATIO, _P, _Q),
    "copy_number": (
        _GENE, ("shape.column.kind", _word("kind", "kind")), ("shape.column.arm", _text("arm")), _PATIENTS,
        ("shape.column.focal", _count("focal")), _TESTED, _EXPECTED, _RATIO, _P, _Q,
    ),
    "arms": (
        ("shape.column.arm", _text("arm")), ("shape.column.kind", _word("kind", "direction")), _PATIENTS, _TESTED,
        _EXPECTED, _RATIO, _P, _Q,
    ),
    "fusions": (_GENE, _PATIENTS, _TESTED, ("shape.column.partners", _partners), _EXPECTED, _RATIO, _P, _Q),
    "two_hits": (
        _GENE, ("shape.column.kind", _word("kind", "kind")), ("shape.column.both", _count("both")), _TESTED, _EXPECTED,
        _RATIO, ("shape.column.interval", _interval), _P, _Q,
    ),
}  # fmt: skip

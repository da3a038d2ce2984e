"""The tables of the record say what their readers write."""

from __future__ import annotations

import ast
from pathlib import Path

import chevet
from chevet.records import read
from chevet.records.tables import STUDY_FILE_KIND
from tests.records.made_study import EVERY_KIND, a_study

SOURCE = Path(chevet.__file__).parent


def test_every_kind_of_study_file_that_is_written_is_listed_and_no_other() -> None:
    written: set[str] = set()
    for room in ("records", "synth"):
        for file in (SOURCE / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if '"study_file"' in text:
                written |= _kinds(ast.parse(text))
    assert written == set(STUDY_FILE_KIND)


def test_a_study_with_every_kind_of_file_holds_listed_kinds_only(tmp_path: Path) -> None:
    kinds = set(read(a_study(tmp_path, EVERY_KIND)).tables["study_file"].column("kind").to_pylist())
    assert len(kinds) > 3
    assert kinds <= set(STUDY_FILE_KIND)


def _kinds(tree: ast.Module) -> set[str]:
    """The words given as `kind`, in a dict or to a function."""
    given: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            given += [
                value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and key.value == "kind"
            ]
        elif isinstance(node, ast.Call):
            given += [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
    return {word for expression in given for word in _words(expression)}


def _words(expression: ast.expr) -> set[str]:
    if isinstance(expression, ast.IfExp):
        return _words(expression.body) | _words(expression.orelse)
    return {
        node.value for node in ast.walk(expression) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

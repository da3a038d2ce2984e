"""Reading the tables of facts that the built-in hierarchies rest on, from `hierarchies/tables`."""

from __future__ import annotations

from importlib.resources import files


def rows(name: str) -> list[list[str]]:
    """The rows of a table, comments and heading left out."""
    text = files("chevet.privacy.hierarchies").joinpath(f"tables/{name}").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    if any(len(line) != len(lines[0]) for line in lines):
        raise ValueError(f"{name}: a row does not have the {len(lines[0])} cells of its heading")
    return lines[1:]

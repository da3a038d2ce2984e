"""A notebook: its code and words may pass a person's eyes; what its cells printed is judged like any file.

Whatever a notebook has room for and no reader shows (numbers of cells, names of outputs, what was added to them) may
hold rows: what is not on the list of what is shown, and judged, is counted as hidden.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from chevet.room.checking.extract import Extract
from chevet.room.checking.grids import Grid, of_html, of_text
from chevet.room.checking.pictures import judge_png
from chevet.room.checking.texts import judge_words
from chevet.room.checking.verdict import Reason, reason

_KNOWN = {"cells", "metadata", "nbformat", "nbformat_minor"}
_METADATA = {"kernelspec", "language_info"}
_OF_A_CELL = {"cell_type", "metadata", "source", "outputs", "execution_count", "id"}
_OF_AN_OUTPUT = {"output_type", "name", "text", "data", "metadata", "execution_count", "ename", "evalue", "traceback"}
_CELLS = ("code", "markdown", "raw")
_OUTPUTS = ("stream", "display_data", "execute_result", "error")
_NO_METADATA: tuple[Any, ...] = (None, {}, {"needs_background": "light"}, {"needs_background": "dark"})
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_RUNS, _LONGEST_METADATA = 9999, 2000
_SHOWN = {"text/plain", "text/html", "image/png"}


def judge_notebook(value: Any, extract: Extract) -> tuple[list[Reason], list[Grid]]:
    """What is wrong with a notebook, and the tables that its cells printed, to be judged as tables."""
    if not isinstance(value, dict) or not isinstance(value.get("cells"), list):
        return [reason("unreadable")], []
    found = [reason("notebook")]
    grids: list[Grid] = []
    metadata = value.get("metadata", {})
    extra = (value.keys() - _KNOWN) | (metadata.keys() - _METADATA if isinstance(metadata, dict) else {"metadata"})
    told = json.dumps(metadata, ensure_ascii=False)
    hidden = len(extra) + (not _are_numbers(value)) + (len(told) > _LONGEST_METADATA)
    hidden += sum(_hidden_in(cell) for cell in value["cells"])
    if hidden:
        found.append(reason("embedded", count=hidden))
    found += judge_words(told, extract, numbers=False, spacing=False)
    for cell in value["cells"]:
        if not isinstance(cell, dict):
            continue
        source = _joined(cell.get("source"))
        found += judge_words(source, extract)
        grids += of_text(source) if cell.get("cell_type") != "code" else ()
        outputs = cell.get("outputs", [])
        for output in outputs if isinstance(outputs, list) else ():
            for kind, shown in _shown(output):
                more, tables = _judged(kind, shown, extract)
                found += more
                grids += tables
    return found, grids


def _are_numbers(value: dict[str, Any]) -> bool:
    """Whether a notebook says of which form it is, and no more."""
    minor = value.get("nbformat_minor", 0)
    return value.get("nbformat", 4) in (3, 4) and type(minor) is int and 0 <= minor <= 9


def _hidden_in(cell: Any) -> int:
    """How many places of a cell and of its outputs hold what no reader shows."""
    if not isinstance(cell, dict):
        return 1
    outputs = cell.get("outputs", [])
    plain = (
        cell.keys() <= _OF_A_CELL
        and cell.get("cell_type") in _CELLS
        and not cell.get("metadata")
        and _is_text(cell.get("source", ""))
        and _is_count(cell.get("execution_count"))
        and isinstance(outputs, list)
        and ("id" not in cell or (isinstance(cell["id"], str) and _NAME.fullmatch(cell["id"]) is not None))
    )
    return (not plain) + sum(not _is_plain(output) for output in (outputs if isinstance(outputs, list) else ()))


def _is_plain(output: Any) -> bool:
    """Whether an output holds nothing but what is shown of it, and judged."""
    if not isinstance(output, dict):
        return False
    data = output.get("data", {})
    return (
        output.keys() <= _OF_AN_OUTPUT
        and output.get("output_type") in _OUTPUTS
        and output.get("name", "stdout") in ("stdout", "stderr")
        and output.get("metadata") in _NO_METADATA
        and _is_count(output.get("execution_count"))
        and all(_is_text(output.get(key, "")) for key in ("text", "ename", "evalue", "traceback"))
        and isinstance(data, dict)
        and all(_is_text(content) for content in data.values())
    )


def _is_text(content: Any) -> bool:
    return isinstance(content, str) or (isinstance(content, list) and all(isinstance(line, str) for line in content))


def _is_count(number: Any) -> bool:
    return number is None or (type(number) is int and 0 <= number <= _MOST_RUNS)


def _shown(output: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(output, dict):
        yield "unknown", ""
        return
    if "text" in output:
        yield "text/plain", _joined(output["text"])
    for key in ("ename", "evalue"):
        yield "text/plain", _joined(output.get(key))
    if "traceback" in output:
        yield "text/plain", "\n".join(map(str, output["traceback"]))
    data = output.get("data", {})
    for kind, content in data.items() if isinstance(data, dict) else [("unknown", "")]:
        yield kind, _joined(content)


def _judged(kind: str, shown: str, extract: Extract) -> tuple[list[Reason], list[Grid]]:
    if kind not in _SHOWN:
        return [reason("embedded", count=1)], []
    if kind == "image/png":
        try:
            return list(judge_png(base64.b64decode(shown.replace("\n", ""), validate=True))), []
        except (binascii.Error, ValueError):
            return [reason("unreadable")], []
    if kind == "text/html":
        page = of_html(shown)
        words = list(judge_words("\n".join(page.words), extract, numbers=False, spacing=False))
        active = page.active - {"style"}
        return words + ([reason("active_content", what=", ".join(sorted(active)))] if active else []), page.grids
    return list(judge_words(shown, extract)), list(of_text(shown))


def _joined(content: Any) -> str:
    if isinstance(content, list):
        return "".join(map(str, content))
    return content if isinstance(content, str) else ""

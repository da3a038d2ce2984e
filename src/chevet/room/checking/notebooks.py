"""A notebook: its code and words may pass a person's eyes; what its cells printed is judged like any file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from chevet.room.checking.extract import Extract
from chevet.room.checking.grids import Grid, of_html, of_text
from chevet.room.checking.pictures import judge_png
from chevet.room.checking.texts import judge_words
from chevet.room.checking.verdict import Reason, reason

_KNOWN = {"cells", "metadata", "nbformat", "nbformat_minor"}
_METADATA = {"kernelspec", "language_info"}
_SHOWN = {"text/plain", "text/html", "image/png"}


def judge_notebook(value: Any, extract: Extract) -> tuple[list[Reason], list[Grid]]:
    """What is wrong with a notebook, and the tables that its cells printed, to be judged as tables."""
    if not isinstance(value, dict) or not isinstance(value.get("cells"), list):
        return [reason("unreadable")], []
    found, grids = [reason("notebook")], []
    metadata = value.get("metadata", {})
    extra = (value.keys() - _KNOWN) | (metadata.keys() - _METADATA if isinstance(metadata, dict) else {"metadata"})
    if extra:
        found.append(reason("embedded", count=len(extra)))
    for cell in value["cells"]:
        if not isinstance(cell, dict) or cell.get("attachments") or cell.get("metadata"):
            found.append(reason("embedded", count=1))
            continue
        found += judge_words(_joined(cell.get("source")), extract)
        for output in cell.get("outputs", []):
            for kind, shown in _shown(output):
                more, tables = _judged(kind, shown, extract)
                found += more
                grids += tables
    return found, grids


def _shown(output: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(output, dict):
        yield "unknown", ""
        return
    if "text" in output:
        yield "text/plain", _joined(output["text"])
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

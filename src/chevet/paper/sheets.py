"""A printed sheet: PDF on A4 from a Typst template of ours, tagged for screen readers.

The data reach the template as JSON, never as part of its source: whatever a record says stays text.
The compiler may open no file: its root is an empty folder, and only its own fonts are used.
"""

from __future__ import annotations

import datetime
import json
import tempfile
from importlib.resources.abc import Traversable
from typing import Any

import typst

from chevet.words.signs import drawable

FONT = "Libertinus Serif"


def sheet(template: Traversable, data: dict[str, Any], *, made_on: datetime.date) -> bytes:
    """The template set with these data (found in it as `sys.inputs.sheet`, JSON), as PDF/UA-1.

    made_on   the creation date of the file; the same data and date give the same bytes
    """
    noon = datetime.datetime.combine(made_on, datetime.time(12), tzinfo=datetime.UTC)
    with tempfile.TemporaryDirectory(prefix="chevet-sheet-") as empty:
        compiler = typst.Compiler(
            input=template.read_bytes(), root=empty, ignore_system_fonts=True,
            sys_inputs={"sheet": json.dumps(_written(data), ensure_ascii=False)},
        )  # fmt: skip
        made = compiler.compile(format="pdf", timestamp=int(noon.timestamp()), pdf_standards=["ua-1"])
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def _written(value: Any) -> Any:
    """The same data with words that can be set in type: the compiler refuses a NUL."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {k: _written(v) for k, v in value.items()}
    return [_written(v) for v in value] if isinstance(value, list | tuple) else value

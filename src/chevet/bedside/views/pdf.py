"""The page as a PDF on A4, tagged for screen readers, the same to the byte for the same sheet.

The sheet reaches the Typst template as data (JSON), never as part of its source: whatever a record says stays text.
The compiler may open no file: its root is an empty folder, and only its own fonts are used.
"""

from __future__ import annotations

import datetime
import json
import tempfile
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import typst

from chevet.bedside.views.pictures import fitted
from chevet.bedside.views.sheet import Picture, Sheet
from chevet.cohort import pictures
from chevet.words.signs import drawable

_FONT = "Libertinus Serif"
COURSE_WIDTH, CURVE_WIDTH = 400, 390  # of the whole picture: words of 12 units come out at 7.5 points or more


def pdf(sheet: Sheet, *, made_on: datetime.date) -> bytes:
    """The sheet as a PDF (PDF/UA-1); `made_on` is its creation date."""
    template = files("chevet.bedside.views").joinpath("templates", "page.typ").read_bytes()
    noon = datetime.datetime.combine(made_on, datetime.time(12), tzinfo=datetime.UTC)
    with tempfile.TemporaryDirectory(prefix="chevet-page-") as empty:
        compiler = typst.Compiler(
            input=template, root=empty, ignore_system_fonts=True,
            sys_inputs={"sheet": json.dumps(_written(_plain(sheet)), ensure_ascii=False)},
        )  # fmt: skip
        made = compiler.compile(format="pdf", timestamp=int(noon.timestamp()), pdf_standards=["ua-1"])
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def _plain(sheet: Sheet) -> dict[str, Any]:
    """The sheet with its pictures drawn."""
    plain = asdict(sheet)
    plain["course"]["picture"] = _drawn(sheet.course.picture, COURSE_WIDTH)
    plain["cohort"]["picture"] = _drawn(sheet.cohort.picture, CURVE_WIDTH)
    return plain


def _written(value: Any) -> Any:
    """The same data with words that can be set in type: the compiler refuses a NUL."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {k: _written(v) for k, v in value.items()}
    return [_written(v) for v in value] if isinstance(value, list | tuple) else value


def _drawn(picture: Picture | None, width: int) -> dict[str, str] | None:
    if picture is None:
        return None
    return {"svg": pictures.svg(fitted(picture, width, _FONT)), "alt": picture.alt, "caption": picture.caption}

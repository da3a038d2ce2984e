"""The page as a PDF on A4, tagged for screen readers, the same to the byte for the same sheet."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from chevet.bedside.views.pictures import fitted
from chevet.bedside.views.sheet import Picture, Sheet
from chevet.paper import pictures, sheets

COURSE_WIDTH, CURVE_WIDTH = 400, 390  # of the whole picture: words of 12 units come out at 7.5 points or more


def pdf(sheet: Sheet, *, made_on: datetime.date) -> bytes:
    """The sheet as a PDF (PDF/UA-1); `made_on` is its creation date."""
    template = files("chevet.bedside.views").joinpath("templates", "page.typ")
    return sheets.sheet(template, _plain(sheet), made_on=made_on)


def _plain(sheet: Sheet) -> dict[str, Any]:
    """The sheet with its pictures drawn."""
    plain = asdict(sheet)
    plain["course"]["picture"] = _drawn(sheet.course.picture, COURSE_WIDTH)
    plain["cohort"]["picture"] = _drawn(sheet.cohort.picture, CURVE_WIDTH)
    return plain


def _drawn(picture: Picture | None, width: int) -> dict[str, str] | None:
    if picture is None:
        return None
    return {"svg": pictures.svg(fitted(picture, width, sheets.FONT)), "alt": picture.alt, "caption": picture.caption}

"""The page as one self-contained HTML file: no script, nothing fetched, readable on a telephone and on paper."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

from chevet.bedside.views.pictures import fitted
from chevet.bedside.views.sheet import Picture, Sheet
from chevet.paper import pages

_TEMPLATES = files("chevet.bedside.views").joinpath("templates")
_FONT = "Arial, Liberation Sans, Helvetica, sans-serif"


def html(sheet: Sheet) -> str:
    """The sheet as an HTML document. Values of the record are escaped; only our own pictures and style are not."""
    template, style = _TEMPLATES.joinpath("page.html.j2"), _TEMPLATES.joinpath("page.css")
    return pages.page(template, style, s=sheet, drawn=_drawn)


def _drawn(picture: Picture, width: int) -> Markup:
    return pages.drawn(fitted(picture, width, _FONT))

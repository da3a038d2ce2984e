"""The page as one self-contained HTML file: no script, nothing fetched, readable on a telephone and on paper."""

from __future__ import annotations

from importlib.resources import files

import jinja2
from markupsafe import Markup

from chevet.bedside.views.pictures import fitted
from chevet.bedside.views.sheet import Picture, Sheet
from chevet.cohort import pictures
from chevet.words.signs import drawable

_TEMPLATES = files("chevet.bedside.views").joinpath("templates")
_FONT = "Arial, Liberation Sans, Helvetica, sans-serif"


def html(sheet: Sheet) -> str:
    """The sheet as an HTML document. Values of the record are escaped; only our own pictures and style are not."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True,
        finalize=lambda value: drawable(value) if type(value) is str else value,
    )  # fmt: skip
    template = environment.from_string(_TEMPLATES.joinpath("page.html.j2").read_text(encoding="utf-8"))
    style = Markup(_TEMPLATES.joinpath("page.css").read_text(encoding="utf-8"))  # noqa: S704  a file of ours
    return template.render(s=sheet, style=style, drawn=_drawn)


def _drawn(picture: Picture, width: int) -> Markup:
    """The picture this wide as a whole; the drawing library escapes the words in it (tested in tests/bedside)."""
    return Markup(pictures.svg(fitted(picture, width, _FONT)))  # noqa: S704

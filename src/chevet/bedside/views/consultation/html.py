"""The consultation as one self-contained HTML file: no script, nothing fetched, its first page one side of A4."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

from chevet.bedside.views.consultation.sheet import ConsultationSheet
from chevet.paper import pages

TEMPLATES = files("chevet.bedside.views.consultation").joinpath("templates")


def html(sheet: ConsultationSheet) -> str:
    """The sheet as an HTML document. Every value is escaped; only our own drawings and style are not."""
    template, style = TEMPLATES.joinpath("consultation.html.j2"), TEMPLATES.joinpath("consultation.css")
    return pages.page(template, style, s=sheet, drawn=_drawn)


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704  a drawing of ours: its words were escaped when it was made

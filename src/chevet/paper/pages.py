"""HTML from a template of ours: whatever the data say is escaped, and a missing value is a defect."""

from __future__ import annotations

from importlib.resources.abc import Traversable

import jinja2
from markupsafe import Markup

from chevet.paper import pictures
from chevet.words.signs import drawable


def page(template: Traversable, style: Traversable, **values: object) -> str:
    """The template filled in, with our own style sheet in it. Values are escaped; only `Markup` is not.

    template   a Jinja file; it finds the style as `style`
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True,
        finalize=lambda value: drawable(value) if type(value) is str else value,
    )  # fmt: skip
    css = Markup(style.read_text(encoding="utf-8"))  # noqa: S704  a file of ours
    return environment.from_string(template.read_text(encoding="utf-8")).render(style=css, **values)


def drawn(spec: pictures.Spec) -> Markup:
    """The picture as it stands in a page; the drawing library escapes the words in it (tested in tests/bedside)."""
    return Markup(pictures.svg(spec))  # noqa: S704

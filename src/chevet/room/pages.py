"""What the room tells as a page that stands alone: what was done with data like mine, and an auditor's list."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby

from chevet.paper import pages
from chevet.room.uses import Use
from chevet.words.labels import Lang, label

_TEMPLATES = files("chevet.room").joinpath("templates")


def uses_page(uses: Sequence[Use], described: str, intro: str, lang: Lang) -> str:
    """The uses, the latest first, under the project each belongs to; readable on a telephone.

    described   whom the page is about, in words
    intro       how the list came about
    """
    projects = []
    for project, group in groupby(sorted(uses, key=lambda use: use.project), key=lambda use: use.project):
        theirs = sorted(group, key=lambda use: use.at, reverse=True)
        heading = label("uses.project", lang, project=project) if project else label("uses.hospital", lang)
        projects.append((theirs[0].at, heading, theirs[0].purpose_said(lang), theirs))
    projects.sort(key=lambda each: each[0], reverse=True)
    projects.sort(key=lambda each: not each[3][0].project)  # the hospital's own uses come last
    return pages.page(
        _TEMPLATES.joinpath("uses.html.j2"), _TEMPLATES.joinpath("room.css"), lang=lang, described=described,
        title=label("uses.title", lang), intro=intro, none=label("uses.none", lang),
        projects=projects, words=[label(f"uses.word.{key}", lang) for key in ("extract", "program", "cube", "chain")],
        words_title=label("uses.words", lang),
    )  # fmt: skip


def table_page(
    title: str, notes: Sequence[str], headings: Sequence[str], rows: Sequence[Sequence[str]], lang: Lang
) -> str:
    """A table as a page, for an auditor to keep."""
    return pages.page(
        _TEMPLATES.joinpath("table.html.j2"), _TEMPLATES.joinpath("room.css"), lang=lang, title=title, notes=notes,
        headings=headings, rows=rows,
    )  # fmt: skip

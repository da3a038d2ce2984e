"""A document in sections, as a page that stands alone and as a PDF on A4: what it says first, then the proof of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import TypeAlias

from chevet.paper import pages, pictures, sheets
from chevet.paper.pictures import Spec
from chevet.words.labels import Lang

_TEMPLATES = files("chevet.paper").joinpath("templates")
_SCREEN_FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
WIDE, NARROW, PRINTED = 560, 285, 400
_MARGIN = 40  # of axis and words, beside the width that a chart is given

# A picture by its name, for so wide a place and in this font.
Draw: TypeAlias = Callable[[str, int, str], Spec]


@dataclass(frozen=True)
class Headline:
    """One of the figures at the head."""

    value: str
    says: str
    note: str


@dataclass(frozen=True)
class Grid:
    """A table. `numbers` says which columns stand to the right; `widths` how wide each is printed beside the others."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture by its name, and what it shows in words."""

    name: str
    says: str


@dataclass(frozen=True)
class Section:
    """A part of the document; whatever is empty is not printed."""

    heading: str
    intro: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    grids: tuple[Grid, ...] = ()
    pictures: tuple[Picture, ...] = ()
    points: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Document:
    """Everything the templates print, in one language.

    banner       a warning over everything, such as that the data are made up
    called       the verdict in a few words, and `verdict` in a sentence; `good` is how it is coloured
    signatures   heading and sentence over the places to sign; without `signers` there are none
    """

    lang: Lang
    title: str
    eyebrow: str
    name: str
    made_on: str
    banner: str
    good: bool
    called: str
    verdict: str
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]
    signatures: str = ""
    says: str = ""
    signers: tuple[str, ...] = ()
    to_sign: tuple[str, ...] = ()


def grid(
    caption: str, headings: tuple[str, ...], rows: tuple[tuple[str, ...], ...], numbers: tuple[int, ...] = ()
) -> Grid:
    """A table whose columns of `numbers` stand to the right."""
    return Grid(caption, headings, rows, tuple(i in numbers for i in range(len(headings))))


def html(document: Document, draw: Draw) -> str:
    """The document as one HTML page: no script, nothing fetched."""

    def drawn(name: str, width: int) -> str:
        return pages.drawn(draw(name, width, _SCREEN_FONT))

    return pages.page(
        _TEMPLATES.joinpath("document.html.j2"), _TEMPLATES.joinpath("document.css"),
        d=document, drawn=drawn, wide=WIDE, narrow=NARROW,
    )  # fmt: skip


def pdf(document: Document, draw: Draw, *, made_on: datetime.date) -> bytes:
    """The document as a PDF on A4 (PDF/UA-1); the same document and day give the same bytes."""
    plain = asdict(document)
    for section in plain["sections"]:
        for one in section["pictures"]:
            one["svg"] = pictures.svg(draw(one["name"], PRINTED, sheets.FONT))
    return sheets.sheet(_TEMPLATES.joinpath("document.typ"), plain, made_on=made_on)


def untitled(spec: Spec, *, alt: str, lang: Lang, font: str) -> Spec:
    """A picture whose title the document says itself."""
    made = pictures.picture(spec, title="", alt=alt, lang=lang)
    del made["title"]
    made["config"] |= {"font": font}
    return made


def within(spec: Spec, *, width: int, font: str) -> Spec:
    """An answer's own picture, no wider than this and without its title, which the document says itself."""
    plain = {key: value for key, value in spec.items() if key != "title"}
    room = min(width + _MARGIN, pictures.ROOM)
    fitted, _ = pictures.fitting(pictures.for_narrow(plain) if width <= NARROW else plain, room)
    return {**fitted, "config": {**fitted["config"], "font": font}}

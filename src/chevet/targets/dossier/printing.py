"""The dossier as a page that stands alone and as a PDF on A4."""

from __future__ import annotations

from functools import partial

from chevet.paper import document
from chevet.paper.pictures import Spec
from chevet.targets.dossier.contents import Contents
from chevet.targets.dossier.pictures import drawing
from chevet.targets.dossier.sections import document as in_words
from chevet.words.labels import Lang


def html(made: Contents, lang: Lang) -> str:
    """The dossier as one HTML page: no script, nothing fetched."""
    return document.html(in_words(made, lang), partial(_fitted, made, lang))


def pdf(made: Contents, lang: Lang) -> bytes:
    """The dossier as a PDF (PDF/UA-1); the same contents give the same bytes."""
    return document.pdf(in_words(made, lang), partial(_fitted, made, lang), made_on=made.made_on)


def _fitted(made: Contents, lang: Lang, name: str, width: int, font: str) -> Spec:
    return document.within(drawing(made, name, lang), width=width, font=font)

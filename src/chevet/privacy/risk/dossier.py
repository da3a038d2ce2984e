"""The dossier of a release: what a data protection officer reads and signs, as HTML and PDF, in French and English.

It is made from the report of the release (`report.json`) and nothing else, so that whoever holds the folder
can print it again. Nothing is left out that was not measured: it says *not measured*.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from chevet.paper import pages, pictures, sheets
from chevet.paper.pictures import Spec
from chevet.privacy.risk import dossier_pictures
from chevet.privacy.risk.dossier_sections import Section, Words, sections, verdict
from chevet.words.labels import Lang, label

_TEMPLATES = files("chevet.privacy.risk").joinpath("templates")
_SCREEN_FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
WIDE, NARROW, PRINTED = 560, 285, 400
SIGNERS = ("steward", "dpo", "lead")


@dataclass(frozen=True)
class Headline:
    """One of the four figures at the head."""

    value: str
    says: str
    note: str


@dataclass(frozen=True)
class Dossier:
    """Everything a template prints, in one language."""

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
    signatures: str
    says: str
    signers: tuple[str, ...]
    to_sign: tuple[str, ...]


def dossier(report: Mapping[str, Any], lang: Lang) -> Dossier:
    """The dossier of this report, in words."""
    w = Words(lang)
    name = report["source"]["study"] or report["source"]["file"]
    good = report["called"] == "anonymised"
    return Dossier(
        lang=lang,
        title=w("title", name=name),
        eyebrow=w("eyebrow"),
        name=name,
        made_on=w.date(datetime.date.fromisoformat(report["made_on"])),
        banner=w("made_up") if report["source"]["made_up"] else "",
        good=good,
        called=w(f"called.{report['called']}"),
        verdict=verdict(report, w),
        headlines=_headlines(report, w),
        sections=sections(report, w),
        signatures=w("section.signatures"),
        says=w("sign.says"),
        signers=tuple(w(f"sign.{who}") for who in SIGNERS),
        to_sign=tuple(w(f"sign.{what}") for what in ("name", "date", "signature")),
    )


def _headlines(report: Mapping[str, Any], w: Words) -> tuple[Headline, ...]:
    good = report["called"] == "anonymised"
    release, before, after = report["release"], report["risks"]["before"], report["risks"]["after"]
    return (
        Headline(
            w.number(release["people"]),
            w("figure.people"),
            w("figure.people_note", rows=w.number(release["rows"]), suppressed=w.number(release["suppressed"])),
        ),
        Headline(
            w.number(after["smallest"]),
            w("figure.smallest"),
            w("figure.smallest_note", before=w.number(before["smallest"])),
        ),
        Headline(
            w.share(after["highest_risk"]),
            w("figure.risk_of_the_table" if report["alterations"] or not good else "figure.risk"),
            w("figure.risk_note", average=w.share(after["average_risk"])),
        ),
        Headline(w.share(report["utility"]["loss"]), w("figure.loss"), w("figure.loss_note")),
    )


def html(report: Mapping[str, Any], lang: Lang) -> str:
    """The dossier as one self-contained HTML page: no script, nothing fetched."""
    made = dossier(report, lang)

    def drawn(name: str, width: int) -> str:
        return pages.drawn(_picture(report, name, lang, width, _SCREEN_FONT))

    return pages.page(
        _TEMPLATES.joinpath("dossier.html.j2"), _TEMPLATES.joinpath("dossier.css"),
        d=made, drawn=drawn, wide=WIDE, narrow=NARROW,
    )  # fmt: skip


def pdf(report: Mapping[str, Any], lang: Lang) -> bytes:
    """The dossier as a PDF on A4 (PDF/UA-1); the same report gives the same bytes."""
    plain = asdict(dossier(report, lang))
    for section in plain["sections"]:
        for one in section["pictures"]:
            one["svg"] = pictures.svg(_picture(report, one["name"], lang, PRINTED, sheets.FONT))
    made_on = datetime.date.fromisoformat(report["made_on"])
    return sheets.sheet(_TEMPLATES.joinpath("dossier.typ"), plain, made_on=made_on)


def _picture(report: Mapping[str, Any], name: str, lang: Lang, width: int, font: str) -> Spec:
    if name == "groups":
        sizes = report["group_sizes"]
        return dossier_pictures.group_sizes(sizes["before"], sizes["after"], lang, width=width, font=font)
    return dossier_pictures.losses(report["utility"]["by_attribute"], lang, width=width, font=font)


def picture_says(name: str, lang: Lang) -> str:
    """What a picture shows, for those who cannot see it."""
    return label(f"dossier.picture.{name}", lang)

"""The dossier of a release: what a data protection officer reads and signs, as HTML and PDF, in French and English.

It is made from the report of the release (`report.json`) and nothing else, so that whoever holds the folder
can print it again. Nothing is left out that was not measured: it says *not measured*.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial
from typing import Any

from chevet.paper import document
from chevet.paper.document import Document, Headline
from chevet.paper.pictures import Spec
from chevet.privacy.risk import dossier_pictures
from chevet.privacy.risk.dossier_sections import Words, sections, verdict
from chevet.words.dates import day_said
from chevet.words.labels import Lang, label

SIGNERS = ("steward", "dpo", "lead")


def dossier(report: Mapping[str, Any], lang: Lang) -> Document:
    """The dossier of this report, in words."""
    w = Words(lang)
    name = report["source"]["study"] or report["source"]["file"]
    good = report["called"] == "anonymised"
    return Document(
        lang=lang,
        title=w("title", name=name),
        eyebrow=w("eyebrow"),
        name=name,
        made_on=day_said(datetime.date.fromisoformat(report["made_on"]), lang),
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
    return document.html(dossier(report, lang), partial(_picture, report, lang))


def pdf(report: Mapping[str, Any], lang: Lang) -> bytes:
    """The dossier as a PDF on A4 (PDF/UA-1); the same report gives the same bytes."""
    made_on = datetime.date.fromisoformat(report["made_on"])
    return document.pdf(dossier(report, lang), partial(_picture, report, lang), made_on=made_on)


def _picture(report: Mapping[str, Any], lang: Lang, name: str, width: int, font: str) -> Spec:
    if name == "groups":
        sizes = report["group_sizes"]
        return dossier_pictures.group_sizes(sizes["before"], sizes["after"], lang, width=width, font=font)
    return dossier_pictures.losses(report["utility"]["by_attribute"], lang, width=width, font=font)


def picture_says(name: str, lang: Lang) -> str:
    """What a picture shows, for those who cannot see it."""
    return label(f"dossier.picture.{name}", lang)

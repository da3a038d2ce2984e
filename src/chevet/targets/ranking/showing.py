"""A ranking as a page that stands alone: each list as a table, drawn, and in words; then what it rests on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial

from chevet.paper import document
from chevet.paper.document import NARROW, Document, Grid, Headline, Picture, Section, grid, untitled
from chevet.paper.pictures import BLUE, GREEN, INK, ORANGE, PINK, SKY, VERMILION, WIDE, Spec, number, percent, picture
from chevet.targets.evidence import PARTS, Part
from chevet.targets.ranking.analysis import Ranking, Target
from chevet.targets.ranking.because import because, part_name
from chevet.targets.ranking.medicines import LISTS, Listed
from chevet.targets.ranking.summary import firmness, heading, held, missing, row, shown
from chevet.words.dates import day_said
from chevet.words.labels import Lang, label

COLUMNS = ("gene", "rank", "score", "bounds", "ranks", "carriers", "medicines", "because")
_NUMBERS = (1, 2, 3, 4, 5)
COLOUR: dict[Part, str] = {
    "selection": BLUE, "shape": SKY, "relations": PINK, "outcome": ORANGE, "vulnerability": GREEN,
    "tractability": VERMILION, "safety": INK,
}  # fmt: skip


def contributions(ranking: Ranking, some: Sequence[Target], lang: Lang, *, width: int = WIDE) -> Spec:
    """Stacked bars: what each part gives these genes, to the right, and takes from them, to the left."""
    values = [
        {"gene": one.gene, "part": part_name(part, lang), "by": float(by), "order": order}
        for one in some
        for order, part in enumerate(PARTS)
        for by in (ranking.scores.given[one.place, order], -ranking.scores.taken[one.place, order])
        if by != 0
    ]
    drawn = [part for part in PARTS if any(row["part"] == part_name(part, lang) for row in values)]
    totals = [{"gene": one.gene, "score": one.score, "text": number(one.score, lang, 2)} for one in some]
    spec: Spec = {
        "width": width, "height": {"step": 22},
        "encoding": {"y": {"field": "gene", "type": "nominal", "sort": [one.gene for one in some], "title": None,
                           "axis": {"labelFontStyle": "italic"}}},
        "layer": [
            {"data": {"values": values}, "mark": {"type": "bar", "tooltip": True}, "encoding": {
                "x": {"field": "by", "type": "quantitative", "title": label("targets.rank.axis", lang),
                      "axis": {"tickCount": 6}},
                "color": {"field": "part", "type": "nominal",
                          "scale": {"domain": [part_name(part, lang) for part in drawn],
                                    "range": [COLOUR[part] for part in drawn]}},
                "order": {"field": "order", "type": "quantitative"}}},
            {"data": {"values": totals}, "mark": {"type": "text", "align": "left", "x": width + 6, "fontSize": 12},
             "encoding": {"text": {"field": "text"}}},
        ],
    }  # fmt: skip
    told = "; ".join(f"{one.gene} {number(one.score, lang, 2)}" for one in some[:5])
    title = label("targets.rank.picture", lang)
    return picture(spec, title=title, alt=f"{title} {told}", lang=lang)


def page(ranking: Ranking, lang: Lang, *, made_on: datetime.date, top: int, hide_known: bool = False) -> str:
    """The page in one language: no script, nothing fetched."""
    return document.html(
        as_document(ranking, lang, made_on=made_on, top=top, hide_known=hide_known), partial(_drawn, ranking, lang, top)
    )


def pdf(ranking: Ranking, lang: Lang, *, made_on: datetime.date, top: int, hide_known: bool = False) -> bytes:
    """The same on A4."""
    made = as_document(ranking, lang, made_on=made_on, top=top, hide_known=hide_known)
    return document.pdf(made, partial(_drawn, ranking, lang, top), made_on=made_on)


def as_document(
    ranking: Ranking, lang: Lang, *, made_on: datetime.date, top: int, hide_known: bool = False
) -> Document:  # fmt: skip
    """What the page says."""
    study = ranking.about.get("study", {})
    who = label("answer.everybody", lang) if study.get("where") == "all" else study.get("where", "")
    name = f"{study.get('name', '')} · {who}".strip(" ·")
    asked = [part for place, part in enumerate(PARTS) if ranking.scores.asked[place]]
    lists = [one for one in LISTS if not (hide_known and one == "known")]
    sections = [made for one in lists for made in _of_list(ranking, one, lang, top)]
    return Document(
        lang=lang, title=label("targets.rank.title", lang, name=name), eyebrow=label("targets.rank.eyebrow", lang),
        name=name, made_on=day_said(made_on, lang),
        banner=label("targets.rank.made_up", lang) if study.get("made_up") else "", good=len(asked) == len(PARTS),
        called=label("targets.rank.asked", lang, n=len(asked), of=len(PARTS)),
        verdict=label("targets.rank.verdict", lang), headlines=_headlines(ranking, lists, lang),
        sections=(*sections, _firm(ranking, lang), _weights(ranking, lang), _rests_on(ranking, lang)),
    )  # fmt: skip


def _headlines(ranking: Ranking, lists: Sequence[Listed], lang: Lang) -> tuple[Headline, ...]:
    patients = ranking.about.get("study", {}).get("patients")
    said = label("answer.withheld", lang) if patients is None else number(patients, lang)
    heads = [
        Headline(said, label("targets.rank.figure.patients", lang), ""),
        Headline(number(len(ranking.scores.genes), lang), label("targets.rank.figure.genes", lang), ""),
    ]
    for name in lists:
        some = [one for one in ranking.of_list(name) if one.evident]
        if some or name != "not_asked":
            heads.append(Headline(number(len(some), lang), label(f"targets.rank.figure.{name}", lang), ""))
    return tuple(heads)


def _of_list(ranking: Ranking, name: Listed, lang: Lang, top: int) -> tuple[Section, ...]:
    """The list as a table, drawn, and in words."""
    some = shown(ranking, name, top)
    if not ranking.of_list(name) and name == "not_asked":
        return ()
    head = heading(ranking, name, top, lang)
    if not some:
        return (Section(head, intro=label("targets.rank.nobody", lang)),)
    rows = tuple(tuple(str(cell) for cell in row(ranking, one, lang)) for one in some)
    headings = tuple(label(f"targets.rank.{key}", lang) for key in COLUMNS)
    drawn = (Picture(name, label("targets.rank.picture", lang)),)
    why = label("targets.rank.section.why", lang, name=label(f"targets.rank.short.{name}", lang))
    return (
        Section(head, grids=(grid("", headings, rows, _NUMBERS),), pictures=drawn),
        Section(why, points=tuple(because(ranking, one, lang).text for one in some)),
    )


def _firm(ranking: Ranking, lang: Lang) -> Section:
    """Calibration, and how far the ranks rest on the weights."""
    known = tuple(text for one in ranking.calibrations if (text := held(one, lang)))
    firm = firmness(ranking, lang)
    points = (*known, *((firm,) if firm else ()))
    return Section(
        label("targets.rank.section.firm", lang), points=points or (label("targets.rank.not_held", lang),),
        note=label("targets.rank.firm_note", lang),
    )  # fmt: skip


def _weights(ranking: Ranking, lang: Lang) -> Section:
    """Every weight, the support of the middle gene, and the order of genes without the part."""
    rows = []
    for place, part in enumerate(PARTS):
        one, asked = ranking.weights.parts[part], bool(ranking.scores.asked[place])
        tau = ranking.sensitivity.tau_without.get(part)
        rows.append((
            part_name(part, lang), number(one.weight, lang), number(one.objection, lang, 2),
            label("targets.rank.yes" if asked else "targets.rank.no", lang),
            percent(float(ranking.scores.middle[place]), lang) if asked else "",
            "" if tau is None else number(tau, lang, 2), _alone(ranking, part, lang),
        ))  # fmt: skip
    keys = ("part", "weight", "objection", "was_asked", "middle", "tau", "alone")
    table: Grid = grid("", tuple(label(f"targets.rank.{key}", lang) for key in keys), tuple(rows), (1, 2, 4, 5, 6))
    return Section(
        label("targets.rank.section.weights", lang), intro=label("targets.rank.formula", lang), grids=(table,),
        note=label("targets.rank.hash", lang, sha256=ranking.weights.sha256[:16]),
    )  # fmt: skip


def _alone(ranking: Ranking, part: Part, lang: Lang) -> str:
    """The area of a part by itself, against the drivers of these tumours, or else of any."""
    of = {one.against: one.alone for one in ranking.calibrations}
    area = (of.get("drivers_here") or of.get("drivers") or {}).get(part)
    return "" if area is None else number(area, lang, 2)


def _rests_on(ranking: Ranking, lang: Lang) -> Section:
    """Sources with their day and hash, what was not asked, what was left out."""
    facts = [
        (part_name(told.part, lang), f"{one.name}, {one.released or label('targets.rank.no_day', lang)}, "
                                     f"SHA-256 {one.sha256[:16]}")
        for told in ranking.told.values() for one in told.sources
    ]  # fmt: skip
    return Section(
        label("targets.rank.section.rests_on", lang), facts=tuple(facts), points=tuple(missing(ranking, lang)),
        note=label("answer.withheld_note", lang),
    )  # fmt: skip


def _drawn(ranking: Ranking, lang: Lang, top: int, name: str, width: int, font: str) -> Spec:
    some = shown(ranking, next(one for one in LISTS if one == name), top)
    made = contributions(ranking, some, lang, width=max(120, width - 160))
    spec = {key: made[key] for key in ("width", "height", "encoding", "layer")}
    drawn = untitled(spec, alt=label("targets.rank.picture", lang), lang=lang, font=font)
    drawn["config"]["legend"] |= {"columns": 1 if width <= NARROW else 3}  # in one row it would be wider than the bars
    return drawn

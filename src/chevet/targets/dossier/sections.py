"""A dossier in words: headlines, and one section after the other, in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chevet.paper.document import Document, Grid, Headline, Picture, Section, grid
from chevet.paper.pictures import number, percent, probability
from chevet.targets.dossier.contents import Contents
from chevet.targets.dossier.pictures import OWN, drawing, names
from chevet.targets.dossier.who import Spread
from chevet.targets.evidence import PARTS, Line, Part
from chevet.targets.ranking.because import finding_name, numbers_of, part_name
from chevet.targets.tractability.telling import told
from chevet.targets.vulnerability.described import measure_name
from chevet.words.dates import day_said
from chevet.words.labels import Lang, label


def document(made: Contents, lang: Lang) -> Document:
    """The whole dossier."""

    def said(key: str, **values: object) -> str:
        return label(f"targets.dossier.{key}", lang, **values)

    listed = made.target.standing.listed
    return Document(
        lang=lang,
        title=said("title", gene=made.gene, study=made.study),
        eyebrow=said("eyebrow", study=made.study, version=made.version, where=_who(made, lang)),
        name=made.gene,
        made_on=day_said(made.made_on, lang),
        banner="",
        good=made.target.evident,
        called=said(f"list.{listed}"),
        verdict=_verdict(made, lang),
        headlines=_headlines(made, lang),
        sections=tuple(section for make in _SECTIONS if (section := make(made, lang)) is not None),
    )


def _who(made: Contents, lang: Lang) -> str:
    return label("answer.everybody", lang) if made.where == "all" else made.where


def _verdict(made: Contents, lang: Lang) -> str:
    """What speaks for it, what against, what is not known; and that this is no decision on a patient."""
    told = []
    for standing in ("for", "against"):
        parts = [part for part in PARTS if any(line.part == part and line.standing == standing for line in made.lines)]
        if parts:
            listed = ", ".join(part_name(part, lang) for part in parts)
            told.append(label(f"targets.dossier.speaks_{standing}", lang, parts=listed))
    gaps = [part for part in PARTS if not any(line.part == part and line.standing in _TOLD for line in made.lines)]
    if gaps:
        listed = ", ".join(part_name(part, lang) for part in gaps)
        told.append(label("targets.dossier.speaks_not", lang, parts=listed))
    return " ".join([*told, label("targets.dossier.no_decision", lang)])


MINUS = "\N{MINUS SIGN}"
_TOLD = ("for", "against", "neutral")


def _headlines(made: Contents, lang: Lang) -> tuple[Headline, ...]:
    def said(key: str, **values: object) -> str:
        return label(f"targets.dossier.{key}", lang, **values)

    found = made.frequency
    withheld = label("answer.withheld", lang)
    carriers = withheld if found.altered is None else number(found.altered, lang)
    share = withheld if found.frequency is None else percent(found.frequency, lang)
    heads = [
        Headline(carriers, said("head.carriers"), said("head.tested", n=number(found.tested, lang) or withheld)),
        Headline(share, said("head.share"), _interval_of_share(made, lang)),
    ]
    target = made.target
    ranks = said("head.ranks", low=number(target.rank_low, lang), high=number(target.rank_high, lang))
    bounds = said("head.bounds", low=number(target.low, lang, 2), high=number(target.high, lang, 2))
    heads.append(Headline(number(target.rank, lang), said("head.rank", n=number(made.ranked, lang)), ranks))
    heads.append(Headline(number(target.score, lang, 2), said("head.score"), bounds))
    return tuple(heads)


def _interval_of_share(made: Contents, lang: Lang) -> str:
    found = made.frequency
    if found.ci_low is None or found.ci_high is None:
        return ""
    low, high = percent(found.ci_low, lang), percent(found.ci_high, lang)
    return label("targets.dossier.head.interval", lang, low=low, high=high)


# -- sections


def _evidence(made: Contents, lang: Lang) -> Section | None:
    headings = tuple(label(f"targets.dossier.column.{name}", lang) for name in _COLUMNS)
    rows = tuple(_row(line, lang) for part in PARTS for line in made.lines if line.part == part)
    table = (replace(grid("", headings, rows), widths=_WIDTHS),) if rows else ()
    intro = label("targets.dossier.evidence_intro", lang)
    return Section(label("targets.dossier.section.evidence", lang), intro=intro, grids=table)


def _missing(made: Contents, lang: Lang) -> Section | None:
    """The parts of the evidence without a line, and why."""
    missing = [part for part in PARTS if not any(line.part == part for line in made.lines)]
    if not missing:
        return None
    heading = label("targets.dossier.section.missing", lang)
    return Section(heading, points=tuple(_not_asked(made, part, lang) for part in missing))


_COLUMNS = ("part", "finding", "numbers", "standing", "source")
_WIDTHS = (3, 6, 6, 3, 4)


def _row(line: Line, lang: Lang) -> tuple[str, ...]:
    return (
        part_name(line.part, lang), _found(line, lang), numbers_of(line, lang),
        label(f"targets.dossier.standing.{line.standing}", lang), _source(line, lang),
    )  # fmt: skip


def _source(line: Line, lang: Lang) -> str:
    """Of this cohort, or the table of others and its release; nothing where nothing was asked."""
    if line.source is not None:
        return " · ".join(filter(None, (line.source.name, line.source.released)))
    return "" if line.standing == "not_asked" else label("targets.dossier.this_cohort", lang)


def _whence(line: Line, lang: Lang) -> str:
    return f"[{_source(line, lang)}]" if line.source else ""


def _found(line: Line, lang: Lang) -> str:
    """What was found, and at which residue, or with which genes."""
    names = str(line.detail.get("residue") or "") if line.part == "shape" else ""
    if line.part == "relations":
        partners = line.detail.get("partners") or line.detail.get("genes") or ()
        names = ", ".join(name for name in partners if name != line.gene)
    return finding_name(line, lang) + (f" ({names})" if names else "")


def _not_asked(made: Contents, part: Part, lang: Lang) -> str:
    told = made.told.get(part)
    why = label(f"targets.dossier.why.{told.kind or 'no_line'}" if told else "targets.dossier.why.no_line", lang)
    said = f" ({told.why})" if told and told.why and lang == "en" else ""
    return label("targets.dossier.part_missing", lang, part=part_name(part, lang), why=why + said)


def _carriers(made: Contents, lang: Lang) -> Section | None:
    grids = [_kinds(made, lang), *(_spread(spread, lang) for spread in made.spreads)]
    hidden = any(share.altered is None for spread in made.spreads for share in spread.shares)
    return Section(
        label("targets.dossier.section.carriers", lang), grids=tuple(grids),
        pictures=_pictures(made, lang, "carriers"),
        note=label("targets.dossier.withheld_note", lang) if hidden else "",
    )  # fmt: skip


def _kinds(made: Contents, lang: Lang) -> Grid:
    headings = tuple(label(f"targets.dossier.column.{name}", lang) for name in ("kind", "carriers", "tested", "share"))
    withheld, untested = label("answer.withheld", lang), label("targets.dossier.not_tested", lang)
    rows = tuple(
        (label(f"alteration.{one.kind}", lang),
         untested if one.tested == 0 else withheld if one.altered is None else number(one.altered, lang),
         withheld if one.tested is None else number(one.tested, lang), percent(one.frequency, lang))
        for one in made.kinds
    )  # fmt: skip
    return grid(label("targets.dossier.kinds", lang), headings, rows, (1, 2, 3))


def _spread(spread: Spread, lang: Lang) -> Grid:
    withheld = label("answer.withheld", lang)
    headings = (spread.name(lang), *(label(f"targets.dossier.column.{name}", lang) for name in _OF_SHARE))
    rows = tuple(
        (spread.value(share, lang), withheld if share.altered is None else number(share.altered, lang),
         withheld if share.tested is None else number(share.tested, lang), percent(share.frequency, lang))
        for share in spread.shares
    )  # fmt: skip
    # Named by a title, too: on a telephone the heading of the first column is not shown.
    return grid(spread.name(lang), headings, rows, (1, 2, 3))


_OF_SHARE = ("carriers", "tested", "share")


def _where(made: Contents, lang: Lang) -> Section | None:
    return _of_part(made, lang, "shape", "lollipop")


def _survival(made: Contents, lang: Lang) -> Section | None:
    section = label("targets.dossier.section.outcome", lang)
    if made.survival is None:
        return Section(section, note=label("targets.dossier.no_survival", lang))
    headings, rows = made.survival.rows(lang)
    cells = tuple(tuple(_cell(cell, lang) for cell in row) for row in rows)
    return Section(
        section, intro=label("targets.dossier.outcome_intro", lang), pictures=_pictures(made, lang, "survival"),
        grids=(grid("", tuple(headings), cells, tuple(range(1, len(headings)))),),
        points=tuple(_sentences(made, "outcome", lang)), note=" ".join(made.survival.notes(lang)),
    )  # fmt: skip


def _cell(cell: str | int | float | None, lang: Lang) -> str:
    return cell if isinstance(cell, str) else number(cell, lang, 1 if isinstance(cell, float) else 0)


def _response(made: Contents, lang: Lang) -> Section | None:
    section = _of_part(made, lang, "vulnerability", "response")
    pairs = [pair for line in made.lines if line.part == "vulnerability" for pair in line.detail.get("pairs", ())]
    if section is None or not pairs:
        return section
    headings = tuple(label(f"targets.dossier.pair.{name}", lang) for name in _PAIR)
    rows = tuple(_pair(pair, lang) for pair in pairs)
    note = label("targets.dossier.cell_lines", lang)
    return replace(section, grids=(grid("", headings, rows, (2, 3, 4)),), note=note)


_PAIR = ("alteration", "measured", "altered", "difference", "q")


def _pair(pair: Mapping[str, Any], lang: Lang) -> tuple[str, ...]:
    low, high = (number(pair[name], lang, 2) for name in ("low", "high"))
    named = measure_name(pair["measure"], pair["name"], lang)
    return (
        pair["feature"], f"{named} ({pair['targets']})" if pair["targets"] else named,
        f"{number(pair['altered'], lang)} / {number(pair['others'], lang)}",
        f"{number(pair['difference'], lang, 2)} ({low} … {high})".replace("-", MINUS), probability(pair["q"], lang),
    )  # fmt: skip


def _hit(made: Contents, lang: Lang) -> Section | None:
    return _told(made, lang, "tractability")


def _told(made: Contents, lang: Lang, part: Part) -> Section | None:
    """Lines on whether it can and may be hit, with the medicines and harms they name."""
    points = tuple(f"{told(line, lang)} {_whence(line, lang)}".strip() for line in made.lines if line.part == part)
    return Section(label(f"targets.dossier.section.{part}", lang), points=points) if points else None


def _safety(made: Contents, lang: Lang) -> Section | None:
    section = _told(made, lang, "safety")
    return section and replace(section, note=label("targets.dossier.never_safe", lang))


def _relations(made: Contents, lang: Lang) -> Section | None:
    return _of_part(made, lang, "relations", "")


def _of_part(made: Contents, lang: Lang, part: Part, drawn: str) -> Section | None:
    points, pictures = tuple(_sentences(made, part, lang)), _pictures(made, lang, drawn)
    if not points and not pictures:
        return None
    return Section(label(f"targets.dossier.section.{part}", lang), points=points, pictures=pictures)


def _sentences(made: Contents, part: Part, lang: Lang) -> list[str]:
    """Each line of a part as one sentence: what was found, how large, how sure, and whence."""
    said = []
    for line in made.lines:
        if line.part == part:
            numbers = numbers_of(line, lang)
            said.append(f"{_found(line, lang)}{f' ({numbers})' if numbers else ''} {_whence(line, lang)}".strip())
    return said


def _open_questions(made: Contents, lang: Lang) -> Section | None:
    points = []
    for one in made.experiments:
        says = label(f"targets.experiment.{one.kind}", lang, gene=made.gene)
        if one.needed is not None:
            says += " " + label(f"targets.experiment.needs.{one.unit}", lang, n=number(one.needed, lang))
        points.append(says)
    if not points:
        return None
    heading = label("targets.dossier.section.experiments", lang)
    return Section(heading, points=tuple(points), note=label("targets.dossier.experiments_note", lang))


def _trial(made: Contents, lang: Lang) -> Section | None:
    withheld = label("answer.withheld", lang)
    shown = {key: getattr(made.eligible, key) for key in ("met", "not_met", "unknown")}
    facts = [(label("targets.dossier.trial.criteria", lang), made.eligible.criteria)]
    facts += [
        (label(f"targets.dossier.trial.{key}", lang), withheld if n is None else number(n, lang))
        for key, n in shown.items()
    ]
    return Section(
        label("targets.dossier.section.trial", lang), facts=tuple(facts), note=label("targets.dossier.trial_note", lang)
    )


def _pictures(made: Contents, lang: Lang, name: str) -> tuple[Picture, ...]:
    if name not in names(made):
        return ()
    if name in OWN:
        return (Picture(name, label(f"targets.dossier.picture.{name}", lang, gene=made.gene)),)
    return (Picture(name, str(drawing(made, name, lang)["description"])),)


def _provenance(made: Contents, lang: Lang) -> Section | None:
    """The study and every table of others, with its release and its hash."""
    study = label("answer.subtitle", lang, who=_who(made, lang), study=made.study, version=made.version)
    facts = [(label("targets.dossier.provenance.study", lang), study)]
    sources = {source for told in made.told.values() for source in told.sources}
    facts += [
        (" · ".join(filter(None, (one.name, one.released))), one.sha256)
        for one in sorted(sources, key=lambda one: (one.name, one.sha256))
    ]
    facts.append((label("targets.dossier.provenance.weights", lang), made.weights_sha256))
    return Section(label("targets.dossier.section.provenance", lang), facts=tuple(facts))


_SECTIONS: Sequence[Callable[[Contents, Lang], Section | None]] = (
    _evidence, _missing, _carriers, _where, _survival, _response, _hit, _safety, _relations, _open_questions, _trial,
    _provenance,
)  # fmt: skip

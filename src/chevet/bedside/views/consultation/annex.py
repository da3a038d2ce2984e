"""The annex: every option, refusal and finding with its reasons, and the source of each."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chevet.bedside.views.consultation import forbidden, lines, option_cards
from chevet.bedside.views.consultation.page_one import drives
from chevet.bedside.views.consultation.sheet import MARKS, OptionDetail, Section
from chevet.bedside.views.sheet import Cell, Fact, Table
from chevet.bedside.views.wording import Wording
from chevet.words.labels import has_label, label

Told = dict[str, Any]
LONG = 6  # rows from which on a screen folds a part
OPEN = frozenset({"against", "cautions", "removed"})  # never folded: nobody must miss them
MOST = 300  # rows of a part; of an exome with thousands of variants the rest stands in the object alone
SURE = 0.95  # a signature that is more probable than this is told without its probability


def _word(key: str, w: Wording, **values: object) -> str:
    return label(f"consultation.{key}", w.lang, **values)


def options(told: Told, w: Wording) -> tuple[OptionDetail, ...]:
    """Every option in full, in the order of the object."""
    return tuple(_option(one, told, w) for one in told["options"])


def _option(one: Told, told: Told, w: Wording) -> OptionDetail:
    card = option_cards.option_card(one, told, w)
    facts = [
        Fact(_word("column.level", w), Cell(card.tier)),
        Fact(_word("column.approvals", w), Cell(" ; ".join(_approvals(one, w)) or "–")),
        Fact(_word("column.conditions", w), Cell(" ; ".join(_conditions(one, w)) or "–")),
        Fact(_word("column.sources", w), Cell(_joined(one["sources"]))),
    ]
    return OptionDetail(f"{one['rank']}. {one['therapy_text']}", one["why"], card.matches, tuple(facts))


def _approvals(one: Told, w: Wording) -> list[str]:
    return [f"{option_cards.approval_text(each, w)} – {each['tumour']}, {each['line']}" for each in one["approvals"]]


def _conditions(one: Told, w: Wording) -> list[str]:
    found = [f"{each['what']} ({_word('answer.' + each['match'], w)})" for each in one["conditions"]]
    return found + [_word("open.test", w, what=what) for what in one["to_test"]]


def _joined(parts: Iterable[str]) -> str:
    return " ; ".join(parts) or "–"


def sections(told: Told, w: Wording) -> tuple[Section, ...]:
    """The parts of the annex. One that has nothing to say stands there only where its silence says something."""
    return tuple(one for one in _sections(told, w) if one.table.rows or one.table.none)


def _sections(told: Told, w: Wording) -> Iterator[Section]:
    yield _regimens("glance", told["options"], told, w)
    yield _reasons("against", _joined_reasons(told["not_to_give"]), w, none=_word("may_not_none", w))
    yield _reasons("cautions", told["cautions"], w)
    yield _removed(told, w)
    yield _safety(told, w)
    for key in ("evidence", "untargeted", "later"):
        yield _regimens(key, told[key], told, w)
    yield _findings(told, w)
    yield _measures(told, w)
    yield _section(
        "flags", ("fact",), [[Cell(text)] for text in dict.fromkeys(one["text"] for one in told["flags"])], w
    )
    yield _section("steps", ("fact", "sources"),
                   [[Cell(one["text"]), Cell(_joined(one["sources"]))] for one in told["next_steps"]], w)  # fmt: skip
    yield _not_tested(told, w)
    yield _not_read(told, w)
    yield _trials(told, w)
    yield _facts(told, w)
    yield _regimens("elsewhere", told["elsewhere"], told, w, intro=_word("elsewhere_warning", w))
    yield from (_other_base(one, w) for one in told["other_bases"])
    yield _sources(told, w)


def _section(
    key: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], w: Wording, *, intro: str = "", none: str = ""
) -> Section:
    cells = tuple(tuple(row) for row in rows)
    headings = tuple(_word(f"column.{name}", w) for name in columns)
    return Section(
        key, _word(key, w), intro, Table(_word(key, w), headings, cells, none), len(cells) > LONG and key not in OPEN
    )


def _regimens(key: str, found: Sequence[Told], told: Told, w: Wording, *, intro: str = "") -> Section:
    rows = [
        [Cell(one["therapy_text"]), Cell(lines.because(one) or "–"), Cell(_level(one)),
         Cell(" ; ".join(_in_force(one, w)) or "–"), Cell(_fits(one, told, w))]
        for one in found
    ]  # fmt: skip
    if key != "glance":
        whys = [Cell(one["why"], note=_joined(one["sources"])) for one in found]
        rows = [[*row[:4], why] for row, why in zip(rows, whys, strict=True)]
    columns = ("therapy", "because", "level", "approvals", "fits" if key == "glance" else "why")
    return _section(key, columns, rows, w, intro=intro)


def _level(one: Told) -> str:
    return " · ".join(level for level in (one["tier"]["amp"], one["tier"]["escat"]) if level)


def _in_force(one: Told, w: Wording) -> list[str]:
    return [option_cards.approval_text(each, w) for each in one["approvals"] if each["in_force"]]


def _fits(one: Told, told: Told, w: Wording) -> str:
    return ", ".join(f"{MARKS[each.answer]} {each.what}" for each in option_cards.matches(one, lines.where(told), w))


def _reasons(key: str, found: Sequence[Told], w: Wording, *, none: str = "") -> Section:
    rows = [
        [Cell(one["therapy_text"]), Cell(one["why"]), Cell(one["level"] or "–"), Cell(_joined(one["sources"]))]
        for one in found
    ]
    return _section(key, ("therapy", "why", "level", "sources"), rows, w, none=none)


def _joined_reasons(found: Sequence[Told]) -> list[Told]:
    """One row for the medicines that the same statements take away for the same findings."""
    by_reason: dict[tuple[str, ...], list[Told]] = {}
    for one in found:
        reasons = (one["effect"], *one["statements"], *(each["label"] for each in one["because"]))
        by_reason.setdefault(reasons if one["statements"] else (one["therapy_text"],), []).append(one)
    return [
        group[0] | {"therapy_text": ", ".join(one["therapy_text"] for one in group), "why": _why_of(group)}
        for group in by_reason.values()
    ]


def _why_of(group: Sequence[Told]) -> str:
    """The reason of the first, for all of them."""
    names = [str(one["therapy_text"]).partition(" (")[0] for one in group]
    return str(group[0]["why"]).replace(names[0], ", ".join(names))


def _removed(told: Told, w: Wording) -> Section:
    rows = [
        [Cell(one["therapy_text"]), Cell(lines.because(one) or "–"), Cell(one["removed_by"]["why"]),
         Cell(_joined(one["removed_by"]["sources"]))]
        for one in told["removed"]
    ]  # fmt: skip
    return _section("removed", ("therapy", "because", "why", "sources"), rows, w)


def _left_out(rows: int, w: Wording) -> str:
    """How many rows no paper holds; the object has them all."""
    return _word("left_out", w, shown=w.number(MOST), n=w.number(rows - MOST)) if rows > MOST else ""


def _findings(told: Told, w: Wording) -> Section:
    every = told["findings"]
    if len(every) > MOST:
        every = sorted(every, key=lambda one: (not drives(one), bool(one["polymorphism"])))
    rows = [
        [Cell(one["label"], note=_word("subclonal", w) if one["subclonal"] else ""), Cell(_class(one, w)),
         Cell(*_points(one, w)), Cell(_amount(one, w)), Cell(_word(f"origin.{one.get('origin', 'unknown')}", w)),
         Cell(lines.short(one.get("as_given", "") or "–"))]
        for one in every[:MOST]
    ]  # fmt: skip
    columns = ("finding", "class", "points", "share", "origin", "given")
    intro = " ".join(part for part in (_left_out(len(every), w), _not_judged(told, w)) if part)
    return _section("findings", columns, rows, w, intro=intro, none=_word("findings_none", w))


def _not_judged(told: Told, w: Wording) -> str:
    """The criteria of oncogenicity that the files left open, by the fact that was missing and in how many variants."""
    open_codes: dict[str, dict[str, None]] = {}
    variants: dict[str, int] = {}
    for one in told["findings"]:
        left = one["oncogenicity"]["not_judged"]
        for each in left:
            open_codes.setdefault(each["missing"], {})[each["code"]] = None
        for missing in {each["missing"] for each in left}:
            variants[missing] = variants.get(missing, 0) + 1
    parts = [
        label(f"criteria.missing.{missing}", w.lang, codes=", ".join(codes), n=w.number(variants[missing]))
        for missing, codes in sorted(open_codes.items())
    ]
    return label("criteria.not_judged", w.lang, what=" ; ".join(parts)) if parts else ""


def _class(one: Told, w: Wording) -> str:
    """Its class; what was measured drives nothing by itself and has none."""
    return _word("measured", w) if one["type"] in ("signature", "expression", "wild_type") else str(one["class_text"])


def _points(one: Told, w: Wording) -> tuple[str, bool, str]:
    judged = one["oncogenicity"]
    criteria = [_criterion(each, w) for each in judged["criteria"]]
    if one["type"] != "variant":
        return ("–" if not criteria else "", True, " ; ".join(criteria))
    return _word("points", w, points=judged["points"]), True, " ; ".join(criteria)


def _criterion(one: Told, w: Wording) -> str:
    """A criterion met: its code and points, what it asks, what was found, and on whose word."""
    points = f" {one['points']:+d}" if one["points"] else ""
    return f"{one['code']}{points} ({label('criterion.' + one['code'], w.lang)}) {one['why']} [{one['source']}]"


def _amount(one: Told, w: Wording) -> str:
    parts = [w.percent(one["vaf"])] if one.get("vaf") is not None else []
    if one.get("copy_number") is not None:
        parts.append(_word("copies", w, n=w.number(one["copy_number"], 1)))
    return ", ".join(parts) or "–"


def _measures(told: Told, w: Wording) -> Section:
    """What was computed of the whole tumour, what it was counted over, and what could not be."""
    measures = told["measures"]
    burden, signatures, scars, ploidy = (measures.get(key) for key in ("burden", "signatures", "scars", "ploidy"))
    rows = []
    if burden:
        over = _word("counted_over", w, n=w.number(burden["counted"]), megabases=w.number(burden["megabases"], 2))
        rows.append([Cell(_word("burden", w)), Cell(w.number(burden["per_megabase"], 2), note=over)])
    if signatures:
        rows.append([Cell(_word("signatures", w)), _shares(signatures, w)])
    if scars:
        rows.append([Cell(_word("scars", w)), _scars(scars, w)])
    if measures.get("slips"):
        rows.append([Cell(_word("slips", w)), _slips(measures["slips"], w)])
    if ploidy is not None:
        rows.append([Cell(_word("ploidy", w)), Cell(w.number(ploidy, 2))])
    rows += [[Cell("–"), Cell(one["text"])] for one in measures["missing"]]
    return _section("measures", ("measure", "value"), rows, w)


def _shares(signatures: Told, w: Wording) -> Cell:
    """The share of each signature, with its probability where it is not sure, and what the flat ones make together."""
    told = []
    for name, share in signatures["shares"].items():
        sure = signatures.get("probability", {}).get(name, 1.0)
        words = _word("unsure", w, share=w.percent(share, 1), sure=w.percent(sure)) if sure < SURE else ""
        told.append(f"{name} {words or w.percent(share, 1)}")
    over = _word("explains", w, n=w.number(signatures["mutations"]), cosine=w.number(signatures["cosine"], 2))
    flat = _word("flat", w, share=w.percent(signatures["flat"], 1)) if signatures.get("flat") else ""
    return Cell(", ".join(told) or "–", note=". ".join(filter(None, (over, flat))))


def _scars(scars: Told, w: Wording) -> Cell:
    """How many scars of each kind; what a test calls deficient stands beside, as what it is."""
    kinds = {key: w.number(scars[key]) for key in ("losses", "imbalances", "transitions")}
    note = _word("scars_note", w, n=w.number(scars["called_deficient_from"]), **kinds)
    return Cell(w.number(scars["total"]), note=note)


def _slips(slips: Told, w: Wording) -> Cell:
    """How many bases slipped in or out, and whether unstable microsatellites would show as many."""
    over = _word("counted_over", w, n=w.number(slips["counted"]), megabases=w.number(slips["megabases"], 2))
    return Cell(w.number(slips["per_megabase"], 2), note=f"{over}. {_word('slips.' + slips['amount'], w)}")


def _not_tested(told: Told, w: Wording) -> Section:
    by_options: dict[tuple[str, ...], list[str]] = {}
    for one in told["not_tested"]:
        by_options.setdefault(tuple(one["would_open"]), []).append(one["what"])
    rows = [[Cell(", ".join(what)), Cell(", ".join(options))] for options, what in by_options.items()]
    return _section("not_tested", ("finding", "therapy"), rows, w, none=_word("not_tested_none", w))


def _not_read(told: Told, w: Wording) -> Section:
    rows = [
        [Cell(one["file"] or "–"), Cell(str(one["row"] or "–")), Cell(lines.short(one["text"]))]
        for one in told["not_read"][:MOST]
    ]
    intro = _left_out(len(told["not_read"]), w)
    return _section("not_read", ("file", "row", "problem"), rows, w, intro=intro, none=_word("not_read_none", w))


def _safety(told: Told, w: Wording) -> Section:
    rows = [
        [Cell(lines.medicine(one["medicine"], w)), Cell(one["what"], note=_kind(one, w)),
         Cell(_joined(one["because"]), note=one["formula"] or ""), Cell(_joined(one["sources"]))]
        for one in told["safety"]["advice"]
    ]  # fmt: skip
    rows += [
        [
            Cell(", ".join(lines.medicine(each, w) for each in one["medicines"])),
            Cell(one["what"]),
            Cell("–"),
            Cell("–"),
        ]
        for one in told["safety"]["not_known"]
    ]
    section = _section("safety", ("medicine", "advice", "because", "sources"), rows, w, none=_word("safety_none", w))
    return Section("safety", _word("safety_all", w), "", section.table, section.is_long)


def _kind(one: Told, w: Wording) -> str:
    return _word(f"kind.{one['kind']}", w) if has_label(f"consultation.kind.{one['kind']}") else ""


def _trials(told: Told, w: Wording) -> Section:
    rows = [
        [
            Cell(one["title"] or one["trial"], note=_place_of(one)),
            Cell(_trial_answer(one, w)),
            Cell(_trial_reasons(one)),
        ]
        for one in told["trials"] or []
    ]
    none = _word("trials_none" if told["trials"] is None else "trials_empty", w)
    return _section("trials", ("trial", "fits", "why"), rows, w, none=none)


def _place_of(one: Told) -> str:
    """Where in the trial: its numbers, step, arm and dose."""
    return " · ".join(one[key] for key in ("trial", "nct_id", "phase", "step", "arm", "dose") if one[key])


def _trial_answer(one: Told, w: Wording) -> str:
    return _word(f"answer.{one['match'] if one['match'] in ('yes', 'no') else 'not_stated'}", w)


def _trial_reasons(one: Told) -> str:
    if one["problem"]:
        return str(one["problem"])
    reasons = [f"{each['criterion']}: {each['why']}" for each in one["reasons"]]
    return _joined((*reasons, *one["to_check"]))


def _facts(told: Told, w: Wording) -> Section:
    rows = [[Cell(one["text"]), Cell(one["level"] or "–"), Cell(_joined(one["sources"]))] for one in told["facts"]]
    return _section("facts", ("fact", "level", "sources"), rows, w)


def _other_base(base: Told, w: Wording) -> Section:
    rows = [
        [Cell(one["therapy_text"] or "–"), Cell(forbidden.effect_word(one["effect"], w)),
         Cell(lines.because(one) or "–"), Cell(one["level"]), Cell(one["tumour"]), Cell(_joined(one["sources"]))]
        for one in base["statements"]
    ]  # fmt: skip
    headings = tuple(
        _word(f"column.{key}", w) for key in ("therapy", "effect", "because", "level", "tumour", "sources")
    )
    heading = _word("other_bases", w, base=base["base"], date=w.date(base["checked"]))
    return Section("other_bases", heading, "", Table(heading, headings, tuple(map(tuple, rows))), len(rows) > LONG)


def _sources(told: Told, w: Wording) -> Section:
    rows = [
        [Cell(one["statement"]), Cell(_joined(one["sources"])), Cell(w.date(one["checked"]), note=one["base"])]
        for one in told["sources"]
    ]
    return _section("sources", ("statement", "sources", "checked"), rows, w)


def provenance(told: Told, w: Wording) -> tuple[Fact, ...]:
    """The program, the bases and the files, each with its hash."""
    made = told["provenance"]
    facts = [Fact(_word("software", w), Cell(f"Chevet {made['chevet']}"))]
    facts += [Fact(_word("knowledge", w), Cell(line, note=one["sha256"]))
              for line, one in zip(knowledge(told, w), made["knowledge"], strict=True)]  # fmt: skip
    facts += [
        Fact(_word("file", w), Cell(f"{one['name']} ({one['kind']})", note=one["sha256"])) for one in made["files"]
    ]
    return tuple(facts)


def knowledge(told: Told, w: Wording) -> tuple[str, ...]:
    """One sentence for each base of knowledge: how much it knows, and how old it is."""
    return tuple(_age(one, w) for one in told["provenance"]["knowledge"])


def _age(one: Told, w: Wording) -> str:
    """How old a base is on the day of the page, which may lie before the day on which it was checked."""
    said = {"base": one["base"], "statements": w.number(one["statements"])}
    if one["age_days"] is None:
        return _word("age_unknown", w, **said)
    if one["age_days"] < 0:
        return _word("checked_since", w, **said, date=w.date(one["checked"]))
    return _word("age_of_knowledge", w, **said, date=w.date(one["checked"]), days=w.number(one["age_days"]))


def made_on(told: Told) -> datetime.date:
    """The day of the consultation."""
    return datetime.date.fromisoformat(told["date"])

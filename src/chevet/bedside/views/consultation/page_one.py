"""The first page: read in ten seconds by someone tired. What has no room is counted, and stands in the annex."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from chevet.bedside.views.consultation.sheet import Against, Answer, Block, Match, OptionCard, Outcome, PageOne
from chevet.bedside.views.wording import Wording
from chevet.words import treatments
from chevet.words.labels import has_label, label

Told = dict[str, Any]

OPTIONS, FURTHER, AGAINST, NAMES, LINES = 3, 3, 4, 5, 4
APPROVALS = 3
LETTERS = 150  # of one line: two rows of print
DRIVERS = 8
# Flags that make every line below doubtful, and flags that only inform.
ALARMS = ("case_id_differs", "files_without_name", "sex_differs", "sex_of_files_differs", "fusions_exclude_each_other",
          "two_builds_in_file", "build_contradiction", "wild_type_and_variant")  # fmt: skip
NEWS = ("segments_kept", "said_by_two_files", "from_note", "markers_from_note")
# Levels of a marker that mean: the target is not there.
ABSENT = frozenset(("negative", "stable", "proficient", "absent", "wild_type", "unmutated", "unmethylated", "0"))


def page_one(told: Told, w: Wording) -> PageOne:
    """The decision of the object, cut to one side of A4."""
    options: list[Told] = told["options"]
    shown = tuple(option_card(one, told, w) for one in options[:OPTIONS])
    against, want = against_lines(told, w)
    return PageOne(
        tumour=tumour(told, w),
        as_given=short(_as_given(told)),
        chips=_chips(told, w),
        drivers_heading=_word("drivers", w),
        drivers=_drivers(told, w),
        alarms=tuple(short(text, 2 * LETTERS) for key, text in flags(told) if key in ALARMS),
        outcome=_outcome(told),
        outcome_word=_word(f"headline.{_outcome(told)}", w),
        headline=short(told["headline"], 2 * LETTERS),
        nothing=short(told["nothing_approved_because"] or "", 3 * LETTERS),
        may_heading=_word("may", w),
        options=shown,
        further=block(_word("further", w), [_further(one) for one in options[OPTIONS:]], w, at_most=FURTHER),
        under=tuple(one for one in _under(told, w) if one.lines),
        may_not_heading=_word("may_not", w),
        may_not=tuple(against[:AGAINST]),
        may_not_more=_more(len(against) - AGAINST, w),
        may_not_none="" if against or want else _word("may_not_none", w),
        for_want_heading=_word("for_want", w),
        for_want=want,
        care=block(_word("care", w), [one["why"] for one in told["cautions"]], w, at_most=2),
        blocks=tuple(one for one in _blocks(told, w) if one.lines),
        legend=_word("legend", w),
    )


def _word(key: str, w: Wording, **values: object) -> str:
    return label(f"consultation.{key}", w.lang, **values)


def short(text: str, letters: int = LETTERS) -> str:
    """The text, cut between two words when it is longer.

    >>> short("one two three", 9)
    'one two …'
    """
    plain = " ".join(text.split())
    if len(plain) <= letters:
        return plain
    cut = plain[: letters - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[letters // 2 :] else cut) + " …"


def names(every: Sequence[str], w: Wording, at_most: int = NAMES) -> str:
    """The first names, and how many more there are."""
    text = ", ".join(every[:at_most])
    return f"{text} (+{len(every) - at_most})" if len(every) > at_most else text


def _more(count: int, w: Wording) -> str:
    return _word("more", w, n=count) if count > 0 else ""


def block(heading: str, lines: Sequence[str], w: Wording, *, at_most: int = LINES) -> Block:
    """The first lines under a heading, cut, and how many more there are."""
    return Block(heading, tuple(short(line) for line in lines[:at_most]), _more(len(lines) - at_most, w))


# -- what this tumour is


def tumour(told: Told, w: Wording) -> str:
    """The tumour by its name and code, or as the source wrote it."""
    diagnosis = told["diagnosis"]
    if diagnosis["name"]:
        return f"{diagnosis['name']} ({diagnosis['oncotree']})"
    return short(diagnosis["text"] or "") or _word("tumour_unknown", w)


def _as_given(told: Told) -> str:
    diagnosis = told["diagnosis"]
    text = diagnosis["text"] or ""
    known = ((diagnosis["name"] or text).casefold(), (diagnosis["oncotree"] or "").casefold())
    return "" if text.casefold() in known else text


def _chips(told: Told, w: Wording) -> tuple[str, ...]:
    clinical = told["clinical"]
    found = []
    if clinical["extent"]:
        found.append(_word(f"extent.{clinical['extent']}", w))
    if clinical["line"] is not None:
        found.append(_word("line", w, line=clinical["line"]))
    if clinical["progressed_on"]:
        found.append(
            _word("progressed", w, therapies=names([medicine(one, w) for one in clinical["progressed_on"]], w))
        )
    received = [one for one in clinical["prior_therapies"] if one not in clinical["progressed_on"]]
    if received:
        found.append(_word("received", w, therapies=names([medicine(one, w) for one in received], w)))
    if clinical["ecog"] is not None:
        found.append(_word("ecog", w, ecog=clinical["ecog"]))
    if clinical["age_years"] is not None:
        found.append(_word("age", w, years=w.number(clinical["age_years"])))
    if clinical["sex"] and has_label(f"sex.{clinical['sex']}"):
        found.append(label(f"sex.{clinical['sex']}", w.lang))
    if told["sample"]["purity"] is not None:
        found.append(label("sample.purity", w.lang, share=w.percent(told["sample"]["purity"])))
    found.append(_word(f"jurisdiction.{where(told)}", w))
    return tuple(short(one, 90) for one in found)


def where(told: Told) -> str:
    """Whose approvals count; `unsaid` where the case does not say it."""
    return str(told["jurisdiction"]) if told["jurisdiction_said"] else "unsaid"


def medicine(name: str, w: Wording) -> str:
    """A treatment by its name in the reader's language."""
    kind = treatments.treatment_class(name) if treatments.medicine(name) is None else None
    return w.coded("treatment_class", kind) or name if kind else treatments.name(name, w.lang)


def drives(finding: Told) -> bool:
    """Whether the finding is oncogenic, or likely so."""
    return finding["class"] in ("oncogenic", "likely_oncogenic")


def _drivers(told: Told, w: Wording) -> str:
    every = [one["label"] for one in told["findings"] if drives(one)]
    every += [one["label"] for one in told["findings"] if one["type"] in ("signature", "expression")]
    distinct = list(dict.fromkeys(every))
    text = " · ".join(distinct[:DRIVERS]) + (f" (+{len(distinct) - DRIVERS})" if len(distinct) > DRIVERS else "")
    return short(text, 2 * LETTERS) or _word("no_drivers", w)


def _outcome(told: Told) -> Outcome:
    if told["nothing_approved"] or not told["options"]:
        return "nothing"
    first = told["options"][0]
    is_open = first["to_test"] or any(one["match"] != "yes" for one in first["conditions"])
    return "condition" if is_open or first["jurisdiction_match"] != "yes" else "option"


# -- what may be given


def option_card(one: Told, told: Told, w: Wording) -> OptionCard:
    """One option of the object."""
    tier = [f"AMP {one['tier']['amp']}"]
    if one["tier"]["escat"]:
        tier.append(f"ESCAT {one['tier']['escat']}")
    if one["place"]:
        tier.append(_word(f"place.{one['place']}", w))
    return OptionCard(
        rank=one["rank"], therapy=one["therapy_text"], because=short(because(one)), tier=" · ".join(tier),
        approvals=_approvals(one, w), matches=matches(one, where(told), w), open=_open(one, w),
    )  # fmt: skip


def because(one: Told) -> str:
    """The findings that speak for, or against, a treatment."""
    return ", ".join(finding["label"] for finding in one["because"])


def matches(one: Told, jurisdiction: str, w: Wording) -> tuple[Match, ...]:
    """The answers of an option, in the order in which a board asks."""
    tumour_asked = "agnostic" if one["agnostic"] and one["tumour_match"] == "yes" else "tumour"
    asked: list[tuple[str, Answer]] = [
        ("biomarker", one["biomarker_match"]), (tumour_asked, one["tumour_match"]), ("line", one["line_match"]),
        (f"jurisdiction.{jurisdiction}", one["jurisdiction_match"]),
    ]  # fmt: skip
    return tuple(Match(_asked(what, answer, w), answer, _word(f"answer.{answer}", w)) for what, answer in asked)


def _asked(what: str, answer: Answer, w: Wording) -> str:
    """The question, or what its *no* is called where there is a word for it."""
    negative = f"match.{what}.no"
    return _word(negative if answer == "no" and has_label(f"consultation.{negative}") else f"match.{what}", w)


def approval_text(one: Told, w: Wording) -> str:
    """An approval on one line: agency, date, brand, and its limits."""
    day = w.date(one["date"])
    day = label("approval.at_latest", w.lang, date=day) if one["date_is"] == "at_latest" else day
    parts = [f"{one['agency']} {day} ({one['brand']})"]
    if one["status"] in ("accelerated", "conditional"):
        parts.append(_word(f"status.{one['status']}", w))
    if not one["in_force"]:
        parts.append(_word("withdrawn", w, date=w.date(one["ended"])) if one["ended"] else _word("status.withdrawn", w))
    return ", ".join(parts)


def _approvals(one: Told, w: Wording) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for approval in one["approvals"]:
        if approval["in_force"]:
            first.setdefault(approval["agency"], approval_text(approval, w))
    if not first:
        ended = [approval_text(approval, w) for approval in one["approvals"][:1]]
        return (*ended, _word("no_approval", w, level=one["tier"]["amp"]))
    return tuple(first.values())[:APPROVALS]


def _open(one: Told, w: Wording) -> tuple[str, ...]:
    asked = {
        "test": one["to_test"],
        "check": [c["what"] for c in one["conditions"] if c["match"] == "not_stated"],
        "not_met": [c["what"] for c in one["conditions"] if c["match"] == "no"],
    }
    return tuple(
        short(_word(f"open.{key}", w, what=", ".join(what)), 2 * LETTERS) for key, what in asked.items() if what
    )


def _further(one: Told) -> str:
    return f"{one['therapy_text']} [AMP {one['tier']['amp']}] – {because(one)}"


# -- what must not be given


def against_lines(told: Told, w: Wording) -> tuple[list[Against], str]:
    """Those because of a finding, one line for each reason, and those only for want of a target, in one line."""
    absent = absent_labels(told)
    by_reason: dict[tuple[str, frozenset[str]], list[Told]] = {}
    want: list[str] = []
    for one in told["not_to_give"]:
        reasons = frozenset(finding["label"] for finding in one["because"])
        if one["effect"] not in ("progressed", "contraindicated") and reasons <= absent:
            want.append(one["therapy_text"])
        else:
            by_reason.setdefault((one["effect"], reasons), []).append(one)
    found = [_group(effect, group, w) for (effect, _), group in by_reason.items()]
    return found, names(want, w, 2 * NAMES)


def absent_labels(told: Told) -> frozenset[str]:
    """The findings that say: the target is not there."""
    return frozenset(
        one["label"] for one in told["findings"] if one["type"] == "wild_type" or one.get("value") in ABSENT
    )


def _group(effect: str, group: list[Told], w: Wording) -> Against:
    reason, verb = because(group[0]), effect_word(effect, w)
    why = _word("reason", w, because=reason, effect=verb) if reason else verb
    return Against(names([one["therapy_text"] for one in group], w), short(why))


def effect_word(effect: str, w: Wording) -> str:
    """An effect in a few words."""
    return _word(f"effect.{effect}", w) if has_label(f"consultation.effect.{effect}") else effect


# -- the rest


def _under(told: Told, w: Wording) -> Iterable[Block]:
    """What belongs to the options: weaker evidence, and what their medicines ask before they are given."""
    safety = told["safety"]
    by_advice: dict[str, list[str]] = {}
    for one in safety["advice"]:
        by_advice.setdefault(one["what"], []).append(medicine(one["medicine"], w))
    advice = [f"{', '.join(of)} – {what}" for what, of in by_advice.items()]
    advice += [unknown(one, w) for one in safety["not_known"]]
    yield block(_word("evidence", w), [_further(one) for one in told["evidence"]], w, at_most=2)
    yield block(_word("safety", w), advice, w)


def unknown(one: Told, w: Wording) -> str:
    """A fact that is missing, and the medicines that ask for it."""
    return (
        f"{one['what']} ({names([medicine(each, w) for each in one['medicines']], w, 3)})"
        if one["medicines"]
        else str(one["what"])
    )


def _blocks(told: Told, w: Wording) -> Iterable[Block]:
    yield block(_word("flags", w), [text for key, text in flags(told) if key not in ALARMS], w)
    yield block(_word("not_tested", w), untested(told, w), w, at_most=3)
    yield block(_word("steps", w), [one["text"] for one in told["next_steps"] if one["kind"] != "test"], w)


def flags(told: Told) -> list[tuple[str, str]]:
    """One line for each kind of flag, with how many more there are of it; those that only inform come last."""
    by_key: dict[str, list[str]] = {}
    for one in told["flags"]:
        by_key.setdefault(one["key"], []).append(one["text"])
    lines = [(key, f"{texts[0]} (+{len(texts) - 1})" if len(texts) > 1 else texts[0]) for key, texts in by_key.items()]
    return sorted(lines, key=lambda line: line[0] in NEWS)


def untested(told: Told, w: Wording) -> list[str]:
    """What was not tested, one line for all that would open the same options."""
    by_options: dict[tuple[str, ...], list[str]] = {}
    for one in told["not_tested"]:
        by_options.setdefault(tuple(one["would_open"]), []).append(one["what"])
    return [
        _word("not_tested_line", w, what=", ".join(what), therapies=names(options, w, 3))
        for options, what in by_options.items()
    ]

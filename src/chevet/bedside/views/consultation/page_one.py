"""The first page: read in ten seconds by someone tired. What has no room is counted, and stands in the annex."""

from __future__ import annotations

from collections.abc import Iterable

from chevet.bedside.views.consultation.forbidden import absent_labels, advice_text, against_lines
from chevet.bedside.views.consultation.lines import (
    LETTERS,
    Told,
    block,
    medicine,
    more,
    names,
    short,
    where,
    word,
)
from chevet.bedside.views.consultation.option_cards import further, matches, one_line, option_card, warnings
from chevet.bedside.views.consultation.sheet import Block, Outcome, PageOne
from chevet.bedside.views.wording import Wording
from chevet.words.labels import has_label, label

OPTIONS, FURTHER, AGAINST = 3, 3, 6
DRIVERS = 8
# Flags that make every line below doubtful, and flags that only inform.
ALARMS = ("case_id_differs", "files_without_name", "sex_differs", "sex_of_files_differs", "fusions_exclude_each_other",
          "two_builds_in_file", "build_contradiction", "places_of_other_build", "wild_type_and_variant")  # fmt: skip
NEWS = ("segments_kept", "said_by_two_files", "from_note", "markers_from_note")


def page_one(told: Told, w: Wording) -> PageOne:
    """The decision of the object, cut to one side of A4."""
    options: list[Told] = told["options"]
    shown = tuple(option_card(one, told, w) for one in options[:OPTIONS])
    against, want = against_lines(told, w)
    outcome = _outcome(told, w)
    return PageOne(
        tumour=tumour(told, w),
        as_given=short(_as_given(told)),
        chips=_chips(told, w),
        drivers_heading=word("drivers", w),
        drivers=_drivers(told, w),
        alarms=tuple(short(text, 2 * LETTERS) for key, text in flags(told) if key in ALARMS),
        outcome=outcome,
        outcome_word=word(f"headline.{outcome}", w),
        headline=short(told["headline"], 2 * LETTERS),
        nothing=short(told["nothing_approved_because"] or "", 3 * LETTERS),
        may_heading=word("may", w),
        options=shown,
        further=_further(told, w),
        evidence=block(word("evidence", w), [one_line(one) for one in told["evidence"]], w, at_most=2),
        may_not_heading=word("may_not", w),
        may_not=tuple(against[:AGAINST]),
        may_not_more=more(len(against) - AGAINST, w),
        may_not_none="" if against or want else word("may_not_none", w),
        for_want_heading=word("for_want", w),
        for_want=want,
        before=before(told, w),
        care=block(word("care", w), [one["why"] for one in told["cautions"]], w, at_most=2),
        blocks=tuple(one for one in _blocks(told, w) if one.lines),
        legend=word("legend", w),
    )


def _further(told: Told, w: Wording) -> Block:
    rest = told["options"][OPTIONS:]
    lines = tuple(further(one, told, w) for one in rest[:FURTHER])
    return Block(word("further", w), lines, more(len(rest) - FURTHER, w))


# -- what this tumour is


def tumour(told: Told, w: Wording) -> str:
    """The tumour by its name and code, or as the source wrote it."""
    diagnosis = told["diagnosis"]
    if diagnosis["name"]:
        return f"{diagnosis['name']} ({diagnosis['oncotree']})"
    return short(diagnosis["text"] or "") or word("tumour_unknown", w)


def _as_given(told: Told) -> str:
    diagnosis = told["diagnosis"]
    text = diagnosis["text"] or ""
    known = ((diagnosis["name"] or text).casefold(), (diagnosis["oncotree"] or "").casefold())
    return "" if text.casefold() in known else text


def _chips(told: Told, w: Wording) -> tuple[str, ...]:
    clinical = told["clinical"]
    found = []
    if clinical["extent"]:
        found.append(word(f"extent.{clinical['extent']}", w))
    if clinical["line"] is not None:
        found.append(word("line", w, line=clinical["line"]))
    if clinical["progressed_on"]:
        found.append(word("progressed", w, therapies=names([medicine(one, w) for one in clinical["progressed_on"]])))
    received = [one for one in clinical["prior_therapies"] if one not in clinical["progressed_on"]]
    if received:
        found.append(word("received", w, therapies=names([medicine(one, w) for one in received])))
    if clinical["ecog"] is not None:
        found.append(word("ecog", w, ecog=clinical["ecog"]))
    if clinical["age_years"] is not None:
        found.append(word("age", w, years=w.number(clinical["age_years"])))
    if clinical["sex"] and has_label(f"sex.{clinical['sex']}"):
        found.append(label(f"sex.{clinical['sex']}", w.lang))
    if told["sample"]["purity"] is not None:
        found.append(label("sample.purity", w.lang, share=w.percent(told["sample"]["purity"])))
    found.append(word(f"jurisdiction.{where(told)}", w))
    return tuple(short(one, 90) for one in found)


def drives(finding: Told) -> bool:
    """Whether the finding is oncogenic, or likely so."""
    return finding["class"] in ("oncogenic", "likely_oncogenic")


def _drivers(told: Told, w: Wording) -> str:
    """What the decision rests on first, then the other drivers, and what was measured."""
    found = [one for one in told["findings"] if drives(one) or one["type"] in ("signature", "expression")]
    ranked = sorted(found, key=_Weight(told))
    distinct = list(dict.fromkeys(_named(one, w) for one in ranked))
    text = " · ".join(distinct[:DRIVERS]) + (f" (+{len(distinct) - DRIVERS})" if len(distinct) > DRIVERS else "")
    return short(text, 2 * LETTERS) or word("no_drivers" if told["findings"] else "no_findings", w)


class _Weight:
    """What a finding weighs here: 0 an option rests on it, 1 it forbids, 2 it drives, 3 measured, 4 a passenger."""

    def __init__(self, told: Told) -> None:
        absent = absent_labels(told)
        self._for = {each["label"] for one in told["options"] for each in one["because"]}
        self._against = {each["label"] for one in told["not_to_give"] for each in one["because"]} - absent

    def __call__(self, finding: Told) -> int:
        if finding["label"] in self._for:
            return 0
        if finding["label"] in self._against:
            return 1
        if "passenger_of_hypermutation" in finding["flags"]:
            return 4
        return 2 if drives(finding) else 3


def _named(finding: Told, w: Wording) -> str:
    """The finding; of one that the patient was born with, this is said."""
    text = str(finding["label"])
    return word("inherited", w, finding=text) if finding.get("origin") == "germline" else text


def _outcome(told: Told, w: Wording) -> Outcome:
    is_tested = told["findings"] or told["tested"]["everything"] or told["tested"]["genes"]
    if not told["options"] and not (told["diagnosis"]["oncotree"] and is_tested):
        return "unknown"
    if told["nothing_approved"] or not told["options"]:
        return "nothing"
    first = told["options"][0]
    is_open = first["to_test"] or any(one["match"] != "yes" for one in first["conditions"])
    fits = all(each.answer == "yes" for each in matches(first, where(told), w))
    doubted = any(key in ALARMS for key, _ in flags(told))
    return "option" if fits and not (is_open or doubted or warnings(first, told, w)) else "condition"


# -- the rest


def before(told: Told, w: Wording) -> Block:
    """What the medicines of the options ask before they are given; what they forbid stands above."""
    safety = told["safety"]
    by_advice: dict[str, list[str]] = {}
    for one in safety["advice"]:
        if one["kind"] != "avoid":
            by_advice.setdefault(advice_text(one, w), []).append(medicine(one["medicine"], w))
    advice = [f"{', '.join(of)} – {what}" for what, of in by_advice.items()]
    advice += [unknown(one, w) for one in safety["not_known"]]
    return block(word("safety", w), advice, w)


def unknown(one: Told, w: Wording) -> str:
    """A fact that is missing, and the medicines that ask for it."""
    return (
        f"{one['what']} ({names([medicine(each, w) for each in one['medicines']], 3)})"
        if one["medicines"]
        else str(one["what"])
    )


def _blocks(told: Told, w: Wording) -> Iterable[Block]:
    yield block(word("flags", w), [text for key, text in flags(told) if key not in ALARMS], w)
    yield block(word("not_tested", w), untested(told, w), w, at_most=3)
    yield block(word("steps", w), [one["text"] for one in told["next_steps"] if one["kind"] != "test"], w)


def flags(told: Told) -> list[tuple[str, str]]:
    """One line for each kind of flag, with how many more there are of it; those that only inform come last."""
    by_key: dict[str, dict[str, None]] = {}
    for one in told["flags"]:
        by_key.setdefault(one["key"], {})[one["text"]] = None
    lines = [(key, f"{next(iter(texts))} (+{len(texts) - 1})" if len(texts) > 1 else next(iter(texts)))
             for key, texts in by_key.items()]  # fmt: skip
    return sorted(lines, key=lambda line: line[0] in NEWS)


def untested(told: Told, w: Wording) -> list[str]:
    """What was not tested, one line for all that would open the same options."""
    by_options: dict[tuple[str, ...], list[str]] = {}
    for one in told["not_tested"]:
        by_options.setdefault(tuple(one["would_open"]), []).append(one["what"])
    return [
        word("not_tested_line", w, what=", ".join(what), therapies=names(options, 3))
        for options, what in by_options.items()
    ]

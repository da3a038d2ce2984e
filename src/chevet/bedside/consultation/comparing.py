"""What changed between two consultations of one case, and why: knowledge, findings, situation, or the day.

Both are published objects, so that an answer of last year, kept as a file, can be compared with today's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from chevet.bedside.consultation.telling import FORM
from chevet.bedside.views.wording import Wording
from chevet.errors import BadInput
from chevet.therapy import saying
from chevet.words import oncotree
from chevet.words.labels import Lang, has_label, label

Told: TypeAlias = dict[str, Any]
ChangeKind: TypeAlias = Literal[
    "headline", "option_came", "option_went", "option_moved", "approval", "against_came", "against_went",
    "nothing_approved", "advice_came", "advice_went", "finding_came", "finding_went", "finding_changed", "situation",
]  # fmt: skip
# What changes what may be done; the others are told, and do not make an answer another one.
DECIDES: frozenset[str] = frozenset(
    {"headline", "option_came", "option_went", "against_came", "against_went", "nothing_approved", "advice_came"}
)


@dataclass(frozen=True)
class Change:
    """One difference: its kind, of what, and how it was and is.

    reason   what the medicines of one reason have in common: its effect, and the findings
    """

    kind: ChangeKind
    what: str
    before: str = ""
    after: str = ""
    reason: tuple[str, str] | None = None

    @property
    def decides(self) -> bool:
        """Whether a board would have to decide again."""
        return self.kind in DECIDES

    def text(self, lang: Lang) -> str:
        """The difference in a line, in the reader's language."""
        what, before, after = self.what, self.before or "–", self.after or "–"
        if self.kind == "situation":
            what = label(f"change.fact.{self.what}", lang)
            before, after = (_value(self.what, value, lang) for value in (before, after))
        elif self.kind == "nothing_approved":
            before, after = (label(f"consultation.answer.{value}", lang) for value in (before, after))
        elif self.kind.startswith("finding"):
            before, after = (_class(value, lang) for value in (before, after))
        return label(f"change.{self.kind}", lang, what=what, before=before, after=after)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        return {"kind": self.kind, "what": self.what, "before": self.before or None, "after": self.after or None,
                "text": self.text(lang)}  # fmt: skip


def _class(value: str, lang: Lang) -> str:
    return label(f"verdict.{value}", lang) if has_label(f"verdict.{value}") else label("consultation.measured", lang)


def _value(fact: str, value: str, lang: Lang) -> str:
    """A fact of the situation as a reader says it."""
    if fact == "extent" and has_label(f"consultation.extent.{value}"):
        return label(f"consultation.extent.{value}", lang)
    if fact == "oncotree":
        return oncotree.name(value, lang) if oncotree.get(value) else value
    if fact == "purity" and value != "–":
        return Wording(lang).percent(float(value))
    if fact in ("prior_therapies", "progressed_on"):
        return ", ".join(saying.treatment(name, lang) for name in value.split(", "))
    return value


@dataclass(frozen=True)
class Comparison:
    """The differences, and what could have made them: bases of knowledge that changed, and the two days."""

    changes: tuple[Change, ...]
    knowledge: tuple[tuple[str, str, str], ...]
    days: tuple[str, str]

    @property
    def decides(self) -> bool:
        """Whether any difference asks for a decision."""
        return any(one.decides for one in self.changes)

    def lines(self, lang: Lang) -> list[str]:
        """The differences, a line each; medicines that one reason takes away, or no longer does, stand together."""
        groups: dict[object, list[Change]] = {}
        for number, one in enumerate(self.changes):
            groups.setdefault((one.kind, one.reason) if one.reason else number, []).append(one)
        return [_together(group, lang) for group in groups.values()]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        return {
            "decides": self.decides, "from": self.days[0], "to": self.days[1],
            "changes": [one.as_json(lang) for one in self.changes],
            "knowledge": [
                {"base": base, "before": old or None, "after": new or None} for base, old, new in self.knowledge
            ],
        }  # fmt: skip


def _together(group: list[Change], lang: Lang) -> str:
    first = group[0]
    if len(group) == 1 or first.reason is None:
        return first.text(lang)
    effect, because = first.reason
    words = label(f"consultation.effect.{effect}", lang) if has_label(f"consultation.effect.{effect}") else effect
    why = label("consultation.reason", lang, because=because, effect=words) if because else words
    every = Change(first.kind, ", ".join(one.what for one in group), why, why)
    return every.text(lang)


def compare(before: Told, after: Told) -> Comparison:
    """What changed from one consultation to the other.

    They may be told in two languages: then medicines are named in that of `after`, and findings compared by what they
    are; a sentence of `before` stays as it was written.

    Raises BadInput when one of them is no consultation, or when they are of two cases.
    """
    for told in (before, after):
        if not isinstance(told, dict) or told.get("form") != FORM:
            raise BadInput(
                "one of the two files is no consultation",
                next_act="Give what consult --json FILE wrote.",
            )
    if before["case_id"] != after["case_id"]:
        raise BadInput("the two consultations are of two cases", next_act="Give two consultations of one case.")
    parts = (_options, _against, _advice, _findings, _situation)
    found = [change for part in parts for change in part(before, after)]
    return Comparison(tuple(found), _knowledge(before, after), (before["date"], after["date"]))


def _options(before: Told, after: Told) -> Iterable[Change]:
    old, new = _by_regimen(before["options"]), _by_regimen(after["options"])
    named = _Names(after["lang"])
    first = [
        named(next(iter(options.values())), told["lang"]) if options else ""
        for options, told in ((old, before), (new, after))
    ]
    if next(iter(old), None) != next(iter(new), None):
        yield Change("headline", "", first[0], first[1])
    if before["nothing_approved"] != after["nothing_approved"]:
        yield Change("nothing_approved", "", _yes(before["nothing_approved"]), _yes(after["nothing_approved"]))
    for key, option in new.items():
        if key not in old:
            yield Change("option_came", option["therapy_text"], "", option["why"])
    for key, option in old.items():
        if key not in new:
            yield Change("option_went", named(option, before["lang"]), option["why"], "")
            continue
        old_place, new_place = (f"{one['rank']} [{one['tier']['amp']}]" for one in (option, new[key]))
        if old_place != new_place:
            yield Change("option_moved", named(option, before["lang"]), old_place, new_place)
        old_word, new_word = (_approvals(one) for one in (option, new[key]))
        if old_word != new_word:
            yield Change("approval", named(option, before["lang"]), old_word, new_word)


class _Names:
    """The names of regimens in one language, that of the consultation where it is this one."""

    def __init__(self, lang: Lang) -> None:
        self._lang: Lang = lang

    def __call__(self, one: Told, told_in: str) -> str:
        if told_in == self._lang:
            return str(one["therapy_text"])
        parts = one.get("choices") or [[name] for name in one["therapy"]]
        either = label("condition.or", self._lang)
        return " + ".join(either.join(saying.medicine(name, self._lang) for name in part) for part in parts)


def _by_regimen(options: list[Told]) -> dict[frozenset[str], Told]:
    return {frozenset(one["therapy"]): one for one in options}


def _approvals(option: Told) -> str:
    return ", ".join(sorted(f"{one['agency']} {one['date']} ({one['status']})" for one in option["approvals"]))


def _against(before: Told, after: Told) -> Iterable[Change]:
    old = {frozenset(one["therapy"]): one for one in before["not_to_give"]}
    new = {frozenset(one["therapy"]): one for one in after["not_to_give"]}
    named = _Names(after["lang"])
    for key, one in new.items():
        if key not in old:
            yield Change("against_came", one["therapy_text"], "", one["why"], _reason(one))
    for key, one in old.items():
        if key not in new:
            yield Change("against_went", named(one, before["lang"]), one["why"], "", _reason(one))


def _reason(one: Told) -> tuple[str, str]:
    return str(one["effect"]), ", ".join(sorted(finding["label"] for finding in one["because"]))


def _advice(before: Told, after: Told) -> Iterable[Change]:
    """What the patient's genes, organs and medicines forbid or dose; told in two languages, by medicine alone."""
    same = before["lang"] == after["lang"]
    old, new = (
        {(one["kind"], one["medicine"], one["what"] if same else ""): one["what"] for one in _binding(told)}
        for told in (before, after)
    )
    for key, what in new.items():
        if key not in old:
            yield Change("advice_came", saying.medicine(key[1], after["lang"]), "", what)
    for key, what in old.items():
        if key not in new:
            yield Change("advice_went", saying.medicine(key[1], after["lang"]), what, "")


def _binding(told: Told) -> list[Told]:
    """Advice that forbids or doses a medicine; an answer of an older form has none."""
    return [one for one in told.get("safety", {}).get("advice", ()) if one["kind"] in ("avoid", "dose")]


def _findings(before: Told, after: Told) -> Iterable[Change]:
    same = before["lang"] == after["lang"]
    old, new = ({_identity(one, same): one for one in told["findings"]} for told in (before, after))
    for key, one in new.items():
        if key not in old:
            yield Change("finding_came", one["label"], "", _verdict(one))
        elif _verdict(old[key]) != _verdict(one):
            yield Change("finding_changed", one["label"], _verdict(old[key]), _verdict(one))
    for key, one in old.items():
        if key not in new:
            yield Change("finding_went", one["label"], _verdict(one), "")


def _verdict(one: Told) -> str:
    return "measured" if one["type"] in ("signature", "expression", "wild_type") else str(one["class"])


def _identity(one: Told, by_words: bool) -> object:
    """What a finding is: by its words, or by what every language has in common."""
    if by_words:
        return one["label"]
    change = one.get("protein_change") or tuple(one.get("classes", ())) or one.get("cdna") or one.get("as_given")
    marker = (one.get("name"), one.get("value")) if one["type"] in ("signature", "expression") else ()
    return (one["type"], one.get("gene"), one.get("fusion"), marker or change)


def _situation(before: Told, after: Told) -> Iterable[Change]:
    facts = {"oncotree": [told["diagnosis"]["oncotree"] for told in (before, after)],
             "jurisdiction": [told["jurisdiction"] for told in (before, after)]}  # fmt: skip
    for key in ("extent", "line", "prior_therapies", "progressed_on"):
        facts[key] = [told["clinical"].get(key) for told in (before, after)]
    facts["purity"] = [told.get("sample", {}).get("purity") for told in (before, after)]
    for key, (old, new) in facts.items():
        if old != new:
            yield Change("situation", key, _text(old), _text(new))


def _text(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else "" if value is None else str(value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _knowledge(before: Told, after: Told) -> tuple[tuple[str, str, str], ...]:
    old = {one["base"]: one["sha256"] for one in before["provenance"]["knowledge"]}
    new = {one["base"]: one["sha256"] for one in after["provenance"]["knowledge"]}
    return tuple(
        (base, old.get(base, ""), new.get(base, ""))
        for base in dict.fromkeys((*old, *new))
        if old.get(base) != new.get(base)
    )

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
    "nothing_approved", "finding_came", "finding_went", "finding_changed", "situation",
]  # fmt: skip
# What changes what may be done; the others are told, and do not make an answer another one.
DECIDES: frozenset[str] = frozenset(
    {"headline", "option_came", "option_went", "against_came", "against_went", "nothing_approved"}
)


@dataclass(frozen=True)
class Change:
    """One difference: its kind, of what, and how it was and is."""

    kind: ChangeKind
    what: str
    before: str = ""
    after: str = ""

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
        return label(f"change.{self.kind}", lang, what=what, before=before, after=after)

    def as_json(self, lang: Lang) -> dict[str, Any]:
        return {"kind": self.kind, "what": self.what, "before": self.before or None, "after": self.after or None,
                "text": self.text(lang)}  # fmt: skip


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

    def as_json(self, lang: Lang) -> dict[str, Any]:
        return {
            "decides": self.decides, "from": self.days[0], "to": self.days[1],
            "changes": [one.as_json(lang) for one in self.changes],
            "knowledge": [
                {"base": base, "before": old or None, "after": new or None} for base, old, new in self.knowledge
            ],
        }  # fmt: skip


def compare(before: Told, after: Told) -> Comparison:
    """What changed from one consultation to the other.

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
    found = [*_options(before, after), *_against(before, after), *_findings(before, after), *_situation(before, after)]
    return Comparison(tuple(found), _knowledge(before, after), (before["date"], after["date"]))


def _options(before: Told, after: Told) -> Iterable[Change]:
    old, new = _by_regimen(before["options"]), _by_regimen(after["options"])
    first = [next(iter(options.values()), {}).get("therapy_text", "") for options in (old, new)]
    if next(iter(old), None) != next(iter(new), None):
        yield Change("headline", "", first[0], first[1])
    if before["nothing_approved"] != after["nothing_approved"]:
        yield Change("nothing_approved", "", _yes(before["nothing_approved"]), _yes(after["nothing_approved"]))
    for key, option in new.items():
        if key not in old:
            yield Change("option_came", option["therapy_text"], "", option["why"])
    for key, option in old.items():
        if key not in new:
            yield Change("option_went", option["therapy_text"], option["why"], "")
            continue
        moved = (option["rank"], option["tier"]["amp"]), (new[key]["rank"], new[key]["tier"]["amp"])
        if moved[0] != moved[1]:
            yield Change("option_moved", option["therapy_text"], *(f"{rank} [{tier}]" for rank, tier in moved))
        approvals = [_approvals(one) for one in (option, new[key])]
        if approvals[0] != approvals[1]:
            yield Change("approval", option["therapy_text"], *approvals)


def _by_regimen(options: list[Told]) -> dict[frozenset[str], Told]:
    return {frozenset(one["therapy"]): one for one in options}


def _approvals(option: Told) -> str:
    return ", ".join(sorted(f"{one['agency']} {one['date']} ({one['status']})" for one in option["approvals"]))


def _against(before: Told, after: Told) -> Iterable[Change]:
    old = {frozenset(one["therapy"]): one for one in before["not_to_give"]}
    new = {frozenset(one["therapy"]): one for one in after["not_to_give"]}
    for key, one in new.items():
        if key not in old:
            yield Change("against_came", one["therapy_text"], "", one["why"])
    for key, one in old.items():
        if key not in new:
            yield Change("against_went", one["therapy_text"], one["why"], "")


def _findings(before: Told, after: Told) -> Iterable[Change]:
    old = {one["label"]: one["class_text"] for one in before["findings"]}
    new = {one["label"]: one["class_text"] for one in after["findings"]}
    for name, verdict in new.items():
        if name not in old:
            yield Change("finding_came", name, "", verdict)
        elif old[name] != verdict:
            yield Change("finding_changed", name, old[name], verdict)
    for name, verdict in old.items():
        if name not in new:
            yield Change("finding_went", name, verdict, "")


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

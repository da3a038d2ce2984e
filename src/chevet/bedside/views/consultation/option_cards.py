"""Options as page one shows them: for what, how well they fit, approved by whom, and what is still open."""

from __future__ import annotations

from chevet.bedside.views.consultation.forbidden import forbidden_by_patient, international_names
from chevet.bedside.views.consultation.lines import LETTERS, Told, because, medicine, short, where, word
from chevet.bedside.views.consultation.sheet import MARKS, Answer, Match, OptionCard
from chevet.bedside.views.wording import Wording
from chevet.words.labels import has_label, label

APPROVALS = 3


def option_card(one: Told, told: Told, w: Wording) -> OptionCard:
    """One option of the object."""
    tier = [f"AMP {one['tier']['amp']}"]
    if one["tier"]["escat"]:
        tier.append(f"ESCAT {one['tier']['escat']}")
    if one["place"]:
        tier.append(word(f"place.{one['place']}", w))
    return OptionCard(
        rank=one["rank"], therapy=one["therapy_text"], because=short(because(one)), tier=" · ".join(tier),
        approvals=_approvals(one, w), matches=matches(one, where(told), w), open=_open(one, told, w),
    )  # fmt: skip


def matches(one: Told, jurisdiction: str, w: Wording) -> tuple[Match, ...]:
    """The answers of an option, in the order in which a board asks."""
    tumour_asked = "agnostic" if one["agnostic"] and one["tumour_match"] == "yes" else "tumour"
    asked: list[tuple[str, Answer]] = [
        ("biomarker", one["biomarker_match"]), (tumour_asked, one["tumour_match"]), ("line", one["line_match"]),
        (f"jurisdiction.{jurisdiction}", one["jurisdiction_match"]),
    ]  # fmt: skip
    return tuple(Match(_asked(what, answer, w), answer, word(f"answer.{answer}", w)) for what, answer in asked)


def _asked(what: str, answer: Answer, w: Wording) -> str:
    """The question, or what its *no* is called where there is a word for it."""
    negative = f"match.{what}.no"
    return word(negative if answer == "no" and has_label(f"consultation.{negative}") else f"match.{what}", w)


def approval_text(one: Told, w: Wording) -> str:
    """An approval on one line: agency, date, brand, and its limits."""
    day = w.date(one["date"])
    day = label("approval.at_latest", w.lang, date=day) if one["date_is"] == "at_latest" else day
    parts = [f"{one['agency']} {day} ({one['brand']})"]
    if one["status"] in ("accelerated", "conditional"):
        parts.append(word(f"status.{one['status']}", w))
    if one.get("from_age"):
        parts.append(label("approval.from_age", w.lang, age=one["from_age"]))
    if not one["in_force"]:
        parts.append(word("withdrawn", w, date=w.date(one["ended"])) if one["ended"] else word("status.withdrawn", w))
    return ", ".join(parts)


def _approvals(one: Told, w: Wording) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for approval in one["approvals"]:
        if approval["in_force"]:
            first.setdefault(approval["agency"], approval_text(approval, w))
    if not first:
        ended = [approval_text(approval, w) for approval in one["approvals"][:1]]
        return (*ended, word("no_approval", w, level=one["tier"]["amp"]))
    return tuple(first.values())[:APPROVALS]


def must_not_contain(one: Told, told: Told, w: Wording) -> list[str]:
    """The medicines of an option that the patient's own genes, organs or other medicines forbid."""
    forbidden = forbidden_by_patient(told, w)
    return [name for name in _medicines(one) if name in forbidden]


def _medicines(one: Told) -> list[str]:
    """Every medicine that the option may be made of; of a part that leaves a choice, each."""
    return list(dict.fromkeys(name for choice in one["choices"] for name in choice))


def warnings(one: Told, told: Told, w: Wording) -> tuple[str, ...]:
    """What speaks against the option in this patient, although a label allows it."""
    failed = international_names(told["clinical"]["progressed_on"])
    return _asked_of(
        {
            "forbidden": [medicine(name, w) for name in must_not_contain(one, told, w)],
            "failed": [medicine(name, w) for part in one["choices"] if failed.issuperset(part) for name in part],
        },
        w,
    )


def _open(one: Told, told: Told, w: Wording) -> tuple[str, ...]:
    asked = {
        "test": one["to_test"],
        "check": [c["what"] for c in one["conditions"] if c["match"] == "not_stated"],
        "not_met": [c["what"] for c in one["conditions"] if c["match"] == "no"],
    }
    return (*warnings(one, told, w), *_asked_of(asked, w))


def _asked_of(asked: dict[str, list[str]], w: Wording) -> tuple[str, ...]:
    return tuple(
        short(word(f"open.{key}", w, what=", ".join(what)), 2 * LETTERS) for key, what in asked.items() if what
    )


def one_line(one: Told) -> str:
    """An option on one line, without how well it fits."""
    return short(f"{one['therapy_text']} [AMP {one['tier']['amp']}] – {because(one)}")


def further(one: Told, told: Told, w: Wording) -> str:
    """An option on one line; that it does not fit, or is not approved here, is never left out."""
    against = [f"{MARKS['no']} {each.what}" for each in matches(one, where(told), w) if each.answer == "no"]
    forbidden = [medicine(name, w) for name in must_not_contain(one, told, w)]
    against += [word("open.forbidden", w, what=", ".join(forbidden))] if forbidden else []
    return " · ".join([one_line(one), *against])

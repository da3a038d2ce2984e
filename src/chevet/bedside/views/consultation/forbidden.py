"""What must not be given, one line for each reason. No name of a medicine is left out for want of room."""

from __future__ import annotations

from chevet.bedside.views.consultation.lines import LETTERS, NAMES, Told, because, medicine, names, short, word
from chevet.bedside.views.consultation.sheet import Against
from chevet.bedside.views.wording import Wording
from chevet.words import treatments
from chevet.words.labels import has_label

# Levels of a marker that mean: the target is not there.
ABSENT = frozenset(("negative", "stable", "proficient", "absent", "wild_type", "unmutated", "unmethylated", "0"))


def against_lines(told: Told, w: Wording) -> tuple[list[Against], str]:
    """Those because of the patient or of a finding, and those only for want of a target, in one line.

    What the patient's own genes, organs or medicines forbid of a proposed treatment comes first; then what the patient
    was given or what a label would give, for that is what somebody might prescribe.
    """
    absent = absent_labels(told)
    by_reason: dict[tuple[str, frozenset[str]], list[Told]] = {}
    want: list[str] = []
    for one in sorted(told["not_to_give"], key=_Nearness(told)):
        reasons = frozenset(finding["label"] for finding in one["because"])
        if one["effect"] not in ("progressed", "contraindicated") and reasons <= absent:
            want.append(one["therapy_text"])
        else:
            by_reason.setdefault((one["effect"], reasons), []).append(one)
    found = [*_of_the_patient(told, w), *(_group(effect, group, w) for (effect, _), group in by_reason.items())]
    return found, names(want, 2 * NAMES)


class _Nearness:
    """How near a medicine is to being prescribed: 0 given before, 1 what a label would give, 2 any other."""

    def __init__(self, told: Told) -> None:
        clinical = told["clinical"]
        self._given = international_names([*clinical["progressed_on"], *clinical["prior_therapies"]])
        self._wanted = {name for one in told["removed"] for name in one["therapy"]}

    def __call__(self, one: Told) -> int:
        medicines = set(one["therapy"])
        return 0 if medicines & self._given else 1 if medicines <= self._wanted else 2


def international_names(written: list[str]) -> frozenset[str]:
    """The medicines among what was written, by their international names."""
    return frozenset(known.name for one in written if (known := treatments.medicine(one)) is not None)


def forbidden_by_patient(told: Told, w: Wording) -> dict[str, list[str]]:
    """Proposed medicines that the patient's genes, organs or other medicines forbid, each with the reasons."""
    found: dict[str, list[str]] = {}
    for one in told["safety"]["advice"]:
        if one["kind"] == "avoid":
            found.setdefault(one["medicine"], []).append(advice_text(one, w))
    return found


def advice_text(one: Told, w: Wording) -> str:
    """What to do with a medicine, and the facts of the patient that ask for it."""
    reasons = (" ; " if w.lang == "fr" else "; ").join(one["because"][:2])
    return f"{one['what']} ({reasons})" if reasons else str(one["what"])


def _of_the_patient(told: Told, w: Wording) -> list[Against]:
    by_reason: dict[str, list[str]] = {}
    for name, reasons in forbidden_by_patient(told, w).items():
        by_reason.setdefault(" ".join(dict.fromkeys(reasons)), []).append(medicine(name, w))
    return [Against(", ".join(every), short(reason, 2 * LETTERS)) for reason, every in by_reason.items()]


def absent_labels(told: Told) -> frozenset[str]:
    """The findings that say: the target is not there."""
    return frozenset(
        one["label"] for one in told["findings"] if one["type"] == "wild_type" or one.get("value") in ABSENT
    )


def _group(effect: str, group: list[Told], w: Wording) -> Against:
    reason, verb = because(group[0]), effect_word(effect, w)
    why = word("reason", w, because=reason, effect=verb) if reason else verb
    return Against(", ".join(one["therapy_text"] for one in group), short(why))


def effect_word(effect: str, w: Wording) -> str:
    """An effect in a few words."""
    return word(f"effect.{effect}", w) if has_label(f"consultation.effect.{effect}") else effect

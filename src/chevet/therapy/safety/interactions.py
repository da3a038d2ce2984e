"""What the patient's other medicines ask of each proposed one."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from chevet.therapy.case import Jurisdiction
from chevet.therapy.knowledge.base import rows
from chevet.therapy.safety.advice import Advice, NotKnown, Said, say
from chevet.therapy.safety.alleles import TABLES
from chevet.therapy.safety.organ_function import day
from chevet.therapy.safety.whose_label import in_force, whose_label
from chevet.words import treatments

LONGEST_NAME = 300
LONGEST_NOTE = 100_000
_FREQUENCIES = {"1": "once", "2": "twice", "e2": "every_other_day", "w": "weekly"}


@dataclass(frozen=True)
class Comedication:
    """Another medicine: its name, and the classes under which it acts (none: known, in no interaction of ours)."""

    name: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Interaction:
    """One row of `interactions.tsv`: a cancer medicine with a class of others."""

    medicine: str
    with_class: str
    action: str
    dose: str
    jurisdictions: tuple[str, ...]
    source: str
    read: datetime.date | None

    def what(self, other: str) -> Said:
        """What to do, in words."""
        amount, _, often = self.dose.partition(" @")
        dose: Said | str = say(f"dose.{_FREQUENCIES[often]}", amount=amount) if often else amount
        return say(f"with.{self.action}", dose=dose, medicine=self.medicine, other=other)


def advise_comedication(
    medicines: Sequence[str], given: Sequence[str], here: Jurisdiction | None = None
) -> tuple[list[Advice], list[NotKnown]]:
    """Advice for each pair, and the names that we do not recognise. Two reasons for one act are told as one advice.

    here    whose labels count; None where nobody said: those of all do
    """
    others, unknown = _recognised(given)
    found: dict[tuple[str, Said], Advice] = {}
    for medicine in medicines:
        for other in others:
            for row in in_force(_interactions().get(medicine, ()), here, about=lambda one: one.with_class):
                if row.with_class in other.classes:
                    _add(found, row, other)
    if not medicines:
        return [], []
    not_known = (
        [NotKnown(say("not_known.comedication", names=", ".join(one[:60] for one in unknown)), tuple(medicines))]
        if unknown
        else []
    )
    if not given:
        not_known.append(NotKnown(say("not_known.comedications"), tuple(medicines)))
    return list(found.values()), not_known


def _add(found: dict[tuple[str, Said], Advice], row: Interaction, other: Comedication) -> None:
    what = row.what(other.name)
    because = (say(f"class.{row.with_class}", name=other.name), *whose_label(row))
    known = found.get((row.medicine, what))
    earlier = known.because if known is not None else ()
    sources = (*(known.sources if known is not None else ()), row.source)
    found[row.medicine, what] = Advice(
        "interaction", row.medicine, what, tuple(dict.fromkeys((*earlier, *because))),
        tuple(dict.fromkeys(sources)), row.read if known is None else (known.checked and row.read),
    )  # fmt: skip


def recognise(text: str) -> tuple[Comedication, ...]:
    """The medicines that a text names, whatever the language, the trade name or the dose behind it.

    >>> [one.name for one in recognise("Oméprazole (Mopral) 20 mg le soir")], recognise("a walk a day")
    (['omeprazole'], ())
    """
    words = _plain(text[:LONGEST_NAME])
    found = [one for name, one in _names() if re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", words)]
    return tuple(dict.fromkeys(found))


def named_in(text: str) -> tuple[str, ...]:
    """The medicines of our interactions that running words name; whether they are taken the words may leave open.

    >>> named_in("Patiente de 54 ans, sous amiodarone ; voriconazole arrêté.")
    ('amiodarone', 'voriconazole')
    """
    by_name = {name: one for name, one in _names() if one.classes}
    either = "|".join(re.escape(name) for name in sorted(by_name, key=len, reverse=True))
    found = re.findall(rf"(?<![a-z0-9])(?:{either})(?![a-z0-9])", _plain(text[:LONGEST_NOTE]))
    return tuple(dict.fromkeys(by_name[name].name for name in found))


def _recognised(given: Sequence[str]) -> tuple[list[Comedication], list[str]]:
    others: list[Comedication] = []
    unknown: list[str] = []
    for text in given:
        found = recognise(text)
        others += [one for one in found if one not in others]
        if not found and treatments.medicine(text.split(" ")[0]) is None and treatments.medicine(text) is None:
            unknown.append(text)
    return others, unknown


def _plain(text: str) -> str:
    words = unicodedata.normalize("NFKD", text.replace("’", "'")).lower()
    return " ".join("".join(letter for letter in words if not unicodedata.combining(letter)).split())


@cache
def _names() -> tuple[tuple[str, Comedication], ...]:
    return tuple(
        (_plain(name), Comedication(row["name"], _split(row["classes"])))
        for _, row in rows(TABLES / "comedications.tsv")
        for name in (row["name"], *_split(row["other_names"]))
    )


@cache
def _interactions() -> dict[str, tuple[Interaction, ...]]:
    found: dict[str, list[Interaction]] = {}
    for _, row in rows(TABLES / "interactions.tsv"):
        for medicine in _split(row["medicines"]):
            for with_class in _split(row["with"]):
                found.setdefault(medicine, []).append(
                    Interaction(
                        medicine,
                        with_class,
                        row["action"],
                        row["dose"],
                        _split(row["jurisdictions"]),
                        row["source"],
                        day(row["read"]),
                    )
                )
    return {name: tuple(group) for name, group in found.items()}


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)

"""Markers of one tumour: those that were measured, and those that follow from others.

What follows: hormone receptors from the two of them; HER2 from immunohistochemistry and in situ hybridisation (ASCO/CAP
2023, PMID 37303228), or from an amplified ERBB2 where neither was said; repair from microsatellites and the other way
round, since labels name either; homologous recombination from a pathogenic BRCA1 or BRCA2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chevet.genomics.finding import Finding
from chevet.words import biomarkers

# A level that is part of a wider one: whoever is HER2-low is HER2-negative for a label that asks for that.
_WITHIN: dict[tuple[str, str], frozenset[str]] = {
    ("her2", "low"): frozenset({"negative"}),
    ("her2", "ultralow"): frozenset({"negative"}),
    ("her2", "0"): frozenset({"negative"}),
    ("c_met", "high"): frozenset({"positive"}),
}
# The number from which on a marker counts as high or positive where only a word is asked for.
# tmb: FDA, pembrolizumab 2020-06-16; er and pr: ASCO/CAP 2020 (PMID 31928404); hrd: myChoice, 42; pd_l1: labels, 1.
_FROM: dict[str, float] = {
    "tmb": 10, "er": 1, "pr": 1, "hrd": 42, "pd_l1_tps": 1, "pd_l1_cps": 1, "pd_l1_ic": 1, "pd_l1_tap": 1,
    "cldn18_2": 75, "folr1": 75,
}  # fmt: skip


@dataclass(frozen=True)
class Level:
    """A marker's level (a word, a number, or both), and the findings that say it."""

    marker: str
    word: str
    number: float | None
    because: tuple[Finding, ...]

    def is_(self, sign: str, wanted: str) -> bool | None:
        """Whether it is at this level, or on this side of this number; None when that cannot be told."""
        if sign == "=":
            return self._is_word(wanted)
        limit = float(wanted)
        if self.number is not None:
            return {">=": self.number >= limit, "<=": self.number <= limit, ">": self.number > limit,
                    "<": self.number < limit}[sign]  # fmt: skip
        return self._from_word(sign, limit)

    def _is_word(self, wanted: str) -> bool | None:
        word = self.word or self._word_of_number()
        if not word:
            return None
        if word == wanted or wanted in _WITHIN.get((self.marker, word), ()):
            return True
        # "negative" says less than "low": whether it is low was not told
        return None if word in _WITHIN.get((self.marker, wanted), ()) else False

    def _word_of_number(self) -> str:
        levels, start = biomarkers.levels(self.marker), _FROM.get(self.marker)
        if self.number is None or start is None or len(levels) < 2:
            return ""
        return levels[-1] if self.number >= start else levels[0]

    def _from_word(self, sign: str, limit: float) -> bool | None:
        """A word bounds the number from one side: high is `start` or more, low is less."""
        levels, start = biomarkers.levels(self.marker), _FROM.get(self.marker)
        if not self.word or start is None or len(levels) < 2:
            return None
        if self.word == levels[-1]:
            sure = limit <= start if sign in (">=", "<") else limit < start
            return (sign in (">=", ">")) if sure else None
        return (sign in ("<", "<=")) if limit >= start else None


def measured(findings: Iterable[Finding]) -> dict[str, Level]:
    """Every marker that was measured or follows, by name; one that two findings contradict is left unknown."""
    every = tuple(findings)
    levels: dict[str, Level] = {}
    unclear: set[str] = set()
    for one in every:
        name = one.alteration.name
        if not biomarkers.is_marker(name) or one.alteration.value is None:
            continue
        level = _level(name, one)
        if name in levels and levels[name] != level:
            merged = _merged(levels[name], level)
            if merged is None:
                unclear.add(name)
                continue
            level = merged
        levels[name] = level
    for name in unclear:
        del levels[name]
    _follow(levels, every)
    return levels


def _level(name: str, one: Finding) -> Level:
    value = one.alteration.value
    if isinstance(value, str):
        return Level(name, value, None, (one,))
    return Level(name, "", float(value) if value is not None else None, (one,))


def _merged(one: Level, other: Level) -> Level | None:
    """A word and a number for the same marker; None when they contradict each other."""
    word, number = one.word or other.word, one.number if one.number is not None else other.number
    both = (one.word and other.word and one.word != other.word) or (
        one.number is not None and other.number is not None and one.number != other.number
    )
    because = tuple(dict.fromkeys((*one.because, *other.because)))
    return None if both else Level(one.marker, word, number, because)


def _follow(levels: dict[str, Level], findings: tuple[Finding, ...]) -> None:
    _follow_receptors(levels)
    _follow_her2(levels, findings)
    pairs = (("msi", "mmr", {"high": "deficient", "stable": "proficient", "low": "proficient"}),
             ("mmr", "msi", {"deficient": "high", "proficient": "stable"}))  # fmt: skip
    for known, other, words in pairs:
        if known in levels and other not in levels and levels[known].word in words:
            levels[other] = Level(other, words[levels[known].word], None, levels[known].because)
    if "hrd" not in levels:
        repair = tuple(
            one
            for one in findings
            if one.alteration.gene in ("BRCA1", "BRCA2")
            and one.drives
            and one.alteration.type in ("variant", "deletion")
        )
        if repair:
            levels["hrd"] = Level("hrd", "positive", None, repair)


def _follow_receptors(levels: dict[str, Level]) -> None:
    if "hr" in levels:
        for receptor in ("er", "pr"):
            if levels["hr"].word == "negative" and receptor not in levels:
                levels[receptor] = Level(receptor, "negative", None, levels["hr"].because)
        return
    known = [levels[name] for name in ("er", "pr") if name in levels]
    positive = [one for one in known if one.is_("=", "positive")]
    if positive:
        levels["hr"] = Level("hr", "positive", None, tuple(f for one in positive for f in one.because))
    elif len(known) == 2 and all(one.is_("=", "positive") is False for one in known):
        levels["hr"] = Level("hr", "negative", None, tuple(f for one in known for f in one.because))


def _follow_her2(levels: dict[str, Level], findings: tuple[Finding, ...]) -> None:
    said = levels.get("her2")
    ihc, ish = levels.get("her2_ihc"), levels.get("her2_ish")
    because = tuple(f for one in (ihc, ish) if one is not None for f in one.because)
    word = _her2_word(ihc.word if ihc else "", ish.word if ish else "")
    if said is not None:
        # "negative" is told more exactly by the stain: low, ultralow or 0
        if said.word in _WITHIN.get(("her2", word), ()):
            levels["her2"] = Level("her2", word, None, tuple(dict.fromkeys((*because, *said.because))))
        return
    if word:
        levels["her2"] = Level("her2", word, None, because)
        return
    amplified = tuple(
        one for one in findings if one.alteration.gene == "ERBB2" and one.alteration.type == "amplification"
    )
    if amplified and ihc is None:
        levels["her2"] = Level("her2", "positive", None, amplified)


def _her2_word(ihc: str, ish: str) -> str:
    if ihc == "3+" or (ish == "positive" and ihc in ("", "2+")):
        return "positive"
    if ihc == "2+":
        return "low" if ish == "negative" else ""
    return {"1+": "low", "0": "0"}.get(ihc, "negative" if ish == "negative" else "")

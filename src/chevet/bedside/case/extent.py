"""How far the disease reaches, and which line is due, from the words that people write, in English or French."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chevet.bedside.case.cells import count, words
from chevet.bedside.case.clinical_text import read_note
from chevet.therapy.case import EXTENTS
from chevet.words import stages

_WORDS = {
    "non-metastatic": "localised", "non metastatic": "localised", "non métastatique": "localised",
    "non-muscle-invasive": "localised", "non-muscle invasive": "localised",
    "nmcrpc": "localised", "nmhspc": "localised", "nmcspc": "localised", "m0": "localised",
    "muscle-invasive": "localised", "muscle invasive": "localised", "mibc": "localised", "nmibc": "localised",
    "r/m": "metastatic", "disseminated": "metastatic", "disséminé": "metastatic", "disséminée": "metastatic",
    "local": "localised", "early": "localised", "precoce": "localised", "précoce": "localised",
    "operable": "localised", "opérable": "localised", "resected": "localised", "réséqué": "localised",
    "opéré": "localised", "opérée": "localised", "postoperative": "localised", "post-operative": "localised",
    "limited-stage": "localised", "limited stage": "localised", "stade limité": "localised",
    "péri-opératoire": "localised",
    "perioperative": "localised", "resectable": "localised", "résécable": "localised",
    "locoregional": "locally_advanced", "locorégional": "locally_advanced", "relapse": "relapsed",
    "localisé": "localised", "cr1": "remission", "cr2": "remission", "cr": "remission", "rc1": "remission",
    "rc2": "remission", "rémission": "remission",
    # what grows is treated as advanced; whether it had been treated before is told by the line
    "progressive": "advanced", "progressing": "advanced", "progression": "advanced", "progressif": "advanced",
    "en progression": "advanced", "progressive disease": "advanced", "maladie progressive": "advanced",
    "évolutif": "advanced", "évolutive": "advanced", "inoperable": "advanced", "inopérable": "advanced",
}  # fmt: skip
_BY_STAGE = {"0": "localised", "I": "localised", "II": "localised", "III": "locally_advanced", "IV": "metastatic"}
_TNM = re.compile(r"\b[cpyr]*t([0-4])[a-d]?\W?[cpyr]*n([0-3x])[a-c]?\W?[cpyr]*m([01])[a-d]?\b")
_LINE = re.compile(r"(?:l|line|ligne)?\s*(?:≥|>=)?\s*(\d{1,2})\s*\+?", re.IGNORECASE)
_MAINTENANCE = re.compile(r"\bmaintenance\b|\bentretien\b", re.IGNORECASE)
_NEW = frozenset({"newly diagnosed", "de novo", "untreated"})


@dataclass(frozen=True)
class Extent:
    """What the field says: one of `EXTENTS` or None, and the features that its words hold (castration-resistant).

    understood    False where nothing of it could be read
    """

    name: str | None = None
    features: dict[str, bool] = field(default_factory=dict)
    understood: bool = True


def read_extent(text: str) -> Extent:
    """The extent of the disease in somebody's words.

    >>> read_extent("mCRPC").name, read_extent("mCRPC").features
    ('metastatic', {'castration_resistant': True})
    >>> read_extent("Stade IIIB").name, read_extent("localement avancé, non résécable").features
    ('locally_advanced', {'unresectable': True})
    >>> read_extent("blue").understood
    False
    """
    plain = " ".join(text.lower().replace("_", " ").split())
    noted = read_note(plain)
    found = _exact(plain) or noted.extent or _by_word(plain)
    features = {key: said for key, said in noted.features.items() if key not in noted.unclear} | maintained(plain)
    if plain in _NEW:
        features["newly_diagnosed"] = True
    if found is None and features.get("unresectable"):
        found = "advanced"
    if found is None and features.get("resected"):
        found = "localised"
    return Extent(found, features, understood=bool(found or features))


def line_of(value: object) -> int | None:
    """The line as a number or in words; None for what is neither.

    >>> line_of(2), line_of("2L"), line_of("deuxième ligne"), line_of("L3"), line_of("some time ago")
    (2, 2, 2, 3, None)
    """
    text = words(value)
    if text is None:
        return count(value)
    number = _LINE.fullmatch(text)
    if number:
        return count(number[1])
    return count(text) or read_note(text if "l" in text.lower() else f"{text} line").line


def maintained(text: str) -> dict[str, bool]:
    """That the tumour is held and a treatment of maintenance is to be chosen, where the field says so."""
    return {"after_induction": True} if _MAINTENANCE.search(text) else {}


def _exact(plain: str) -> str | None:
    joined = plain.replace(" ", "_")
    if joined in EXTENTS:
        return joined
    found = stages.stage(plain)
    return _BY_STAGE[found] if found else _by_tnm(plain)


def _by_tnm(plain: str) -> str | None:
    found = _TNM.search(plain)
    if found is None:
        return None
    if found[3] == "1":
        return "metastatic"
    return "localised" if found[2] == "0" and found[1] in "012" else "locally_advanced"


def _by_word(plain: str) -> str | None:
    """The first of our words that stands alone in the text; what is denied ("not resectable") says nothing."""
    for word, extent in _WORDS.items():
        if re.search(rf"(?<!not )(?<!non )(?<!non-)(?<!pas )(?<![\w/]){re.escape(word)}(?![\w/])", plain):
            return extent
    return None

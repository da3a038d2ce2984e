"""Facts that a clinical note says plainly, in English or French. What it only hints at is left unread.

Every fact taken from a note is named, so that the page can say that it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from chevet.bedside.case.treatment_names import medicines_in
from chevet.therapy.knowledge.base import rows

# "non-metastatic castration-resistant": what is glued to a word denies that word alone.
_BEFORE = re.compile(
    r"\bnon[ -]$|\b(?:no|not|without|pas|sans|never|jamais|no evidence of|denies|excludes?|ruled out|absence|"
    r"aucune?s?|if|si|"
    r"risk of|risque d[e'’]|family history of|antécédents? familia\w+ d[e'’])\b[ -]*(?:(?:de |d['’]|of |"
    r"any )|\w+ ){0,2}$",
    re.IGNORECASE,
)  # fmt: skip
_BEHIND = re.compile(
    r"\s*[:=-]?\s*(?:none|no\b(?! \w)|non\b(?![ -]\w)|absente?s?\b|absence\b|negative\b|ruled out|éliminée?s?|"
    r"not (?:seen|found|present))",
    re.IGNORECASE,
)  # fmt: skip
_END = r"(?=[.;()]|\bnow\b|\bbut\b|\bmaintenant\b|\bmais\b|\bplan\w*\b|\bprévue?\b|\bpropos\w+\b|\bcandidat|\bstart|$)"
_GROWN = re.compile(
    r"(?:progress(?:ed|ion|ing|ive disease|es)?|relapsed?|refractory|resistant|failed|failure|intolérant|progressé|"
    r"échec|évolué|évolution|évolutive?|rechute|réfractaire|résistante?)\s+(?:again\s+)?(?:of\s+|de\s+)?"
    rf"(?:on|under|after|to|following|with|during|sous|après|avec|de|d['’]|à|aux?)\s+([^.;()]{{2,160}}?){_END}",
    re.IGNORECASE,
)  # fmt: skip
_INTENDED = re.compile(
    r"\b(?:start\w*|begin\w*|initiat\w*|plan\w*|candidate|propos\w*|discuss\w*|consider\w*|débuter|mise|"
    r"mettre|discut\w*|"
    r"envisag\w*|based|depend\w*|focus\w*)\s*$", re.IGNORECASE,
)  # fmt: skip
# "No progression on X": what is denied is the progression.
_NOT_GROWN = re.compile(r"\b(?:progress\w*|evolution|évolution|relapse|rechute|récidive)\s+$", re.IGNORECASE)
_BEHIND_OF_EXTENT = re.compile(r"\s*\w*" + _BEHIND.pattern, re.IGNORECASE)
_GROWN_FAILED = re.compile(rf"\b(?:failed|échec d[eu’']|échec des)\s*([^.;()]{{2,120}}?){_END}", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:(?:previously |already |déjà )?(?:treated (?:with|by)|pretreated with|traitée?s? par|exposed to|"
    r"exposée? à)|prior|"
    r"previous(?:ly)?|after|following|post|received|had|completed|antérieure?s?|préalable|après|"
    r"a (?:déjà )?reçu|ayant reçu|"
    rf"antécédents? de|under|on|sous)\b\s*:?\s*([^.;()]{{2,160}}?){_END}",
    re.IGNORECASE,
)  # fmt: skip
_NAIVE = re.compile(
    r"\b(?:(?:no|without) (?:prior|previous) (?:systemic )?(?:treatment|therap\w+)|treatment[- ]na[iï]ve|"
    r"previously untreated|not (?:previously treated|pretreated)|"
    r"jamais traitée?|naï[fv]e? de (?:tout )?traitement|aucun traitement (?:antérieur|préalable)|non prétraitée?)\b",
    re.IGNORECASE,
)
_AFTER_LINE = re.compile(
    r"(?:after|post|following|progress\w*(?: disease)?(?: on| after| under| during)?|fail\w*|prior|previous|received|"
    r"relaps\w*(?: after)?|après|progression(?: sous| après)?|progressé(?: sous| après)?|échec d[eu']?|"
    r"en échec d[eu']?|reçu)"
    r"\s+(?:a |an |the |one |une |la |le )?$",
    re.IGNORECASE,
)
_UNTIL_DENIED = re.compile(r"\b(?:without|but not|no|not|sans|mais pas|pas d[e’']|jamais|aucune?)\b", re.IGNORECASE)
_ECOG = re.compile(
    r"\b(?:ecog|performance status|ps|oms|indice oms)\W{0,3}(?:ps\W{0,3}|à\W{0,2}|of\W{0,2})?([0-4])\b", re.IGNORECASE
)
_AGE = re.compile(
    r"\b(\d{1,3})[- ]?(?:years?[- ]old|year[- ]olds?|y/?\.?o\.?\b)|"
    r"\bage(?:d)?\W{0,2}(\d{1,3})\b(?!\s*(?:months|mois|days))|"
    r"\b(?:âgée?s? de|homme de|femme de|patiente? de|monsieur de|madame de|enfant de|garçon de|"
    r"fille de)\s+(\d{1,3})\s*ans\b|"
    r"^\W*(\d{1,3})\s*ans\b",
    re.IGNORECASE,
)  # fmt: skip
_FEMALE = re.compile(r"\b(?:woman|female|femme|patiente|madame|girl|fille)\b", re.IGNORECASE)
_MALE = re.compile(r"\b(?:man|male|homme|monsieur|boy|garçon)\b", re.IGNORECASE)


@dataclass
class Noted:
    """What a note says. A fact that two phrases contradict is left out, and named in `unclear`."""

    features: dict[str, bool] = field(default_factory=dict)
    extent: str | None = None
    line: int | None = None
    ecog: int | None = None
    age_years: float | None = None
    sex: str | None = None
    given: list[str] = field(default_factory=list)
    progressed_on: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    untreated: bool = False


def read_note(text: str) -> Noted:
    """The facts of a note.

    >>> note = read_note("mCRPC, progressed on enzalutamide; no brain metastases")
    >>> note.features, note.progressed_on
    ({'castration_resistant': True, 'brain_metastases': False}, ['enzalutamide'])
    >>> read_note("second-line after first-line platinum").line, read_note("progression après une première ligne").line
    (2, 2)
    """
    noted = Noted()
    words = " ".join(text[:100_000].split())
    for pattern, kind, name, value in _phrases():
        for found in pattern.finditer(words):
            _take(noted, kind, name, value, words, found)
    _treatments(noted, words)
    ecog, age = _ECOG.search(words), _AGE.search(words)
    noted.ecog = int(ecog[1]) if ecog else None
    years = next((int(part) for part in age.groups() if part), None) if age else None
    noted.age_years = float(years) if years is not None and years <= 120 else None
    sexes = {sex for sex, pattern in (("female", _FEMALE), ("male", _MALE)) if pattern.search(words)}
    noted.sex = sexes.pop() if len(sexes) == 1 else None
    noted.untreated = _NAIVE.search(words) is not None
    return noted


def _treatments(noted: Noted, words: str) -> None:
    for pattern in (_GROWN, _GROWN_FAILED):
        for found in pattern.finditer(words):
            if not _is_denied(words, found.start()):
                noted.progressed_on += [
                    name for name in medicines_in(_UNTIL_DENIED.split(found[1])[0]) if name not in noted.progressed_on
                ]
    for found in _GIVEN.finditer(words):
        before = words[max(0, found.start() - 40) : found.start()]
        denied = _is_denied(words, found.start()) and _NOT_GROWN.search(before) is None
        if not denied and _INTENDED.search(before) is None:
            noted.given += [name for name in medicines_in(_UNTIL_DENIED.split(found[1])[0]) if name not in noted.given]


def _is_denied(words: str, start: int) -> bool:
    return _BEFORE.search(words[max(0, start - 80) : start]) is not None


def _take(noted: Noted, kind: str, name: str, value: str, words: str, found: re.Match[str]) -> None:
    behind = _BEHIND_OF_EXTENT if kind == "extent" else _BEHIND
    denied = _is_denied(words, found.start()) or behind.match(words[found.end() : found.end() + 40]) is not None
    if kind == "feature":
        said = (value == "yes") != denied
        if noted.features.get(name, said) != said:
            noted.unclear.append(name)
        noted.features.setdefault(name, said)
    elif denied:
        return
    elif kind == "extent":
        noted.extent = noted.extent or name
    else:
        over = value != "said" and _AFTER_LINE.search(words[max(0, found.start() - 60) : found.start()]) is not None
        noted.line = max(noted.line or 0, int(name) + over)


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    table = resources.files("chevet.bedside") / "tables" / "clinical_phrases.tsv"
    return tuple(
        (re.compile(row["phrase"], re.IGNORECASE), row["kind"], row["name"], row["value"]) for _, row in rows(table)
    )

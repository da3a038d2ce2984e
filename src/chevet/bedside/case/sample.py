"""The sample that was examined: the share of tumour cells in it, by a field, a measurement or the words of a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chevet.bedside.case.findings import share_of
from chevet.bedside.case.reading import Fact, Flag, NotRead

_NAME = (
    r"(?:tumou?r(?:al)?|neoplastic|cancer|malignant)[ _-](?:cells? )?"
    r"(?:purity|content|fraction|cellularity|percentage)|"
    r"tumou?r[ _-]purity|(?:neoplastic|tumou?r) nuclei|percentage of tumou?r cells|"
    r"(?:pourcentage|proportion|taux) de cellules (?:tumorales|cancéreuses)|"
    r"cellularité(?: tumorale)?(?! *(?:médullaire|de la moelle|normale|riche|pauvre|faible))|"
    r"pureté tumorale|contenu tumoral|purity|pureté"
)
_BEHIND = (
    r"(?:\s*[(\[,]?(?:%|percent|estimated|estimée?|in the sample|dans l.échantillon|histolog\w+|pathologist)[)\]]?)*"
)
_MEASURED = re.compile(rf"(?:{_NAME}|tumou?r cells|cellules tumorales){_BEHIND}", re.IGNORECASE)
_IN_WORDS = re.compile(
    rf"\b(?:{_NAME})\b[^\d.;<>≤≥]{{0,25}}(\d{{1,3}}(?:[.,]\d+)?)\s*%(?!\s*[-–à]\s*\d)|"
    r"(?<![\d.,<>≤≥-])(?<![<>≤≥-] )(\d{1,3})\s*% (?:of )?(?:tumou?r|neoplastic|de cellules tumorales)"
    r"(?: cells| nuclei| cellularity|(?<=tumorales))",
    re.IGNORECASE,
)


def names_purity(name: str) -> bool:
    """Whether a measurement is the share of tumour cells, by its name.

    >>> names_purity("Tumor purity"), names_purity("Cellularité tumorale"), names_purity("tumour mutational burden")
    (True, True, False)
    """
    return len(name) < 100 and _MEASURED.fullmatch(name.strip()) is not None


def purity_of(value: object) -> float | None:
    """A share above 0 and up to 1, from a share or a percentage; None for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    share = share_of(value)
    return share if share else None


def sample_purity(
    given: Mapping[str, Any], texts: Iterable[str], flags: list[Flag], not_read: list[NotRead], name: str
) -> float | None:
    """The share of tumour cells that the case's `sample` says, else that its words say; what is taken from words is
    flagged, and a value that cannot be one is told."""
    not_read += [NotRead(name, 0, "unknown_field", f"sample.{key}"[:50]) for key in given if key != "purity"]
    said = given.get("purity")
    share = purity_of(said)
    if share is None and said not in (None, ""):
        not_read.append(NotRead(name, 0, "fact_not_understood", "sample.purity"))
    if share is not None:
        return share
    found = {one for text in texts for one in _in_words(text)}
    if len(found) != 1:
        return None  # two samples, or a contradiction: neither is taken
    share = found.pop()
    flags.append(Flag("from_note", facts=(Fact("purity", f"{share:g}"),)))
    return share


def _in_words(text: str) -> Iterable[float]:
    for match in _IN_WORDS.finditer(text[:20_000]):
        share = purity_of(f"{match[1] or match[2]} %")
        if share is not None:
            yield share

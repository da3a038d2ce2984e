"""Why a row was not kept as it stood, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.words import facts


@dataclass(frozen=True)
class Reason:
    """A reason of the import report. `act` is rejected, repaired or noted."""

    code: str
    act: str
    en: str
    fr: str


def reason(code: str, lang: Literal["en", "fr"]) -> str:
    """The sentence for a reason code; raises KeyError for a code that no table holds.

    >>> reason("unknown_gene", "en")
    'HGNC does not know this gene symbol; it is kept as given'
    """
    found = reasons()[code]
    return found.fr if lang == "fr" else found.en


@cache
def reasons() -> dict[str, Reason]:
    """Every reason by code; raises ValueError when two tables hold the same code."""
    found: dict[str, Reason] = {}
    for name in facts.families("reasons"):
        for code, act, en, fr in facts.rows(name):
            if code in found:
                raise ValueError(f"{name}: the reason {code} stands in another table, too")
            found[code] = Reason(code, act, en, fr)
    return found


def reasons_markdown() -> str:
    """The page of the manual that explains every reason."""
    lines = [
        "# Import reasons",
        "",
        "*Printed from the program; do not edit.*",
        "",
        "A *rejected* row is not kept; a *repaired* row is kept with a value changed or left empty; a *note* changes",
        "nothing.",
        "",
        "| code | act | what it means | en français |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{r.code}` | {r.act} | {r.en} | {r.fr} |" for r in sorted(reasons().values(), key=lambda r: r.code)]
    return "\n".join([*lines, ""])

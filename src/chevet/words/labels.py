"""Everything that people read, in English and in French.

A label has a key such as `answer.patients`; each room keeps its own in `tables/labels_<room>.tsv`, and
the shared ones are in `labels.tsv`. A key that no table holds is a defect, and raises.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from chevet.words import facts

Lang = Literal["en", "fr"]


def label(key: str, lang: Lang, /, **values: object) -> str:
    """The label in this language, with `{name}` places filled from `values`.

    >>> label("sex.female", "fr"), label("sex.female", "en")
    ('femme', 'female')
    """
    text = labels()[key][lang]
    return text.format(**values) if values else text


def has_label(key: str) -> bool:
    """Whether some table holds this key."""
    return key in labels()


@cache
def labels() -> dict[str, dict[Lang, str]]:
    """Every label by key; raises ValueError when two tables hold the same key."""
    found: dict[str, dict[Lang, str]] = {}
    for name in facts.families("labels"):
        for key, en, fr in facts.rows(name):
            if key in found:
                raise ValueError(f"{name}: the label {key} stands in another table, too")
            found[key] = {"en": en, "fr": fr}
    return found


def glossary_markdown() -> str:
    """The glossary page of the manual: each term in both languages, and what it means here."""
    lines = [
        "# Glossary",
        "",
        "*Printed from the program; do not edit.*",
        "",
        "| English | Français | what it means here |",
        "|---|---|---|",
    ]
    lines += [f"| {en} | {fr} | {says} |" for en, fr, says in sorted(facts.rows("glossary.tsv"))]
    return "\n".join([*lines, ""])

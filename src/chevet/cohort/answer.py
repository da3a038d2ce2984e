"""What every answer of a cohort can do: be read by scripts, printed as a table, drawn as a picture."""

from __future__ import annotations

import math
from typing import Any, Protocol

from chevet.cohort.cohort import Cohort
from chevet.errors import BadInput
from chevet.paper.pictures import Cell, Spec, shown
from chevet.words import genes, oncotree
from chevet.words.errors import error, nearest
from chevet.words.labels import Lang, has_label, label

Headings = list[str]
Rows = list[list[Cell]]


class Answer(Protocol):
    """An answer to one question about a cohort; every count in it has passed `privacy.disclosure`."""

    def as_json(self) -> dict[str, Any]:
        """The answer for scripts: no NaN, null where withheld or not reached."""

    def title(self, lang: Lang) -> str:
        """One line that says what the answer is about."""

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        """The answer as a table for people."""

    def notes(self, lang: Lang) -> list[str]:
        """What a reader must know besides, one sentence each."""

    def picture(self, lang: Lang) -> Spec:
        """The answer as a Vega-Lite description."""


def said(number: float) -> float | None:
    """The number, or None when there is none to say (NaN or infinite).

    >>> said(2.5), said(float("nan"))
    (2.5, None)
    """
    return float(number) if math.isfinite(number) else None


def value_label(field: str, value: str, lang: Lang) -> str:
    """A value of a field in the reader's words; as the source wrote it where we have no word.

    >>> value_label("sex", "female", "fr"), value_label("tumour", "LUAD", "en"), value_label("stage", "", "en")
    ('femme', 'Lung Adenocarcinoma', 'not said')
    """
    if value == "":
        return label("said.not", lang)
    if field == "tumour":
        return shown(oncotree.name(value, lang) or value) if oncotree.get(value) else shown(value)
    key = f"{field}.{value}"
    return label(key, lang) if has_label(key) else shown(value)


def field_label(field: str, lang: Lang) -> str:
    """The name of a field in the reader's words."""
    key = "field.oncotree_code" if field == "tumour" else f"field.{field}"
    return label(key, lang) if has_label(key) else shown(field)


def cohort_label(cohort: Cohort, lang: Lang) -> str:
    """The definition, or that everybody is meant, and the study."""
    text = str(cohort.definition)
    who = label("answer.everybody", lang) if text == "all" else text
    return label("answer.subtitle", lang, who=who, study=cohort.version.study, version=cohort.version.number)


def gene_in(cohort: Cohort, symbol: str) -> str:
    """The symbol under which the study knows this gene; old symbols are resolved. BadInput when it does not."""
    if symbol in cohort.index.genes:
        return symbol
    found = genes.resolve(symbol)
    if found is not None and found.symbol in cohort.index.genes:
        return found.symbol
    if found is None:
        raise error(BadInput, "unknown_gene", gene=shown(symbol), near=nearest(genes.suggest(symbol)))
    raise error(BadInput, "gene_not_there", gene=found.symbol)

"""The annex that says why an alteration may guide treatment: the product label, its date, and when we checked."""

from __future__ import annotations

import re
from collections import defaultdict

from chevet.bedside.important_genes import Kind, Label
from chevet.bedside.page import PatientPage
from chevet.bedside.views.sheet import Cell, Table
from chevet.bedside.views.wording import Wording

WORD = re.compile(r"[a-z0-9_]+")


def label_sources(page: PatientPage, w: Wording) -> Table:
    """One row per label and kind of alteration, with all the genes that rest on it, in the order of the list.

    The day of our check stands in the caption when it is the same for all, else in a column of its own.
    """
    same: dict[tuple[Label, Kind], list[str]] = defaultdict(list)
    for looked in page.looked_for:
        for label in looked.labels:
            same[label, looked.kind].append(looked.gene)
    caption = w.word("label.caption")
    keys = ["alteration", "medicine", "source", "approved"]
    days = {label.checked for label, _ in same}
    if len(days) == 1:
        caption = f"{caption} {w.word('label.checked_all', date=w.date(days.pop()))}"
    else:
        keys.append("checked")
    rows = tuple(_row(label, kind, genes, w)[: len(keys)] for (label, kind), genes in same.items())
    return Table(caption, tuple(w.word(f"label.{key}") for key in keys), rows, none=w.word("label.none"))


def _row(label: Label, kind: Kind, genes: list[str], w: Wording) -> tuple[Cell, ...]:
    limited = ", ".join(_limit(limit, w) for limit in label.limited_to)
    section = label.section.split(" ", 1)[0]
    return (
        Cell(f"{', '.join(genes)} {w.word(f'kind.{kind}')}", note=limited),
        Cell(" + ".join(label.medicines), note=w.word("label.excludes") if label.use == "excludes" else ""),
        Cell(f"{label.agency}, {label.label}", note=f"§ {section}"),
        Cell(w.date(label.approved)),
        Cell(w.date(label.checked)),
    )


def _limit(limit: str, w: Wording) -> str:
    """A change as geneticists write it stays as it is; a word of ours is put into the language of the page."""
    return w.word(f"limited.{limit}") if WORD.fullmatch(limit) else limit

"""Changes whose effect is established, with the word of those who showed it.

A row of `known_variants.tsv` names one change (p.V600E), every substitution of a residue (p.G12), a class
(exon_19_deletion), changes in frame between two codons (in_frame:557-592), or stops and frameshifts between two
codons (truncating:2318-2555).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import codons
from chevet.genomics.finding import Direction, Verdict
from chevet.words import proteins

_SPAN = re.compile(r"(in_frame|truncating|missense):(\d+)-(\d+)")


@dataclass(frozen=True)
class Known:
    """What is known of a change. `basis`: functional when its effect was measured, clinical when seen in patients."""

    gene: str
    what: str
    verdict: Verdict
    direction: Direction
    basis: Literal["functional", "clinical"]
    source: str

    @property
    def is_residue(self) -> bool:
        """Whether it speaks of a residue, and not of this very change."""
        return _SPAN.fullmatch(self.what) is None and re.fullmatch(r"p\.[A-Z]\d+", self.what) is not None


def known_of(change: Alteration) -> Known | None:
    """What is known of this variant, the most exact first; None when nothing is."""
    rows = _by_gene().get(change.gene, {})
    exact = rows.get(change.protein_change or "") or rows.get(change.cdna or "")
    if exact is not None:
        return exact
    for known in rows.values():
        if known.what in change.classes or _in_span(known.what, change):
            return known
    residue = proteins.residue(change.protein_change)
    return rows.get(residue) if residue is not None and not (change.protein_change or "").endswith(("*", "=")) else None


def others_of(change: Alteration) -> Known | None:
    """Another substitution of the same residue that is oncogenic; None when none is known."""
    residue = proteins.residue(change.protein_change)
    if residue is None or (change.protein_change or "").endswith(("*", "=")):
        return None
    for known in _by_gene().get(change.gene, {}).values():
        is_other = proteins.residue(known.what) == residue and known.what != change.protein_change
        if is_other and known.verdict in ("oncogenic", "likely_oncogenic"):
            return known
    return None


def _in_span(what: str, change: Alteration) -> bool:
    found = _SPAN.fullmatch(what)
    places = codons(change.protein_change)
    if found is None or places is None or not _is_kind(found[1], change):
        return False
    return int(found[2]) <= places[1] and places[0] <= int(found[3])


def _is_kind(kind: str, change: Alteration) -> bool:
    protein = change.protein_change or ""
    if kind == "truncating":
        return "truncating" in change.classes
    if kind == "missense":
        return proteins.residue(protein) is not None and not protein.endswith(("*", "="))
    return any(word in protein for word in ("del", "ins", "dup")) and "fs" not in protein and "*" not in protein


@cache
def _by_gene() -> dict[str, dict[str, Known]]:
    found: dict[str, dict[str, Known]] = defaultdict(dict)
    for row in facts.rows("known_variants.tsv"):
        known = Known(
            row["gene"], row["what"], row["verdict"], row["direction"], row["basis"], row["source"]  # type: ignore[arg-type]
        )  # fmt: skip
        found[known.gene][known.what] = known
    return dict(found)

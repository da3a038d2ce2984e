"""Changes whose effect is established, with the word of those who showed it.

A row of `known_variants.tsv` names one change (p.V600E), every substitution of a residue (p.G12), a class
(exon_19_deletion), changes in frame between two codons (in_frame:557-592), or stops and frameshifts between two
codons (truncating:2318-2555).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from chevet.genomics import facts
from chevet.genomics.alteration import Alteration
from chevet.genomics.classes import codons
from chevet.genomics.finding import Direction, Verdict
from chevet.words import proteins

_RESIDUE = re.compile(r"p\.[A-Z]\d+")
_ANY = re.compile(r"(?:p\.)?\(?([A-Z]|[A-Z][a-z]{2})(\d+)(?:X|Xaa)\)?")
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
        return _RESIDUE.fullmatch(self.what) is not None

    @property
    def drives(self) -> bool:
        """Whether it is oncogenic, or likely so."""
        return self.verdict in ("oncogenic", "likely_oncogenic")


def known_of(change: Alteration) -> Known | None:
    """What is known of this variant, the most exact first; None when nothing is."""
    gene = _by_gene().get(change.gene)
    if gene is None:
        return None
    exact = gene.exact.get(change.protein_change or "") or gene.exact.get(change.cdna or "")
    if exact is not None:
        return exact
    for known in gene.wide:
        if known.what in change.classes or _in_span(known.what, change):
            return known
    return gene.residues.get(_changed_residue(change) or "") or _of_residue_alone(gene, change)


def residue_of_any(gene: str, text: str) -> str | None:
    """The residue of a change into any amino acid (G719X); None where X may be the stop that older files mean.

    It is one where some substitution of the residue is known to switch the gene on.

    >>> residue_of_any("EGFR", "p.G719X"), residue_of_any("BRCA1", "p.Q1756X")
    ('p.G719', None)
    """
    found = _ANY.fullmatch(text.strip())
    known = _by_gene().get(gene)
    residue = f"p.{proteins.ONE_LETTER.get(found[1], found[1])}{found[2]}" if found else ""
    return residue if known and any(one.direction == "gain" for one in _at(known, residue)) else None


def residue_alone(change: Alteration) -> str | None:
    """The residue of a variant of which nothing else is told (`BRAF V600 mutated`).

    >>> residue_alone(Alteration("variant", gene="BRAF", classes=frozenset({"p.V600"})))
    'p.V600'
    """
    told = [one for one in change.classes if _RESIDUE.fullmatch(one)]
    return told[0] if len(told) == 1 and not change.protein_change and not change.cdna else None


def _at(gene: _Gene, residue: str) -> tuple[Known, ...]:
    """What is known of the substitutions of a residue."""
    whole = gene.residues.get(residue)
    return (*gene.by_residue.get(residue, ()), *((whole,) if whole else ()))


def _of_residue_alone(gene: _Gene, change: Alteration) -> Known | None:
    """What every known substitution of the residue does, where only the residue is told."""
    residue = residue_alone(change)
    known = _at(gene, residue) if residue else ()
    if not residue or not known or len({one.direction for one in known}) != 1 or not all(one.drives for one in known):
        return None
    first = next((one for one in known if one.basis == "functional"), known[0])
    return replace(first, what=residue)


def others_of(change: Alteration) -> Known | None:
    """Another substitution of the same residue that is oncogenic; None when none is known."""
    gene, residue = _by_gene().get(change.gene), _changed_residue(change) or residue_alone(change)
    if gene is None or residue is None:
        return None
    return next((one for one in gene.by_residue.get(residue, ()) if one.what != change.protein_change), None)


def _changed_residue(change: Alteration) -> str | None:
    """The residue of a substitution by another amino acid."""
    protein = change.protein_change or ""
    return None if protein.endswith(("*", "=")) else proteins.residue(protein)


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


@dataclass(frozen=True)
class _Gene:
    """Rows of one gene: by the change itself, by residue, and those wider than a residue."""

    exact: dict[str, Known]
    residues: dict[str, Known]
    by_residue: dict[str, tuple[Known, ...]]
    wide: tuple[Known, ...]


@cache
def _by_gene() -> dict[str, _Gene]:
    grouped: dict[str, list[Known]] = defaultdict(list)
    for row in facts.rows("known_variants.tsv"):
        known = Known(
            row["gene"], row["what"], row["verdict"], row["direction"], row["basis"], row["source"]  # type: ignore[arg-type]
        )  # fmt: skip
        grouped[known.gene].append(known)
    return {gene: _gene(rows) for gene, rows in grouped.items()}


def _gene(rows: list[Known]) -> _Gene:
    exact = {one.what: one for one in rows if one.what.startswith(("p.", "c."))}
    by_residue: dict[str, list[Known]] = defaultdict(list)
    for one in exact.values():
        residue = proteins.residue(one.what)
        if residue is not None and one.verdict in ("oncogenic", "likely_oncogenic"):
            by_residue[residue].append(one)
    return _Gene(
        exact,
        {one.what: one for one in rows if one.is_residue},
        {residue: tuple(known) for residue, known in by_residue.items()},
        tuple(one for one in rows if not one.what.startswith(("p.", "c."))),
    )

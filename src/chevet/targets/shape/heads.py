"""The residues of one gene that may be drawn, and how many patients have a change there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from chevet.privacy.disclosure import FLOOR, is_small, released_part
from chevet.targets.shape.changes import IN_FRAME, KINDS, MISSENSE, TRUNCATING, Changes
from chevet.targets.shape.disclosing import told_residues
from chevet.targets.shape.found import Found

Row = dict[str, Any]


@dataclass(frozen=True)
class Heads:
    """One row per residue and kind of change: place, kind, patients, and the residue's name (`V600`).

    length    amino acids; `known` whether of the protein, else up to the last change, rounded up
    withheld  whether there are changes that are not among the rows
    """

    gene: str
    rows: tuple[Row, ...]
    length: int
    known: bool
    withheld: bool


def heads(found: Found, gene: str, *, all_of_it: bool = False) -> Heads:
    """The residues of a gene with at least five patients.

    all_of_it   every residue: for rows that are the caller's own

    Missense changes are those that the table of hotspots tells. The residues of a kind are left out where subtracting
    them from all patients with that kind, or with any change of the gene, would leave one to four.
    """
    number = found.changes.genes.index(gene)
    of_gene = found.changes.only(found.changes.gene == number).of_kind(MISSENSE, TRUNCATING, IN_FRAME)
    altered, tested = int(found.variants.n_altered[number]), int(found.variants.n_tested[number])
    least = 1 if all_of_it else FLOOR
    kinds = {kind: _rows(of_gene.of_kind(kind), least) for kind in (MISSENSE, TRUNCATING, IN_FRAME)}
    if not all_of_it:
        told = told_residues(found, gene)
        kinds[MISSENSE] = [row for row in kinds[MISSENSE] if row["place"] in told]
        kinds = _safe(of_gene, kinds, altered) if released_part(altered, tested) is not None else {}
    rows = tuple(row for several in kinds.values() for row in several)
    length = int(found.mutability.length[number])
    return Heads(
        gene, rows, length, bool(found.mutability.known[number]), _covered(of_gene, kinds) != _everybody(of_gene)
    )


def _rows(of_kind: Changes, least: int) -> list[Row]:
    told = of_kind.only(of_kind.residue > 0)
    pairs = np.unique(np.stack([told.residue, told.patient]), axis=1)
    places, many = np.unique(pairs[0], return_counts=True)
    letters = {int(place): chr(acid) for place, acid in zip(told.residue, told.acid, strict=True) if acid}
    return [
        {"place": int(place), "kind": KINDS[int(of_kind.kind[0])], "patients": int(patients),
         "residue": f"{letters.get(int(place), '')}{place}"}
        for place, patients in zip(places, many, strict=True) if patients >= least
    ]  # fmt: skip


def _safe(of_gene: Changes, kinds: dict[int, list[Row]], altered: int) -> dict[int, list[Row]]:
    """The kinds whose residues leave nobody, or at least five, of those who have that kind; none, if together they do
    not."""
    shown = {}
    for kind, rows in kinds.items():
        of_kind = of_gene.of_kind(kind)
        rest = len(_everybody(of_kind)) - len(_covered(of_kind, {kind: rows}))
        others = len(of_kind) - sum(row["patients"] for row in rows)
        shown[kind] = [] if is_small(rest) or is_small(max(others, 0)) else rows
    together = len(_covered(of_gene, shown))
    rests = (len(_everybody(of_gene)) - together, max(altered - together, 0))
    return {kind: [] for kind in shown} if any(is_small(rest) for rest in rests) else shown


def _covered(changes: Changes, kinds: dict[int, list[Row]]) -> set[int]:
    """The patients of these residues."""
    found: set[int] = set()
    for kind, rows in kinds.items():
        of_kind = changes.of_kind(kind)
        places = np.array([row["place"] for row in rows], dtype=np.int64)
        found |= set(of_kind.patient[np.isin(of_kind.residue, places)].tolist())
    return found


def _everybody(changes: Changes) -> set[int]:
    return set(changes.patient.tolist())

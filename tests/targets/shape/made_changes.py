"""Made-up changes for tests of shape: nobody's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chevet.targets.shape.changes import Changes, of_table
from chevet.targets.shape.mutability import Mutability

Row = tuple[str, str, str, str]
MISSENSE, NONSENSE, SILENT = "Missense_Mutation", "Nonsense_Mutation", "Silent"


def patients(n: int) -> list[str]:
    return [f"P{number}" for number in range(n)]


def table(rows: list[Row]) -> pa.Table:
    """Rows of patient, gene, consequence and protein change."""
    names = ("patient", "gene", "consequence", "protein_change")
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})


def changes(rows: list[Row], n: int) -> Changes:
    return of_table(table(rows), patients(n))


def missense(gene: str, residue: int, who: range) -> list[Row]:
    return [(f"P{number}", gene, MISSENSE, f"p.A{residue}V") for number in who]


def scattered(
    gene: str, length: int, who: range, rng: np.random.Generator, kind: str = MISSENSE, ending: str = "V"
) -> list[Row]:  # fmt: skip
    """One change in each of these patients, anywhere."""
    places = rng.integers(1, length + 1, len(who))
    return [(f"P{number}", gene, kind, f"p.A{place}{ending}") for number, place in zip(who, places, strict=True)]


def even(genes: tuple[str, ...], length: int) -> Mutability:
    """Genes of one known length, every residue alike."""
    share = np.full(len(genes) * length, 1 / length)
    begin = np.arange(len(genes) + 1) * length
    return Mutability(genes, begin, share, share, "even", np.ones(len(genes), dtype=np.bool_))


def weighed(genes: tuple[str, ...], length: int, rng: np.random.Generator) -> Mutability:
    """The same with shares that differ, as the bases of a reference make them."""
    weight = rng.gamma(3, size=(len(genes), length))
    share = (weight / weight.sum(axis=1, keepdims=True)).reshape(-1)
    begin = np.arange(len(genes) + 1) * length
    return Mutability(genes, begin, share, share, "trinucleotide", np.ones(len(genes), dtype=np.bool_))


def drawn(mutability: Mutability, each: int, rng: np.random.Generator, concentration: float = np.inf) -> Changes:
    """So many missense changes of each gene, by its shares."""
    rows: list[Row] = []
    for number, gene in enumerate(mutability.genes):
        share = mutability.of_gene(number)
        if np.isfinite(concentration):
            share = rng.dirichlet(share * concentration * len(share))
        places = rng.choice(len(share), each, p=share) + 1
        rows += [(f"P{one}", gene, MISSENSE, f"p.A{place}V") for one, place in enumerate(places)]
    return changes(rows, each)


def neutral(
    genes: int, each: int, length: int, n: int, rng: np.random.Generator, concentration: float = np.inf, silent: int = 0
) -> Changes:
    """Genes G0, G1 ... with so many missense, and silent, changes each in different patients.

    concentration   per residue, of the shares that residues have; infinite for even ones
    """
    rows: list[Row] = []
    for gene in range(genes):
        for kind, many, ending in ((MISSENSE, each, "V"), (SILENT, silent, "A")):
            even_share = np.full(length, 1 / length)
            share = even_share if np.isinf(concentration) else rng.dirichlet(np.full(length, concentration))
            places = rng.choice(length, many, p=share) + 1
            who = rng.choice(n, many, replace=False)
            rows += [(f"P{one}", f"G{gene}", kind, f"p.A{place}{ending}")
                     for one, place in zip(who, places, strict=True)]  # fmt: skip
    return changes(rows, n)

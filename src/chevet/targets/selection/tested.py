"""Who was tested for which genes: samples in groups, each of them tested for the same genes.

A gene that nobody was tested for tells nothing; in a sample that was not tested for it, it was not found because nobody
looked. Each group therefore counts where it looked, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chevet.cohort import Cohort
from chevet.errors import BadInput
from chevet.store import bits
from chevet.targets.selection.gene_table import read_rows
from chevet.targets.selection.rates import Whole
from chevet.words import genes as gene_words

# The name of a panel that stands for every gene.
WHOLE_EXOME = "exome"


@dataclass(frozen=True)
class Tested:
    """Who was tested.

    group   (samples,) the group of each
    genes   (groups, n) whether the group was tested for each gene of the reference
    absent  genes that a panel names and the reference does not have
    """

    group: Whole
    genes: npt.NDArray[np.bool_]
    absent: tuple[str, ...] = ()

    def looked(self, sample: Whole, gene: Whole) -> npt.NDArray[np.bool_]:
        """Whether each of these samples was tested for the gene beside it."""
        return np.asarray(self.genes[self.group[sample], gene])


def everywhere(samples: int, n: int) -> Tested:
    """Every sample was tested for every gene."""
    return Tested(np.zeros(samples, dtype=np.int64), np.ones((1, n), dtype=np.bool_))


def for_genes(samples: int, genes: Sequence[str], asked: Sequence[str]) -> Tested:
    """Every sample was tested for the genes asked for. Raises BadInput when the reference lacks one of them."""
    if missing := sorted(set(asked) - set(genes)):
        raise BadInput(
            f"{len(missing)} of {len(set(asked))} genes are not in the reference: {', '.join(missing[:10])}",
            next_act="Use the names of the reference, or leave these genes out.",
        )
    return Tested(np.zeros(samples, dtype=np.int64), np.isin(genes, list(asked))[None, :])


def by_panels(
    samples: Iterable[str], genes: Sequence[str], panels_of: Mapping[str, set[str]], panels: Mapping[str, set[str]]
) -> Tested:
    """Samples by their panels; one whose panel is not said was tested for nothing.

    panels_of  the panels of each sample by name
    panels     the genes of each panel
    """
    kinds: dict[frozenset[str], int] = {}
    group = [kinds.setdefault(frozenset(panels_of.get(name, ())), len(kinds)) for name in samples]
    place = {gene: number for number, gene in enumerate(genes)}
    matrix = np.zeros((max(len(kinds), 1), len(genes)), dtype=np.bool_)
    for names, number in kinds.items():
        for name in names:
            if name == WHOLE_EXOME and name not in panels:
                matrix[number] = True
            else:
                matrix[number, [place[gene] for gene in panels[name] if gene in place]] = True
    named = set().union(*(panels[name] for names in kinds for name in names if name in panels))
    return Tested(np.array(group, dtype=np.int64), matrix, tuple(sorted(named - set(genes))))


def read_panels(panels_file: Path, tested_file: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The panels of each sample, and the genes of each panel.

    panels_file  columns panel and gene
    tested_file  columns sample and panel; the panel `exome` stands for every gene

    Raises BadInput when a sample has a panel that no row describes.
    """
    panels: dict[str, set[str]] = {}
    for panel, gene in read_rows(panels_file, ("panel", "gene")):
        panels.setdefault(panel, set()).add(gene)
    panels_of: dict[str, set[str]] = {}
    for sample, panel in read_rows(tested_file, ("sample", "panel")):
        panels_of.setdefault(sample, set()).add(panel)
    used = set().union(*panels_of.values()) - {WHOLE_EXOME}
    if unknown := sorted(used - set(panels)):
        raise BadInput(
            f"{tested_file.name}: {len(unknown)} panels have no genes in {panels_file.name}: {', '.join(unknown[:5])}",
            next_act=f"Describe each panel, or write `{WHOLE_EXOME}` for a sample in which every gene was tested.",
        )
    return panels_of, panels


def of_cohort_patients(cohort: Cohort, genes: Sequence[str]) -> tuple[Tested, dict[str, int]]:
    """The patients of a cohort by what they were tested for in any of their samples, and the number of each.

    A gene that no panel of the study names was tested in whom the whole exome or genome was. Genes of the reference
    under an older name are found by their approved one.
    """
    classes, sets = cohort.index.coverage("variant")
    members = bits.positions(cohort.bits, cohort.index.n_patients)
    looked = bits.unpack(np.asarray(sets), cohort.index.n_patients)[:, members]
    patterns, group = np.unique(looked, axis=1, return_inverse=True)
    row = {gene: number for number, gene in enumerate(cohort.index.genes)}
    of_gene = np.array([_class(gene, row, classes) for gene in genes], dtype=np.int64)
    numbers = cohort.index.patients.take(members).to_pylist()
    reference = set(genes) | {_approved(gene) for gene in genes}
    panels = {gene for gene, number in row.items() if classes[number] != 0}
    tested = Tested(group.reshape(-1), patterns.T[:, of_gene], tuple(sorted(panels - reference)))
    return tested, {str(patient): number for number, patient in enumerate(numbers)}


def _class(gene: str, row: Mapping[str, int], classes: npt.NDArray[np.int32]) -> int:
    number = row.get(gene, row.get(_approved(gene)))
    return 0 if number is None else int(classes[number])


def _approved(gene: str) -> str:
    found = gene_words.resolve(gene)
    return gene if found is None else found.symbol

"""Groups of genes, such as a pathway: is one of them altered in more tumours, and one alone in more, than by chance.

The three tests of DISCOVER (Canisius, Martens and Wessels, Genome Biology 2016, PMID:27986087): `covered`, tumours with
any gene altered; `alone`, with exactly one; `several`, with more than one, where few speak for exclusivity.
A tumour counts for the genes that it was tested for, when these are two or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from chevet.store import bits
from chevet.targets.carriers import Carriers
from chevet.targets.relations.background import Background, Floats
from chevet.targets.relations.overlap import Burden, number_altered
from chevet.targets.relations.pairs import ratio_interval
from chevet.targets.relations.pathways import Pathways
from chevet.targets.relations.poisson_binomial import tails
from chevet.targets.relations.slopes import own_slopes
from chevet.targets.relations.tumours import Whole

_LAWS = 4


@dataclass(frozen=True)
class Group:
    """One group of genes among tumours tested for two or more of them.

    genes      those tested and altered in some tumour; `silent` those tested and altered in none; `untested` the rest
    rows       of `genes` among the carriers'
    none, alone, several                  tumours with no gene of the group altered, with one, with more
    expected_...                          the same were the genes independent
    p_covered, p_alone, p_several         so many covered, or altered in one alone, or more; so few in several, or fewer
    p_alone_own_slopes                    p_alone where each gene rises with burden in its own way, see `slopes`
    low, high  95 % interval of several / expected_several
    margins    altered genes of the group, over all its tumours
    """

    name: str
    genes: tuple[str, ...]
    silent: tuple[str, ...]
    untested: tuple[str, ...]
    rows: tuple[int, ...]
    tested: int = 0
    none: int = 0
    alone: int = 0
    several: int = 0
    margins: int = 0
    expected_covered: float = 0.0
    expected_alone: float = 0.0
    expected_several: float = 0.0
    p_covered: float = 1.0
    p_alone: float = 1.0
    p_several: float = 1.0
    p_alone_own_slopes: float = 1.0
    low: float = 0.0
    high: float = float("inf")

    @property
    def covered(self) -> int:
        return self.alone + self.several

    @property
    def compared(self) -> bool:
        """Whether there was anything to compare: two genes, and tumours tested for them."""
        return len(self.genes) >= 2 and self.tested > 0


def groups_of(
    carriers: Carriers, pathways: Pathways, background: Background, burden: Burden = "given"
) -> list[Group]:  # fmt: skip
    """Every pathway as a group, in the order given; those with fewer than two genes to compare have no p."""
    inside = np.bitwise_or.reduce(background.tumours.members)
    found = [_named(carriers, name, genes, inside) for name, genes in pathways.items()]
    worth = [number for number, group in enumerate(found) if len(group.genes) >= 2]
    laws, counted = [], []
    for number in worth:
        group, law = _counted(carriers, found[number], background, burden)
        counted.append(group)
        laws.append(law)
    if counted:
        for number, group in zip(worth, _tested(counted, np.vstack(laws), background), strict=True):
            found[number] = group
    return found


def _named(carriers: Carriers, name: str, genes: Sequence[str], inside: bits.Bits) -> Group:
    rows = {gene: carriers.row(gene) for gene in genes}
    untested = tuple(gene for gene, row in rows.items() if row is None or not bits.count(carriers.tested(row) & inside))
    known = {gene: row for gene, row in rows.items() if row is not None and gene not in untested}
    altered = {gene: row for gene, row in known.items() if bits.count(carriers.altered[row] & inside)}
    silent = tuple(gene for gene in known if gene not in altered)
    return Group(name, tuple(altered), silent, untested, tuple(altered.values()))


def _counted(
    carriers: Carriers, group: Group, background: Background, burden: Burden
) -> tuple[Group, Floats]:  # fmt: skip
    """The group with what was found, and the laws of covered, alone, several, and alone with own slopes.

    The laws are (4, groups of tumours).
    """
    tumours, rows = background.tumours, np.array(group.rows)
    tested = tumours.group_tested[:, carriers.classes[rows]].T
    law = number_altered(background.probabilities(rows), background, burden, tested)
    own = number_altered(own_slopes(carriers, rows, background).probabilities, background, burden, tested)
    enough = tested.sum(axis=0) >= 2
    alone = np.where(enough, law[1], 0.0)
    several = np.where(enough, law[2:].sum(axis=0), 0.0)
    counts = _altered_of(carriers, rows)[np.append(enough, False)[tumours.group]]
    made = replace(
        group, tested=len(counts), none=int((counts == 0).sum()), alone=int((counts == 1).sum()),
        several=int((counts > 1).sum()), margins=int(counts.sum()),
    )  # fmt: skip
    return made, np.stack([alone + several, alone, several, np.where(enough, own[1], 0.0)])


def _altered_of(carriers: Carriers, rows: Whole) -> Whole:
    """(patients,) how many of these genes are altered in each."""
    counted: Whole = bits.unpack(carriers.altered[rows], carriers.patients).sum(axis=0, dtype=np.int64)
    return counted


def _tested(counted: list[Group], laws: Floats, background: Background) -> list[Group]:
    observed = np.array([n for group in counted for n in (group.covered, group.alone, group.several, group.alone)])
    law = np.clip(laws, 0.0, 1.0)
    found = tails(lambda places: law[places], background.tumours.times.astype(np.float64), observed)
    low, high = ratio_interval(observed, np.repeat([group.tested for group in counted], _LAWS), found.mean)
    return [
        replace(
            group, expected_covered=float(found.mean[i]), expected_alone=float(found.mean[i + 1]),
            expected_several=float(found.mean[i + 2]), p_covered=float(found.at_least[i]),
            p_alone=float(found.at_least[i + 1]), p_several=float(found.at_most[i + 2]),
            p_alone_own_slopes=float(found.at_least[i + 3]), low=float(low[i + 2]), high=float(high[i + 2]),
        )
        for i, group in zip(range(0, len(observed), _LAWS), counted, strict=True)
    ]  # fmt: skip

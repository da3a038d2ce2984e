"""What each part of the evidence gives each gene: its strongest line for, and its strongest line against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from chevet.targets.evidence import PARTS, Line, Part
from chevet.targets.ranking.weights import PartWeight, Weights

State = Literal["concluded", "not_concluded", "not_asked"]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
_CONCLUDED = ("for", "against", "neutral")


@dataclass(frozen=True)
class Contribution:
    """What one part says of one gene.

    support, against   0 to 1, by the curves of the weights; None unless the part concluded
    supporting         the line that gives the support; None when nothing speaks for the gene
    opposing           the line that speaks against most
    gap                some of its lines could not be asked or did not conclude: it might say more
    speaks             the supporting line is sure enough, or a class
    """

    state: State
    support: float | None = None
    against: float | None = None
    supporting: Line | None = None
    opposing: Line | None = None
    gap: bool = True
    speaks: bool = False


NOT_ASKED = Contribution("not_asked")


def contribution(lines: Sequence[Line], weight: PartWeight, evident_q: float) -> Contribution:
    """What these lines of one part on one gene amount to: the strongest of each side counts, not how many there are."""
    standings = {line.standing for line in lines}
    if not standings & set(_CONCLUDED):
        return Contribution("not_concluded") if "not_concluded" in standings else NOT_ASKED
    supporting, opposing = (_strongest(lines, standing, weight) for standing in ("for", "against"))
    return Contribution(
        "concluded", weight.curve(supporting.finding).of(supporting) if supporting else 0.0,
        weight.curve(opposing.finding).of(opposing) if opposing else 0.0, supporting, opposing,
        gap=bool(standings - set(_CONCLUDED)), speaks=supporting is not None and _speaks(supporting, weight, evident_q),
    )  # fmt: skip


def _speaks(line: Line, weight: PartWeight, evident_q: float) -> bool:
    return weight.curve(line.finding).measure == "grade" or (line.q is not None and line.q < evident_q)


def _strongest(lines: Sequence[Line], standing: str, weight: PartWeight) -> Line | None:
    sided = [line for line in lines if line.standing == standing]
    return max(sided, key=lambda line: weight.curve(line.finding).of(line)) if sided else None


@dataclass(frozen=True)
class Evidence:
    """Every gene that is ranked, and what each part gives it.

    genes    (n,) names
    of       by gene, in the order of `genes`: by part; a part that is absent was not asked
    support  (n, parts) 0 to 1, NaN where the part did not conclude; parts in the order of `evidence.PARTS`
    against  (n, parts) the same for what speaks against
    gap      (n, parts) something of the part is missing
    asked    (n, parts) the part was asked about the gene, whether it concluded or not
    speaks   (n, parts) a line of the part that is sure enough, or a class, speaks for the gene
    """

    genes: tuple[str, ...]
    of: tuple[Mapping[Part, Contribution], ...]
    support: Floats
    against: Floats
    gap: Marks
    asked: Marks
    speaks: Marks


def evidence(genes: Sequence[str], lines: Iterable[Line], weights: Weights) -> Evidence:
    """The lines of these genes, each part taken together; lines on other genes are not looked at."""
    by_gene: dict[str, dict[Part, list[Line]]] = {gene: {} for gene in genes}
    for line in lines:
        if line.gene in by_gene:
            by_gene[line.gene].setdefault(line.part, []).append(line)
    of = tuple(
        {part: contribution(several, weights.parts[part], weights.evident_q) for part, several in by_gene[gene].items()}
        for gene in genes
    )
    every = [[one.get(part, NOT_ASKED) for part in PARTS] for one in of]
    shape = len(genes), len(PARTS)
    return Evidence(
        tuple(genes), of, _numbers([[one.support for one in row] for row in every], shape),
        _numbers([[one.against for one in row] for row in every], shape),
        np.array([[one.gap for one in row] for row in every], dtype=np.bool_).reshape(shape),
        np.array([[one.state != "not_asked" for one in row] for row in every], dtype=np.bool_).reshape(shape),
        np.array([[one.speaks for one in row] for row in every], dtype=np.bool_).reshape(shape),
    )  # fmt: skip


def _numbers(rows: list[list[float | None]], shape: tuple[int, int]) -> Floats:
    return np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=np.float64).reshape(
        shape
    )

"""What may be chosen when relations between genes are asked for."""

from __future__ import annotations

from dataclasses import dataclass

from chevet.targets.relations.overlap import Burden

TOP, MOST = 30, 1000


@dataclass(frozen=True)
class Settings:
    """The genes to compare, and how.

    genes    these; otherwise the `top` genes altered in most tumours
    burden   `given`: each tumour's number of altered genes is held at what was found; `expected`: as DISCOVER has it
    cancer_genes   choose the `top` among genes that a panel or a catalogue of drivers names
    """

    genes: tuple[str, ...] = ()
    top: int = TOP
    burden: Burden = "given"
    cancer_genes: bool = False

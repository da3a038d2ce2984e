"""Whether a gene drives tumours by more of it, by less of it, or by either."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.genomics import facts

# Genes whose variants in a tumour are often inherited whatever the tumour and the age (ESMO 2019, PMID:31050713); those
# that tumours mutate by themselves, as TP53 or PTEN, are left out.
_INHERITED = frozenset({
    "ATM", "BRCA1", "BRCA2", "BRIP1", "CHEK2", "FH", "FLCN", "MLH1", "MSH2", "MSH6", "MUTYH", "PALB2", "PMS2",
    "RAD51C", "RAD51D", "RET", "SDHA", "SDHAF2", "SDHB", "SDHC", "SDHD",
})  # fmt: skip


@dataclass(frozen=True)
class Role:
    """`clear` when the loss of this suppressor alone is held to drive tumours."""

    gene: str
    role: Literal["oncogene", "suppressor", "both"]
    clear: bool
    source: str

    @property
    def activates(self) -> bool:
        return self.role in ("oncogene", "both")

    @property
    def suppresses(self) -> bool:
        return self.role in ("suppressor", "both")


def role_of(gene: str) -> Role | None:
    """The role of a gene by its approved symbol; None for a gene not known to drive tumours.

    >>> role_of("PTEN").role, role_of("KRAS").role, role_of("NOTCH1").role, role_of("TTN")
    ('suppressor', 'oncogene', 'both', None)
    """
    return _roles().get(gene)


@dataclass(frozen=True)
class Ending:
    """How long a protein is, and the last codon at which a stop makes the messenger decay."""

    amino_acids: int
    last_decaying_codon: int


def ending_of(gene: str) -> Ending | None:
    """The end of a suppressor's protein; None where its exons are not known here."""
    return _endings().get(gene)


@cache
def _roles() -> dict[str, Role]:
    return {
        row["gene"]: Role(row["gene"], row["role"], row["clear"] == "yes", row["source"])  # type: ignore[arg-type]
        for row in facts.rows("roles.tsv")
    }


@cache
def _endings() -> dict[str, Ending]:
    return {
        row["gene"]: Ending(int(row["amino_acids"]), int(row["last_decaying_codon"]))
        for row in facts.rows("last_exons.tsv")
    }


def is_inherited(gene: str) -> bool:
    """Whether variants of this gene that patients are born with ask for counselling (ESMO 2019, PMID:31050713)."""
    return gene in _INHERITED

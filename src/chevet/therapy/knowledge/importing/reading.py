"""What a reader of another base gives: statements in our form, and how many rows could not be brought to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from chevet.genomics.alteration import Alteration
from chevet.genomics.names import named
from chevet.therapy.knowledge.base import rows
from chevet.therapy.knowledge.statement import COLUMNS, StatementError, read
from chevet.words import oncotree, treatments


@dataclass
class Imported:
    """Rows of our form, in order, and the reasons for which others were left out (`knowledge.left.<reason>`)."""

    rows: list[dict[str, str]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, cells: dict[str, str]) -> None:
        """Keep the row when it is a statement; count it otherwise."""
        row = {column: cells.get(column, "") for column in COLUMNS}
        try:
            read(row)
        except StatementError:
            self.left_out["not_a_statement"] += 1
            return
        self.rows.append(row)


def rule_of(gene: str, variant: str) -> str | None:
    """The rule that a gene and the name of a variant make; None when the name is not understood.

    >>> rule_of("BRAF", "V600E"), rule_of("ALK", "EML4::ALK"), rule_of("ERBB2", "AMPLIFICATION")
    ('BRAF p.V600E', 'EML4::ALK', 'ERBB2 amplification')
    >>> rule_of("KRAS", "MUTATION"), rule_of("EGFR", "EXON 19 DELETION"), rule_of("EGFR", "SOMETHING ELSE") is None
    ('KRAS oncogenic', 'EGFR exon_19_deletion', True)
    """
    text = variant.strip()
    plain = " ".join(text.lower().replace("_", " ").split())
    fixed = _PLAIN.get(plain)
    if fixed is not None:
        return f"{gene} {fixed}"
    found = named(f"{gene} {text}") or named(text.title(), gene=gene) or named(text)
    return None if found is None else _rule(found, gene)


_PLAIN = {
    "mutation": "oncogenic", "mutations": "oncogenic", "oncogenic mutations": "oncogenic",
    "amplification": "amplification",
    "loss-of-function": "loss", "loss of function": "loss", "loss": "loss", "deletion": "deletion", "fusion": "fusion",
    "fusions": "fusion", "rearrangement": "rearranged", "wildtype": "wild_type", "wild type": "wild_type",
    "truncating mutations": "truncating", "truncating mutation": "truncating", "frameshift truncation": "truncating",
    "internal duplication": "itd", "itd": "itd", "tkd mutation": "tkd", "promoter mutation": "promoter",
    "exon 14 skipping mutation": "exon_14_skipping", "exon 14 skipping": "exon_14_skipping", "viii": "vIII",
    "oncogenic": "oncogenic", "gain-of-function": "activating", "activating mutation": "activating",
}  # fmt: skip


def _rule(found: Alteration, gene: str) -> str | None:
    if found.type == "fusion" and found.fusion and all(found.fusion):
        return "::".join(found.fusion)
    if found.type in ("amplification", "deletion", "wild_type", "fusion"):
        return f"{found.gene or gene} {found.type}"
    if found.type != "variant" or (found.gene and gene and found.gene != gene):
        return None
    if found.protein_change:
        return f"{gene} {found.protein_change}"
    wanted = [name for name in found.classes if name.startswith(("exon_", "p.")) or name in ("itd", "tkd", "promoter")]
    exact = sorted(wanted, key=lambda name: (-len(name), name))
    return f"{gene} {exact[0]}" if exact else None


def tumour_of(name: str) -> str | None:
    """The code of OncoTree that a name of a disease means; None when it is not known."""
    return _diseases().get(" ".join(name.lower().split())) or oncotree.find(name)


@cache
def _diseases() -> dict[str, str]:
    table = resources.files("chevet.therapy.knowledge.importing") / "disease_names.tsv"
    return {name.strip().lower(): row["oncotree"] for _, row in rows(table) for name in row["names"].split("|")}


def therapy_of(names: Iterable[str]) -> str | None:
    """A regimen of medicines that are all known here, joined by plus; None when one is not."""
    found = [treatments.medicine(name.strip()) for name in names if name.strip()]
    if not found or any(one is None for one in found):
        return None
    return " + ".join(sorted({one.name for one in found if one is not None}))

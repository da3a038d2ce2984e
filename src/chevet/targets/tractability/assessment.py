"""All that the kept tables say of some genes: can they be hit, and may they be hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chevet.targets.evidence import Source
from chevet.targets.sources.kinds import Kind
from chevet.targets.tractability.harm import Essential, Liabilities, essential_of, liabilities_of
from chevet.targets.tractability.mechanism import Fit
from chevet.targets.tractability.medicines import Medicines, medicines_on
from chevet.targets.tractability.normal_tissue import NormalTissue, normal_tissue
from chevet.targets.tractability.other_targets import OtherTargets
from chevet.targets.tractability.reach import Ligandable, Surface, ligandable_of, surface_of
from chevet.targets.tractability.role import KnownRole, known_role
from chevet.targets.tractability.tables_kept import Tables

_BY_ROW: tuple[Kind, ...] = ("drugs", "surface", "families", "domains", "liabilities", "drivers")
# Where the names of families stand; that of surface proteins knows the proteins at the surface alone.
_WORDS: tuple[tuple[Kind, str], ...] = (("families", "family"), ("domains", "name"), ("surface", "subfamily"))


@dataclass(frozen=True)
class Assessment:
    """One gene. None where the table that would tell is not kept, or, for `normal_tissue`, does not name the gene.

    surface       not at the surface when its table is kept (`asked`) and this is None
    ligandable    classes that small molecules bind, by families and domains, and by the class of surface proteins
    classified    the table of families names the gene. One of domains alone does not rule a family out.
    """

    gene: str
    role: KnownRole
    medicines: Medicines | None
    surface: Surface | None
    ligandable: tuple[Ligandable, ...]
    classified: bool
    essential: Essential | None
    liabilities: Liabilities | None
    normal_tissue: NormalTissue | None


@dataclass(frozen=True)
class Tractability:
    """Several genes, in the order asked, and the tables that were kept."""

    genes: tuple[Assessment, ...]
    sources: dict[Kind, Source]
    kept_on: dict[Kind, str]

    def asked(self, kind: Kind) -> bool:
        """Whether this table was there to be asked."""
        return kind in self.sources


def assess(home: Path, genes: Sequence[str]) -> Tractability:
    """What the tables kept under `home` (CHEVET_HOME) say of genes by their approved symbols.

    Nothing of any patient is read.
    """
    return assess_by(Tables.of(home, genes), genes)


def assess_by(tables: Tables, genes: Sequence[str]) -> Tractability:
    """The same by tables that are read already."""
    rows = {kind: tables.by_gene(kind) for kind in _BY_ROW if kind in tables.kept}
    needed, spared = _names(tables, "essential"), _names(tables, "nonessential")
    others = OtherTargets(row for found in rows.get("drugs", {}).values() for row in found)
    tissue = normal_tissue(tables.kept["expression"].table) if "expression" in tables.kept else {}
    made = []
    for gene in genes:
        of = {kind: found.get(gene, []) for kind, found in rows.items()}
        role = known_role(gene, of.get("drivers", []), tables.source("drivers"))
        words = [(kind, row[column]) for kind, column in _WORDS for row in of.get(kind, []) if row[column]]
        ligandable = ligandable_of(words)
        elsewhere = partial(_elsewhere, others, gene, itself=bool(ligandable))
        made.append(
            Assessment(
                gene,
                role,
                medicines_on(of["drugs"], role, elsewhere) if "drugs" in of else None,
                surface_of(of.get("surface", [])),
                ligandable,
                bool(of.get("families")),
                essential_of(gene, needed, spared),
                liabilities_of(of["liabilities"], role.harmful_direction) if "liabilities" in of else None,
                tissue.get(gene),
            )
        )
    kept = tables.kept
    return Tractability(
        tuple(made), {kind: one.source for kind, one in kept.items()}, {kind: one.kept_on for kind, one in kept.items()}
    )


def _elsewhere(others: OtherTargets, gene: str, medicine: str, fit: Fit, *, itself: bool) -> str | None:
    """The gene that a medicine truly hits. `itself`: a kinase that is fused to another one is hit by itself, too."""
    fused = None if itself else others.fused(gene, medicine)
    return fused or (others.fitting(gene, medicine) if fit == "wrong_way" else None)


def _names(tables: Tables, kind: Kind) -> frozenset[str] | None:
    """The genes of a list; None when it is not kept."""
    if kind not in tables.kept:
        return None
    return frozenset(str(gene) for gene in tables.kept[kind].table["gene"].to_pylist())

"""Which partner of a fusion drives, and whether the fusion is one that drives tumours.

A kinase drives when its domain is kept: of ALK, RET or NTRK1 that is the 3' end of the gene, so that it must be the 3'
partner; FGFR1 to 3 keep theirs as either. A gene that is switched on by what stands before it needs no frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.genomics import facts, roles
from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Criterion, Direction, Verdict

SOURCE = "WHO Classification of Tumours, 5th ed. 2019-2022"
# Genes that drive with many partners, by the side on which they must stand.
AS_THREE_PRIME = frozenset({
    "ABL1", "ABL2", "AKT3", "ALK", "BRAF", "CSF1R", "ERBB4", "FGR", "FLT3", "INSR", "JAK2", "LTK", "MERTK", "MET",
    "MST1R", "MUSK", "NRG1", "NTRK1", "NTRK2", "NTRK3", "PDGFRA", "PDGFRB", "PRKACA", "PRKACB", "RAF1", "RET", "ROS1",
    "SYK", "TYK2", "RARA", "TFE3", "TFEB", "NUTM1", "PLAG1", "USP6", "MAML2", "RSPO2", "RSPO3", "ERG", "ETV1", "ETV4",
    "ETV5", "FLI1", "MECOM", "CRLF2", "EPOR", "NR4A3", "DUX4", "ZNF384", "PPARG", "CAMTA1",
})  # fmt: skip
AS_FIVE_PRIME = frozenset({
    "FGFR1", "FGFR2", "FGFR3", "EGFR", "KMT2A", "NUP98", "EWSR1", "SS18", "PAX3", "PAX7", "MYB", "MYBL1", "YAP1",
    "HMGA2", "ZFTA", "CBFA2T3", "MEF2D", "PAX5",
})  # fmt: skip
# Genes that take the place of immune receptors' and are switched on by them, on whichever side a file writes them.
_RECEPTORS = frozenset({"IGH", "IGK", "IGL", "TRA", "TRB", "TRD", "TRG"})
SWITCHED_ON = frozenset({
    "MYC", "BCL2", "BCL6", "CCND1", "CCND2", "CCND3", "NSD2", "FGFR3", "MAF", "MAFB", "IRF4", "MALT1", "CRLF2",
    "EPOR", "DUX4", "IL3", "TLX1", "TLX3", "LMO1", "LMO2", "TAL1", "NKX2-1", "MYCN", "CD274", "PDCD1LG2",
})  # fmt: skip
FEW_READS = 5


@dataclass(frozen=True)
class KnownFusion:
    """A pair that is known to drive. `chimera` needs its frame; `promoter` does not."""

    partners: tuple[str, str]
    driver: str
    kind: Literal["chimera", "promoter"]
    tumours: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Judged:
    """What a fusion means by itself."""

    driver: str
    verdict: Verdict
    direction: Direction = "unknown"
    criteria: tuple[Criterion, ...] = ()
    flags: tuple[str, ...] = ()


def known(five: str, three: str) -> KnownFusion | None:
    """The known fusion of these partners, 5' first.

    >>> known("EML4", "ALK").driver, known("ALK", "EML4")
    ('ALK', None)
    """
    return _known().get((five, three))


def judge(change: Alteration) -> Judged:
    """What the fusion means: oncogenic for a known pair, likely so for a known driver on its side."""
    five, three = change.fusion or ("", change.gene)
    pair = known(five, three)
    if pair is not None:
        found = _of_known(pair, change)
    elif known(three, five) is not None and not _is_two_sided(five, three):
        back = known(three, five)
        assert back is not None
        why = Criterion("FUSION", 0, f"{three}::{five}", back.source)
        found = Judged(back.driver, "uncertain", "unknown", (why,), ("fusion_reciprocal",))
    else:
        found = _of_side(five, three, change)
    if change.depth is not None and change.depth < FEW_READS:
        found = Judged(found.driver, found.verdict, found.direction, found.criteria, (*found.flags, "fusion_few_reads"))
    return found


def _of_known(pair: KnownFusion, change: Alteration) -> Judged:
    why = (Criterion("FUSION", 0, "::".join(pair.partners), pair.source),)
    if pair.kind == "chimera" and change.in_frame is False:
        return Judged(pair.driver, "uncertain", "unknown", why, ("fusion_out_of_frame",))
    return Judged(pair.driver, "oncogenic", "gain", why)


def _of_side(five: str, three: str, change: Alteration) -> Judged:
    driver, stands_well = _driver(five, three)
    why = (Criterion("FUSION", 0, driver, SOURCE),)
    if not driver:
        return _of_unknown(five, three, change)
    if not stands_well:
        return Judged(driver, "uncertain", "unknown", why, ("fusion_reciprocal",))
    if change.in_frame is False and not _is_two_sided(five, three):
        return Judged(driver, "uncertain", "unknown", why, ("fusion_out_of_frame",))
    flags = ["fusion_partner_unknown"] if not five or not three else []
    if change.in_frame is None and not _is_two_sided(five, three):
        flags.append("fusion_frame_unknown")
    return Judged(driver, "likely_oncogenic", "gain", why, tuple(flags))


def _driver(five: str, three: str) -> tuple[str, bool]:
    """The partner that drives, and whether it stands on its side."""
    if _is_two_sided(five, three):
        return (three if five in _RECEPTORS else five), True
    if three in AS_THREE_PRIME and five != three:
        return three, True
    if five in AS_FIVE_PRIME and five != three:
        return five, True
    # FGFR1 and its like are switched on by a 5' partner, too (BCR::FGFR1).
    if three in ("FGFR1", "FGFR2", "FGFR3"):
        return three, True
    if five in AS_THREE_PRIME:
        return five, not three
    if three in AS_FIVE_PRIME:
        return three, not five
    return "", False


def _is_two_sided(five: str, three: str) -> bool:
    return (five in _RECEPTORS and three in SWITCHED_ON) or (three in _RECEPTORS and five in SWITCHED_ON)


def _of_unknown(five: str, three: str, change: Alteration) -> Judged:
    """A pair of which nothing is known: a broken suppressor is a loss, but not shown to drive."""
    for gene in (five, three):
        role = roles.role_of(gene)
        if role is not None and role.clear:
            why = (Criterion("FUSION", 0, f"{gene} {role.role}", role.source),)
            return Judged(change.gene, "uncertain", "loss", why)
    return Judged(change.gene, "uncertain")


@cache
def _known() -> dict[tuple[str, str], KnownFusion]:
    found = {}
    for row in facts.rows("known_fusions.tsv"):
        pair = (row["five_prime"], row["three_prime"])
        tumours = tuple(row["tumours"].split("|")) if row["tumours"] else ()
        found[pair] = KnownFusion(pair, row["driver"], row["kind"], tumours, row["source"])  # type: ignore[arg-type]
    return found

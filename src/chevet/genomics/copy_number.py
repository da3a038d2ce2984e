"""What an amplification, a deletion, a gain or a loss of a gene means by itself."""

from __future__ import annotations

from chevet.genomics import roles
from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Criterion, Direction, Verdict


def verdict_of(change: Alteration) -> tuple[Verdict, Direction, tuple[Criterion, ...]]:
    """An amplified oncogene and a suppressor without a copy drive; one copy more or less alone tells nothing."""
    role = roles.role_of(change.gene)
    why = (Criterion("CN", 0, f"{change.gene} {role.role}", role.source),) if role is not None else ()
    if change.type == "amplification" and role is not None and role.activates:
        return "oncogenic" if role.role == "oncogene" else "likely_oncogenic", "gain", why
    if change.type == "deletion" and role is not None and role.suppresses:
        return "oncogenic" if role.clear else "likely_oncogenic", "loss", why
    direction: Direction = "gain" if change.type in ("amplification", "gain") else "loss"
    return "uncertain", direction, why

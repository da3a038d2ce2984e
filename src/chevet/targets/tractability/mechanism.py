"""Which way a medicine moves its target, and whether a tumour would suffer from that."""

from __future__ import annotations

import re
from typing import Literal

from chevet.targets.tractability.role import KnownRole

Effect = Literal["lowers", "raises"]
# `unexpected`: the wrong way by its mechanism, and yet one that moves the target this way is approved for a cancer, as
# tretinoin is where RARA is fused.
Fit = Literal["fits", "not_told", "unexpected", "wrong_way"]

# The kinds of action of ChEMBL (and DGIdb), by what they do to the work of the target. Those that bind, modulate,
# stabilise or cross-link do not say which way.
_LOWERS = frozenset({
    "inhibitor", "antagonist", "blocker", "antisense inhibitor", "rnai inhibitor", "negative modulator",
    "negative allosteric modulator", "allosteric antagonist", "inverse agonist", "degrader", "disrupting agent",
    "sequestering agent", "suppressor", "gene editing negative modulator",
})  # fmt: skip
_RAISES = frozenset({
    "agonist", "partial agonist", "activator", "opener", "positive modulator", "positive allosteric modulator",
    "potentiator", "stimulator", "inducer", "exogenous gene", "exogenous protein",
})  # fmt: skip


def effect_of(action: str | None) -> Effect | None:
    """Whether an action lowers or raises what the target does; None when it does not say, or says both.

    The target may stand before the action: "Tyrosine-protein kinase ABL inhibitor".

    >>> effect_of("inhibitor/binding agent"), effect_of("agonist"), effect_of("antagonist/agonist"), effect_of(None)
    ('lowers', 'raises', None, None)
    """
    words = {_act(word.strip()) for word in re.split(r"[|,/]", (action or "").lower())}
    lowers, raises = bool(words & _LOWERS), bool(words & _RAISES)
    if lowers == raises:
        return None
    return "lowers" if lowers else "raises"


def _act(word: str) -> str:
    """The longest known action that a word is, or ends in: an inverse agonist is no agonist."""
    ends = [act for act in _LOWERS | _RAISES if word == act or word.endswith(f" {act}")]
    return max(ends, key=len, default="")


def fit_of(role: KnownRole, effect: Effect | None) -> Fit:
    """Whether that is the way that helps: to lower an oncogene, to raise a suppressor.

    Not told where the role or the effect is not known, or where the gene is both.
    """
    if effect is None or role.role not in ("oncogene", "suppressor"):
        return "not_told"
    helps: Effect = "lowers" if role.role == "oncogene" else "raises"
    return "fits" if effect == helps else "wrong_way"

"""What a change does to a protein, told from its HGVS names and alleles, when no one has said it.

The MAF classes are what the cohort asks for; HGVS says the same in its own grammar, so the class
follows from the name. Where it does not, the answer is None.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chevet.words import proteins

_INTRONIC = re.compile(r"[cn]\.[-*]?\d+(?:_[-*]?\d+)?([+-])(\d+)")


@dataclass(frozen=True)
class Naming:
    """The names chosen among those of all transcripts; `others` is True when transcripts disagree."""

    protein: str | None = None
    cdna: str | None = None
    transcript: str | None = None
    others: bool = False


def choose(expressions: Sequence[tuple[str, str]]) -> Naming:
    """One naming among many transcripts' `(syntax, value)`: the protein change that most of them give.

    Of equals the first. With no protein change, the first coding name, else the first of any kind.
    """
    coding = [(at, *_split(value)) for at, (syntax, value) in enumerate(expressions) if syntax == "hgvs.c"]
    named = [(at, _split(value)[1]) for at, (syntax, value) in enumerate(expressions) if syntax == "hgvs.p"]
    changes = [(at, proteins.short(name) or name) for at, name in named if name]
    coding = [entry for entry in coding if entry[2]]
    if changes:
        counts = Counter(change for _, change in changes)
        chosen = max(counts, key=counts.__getitem__)
        at = next(at for at, change in changes if change == chosen)
        before = [entry for entry in coding if entry[0] < at]
        transcript, cdna = before[-1][1:] if before else (None, None)
        return Naming(chosen, cdna, transcript, len(counts) > 1)
    by_kind = sorted(coding, key=lambda entry: not str(entry[2]).startswith("c."))
    if not by_kind:
        return Naming()
    return Naming(None, by_kind[0][2], by_kind[0][1], len({entry[2] for entry in coding}) > 1)


def _split(value: str) -> tuple[str, str]:
    transcript, _, name = value.rpartition(":")
    return transcript, name.strip()


def consequence(naming: Naming, reference: str | None, alternate: str | None) -> str | None:
    """The MAF class of a change, or None when its names do not tell.

    >>> consequence(Naming("p.G12D"), "C", "T"), consequence(Naming("p.R58*"), "C", "T")
    ('Missense_Mutation', 'Nonsense_Mutation')
    >>> consequence(Naming("p.E437Dfs*2", "c.1307_1310dup"), None, None)
    'Frame_Shift_Ins'
    >>> consequence(Naming(None, "c.920+1G>A"), "G", "A")
    'Splice_Site'
    """
    if naming.protein is not None:
        return _of_protein(naming.protein, _gains(naming.cdna, reference, alternate))
    if naming.cdna is not None:
        return _of_cdna(naming.cdna)
    return None


def _gains(cdna: str | None, reference: str | None, alternate: str | None) -> bool | None:
    """Whether bases are gained (True) or lost (False); None when it cannot be told."""
    if reference is not None and alternate is not None:
        lengths = len(reference.strip("-")), len(alternate.strip("-"))
        return lengths[1] > lengths[0] if lengths[0] != lengths[1] else None
    if cdna is None or "delins" in cdna:
        return None
    return True if "dup" in cdna or "ins" in cdna else False if "del" in cdna else None


def _of_protein(change: str, gains: bool | None) -> str | None:
    body = change.removeprefix("p.").strip("()")
    if "fs" in body:
        return None if gains is None else "Frame_Shift_Ins" if gains else "Frame_Shift_Del"
    if "ext" in body or re.fullmatch(r"\*\d+[A-Z].*", body):
        return "Nonstop_Mutation"
    if re.fullmatch(r"M1[^0-9].*", body):
        return "Translation_Start_Site"
    if body.endswith("=") or re.fullmatch(r"([A-Z*])\d+\1", body):
        return "Silent"
    if re.search(r"(delins|ins|dup|del|>)", body):
        stops = re.search(r"(delins|ins)[A-Z]*\*", body)
        if stops:
            return "Nonsense_Mutation"
        return "In_Frame_Ins" if "ins" in body.replace("delins", "") or "dup" in body or gains else "In_Frame_Del"
    if re.fullmatch(r"[A-Z]\d+\*", body):
        return "Nonsense_Mutation"
    return "Missense_Mutation" if re.fullmatch(r"[A-Z]\d+[A-Z]", body) else None


def _of_cdna(name: str) -> str | None:
    intron = _INTRONIC.match(name)
    if intron:
        return "Splice_Site" if int(intron[2]) <= 2 and name.startswith("c.") else "Intron"
    if name.startswith("n."):
        return "RNA"
    if name.startswith("c.-"):
        return "5'UTR"
    return "3'UTR" if name.startswith("c.*") else None

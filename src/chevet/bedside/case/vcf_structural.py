"""Structural rows of a VCF as callers write them: breakends, deletions, duplications, inversions, translocations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from chevet.genomics import fusions
from chevet.genomics.alteration import Alteration, Build
from chevet.genomics.structural import Break, Placed, copies_changed, joined
from chevet.words import chromosomes

_BREAKEND = re.compile(r"([ACGTN.]*)([\[\]])([^\[\]:]+):(\d{1,10})([\[\]])([ACGTN.]*)", re.IGNORECASE)
_SINGLE = re.compile(r"\.[ACGTN]+|[ACGTN]+\.", re.IGNORECASE)
_CONNECTED: dict[str, Literal["left", "right"]] = {"3": "left", "5": "right"}  # as Delly numbers the ends
_SHORTEST = 50


def is_structural(alt: str) -> bool:
    """Whether an allele is no string of bases."""
    return alt.startswith("<") or "[" in alt or "]" in alt or _SINGLE.fullmatch(alt) is not None


def placed(
    chromosome: str, position: int, alt: str, info: Mapping[str, str], sample: Mapping[str, str], build: Build | None
) -> Placed:
    """What a structural row does to genes; or why that cannot be told."""
    if build is None or build == "other":
        return Placed(reason="build_unknown")
    kind = alt.strip("<>").partition(":")[0].upper() if alt.startswith("<") else "BND"
    if _SINGLE.fullmatch(alt):
        return Placed(reason="sv_mate_unknown")
    if kind in ("BND", "TRA", "CTX"):
        ends = _breakends(chromosome, position, alt) or _connected(chromosome, position, info)
        return joined(*ends, build) if ends else Placed(reason="sv_mate_unknown")
    end = _end(position, info)
    if kind not in ("DEL", "DUP", "INV", "CNV"):
        return Placed(reason="sv_kind", detail=alt[:20])
    if end is None or end - position < _SHORTEST:
        return Placed(reason="sv_no_end", detail=alt[:20])
    if kind == "INV":
        return _inverted(chromosome, position, end, info, build)
    return _changed(kind, chromosome, position, end, info, sample, build)


def _breakends(chromosome: str, position: int, alt: str) -> tuple[Break, Break] | None:
    """Both ends of a breakend: `t[p[` keeps what lies before `t` and what lies from `p` on."""
    found = _BREAKEND.fullmatch(alt)
    mate = chromosomes.chromosome(found[3].strip("<>")) if found is not None else None
    if found is None or mate is None or found[2] != found[5]:
        return None
    own: Literal["left", "right"] = "left" if found[1] else "right"
    return Break(chromosome, position, own), Break(mate, int(found[4]), "right" if found[2] == "[" else "left")


def _connected(chromosome: str, position: int, info: Mapping[str, str]) -> tuple[Break, Break] | None:
    """Both ends of a row that names the other place and how the ends are connected (`CHR2`, `END` or `POS2`, `CT`)."""
    mate = chromosomes.chromosome(info.get("CHR2", ""))
    where = info.get("POS2") or info.get("END") or ""
    how = re.fullmatch(r"([35])to([35])", info.get("CT", ""))
    if mate is None or how is None or not _is_place(where):
        return None
    return Break(chromosome, position, _CONNECTED[how[1]]), Break(mate, int(where), _CONNECTED[how[2]])


def _inverted(chromosome: str, position: int, end: int, info: Mapping[str, str], build: Build) -> Placed:
    """The junction that matters of the two that an inversion makes, unless the row is of one of them only."""
    both: list[tuple[Literal["left", "right"], str, str]] = [("left", "INV3", "3to3"), ("right", "INV5", "5to5")]
    said = [side for side, flag, how in both if flag in info or info.get("CT") == how]
    made = [
        joined(Break(chromosome, position, side), Break(chromosome, end, side), build)
        for side in said or [side for side, *_ in both]
    ]
    found = without_reciprocals([one for each in made for one in each.found])
    return Placed(tuple(found)) if found else made[0]


def _changed(
    kind: str, chromosome: str, start: int, end: int, info: Mapping[str, str], sample: Mapping[str, str], build: Build
) -> Placed:
    """Copies that a deletion or a duplication changes, and what its two ends make of the genes they lie in."""
    copies = _copies(sample.get("CN") or info.get("CN"))
    if kind == "CNV" and copies is None:
        return Placed(reason="sv_no_copies")
    junction = Placed()
    if kind == "DEL":
        junction = joined(Break(chromosome, start, "left"), Break(chromosome, end + 1, "right"), build)
    elif kind == "DUP":
        junction = joined(Break(chromosome, end, "left"), Break(chromosome, start + 1, "right"), build)
    if junction.reason in ("sv_within_gene", "sv_in_intron"):
        return junction
    homozygous = re.fullmatch(r"1[/|]1", sample.get("GT", "")) is not None
    inside = copies_changed(
        "gain" if kind == "DUP" else "loss", chromosome, start + 1, end, build, copies=copies, homozygous=homozygous
    )
    if junction.found and junction.found[0].type == "variant":
        return junction  # exons of one gene: the gene is there, and changed
    return Placed((*junction.found, *inside.found)) if junction.found or inside.found else inside


def supporting_reads(sample: Mapping[str, str]) -> int | None:
    """Reads that support a junction, as Manta (PR, SR) and Delly (DV, RV) count them; None where neither does."""
    counts = [sample[key].rpartition(",")[2] for key in ("PR", "SR") if "," in sample.get(key, "")]
    counts += [sample[key] for key in ("DV", "RV") if key in sample]
    numbers = [int(one) for one in counts if one.isdigit() and len(one) < 8]
    return sum(numbers) if numbers else None


def without_reciprocals(found: Sequence[Alteration]) -> list[Alteration]:
    """The findings without the second half of an exchange whose first half drives, and each fusion once."""
    pairs = {one.fusion for one in found if one.type == "fusion"}
    kept: list[Alteration] = []
    for one in found:
        if one.fusion is not None:
            back = one.fusion[::-1]
            if back in pairs and fusions.judge(one).verdict == "uncertain":
                continue
            if any(other.fusion == one.fusion for other in kept):
                continue
        kept.append(one)
    return kept


def _end(position: int, info: Mapping[str, str]) -> int | None:
    if _is_place(info.get("END", "")):
        return int(info["END"])
    length = info.get("SVLEN", "").partition(",")[0].lstrip("-")
    return position + int(length) if _is_place(length) else None


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _copies(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < 10_000 else None

"""Fusions as STAR-Fusion, Arriba, FusionCatcher, cBioPortal and plain lists of `A::B` write them."""

from __future__ import annotations

import re
from dataclasses import replace

from chevet.bedside.case.laboratory import Laboratory, build_of_name
from chevet.bedside.case.sheets import Sheet
from chevet.genomics.alteration import Alteration, Place
from chevet.genomics.fusion_names import of_partners
from chevet.genomics.gene_names import symbol
from chevet.genomics.names import named

_IN_FRAME = re.compile(r"in[-_ ]?frame|en phase|^yes$|^oui$|^true$", re.IGNORECASE)
_OUT = re.compile(r"out[-_ ]of|frame[-_ ]?shift|frameshift|hors phase|stop-codon|^no$|^non$|^false$", re.IGNORECASE)
_SIGNS = re.compile(r"--|::|–|(?<=\w)-(?=\w)")


def read_fusions(sheet: Sheet, file: str, laboratory: Laboratory) -> None:
    """Add the fusions of a table; a partner that is no gene is left empty, and a row with none is told."""
    seen: set[tuple[str, str]] = set()
    build = build_of_name(file)
    for line, entry in sheet.entries():
        made = _fusion(entry)
        if made is None:
            laboratory.leave(file, line, "fusion_not_understood", _told(entry)[:60])
            continue
        if made.fusion in seen:
            continue  # the same partners at another breakpoint
        seen.add(made.fusion or ("", ""))
        laboratory.alterations.append(
            replace(made, in_frame=_frame(entry.get("in_frame")), depth=_reads(entry), place=Place(file, line))
        )
        if entry.get("confidence", "").lower() == "low":
            laboratory.flag("fusion_of_low_confidence", "::".join(made.fusion or ()))
    laboratory.builds[file] = build


def _fusion(entry: dict[str, str]) -> Alteration | None:
    five, three = entry.get("five_prime", ""), entry.get("three_prime", "")
    told = _told(entry)
    if five or three:
        return of_partners(_partner(five), _partner(three), as_given=told)
    text = entry.get("fusion", "")
    for sign in ("--", "::"):
        if sign in text:
            left, _, right = text.partition(sign)
            return of_partners(left, right, as_given=told)
    found = named(text) if text else None
    if found is None and text:
        found = named(f"{text} fusion")
    return replace(found, as_given=told) if found is not None and found.type == "fusion" else None


def _partner(text: str) -> str:
    """The gene of a cell: `EML4^ENSG00000143924.19` of STAR-Fusion, `MIR(100),GENE(20)` of Arriba between genes."""
    name = text.partition("^")[0].strip()
    if symbol(name):
        return name
    near = re.match(r"([A-Za-z0-9.-]+)\(\d+\)", name)
    return near[1] if near and "," not in name else ""


def _told(entry: dict[str, str]) -> str:
    text = entry.get("fusion") or f"{entry.get('five_prime', '')}::{entry.get('three_prime', '')}"
    places = [entry[key] for key in ("left_place", "right_place") if key in entry]
    return " ".join([text, *places])[:300]


def _frame(text: str | None) -> bool | None:
    if not text:
        return None
    return False if _OUT.search(text) else True if _IN_FRAME.search(text) else None


def _reads(entry: dict[str, str]) -> int | None:
    counts = [int(entry[key]) for key in ("split_reads", "spanning_reads") if entry.get(key, "").isdigit()]
    return sum(counts) if counts and sum(counts) < 10**9 else None

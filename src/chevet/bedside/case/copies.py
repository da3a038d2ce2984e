"""Copy number: segments of chromosomes as they are, and calls of genes as amplified, deleted, gained or lost.

What the laboratory calls goes first: a word, or GISTIC's -2 to 2. A bare number of copies or a log ratio is called by
the limits of `genomics.copy_number`.
"""

from __future__ import annotations

import re

from chevet.bedside.case.laboratory import Laboratory, build_named, build_of_name
from chevet.bedside.case.reading import Segment
from chevet.bedside.case.sheets import Sheet
from chevet.genomics import copy_number
from chevet.genomics.alteration import Alteration, AlterationType, Place
from chevet.genomics.gene_names import symbol
from chevet.words import chromosomes

_LEVELS: dict[str, AlterationType | None] = {
    "2": "amplification", "1": "gain", "0": None, "-1": "loss", "-1.5": "loss", "-2": "deletion",
}  # fmt: skip
_WORDS: tuple[tuple[str, AlterationType | None], ...] = (
    (r"homo\w* del|homdel|deep del|deep loss|biallelic|délétion homozygote|two[- ]copy|hom\w* loss", "deletion"),
    (r"not amplif|no amplif|non amplif|normal|neutral|neutre|diploid|diploïde|no change|wild|absen|nég|neg", None),
    (r"high[- ]level gain|amplif|\bamp\b", "amplification"),
    (r"hemi|hétéro|hetero|shallow|loh|single|one[- ]copy|1 copy", "loss"),
    (r"\bdel\b|deletion|délétion|deleted|délété", "deletion"),
    (r"\bgain|\bdup|polysom", "gain"),
    (r"\bloss|perte|lost", "loss"),
)  # fmt: skip


def read_segments(sheet: Sheet, file: str, laboratory: Laboratory) -> None:
    """Add the segments of a file; a row without place or without copies is told."""
    build = build_of_name(file)
    for line, entry in sheet.entries():
        chromosome = chromosomes.chromosome(entry.get("chromosome", ""))
        start, end = (_number(entry.get(key)) for key in ("start", "end"))
        if chromosome is None or start is None or end is None or not 0 <= start <= end < 1e9:
            laboratory.leave(file, line, "segment_without_place")
            continue
        major, minor, log2 = (_number(entry.get(key)) for key in ("major", "minor", "log2"))
        copies = _number(entry.get("copy_number"))
        if copies is None and major is not None and minor is not None:
            copies = major + minor
        if (copies is None and log2 is None) or (copies is not None and not 0 <= copies < 10_000):
            laboratory.leave(file, line, "segment_without_copies")
            continue
        own = build_named(entry.get("build")) or build
        laboratory.segments.append(Segment(chromosome, int(start), int(end), copies, minor, log2, own, file))
    laboratory.builds[file] = build


def read_gene_calls(sheet: Sheet, file: str, laboratory: Laboratory) -> None:
    """Add a finding for each gene that is called changed; a gene called unchanged is none."""
    for line, entry in sheet.entries():
        gene = symbol(entry.get("gene", ""))
        if gene is None:
            laboratory.leave(file, line, "unknown_gene", entry.get("gene", "")[:40])
            continue
        copies, log2 = _number(entry.get("copy_number")), _number(entry.get("log2"))
        called = entry.get("call")
        try:
            kind = called_of(called) if called else _by_copies(copies, log2)
        except ValueError:
            laboratory.leave(file, line, "call_not_understood", (called or "")[:40])
            continue
        if kind is not None:
            told = called or (f"{copies:g} copies" if copies is not None else f"log2 {log2:g}")
            laboratory.alterations.append(
                Alteration(
                    kind, gene=gene, copy_number=copies, as_given=f"{gene} {told}"[:200], place=Place(file, line)
                )
            )
        elif not called and copies is None and log2 is None:
            laboratory.leave(file, line, "copies_not_called", gene)


def called_of(text: str) -> AlterationType | None:
    """What a laboratory calls the copies of a gene; None when it calls them unchanged. Raises ValueError.

    >>> called_of("-2"), called_of("Amplification"), called_of("neutral"), called_of("shallow deletion")
    ('deletion', 'amplification', None, 'loss')
    """
    plain = text.strip().lower().removesuffix(".0").lstrip("+")
    if plain in _LEVELS:
        return _LEVELS[plain]
    for pattern, kind in _WORDS:
        if re.search(pattern, plain):
            return kind
    raise ValueError("no call")


def _by_copies(copies: float | None, log2: float | None) -> AlterationType | None:
    """What a number says where the laboratory calls nothing: by the limits of `genomics.copy_number`."""
    return copy_number.call(copy_number.Segment("", 0, 0, copies, None, log2), None)


def _number(text: str | None) -> float | None:
    try:
        number = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e10 and number == number else None

"""One finding of a laboratory, in the names of the field, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

AlterationType = Literal[
    "variant", "fusion", "amplification", "deletion", "gain", "loss", "signature", "expression", "wild_type"
]
ALTERATION_TYPES: tuple[AlterationType, ...] = (
    "variant", "fusion", "amplification", "deletion", "gain", "loss", "signature", "expression", "wild_type",
)  # fmt: skip
Origin = Literal["somatic", "germline", "unknown"]
Build = Literal["GRCh37", "GRCh38", "other"]  # other: a genome of the site's own, of no human build


@dataclass(frozen=True)
class Genomic:
    """A small change of the genome, as VCF writes it: 1-based position on the forward strand."""

    build: Build
    chromosome: str
    position: int
    ref: str
    alt: str


@dataclass(frozen=True)
class Place:
    """Where a finding was read: the file's own name and the row in it, 1-based; 0 for a finding that has no row."""

    file: str = ""
    row: int = 0


@dataclass(frozen=True)
class Alteration:
    """One finding. What the source does not say is None or empty.

    gene             approved symbol; of a fusion, the partner that drives it; empty for a signature
    protein_change   HGVS p. in the normal form of `words.proteins.short`
    cdna             HGVS c. without the transcript
    consequence      a MAF class (`words.consequences`)
    vaf              share of reads, 0 to 1
    copy_number      absolute copies in the tumour
    fusion           partners as read, 5' first: ("EML4", "ALK"); an unknown one is empty
    in_frame         of a fusion
    name, value      of a signature or a measured protein: a name of `words.biomarkers`, and its level or number
    classes          names under which rules ask for it: exon_19_deletion, exon_14_skipping, itd, promoter ...
    as_given         the finding as the source wrote it
    population_frequency  the highest share of alleles in any large population, 0 to 1, when the source says it
    predictions      what programs say of it, by the source: (program, harmful, harmless or unclear)
    """

    type: AlterationType
    gene: str = ""
    protein_change: str | None = None
    cdna: str | None = None
    genomic: Genomic | None = None
    transcript: str | None = None
    consequence: str | None = None
    exon: int | None = None
    vaf: float | None = None
    depth: int | None = None
    copy_number: float | None = None
    fusion: tuple[str, str] | None = None
    in_frame: bool | None = None
    name: str = ""
    value: str | float | None = None
    unit: str = ""
    origin: Origin = "unknown"
    classes: frozenset[str] = field(default_factory=frozenset)
    as_given: str = ""
    place: Place = Place()
    population_frequency: float | None = None
    predictions: tuple[tuple[str, Literal["harmful", "harmless", "unclear"]], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The finding in the words of the published schema; what is not said is left out."""
        found: dict[str, Any] = {
            "type": self.type, "gene": self.gene, "protein_change": self.protein_change, "cdna": self.cdna,
            "genomic": genomic_text(self.genomic), "transcript": self.transcript, "consequence": self.consequence,
            "exon": self.exon, "vaf": self.vaf, "depth": self.depth, "copy_number": self.copy_number,
            "fusion": "::".join(self.fusion) if self.fusion else None, "in_frame": self.in_frame,
            "name": self.name, "value": self.value, "unit": self.unit, "origin": self.origin,
            "classes": sorted(self.classes), "as_given": self.as_given,
        }  # fmt: skip
        return {key: value for key, value in found.items() if value not in (None, "", [])}


def genomic_text(change: Genomic | None) -> str | None:
    """The change as one word.

    >>> genomic_text(Genomic("GRCh37", "7", 140453136, "A", "T"))
    'GRCh37:7:140453136:A>T'
    """
    if change is None:
        return None
    return f"{change.build}:{change.chromosome}:{change.position}:{change.ref}>{change.alt}"

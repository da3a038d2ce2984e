"""What the files of a laboratory say together, while they are read one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chevet.bedside.case.reading import Flag, NotRead, Segment
from chevet.genomics.alteration import Alteration, Build

_ENDINGS = re.compile(
    r"(?:[-_. ]*(?:tumou?rs?|tumeur|normal|germline|constitutionnel|blood|sang|dna|adn|rna|arn|wes|wgs|exome|panel|"
    r"ffpe|cfdna|ctdna|plasma|somatic|sample|[tn]\d{0,2}|[tn]umor\d?|primary|metastasis|met|rep\d|run\d|s\d{1,3}|l\d{1,3}))+$",
    re.IGNORECASE,
)
_TCGA = re.compile(r"TCGA-[A-Z0-9]{2}-[A-Z0-9]{4}")
_ROLE_ALONE = re.compile(
    r"(?:tumou?r|tumeur|normal|germline|sample|\d+|unknown|none|tumor_sample|sample1|na)", re.IGNORECASE
)
_GERMLINE_NAME = re.compile(r"germ[-_ ]?line|germinal|constitutional|constitutionnel|\bnormal\b|_normal", re.IGNORECASE)
_BUILDS: dict[str, Build] = {
    "grch37": "GRCh37", "hg19": "GRCh37", "b37": "GRCh37", "37": "GRCh37", "hs37d5": "GRCh37",
    "grch38": "GRCh38", "hg38": "GRCh38", "b38": "GRCh38", "38": "GRCh38",
}  # fmt: skip
_BUILD_NAME = re.compile(r"(grch37|hg19|b37|grch38|hg38|b38)", re.IGNORECASE)


@dataclass
class Laboratory:
    """The findings and what must be told of them.

    people     file to the names of patients that stand inside it
    builds     file to the build that it is written in, None when it does not say
    expression gene to the value as given
    """

    alterations: list[Alteration] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    expression: dict[str, float] = field(default_factory=dict)
    people: dict[str, set[str]] = field(default_factory=dict)
    builds: dict[str, Build | None] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    facts: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def leave(self, file: str, row: int, reason: str, detail: str = "") -> None:
        """Tell what was not used, and why."""
        self.not_read.append(NotRead(file, row, reason, detail))

    def flag(self, key: str, detail: str = "") -> None:
        """Tell the reader something of the files, once."""
        told = Flag(key, detail)
        if told not in self.flags:
            self.flags.append(told)

    def names(self, file: str, sample: str) -> None:
        """Remember whose sample a file speaks of."""
        person = patient_of(sample)
        if person:
            self.people.setdefault(file, set()).add(person)


def patient_of(sample: str) -> str:
    """The patient whom a sample's name speaks of, in capitals; empty when it only says which of two samples it is.

    >>> patient_of("TCGA-A2-A04W-01A-31D"), patient_of("P17_tumor"), patient_of("P17-N"), patient_of("TUMOR")
    ('TCGA-A2-A04W', 'P17', 'P17', '')
    """
    name = sample.strip()
    if not name or _ROLE_ALONE.fullmatch(name):
        return ""
    barcode = _TCGA.match(name)
    if barcode is not None:
        return barcode[0]
    bare = _ENDINGS.sub("", name)
    return (bare if len(bare) >= 2 else name).upper()


def says_germline(name: str) -> bool:
    """Whether a file's or a sample's name says that it holds what was inherited.

    >>> says_germline("P1.germline.vcf.gz"), says_germline("tumor_vs_normal.vcf"), says_germline("P1_T.vcf")
    (True, False, False)
    """
    return _GERMLINE_NAME.search(name) is not None and not re.search(r"tumou?r|somatic|vs", name, re.IGNORECASE)


def build_of_name(name: str) -> Build | None:
    """The build that a file's name says."""
    found = _BUILD_NAME.search(name)
    return build_named(found[1]) if found is not None else None


def build_named(text: str | None) -> Build | None:
    """The build by any of its names; None for another.

    >>> build_named("hg19"), build_named("38"), build_named("mm10")
    ('GRCh37', 'GRCh38', None)
    """
    return _BUILDS.get((text or "").strip().lower())

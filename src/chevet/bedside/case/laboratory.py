"""What the files of a laboratory say together, while they are read one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chevet.bedside.case.reading import Flag, NotRead, Segment
from chevet.genomics.alteration import Alteration, Build
from chevet.records.maf import patient_of_barcode

_ENDINGS = re.compile(
    r"(?:[-_. ]*(?:tumou?rs?|tumeur|normal|germline|constitutionnel|blood|sang|dna|adn|rna|arn|wes|wgs|exome|panel|"
    r"ffpe|cfdna|ctdna|plasma|somatic|sample|[tn]\d{0,2}|[tn]umor\d?|primary|metastasis|met|rep\d|run\d|s\d{1,3}|l\d{1,3}))+$",
    re.IGNORECASE,
)
_ROLE_ALONE = re.compile(
    r"(?:tumou?r|tumeur|normal|germline|sample|\d+|unknown|none|tumor_sample|sample1|na)", re.IGNORECASE
)
_GERMLINE_NAME = re.compile(r"germ[-_ ]?line|germinal|constitutional|constitutionnel|\bnormal\b|_normal", re.IGNORECASE)
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
    barcode = patient_of_barcode(name.split("_")[0])
    if barcode.startswith("TCGA-"):
        return barcode
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
    if found is None:
        return None
    return "GRCh37" if found[1].lower() in ("grch37", "hg19", "b37") else "GRCh38"

"""A change of the genome as one word: `GRCh37:7:140453136:A>T`, `chr7-1-A-T (hg38)`, `NC_000007.13:g.1A>T`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chevet.genomics.alteration import Build, Genomic
from chevet.genomics.builds import recognised
from chevet.words import chromosomes

_BUILDS: dict[str, Build] = {
    "grch37": "GRCh37", "hg19": "GRCh37", "b37": "GRCh37", "grch38": "GRCh38", "hg38": "GRCh38", "b38": "GRCh38",
}  # fmt: skip
_BUILD = re.compile(r"\(?\b(grch37|hg19|b37|grch38|hg38|b38)(?:\.p\d+)?\b\)?", re.IGNORECASE)
_SPELT = re.compile(
    r"(?:chr)?([0-9]{1,2}|X|Y|MT?)[:\s_-]+(?:g\.)?(\d{1,9})[:\s_-]*([ACGTN]*)[:\s>/_-]+([ACGTN]*)", re.IGNORECASE
)
_RECORD = re.compile(r"NC_0000(\d\d)\.(\d+):g\.(\d{1,9})([ACGTN]+)>([ACGTN]+)")
# Versions of the RefSeq records of chromosomes, by the build that they belong to (NCBI Assembly).
_VERSIONS_37 = {
    1: 10, 2: 11, 3: 11, 4: 11, 5: 9, 6: 11, 7: 13, 8: 10, 9: 11, 10: 10, 11: 9, 12: 11, 13: 10, 14: 8, 15: 9, 16: 9,
    17: 10, 18: 9, 19: 9, 20: 10, 21: 8, 22: 10, 23: 10, 24: 9,
}  # fmt: skip


def genomic_of(text: str | None) -> Genomic | None:
    """The change that a word names; None when it is none, or names no build.

    >>> genomic_of("chr7-140453136-A-T (hg19)")
    Genomic(build='GRCh37', chromosome='7', position=140453136, ref='A', alt='T')
    >>> genomic_of("NC_000007.14:g.140753336A>T").build, genomic_of("7:140453136:A>T")
    ('GRCh38', None)
    """
    if not text or len(text) > 300:
        return None
    record = _RECORD.fullmatch(text.strip())
    if record is not None and 1 <= int(record[1]) <= 24:
        older = _VERSIONS_37[int(record[1])]
        build: Build | None = {older: "GRCh37", older + 1: "GRCh38"}.get(int(record[2]))  # type: ignore[assignment]
        chromosome = chromosomes.chromosome(str(int(record[1])))
        return Genomic(build, chromosome, int(record[3]), record[4], record[5]) if build and chromosome else None
    named = _BUILD.search(text)
    if named is None:
        return None
    spelt = _spelt((text[: named.start()] + text[named.end() :]).strip(" :;,-_"))
    return Genomic(_BUILDS[named[1].lower()], *spelt) if spelt else None


def build_shown(texts: Sequence[str]) -> Build | None:
    """The build on which those of a case's places count that name none, by their bases and known changes.

    >>> build_shown(["7:140453136:A>T"]), build_shown(["7:1:A>T"]), build_shown([])
    ('GRCh37', None, None)
    """
    bare = [spelt for text in texts if len(text) <= 300 and genomic_of(text) is None and (spelt := _spelt(text))]
    return recognised((), bare).build if bare else None


def _spelt(text: str) -> tuple[str, int, str, str] | None:
    """Chromosome, position and bases of a place that is written without its build."""
    spelt = _SPELT.fullmatch(text.strip())
    chromosome = chromosomes.chromosome(spelt[1]) if spelt else None
    if spelt is None or chromosome is None or not (spelt[3] or spelt[4]):
        return None
    return chromosome, int(spelt[2]), spelt[3].upper(), spelt[4].upper()

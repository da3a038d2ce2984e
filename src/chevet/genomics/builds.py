"""Which build of the human genome a file counts on: by its header, and by whether its bases are those of the build."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from chevet.genomics.alteration import Build, Genomic
from chevet.genomics.calling import fewest_bases
from chevet.genomics.coding import reverse_complement
from chevet.genomics.coding_sequences import built_in
from chevet.genomics.known_changes import known_at
from chevet.genomics.transcript import Transcripts, plain_chromosome

How = Literal["contigs", "header", "bases", ""]
# Lengths of the chromosomes in GRCh37 and GRCh38 (Genome Reference Consortium).
_LENGTHS: dict[str, tuple[int, int]] = {
    "1": (249250621, 248956422), "2": (243199373, 242193529), "3": (198022430, 198295559), "4": (191154276, 190214555),
    "5": (180915260, 181538259), "6": (171115067, 170805979), "7": (159138663, 159345973), "8": (146364022, 145138636),
    "9": (141213431, 138394717), "10": (135534747, 133797422), "11": (135006516, 135086622),
    "12": (133851895, 133275309), "13": (115169878, 114364328), "14": (107349540, 107043718),
    "15": (102531392, 101991189), "16": (90354753, 90338345), "17": (81195210, 83257441), "18": (78077248, 80373285),
    "19": (59128983, 58617616), "20": (63025520, 64444167), "21": (48129895, 46709983), "22": (51304566, 50818468),
    "X": (155270560, 156040895), "Y": (59373566, 57227415),
}  # fmt: skip
_NAMES: tuple[tuple[Build, re.Pattern[str]], ...] = (
    ("GRCh37", re.compile(r"GRCh37|hg19|hs37d5|\bb37\b|human_g1k_v37|NCBI37", re.IGNORECASE)),
    ("GRCh38", re.compile(r"GRCh38|hg38|hs38|\bb38\b|NCBI38", re.IGNORECASE)),
)
# A file carried over by a chain says from where and to what: hg19ToHg38.over.chain.
_CHAIN = re.compile(r"##liftover.*(?:hg|grch)(?:19|37|38)to((?:hg|grch)(?:19|37|38))", re.IGNORECASE)
_BUILDS: tuple[Build, ...] = ("GRCh37", "GRCh38")
_CONTIG = re.compile(r"##contig=<.*?\bID=([^,>]+).*?\blength=(\d+)", re.IGNORECASE)
# Lines that name the genome on which the file counts, the last word first.
_NAMING = ("##new_reference_genome", "##reference", "##assembly", "#version_of_reference", "##contig", "##genome")


@dataclass(frozen=True)
class Recognised:
    """The build, None when nothing tells or what tells disagrees, and by what.

    fitting, checked   of the substitutions within coding sequences that Chevet knows, how many have its bases
    contradicted       the bases are those of the other build than the header says
    """

    build: Build | None
    how: How
    fitting: int = 0
    checked: int = 0
    contradicted: bool = False


def recognised(header: Iterable[str], changes: Iterable[tuple[str, int, str, str]]) -> Recognised:
    """The build of a file.

    header    its lines that begin with #
    changes   chromosome, position, ref, alt

    >>> recognised(["##contig=<ID=chr7,length=159345973>"], []).build
    'GRCh38'
    >>> recognised([], [("7", 140453136, "A", "T"), ("12", 25398284, "C", "T"), ("3", 178952085, "A", "G")]).how
    'bases'
    """
    build, how = _by_header(list(header))
    evidence = _evidence(list(changes))
    if build is not None:
        other: Build = "GRCh38" if build == "GRCh37" else "GRCh37"
        mine = evidence[build]
        return Recognised(build, how, mine.fit, mine.checked, contradicted=evidence[other].tells(mine))
    for one, rest in ((evidence["GRCh37"], evidence["GRCh38"]), (evidence["GRCh38"], evidence["GRCh37"])):
        if one.tells(rest):
            return Recognised(one.build, "bases", one.fit, one.checked)
    return Recognised(None, "")


@dataclass(frozen=True)
class _Evidence:
    """How well changes fit one build: well-known ones found at their place, and bases of coding sequences."""

    build: Build
    known: int
    fit: int
    checked: int

    def tells(self, other: _Evidence) -> bool:
        """Whether it speaks for this build, and the other's against that one."""
        if other.known == 0 < self.known and self.fit >= other.fit:
            return True
        sure = self.fit >= 3 and self.fit >= 0.95 * self.checked
        return sure and other.known <= self.known and other.fit < 0.7 * max(other.checked, 1)


def _evidence(changes: list[tuple[str, int, str, str]]) -> dict[Build, _Evidence]:
    found: dict[Build, _Evidence] = {}
    for build in _BUILDS:
        known = sum(known_at(Genomic(build, *change)) is not None for change in changes)
        found[build] = _Evidence(build, known, *fitting(changes, built_in(build)))
    return found


def fitting(changes: Iterable[tuple[str, int, str, str]], transcripts: Transcripts) -> tuple[int, int]:
    """Of the substitutions in coding bases of these transcripts, how many have their bases, and how many there are."""
    fit = checked = 0
    for chromosome, position, ref, alt in changes:
        place = Genomic(transcripts.build, chromosome, position, ref, alt)
        bases = fewest_bases(place)
        if bases is None or len(bases[1]) != 1 or len(bases[2]) != 1:
            continue
        for one in transcripts.at(place):
            index, offset = one.locate(bases[0])
            if not offset and one.span[0] <= bases[0] <= one.span[1]:
                base = one.sequence[index]
                checked += 1
                fit += bases[1] == (base if one.strand > 0 else reverse_complement(base))
                break
    return fit, checked


def build_of_length(chromosome: str, length: int) -> Build | None:
    """The build in which a chromosome has this length; None when in neither.

    >>> build_of_length("chr1", 248956422), build_of_length("1", 1000)
    ('GRCh38', None)
    """
    known = _LENGTHS.get(plain_chromosome(chromosome), (0, 0))
    return next((build for build, size in zip(_BUILDS, known, strict=True) if size == length), None)


def _by_header(lines: list[str]) -> tuple[Build | None, How]:
    lengths = [0, 0]
    for line in lines:
        if found := _CONTIG.match(line):
            known = _LENGTHS.get(plain_chromosome(found[1]), (0, 0))
            for number in (0, 1):
                lengths[number] += known[number] == int(found[2])
    if lengths[0] != lengths[1]:
        return ("GRCh37" if lengths[0] > lengths[1] else "GRCh38"), "contigs"
    chained = {found[1] for line in lines if (found := _CHAIN.match(line))}
    lines = [*lines, *(f"{_NAMING[0]}={name}" for name in chained)]
    for start in _NAMING:
        named = {build for line in lines if line.startswith(start) for build, name in _NAMES if name.search(line)}
        if len(named) == 1:
            return named.pop(), "header"
        if named:
            return None, ""
    return None, ""

"""A VCF file, somatic or germline, with the annotations of VEP, SnpEff or bcftools csq where it has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chevet.bedside.case.laboratory import Laboratory, build_of_name, says_germline
from chevet.bedside.case.vcf_annotations import Annotations
from chevet.bedside.case.vcf_samples import Columns, columns_of, reads_of, sample_of
from chevet.bedside.case.vcf_structural import is_structural, placed, supporting_reads, without_reciprocals
from chevet.genomics.alteration import Build, Genomic, Origin, Place
from chevet.genomics.structural import Placed
from chevet.words import chromosomes

MOST_ROWS = 2_000_000
_BASES = re.compile(r"[ACGTN]+", re.IGNORECASE)
_OF_GENES = ("sv_breaks_gene", "sv_against_each_other", "sv_unknown_pair", "sv_within_gene", "sv_in_intron")
_NAMED = 15
_NO_ALLELE = ("*", ".", "<*>", "<NON_REF>")  # overlapped by another row, or none that was seen
_PASSED = ("PASS", ".", "")
_FIRST = {249250621: "GRCh37", 248956422: "GRCh38"}  # length of chromosome 1
_NAMES: tuple[tuple[str, Build], ...] = (
    ("grch37", "GRCh37"), ("hg19", "GRCh37"), ("b37", "GRCh37"), ("hs37d5", "GRCh37"), ("human_g1k_v37", "GRCh37"),
    ("grch38", "GRCh38"), ("hg38", "GRCh38"), ("b38", "GRCh38"), ("gca_000001405.15", "GRCh38"),
)  # fmt: skip
_LIFTED = re.compile(r"(?:to|over[._]to[._])(grch37|hg19|grch38|hg38)", re.IGNORECASE)


@dataclass
class _Head:
    """What stands before the rows: the build, the annotations and the columns of samples."""

    build: Build | None = None
    lines: list[str] = field(default_factory=list)
    columns: Columns = field(default_factory=Columns)
    annotations: Annotations = field(default_factory=Annotations)


def is_vcf(text: str) -> bool:
    """Whether a text is a VCF file, by its first line or its line of columns."""
    return (
        text.startswith("##fileformat=VCF")
        or re.search(r"^#CHROM\tPOS\tID\tREF\tALT", text[:200_000], re.M) is not None
    )


def read_vcf(text: str, file: str, laboratory: Laboratory) -> None:
    """Add the changes of a VCF file; rows that failed a filter, that the sample does not carry, or that say nothing
    of a gene are counted in what was not read."""
    head, rows = _head(text, file)
    if head is None:
        laboratory.leave(file, 0, "no_rows")
        return
    laboratory.builds[file] = head.build
    for sample in head.columns.of_patient:
        laboratory.names(file, sample)
    if head.columns.unclear:
        laboratory.leave(file, 0, "several_samples", str(len(head.columns.names)))
        return
    origin = _origin(file, head)
    left: Counter[tuple[str, str]] = Counter()
    before = len(laboratory.alterations)
    for line, row in rows:
        _read_row(row, Place(file, line), head, origin, left, laboratory)
    found = without_reciprocals(laboratory.alterations[before:])
    laboratory.alterations[before:] = found
    if fused := ["::".join(one.fusion) for one in found if one.fusion is not None]:
        laboratory.flag("fusions_from_breaks", ", ".join(dict.fromkeys(fused))[:200])
    for (reason, detail), times in _by_reason(left).items():
        laboratory.leave(file, 0, reason, f"{detail} × {times}" if detail else str(times))


def _by_reason(left: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The same with one entry for each reason of structural rows, which names the first genes and counts them all."""
    genes: dict[str, dict[str, None]] = {}
    for reason, detail in left:
        if reason in _OF_GENES:
            genes.setdefault(reason, {}).update(dict.fromkeys(detail.split(", ")))
    joined: Counter[tuple[str, str]] = Counter()
    for (reason, detail), times in left.items():
        named = list(genes.get(reason, ()))
        words = ", ".join(named[:_NAMED]) + (" …" if len(named) > _NAMED else "")
        joined[reason, words if named else detail] += times
    return joined


def _head(text: str, file: str) -> tuple[_Head | None, Iterator[tuple[int, str]]]:
    lines = text.split("\n")
    head = _Head()
    for at, line in enumerate(lines):
        if line.startswith("##"):
            head.lines.append(line)
        elif line.startswith("#CHROM"):
            head.build = build_of_head(head.lines) or build_of_name(file)
            head.columns = columns_of(line.split("\t"), head.lines, germline=says_germline(file))
            head.annotations = Annotations.of_head(head.lines)
            body = ((number, row) for number, row in enumerate(lines[at + 1 :], at + 2) if row.strip())
            return head, body
        elif line.strip():
            break
    return None, iter(())


def build_of_head(lines: list[str]) -> Build | None:
    """The build that a VCF's header says; what it was lifted to goes before what it was.

    >>> build_of_head(["##contig=<ID=chr1,length=248956422>"]), build_of_head(["##liftOverFile=/x/hg38ToHg19.chain"])
    ('GRCh38', 'GRCh37')
    """
    for line in lines:
        if "liftover" in line.lower() and (lifted := _LIFTED.search(line)):
            return dict(_NAMES)[lifted[1].lower()]
    for line in lines:
        length = re.search(r"##contig=<ID=(?:chr)?1,.*?length=(\d+)", line)
        if length is not None and int(length[1][:12]) in _FIRST:
            return _FIRST[int(length[1][:12])]  # type: ignore[return-value]
    for start in ("##reference", "##assembly", "##new_reference", "##contig", "##VEP", "##SnpEff", "##"):
        for line in lines:
            if line.startswith(start):
                found = {build for name, build in _NAMES if name in line.lower()}
                if len(found) == 1:
                    return found.pop()
    return None


def _origin(file: str, head: _Head) -> Origin:
    if head.columns.germline:
        return "germline"
    if head.columns.normal is not None or any("somatic" in line.lower() for line in head.lines):
        return "somatic"
    return "unknown"


def _read_row(
    row: str, place: Place, head: _Head, origin: Origin, left: Counter[tuple[str, str]], laboratory: Laboratory
) -> None:
    cells = row.split("\t", 9 + len(head.columns.names))
    if len(cells) < 8:
        cells = row.split()
    if len(cells) < 5 or not cells[1].isdigit() or len(cells[1]) > 10:
        laboratory.leave(place.file, place.row, "row_not_understood")
        return
    if len(cells) > 6 and cells[6] not in _PASSED:
        left[("filtered", cells[6][:40])] += 1
        return
    chromosome = chromosomes.chromosome(cells[0])
    if chromosome is None:
        left[("unknown_chromosome", cells[0][:20])] += 1
        return
    info = _info(cells[7]) if len(cells) > 7 else {}
    every = cells[4].split(",")
    for number, alt in enumerate(every, 1):
        if alt in _NO_ALLELE:
            continue
        is_small = _BASES.fullmatch(alt) is not None and _BASES.fullmatch(cells[3]) is not None
        if not is_small and not is_structural(alt):
            left[("structural", "")] += 1
            continue
        reads = reads_of(cells, head.columns, info, number, cells[3], every)
        if reads.absent:
            left[("not_carried", "")] += 1
            continue
        if not is_small:
            found = placed(chromosome, int(cells[1]), alt, info, sample_of(cells, head.columns), head.build)
            _keep_structural(found, cells, alt, origin, place, head, left, laboratory)
            continue
        at = trimmed(chromosome, int(cells[1]), cells[3].upper(), alt.upper(), head.build)
        made = replace(
            head.annotations.of(info, cells[3].upper(), alt.upper(), len(every)),
            genomic=at, vaf=reads.share, depth=reads.depth, origin=origin, place=place,
            as_given=f"{cells[0][:20]}:{cells[1]} {cells[3][:60]}>{alt[:60]}",
        )  # fmt: skip
        if at is None and not made.gene:
            left[("build_unknown", "")] += 1
            continue
        laboratory.alterations.append(made)


def _keep_structural(
    made: Placed, cells: list[str], alt: str, origin: Origin, place: Place, head: _Head,
    left: Counter[tuple[str, str]], laboratory: Laboratory,
) -> None:  # fmt: skip
    """Add what a structural row does to genes, with the row's own words; what does nothing that is known is counted."""
    if not made.found:
        left[(made.reason, made.detail)] += 1
    told = f"{cells[0][:20]}:{cells[1]} {alt[:60]}"
    depth = supporting_reads(sample_of(cells, head.columns))
    laboratory.alterations += [
        replace(one, as_given=told, origin=origin, place=place, depth=depth if one.type == "fusion" else None)
        for one in made.found
    ]


def _info(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(";"):
        key, _, value = part.partition("=")
        found[key] = value
    return found


def trimmed(chromosome: str, position: int, ref: str, alt: str, build: Build | None) -> Genomic | None:
    """The change without what both alleles share at their ends, one base before kept where one would be empty."""
    if build is None:
        return None
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        ref, alt, position = ref[1:], alt[1:], position + 1
    return Genomic(build, chromosome, position, ref, alt)

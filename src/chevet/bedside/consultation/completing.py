"""What follows from the files of a laboratory with the site's own references: changes of the protein, copies of genes,
burden, signatures.

Nothing is guessed: without a reference a place in the genome stays a place, and it is said how many did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chevet.bedside.case.reading import Flag, NotRead, ReadCase
from chevet.errors import CannotConclude, ChevetError
from chevet.genomics import copy_number, scars
from chevet.genomics.alteration import Alteration, Build, Genomic
from chevet.genomics.burden import EXOME_MEGABASES, Burden, burden
from chevet.genomics.instability import Slips, slips
from chevet.genomics.known_changes import annotate
from chevet.genomics.reference.installed import References
from chevet.genomics.signature_shares import Kind
from chevet.genomics.signatures import FEWEST, Exposures, exposures, read_reference, reference_file, spectrum
from chevet.words.labels import Lang, label

_GENOMES = frozenset({"wgs", "genome", "whole genome", "génome entier"})


@dataclass(frozen=True)
class Measures:
    """What was computed of the whole tumour; None, and a reason in `missing`, where that cannot be."""

    burden: Burden | None = None
    signatures: Exposures | None = None
    scars: scars.Scars | None = None
    slips: Slips | None = None
    ploidy: float | None = None
    missing: tuple[tuple[str, str], ...] = ()

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """The figures with what they were counted over."""
        told: dict[str, Any] = {
            "burden": None,
            "signatures": None,
            "scars": None,
            "slips": None,
            "ploidy": self.ploidy,
            "missing": [
                {"what": what, "text": label(f"measure.{what}.{reason}", lang)} for what, reason in self.missing
            ],
        }
        if self.burden is not None:
            told["burden"] = {
                "per_megabase": round(self.burden.per_megabase, 2), "counted": self.burden.counted,
                "megabases": self.burden.megabases, "with_synonymous": self.burden.with_synonymous,
                "is_default_size": self.burden.is_default_size,
            }  # fmt: skip
        if self.signatures is not None:
            told["signatures"] = {
                "mutations": self.signatures.mutations, "cosine": round(self.signatures.cosine, 4),
                "group": self.signatures.group,
                "shares": {name: round(share, 4) for name, share in self.signatures.shares.items()},
                "probability": {name: round(sure, 3) for name, sure in self.signatures.probability.items()},
                "flat": round(self.signatures.flat_share, 4),
            }  # fmt: skip
        if self.scars is not None:
            told["scars"] = {
                "losses": self.scars.losses, "imbalances": self.scars.imbalances,
                "transitions": self.scars.transitions, "total": self.scars.total,
                "called_deficient_from": scars.CALLED_DEFICIENT, "covered": round(self.scars.covered, 3),
            }  # fmt: skip
        if self.slips is not None:
            told["slips"] = {
                "per_megabase": round(self.slips.per_megabase, 2), "counted": self.slips.counted,
                "megabases": self.slips.megabases, "amount": self.slips.amount,
            }  # fmt: skip
        return told


def completed(read: ReadCase, home: Path | None) -> tuple[ReadCase, Measures]:
    """The case with what follows from its files, and the measures of the whole tumour.

    home   CHEVET_HOME, with the site's references and signatures; None: only what comes with Chevet
    """
    read = _with_changes(read, home)
    read, ploidy = _with_copies(read)
    measured, missing_burden = _burden(read)
    signatures, missing_signatures = _signatures(read, home)
    found_scars, missing_scars = _scars(read)
    if measured is not None and not any(one.name == "tmb" for one in read.case.alterations):
        number = round(measured.per_megabase, 2)
        told = Alteration("signature", name="tmb", value=number, unit="mutations/Mb", as_given="computed")
        read = replace(read, case=replace(read.case, alterations=(*read.case.alterations, told)))
    missing = [("burden", missing_burden)] if missing_burden else []
    missing += [("signatures", missing_signatures)] if missing_signatures else []
    missing += [("scars", missing_scars)] if missing_scars else []
    return read, Measures(measured, signatures, found_scars, _slips(read), ploidy, tuple(missing))


def _with_changes(read: ReadCase, home: Path | None) -> ReadCase:
    """Changes of the protein from places in the genome and from coding changes; by the reference of their build."""
    found = list(annotate(read.case.alterations))
    read = replace(read, case=replace(read.case, alterations=tuple(found)))
    waiting = [place for place, one in enumerate(found) if _waits(one)]
    if home is None or not waiting:
        return read
    references = References(home)
    for build in ("GRCh37", "GRCh38"):
        of_build = [place for place in waiting if found[place].genomic.build == build]  # type: ignore[union-attr]
        reference = references.of(build) if of_build else None
        if reference is None:
            continue
        changes = tuple(found[place] for place in of_build)
        known = annotate(changes, references.transcripts(reference, changes))
        for place, one in zip(of_build, known, strict=True):
            found[place] = one
    still = Counter(one.place.file for one in found if one.type == "variant" and not one.gene)
    not_read = [one for one in read.not_read if one.reason != "no_annotation"]
    not_read += [NotRead(file, 0, "no_annotation", str(count)) for file, count in still.items()]
    return replace(read, case=replace(read.case, alterations=tuple(found)), not_read=tuple(not_read))


def _waits(one: Alteration) -> bool:
    return one.type == "variant" and one.genomic is not None and not one.protein_change and not one.consequence


def _with_copies(read: ReadCase) -> tuple[ReadCase, float | None]:
    """Amplified genes and genes without a copy, from the segments; what a file names itself is not said twice."""
    if not read.segments:
        return read, None
    segments, build = _segments(read)
    if build is None:
        return replace(read, flags=(*read.flags, Flag("segments_without_build"))), copy_number.ploidy(segments)
    said = {(one.type, one.gene) for one in read.case.alterations}
    calls = [one for one in copy_number.gene_calls(segments, build) if (one.type, one.gene) not in said]
    case = replace(read.case, alterations=(*read.case.alterations, *calls))
    return replace(read, case=case), copy_number.ploidy(segments)


def _segments(read: ReadCase) -> tuple[list[copy_number.Segment], Build | None]:
    """Segments and their build; of a tumour given in both builds, one of them is enough."""
    builds = {one.build for one in read.segments if one.build is not None}
    build: Build | None = "GRCh38" if len(builds) == 2 else _build(read)
    return [
        copy_number.Segment(one.chromosome, one.start, one.end, total=one.copies, minor=one.minor, log2=one.log2)
        for one in read.segments
        if len(builds) < 2 or one.build == build
    ], build


def _scars(read: ReadCase) -> tuple[scars.Scars | None, str]:
    """Scars of homologous recombination, where the segments say both alleles; they answer no question of a rule."""
    segments, build = _segments(read)
    if not segments:
        return None, ""
    if build is None or not any(one.minor is not None for one in segments):
        return None, "alleles" if build is not None else "build"
    try:
        return scars.scars(segments, build), ""
    except CannotConclude:
        return None, "covered"


def _build(read: ReadCase) -> Build | None:
    """The build that segments and variants say; None when they say none, or two."""
    builds = {one.genomic.build for one in read.case.alterations if one.genomic is not None}
    builds |= {one.build for one in read.segments if one.build is not None}
    return builds.pop() if len(builds) == 1 else None


def _is_call_set(variants: Sequence[Alteration]) -> bool:
    """Whether most come from a program that puts each at its place in the genome.

    A report lists the variants that matter: their number says nothing of how many there are.
    """
    return 2 * sum(one.genomic is not None for one in variants) > len(variants)


def _burden(read: ReadCase) -> tuple[Burden | None, str]:
    tested = read.case.tested
    variants = [one for one in read.case.alterations if one.type == "variant"]
    if not (tested.everything or tested.covered_megabases):
        return None, "size"
    if any(_waits(one) and not one.gene for one in variants):
        return None, "not_annotated"
    if not _is_call_set(variants):
        return None, "listed"
    try:
        return burden(variants, tested.covered_megabases, is_exome=tested.everything), ""
    except CannotConclude:
        return None, "size"


def _slips(read: ReadCase) -> Slips | None:
    """Bases slipped in or out of an exome's coding sequence; None where not every variant has its place and effect."""
    tested = read.case.tested
    variants = [one for one in read.case.alterations if one.type == "variant"]
    known = bool(variants) and all(one.genomic is not None and not (_waits(one) and not one.gene) for one in variants)
    if not tested.everything or not known:
        return None
    try:
        return slips(variants, tested.covered_megabases or EXOME_MEGABASES)
    except CannotConclude:
        return None


def _signatures(read: ReadCase, home: Path | None) -> tuple[Exposures | None, str]:
    """Exposures to the signatures of this kind of tumour, where the site has signatures and a genome."""
    changes = [one.genomic for one in read.case.alterations if one.genomic is not None and one.origin != "germline"]
    if len(changes) < FEWEST:
        return None, "few" if changes else ""
    build = _build(read)
    kind: Kind = "genome" if read.case.tested.panel.lower() in _GENOMES else "exome"
    file = reference_file(home / "signatures", build, kind) if home is not None and build is not None else None
    genome = References(home).of(build) if home is not None and build is not None else None
    if file is None or genome is None or not genome.fasta:
        return None, "reference"
    try:
        reference = read_reference(file)
        found = exposures(
            spectrum(changes, _fetch(Path(genome.fasta), changes)),
            reference,
            read.case.diagnosis.oncotree,
            kind=kind,
        )
    except CannotConclude:
        return None, "few"  # enough changes, and too few substitutions among them
    except (ChevetError, OSError, ValueError):
        return None, "reference"
    return found, ""


def _fetch(fasta: Path, changes: Iterable[Genomic]) -> Callable[[str, int, int], str]:
    import pysam

    genome = pysam.FastaFile(str(fasta))
    named = {name.removeprefix("chr"): name for name in genome.references}

    def fetch(chromosome: str, first: int, last: int) -> str:
        name = named.get(chromosome)
        return str(genome.fetch(name, first - 1, last)) if name is not None else ""

    return fetch

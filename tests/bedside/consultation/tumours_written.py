"""One tumour, written in the ways in which laboratories write it, and what its consultation answers."""

from __future__ import annotations

import copy
import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.read import read_case
from chevet.bedside.case.reading import ReadCase
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.genomics import facts
from chevet.genomics.alteration import Alteration
from chevet.genomics.coding import reverse_complement
from chevet.genomics.coding_sequences import built_in
from chevet.genomics.known_changes import plain_cdna
from chevet.genomics.transcript import Transcript

Case: TypeAlias = dict[str, Any]
Told: TypeAlias = dict[str, Any]
FOLDER = Path(__file__).parents[3] / "benchmarks" / "cases"
NAMES = tuple(sorted(file.stem for file in FOLDER.glob("*.json")))
DAY = datetime.date(2026, 11, 27)
_ACIDS = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly", "H": "His",
    "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp",
    "Y": "Tyr", "V": "Val", "*": "Ter",
}  # fmt: skip
_DEPTH = 1000
_CODING = re.compile(r"c\.(\d+)(?:_(\d+))?(?:([ACGT])>([ACGT])|(delins|del|dup)([ACGT]*))")


def each_case(few: int, *, start: int, among: Sequence[str] = NAMES) -> pytest.MarkDecorator:
    """`few` cases spread over the set at every run; the others with `-m slow`."""
    step = len(among) / few
    quick = {among[int(start + step * number) % len(among)] for number in range(few)}
    marked = [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in among]
    return pytest.mark.parametrize("name", marked)


def case_named(name: str) -> Case:
    """A case of the open set, as its file has it."""
    case: Case = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["case"]
    return case


WITH_VARIANTS = tuple(
    name for name in NAMES if any(one["type"] == "variant" for one in case_named(name)["alterations"])
)


def told(read: ReadCase, lang: str = "en") -> Told:
    """The published object of a case that was read."""
    return tell(consult(read, day=DAY), lang)  # type: ignore[arg-type]


@cache
def told_of(name: str) -> Told:
    """The published object of a case of the open set."""
    return told_of_case(case_named(name))


def told_of_case(case: Case, lang: str = "en") -> Told:
    """The published object of this case."""
    return told(case_of(case, name="case.json"), lang)


def answer(of: Told) -> dict[str, Any]:
    """What a board acts on: the options in their order, what must not be given, and whether anything is approved."""
    return {
        "options": [(tuple(one["therapy"]), one["tier"]["amp"], one["jurisdiction_match"]) for one in of["options"]],
        "not_to_give": sorted((tuple(one["therapy"]), one["effect"]) for one in of["not_to_give"]),
        "nothing_approved": of["nothing_approved"],
    }


# -- ways of writing


@dataclass(frozen=True)
class Change:
    """A variant of a case: its entry, what was understood of it, and the row of the table of places, if it has one."""

    entry: Mapping[str, Any]
    known: Alteration
    place: Mapping[str, str] | None

    @property
    def gene(self) -> str:
        return self.known.gene

    @property
    def cdna(self) -> str | None:
        return self.place["cdna"] if self.place else self.known.cdna

    @property
    def reads(self) -> tuple[int, int] | None:
        """Reads with and without the change, of a thousand."""
        vaf = self.known.vaf
        return None if vaf is None else (round(vaf * _DEPTH), _DEPTH - round(vaf * _DEPTH))


def changes_of(case: Case) -> dict[int, Change]:
    """The variants among the alterations of a case, by their number there."""
    found: dict[int, Change] = {}
    for one in case_of(case).case.alterations:
        number = one.place.row - 1
        if one.type == "variant" and number >= 0 and case["alterations"][number].get("type") == "variant":
            found[number] = Change(case["alterations"][number], one, _place_of(one))
    return found


def _place_of(one: Alteration) -> Mapping[str, str] | None:
    if one.cdna is None:
        return _by_name().get((one.gene, one.protein_change or ""))
    cdna = plain_cdna(one.cdna)
    return _by_name().get((one.gene, cdna)) or _counted(one.gene, cdna, one.protein_change or "")


def _counted(gene: str, cdna: str, protein: str) -> Mapping[str, str] | None:
    """The place of a change of coding bases, counted on the sequence that comes with Chevet, as the table has it."""
    found = _CODING.fullmatch(cdna)
    both = [next(iter(built_in(build).of(gene)), None) for build in ("GRCh37", "GRCh38")]
    if found is None or both[0] is None or both[1] is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    ref = both[0].sequence[first - 1 : last]
    alt = found[4] or ("" if found[5] == "del" else found[6])
    forward = both[0].strand > 0
    ends = [(_genomic(one, first), _genomic(one, last)) for one in both]
    if any(abs(after - before) != last - first for before, after in ends):
        return None  # over an intron
    places = [min(pair) for pair in ends]
    if found[5] == "dup":  # the bases once more, behind the last of them
        ref, alt, places = "", ref, [max(pair) + 1 if forward else min(pair) for pair in ends]
    if not forward:
        ref, alt = reverse_complement(ref), reverse_complement(alt)
    return {
        "gene": gene, "cdna": cdna, "protein_change": protein, "chromosome": both[0].chromosome, "ref": ref, "alt": alt,
        "grch37": str(places[0]), "grch38": str(places[1]),
    }  # fmt: skip


def _genomic(transcript: Transcript, coding: int) -> int:
    """Where a coding base, counted from 1, lies in the genome."""
    left = coding - 1
    for first, last in transcript.exons:
        if left <= last - first:
            return first + left if transcript.strand > 0 else last - left
        left -= last - first + 1
    raise AssertionError("behind the last coding base")


@cache
def _by_name() -> Mapping[tuple[str, str], Mapping[str, str]]:
    found: dict[tuple[str, str], Mapping[str, str]] = {}
    for row in facts.rows("known_changes.tsv"):
        found.setdefault((row["gene"], plain_cdna(row["cdna"])), row)
        if row["protein_change"]:
            found.setdefault((row["gene"], row["protein_change"]), row)
    return found


def three_letters(change: str) -> str:
    """A protein change as HGVS recommends to write it.

    >>> three_letters("p.V600E"), three_letters("p.E746_A750del"), three_letters("p.R213*")
    ('p.Val600Glu', 'p.Glu746_Ala750del', 'p.Arg213Ter')
    """
    return "p." + re.sub(r"[A-Z*]", lambda sign: _ACIDS[sign[0]], change.removeprefix("p."))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("\t".join(row) for row in (columns, *rows)) + "\n"


def _said_by_protein(spelt: Callable[[str], str]) -> Callable[[Sequence[Change]], dict[str, str]]:
    def write(changes: Sequence[Change]) -> dict[str, str]:
        rows = [
            (one.gene, spelt(one.known.protein_change or ""), _share(one), _origin(one))
            for one in changes if one.known.protein_change
        ]  # fmt: skip
        return {"variants.tsv": _table(("Gene", "HGVSp", "VAF", "Origin"), rows)}

    return write


def _said_by_cdna(changes: Sequence[Change]) -> dict[str, str]:
    rows = [(one.gene, one.cdna or "", _share(one), _origin(one)) for one in changes]
    return {"variants.tsv": _table(("Gene", "HGVSc", "VAF", "Origin"), rows)}


def _said_by_old_name(changes: Sequence[Change]) -> dict[str, str]:
    rows = [(one.gene, old_name(one), _share(one), _origin(one)) for one in changes]
    return {"variants.tsv": _table(("Gene", "Alteration", "VAF", "Origin"), rows)}


def old_name(one: Change) -> str:
    """The name that the field still uses (5382insC, C228T, V600E), else the cDNA."""
    for row in facts.rows("legacy_names.tsv"):
        same = (row["protein_change"], row["cdna"]) == (one.known.protein_change or "", plain_cdna(one.cdna or ""))
        if row["gene"] == one.gene and same:
            return row["name"]
    return (one.known.protein_change or one.cdna or "").removeprefix("p.")


def _share(one: Change) -> str:
    return "" if one.known.vaf is None else f"{one.known.vaf}"


def _origin(one: Change) -> str:
    return "" if one.known.origin == "unknown" else one.known.origin


def _vcf(build: str) -> Callable[[Sequence[Change]], dict[str, str]]:
    def write(changes: Sequence[Change]) -> dict[str, str]:
        files = {}
        for origin, file in (("somatic", "somatic.vcf"), ("germline", "germline.vcf"), ("unknown", "calls.vcf")):
            rows = [_vcf_row(one, build) for one in changes if one.known.origin == origin]
            said = "##source=a somatic caller\n" if origin == "somatic" else ""
            head = f"##fileformat=VCFv4.2\n##reference={build}\n{said}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
            if rows:
                files[file] = "\n".join((f"{head}\tFORMAT\tsample", *rows)) + "\n"
        return files

    return write


def _vcf_row(one: Change, build: str) -> str:
    assert one.place is not None
    position, ref, alt = int(one.place[build.lower()]), one.place["ref"], one.place["alt"]
    if not ref or not alt:  # VCF keeps one base before; which one it is says nothing
        position, ref, alt = position - 1, f"N{ref}", f"N{alt}"
    counted = "" if one.reads is None else f":{one.reads[1]},{one.reads[0]}"
    cells = (one.place["chromosome"], str(position), ".", ref, alt, ".", "PASS", ".", "GT:AD" if counted else "GT")
    return "\t".join((*cells, f"0/1{counted}"))


def _maf(build: str) -> Callable[[Sequence[Change]], dict[str, str]]:
    columns = ("Hugo_Symbol", "Chromosome", "Start_Position", "Reference_Allele", "Tumor_Seq_Allele2", "NCBI_Build",
               "Tumor_Sample_Barcode", "HGVSp_Short", "Mutation_Status", "t_alt_count", "t_ref_count")  # fmt: skip

    def write(changes: Sequence[Change]) -> dict[str, str]:
        rows = []
        for one in changes:
            assert one.place is not None
            before = 0 if one.place["ref"] else 1  # MAF writes an insertion at the base before it
            counted = ("", "") if one.reads is None else (str(one.reads[0]), str(one.reads[1]))
            rows.append((
                one.gene, one.place["chromosome"], str(int(one.place[build.lower()]) - before),
                one.place["ref"] or "-", one.place["alt"] or "-", build, "TUMOR", one.place["protein_change"],
                _origin(one), *counted,
            ))  # fmt: skip
        return {"variants.maf": _table(columns, rows)}

    return write


# Way of writing to the files that it makes, and to what a variant must have to be written so.
WAYS: dict[str, tuple[Callable[[Sequence[Change]], dict[str, str]], Callable[[Change], bool]]] = {
    "VCF GRCh37": (_vcf("GRCh37"), lambda one: one.place is not None),
    "VCF GRCh38": (_vcf("GRCh38"), lambda one: one.place is not None),
    "MAF GRCh37": (_maf("GRCh37"), lambda one: one.place is not None),
    "MAF GRCh38": (_maf("GRCh38"), lambda one: one.place is not None),
    "HGVSp in one letter": (_said_by_protein(lambda text: text), lambda one: bool(one.known.protein_change)),
    "HGVSp in three letters": (_said_by_protein(three_letters), lambda one: bool(one.known.protein_change)),
    "cDNA": (_said_by_cdna, lambda one: one.place is not None),
    "legacy name": (_said_by_old_name, lambda one: bool(one.known.protein_change or one.cdna)),
}


def rewritten(case: Case, way: str) -> tuple[Case, dict[str, str]] | None:
    """The case without the variants that can be written this way, and the files that say them; None without any."""
    write, can = WAYS[way]
    chosen = {number: one for number, one in changes_of(case).items() if can(one)}
    if not chosen:
        return None
    rest = copy.deepcopy(case)
    rest["alterations"] = [one for number, one in enumerate(rest["alterations"]) if number not in chosen]
    return rest, write(list(chosen.values()))


def read_files(folder: Path, case: Case, files: Mapping[str, str]) -> ReadCase:
    """The case of a case file and the files of a laboratory beside it."""
    (folder / "case.json").write_text(json.dumps(case), "utf-8")
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return read_case([folder])

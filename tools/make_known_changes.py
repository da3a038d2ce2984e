"""Make `src/chevet/genomics/tables/known_changes.tsv`: where the changes that rules and hotspots name lie.

    python -m tools.make_known_changes path/to/reference path/to/knowledge path/to/tcga

Of genes with a Locus Reference Genomic record every place is counted on its coding sequence, in both builds. Of other
genes it is what cancerhotspots.org (v2, both builds) and the open exomes of TCGA (GRCh37, carried over by the map of
intervals) saw, and the coding place follows from the codon: the only offset at which the bases fit the amino acids.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import polars as pl

from chevet.genomics import facts
from chevet.genomics.coding import COMPLEMENT, translate
from chevet.words import genes

ROOT = Path(__file__).parents[1] / "src" / "chevet"
TABLE = ROOT / "genomics" / "tables" / "known_changes.tsv"
STATEMENTS = ROOT / "therapy" / "knowledge" / "tables"
HEAD = (
    "# title: Where changes that rules and hotspots name lie in the genome\n"
    "# source: LRG (places counted by us on the coding sequence); cancerhotspots: cancerhotspots.org v2 "
    "(PMID:29247016), both builds; CIViC: release of 2022-12-01 (CC0), GRCh37, and tcga: open exomes of TCGA, GRCh37, "
    "both carried to the other build by an interval map; others by PMID\n"
    "# note: ref and alt on the forward strand, empty for bases added or removed; added bases stand before the place; "
    "slides is by how many bases an insertion or deletion can be moved to the right without becoming another\n"
    "# checked: 2026-11-27\n"
)
COLUMNS = (
    "gene", "transcript", "protein_change", "cdna", "chromosome", "grch37", "grch38", "ref", "alt", "slides", "source",
)  # fmt: skip
ACIDS = "ACDEFGHIKLMNPQRSTVWY"
_NAMED = re.compile(r"p\.([A-Z])(\d+)([A-Z*]?)")
# Codons of which every single change is of interest, whatever the tables name.
WATCHED = {
    "KRAS": (12, 13, 59, 61, 117, 146), "NRAS": (12, 13, 59, 61, 117, 146), "HRAS": (12, 13, 59, 61, 117, 146),
    "BRAF": (464, 466, 469, 581, 594, 596, 597, 600, 601), "EGFR": (709, 719, 768, 790, 797, 858, 861),
    "PIK3CA": (88, 345, 420, 453, 542, 545, 546, 1043, 1047, 1049), "IDH1": (132,), "IDH2": (140, 172),
    "FLT3": (691, 835, 836), "KIT": (557, 559, 560, 576, 642, 654, 670, 816, 820, 822, 823),
    "PDGFRA": (561, 842), "JAK2": (617,), "MPL": (515,), "MYD88": (265,), "EZH2": (646, 682, 692),
    "RET": (634, 804, 810, 918), "TP53": (175, 220, 245, 248, 249, 273, 282), "ALK": (1174, 1196, 1202, 1275),
    "MET": (1010, 1003, 1228, 1230), "GNAQ": (183, 209), "GNA11": (183, 209), "CTNNB1": (32, 33, 34, 37, 41, 45),
    "AKT1": (17,), "ESR1": (380, 463, 536, 537, 538), "ERBB2": (310, 755, 769, 777, 842), "POLE": (286, 411, 459),
    "FGFR3": (248, 249, 370, 373, 555), "FGFR2": (252, 549, 550, 565, 659), "MAP2K1": (56, 57, 203),
    "H3-3A": (28, 35), "SF3B1": (625, 662, 666, 700), "U2AF1": (34, 157), "SRSF2": (95,), "DNMT3A": (882,),
    "SMO": (412, 535), "MTOR": (1799, 2215, 2230), "BTK": (481,), "ABL1": (250, 253, 255, 315, 317, 359),
    "CSF3R": (615, 618), "PTPN11": (61, 72, 76, 503),
}  # fmt: skip


# Transcripts on which the field counts, where it is not the MANE Select transcript.
COUNTED_ON = {"MYD88": "NM_002468.4"}
# The source that names a change, where two count it on different transcripts: the first.
PREFERRED = ("LRG", "CIViC", "cancerhotspots", "tcga")
# gene, transcript, protein_change, cdna, chromosome, GRCh37, GRCh38, ref, alt, slides, source
BY_HAND = """
TERT NM_198253.2 - c.-57A>C 5 1295161 1295046 T G 0 PMID:23348503
TERT NM_198253.2 - c.-124C>T 5 1295228 1295113 G A 0 PMID:23348506
TERT NM_198253.2 - c.-124C>A 5 1295228 1295113 G T 0 PMID:23348506
TERT NM_198253.2 - c.-138_-139delinsTT 5 1295242 1295127 GG AA 0 PMID:23348503
TERT NM_198253.2 - c.-146C>T 5 1295250 1295135 G A 0 PMID:23348506
ERBB2 NM_004448.4 p.Y772_A775dup c.2313_2324dup 17 37880982 39724729 - GCATACGTGATG 14 PMID:22908275
ERBB2 NM_004448.4 p.G778_P780dup c.2332_2340dup 17 37881003 39724750 - GGCTCCCCA 0 PMID:22908275
"""


@dataclass(frozen=True)
class Coding:
    """A coding sequence and where each of its bases lies."""

    gene: str
    transcript: str
    chromosome: str
    strand: int
    sequence: str
    places: dict[str, list[int]]

    @property
    def protein(self) -> str:
        return translate(self.sequence)


def wanted() -> dict[str, set[tuple[str, int, str]]]:
    """By gene: amino acid, codon and what it becomes ("" for anything)."""
    found: dict[str, set[tuple[str, int, str]]] = defaultdict(set)
    for row in facts.rows("known_variants.tsv"):
        if change := _NAMED.fullmatch(row["what"]):
            found[row["gene"]].add((change[1], int(change[2]), change[3]))
    for row in facts.rows("hotspots.tsv"):
        for become in row["changes"].split("|"):
            found[row["gene"]].add((row["residue"][0], int(row["residue"][1:]), become[0]))
    for table in sorted(STATEMENTS.glob("statements_*.tsv")):
        for gene, changes in re.findall(
            r"\b([A-Z][A-Za-z0-9-]+) (p\.[A-Z]\d+[A-Z*]?(?:\|p\.[A-Z]\d+[A-Z*]?)*)", table.read_text("utf-8")
        ):
            for change in _NAMED.finditer(changes):
                found[gene].add((change[1], int(change[2]), change[3]))
    for gene, codons in WATCHED.items():
        found[gene] |= {("", codon, "") for codon in codons}
    return found


def codings(reference: Path) -> dict[str, list[Coding]]:
    """The coding sequences of each gene."""
    found: dict[str, list[Coding]] = defaultdict(list)
    for row in pl.read_parquet(reference / "lrg_cds.parquet").iter_rows(named=True):
        if row["chrom37"] is None or row["chrom38"] is None:
            continue
        gene = symbol(row["gene"])
        strand = int(row["strand37"])
        places = {}
        for build in ("37", "38"):
            spans = zip(row[f"starts{build}"], row[f"ends{build}"], strict=True)
            places[build] = [
                place for first, last in spans for place in range(first, last + 1)[:: 1 if strand > 0 else -1]
            ]
        if all(len(each) == len(row["cds_seq"]) for each in places.values()):
            one = Coding(gene, row["accessions"][0], row["chrom38"], strand, row["cds_seq"], places)
            found[gene].append(one)
            if gene == "MET":
                found[gene].append(_short_met(one))
    return found


@cache
def symbol(name: str) -> str:
    """The approved symbol, or the name as it is."""
    found = genes.resolve(name)
    return found.symbol if found else name


def _short_met(long: Coding) -> Coding:
    """NM_000245 leaves out the first 54 bases of exon 9 of the coding sequence of NM_001127500."""
    first, last = 2264, 2264 + 54
    return Coding(
        "MET", "NM_000245.4", long.chromosome, long.strand, long.sequence[:first] + long.sequence[last:],
        {build: places[:first] + places[last:] for build, places in long.places.items()},
    )  # fmt: skip


def fitting(candidates: list[Coding], asked: set[tuple[str, int, str]], mane: set[str]) -> Coding | None:
    """The transcript that most of the residues asked for fit; of equals the one of MANE Select, then the longest."""

    def score(one: Coding) -> tuple[int, bool, int]:
        protein = one.protein
        fits = sum(not acid or protein[codon - 1 : codon] == acid for acid, codon, _ in asked)
        return fits, one.transcript.partition(".")[0] in mane, len(protein)

    return max(candidates, key=score, default=None)


def of_coding(one: Coding, asked: set[tuple[str, int, str]]) -> Iterator[dict[str, str]]:
    """Every fewest-bases way to make each change asked for."""
    protein = one.protein
    for acid, codon, become in sorted(asked):
        if codon > len(protein) or (acid and protein[codon - 1] != acid):
            sys.stderr.write(f"{one.gene} {acid}{codon}{become}: not on {one.transcript}\n")
            continue
        before = one.sequence[3 * codon - 3 : 3 * codon]
        for target in [become] if become else [*ACIDS, "*"]:
            if target == protein[codon - 1]:
                continue
            for after in _fewest(before, target, single_only=not become):
                row = _row(one, codon, before, after, f"{protein[codon - 1]}{codon}{target}")
                if row:
                    yield row


def _fewest(before: str, acid: str, *, single_only: bool) -> list[str]:
    codons = ["".join(bases) for bases in product("ACGT", repeat=3) if translate("".join(bases)) == acid]
    differences = {codon: sum(a != b for a, b in zip(before, codon, strict=True)) for codon in codons}
    fewest = min(differences.values())
    return [] if single_only and fewest > 1 else sorted(c for c, n in differences.items() if n == fewest)


def _row(one: Coding, codon: int, before: str, after: str, protein: str) -> dict[str, str] | None:
    changed = [i for i in range(3) if before[i] != after[i]]
    first, last = changed[0], changed[-1]
    start = 3 * codon - 3 + first
    span = range(start, 3 * codon - 3 + last + 1)
    places = {build: sorted(each[i] for i in span) for build, each in one.places.items()}
    if any(each[-1] - each[0] != last - first for each in places.values()):
        return None  # an intron lies between
    ref, alt = before[first : last + 1], after[first : last + 1]
    cdna = f"c.{start + 1}{ref}>{alt}" if first == last else f"c.{start + 1}_{start + len(ref)}delins{alt}"
    if one.strand < 0:
        ref, alt = ref.translate(COMPLEMENT)[::-1], alt.translate(COMPLEMENT)[::-1]
    return {
        "gene": one.gene, "transcript": one.transcript, "protein_change": f"p.{protein}", "cdna": cdna,
        "chromosome": one.chromosome, "grch37": str(places["37"][0]), "grch38": str(places["38"][0]),
        "ref": ref, "alt": alt, "slides": "0", "source": "LRG",
    }  # fmt: skip


def seen(
    knowledge: Path, tcga: Path, names: set[str]
) -> dict[tuple[str, str, int, int, str, str], set[tuple[str, str]]]:
    """Changes by gene, chromosome, both places, ref and alt: the protein changes that each source gives."""
    found: dict[tuple[str, str, int, int, str, str], set[tuple[str, str]]] = defaultdict(set)
    files = [(knowledge / f"cancerhotspots_v2_hg{build}.tsv").read_text().split("\n") for build in ("19", "38")]
    for old, new in zip(*files, strict=True):
        if not old:
            continue
        a, b = old.split("\t"), new.split("\t")
        gene = symbol(a[4])
        if gene in names and a[2:5] == b[2:5] and a[6] == b[6] and len(a[2]) == len(a[3]) == 1 and a[2] != "-" != a[3]:
            found[gene, a[0].removeprefix("chr"), int(a[1]), int(b[1]), a[2], a[3]].add((a[6], "cancerhotspots"))
    for known in _civic(knowledge):
        gene = symbol(known["gene"])
        if gene in names and (place := lifted(known["chromosome"], int(float(known["start"])))):
            key = (
                gene,
                known["chromosome"],
                int(float(known["start"])),
                place,
                known["reference_bases"],
                known["variant_bases"],
            )
            found[key].add((known["variant"], "CIViC"))
    for file in sorted(tcga.glob("mutations_*.parquet")):
        rows = pl.read_parquet(file).filter((pl.col("type") == "SNP") & pl.col("hgvsp").is_not_null())
        for row in rows.select("gene", "chr", "start", "ref", "alt", "hgvsp").unique().iter_rows():
            gene = symbol(row[0])
            if gene in names and (place := lifted(row[1], row[2])):
                key = (gene, str(row[1]), row[2], place, row[3], row[4])
                found[key].add((row[5].removeprefix("p."), "tcga"))
    return found


def _civic(knowledge: Path) -> Iterator[dict[str, str]]:
    """The substitutions of one base of GRCh37 that CIViC gives the place of."""
    with gzip.open(knowledge / "civic" / "civic_predictive_2022-12.tsv.gz", "rt") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            ref, alt = row["reference_bases"] or "", row["variant_bases"] or ""
            if row["reference_build"] == "GRCh37" and len(ref) == len(alt) == 1 and {ref, alt} <= set("ACGT"):
                yield row


MAP: list[tuple[str, int, int, str, int]] = []


@cache
def _intervals(chromosome: str) -> list[tuple[str, int, int, str, int]]:
    return [one for one in MAP if one[0] == chromosome and one[3] == "+"]


def lifted(chromosome: str, place: int) -> int | None:
    """Where a place of GRCh37 lies in GRCh38; None when it lies in no forward interval."""
    for _, first, last, _, start in _intervals(chromosome):
        if first < place <= last:
            return start + place - first
    return None


def of_seen(
    gene: str,
    asked: set[tuple[str, int, str]],
    changes: dict[tuple[str, str, int, int, str, str], set[tuple[str, str]]],
    strand: int,
    transcript: str,
) -> Iterator[dict[str, str]]:
    """The changes asked for of a gene without a record."""
    wanted_residues = {(codon, become) for _, codon, become in asked}
    by_codon: dict[int, list[tuple[tuple[str, str, int, int, str, str], str, str]]] = defaultdict(list)
    for key, named in changes.items():
        for protein, source in named:
            change = re.fullmatch(r"([A-Z])(\d+)([A-Z*])", protein)
            if key[0] == gene and change and change[1] != change[3]:
                by_codon[int(change[2])].append((key, protein, source))
    for codon, rows in sorted(by_codon.items()):
        starts = set.intersection(*({_start(row, strand, offset) for offset in _offsets(row, strand)} for row in rows))
        for key, protein, source in sorted(rows):
            if len(starts) != 1 or not ((codon, protein[-1]) in wanted_residues or (codon, "") in wanted_residues):
                continue
            offset = (key[2] - next(iter(starts))) * strand
            ref, alt = key[4], key[5]
            if strand < 0:
                ref, alt = ref.translate(COMPLEMENT), alt.translate(COMPLEMENT)
            yield {
                "gene": gene, "transcript": transcript, "protein_change": f"p.{protein}",
                "cdna": f"c.{3 * codon - 2 + offset}{ref}>{alt}", "chromosome": key[1], "grch37": str(key[2]),
                "grch38": str(key[3]), "ref": key[4], "alt": key[5], "slides": "0", "source": source,
            }  # fmt: skip


Seen = tuple[tuple[str, str, int, int, str, str], str, str]


def _start(row: Seen, strand: int, offset: int) -> int:
    return row[0][2] - offset * strand


def _offsets(row: Seen, strand: int) -> list[int]:
    """Places within the codon at which the bases fit the amino acids."""
    key, protein, _ = row
    ref, alt = (key[4], key[5]) if strand > 0 else (key[4].translate(COMPLEMENT), key[5].translate(COMPLEMENT))
    fit = []
    for offset in range(3):
        for bases in product("ACGT", repeat=2):
            rest = list(bases)
            before = "".join([*rest[:offset], ref, *rest[offset:]])
            after = "".join([*rest[:offset], alt, *rest[offset:]])
            if translate(before) == protein[0] and translate(after) == protein[-1]:
                fit.append(offset)
                break
    return fit


def main(reference: Path, knowledge: Path, tcga: Path) -> None:
    with gzip.open(reference / "hg37_38_mapping.tsv.gz", "rt") as lines:
        for line in lines:
            c = line.rstrip("\n").split("\t")
            if c[0] == c[4]:
                MAP.append((c[0], int(c[1]), int(c[2]), c[7], int(c[5])))
    asked, known = wanted(), codings(reference)
    # L265P of MYD88 is counted on a transcript that has no record
    known.pop("MYD88")
    with gzip.open(reference / "MANE.GRCh38.v1.0.summary.txt.gz", "rt") as lines:
        mane = {
            row["symbol"]: row for row in csv.DictReader(lines, delimiter="\t") if row["MANE_status"] == "MANE Select"
        }
    selected = {row["RefSeq_nuc"].partition(".")[0] for row in mane.values()}
    rows: list[dict[str, str]] = []
    for gene in sorted(asked.keys() & known.keys()):
        one = fitting(known[gene], asked[gene], selected)
        if one is not None:
            rows += of_coding(one, asked[gene])
    rest = asked.keys() - known.keys()
    changes = seen(knowledge, tcga, set(rest))
    for gene in sorted(rest & mane.keys()):
        strand = 1 if mane[gene]["chr_strand"] == "+" else -1
        rows += of_seen(gene, asked[gene], changes, strand, COUNTED_ON.get(gene, mane[gene]["RefSeq_nuc"]))
    rows += [
        dict(zip(COLUMNS, ["" if cell == "-" else cell for cell in line.split(" ")], strict=True))
        for line in BY_HAND.strip().split("\n")
    ]
    rows.sort(key=lambda row: -PREFERRED.index(row["source"]) if row["source"] in PREFERRED else -9)
    unique = {tuple(row[name] for name in ("gene", "grch37", "ref", "alt")): row for row in rows}
    with TABLE.open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEAD + "\t".join(COLUMNS) + "\n")
        for row in sorted(
            unique.values(), key=lambda row: (row["gene"], int(row["grch37"]), row["protein_change"], row["alt"])
        ):
            out.write("\t".join(row[name] for name in COLUMNS) + "\n")
    missing = sorted(rest - {row["gene"] for row in rows})
    sys.stdout.write(f"{len(unique)} changes; no place known of any change of {' '.join(missing)}\n")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))

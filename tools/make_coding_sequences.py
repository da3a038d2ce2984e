"""Make `src/chevet/genomics/tables/coding_sequences.tsv`: coding sequences of the genes that rules and roles name.

    python -m tools.make_coding_sequences path/to/reference

With it a change of these genes is named, in either build, where a site has no reference of its own.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from pathlib import Path

from chevet.genomics import facts
from chevet.genomics.coding import translate
from chevet.words import genes
from tools.make_known_changes import ROOT, STATEMENTS, Coding, codings, fitting, wanted

TABLE = ROOT / "genomics" / "tables" / "coding_sequences.tsv"
HEAD = (
    "# title: Coding sequences of genes that rules and roles name, and where their exons lie\n"
    "# source: Locus Reference Genomic (LRG) records of these transcripts (RefSeq, in the public domain); NM_000245 of "
    "MET from that of NM_001127500 without the bases that it leaves out\n"
    "# note: exons in the direction of the transcript, coding part only; one transcript a gene, that on which "
    "the field counts\n"
    "# checked: 2026-11-27\n"
    "gene\ttranscript\tchromosome\tstrand\tgrch37\tgrch38\tsequence\n"
)


def named() -> set[str]:
    """Genes that rules or roles name."""
    found = {row["gene"] for table in ("roles.tsv", "exons.tsv", "last_exons.tsv") for row in facts.rows(table)}
    for statements in STATEMENTS.glob("statements_*.tsv"):
        words = set(re.findall(r"\b[A-Z][A-Z0-9-]{1,9}\b", statements.read_text("utf-8")))
        found |= {one.symbol for word in words if (one := genes.resolve(word))}
    return found | {"DPYD"}


def exons(places: list[int]) -> str:
    """The runs of neighbouring places, first and last of each, smaller first."""
    runs = [[places[0], places[0]]]
    for place in places[1:]:
        if abs(place - runs[-1][1]) == 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    return ",".join(f"{min(run)}-{max(run)}" for run in runs)


def main(reference: Path) -> None:
    with gzip.open(reference / "MANE.GRCh38.v1.0.summary.txt.gz", "rt") as lines:
        mane = {row["RefSeq_nuc"].partition(".")[0] for row in csv.DictReader(lines, delimiter="\t")}
    asked, known = wanted(), codings(reference)
    known.pop("MYD88")  # the field counts on a transcript that has no record
    chosen: list[Coding] = []
    for gene in sorted(named() & known.keys()):
        one = fitting(known[gene], asked.get(gene, set()), mane)
        if one is not None and translate(one.sequence).find("*") == len(one.sequence) // 3 - 1:
            chosen.append(one)
    with TABLE.open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEAD)
        for one in chosen:
            cells = (one.gene, one.transcript, one.chromosome, str(one.strand), exons(one.places["37"]),
                     exons(one.places["38"]), one.sequence)  # fmt: skip
            out.write("\t".join(cells) + "\n")
    sys.stdout.write(f"{len(chosen)} transcripts\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

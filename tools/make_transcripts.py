"""Make `src/chevet/genomics/tables/transcripts.tsv`: transcripts and proteins of the genes that rules and roles name.

python -m tools.make_transcripts path/to/reference
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from pathlib import Path

import polars as pl

from chevet.genomics import facts
from chevet.words import genes

ROOT = Path(__file__).parents[1] / "src" / "chevet"
TABLE = ROOT / "genomics" / "tables" / "transcripts.tsv"
HEAD = """# title: Transcripts and proteins, and the gene that each belongs to
# source: MANE 1.0 (NCBI and EMBL-EBI, 2022-04), LRG for other transcripts
# note: without versions; mane is yes for MANE Select, plus for MANE Plus Clinical
# checked: 2026-11-27
accession	gene	mane
"""


def transcripts(reference: Path) -> dict[str, tuple[str, str]]:
    """Gene and standing of each accession."""
    named = {row["gene"] for table in ("roles.tsv", "known_changes.tsv", "exons.tsv") for row in facts.rows(table)}
    for statements in (ROOT / "therapy" / "knowledge" / "tables").glob("statements_*.tsv"):
        words = set(re.findall(r"\b[A-Z][A-Z0-9-]{1,9}\b", statements.read_text("utf-8")))
        named |= {one.symbol for word in words if (one := genes.resolve(word))}
    found: dict[str, tuple[str, str]] = {}
    for row in pl.read_parquet(reference / "lrg_cds.parquet", columns=["gene", "accessions"]).iter_rows(named=True):
        gene = genes.resolve(row["gene"])
        for accession in row["accessions"]:
            if gene is not None and gene.symbol in named:
                found[accession.partition(".")[0]] = (gene.symbol, "")
    with gzip.open(reference / "MANE.GRCh38.v1.0.summary.txt.gz", "rt") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            resolved = genes.resolve(row["symbol"])
            if resolved is None or resolved.symbol not in named:
                continue
            standing = "yes" if row["MANE_status"] == "MANE Select" else "plus"
            for column in ("RefSeq_nuc", "RefSeq_prot", "Ensembl_nuc", "Ensembl_prot"):
                found[row[column].partition(".")[0]] = (resolved.symbol, standing)
    return found


def main(reference: Path) -> None:
    with TABLE.open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEAD)
        for accession, (gene, standing) in sorted(transcripts(reference).items(), key=lambda one: (one[1][0], one[0])):
            out.write(f"{accession}\t{gene}\t{standing}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Make `src/chevet/genomics/tables/gene_map.tsv.gz`: where every gene that codes for a protein lies, in both builds.

python -m tools.make_gene_map path/to/reference
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from chevet.genomics.liftover import IntervalMap, read_map
from chevet.words import genes

TABLE = Path(__file__).parents[1] / "src" / "chevet" / "genomics" / "tables" / "gene_map.tsv.gz"
HEAD = """# title: Where genes lie, in both builds, 1-based and with both ends, and their strand
# source: MANE v1.0 Select transcripts in GRCh38 (NCBI and EMBL-EBI); GRCh37 through the interval map between both assemblies; immune receptors by NCBI Gene (3492, 50802, 3535, 6955, 6957, 6965); all transcripts of ABL1, ERG and TMPRSS2 by Ensembl; RUNX1T1 from the first to the last of its variants in TCGA's exomes
# note: two dashes where the other build has no single place; immune receptors have no strand, for both sides switch on
# checked: 2026-11-28
gene	chromosome	strand	start_grch38	end_grch38	start_grch37	end_grch37
"""  # noqa: E501  (a head of a table is one line a fact)
RECEPTORS = {
    "IGH": ("14", 105586437, 106879844), "IGK": ("2", 88857361, 90235368), "IGL": ("22", 22026076, 22922913),
    "TRA": ("14", 21621904, 22552132), "TRB": ("7", 142299011, 142813287), "TRG": ("7", 38240024, 38368055),
}  # fmt: skip
# Genes whose other transcripts begin before the selected one, where breaks of known fusions lie; RUNX1T1
# has none: where TCGA's exomes have variants of it, which is less than the whole gene.
LONGER = {
    "ABL1": ("9", "+", 130713946, 130887675), "ERG": ("21", "-", 38380027, 38661780),
    "TMPRSS2": ("21", "-", 41464551, 41531116), "RUNX1T1": ("8", "-", 91960019, 92076103),
}  # fmt: skip
_STEPS = 40
_LONGER = 1.5


def places(reference: Path) -> Iterator[tuple[str, str, str, int, int]]:
    """Gene, chromosome, strand and both ends in GRCh38."""
    with gzip.open(reference / "MANE.GRCh38.v1.0.summary.txt.gz", "rt") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            gene, chromosome = genes.resolve(row["symbol"]), row["GRCh38_chr"].removeprefix("chr")
            if (
                row["MANE_status"] == "MANE Select"
                and gene is not None
                and len(chromosome) < 3
                and gene.symbol not in LONGER
            ):
                yield gene.symbol, chromosome, row["chr_strand"], int(row["chr_start"]), int(row["chr_end"])
    for name, (chromosome, strand, start, end) in LONGER.items():
        yield name, chromosome, strand, start, end
    for name, (chromosome, start, end) in RECEPTORS.items():
        yield name, chromosome, ".", start, end


def in_other_build(chromosome: str, start: int, end: int, there: IntervalMap) -> tuple[int, int] | None:
    """Both ends in GRCh37; an end without a place there gives way inwards, by a fortieth of the gene at a time."""
    step = max(1, (end - start) // _STEPS)
    found = []
    for first, towards in ((start, step), (end, -step)):
        tried = (there.place(chromosome, first + number * towards) for number in range(_STEPS // 2))
        place = next((one for one in tried if one is not None and one[0] == chromosome), None)
        if place is None:
            return None
        found.append(place[1])
    low, high = min(found), max(found)
    return (low, high) if high - low < _LONGER * (end - start) + 1000 else None


def main(reference: Path) -> None:
    there = read_map(reference / "hg37_38_mapping.tsv.gz").reversed()
    rows = []
    for gene, chromosome, strand, start, end in sorted(set(places(reference))):
        other = in_other_build(chromosome, start, end, there) or ("--", "--")
        rows.append("\t".join(map(str, (gene, chromosome, strand, start, end, *other))))
    text = HEAD + "\n".join(rows) + "\n"
    TABLE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

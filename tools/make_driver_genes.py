"""Make `src/chevet/bedside/tables/driver_genes.tsv` from the IntOGen compendium (CC0).

    python -m tools.make_driver_genes path/to/intogen_compendium.tsv

Kept for a tumour type: genes that the compendium also marks as known cancer genes of that type, with a clear role
(activating or loss of function), found in at least 10 samples and in at least 4 % of one of its cohorts; the twelve
most frequent. Left out: LRP1B and the FAT genes, so long that they are altered by chance.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src" / "chevet" / "bedside" / "tables" / "driver_genes.tsv"

ONCOTREE = {
    "BRCA": "BRCA", "LUAD": "LUAD", "LUSC": "LUSC", "SCLC": "SCLC", "COREAD": "COADREAD", "PAAD": "PAAD",
    "PRAD": "PRAD", "GBM": "GB", "LGG": "DIFG", "OV": "OVT", "CM": "MEL", "UVM": "UM", "UCEC": "UCEC",
    "BLCA": "BLCA", "HNSC": "HNSC", "AML": "AML", "RCCC": "CCRCC", "ST": "EGC", "HC": "HCC", "THCA": "THYROID",
    "CLL": "CLLSLL", "MM": "PCM", "CESC": "CESC", "CH": "CHOL", "MESO": "PLMESO", "OS": "OS", "DLBCL": "DLBCLNOS",
    "ESCA": "ESCC",
}  # fmt: skip
LEFT_OUT = {"LRP1B", "FAT1", "FAT2", "FAT3", "FAT4"}
ROLES = {"Act": "activating", "LoF": "loss_of_function"}
NEW_NAMES = {"FAM46C": "TENT5C"}
HEAD = """# title: Genes that drive a tumour type
# source: IntOGen compendium of cancer driver genes
# reference: PMID 32778778
# version: 2020-02-01, checked on 2026-11-24
# licence: CC0-1.0
# address: https://www.intogen.org
"""
FEWEST_SAMPLES, LEAST_SHARE, MOST_GENES = 10, 0.04, 12


def driver_genes(compendium: Path) -> list[tuple[str, str, str]]:
    """(OncoTree code, gene, role), the most frequent gene of each tumour first."""
    samples: dict[tuple[str, str], int] = defaultdict(int)
    share: dict[tuple[str, str], float] = defaultdict(float)
    role: dict[tuple[str, str], str] = {}
    with compendium.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            tumour, gene = ONCOTREE.get(row["CANCER_TYPE"]), NEW_NAMES.get(row["SYMBOL"], row["SYMBOL"])
            if tumour is None or row["CGC_CANCER_GENE"] != "True" or row["ROLE"] not in ROLES or gene in LEFT_OUT:
                continue
            key = (tumour, gene)
            samples[key] += int(row["SAMPLES"])
            share[key] = max(share[key], float(row["%_SAMPLES_COHORT"]))
            role.setdefault(key, ROLES[row["ROLE"]])
    kept = [k for k in samples if samples[k] >= FEWEST_SAMPLES and share[k] >= LEAST_SHARE]
    found = []
    for tumour in sorted(set(ONCOTREE.values())):
        genes = sorted((k for k in kept if k[0] == tumour), key=lambda k: (-samples[k], k[1]))
        found += [(tumour, gene, role[tumour, gene]) for _, gene in genes[:MOST_GENES]]
    return found


def main() -> None:
    rows = driver_genes(Path(sys.argv[1]))
    with TABLE.open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEAD)
        out.write("# note: made by tools/make_driver_genes.py, which says what was kept\n")
        out.write("tumour\tgene\trole\n")
        out.writelines(f"{tumour}\t{gene}\t{role}\n" for tumour, gene, role in rows)


if __name__ == "__main__":
    main()

"""Make the tables of facts in `src/chevet/words/tables/` from public vocabularies.

    python -m tools.build_words path/to/data

reads, below that folder, `reference/hgnc_2023-10.tsv.gz`, `knowledge/oncotree/*.tsv`, the gene
panels, the driver compendium and the hotspots, and writes `genes.tsv.gz` and `oncotree.tsv` in our
own layout. The same input gives the same bytes. Tables that are written by hand are left alone.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterable
from pathlib import Path

LARGEST_TARGETED_PANEL = 800  # genes; a larger panel is an exome, and says nothing about cancer

TABLES = Path(__file__).parents[1] / "src" / "chevet" / "words" / "tables"


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file, gzip'd or not, comments passed over."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def write(name: str, comments: Iterable[str], header: list[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a table with its sources at its head; gzip without a date, so that bytes repeat."""
    text = io.StringIO()
    for comment in comments:
        text.write(f"# {comment}\n")
    text.write("\t".join(header) + "\n")
    for row in rows:
        text.write("\t".join(row) + "\n")
    data = text.getvalue().encode()
    (TABLES / name).write_bytes(gzip.compress(data, 9, mtime=0) if name.endswith(".gz") else data)


def cancer_genes(data: Path) -> set[str]:
    """Symbols that a targeted gene panel, the driver compendium or the list of hotspots names."""
    panels: dict[str, set[str]] = {}
    for row in read(data / "reference" / "gene_panels.tsv.gz"):
        panels.setdefault(row["panel"], set()).add(row["gene"])
    found = {gene for named in panels.values() if len(named) <= LARGEST_TARGETED_PANEL for gene in named}
    found |= {row["SYMBOL"] for row in read(data / "knowledge" / "intogen_compendium.tsv")}
    hotspots = (data / "knowledge" / "cancerhotspots_v2_hg38.tsv").read_text(encoding="utf-8").splitlines()
    return found | {line.split("\t")[4] for line in hotspots}


def genes(data: Path) -> None:
    """One row per gene of HGNC: what it is called, was called, and where it lies."""
    named = cancer_genes(data)
    rows = []
    for row in read(data / "reference" / "hgnc_2023-10.tsv.gz"):
        if not row["hgnc_id"]:
            continue
        synonyms = sorted({s.strip() for s in row["synonyms"].split("|")} - {"", row["symbol"]})
        place = row["cytoband"] if row["cytoband"] not in ("", "-") else row["chromosome"]
        cancer = "1" if named & {row["symbol"], *synonyms} and row["type"] != "pseudogene" else ""
        rows.append(
            [
                row["symbol"],
                row["hgnc_id"].removeprefix("HGNC:"),
                row["entrez_id"],
                place,
                row["type"],
                cancer,
                "|".join(synonyms),
            ]
        )
    write(
        "genes.tsv.gz",
        [
            "source: HGNC, as relayed by NCBI Gene; version: 2023-10; licence: CC0; retrieved: 2026-11-24",
            "cancer: named by a gene panel, by the IntOGen compendium (2020, CC0) or by Cancer Hotspots v2",
            "other_names: previous symbols and aliases together, as the source has them",
        ],
        ["symbol", "hgnc", "entrez", "location", "type", "cancer", "other_names"],
        sorted(rows),
    )


def oncotree(data: Path) -> None:
    """One row per tumour type: code, name, parent, tissue, and the codes of NCIt and ICD-O-3."""
    folder = data / "knowledge" / "oncotree"
    crosswalk = {row["ONCOTREE_CODE"].strip(): row for row in read(folder / "ontology_mappings.tsv")}
    rows = []
    for row in read(folder / "oncotree.tsv"):
        code = row["Code"].strip()
        other = crosswalk.get(code, {})

        def said(name: str, other: dict[str, str] = other) -> str:
            return (other.get(name) or "").strip()

        rows.append(
            [
                code,
                row["Name"].strip(),
                row["Parent"].strip(),
                row["MainType"].strip(),
                row["Tissue"].strip(),
                said("NCIT_CODE") or row["NCI"].strip(),
                said("ICDO_TOPOGRAPHY_CODE"),
                said("ICDO_MORPHOLOGY_CODE"),
            ]
        )
    write(
        "oncotree.tsv",
        ["source: OncoTree and its ontology mappings; licence: CC BY 4.0; retrieved: 2026-11-24"],
        ["code", "name", "parent", "main_type", "tissue", "ncit", "icdo_topography", "icdo_morphology"],
        sorted(rows),
    )
    pairs = []
    for row in read(folder / "icdo3_map.tsv"):
        codes = [c.strip() for c in row["ONCOTREE_CODE_LIST"].split(",") if c.strip()]
        pairs.append([row["ICD_O_3_HISTCODE"], row["ICD_O_3_SITECODE"], "|".join(codes)])
    write(
        "icdo_oncotree.tsv",
        ["source: OncoTree, ICD-O-3 map; licence: CC BY 4.0; retrieved: 2026-11-24"],
        ["morphology", "topography", "oncotree_codes"],
        sorted(pairs),
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    genes(Path(sys.argv[1]))
    oncotree(Path(sys.argv[1]))

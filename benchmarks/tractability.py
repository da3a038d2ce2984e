"""What real tables say of targets that are treated today, and how long it takes to ask them of every gene.

python -m benchmarks.tractability                 every gene of HGNC that has a name, 20,000 of them
python -m benchmarks.tractability --genes 2000    fewer
"""

from __future__ import annotations

import datetime
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.measuring import arguments, finish, show
from chevet.cli.targets.authorised import authorised_pairs
from chevet.targets.evidence import Source
from chevet.targets.sources.kept import keep
from chevet.targets.sources.kinds import Kind
from chevet.targets.sources.readers import READERS
from chevet.targets.sources.reading import Sent
from chevet.targets.tractability.assessment import assess
from chevet.targets.tractability.lines import lines
from chevet.words import facts, treatments
from tests.shared_data import ROOT

FILES: dict[Kind, str] = {
    "drugs": "drug_target_2022-05.parquet", "surface": "surfaceome.parquet", "liabilities": "opentargets_safety",
    "essential": "essential_genes_CEGv2.txt", "nonessential": "nonessential_genes_NEGv1.txt",
    "drivers": "intogen_compendium.tsv",
}  # fmt: skip
# The table of medicines is of May 2022: what was authorised later cannot stand in it.
RELEASED = "2022-05-01"
TISSUES = ("Heart", "Liver", "Lung", "Kidney", "Brain", *(f"Tissue {number}" for number in range(49)))


def bring_in(home: Path) -> list[tuple[str, int, int, int]]:
    """Each real table with its rows, those that are kept, and those that are left out."""
    told = []
    for kind, name in FILES.items():
        read = READERS[kind](Sent(ROOT / "knowledge" / name))
        keep(home, kind, read.table, Source(name, "", ""), datetime.date(2026, 1, 1))
        told.append((kind, read.rows, read.table.num_rows, sum(read.left_out.values())))
    return told


def medicines_of_today(home: Path) -> tuple[list[tuple[str, int]], list[str]]:
    """How the table of medicines fares on genes and medicines that agencies paired before its release.

    A pair counts when the table has that medicine on that gene at all: many medicines are given because of a gene and
    act on another, such as olaparib where BRCA1 is lost.
    """
    pairs = [pair for pair in authorised_pairs() if pair.since < RELEASED]
    of_gene = {gene: {name for pair in pairs if pair.gene == gene for name in pair.medicines}
               for gene in {pair.gene for pair in pairs}}  # fmt: skip
    counted: Counter[str] = Counter()
    wrong = []
    for one in assess(home, sorted(of_gene)).genes:
        every = one.medicines.all if one.medicines is not None else ()
        held = {known.name if (known := treatments.medicine(of.name)) else of.name.lower(): of for of in every}
        acting = sorted(of_gene[one.gene] & set(held))
        counted["genes"] += bool(acting)
        counted["approved"] += bool(acting) and one.medicines is not None and one.medicines.grade == "approved"
        counted["pairs"] += len(acting)
        wrong += [f"{one.gene} {name}" for name in acting if held[name].fit == "wrong_way"]
        counted["unexpected"] += sum(held[name].fit == "unexpected" for name in acting)
    return [
        ("genes with a medicine that acts on them", counted["genes"]),
        ("  of these, graded approved", counted["approved"]),
        ("pairs of such a gene and medicine", counted["pairs"]),
        ("  of these, against the role and said to be approved", counted["unexpected"]),
        ("  of these, called the wrong way", len(wrong)),
    ], wrong


def every_gene(home: Path, genes: int) -> list[tuple[str, float]]:
    """The time and the memory of asking every table of so many genes, expression in 54 made-up tissues among them."""
    names = [row[0] for row in facts.rows("genes.tsv.gz")][:genes]
    levels = np.random.default_rng(1).exponential(5, len(names) * len(TISSUES)).astype(np.float32)
    made = pa.table({"gene": np.repeat(names, len(TISSUES)), "tissue": list(TISSUES) * len(names), "level": levels,
                     "unit": ["tpm"] * len(levels)})  # fmt: skip
    keep(home, "expression", made, Source("made up", "", ""), datetime.date(2026, 1, 1))
    start, begun = time.perf_counter(), time.process_time()
    found = lines(assess(home, names))
    return [
        ("genes", float(len(names))), ("lines of evidence", float(len(found))),
        ("seconds", time.perf_counter() - start), ("CPU seconds", time.process_time() - begun),
        ("most memory, MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    ]  # fmt: skip


def main() -> None:
    options = arguments("Tractability and safety on real tables.", genes=20_000).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tables = bring_in(Path(folder))
        known, wrong = medicines_of_today(Path(folder))
        spent = every_gene(Path(folder), options.genes)
    answer: dict[str, Any] = {
        "tables": tables, "known": dict(known), "wrong_way": wrong, "every_gene": dict(spent)
    }  # fmt: skip
    if not options.json:
        show("Real tables", ("kind", "rows", "kept", "left out"), tables)
        show("Medicines that agencies paired with a gene before the table's release", ("", "number"), known)
        show("Every table asked of every gene", ("", "measured"), spent)
    finish(answer, options.json)


if __name__ == "__main__":
    main()

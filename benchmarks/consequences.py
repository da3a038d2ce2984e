"""Changes named on their transcript: against published calls, against bcftools csq, and carried between builds.

python -m benchmarks.consequences              every tumour with published names
python -m benchmarks.consequences --rows 5000  a part of them

Needs the public studies and references of `CHEVET_SHARED_DATA`; it says so, and stops, where they are absent.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import arguments, machine, show
from chevet.genomics.alteration import Alteration, Genomic
from chevet.genomics.calling import calls
from chevet.genomics.known_changes import annotate
from chevet.genomics.liftover import read_map
from chevet.genomics.reference.csq import consequences
from chevet.genomics.reference.sources import extract, gff3_segments, opened
from chevet.genomics.transcript import Transcript, Transcripts
from chevet.words import proteins
from tests.shared_data import ROOT

CODING = {"Missense_Mutation", "Nonsense_Mutation", "Silent", "Nonstop_Mutation", "Translation_Start_Site"}
INDELS = {"Frame_Shift_Del", "Frame_Shift_Ins", "In_Frame_Del", "In_Frame_Ins"}
COLUMNS = ("gene", "chr", "start", "end", "ref", "alt", "class", "type", "hgvsp")


def lrg() -> Transcripts:
    """Every transcript of the Locus Reference Genomic records, on GRCh37."""
    found = []
    for row in pl.read_parquet(ROOT / "reference" / "lrg_cds.parquet").iter_rows(named=True):
        exons = tuple(zip(row["starts37"] or (), row["ends37"] or (), strict=True))
        if row["protein_ok"] and sum(last - first + 1 for first, last in exons) == len(row["cds_seq"]):
            strand = int(row["strand37"])
            found.append(
                Transcript(row["accessions"][0], row["gene"], "GRCh37", row["chrom37"], strand, exons, row["cds_seq"])
            )
    return Transcripts("GRCh37", found)


def published(genes: Iterable[str], rows: int) -> pl.DataFrame:
    """Distinct coding changes of TCGA in these genes."""
    files = sorted((ROOT / "cohorts" / "tcga").glob("mutations_*.parquet"))
    every = pl.concat([pl.read_parquet(file, columns=list(COLUMNS)) for file in files])
    kept = every.filter(pl.col("gene").is_in(list(genes))).unique(COLUMNS[:6], maintain_order=True)
    return kept.sample(min(rows, len(kept)), seed=7) if rows else kept


def against_published(transcripts: Transcripts, rows: int) -> dict[str, Any]:
    """How many substitutions have the published protein change, and how many indels the published class."""
    found: Counter[str] = Counter()
    for row in published({one.gene for one in transcripts}, rows).iter_rows(named=True):
        place = Genomic("GRCh37", row["chr"], row["start"], row["ref"], row["alt"])
        mine = [one for one in calls(place, transcripts) if one.gene == row["gene"]]
        said = proteins.short(row["hgvsp"])
        if row["type"] == "SNP" and row["class"] in CODING and said:
            named = {_plain(one.protein_change) for one in mine if one.protein_change}
            if _plain(said) in named:
                found["substitutions the same"] += 1
            elif any(_codon(one) == _codon(said) for one in named):
                found["substitutions otherwise on the same codon"] += 1
            else:
                found["substitutions on another transcript"] += 1
        elif row["class"] in INDELS and mine:
            found[
                "indel class the same" if row["class"] in {c.consequence for c in mine} else "indel class otherwise"
            ] += 1
    return dict(found)


def _plain(text: str) -> str:
    """A protein change in the words of older files: p.R213= is p.R213R, an extension says only its first residue."""
    text = text.partition("ext")[0]
    if re.fullmatch(r"p\.M1[A-Z?]", text):
        return "p.M1?"
    return f"{text[:-1]}{text[2]}" if text.endswith("=") and len(text) > 4 else text


def _codon(text: str) -> str:
    return "".join(re.findall(r"\d+", text)[:1])


def against_csq(number: int) -> dict[str, Any]:
    """Made-up changes of 13 genes: our class and that of bcftools csq, on the same transcript."""
    fasta, genes = (ROOT / "reference" / f"grch38_mini.{end}" for end in ("fa.gz", "gff3.gz"))
    transcripts = extract("GRCh38", fasta, gff3_segments(genes)).transcripts
    changes = made_up([one for one in transcripts if one.preferred], fasta, number)
    several = Transcripts("GRCh38", transcripts)
    before = time.process_time()
    ours = [calls(one, several) for one in changes]
    spent = time.process_time() - before
    found: Counter[str] = Counter()
    for change, mine, others in zip(changes, ours, consequences(changes, fasta, genes), strict=True):
        said = {one.transcript: one.consequence for one in others}
        kind = "substitutions" if len(change.ref) == len(change.alt) else "indels"
        for one in mine:
            if one.transcript in said:
                found[f"{kind} {'the same' if one.consequence == said[one.transcript] else 'otherwise'}"] += 1
    return {**found, "CPU s": round(spent, 2)}


def made_up(transcripts: Sequence[Transcript], fasta: Path, number: int) -> list[Genomic]:
    """Substitutions, deletions and insertions in and around exons."""
    dice, genome = random.Random(5), opened(fasta)
    found: list[Genomic] = []
    while len(found) < number:
        one = dice.choice(transcripts)
        first, last = dice.choice(one.exons)
        place, size, name = dice.randint(first - 12, last + 12), dice.randint(1, 7), f"chr{one.chromosome}"
        long = genome.fetch(name, place - 1, place + size).upper()
        base = long[0]
        ref, alt = {
            "substituted": (base, dice.choice("ACGT".replace(base, ""))),
            "two": (long[:2], "".join(dice.choice("ACGT".replace(old, "")) for old in long[:2])),
            "removed": (long, base),
            "put": (base, base + "".join(dice.choice("ACGT") for _ in range(size))),
        }[dice.choice(("substituted", "substituted", "two", "removed", "put"))]
        if "N" not in ref:
            found.append(Genomic("GRCh38", one.chromosome, place, ref, alt))
    return found


def between_builds() -> dict[str, Any]:
    """Hotspots whose place is published in both builds, carried there and back."""
    there = read_map(ROOT / "reference" / "hg37_38_mapping.tsv.gz")
    back = there.reversed()
    files = [(ROOT / "knowledge" / f"cancerhotspots_v2_hg{name}.tsv").read_text().split("\n") for name in ("19", "38")]
    pairs = [(a.split("\t"), b.split("\t")) for a, b in zip(*files, strict=True) if a]
    forth = sum((there.place(a[0], int(a[1])) or ("", 0))[:2] == (b[0][3:], int(b[1])) for a, b in pairs)
    again = sum((back.place(b[0], int(b[1])) or ("", 0))[:2] == (a[0][3:], int(a[1])) for a, b in pairs)
    return {"places": len(pairs), "to GRCh38": forth, "to GRCh37": again}


def without_reference() -> dict[str, Any]:
    """CPU seconds for 3,000 changes of one file, understood with what comes with Chevet."""
    rows = published({"TP53", "KRAS", "APC", "ATM", "BRCA2", "NF1", "EGFR", "PIK3CA", "TTN", "DMD"}, 3000)
    changes = tuple(
        Alteration("variant", genomic=Genomic("GRCh37", row["chr"], row["start"], row["ref"], row["alt"]))
        for row in rows.iter_rows(named=True)
    )
    before = time.process_time()
    named = annotate(changes)
    spent = time.process_time() - before
    return {"changes": len(changes), "named": sum(bool(one.gene) for one in named), "CPU s": round(spent, 2)}


def share(found: dict[str, Any], kind: str) -> tuple[str, int]:
    """The share that is the same among those on one transcript, and how many they are."""
    same = found.get(f"{kind} the same", 0)
    other = sum(count for name, count in found.items() if name.startswith(kind) and "otherwise" in name)
    return f"{100 * same / max(same + other, 1):.2f} %", same


def main() -> None:
    chosen = arguments(__doc__.split("\n")[0], rows=0).parse_args()
    if not (ROOT / "reference" / "lrg_cds.parquet").exists():
        print("the public references are absent: set CHEVET_SHARED_DATA to the folder that holds them")
        return
    tcga, csq, lifted, quick = (
        against_published(lrg(), chosen.rows),
        against_csq(3000),
        between_builds(),
        without_reference(),
    )
    if chosen.json:
        print(json.dumps({"machine": machine(), "tcga": tcga, "csq": csq, "liftover": lifted, "quick": quick}))
        return
    print(machine())
    rows = [
        ("substitutions, protein change as published (TCGA)", "99.9 %", *share(tcga, "substitutions")),
        ("indels, class as published (TCGA)", "97 %", *share(tcga, "indel class")),
        ("substitutions, class as bcftools csq", "99.9 %", *share(csq, "substitutions")),
        ("indels, class as bcftools csq", "97 %", *share(csq, "indels")),
        ("hotspots to GRCh38", "99.8 %", f"{100 * lifted['to GRCh38'] / lifted['places']:.2f} %", lifted["to GRCh38"]),
        ("hotspots to GRCh37", "99.8 %", f"{100 * lifted['to GRCh37'] / lifted['places']:.2f} %", lifted["to GRCh37"]),
    ]
    show("names and places", ("question", "target", "found", "the same"), rows)
    show("without a reference", ("changes", "named", "CPU s"), [(quick["changes"], quick["named"], quick["CPU s"])])
    print("\nTCGA, all counts:", ", ".join(f"{name} {count:,}" for name, count in sorted(tcga.items())))


if __name__ == "__main__":
    main()

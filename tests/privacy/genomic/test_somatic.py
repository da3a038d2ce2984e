from __future__ import annotations

from collections import defaultdict
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chevet.privacy.genomic.somatic import NAMES, common_polymorphisms, somatic
from chevet.words.proteins import short
from tests.privacy.genomic.made_cohort import cohort, fused, people, variant
from tests.shared_data import shared


def test_the_table_of_polymorphisms_is_written_as_the_record_writes_changes_both_ways_round() -> None:
    rows = common_polymorphisms().to_pylist()
    assert all(short(row["protein_change"]) == row["protein_change"] for row in rows)
    assert {"BRCA2 p.N372H", "BRCA2 p.H372N", "TP53 p.P72R", "TP53 p.R72P"} <= {
        f"{row['gene']} {row['protein_change']}" for row in rows
    }


def test_every_polymorphism_says_how_many_people_have_it_and_who_counted() -> None:
    text = files("chevet.privacy.genomic").joinpath("tables/common_polymorphisms.tsv").read_text(encoding="utf-8")
    heading, *rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    said = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [one for one in said if not (one["frequency"] and one["population"] and one["source"])] == []
    figures = [float(one["frequency"]) for one in said if one["source"] == "HapMap"]
    assert min(figures) >= 0.01
    assert len({one["dbsnp"] for one in said}) == len(said)


def test_the_place_of_a_polymorphism_is_that_of_its_amino_acid_in_the_genes_own_reference() -> None:
    genes = defaultdict(list)
    for gene in pq.read_table(shared("reference/lrg_cds.parquet")).to_pylist():
        genes[gene["gene"]].append(gene)
    wrong = []
    for row in common_polymorphisms().to_pylist():
        if row["start"] is None or row["gene"] not in genes:
            continue
        found = {_amino_acid(gene, row["start"]) for gene in genes[row["gene"]]}
        place = int(row["protein_change"][3:-1])
        if not found & {(place, row["protein_change"][2]), (place, row["protein_change"][-1])}:
            wrong.append(f"{row['gene']} {row['protein_change']}")
    assert wrong == []


def _amino_acid(gene: dict[str, Any], place: int) -> tuple[int, str] | None:
    """Number and letter of the amino acid that a place of the genome (GRCh37) codes for."""
    before = 0
    exons = sorted(zip(gene["starts37"], gene["ends37"], strict=True), reverse=gene["strand37"] < 0)
    for start, end in exons:
        if start <= place <= end:
            number = (before + (end - place if gene["strand37"] < 0 else place - start)) // 3
            return number + 1, gene["protein"][number]
        before += end - start + 1
    return None


def test_no_known_hotspot_of_cancer_is_taken_for_a_polymorphism() -> None:
    listed = {(row["gene"], row["protein_change"]) for row in common_polymorphisms().to_pylist()}
    hotspots = {("TP53", "p.R175H"), ("KRAS", "p.G12D"), ("EGFR", "p.L858R"), ("BRAF", "p.V600E"), ("KIT", "p.D816V"),
                ("ERBB2", "p.S310F"), ("APC", "p.R876*"), ("RET", "p.M918T")}  # fmt: skip
    assert not hotspots & listed


def _names(**rows: Any) -> list[tuple[str | None, ...]]:
    found: pa.Table = somatic(cohort(people(3), **rows)).rows
    return [tuple(row[name] for name in NAMES) for row in found.to_pylist()]


def test_each_variant_has_a_name_at_every_detail_it_can_be_told_at() -> None:
    rows = [
        variant("P-000", "EGFR", "L858R"),
        variant("P-000", "EGFR", "E746_A750del", consequence="In_Frame_Del"),
        variant("P-001", "TP53", "R213*", consequence="Nonsense_Mutation"),
        variant("P-001", "TP53", "X125_splice", consequence="Splice_Site"),
        variant("P-002", "TP53", None, consequence="Splice_Site"),
        variant("P-002", "KRAS", "?", consequence="Missense_Mutation"),
    ]
    assert set(_names(variants=rows)) == {
        ("EGFR L858R", "EGFR L858", "EGFR missense", "EGFR mutated"),
        ("EGFR E746_A750del", "EGFR E746", "EGFR other effect", "EGFR mutated"),
        ("TP53 R213*", None, "TP53 truncating", "TP53 mutated"),
        ("TP53 X125_splice", None, "TP53 truncating", "TP53 mutated"),
        (None, None, "TP53 truncating", "TP53 mutated"),
        (None, None, "KRAS missense", "KRAS mutated"),
    }


def test_a_rearrangement_goes_to_the_partner_that_more_patients_have() -> None:
    rows = [fused("P-000", "EML4", "ALK"), fused("P-001", "ALK", "KIF5B"), fused("P-002", None, "ALK"),
            fused("P-002", "NTRK1", "LMNA")]  # fmt: skip
    assert set(_names(fusions=rows)) == {
        ("EML4::ALK", None, None, "ALK rearranged"),
        ("ALK::KIF5B", None, None, "ALK rearranged"),
        (None, None, None, "ALK rearranged"),
        ("NTRK1::LMNA", None, None, "LMNA rearranged"),
    }

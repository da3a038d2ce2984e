from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chevet.synth import facts


def covered_genes(block: dict[str, pa.Table]) -> dict[Any, set[str]]:
    """Genes tested for variants, by sample."""
    genes = facts.genes()
    of_panel = {
        panel: {genes.symbols[i] for i in np.flatnonzero(genes.covered[number])}
        for number, panel in enumerate(facts.PANELS)
    }
    tested = block["panel"].filter(pc.field("alteration_type") == "variant")
    return {row["sample_id"]: of_panel[row["panel_id"]] for row in tested.to_pylist()}


def test_hardly_anything_is_found_off_the_panel(block: dict[str, pa.Table]) -> None:
    covered = covered_genes(block)
    found = block["variant"].select(["sample_id", "gene"]).to_pylist()
    off = [row for row in found if row["gene"] not in covered[row["sample_id"]]]
    assert 0 < len(off) < 0.004 * len(found)


def test_nothing_is_found_in_a_sample_that_was_not_tested(block: dict[str, pa.Table]) -> None:
    kinds = {"variant": "variant", "copy_number": "copy_number", "structural_variant": "structural_variant"}
    for table, kind in kinds.items():
        tested = block["panel"].filter(pc.field("alteration_type") == kind)["sample_id"]
        assert pc.all(pc.is_in(block[table]["sample_id"], value_set=tested.combine_chunks())).as_py()


def test_some_patients_were_tested_for_nothing(block: dict[str, pa.Table]) -> None:
    tested = pc.count_distinct(block["panel"]["patient_id"]).as_py()
    assert 0.75 < tested / block["patient"].num_rows < 0.92


def test_frequencies_among_the_tested_are_those_of_the_table(block: dict[str, pa.Table], luad_tested: set[Any]) -> None:
    quiet = {"Silent", "Intron", "3'UTR"}
    rows = block["variant"].select(["patient_id", "gene", "consequence"]).to_pylist()
    for gene, low, high in (("KRAS", 0.26, 0.33), ("EGFR", 0.13, 0.20), ("TP53", 0.45, 0.56), ("VHL", 0.0, 0.05)):
        with_gene = {row["patient_id"] for row in rows if row["gene"] == gene and row["consequence"] not in quiet}
        assert low < len(with_gene & luad_tested) / len(luad_tested) < high, gene


def test_hotspots_lead_their_gene(block: dict[str, pa.Table]) -> None:
    changes = block["variant"].filter(pc.field("gene") == "BRAF")["protein_change"].drop_null()
    counts = changes.combine_chunks().value_counts().to_pylist()
    assert max(counts, key=lambda row: row["counts"])["values"] == "p.V600E"


def test_vaf_is_what_the_reads_say(block: dict[str, pa.Table]) -> None:
    rows = block["variant"].filter(pc.is_valid(pc.field("vaf"))).slice(0, 2_000).to_pylist()
    for row in rows:
        depth = row["tumour_alternate_reads"] + row["tumour_reference_reads"]
        assert abs(row["tumour_alternate_reads"] / depth - row["vaf"]) <= 0.00006
        assert 0 < row["vaf"] <= 1

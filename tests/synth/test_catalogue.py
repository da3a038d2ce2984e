from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from chevet.synth import facts
from chevet.synth.catalogue import catalogue


def test_rows_of_a_gene_lie_together_and_in_order() -> None:
    cat = catalogue()
    for number, (first, changing, quiet, end) in enumerate(cat.bounds.tolist()):
        assert first < changing < quiet < end
        assert set(cat.gene[first:end].tolist()) == {number}
        assert cat.is_quiet[quiet:end].all()
        assert not cat.is_quiet[first:quiet].any()


def test_no_two_rows_of_the_catalogue_are_the_same_variant() -> None:
    place = catalogue().table.select(["gene", "start", "reference_allele", "alternate_allele", "protein_change"])
    different = place.group_by(place.column_names).aggregate([]).num_rows
    assert different == place.num_rows


def test_known_recurrent_changes_are_there() -> None:
    table = catalogue().table
    for gene, change in (("EGFR", "p.L858R"), ("BRAF", "p.V600E"), ("KRAS", "p.G12C"), ("IDH1", "p.R132H")):
        rows = table.filter((pc.field("gene") == gene) & (pc.field("protein_change") == change))
        assert rows.num_rows >= 1
        assert rows["consequence"][0].as_py() == "Missense_Mutation"


def test_the_tert_promoter_is_a_flank_without_protein_change() -> None:
    rows = catalogue().table.filter((pc.field("gene") == "TERT") & (pc.field("consequence") == "5'Flank"))
    assert set(rows["cdna_change"].to_pylist()) == {"c.-124C>T", "c.-146C>T"}
    assert rows["protein_change"].null_count == rows.num_rows


def test_a_driver_of_a_suppressor_is_mostly_truncating() -> None:
    cat = catalogue()
    rows = cat.of_driver(np.random.default_rng(1), "RB1", "SCLC", 4_000)
    truncating = {"Nonsense_Mutation", "Frame_Shift_Del", "Frame_Shift_Ins", "Splice_Site"}
    consequence = cat.table["consequence"].take(rows).to_pylist()
    assert 0.55 < np.mean([value in truncating for value in consequence]) < 0.75


def test_residues_lie_within_the_protein() -> None:
    cat = catalogue()
    found = pc.extract_regex(cat.table["protein_change"], r"p\.[A-Z](?P<residue>\d+)")
    residue = np.array([0 if row is None else int(row["residue"]) for row in found.to_pylist()])
    lengths = facts.genes().lengths[cat.gene]
    assert (residue <= lengths).all()

from __future__ import annotations

from chevet.bedside import important_genes
from chevet.bedside.important_genes import KINDS, SOLID
from chevet.words import genes, oncotree


def _rows(name: str) -> tuple[dict[str, str], ...]:
    return important_genes._lines(name)[1]


def test_every_gene_is_an_approved_symbol_and_every_tumour_an_oncotree_code() -> None:
    for name in ("treatment_genes.tsv", "driver_genes.tsv"):
        for row in _rows(name):
            found = genes.resolve(row["gene"])
            assert found is not None, row["gene"]
            assert found.symbol == row["gene"]
            assert row["tumour"] == SOLID or oncotree.get(row["tumour"]) is not None, row["tumour"]


def test_every_line_stands_once_and_names_a_known_kind() -> None:
    treatment = [(row["tumour"], row["gene"], row["kind"]) for row in _rows("treatment_genes.tsv")]
    drivers = [(row["tumour"], row["gene"]) for row in _rows("driver_genes.tsv")]
    assert len(set(treatment)) == len(treatment)
    assert len(set(drivers)) == len(drivers)
    assert {kind for *_, kind in treatment} <= set(KINDS)


def test_a_lung_adenocarcinoma_inherits_what_counts_in_every_lung_cancer_of_its_kind() -> None:
    listed = important_genes.important_genes("LUAD", oncotree.ancestors("LUAD"))
    assert ("ALK", "fusion", "treatment") in {(g.gene, g.kind, g.why) for g in listed}
    assert ("KEAP1", "variant", "driver") in {(g.gene, g.kind, g.why) for g in listed}
    whys = [g.why for g in listed]
    assert whys == sorted(whys, reverse=True), "treatment comes before driver"


def test_a_disease_of_the_blood_has_no_list_of_solid_tumours() -> None:
    listed = important_genes.important_genes("AML", oncotree.ancestors("AML"))
    assert {g.gene for g in listed} & {"NTRK1", "NTRK2", "NTRK3"} == set()
    assert ("FLT3", "variant") in {(g.gene, g.kind) for g in listed}


def test_a_tumour_that_no_table_names_still_has_what_counts_in_every_solid_tumour() -> None:
    listed = important_genes.important_genes("PT", oncotree.ancestors("PT"))
    assert {g.tumour for g in listed} == {SOLID}

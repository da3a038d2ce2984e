"""Fusions as laboratories of haematology, sarcoma and paediatrics write them."""

from __future__ import annotations

import pytest

from chevet.genomics.names import all_named, parts_named


@pytest.mark.parametrize(
    ("words", "partners"),
    [
        ("t(15;17)(q24;q21) PML-RARA", ("PML", "RARA")),
        ("RUNX1-RUNX1T1 t(8;21)(q22;q22)", ("RUNX1", "RUNX1T1")),
        ("inv(16)(p13q22) CBFB-MYH11", ("CBFB", "MYH11")),
        ("t(2;5) NPM-ALK", ("NPM1", "ALK")),
        ("t(9;22)(q34;q11.2)[BCR-ABL1]", ("BCR", "ABL1")),
        ("t(9;22) BCR-ABL1 p210 (e14a2)", ("BCR", "ABL1")),
        ("BCR-ABL1 b3a2", ("BCR", "ABL1")),
        ("BCR-ABL1 12 % IS", ("BCR", "ABL1")),
        ("transcrit BCR-ABL1 de type majeur (M-BCR)", ("BCR", "ABL1")),
        ("BCR::ABL1 positive by FISH", ("BCR", "ABL1")),
        ("KIAA1549:BRAF 16:9", ("KIAA1549", "BRAF")),
        ("ETV6ex5-NTRK3ex15", ("ETV6", "NTRK3")),
        ("ETV6_NTRK3", ("ETV6", "NTRK3")),
        ("fusion entre ETV6 et NTRK3", ("ETV6", "NTRK3")),
        ("fusion NTRK1 (partenaire TPM3)", ("TPM3", "NTRK1")),
        ("fusion KIF5B-RET par RNAseq", ("KIF5B", "RET")),
        ("CD74-NRG1 fusion detected by RNA sequencing", ("CD74", "NRG1")),
        ("délétion CHIC2 (FIP1L1-PDGFRA)", ("FIP1L1", "PDGFRA")),
        ("CHIC2 deletion", ("FIP1L1", "PDGFRA")),
        ("SYT-SSX1", ("SS18", "SSX1")),
        ("E2A-PBX1", ("TCF3", "PBX1")),
    ],
)
def test_what_stands_beside_two_partners_does_not_hide_them(words: str, partners: tuple[str, str]) -> None:
    assert [(one.type, one.fusion) for one in all_named(words)] == [("fusion", partners)]


@pytest.mark.parametrize(
    ("words", "gene", "change"),
    [
        ("EML4-ALK G1202R", "ALK", "p.G1202R"),
        ("EML4-ALK fusion with G1202R mutation", "ALK", "p.G1202R"),
        ("FIP1L1-PDGFRA T674I", "PDGFRA", "p.T674I"),
        ("ETV6-NTRK3 p.Gly623Arg", "NTRK3", "p.G623R"),
    ],
)
def test_a_change_beside_a_fusion_lies_in_the_partner_that_drives(words: str, gene: str, change: str) -> None:
    fused, changed = all_named(words)
    assert (fused.type, fused.gene, changed.type, changed.gene, changed.protein_change) == (
        "fusion", gene, "variant", gene, change,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "genes"),
    [("MYC/BCL2 rearrangement", ["MYC", "BCL2"]), ("BCL2/BCL6 réarrangés", ["BCL2", "BCL6"])],
)
def test_two_genes_that_each_break_by_themselves_are_two_findings(words: str, genes: list[str]) -> None:
    assert [(one.type, one.gene, one.fusion) for one in all_named(words)] == [("fusion", gene, None) for gene in genes]


def test_a_fusion_without_a_known_partner_is_still_a_fusion() -> None:
    assert [(one.type, one.gene) for one in all_named("fusion RET sans partenaire identifié")] == [("fusion", "RET")]


@pytest.mark.parametrize("words", ["KMT2Ar", "KMT2A-r", "MLL-r", "MYC-R"])
def test_an_r_after_the_gene_stands_for_rearranged(words: str) -> None:
    assert [one.type for one in all_named(words)] == ["fusion"]


def test_what_stands_on_both_sides_of_a_dash_is_read_whole_or_not_at_all() -> None:
    assert [one.gene for one in all_named("KRAS G12C - STK11 loss")] == ["KRAS", "STK11"]
    assert parts_named("MSH2-MSH6 loss") == ((), ("MSH2-MSH6 loss",))

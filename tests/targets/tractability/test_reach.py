"""Names of families and domains, and the classes of proteins that small molecules bind."""

from __future__ import annotations

import pytest

from chevet.targets.tractability.reach import families_known, ligandable_of, surface_of
from chevet.words.labels import has_label


@pytest.mark.parametrize(
    ("word", "family"),
    [
        ("Protein kinase domain", "kinase"),
        ("Type I RTKs: ErbB (epidermal growth factor) receptor family", "kinase"),
        ("Kinase;EGFR", "kinase"),
        ("PF07714", "kinase"),
        ("MAP kinase phosphatases", "phosphatase"),
        ("Non-receptor tyrosine kinases", "kinase"),
        ("Caspases", "protease"),
        ("3.4.24", "protease"),
        ("gpcr", "gpcr"),
        ("GPCR;Rhodopsin", "gpcr"),
        ("1C. Retinoic acid-related orphans: nuclear hormone receptors", "nuclear_receptor"),
        ("vgic", "ion_channel"),
        ("Voltage-gated sodium channels", "ion_channel"),
        ("SLC superfamily of solute carriers", "transporter"),
        ("Histone lysine methyltransferases", "methyltransferase"),
        ("Bromodomain containing", "bromodomain"),
        ("RAS type GTPase family, small GTPases", "hydrolase"),
        ("Poly(ADP-ribose) polymerases", "polymerase"),
    ],
)
def test_a_family_that_small_molecules_bind_is_told_by_its_name(word: str, family: str) -> None:
    assert [one.family for one in ligandable_of([("families", word)])] == [family]


@pytest.mark.parametrize(
    "word",
    [
        "SH2 domain", "Zinc fingers C2H2-type", "A-kinase anchoring proteins", "Cyclin dependent kinase inhibitors",
        "Serpin peptidase inhibitors", "Protein phosphatase 1 regulatory subunits", "Nuclear receptor coactivators",
        "p53-like transcription factors", "Unclassified", "Ankyrin repeat domain containing", "Tetraspanins",
    ],
)  # fmt: skip
def test_a_protein_that_only_acts_upon_such_a_family_is_not_of_it(word: str) -> None:
    assert ligandable_of([("families", word)]) == ()


def test_a_class_is_told_once_with_the_words_and_the_table_that_told_it() -> None:
    found = ligandable_of([("domains", "Pkinase"), ("families", "Tyrosine kinases"), ("families", "Bromodomain")])
    assert [(one.family, one.told_by, one.kind) for one in found] == [
        ("kinase", "Pkinase", "domains"), ("bromodomain", "Bromodomain", "families"),
    ]  # fmt: skip


def test_every_class_has_a_name_in_both_languages() -> None:
    assert [family for family in families_known() if not has_label(f"targets.family.{family}")] == []


def test_the_surest_protein_of_a_gene_tells_its_surface() -> None:
    rows = [{"protein": "A", "evidence": "x", "score": None, "family": None},
            {"protein": "B", "evidence": "y", "score": 0.75, "family": "Receptors"}]  # fmt: skip
    found = surface_of(rows)
    assert found is not None
    assert (found.protein, found.score, found.family) == ("B", 0.75, "Receptors")
    assert surface_of([]) is None

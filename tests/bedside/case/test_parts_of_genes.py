"""A deletion, an insertion or a cut that an entry names by its type: of the gene, of an exon, or of a few bases."""

from __future__ import annotations

from typing import Any

import pytest

from chevet.bedside.case.findings import findings_of
from chevet.genomics.classes import with_classes


def _told(given: dict[str, Any]) -> tuple[str, str | None, frozenset[str]]:
    (one,) = (with_classes(found) for found in findings_of(given))
    return one.type, one.protein_change, one.classes


def test_a_deletion_without_a_place_is_of_the_gene() -> None:
    assert _told({"type": "deletion", "gene": "BRCA2"}) == ("deletion", None, frozenset())
    assert _told({"type": "délétion homozygote", "gene": "CDKN2A"})[0] == "deletion"
    assert _told({"type": "deletion", "gene": "BRCA1", "exon": "5-7"})[0] == "deletion"


def test_a_deletion_with_its_change_is_a_small_variant() -> None:
    given = {"type": "deletion", "gene": "EGFR", "exon": 19, "protein_change": "p.(Leu747_Thr751del)"}
    assert _told(given)[:2] == ("variant", "p.L747_T751del")
    assert _told({"type": "deletion", "gene": "BRCA2", "cdna": "c.5946del"})[0] == "variant"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"type": "deletion", "gene": "EGFR", "exon": 19}, "exon_19_deletion"),
        ({"type": "insertion", "gene": "EGFR", "exon": 20}, "exon_20_insertion"),
        ({"type": "duplication", "gene": "HER2", "exon": "20/27"}, "exon_20_insertion"),
        ({"type": "deletion", "gene": "MET", "exon": 14}, "exon_14_skipping"),
        ({"type": "mutation", "gene": "KIT", "exon": 11}, "exon_11"),
        ({"gene": "EGFR", "exon": 19, "consequence": "inframe_deletion"}, "exon_19_deletion"),
        ({"type": "frameshift", "gene": "BRCA2"}, "truncating"),
    ],
)
def test_the_exon_and_the_kind_of_an_entry_are_the_class_of_its_change(given: dict[str, Any], name: str) -> None:
    kind, _, classes = _told(given)
    assert (kind, name in classes) == ("variant", True)

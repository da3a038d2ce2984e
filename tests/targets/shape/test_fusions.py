"""Genes that are joined again and again, and with whom."""

from __future__ import annotations

import pyarrow as pa
import pytest

from chevet.errors import BadInput
from chevet.targets.carriers import of_table as carriers_of_table
from chevet.targets.shape.fusions import Fusions, Partner, of_table, recurrent

NAMES = [f"P{number}" for number in range(100)]


def _found(pairs: list[tuple[int, str | None, str | None]]) -> tuple[Fusions, tuple[str, ...]]:
    joined = pa.table({
        "patient": [NAMES[number] for number, _, _ in pairs],
        "gene_1": pa.array([five for _, five, _ in pairs], pa.string()),
        "gene_2": pa.array([three for _, _, three in pairs], pa.string()),
    })  # fmt: skip
    altered = {(NAMES[number], gene) for number, *genes in pairs for gene in genes if gene}
    rows = pa.table({"patient": [one for one, _ in sorted(altered)], "gene": [gene for _, gene in sorted(altered)]})
    tested = pa.table({"patient": NAMES * 50, "gene": [f"X{one}" for one in range(40) for _ in NAMES]
                       + [gene for gene in ("ALK", "EML4", "KIF5B", "TMPRSS2", "ERG", "A", "B", "C", "D", "E")
                          for _ in NAMES]})  # fmt: skip
    carriers = carriers_of_table(rows, NAMES, tested, "fusion")
    return recurrent(carriers, of_table(joined, NAMES)), carriers.genes


def _of(gene: str, found: tuple[Fusions, tuple[str, ...]]) -> int:
    return found[0].gene.tolist().index(found[1].index(gene))


def test_partners_the_most_frequent_first_and_which_one_drives() -> None:
    pairs = [(number, "EML4", "ALK") for number in range(8)] + [(number, "KIF5B", "ALK") for number in (8, 9)]
    found = _found(pairs)
    row = _of("ALK", found)
    assert found[0].partners[row] == (
        Partner(("EML4", "ALK"), 8, True, True), Partner(("KIF5B", "ALK"), 2, True, True),
    )  # fmt: skip
    assert found[0].partners[_of("EML4", found)] == (Partner(("EML4", "ALK"), 8, False, True),)


def test_a_patient_with_two_partners_counts_once() -> None:
    found = _found([*((number, "EML4", "ALK") for number in range(6)), (0, "KIF5B", "ALK")])
    assert sum(one.patients for one in found[0].partners[_of("ALK", found)]) == 6


def test_a_gene_joined_in_many_is_found_and_one_of_a_shattered_genome_is_not() -> None:
    """50 genes were looked at: by chance each patient with one fusion has a given gene in 2 of 50."""
    pairs = [(number, "EML4", "ALK") for number in range(10)] + [(50, "A", "B"), (50, "C", "D"), (51, "E", "A")]
    found = _found(pairs)
    assert found[0].q[_of("ALK", found)] < 1e-6
    assert found[0].p[_of("A", found)] > 0.05


def test_a_partner_that_is_not_named_is_empty() -> None:
    found = _found([(number, None, "ALK") for number in range(5)])
    assert found[0].partners[_of("ALK", found)] == (Partner(("", "ALK"), 5, True, False),)


def test_a_fusion_of_somebody_who_is_not_listed_is_refused() -> None:
    rows = pa.table({"patient": ["elsewhere"], "gene_1": ["EML4"], "gene_2": ["ALK"]})
    with pytest.raises(BadInput, match="1 of 1 fusions are of patients that are not listed"):
        of_table(rows, NAMES)

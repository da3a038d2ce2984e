"""Which gene lies where, in both builds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics import facts
from chevet.genomics.alteration import Build
from chevet.genomics.gene_map import genes_at, genes_within
from tools.make_gene_map import in_other_build


@pytest.mark.parametrize(
    ("build", "chromosome", "position", "genes"),
    [("GRCh37", "7", 140453136, ["BRAF"]), ("GRCh38", "7", 140753336, ["BRAF"]), ("GRCh38", "1", 5, []),
     ("GRCh38", "14", 105863198, ["IGH"]), ("other", "7", 140753336, []), ("GRCh37", "nowhere", 5, [])],
)  # fmt: skip
def test_the_genes_of_a_place(build: Build, chromosome: str, position: int, genes: list[str]) -> None:
    assert [one.gene for one in genes_at(build, chromosome, position)] == genes


def test_genes_lie_where_the_table_of_driver_genes_has_them() -> None:
    longer = {"ABL1", "ERG", "TMPRSS2", "PDE4DIP"}
    for row in facts.rows("gene_places.tsv"):
        for build in ("GRCh37", "GRCh38"):
            start, end = (int(row[f"{word}_{build.lower()}"]) for word in ("start", "end"))
            found = next(one for one in genes_at(build, row["chromosome"], end) if one.gene == row["gene"])  # type: ignore[arg-type]
            assert row["gene"] in longer or (found.start, found.end) == (start, end), row["gene"]


@given(st.integers(1, 248_000_000), st.integers(0, 3_000_000))
def test_what_lies_within_a_stretch_is_touched_by_it_and_by_both_its_ends_or_its_inside(
    start: int, length: int
) -> None:
    within, touched = (ask("GRCh38", "1", start, start + length) for ask in (genes_within, genes_at))
    assert set(within) <= set(touched)
    assert all(one.start <= start + length and one.end >= start for one in touched)


def test_a_gene_that_the_other_build_tears_apart_has_no_place_there() -> None:
    class Torn:
        def place(self, chromosome: str, position: int) -> tuple[str, int, bool]:
            return chromosome, position * 1000, False

    assert in_other_build("1", 100, 5_000, Torn()) is None  # type: ignore[arg-type]

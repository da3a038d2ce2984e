"""Scars of homologous recombination, counted by hand from the definitions of their publications."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import CannotConclude
from chevet.genomics.copy_number import Segment, arms
from chevet.genomics.scars import MEGABASE, Scars, scars
from tests.shared_data import shared

AUTOSOMES = [str(number) for number in range(1, 23)]


def genome(**changed: list[tuple[float, float, int, int]]) -> list[Segment]:
    """Two copies, one of each allele, but for the chromosomes named (`one`): megabases from and to, total, minor."""
    given = {"one": "1", "two": "2"}
    found = [
        Segment(name, 1, arms("GRCh38")[name][1], total=2, minor=1)
        for name in AUTOSOMES
        if name not in {given[key] for key in changed}
    ]
    for key, pieces in changed.items():
        found += [
            Segment(given[key], int(start * MEGABASE) + 1, int(end * MEGABASE), total=total, minor=minor)
            for start, end, total, minor in pieces
        ]
    return found


def counted(segments: list[Segment]) -> tuple[int, int, int]:
    found = scars(segments, "GRCh38")
    return found.losses, found.imbalances, found.transitions


def test_a_genome_of_two_copies_has_no_scar() -> None:
    found = scars(genome(), "GRCh38")
    assert found == Scars(0, 0, 0, found.covered)
    assert found.covered == pytest.approx(1)


def test_a_region_without_one_allele_counts_above_fifteen_megabases() -> None:
    long = genome(one=[(0, 30, 2, 1), (30, 46, 1, 0), (46, 248, 2, 1)])
    short = genome(one=[(0, 30, 2, 1), (30, 44, 1, 0), (44, 248, 2, 1)])
    assert (counted(long)[0], counted(short)[0]) == (1, 0)


def test_copies_of_the_other_allele_do_not_break_a_loss_in_two() -> None:
    assert counted(genome(one=[(0, 30, 2, 1), (30, 40, 1, 0), (40, 50, 3, 0), (50, 248, 2, 1)]))[0] == 1


def test_the_loss_of_a_whole_chromosome_is_no_scar() -> None:
    assert counted(genome(one=[(0, 248, 1, 0)])) == (0, 0, 0)
    assert counted(genome(one=[(0, 100, 1, 0), (100, 248, 2, 0)]))[0] == 0


def test_a_region_without_both_alleles_is_no_loss_of_heterozygosity() -> None:
    assert counted(genome(one=[(0, 30, 2, 1), (30, 60, 0, 0), (60, 248, 2, 1)]))[0] == 0


def test_an_imbalance_counts_at_an_end_and_not_over_the_centromere_or_inside() -> None:
    at_end = genome(one=[(0, 20, 3, 1), (20, 248, 2, 1)])
    over = genome(one=[(0, 130, 2, 0), (130, 248, 2, 1)])
    inside = genome(one=[(0, 20, 2, 1), (20, 60, 3, 1), (60, 248, 2, 1)])
    both = genome(one=[(0, 20, 3, 1), (20, 230, 2, 1), (230, 248, 1, 0)])
    assert [counted(one)[1] for one in (at_end, over, inside, both)] == [1, 0, 0, 2]


def test_three_copies_are_even_where_a_chromosome_has_three() -> None:
    of_three = genome(one=[(0, 20, 2, 1), (20, 248, 3, 1)])
    usual_at_end = genome(one=[(0, 60, 3, 1), (60, 80, 2, 1), (80, 248, 3, 1)])
    assert [counted(one)[1] for one in (of_three, usual_at_end)] == [1, 0]


def test_a_break_between_two_long_regions_is_a_transition_and_small_regions_are_taken_out() -> None:
    plain = genome(one=[(0, 40, 2, 1), (40, 60, 3, 1), (60, 248, 2, 1)])
    with_noise = genome(one=[(0, 40, 2, 1), (40, 42, 5, 1), (42, 60, 3, 1), (60, 248, 2, 1)])
    healed = genome(one=[(0, 40, 2, 1), (40, 42, 5, 1), (42, 248, 2, 1)])
    with_short = genome(one=[(0, 40, 2, 1), (40, 48, 3, 1), (48, 248, 2, 1)])
    assert [counted(one)[2] for one in (plain, with_noise, healed, with_short)] == [2, 2, 0, 0]


def test_a_break_at_the_centromere_is_no_transition() -> None:
    centromere = arms("GRCh38")["1"][0] / MEGABASE
    assert counted(genome(one=[(0, centromere, 2, 1), (centromere, 248, 3, 1)]))[2] == 0


def test_scars_of_two_chromosomes_add_up() -> None:
    pieces = [(0, 20, 3, 1), (20, 50, 1, 0), (50, 240, 2, 1)]
    assert scars(genome(one=pieces, two=pieces), "GRCh38").total == 2 * (1 + 1 + 2)


def test_half_a_genome_or_totals_alone_say_nothing() -> None:
    with pytest.raises(CannotConclude, match="cover"):
        scars(genome()[:8], "GRCh38")
    with pytest.raises(CannotConclude, match="both alleles"):
        scars([Segment(one.chromosome, one.start, one.end, total=2) for one in genome()], "GRCh38")


PIECES = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 5), st.integers(0, 2)), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(PIECES, st.randoms())
def test_the_order_of_segments_and_the_cutting_of_one_in_two_change_nothing(
    drawn: list[tuple[int, int, int]], order: object
) -> None:
    pieces, end = [], 0.0
    for length, total, minor in drawn:
        pieces.append((end, min(248.0, end + length), total, min(minor, total // 2)))
        end = pieces[-1][1]
    pieces = [one for one in pieces if one[0] < one[1]]
    whole = genome(one=[*pieces, (end, 248, 2, 1)] if end < 248 else pieces)
    first = whole[-1]
    middle = (first.start + first.end) // 2
    cut = [*whole[:-1], Segment(first.chromosome, first.start, middle, total=first.total, minor=first.minor),
           Segment(first.chromosome, middle + 1, first.end, total=first.total, minor=first.minor)]  # fmt: skip
    shuffled = cut.copy()
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert counted(shuffled) == counted(whole)


@pytest.mark.parametrize(("build", "kinds"), [("GRCh37", (22, 24, 26)), ("GRCh38", (22, 24, 27))])
def test_a_real_tumour_has_nearly_the_same_scars_in_both_builds(build: str, kinds: tuple[int, int, int]) -> None:
    rows = shared(f"cases/brca/T001-BRCA.{build.lower()}.cna.tsv").read_text("utf-8").splitlines()[1:]
    segments = []
    for chromosome, start, end, major, minor in (row.split("\t") for row in rows):
        segments.append(
            Segment(chromosome, int(start), int(end), total=float(major) + float(minor), minor=float(minor))
        )
    found = scars(segments, build)  # type: ignore[arg-type]
    assert (found.losses, found.imbalances, found.transitions) == kinds

"""Places of one build in the other, by a small map of our own and by the real one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.genomics.alteration import Genomic
from chevet.genomics.liftover import Interval, IntervalMap, read_map
from tests.shared_data import shared

MAP = "1\t0\t100\t+\t1\t50\t150\t+\n1\t200\t260\t+\tchr1\t400\t460\t-\n2\t0\t10\t+\t1\t400\t410\t+\n"


@pytest.fixture
def small(tmp_path: Path) -> IntervalMap:
    file = tmp_path / "map.tsv"
    file.write_text(MAP + "7\t0\t10\t+\tGL000191.1\t0\t10\t+\n")
    return read_map(file)


def change(position, ref, alt, chromosome="1"):
    return Genomic("GRCh37", chromosome, position, ref, alt)


def test_a_place_moves_with_its_interval(small):
    assert [small.place("chr1", 1), small.place("1", 100)] == [("1", 51, False), ("1", 150, False)]


def test_between_intervals_there_is_no_place(small):
    assert [small.place("1", 101), small.place("3", 1), small.place("1", 0), small.place("7", 5)] == [None] * 4


def test_on_an_inverted_interval_the_bases_are_those_of_the_other_strand(small):
    assert small.place("1", 201) == ("1", 460, True)
    assert small.lifted(change(201, "AC", "T")) == Genomic("GRCh38", "1", 459, "GT", "A")


def test_bases_put_in_on_an_inverted_interval_stand_between_the_same_two(small):
    assert small.lifted(change(201, "A", "AC")) == Genomic("GRCh38", "1", 459, "-", "G")


def test_a_change_across_the_end_of_an_interval_has_no_place(small):
    assert small.lifted(change(99, "ACGT", "A")) is None


def test_a_change_of_the_other_build_is_not_moved(small):
    assert small.lifted(Genomic("GRCh38", "1", 1, "A", "T")) is None


def test_where_intervals_lie_over_each_other_the_one_of_the_same_chromosome_is_taken(small):
    assert small.reversed().place("1", 405) == ("1", 256, True)


@given(st.integers(1, 300))
def test_there_and_back_is_the_same_place(position):
    rows = [row.split("\t") for row in MAP.strip().split("\n")[:2]]
    file_like = IntervalMap("GRCh37", "GRCh38", [_interval(row) for row in rows])
    there = file_like.place("1", position)
    if there is not None:
        assert file_like.reversed().place(there[0], there[1]) == ("1", position, there[2])


def _interval(cells):
    return cells[0], Interval(int(cells[1]), int(cells[2]), cells[4][-1], int(cells[5]), cells[7] == "-")


@pytest.mark.parametrize(
    "row", ["1\t0\t100\t+\t1\t50\t149\t+", "1\t0\tx\t+\t1\t50\t150\t+", "1\t5\t5\t+\t1\t5\t5\t+", "a"]
)
def test_a_crooked_row_is_named(tmp_path, row):
    file = tmp_path / "map.tsv"
    file.write_text(MAP + row + "\n")
    with pytest.raises(BadInput, match="row 4"):
        read_map(file)


def test_a_file_that_is_no_map_is_refused(tmp_path):
    file = tmp_path / "map.tsv.gz"
    file.write_bytes(b"\x1f\x8bno gzip")
    with pytest.raises(BadInput):
        read_map(file)


def test_hotspots_of_both_builds_are_carried_to_each_other():
    whole = read_map(shared("reference/hg37_38_mapping.tsv.gz"))
    back = whole.reversed()
    files = [shared(f"knowledge/cancerhotspots_v2_hg{name}.tsv").read_text().split("\n") for name in ("19", "38")]
    pairs = [(a.split("\t"), b.split("\t")) for a, b in zip(*files, strict=True) if a]
    there = sum(whole.place(a[0], int(a[1])) == (b[0][3:], int(b[1]), False) for a, b in pairs)
    again = sum((back.place(b[0], int(b[1])) or ("", 0))[:2] == (a[0][3:], int(a[1])) for a, b in pairs)
    assert (there, again) == (len(pairs), len(pairs))

"""The digest sees every value and nothing but values."""

from __future__ import annotations

import itertools
import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.records.record import Record
from chevet.store import canon
from chevet.store.canon import blocks_in_order
from chevet.store.writing import content_digest
from tests.store.a_record import record, table

names = st.sampled_from(["A", "B", "C", "é", "B1", ""])
rows = st.lists(
    st.tuples(names, st.none() | st.sampled_from(["", "x", "xy"]), st.none() | st.floats(0, 1)), min_size=1, max_size=30
)


def made_of(found: list[tuple[str, str | None, float | None]], cuts: list[int] | None = None) -> Record:
    who, gene, vaf = (list(column) for column in zip(*found, strict=True))
    variants = table("variant", sample_id=who, patient_id=who, gene=gene, vaf=vaf)
    places = sorted({0, len(found), *(cut % len(found) for cut in cuts or [])})
    pieces = [variants.slice(a, b - a) for a, b in itertools.pairwise(places)]
    empty = record(1)
    return Record(empty.about, {"variant": pa.concat_tables(pieces)})


@given(rows, st.lists(st.integers(0, 29), max_size=5))
def test_how_columns_are_cut_into_pieces_makes_no_difference(
    found: list[tuple[str, str | None, float | None]], cuts: list[int]
) -> None:
    assert content_digest(made_of(found)) == content_digest(made_of(found, cuts))


@given(rows, st.integers(1, 7))
def test_how_many_rows_are_taken_at_once_makes_no_difference_to_the_order(
    found: list[tuple[str, str | None, float | None]], at_once: int
) -> None:
    variants = made_of(found).tables["variant"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(canon, "ROWS_AT_ONCE", at_once)
        ordered = pa.concat_tables(blocks_in_order(variants)).to_pylist()
    assert ordered == sorted(variants.to_pylist(), key=lambda row: row["patient_id"].encode())


@given(rows, rows)
def test_two_tables_have_one_digest_only_when_they_say_the_same(
    one: list[tuple[str, str | None, float | None]], two: list[tuple[str, str | None, float | None]]
) -> None:
    def by_patient(found: list[tuple[str, str | None, float | None]]) -> list[tuple[str, ...]]:
        return [tuple(map(repr, row)) for row in sorted(found, key=lambda row: row[0].encode())]

    same = by_patient(one) == by_patient(two)
    assert (content_digest(made_of(one)) == content_digest(made_of(two))) == same


def test_the_order_of_patients_in_the_source_makes_no_difference() -> None:
    made = record(40)
    shuffled = list(range(40))
    random.Random(1).shuffle(shuffled)
    other = record(40)
    other.tables["patient"] = other.tables["patient"].take(shuffled)
    assert content_digest(made) == content_digest(other)


def test_what_lies_behind_an_empty_cell_makes_no_difference() -> None:
    clean = pa.array([1.5, None], pa.float64())
    dirty = pa.Array.from_buffers(pa.float64(), 2, [clean.buffers()[0], pa.array([1.5, 99.0]).buffers()[1]])
    one, two = record(2), record(2)
    one.tables["variant"] = table("variant", sample_id=["S", "S"], patient_id=["P", "P"], vaf=clean)
    two.tables["variant"] = table("variant", sample_id=["S", "S"], patient_id=["P", "P"], vaf=dirty)
    assert content_digest(one) == content_digest(two)


def test_a_value_in_the_next_column_or_an_empty_text_is_another_content() -> None:
    def digest(**columns: list[str | None]) -> str:
        made = record(1)
        made.tables["variant"] = table("variant", sample_id=["S"], patient_id=["P"], **columns)
        return content_digest(made)

    given = [
        digest(), digest(gene=["KRAS"]), digest(gene_as_given=["KRAS"]), digest(gene=["KRA"], gene_as_given=["S"]),
        digest(gene=[""]), digest(gene=["KRAS"], gene_as_given=[""]),
    ]  # fmt: skip
    assert len(set(given)) == len(given)

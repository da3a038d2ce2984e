"""Mutations from every form of table."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.targets.selection.mutations import Mutations, TableOfMutations

TABLE = pa.table(
    {"sampleID": ["S1", "S2"], "chr": ["1", "X"], "pos": ["5", "70"], "ref": ["A", "-"], "mut": ["T", "G"]}
)
TEXT = "sampleID\tchr\tpos\tref\tmut\nS1\t1\t5\tA\tT\nS2\tX\t70\t-\tG\n"


def _read(file: Path) -> list[dict[str, str | None]]:
    return [row for piece in Mutations(file.name, file).pieces() for row in piece.to_pylist()]


def test_text_gzip_commas_parquet_and_arrow_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "m.tsv").write_text("# a comment\n" + TEXT)
    (tmp_path / "m.csv").write_text(TEXT.replace("\t", ","))
    (tmp_path / "m.tsv.gz").write_bytes(gzip.compress(TEXT.encode()))
    pq.write_table(TABLE, tmp_path / "m.parquet")
    rows = [row for piece in TableOfMutations(TABLE).pieces() for row in piece.to_pylist()]
    assert [_read(tmp_path / name) for name in ("m.tsv", "m.csv", "m.tsv.gz", "m.parquet")] == [rows] * 4
    assert (rows[0]["sample"], rows[1]["position"], rows[0]["gene"]) == ("S1", "70", None)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.tsv").write_text("sampleID\tchr\tpos\tref\nS1\t1\t5\tA\n")
    with pytest.raises(BadInput, match="tumor_seq_allele2"):
        _read(tmp_path / "m.tsv")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_bad_input(tmp_path: Path, content: bytes) -> None:
    for head in (b"", TEXT.encode()):
        (tmp_path / "m.tsv").write_bytes(head + content)
        with contextlib.suppress(BadInput):
            assert all(row["sample"] is not None for row in _read(tmp_path / "m.tsv"))

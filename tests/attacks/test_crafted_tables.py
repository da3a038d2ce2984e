"""Files made to hurt whoever opens them: a table that promises a billion rows, a policy that climbs out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chevet.errors import BadInput
from chevet.privacy.anonymity import extract
from chevet.privacy.anonymity.policy import Policy

POLICY = """
[[column]]
name = "age"
role = "quasi"
hierarchy = "{hierarchy}"

[[model]]
kind = "k-anonymity"
k = 5
{more}
"""


def _bomb(path: Path, rows: int) -> None:
    """Equal rows cost almost nothing in Parquet, and all their memory when they are read."""
    block = pa.table({f"c{i}": pa.array(["x"]).take(pa.array([0] * 100_000)) for i in range(20)})
    with pq.ParquetWriter(path, block.schema, compression="zstd") as file:
        for _ in range(rows // 100_000):
            file.write_table(block)


def test_a_parquet_bomb_is_turned_away_before_its_cells_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "MOST_CELLS", 10_000_000)
    _bomb(tmp_path / "bomb.parquet", 1_000_000)
    assert (tmp_path / "bomb.parquet").stat().st_size < 200_000, "a small file"
    with pytest.raises(BadInput, match="promises 20,000,000 cells"):
        extract.read_table(tmp_path / "bomb.parquet")
    _bomb(tmp_path / "fine.parquet", 100_000)
    assert extract.read_table(tmp_path / "fine.parquet").num_rows == 100_000


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(200) + b"PAR1", b"\x00" * 64, b"PK\x03\x04 zip"])
def test_what_is_no_parquet_is_said_not_to_be(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(BadInput):
        extract.read_table(tmp_path / "t.parquet")


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd.csv", "a/b.csv", "..\\\\x.csv", ".csv", "~/x.csv"])
def test_a_policy_cannot_name_a_file_outside_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="beside the policy"):
        Policy.parse(POLICY.format(hierarchy=name, more=""), folder=tmp_path)


@pytest.mark.parametrize("name", ["../population.parquet", "/etc/passwd", "sub/people.csv"])
def test_nor_can_its_population(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="beside the policy"):
        Policy.parse(POLICY.format(hierarchy="age", more=f'[population]\ntable = "{name}"'), folder=tmp_path)


def test_a_policy_nested_a_thousand_deep_is_not_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        Policy.parse("a = " + "[" * 100_000, folder=tmp_path)

"""Tables of others that are made to hurt whoever brings them in are refused by name, in little time and memory."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from chevet.cli import main
from chevet.errors import BadInput
from chevet.targets.sources.receiving import held, require_file

MIB = 1 << 20


def test_a_small_file_that_unpacks_to_much_is_refused_before_it_is_read(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.tsv.gz"
    bomb.write_bytes(gzip.compress(b"EGFR\tx\n" * 3_000_000))
    assert bomb.stat().st_size < MIB
    with pytest.raises(BadInput, match=r"bomb\.tsv\.gz holds more than 16 MiB once unpacked"):
        require_file(bomb, 16 * MIB)
    require_file(bomb, 32 * MIB)


def test_a_parquet_file_of_one_word_a_million_times_is_not_unrolled(tmp_path: Path) -> None:
    word = pa.DictionaryArray.from_arrays(pa.array(np.zeros(200_000, dtype=np.int32)), pa.array(["E" * 1000]))
    pq.write_table(pa.table({"gene": word.cast(pa.string())}), tmp_path / "bomb.parquet")
    assert (tmp_path / "bomb.parquet").stat().st_size < MIB
    batches = pq.ParquetFile(tmp_path / "bomb.parquet").iter_batches(batch_size=10_000)
    with pytest.raises(BadInput, match=r"bomb\.parquet holds more than 32 MiB"):
        list(held(batches, tmp_path / "bomb.parquet", 32 * MIB))
    batches = pq.ParquetFile(tmp_path / "bomb.parquet").iter_batches(batch_size=10_000)
    assert sum(batch.num_rows for batch in held(batches, tmp_path / "bomb.parquet", 400 * MIB)) == 200_000


def _import(home: Path, file: Path, *more: str) -> dict[str, Any]:
    words = ["targets", "import", "drugs", str(file), "--json", *more]
    result = CliRunner().invoke(main, words, env={"CHEVET_HOME": str(home)})
    told: dict[str, Any] = json.loads(result.output)
    return dict(told.get("error", told))


@pytest.mark.parametrize("inside", [False, True], ids=["a pipe", "a pipe in a folder"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, inside: bool) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(folder / "table.parquet")
    told = _import(tmp_path / "home", folder if inside else folder / "table.parquet")
    assert (told["kind"], told["message"]) == ("bad_input", "table.parquet is no file")


@pytest.mark.parametrize("name", ["a\x1b[2J", "x" * 5000, "a\nb"])
def test_a_name_that_no_screen_can_show_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "t.tsv").write_text("gene\tdrug\nEGFR\tgefitinib\n")
    assert _import(tmp_path / "home", tmp_path / "t.tsv", "--name", name)["kind"] == "bad_input"


def test_a_name_with_a_path_in_it_names_no_place(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("gene\tdrug\nEGFR\tgefitinib\n")
    told = _import(
        tmp_path / "a" / "b" / "home", tmp_path / "t.tsv", "--name", "../../../evil", "--released", "2026-01-01"
    )
    assert told["rows_kept"] == 1
    assert {one.name for one in tmp_path.iterdir()} == {"a", "t.tsv"}

"""Tables of others are kept with their source, replaced by newer ones, and never lost or changed unseen."""

from __future__ import annotations

import datetime
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from chevet.errors import BadInput, Fault
from chevet.targets.evidence import Source
from chevet.targets.sources.kept import keep, load, status, versions, withdraw
from chevet.targets.sources.kinds import KINDS, SCHEMAS, WIDE

DAY = datetime.date(2026, 11, 28)
CEG = Source("CEGv2", "2017-08-01", "ab" * 32)
GENES = pa.table({"gene": ["POLR2A", "PLK1", "RPL3"]})


def test_a_kept_table_comes_back_with_its_source_and_its_day(tmp_path: Path) -> None:
    keep(tmp_path, "essential", GENES, CEG, DAY)
    found = load(tmp_path, "essential")
    assert found is not None
    assert found.table.to_pydict() == {"gene": ["POLR2A", "PLK1", "RPL3"]}
    assert (found.kind, found.source, found.kept_on) == ("essential", CEG, "2026-11-28")


def test_what_was_never_kept_is_none_and_not_an_empty_table(tmp_path: Path) -> None:
    assert load(tmp_path, "essential") is None
    assert status(tmp_path) == []


def test_a_newer_table_takes_the_place_of_the_one_before_which_stays(tmp_path: Path) -> None:
    keep(tmp_path, "essential", GENES, CEG, DAY, left_out={"gene_absent": 2})
    newer = Source("CEGv3", "2026-01-01", "cd" * 32)
    keep(tmp_path, "essential", GENES.slice(1), newer, DAY + datetime.timedelta(days=1), file="ceg3.txt")
    found = load(tmp_path, "essential")
    assert found is not None
    assert (found.source.name, found.table.num_rows) == ("CEGv3", 2)
    told = [(one.number, one.source.name, one.rows, one.file, dict(one.left_out))
            for one in versions(tmp_path, "essential")]  # fmt: skip
    assert told == [(1, "CEGv2", 3, "", {"gene_absent": 2}), (2, "CEGv3", 2, "ceg3.txt", {})]
    assert [one.number for one in status(tmp_path)] == [2]


def test_the_same_table_of_the_same_source_is_kept_once_with_its_first_day(tmp_path: Path) -> None:
    keep(tmp_path, "essential", GENES, CEG, DAY)
    again = keep(tmp_path, "essential", GENES, CEG, DAY + datetime.timedelta(days=9))
    assert again.kept_on == "2026-11-28"
    assert len(versions(tmp_path, "essential")) == 1


def test_an_older_table_that_is_brought_in_again_is_in_use_again(tmp_path: Path) -> None:
    for name in ("one", "two", "one"):
        keep(tmp_path, "essential", GENES, replace(CEG, name=name), DAY)
    assert [one.source.name for one in versions(tmp_path, "essential")] == ["one", "two", "one"]


def test_some_columns_and_some_genes_can_be_asked_for(tmp_path: Path) -> None:
    levels = pa.table({"gene": ["TP53", "TP53", "EGFR"], "tissue": ["liver", "lung", "lung"], "level": [1.0, 2.0, 3.0],
                       "unit": ["tpm"] * 3})  # fmt: skip
    keep(tmp_path, "expression", levels, CEG, DAY)
    found = load(tmp_path, "expression", ["gene", "tissue"], genes=["EGFR"])
    assert found is not None
    assert found.table.to_pylist() == [{"gene": "EGFR", "tissue": "lung"}]


def test_a_file_that_was_changed_behind_its_back_is_told_and_not_read(tmp_path: Path) -> None:
    keep(tmp_path, "essential", GENES, CEG, DAY)
    (file,) = tmp_path.glob("target_sources/essential/*/table.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(Fault, match=r"essential .number 1. is not what was written") as told:
        load(tmp_path, "essential")
    assert "chevet targets import essential FILE" in told.value.next_act


@pytest.mark.parametrize("name", ["table.parquet", "about.json"])
def test_a_damaged_table_can_be_brought_in_again_or_taken_out_of_use(tmp_path: Path, name: str) -> None:
    keep(tmp_path, "essential", GENES, CEG, DAY)
    (file,) = tmp_path.glob(f"target_sources/essential/*/{name}")
    file.write_bytes(b"damaged")
    with pytest.raises(Fault, match="is not what was written"):
        load(tmp_path, "essential")
    keep(tmp_path, "essential", GENES, CEG, DAY)
    found = load(tmp_path, "essential")
    assert found is not None
    assert found.table.num_rows == 3
    withdraw(tmp_path, "essential")
    assert withdraw(tmp_path, "essential").number == 1
    assert load(tmp_path, "essential") is None


def test_a_draft_that_a_crash_left_behind_is_no_table(tmp_path: Path) -> None:
    keep(tmp_path, "essential", GENES, CEG, DAY)
    draft = tmp_path / "target_sources" / "essential" / ".0a1b2c3d"
    draft.mkdir()
    (draft / "about.json").write_text("{}")
    (tmp_path / "target_sources" / "essential" / "0002").mkdir()  # a folder without its about.json is unfinished
    found = load(tmp_path, "essential")
    assert found is not None
    assert found.table.num_rows == 3
    keep(tmp_path, "essential", GENES.slice(1), CEG, DAY)
    assert [one.rows for one in versions(tmp_path, "essential")] == [3, 2]


def test_nothing_half_written_stays_when_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a table of essential has an empty gene"):
        keep(tmp_path, "essential", pa.table({"gene": ["TP53", None]}), CEG, DAY)
    with pytest.raises(BadInput, match="no row that could be used"):
        keep(tmp_path, "essential", GENES.slice(0, 0), CEG, DAY)
    with pytest.raises(BadInput, match="lacks columns: tissue, level, unit"):
        keep(tmp_path, "expression", GENES, CEG, DAY)
    with pytest.raises(BadInput, match="a table of cell_features lacks columns: tissue, msi"):
        keep(tmp_path, "cell_features", pa.table({"cell": ["A"]}), CEG, DAY)
    assert list(tmp_path.rglob("*.parquet")) == []


def test_a_wide_table_keeps_every_column_and_what_is_said_of_it(tmp_path: Path) -> None:
    field = pa.field("1373", pa.float64(), metadata={"name": "Dabrafenib"})
    wide = pa.table([pa.array(["A375"]), pa.array([-1.5])], schema=pa.schema([pa.field("cell", pa.string()), field]))
    keep(tmp_path, "response", wide, CEG, DAY)
    found = load(tmp_path, "response")
    assert found is not None
    assert found.table.schema.field("1373").metadata == {b"name": b"Dabrafenib"}


def test_only_the_account_may_open_the_folder(tmp_path: Path) -> None:
    keep(tmp_path / "home", "essential", GENES, CEG, DAY)
    folder = tmp_path / "home" / "target_sources" / "essential"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_every_kind_has_its_columns() -> None:
    assert set(SCHEMAS) | set(WIDE) == set(KINDS)
    assert set(SCHEMAS) & set(WIDE) == set()


def test_a_withdrawn_table_gives_its_place_back_to_the_one_before(tmp_path: Path) -> None:
    keep(tmp_path, "essential", GENES, CEG, DAY)
    keep(tmp_path, "essential", GENES.slice(1), replace(CEG, name="wrong file"), DAY)
    assert withdraw(tmp_path, "essential").source.name == "wrong file"
    assert [(one.number, one.source.name) for one in versions(tmp_path, "essential")] == [(1, "CEGv2")]
    keep(tmp_path, "essential", GENES.slice(2), replace(CEG, name="third"), DAY)
    assert [one.number for one in versions(tmp_path, "essential")] == [1, 3]
    assert len(list(tmp_path.glob("target_sources/essential/withdrawn-0002/table.parquet"))) == 1


def test_when_the_only_table_is_withdrawn_its_kind_was_never_asked(tmp_path: Path) -> None:
    keep(tmp_path, "essential", GENES, CEG, DAY)
    withdraw(tmp_path, "essential")
    assert load(tmp_path, "essential") is None
    with pytest.raises(BadInput, match="no table of essential is in use"):
        withdraw(tmp_path, "essential")


def test_imports_at_the_same_moment_each_get_a_number_of_their_own(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: keep(tmp_path, "essential", GENES, replace(CEG, name=f"n{n}"), DAY), range(16)))
    kept = versions(tmp_path, "essential")
    assert [one.number for one in kept] == list(range(1, 17))
    assert {one.source.name for one in kept} == {f"n{n}" for n in range(16)}
    assert list(tmp_path.glob("target_sources/essential/.*")) == []

"""Versions come whole or not at all, stay as they were, and are found again."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from chevet.errors import BadInput, Fault, Refused
from chevet.records.record import Record
from chevet.store import ledger as ledger_module
from chevet.store import writing
from chevet.store.lake import Lake
from tests.store.a_record import record


def clock() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "home", clock=clock, actor="steward")


def acts(lake: Lake) -> list[str]:
    return [entry.act for entry in lake.ledger.entries()]


def leftovers(lake: Lake) -> list[str]:
    return [p.name for p in (lake.home / "studies").rglob(".*")]


# What a version holds


def test_what_was_written_is_read_back_in_patient_order(lake: Lake) -> None:
    made = record(50)
    lake.write("demo", made)
    version = lake.open("demo")
    for name in ("patient", "variant"):
        by_patient = made.tables[name].to_pylist()
        assert version.table(name).to_pylist() == sorted(by_patient, key=lambda row: row["patient_id"])
    assert version.rows == {name: table.num_rows for name, table in made.tables.items()}


def test_a_made_up_study_says_so_and_one_kept_before_that_could_be_said_does_not(lake: Lake) -> None:
    made = record(5)
    lake.write("real", made)
    lake.write("nobody", Record(replace(made.about, made_up=True), made.tables))
    assert [(line.study, line.made_up) for line in lake.studies()] == [("nobody", True), ("real", False)]
    real, nobody = lake.open("real"), lake.open("nobody")
    assert (real.made_up, nobody.made_up) == (False, True)
    assert real.digest != nobody.digest
    assert lake.verify("nobody").intact
    del real.manifest["about"]["made_up"]
    assert real.made_up is False


def test_duckdb_and_parquet_hold_the_same_rows_in_the_same_order(lake: Lake) -> None:
    lake.write("demo", record(50))
    version = lake.open("demo")
    with version.connect() as connection:
        for name in version.rows:
            assert connection.sql(f'FROM "{name}"').to_arrow_table().to_pylist() == version.table(name).to_pylist()


def test_a_version_carries_what_the_study_says_of_itself_and_its_import_report(lake: Lake) -> None:
    made = record()
    written = lake.write("demo", made)
    version = lake.open("demo")
    assert version.about == made.about.as_json()
    assert version.report == written.report == made.report.as_json()
    assert version.rejected().to_pylist() == [
        {"table": "variant", "file": "variants.tsv", "line": 7, "act": "rejected", "reason": "unknown_sample"}
    ]


def test_derived_files_are_made_from_the_tables_and_kept_in_the_version(lake: Lake) -> None:
    def count(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        (folder / "count.json").write_text(json.dumps(connection.execute("SELECT count(*) FROM variant").fetchone()))

    lake.write("demo", record(10), derive=[count])
    assert json.loads((lake.open("demo").index_dir / "count.json").read_text()) == [30]
    assert "index/count.json" in lake.open("demo").manifest["files"]


def test_questions_can_neither_write_nor_reach_another_file(lake: Lake, tmp_path: Path) -> None:
    lake.write("demo", record())
    (tmp_path / "secret.csv").write_text("a\n1\n")
    connection = lake.open("demo").connect()
    for attempt in (
        "DELETE FROM patient",
        f"FROM read_csv('{tmp_path}/secret.csv')",
        f"COPY patient TO '{tmp_path}/out.csv'",
        f"ATTACH '{tmp_path}/other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(attempt)
    assert not (tmp_path / "out.csv").exists()


def test_files_of_a_version_are_read_only_and_belong_to_their_owner_alone(lake: Lake) -> None:
    lake.write("demo", record())
    assert (lake.open("demo").path / "manifest.json").stat().st_mode & 0o222 == 0
    assert (lake.home / "studies").stat().st_mode & 0o077 == 0


# Versions


def test_the_same_content_makes_no_new_version_and_the_ledger_says_so(lake: Lake) -> None:
    first = lake.write("demo", record())
    again = record()
    again.tables["variant"] = pa.concat_tables(
        [again.tables["variant"].slice(0, 7), again.tables["variant"].slice(7)]
    )  # the same rows, cut otherwise
    second = lake.write("demo", again)
    assert (first.version, first.made, second.version, second.made) == (1, True, 1, False)
    assert second.report == again.report.as_json()
    assert acts(lake) == ["study_imported", "study_import_unchanged"]


def test_one_changed_value_makes_a_new_version_and_the_old_one_stays(lake: Lake) -> None:
    lake.write("demo", record(seed=1))
    old = lake.open("demo").table("patient")
    assert lake.write("demo", record(seed=2)).version == 2
    assert lake.open("demo").number == 2
    assert lake.open("demo", 1).table("patient").equals(old)
    assert lake.versions("demo") == [1, 2]


def test_what_a_study_says_of_itself_is_part_of_its_content(lake: Lake) -> None:
    lake.write("demo", record())
    assert lake.write("demo", record(title="Another title")).made


def test_another_format_of_the_index_makes_a_new_version(lake: Lake) -> None:
    lake.write("demo", record(), formats={"index": 1})
    assert not lake.write("demo", record(), formats={"index": 1}).made
    assert lake.write("demo", record(), formats={"index": 2}).made


def test_a_reader_keeps_its_version_while_a_new_one_comes_in_and_the_old_one_goes(lake: Lake) -> None:
    lake.write("demo", record(10))
    connection = lake.open("demo").connect()
    lake.write("demo", record(11))
    lake.remove("demo", 1)
    assert connection.execute("SELECT count(*) FROM patient").fetchone() == (10,)
    assert lake.open("demo").rows["patient"] == 11


def test_studies_are_listed_with_their_current_version(lake: Lake) -> None:
    assert lake.studies() == []
    lake.write("b", record(10))
    lake.write("a", record(10))
    lake.write("a", record(12))
    assert [(s.study, s.version, s.versions, s.patients) for s in lake.studies()] == [
        ("a", 2, (1, 2), 12), ("b", 1, (1,), 10),
    ]  # fmt: skip


# Names


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "A", "é", "-a", "a" * 65, "a\n", ".hidden", "a b"])
def test_a_name_that_could_climb_or_confuse_is_refused_before_anything_is_touched(lake: Lake, name: str) -> None:
    for act in (lambda: lake.write(name, record()), lambda: lake.open(name), lambda: lake.remove(name)):
        with pytest.raises(BadInput, match="a study's name"):
            act()
    assert not lake.home.exists()


def test_an_unknown_study_or_version_is_told_with_what_there_is(lake: Lake) -> None:
    lake.write("demo", record())
    with pytest.raises(BadInput, match="studies here: demo"):
        lake.open("dmeo")
    with pytest.raises(BadInput, match="it has: 1"):
        lake.open("demo", 3)
    with pytest.raises(BadInput, match="studies here: demo"):
        lake.open("dmeo", 3)


# Removal


def test_a_removed_study_is_gone_and_its_numbers_are_never_given_again(lake: Lake) -> None:
    lake.write("demo", record(10))
    lake.write("demo", record(11))
    assert lake.remove("demo") == [1, 2]
    assert lake.studies() == []
    with pytest.raises(BadInput):
        lake.open("demo")
    assert lake.write("demo", record(10)).version == 3
    assert acts(lake) == ["study_imported", "study_imported", "study_removed", "study_imported"]
    assert lake.verify("demo").intact


def test_the_current_version_is_not_removed_alone_while_others_exist(lake: Lake) -> None:
    lake.write("demo", record(10))
    lake.write("demo", record(11))
    with pytest.raises(Refused, match="current"):
        lake.remove("demo", 2)
    assert lake.remove("demo", 1) == [1]
    assert lake.remove("demo", 2) == [2]
    assert lake.studies() == []


# When the machine fails


def test_a_full_disk_leaves_the_former_version_whole_and_no_leftover(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.write("demo", record(10))

    def full(folder: Path) -> None:
        (folder / "half").write_text("written before the disk was full")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_build_database", full)
    with pytest.raises(Fault, match="the disk is full") as told:
        lake.write("demo", record(11))
    assert "Make room" in told.value.next_act
    assert lake.open("demo").rows["patient"] == 10
    assert leftovers(lake) == []
    assert lake.verify("demo").intact
    monkeypatch.undo()
    assert lake.write("demo", record(11)).version == 2


def test_a_ledger_that_cannot_be_written_stops_the_import(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.write("demo", record(10))

    def full(file: int, text: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger_module, "_write_all", full)
    with pytest.raises(Fault, match="ledger"):
        lake.write("demo", record(11))
    monkeypatch.undo()
    assert lake.versions("demo") == [1]
    assert leftovers(lake) == []
    assert lake.verify("demo").intact


IMPORT_ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from chevet.errors import Fault
from chevet.store.lake import Lake
from tests.store.a_record import record
lake = Lake(Path(sys.argv[1]) / "home")
lake.write("demo", record(10))
filler = Path(sys.argv[1]) / "filler"
with filler.open("wb") as file:
    try:
        while True:
            file.write(bytes(65536)); file.flush()
    except OSError:
        pass
room = int(sys.argv[2])
with filler.open("r+b") as file:
    file.truncate(max(0, filler.stat().st_size - room))
try:
    lake.write("demo", record(400))
    raise SystemExit("the disk was not full")
except Fault as fault:
    assert "full" in fault.message or "ledger could not" in fault.message, fault.message
assert lake.open("demo").rows["patient"] == 10
assert lake.versions("demo") == [1]
assert not list(lake.home.rglob(".incoming*"))
filler.unlink()
assert lake.verify("demo").intact, lake.verify("demo").problems()
assert lake.write("demo", record(400)).version == 2
assert lake.verify("demo").intact
"""


@pytest.mark.parametrize("room_kb", [4, 64, 400])
def test_a_disk_that_is_really_full_loses_nothing(tmp_path: Path, room_kb: int) -> None:
    script = tmp_path / "script.py"
    script.write_text(IMPORT_ON_A_SMALL_DISK)
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = f'mount -t tmpfs -o size=16m none "{disk}" && exec "$0" "$@"'
    in_own_mounts = ["unshare", "--mount", "--map-root-user", "sh", "-c", mounted]
    if not shutil.which("unshare") or subprocess.run([*in_own_mounts, "true"], capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    python = os.environ | {"PYTHONPATH": os.pathsep.join(["src", "."])}
    ran = subprocess.run(
        [*in_own_mounts, sys.executable, str(script), str(disk), str(room_kb * 1024)],
        capture_output=True, text=True, env=python, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def import_one(home: Path, seed: int) -> None:
    Lake(home).write("demo", record(20, seed=seed))


def test_imports_at_once_wait_for_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    importers = [context.Process(target=import_one, args=(tmp_path, seed)) for seed in range(3)]
    for importer in importers:
        importer.start()
    for importer in importers:
        importer.join()
    assert Lake(tmp_path).versions("demo") == [1, 2, 3]
    assert Lake(tmp_path).verify("demo").intact


def test_readers_go_on_while_versions_come_in_and_always_see_a_whole_one(lake: Lake) -> None:
    lake.write("demo", record(10))
    imports = range(11, 19)
    seen: set[int] = set()
    finished = threading.Event()

    def read() -> None:
        while not finished.is_set():
            version = lake.open("demo")
            with version.connect() as connection:
                found = connection.execute("SELECT count(*) FROM variant").fetchone()
            assert found == (version.table("variant").num_rows,) == (3 * version.rows["patient"],)
            seen.add(version.rows["patient"])

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for patients in imports:
            lake.write("demo", record(patients))
        finished.set()
    for reader in readers:
        reader.result()
    assert len(seen) > 2


# Recovery


def test_a_version_that_the_ledger_does_not_name_never_happened(lake: Lake) -> None:
    lake.write("demo", record(10))
    shutil.copytree(lake.open("demo").path, lake.open("demo").path.with_name("2"))
    assert lake.open("demo").number == 1
    assert lake.write("demo", record(11)).version == 2
    assert lake.open("demo").rows["patient"] == 11
    assert lake.verify("demo").intact


def test_a_version_that_the_ledger_names_is_made_current_by_the_next_import(lake: Lake) -> None:
    lake.write("demo", record(10))
    lake.write("demo", record(11))
    (lake.home / "studies/demo/CURRENT").write_text("1\n")  # killed before the switch
    assert lake.open("demo").number == 1
    assert lake.write("demo", record(11)).made is False
    assert lake.open("demo").number == 2


def test_a_lost_ledger_never_makes_an_import_delete_versions(lake: Lake) -> None:
    for patients in (10, 11, 12):
        lake.write("demo", record(patients))
    shutil.rmtree(lake.home / "ledger")
    assert not lake.verify("demo").intact
    (lake.home / "studies/demo/CURRENT").unlink()
    with pytest.raises(Fault, match="does not know"):
        lake.write("demo", record(13))
    assert sorted(p.name for p in (lake.home / "studies/demo/versions").iterdir()) == ["1", "2", "3"]


def test_a_removal_cut_short_is_finished_by_the_next_import(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.write("demo", record(10))
    lake.write("demo", record(11))

    def killed(self: Lake, study: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Lake, "_follow_the_ledger", killed)
    with pytest.raises(KeyboardInterrupt):
        lake.remove("demo", 1)
    monkeypatch.undo()
    assert lake.versions("demo") == [1, 2]
    lake.write("demo", record(12))
    assert lake.versions("demo") == [2, 3]
    assert lake.verify("demo").intact


# Verification


def damage(path: Path) -> None:
    path.chmod(0o644)
    text = bytearray(path.read_bytes())
    text[len(text) // 2] ^= 1
    path.write_bytes(text)


FILES = [
    "tables/patient.parquet",
    "tables/variant.parquet",
    "study.duckdb",
    "report.json",
    "rejected.parquet",
    "manifest.json",
]


@pytest.mark.parametrize("file", FILES)
def test_one_changed_bit_in_any_file_is_found(lake: Lake, file: str) -> None:
    lake.write("demo", record())
    assert lake.verify("demo").intact
    damage(lake.open("demo").path / file)
    assert not lake.verify("demo").intact
    assert file.split("/")[-1].split(".")[0] in lake.verify("demo").problems()[0]


def test_a_missing_file_an_added_file_and_a_missing_version_are_found(lake: Lake) -> None:
    lake.write("demo", record(10))
    lake.write("demo", record(11))
    (lake.open("demo", 1).path / "report.json").unlink()
    (lake.open("demo", 2).path / "index" / "extra.npy").write_bytes(b"")
    assert lake.verify("demo").problems() == [
        "version 1: report.json is missing",
        "version 2: index/extra.npy was not there when it was made",
    ]
    shutil.rmtree(lake.open("demo", 1).path)
    assert "version 1: the ledger names it and it is not there" in lake.verify("demo").problems()


def test_a_whole_version_forged_with_its_manifest_is_found_by_the_ledger(lake: Lake, tmp_path: Path) -> None:
    lake.write("demo", record(seed=1))
    forger = Lake(tmp_path / "elsewhere", clock=clock)
    forger.write("demo", record(seed=2))
    shutil.rmtree(lake.open("demo").path)
    shutil.copytree(forger.open("demo").path, lake.home / "studies/demo/versions/1")
    assert lake.verify("demo").problems() == ["version 1: manifest.json is not the one entered in the ledger"]


def test_a_changed_ledger_makes_a_study_unproven(lake: Lake) -> None:
    lake.write("demo", record())
    damage(lake.home / "ledger" / "entries.jsonl")
    checked: dict[str, Any] = lake.verify("demo").as_json()
    assert (checked["intact"], checked["problems"]) == (False, ["ledger: entry 1 is not as it was written"])


def test_the_home_is_set_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "there"))
    assert Lake.from_environment().home == tmp_path / "there"
    monkeypatch.delenv("CHEVET_HOME")
    assert Lake.from_environment().home == Path.home() / ".local" / "share" / "chevet"

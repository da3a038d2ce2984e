"""Jobs: kept whole, run beside the extract, and told of in few words."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chevet.errors import BadInput, Fault, Refused
from chevet.room import jobs
from chevet.room.airlock import RUNS_PER_DAY, Airlock, Case
from chevet.room.jobs import Told, copy_program, read_program
from chevet.room.pacing import Pace
from chevet.room.refusals import LimitReached
from chevet.room.running import extract_of, run_job, try_job
from chevet.room.sandbox import Found
from chevet.room.state import Permit
from chevet.store.lake import Lake
from tests.attacks.test_outputs import WHITE, png
from tests.room.made_extract import SMALL, extract_table, needs_r, needs_sandbox, write_extract, write_program
from tests.room.made_room import EVERYTHING, Room, made_room

TABLE = """
import pyarrow.csv
import pyarrow.parquet
people = pyarrow.parquet.read_table("/data/release.parquet")
counts = people.group_by(["sex", "stage"]).aggregate([([], "count_all")]).rename_columns(["sex", "stage", "n"])
pyarrow.csv.write_csv(counts, "/outputs/by_stage.csv")
print("done")
"""

AT_ONCE = Pace(sleep=lambda _: None)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return made_room(tmp_path / "home")


@pytest.fixture
def data(room: Room) -> Path:
    return write_extract(room.home / "rooms" / "early_lung" / "extract")


def airlock_of(room: Room, actor: str = "anna") -> Airlock:
    return Airlock(Lake(room.home, clock=room.clock, actor=actor), room.book)


def ran(room: Room, permit: Permit, program: Path, data: Path, *words: str) -> tuple[Case, Told]:
    return run_job(airlock_of(room), permit, "anna", program, words, data, limits=SMALL, pace=AT_ONCE)


@needs_sandbox
def test_a_program_finds_the_extract_and_leaves_its_table_in_the_airlock(
    room: Room, data: Path, tmp_path: Path
) -> None:
    case, told = ran(room, room.granted(), write_program(tmp_path, TABLE), data)
    assert (case.id, case.state, case.author) == ("early_lung/1", "draft", "anna")
    assert told.as_json() == {"well": True, "left": True}
    job = airlock_of(room).job(case)
    assert [o.name for o in job.outputs()] == ["by_stage.csv", "console/stdout.txt"]
    counted = extract_table().group_by(["sex", "stage"]).aggregate([([], "count_all")]).to_pylist()
    rows = {f'"{r["sex"]}","{r["stage"]}",{r["count_all"]}' for r in counted}
    assert set(job.outputs()[0].content.decode().splitlines()[1:]) == rows


@needs_sandbox
def test_the_ledger_says_who_ran_which_program_on_which_data_and_names_no_output(
    room: Room, data: Path, tmp_path: Path
) -> None:
    permit = room.granted()
    ran(room, permit, write_program(tmp_path, TABLE), data)
    entry = list(room.ledger.entries())[-1]
    assert (entry.act, entry.actor, entry.facts["permit"]) == ("job_run", "anna", permit.id)
    assert {len(entry.facts[k]) for k in ("program_sha256", "data_sha256", "outputs_sha256")} == {64}
    assert (entry.facts["left"], "outputs" in entry.facts) == (True, False)
    assert "by_stage" not in json.dumps(entry.as_json())


@needs_sandbox
def test_the_same_program_on_the_same_data_has_the_same_hashes(room: Room, data: Path, tmp_path: Path) -> None:
    permit, program = room.granted(), write_program(tmp_path, TABLE)
    cases = [ran(room, permit, program, data)[0] for _ in range(2)]
    first, second = (case.facts for case in cases)
    assert (first["job"], second["job"]) == (1, 2)
    for name in ("program_sha256", "data_sha256"):
        assert first[name] == second[name]
    one, other = (airlock_of(room).job(case) for case in cases)
    assert [k.sha256 for k in one.kept] == [k.sha256 for k in other.kept]
    assert first["outputs_sha256"] != second["outputs_sha256"]  # under a key of each job: nobody can try outputs out


@needs_sandbox
def test_what_a_failed_program_says_goes_to_the_airlock_and_not_to_its_author(
    room: Room, data: Path, tmp_path: Path
) -> None:
    program = write_program(
        tmp_path, "import pyarrow.parquet as p\nraise SystemExit(str(p.read_table('/data/release.parquet')[0][:3]))"
    )
    case, told = ran(room, room.granted(), program, data)
    assert not told.well
    assert case.facts["well"] is False
    secret = extract_table()["patient_id"][0].as_py()
    (output,) = airlock_of(room).job(case).outputs()
    assert secret in output.content.decode()
    assert secret not in json.dumps(told.as_json())


@needs_sandbox
def test_a_folder_with_a_program_in_several_files_is_run_whole(room: Room, data: Path, tmp_path: Path) -> None:
    write_program(tmp_path / "job", "from counting import count\ncount()")
    write_program(tmp_path / "job", "def count():\n    open('/outputs/n.txt', 'w').write('many')", "counting.py")
    case, told = ran(room, room.granted(), tmp_path / "job", data)
    assert told.well
    assert [o.content for o in airlock_of(room).job(case).outputs()] == [b"many"]


@needs_r
@needs_sandbox
def test_a_program_in_r_is_run(room: Room, data: Path, tmp_path: Path) -> None:
    text = 'x <- table(c(rep("a", 9), rep("b", 12)))\nwrite.csv(as.data.frame(x), "/outputs/t.csv", row.names = FALSE)'
    case, told = ran(room, room.granted(), write_program(tmp_path, text, "main.R"), data)
    assert told.well
    assert airlock_of(room).job(case).outputs()[0].content == b'"Var1","Freq"\n"a",9\n"b",12\n'


@needs_sandbox
def test_a_program_that_is_stopped_leaves_no_outputs(room: Room, data: Path, tmp_path: Path) -> None:
    multiplying = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    program = write_program(tmp_path, f"open('/outputs/a.txt', 'w').write('x')\n{multiplying}")
    case, told = ran(room, room.granted(), program, data)
    assert (told, case.facts["ended"], case.facts["left"]) == (Told(False, False), "processes", False)


@needs_sandbox
def test_a_permit_without_programs_runs_none(room: Room, data: Path, tmp_path: Path) -> None:
    permit = room.granted(conditions=replace(EVERYTHING, run=False))
    with pytest.raises(Refused, match="lets no program run"):
        ran(room, permit, write_program(tmp_path, TABLE), data)
    assert not (room.home / "rooms" / "early_lung" / "jobs").exists()


@needs_sandbox
def test_a_permit_runs_so_many_programs_a_day_and_those_stopped_from_outside_count(
    room: Room, data: Path, tmp_path: Path
) -> None:
    permit = room.granted(conditions=replace(EVERYTHING, may_ask={"runs_per_day": 2}))
    program = write_program(tmp_path, "print('x')")

    def pulled(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_job(airlock_of(room), permit, "anna", program, (), data, limits=SMALL, pace=Pace(sleep=pulled))
    ran(room, permit, program, data)
    with pytest.raises(LimitReached, match="allows 2 runs a day"):
        ran(room, permit, program, data)
    acts = [e.act for e in room.ledger.entries() if e.act.startswith("job_")]
    assert acts == ["job_started", "job_started", "job_run"]
    room.clock.turn(days=1)
    ran(room, permit, program, data)


def test_a_permit_that_sets_no_number_of_runs_allows_twenty_a_day(room: Room) -> None:
    permit, airlock = room.granted(), airlock_of(room)
    airlock.jobs.folder(permit.project).mkdir(parents=True)
    for number in range(RUNS_PER_DAY):
        airlock.enter_start(permit, "anna", number + 1, "0" * 64, "1" * 64)
    with pytest.raises(LimitReached, match="allows 20 runs a day"):
        airlock_of(room, "bruno").enter_start(permit, "bruno", 21, "0" * 64, "1" * 64)


@needs_sandbox
def test_after_its_end_a_permit_runs_no_program(room: Room, data: Path, tmp_path: Path) -> None:
    permit = room.granted(until=datetime(2026, 4, 1, tzinfo=UTC))
    room.clock.now = datetime(2026, 4, 1, tzinfo=UTC)
    with pytest.raises(Refused, match="permit P-1 ended on 2026-03-31"):
        ran(room, permit, write_program(tmp_path, TABLE), data)


def test_a_room_that_holds_no_extract_says_who_opens_it(room: Room) -> None:
    with pytest.raises(Refused, match="holds no extract") as refused:
        extract_of(room.home, room.granted())
    assert "chevet room open --permit P-1" in refused.value.next_act


def test_what_is_no_program_is_told_apart(tmp_path: Path) -> None:
    for path in (tmp_path, write_program(tmp_path / "a", "x", "notes.txt")):
        with pytest.raises(BadInput, match="nothing there can be started"):
            read_program(path, ())
    write_program(tmp_path, "", "main.R")
    write_program(tmp_path, "", "main.py")
    with pytest.raises(BadInput, match=r"both main\.py and main\.R"):
        read_program(tmp_path, ())


@pytest.mark.parametrize("where", ["secret.py", "folder"])
def test_a_program_that_is_a_link_is_not_read(tmp_path: Path, where: str) -> None:
    """Run on made-up data, its error would show the first line of whatever file it leads to."""
    secret = write_program(tmp_path / "inside", "sex,stage,SECRET", "secret.py" if where == "secret.py" else "main.py")
    link = tmp_path / where
    link.symlink_to(secret if where == "secret.py" else secret.parent)
    with pytest.raises(BadInput, match="is a link"):
        copy_program(read_program(link, []), tmp_path / "copy")
    assert not list((tmp_path / "copy").iterdir())


def test_a_link_put_in_a_files_place_while_a_program_is_copied_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = write_program(tmp_path / "job", "")
    (tmp_path / "secret").write_text("SECRET")
    helper = tmp_path / "job" / "helper.csv"
    helper.write_text("harmless")
    real = os.open

    def late(path: str | Path, *how: int, **where: int | None) -> int:
        if Path(path).name == helper.name and not helper.is_symlink():
            helper.unlink()
            helper.symlink_to(tmp_path / "secret")
        return real(path, *how, **where)

    monkeypatch.setattr("chevet.room.jobs.os.open", late)
    copied, _ = copy_program(read_program(program.parent, []), tmp_path / "copy")
    assert helper.is_symlink()
    assert [path.name for path in copied.folder.iterdir()] == ["main.py"]


def test_a_link_beside_a_program_is_not_taken_along(tmp_path: Path) -> None:
    program = write_program(tmp_path / "job", "")
    (tmp_path / "secret").write_text("secret")
    (program.parent / "data.csv").symlink_to(tmp_path / "secret")
    copied, _ = copy_program(read_program(program.parent, ()), tmp_path / "copy")
    assert sorted(p.name for p in copied.folder.iterdir()) == ["main.py"]


def test_another_argument_is_another_program(tmp_path: Path) -> None:
    program = write_program(tmp_path / "job", "")
    digests = {copy_program(read_program(program, [w]), tmp_path / w)[1] for w in ("a", "b")}
    assert len(digests) == 2


@needs_sandbox
def test_outputs_changed_after_the_run_are_not_taken_for_the_programs(room: Room, data: Path, tmp_path: Path) -> None:
    case, _ = ran(room, room.granted(), write_program(tmp_path, TABLE), data)
    (room.home / "rooms" / "early_lung" / "jobs" / "1" / "outputs" / "0001").write_text("other")
    with pytest.raises(Fault, match="is not what the program wrote"):
        airlock_of(room).job(case).outputs()


@needs_sandbox
def test_a_try_on_made_up_data_shows_everything_and_is_not_kept(room: Room, data: Path, tmp_path: Path) -> None:
    shown: list[bytes] = []
    program = write_program(tmp_path, "print('hello')\nopen('/outputs/a.txt', 'w').write('b')\n1 / 0")
    before = room.ledger.verify().entries
    out = tmp_path / "out"
    tried = try_job(room.home, program, (), data, out, limits=SMALL, show=shown.append)
    assert tried.exit == 1
    assert b"hello" in b"".join(shown)
    assert b"ZeroDivisionError" in b"".join(shown)
    assert (out / "a.txt").read_text() == "b"
    assert room.ledger.verify().entries == before
    assert timedelta(seconds=tried.seconds) > timedelta(0)


def test_pictures_of_more_pixels_than_may_be_decoded_are_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are small as files: forty million pixels of one colour take some forty kilobytes."""
    monkeypatch.setattr(jobs, "MOST_PIXELS_TOGETHER", 2 * 60 * 80 + 1)
    packed = base64.b64encode(png(WHITE)).decode()
    cell = {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": {"image/png": packed}}]}
    contents = {"a.png": png(WHITE), "n.ipynb": json.dumps({"cells": [cell]}).encode(), "t.csv": b"a,b\n1,2\n"}
    found = []
    for name, content in (*contents.items(), ("b.png", png(WHITE)), ("u.csv", b"a,b\n1,2\n")):
        path = tmp_path / f"kept-{name}"
        path.write_bytes(content)
        found.append(Found(name, "file", len(content), path))
    assert [one.kind for one in jobs.kept_of(found)] == ["file", "file", "file", "too_large", "file"]

"""`chevet room dummy, run, check, release`, as a researcher, two checkers and a script use them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner, Result

from chevet.cli import room as door
from chevet.room.sandbox import Why
from chevet.room.state import Permit
from chevet.words.labels import has_label
from tests.room.made_extract import needs_sandbox, write_extract, write_program
from tests.room.made_job import made_job
from tests.room.made_room import Room, made_room

COUNT = """
import collections
import pyarrow.parquet
sexes = pyarrow.parquet.read_table("/data/release.parquet")["sex"].to_pylist()
with open("/outputs/sexes.csv", "w") as file:
    file.write("sex,n\\n" + "".join(f"{sex},{n}\\n" for sex, n in sorted(collections.Counter(sexes).items())))
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    home = tmp_path / "home"
    monkeypatch.setenv("CHEVET_HOME", str(home))
    write_extract(home / "rooms" / "early_lung" / "extract")
    (home / "room.toml").write_text("first_answer_seconds = 0.001\n")  # tests do not wait
    return made_room(home, lambda: datetime.now(UTC))  # the door looks at the clock on the wall


@pytest.fixture
def permit(room: Room, monkeypatch: pytest.MonkeyPatch) -> Permit:
    permit = room.granted(until=(datetime.now(UTC) + timedelta(days=30)).replace(microsecond=0))
    monkeypatch.setenv("CHEVET_TOKEN", room.token(permit.id))
    return permit


def said(*words: str | Path, who: str = "anna") -> Result:
    return CliRunner(env={"CHEVET_ACTOR": who}).invoke(door.command, [str(word) for word in words])


def answer(*words: str | Path, who: str = "anna") -> dict[str, Any]:
    ran = said(*words, "--json", who=who)
    assert ran.exit_code == 0, ran.output
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_made_up_data_are_written_for_a_researcher(room: Room, permit: Permit, tmp_path: Path) -> None:
    assert answer("dummy", "--out", tmp_path / "dummy", "--rows", "30") == {
        "files": ["release.parquet"], "rows": 30, "seed": 0,
    }  # fmt: skip
    refused = said("dummy", "--out", tmp_path / "dummy")
    assert (refused.exit_code, "not empty" in refused.output) == (4, True)


def test_without_a_token_nothing_runs(room: Room, tmp_path: Path) -> None:
    refused = said("run", write_program(tmp_path, COUNT))
    assert refused.exit_code == 3
    assert "opens with a token" in refused.output


@needs_sandbox
def test_a_try_on_made_up_data_shows_what_the_program_prints(room: Room, permit: Permit, tmp_path: Path) -> None:
    program = write_program(tmp_path, "import sys\nprint('hello', *sys.argv[1:])\n1 / 0")
    shown = said("run", "--dummy", "--out", tmp_path / "out", program, "--", "--deep")
    assert shown.exit_code == 0
    assert "hello --deep" in shown.stdout
    assert "ZeroDivisionError" in shown.stdout
    assert "exit code 1" in shown.stdout


@needs_sandbox
def test_a_try_is_told_in_french_with_a_decimal_comma(room: Room, permit: Permit, tmp_path: Path) -> None:
    program = write_program(tmp_path, "print('bonjour')")
    shown = said("run", "--dummy", "--lang", "fr", "--out", tmp_path / "out", program)
    told = re.search(r"il s’est terminé de lui-même, code de sortie 0, [0-9]+,[0-9] s", shown.stdout)
    assert (shown.exit_code, told is not None, "finished" in shown.stdout) == (0, True, False)


def test_a_program_asks_for_no_more_than_the_site_allows(room: Room, permit: Permit, tmp_path: Path) -> None:
    with (room.home / "room.toml").open("a") as settings:
        settings.write("most_memory_gb = 2\n")
    refused = said("run", write_program(tmp_path / "p", COUNT), "--memory-gb", "3")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "2 GB of memory (most_memory_gb) at most" in refused.stderr


def test_however_a_program_ends_there_are_words_for_it() -> None:
    assert [why for why in get_args(Why) if not has_label(f"job.why_{why}")] == []


@needs_sandbox
def test_from_the_run_to_the_release(room: Room, permit: Permit, tmp_path: Path) -> None:
    told = answer("run", write_program(tmp_path, COUNT), "--context", "Patients by sex, all 240")
    assert told == {"job": "early_lung/1", "state": "submitted", "well": True, "left": True}
    early = said("release", "--job", "1", "--out", tmp_path / "early")
    assert (early.exit_code, (tmp_path / "early").exists()) == (3, False)

    waiting = answer("check", "list", who="chloe")["jobs"]
    assert [(job["job"], job["context"]) for job in waiting] == [("early_lung/1", "Patients by sex, all 240")]
    shown = answer("check", "show", "early_lung/1", who="chloe")
    assert [(f["name"], f["verdict"]) for f in shown["files"]] == [("sexes.csv", "pass")]

    assert answer("check", "approve", "early_lung/1", "--reason", "two counts", who="chloe")["state"] == "one_review"
    twice = said("check", "approve", "early_lung/1", "--reason", "again", who="chloe")
    assert (twice.exit_code, "an opinion" in twice.output) == (3, True)
    assert answer("check", "approve", "early_lung/1", "--reason", "fine", who="charles")["state"] == "two_reviews"

    handed = answer("release", "--job", "1", "--out", tmp_path / "out")
    assert handed == {"state": "released", "job": "early_lung/1", "files": ["sexes.csv"], "stayed_inside": "0"}
    assert (tmp_path / "out" / "sexes.csv").read_text().startswith("sex,n\nfemale,")


@needs_sandbox
def test_a_checker_of_the_authors_organisation_and_the_author_are_turned_away(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    answer("run", write_program(tmp_path, COUNT), "--context", "Patients by sex")
    for who, why in (("colin", "same organisation"), ("anna", "is no checker"), ("steward", "is no checker")):
        for words in (("show",), ("approve", "--reason", "fine")):
            refused = said("check", words[0], "early_lung/1", *words[1:], who=who)
            assert (refused.exit_code, why in refused.output) == (3, True), refused.output


@needs_sandbox
@pytest.mark.parametrize(("lang", "first", "next_act"), [
    ("en", "The program ran to its end.", "Next: chevet room release --job 1 --submit"),
    ("fr", "Le programme est allé jusqu’au bout.", "Ensuite\xa0: chevet room release --job 1 --submit"),
])  # fmt: skip
def test_a_researcher_is_told_in_their_language_what_happened_and_what_comes_next(
    room: Room, permit: Permit, tmp_path: Path, lang: str, first: str, next_act: str
) -> None:
    shown = said("run", write_program(tmp_path, COUNT), "--lang", lang)
    assert shown.stdout.startswith(first)
    assert next_act in shown.stdout


@needs_sandbox
def test_a_checker_reads_each_reason_and_takes_a_copy_that_the_ledger_notes(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    program = write_program(tmp_path, "open('/outputs/t.csv', 'w').write('stage,n\\nI-II,3\\nIII-IV,40\\n')")
    answer("run", program, "--context", "Stages")
    shown = said("check", "show", "early_lung/1", "--copy-to", tmp_path / "look", "--lang", "fr", who="chloe")
    assert "1 effectifs de un à quatre patients" in shown.stdout
    assert "ne sort pas" in shown.stdout
    assert [p.name for p in (tmp_path / "look").iterdir()] == ["t.csv"]
    assert [entry.act for entry in room.ledger.entries()][-1] == "output_looked_at"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_checker_reads_a_flag_and_accepts_it_by_its_name(
    room: Room, permit: Permit, tmp_path: Path, lang: str
) -> None:
    made_job(room, permit, {"a.csv": "group,n\na,118\nb,122\nc,60\n", "b.csv": "group,n\neither,239\nother,60\n"})
    assert said("release", "--job", "1", "--submit", "--context", "two tables").exit_code == 0
    shown = said("check", "show", "early_lung/1", "--lang", lang, who="chloe").stdout
    flags = set(re.findall(r"total-[0-9a-f]{6}|renamed-[0-9a-f]{6}|merged-[0-9a-f]{6}", shown))
    assert len(flags) == 1
    approve = ("check", "approve", "early_lung/1", "--reason", "who is missing is known")
    without = said(*approve, who="chloe")
    assert (without.exit_code, flags.pop() in without.output) == (3, True)
    (flag,) = re.findall(r"by name: (\S+)", without.output)
    assert answer(*approve, "--accept", flag, who="chloe")["opinions"][0]["accepted"] == [flag]
    assert answer(*approve, "--accept", flag, who="charles")["state"] == "two_reviews"
    assert answer("release", "--job", "1", "--out", tmp_path / "out")["files"] == ["a.csv", "b.csv"]

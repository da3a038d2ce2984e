"""The sandbox: what a program sees, how a run ends, and when none is made."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from chevet.errors import Refused
from chevet.room import control_group, sandbox, seen
from chevet.room.sandbox import Program, Ran, run
from chevet.room.seccomp import filter_program
from tests.room.made_extract import SMALL, needs_r, needs_sandbox, write_extract, write_program


def held(tmp_path: Path, text: str, *words: str, name: str = "main.py", **limits: int) -> Ran:
    program = write_program(tmp_path / "job", text, name)
    data = write_extract(tmp_path / "home" / "extract")
    out = tmp_path / "out"
    how = replace(SMALL, **limits)
    return run(Program(program.parent, name, words), data, how, home=tmp_path / "home", out=out)


@needs_sandbox
def test_a_program_gets_its_arguments_the_data_and_a_place_for_outputs(tmp_path: Path) -> None:
    ran = held(
        tmp_path, "import os, sys\nprint(sys.argv[1:], sorted(os.listdir('/data')), os.getcwd())", "--k=5", "a b"
    )
    assert ran.printed.decode() == "['--k=5', 'a b'] ['policy.toml', 'release.parquet'] /outputs\n"
    assert (ran.exit, ran.why_ended) == (0, "finished")


@needs_sandbox
def test_what_a_program_writes_comes_out_under_numbers_with_its_name_beside(tmp_path: Path) -> None:
    ran = held(tmp_path, "import os\nos.mkdir('t')\nopen('t/b.txt', 'w').write('x')\nopen('a.txt', 'w').write('yz')")
    assert [(f.name, f.kind, f.size, f.path and f.path.name) for f in ran.found] == [
        ("a.txt", "file", 2, "0001"), ("t/b.txt", "file", 1, "0002"),
    ]  # fmt: skip
    assert [f.path.read_text() for f in ran.found if f.path] == ["yz", "x"]
    assert {p.stat().st_mode & 0o777 for p in ran.outputs.iterdir()} == {0o600}


@needs_sandbox
def test_a_name_of_any_bytes_can_be_written_down(tmp_path: Path) -> None:
    ran = held(tmp_path, "import os\nopen(b'\\xff\\n.csv', 'w').write('x')")
    assert [f.name for f in ran.found] == ["\\udcff\n.csv"]


@needs_sandbox
def test_the_environment_is_empty_but_for_what_programs_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEVET_TOKEN", "secret")
    ran = held(
        tmp_path, "import os\nprint(sorted(n for n in os.environ if 'CHEVET' in n), os.getuid(), os.environ['HOME'])"
    )
    assert ran.printed == b"[] 65534 /home\n"


@needs_sandbox
def test_the_same_libraries_are_there_as_outside(tmp_path: Path) -> None:
    ran = held(tmp_path, "import numpy, sys\nprint(numpy.__version__, sys.version_info[:2], sys.prefix)")
    import numpy

    assert ran.printed.decode() == f"{numpy.__version__} {sys.version_info[:2]} {sys.prefix}\n"


@needs_sandbox
def test_chevet_itself_is_not_there(tmp_path: Path) -> None:
    package = Path(seen.__file__).parents[1]
    if any(package.is_relative_to(folder) for folder in seen.python_folders()):
        pytest.skip("Chevet is installed among Python's libraries; its code is no secret")
    assert held(tmp_path, "import chevet").exit == 1


@needs_sandbox
@pytest.mark.parametrize("place", ["/", "/dev", "/usr", "/job", "/data", "/etc", "/proc/sys/kernel"])
def test_nothing_is_written_outside_of_the_places_for_it(tmp_path: Path, place: str) -> None:
    ran = held(
        tmp_path, f"import os\ntry: open('{place}/x', 'w')\nexcept OSError as e: print(e.errno in (1, 2, 13, 30))"
    )
    assert ran.printed == b"True\n"


@needs_sandbox
@pytest.mark.parametrize("place", ["/tmp", "/home", "/dev/shm", "/outputs"])
def test_places_to_write_are_there_and_of_limited_size(tmp_path: Path, place: str) -> None:
    ran = held(
        tmp_path,
        f"import os\nopen('{place}/x', 'w').write('x')\ns = os.statvfs('{place}')\nprint(s.f_blocks * s.f_frsize)",
    )
    assert 0 < int(ran.printed) <= 32 << 20


@needs_sandbox
@pytest.mark.parametrize(("code", "expected"), [("0", 0), ("3", 3), ("'no'", 1)])
def test_the_exit_code_is_the_programs(tmp_path: Path, code: str, expected: int) -> None:
    assert held(tmp_path, f"raise SystemExit({code})").exit == expected


@needs_sandbox
def test_a_run_over_its_time_leaves_nothing(tmp_path: Path) -> None:
    ran = held(tmp_path, "open('a', 'w').write('x')\nimport time; time.sleep(60)", seconds=1)
    assert (ran.why_ended, ran.exit, ran.found, list(ran.outputs.iterdir())) == ("time", None, (), [])


@needs_sandbox
def test_a_run_over_its_processor_time_is_ended_by_the_kernel(tmp_path: Path) -> None:
    assert held(tmp_path, "while True: pass", cpu_seconds=1).why_ended == "cpu"


@needs_sandbox
def test_very_many_small_files_end_a_run(tmp_path: Path) -> None:
    assert held(tmp_path, "for i in range(10**6): open(f'/tmp/{i}', 'w')").why_ended == "files"


@needs_sandbox
def test_more_printed_than_is_kept_is_forgotten_and_does_not_stop_the_program(tmp_path: Path) -> None:
    ran = held(tmp_path, "print('x' * 3_000_000)\nopen('end', 'w').write('x')", console=1000)
    assert (ran.printed, [f.name for f in ran.found]) == (b"x" * 1000, ["end"])


@needs_sandbox
def test_the_peak_of_memory_is_told(tmp_path: Path) -> None:
    ran = held(tmp_path, "x = bytearray(200_000_000)\nfor i in range(0, len(x), 4096): x[i] = 1")
    assert 200_000_000 < ran.peak < 400_000_000


@needs_r
@needs_sandbox
def test_r_finds_the_data_and_its_arguments(tmp_path: Path) -> None:
    ran = held(tmp_path, 'cat(commandArgs(TRUE), list.files("/data"), getwd())', "k", name="main.R")
    assert ran.printed == b"k policy.toml release.parquet /outputs"


def test_without_bubblewrap_a_run_is_refused_and_the_package_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "BWRAP", "/usr/bin/no-bwrap-here")
    with pytest.raises(Refused, match="bubblewrap is not installed") as refused:
        sandbox.require_sandbox()
    assert "package bubblewrap" in refused.value.next_act


def test_where_no_namespace_can_be_made_a_run_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = write_program(
        tmp_path, "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n", "bwrap"
    )
    stub.chmod(0o700)
    monkeypatch.setattr(sandbox, "BWRAP", str(stub))
    with pytest.raises(Refused, match=r"no sandbox can be made \(No permissions to create new namespace\)"):
        sandbox.require_sandbox()


def test_keys_that_programs_would_see_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account that owns the folder of the keys is the one that a program has outside: rights alone hide nothing."""
    monkeypatch.setenv("CHEVET_KEYS", "/usr/local/etc/chevet-keys")
    with pytest.raises(Refused, match="CHEVET_KEYS lies in /usr"):
        seen.python_options(tmp_path)
    monkeypatch.setenv("CHEVET_KEYS", str(tmp_path / "keys"))
    assert seen.python_options(tmp_path / "home")


def test_a_home_that_programs_would_see_is_refused() -> None:
    with pytest.raises(Refused, match="CHEVET_HOME lies in /usr"):
        seen.python_options(Path("/usr/local/chevet"))
    with pytest.raises(Refused, match="CHEVET_HOME lies in"):
        seen.python_options(Path(sys.prefix) / "home")


def test_the_folders_that_links_of_an_environment_lead_to_are_found(tmp_path: Path) -> None:
    """As uv and conda lay environments out: each file a link into a store."""
    store = tmp_path / "store" / "ab12"
    (store / "package").mkdir(parents=True)
    (store / "package" / "code.py").write_text("")
    site = tmp_path / "venv" / "site-packages"
    (site / "package").mkdir(parents=True)
    (site / "package" / "code.py").symlink_to(store / "package" / "code.py")
    assert seen._led_to(site, (tmp_path / "venv",)) == [store]


def test_an_unknown_machine_runs_no_program() -> None:
    assert len(filter_program("x86_64")) % 8 == len(filter_program("aarch64")) % 8 == 0
    with pytest.raises(Refused, match="this kind of machine"):
        filter_program("s390x")


def test_root_without_control_groups_runs_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain folder is no control group, whatever it is called."""
    monkeypatch.setattr("os.getuid", lambda: 0)
    with pytest.raises(Refused, match="cannot be limited"), control_group.at_most(5, roots=(tmp_path,)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_ordinary_account_needs_no_control_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 1000)
    with control_group.at_most(5, roots=(tmp_path,)) as first:
        assert first is None

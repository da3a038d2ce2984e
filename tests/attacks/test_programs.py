"""Programs that do more than compute: each succeeds where a program is simply started, and fails in the sandbox.

The naive runner starts the program with the data in a folder and copies its outputs. Every program writes what it
got hold of into its outputs; the greedy ones are given small limits, so that the naive run harms nobody.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest

from chevet.room.airlock import Airlock
from chevet.room.jobs import Kept, Told, told
from chevet.room.pacing import FIRST_SECONDS, Pace, moment
from chevet.room.running import run_job
from chevet.room.sandbox import Limits, Program, Ran, Why, run
from chevet.store.lake import Lake
from tests.room.made_extract import SMALL, needs_sandbox, write_extract, write_program
from tests.room.made_room import made_room

SECRET = "the-secret-of-the-room"
KEPT = (Kept("a.txt", "file", "0" * 64, 1, "0001"),)
pytestmark = pytest.mark.usefixtures("home")


class Got(NamedTuple):
    """What an attacker holds after a run: the names of the outputs, and everything they say."""

    names: tuple[str, ...]
    words: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CHEVET_HOME with a key, a ledger and another project's extract, each with the secret in it."""
    home = tmp_path / "home"
    for name in ("keys/early_lung", "ledger/entries.jsonl", "rooms/other_project/extract/rows.csv"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(SECRET)
    monkeypatch.setenv("CHEVET_HOME", str(home))
    monkeypatch.setenv("CHEVET_TOKEN", SECRET)
    return home


@pytest.fixture
def data(home: Path) -> Path:
    return write_extract(home / "rooms" / "early_lung" / "extract")


def naive(program: Path, data: Path, out: Path, *words: str, seconds: float = 20) -> Got:
    """Start it, wait, copy what it wrote."""
    work = out.with_name("work")
    work.mkdir(parents=True)
    with (work / "printed").open("wb") as printed:
        command = [sys.executable, str(program), str(data), str(work), *words]
        try:
            subprocess.run(command, stdout=printed, stderr=printed, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            (work / "was still running").write_text("")
    shutil.copytree(work, out)
    return got(out)


def held(program: Path, data: Path, home: Path, out: Path, *words: str, limits: Limits = SMALL) -> tuple[Ran, Got]:
    """Run it in the sandbox."""
    words = ("/data", "/outputs", *words)
    ran = run(Program(program.parent, program.name, words), data, limits, home=home, out=out)
    names = [f.name for f in ran.found]
    kept = b"".join(f.path.read_bytes() for f in ran.found if f.path)
    return ran, Got(tuple(names), (kept + ran.printed + ran.complained).decode("utf-8", "replace"))


def got(out: Path) -> Got:
    files = [p for p in sorted(out.rglob("*")) if p.is_file()]
    return Got(tuple(p.name for p in files), "".join(p.read_text("utf-8", "replace") for p in files))


READS = {
    "the key": 'print(open(sys.argv[3] + "/keys/early_lung").read())',
    "the ledger": 'print(open(sys.argv[3] + "/ledger/entries.jsonl").read())',
    "another project's extract": 'print(open(sys.argv[3] + "/rooms/other_project/extract/rows.csv").read())',
    "another project's extract, from its own": (
        'print(open(sys.argv[1] + "/../../other_project/extract/rows.csv").read())'
    ),
    "the token in the environment": 'print(os.environ["CHEVET_TOKEN"])',
    "the ledger, by a link in its outputs": (
        'os.symlink(sys.argv[3] + "/ledger/entries.jsonl", sys.argv[2] + "/table.csv")'
    ),
    "the key, by a second name in its outputs": 'os.link(sys.argv[3] + "/keys/early_lung", sys.argv[2] + "/table.csv")',
}


@needs_sandbox
@pytest.mark.parametrize("line", READS.values(), ids=READS.keys())
def test_a_program_does_not_read(line: str, home: Path, data: Path, tmp_path: Path) -> None:
    program = write_program(tmp_path / "job", f"import os, sys\n{line}\n")
    assert SECRET in naive(program, data, tmp_path / "naive", str(home)).words
    _, caught = held(program, data, home, tmp_path / "held", str(home))
    assert SECRET not in caught.words


ACTS = {
    "write beside its outputs": "open(sys.argv[3], 'w').write('x'); print('it', 'worked')",
    "change the extract": "open(sys.argv[1] + '/release.parquet', 'ab').write(b''); print('it', 'worked')",
    "see a process of the machine": "print('it', 'worked', open(f'/proc/{sys.argv[4]}/cmdline').read())",
    "signal a process of the machine": "os.kill(int(sys.argv[4]), 0); print('it', 'worked')",
    "talk to a service of the machine": (
        "import socket\nsocket.create_connection(('127.0.0.1', int(sys.argv[5])), 2); print('it', 'worked')"
    ),
    "find the password file": "print('it' + ' worked' if os.path.exists('/etc/shadow') else 'nothing')",
    "see a disk": "print('it' + ' worked' if os.path.isdir('/sys/block') else 'nothing')",
}


@pytest.fixture
def service() -> Iterator[int]:
    """A port of this machine that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@needs_sandbox
@pytest.mark.parametrize("lines", ACTS.values(), ids=ACTS.keys())
def test_a_program_does_not(lines: str, home: Path, data: Path, tmp_path: Path, service: int) -> None:
    program = write_program(tmp_path / "job", f"import os, sys\n{lines}\n")
    words = (str(tmp_path / "beside"), str(os.getpid()), str(service))
    assert "it worked" in naive(program, data, tmp_path / "naive", *words).words
    (tmp_path / "beside").unlink(missing_ok=True)
    _, caught = held(program, data, home, tmp_path / "held", *words)
    assert "it worked" not in caught.words
    assert not (tmp_path / "beside").exists()


CALLS = {
    "ptrace": (101, "0, 0, 0, 0"), "mount": (165, "0, 0, 0, 0, 0"), "keyctl": (250, "0, -3, 0, 0, 0"),
    "bpf": (321, "0, 0, 0"), "userfaultfd": (323, "0"), "perf_event_open": (298, "0, 0, -1, -1, 0"),
    "unshare of a user namespace": (272, "0x10000000"), "io_uring_setup": (425, "1, 0"), "setns": (308, "0, 0"),
    "a socket past every namespace (AF_VSOCK)": (41, "40, 1, 0"),
    "a socket to the kernel (AF_NETLINK)": (41, "16, 3, 0"),
    "clone into a user namespace": (56, "0x10000011, 0, 0, 0, 0"),
    "a file without a name, in memory": (319, "b'x', 0"), "a System V segment": (29, "0, 4096, 0o1600"),
    "a System V queue": (68, "0, 0o1600"), "a shared mapping of no file": (9, "0, 4096, 3, 0x21, -1, 0"),
    "a large buffer of a socket": (54, "0, 1, 7, b'1234', 4"), "a stop of the watch": (62, "2, 19"),
    "a stop of everybody": (62, "-1, 19"), "a stop of a thread": (234, "2, 2, 19"),
}  # fmt: skip


@needs_sandbox
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of these calls are those of x86-64")
@pytest.mark.parametrize(("number", "arguments"), CALLS.values(), ids=CALLS.keys())
def test_a_call_to_the_kernel_is_forbidden(number: int, arguments: str, home: Path, data: Path, tmp_path: Path) -> None:
    program = write_program(
        tmp_path / "job",
        f"import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"print(libc.syscall({number}, {arguments}), ctypes.get_errno())",
    )
    _, caught = held(program, data, home, tmp_path / "held")
    assert caught.words == "-1 1\n"  # EPERM


@needs_sandbox
def test_a_setting_of_the_kernel_is_not_written_though_the_sandbox_is_made_by_root(
    home: Path, data: Path, tmp_path: Path
) -> None:
    """Settings are given to root by who it is outside, without capabilities: one of them names what the kernel runs."""
    lines = (
        "import os", "opened = []", "for folder, _, names in os.walk('/proc/sys'):", "    for name in names:",
        "        try: os.close(os.open(f'{folder}/{name}', os.O_WRONLY)); opened.append(name)",
        "        except OSError: pass", "print(opened)",
    )  # fmt: skip
    _, caught = held(write_program(tmp_path / "job", "\n".join(lines)), data, home, tmp_path / "held")
    assert caught.words == "[]\n"


@needs_sandbox
def test_a_mapping_of_zeros_is_no_way_to_memory_that_nobody_counts(home: Path, data: Path, tmp_path: Path) -> None:
    lines = "import mmap, os\nmmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)\nprint('it', 'worked')"
    program = write_program(tmp_path / "job", lines)
    assert "it worked" in naive(program, data, tmp_path / "naive").words
    _, caught = held(program, data, home, tmp_path / "held")
    assert "it worked" not in caught.words


GREEDY = {
    "processes": ("import os, time\nfor _ in range(60):\n    if os.fork() == 0:\n        time.sleep(1); os._exit(0)\n"
                  "print('it', 'worked')"),
    "memory": "x = bytearray(700_000_000)\nfor i in range(0, len(x), 4096): x[i] = 1\nprint('it', 'worked')",
    "memory in many processes": (
        "import os\nfor _ in range(7):\n    if os.fork() == 0:\n        x = b'1' * 100_000_000\n"
        "        import time; time.sleep(1.5); os._exit(0)\nos.wait(); print('it', 'worked')"
    ),
    "memory that is in no process but in sockets": (
        "import socket, time\npairs = [socket.socketpair() for _ in range(60)]\nfor one, _ in pairs:\n"
        "    one.setblocking(False)\n    try:\n        while True: one.send(bytes(65536))\n"
        "    except BlockingIOError: pass\ntime.sleep(0.5); print('it', 'worked')"
    ),
    "disk": "open(sys.argv[2] + '/large', 'wb').write(bytes(20_000_000)); print('it', 'worked')",
    "disk in many files": (
        "for i in range(12): open(f'{sys.argv[2]}/{i}', 'wb').write(bytes(1_000_000))\nprint('it', 'worked')"
    ),
    "open files": "x = [open(os.devnull) for _ in range(900)]\nprint('it', 'worked')",
}  # fmt: skip


@needs_sandbox
@pytest.mark.parametrize("lines", GREEDY.values(), ids=GREEDY.keys())
def test_a_program_gets_no_more_than_its_share_of(lines: str, home: Path, data: Path, tmp_path: Path) -> None:
    program = write_program(tmp_path / "job", f"import os, sys\n{lines}\n")
    assert "it worked" in naive(program, data, tmp_path / "naive").words
    limits = replace(SMALL, memory=400 << 20, open_files=256, sockets=64)
    ran, caught = held(program, data, home, tmp_path / "held", limits=limits)
    assert "it worked" not in caught.words
    assert ran.exit != 0


@needs_sandbox
def test_a_program_that_never_ends_is_ended(home: Path, data: Path, tmp_path: Path) -> None:
    program = write_program(tmp_path / "job", "while True: pass")
    assert "was still running" in naive(program, data, tmp_path / "naive", seconds=0.5).names
    ran, _ = held(program, data, home, tmp_path / "held", limits=replace(SMALL, seconds=1))
    assert (ran.why_ended, ran.exit, ran.found) == ("time", None, ())


@needs_sandbox
def test_a_program_that_multiplies_without_end_is_ended(home: Path, data: Path, tmp_path: Path) -> None:
    program = write_program(tmp_path / "job", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
    ran, _ = held(program, data, home, tmp_path / "held")
    assert (ran.why_ended, ran.found) == ("processes", ())


DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for stream in (0, 1, 2):
            os.close(stream)
        open(sys.argv[2] + "/process", "w").write(str(os.getpid()))
        time.sleep(60)
    os._exit(0)
os.wait()
while not os.path.exists(sys.argv[2] + "/process"):
    time.sleep(0.01)
"""


@needs_sandbox
def test_what_a_program_leaves_running_does_not_outlive_it(home: Path, data: Path, tmp_path: Path) -> None:
    program = write_program(tmp_path / "job", DAEMON, f"daemon-{os.getpid()}.py")
    process = int(naive(program, data, tmp_path / "naive").words)
    assert _running(program.name) == {process}
    os.kill(process, signal.SIGKILL)

    ran, caught = held(program, data, home, tmp_path / "held")
    assert (ran.why_ended, caught.names) == ("finished", ("process",))  # it was started
    assert not _running(program.name)


def _running(name: str) -> set[int]:
    """Processes of this machine that were started with a program of this name, zombies left out."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if name.encode() in path.read_bytes():
                found.add(int(path.parent.name))
        except OSError:
            continue
    return found


@needs_sandbox
def test_links_pipes_and_second_names_in_the_outputs_are_named_and_never_opened(
    home: Path, data: Path, tmp_path: Path
) -> None:
    lines = [
        "import os, socket", "os.chdir('/outputs')", "open('a.txt', 'w').write('x')", "os.link('a.txt', 'b.txt')",
        "os.symlink('/etc/passwd', 'link.csv')", "os.mkfifo('pipe.csv')", "os.symlink('..', 'folder')",
        "socket.socket(socket.AF_UNIX).bind('socket.csv')", "open('c.txt', 'w').write('y')", "os.chmod('c.txt', 0)",
        "try: os.mknod('device', 0o20600, os.makedev(1, 3))\nexcept PermissionError: pass",
    ]  # fmt: skip
    ran, _ = held(write_program(tmp_path / "job", "\n".join(lines)), data, home, tmp_path / "held")
    assert {f.name: f.kind for f in ran.found} == {
        "a.txt": "linked_twice", "b.txt": "linked_twice", "c.txt": "file", "folder": "link", "link.csv": "link",
        "pipe.csv": "pipe", "socket.csv": "socket",
    }  # fmt: skip
    assert [f.path.read_text() for f in ran.found if f.path] == ["y"]


@needs_sandbox
def test_a_program_that_attacks_what_watches_it_only_ends_itself(home: Path, data: Path, tmp_path: Path) -> None:
    lines = [
        "import os, signal", "parent = os.getppid()", "open('/outputs/a.txt', 'w').write('x')",
        "for place in ('mem', 'environ', 'fd/3', 'fd/9'):",
        "    try: open(f'/proc/{parent}/{place}', 'rb').read(1); print('it', 'worked')",
        "    except OSError: pass", "os.kill(parent, signal.SIGKILL)", "print('still here')",
    ]  # fmt: skip
    ran, caught = held(write_program(tmp_path / "job", "\n".join(lines)), data, home, tmp_path / "held")
    assert (ran.why_ended, ran.exit, ran.found) == ("stopped", None, ())
    assert "it worked" not in caught.words


SLEEP = """
import fcntl, os, signal, time
watch = os.getppid()
for stop in (
    lambda: os.kill(watch, signal.SIGSTOP), lambda: os.kill(0, signal.SIGSTOP), lambda: os.kill(-1, signal.SIGSTOP),
    lambda: signal.pidfd_send_signal(os.pidfd_open(watch), signal.SIGSTOP), lambda: os.kill(watch, signal.SIGTSTP),
    lambda: fcntl.fcntl(0, fcntl.F_SETSIG, signal.SIGSTOP),
):
    try: stop(); print("sent")
    except OSError as error: print(error.errno)
os.fork(), os.fork()
x = bytearray(150_000_000)
for i in range(0, len(x), 4096): x[i] = 1
time.sleep(1)
"""


@needs_sandbox
def test_a_program_cannot_put_to_sleep_what_watches_it(home: Path, data: Path, tmp_path: Path) -> None:
    """Stopped, the watch saw neither memory nor files, and woken it took the outputs as if nothing had been."""
    limits = replace(SMALL, memory=300 << 20)
    ran, caught = held(write_program(tmp_path / "job", SLEEP), data, home, tmp_path / "held", limits=limits)
    assert ran.why_ended == "memory"
    assert set(caught.words.split()) <= {"1", "sent"}


@needs_sandbox
def test_folders_deeper_than_any_program_needs_do_no_harm(home: Path, data: Path, tmp_path: Path) -> None:
    lines = "import os\nos.chdir('/outputs')\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')\nopen('x', 'w')"
    ran, _ = held(write_program(tmp_path / "job", lines), data, home, tmp_path / "held")
    assert ran.found == ()


@needs_sandbox
def test_more_files_than_allowed_are_not_all_taken(home: Path, data: Path, tmp_path: Path) -> None:
    lines = "for i in range(50): open(f'/outputs/{i:03}.txt', 'w').write('x')"
    ran, _ = held(write_program(tmp_path / "job", lines), data, home, tmp_path / "held")
    assert [f.kind for f in ran.found] == ["file"] * SMALL.files + ["more"]


TELLING = """
import os, sys
secret = int(sys.argv[3])
print("\\n".join("." * secret))
print("\\n".join("." * secret), file=sys.stderr)
path = os.path.join(sys.argv[2], f"{secret}.txt")
open(path, "w").write("x")
os.utime(path, (secret, secret))
sys.exit(secret)
"""


@needs_sandbox
def test_a_secret_in_the_exit_code_the_lines_the_names_and_the_times_is_not_told(
    home: Path, data: Path, tmp_path: Path
) -> None:
    """What is left to tell a program's author with: whether it ended well, and whether it left anything."""
    program = write_program(tmp_path / "job", TELLING)
    copied = {naive(program, data, tmp_path / f"naive{s}" / "out", str(s)) for s in (11, 87)}
    assert len(copied) == 2  # the names alone tell it

    heard = []
    for secret in (11, 87):
        ran, _ = held(program, data, home, tmp_path / f"held{secret}", str(secret))
        assert (ran.exit, ran.printed.count(b"\n")) == (secret, secret)
        heard.append(told(ran, KEPT))
    assert heard == [Told(well=False, left=True)] * 2


def test_every_way_to_end_and_every_number_of_outputs_is_told_in_one_of_four_words(tmp_path: Path) -> None:
    """Lines printed, lines of errors, outputs, exit code and limit: ten bits and more before, two now."""
    ends: list[tuple[Why, int | None]] = [("finished", 0), ("finished", 1), ("time", None), ("memory", None)]
    heard = {
        str(told(Ran(exit, 1.0, 0, tmp_path, why, (), b"x\n" * lines, b"y\n" * errors), KEPT * outputs).as_json())
        for why, exit in ends for lines in (0, 5, 500) for errors in (0, 5, 500) for outputs in (0, 5, 50)
    }  # fmt: skip
    assert len(heard) == 4


def test_a_program_that_sleeps_as_long_as_a_patient_lived_tells_it_to_nobody() -> None:
    """Months of survival, as seconds: the naive author reads each off a clock, and here few can be told apart."""
    survival = [float(months) for months in range(1, 121)]
    naively = {0.4 * months for months in survival}
    assert len(naively) == len(survival)
    assert {moment(seconds, FIRST_SECONDS, 600) for seconds in naively} == {15, 30, 60}


def calls_after_the_moment(folder: Path, outputs: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How much of Chevet runs between the moment at which an answer comes and the answer."""
    room = made_room(folder / "home")
    permit, calls = room.granted(), []

    def left(program: Program, data: Path, limits: Limits, *, home: Path, folder: Path) -> tuple[Ran, tuple[Kept, ...]]:
        kept = tuple(Kept(f"{n}.txt", "file", "0" * 64, 1, f"{n:04}") for n in range(outputs))
        (folder / "outputs").mkdir()
        for each in kept:
            (folder / "outputs" / str(each.file)).write_text("x")
        return Ran(0, 1.0, 0, folder / "outputs", "finished"), kept

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and str(frame.f_globals.get("__name__")).startswith("chevet"):
            calls.append(frame.f_code.co_name)

    monkeypatch.setattr("chevet.room.running.run_kept", left)
    monkeypatch.setattr("chevet.room.running.require_sandbox", lambda: None)
    airlock = Airlock(Lake(room.home, clock=room.clock, actor="anna"), room.book)
    extract = write_extract(room.home / "rooms" / "early_lung" / "extract")
    program = write_program(folder / "job", "")
    try:
        run_job(airlock, permit, "anna", program, (), extract, pace=Pace(sleep=lambda _: sys.setprofile(watch)))
    finally:
        sys.setprofile(None)
    return len(calls)


def test_how_long_after_its_moment_an_answer_comes_does_not_tell_how_many_outputs_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred outputs with long names took 40 ms more to be written down than none: some bits a run."""
    none, many = (calls_after_the_moment(tmp_path / str(n), n, monkeypatch) for n in (0, 150))
    assert none == many > 0

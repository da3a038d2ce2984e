"""A researcher's program beside the data: under bubblewrap, without network, seeing one extract and nothing else.

The program runs in namespaces of its own (users, processes, network, interprocess communication, host name,
control groups), without capabilities, with an empty environment and a list of forbidden kernel calls. It sees
the system's programs, `/job` (itself), `/data` (the extract), all read-only; and `/outputs`, `/tmp`, `/home`
and `/dev/shm`, which live in memory, are limited in size, and vanish with it. When it ends, everything it
started is killed first; only then are its outputs read. No path of them is ever followed out here: they come
as a stream of bytes and are kept under numbers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, cast

from chevet.errors import Refused
from chevet.room import inside
from chevet.room.control_group import at_most
from chevet.room.seccomp import filter_program
from chevet.room.seen import interpreter, python_options, system_options

BWRAP = "/usr/bin/bwrap"
SCRATCH = "/tmp"  # noqa: S108 (a folder in memory of the sandbox's own)
Why = Literal["finished", "time", "cpu", "memory", "processes", "files", "disk", "stopped"]
Show = Callable[[bytes], None]
_NOBODY = b"program:x:65534:65534::/home:/bin/false\n"
_LINE = 16384  # the longest line of the stream: a name of 4,096 bytes, each written as \uxxxx, hardly fits
_BLOCK = 1 << 16
_GRACE_SECONDS = 30
_SPARE = 16  # so that the watch sees a program that multiplies before the kernel's limit hides it
_WRITABLE = ("/outputs", SCRATCH, "/home", "/dev/shm")  # noqa: S108 (inside)


@dataclass(frozen=True)
class Limits:
    """What a program may use. Memory and disk in bytes; `scratch` is /tmp, which counts as neither."""

    seconds: int = 600
    cpu_seconds: int = 1200
    memory: int = 4 << 30
    processes: int = 64
    open_files: int = 1024
    sockets: int = 256
    outputs: int = 64 << 20
    files: int = 200
    scratch: int = 512 << 20
    console: int = 1 << 20


@dataclass(frozen=True)
class Program:
    """A script and what lies beside it: a folder, the script's name in it, and its arguments."""

    folder: Path
    main: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One thing that a program left in its outputs.

    name   as the program wrote it: to be judged, not trusted
    kind   file, or what it is instead: link, linked_twice, pipe, socket, device, too_large
    path   where a file's bytes are kept, under a number
    """

    name: str
    kind: str
    size: int
    path: Path | None = None


@dataclass(frozen=True)
class Ran:
    """How a run ended. `exit` is None for a program that was stopped; `peak` is memory in bytes."""

    exit: int | None
    seconds: float
    peak: int
    outputs: Path
    why_ended: Why
    found: tuple[Found, ...] = ()
    printed: bytes = b""
    complained: bytes = b""


@dataclass
class _Stream:
    """What the sandbox says while it ends; every word of it may come from the program."""

    found: list[Found] = field(default_factory=list)
    end: dict[str, Any] = field(default_factory=dict)
    started: bool = False


def require_sandbox() -> None:
    """Raises Refused where bubblewrap is absent, or the machine lets it make no namespaces, or cannot bound root."""
    if shutil.which(BWRAP) is None:
        raise Refused(
            "programs are not run on this machine: bubblewrap is not installed",
            next_act="Ask the people who run Chevet to install Debian's package bubblewrap.",
        )
    tried = subprocess.run(
        [BWRAP, "--unshare-all", "--unshare-user", "--disable-userns", "--ro-bind", "/", "/", "/bin/true"],
        capture_output=True, env={}, check=False,
    )  # fmt: skip
    if tried.returncode != 0:
        raise _no_namespaces(tried.stderr)
    with at_most(1):
        pass  # root is refused here where it cannot be bound


def run(
    program: Program,
    data: Path | None,
    limits: Limits,
    *,
    home: Path,
    out: Path,
    show: Show | None = None,
) -> Ran:
    """Run a program to its end or its limit, and keep its outputs under numbers in `out`.

    data   the folder (or one file) that it sees, read-only, at /data
    home   CHEVET_HOME, which it must not see
    show   told what the program prints while it runs; only for runs on made-up data

    A program that was stopped for a limit leaves no outputs. Raises Refused where no sandbox can be made.
    """
    require_sandbox()
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    began = time.monotonic()
    told, printed, complained = _Stream(), bytearray(), bytearray()
    with at_most(limits.processes + _SPARE + 4) as bound:  # the sandbox itself is up to four of them
        started, reading = _start(program, data, limits, home, bound)
        with os.fdopen(reading, "rb") as stream:
            readers = [
                _reader(_drain, cast(IO[bytes], started.stdout), printed, limits.console, show),
                _reader(_drain, cast(IO[bytes], started.stderr), complained, limits.console, show),
                _reader(_receive, stream, told, out, limits),
            ]
            stopped = not _waited(started, began, limits)
            for reader in readers:
                reader.join()
    if not told.started:
        raise _no_namespaces(bytes(complained))
    return _ran(told, stopped, time.monotonic() - began, out, bytes(printed), bytes(complained))


def _start(
    program: Program, data: Path | None, limits: Limits, home: Path, bound: Callable[[], None] | None
) -> tuple[subprocess.Popen[bytes], int]:
    """The sandbox, started, and where its stream of outputs is read."""
    reading, writing = os.pipe()
    files = [_in_memory(text) for text in (filter_program(), _NOBODY)]
    try:
        options = _options(program, data, limits, home, *files)
        files.append(_in_memory(b"\0".join(map(os.fsencode, options))))
        orders = asdict(limits) | {"stream": writing, "spare_processes": _SPARE, "counted": list(_WRITABLE)}
        command = [*interpreter(program.main), f"/job/{program.main}", *program.arguments]
        around = [sys.executable, "-I", "-S", "/inside.py", json.dumps(orders)]
        started = subprocess.Popen(
            [BWRAP, "--args", str(files[-1]), "--", *around, *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={},
            pass_fds=(*files, writing), start_new_session=True, preexec_fn=bound,
        )  # fmt: skip
    except BaseException:
        os.close(reading)
        raise
    finally:
        for descriptor in (*files, writing):
            os.close(descriptor)
    return started, reading


def _ran(told: _Stream, stopped: bool, seconds: float, out: Path, printed: bytes, complained: bytes) -> Ran:
    end = told.end
    why = cast(Why, end.get("why") if end.get("why") in Why.__args__ and not stopped else "stopped")  # type: ignore[attr-defined]
    code, peak = end.get("exit"), end.get("peak")
    return Ran(
        code if isinstance(code, int) and why == "finished" else None, seconds,
        peak if isinstance(peak, int) else 0, out, why, tuple(told.found), printed, complained,
    )  # fmt: skip


def _waited(started: subprocess.Popen[bytes], began: float, limits: Limits) -> bool:
    """Whether the sandbox ended by itself; killed with all that is in it when it does not, or we are stopped."""
    try:
        started.wait(limits.seconds + _GRACE_SECONDS - (time.monotonic() - began))
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        started.kill()
        started.wait()


def _options(program: Program, data: Path | None, limits: Limits, home: Path, rules: int, people: int) -> list[str]:
    options = ["--unshare-all", "--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"]
    options += ["--hostname", "room", "--new-session", "--die-with-parent", "--cap-drop", "ALL", "--clearenv"]
    for name, value in _environment().items():
        options += ["--setenv", name, value]
    options += ["--proc", "/proc", "--dev", "/dev"]
    # The kernel's settings are root's to write, capabilities or none: where Chevet is root, so is the program to them.
    options += ["--ro-bind", "/proc/sys", "/proc/sys"]
    options += ["--dev-bind", "/dev/null", "/dev/zero"]  # mapped and shared, it is memory that no limit counts
    for place, size in (("/dev/shm", limits.scratch), ("/tmp", limits.scratch), ("/home", 16 << 20),  # noqa: S108 (inside)
                        ("/outputs", limits.outputs)):  # fmt: skip
        options += ["--size", str(size), "--tmpfs", place]
    # After these, since Python may be installed below /home or /tmp.
    options += [*system_options(), *python_options(home), "--ro-bind-data", str(people), "/etc/passwd"]
    options += ["--ro-bind", inside.__file__, "/inside.py", "--ro-bind", str(program.folder), "/job"]
    if data is not None:
        options += ["--ro-bind", str(data), "/data" if data.is_dir() else f"/data/{data.name}"]
    # What bubblewrap itself makes (the root, /dev) is in memory, too, and without a limit: nobody writes there.
    options += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/outputs", "--seccomp", str(rules)]
    return options


def _environment() -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin", "HOME": "/home", "TMPDIR": SCRATCH, "LANG": "C.UTF-8", "TZ": "UTC",
        "MPLBACKEND": "agg", "MPLCONFIGDIR": f"{SCRATCH}/matplotlib", "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2",
    }  # fmt: skip


def _receive(stream: BinaryIO, told: _Stream, out: Path, limits: Limits) -> None:
    """Read the stream: never more than the limits, never a path; whatever does not fit its form ends it."""
    left = limits.outputs
    for _ in range(limits.files + 3):
        line = stream.readline(_LINE)
        try:
            fact = json.loads(line)
            if "end" in fact or "started" in fact:
                told.started = True
                told.end = dict(fact.get("end", {}))
                continue
            if "more" in fact:
                told.found.append(Found("", "more", 0))
                continue
            name = str(fact["name"]).encode("utf-8", "backslashreplace").decode()  # whatever bytes it was made of
            kind, size = str(fact["kind"]), int(fact["size"])
        except (ValueError, TypeError, KeyError, RecursionError):
            break
        if not 0 <= size <= left:
            break
        left -= size
        told.found.append(_kept(stream, out, len(told.found) + 1, name, kind, size))
    while stream.read(_BLOCK):
        pass  # so that nobody waits for us


def _kept(stream: BinaryIO, out: Path, number: int, name: str, kind: str, size: int) -> Found:
    if kind != "file":
        return Found(name, kind, 0)
    path = out / f"{number:04}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        left = size
        while left and (block := stream.read(min(left, _BLOCK))):
            file.write(block)
            left -= len(block)
    return Found(name, "file" if left == 0 else "cut_off", size - left, path)


def _drain(pipe: IO[bytes], kept: bytearray, most: int, show: Show | None) -> None:
    """Keep what a program prints, up to a limit; the rest is read and forgotten, so that it does not wait."""
    with pipe:
        while block := os.read(pipe.fileno(), _BLOCK):
            new = block[: most - len(kept)]
            kept += new
            if show and new:
                show(new)


def _reader(read: Callable[..., None], *args: Any) -> threading.Thread:
    thread = threading.Thread(target=read, args=args, daemon=True)
    thread.start()
    return thread


def _in_memory(text: bytes) -> int:
    """A file that has no name, to be read from its beginning by who inherits it."""
    descriptor = os.memfd_create("chevet")
    os.write(descriptor, text)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _no_namespaces(said: bytes) -> Refused:
    why = said.decode("utf-8", "replace").strip().splitlines()
    return Refused(
        "programs are not run on this machine: no sandbox can be made"
        + (f" ({why[-1].removeprefix('bwrap: ')})" if why else ""),
        next_act="Ask the people who run Chevet to allow user namespaces (sysctl user.max_user_namespaces) to it.",
    )


__all__: Sequence[str] = ("Found", "Limits", "Program", "Ran", "require_sandbox", "run")

"""What runs inside the sandbox, around a researcher's program: it sets limits, watches, and hands the outputs over.

It is started by `room/sandbox.py` under bubblewrap, as a script of its own that needs nothing but Python's
library. It runs with the program's own rights, so nothing that it says is trusted outside: its stream of
outputs is read there as carefully as if the program had written it.

    python inside.py ORDERS COMMAND...

ORDERS is a JSON object: the limits, the number of the file descriptor for the stream, and the folders whose
files are counted. The stream is one line of JSON per thing found in the outputs (`name`, `kind`, `size`),
each file's line followed by its bytes, and a last line `end`.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

OUTPUTS = "/outputs"
EVERY_SECONDS = 0.02
LATE_SECONDS = 5.0
PAGE = resource.getpagesize()
_PR_SET_DUMPABLE = 4
_COPIED_AT_ONCE = 1 << 20


def main(orders: dict[str, Any], command: list[str]) -> None:
    """Run the command to its end or its limit, then send what lies in the outputs."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # the program may not read this process
    for stops in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(stops, signal.SIG_IGN)  # SIGSTOP is forbidden (`seccomp`): the program may not stop this process
    os.set_inheritable(orders["stream"], False)
    with os.fdopen(orders["stream"], "wb") as stream:
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=lambda: _begin(orders))
        _say(stream, {"started": True})
        why, peak = _watched(program, orders)
        _stop_everything()
        peak = max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
        if why == "finished":
            _send(stream, orders["outputs"], orders["files"])
        _say(stream, {"end": {"exit": program.returncode, "why": why, "peak": peak}})


def _begin(orders: dict[str, Any]) -> None:
    for stops in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(stops, signal.SIG_DFL)
    _limit(orders)


def _limit(orders: dict[str, Any]) -> None:
    """The kernel's own limits, for the program and what it starts; a few more processes than the watch allows."""
    for what, most in (
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, orders["memory"]),
        (resource.RLIMIT_FSIZE, orders["outputs"]), (resource.RLIMIT_NOFILE, orders["open_files"]),
        (resource.RLIMIT_NPROC, orders["processes"] + orders["spare_processes"]),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))
    resource.setrlimit(
        resource.RLIMIT_CPU, (orders["cpu_seconds"], orders["cpu_seconds"] + 2)
    )  # told first, then killed


def _watched(program: subprocess.Popen[bytes], orders: dict[str, Any]) -> tuple[str, int]:
    """Why the program ended, and the most memory seen. A program over a limit is stopped by the caller."""
    began, peak = time.monotonic(), 0
    looked = began
    while program.poll() is None:
        before, looked = looked, time.monotonic()
        if looked - before > LATE_SECONDS:
            return "stopped", peak  # somebody kept the watch from watching
        running = _others()
        if len(running) > orders["processes"]:  # first of all: a program that multiplies leaves no time for more
            return "processes", peak
        memory = sum(map(_resident, running))
        if memory > orders["memory"]:
            memory = sum(map(_proportional, running))  # pages that processes share are counted once
        peak = max(peak, memory)
        if time.monotonic() - began > orders["seconds"]:
            return "time", peak
        if memory > orders["memory"]:
            return "memory", peak
        if _sockets() > orders["sockets"]:
            return "memory", peak  # what lies in a socket, sent and not read, is in no process
        if any(map(_too_many_files, orders["counted"])):
            return "files", peak
        time.sleep(EVERY_SECONDS)
    by_kernel = {-signal.SIGXCPU: "cpu", -signal.SIGXFSZ: "disk"}
    return by_kernel.get(program.returncode or 0, "finished"), peak


def _others() -> list[str]:
    """Every process but the sandbox's first, and this one."""
    ours = {"1", str(os.getpid())}
    return [path.name for path in Path("/proc").iterdir() if path.name.isdigit() and path.name not in ours]


def _resident(process: str) -> int:
    try:
        _, resident, shared, *_ = Path(f"/proc/{process}/statm").read_text().split()
    except (OSError, ValueError):
        return 0  # it ended meanwhile
    return (int(resident) - int(shared)) * PAGE


def _proportional(process: str) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _resident(process)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss_Anon:"))


def _sockets() -> int:
    """Sockets of the whole sandbox, those on their way through another one included."""
    return int(Path("/proc/net/sockstat").read_text().split(maxsplit=3)[2])


def _too_many_files(folder: str, most: int = 20_000) -> bool:
    there = os.statvfs(folder)
    return there.f_files - there.f_ffree > most


def _stop_everything() -> None:
    """Kill all that the program started, whatever session it moved to; nothing of it writes after this."""
    while True:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            break
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            time.sleep(0.001)  # the sandbox's first process takes the orphans away
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def _send(stream: BinaryIO, most_bytes: int, most_files: int) -> None:
    left = most_bytes
    for n, (name, path) in enumerate(_found(OUTPUTS)):
        if n == most_files:
            _say(stream, {"more": True})
            return
        state = path.lstat()
        kind = _kind(state)
        if kind == "file" and state.st_size > left:
            kind = "too_large"
        if kind != "file":
            _say(stream, {"name": name, "kind": kind, "size": 0})
            continue
        path.chmod(0o600)
        left -= state.st_size
        _say(stream, {"name": name, "kind": kind, "size": state.st_size})
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            while block := file.read(_COPIED_AT_ONCE):
                stream.write(block)


def _found(folder: str, above: str = "") -> Iterator[tuple[str, Path]]:
    """Everything in the outputs that is not a folder: its name from there, and its path. Links are not followed."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name = f"{above}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            Path(entry.path).chmod(0o700)
            yield from _found(entry.path, f"{name}/")
        else:
            yield name, Path(entry.path)


def _kind(state: os.stat_result) -> str:
    if stat.S_ISREG(state.st_mode):
        return "file" if state.st_nlink == 1 else "linked_twice"
    kinds = {stat.S_IFLNK: "link", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}
    return kinds.get(stat.S_IFMT(state.st_mode), "device")


def _say(stream: BinaryIO, fact: dict[str, Any]) -> None:
    stream.write(json.dumps(fact).encode("ascii") + b"\n")
    stream.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])

"""A hard bound on how many processes a program may start, for the one account that the kernel does not bound.

`RLIMIT_NPROC` holds for every account but the machine's root, in a sandbox, too. Where Chevet runs as root, a program
is therefore put into a control group of its own (cgroup v2, or the `pids` hierarchy of v1) before it starts. Without
one, no program is run: a program that multiplies would take the machine with it before any watch could stop it.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chevet.errors import Refused

ROOTS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup/unified"))
_TRIES = 50


@contextmanager
def at_most(processes: int, *, roots: tuple[Path, ...] = ROOTS) -> Iterator[Callable[[], None] | None]:
    """What a new process must call first to be bound, with all that it starts; None where the kernel does it alone.

    Raises Refused for root where no control group with a limit on processes can be made.
    """
    if os.getuid() != 0:
        yield None
        return
    group = _made(processes, roots)
    try:
        yield lambda: _join(group)
    finally:
        _removed(group)


def _made(processes: int, roots: tuple[Path, ...]) -> Path:
    for root in roots:
        group = root / f"chevet-{secrets.token_hex(6)}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            descriptor = os.open(group / "pids.max", os.O_WRONLY)  # never made here: a plain folder has no such file
            os.write(descriptor, str(processes).encode())
            os.close(descriptor)
            return group
        except OSError:
            _removed(group)
    raise Refused(
        "programs are not run as root on this machine: the number of their processes cannot be limited",
        next_act="Run Chevet under an account of its own, or let it make control groups (the pids controller).",
    )


def _join(group: Path) -> None:
    descriptor = os.open(group / "cgroup.procs", os.O_WRONLY)
    os.write(descriptor, b"0")
    os.close(descriptor)


def _removed(group: Path) -> None:
    """The kernel lets a group go once the last of its processes is gone, a moment after it was killed."""
    for _ in range(_TRIES):
        try:
            group.rmdir()
            return
        except OSError:
            time.sleep(0.02)

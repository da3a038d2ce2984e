"""Kill an import or a removal at a chosen or random moment, then look at what is left.

Children come from a fork server that has imported everything, so that a kill costs a tenth of a
second. A *step* is a call by which the store touches the disk; a child dies just before its n-th.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from chevet.store.lake import Lake
from tests.store.a_record import record

Act = Literal["import", "remove"]

STEPS = ("fsync", "write", "rename", "replace", "unlink", "rmdir", "mkdir", "chmod", "ftruncate")
OLD, NEW, NEXT = 20, 31, 25  # patients of the former, the killed and the following import

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.store.kills", "duckdb", "pyarrow.parquet"])


def prepared(home: Path, act: Act) -> Lake:
    """A lake with a former version; two, where one is to be removed."""
    lake = Lake(home)
    lake.write("demo", record(OLD))
    if act == "remove":
        lake.write("demo", record(NEW))
    return lake


def steps_of(home: Path, act: Act) -> int:
    """How many steps the act takes when nobody kills it."""
    receiver, sender = _context.Pipe(duplex=False)
    child = _context.Process(target=_do, args=(home, act, None, sender))
    child.start()
    steps: int = receiver.recv()
    child.join()
    return steps


def killed_at_step(home: Path, act: Act, step: int) -> bool:
    """Do the act in a process that dies just before its n-th step; whether it did die."""
    child = _context.Process(target=_do, args=(home, act, step, None))
    child.start()
    child.join()
    return child.exitcode == -signal.SIGKILL


def killed_after(home: Path, act: Act, seconds: float) -> bool:
    """Do the act in a process that is killed from outside after this time; whether it still ran."""
    receiver, sender = _context.Pipe(duplex=False)
    child = _context.Process(target=_say_and_do, args=(home, act, sender))
    child.start()
    receiver.recv()
    time.sleep(seconds)
    child.kill()
    child.join()
    return child.exitcode == -signal.SIGKILL


def check_whole(home: Path, act: Act) -> str:
    """Raise AssertionError unless all that must hold does; otherwise which content is current: old, new or none."""
    lake = Lake(home)
    assert lake.ledger.verify().intact
    there = {line.study: line.patients for line in lake.studies()}
    assert there in ({"demo": OLD}, {"demo": NEW}) or (act == "remove" and there == {})
    if there:
        version = lake.open("demo")
        assert version.connect().execute("SELECT count(*) FROM patient").fetchone() == (there["demo"],)
        assert version.table("patient").num_rows == there["demo"]
        checked = lake.verify("demo")
        assert checked.intact, checked.problems()
    assert lake.write("demo", record(NEXT)).made
    assert lake.open("demo").rows["patient"] == NEXT
    assert lake.verify("demo").intact
    assert not [path for path in lake.home.rglob(".*") if path.is_dir()]
    return {OLD: "old", NEW: "new", None: "none"}[there.get("demo")]


def random_kills(folder: Path, kills: int, seed: int, tell: Callable[[int, str], None]) -> dict[str, int]:
    """Kill imports and removals, half at random steps and half at random times; how often each content was left."""
    choose = random.Random(seed)
    acts: dict[Act, tuple[int, float]] = {}
    for act in ("import", "remove"):
        prepared(folder / f"measure-{act}", act)
        begun = time.monotonic()
        acts[act] = (steps_of(folder / f"measure-{act}", act), time.monotonic() - begun)
    left: dict[str, int] = {"old": 0, "new": 0, "none": 0, "finished before the kill": 0}
    done = 0
    while done < kills:
        act: Act = choose.choices(("import", "remove"), (4, 1))[0]
        home = folder / f"kill-{done}-{sum(left.values())}"
        prepared(home, act)
        steps, seconds = acts[act]
        if done % 2:
            died = killed_at_step(home, act, choose.randint(1, steps))
        else:
            died = killed_after(home, act, choose.uniform(0, seconds))
        found = check_whole(home, act)
        left[found if died else "finished before the kill"] += 1
        done += died
        tell(done, found)
    return left


def _say_and_do(home: Path, act: Act, sender: Any) -> None:
    sender.send("begun")
    _do(home, act, None, None)


def _do(home: Path, act: Act, die_before: int | None, sender: Any) -> None:
    taken = 0

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == die_before:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return step

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    lake = Lake(home)
    if act == "import":
        lake.write("demo", record(NEW))
    else:
        lake.remove("demo")
    if sender is not None:
        sender.send(taken)

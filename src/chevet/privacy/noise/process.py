"""Noise drawn in another process, and what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from chevet.errors import Fault, Refused

Counts: TypeAlias = npt.NDArray[np.int64]
SECONDS_AT_MOST = 600


@dataclass(frozen=True)
class ToNoise:
    """A table of counts, how far one person can move it, and the scale of its noise."""

    counts: Counts
    squared_sensitivity: float
    scale: float


@dataclass(frozen=True)
class Noised:
    """The tables in the same order and shape, and the whole privacy loss as OpenDP counts it."""

    tables: tuple[Counts, ...]
    rho: float


def require_opendp() -> None:
    """Raise Refused, with what to install, when OpenDP is not there."""
    if find_spec("opendp") is None:
        raise Refused(
            "answers with noise need OpenDP, which is not installed here",
            next_act="Ask whoever runs Chevet to install it: pip install 'chevet[room]'",
        )


def draw(tables: Sequence[ToNoise]) -> Noised:
    """The tables with noise. Whoever calls has written down what it costs before.

    Raises Refused when OpenDP is not installed, Fault when the process fails: its words are not shown, since
    they might hold numbers.
    """
    require_opendp()
    order = {
        "tables": [
            {"cells": int(t.counts.size), "scale": float(t.scale), "squared_sensitivity": float(t.squared_sensitivity)}
            for t in tables
        ]
    }
    sent = json.dumps(order).encode() + b"\n" + b"".join(t.counts.astype("<i8").tobytes() for t in tables)
    done = subprocess.run(
        [sys.executable, "-m", "chevet.privacy.noise.worker"],
        input=sent, capture_output=True, check=False, timeout=SECONDS_AT_MOST, env=_environment(),
    )  # fmt: skip
    if done.returncode != 0:
        raise Fault(
            "the process that draws the noise failed; what was set aside for it stays spent",
            next_act="Run `python -m chevet.privacy.noise.worker < /dev/null` to see whether OpenDP starts here.",
        )
    head, _, numbers = done.stdout.partition(b"\n")
    flat = np.frombuffer(numbers, dtype="<i8").astype(np.int64)
    ends = np.cumsum([t.counts.size for t in tables])[:-1]
    parts = [part.reshape(t.counts.shape) for part, t in zip(np.split(flat, ends), tables, strict=True)]
    return Noised(tuple(parts), float(sum(json.loads(head)["rho"])))


def _environment() -> dict[str, str]:
    """Only what Python needs to start: no home of ours, no token."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "LANG")
    return {name: os.environ[name] for name in kept if name in os.environ}

"""CPU time, memory and tables, the same way for every benchmark."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any


def cpu_milliseconds(question: Callable[[], object], rounds: int) -> float:
    """Median CPU time of a warm question, all threads of this process together."""
    question()
    spent = []
    for _ in range(rounds):
        before = time.process_time_ns()
        question()
        spent.append((time.process_time_ns() - before) / 1e6)
    return statistics.median(spent)


def machine() -> str:
    """What this machine is, in general words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = ".".join(platform.python_version_tuple()[:2])
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}, {platform.system()}, Python {python}"


def arguments(description: str, **sizes: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    for name, value in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=value, help=f"default {value:,}")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser


def show(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a plain table; numbers to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(headings), *cells]) for i in range(len(headings))]
    print(f"\n{title}")
    print(
        "  ".join(h.ljust(w) if i == 0 else h.rjust(w) for i, (h, w) in enumerate(zip(headings, widths, strict=True)))
    )
    for line in cells:
        print(
            "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def finish(answer: dict[str, Any], as_json: bool) -> None:
    """The machine and the answer: as JSON, or the machine alone below tables already printed."""
    if as_json:
        print(json.dumps({"machine": machine(), **answer}, ensure_ascii=False))
    else:
        print(f"\n({machine()})")

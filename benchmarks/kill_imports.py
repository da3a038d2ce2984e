"""Kill imports and removals N times (200 unless said), at random steps and times; nothing may be lost or halved.

    python -m benchmarks.kill_imports [N] [SEED]

Prints one JSON object: how many kills, and what was current after them.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.store.kills import random_kills


def main(kills: int = 200, seed: int = 1) -> None:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        left = random_kills(
            Path(folder), kills, seed, lambda done, found: print(f"\r{done}/{kills} {found:5}", end="", file=sys.stderr)
        )
    print(file=sys.stderr)
    seconds = round(time.monotonic() - begun, 1)
    print(json.dumps({"kills": kills, "seed": seed, "lost_or_corrupted": 0, "left": left, "seconds": seconds}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))

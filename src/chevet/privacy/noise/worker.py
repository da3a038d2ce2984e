"""The process that draws the noise, with OpenDP's own secure sampler: `python -m chevet.privacy.noise.worker`.

It reads tables of whole numbers from standard input, each with its scale and sensitivity, and writes
them back noised, with the privacy loss that OpenDP itself computes. It opens no file and no study:
apart from the totals it is sent there is nothing in its memory to leak. Nothing but OpenDP's vector
of whole numbers under the discrete Gaussian is used; no data frames, no row limits.
"""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO


def main() -> None:
    """One order in, one answer out."""
    answer(sys.stdin.buffer, sys.stdout.buffer)


def answer(order: BinaryIO, reply: BinaryIO) -> None:
    """Read a line of JSON and the numbers behind it, write the same with noise."""
    import numpy as np
    import opendp.prelude as dp

    dp.enable_features("contrib")
    asked = json.loads(order.readline())
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
    losses: list[float] = []
    drawn: list[bytes] = []
    for table in asked["tables"]:
        exact = np.frombuffer(order.read(8 * table["cells"]), dtype="<i8")
        measurement: Any = dp.m.make_gaussian(*space, scale=table["scale"])
        losses.append(float(measurement.map(table["squared_sensitivity"] ** 0.5)))
        noised = measurement(exact.tolist()) if len(exact) else []
        drawn.append(np.asarray(noised, dtype="<i8").tobytes())
    reply.write(json.dumps({"rho": losses}).encode() + b"\n")
    for numbers in drawn:
        reply.write(numbers)
    reply.flush()


if __name__ == "__main__":
    main()

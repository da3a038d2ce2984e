"""Made-up cohorts that nobody could take for real people, for demonstrations, tests and benchmarks.

`make(patients, seed, out)` writes a record folder. A block of 20,000 patients is drawn at a time:
who they are (`people`), what they carry, what was tested and found (`alterations`, from the variants
of `catalogue`), and what happened to them (`care`). Every figure they are drawn from lies in
`tables/` and is read by `facts`.
"""

from __future__ import annotations

from chevet.synth.maker import make

__all__ = ["make"]

"""A consultation starts quickly because it loads little: what counts cohorts, fits and draws waits to be asked for."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("duckdb", "ibis", "matplotlib", "openpyxl", "pandas", "polars", "pyarrow", "scipy", "typst", "vl_convert")
_LOADED = f"import sys, chevet.cli.bedside.consult; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"


def test_the_command_loads_nothing_that_it_may_not_use() -> None:
    ran = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []

"""Real public data for tests, read in place; a test that needs an absent file skips and says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("CHEVET_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def shared(name: str) -> Path:
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"real data absent: {name} (set CHEVET_SHARED_DATA to the folder that holds it)")
    return path

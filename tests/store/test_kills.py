"""A process killed at any moment leaves the former version or the new one, whole, and a ledger intact.

The 200 random kills of `benchmarks/kill_imports.py` go on where these stop.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.kills import Act, check_whole, killed_at_step, prepared, random_kills, steps_of


@pytest.mark.parametrize("act", ["import", "remove"])
def test_a_kill_on_either_side_of_the_switch_leaves_the_old_or_the_new_whole(tmp_path: Path, act: Act) -> None:
    prepared(tmp_path / "count", act)
    steps = steps_of(tmp_path / "count", act)
    near_the_switch = range(steps - 10, steps + 1) if act == "import" else range(6, 20)
    left = []
    for step in near_the_switch:
        prepared(tmp_path / str(step), act)
        assert killed_at_step(tmp_path / str(step), act, step)
        left.append(check_whole(tmp_path / str(step), act))
    before, after = ("old", "new") if act == "import" else ("new", "none")
    assert set(left) == {before, after}
    assert left == sorted(left, key=lambda found: found == after)  # no way back once over it


def test_random_kills_leave_the_old_or_the_new_whole(tmp_path: Path) -> None:
    left = random_kills(tmp_path, 10, seed=11, tell=lambda done, found: None)
    assert left["old"] + left["new"] + left["none"] == 10

"""What a program may use at most is the site's to say."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from chevet.errors import BadInput
from chevet.room.ceiling import Ceiling
from chevet.room.refusals import NotPermitted
from chevet.room.running import try_job
from chevet.room.sandbox import Limits

GB = 1 << 30


def test_an_installation_that_says_nothing_bounds_programs_too(tmp_path: Path) -> None:
    ceiling = Ceiling.of(tmp_path)
    assert ceiling == Ceiling(14_400, 16, 256)
    assert ceiling.limits(None, None, None) == Limits()


def test_a_site_says_how_much_a_program_may_use(tmp_path: Path) -> None:
    (tmp_path / "room.toml").write_text("most_seconds = 60\nmost_memory_gb = 1.5\nmost_processes = 8\n")
    ceiling = Ceiling.of(tmp_path)
    usual = ceiling.limits(None, None, None)
    assert (usual.seconds, usual.cpu_seconds, usual.memory, usual.processes) == (60, 120, 3 * GB // 2, 8)
    with pytest.raises(NotPermitted) as refused:
        ceiling.limits(61, 2, 9)
    assert refused.value.message == (
        "more was asked for than a program may use here: 60 seconds (most_seconds); 1.5 GB of memory (most_memory_gb);"
        " 8 processes (most_processes) at most"
    )
    assert "room.toml" in refused.value.next_act


@pytest.mark.parametrize("memory_gb", [16.1, 512, 1e300, math.inf, math.nan])
def test_memory_above_the_ceiling_is_refused_however_much_it_is(tmp_path: Path, memory_gb: float) -> None:
    with pytest.raises(NotPermitted, match="16 GB of memory"):
        Ceiling.of(tmp_path).limits(None, memory_gb, None)


@pytest.mark.parametrize(
    "told", ["most_seconds = 0", "most_seconds = 1.5", "most_processes = true", "most_memory_gb = nan"]
)
def test_a_setting_that_is_no_such_number_is_bad_input_that_names_it(tmp_path: Path, told: str) -> None:
    (tmp_path / "room.toml").write_text(f"{told}\n")
    with pytest.raises(BadInput, match=told.split()[0]):
        Ceiling.of(tmp_path)


def test_a_try_on_made_up_data_is_bounded_too(tmp_path: Path) -> None:
    program = tmp_path / "main.py"
    program.write_text("print(1)\n")
    with pytest.raises(NotPermitted, match="256 processes"):
        try_job(tmp_path, program, (), tmp_path, tmp_path / "out", limits=Limits(processes=257))
    assert not (tmp_path / "out").exists()

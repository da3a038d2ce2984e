"""What `chevet synth` says at the door."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from chevet.cli.synth import command


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", "1,000 made-up patients in {out}\nNext: chevet study import {out} --as madeup\n"),
        ("fr", "1\u202f000 patients inventés dans {out}\nEnsuite : chevet study import {out} --as madeup\n"),
    ],
)
def test_synth_speaks_the_language_that_the_environment_asks_for(tmp_path: Path, lang: str, says: str) -> None:
    out = tmp_path / "cohort"
    done = CliRunner().invoke(command, ["--patients", "1000", "--out", str(out)], env={"CHEVET_LANG": lang})
    assert (done.exit_code, done.stdout) == (0, says.format(out=out))

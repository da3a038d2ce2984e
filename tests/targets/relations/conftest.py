"""A made-up study of six hundred patients, imported once for the tests that ask a cohort."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet import synth
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake


@pytest.fixture(scope="session")
def made_lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The lake that holds it as `made_up`."""
    folder: Path = tmp_path_factory.mktemp("relations")
    synth.make(600, 5, folder / "study")
    lake = Lake(folder / "home")
    import_study(lake, folder / "study", "made_up")
    return lake

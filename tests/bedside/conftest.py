from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chevet.bedside.page import PatientPage, assemble
from chevet.cohort.index import CohortIndex
from chevet.store.lake import Lake
from tests.bedside import small_study

DAY = datetime.date(2026, 3, 1)


def page_from(lake: Lake, patient: str = small_study.MAIN) -> PatientPage:
    version = lake.open("small")
    return assemble(version, CohortIndex.load(version.index_dir), patient, made_on=DAY)


@pytest.fixture(scope="session")
def small_lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return small_study.lake(tmp_path_factory.mktemp("lake"), small_study.study_rows())


@pytest.fixture(scope="session")
def page(small_lake: Lake) -> PatientPage:
    return page_from(small_lake)


@pytest.fixture
def page_of(tmp_path: Path) -> Callable[..., PatientPage]:
    """The page of the main patient after `change` was applied to the rows of the small study."""

    def make(change: Callable[[dict[str, list[dict[str, Any]]]], None], *, made_up: bool = False) -> PatientPage:
        rows = small_study.study_rows()
        change(rows)
        return page_from(small_study.lake(tmp_path, rows, made_up=made_up))

    return make

"""Bringing a study in: read it, keep it, build the index that answers."""

from __future__ import annotations

import re
from pathlib import Path

from chevet import records
from chevet.cohort.index import CohortIndex
from chevet.cohort.index_build import FORMAT
from chevet.errors import BadInput
from chevet.records import Progress, no_progress
from chevet.store.home import checked_name
from chevet.store.lake import Lake, Written

_READING = 0.6  # the share of the time that reading the source usually takes


def import_study(
    lake: Lake, path: Path, name: str | None = None, *, mapping: Path | None = None, progress: Progress = no_progress
) -> Written:
    """Read the study at `path` and make it the current version of `name`, all of it or nothing.

    name      the study's name in the lake; from the name of the file or folder unless given
    mapping   a mapping file, or the name of one that comes with Chevet: for tables in a format of their own
    """
    study = checked_name(name_from(path) if name is None else name)
    record = records.read(path, mapping=mapping, progress=lambda what, part: progress(what, _READING * part))
    return lake.write(
        study, record, derive=[CohortIndex.build], formats={"cohort index": FORMAT},
        progress=lambda what, part: progress(what, _READING + (1 - _READING) * part),
    )  # fmt: skip


def name_from(path: Path) -> str:
    """A study's name made from the name of its file or folder. Raises BadInput when none can be made.

    >>> name_from(Path("data/Breast Study (2026).tar.gz"))
    'breast_study_2026'
    """
    stem = path.resolve().name.split(".")[0].lower()
    name = re.sub(r"[^a-z0-9_-]+", "_", stem).strip("_-")[:64]
    if not name:
        raise BadInput(
            "no study name can be made from the name of this file or folder",
            next_act="Name the study yourself, for example: --as breast_2026",
        )
    return name

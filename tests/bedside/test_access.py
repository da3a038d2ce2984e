from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chevet.bedside.access import PAGE_WRITTEN, patient_name, record_page
from chevet.errors import Fault
from chevet.privacy.keys import Key
from chevet.store.lake import Lake
from tests.bedside import small_study

KEY = Key(b"k" * 32, "patient_names")


def _entered(home: Path) -> list[dict[str, object]]:
    return [dict(entry.facts) for entry in Lake(home).ledger.entries() if entry.act == PAGE_WRITTEN]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return small_study.lake(tmp_path, small_study.study_rows([small_study.person(i) for i in range(3)]))


def test_a_page_is_entered_without_the_patients_name(lake: Lake) -> None:
    record_page(lake, lake.open("small"), "P-000", lang="fr", forms=["html"])
    (entry,) = _entered(lake.home)
    assert (entry["study"], entry["version"], entry["lang"], entry["forms"]) == ("small", 1, "fr", ["html"])
    written = b"".join(p.read_bytes() for p in (lake.home / "ledger").iterdir() if p.is_file())
    assert PAGE_WRITTEN.encode() in written
    assert b"P-000" not in written


def test_two_pages_of_one_patient_bear_one_name_and_two_patients_two(lake: Lake) -> None:
    for patient in ("P-000", "P-000", "P-001"):
        record_page(lake, lake.open("small"), patient, lang="en", forms=["json"])
    names = [entry["patient"] for entry in _entered(lake.home)]
    assert names[0] == names[1] != names[2]


def test_another_installation_gives_another_name(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = small_study.lake(tmp_path_factory.mktemp("other"), small_study.study_rows([small_study.person(0)]))
    for one in (lake, other):
        record_page(one, one.open("small"), "P-000", lang="en", forms=["pdf"])
    assert _entered(lake.home)[0]["patient"] != _entered(other.home)[0]["patient"]


def test_only_the_owner_can_read_the_key(lake: Lake) -> None:
    record_page(lake, lake.open("small"), "P-000", lang="en", forms=["pdf"])
    key = lake.home / "keys" / "patient_names"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert [p.name for p in key.parent.iterdir()] == ["patient_names"]


def test_a_damaged_key_is_refused(lake: Lake) -> None:
    key = lake.home / "keys" / "patient_names"
    key.parent.mkdir(mode=0o700)
    key.touch(mode=0o600)
    key.write_bytes(b"short")
    with pytest.raises(Fault):
        record_page(lake, lake.open("small"), "P-000", lang="en", forms=["pdf"])
    assert _entered(lake.home) == []


def test_a_study_and_a_patient_do_not_run_together() -> None:
    assert patient_name(KEY, "a", "bc") != patient_name(KEY, "ab", "c")

"""Alterations go out beside a release by names that enough people carry, and decide what the whole may be called."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from chevet import synth
from chevet.errors import BadInput
from chevet.privacy.anonymity.draft import draft
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.release import Release, anonymise
from chevet.privacy.keys import Key
from chevet.records import read
from chevet.store.lake import Lake
from tests.privacy.anonymity.people import DAY, ORDER, people, policy, source

PROJECT = Key(bytes(range(32)), "breast")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("study")
    synth.make(300, 3, folder / "cohort")
    lake = Lake(folder / "home")
    lake.write("madeup", read(folder / "cohort"))
    return Source.of_study(lake.open("madeup"))


def made(study: Source, detail: str, *, joined: bool, more: str = "") -> Release:
    text = draft(study.table, source="madeup", study="madeup", manual="").replace("draft = true\n", "")
    text = text.replace("average_risk = 0.05", f"average_risk = 0.5\n{more}")
    if joined:
        text = text.replace("# pseudonym = true", "pseudonym = true")
    asked = Policy.parse(text + f'\n[genomic]\ndetail = "{detail}"\nat_least = 6\n')
    how: dict[str, Any] = {"project": "breast", "project_key": PROJECT} if joined else {}
    return anonymise(study, asked, made_on=DAY, order_key=ORDER, **how)


@pytest.mark.parametrize("detail", ["gene", "hotspot", "exact"])
@pytest.mark.parametrize("joined", [True, False])
def test_no_name_is_carried_by_fewer_people_than_the_policy_says(study: Source, detail: str, joined: bool) -> None:
    release = made(study, detail, joined=joined)
    assert release.alterations is not None
    carriers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in release.alterations.tables["alterations"].to_pylist():
        carriers[row["kind"], row["alteration"]].add(row["person"])
    assert carriers
    assert min(map(len, carriers.values())) >= 6
    assert len(release.alterations.tables["alterations_people"]) == 300


def test_a_list_that_singles_people_out_makes_the_whole_pseudonymised(study: Source) -> None:
    release = made(study, "exact", joined=True)
    told = release.report["alterations"]
    assert told["singled_out"] > 0.3
    assert (release.report["called"], told["holds"], told["joined"]) == ("pseudonymised", False, True)
    allowed = made(study, "exact", joined=True, more="singled_out_by_alterations = 1.0")
    assert allowed.report["called"] == "anonymised"


def test_people_are_joined_to_the_table_by_a_projects_pseudonym_and_by_nothing_else(study: Source) -> None:
    joined, apart = made(study, "gene", joined=True), made(study, "gene", joined=False)
    assert joined.alterations is not None
    assert apart.alterations is not None
    names = set(joined.table["patient_id"].to_pylist())
    assert set(joined.alterations.tables["alterations_people"]["person"].to_pylist()) == names
    assert "patient_id" not in apart.table.column_names
    numbers = apart.alterations.tables["alterations_people"]["person"].to_pylist()
    assert sorted(numbers, key=str) == sorted(map(str, range(1, 301)))
    ids = study.table["patient_id"].to_pylist()
    assert not {*names, *numbers} & set(ids)
    # The number is neither the place in the source nor the place in the released table.
    assert joined.report["alterations"]["singled_out"] >= apart.report["alterations"]["singled_out"]


def test_who_is_told_what_is_what_the_study_says(study: Source) -> None:
    release = made(study, "gene", joined=True)
    assert release.alterations is not None
    place = {name: int(row) for name, row in zip(release.table["patient_id"].to_pylist(), release.order, strict=True)}
    ids = study.table["patient_id"].to_pylist()
    assert study.opened is not None
    found = {(row["patient_id"], row["gene"]) for row in study.opened.table("variant").to_pylist()}
    told = release.alterations.tables["alterations"].to_pylist()
    variants = [row for row in told if row["kind"] == "variant" and row["gene"]]
    assert variants
    assert all((ids[place[row["person"]]], row["gene"]) in found for row in variants)


def test_a_table_of_no_study_has_no_alterations() -> None:
    asked = policy('[[model]]\nkind = "k-anonymity"\nk = 5\n[genomic]\ndetail = "gene"\n')
    with pytest.raises(BadInput, match="this table is of no study"):
        anonymise(source(people(60)), asked, made_on=DAY, order_key=ORDER)

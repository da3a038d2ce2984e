"""A room opens once every fact holds; what stands in it is the registered release, read-only."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chevet import synth
from chevet.cohort.studies import import_study
from chevet.errors import BadInput, Refused
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.register.registry import Registry
from chevet.privacy.keys import Keys
from chevet.room.airlock import Airlock
from chevet.room.dummy import write_dummies
from chevet.room.pacing import Pace
from chevet.room.permits import Permit
from chevet.room.running import run_job
from chevet.room.workspace import Workspaces
from chevet.store.lake import Lake
from chevet.store.ledger import sha256
from tests.room.made_extract import SMALL, needs_sandbox, write_program
from tests.room.made_room import EVERYTHING, Clock, Room, made_room

PATIENTS = 240
POLICY = """
[study]
name = "demo"

[[column]]
name = "patient_id"
role = "identifier"
pseudonym = true

[[column]]
name = "sex"
role = "quasi"
hierarchy = "sex"

[[column]]
name = "stage"
role = "quasi"
hierarchy = "stage"

[[column]]
name = "vital_status"
role = "sensitive"

[[model]]
kind = "k-anonymity"
k = 5

[suppression]
at_most = 0.5
"""
WITH_GENES = (
    POLICY
    + """
[thresholds]
singled_out_by_alterations = 1.0

[genomic]
detail = "gene"
"""
)
GENES = replace(EVERYTHING, answers=frozenset({"checked"}))
ROWS_ONLY = replace(EVERYTHING, answers=frozenset({"checked"}), genomic_detail="none")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a study and a project's key; beside it a release with alterations, and one like it without."""
    folder = tmp_path_factory.mktemp("made")
    lake = Lake(folder / "home", clock=Clock(), actor="steward")
    synth.make(PATIENTS, 5, folder / "study")
    import_study(lake, folder / "study", "demo")
    for project in ("early_lung", "other"):
        Keys.of(lake).make(project)
    version = lake.open("demo")
    whole = Source.of_study(version)
    narrow = whole.table.select(["patient_id", "sex", "stage", "vital_status"])
    source = replace(whole, table=narrow)
    like = ""
    for policy, out in ((WITH_GENES, "genes"), (POLICY, "release")):
        made = Registry(lake).release(
            source, Policy.parse(policy), folder / out, made_on=date(2026, 3, 1), project="early_lung", like=like
        )
        like = made.name
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it, of which each test may do what it likes."""
    shutil.copytree(made, tmp_path / "made")
    return tmp_path / "made"


@pytest.fixture
def with_genes(folder: Path) -> Path:
    return folder / "genes"


@pytest.fixture
def room(folder: Path) -> Room:
    return made_room(folder / "home")


@pytest.fixture
def rooms(room: Room) -> Workspaces:
    return Workspaces(Lake(room.home, clock=room.clock, actor="steward"), book=room.book)


def granted(room: Room, **terms: object) -> Permit:
    return room.granted(**({"opened": False, "conditions": ROWS_ONLY} | terms))  # type: ignore[arg-type]


def test_the_extract_is_the_release_read_only_with_its_policy_and_no_report(
    room: Room, rooms: Workspaces, folder: Path
) -> None:
    permit = granted(room)
    opened = rooms.open(permit.id, folder / "release")
    assert opened.extract == folder / "home" / "rooms" / "early_lung" / "extract"
    assert sorted(path.name for path in opened.extract.iterdir()) == ["policy.toml", "release.parquet"]
    assert {path.stat().st_mode & 0o777 for path in opened.extract.iterdir()} == {0o400}
    assert opened.extract.stat().st_mode & 0o777 == 0o500
    assert pq.read_table(opened.extract / "release.parquet").num_rows == PATIENTS
    assert room.permits.require(permit.id, "anna", "run").id == permit.id


def test_the_people_in_the_extract_bear_the_projects_names(room: Room, rooms: Workspaces, folder: Path) -> None:
    opened = rooms.open(granted(room).id, folder / "release")
    assert opened.extract is not None
    shown = pq.read_table(opened.extract / "release.parquet")["patient_id"].drop_null()
    source = Lake(room.home).open("demo").table("patient", ["patient_id"])["patient_id"]
    assert {len(name) for name in shown.to_pylist()} == {26}
    assert not set(shown.to_pylist()) & set(source.to_pylist())


def test_no_program_runs_before_the_room_was_opened(room: Room) -> None:
    with pytest.raises(Refused, match="the room was not opened under permit P-1"):
        room.permits.require(granted(room).id, "anna", "run")


def test_a_room_that_lacks_facts_stays_closed_and_all_of_them_are_told(room: Room, rooms: Workspaces) -> None:
    permit = room.permits.grant(
        project="early_lung", study="demo", purpose=["HMB"], purpose_in_words="why", people=["anna", "bruno"],
        conditions=ROWS_ONLY, until=room.clock.now.replace(year=2027), legal_basis="MR-004", reference="17",
        decided_by=["carole", "damien"],
    )  # fmt: skip
    room.confirmed(permit)
    room.permits.suspend(permit.id, "to be looked at")
    with pytest.raises(Refused) as refused:
        rooms.open(permit.id)
    for fact in (
        "is suspended", "the training of anna is not certified", "bruno has not signed the data agreement",
        "no release was named",
    ):  # fmt: skip
        assert fact in refused.value.message
    assert rooms.standing(permit.id) == "not_opened"


def test_only_a_steward_outside_the_permit_opens_a_room(room: Room, folder: Path) -> None:
    permit = granted(room)
    for actor in ("anna", "chloe"):
        rooms = Workspaces(Lake(room.home, clock=room.clock, actor=actor))
        with pytest.raises(Refused, match=f"{actor} is not a steward"):
            rooms.open(permit.id, folder / "release")


def test_a_room_opens_for_answers_alone_without_any_extract(room: Room, rooms: Workspaces) -> None:
    permit = granted(room, conditions=replace(ROWS_ONLY, extract=False, run=False))
    opened = rooms.open(permit.id)
    assert (opened.gives, opened.extract, opened.release) == ((), None, None)
    assert not (room.home / "rooms" / "early_lung").exists()
    assert rooms.standing(permit.id) == "open"


def test_a_room_freezes_with_its_permit_and_closes_with_it_though_nobody_keeps_that(
    room: Room, rooms: Workspaces, folder: Path
) -> None:
    permit = granted(room)
    rooms.open(permit.id, folder / "release")
    assert rooms.standing(permit.id) == "open"
    room.permits.suspend(permit.id, "why", actor="steward")
    assert rooms.standing(permit.id) == "frozen"
    room.permits.resume(permit.id, "why", actor="steward")
    assert rooms.standing(permit.id) == "open"
    room.clock.now = permit.granted_until
    assert rooms.standing(permit.id) == "closed"
    with pytest.raises(Refused, match="ended on"):
        rooms.open(permit.id, folder / "release")


def other_study(room: Room) -> Permit:
    room.permits.set_use("elsewhere", ["HMB"])
    shutil.copytree(room.home / "studies" / "demo", room.home / "studies" / "elsewhere")
    return granted(room, study="elsewhere")


WRONG: dict[str, tuple[Callable[[Room], Permit], str]] = {
    "of another study": (other_study, "is a release of demo, and the permit is for elsewhere"),
    "of another project": (lambda room: granted(room, project="other"), "was not made for project other"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_release_that_is_not_this_permits_is_refused(room: Room, rooms: Workspaces, folder: Path, wrong: str) -> None:
    grant, fact = WRONG[wrong]
    with pytest.raises(Refused, match=fact):
        rooms.open(grant(room).id, folder / "release")


def test_a_release_whose_files_were_exchanged_is_refused(room: Room, rooms: Workspaces, folder: Path) -> None:
    permit = granted(room)
    policy = folder / "release" / "policy.toml"
    policy.write_text(policy.read_text() + "\n# later\n")
    with pytest.raises(Refused, match="files of release are not as they were written"):
        rooms.open(permit.id, folder / "release")


def test_a_table_put_in_the_place_of_the_released_one_is_refused_even_with_a_fitting_report(
    room: Room, rooms: Workspaces, folder: Path
) -> None:
    permit, path = granted(room), folder / "release" / "release.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(1, "sex", pa.array(["female"] * table.num_rows)), path)
    with pytest.raises(Refused, match="files of release are not as they were written"):
        rooms.open(permit.id, folder / "release")
    assert not (room.home / "rooms" / "early_lung" / "extract").exists()


def test_alterations_put_in_the_place_of_the_released_ones_are_refused_even_with_a_fitting_report(
    room: Room, rooms: Workspaces, with_genes: Path
) -> None:
    path, report = with_genes / "alterations.parquet", with_genes / "report.json"
    before = sha256(path.read_bytes())
    pq.write_table(pq.read_table(path).slice(1), path)
    report.write_text(report.read_text().replace(before, sha256(path.read_bytes())))
    with pytest.raises(Refused, match="files of genes are not as they were written"):
        rooms.open(granted(room, conditions=GENES).id, with_genes)


@needs_sandbox
def test_a_room_with_alterations_opens_its_dummy_is_made_and_a_program_sees_them(
    room: Room, rooms: Workspaces, with_genes: Path, tmp_path: Path
) -> None:
    permit = granted(room, conditions=GENES)
    opened = rooms.open(permit.id, with_genes)
    assert opened.extract is not None
    there = {"alterations.parquet", "alterations_people.parquet", "alterations_tested.parquet", "release.parquet"}
    assert {path.name for path in opened.extract.glob("*.parquet")} == there
    assert {path.name for path in write_dummies(opened.extract, tmp_path / "dummy", rows=20)} == there
    program = write_program(
        tmp_path / "program",
        "import pyarrow.parquet as pq\n"
        "people = pq.read_table('/data/alterations_people.parquet')['person'].to_pylist()\n"
        "rows = pq.read_table('/data/release.parquet')['patient_id'].drop_null().to_pylist()\n"
        "print(pq.read_table('/data/alterations.parquet').num_rows > 0, set(people) == set(rows))\n",
    )
    airlock = Airlock(Lake(room.home, clock=room.clock, actor="anna"), room.book)
    case, _ = run_job(
        airlock, permit, "anna", program, (), opened.extract, limits=SMALL, pace=Pace(sleep=lambda _: None)
    )
    (printed,) = airlock.job(case).outputs()
    assert printed.content.decode().strip() == "True True"


def test_a_release_that_this_house_did_not_make_is_refused(room: Room, rooms: Workspaces, folder: Path) -> None:
    report = folder / "release" / "report.json"
    report.write_text(report.read_text().replace('"id": "', '"id": "0'))
    with pytest.raises(Refused, match="is no release that this house made"):
        rooms.open(granted(room).id, folder / "release")


def test_a_folder_that_is_no_release_is_bad_input(room: Room, rooms: Workspaces, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a release folder"):
        rooms.open(granted(room).id, tmp_path)


def test_a_room_opened_again_holds_the_extract_once_and_the_former_permits_door_closes(
    room: Room, rooms: Workspaces, folder: Path
) -> None:
    first, second = granted(room), granted(room)
    rooms.open(first.id, folder / "release")
    rooms.open(second.id, folder / "release")
    assert [path.name for path in (room.home / "rooms" / "early_lung").iterdir()] == ["extract"]
    room.permits.require(second.id, "anna", "run")
    with pytest.raises(Refused, match="the room was not opened under permit P-1"):
        room.permits.require(first.id, "anna", "run")


def test_one_room_never_holds_what_permits_for_two_studies_give(room: Room, rooms: Workspaces, folder: Path) -> None:
    rooms.open(granted(room).id, folder / "release")
    with pytest.raises(Refused, match="the room of early_lung holds what permit P-1 gives, of another study"):
        rooms.open(other_study(room).id, folder / "release")

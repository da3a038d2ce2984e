"""Releases: everything is asked once more at the hand-over."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chevet.errors import BadInput, Fault, Refused
from chevet.room import releases
from chevet.room.airlock import Airlock, Case
from chevet.room.releases import HandedOver, approve, copy_for_a_checker, hand_over, verdicts
from chevet.room.state import Permit
from chevet.store.ledger import sha256
from tests.attacks.test_outputs import WHITE, png
from tests.room.made_extract import extract_table, write_extract
from tests.room.made_job import GOOD, airlock_of, approved, made_job
from tests.room.made_room import END, Room, made_room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = made_room(tmp_path / "home")
    write_extract(room.home / "rooms" / "early_lung" / "extract")
    return room


@pytest.fixture
def permit(room: Room) -> Permit:
    return room.granted()


def handed(room: Room, case: Case, out: Path, who: str = "anna") -> HandedOver:
    return hand_over(airlock_of(room, who), case, room.home / "rooms" / case.facts["project"] / "extract", out)


def test_what_two_approved_is_handed_over_without_the_programs_marks(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    case = approved(room, made_job(room, permit, {"tables/t.csv": GOOD}))
    result = handed(room, case, tmp_path / "out")
    (path,) = result.files
    assert (path.relative_to(tmp_path / "out").as_posix(), path.read_text()) == ("tables/t.csv", GOOD)
    assert (path.stat().st_mtime, path.stat().st_mode & 0o777) == (0, 0o600)
    entry = list(room.ledger.entries())[-1]
    assert (entry.act, entry.actor, entry.facts["outputs"]) == ("output_released", "anna", [sha256(GOOD.encode())])


def test_before_two_approvals_nothing_is_handed_over(room: Room, permit: Permit, tmp_path: Path) -> None:
    case = made_job(room, permit, {"t.csv": GOOD})
    with pytest.raises(Refused, match="two checkers must approve, and 0 have spoken"):
        handed(room, case, tmp_path / "out")
    case = approved(room, case, "chloe")
    with pytest.raises(Refused, match="and 1 have spoken"):
        handed(room, case, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("end", "why"), [
    (lambda room, permit: room.permits.revoke(permit.id, "misuse", actor="steward"), "was revoked"),
    (lambda room, permit: room.permits.suspend(permit.id, "a question", actor="steward"), "is suspended"),
    (lambda room, permit: setattr(room.clock, "now", END), "permit P-1 ended"),
    (lambda room, permit: room.people.take("anna", "researcher", "left", actor="steward"), "not accredited"),
    (lambda room, permit: room.people.take("chloe", "checker", "left", actor="steward"), "chloe is no checker"),
    (lambda room, permit: room.people.affiliate("charles", "institut_x", actor="steward"), "the same organisation"),
], ids=["revoked", "suspended", "ended", "not accredited", "no checker any more", "a checker who moved"])  # fmt: skip
def test_what_changed_since_the_approval_keeps_it_inside(
    room: Room, permit: Permit, tmp_path: Path, end: object, why: str
) -> None:
    case = approved(room, made_job(room, permit, {"t.csv": GOOD}))
    end(room, permit)  # type: ignore[operator]
    with pytest.raises(Refused, match=why):
        handed(room, case, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("end", "why"), [
    (lambda room: room.permits.revoke("P-1", "misuse", actor="second-steward"), "was revoked"),
    (lambda room: room.people.take("chloe", "checker", "left", actor="steward"), "chloe is no checker"),
], ids=["revoked", "no checker any more"])  # fmt: skip
@pytest.mark.parametrize("when", ["while the checks run", "while it is entered"])
def test_what_ends_during_the_hand_over_keeps_it_inside(
    room: Room, permit: Permit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str,
    end: Callable[[Room], object], why: str,
) -> None:  # fmt: skip
    case = approved(room, made_job(room, permit, {"t.csv": GOOD}))
    owner, name = (releases, "verdicts") if when == "while the checks run" else (Airlock, "enter_release")
    real = getattr(owner, name)

    def slow(*asked: Any) -> Any:
        if when == "while it is entered":
            end(room)
            return real(*asked)
        found = real(*asked)
        end(room)
        return found

    monkeypatch.setattr(owner, name, slow)
    with pytest.raises(Refused, match=why):
        handed(room, case, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_outputs_are_judged_beside_the_extract_that_their_program_saw(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    """Beside another extract, rows that were copied are no rows any more."""
    extract = room.home / "rooms" / "early_lung" / "extract"
    columns = ["sex", "age_at_diagnosis_years", "stage", "vital_status", "overall_survival_months", "chemotherapy"]
    table = extract_table().select(columns).slice(0, 60).to_pylist()
    rows = "\n".join([",".join(columns), *(",".join(str(row[name]) for name in columns) for row in table)])
    case = made_job(room, permit, {"rows.csv": rows})
    checker = airlock_of(room, "chloe")
    assert [one.verdict for one in verdicts(checker, checker.job(case), extract)] == ["refuse"]
    case = approved(room, case)
    write_extract(extract, extract_table(seed=99))
    with pytest.raises(Refused, match="another extract than the one that job early_lung/1 ran on"):
        verdicts(checker, checker.job(case), extract)
    with pytest.raises(Refused, match="another extract") as refused:
        handed(room, case, tmp_path / "out")
    assert "runs the program again" in refused.value.next_act


def test_a_checkers_copy_has_every_file_whatever_the_program_called_them(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    names = ["console/stdout.txt", "Console/Stdout.txt", "con/a.csv", "con", "../climbs.csv", "output-5"]
    case = made_job(room, permit, {name: f"{n}\n" for n, name in enumerate(names)})
    approved(room, case)
    checker = airlock_of(room, "chloe")
    copy_for_a_checker(checker, checker.case(case.id), tmp_path / "look")
    copied = {
        str(p.relative_to(tmp_path / "look")): p.read_text() for p in (tmp_path / "look").rglob("*") if p.is_file()
    }
    assert copied == {
        "console/stdout.txt": "0\n", "output-2": "1\n", "con/a.csv": "2\n", "output-4": "3\n", "output-5": "4\n",
        "output-6": "5\n",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["console/stdout.txt", "Console/a.csv", "console"])
def test_a_file_that_poses_as_what_a_program_printed_does_not_leave(room: Room, permit: Permit, name: str) -> None:
    checker = airlock_of(room, "chloe")
    case = made_job(room, permit, {name: GOOD})
    (judged,) = verdicts(checker, checker.job(case), room.home / "rooms" / "early_lung" / "extract")
    assert "name" in {reason.code for reason in judged.reasons}


def test_what_the_checks_refuse_stays_inside_although_two_approved(room: Room, permit: Permit, tmp_path: Path) -> None:
    case = approved(room, made_job(room, permit, {"bad.csv": "stage,n\nI-II,3\nIII-IV,90\n", "t.csv": GOOD}))
    result = handed(room, case, tmp_path / "out")
    assert ([p.name for p in result.files], result.stayed) == (["t.csv"], "1-10")
    assert list(room.ledger.entries())[-1].facts["outputs"] == [sha256(GOOD.encode())]


def test_of_two_approved_tables_that_tell_a_patient_apart_the_second_stays_inside(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    first = approved(room, made_job(room, permit, {"t.csv": GOOD}))
    second = approved(room, made_job(room, permit, {"t.csv": "sex,n\nfemale,117\nmale,122\n"}))
    handed(room, first, tmp_path / "first")
    with pytest.raises(Refused, match="no output of job early_lung/2 may leave"):
        handed(room, second, tmp_path / "second")


def test_another_project_of_the_same_study_is_compared_too(room: Room, permit: Permit, tmp_path: Path) -> None:
    handed(room, approved(room, made_job(room, permit, {"t.csv": GOOD})), tmp_path / "first")
    other = room.granted(("zoe",), project="late_lung")
    write_extract(room.home / "rooms" / "late_lung" / "extract")
    case = approved(room, made_job(room, other, {"t.csv": "sex,n\nfemale,118\nmale,121\n"}, "zoe"))
    with pytest.raises(Refused, match="no output of job late_lung/1 may leave"):
        handed(room, case, tmp_path / "second", "zoe")


def test_the_same_table_again_is_no_difference(room: Room, permit: Permit, tmp_path: Path) -> None:
    for n in (1, 2):
        case = approved(room, made_job(room, permit, {"t.csv": GOOD}))
        assert len(handed(room, case, tmp_path / str(n)).files) == 1


def test_it_can_be_taken_again_while_the_permit_lasts(room: Room, permit: Permit, tmp_path: Path) -> None:
    case = approved(room, made_job(room, permit, {"t.csv": GOOD}))
    case = handed(room, case, tmp_path / "first").case
    assert handed(room, case, tmp_path / "second").case.state == "released"
    room.permits.revoke(permit.id, "misuse", actor="steward")
    with pytest.raises(Refused, match="was revoked"):
        handed(room, airlock_of(room, "anna").case(case.id), tmp_path / "third")


def test_nobody_else_takes_it(room: Room, permit: Permit, tmp_path: Path) -> None:
    case = approved(room, made_job(room, permit, {"t.csv": GOOD}))
    with pytest.raises(Refused, match="cannot be done now"):
        handed(room, case, tmp_path / "out", "bruno")
    assert not (tmp_path / "out").exists()


def test_bytes_exchanged_after_the_approval_are_not_handed_over(room: Room, permit: Permit, tmp_path: Path) -> None:
    case = approved(room, made_job(room, permit, {"t.csv": GOOD}))
    (room.home / "rooms" / "early_lung" / "jobs" / "1" / "outputs" / "0001").write_text("a,n\nb,99\n")
    with pytest.raises(Fault, match="not what the program wrote"):
        handed(room, case, tmp_path / "out")


def test_a_folder_with_something_in_it_is_left_alone(room: Room, permit: Permit, tmp_path: Path) -> None:
    case = approved(room, made_job(room, permit, {"t.csv": GOOD}))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    with pytest.raises(BadInput, match="not empty"):
        handed(room, case, tmp_path / "out")


def test_a_checkers_copy_is_entered_before_it_is_made(room: Room, permit: Permit, tmp_path: Path) -> None:
    case = made_job(room, permit, {"t.csv": GOOD, "../../climbs.csv": GOOD})
    copy_for_a_checker(airlock_of(room, "chloe"), case, tmp_path / "look")
    assert sorted(p.name for p in (tmp_path / "look").iterdir()) == ["output-2", "t.csv"]
    entry = list(room.ledger.entries())[-1]
    assert (entry.act, entry.actor) == ("output_looked_at", "chloe")
    with pytest.raises(Refused):
        copy_for_a_checker(airlock_of(room, "bruno"), case, tmp_path / "other")


MERGED = "group,n\neither,239\nother,60\n"
FINE = "group,n\na,118\nb,122\nc,60\n"


def data_of(room: Room) -> Path:
    return room.home / "rooms" / "early_lung" / "extract"


def flags_of(room: Room, case: Case) -> list[str]:
    """The flags of a case, as a checker reads them."""
    airlock = airlock_of(room, "chloe")
    return sorted(flag for one in verdicts(airlock, airlock.job(case), data_of(room)) for flag in one.flags)


def submitted(room: Room, permit: Permit, files: dict[str, str | bytes]) -> Case:
    return airlock_of(room, "anna").submit(made_job(room, permit, files), "patients by group")


def opinion(room: Room, case: Case, who: str, *accepted: str) -> Case:
    airlock = airlock_of(room, who)
    return approve(airlock, airlock.case(case.id), data_of(room), reason="looked", accepted=accepted)


def test_a_flag_is_accepted_by_name_by_both_checkers_and_then_its_file_leaves(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    case = submitted(room, permit, {"a.csv": FINE, "b.csv": MERGED})
    (flag,) = flags_of(room, case)
    for who in ("chloe", "charles"):
        with pytest.raises(Refused, match=f"not accepted by name: {flag}"):
            opinion(room, case, who)
        opinion(room, case, who, flag)
    case = airlock_of(room, "anna").case(case.id)
    assert ([o.accepted for o in case.opinions], case.accepted) == ([(flag,), (flag,)], {flag})
    assert [p.name for p in handed(room, case, tmp_path / "out").files] == ["a.csv", "b.csv"]


def test_a_name_that_is_no_flags_is_not_accepted(room: Room, permit: Permit) -> None:
    case = submitted(room, permit, {"a.csv": FINE})
    with pytest.raises(BadInput, match="has no flag merged-000000"):
        opinion(room, case, "chloe", "merged-000000")


def test_what_only_one_checker_accepted_stays_inside(room: Room, permit: Permit, tmp_path: Path) -> None:
    case = submitted(room, permit, {"a.csv": FINE, "b.csv": MERGED})
    (flag,) = flags_of(room, case)
    opinion(room, case, "chloe", flag)
    charles = airlock_of(room, "charles")
    case = charles.give_opinion(charles.case(case.id), approves=True, reason="past the question")
    result = handed(room, airlock_of(room, "anna").case(case.id), tmp_path / "out")
    assert ([p.name for p in result.files], result.stayed) == (["a.csv"], "1-10")


def test_a_flag_that_is_raised_after_the_approvals_keeps_its_file_inside(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    second = approved(room, made_job(room, permit, {"b.csv": MERGED}))
    handed(room, approved(room, made_job(room, permit, {"a.csv": FINE})), tmp_path / "first")
    with pytest.raises(Refused, match="perhaps raised since they looked"):
        handed(room, second, tmp_path / "second")


def test_a_flags_name_says_nothing_of_files(room: Room, permit: Permit) -> None:
    """The same two files in two jobs: the ledger, which keeps the names of flags, does not show that they are alike."""
    files: dict[str, str | bytes] = {"a.csv": FINE, "b.csv": MERGED}
    first, second = (verdicts_with(room, submitted(room, permit, files), key * 64) for key in "56")
    assert (len(first), len(second), first & second) == (1, 1, set())


def verdicts_with(room: Room, case: Case, key: str) -> set[str]:
    airlock = airlock_of(room, "chloe")
    job = replace(airlock.job(case), key=key)
    return {flag for one in verdicts(airlock, job, data_of(room)) for flag in one.flags}


def test_a_picture_leaves_as_it_was_drawn_anew_and_the_ledger_tells_both(
    room: Room, permit: Permit, tmp_path: Path
) -> None:
    written = png(WHITE - (WHITE.cumsum(axis=0) % 2))
    case = approved(room, made_job(room, permit, {"p.png": written}))
    copy_for_a_checker(airlock_of(room, "chloe"), case, tmp_path / "look")
    (path,) = handed(room, case, tmp_path / "out").files
    assert path.read_bytes() == (tmp_path / "look" / "p.png").read_bytes() != written
    facts = list(room.ledger.entries())[-1].facts
    assert facts["outputs"] == [sha256(path.read_bytes())]
    key = bytes.fromhex(airlock_of(room, "chloe").job(case).key)
    assert facts["originals"] == [hmac.new(key, sha256(written).encode(), "sha256").hexdigest()]

"""The trial files that MatchMiner tests itself with: all are read, and the answers are those that a person gives."""

from __future__ import annotations

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case, Clinical, Diagnosis, Tested
from chevet.therapy.trials.matching import TrialMatch, match_trials
from tests.shared_data import shared

FOLDER = "standards/ctml/matchengine/tests/data"
DELETION = Finding(Alteration("variant", gene="EGFR", protein_change="p.E746_A750del", consequence="In_Frame_Del"))
V600E = Finding(Alteration("variant", gene="BRAF", protein_change="p.V600E"))


def matches(folder: str, *findings: Finding, age: float = 60) -> list[TrialMatch]:
    tested = Tested(genes=frozenset(("BRAF", "EGFR", "NRAS", "ARID1A")), fusions=True, copy_number=True)
    case = Case("made-up", Diagnosis("LUAD"), Clinical(age_years=age), tested=tested)
    return list(match_trials(case, findings, shared(f"{FOLDER}/{folder}")))


def test_every_file_is_read() -> None:
    found = [one for folder in ("integration_trials", "trials", "yaml") for one in matches(folder, DELETION)]
    assert len(found) >= 30
    assert [one.trial for one in found if one.problem] == []


def test_the_json_and_the_yaml_of_one_trial_give_one_answer() -> None:
    answers = {
        (one.trial, one.place.arm, one.holds)
        for folder in ("trials", "yaml")
        for one in matches(folder, V600E)
        if one.place is not None and one.trial == "11-111"
    }
    assert answers == {("11-111", "EXP 3", True)}


def test_an_age_below_eighteen_turns_the_two_trials_of_age_round() -> None:
    grown, young = (
        {
            one.place.file: one.holds
            for one in matches("integration_trials", age=age)
            if one.place and "18" in one.place.file
        }
        for age in (40, 10)
    )
    assert grown == {"older_than_18.json": True, "younger_than_18.json": False}
    assert young == {"older_than_18.json": False, "younger_than_18.json": True}


def test_a_closed_trial_is_never_for_the_board() -> None:
    found = [one for one in matches("integration_trials", DELETION) if one.is_open is False]
    assert len(found) >= 5
    assert [one.trial for one in found if one.is_for_the_board] == []

"""What a first draft guesses, and that a policy can be read from it once a person has taken the mark away."""

from __future__ import annotations

import pyarrow as pa

from chevet.privacy.anonymity.draft import Guess, draft, guesses
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.hierarchies.registry import built_in

PEOPLE = 40
TABLE = pa.table(
    {
        "patient_id": [f"P-{n}" for n in range(PEOPLE)],
        "birth_year": [1950 + n % 20 for n in range(PEOPLE)],
        "age_at_diagnosis_years": [60 + n % 10 for n in range(PEOPLE)],
        "diagnosis_year": [2010 + n % 5 for n in range(PEOPLE)],
        "vital_status": ["DECEASED", "ALIVE"] * (PEOPLE // 2),
        "chemotherapy": [True, False, None, True] * (PEOPLE // 4),
        "overall_survival_months": [3 * (n % 30) for n in range(PEOPLE)],
        "relapse_days": [40 * (n % 30) for n in range(PEOPLE)],
    }
)


def guessed(table: pa.Table) -> dict[str, Guess]:
    return {guess.name: guess for guess in guesses(table)}


def test_a_time_since_diagnosis_is_a_date_and_never_told_finer_than_a_year() -> None:
    found = guessed(TABLE)
    for name, label in (("overall_survival_months", "12 to <24"), ("relapse_days", "12 to 23 mo")):
        guess = found[name]
        assert guess.role == "quasi"
        policy = Policy.parse(draft(TABLE.select([name]), source="made up", study="made up", manual="the manual"))
        column = policy.quasi[0]
        assert column.lowest == guess.lowest > 0
        levels = hierarchy(name, guess.hierarchy)
        assert label in levels[guess.lowest]


def hierarchy(name: str, kind: str) -> tuple[tuple[str, ...], ...]:
    return built_in(kind, [str(value) for value in TABLE[name].to_pylist()]).labels


def test_who_has_died_is_known_to_others_and_what_was_given_is_not() -> None:
    found = guessed(TABLE)
    assert (found["vital_status"].role, found["chemotherapy"].role) == ("quasi", "sensitive")


def test_a_year_of_birth_that_follows_from_age_and_diagnosis_is_left_out() -> None:
    assert guessed(TABLE)["birth_year"].role == "identifier"
    assert guessed(TABLE.drop_columns(["diagnosis_year"]))["birth_year"].role == "quasi"
    assert guessed(TABLE.drop_columns(["patient_id"]))["birth_year"].role == "quasi"


def test_a_draft_asks_what_is_asked_of_a_release_to_anybody() -> None:
    policy = Policy.parse(draft(TABLE, source="made up", study="made up", manual="the manual"))
    assert policy.draft
    assert [(model.kind, model.figures["k"]) for model in policy.models] == [("k-anonymity", 12)]
    assert policy.thresholds == {"highest_risk": 0.09, "average_risk": 0.05, "unique_in_sample": 0.0}


def test_only_the_column_that_names_people_is_offered_a_pseudonym() -> None:
    text = draft(TABLE, source="made up", study="made up", manual="the manual")
    assert text.count("# pseudonym = true") == 1


def test_the_comments_of_a_draft_which_go_out_with_the_policy_do_not_count_few_people() -> None:
    people = 400
    given = {"patient_id": [f"P-{n}" for n in range(people)], "surgery": ["yes", "unknown"] * (people // 2)}
    one = given | {"surgery": ["no", *given["surgery"][1:]]}
    assert guessed(pa.table(one))["surgery"].alone == 1 / people
    drafts = [draft(pa.table(of), source="made up", study="made up", manual="the manual") for of in (given, one)]
    assert drafts[0] == drafts[1]

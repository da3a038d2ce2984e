"""Could a question have included somebody like this? Never a no where one person could be both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chevet.cohort.definition import parse
from chevet.cohort.nodes import Definition
from chevet.room.likeness import could_include
from tests.cohort.naive import answers
from tests.strategies import Rows, definitions, rows

ONE_PER_PATIENT: dict[str, tuple[str, ...]] = {
    "diagnosis": ("patient_id",), "sample": ("patient_id",), "measurement": ("patient_id", "measurement"),
}  # fmt: skip


def of_one_tumour(found: Rows) -> dict[str, Sequence[Mapping[str, Any]]]:
    """The same study with one tumour, one sample and one value of each measurement per patient."""
    kept: dict[str, Sequence[Mapping[str, Any]]] = dict(found)
    for table, key in ONE_PER_PATIENT.items():
        first: dict[tuple[Any, ...], Mapping[str, Any]] = {}
        for row in found[table]:
            first.setdefault(tuple(row[name] for name in key), row)
        kept[table] = list(first.values())
    return kept


@pytest.mark.parametrize(
    ("question", "person", "answer"),
    [
        ("all", "sex = female", True),
        ("sex = male", "sex = female", False),
        ("sex != female", "sex = female", False),
        ("not sex = male", "sex = female", True),
        ("sex in (male, other)", "sex = female", False),
        ("diagnosis under LUNG", "diagnosis under BREAST", False),
        ("diagnosis under LUNG", "diagnosis is LUAD", True),
        ("diagnosis is LUAD", "diagnosis under LUNG", True),
        ("diagnosis is LUSC", "diagnosis is LUAD", False),
        ("not diagnosis under LUNG", "diagnosis is LUAD", False),
        ("diagnosis under BREAST", "diagnosis under LUNG and diagnosis under BREAST", True),
        ("diagnosis under BREAST or mutated(EGFR)", "diagnosis under LUNG", True),
        ("age_at_diagnosis_years >= 65", "age_at_diagnosis_years < 65", False),
        ("age_at_diagnosis_years >= 65", "age_at_diagnosis_years <= 65", True),
        ("age_at_diagnosis_years > 60 and age_at_diagnosis_years < 70", "age_at_diagnosis_years = 64.5", True),
        ("not mutated(EGFR)", 'mutated(EGFR, "L858R")', False),
        ("not altered(EGFR)", "amplified(EGFR)", False),
        ("not fused(ALK)", "fused(EML4, ALK)", False),
        ("mutated(KRAS)", "not altered(KRAS)", False),
        ("mutated(KRAS)", "diagnosis is LUAD", True),
        ("not treated(class targeted_therapy)", "treated(osimertinib)", False),
        ("not known(stage)", "stage = IV", False),
        ("stage = III", "stage in (III, IV)", True),
    ],
)
def test_two_definitions_are_compared_as_sentences(question: str, person: str, answer: bool) -> None:
    assert could_include(parse(question), parse(person)) is answer


@pytest.mark.parametrize(
    "tangled",
    [
        " and ".join(f"(mutated(EGFR) or age_at_diagnosis_years = {n})" for n in range(30)),
        " or ".join(f"(mutated(EGFR) and age_at_diagnosis_years = {n})" for n in range(60)),
        " and ".join(["sex = female"] * 1_000),
        "not (" * 90 + "sex = female" + ")" * 90,
    ],
)
def test_a_question_too_tangled_to_take_apart_counts_as_one_that_could_have(tangled: str) -> None:
    assert could_include(parse(f"({tangled}) and sex in (male, female)"), parse("sex = female"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(rows(), st.lists(definitions(4), min_size=2, max_size=6))
def test_whoever_both_sentences_are_true_of_is_never_left_out(found: Rows, said: list[Definition]) -> None:
    study = of_one_tumour(found)
    told = {definition: answers(definition, study) for definition in said}
    for person in said:
        for question in said:
            both = [a is True and b is True for a, b in zip(told[person], told[question], strict=True)]
            assert could_include(question, person) or not any(both), (str(question), str(person))

"""The answers of METABRIC: figures that are known, nothing small shown, both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chevet.cohort import cohort as cohorts
from chevet.cohort.answer import Answer
from chevet.cohort.cohort import Cohort
from chevet.cohort.compare import compare
from chevet.cohort.cooccurrence import cooccurrence
from chevet.cohort.count import count
from chevet.cohort.describe import describe
from chevet.cohort.genes import gene_frequencies
from chevet.cohort.oncoprint import oncoprint
from chevet.cohort.studies import import_study
from chevet.cohort.survival import survival
from chevet.errors import BadInput, CannotConclude, Refused
from chevet.store.lake import Lake
from tests.shared_data import shared

ANSWERS: dict[str, Callable[[Cohort], Answer]] = {
    "count": count,
    "describe": describe,
    "genes": lambda c: gene_frequencies(c, top=15),
    "survival": survival,
    "survival_by_stage": lambda c: survival(c, by="stage"),
    "survival_by_gene": lambda c: survival(c, by="TP53"),
    "cooccurrence": lambda c: cooccurrence(c, top=8),
    "oncoprint": lambda c: oncoprint(c, top=6),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    source = shared("cohorts/metabric")
    made = Lake(tmp_path_factory.mktemp("lake"))
    import_study(made, source, "metabric")
    return made


def _numbers(value: object) -> list[object]:
    if isinstance(value, dict):
        return [x for k, v in value.items() if k in _COUNTS or isinstance(v, dict | list) for x in _numbers(v)]
    return [x for v in value for x in _numbers(v)] if isinstance(value, list) else [value]


_COUNTS = frozenset(
    ("patients", "events", "altered", "tested", "both", "only_a", "only_b", "neither", "not_said", "not_in_cohort",
     "altered_first", "altered_second", "no_time", "never_observed", "no_group", "overlap_left_out")
)  # fmt: skip


@pytest.mark.parametrize("definition", ["all", "mutated(GATA3)", "stage = IV", "mutated(KRAS) or stage = 0"])
@pytest.mark.parametrize("name", ANSWERS)
def test_no_answer_shows_a_count_of_one_to_four(lake: Lake, name: str, definition: str) -> None:
    try:
        answer = ANSWERS[name](cohorts.open(lake, "metabric", definition))
    except CannotConclude:
        assert (name, definition) == ("cooccurrence", "stage = IV")
        return
    text = json.dumps(answer.as_json(), allow_nan=False)
    for number in _numbers(json.loads(text)):
        assert number not in (1, 2, 3, 4)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_a_table_notes_and_a_picture_in_both_languages(lake: Lake, name: str, lang: str) -> None:
    answer = ANSWERS[name](cohorts.open(lake, "metabric"))
    spoken = "fr" if lang == "fr" else "en"
    headings, rows = answer.rows(spoken)
    assert rows
    assert {len(row) for row in rows} == {len(headings)}
    assert all(answer.notes(spoken)) or name == "count"
    assert answer.picture(spoken)["description"]


def test_median_overall_survival_of_metabric_is_155_7_months(lake: Lake) -> None:
    said = survival(cohorts.open(lake, "metabric")).as_json()
    assert said["unit"] == "months"
    assert not said["delayed_entry"]
    assert said["left_out"]["no_time"] == 529
    assert said["groups"][0]["median"] == pytest.approx(155.7, abs=0.05)
    assert said["groups"][0]["patients"] == 1980


def test_a_cohort_and_its_opposite_share_nobody(lake: Lake) -> None:
    first, second = (cohorts.open(lake, "metabric", text) for text in ("mutated(TP53)", "not mutated(TP53)"))
    found = compare(first, second)
    assert found.overlap == 0
    assert (found.patients_first, found.patients_second) == (861, 1648)
    made = next(g for g in found.genes if g.gene == "TP53")
    assert (made.by_definition, made.q, made.log2_odds_ratio) == (True, None, pytest.approx(made.log2_odds_ratio))
    assert not found.genes[0].by_definition, "what was made by definition comes after what was found"
    json.dumps(found.as_json(), allow_nan=False)


def test_patients_of_both_cohorts_are_left_out_and_counted(lake: Lake) -> None:
    first, second = (cohorts.open(lake, "metabric", text) for text in ("mutated(TP53)", "mutated(PIK3CA)"))
    found = compare(first, second)
    assert (found.patients_first, found.patients_second, found.overlap) == (607, 721, 254)


def test_a_small_cohort_is_refused_and_an_empty_one_concludes_nothing(lake: Lake) -> None:
    with pytest.raises(CannotConclude):
        describe(cohorts.open(lake, "metabric", "age_at_diagnosis_years > 150"))
    with pytest.raises(Refused):
        oncoprint(cohorts.open(lake, "metabric", "age_at_diagnosis_years > 95"))
    assert count(cohorts.open(lake, "metabric", "age_at_diagnosis_years > 95")).as_json()["patients"] is None


def test_an_unknown_gene_and_an_unknown_group_are_said(lake: Lake) -> None:
    everybody = cohorts.open(lake, "metabric")
    with pytest.raises(BadInput, match="NOSUCHGENE"):
        gene_frequencies(everybody, genes=["NOSUCHGENE"])
    with pytest.raises(BadInput):
        survival(everybody, by="weather")


@pytest.mark.parametrize(("by", "groups"), [("CLAUDIN_SUBTYPE", 7), ("INTCLUST", 11)])
def test_survival_is_split_by_a_measurement_of_words(lake: Lake, by: str, groups: int) -> None:
    everybody = cohorts.open(lake, "metabric")
    answer = survival(everybody, by=by)
    assert len(answer.groups) == groups
    labels = everybody.index.category(by).labels
    assert {g.key for g in answer.groups} <= set(labels) - {""}
    luminal = survival(cohorts.open(lake, "metabric", 'measurement("CLAUDIN_SUBTYPE") = "LumA"'))
    (alone,) = luminal.groups
    if by == "CLAUDIN_SUBTYPE":
        assert next(g for g in answer.groups if g.key == "LumA").median == alone.median


@pytest.mark.parametrize("by", ["weather", "TUMOR_SIZE", "NPI", "age_at_diagnosis_years"])
def test_what_makes_no_groups_is_refused_naming_what_does(lake: Lake, by: str) -> None:
    with pytest.raises(BadInput) as refused:
        survival(cohorts.open(lake, "metabric"), by=by)
    for name in ("stage", "tumour", "CLAUDIN_SUBTYPE", "INTCLUST", "`cohort`"):
        assert name in refused.value.next_act
    assert "TUMOR_SIZE" not in refused.value.next_act
    assert "12 groups" in refused.value.message or by != "TUMOR_SIZE"


def test_an_old_gene_symbol_is_understood(lake: Lake) -> None:
    assert gene_frequencies(cohorts.open(lake, "metabric"), genes=["MLL2"]).genes[0].gene == "KMT2D"


def test_each_answer_is_an_entry_in_the_ledger(lake: Lake, tmp_path: Path) -> None:
    before = lake.ledger.verify().entries
    count(cohorts.open(lake, "metabric"))
    assert lake.ledger.verify().entries == before + 1

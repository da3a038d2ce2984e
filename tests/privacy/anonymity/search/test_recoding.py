"""Local recoding keeps every promise for everybody, or says that none can be kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chevet.errors import CannotConclude
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import (
    AverageRisk,
    DeltaPresence,
    DistinctLDiversity,
    EntropyLDiversity,
    HighestRisk,
    KAnonymity,
    KMap,
    Model,
    Population,
    PopulationUniqueness,
    RecursiveLDiversity,
    TCloseness,
    View,
    attributes_of,
)
from chevet.privacy.anonymity.search.recoding import recode_locally
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from tests.privacy.anonymity.coded_tables import coded_tables, table_of

POLICIES = st.sampled_from(
    [
        (KAnonymity(1),),
        (KAnonymity(2),),
        (KAnonymity(5),),
        (HighestRisk(0.4),),
        (KAnonymity(2), DistinctLDiversity("disease", 2)),
        (DistinctLDiversity("disease", 3),),
        (KAnonymity(3), EntropyLDiversity("disease", 1.5)),
        (KAnonymity(2), RecursiveLDiversity("disease", 2.0, 2)),
        (KAnonymity(2), TCloseness("disease", 0.25)),
        (KAnonymity(2), TCloseness("disease", 0.3), DistinctLDiversity("disease", 2), AverageRisk(0.25)),
        (KAnonymity(2), PopulationUniqueness(0.05, 1_000)),
    ]
)
RISKS = st.sampled_from([None, 0.05, 0.1, 0.25, 0.5])

SEX = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
PLACE = Hierarchy.from_rows(
    "place", [("Lille", "North", "*"), ("Lens", "North", "*"), ("Nice", "South", "*"), ("Nîmes", "South", "*")]
)


def shown(released: Released) -> list[tuple[str, ...]]:
    """What each row shows, in words."""
    columns = [
        [hierarchy.flat_labels[node] for node in nodes]
        for hierarchy, nodes in zip(released.table.hierarchies, released.nodes, strict=True)
    ]
    return list(zip(*columns, strict=True))


def released_or_none(table: CodedTable, models: tuple[Model, ...], risk: float | None = None) -> Released | None:
    try:
        return recode_locally(table, models, average_risk_at_most=risk)
    except CannotConclude:
        return None


@settings(max_examples=120, deadline=None)
@given(coded_tables(), POLICIES, RISKS)
def test_every_promise_is_kept_for_everybody(table: CodedTable, models: tuple[Model, ...], risk: float | None) -> None:
    released = released_or_none(table, models, risk)
    assume(released is not None)
    assert released is not None
    assert not released.suppressed.any()
    view = View.of(released, attributes_of(models))
    assert all(model.holds(view).holds for model in models)
    classes = Counter(shown(released))
    assert min(classes.values()) >= max(model.k if isinstance(model, KAnonymity) else 1 for model in models)
    assert risk is None or len(classes) / table.n <= risk


@settings(max_examples=50, deadline=None)
@given(coded_tables(), POLICIES, RISKS)
def test_it_cannot_conclude_only_where_the_coarsest_release_breaks_a_promise(
    table: CodedTable, models: tuple[Model, ...], risk: float | None
) -> None:
    assume(all(model.monotone for model in models))
    coarsest = Released.at_levels(table, tuple(h.levels - 1 for h in table.hierarchies))
    view = View.of(coarsest, attributes_of(models))
    kept = all(model.holds(view).holds for model in models) and (risk is None or len(view.sizes) / table.n <= risk)
    assert (released_or_none(table, models, risk) is not None) == kept


@settings(max_examples=50, deadline=None)
@given(coded_tables(), POLICIES)
def test_everybody_is_shown_at_nodes_that_hold_them(table: CodedTable, models: tuple[Model, ...]) -> None:
    released = released_or_none(table, models)
    assume(released is not None)
    assert released is not None
    for hierarchy, leaves, nodes in zip(table.hierarchies, table.codes, released.nodes, strict=True):
        level = np.searchsorted(hierarchy.offsets, nodes, side="right") - 1
        for row in range(table.n):
            node = hierarchy.nodes[level[row]][leaves[row]] + hierarchy.offsets[level[row]]
            assert node == nodes[row]


@settings(max_examples=50, deadline=None)
@given(coded_tables(), POLICIES, RISKS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    table: CodedTable, models: tuple[Model, ...], risk: float | None, random: Random
) -> None:
    order = list(range(table.n))
    random.shuffle(order)
    moved = replace(
        table,
        codes=tuple(codes[order] for codes in table.codes),
        sensitive={name: values[order] for name, values in table.sensitive.items()},
    )
    first, second = released_or_none(table, models, risk), released_or_none(moved, models, risk)
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        words = shown(first)
        assert [words[row] for row in order] == shown(second)


@settings(max_examples=50, deadline=None)
@given(coded_tables(), st.integers(1, 6), RISKS, st.integers(0, 2**32))
def test_sensitive_values_that_no_model_speaks_of_change_nothing(
    table: CodedTable, k: int, risk: float | None, seed: int
) -> None:
    others = np.random.default_rng(seed).integers(0, 3, table.n, dtype=np.int32)
    first = released_or_none(table, (KAnonymity(k),), risk)
    second = released_or_none(replace(table, sensitive={"disease": others}), (KAnonymity(k),), risk)
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert shown(first) == shown(second)


@settings(max_examples=50, deadline=None)
@given(coded_tables(), st.integers(1, 6), st.integers(1, 3))
def test_models_of_a_population_hold_of_what_is_shown(table: CodedTable, k: int, times: int) -> None:
    everybody = Population(CodedTable(table.hierarchies, tuple(np.tile(codes, times) for codes in table.codes)))
    for models in ((KMap(k, everybody),), (KAnonymity(2), DeltaPresence(0.0, 0.6, everybody))):
        released = released_or_none(table, models)
        if released is not None:
            view = View.of(released)
            assert all(model.holds(view).holds for model in models)


def test_people_who_would_be_too_few_stay_together_at_the_node_above() -> None:
    flat = Hierarchy.from_rows("place", [(word, "*") for word in ("Lille", "Lens", "Nice", "Nîmes")])
    table = table_of([("Lille",)] * 5 + [("Lens",)] + [("Nice",)] + [("Nîmes",)] * 5, flat)
    released = recode_locally(table, [KAnonymity(2)])
    assert shown(released) == [("Lille",)] * 5 + [("*",)] * 2 + [("Nîmes",)] * 5


def test_one_person_left_over_takes_the_smallest_part_along() -> None:
    table = table_of([("Lille",)] * 5 + [("Nice",)] * 3 + [("Nîmes",)], PLACE)
    released = recode_locally(table, [KAnonymity(2)])
    assert shown(released) == [("Lille",)] * 5 + [("South",)] * 4


def test_a_class_is_shown_at_the_lowest_nodes_that_hold_all_its_people() -> None:
    rows = [("Lille", "M")] * 2 + [("Lens", "M")] * 2 + [("Nice", "F")] * 2 + [("Nîmes", "F")] * 2
    released = recode_locally(table_of(rows, PLACE, SEX), [KAnonymity(4)])
    assert shown(released) == [("North", "M")] * 4 + [("South", "F")] * 4


def test_the_average_risk_joins_the_classes_that_gain_least() -> None:
    table = table_of([("Lille",)] * 40 + [("Lens",)] * 2 + [("Nice",)] * 20 + [("Nîmes",)] * 25, PLACE)
    assert len(set(shown(recode_locally(table, [KAnonymity(2)])))) == 4
    classes = Counter(shown(recode_locally(table, [KAnonymity(2)], average_risk_at_most=3 / 87)))
    assert classes == {("North",): 42, ("Nice",): 20, ("Nîmes",): 25}


def test_an_attribute_that_weighs_more_is_shown_in_more_detail() -> None:
    rows = [(place, sex) for place in ("Lille", "Lens", "Nice", "Nîmes") for sex in ("F", "M")]
    table = table_of(rows, PLACE, SEX)
    assert shown(recode_locally(table, [KAnonymity(4)], weights=[10, 1])) == [("North", "*")] * 4 + [("South", "*")] * 4
    assert shown(recode_locally(table, [KAnonymity(4)], weights=[1, 10])) == [("*", "F"), ("*", "M")] * 4


def test_a_class_whose_people_share_one_disease_is_not_made() -> None:
    diseases = np.array([0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 2, 0], dtype=np.int32)
    table = replace(
        table_of([("Lille",)] * 4 + [("Lens",)] * 4 + [("Nice",)] * 4, PLACE),
        sensitive={"disease": diseases},
        sensitive_labels={"disease": ("a", "b", "c")},
    )
    released = recode_locally(table, [KAnonymity(2), DistinctLDiversity("disease", 2)])
    found = defaultdict(set)
    for words, disease in zip(shown(released), diseases, strict=True):
        found[words].add(int(disease))
    assert dict(found) == {("North",): {0, 1}, ("Nice",): {0, 1, 2}}


def test_the_refusal_says_what_was_found_and_what_to_do() -> None:
    with pytest.raises(CannotConclude, match=r"1 of 1 classes break a model; .* allows 3 classes") as refused:
        recode_locally(table_of([("F",)] * 3, SEX), [KAnonymity(5)])
    assert refused.value.next_act


def test_progress_is_told() -> None:
    told: list[tuple[str, float]] = []
    table = table_of([("Lille",)] * 5 + [("Nice",)] * 5, PLACE)
    recode_locally(table, [KAnonymity(2)], progress=lambda what, part: told.append((what, part)))
    assert {what for what, _ in told} == {"splitting", "pruning"}
    assert all(0 <= part <= 1 for _, part in told)

"""Privacy models: what each means, on tables small enough to count by hand, and beside pycanon."""

from __future__ import annotations

import csv
from collections import Counter
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from chevet.errors import BadInput
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import (
    AverageRisk,
    ClassModel,
    DeltaPresence,
    DistinctLDiversity,
    EntropyLDiversity,
    Found,
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
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from tests.privacy.anonymity.released_tables import in_classes, released

REFERENCE = Path(__file__).parents[2] / "reference" / "anonymity"
DISEASES = Hierarchy.from_rows(
    "s",
    [
        ("flu", "infection", "lungs", "*"), ("pneumonia", "infection", "lungs", "*"),
        ("embolism", "vessels", "lungs", "*"), ("ulcer", "stomach", "gut", "*"), ("gastritis", "stomach", "gut", "*"),
    ],
)  # fmt: skip


def found(model: Model, release: Released) -> Found:
    return model.holds(View.of(release, attributes_of([model])))


# How many look alike


def test_k_is_the_size_of_the_smallest_class() -> None:
    release = in_classes(["aaa", "aaaaa"])
    assert found(KAnonymity(3), release) == Found(True, 3, 3)
    assert found(KAnonymity(4), release) == Found(False, 3, 4)
    assert KAnonymity(4).breaking(View.of(release)).tolist() == [True, False]


def test_average_risk_is_classes_over_people_and_highest_risk_is_of_the_smallest_class() -> None:
    release = in_classes(["aaa", "aaaaa"])
    assert found(AverageRisk(0.25), release) == Found(True, 0.25, 0.25)
    assert found(HighestRisk(0.3), release) == Found(False, 1 / 3, 0.3)


def test_the_suppressed_belong_to_no_class_unless_they_are_asked_to_be_one() -> None:
    release = released({"age": ["40", "40", "*"], "sex": ["F", "F", "*"]}, {"s": ["a", "b", "c"]})
    assert View.of(release).sizes.tolist() == [2]
    assert View.of(release, suppressed_as_class=True).sizes.tolist() == [2, 1]


def test_nodes_of_two_levels_with_one_label_are_one_class() -> None:
    hierarchy = Hierarchy.from_rows("died", [("alive", "alive", "*"), ("2019", "dead", "*"), ("2020", "dead", "*")])
    table = CodedTable((hierarchy,), (np.array([0, 0, 1], dtype=np.int32),))
    mixed = Released(table, (np.array([0, 3, 4], dtype=np.int32),), np.zeros(3, dtype=np.bool_))
    assert sorted(View.of(mixed).sizes) == [1, 2]


def test_a_release_of_nobody_breaks_nothing() -> None:
    release = released({"age": ["*"]}, {"s": ["a"]})
    models = (KAnonymity(5), AverageRisk(0.1), DistinctLDiversity("s", 2), EntropyLDiversity("s", 2),
              RecursiveLDiversity("s", 1, 2), TCloseness("s", 0.1), PopulationUniqueness(0.1, 100))  # fmt: skip
    assert all(found(model, release).holds for model in models)


# How alike they are


def test_distinct_diversity_counts_values() -> None:
    assert found(DistinctLDiversity("s", 2), in_classes(["aab", "aaa"])) == Found(False, 1, 2)
    assert found(DistinctLDiversity("s", 2), in_classes(["aab", "aac"])) == Found(True, 2, 2)


def test_entropy_diversity_of_equal_shares_is_their_number() -> None:
    assert found(EntropyLDiversity("s", 3), in_classes(["aabbcc", "abcd"])).holds
    assert found(EntropyLDiversity("s", 3), in_classes(["aabbcc"])).figure == pytest.approx(3, abs=1e-12)
    assert found(EntropyLDiversity("s", 2), in_classes(["aab"])).figure == pytest.approx(3 / 4 ** (1 / 3), abs=1e-12)


def test_recursive_diversity_compares_the_most_frequent_with_the_rest() -> None:
    # counts 5, 3, 1, 1: with l = 2 the rest is 5, with l = 3 it is 2, with l = 5 there is none
    release = in_classes(["aaaaabbbcd"])
    assert found(RecursiveLDiversity("s", 1.5, 2), release) == Found(True, 1.0, 1.5)
    assert found(RecursiveLDiversity("s", 2.5, 3), release) == Found(False, 2.5, 2.5)
    assert found(RecursiveLDiversity("s", 9, 5), release) == Found(False, inf, 9)


def test_ordered_closeness_is_that_of_the_paper() -> None:
    # Li et al., ICDE 2007, section 5.1: salaries 3k to 11k; {3k, 4k, 5k} is farther from all than {6k, 8k, 11k}
    release = in_classes([["3", "4", "5"], ["6", "8", "11"], ["7", "9", "10"]])
    figures = TCloseness("s", 0.2, "ordered").figures(View.of(release, ["s"]))
    assert figures[:2] == pytest.approx([0.375, 1 / 6], abs=1e-12)


def test_an_order_of_words_must_be_given() -> None:
    release = in_classes([["low", "high"], ["low", "mid"]])
    with pytest.raises(BadInput, match="order"):
        found(TCloseness("s", 0.2, "ordered"), release)
    with pytest.raises(BadInput, match="1 values of s"):
        found(TCloseness("s", 0.2, "ordered", order=("low", "mid")), release)
    assert found(TCloseness("s", 0.3, "ordered", order=("low", "mid", "high")), release).figure == pytest.approx(0.125)


def test_hierarchical_closeness_needs_one_root() -> None:
    forest = Hierarchy.from_rows("s", [("a", "x"), ("b", "y")])
    with pytest.raises(BadInput, match="2 groups"):
        found(TCloseness("s", 0.2, "hierarchical", hierarchy=forest), in_classes(["ab"]))
    with pytest.raises(BadInput, match="without a hierarchy"):
        found(TCloseness("s", 0.2, "hierarchical"), in_classes(["ab"]))


diseases = st.lists(st.lists(st.sampled_from(DISEASES.labels[0]), min_size=1, max_size=6), min_size=2, max_size=4)


@settings(max_examples=60, deadline=None)
@given(diseases, st.sampled_from(["equal", "ordered", "hierarchical"]))
def test_every_distance_is_the_cheapest_transport(classes: list[list[str]], distance: str) -> None:
    release = in_classes(classes)
    occur = [d for d in DISEASES.labels[0] if any(d in c for c in classes)]
    model = TCloseness("s", 0.2, distance, order=tuple(occur), hierarchy=DISEASES)  # type: ignore[arg-type]
    figures = model.figures(View.of(release, ["s"]))
    everybody = [disease for people in classes for disease in people]
    for figure, people in zip(figures, classes, strict=True):
        assert figure == pytest.approx(cheapest_transport(people, everybody, occur, distance), abs=1e-9)


def cheapest_transport(people: list[str], everybody: list[str], values: list[str], distance: str) -> float:
    """The definition: the least mass times way, by a linear program over all ways between values."""
    way = np.array([[ground(a, b, values, distance) for b in values] for a in values])
    p, q = Counter(people), Counter(everybody)
    n = len(values)
    leaves, arrives = np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))
    shares = [p[v] / len(people) for v in values] + [q[v] / len(everybody) for v in values]
    return float(optimize.linprog(way.ravel(), A_eq=np.vstack([leaves, arrives]), b_eq=shares).fun)


def ground(a: str, b: str, values: list[str], distance: str) -> float:
    if distance == "equal":
        return float(a != b)
    if distance == "ordered":
        return abs(values.index(a) - values.index(b)) / max(1, len(values) - 1)
    x, y = (DISEASES.labels[0].index(value) for value in (a, b))
    return min(level for level, nodes in enumerate(DISEASES.nodes) if nodes[x] == nodes[y]) / (DISEASES.levels - 1)


# The population


def everybody(kinds: str) -> tuple[Hierarchy, Population]:
    hierarchy = Hierarchy.from_rows("kind", [(k, "vowel" if k in "aeiou" else "consonant", "*") for k in "abcde"])
    return hierarchy, Population(CodedTable((hierarchy,), (hierarchy.encode(list(kinds)),)))


def sample(hierarchy: Hierarchy, kinds: str, level: int) -> Released:
    return Released.at_levels(CodedTable((hierarchy,), (hierarchy.encode(list(kinds)),)), (level,))


def test_k_map_counts_the_population_at_the_level_released() -> None:
    hierarchy, population = everybody("aaabbcde")
    assert found(KMap(3, population), sample(hierarchy, "aab", 0)) == Found(False, 2, 3)
    assert found(KMap(4, population), sample(hierarchy, "aab", 1)) == Found(True, 4, 4)


def test_a_population_may_be_counts() -> None:
    hierarchy, _ = everybody("a")
    counts = Population(CodedTable((hierarchy,), (hierarchy.encode(["a", "b"]),)), np.array([30, 7]))
    assert found(KMap(8, counts), sample(hierarchy, "aab", 0)) == Found(False, 7, 8)
    assert counts.people == 37


def test_mixed_levels_are_matched_each_at_its_own() -> None:
    hierarchy, population = everybody("aaabbcde")
    mixed = sample(hierarchy, "aab", 0)
    nodes = np.array([0, 5, 6], dtype=np.int32)  # a; vowel; consonant
    matching = population.matching(View.of(Released(mixed.table, (nodes,), mixed.suppressed)))
    assert matching.of_class.tolist() == [3, 4, 4]
    assert matching.covered == 8


def test_presence_is_the_share_of_the_population_that_is_in_the_table() -> None:
    hierarchy, population = everybody("aaabbcde")
    view = View.of(sample(hierarchy, "aab", 1))
    assert DeltaPresence(0, 0.5, population).figures(view).tolist() == [2 / 4, 1 / 4]
    assert DeltaPresence(0, 0.3, population).breaking(view).tolist() == [True, False]
    assert DeltaPresence(0.2, 0.5, population).holds(view) == Found(True, 0.5, 0.5)


def test_somebody_whose_kind_is_not_shown_is_known_to_be_absent() -> None:
    hierarchy, population = everybody("aaabbcde")
    view = View.of(sample(hierarchy, "aab", 0))
    assert DeltaPresence(0.1, 1, population).holds(view) == Found(False, 0, 0.1)
    assert DeltaPresence(0, 1, population).holds(view).holds


def test_a_population_without_the_released_people_is_refused() -> None:
    hierarchy, population = everybody("aabb")
    with pytest.raises(BadInput, match="1 classes"):
        found(DeltaPresence(0, 1, population), sample(hierarchy, "aaab", 0))
    other = Hierarchy.from_rows("kind", [("a", "*"), ("z", "*")])
    with pytest.raises(BadInput, match="hierarchies"):
        found(KMap(2, population), sample(other, "a", 0))


# Beside pycanon, and as a search relies on them


def reference_rows() -> list[dict[str, str]]:
    with (REFERENCE / "pycanon.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", reference_rows(), ids=lambda row: f"{row['table']} {row['model']} {row['attribute']}")
def test_the_figure_is_pycanons(row: dict[str, str]) -> None:
    with (REFERENCE / f"released_{row['table']}.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    release = released(
        {name: [p[name] for p in people] for name in ("age", "sex", "region")},
        {name: [p[name] for p in people] for name in ("tumour", "months")},
    )
    attribute = row["attribute"]
    model: Model = {
        "k-anonymity": KAnonymity(2),
        "distinct-l-diversity": DistinctLDiversity(attribute, 2),
        "entropy-l-diversity": EntropyLDiversity(attribute, 2),
        "t-closeness-equal": TCloseness(attribute, 0.2),
        "t-closeness-ordered": TCloseness(attribute, 0.2, "ordered"),
    }[row["model"]]
    view = View.of(release, attributes_of([model]), suppressed_as_class=True)
    assert model.holds(view).figure == pytest.approx(float(row["figure"]), abs=1e-9)


@st.composite
def people(draw: st.DrawFn) -> tuple[CodedTable, Population]:
    kinds = Hierarchy.from_rows("kind", [("a", "x", "*"), ("b", "x", "*"), ("c", "y", "*"), ("d", "y", "*")])
    sexes = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
    rows = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 4)), min_size=2, max_size=30))
    kind, sex, value = (np.array(column, dtype=np.int32) for column in zip(*rows, strict=True))
    table = CodedTable((kinds, sexes), (kind, sex), {"s": value}, {"s": DISEASES.labels[0]})
    extra = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), max_size=20))
    more = [np.array(column, dtype=np.int32) for column in zip(*extra, strict=True)] or [kind[:0], sex[:0]]
    both = (np.concatenate([kind, more[0]]), np.concatenate([sex, more[1]]))
    return table, Population(CodedTable((kinds, sexes), both))


@settings(max_examples=80, deadline=None)
@given(people(), st.sampled_from([(0, 0), (1, 0), (0, 1)]), st.sampled_from([(1, 1), (2, 1)]))
def test_what_holds_holds_of_every_generalisation(
    drawn: tuple[CodedTable, Population], low: tuple[int, int], high: tuple[int, int]
) -> None:
    table, population = drawn
    models: list[Model] = [
        KAnonymity(2), KAnonymity(4), AverageRisk(0.3), HighestRisk(0.3), DistinctLDiversity("s", 2),
        EntropyLDiversity("s", 1.7), RecursiveLDiversity("s", 1.5, 2), TCloseness("s", 0.3),
        TCloseness("s", 0.2, "ordered", order=DISEASES.labels[0]),
        TCloseness("s", 0.3, "hierarchical", hierarchy=DISEASES),
        KMap(4, population), DeltaPresence(0, 0.8, population), DeltaPresence(0.3, 1, population),
    ]  # fmt: skip
    fine, coarse = (View.of(Released.at_levels(table, levels), ["s"]) for levels in (low, high))
    for model in models:
        assert model.monotone
        assert model.holds(coarse).holds or not model.holds(fine).holds


@settings(max_examples=60, deadline=None)
@given(people(), st.sampled_from([(0, 0), (1, 0), (2, 1)]))
def test_a_class_model_holds_where_no_class_breaks_it(
    drawn: tuple[CodedTable, Population], levels: tuple[int, int]
) -> None:
    table, population = drawn
    view = View.of(Released.at_levels(table, levels), ["s"])
    for model in (KAnonymity(3), HighestRisk(0.4), DistinctLDiversity("s", 2), EntropyLDiversity("s", 2),
                  RecursiveLDiversity("s", 2, 2), TCloseness("s", 0.25), KMap(3, population),
                  DeltaPresence(0, 0.7, population)):  # fmt: skip
        assert isinstance(model, ClassModel)
        assert model.holds(view).holds == (not model.breaking(view).any())

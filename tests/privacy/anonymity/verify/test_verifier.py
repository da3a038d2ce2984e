"""The verifier: it finds what was broken, and its figures are the models' own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import (
    AverageRisk,
    DeltaPresence,
    DistinctLDiversity,
    EntropyLDiversity,
    KAnonymity,
    KMap,
    Population,
    PopulationUniqueness,
    RecursiveLDiversity,
    TCloseness,
    View,
    attributes_of,
)  # fmt: skip
from chevet.privacy.anonymity.policy import Column, ModelAsked, Policy
from chevet.privacy.anonymity.verify.verifier import Finding, Verified, verify
from chevet.privacy.hierarchies.hierarchy import Hierarchy

AGES = Hierarchy.from_rows("age", [(str(a), f"{a // 10 * 10}+", "*") for a in range(40, 60)])
SEXES = Hierarchy.from_rows("sex", [("F", "*"), ("M", "*")])
STAGES = Hierarchy.from_rows(
    "stage", [("I", "early", "*"), ("II", "early", "*"), ("III", "late", "*"), ("IV", "late", "*")]
)
HIERARCHIES = {"age": AGES, "sex": SEXES, "stage": STAGES}
POLICY = Policy(
    columns=(
        Column("id", "identifier"), Column("code", "identifier", pseudonym=True), Column("age", "quasi", "age"),
        Column("sex", "quasi", "sex"), Column("stage", "sensitive", "stage"), Column("months", "sensitive"),
        Column("note", "free"),
    ),
    models=(ModelAsked("k-anonymity", {"k": 2}),),
    suppress_at_most=0.5,
)  # fmt: skip
ORIGINAL = pa.table(
    {
        "id": ["p1", "p2", "p3", "p4", "p5"], "age": [41, 42, 55, 56, 57], "sex": ["F", "F", "M", "M", "F"],
        "stage": ["I", "II", "III", "IV", "I"], "months": [3, 8, 12, 5, 9], "note": ["", "", "", "", ""],
    }
)  # fmt: skip
RELEASE = pa.table(
    {
        "code": ["c3", "c1", "c2", "c4", None], "age": ["50+", "40+", "40+", "50+", "*"],
        "sex": ["M", "F", "F", "M", "*"], "stage": ["III", "I", "II", "IV", None], "months": [12, 3, 8, 5, None],
    }
)  # fmt: skip
ORDER = np.array([2, 0, 1, 3, 4])


def broken(verified: Verified) -> list[tuple[str, str, float]]:
    return [(found.rule, found.of, found.figure) for found in verified.findings if not found.holds]


def with_column(table: pa.Table, name: str, values: list[object]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def test_a_good_release_is_found_good() -> None:
    verified = verify(RELEASE, POLICY, HIERARCHIES, original=ORIGINAL, order=ORDER)
    assert broken(verified) == []
    assert verified.holds
    assert Finding("k-anonymity", True, 2, 2) in verified.findings
    assert Finding("suppressed", True, 0.2, 0.5) in verified.findings


def test_an_identifier_and_a_column_that_nobody_named_are_found() -> None:
    release = RELEASE.append_column("id", pa.array(["x"] * 5)).append_column("town", pa.array(["y"] * 5))
    assert broken(verify(release, POLICY, HIERARCHIES)) == [("no-identifiers", "", 1), ("columns-of-the-policy", "", 1)]


def test_a_missing_quasi_identifier_is_found() -> None:
    assert broken(verify(RELEASE.drop_columns(["sex"]), POLICY, HIERARCHIES)) == [("quasi-identifiers-there", "", 1)]


def test_a_label_that_is_no_node_is_found() -> None:
    release = with_column(RELEASE, "age", ["50 or so", "40+", "40+", "50 or so", "*"])
    assert broken(verify(release, POLICY, HIERARCHIES)) == [("known-labels", "age", 2)]


def test_a_label_finer_than_the_policy_allows_is_found() -> None:
    coarser = replace(POLICY, columns=tuple(replace(c, lowest=2) if c.name == "age" else c for c in POLICY.columns))
    assert broken(verify(RELEASE, coarser, HIERARCHIES)) == [("known-labels", "age", 4)]


def test_an_empty_quasi_identifier_is_no_suppression() -> None:
    release = with_column(RELEASE, "sex", ["M", "F", "F", "M", None])
    assert ("known-labels", "sex", 1) in broken(verify(release, POLICY, HIERARCHIES))


def test_a_suppressed_row_that_keeps_a_cell_is_a_person_alone() -> None:
    release = with_column(RELEASE, "stage", ["III", "I", "II", "IV", "I"])
    assert broken(verify(release, POLICY, HIERARCHIES)) == [("k-anonymity", "", 1)]


def test_more_suppression_than_allowed_is_found() -> None:
    assert broken(verify(RELEASE, replace(POLICY, suppress_at_most=0.1), HIERARCHIES)) == [("suppressed", "", 0.2)]


def test_a_row_that_shows_somebody_elses_group_is_found() -> None:
    swapped = np.array([0, 2, 1, 3, 4])
    assert broken(verify(RELEASE, POLICY, HIERARCHIES, original=ORIGINAL, order=swapped)) == [
        ("ancestors", "age", 2), ("ancestors", "sex", 2),
    ]  # fmt: skip


def test_without_the_order_a_group_with_too_many_people_is_found() -> None:
    release = with_column(with_column(RELEASE, "age", ["40+"] * 4 + ["*"]), "sex", ["F"] * 4 + ["*"])
    assert broken(verify(release, POLICY, HIERARCHIES, original=ORIGINAL)) == [
        ("ancestors", "age", 2), ("ancestors", "sex", 1),
    ]  # fmt: skip
    assert verify(RELEASE, POLICY, HIERARCHIES, original=ORIGINAL).holds


def test_lost_and_doubled_rows_are_found() -> None:
    assert broken(verify(RELEASE.slice(0, 4), POLICY, HIERARCHIES, original=ORIGINAL)) == [("rows", "", 1)]
    doubled = np.array([2, 0, 1, 2, 4])
    assert ("rows", "", 1) in broken(verify(RELEASE, POLICY, HIERARCHIES, original=ORIGINAL, order=doubled))


@pytest.mark.parametrize(
    ("finest", "value", "rows"), [("year", "2019-05", 4), ("month", "2019-05", 0), ("month", "2019-05-02", 4)]
)
def test_a_date_of_death_finer_than_the_policy_is_found(finest: str, value: str, rows: int) -> None:
    policy = replace(POLICY, columns=(*POLICY.columns, Column("died", "free", date="death")), death_dates=finest)
    release = RELEASE.append_column("died", pa.array([value] * 4 + [None]))
    assert broken(verify(release, policy, HIERARCHIES)) == ([("dates-not-too-fine", "died", rows)] if rows else [])


def test_thresholds_are_compared() -> None:
    policy = replace(POLICY, thresholds={"highest_risk": 0.4, "average_risk": 0.5, "unique_in_sample": 0.0})
    assert broken(verify(RELEASE, policy, HIERARCHIES)) == [("highest_risk", "", 0.5)]


def test_thresholds_of_the_population_are_compared_where_it_is_given() -> None:
    limits = {"journalist_risk": 0.2, "marketer_risk": 0.2, "unique_in_population": 0.5}
    policy = replace(POLICY, thresholds=limits, population_size=40)
    assert broken(verify(RELEASE, policy, HIERARCHIES)) == []
    more = pa.table({"age": ["43", "59", "58"], "sex": ["F", "M", "M"]})
    everybody = pa.concat_tables(
        [pa.table({"age": list(map(str, ORIGINAL["age"].to_pylist())), "sex": ORIGINAL["sex"]}), more]
    )
    found = verify(RELEASE, policy, HIERARCHIES, population=everybody)
    assert broken(found) == [("journalist_risk", "", 1 / 3), ("marketer_risk", "", pytest.approx((1 / 3 + 1 / 4) / 2))]
    sample = replace(POLICY, thresholds={"marketer_risk": 0.4})
    assert broken(verify(RELEASE, sample, HIERARCHIES)) == [("marketer_risk", "", 0.5)]


def test_a_model_of_the_population_fails_without_it() -> None:
    policy = replace(POLICY, models=(ModelAsked("k-map", {"k": 2}),))
    assert broken(verify(RELEASE, policy, HIERARCHIES)) == [("k-map", "", 0)]


def test_a_name_of_a_column_is_never_read_as_sql() -> None:
    nasty = 'age"; DROP TABLE release; --'
    policy = replace(POLICY, columns=tuple(replace(c, name=nasty) if c.name == "age" else c for c in POLICY.columns))
    release = RELEASE.rename_columns([nasty if c == "age" else c for c in RELEASE.column_names])
    assert verify(release, policy, {**HIERARCHIES, nasty: AGES}).holds


MODELS = (
    ModelAsked("k-anonymity", {"k": 2}), ModelAsked("average-risk", {"at_most": 0.4}),
    ModelAsked("distinct-l-diversity", {"l": 2}, "stage"), ModelAsked("entropy-l-diversity", {"l": 1.5}, "stage"),
    ModelAsked("recursive-l-diversity", {"c": 2.0, "l": 2}, "stage"),
    ModelAsked("t-closeness", {"t": 0.3}, "stage", "equal"), ModelAsked("t-closeness", {"t": 0.2}, "months", "ordered"),
    ModelAsked("t-closeness", {"t": 0.2}, "stage", "ordered", ("IV", "III", "II", "I")),
    ModelAsked("t-closeness", {"t": 0.3}, "stage", "hierarchical"),
    ModelAsked("population-uniqueness", {"at_most": 0.2, "population_size": 400}),
    ModelAsked("k-map", {"k": 3}), ModelAsked("delta-presence", {"low": 0.05, "high": 0.6}),
)  # fmt: skip


@st.composite
def releases(draw: st.DrawFn) -> tuple[Released, CodedTable]:
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 19), st.integers(0, 1), st.integers(0, 3), st.integers(0, 4), st.booleans()),
            min_size=1, max_size=25,
        )
    )  # fmt: skip
    age, sex, stage, months, hidden = (np.array(column) for column in zip(*rows, strict=True))
    table = CodedTable(
        (AGES, SEXES), (age.astype(np.int32), sex.astype(np.int32)),
        {"stage": stage.astype(np.int32), "months": months.astype(np.int32)},
        {"stage": STAGES.labels[0], "months": ("0", "3", "7", "12", "40")},
    )  # fmt: skip
    levels = draw(st.tuples(st.integers(0, 2), st.integers(0, 1)))
    other = draw(st.tuples(st.integers(0, 2), st.integers(0, 1)))
    # Local recoding: the young at one pair of levels, the others at another.
    one, two = (Released.at_levels(table, at, hidden).nodes for at in (levels, other))
    nodes = tuple(np.where(age < 8, a, b).astype(np.int32) for a, b in zip(one, two, strict=True))
    more = draw(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 1)), max_size=30))
    added = [np.array(column, dtype=np.int32) for column in zip(*more, strict=True)] or [age[:0], sex[:0]]
    everybody = tuple(np.concatenate([c, a]).astype(np.int32) for c, a in zip(table.codes, added, strict=True))
    return Released(table, nodes, hidden), CodedTable((AGES, SEXES), everybody)


def as_written(release: Released) -> pa.Table:
    """The release as a table of labels; nothing of the suppressed but `*`."""
    columns: dict[str, list[str | None]] = {}
    for hierarchy, nodes in zip(release.table.hierarchies, release.nodes, strict=True):
        shown = zip(nodes, release.suppressed, strict=True)
        columns[hierarchy.name] = ["*" if hidden else hierarchy.flat_labels[node] for node, hidden in shown]
    for name, codes in release.table.sensitive.items():
        labels = release.table.sensitive_labels[name]
        kept = zip(codes, release.suppressed, strict=True)
        columns[name] = [None if hidden else labels[code] for code, hidden in kept]
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def original_of(table: CodedTable) -> pa.Table:
    leaves = Released.at_levels(table, (0, 0))
    return as_written(leaves)


@settings(max_examples=15, deadline=None)
@given(releases())
def test_two_implementations_find_the_same(drawn: tuple[Released, CodedTable]) -> None:
    release, everybody = drawn
    population = Population(everybody)
    policy = replace(POLICY, models=MODELS, suppress_at_most=1.0)
    models = (
        KAnonymity(2), AverageRisk(0.4), DistinctLDiversity("stage", 2), EntropyLDiversity("stage", 1.5),
        RecursiveLDiversity("stage", 2.0, 2), TCloseness("stage", 0.3), TCloseness("months", 0.2, "ordered"),
        TCloseness("stage", 0.2, "ordered", order=("IV", "III", "II", "I")),
        TCloseness("stage", 0.3, "hierarchical", hierarchy=STAGES), PopulationUniqueness(0.2, 400),
        KMap(3, population), DeltaPresence(0.05, 0.6, population),
    )  # fmt: skip
    view = View.of(release, attributes_of(models))
    verified = verify(
        as_written(release), policy, HIERARCHIES,
        original=original_of(release.table), order=np.arange(release.table.n), population=original_of(everybody),
    )  # fmt: skip
    assert [found.rule for found in verified.findings if not found.holds and found.needed is None] == []
    theirs = verified.findings[-len(models) :]
    if len(view.sizes) == 0:
        assert all(found.holds for found in theirs if found.rule != "delta-presence")
        return
    for model, seen in zip(models, theirs, strict=True):
        ours = model.holds(view)
        assert (seen.rule, seen.holds) == (model.name, ours.holds)
        assert seen.figure == pytest.approx(ours.figure, abs=1e-9)

"""Whatever table, policy and parameters: a release keeps its promises, counted here once more, or is refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput, CannotConclude, Refused
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.release import Release, anonymise, shuffled
from chevet.privacy.keys import Key
from tests.privacy.anonymity.people import COLUMNS, DAY, K5, ORDER, people, policy, source

PROJECT = Key(bytes(range(32)), "breast")


def made(table: pa.Table, text: str = K5, columns: str = COLUMNS, **more: Any) -> Release:
    return anonymise(source(table), policy(text, columns), made_on=DAY, order_key=ORDER, **more)


def shown(release: Release) -> list[dict[str, Any]]:
    """The rows that are not suppressed, as somebody who has nothing but the table sees them."""
    quasi = [c.name for c in release.policy.quasi]
    others = [name for name in release.table.column_names if name not in quasi]
    return [
        row
        for row in release.table.to_pylist()
        if not (all(row[q] == "*" for q in quasi) and all(row[o] is None for o in others))
    ]


def classes(release: Release) -> list[list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in shown(release):
        found[tuple(row[c.name] for c in release.policy.quasi)].append(row)
    return list(found.values())


def test_a_release_shows_no_identifier_no_small_group_and_every_person_once() -> None:
    release = made(people(200))
    assert release.table.column_names == ["age", "sex", "stage", "outcome"]
    assert min(map(len, classes(release))) >= 5
    assert Counter(release.table["outcome"].to_pylist()) == Counter(people(200)["outcome"].to_pylist())
    assert release.report["called"] == "anonymised"
    assert release.verified.holds


def test_the_order_of_rows_tells_nothing_without_the_key() -> None:
    release = made(people(200))
    assert release.order.tolist() != list(range(200))
    assert sorted(release.order.tolist()) == list(range(200))
    assert shuffled(ORDER, "a", "b", 50).tolist() == shuffled(ORDER, "a", "b", 50).tolist()
    others = [shuffled(PROJECT, "a", "b", 50), shuffled(ORDER, "c", "b", 50), shuffled(ORDER, "a", "c", 50)]
    assert all(other.tolist() != shuffled(ORDER, "a", "b", 50).tolist() for other in others)


def test_the_same_table_policy_and_keys_give_the_same_release() -> None:
    assert made(people(150)).report == made(people(150)).report


def test_of_a_suppressed_row_nothing_is_shown() -> None:
    table = pa.concat_tables([people(100), people(2, first=100).set_column(1, "age", pa.array([3, 117], pa.int64()))])
    fixed = COLUMNS.replace('hierarchy = "age"', 'hierarchy = "age"\nhighest = 2')
    release = made(table, K5 + "[search]\nkind = 'optimal'\n[suppression]\nat_most = 0.1\n", fixed)
    hidden = [row for row in release.table.to_pylist() if row["outcome"] is None]
    assert hidden == [{"age": "*", "sex": "*", "stage": "*", "outcome": None}] * len(hidden)
    assert len(hidden) == release.report["release"]["suppressed"] >= 2


def test_unmet_thresholds_are_all_listed_and_the_data_are_called_pseudonymised() -> None:
    text = K5 + "[thresholds]\nhighest_risk = 0.0001\nmarketer_risk = 0.0001\n[search]\nkind = 'optimal'\n"
    with pytest.raises(Refused) as refused:
        made(people(60), text)
    assert "pseudonymised" in refused.value.message
    with pytest.raises(Refused) as refused:
        made(people(60), K5 + "[thresholds]\nmarketer_risk = 0.0001\nunique_in_sample = 0\n")
    assert refused.value.message.splitlines()[0].endswith("pseudonymised, not anonymised. Not met:")
    assert [line.split(":")[0].strip() for line in refused.value.message.splitlines()[1:]] == ["marketer_risk"]


def test_a_draft_that_nobody_read_releases_nothing() -> None:
    with pytest.raises(Refused, match="draft"):
        made(people(50), "", "draft = true\n" + COLUMNS + K5)


def test_identifiers_become_the_projects_pseudonyms_and_two_projects_share_none() -> None:
    columns = COLUMNS.replace('role = "identifier"', 'role = "identifier"\npseudonym = true')
    release = made(people(60), columns=columns, project="breast", project_key=PROJECT)
    other = made(people(60), columns=columns, project="lung", project_key=Key(bytes(range(32)), "lung"))
    names, others = set(release.table["patient"].to_pylist()), set(other.table["patient"].to_pylist())
    assert len(names) == len(others) == 60
    assert not names & others
    assert not names & set(people(60)["patient"].to_pylist())
    with pytest.raises(Refused, match="no project is named"):
        made(people(60), columns=columns)


def test_a_row_is_one_person() -> None:
    twice = pa.concat_tables([people(50), people(50)])
    with pytest.raises(BadInput, match="a row must be one person"):
        made(twice)


def test_calendar_dates_do_not_leave_unless_the_policy_says_of_what_they_are() -> None:
    died = pa.array([f"2021-{1 + i % 12:02}-{1 + i % 28:02}" if i % 2 else None for i in range(100)])
    table = people(100).append_column("died", died)
    free = COLUMNS + '[[column]]\nname = "died"\nrole = "sensitive"\n'
    with pytest.raises(BadInput, match="hold calendar dates, and the policy does not say of what: died"):
        made(table, columns=free)
    said = free + 'date = "death"\n'
    assert set(made(table, columns=said).table["died"].to_pylist()) == {None, "2021"}
    monthly = made(table, K5 + "[dates]\ndeath = 'month'\n", said).table["died"].to_pylist()
    assert {len(month) for month in monthly if month} == {len("2021-05")}


def test_events_become_days_since_the_origin_or_move_by_the_projects_secret() -> None:
    table = people(80)
    table = table.append_column("diagnosed", pa.array(["2020-03-01"] * 80))
    table = table.append_column("operated", pa.array(["2020-03-31"] * 80))
    columns = COLUMNS + "".join(
        f'[[column]]\nname = "{name}"\nrole = "sensitive"\ndate = "event"\n' for name in ("diagnosed", "operated")
    )
    relative = made(table, K5 + '[dates]\norigin = "diagnosed"\n', columns).table
    assert set(relative["operated"].to_pylist()) == {30}
    assert set(relative["diagnosed"].to_pylist()) == {"2020"}
    moved = made(table, K5 + '[dates]\nevents = "shifted"\n', columns, project="breast", project_key=PROJECT).table
    pairs = zip(moved["diagnosed"].to_pylist(), moved["operated"].to_pylist(), strict=True)
    days = {(date.fromisoformat(str(b)) - date.fromisoformat(str(a))).days for a, b in pairs}
    assert days == {30}
    assert len(set(moved["diagnosed"].to_pylist())) > 40


def test_levels_that_the_policy_forbids_are_not_shown() -> None:
    columns = COLUMNS.replace('hierarchy = "age"', 'hierarchy = "age"\nlowest = 1')
    for kind in ("local", "optimal"):
        release = made(people(3000), K5 + f"[search]\nkind = '{kind}'\n", columns)
        assert not any(str(label).isdigit() for label in release.table["age"].to_pylist())


def test_whole_numbers_that_a_text_file_keeps_with_a_point_are_whole_numbers() -> None:
    table = people(100)
    ages = pa.array([f"{age}.0" for age in table["age"].to_pylist()])
    plain, pointed = made(table), made(table.set_column(1, "age", ages))
    assert Counter(pointed.table["age"].to_pylist()) == Counter(plain.table["age"].to_pylist())


def test_a_question_mark_and_an_empty_word_are_not_said_and_count_as_one_value() -> None:
    silent = pa.array([("?", "", None)[i % 3] for i in range(60)])
    table = people(60).set_column(4, "outcome", silent)
    with pytest.raises(Refused):
        made(table, K5 + '[[model]]\nkind = "distinct-l-diversity"\nattribute = "outcome"\nl = 2\n')
    assert set(made(table).table["outcome"].to_pylist()) == {None}


def test_a_free_column_that_singles_people_out_is_named_in_the_report() -> None:
    table = people(100).append_column("visit", pa.array(range(100)))
    release = made(table, columns=COLUMNS + '[[column]]\nname = "visit"\nrole = "free"\n')
    assert release.report["nearly_unique"] == {"visit": 1.0}


def test_a_population_beside_the_policy_is_held_to_as_well(tmp_path: Path) -> None:
    everybody = people(400)
    pq.write_table(everybody.drop_columns(["patient", "outcome"]), tmp_path / "everybody.parquet")
    text = '[[model]]\nkind = "k-map"\nk = 8\n[population]\ntable = "everybody.parquet"\n'
    asked = Policy.parse(COLUMNS + text + "[thresholds]\njournalist_risk = 0.125\n", folder=tmp_path)
    release = anonymise(source(everybody.slice(0, 100)), asked, made_on=DAY, order_key=ORDER)
    assert release.report["models"][0]["figure"] >= 8
    assert (
        release.report["risks"]["after"]["journalist_risk"] <= 0.125 < release.report["risks"]["after"]["highest_risk"]
    )


@st.composite
def promises(draw: st.DrawFn) -> tuple[pa.Table, str]:
    """A table of people, and what its release must keep."""
    table = people(draw(st.integers(1, 60)), seed=draw(st.integers(0, 5)))
    said = draw(st.integers(1, 4))
    outcome = [None if i % said else value for i, value in enumerate(table["outcome"].to_pylist())]
    table = table.set_column(table.column_names.index("outcome"), "outcome", pa.array(outcome, pa.string()))
    text = f'[[model]]\nkind = "k-anonymity"\nk = {draw(st.integers(2, 8))}\n'
    if draw(st.booleans()):
        text += f'[[model]]\nkind = "distinct-l-diversity"\nattribute = "outcome"\nl = {draw(st.integers(2, 4))}\n'
    if draw(st.booleans()):
        distance = draw(st.sampled_from(["equal", "ordered"]))
        order = '\norder = ["cured", "relapse", "progression", "lost", "dead"]' if distance == "ordered" else ""
        text += (
            f'[[model]]\nkind = "t-closeness"\nattribute = "outcome"\nt = {draw(st.floats(0.05, 0.9))}'
            f'\ndistance = "{distance}"{order}\n'
        )
    if draw(st.booleans()):
        text += f"[thresholds]\naverage_risk = {draw(st.floats(0.01, 0.5))}\n"
    text += f"[suppression]\nat_most = {draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))}\n"
    return table, text + f"[search]\nkind = '{draw(st.sampled_from(['local', 'optimal']))}'\n"


@settings(max_examples=60, deadline=None)
@given(promises())
def test_whatever_is_asked_the_release_keeps_it_or_is_refused(asked: tuple[pa.Table, str]) -> None:
    table, text = asked
    try:
        release = made(table, text)
    except (Refused, CannotConclude):
        return
    wanted = release.policy
    groups = classes(release)
    everybody = Counter(table["outcome"].to_pylist())
    assert table.num_rows - len(shown(release)) <= wanted.suppress_at_most * table.num_rows
    for model in wanted.models:
        for group in groups:
            outcomes = Counter(row["outcome"] for row in group)
            if model.kind == "k-anonymity":
                assert len(group) >= model.figures["k"]
            elif model.kind == "distinct-l-diversity":
                assert len(outcomes) >= model.figures["l"]
            else:
                assert distance(outcomes, everybody, model.order) <= model.figures["t"] + 1e-9
    if groups and "average_risk" in wanted.thresholds:
        assert len(groups) / len(shown(release)) <= wanted.thresholds["average_risk"]


def distance(group: Counter[str | None], everybody: Counter[str | None], order: tuple[str, ...]) -> float:
    """How far a group lies from everybody: half the differences, or the earth that must cross each step.

    What was not said is a value of its own, the last of an order.
    """
    extra = {v: group[v] / group.total() - everybody[v] / everybody.total() for v in everybody}
    if not order:
        return sum(map(abs, extra.values())) / 2
    crossing, moved = 0.0, 0.0
    there = [value for value in (*order, None) if value in everybody]
    for value in there:
        moved += extra[value]
        crossing += abs(moved)
    return crossing / max(1, len(there) - 1)

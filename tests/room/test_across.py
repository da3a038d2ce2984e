"""Tables beside tables: merged, renamed and nearly equal groups are seen, and ordinary work is let through."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.room.checking.across import nearly_the_same
from chevet.room.checking.extract import Extract
from chevet.room.checking.verdict import FLAGS, Judged
from chevet.room.checks import Against, Output, judge
from chevet.words.labels import Lang, label
from tests.room.ordinary_work import TABLES, extract_of, read_people, table
from tests.shared_data import shared

EXTRACT = Extract([pa.table({"stage": ["I", "II", "III", "IV"] * 60})])
STAGES = "stage,n\nI,110\nII,85\nIII,60\nIV,41\n"
ACROSS = {*FLAGS, "differs_by_few"}


def second(first: str, then: str, extract: Extract = EXTRACT) -> Judged:
    """What is found of the second of two tables."""
    return judge([Output("a.csv", first.encode()), Output("b.csv", then.encode())], Against(extract))[1]


def cells(judged: Judged) -> list[tuple[str, str, str]]:
    return [(r.code, r.facts["earlier"], r.facts["cells"]) for r in judged.reasons if r.code in ACROSS]


@pytest.mark.parametrize(("then", "found"), [
    ("stage,n\nI,110\nII,78\nIII,60\nIV,41\n", [("differs_by_few", "a.csv", "B3 / B3")]),
    ("stage,n\nI,110\nII,75\nIII,60\nIV,41\n", []),
    ("stage,n\nI,100\nII,78\nIII,52\nIV,30\n", []),
    ("stage,n\nI-II,190\nIII-IV,101\n", [("merged_differs_by_few", "a.csv", "B2 / B2+B3")]),
    ("stage,n\nI/II,190\nIII or IV,101\n", [("merged_differs_by_few", "a.csv", "B2 / B2+B3")]),
    ("stage,n\nI-II,195\nIII-IV,101\n", []),
    ("stage,n\nI-III,254\nIV,41\n", [("differs_by_few", "a.csv", "B2+B3 / B2+B3+B4+B5")]),
    ("arm,n\nx,152\ny,139\n", []),
    ("arm,n\nx,152\ny,142\n", [("totals_differ_by_few", "a.csv", "B2+B3 / B2+B3+B4+B5")]),
])  # fmt: skip
def test_the_very_cells_that_few_people_lie_between_are_named(then: str, found: list[tuple[str, str, str]]) -> None:
    assert cells(second(STAGES, then)) == found


def test_it_is_seen_in_whichever_order_the_two_tables_come() -> None:
    assert cells(second("stage,n\nI-II,190\nIII-IV,101\n", STAGES)) == [
        ("merged_differs_by_few", "a.csv", "B2+B3 / B2")
    ]


def test_yes_of_one_column_is_not_yes_of_another() -> None:
    extract = Extract([pa.table({"chemo": ["yes", "no"] * 90, "radio": ["no", "yes"] * 90})])
    chemo, radio = "chemo,n\nyes,80\nno,100\n", "radio,n\nyes,78\nno,102\n"
    assert second(chemo, radio, extract).verdict == "pass"
    assert second(chemo, radio.replace("radio", "chemo"), extract).verdict == "refuse"
    assert second(chemo, radio.replace("radio", "treated"), extract).verdict == "refuse"  # it may be the same column


def test_patients_of_whom_it_is_not_said_are_a_group_and_no_total() -> None:
    assert second("stage,n\nI,110\nNA,85\n", "grade,n\n1,100\n2,95\n").verdict == "pass"
    assert second("stage,n\nI,110\nNA,85\n", "arm,n\nx,95\ny,98\n").verdict == "review"


def test_two_columns_of_one_table_are_compared_too() -> None:
    extra = "stage,every,without\nI,110,110\nII,85,84\nIII,60,60\n"
    (judged,) = judge([Output("t.csv", extra.encode())], Against(EXTRACT))
    assert cells(judged) == [("renamed_differs_by_few", "t.csv", "C3 / B3")]


@given(
    counts=st.lists(st.integers(50, 900), min_size=5, max_size=12), cuts=st.sets(st.integers(1, 4), min_size=2),
    fewer=st.integers(1, 4), which=st.integers(0, 2),
)  # fmt: skip
def test_however_neighbours_are_merged_and_renamed_with_one_to_four_left_out_a_person_looks(
    counts: list[int], cuts: set[int], fewer: int, which: int
) -> None:
    ends = [0, *sorted(cuts), len(counts)]
    merged = [sum(counts[a:b]) for a, b in pairwise(ends)]
    merged[which] -= fewer
    fine = "f,n\n" + "".join(f"f{i},{n}\n" for i, n in enumerate(counts))
    coarse = "c,n\n" + "".join(f"c{i},{n}\n" for i, n in enumerate(merged))
    assert second(fine, coarse).verdict == "review"


@given(st.lists(st.integers(5, 900), min_size=3, max_size=12), st.sets(st.integers(1, 2), min_size=1))
def test_neighbours_merged_to_the_person_pass(counts: list[int], cuts: set[int]) -> None:
    ends = [0, *sorted(cuts), len(counts)]
    merged = [sum(counts[a:b]) for a, b in pairwise(ends)]
    total = sum(counts)
    fine = "f,n\n" + "".join(f"f{i},{n}\n" for i, n in enumerate(counts))
    coarse = "c,n\n" + "".join(f"c{i},{n}\n" for i, n in enumerate(merged))
    found = {r.code for r in second(fine, coarse).reasons}
    assert (sum(merged), "totals_differ_by_few" in found, "merged_differs_by_few" in found) == (total, False, False)


def test_up_to_nine_by_counts_alone_only_where_three_others_are_the_same() -> None:
    many = tuple((n, f"B{i}") for i, n in enumerate((120, 88, 60, 41), start=2))
    assert nearly_the_same(many, (*many[:3], (34, "B5"))) == [("B5", "B5")]
    assert nearly_the_same(many[1:], (*many[1:3], (34, "B5"))) == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_both_checkers_read_which_cell_beside_which_in_their_language(lang: Lang) -> None:
    judged = judge([Output("a.csv", STAGES.encode()), Output("b.csv", b"stage,n\nI-II,190\nIII-IV,101\n")],
                   Against(EXTRACT, key="5" * 64))[1]  # fmt: skip
    (reason,) = judged.reasons
    said = reason.says(lang)
    assert all(word in said for word in ("a.csv", "B2 / B2+B3", f"[{reason.flag}]"))
    assert "190" not in said
    assert label("check.merged_differs_by_few", "en") != label("check.merged_differs_by_few", "fr")


def alarms(size: int, seeds: range) -> Counter[str]:
    """Of twenty ordinary tables per draw of so many patients of METABRIC: the verdicts by what lies across tables."""
    people = read_people(shared("cohorts/metabric"))
    found: Counter[str] = Counter()
    for seed in seeds:
        drawn = random.Random(seed).sample(people, size)
        outputs = [Output(f"t{i:02}.csv", table(drawn, by, who).encode()) for i, (by, who) in enumerate(TABLES)]
        for judged in judge(outputs, Against(Extract([extract_of(drawn)]))):
            across = [r.verdict for r in judged.reasons if r.code in ACROSS]
            found["refuse" if "refuse" in across else "review" if across else "pass"] += 1
    return found


def test_of_twenty_ordinary_tables_of_the_whole_of_metabric_none_is_stopped() -> None:
    assert alarms(2509, range(1)) == {"pass": 20}


def test_of_two_hundred_ordinary_tables_of_a_thousand_patients_three_are_flagged_and_none_is_refused() -> None:
    assert alarms(1000, range(10)) == {"pass": 197, "review": 3}

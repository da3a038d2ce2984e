"""One to four people can be counted in no answer: neither read from it, nor worked out from what it shows.

The attacker holds one answer, knows how Chevet withholds, and knows the total where anybody may ask for it. Where the
cells are few, every table that fits what is shown is tried; elsewhere the true numbers, which the test knows and
the attacker does not, are compared with the differences that the answer shows.
"""

from __future__ import annotations

import datetime
import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chevet.bedside.page import assemble
from chevet.cohort import cohort as cohorts
from chevet.cohort.association import fisher_exact
from chevet.cohort.cohort import Cohort
from chevet.cohort.compare import compare
from chevet.cohort.cooccurrence import cooccurrence, tendencies_of_hidden
from chevet.cohort.count import count
from chevet.cohort.definition import parse
from chevet.cohort.describe import describe
from chevet.cohort.genes import gene_frequencies
from chevet.cohort.index import CohortIndex
from chevet.cohort.kaplan_meier import Curve, kaplan_meier
from chevet.cohort.oncoprint import oncoprint
from chevet.cohort.survival import released_at_risk, released_points, survival
from chevet.errors import CannotConclude, ChevetError, Refused
from chevet.privacy.disclosure import FLOOR, is_small, nothing_large, released_counts
from chevet.store.lake import Lake
from tests import strategies
from tests.bedside import small_study

GENES = ("EGFR", "KRAS", "TP53", "TERT")
Rows = dict[str, list[dict[str, Any]]]


# -- cells of one whole


def _fitting(shown: Mapping[str, int | None], total: int) -> list[tuple[int, ...]]:
    """Every way to fill the hidden cells so that the total is right and these very cells would be hidden."""
    hidden = [cell for cell, n in shown.items() if n is None]
    rest = total - sum(n for n in shown.values() if n is not None)
    found = []
    for parts in itertools.product(range(1, rest - len(hidden) + 2), repeat=max(0, len(hidden) - 1)):
        last = rest - sum(parts)
        if last >= 1:
            tried = {**shown, **dict(zip(hidden, (*parts, last), strict=True))}
            if released_counts({cell: n or 0 for cell, n in tried.items()}) == dict(shown):
                found.append((*parts, last))
    return found


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 14), min_size=1, max_size=4))
@example({"A": 1, "B": 1, "C": 1, "D": 1, "E": 1, "F": 30})
@example({"A": 4, "B": 4, "C": 4, "D": 5})
@example({"A": 5, "B": 3, "C": 5})
@example({"A": 2, "B": 5, "C": 9})
def test_every_hidden_cell_may_hold_another_number_for_who_knows_the_rule_and_the_total(cells: dict[str, int]) -> None:
    if nothing_large(cells):
        return
    shown = released_counts(cells)
    assert not any(n is not None and is_small(n) for n in shown.values())
    if None not in shown.values():
        return
    fitting = _fitting(shown, sum(cells.values()))
    hidden = [cell for cell, n in shown.items() if n is None]
    assert tuple(cells[cell] for cell in hidden) in fitting
    for place in range(len(hidden)):
        assert len({filled[place] for filled in fitting}) >= 2


def test_five_cells_of_one_person_each_were_known_by_their_sum_alone() -> None:
    """Hiding the small cells only is not enough: each holds at least one, so a sum of five tells all five."""
    cells = {"A": 1, "B": 1, "C": 1, "D": 1, "E": 1, "F": 30, "G": 40}
    assert [cell for cell, n in released_counts(cells).items() if n is None] == ["A", "B", "C", "D", "E", "F"]


# -- generated studies


def _cohort(rows: Rows, folder: Path, definition: str) -> Cohort:
    """A cohort of these rows, without a lake."""
    database: duckdb.DuckDBPyConnection = strategies.connection(rows)
    CohortIndex.build(database, folder)
    found = Cohort.__new__(Cohort)
    for name, value in (("version", None), ("definition", parse(definition)), ("index", CohortIndex.load(folder)),
                        ("ledger", None), ("engine", None)):  # fmt: skip
        object.__setattr__(found, name, value)
    return found


@st.composite
def studies(draw: st.DrawFn) -> Rows:
    """Ten to sixty patients in groups of like ones, so that counts around the floor are common."""
    rows: Rows = {name: [] for name in ("patient", "diagnosis", "sample", "panel", "panel_gene", "variant", "event")}
    rows["panel_gene"] = [{"panel_id": "small", "gene": g} for g in GENES[:3]]
    rows["panel_gene"] += [{"panel_id": "large", "gene": g} for g in GENES]
    number = itertools.count()
    for _ in range(draw(st.integers(2, 6))):
        sex, stage = draw(strategies.maybe(("female", "male"))), draw(strategies.maybe(("I", "II", "III")))
        panel = draw(st.sampled_from((None, "small", "large")))
        mutated = draw(st.sets(st.sampled_from(GENES), max_size=3))
        ending, month = draw(strategies.maybe((True, False))), draw(st.integers(1, 30))
        for _ in range(draw(st.integers(1, 12))):
            i = next(number)
            patient, sample = f"P{i:03d}", f"S{i:03d}"
            rows["patient"].append({"patient_id": patient, "sex": sex, "centre": draw(strategies.maybe("XYZ"))})
            rows["diagnosis"].append({"patient_id": patient, "diagnosis_id": "1", "stage": stage,
                                      "oncotree_code": "LUAD"})  # fmt: skip
            rows["sample"].append({"patient_id": patient, "sample_id": sample, "sample_type": "primary"})
            if panel:
                rows["panel"].append({"patient_id": patient, "sample_id": sample, "alteration_type": "variant",
                                      "panel_id": panel, "whole": False})  # fmt: skip
                rows["variant"] += [{"patient_id": patient, "sample_id": sample, "gene": g,
                                     "consequence": "Missense_Mutation"} for g in sorted(mutated)]  # fmt: skip
            if ending is not None:
                rows["event"].append({"patient_id": patient, "event": "overall_survival",
                                      "endpoint": "overall_survival", "occurred": ending,
                                      "start_days": 30.4375 * (month + draw(st.integers(0, 3)))})  # fmt: skip
    return rows


_few_but_real = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
definitions = st.sampled_from(["all", "sex = female", "stage in (I, II)", "mutated(TP53)", "not mutated(KRAS)"])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A new folder each time it is asked."""
    number = itertools.count()
    root = tmp_path_factory.mktemp("indexes")
    return lambda: root / str(next(number))


def _told(cohort: Cohort, ask: Any) -> Any:
    try:
        return ask(cohort)
    except (Refused, CannotConclude):
        return None


@_few_but_real
@given(studies(), definitions)
def test_the_three_states_of_a_definition_cannot_be_had_by_subtraction(folders: Any, rows: Rows, text: str) -> None:
    cohort = _cohort(rows, folders(), text)
    found = count(cohort)
    shown = {"inside": found.inside, "outside": found.outside, "unknown": found.unknown}
    assert not any(n is not None and is_small(n) for n in shown.values())
    if None in shown.values() and any(shown.values()):
        fitting = _fitting(shown, cohort.index.n_patients)
        for place in range(len(fitting[0])):
            assert len({filled[place] for filled in fitting}) >= 2


@_few_but_real
@given(studies(), definitions)
def test_a_description_leaves_every_withheld_number_open(folders: Any, rows: Rows, text: str) -> None:
    cohort = _cohort(rows, folders(), text)
    found = _told(cohort, describe)
    if found is None:
        return
    for distribution in found.distributions:
        hidden = [value for value, n in distribution.counts.items() if n is None]
        assert not any(n is not None and is_small(n) for n in distribution.counts.values())
        if not distribution.exclusive:
            continue
        if hidden == [""] and len(distribution.counts) == 1:
            continue
        said = [value for value in hidden if value]
        assert said == sorted(said), "the order of what is withheld must not follow its numbers"
        if hidden:
            fitting = _fitting(distribution.counts, found.patients) if len(hidden) < 4 else []
            for place in range(len(hidden) if fitting else 0):
                assert len({filled[place] for filled in fitting}) >= 2


@_few_but_real
@given(studies(), definitions)
def test_gene_counts_and_those_left_by_subtraction_are_large_or_nobody(folders: Any, rows: Rows, text: str) -> None:
    cohort = _cohort(rows, folders(), text)
    found = _told(cohort, gene_frequencies)
    for gene in found.genes if found else ():
        assert gene.tested is None or not is_small(gene.tested)
        if gene.altered is not None and gene.tested is not None:
            assert not is_small(gene.altered)
            assert not is_small(gene.tested - gene.altered)
        else:
            assert gene.frequency is gene.ci_low is gene.ci_high is None


@_few_but_real
@given(studies(), definitions)
def test_a_pair_of_genes_shows_all_four_counts_or_none(folders: Any, rows: Rows, text: str) -> None:
    """Each gene's other pairs tell its margin: with one count hidden, the other three would give it away."""
    cohort = _cohort(rows, folders(), text)
    found = _told(cohort, lambda c: cooccurrence(c, genes=[g for g in GENES if g in c.index.genes]))
    for pair in found.pairs if found else ():
        four = [pair.both, pair.only_a, pair.only_b, pair.neither]
        assert four == [None] * 4 or not any(n is None or is_small(n) for n in four)
        assert (pair.p is None) == (pair.q is None) == (pair.log2_odds_ratio is None) == (four[0] is None)


@settings(deadline=None)
@given(st.tuples(*(st.integers(0, most) for most in (12, 60, 60, 300))))
@example((1, 40, 40, 300))
@example((0, 3, 60, 300))
def test_the_tendency_of_a_withheld_pair_is_that_of_every_table_it_may_be(cells: tuple[int, int, int, int]) -> None:
    """With each gene's margin known, a tendency that holds for one table only would tell which it is."""
    if not any(map(is_small, cells)):
        return
    both, margin_a, margin_b, everyone = cells[0], cells[0] + cells[1], cells[0] + cells[2], sum(cells)
    side = np.sign(both * everyone - margin_a * margin_b)
    tables = [
        (x, margin_a - x, margin_b - x, everyone - margin_a - margin_b + x)
        for x in range(max(0, margin_a + margin_b - everyone), min(margin_a, margin_b) + 1)
        if np.sign(x * everyone - margin_a * margin_b) == side
    ]
    possible = [table for table in tables if any(map(is_small, table))]
    sure = all(float(fisher_exact(*table)[0]) * 10 <= 0.05 for table in possible)
    expected = "withheld" if side == 0 or len(possible) < 2 or not sure else "together" if side > 0 else "exclusive"
    assert tendencies_of_hidden([np.array([n]) for n in cells], 10) == [expected]


@_few_but_real
@given(studies(), st.sampled_from(["", "stage", "sex", "TP53", "cohort"]))
def test_survival_shows_no_small_group_left_out_step_or_number_at_risk(folders: Any, rows: Rows, by: str) -> None:
    cohort = _cohort(rows, folders(), "not mutated(KRAS)")
    try:
        found = survival(cohort, by=by)
    except ChevetError:
        return
    told = found.as_json()
    assert all(n is None or not is_small(n) for n in told["left_out"].values())
    for group in told["groups"]:
        assert group["patients"] >= FLOOR
        assert group["events"] is None or not (
            is_small(group["events"]) or is_small(group["patients"] - group["events"])
        )
        risk = [group["patients"], *(at["patients"] for at in group["at_risk"] if at["patients"] is not None)]
        assert not any(is_small(abs(a - b)) for a, b in itertools.pairwise(risk))
        assert not any(map(is_small, risk))


# -- curves


people = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=FLOOR, max_size=60)


@given(people)
def test_five_events_or_none_lie_between_the_points_of_a_released_curve(found: Sequence[tuple[int, bool]]) -> None:
    months, occurred = np.array([m for m, _ in found], dtype=float), np.array([o for _, o in found])
    curve = kaplan_meier(months, occurred)
    points = released_points(curve, first=(12, 36))
    ends = [0.0, *(m for m, *_ in points), np.inf]
    for start, end in itertools.pairwise(ends) if points else ():
        assert not is_small(int((occurred & (months > start) & (months <= end)).sum()))
    for month, share, *_ in points:
        assert (months > month).sum() >= FLOOR
        assert share == pytest.approx(float(curve.at([month])[0][0]))


@given(people)
def test_without_censoring_a_released_curve_gives_no_small_count(found: Sequence[tuple[int, bool]]) -> None:
    """While nobody has left otherwise, share times people is a whole number: a reader counts on the curve."""
    months = np.array([m for m, _ in found], dtype=float)
    curve = kaplan_meier(months, np.ones(len(months), dtype=bool))
    alive = [len(months), *(round(share * len(months)) for _, share, *_ in released_points(curve))]
    assert not any(is_small(a - b) for a, b in itertools.pairwise(alive))
    assert not any(map(is_small, alive))


def test_the_fine_curve_did_give_single_deaths() -> None:
    curve: Curve = kaplan_meier(np.arange(1.0, 41.0), np.ones(40, dtype=bool))
    fine = np.round(40 * curve.at(np.arange(0, 36))[0])
    assert is_small(int(fine[3] - fine[4]))
    assert len(released_points(curve)) == 8


@given(people, st.lists(st.integers(0, 40), min_size=1, max_size=8).map(sorted))
def test_numbers_at_risk_differ_by_five_or_not_at_all(found: Sequence[tuple[int, bool]], ticks: list[int]) -> None:
    curve = kaplan_meier([m for m, _ in found], [o for _, o in found])
    shown = [curve.n, *(n for n in released_at_risk(curve, ticks) if n is not None)]
    assert not any(is_small(abs(a - b)) for a, b in itertools.pairwise(shown))
    assert not any(map(is_small, shown))


# -- a study made to leak


def _study(tmp_path: Path) -> Lake:
    """120 patients: 3 of stage 0, 4 of stage IV without a survival time, KRAS in 3 and never with TP53 but once."""
    rows = small_study.study_rows()
    for i, diagnosis in enumerate(rows["diagnosis"]):
        diagnosis["stage"] = "0" if i < 3 else "IV" if i < 7 else "II" if i % 2 else "III"
    rows["event"] = [row for i, row in enumerate(rows["event"]) if not 3 <= i < 7]
    rows["patient"][0]["centre"] = "Lyon"
    return small_study.lake(tmp_path / "home", rows)


def test_a_small_group_is_left_out_and_takes_no_large_group_with_it(tmp_path: Path) -> None:
    lake = _study(tmp_path)
    found = survival(cohorts.open(lake, "small"), by="stage").as_json()
    assert {g["label"] for g in found["groups"]} == {"II", "III"}
    assert all(g["curve"] for g in found["groups"])
    assert found["left_out"] == {"no_time": None, "never_observed": 0, "no_group": None}
    notes = " ".join(survival(cohorts.open(lake, "small"), by="stage").notes("en"))
    assert "of fewer than 5 patients: fewer than 5" in notes


def test_small_groups_and_unsaid_ones_make_one_number(tmp_path: Path) -> None:
    rows = small_study.study_rows()
    for i, diagnosis in enumerate(rows["diagnosis"]):
        diagnosis["stage"] = "0" if i < 3 else None if i < 6 else "II"
    lake = small_study.lake(tmp_path / "home", rows)
    found = survival(cohorts.open(lake, "small"), by="stage").as_json()
    assert [g["label"] for g in found["groups"]] == ["II"]
    assert found["left_out"]["no_group"] == 6


def test_the_ledger_does_not_say_what_the_answer_withholds(tmp_path: Path) -> None:
    lake = _study(tmp_path)
    cohort = cohorts.open(lake, "small", "not stage = 0")
    assert count(cohort).as_json()["patients"] is None
    entry = [e for e in lake.ledger.entries() if e.act == cohorts.QUESTION_ASKED][-1]
    assert cohort.size == 118
    assert entry.facts["patients"] is None


def test_a_comparison_withholds_the_size_that_would_count_the_untested(tmp_path: Path) -> None:
    rows = small_study.study_rows()
    rows["panel"] = [p for p in rows["panel"] if p["patient_id"] not in {"P-004", "P-010"}]
    lake = small_study.lake(tmp_path / "home", rows)
    found = compare(cohorts.open(lake, "small", 'grade = "3"'), cohorts.open(lake, "small", 'grade = "2"'))
    tested = {g.gene: g.tested_first for g in found.genes}
    assert tested["TP53"] == 59, "there is something to leak: 61 have grade 3"
    assert (found.patients_first, found.patients_second) == (None, 60)
    assert "withheld" in found.notes("en")[0]


def test_a_page_hides_deaths_and_numbers_tested_by_the_same_rule(tmp_path: Path) -> None:
    rows = small_study.study_rows()
    for event in rows["event"]:
        event["occurred"] = event["patient_id"] in {"P-007", "P-008", "P-030"}
    rows["panel"] = [p for p in rows["panel"] if p["patient_id"] != "P-010"]
    version = small_study.lake(tmp_path / "home", rows).open("small")
    page = assemble(version, CohortIndex.load(version.index_dir), small_study.MAIN, made_on=datetime.date(2026, 3, 1))
    assert page.standing.patients is None
    assert page.standing.similar is not None
    for group in (page.standing.similar.nearest, page.standing.similar.everyone):
        assert not any(group.curve)
        assert group.median is None
        assert {mark.alive for mark in group.landmarks} == {None}
        assert group.deaths in (None, 0)


def test_oncoprint_marks_can_be_counted_only_where_they_may(tmp_path: Path) -> None:
    rows = small_study.study_rows()
    rows["panel"] = [p for p in rows["panel"] if p["patient_id"] != "P-110" or p["alteration_type"] != "variant"]
    everyone = sorted(p["patient_id"] for p in rows["patient"])
    rows["panel"] += [{"patient_id": p, "sample_id": f"{p}-S1", "alteration_type": "copy_number", "panel_id": "MORE",
                       "whole": False} for p in everyone]  # fmt: skip
    rows["panel_gene"] += [{"panel_id": "MORE", "gene": "TP53"}]
    calls = dict(zip(everyone, (0, -2, 2, 0, -2, 2, 0, 2), strict=False))
    rows["copy_number"] += [{"patient_id": p, "sample_id": f"{p}-S1", "gene": "TP53", "gene_as_given": "TP53",
                             "call": call} for p, call in calls.items()]  # fmt: skip
    rows["variant"] += [{"patient_id": p, "sample_id": f"{p}-S1", "gene": "PIK3CA", "gene_as_given": "PIK3CA",
                         "consequence": "Missense_Mutation"} for p in everyone[:20]]  # fmt: skip
    found = oncoprint(cohorts.open(small_study.lake(tmp_path / "home", rows), "small"))
    assert [line.gene for line in found.lines] == ["TP53"]
    (line,) = found.lines
    assert set(line.states) == {"not_altered", "variant", "altered"}, "two kinds of few patients were joined"
    for state in set(line.states):
        assert not is_small(line.states.count(state)), state
    assert found.withheld == ("PIK3CA",), "one patient was not tested for it"
    assert not any(word in json.dumps(found.picture("en")["data"]) for word in ("deletion", "amplification"))

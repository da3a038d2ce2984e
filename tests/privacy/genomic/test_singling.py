"""The measured shares equal what is found by trying every patient and every set of alterations, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.cohort.studies import import_study
from chevet.errors import BadInput, CannotConclude
from chevet.privacy.genomic import Carried, carried, matching, release_alterations, singling, singling_out
from chevet.store.lake import Lake
from tests.shared_data import shared

Lists = Sequence[frozenset[int]]
_LISTS = st.lists(st.frozensets(st.integers(0, 6), max_size=5), min_size=1, max_size=30)


def _data(lists: Lists) -> Carried:
    pairs = [(p, a) for p, found in enumerate(lists) for a in sorted(found)]
    table = pa.table(
        {"patient_id": pa.array([f"P-{p}" for p, _ in pairs], pa.string()),
         "kind": pa.array(["variant"] * len(pairs), pa.string()),
         "alteration": pa.array([f"A{a}" for _, a in pairs], pa.string())}
    )  # fmt: skip
    return carried(table, pa.array([f"P-{p}" for p in range(len(lists))], pa.string()))


def _matches(lists: Lists, classes: Sequence[int], patient: int, known: frozenset[int]) -> int:
    return sum(known <= found and classes[patient] == c for found, c in zip(lists, classes, strict=True))


def _by_hand(lists: Lists, classes: Sequence[int], m: int) -> tuple[float, float]:
    """(random, rarest): shares of all patients, every subset of m alterations tried."""
    carriers = Counter(a for found in lists for a in found)
    # Of two that are equally rare, the one met first counts as rarer: alterations are numbered in that order.
    met = {a: n for n, a in enumerate(dict.fromkeys(a for found in lists for a in sorted(found)))}
    by_chance, by_rarest = 0.0, 0
    for patient, found in enumerate(lists):
        if found:
            subsets = [frozenset(s) for s in combinations(sorted(found), min(m, len(found)))]
            by_chance += sum(_matches(lists, classes, patient, s) == 1 for s in subsets) / len(subsets)
            rarest = sorted(found, key=lambda a: (carriers[a], met[a]))[:m]
            by_rarest += _matches(lists, classes, patient, frozenset(rarest)) == 1
    return by_chance / len(lists), by_rarest / len(lists)


@settings(max_examples=60, deadline=None)
@given(lists=_LISTS, classed=st.booleans(), bitmaps=st.booleans())
def test_shares_are_those_found_by_trying_everything(lists: Lists, classed: bool, bitmaps: bool) -> None:
    classes = [i % 3 for i in range(len(lists))] if classed else [0] * len(lists)
    with pytest.MonkeyPatch.context() as patch:
        if bitmaps:  # otherwise only facts that more than 64 patients carry have one
            patch.setattr(matching, "LISTED", 1)
        found = singling_out(_data(lists), classes=np.array(classes) if classed else None, draws=4_000)
    same = Counter(zip(lists, classes, strict=True))
    assert found["list"] == pytest.approx(sum(n == 1 for n in same.values()) / len(lists))
    assert sum(found["sizes"].values()) == len(lists)
    assert found["sizes"]["1"] == sum(n == 1 for n in same.values())
    for m in (1, 2, 3):
        by_chance, by_rarest = _by_hand(lists, classes, m)
        assert found["known"][m]["rarest"] == pytest.approx(by_rarest)
        assert found["known"][m]["random"] == pytest.approx(by_chance, abs=5 * 0.5 / 4_000**0.5)


@settings(max_examples=30, deadline=None)
@given(lists=_LISTS)
def test_who_knows_more_singles_out_no_fewer(lists: Lists) -> None:
    data = _data(lists)
    alone, together = singling_out(data, draws=50), singling_out(data, classes=np.arange(len(lists)) % 2, draws=50)
    rarest = [alone["known"][m]["rarest"] for m in (1, 2, 3)]
    assert rarest == sorted(rarest)
    assert together["list"] >= alone["list"]
    assert all(together["known"][m]["rarest"] >= alone["known"][m]["rarest"] for m in (1, 2, 3))


def test_draws_are_without_replacement_and_even() -> None:
    many = np.repeat(np.array([1, 2, 5]), 30_000)
    drawn = singling._distinct_draws(many, 2, np.random.default_rng(1))
    assert (drawn[:30_000] == [0, -1]).all()
    assert all(set(row) == {0, 1} for row in drawn[30_000:30_100].tolist())
    pairs = Counter(tuple(sorted(row)) for row in drawn[60_000:].tolist())
    assert set(pairs) == set(combinations(range(5), 2))
    assert all(abs(n - 3_000) < 250 for n in pairs.values())


def test_a_class_that_is_one_person_is_told_as_such() -> None:
    found = singling_out(_data([frozenset({1})] * 4), classes=np.array([7, 7, 9, 7]))
    assert (found["class"], found["list"], found["known"][1]["rarest"]) == (0.25, 0.25, 0.25)


def test_the_same_question_has_the_same_answer() -> None:
    data = _data([frozenset({i % 5, i % 7}) for i in range(50)])
    assert singling_out(data, draws=500) == singling_out(data, draws=500)


def test_patients_who_are_not_listed_and_classes_that_are_missing_are_bad_input() -> None:
    table = pa.table({"patient_id": ["P-1"], "kind": ["variant"], "alteration": ["A"]})
    with pytest.raises(BadInput):
        carried(table, pa.array(["P-2"]))
    with pytest.raises(BadInput):
        singling_out(_data([frozenset({1})]), classes=np.array([1, 2]))
    with pytest.raises(CannotConclude):
        singling_out(_data([]))


def test_nobody_with_alterations_is_nobody_singled_out_by_one() -> None:
    found = singling_out(_data([frozenset()] * 3))
    assert (found["list"], found["known"][1]) == (0.0, {"random": 0.0, "rarest": 0.0})


def test_on_metabric_a_k_of_five_stops_who_knows_one_alteration_and_not_who_knows_the_list(
    tmp_path: Path,
) -> None:
    lake = Lake(tmp_path)
    import_study(lake, shared("cohorts/metabric"), "metabric")
    by_gene = release_alterations(lake.open("metabric"), "gene")
    found = singling_out(carried(by_gene.table, by_gene.patients["patient_id"]))
    assert found["known"][1] == {"random": 0.0, "rarest": 0.0}
    assert found["list"] == pytest.approx(0.836, abs=0.001)
    assert 0.2 < found["known"][2]["rarest"] < found["known"][3]["rarest"] < found["list"]

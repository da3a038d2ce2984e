"""What of the shape of a cohort's genes may leave: an attacker who subtracts finds nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.cohort import cohort as cohorts
from chevet.privacy.disclosure import FLOOR, is_small
from chevet.targets.shape.analysis import Shape, of_cohort, of_table
from chevet.targets.shape.disclosing import disclosed
from chevet.targets.shape.heads import heads
from chevet.targets.shape.tables import tables
from tests.targets.shape.made_changes import MISSENSE, NONSENSE, missense, patients, table
from tests.targets.shape.made_study import N, study, variant

Row = dict[str, Any]
COUNTS = ("patients", "first", "second", "both", "focal", "within", "changes", "altering", "missense", "truncating",
          "recurrent")  # fmt: skip


def _shape(folder: Path, **changed: Any) -> Shape:
    return of_cohort(cohorts.open(study(folder, **changed), "made"))


def _rows(shape: Shape, name: str, gene: str) -> list[Row]:
    return [row for row in shape.tables[name].to_pylist() if row["gene"] == gene]


def test_no_count_shown_is_of_one_to_four(tmp_path: Path) -> None:
    """Places of a stretch are no counts."""
    shape = _shape(tmp_path)
    for name, one in shape.tables.items():
        for row in one.to_pylist():
            for key in COUNTS:
                if row.get(key) is not None and not (name == "clusters" and key == "first"):
                    assert not is_small(row[key]), (name, key)


def test_a_hotspot_is_told_with_its_numbers_where_ten_have_another_change(tmp_path: Path) -> None:
    (row,) = _rows(_shape(tmp_path), "hotspots", "BRAF")
    assert (row["residue"], row["patients"], row["changes"], row["significant"]) == ("V600", 30, 40, True)


@pytest.mark.parametrize("elsewhere", [1, 3, 4])
def test_a_hotspot_loses_its_numbers_where_subtracting_it_leaves_one_to_four(tmp_path: Path, elsewhere: int) -> None:
    """The gene's carriers are told by other answers: 30 of 33 leave three."""
    shape = _shape(tmp_path, braf_elsewhere=elsewhere)
    (row,) = _rows(shape, "hotspots", "BRAF")
    assert row == dict.fromkeys(row) | {"gene": "BRAF", "residue": "V600", "place": 600, "significant": True}
    (pattern,) = _rows(shape, "patterns", "BRAF")
    assert (pattern["patients"], pattern["recurrent"], pattern["recurrent_share"]) == (30 + elsewhere, None, None)
    assert _rows(shape, "clusters", "BRAF") == []
    assert heads(shape.found, "BRAF").rows == ()


def test_the_role_is_said_without_the_numbers(tmp_path: Path) -> None:
    (pattern,) = _rows(_shape(tmp_path, braf_elsewhere=3), "patterns", "BRAF")
    assert (pattern["role"], pattern["q_truncating"]) == ("oncogene", None)


def test_a_gene_altered_in_one_to_four_is_not_listed(tmp_path: Path) -> None:
    more = {"variant": [variant(number, "KRAS", "Missense_Mutation", "p.G12D") for number in range(4)]}
    shape = _shape(tmp_path, more=more)
    assert [_rows(shape, name, "KRAS") for name in ("patterns", "hotspots", "clusters")] == [[], [], []]
    assert "patterns" in shape.about["withheld"]


def test_a_gene_altered_in_all_but_a_few_is_not_listed(tmp_path: Path) -> None:
    more = {"variant": [variant(number, "KRAS", "Missense_Mutation", "p.G12D") for number in range(N - 2)]}
    assert _rows(_shape(tmp_path, more=more), "patterns", "KRAS") == []


def test_a_stretch_is_told_by_residues_of_five_patients(tmp_path: Path) -> None:
    """50 to 58 hold ten changes each in one patient, and 60 six: the stretch is told as 60 to 60."""
    rows = [variant(number, "EGFR", "Missense_Mutation", f"p.A{50 + number}T") for number in range(9)]
    rows += [variant(10 + number, "EGFR", "Missense_Mutation", "p.A60T") for number in range(6)]
    rows += [variant(20 + number, "EGFR", "Missense_Mutation", f"p.A{400 + 70 * number}T") for number in range(6)]
    shape = _shape(tmp_path, more={"variant": rows})
    (row,) = _rows(shape, "clusters", "EGFR")
    number = shape.found.changes.genes.index("EGFR")
    raw = shape.found.clusters.gene.tolist().index(number)
    assert shape.found.clusters.first[raw] < 60
    assert (row["first"], row["last"], row["expected"], row["ratio"]) == (60, 60, None, None)


def test_a_partner_of_two_patients_is_not_told_and_cannot_be_had(tmp_path: Path) -> None:
    """ALK is joined in ten; eight have EML4. With both told, two would be left."""
    (row,) = _rows(_shape(tmp_path), "fusions", "ALK")
    assert (row["patients"], row["partners"]) == (10, [])


def test_a_pair_hidden_in_one_gene_is_hidden_in_the_other(tmp_path: Path) -> None:
    (row,) = _rows(_shape(tmp_path), "fusions", "EML4")
    assert row["partners"] == []


def test_two_hits_are_told_only_where_no_part_is_small(tmp_path: Path) -> None:
    """TP53 changes in 45; lost in 20 of these and 5 more it may be told, in 20 and 2 more it may not."""
    for beyond, told in ((5, True), (2, False)):
        more = {"copy_number": [{"sample_id": f"SP{number:03d}", "patient_id": f"P{number:03d}", "gene": "TP53",
                                 "call": -2, "profile": "made"}
                                for number in (*range(20), *range(60, 60 + beyond))]}  # fmt: skip
        rows = _rows(_shape(tmp_path / str(beyond), more=more), "two_hits", "TP53")
        assert bool(rows) == told


def test_rows_without_numbers_stand_last_and_by_name(tmp_path: Path) -> None:
    """Sorted by p among the others, their place would tell it."""
    rows = [variant(number, gene, "Missense_Mutation", "p.G12D") for gene in ("NRAS", "HRAS") for number in range(30)]
    rows += [variant(50, gene, "Missense_Mutation", "p.A400T") for gene in ("NRAS", "HRAS")]
    shown = _shape(tmp_path, more={"variant": rows}).tables["hotspots"].to_pylist()
    hidden = [row["gene"] for row in shown if row["p"] is None]
    assert hidden == sorted(hidden) == ["HRAS", "NRAS"]
    assert [row["p"] is None for row in shown] == sorted(row["p"] is None for row in shown)


def test_figures_have_three_digits(tmp_path: Path) -> None:
    for one in _shape(tmp_path).tables.values():
        for row in one.to_pylist():
            for value in row.values():
                if isinstance(value, float):
                    assert float(f"{value:.2e}") == value


def test_where_all_residues_leave_a_few_the_significant_ones_are_told() -> None:
    """30 have residue 12, 5 have 61 and 3 another one: with 61 told, three are left; without it, eight."""
    rows = [*missense("A", 12, range(30)), *missense("A", 61, range(30, 35))]
    rows += [row for number in range(3) for row in missense("A", 200 + number, range(35 + number, 36 + number))]
    found = of_table(table(rows), patients(60)).found
    made = tables(found)
    assert [row["residue"] for row in disclosed(found, made)[0]["hotspots"].to_pylist()] == ["A12", "A61"]
    of = made["hotspots"]
    sure = pa.array([place == 12 for place in of["place"].to_pylist()])
    made["hotspots"] = of.set_column(of.column_names.index("significant"), "significant", sure)
    told = {row["residue"]: row["patients"] for row in disclosed(found, made)[0]["hotspots"].to_pylist()}
    assert told == {"A12": 30}


def test_a_residue_is_not_named_where_its_name_would_tell_its_number(tmp_path: Path) -> None:
    """Named means five or more; six are altered, so that one would be left."""
    rows = [variant(number, "KRAS", "Missense_Mutation", "p.G12D") for number in range(5)]
    rows += [variant(9, "KRAS", "Missense_Mutation", "p.A150T")]
    assert _rows(_shape(tmp_path / "six", more={"variant": rows}), "hotspots", "KRAS") == []
    rows += [variant(10, "KRAS", "Missense_Mutation", "p.A99T")]
    (row,) = _rows(_shape(tmp_path / "seven", more={"variant": rows}), "hotspots", "KRAS")
    assert (row["residue"], row["patients"]) == ("G12", None)


def test_a_person_more_changes_no_number_by_one(tmp_path: Path) -> None:
    """What is told of residues with one person more or less differs by nobody, by five, or not at all in words."""
    rng = np.random.default_rng(1)
    for trial in range(3):
        places = rng.integers(1, 6, 60)
        rows = [variant(int(number), "KRAS", "Missense_Mutation", f"p.G{12 + place}D")
                for number, place in enumerate(places)]  # fmt: skip
        shape = _shape(tmp_path / str(trial), more={"variant": rows})
        told = [row["patients"] for row in _rows(shape, "hotspots", "KRAS") if row["patients"] is not None]
        (pattern,) = _rows(shape, "patterns", "KRAS")
        assert not is_small(pattern["patients"] - sum(told))
        assert all(count >= FLOOR for count in told)


TOLD = ("patterns", "hotspots", "clusters")
RESIDUES = st.sampled_from((12, 12, 12, 12, 12, 61, 61, 61, 300, 301))
CHANGES = st.lists(
    st.tuples(st.integers(0, 15), RESIDUES, st.sampled_from((False, False, False, True))), min_size=12, max_size=60
)


@given(CHANGES)
def test_whoever_subtracts_what_is_told_of_a_gene_never_finds_one_to_four(cells: list[tuple[int, int, bool]]) -> None:
    """The attacker knows all who are altered and tested, and adds up residues, the stretch and the pattern."""
    rows = [(f"P{number}", "A", NONSENSE if cut else MISSENSE, f"p.G{place}{'*' if cut else 'D'}")
            for number, place, cut in cells]  # fmt: skip
    found = of_table(table([*rows, *missense("B", 5, range(40))]), patients(60)).found
    told, _ = disclosed(found, tables(found))
    of_gene = {
        name: [row for row in one.to_pylist() if row["gene"] == "A"] for name, one in told.items() if name in TOLD
    }
    residues = [row["patients"] for row in of_gene["hotspots"] if row["patients"] is not None]
    altered = len({number for number, _, _ in cells})
    changes = len({(number, place) for number, place, cut in cells if not cut})
    for pattern in of_gene["patterns"]:
        assert not is_small(pattern["patients"])
        for name in ("altering", "missense", "truncating", "recurrent"):
            assert pattern[name] is None or not is_small(pattern[name])
        if pattern["missense"] is not None:
            assert not is_small(pattern["missense"] - sum(residues))
            assert not is_small(pattern["altering"] - pattern["truncating"])
            found_here = [row["patients"] for row in of_gene["hotspots"] if row["patients"] and row["significant"]]
            assert not found_here or not is_small(pattern["recurrent"] - sum(found_here))
    if residues:
        hit = {number for number, place, cut in cells
               if not cut and f"G{place}" in {row["residue"] for row in of_gene["hotspots"]}}  # fmt: skip
        assert not is_small(altered - len(hit))
        assert not is_small(changes - sum(residues))
    for stretch in of_gene["clusters"]:
        assert not is_small(stretch["patients"])
        assert not is_small(changes - stretch["within"])
        if stretch["first"] is not None:
            inside = [row["patients"] for row in of_gene["hotspots"]
                      if row["patients"] and stretch["first"] <= row["place"] <= stretch["last"]]  # fmt: skip
            assert not inside or not is_small(stretch["within"] - sum(inside))
    drawn = heads(found, "A").rows if cells else ()
    for kind, cut in (("missense", False), ("truncating", True)):
        of_kind = [row["patients"] for row in drawn if row["kind"] == kind]
        if of_kind:
            assert not is_small(
                len({(number, place) for number, place, is_cut in cells if is_cut == cut}) - sum(of_kind)
            )


def test_the_property_meets_cases_in_which_something_is_told() -> None:
    """Else it would hold of a program that tells nothing."""
    rows = [*missense("A", 12, range(20)), *missense("A", 61, range(20, 27)), *missense("B", 5, range(40))]
    found = of_table(table(rows), patients(60)).found
    told, _ = disclosed(found, tables(found))
    assert [row["patients"] for row in told["hotspots"].to_pylist() if row["gene"] == "A"] == [20, 7]

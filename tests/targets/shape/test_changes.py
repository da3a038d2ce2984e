"""What of a table of mutations counts as a coding change, of what kind, at which residue."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.targets.shape.changes import IN_FRAME, KINDS, MISSENSE, SYNONYMOUS, TRUNCATING, of_table
from tests.targets.shape.made_changes import changes, patients, table


@pytest.mark.parametrize(
    ("consequence", "change", "kind", "residue"),
    [
        ("Missense_Mutation", "p.V600E", MISSENSE, 600),
        ("Silent", "p.D72D", SYNONYMOUS, 72),
        ("Nonsense_Mutation", "p.R213*", TRUNCATING, 213),
        ("Frame_Shift_Del", "p.A155Rfs*59", TRUNCATING, 155),
        ("Splice_Site", "p.X1010_splice", TRUNCATING, 1010),
        ("In_Frame_Del", "p.E746_A750del", IN_FRAME, 746),
        (None, "p.V600E", MISSENSE, 600),
        (None, "p.R213*", TRUNCATING, 213),
        (None, "p.E746_A750del", IN_FRAME, 746),
        (None, "p.A155Rfs*59", TRUNCATING, 155),
        (None, "p.D72=", SYNONYMOUS, 72),
        ("Splice_Site", None, TRUNCATING, 0),
    ],
)
def test_kind_and_residue_of_a_change(consequence: str, change: str, kind: int, residue: int) -> None:
    found = changes([("P0", "A", consequence, change)], 1)
    assert (found.kind.tolist(), found.residue.tolist()) == ([kind], [residue])


@pytest.mark.parametrize("consequence", ["Intron", "3'UTR", "RNA", "a wish", None])
def test_what_changes_no_coding_sequence_does_not_count(consequence: str | None) -> None:
    assert len(changes([("P0", "A", consequence, None)], 1)) == 0  # type: ignore[list-item]


def test_a_change_of_two_samples_of_one_patient_counts_once() -> None:
    assert len(changes([("P0", "A", "Missense_Mutation", "p.V600E")] * 2, 1)) == 1


def test_two_changes_of_one_residue_by_different_bases_both_count() -> None:
    rows = pa.table({
        "patient": ["P0", "P0"], "gene": ["A", "A"], "consequence": ["Missense_Mutation"] * 2,
        "protein_change": ["p.V600E", "p.V600K"], "start": [100, 101],
    })  # fmt: skip
    assert len(of_table(rows, patients(1))) == 2


def test_a_germline_variant_does_not_count() -> None:
    rows = table([("P0", "A", "Missense_Mutation", "p.V600E")]).append_column("origin", pa.array(["germline"]))
    assert len(of_table(rows, patients(1))) == 0


def test_a_row_of_a_patient_who_is_not_listed_is_refused_without_a_name() -> None:
    with pytest.raises(BadInput, match="1 of 1 changes are of patients that are not listed") as refused:
        changes([("P7", "A", "Missense_Mutation", "p.V600E")], 3)
    assert "P7" not in str(refused.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match="lacks the columns consequence, protein_change"):
        of_table(pa.table({"patient": ["P0"], "gene": ["A"]}), patients(1))


CELLS = st.tuples(st.sampled_from([None, "Missense_Mutation", "Silent", "x"]), st.text(max_size=12) | st.none())


@given(st.lists(CELLS, max_size=8))
def test_no_text_breaks_the_reading(cells: list[tuple[str | None, str | None]]) -> None:
    rows = pa.table({
        "patient": ["P0"] * len(cells), "gene": ["A"] * len(cells),
        "consequence": pa.array([one for one, _ in cells], pa.string()),
        "protein_change": pa.array([one for _, one in cells], pa.string()),
    })  # fmt: skip
    found = of_table(rows, patients(1))
    assert set(found.kind.tolist()) <= set(range(len(KINDS)))
    assert (found.residue >= 0).all()

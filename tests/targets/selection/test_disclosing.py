"""What of a table of genes may leave a study."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from chevet.privacy.disclosure import released_count
from chevet.targets.selection.counting import Counted
from chevet.targets.selection.disclosing import disclosed, disclosed_read
from chevet.targets.selection.drivers import COLUMNS
from chevet.targets.selection.gene_counts import GeneCounts

KINDS = ("syn", "mis", "non", "spl", "ind")
W = {"syn": (), "mis": ("w_mis",), "non": ("w_non", "w_spl"), "spl": ("w_non", "w_spl"), "ind": ("w_ind",)}


def _disclosed(patients: list[list[int]], altered: list[int], tested: int) -> list[dict[str, object]]:
    """Genes A, B ... with these patients by kind, one change each, and odd figures everywhere else."""
    genes = tuple("ABCDEFGHIJ"[: len(patients)])
    nothing = np.zeros(0)
    counts = GeneCounts(genes, nothing, nothing, nothing, nothing, nothing, nothing, nothing)
    counted = Counted(
        counts, np.arange(len(genes)), np.array(patients), np.array(altered), np.full(len(genes), tested), tested, 1
    )
    rows = [
        {name: gene if name == "gene" else some[KINDS.index(name[2:])] if name[0] == "n" else 0.123456789
         for name in COLUMNS}
        for gene, some in zip(genes, patients, strict=True)
    ]  # fmt: skip
    found: list[dict[str, object]] = disclosed(pa.Table.from_pylist(rows), counted)[0].to_pylist()
    return found


def test_a_gene_of_one_to_four_patients_is_empty_and_last() -> None:
    first, last = _disclosed([[1, 2, 0, 0, 0], [6, 9, 0, 0, 5]], [3, 20], 100)
    assert (first["gene"], first["n_mis"], first["p_mis"]) == ("B", 9, 0.123456789)
    assert last == {name: "A" if name == "gene" else None for name in COLUMNS}


def test_a_small_count_goes_with_its_w_and_leaves_three_figures() -> None:
    (row,) = _disclosed([[2, 30, 7, 0, 0]], [36], 100)
    assert (row["n_syn"], row["n_mis"], row["w_mis"], row["p_global"]) == (None, 30, 0.123, 0.123)


def test_all_but_a_few_of_those_tested_is_as_telling_as_a_few() -> None:
    (row,) = _disclosed([[0, 97, 0, 0, 0]], [97], 100)
    assert row["n_mis"] is None


@given(st.lists(st.lists(st.integers(0, 30), min_size=5, max_size=5), min_size=1, max_size=8), st.integers(0, 40))
def test_no_number_shown_is_of_one_to_four_patients(patients: list[list[int]], more: int) -> None:
    altered = [max(some) for some in patients]
    for row in _disclosed(patients, altered, max(altered) + more):
        some = patients["ABCDEFGHIJ".index(str(row["gene"]))]
        for kind, number in zip(KINDS, some, strict=True):
            if 0 < number < 5:
                assert [row[name] for name in (f"n_{kind}", *W[kind])] == [None] * (1 + len(W[kind]))


@given(
    st.lists(st.lists(st.integers(0, 12), min_size=5, max_size=5), min_size=1, max_size=3), st.integers(0, 8),
    st.integers(0, 6),
)  # fmt: skip
def test_mutations_read_less_all_that_is_told_leave_each_withheld_number_open(
    patients: list[list[int]], left_out: int, elsewhere: int
) -> None:
    """elsewhere   changes of no kind, which no column tells."""
    altered = [max(some) for some in patients]
    rows = _disclosed(patients, altered, max(altered) + 20)
    read = sum(map(sum, patients)) + left_out + elsewhere
    shown = disclosed_read(read, [released_count(left_out)], pa.Table.from_pylist(rows))
    numbers = [released_count(left_out), *(row[f"n_{kind}"] for row in rows for kind in KINDS)]
    withheld = [number for number in numbers if number is None]
    rest = read - sum(int(str(number)) for number in numbers if number is not None)
    if shown is None:
        assert rest > 0
        return
    assert shown == read
    assert rest not in range(1, 5)
    assert len(withheld) != 1
    assert not withheld or rest > len(withheld), "each withheld number is one at least, and may be two"


def test_one_withheld_number_takes_with_it_how_many_mutations_were_read() -> None:
    genes = pa.Table.from_pylist(_disclosed([[20, 30, 7, 0, 2]], [40], 100))
    assert genes.column("n_ind").to_pylist() == [None]
    assert disclosed_read(59 + 6, [6], genes) is None
    whole = pa.Table.from_pylist(_disclosed([[20, 30, 7, 0, 0]], [40], 100))
    assert disclosed_read(57 + 6, [6], whole) == 63

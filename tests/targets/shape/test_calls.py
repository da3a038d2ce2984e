"""Genes and arms that are gained or lost more often than permuting the calls of each patient would bring about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from chevet.cohort import cohort as cohorts
from chevet.store import bits
from chevet.targets.carriers import Carriers, of_cohort, of_table
from chevet.targets.shape.arms import (
    ARMS,
    GAIN,
    LOSS,
    Arms,
    Levels,
    arm_of,
    broad,
    levels,
    of_genes,
    recurrent_arms,
    with_segments,
)  # fmt: skip
from chevet.targets.shape.calls import only, recurrent
from tests.targets.shape.made_study import study

NAMES = tuple(f"P{number}" for number in range(60))


def _carriers(matrix: np.ndarray) -> Carriers:  # type: ignore[type-arg]
    """Genes G0, G1 ... by patients."""
    genes, patients = matrix.shape
    everybody = bits.full(patients)[None]
    names = tuple(f"G{number}" for number in range(genes))
    return Carriers(names, patients, bits.pack(matrix), np.zeros(genes, dtype=np.int64), everybody, "amplification")


def test_p_is_what_permuting_each_patients_calls_over_the_genes_counts() -> None:
    rng = np.random.default_rng(1)
    chance = rng.choice([0.02, 0.1, 0.4], 60)
    matrix = rng.random((50, 60)) < chance
    matrix[0, :22] = True
    found = recurrent(_carriers(matrix))
    row = found.gene.tolist().index(0)
    permuted = np.array([rng.permuted(matrix, axis=0).sum(axis=1) for _ in range(4000)])
    k = int(matrix[0].sum())
    for number in (0, 1, 2, 3):
        place = found.gene.tolist().index(number)
        counted = (permuted >= int(matrix[number].sum())).mean()
        assert found.p[place] == pytest.approx(counted, rel=0.05, abs=2e-5)
    assert found.expected[row] == pytest.approx(matrix.sum() / 50)
    assert (found.patients[row], found.tested[row], found.q[row] < 1e-4) == (k, 60, True)


def test_a_patient_with_many_calls_makes_no_gene_recurrent() -> None:
    matrix = np.zeros((40, 60), dtype=np.bool_)
    matrix[:, :8] = True
    assert recurrent(_carriers(matrix)).p.tolist() == [1.0] * 40


def test_genes_that_few_were_tested_for_are_compared_among_these() -> None:
    rows = pa.table({"patient": [f"P{number}" for number in range(5)], "gene": ["A"] * 5})
    tested = pa.table({"patient": [*NAMES, *NAMES[:10]], "gene": ["B"] * 60 + ["A"] * 10})
    found = recurrent(of_table(rows, NAMES, tested, "deletion"))
    assert (found.tested.tolist(), found.expected.tolist()) == ([10], [2.5])


def test_calls_of_a_whole_arm_are_left_aside() -> None:
    matrix = np.zeros((10, 60), dtype=np.bool_)
    matrix[0, :20] = True
    whole = np.zeros_like(matrix)
    whole[:, :15] = True
    found = recurrent(_carriers(matrix), bits.pack(whole))
    assert (found.patients.tolist(), found.focal.tolist()) == ([20], [5])


def test_q_of_the_genes_asked_for_is_over_these() -> None:
    matrix = np.random.default_rng(2).random((30, 60)) < 0.2
    found = only(recurrent(_carriers(matrix)), np.array([4]))
    assert found.q.tolist() == found.p.tolist()


@pytest.mark.parametrize(("gene", "arm"), [("ERBB2", "17q"), ("CDKN2A", "9p"), ("AR", "Xq"), ("EGFR", "7p")])
def test_the_arm_of_a_gene(gene: str, arm: str) -> None:
    assert ARMS[arm_of(gene)] == arm


# Genes of three bands of 17q, then of 9p.
ON_17Q = ("ERBB2", "BRCA1", "STAT3", "RNF43", "PRKAR1A", "GRB2")


def _levels(gained: list[int]) -> tuple[Carriers, Levels]:
    """Each gene of 17q looked at in 10 patients, gained in so many of its genes by patient."""
    matrix = np.array([[number < many for many in gained] for number in range(len(ON_17Q))])
    tested = replace(_carriers(matrix), genes=ON_17Q)
    return tested, Levels(bits.pack(matrix), bits.pack(np.zeros_like(matrix)))


def test_an_arm_is_gained_where_more_than_seven_tenths_of_its_genes_are() -> None:
    tested, found = _levels([0, 4, 5, 6])
    arms = of_genes(tested, found)
    arm = ARMS.index("17q")
    assert arms.known[arm].tolist() == [True] * 4
    assert arms.gained[arm].tolist() == [False, False, True, True]
    assert arms.known.sum() == 4


def test_an_arm_of_neighbouring_genes_is_not_told() -> None:
    tested, found = _levels([6, 6])
    neighbours = replace(tested, genes=("ERBB2", "GRB7", "CDK12", "PGAP3", "PNMT", "TCAP"))
    assert not of_genes(neighbours, found).known.any()


def test_the_patients_of_a_whole_arm_are_broad_for_its_genes_only() -> None:
    changed = np.zeros((len(ARMS), 3), dtype=np.bool_)
    changed[ARMS.index("17q"), 1] = True
    found = bits.unpack(broad(("ERBB2", "EGFR", "no gene"), changed), 3)
    assert found.tolist() == [[False, True, False], [False] * 3, [False] * 3]


@pytest.mark.parametrize("direction", [GAIN, LOSS])
def test_an_arm_that_changes_too_often_is_found(direction: str) -> None:
    rng = np.random.default_rng(3)
    changed = rng.random((len(ARMS), 60)) < 0.05
    changed[5, :30] = True
    nobody = np.zeros_like(changed)
    arms = Arms(np.ones_like(changed), changed if direction == GAIN else nobody,
                changed if direction == LOSS else nobody, np.zeros(60, dtype=np.bool_))  # fmt: skip
    found = recurrent_arms(arms, direction)
    assert found.arm[found.q < 0.1].tolist() == [5]


def _segment(number: int, first: int, last: int, ratio: float) -> dict[str, object]:
    return {"sample_id": f"SP{number:03d}", "patient_id": f"P{number:03d}", "profile": "segments", "assembly": "GRCh37",
            "chromosome": "17", "start": first, "end": last, "log2_ratio": ratio}  # fmt: skip


def test_segments_tell_an_arm_by_its_length(tmp_path: Path) -> None:
    """17q is 57 megabases: 45 of them gained are the arm, 30 are not; of another one only 20 were looked at."""
    rows = [_segment(0, 24_500_000, 70_000_000, 0.5), _segment(0, 70_000_001, 81_000_000, 0.0),
            _segment(1, 24_500_000, 54_000_000, 0.5), _segment(1, 54_000_001, 81_000_000, 0.0),
            _segment(2, 24_500_000, 44_500_000, 0.5), _segment(3, 24_000_001, 81_000_000, -0.4)]  # fmt: skip
    lake = study(tmp_path, more={"copy_number": rows})
    cohort = cohorts.open(lake, "made")
    tested = of_cohort(cohort, "amplification")
    arms = with_segments(cohort, of_genes(tested, levels(cohort, tested)))
    arm = ARMS.index("17q")
    assert arms.known[arm, :4].tolist() == [True, True, False, True]
    assert arms.gained[arm, :4].tolist() == [True, False, False, False]
    assert arms.lost[arm, :4].tolist() == [False, False, False, True]
    assert (arms.from_segments.sum(), arms.known.sum()) == (4, 3)

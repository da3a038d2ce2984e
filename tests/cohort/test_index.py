"""Classes of coverage say of each gene what the sets of that gene say."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings

from chevet.cohort.index import ALTERED_KINDS, CohortIndex
from chevet.store import bits
from tests.strategies import Rows, connection, rows


@settings(max_examples=20, deadline=None)
@given(rows())
def test_genes_of_one_class_were_tested_in_the_same_patients(found: Rows) -> None:
    with tempfile.TemporaryDirectory() as directory:
        CohortIndex.build(connection(found), Path(directory))
        index = CohortIndex.load(Path(directory))
        for kind in (*ALTERED_KINDS, "expression", "any"):
            classes, sets = index.coverage(kind)
            assert len(classes) == len(index.genes)
            for row, gene in enumerate(index.genes):
                assert (sets[classes[row]] == index.tested_bits(gene, kind)).all()


@settings(max_examples=20, deadline=None)
@given(rows())
def test_who_has_a_tested_sample_was_tested(found: Rows) -> None:
    with tempfile.TemporaryDirectory() as directory:
        CohortIndex.build(connection(found), Path(directory))
        index = CohortIndex.load(Path(directory))
        for kind in (*ALTERED_KINDS, "any"):
            patients, samples = index.tested_matrix(kind), index.tested_matrix(kind, "samples")
            for of_patients, of_samples in zip(patients, samples, strict=True):
                owners = index.sample_patient[bits.positions(of_samples, index.n_samples)]
                owned = bits.from_positions(np.asarray(owners), index.n_patients)
                assert bits.count(owned & ~of_patients) == 0

"""Who carries an alteration of which gene, among those tested."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from chevet.errors import BadInput
from chevet.store import bits
from chevet.targets.carriers import of_table

PATIENTS = [f"P{number}" for number in range(70)]


def table(*pairs: tuple[str, str]) -> pa.Table:
    return pa.table({"patient": [patient for patient, _ in pairs], "gene": [gene for _, gene in pairs]})


def test_without_tests_everybody_was_tested_for_every_gene() -> None:
    made = of_table(table(("P0", "KRAS"), ("P69", "KRAS"), ("P1", "TP53")), PATIENTS)
    assert made.genes == ("KRAS", "TP53")
    assert made.n_altered.tolist() == [2, 1]
    assert made.n_tested.tolist() == [70, 70]
    assert bits.positions(made.altered[0], 70).tolist() == [0, 69]


def test_a_patient_counts_only_where_the_gene_was_tested() -> None:
    tested = table(*((patient, "KRAS") for patient in PATIENTS), ("P1", "TP53"), ("P2", "TP53"))
    made = of_table(table(("P1", "TP53")), PATIENTS, tested)
    assert made.n_tested.tolist() == [70, 2]
    assert made.n_altered.tolist() == [0, 1]
    assert bits.positions(made.tested(1), 70).tolist() == [1, 2]


def test_a_gene_kept_alone_keeps_its_tests() -> None:
    tested = table(*((patient, "KRAS") for patient in PATIENTS), ("P1", "TP53"))
    kept = of_table(table(("P1", "TP53")), PATIENTS, tested).only(np.array([False, True]))
    assert (kept.genes, kept.n_tested.tolist(), kept.row("KRAS")) == (("TP53",), [1], None)


@pytest.mark.parametrize("pair", [("P99", "KRAS"), ("P3", "TP53"), ("P3", "EGFR")])
def test_an_alteration_of_somebody_not_listed_or_not_tested_is_refused(pair: tuple[str, str]) -> None:
    tested = table(*((patient, "KRAS") for patient in PATIENTS), ("P1", "TP53"))
    with pytest.raises(BadInput):
        of_table(table(pair), PATIENTS, tested)

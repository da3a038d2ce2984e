"""Pathways as groups of genes."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest

from chevet.errors import BadInput
from chevet.targets.carriers import Carriers
from chevet.targets.relations.background import background
from chevet.targets.relations.groups import Group, groups_of
from chevet.targets.relations.overlap import Burden
from chevet.targets.relations.pathways import chosen_pathways, pathways_of, read_pathways
from tests.targets.relations.made import carriers, independent


def _group(made: Carriers, genes: tuple[str, ...], burden: Burden = "given") -> Group:
    (found,) = groups_of(made, {"one": genes}, background(made), burden)
    return found


def test_the_three_tests_are_the_sum_over_every_outcome() -> None:
    """Three genes in six tumours, as published: every one of the 2 ** 18 outcomes has its probability."""
    altered = independent(np.random.default_rng(43), 8, 6, frequency=(3, 4), spread=2.0)
    made = carriers(altered)
    fitted = background(made)
    found = _group(made, ("G0", "G1", "G2"), "expected")
    p = fitted.probabilities(np.arange(3))[:, fitted.tumours.group]
    of_tumour = np.zeros((6, 3))  # none, one, several
    for outcome in itertools.product((0, 1), repeat=3):
        of_tumour[:, min(sum(outcome), 2)] += np.prod(np.where(np.array(outcome)[:, None], p, 1 - p), axis=0)
    totals = {"covered": 0.0, "alone": 0.0, "several": 0.0}
    for kinds in itertools.product((0, 1, 2), repeat=6):
        probability = float(np.prod(of_tumour[np.arange(6), kinds]))
        totals["covered"] += probability * (sum(k > 0 for k in kinds) >= found.covered)
        totals["alone"] += probability * (kinds.count(1) >= found.alone)
        totals["several"] += probability * (kinds.count(2) <= found.several)
    assert found.genes == ("G0", "G1", "G2")
    assert (found.p_covered, found.p_alone, found.p_several) == pytest.approx(tuple(totals.values()), abs=1e-9)


def test_a_pathway_whose_genes_exclude_each_other_is_found_and_one_of_independent_genes_is_not() -> None:
    rng = np.random.default_rng(42)
    altered = independent(rng, 100, 1_000, frequency=(2, 30), spread=1.5)
    for gene in range(1, 5):
        altered[gene] &= ~altered[:gene].any(axis=0)
    made = carriers(altered)
    fitted = background(made)
    planted, free = groups_of(
        made, {"planted": ("G0", "G1", "G2", "G3", "G4"), "free": ("G6", "G7", "G8", "G9")}, fitted
    )
    assert (planted.several, planted.margins) == (0, planted.alone)
    assert max(planted.p_alone, planted.p_several, planted.p_alone_own_slopes) < 1e-3
    assert planted.high < 1
    assert min(free.p_alone, free.p_several) > 0.01


def test_a_tumour_counts_where_two_or_more_of_the_genes_were_tested() -> None:
    altered = np.array([[1, 0, 1, 0], [0, 1, 0, 0], [0, 1, 0, 1]], dtype=bool)
    tested = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [1, 1, 0, 1]], dtype=bool)
    found = _group(carriers(altered, tested), ("G0", "G1", "G2"))
    assert (found.tested, found.none, found.alone, found.several) == (2, 0, 1, 1)


def test_genes_that_nobody_was_tested_for_and_genes_altered_in_nobody_are_named() -> None:
    altered = np.array([[1, 0, 1], [0, 1, 0], [0, 0, 0]], dtype=bool)
    found = _group(carriers(altered, genes=("KRAS", "BRAF", "NRAS")), ("KRAS", "BRAF", "NRAS", "HRAS"))
    assert (found.genes, found.silent, found.untested) == (("KRAS", "BRAF"), ("NRAS",), ("HRAS",))


def test_a_pathway_of_one_gene_is_not_compared() -> None:
    altered = np.array([[1, 0, 1], [0, 1, 0]], dtype=bool)
    assert not _group(carriers(altered), ("G0", "ABSENT")).compared


def test_old_symbols_of_a_table_are_resolved_and_genes_said_twice_kept_once() -> None:
    rows = [("RAS", "KRAS2"), ("RAS", "KRAS"), ("RAS", "NRAS"), ("other", "TP53")]
    table = pa.table({"pathway": [p for p, _ in rows], "gene": [g for _, g in rows]})
    assert pathways_of(table) == {"RAS": ("KRAS", "NRAS"), "other": ("TP53",)}


def test_a_table_without_genes_is_refused(tmp_path: pytest.TempPathFactory) -> None:
    with pytest.raises(BadInput, match="lacks the columns gene"):
        pathways_of(pa.table({"pathway": ["RAS"]}))
    file = tmp_path / "pathways.tsv"  # type: ignore[operator]
    file.write_text("pathway\tsymbol\nRAS\tKRAS\n")
    with pytest.raises(BadInput, match="columns are missing: gene"):
        read_pathways(file)


def test_a_pathway_that_the_table_lacks_is_refused_with_the_nearest() -> None:
    known = {"RTK-RAS": ("KRAS",), "PI3K": ("PTEN",)}
    assert chosen_pathways(known, ["PI3K"]) == {"PI3K": ("PTEN",)}
    assert chosen_pathways(known, ["all"]) == known
    with pytest.raises(BadInput, match="1 of the pathways") as refused:
        chosen_pathways(known, ["RTK_RAS"])
    assert "RTK-RAS" in refused.value.next_act

"""Without selection nothing is found and p is uniform; with it, the driver is, wherever it was looked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from chevet.genomics.reference.installed import Reference
from chevet.targets.selection.analysis import Analysis, Settings, of_mutations
from chevet.targets.selection.drivers import Drivers, find_drivers
from chevet.targets.selection.gene_counts import GeneCounts
from chevet.targets.selection.mutations import Mutations
from tests.targets.made_genome import Genome, neutral, planted, random_genome, write_table

REFERENCE = Reference("made-up", "GRCh38", "", 0, 0, "", "", "", "")


def _neutral_cohort(seed: int, genes: int, synonymous: float) -> Drivers:
    """Counts of genes whose rates differ by a gamma law, without selection."""
    rng = np.random.default_rng(seed)
    length = rng.gamma(2, synonymous / 2, genes) + synonymous / 10
    sites = np.outer(length, [1.0, 2.3, 0.18, 0.12])[:, None, :]
    found = rng.poisson(sites[:, 0] * rng.gamma(6, 1 / 6, genes)[:, None]).astype(float)
    counts = GeneCounts(
        tuple(f"G{number}" for number in range(genes)), found, found.sum(axis=0)[None, None], sites,
        np.ones((1, genes)), length, np.zeros(1), np.zeros(genes),
    )  # fmt: skip
    return find_drivers(counts)


@pytest.mark.parametrize("name", ["p_mis", "p_sub"])
def test_p_is_uniform_where_genes_have_enough_mutations(name: str) -> None:
    p = _neutral_cohort(7, 8000, 150.0).genes[name].to_numpy()
    inflation = stats.chi2.isf(np.median(p), 1) / stats.chi2.isf(0.5, 1)
    assert (stats.kstest(p, "uniform").pvalue > 0.01, 0.95 < inflation < 1.05) == (True, True)


@pytest.mark.parametrize("synonymous", [0.5, 3.0, 30.0])
def test_of_ten_neutral_cohorts_at_most_about_one_has_a_false_gene(synonymous: float) -> None:
    """At q below 0.1, forty cohorts have four on average by chance alone, and more than eight in one of seventy."""
    with_any = sum(len(_neutral_cohort(seed, 400, synonymous).significant()) > 0 for seed in range(40))
    assert with_any <= 8


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return random_genome(tmp_path_factory.mktemp("genome"), genes=60, codons=200, seed=11)


def _analysed(genome: Genome, folder: Path, rows: list, panels=None) -> Analysis:  # type: ignore[no-untyped-def, type-arg]
    file = write_table(folder / "mutations.tsv", rows)
    return of_mutations(Mutations(file.name, file), genome.sites, REFERENCE, Settings(rates="2"), panels=panels)


def test_a_planted_driver_is_found_and_nothing_else(genome: Genome, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    samples = [f"S{number}" for number in range(300)]
    rows = neutral(genome, samples, 8, rng) + planted(genome, "G7", samples[:40], rng)
    assert [row["gene"] for row in _analysed(genome, tmp_path, rows).significant()] == ["G7"]


def _two_panels(genome: Genome):  # type: ignore[no-untyped-def]
    """Two hundred samples on a panel of all genes but the driver, sixty on one of the driver and twenty others."""
    small = {f"G{number}" for number in range(40, 60)} | {"G7"}
    panels = {"LARGE": set(genome.sites.genes) - {"G7"}, "SMALL": small}
    panels_of = {f"L{number}": {"LARGE"} for number in range(200)} | {f"S{number}": {"SMALL"} for number in range(60)}
    return panels_of, panels


def _on_panels(genome: Genome, rows: list, panels) -> list:  # type: ignore[no-untyped-def, type-arg]
    """The mutations that the panel of each sample could see."""
    panels_of, genes_of = panels
    sites = genome.sites
    kept = []
    for row in rows:
        inside = np.flatnonzero((sites.first <= row[2]) & (row[2] <= sites.last))
        genes = {sites.genes[sites.gene[interval]] for interval in inside}
        (panel,) = panels_of[row[0]]
        if genes & genes_of[panel]:
            kept.append(row)
    return kept


def test_a_driver_that_one_panel_only_looks_for_is_found(genome: Genome, tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    panels = _two_panels(genome)
    rows = neutral(genome, list(panels[0]), 12, rng) + planted(genome, "G7", [f"S{n}" for n in range(22)], rng)
    made = _analysed(genome, tmp_path, _on_panels(genome, rows, panels), panels)
    assert [row["gene"] for row in made.significant()] == ["G7"]
    assert made.model["groups"] == 2


def test_each_panel_counts_where_it_looked(genome: Genome, tmp_path: Path) -> None:
    """As many changes are expected in a gene as its panels' samples let expect: observed over expected is about one,
    in the genes of both panels, of one, and of the other."""
    rng = np.random.default_rng(9)
    panels = _two_panels(genome)
    made = _analysed(genome, tmp_path, _on_panels(genome, neutral(genome, list(panels[0]), 40, rng), panels), panels)
    counts = made.drivers.counts
    both = np.array([gene in panels[1]["SMALL"] and gene != "G7" for gene in counts.genes])
    large = np.array([gene not in panels[1]["SMALL"] for gene in counts.genes])
    for genes in (both, large):
        ratio = counts.found[genes].sum() / made.drivers.expected[genes].sum()
        assert ratio == pytest.approx(1.0, abs=0.06)
    assert made.drivers.rates.intensity == pytest.approx([1.0, 1.0], abs=0.12)


def test_without_the_panels_the_same_cohort_looks_unequal(genome: Genome, tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    panels = _two_panels(genome)
    rows = _on_panels(genome, neutral(genome, list(panels[0]), 40, rng), panels)
    made = _analysed(genome, tmp_path, rows)
    large = np.array([gene not in panels[1]["SMALL"] for gene in made.drivers.counts.genes])
    assert made.drivers.counts.found[large].sum() < 0.95 * made.drivers.expected[large].sum()


def test_a_mutation_that_no_panel_of_its_sample_looked_for_is_left_out_and_counted(
    genome: Genome, tmp_path: Path
) -> None:
    rng = np.random.default_rng(12)
    panels = _two_panels(genome)
    rows = _on_panels(genome, neutral(genome, list(panels[0]), 12, rng), panels)
    made = _analysed(genome, tmp_path, rows + planted(genome, "G7", ["L0", "L1"], rng), panels)
    assert made.model["left_out"]["not_tested"] == 2

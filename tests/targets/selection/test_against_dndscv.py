"""The figures equal those of R dNdScv 0.1, on five real cohorts by gene and on a made-up genome from mutations on."""

from __future__ import annotations

import lzma
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from chevet.genomics.reference.installed import Reference
from chevet.genomics.reference.sources import table_segments
from chevet.targets.selection.analysis import Settings, of_gene_table, of_mutations
from chevet.targets.selection.coding_sites import coding_sites
from chevet.targets.selection.gene_table import read_names
from chevet.targets.selection.mutations import Mutations
from tests.shared_data import ROOT

ORACLES = ROOT.parent / "oracles" / "dnds"
COLUMNS = {"p_mis": "pmis_cv", "p_trunc": "ptrunc_cv", "p_sub": "pallsubs_cv", "p_ind": "pind_cv",
           "p_global": "pglobal_cv", "w_mis": "wmis_cv", "w_non": "wnon_cv", "w_ind": "wind_cv"}  # fmt: skip
# R tells 1 - p of the chi-squared law, which is not told apart from 1 below this.
SMALLEST_OF_R = 1e-9
NAMES = {"mis": "wmis", "non": "wnon", "spl": "wspl", "trunc": "wtru", "all": "wall"}


def oracle(name: str) -> Path:
    path = ORACLES / name
    if not path.exists():
        pytest.skip(f"reference values absent: {name} (they lie beside the folder of CHEVET_SHARED_DATA)")
    return path


def _r(name: str) -> pl.DataFrame:
    table = pl.read_csv(oracle(name), separator="\t", infer_schema=False)
    words = table.columns[0]
    return table.select(pl.col(words), pl.exclude(words).str.strip_chars().cast(pl.Float64, strict=False))


def _settings() -> Settings:
    known = read_names(oracle("synthetic/known_cancer_genes.txt"))
    return Settings(covariates=oracle("synthetic/covariates.csv.gz"), known=known)


def _assert_equal(genes: pl.DataFrame, r: pl.DataFrame) -> None:
    joined = genes.join(r, left_on="gene", right_on="gene_name", how="inner")
    assert len(joined) == len(r)
    # Where a gene has a change of a class that its table says it cannot have, R tells nothing; there are few.
    assert (joined["pallsubs_cv"].is_nan() | joined["pallsubs_cv"].is_null()).sum() < 0.001 * len(joined)
    for name in ("n_syn", "n_mis", "n_non", "n_spl", "n_ind"):
        assert (joined[name] == joined[f"{name}_right"]).all()
    for ours, theirs in COLUMNS.items():
        x, y = joined[ours].to_numpy(), joined[theirs].to_numpy()
        told = np.isfinite(joined["pallsubs_cv"].to_numpy())
        large = told & (y > SMALLEST_OF_R)
        np.testing.assert_allclose(x[large], y[large], rtol=2e-6)
        floor = 1e-13 if ours != "p_ind" else 1e-300
        logs = [np.log10(np.maximum(side[told], floor)) for side in (x, y)]
        np.testing.assert_allclose(*logs, atol=1e-3)
    told = joined.filter(pl.col("qglobal_cv").is_finite())
    ours, theirs = (set(told.filter(pl.col(q) < 0.1)["gene"]) for q in ("q_global", "qglobal_cv"))
    assert ours == theirs


def _assert_global(model: dict[str, dict[str, dict[str, float]]], r: pl.DataFrame) -> None:
    found = model["global_dnds"]
    for ours, theirs in NAMES.items():
        row = r.row(by_predicate=pl.col("name") == theirs, named=True)
        expected = [row[end] for end in ("mle", "cilow", "cihigh")]
        assert [found[ours][end] for end in ("mle", "ci_low", "ci_high")] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("cohort", ["BRCA", "LAML", "LUAD", "OV", "PRAD"])
def test_a_real_cohort_by_gene_equals_r(cohort: str) -> None:
    made = of_gene_table(oracle(f"tcga/in_{cohort}.tsv.gz"), _settings())
    _assert_equal(pl.DataFrame(made.genes), _r(f"tcga/R_{cohort}.sel_cv.tsv.gz"))
    _assert_global(made.model, _r(f"tcga/R_{cohort}.globaldnds.tsv.gz"))


@pytest.mark.slow
def test_a_made_up_genome_from_mutations_on_equals_r(tmp_path: Path) -> None:
    fasta = tmp_path / "genome.fa"
    with lzma.open(oracle("synthetic/genome.fa.xz")) as packed, fasta.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    table, file = oracle("synthetic/cds_table.tsv.gz"), oracle("synthetic/mutations.tsv.gz")
    reference = Reference("made-up", "GRCh37", "", 0, 0, str(fasta), "", str(table), "")
    made = of_mutations(
        Mutations(file.name, file), coding_sites(fasta, table_segments(table)), reference, _settings()
    )  # fmt: skip
    _assert_equal(pl.DataFrame(made.genes), _r("synthetic/R_sel_cv.tsv.gz"))
    _assert_global(made.model, _r("synthetic/R_globaldnds.tsv.gz"))
    local = pl.DataFrame(made.drivers.local).join(
        _r("synthetic/R_sel_loc.tsv.gz"), left_on="gene", right_on="gene_name"
    )
    for ours, theirs in (("p_mis", "pmis_loc"), ("p_trunc", "ptrunc_loc"), ("p_sub", "pall_loc")):
        np.testing.assert_allclose(local[ours].to_numpy(), local[theirs].to_numpy(), atol=1e-9)
    assert (made.model["theta"], made.model["theta_ind"]) == pytest.approx((5.37671054676913, 2.25878796965831))
    assert made.model["left_out"]["too_many_in_gene"] == 72

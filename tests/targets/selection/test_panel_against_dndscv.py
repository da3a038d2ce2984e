"""The figures of a made-up panel equal those of R dNdScv 0.1 with `gene_list`; they lie beside the tests."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from chevet.genomics.reference.installed import Reference
from chevet.genomics.reference.sources import table_segments
from chevet.targets.selection.analysis import Analysis, Settings, of_mutations
from chevet.targets.selection.coding_sites import CodingSites, coding_sites
from chevet.targets.selection.gene_table import read_names
from chevet.targets.selection.mutations import Mutations

PANEL = Path(__file__).parents[2] / "reference" / "selection" / "panel"
REFERENCE = Reference("made-up", "GRCh37", "", 0, 0, "", "", "", "")
COUNTS = ("n_syn", "n_mis", "n_non", "n_spl", "n_ind")
FIGURES = {"w_mis": "wmis_cv", "w_non": "wnon_cv", "w_spl": "wspl_cv", "w_ind": "wind_cv", "p_mis": "pmis_cv",
           "p_trunc": "ptrunc_cv", "p_sub": "pallsubs_cv", "p_ind": "pind_cv", "p_global": "pglobal_cv",
           "q_mis": "qmis_cv", "q_trunc": "qtrunc_cv", "q_sub": "qallsubs_cv", "q_ind": "qind_cv",
           "q_global": "qglobal_cv"}  # fmt: skip
GLOBAL = {"mis": "wmis", "non": "wnon", "spl": "wspl", "trunc": "wtru", "all": "wall"}
# R tells 1 - p of the chi-squared law: below this its last digits are noise.
SMALLEST_OF_R = 1e-9


def _rows(name: str) -> dict[str, dict[str, str]]:
    with (PANEL / name).open(encoding="utf-8") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> CodingSites:
    fasta = tmp_path_factory.mktemp("panel") / "genome.fa"
    fasta.write_bytes((PANEL / "genome.fa").read_bytes())
    return coding_sites(fasta, table_segments(PANEL / "cds.tsv"))


def _analysed(file: Path, sites: CodingSites, covariates: Path | None = None) -> Analysis:
    settings = Settings(
        covariates=covariates, known=read_names(PANEL / "known.txt"), genes=read_names(PANEL / "genes.txt")
    )
    return of_mutations(Mutations(file.name, file), sites, REFERENCE, settings)


def test_every_gene_of_a_panel_has_the_counts_w_p_and_q_of_r(sites: CodingSites) -> None:
    ours = {row["gene"]: row for row in _analysed(PANEL / "mutations.tsv", sites).genes.to_pylist()}
    theirs = _rows("r_genes.csv")
    assert set(ours) == set(theirs)
    assert all(ours[gene][name] == int(theirs[gene][name]) for gene in ours for name in COUNTS)
    for name, called in FIGURES.items():
        x, y = (np.array(side) for side in zip(*((ours[g][name], float(theirs[g][called])) for g in ours), strict=True))
        np.testing.assert_allclose(x[y > SMALLEST_OF_R], y[y > SMALLEST_OF_R], rtol=1e-6, err_msg=name)
        assert (x[y <= SMALLEST_OF_R] <= 2 * SMALLEST_OF_R).all()


def test_theta_and_selection_over_a_panel_equal_those_of_r(sites: CodingSites) -> None:
    model = _analysed(PANEL / "mutations.tsv", sites).model
    figures = {name: float(row["value"]) for name, row in _rows("r_figures.csv").items()}
    assert model["theta"] == pytest.approx(figures["theta"], rel=1e-5)
    assert model["theta_ind"] == pytest.approx(figures["theta_ind"], rel=1e-5)
    assert model["left_out"]["too_many_in_gene"] == figures["too_many_in_gene"]
    r = _rows("r_global.csv")
    for name, called in GLOBAL.items():
        found = [model["global_dnds"][name][end] for end in ("mle", "ci_low", "ci_high")]
        assert found == pytest.approx([float(r[called][end]) for end in ("mle", "cilow", "cihigh")], rel=1e-5)


def test_covariates_change_nothing_on_a_panel_of_fewer_than_500_genes(sites: CodingSites, tmp_path: Path) -> None:
    covariates = tmp_path / "covariates.csv"
    covariates.write_text("gene,PC1\n" + "".join(f"G{number},{number % 7}\n" for number in range(70)))
    made = _analysed(PANEL / "mutations.tsv", sites, covariates)
    assert (made.model["without_covariates"], made.model["without_covariates_ind"]) == ("few_genes", "few_genes")
    assert made.genes.equals(_analysed(PANEL / "mutations.tsv", sites).genes)


def test_one_panel_for_every_sample_is_the_same_as_a_list_of_genes(sites: CodingSites) -> None:
    file, genes = PANEL / "mutations.tsv", read_names(PANEL / "genes.txt")
    panels_of = {f"S{number}": {"small"} for number in range(60)}
    settings = Settings(known=read_names(PANEL / "known.txt"))
    by_panel = of_mutations(
        Mutations(file.name, file), sites, REFERENCE, settings, panels=(panels_of, {"small": set(genes)})
    )  # fmt: skip
    assert by_panel.genes.equals(_analysed(file, sites).genes)


@pytest.mark.parametrize(("indels", "tested"), [(4, False), (5, True)])
def test_indels_are_tested_from_five_on(sites: CodingSites, tmp_path: Path, indels: int, tested: bool) -> None:
    head, *lines = (PANEL / "mutations.tsv").read_text().splitlines()
    single = [line for line in lines if all(cell in set("ACGT") for cell in line.split("\t")[3:])]
    file = tmp_path / "mutations.tsv"
    start = sites.first[sites.gene == sites.genes.index("G2")].min()
    added = [f"S{number}\t1\t{start + 10 + number}\t-\tA" for number in range(indels)]
    file.write_text("\n".join([head, *single, *added]) + "\n")
    made = _analysed(file, sites)
    assert (made.model["theta_ind"] is not None) == tested
    row = next(row for row in made.genes.to_pylist() if row["gene"] == "G2")
    assert row["n_ind"] == indels
    assert (row["p_ind"] is not None) == tested
    assert (row["p_global"] == row["p_sub"]) == (not tested)

"""`chevet targets rank` on a study whose genome is installed: selection is asked, and a planted driver comes first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from chevet.cli import main
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake
from tests.targets.made_genome import Genome, Row, neutral, planted, random_genome

SAMPLES = [f"S{number}" for number in range(120)]
HEAD = (
    "Hugo_Symbol\tNCBI_Build\tChromosome\tStart_Position\tEnd_Position\tReference_Allele\tTumor_Seq_Allele2\t"
    "Tumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short"
)


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("out")
    genome = random_genome(home, genes=40, codons=150, seed=21)
    rng = np.random.default_rng(22)
    rows = [*neutral(genome, SAMPLES, 12, rng), *planted(genome, "G3", SAMPLES[:40], rng)]
    maf = home / "made.maf"
    maf.write_text("\n".join([HEAD, *(line(genome, row) for row in rows)]) + "\n")
    import_study(Lake(home), maf, "made")
    run(home, "reference", "add", "--name", "ours", "--build", "GRCh38", "--fasta", genome.fasta,
        "--cds-table", genome.cds_table)  # fmt: skip
    answer: dict[str, Any] = json.loads(run(home, "targets", "rank", "--study", "made", "--out", out, "--json"))
    return answer


def run(home: Path, *words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words], env={"CHEVET_HOME": str(home)})
    assert result.exit_code == 0, result.output
    return result.stdout


def line(genome: Genome, row: Row) -> str:
    """A row of a MAF; what lies in no gene is said to lie in GENE."""
    sample, chromosome, at, ref, alt = row
    sites = genome.sites
    inside = np.flatnonzero((sites.first <= at) & (at <= sites.last) & ~sites.splice)
    gene = sites.genes[int(sites.gene[inside[0]])] if len(inside) else "GENE"
    return f"{gene}\tGRCh38\t{chromosome}\t{at}\t{at}\t{ref}\t{alt}\t{sample}\tMissense_Mutation\t"


def test_selection_is_asked_with_the_installed_genome_and_the_planted_driver_is_first(ranked: dict[str, Any]) -> None:
    selection = ranked["model"]["parts"]["selection"]
    assert selection["asked"]
    assert selection["notes"]["reference"]["name"] == "ours"
    first = ranked["lists"]["not_asked"][0]
    assert (first["gene"], first["rank"]) == ("G3", 1)
    assert "more changes than chance explains" in first["why"]["en"]


def test_what_the_study_was_not_tested_for_is_said(ranked: dict[str, Any]) -> None:
    assert ranked["model"]["looked_for"] == {
        "variant": True, "amplification": False, "deletion": False, "fusion": False, "any": True,
    }  # fmt: skip
    assert ranked["model"]["parts"]["outcome"]["why_not"]
    assert ranked["model"]["study"]["tumours"] == []

"""Each tumour type by itself, here and on the machines of a Spark Connect server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from chevet.cli import main
from chevet.cohort import cohort as cohorts
from chevet.cohort.studies import import_study
from chevet.genomics.reference.installed import References
from chevet.store.lake import Lake
from chevet.targets.selection.analysis import Settings, of_cohort
from chevet.targets.selection.by_tumour import by_tumour
from chevet.targets.selection.kept_sites import sites_of
from tests.engines_fixture import sail  # noqa: F401  (a fixture)
from tests.targets.made_genome import neutral, planted, random_genome

TUMOURS = {"LUAD": 60, "COAD": 50, "GIST": 6}
SETTINGS = Settings(rates="2")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A study of three tumour types: G3 drives the first, G5 the second, the third has no synonymous change."""
    folder = tmp_path_factory.mktemp("study")
    genome = random_genome(folder, genes=40, codons=150, seed=31)
    rng = np.random.default_rng(32)
    samples = {tumour: [f"{tumour}{number}" for number in range(many)] for tumour, many in TUMOURS.items()}
    rows = [*neutral(genome, samples["LUAD"] + samples["COAD"], 12, rng), *planted(genome, "G3", samples["LUAD"], rng),
            *planted(genome, "G5", samples["COAD"], rng), *planted(genome, "G7", samples["GIST"], rng)]  # fmt: skip
    _write_study(folder / "made", samples, rows)
    home = folder / "home"
    words = ("reference", "add", "--name", "ours", "--build", "GRCh38", "--fasta", genome.fasta, "--cds-table",
             genome.cds_table)  # fmt: skip
    assert CliRunner().invoke(main, [str(word) for word in words], env={"CHEVET_HOME": str(home)}).exit_code == 0
    import_study(Lake(home), folder / "made", "made")
    return Lake(home)


def _write_study(folder: Path, samples: dict[str, list[str]], rows: list[Any]) -> None:
    folder.mkdir()
    (folder / "meta_study.txt").write_text(
        "cancer_study_identifier: made\ntype_of_cancer: mixed\nname: Made\ndescription: Made\nreference_genome: hg38\n"
    )
    (folder / "meta_clinical_sample.txt").write_text(
        "cancer_study_identifier: made\ngenetic_alteration_type: CLINICAL\ndatatype: SAMPLE_ATTRIBUTES\n"
        "data_filename: data_clinical_sample.txt\n"
    )
    names = ("PATIENT_ID", "SAMPLE_ID", "ONCOTREE_CODE")
    head = ["#" + "\t".join(names)] * 2 + ["#STRING\tSTRING\tSTRING", "#1\t1\t1", "\t".join(names)]
    body = [f"{name}\t{name}\t{tumour}" for tumour, several in samples.items() for name in several]
    (folder / "data_clinical_sample.txt").write_text("\n".join([*head, *body]) + "\n")
    (folder / "meta_mutations.txt").write_text(
        "cancer_study_identifier: made\ngenetic_alteration_type: MUTATION_EXTENDED\ndatatype: MAF\n"
        "stable_id: mutations\nshow_profile_in_analysis_tab: true\nprofile_name: M\nprofile_description: M\n"
        "data_filename: data_mutations.txt\n"
    )
    columns = ("Hugo_Symbol", "NCBI_Build", "Chromosome", "Start_Position", "End_Position", "Reference_Allele",
               "Tumor_Seq_Allele2", "Tumor_Sample_Barcode", "Variant_Classification", "HGVSp_Short")  # fmt: skip
    lines = [f"GENE\tGRCh38\t{c}\t{at}\t{at}\t{ref}\t{alt}\t{s}\tMissense_Mutation\t" for s, c, at, ref, alt in rows]
    (folder / "data_mutations.txt").write_text("\n".join(["\t".join(columns), *lines]) + "\n")


def _found(lake: Lake, setting: str = "duckdb") -> dict[str, Any]:
    (reference,) = References(lake.home).all()
    found = by_tumour(lake, cohorts.open(lake, "made"), reference, SETTINGS, setting=setting)
    return {one.tumour: one for one in found}


@pytest.fixture(scope="module")
def here(lake: Lake) -> dict[str, Any]:
    """What is found on the cores of this machine."""
    return _found(lake)


def test_each_tumour_type_has_its_own_drivers(here: dict[str, Any]) -> None:
    genes = {tumour: [row["gene"] for row in one.significant(0.1)] for tumour, one in here.items()}
    assert genes == {"COAD": ["G5"], "GIST": [], "LUAD": ["G3"]}


def test_a_tumour_type_that_allows_no_answer_says_so_and_stops_none(here: dict[str, Any]) -> None:
    found = here["GIST"]
    assert (found.genes, found.kind) == (None, "cannot_conclude")
    assert "synonymous" in found.why


def test_the_answers_are_those_of_each_cohort_asked_alone(lake: Lake, here: dict[str, Any]) -> None:
    (reference,) = References(lake.home).all()
    alone = of_cohort(
        cohorts.open(lake, "made", "diagnosis is LUAD"), sites_of(lake.home, reference), reference, SETTINGS
    )
    found = here["LUAD"]
    assert found.genes is not None
    assert found.genes.equals(alone.genes)
    assert found.model == json.loads(json.dumps(alone.model))


def test_a_spark_connect_server_gives_the_same_answers(
    lake: Lake, here: dict[str, Any], sail: str  # noqa: F811
) -> None:  # fmt: skip
    there = _found(lake, sail)
    assert {tumour: (one.genes, one.model, one.why) for tumour, one in here.items()} == {
        tumour: (one.genes, one.model, one.why) for tumour, one in there.items()
    }


def test_every_cohort_that_was_asked_is_in_the_ledger_once(lake: Lake, here: dict[str, Any]) -> None:
    asked = [entry.facts["definition"] for entry in lake.ledger.entries() if entry.act == "question_asked"]
    assert asked[:3] == ["diagnosis is COAD", "diagnosis is GIST", "diagnosis is LUAD"]


def test_a_person_reads_every_tumour_type_and_finds_a_folder_for_each(lake: Lake, tmp_path: Path) -> None:
    words = ["targets", "drivers", "--study", "made", "--by-tumour", "--rates", "2", "--out", str(tmp_path / "out"),
             "--lang", "fr"]  # fmt: skip
    result = CliRunner().invoke(main, words, env={"CHEVET_HOME": str(lake.home), "COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    assert [name for name in ("COAD", "GIST", "LUAD", "G3", "G5", "types de tumeur") if name not in result.output] == []
    files = sorted(str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*.*"))
    assert files == ["COAD/genes.tsv", "COAD/model.json", "LUAD/genes.tsv", "LUAD/model.json", "tumours.tsv"]


def test_tumour_types_are_those_of_a_study(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "m.maf"
    file.write_text("sampleID\tchr\tpos\tref\talt\n")
    words = ["targets", "drivers", "--maf", str(file), "--by-tumour", "--out", str(tmp_path / "out"), "--json"]
    result = CliRunner().invoke(main, words, env={"CHEVET_HOME": str(lake.home)})
    assert (result.exit_code, json.loads(result.output)["error"]["kind"]) == (4, "bad_input")

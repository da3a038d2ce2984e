"""`chevet targets drivers` as a person and as a script call it, on a made-up genome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from chevet.cli import main
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake
from tests.targets.made_genome import Genome, Row, neutral, planted, random_genome, write_table

SAMPLES = [f"S{number}" for number in range(120)]
COLUMNS = [
    "gene", "n_syn", "n_mis", "n_non", "n_spl", "n_ind", "w_mis", "w_non", "w_spl", "w_ind", "p_mis", "p_trunc",
    "p_sub", "p_ind", "p_global", "q_mis", "q_trunc", "q_sub", "q_ind", "q_global",
]  # fmt: skip


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return random_genome(tmp_path_factory.mktemp("genome"), genes=40, codons=150, seed=21)


@pytest.fixture(scope="module")
def rows(genome: Genome) -> list[Row]:
    rng = np.random.default_rng(22)
    deletions = [(sample, "1", 100 + 37 * place, genome.bases[99 + 37 * place], "-")
                 for place, sample in enumerate(SAMPLES[:60])]  # fmt: skip
    return [*neutral(genome, SAMPLES, 12, rng), *planted(genome, "G3", SAMPLES[:40], rng), *deletions]


@pytest.fixture(scope="module")
def home(genome: Genome, rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the genome as reference `ours`, and the mutations as the study `made`."""
    folder = tmp_path_factory.mktemp("home")
    run(folder, "reference", "add", "--name", "ours", "--build", "GRCh38", "--fasta", genome.fasta,
        "--cds-table", genome.cds_table)  # fmt: skip
    maf = folder / "made.maf"
    head = "Hugo_Symbol\tNCBI_Build\tChromosome\tStart_Position\tEnd_Position\tReference_Allele\tTumor_Seq_Allele2\t"
    lines = [head + "Tumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short"]
    lines += [f"GENE\tGRCh38\t{c}\t{at}\t{at}\t{ref}\t{alt}\t{s}\tMissense_Mutation\t" for s, c, at, ref, alt in rows]
    maf.write_text("\n".join(lines) + "\n")
    import_study(Lake(folder), maf, "made")
    return folder


def run(home: Path, *words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env={"CHEVET_HOME": str(home)})


def told(home: Path, *words: object) -> dict[str, Any]:
    result = run(home, "targets", "drivers", *words, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.output)
    return answer


def failed(home: Path, *words: object) -> tuple[int, str]:
    result = run(home, "targets", "drivers", *words, "--json")
    return result.exit_code, json.loads(result.output)["error"]["message"]


def table(file: Path) -> list[dict[str, str]]:
    lines = [line.split("\t") for line in file.read_text().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_a_maf_gives_the_table_and_the_model_of_the_contract(home: Path, rows: list[Row], tmp_path: Path) -> None:
    file = write_table(tmp_path / "m.tsv", rows)
    answer = told(home, "--maf", file, "--rates", "2", "--out", tmp_path / "out")
    genes = table(tmp_path / "out" / "genes.tsv")
    assert (list(genes[0]), len(genes)) == (COLUMNS, 40)
    p = [float(gene["p_global"]) for gene in genes]
    assert p == sorted(p)
    assert [gene["gene"] for gene in answer["genes"]] == ["G3"]
    model = json.loads((tmp_path / "out" / "model.json").read_text())
    assert answer["model"] == model
    assert set(model["global_dnds"]) == {"mis", "non", "spl", "trunc", "all"}
    assert set(model["global_dnds"]["mis"]) == {"mle", "ci_low", "ci_high"}


def test_the_sites_of_a_reference_are_kept_and_go_with_it(genome: Genome, rows: list[Row], tmp_path: Path) -> None:
    home, file = tmp_path / "home", write_table(tmp_path / "m.tsv", rows)
    run(home, "reference", "add", "--name", "x", "--build", "GRCh38", "--fasta", genome.fasta, "--cds-table",
        genome.cds_table)  # fmt: skip
    first, second = (told(home, "--maf", file, "--rates", "2", "--out", tmp_path / name) for name in "ab")
    assert first["model"] == second["model"]
    assert len(list((home / "references" / "x").glob("sites-*.npz"))) == 1
    run(home, "reference", "remove", "x")
    assert not (home / "references" / "x").exists()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_person_reads_genes_and_everything_that_was_left_out(
    home: Path, rows: list[Row], lang: str, tmp_path: Path
) -> None:
    twice = [*rows, rows[0], ("S0", "7", 5, "A", "C"), ("S1", "1", rows[0][2], rows[0][3], rows[0][4])]
    file = write_table(tmp_path / "m.tsv", twice)
    words = ("--maf", file, "--rates", "2", "--out", tmp_path / "out", "--more", "--lang", lang)
    result = run(home, "targets", "drivers", *words)
    said = {"en": ("G3", "Left out: 1 repeats", "outside coding", "All genes, missense"),
            "fr": ("G3", "\u00a0: 1 répétitions", "hors des séquences", "Tous gènes, faux-sens")}[lang]  # fmt: skip
    assert [word for word in said if word not in result.output] == []
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "genes.tsv", "intervals.tsv", "local.tsv", "model.json"
    ]  # fmt: skip


def test_the_interval_of_a_gene_holds_its_w(home: Path, rows: list[Row], tmp_path: Path) -> None:
    file = write_table(tmp_path / "m.tsv", rows)
    told(home, "--maf", file, "--rates", "2", "--out", tmp_path, "--more")
    genes, intervals = table(tmp_path / "genes.tsv"), table(tmp_path / "intervals.tsv")
    for gene, interval in zip(genes, intervals, strict=True):
        assert (gene["gene"], float(gene["w_mis"])) == (interval["gene"], pytest.approx(float(interval["w_mis"])))
        low, w, high = (float(interval[name]) for name in ("w_mis_low", "w_mis", "w_mis_high"))
        assert low <= w <= high


def test_a_study_is_asked_as_a_cohort_and_the_ledger_says_so(home: Path, tmp_path: Path) -> None:
    answer = told(home, "--study", "made", "--rates", "2", "--out", tmp_path)
    assert ([gene["gene"] for gene in answer["genes"]], answer["model"]["samples"]) == (["G3"], 120)
    entries = [entry.facts for entry in Lake(home).ledger.entries() if entry.act == "question_asked"]
    assert entries[-1]["answer"] == "drivers"
    files = [entry.facts["file"] for entry in Lake(home).ledger.entries() if entry.act == "table_exported"]
    assert files[-2:] == ["genes.tsv", "model.json"]


def test_a_study_and_its_maf_say_the_same_where_nothing_is_withheld(
    home: Path, rows: list[Row], tmp_path: Path
) -> None:
    told(home, "--study", "made", "--rates", "2", "--out", tmp_path / "study")
    told(home, "--maf", write_table(tmp_path / "m.tsv", rows), "--rates", "2", "--out", tmp_path / "maf")
    exact = {gene["gene"]: gene for gene in table(tmp_path / "maf" / "genes.tsv")}
    for gene in table(tmp_path / "study" / "genes.tsv"):
        for name, value in gene.items():
            if value and name != "gene":
                assert float(value) == pytest.approx(float(exact[gene["gene"]][name]), rel=6e-3)


def test_no_count_of_one_to_four_patients_leaves_a_study(home: Path, rows: list[Row], tmp_path: Path) -> None:
    told(home, "--maf", write_table(tmp_path / "m.tsv", rows), "--rates", "2", "--out", tmp_path / "maf")
    few = sum(0 < int(gene[f"n_{kind}"]) < 5 for gene in table(tmp_path / "maf" / "genes.tsv")
              for kind in ("syn", "mis", "non", "spl"))  # fmt: skip
    told(home, "--study", "made", "--rates", "2", "--out", tmp_path / "study")
    shown = [gene[f"n_{kind}"] for gene in table(tmp_path / "study" / "genes.tsv")
             for kind in ("syn", "mis", "non", "spl")]  # fmt: skip
    assert few > 20
    assert [count for count in shown if count and 0 < int(count) < 5] == []


def test_what_cannot_be_answered_is_said_with_its_kind(home: Path, rows: list[Row], tmp_path: Path) -> None:
    out = tmp_path / "out"
    wrong = [(sample, c, at + 1, ref, alt) for sample, c, at, ref, alt in rows]
    silent = [row for row in rows if row[4] == "-"]
    cases: list[tuple[int, str, list[object]]] = [
        (4, "one source", []),
        (4, "definition needs a study", ["--maf", write_table(tmp_path / "a.tsv", rows), "--where", "sex = female"]),
        (4, "do not have the bases", ["--maf", write_table(tmp_path / "b.tsv", wrong)]),
        (5, "0 mutations in coding", ["--maf", write_table(tmp_path / "c.tsv", [("S", "9", 4, "A", "C")])]),
        (5, "none of them synonymous", ["--maf", write_table(tmp_path / "d.tsv", silent)]),
        (5, "no patients in this cohort", ["--study", "made", "--where", "sex = female"]),
        (4, "no reference named nobody", ["--study", "made", "--reference", "nobody"]),
        (4, "not written", ["--study", "made", "--more"]),
    ]
    found = [failed(home, *words, "--out", out) for _, _, words in cases]
    assert [code for code, _ in found] == [code for code, _, _ in cases]
    assert [part for (_, part, _), (_, message) in zip(cases, found, strict=True) if part not in message] == []


def test_a_gene_that_the_reference_lacks_is_named(home: Path, rows: list[Row], tmp_path: Path) -> None:
    genes = tmp_path / "genes.txt"
    genes.write_text("G1\nG2\nNOTHERE\n")
    file = write_table(tmp_path / "m.tsv", rows)
    code, message = failed(home, "--maf", file, "--genes", genes, "--out", tmp_path)
    assert (code, "NOTHERE" in message) == (4, True)


def test_hypermutated_and_twice_given_samples_are_counted_and_named(
    home: Path, genome: Genome, rows: list[Row], tmp_path: Path
) -> None:
    copy = [("COPY", *row[1:]) for row in rows if row[0] == "S5"]
    file = write_table(tmp_path / "m.tsv", [*rows, *copy, *neutral(genome, ["S9"], 60, np.random.default_rng(1))])
    model = told(home, "--maf", file, "--rates", "2", "--out", tmp_path)["model"]
    assert (model["warnings"]["alike"], model["samples_alike"]) == (2, ["S5", "COPY"])
    found = told(home, "--maf", file, "--rates", "2", "--max-per-sample", "30", "--out", tmp_path)["model"]
    assert (found["left_out"]["hypermutated_samples"], found["hypermutators"]) == (1, ["S9"])
    assert found["left_out"]["hypermutator"] > 30


def test_panels_are_read_from_two_tables(home: Path, rows: list[Row], tmp_path: Path) -> None:
    panels, tested = tmp_path / "panels.tsv", tmp_path / "tested.tsv"
    panels.write_text("panel\tgene\n" + "".join(f"HALF\tG{n}\n" for n in range(20)) + "HALF\tLOST\n")
    tested.write_text("sample\tpanel\n" + "".join(
        f"{sample}\t{'HALF' if number % 2 else 'exome'}\n" for number, sample in enumerate(SAMPLES)))  # fmt: skip
    file = write_table(tmp_path / "m.tsv", rows)
    words = ("--maf", file, "--rates", "2", "--out", tmp_path, "--panels", panels, "--tested", tested)
    model = told(home, *words)["model"]
    assert (model["groups"], model["panel_genes_absent"]) == (2, ["LOST"])
    assert model["left_out"]["not_tested"] > 0
    tested.write_text("sample\tpanel\nS0\tOTHER\n")
    assert failed(home, *words)[0] == 4

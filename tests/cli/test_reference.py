"""`chevet reference` at the door."""

import json

from click.testing import CliRunner

from chevet.cli import main
from chevet.store.lake import Lake
from tests.genomics.reference.small_genome import write_fasta, write_gff3


def run(home, *words):
    return CliRunner().invoke(main, ["reference", *map(str, words)], env={"CHEVET_HOME": str(home)})


def test_a_reference_is_added_listed_and_removed(tmp_path):
    home, fasta, gff3 = tmp_path / "home", write_fasta(tmp_path), write_gff3(tmp_path)
    added = run(home, "add", "--name", "ours", "--build", "GRCh38", "--fasta", fasta, "--gff3", gff3)
    assert (added.exit_code, added.output.startswith("ours: 2 coding transcripts of GRCh38; 1 left out")) == (0, True)
    listed = json.loads(run(home, "list", "--json").output)
    assert [(one["name"], one["transcripts"]) for one in listed["references"]] == [("ours", 2)]
    assert run(home, "remove", "ours", "--lang", "fr").output == (
        "ours a été retirée ; les fichiers du site restent où ils sont\n"
    )
    assert [entry.act for entry in Lake(home).ledger.entries()] == ["reference_added", "reference_removed"]


def test_without_a_reference_the_list_says_what_is_understood_all_the_same(tmp_path):
    assert "come with Chevet" in run(tmp_path, "list").output


def test_a_map_is_added_and_listed(tmp_path):
    file = tmp_path / "map.tsv"
    file.write_text("1\t0\t100\t+\t1\t50\t150\t+\n")
    assert run(tmp_path / "home", "add-map", file).output == "GRCh37_to_GRCh38: 1 intervals\n"
    assert json.loads(run(tmp_path / "home", "list", "--json").output)["maps"] == ["GRCh37_to_GRCh38"]


def test_a_wrong_file_is_bad_input(tmp_path):
    file = tmp_path / "map.tsv"
    file.write_text("not a map\n")
    assert run(tmp_path / "home", "add-map", file).exit_code == 4

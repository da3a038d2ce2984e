"""`chevet reference add-panel` and `add-signatures`: what a site brings in itself, instead of copying it by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chevet.bedside.case.case_file import case_of
from chevet.cli import main
from chevet.errors import BadInput
from chevet.genomics.reference.panels import SitePanels
from chevet.genomics.reference.signature_files import SignatureFiles
from chevet.genomics.signatures import CHANNELS, reference_file
from chevet.store.lake import Lake

PANELS = (
    "panel\tgene\tmegabases\tcopy_number\tfusions\nOwn 50\tEGFR\t1.2\tyes\tno\nOwn 50\tHER2\t\t\t\nBlood\tFLT3\t\t\t\n"
)


def run(home: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["reference", *map(str, words)], env={"CHEVET_HOME": str(home)})


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    return file


def signatures(*names: str) -> str:
    share = 1 / len(CHANNELS)
    rows = ["\t".join((channel, *(f"{share:.6f}" for _ in names))) for channel in CHANNELS]
    return "\n".join(["\t".join(("Type", *names)), *rows]) + "\n"


def test_a_panel_is_added_listed_used_by_a_case_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    added = run(home, "add-panel", written(tmp_path, "own.tsv", PANELS))
    assert (added.exit_code, added.output) == (0, "Own 50: genes: 2\nBlood: genes: 1\n")
    assert json.loads(run(home, "list", "--json").output)["panels"] == {"own.tsv": ["Own 50", "Blood"]}
    assert "own.tsv" in run(home, "list").output
    monkeypatch.setenv("CHEVET_HOME", str(home))
    own, blood = (case_of({"tested_genes": name}).case.tested for name in ("own 50", "Blood"))
    assert (own.genes, own.covered_megabases, own.copy_number, own.fusions) == (
        frozenset({"EGFR", "ERBB2"}), 1.2, True, False,
    )  # fmt: skip
    assert (blood.genes, blood.copy_number, blood.fusions) == (frozenset({"FLT3"}), None, None)
    assert run(home, "remove", "own").exit_code == 0
    assert [one.act for one in Lake(home).ledger.entries()] == ["panels_added", "reference_removed"]
    assert case_of({"tested_genes": "Blood"}).not_read[0].reason == "unknown_panel"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gene\nEGFR\n", "holds no panel"),
        ("panel\tgene\nOwn\tNOTAGENE\n", "are no genes: NOTAGENE"),
        ("", "holds no panel"),
    ],
)
def test_a_table_that_is_no_panel_is_refused_and_nothing_is_kept(tmp_path: Path, text: str, words: str) -> None:
    home = tmp_path / "home"
    refused = run(home, "add-panel", written(tmp_path, "own.tsv", text))
    assert (refused.exit_code, words in refused.stderr) == (BadInput.exit_code, True)
    assert SitePanels(home).all() == {}


def test_a_panel_that_another_file_has_is_refused_and_a_new_version_of_its_own_file_is_taken(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, "add-panel", written(tmp_path, "own.tsv", PANELS))
    other = written(tmp_path, "other.tsv", "panel\tgene\nOWN 50\tKRAS\n")
    assert run(home, "add-panel", other).exit_code == BadInput.exit_code
    run(home, "add-panel", written(tmp_path, "own.tsv", "panel\tgene\nOwn 50\tKRAS\n"))
    own = SitePanels(home).get("own 50")
    assert own is not None
    assert own.genes == {"KRAS"}


def test_signatures_are_added_listed_chosen_and_removed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = written(tmp_path, "COSMIC_v3.4_SBS_GRCh38.txt", signatures("SBS1", "SBS5"))
    second = written(tmp_path, "cosmic36_exome.txt", signatures("SBS1"))
    assert run(home, "add-signatures", first).output == "COSMIC_v3.4_SBS_GRCh38.txt: signatures: 2\n"
    run(home, "add-signatures", second)
    assert json.loads(run(home, "list", "--json").output)["signatures"] == [first.name, "SBS_cosmic36_exome.txt"]
    chosen = [reference_file(home / "signatures", "GRCh38", kind) for kind in ("genome", "exome")]
    assert [one.name for one in chosen if one is not None] == [first.name, "SBS_cosmic36_exome.txt"]
    assert run(home, "remove", "SBS_cosmic36_exome.txt").exit_code == 0
    assert [file.name for file in SignatureFiles(home).all()] == [first.name]
    acts = [one.act for one in Lake(home).ledger.entries()]
    assert acts == ["signatures_added", "signatures_added", "reference_removed"]


def test_a_file_that_is_no_table_of_signatures_is_refused(tmp_path: Path) -> None:
    refused = run(tmp_path / "home", "add-signatures", written(tmp_path, "x_SBS.txt", "Type\tSBS1\nA[C>A]A\t1\n"))
    assert (refused.exit_code, SignatureFiles(tmp_path / "home").all()) == (BadInput.exit_code, [])


@pytest.mark.parametrize("name", ["../keys/patient_names", "/etc/passwd", "..", ".hidden"])
def test_no_name_climbs_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "patient_names.tsv").write_text("kept")
    assert run(tmp_path, "remove", name).exit_code == BadInput.exit_code
    assert (tmp_path / "keys" / "patient_names.tsv").read_text() == "kept"

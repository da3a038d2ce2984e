"""Studies made to read what they must not, or to use up the machine."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from chevet.errors import BadInput
from chevet.records import read
from tests.records.made_study import FILES, a_study, meta

SECRET = "PATIENT_ID\tSAMPLE_ID\nSECRET\tSECRET\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study folder beside a file that it must not reach."""
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "study").mkdir()
    return tmp_path / "study"


def refused(study: Path) -> str:
    with pytest.raises(BadInput) as error:
        read(study)
    told = error.value.message + error.value.next_act
    assert "SECRET" not in told
    return told


OUTWARD = [
    "../secret.txt",
    "../../etc/passwd",
    "a/../../secret.txt",
    "{outside}/secret.txt",
    "/etc/passwd",
    "..\\secret.txt",
    "",
    "..",
    "x\0y",
    "long" * 100,
]


@pytest.mark.parametrize("name", OUTWARD)
def test_a_data_file_outside_the_folder_is_refused(study: Path, name: str) -> None:
    name = name.replace("{outside}", str(study.parent))
    a_study(study, {"meta_extra.txt": meta("CLINICAL", "SAMPLE_ATTRIBUTES", name)})
    if "\0" in name:  # an empty byte inside a line is taken out when the file is read; then the name names nothing
        assert read(study).report.missing_files == ["xy"]
    else:
        assert "meta_extra.txt" in refused(study)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_link_that_leads_outside_is_refused(study: Path, name: str) -> None:
    a_study(study, {name: None})
    (study / name).symlink_to(study.parent / "secret.txt")
    assert "outside the study folder" in refused(study)


def test_a_link_inside_the_folder_is_read(study: Path) -> None:
    a_study(study)
    (study / "data_mutations.txt").rename(study / "real.txt")
    (study / "data_mutations.txt").symlink_to(study / "real.txt")
    assert read(study).tables["variant"].num_rows == 2


@pytest.mark.parametrize("name", ["case_lists/cases_all.txt", "data_gene_panel_x.txt", "tags.yml"])
def test_files_found_by_themselves_may_not_be_links_outward_either(study: Path, name: str) -> None:
    a_study(study, {"meta_study.txt": f"{FILES['meta_study.txt']!s}tags_file: tags.yml\n"})
    (study / name).parent.mkdir(exist_ok=True)
    (study / name).symlink_to(study.parent / "secret.txt")
    refused(study)


def test_a_linked_folder_of_case_lists_is_refused(study: Path) -> None:
    a_study(study)
    (study.parent / "lists").mkdir()
    (study.parent / "lists" / "cases_all.txt").write_text("stable_id: made_all\ncase_list_ids: SECRET\n")
    (study / "case_lists").symlink_to(study.parent / "lists")
    refused(study)


def test_a_linked_folder_is_not_walked_for_files_left_over(study: Path) -> None:
    a_study(study)
    (study / "more").symlink_to(study.parent)
    told = str(read(study).report.as_json())
    assert "secret" not in told


def test_a_pipe_in_place_of_a_data_file_is_absent_and_does_not_hang(study: Path) -> None:
    a_study(study, {"data_mutations.txt": None})
    os.mkfifo(study / "data_mutations.txt")
    assert read(study).report.missing_files == ["data_mutations.txt"]


@pytest.mark.parametrize(
    "tags",
    [
        "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n",
        "[" * 200 + "]" * 200,
        "x: " + "y" * (2 << 20),
    ],
)
def test_tags_that_unfold_are_refused(study: Path, tags: str) -> None:
    a_study(study, {"meta_study.txt": f"{FILES['meta_study.txt']!s}tags_file: tags.yml\n", "tags.yml": tags})
    assert "tags.yml" in refused(study)


@pytest.mark.parametrize("tags", ["!!python/object/apply:os.system ['true']\n", "a: [\n", "\x01", "a: 1\n---\nb: 2\n"])
def test_tags_that_are_no_plain_values_are_rejected_and_nothing_runs(study: Path, tags: str) -> None:
    a_study(study, {"meta_study.txt": f"{FILES['meta_study.txt']!s}tags_file: tags.yml\n", "tags.yml": tags})
    record = read(study)
    assert [row["reason"] for row in record.report.rows().to_pylist()] == ["tags_not_readable"]


def test_a_packed_data_file_is_read_and_a_bomb_is_refused(study: Path) -> None:
    packed = gzip.compress(FILES["data_mutations.txt"].encode())
    assert read(a_study(study, {"data_mutations.txt": packed})).tables["variant"].num_rows == 2
    header = FILES["data_mutations.txt"].split("\n")[0].encode()
    bomb = gzip.compress(header + b"\n" * (128 << 20), compresslevel=9)
    a_study(study, {"data_mutations.txt": bomb})
    assert "unpacks to more than" in refused(study)


def test_an_endless_meta_file_is_refused(study: Path) -> None:
    a_study(study)
    with (study / "meta_study.txt").open("ab") as file:
        file.truncate(1 << 30)
    assert "meta_study.txt" in refused(study)

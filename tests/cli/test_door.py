"""What every command shares."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import click
import pytest
from click.testing import CliRunner

from chevet.cli import NOUNS, main
from chevet.cli.door import json_option, show_table
from chevet.errors import BadInput


@click.command()
@click.argument("what")
@json_option
def ask(what: str, as_json: bool) -> dict[str, Any]:
    if what == "wrong":
        raise BadInput("the question is wrong", next_act="Ask another.")
    if what == "broken":
        raise RuntimeError("Mrs Martin, born 1950")
    if what == "a broken pipe inside":
        raise BrokenPipeError
    if not as_json:
        click.echo("forty-two patients")
    return {"patients": 42}


def test_without_json_a_command_speaks_to_people() -> None:
    assert CliRunner().invoke(ask, ["right"]).stdout == "forty-two patients\n"


def test_with_json_standard_output_holds_one_object_and_nothing_else() -> None:
    assert json.loads(CliRunner().invoke(ask, ["right", "--json"]).stdout) == {"patients": 42}


def test_an_error_leaves_with_the_exit_code_of_its_kind_and_goes_to_standard_error() -> None:
    result = CliRunner().invoke(ask, ["wrong"])
    assert (result.exit_code, result.stdout) == (4, "")
    assert "Ask another." in result.stderr


def test_an_error_with_json_is_an_object_on_standard_output() -> None:
    result = CliRunner().invoke(ask, ["wrong", "--json"])
    assert result.exit_code == 4
    assert json.loads(result.stdout)["error"] == {
        "kind": "bad_input",
        "message": "the question is wrong",
        "next": "Ask another.",
    }


_MANY_LINES = """
import click
from chevet.cli.door import json_option

@click.command()
@json_option
def command(as_json):
    for _ in range(100_000):
        click.echo("forty-two patients")

command()
"""


def test_when_the_reader_of_a_pipe_leaves_a_command_ends_without_a_word() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _MANY_LINES], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"forty-two patients\n"
        running.stdout.close()
        assert (running.stderr.read(), running.wait()) == (b"", 1)


def test_a_pipe_that_breaks_inside_is_a_fault() -> None:
    result = CliRunner().invoke(ask, ["a broken pipe inside"])
    assert (result.exit_code, "BrokenPipeError" in result.stderr) == (70, True)


def test_a_defect_is_a_fault_that_says_where_and_never_what_the_row_held() -> None:
    result = CliRunner().invoke(ask, ["broken", "--json"])
    assert result.exit_code == 70
    assert "RuntimeError" in result.stdout
    assert "Martin" not in result.output


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_its_module_and_says_in_short_what_it_does(noun: str) -> None:
    result = CliRunner().invoke(main, [noun, "--help"])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 3


def test_the_program_says_its_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout.startswith("chevet, version ")


def test_a_table_prints_what_a_study_says_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(["[red]a", "b"], [("[/x] [bold]title", ":smile:")], title="[b]")
    out = capsys.readouterr().out
    assert [words for words in ("[red]a", "[/x] [bold]title", ":smile:", "[b]") if words not in out] == []


@pytest.mark.parametrize("room", [60, 80, 120])
def test_a_table_breaks_no_short_cell_and_cuts_nothing(
    room: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("chevet.cli.door.WIDTH_OF_A_PIPE", room)
    show_table(
        ["gène A", "gène B", "log2 du rapport des cotes", "p", "tendance", "motif"],
        [
            ["PIK3CA", "TP53", "-0,89", "2,5e-12", "exclusifs", "des panels sont nommés pour rien"],
            ["A", "B", 1418] + [""] * 3,
        ],
        lang="fr",
    )
    printed = capsys.readouterr().out
    assert "…" not in printed
    for cell in ("PIK3CA", "2,5e-12", "exclusifs", "1\u202f418", "tendance", "panels", "nommés", "rapport"):
        assert cell in printed

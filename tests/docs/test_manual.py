"""The manual is true: its generated pages are fresh, and its tutorials run as they are printed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from chevet.cli import main
from chevet.errors import Refused
from tools.generate_docs import REFERENCE

DOCS = Path(__file__).parents[2] / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))


def test_every_generated_page_is_what_the_program_prints() -> None:
    # In a process of its own: click keeps the help option of a command that was called before.
    check = subprocess.run(
        [sys.executable, "-m", "tools.generate_docs", "--check"], cwd=DOCS.parent, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (check.returncode, check.stderr) == (0, "")


def _steps(page: Path) -> list[tuple[str, list[str]]]:
    """The commands of a tutorial, each with the lines that the page says it prints."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            elif line.strip():
                steps[-1][1].append(line.strip())
    return steps


def _files_to_save(page: Path) -> list[tuple[str, str]]:
    """The files that a tutorial asks its reader to save: ``Save this as `NAME`:``, then the text."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"Save this as\s+`([\w.-]+)`:\n\n```(?:toml|json)\n(.*?)```", text, re.S)


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_runs_as_it_is_printed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "lake"))
    monkeypatch.setenv("COLUMNS", "160")
    for name, text in _files_to_save(page):
        Path(name).write_text(text, encoding="utf-8")
    steps = _steps(page)
    assert steps
    for command, expected in steps:
        words = shlex.split(command)
        who = {"CHEVET_ACTOR": words.pop(0).partition("=")[2]} if words[0].startswith("CHEVET_ACTOR=") else {}
        assert words[0] == "chevet", f"a tutorial only calls chevet: {command}"
        result = CliRunner(env=who).invoke(main, words[1:])
        refused = any(line.startswith("→") for line in expected)
        assert result.exit_code == (Refused.exit_code if refused else 0), f"{command}\n{result.output}"
        for line in expected:
            pattern = ".*".join(re.escape(part.strip()) for part in line.split("..."))
            assert re.search(pattern, result.output), f"{command}\nsays: {line}\nprints:\n{result.output}"


def test_the_python_of_the_manual_runs_as_it_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path / "lake"))
    assert CliRunner().invoke(main, ["synth", "--patients", "2000", "--out", "made_up"]).exit_code == 0
    page = (REFERENCE / "python.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.S)
    names: dict[str, object] = {}
    exec(compile(code, "python.md", "exec"), names)
    assert str(names["who"]) == 'diagnosis under LUNG and mutated(EGFR) and not treated("osimertinib")'

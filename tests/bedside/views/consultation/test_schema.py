"""The published object and its published form."""

from __future__ import annotations

import datetime
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chevet.bedside.case.case_file import case_of
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.cli.bedside import command
from tests.bedside.views.consultation.told import told

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: the form is not checked")
CASES = sorted((Path(__file__).parents[4] / "benchmarks" / "cases").glob("*.json"))
DAY = datetime.date(2026, 11, 27)


@pytest.fixture(scope="module")
def form() -> Any:
    schema = json.loads((files("chevet.bedside") / "schemas" / "consultation.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _faults(form: Any, made: dict[str, Any]) -> list[str]:
    return [
        f"{'/'.join(map(str, one.path))}: {one.message[:80]}" for one in form.iter_errors(json.loads(json.dumps(made)))
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_case_of_the_open_set_is_told_in_the_published_form(form: Any, case: Path) -> None:
    read = case_of(json.loads(case.read_text("utf-8"))["case"], name=case.name)
    assert _faults(form, tell(consult(read, day=DAY), "fr")) == []


def test_the_object_that_the_pages_are_tested_with_has_the_published_form(form: Any) -> None:
    assert _faults(form, told()) == []


def test_an_object_of_another_form_is_seen(form: Any) -> None:
    assert _faults(form, told(nothing_approved="no")) == ["nothing_approved: 'no' is not of type 'boolean'"]
    without = told()
    del without["not_to_give"]
    assert _faults(form, without) == [": 'not_to_give' is a required property"]


def test_the_command_prints_the_form_that_comes_with_the_program() -> None:
    ran = CliRunner().invoke(command, ["schema", "consultation", "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.output)["$id"] == "urn:chevet:schema:consultation:1"

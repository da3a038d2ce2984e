"""Every act that Chevet writes into the ledger has words for its readers, and a place in the auditor's list."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import chevet
from chevet.cli import answers
from chevet.privacy import keys
from chevet.room import airlock, audit, events
from chevet.words.labels import label, labels

HOUSE = Path(chevet.__file__).parent
# Where the act is an argument: what it can be there.
GIVEN = {
    "chevet.room.book": tuple(events.EVENTS),
    "chevet.room.airlock": tuple(airlock.MOVES),
    "chevet.privacy.keys": (keys.KEY_MADE, keys.KEY_ROTATED),
    "chevet.cli.answers": (answers.PICTURE_EXPORTED, answers.TABLE_EXPORTED),
}
RECOVERED = "ledger_recovered"  # the ledger's own, written past `append` while it mends itself


def written() -> dict[str, set[str]]:
    """The acts by the module that writes them, read from the program's text."""
    found: dict[str, set[str]] = {"chevet.store.ledger": {RECOVERED}}
    for path in sorted(HOUSE.rglob("*.py")):
        name = ".".join(("chevet", *path.relative_to(HOUSE).with_suffix("").parts)).removesuffix(".__init__")
        for call in _entering(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(name, set()).update(_acts(call.args[0], importlib.import_module(name)))
    return found


def _entering(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            to = ast.unparse(node.func)
            if to.endswith(("ledger.append", "book.enter")):
                yield node


def _acts(act: ast.expr, module: ModuleType) -> tuple[str, ...]:
    if isinstance(act, ast.Constant):
        return (str(act.value),)
    named = getattr(module, ast.unparse(act), None)
    return (named,) if isinstance(named, str) else GIVEN[module.__name__]


def test_every_act_that_is_written_has_a_label_in_both_languages() -> None:
    acts = set().union(*written().values())
    assert len(acts) > 40
    assert [act for act in sorted(acts) if f"ledger.act.{act}" not in labels()] == []
    assert [act for act in sorted(acts) if not label(f"ledger.act.{act}", "fr").strip()] == []


def test_every_act_of_the_room_has_a_kind_by_which_an_auditor_finds_it() -> None:
    acts = set().union(*(acts for module, acts in written().items() if ".room" in module))
    assert acts >= {"output_looked_at", "job_run", "permit_granted", "cube_made"}
    assert [act for act in sorted(acts) if audit.kind_of(act) == "other"] == []


@pytest.mark.parametrize("act", ["output_looked_at"])
def test_an_act_that_had_no_words_once_is_said_in_french(act: str) -> None:
    assert label(f"ledger.act.{act}", "fr") != act

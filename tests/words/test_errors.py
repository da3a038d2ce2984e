"""Errors are said in the reader's language, by the key of their words."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import chevet
from chevet.cli import main
from chevet.cohort.definition import parse
from chevet.errors import BadInput, CannotConclude, ChevetError, Refused
from chevet.privacy.disclosure import require_releasable
from chevet.words.errors import error, in_language, nearest, words
from chevet.words.labels import labels

KEYS = {key: text for key, text in labels().items() if key.startswith("error.")}


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_say_the_same_things(key: str) -> None:
    assert _places(KEYS[key]["en"]) == _places(KEYS[key]["fr"])


def test_an_error_is_in_english_and_can_be_said_in_french() -> None:
    made = error(BadInput, "unknown_gene", gene="KRASS", near=nearest(["KRAS", "NRAS"]))
    assert made.message == "KRASS is neither an HGNC gene symbol nor a name that this study uses"
    assert made.next_act == "Check the spelling; nearest: KRAS, NRAS."
    assert in_language(made, "en") == (made.message, made.next_act)
    assert in_language(made, "fr") == (
        "KRASS n’est ni un symbole de gène HGNC, ni un nom que cette étude emploie",
        "Vérifiez l’orthographe\u202f; les plus proches\u00a0: KRAS, NRAS.",
    )


def test_numbers_and_words_within_words_are_said_in_the_language_too() -> None:
    long = error(BadInput, "definition_long", n=123456, most=10000)
    assert "123\u202f456" in in_language(long, "fr")[0]
    assert "123,456" in in_language(long, "en")[0]
    within = words("expected", what=words("expected.number"), found=words("expected.end"), near="")
    assert within.say("fr") == "attendu\u00a0: un nombre\u202f; trouvé\u00a0: la fin"


def test_an_error_without_words_is_said_as_it_was_raised() -> None:
    plain = BadInput("this is wrong", next_act="mend it")
    assert in_language(plain, "fr") == ("this is wrong", "mend it")


@pytest.mark.parametrize(("count", "kind"), [(0, CannotConclude), (3, Refused)])
def test_too_few_patients_are_refused_in_both_languages(count: int, kind: type[ChevetError]) -> None:
    with pytest.raises(kind) as refused:
        require_releasable(count, "cohort")
    assert "patients in this cohort" in refused.value.message
    assert "patients de cette cohorte" in in_language(refused.value, "fr")[0]
    assert str(count) not in refused.value.message or count == 0


def _said_in_the_code() -> Iterator[str]:
    """The keys of words that the code names in full."""
    for file in Path(chevet.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                place = {"words": 0, "error": 1, "worded": 1, "require_releasable": 1}.get(node.func.id)
                of = node.args[place] if place is not None and place < len(node.args) else None
                if isinstance(of, ast.Constant) and isinstance(of.value, str) and " " not in of.value:
                    key = f"people.{of.value}" if node.func.id == "require_releasable" else of.value
                    made = node.func.id in ("error", "worded") and len(node.args) == 2
                    yield from (key, f"{key}.next") if made else (key,)


def test_every_key_that_the_code_names_has_words() -> None:
    named = set(_said_in_the_code())
    assert {"unknown_study", "unknown_study.next", "too_few"} <= named
    assert {key for key in named if f"error.{key}" not in KEYS} == set()


def _refused(tmp_path: Path, *words_: str, lang: str | None = None) -> str:
    env = {"CHEVET_HOME": str(tmp_path)} | ({} if lang is None else {"CHEVET_LANG": lang})
    answer = CliRunner().invoke(main, list(words_), env=env)
    assert answer.exit_code == BadInput.exit_code
    return answer.output


def test_a_command_refuses_in_the_language_it_was_asked_in(tmp_path: Path) -> None:
    asked = ("cohort", "count", "--study", "nowhere", "all")
    assert "no study is called nowhere" in _refused(tmp_path, *asked)
    assert "aucune étude ne s’appelle nowhere\u202f; études présentes\u00a0: aucune" in _refused(
        tmp_path, *asked, "--lang", "fr"
    )
    assert "aucune étude" in _refused(tmp_path, *asked, lang="fr")


def test_scripts_read_errors_in_english(tmp_path: Path) -> None:
    asked = ("cohort", "count", "--study", "nowhere", "all", "--json", "--lang", "fr")
    assert "no study is called nowhere" in _refused(tmp_path, *asked)


def test_a_definition_is_refused_in_french_with_the_caret_under_the_word() -> None:
    with pytest.raises(BadInput) as refused:
        parse("mutated(EGFRR) and sex = female")
    message, act = in_language(refused.value, "fr")
    first, line, caret = message.split("\n")
    assert first.startswith("définition, caractère 9\u00a0: `EGFRR` n’est pas un symbole de gène que HGNC connaît")
    assert line.index("EGFRR") == caret.index("^")
    assert act.startswith("corrigez le symbole")

"""Files of a folder: places with the criteria above them, open or not; a file that cannot be read stops nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.therapy.trials.reading import Place, Unread, read_trials

CRITERION = {"clinical": {"age_numerical": ">=18"}}


def trial(**more: Any) -> dict[str, Any]:
    arms = [
        {"arm_code": "A", "arm_suspended": "N", "match": [CRITERION], "dose_level": [
            {"level_code": "1", "level_suspended": "Y", "match": [CRITERION]},
            {"level_code": "2", "level_suspended": "N", "match": [CRITERION]},
        ]},
        {"arm_code": "B", "arm_suspended": "Y", "match": [CRITERION]},
    ]  # fmt: skip
    steps = [{"step_code": "1", "match": [CRITERION], "arm": arms}]
    return {"protocol_no": "T-1", "status": "Open to Accrual", "treatment_list": {"step": steps}, **more}


def places(folder: Path, *documents: Any) -> tuple[Place, ...]:
    for number, document in enumerate(documents):
        (folder / f"{number}.json").write_text(json.dumps(document), "utf-8")
    found, unread = read_trials(folder)
    assert unread == ()
    return found


def test_a_place_carries_the_criteria_of_its_step_and_arm(tmp_path: Path) -> None:
    found = places(tmp_path, trial())
    assert [(one.arm, one.dose, len(one.criteria)) for one in found] == [
        ("A", "", 2), ("A", "1", 3), ("A", "2", 3), ("B", "", 2),
    ]  # fmt: skip


def test_a_suspended_arm_or_dose_is_closed_in_an_open_trial(tmp_path: Path) -> None:
    assert [one.is_open for one in places(tmp_path, trial())] == [True, False, True, False]


@pytest.mark.parametrize(
    ("said", "opened"),
    [
        ({"status": "Closed to Accrual"}, False),
        ({"status": "Recruiting"}, True),
        ({"status": "a word we do not know"}, None),
        ({"status": None, "_summary": {"status": [{"value": "open to accrual"}]}}, True),
    ],
)
def test_a_trial_is_open_closed_or_does_not_say(tmp_path: Path, said: dict[str, Any], opened: bool | None) -> None:
    assert places(tmp_path, trial(**said))[0].is_open is opened


def test_several_trials_in_one_file_are_all_read(tmp_path: Path) -> None:
    (tmp_path / "two.json").write_text(json.dumps(trial()) + "\n" + json.dumps(trial(protocol_no="T-2")), "utf-8")
    (tmp_path / "list.json").write_text(json.dumps([trial(protocol_no="T-3")]), "utf-8")
    (tmp_path / "one.yaml").write_text("protocol_no: T-4\ntreatment_list:\n  step:\n    - step_code: '1'\n", "utf-8")
    found, unread = read_trials(tmp_path)
    assert ({one.trial for one in found}, unread) == ({"T-1", "T-2", "T-3", "T-4"}, ())


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.json", b"{not json", "not_json_or_yaml"),
        ("a.yaml", b"\xff\xfe\x00binary", "unreadable"),
        ("a.yaml", b"- [a: b: c", "not_json_or_yaml"),
        ("a.json", b'{"title": "no trial"}', "no_trial"),
        ("a.yaml", b"a: &a [1]\nb: [*a, *a]\n", "too_deep"),
        ("a.yaml", b"a: " + b"[" * 500, "too_deep"),
        ("a.json", b"[" * 200_000, "not_json_or_yaml"),
        ("a.json", b"", "no_trial"),
    ],
)
def test_a_bad_file_is_named_and_the_others_are_read(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.json").write_text(json.dumps(trial()), "utf-8")
    found, unread = read_trials(tmp_path)
    assert (len(found), unread) == (4, (Unread(name, problem),))


def test_an_absent_folder_holds_no_trial(tmp_path: Path) -> None:
    assert read_trials(tmp_path / "nowhere") == ((), ())


KEYS = ("step", "arm", "match", "dose_level", "and", "or", "genomic", "clinical")
json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("step", "arm", "match", "dose_level", "and", "or", "genomic", "clinical")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_tree_under_treatment_list_is_read_or_named(tmp_path_factory: pytest.TempPathFactory, tree: Any) -> None:
    folder = tmp_path_factory.mktemp("trials")
    (folder / "any.json").write_text(json.dumps({"protocol_no": "T", "treatment_list": tree}), "utf-8")
    found, unread = read_trials(folder)
    assert all(one.trial == "T" for one in found)
    assert len(unread) <= 1

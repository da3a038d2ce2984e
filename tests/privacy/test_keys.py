from __future__ import annotations

import copy
import io
import json
import logging
import os
import pickle
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput, Fault, Refused
from chevet.privacy.keys import KEY_MADE, KEY_RETIRED, KEY_ROTATED, Key, Keys
from chevet.privacy.secret import framed
from chevet.store.ledger import Ledger

SECRET = bytes(range(32))


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


def _acts(tmp_path: Path) -> list[tuple[str, dict[str, object]]]:
    return [(entry.act, dict(entry.facts)) for entry in Ledger(tmp_path / "ledger").entries()]


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_key_is_32_random_bytes_that_its_owner_alone_can_read(keys: Keys) -> None:
    keys.make("breast")
    keys.make("lung")
    files = [keys.folder / "projects" / project / "1" for project in ("breast", "lung")]
    assert [len(file.read_bytes()) for file in files] == [32, 32]
    assert files[0].read_bytes() != files[1].read_bytes()
    assert [_mode(file) for file in files] == [0o600, 0o600]
    assert {_mode(folder) for folder in (keys.folder, files[0].parent, files[0].parent.parent)} == {0o700}


def test_keys_can_lie_on_another_volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEVET_KEYS", str(tmp_path / "vault"))
    Keys(tmp_path / "home").make("breast")
    assert (tmp_path / "vault" / "projects" / "breast" / "1").exists()
    assert not (tmp_path / "home" / "keys").exists()


def test_a_key_that_was_left_behind_when_the_folder_changed_is_not_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Keys(tmp_path).make("breast")
    first = Keys(tmp_path).installation("patient_names").check
    monkeypatch.setenv("CHEVET_KEYS", str(tmp_path / "vault"))
    acts: list[Callable[[Keys], object]] = [
        lambda keys: keys.installation("patient_names"), lambda keys: keys.make("breast"),
        lambda keys: keys.project("breast"),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(Refused) as refused:
            act(Keys(tmp_path))
        assert "Move all" in refused.value.next_act
    (tmp_path / "vault").rmdir()
    (tmp_path / "keys").rename(tmp_path / "vault")
    assert Keys(tmp_path).installation("patient_names").check == first


def test_the_same_project_has_the_same_key_until_it_is_rotated(keys: Keys) -> None:
    made = keys.make("breast")
    assert keys.project("breast").check == made.check
    assert keys.rotate("breast").check != made.check
    assert keys.project("breast").version == 2


def test_a_replaced_key_is_destroyed_unless_links_are_still_to_be_made(keys: Keys, tmp_path: Path) -> None:
    first = keys.make("breast")
    keys.rotate("breast", relink=True)
    assert keys.project("breast", 1).check == first.check
    keys.retire("breast", 1)
    with pytest.raises(Refused):
        keys.project("breast", 1)
    keys.rotate("breast")
    with pytest.raises(Refused):
        keys.project("breast", 2)
    assert sorted(p.name for p in (keys.folder / "projects" / "breast").iterdir()) == ["1.retired", "2.retired", "3"]
    assert [act for act, _ in _acts(tmp_path)] == [
        KEY_MADE, KEY_ROTATED, KEY_RETIRED, KEY_ROTATED, KEY_RETIRED,
    ]  # fmt: skip


def test_a_replaced_key_that_is_not_marked_for_linking_cannot_be_used(keys: Keys) -> None:
    keys.make("breast")
    keys.rotate("breast", relink=True)
    (keys.folder / "projects" / "breast" / "1.relink").unlink()
    with pytest.raises(Refused):
        keys.project("breast", 1)


def test_the_current_key_cannot_be_retired_so_that_an_older_one_comes_back(keys: Keys) -> None:
    keys.make("breast")
    keys.rotate("breast", relink=True)
    with pytest.raises(Refused):
        keys.retire("breast", 2)
    assert keys.retire("breast") == [1, 2]
    with pytest.raises(Refused):
        keys.project("breast")


def test_a_number_is_never_given_twice(keys: Keys) -> None:
    first = keys.make("breast")
    keys.retire("breast")
    again = keys.make("breast")
    assert (again.version, again.check != first.check) == (2, True)
    with pytest.raises(Refused):
        keys.make("breast")


def test_a_project_without_a_key_is_refused_with_the_next_act(keys: Keys) -> None:
    with pytest.raises(Refused) as refused:
        keys.project("breast")
    assert "chevet privacy key make breast" in refused.value.next_act
    for act in (lambda: keys.rotate("breast"), lambda: keys.retire("breast"), lambda: keys.project("../breast")):
        with pytest.raises((Refused, BadInput)):
            act()
    assert not keys.folder.exists()


@pytest.mark.parametrize("place", ["projects/breast/1", "projects/breast", "projects", "."])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o701, 0o777])
def test_a_key_that_others_could_reach_is_refused(keys: Keys, place: str, mode: int) -> None:
    keys.make("breast")
    path = keys.folder / place
    path.chmod(mode | (0o700 if path.is_dir() else 0o600))
    if place in ("projects/breast/1", "projects/breast"):
        with pytest.raises(Refused):
            keys.project("breast")
    with pytest.raises(Refused):
        keys.rotate("breast")


def test_keys_of_another_account_are_out_of_reach(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.make("breast")
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    acts: list[Callable[[], object]] = [
        lambda: keys.project("breast"), lambda: keys.rotate("breast"), lambda: keys.retire("breast"),
        lambda: keys.make("lung"), lambda: keys.lines(), lambda: keys.installation("patient_names"),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(Refused):
            act()


def test_a_key_that_a_crash_left_half_retired_cannot_be_used_and_is_destroyed_by_the_next_act(keys: Keys) -> None:
    keys.make("breast")
    keys.rotate("breast", relink=True)
    place = keys.folder / "projects" / "breast"
    (place / "1.retired").touch(mode=0o600)
    with pytest.raises(Refused):
        keys.project("breast", 1)
    keys.rotate("breast")
    assert sorted(p.name for p in place.iterdir()) == ["1.retired", "2.retired", "3"]


def test_a_key_behind_a_link_is_refused(keys: Keys, tmp_path: Path) -> None:
    keys.make("breast")
    path = keys.folder / "projects" / "breast" / "1"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        keys.project("breast")


def test_a_damaged_key_is_a_fault(keys: Keys) -> None:
    keys.make("breast")
    (keys.folder / "projects" / "breast" / "1").write_bytes(b"short")
    with pytest.raises(Fault):
        keys.project("breast")


def test_no_trace_of_a_key_is_left_anywhere_but_in_its_file(
    keys: Keys, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = keys.make("breast")
    secret = (keys.folder / "projects" / "breast" / "1").read_bytes()
    shown = [repr(key), str(key), f"{key}", f"{key!s} {key!r}", json.dumps(key, default=str), caplog.text]
    shown += [
        json.dumps([line.as_json() for line in keys.lines()]),
        (tmp_path / "ledger" / "entries.jsonl").read_text(),
    ]
    try:
        keys.project("breast", 9)
    except Refused as error:
        shown.append("".join(traceback.format_exception(error)) + str(error.__dict__))
    assert key.digest(b"") != secret  # there was something to leak
    for form in (secret.hex(), repr(secret), str(secret), repr(list(secret))[1:-1]):
        assert not any(form in text for text in shown)


_WAYS: list[Callable[[Key], object]] = [
    pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars, bytes,
    lambda key: pickle.Pickler(io.BytesIO()).dump(key),
]  # fmt: skip


@pytest.mark.parametrize("way", _WAYS)
def test_a_key_cannot_be_pickled_copied_or_turned_into_anything(way: Callable[[Key], object]) -> None:
    with pytest.raises(TypeError):
        way(Key(SECRET, "breast"))


def test_the_ledger_tells_a_check_value_that_says_nothing_of_the_key(keys: Keys, tmp_path: Path) -> None:
    key = keys.make("breast")
    ((act, facts),) = _acts(tmp_path)
    assert (act, facts) == (KEY_MADE, {"project": "breast", "version": 1, "check": key.check})
    assert len(key.check) == 16
    # It is no prefix of a digest that pseudonyms or dates could show.
    assert not key.digests("pseudonym of patient", ("breast",), ("",))[0].hex().startswith(key.check)


def test_when_the_ledger_cannot_be_written_no_key_is_made(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    ledger = Ledger(tmp_path / "ledger")
    ledger.append("something")
    (tmp_path / "ledger" / "head").write_bytes(b"not a head")
    with pytest.raises(Fault):
        keys.make("breast")
    assert list((keys.folder / "projects" / "breast").iterdir()) == []


def test_two_who_make_a_key_at_once_end_up_with_one(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> None:
        try:
            made.append(Keys(tmp_path).make("breast").check)
        except Refused:
            made.append(Keys(tmp_path).project("breast").check)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made) == {Keys(tmp_path).project("breast").check}
    assert [act for act, _ in _acts(tmp_path)] == [KEY_MADE]
    assert [p.name for p in (tmp_path / "keys" / "projects" / "breast").iterdir()] == ["1"]


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_different_parts_never_make_the_same_message(one: list[str], other: list[str]) -> None:
    assert (framed(*one) == framed(*other)) is (one == other)


_ACTS = st.lists(
    st.one_of(
        st.just(("make", None)), st.tuples(st.just("rotate"), st.booleans()),
        st.tuples(st.just("retire"), st.none() | st.integers(1, 6)),
    ), max_size=12,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(acts=_ACTS)
def test_whatever_is_done_no_destroyed_key_comes_back_and_the_newest_is_the_one_in_use(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, bool | int | None]]
) -> None:
    keys = Keys(tmp_path_factory.mktemp("keys"))
    checks: dict[int, str] = {}
    gone: set[int] = set()
    for act, more in acts:
        try:
            if act == "retire":
                gone |= set(keys.retire("breast", more))
            else:
                made = keys.make("breast") if act == "make" else keys.rotate("breast", relink=bool(more))
                gone |= {made.version - 1} if act == "rotate" and not more else set()
                assert made.check not in checks.values()
                assert made.version == len(checks) + 1
                checks[made.version] = made.check
        except (Refused, BadInput):
            pass
        alive = set(checks) - gone
        if alive:
            assert keys.project("breast").version == max(checks)
        for version in checks:
            if version in alive:
                assert keys.project("breast", version).check == checks[version]
            else:
                with pytest.raises(Refused):
                    keys.project("breast", version)
    states = {line.version: line.state for line in keys.lines("breast")}
    assert states == {v: "retired" if v in gone else "current" if v == max(checks) else "relink" for v in checks}

from __future__ import annotations

import hashlib
import hmac
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import Fault, Refused
from chevet.privacy import pseudonyms as module
from chevet.privacy.keys import Key
from chevet.privacy.pseudonyms import SAMPLE, pseudonym, pseudonym_column, pseudonymise, pseudonyms

BREAST, LUNG = Key(b"b" * 32, "breast"), Key(b"l" * 32, "lung")
_IDS = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=30, unique=True)


@given(_IDS)
def test_one_project_names_each_patient_once_and_always_alike(ids: list[str]) -> None:
    names = pseudonyms(BREAST, "breast", ids)
    assert len(set(names)) == len(ids)
    assert names == [pseudonym(Key(b"b" * 32, "breast"), "breast", one) for one in ids]
    assert all(re.fullmatch("[A-Z2-7]{26}", name) for name in names)


@given(_IDS)
def test_extracts_of_two_projects_share_no_name(ids: list[str]) -> None:
    assert not set(pseudonyms(BREAST, "breast", ids)) & set(pseudonyms(LUNG, "lung", ids))


@given(_IDS)
def test_even_one_key_used_for_two_projects_by_mistake_would_give_other_names(ids: list[str]) -> None:
    same_key = Key(b"b" * 32, "lung")
    assert not set(pseudonyms(BREAST, "breast", ids)) & set(pseudonyms(same_key, "lung", ids))


@given(_IDS)
def test_a_sample_named_like_its_patient_gets_another_name(ids: list[str]) -> None:
    assert not set(pseudonyms(BREAST, "breast", ids)) & set(pseudonyms(BREAST, "breast", ids, domain=SAMPLE))


def test_the_key_of_another_project_is_refused() -> None:
    with pytest.raises(Refused):
        pseudonym(LUNG, "breast", "P-1")


def test_the_name_is_the_published_construction() -> None:
    parts = ("chevet", "pseudonym of patient", "breast", "P-1")
    message = b"".join(len(part).to_bytes(8, "big") + part.encode() for part in parts)
    first = int.from_bytes(hmac.new(b"b" * 32, message, hashlib.sha256).digest()[:17], "big") >> 6
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    assert pseudonym(BREAST, "breast", "P-1") == "".join(letters[first >> 5 * i & 31] for i in reversed(range(26)))


def test_a_dictionary_of_all_identifiers_finds_plain_hashes_and_no_pseudonym() -> None:
    dictionary = [f"P-{n:04d}" for n in range(10_000)]
    victims = dictionary[::97]
    plain = {hashlib.sha256(one.encode()).hexdigest() for one in dictionary}
    assert {hashlib.sha256(one.encode()).hexdigest() for one in victims} <= plain  # a plain hash falls to it
    released = set(pseudonyms(BREAST, "breast", victims))
    for guess in (bytes(32), b"breast".ljust(32, b"\0"), hashlib.sha256(b"breast").digest()):
        assert not released & set(pseudonyms(Key(guess, "breast"), "breast", dictionary))


def test_a_column_keeps_its_order_its_repeats_and_its_gaps() -> None:
    column = pa.chunked_array([["P-1", "P-2"], ["P-1", None]])
    one, two = pseudonyms(BREAST, "breast", ["P-1", "P-2"])
    assert pseudonym_column(BREAST, "breast", column).to_pylist() == [one, two, one, None]


def test_two_people_who_would_share_a_name_stop_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LETTERS", 1)
    with pytest.raises(Fault):
        pseudonym_column(BREAST, "breast", pa.chunked_array([[f"P-{n}" for n in range(33)]]))


def test_tables_of_one_project_still_join_and_those_of_two_cannot_even_by_the_order_of_rows() -> None:
    patients = [f"P-{n:03d}" for n in range(200)]
    source = pa.table({"patient_id": patients, "sample_id": [f"S-{p}" for p in patients], "row": range(200)})
    breast, lung = pseudonymise(BREAST, "breast", source), pseudonymise(LUNG, "lung", source)
    again = pseudonymise(BREAST, "breast", source.select(["patient_id"]).take(list(range(199, -1, -1))))
    assert again["patient_id"].to_pylist() == breast["patient_id"].to_pylist()
    for column in ("patient_id", "sample_id"):
        assert not set(breast[column].to_pylist()) & set(lung[column].to_pylist())
    same_place = sum(a == b for a, b in zip(breast["row"].to_pylist(), lung["row"].to_pylist(), strict=True))
    assert same_place <= 10  # about one of 200 by chance
    assert sorted(breast["row"].to_pylist()) == list(range(200))

"""Hospital numbers are few: every plain hash of one is found again. Two extracts with the same names are joined."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import pytest

from chevet.privacy.attacks import pseudonyms

PEOPLE = [f"P-{n:05d}" for n in range(300)]
EVERY_NUMBER = [f"P-{n:05d}" for n in range(1000)]


@pytest.mark.parametrize("name", [
    pseudonyms.naive,
    lambda who: hashlib.md5(who.encode()).hexdigest(),
    lambda who: hashlib.sha256(f"lung:{who}".encode()).hexdigest()[:16],
    lambda who: hmac.new(b"secret", who.encode(), "sha256").hexdigest(),
    lambda who: base64.b32encode(hmac.digest(b"lung", f"lung\0{who}".encode(), "sha256")).decode()[:26],
])  # fmt: skip
def test_names_without_a_real_key_are_all_found_in_a_dictionary(name: pseudonyms.Callable[[str], str]) -> None:
    found = pseudonyms.found_in_dictionary([name(who) for who in PEOPLE], EVERY_NUMBER, "lung")
    assert found == {name(who): who for who in PEOPLE}


def test_names_under_a_key_are_not_found() -> None:
    key = secrets.token_bytes(32)
    names = [hmac.new(key, who.encode(), "sha256").hexdigest() for who in PEOPLE]
    assert pseudonyms.found_in_dictionary(names, EVERY_NUMBER, "lung") == {}


def test_extracts_with_the_same_names_are_joined() -> None:
    names = [pseudonyms.naive(who) for who in PEOPLE]
    assert pseudonyms.joined(names[:200], names[100:]) == 0.5
    assert pseudonyms.joined(names[:100], names[100:]) == 0

"""Names guessed from a dictionary, and two projects' extracts joined by their names.

Hospital numbers are few: all of them can be tried. A plain hash of a number is found again by hashing every
number; so is one with a salt that the attacker can guess. What stops this is a key he does not have.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence

# What people who forgot a key used in its place: nothing, or a word that everybody knows.
GUESSED_KEYS = ("", "0" * 64, "secret", "password", "salt", "changeme", "chevet", "hospital", "cancer")


def naive(patient_id: str) -> str:
    """The name that a hash without a key gives."""
    return hashlib.sha256(patient_id.encode()).hexdigest()


def found_in_dictionary(names: Sequence[str], dictionary: Iterable[str], project: str) -> dict[str, str]:
    """The names that a dictionary of identifiers gives back: name to identifier.

    names        as they stand in the release
    dictionary   every identifier that could be: hospital numbers are a range, so this is short
    project      known to everybody; tried as a salt and as a key

    Tries SHA-2, MD5, SHA-1 and HMAC-SHA-256, plain, salted and keyed by what can be guessed, each written in the
    usual ways and cut as short as the names are.
    """
    wanted = {name.lower(): name for name in names}
    lengths = sorted({len(name) for name in wanted})
    found: dict[str, str] = {}
    for identifier in dictionary:
        for written in _spellings(identifier, project):
            for length in lengths:
                name = wanted.get(written[:length].lower())
                if name is not None:
                    found[name] = identifier
    return found


def joined(first: Sequence[str], second: Sequence[str]) -> float:
    """The share of the first extract's names that also stand in the second: people who can be laid side by side."""
    there = set(second)
    return sum(name in there for name in first) / len(first) if first else 0.0


def _spellings(identifier: str, project: str) -> Iterable[str]:
    for make in _GUESSES:
        for digest in make(identifier, project):
            yield digest.hex()
            yield base64.b32encode(digest).decode().rstrip("=")
            yield base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hashes(identifier: str, project: str) -> Iterable[bytes]:
    for text in (identifier, f"{project}{identifier}", f"{project}:{identifier}", f"{project}\0{identifier}"):
        yield from (hashlib.new(kind, text.encode(), usedforsecurity=False).digest()
                    for kind in ("sha256", "sha512", "sha1", "md5"))  # fmt: skip


def _keyed(identifier: str, project: str) -> Iterable[bytes]:
    for key in (*GUESSED_KEYS, project):
        for text in (identifier, f"{project}\0{identifier}"):
            yield hmac.digest(key.encode(), text.encode(), "sha256")


_GUESSES: tuple[Callable[[str, str], Iterable[bytes]], ...] = (_hashes, _keyed)

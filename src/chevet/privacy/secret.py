"""A key as the program holds it: it can be used, and not seen."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import NoReturn

from chevet.privacy.key_files import KEY_BYTES

_CHECK_LETTERS = 16


class Key:
    """A secret that can be used and not seen: it has no text, no JSON, no pickle and no copy."""

    __slots__ = ("__secret", "name", "version")

    def __init__(self, secret: bytes, name: str, version: int = 1) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key is {KEY_BYTES} bytes long")
        self.__secret = secret
        self.name = name
        self.version = version

    def __repr__(self) -> str:
        return f"Key({self.name}, version {self.version}, secret)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a key can be neither pickled nor copied")

    def digest(self, message: bytes) -> bytes:
        """HMAC-SHA-256 of the message as it stands, 32 bytes."""
        return hmac.digest(self.__secret, message, "sha256")

    def digests(self, domain: str, before: Iterable[str], values: Iterable[str]) -> list[bytes]:
        """HMAC-SHA-256 of each value within a domain; no two different (domain, before, value) are the same message.

        domain   what the digests are for: another domain gives unrelated digests
        before   what all messages begin with, such as the project; each part is written with its length before it
        """
        head = framed("chevet", domain, *before)
        return [hmac.digest(self.__secret, head + framed(value), "sha256") for value in values]

    @property
    def check(self) -> str:
        """Tells whether two keys are the same one, and nothing else: part of the HMAC of a constant."""
        return self.digests("key check value", (), ("",))[0].hex()[:_CHECK_LETTERS]


def framed(*parts: str) -> bytes:
    """The parts with their lengths before them: two different lists of parts never make the same bytes.

    >>> framed("a", "bc") == framed("ab", "c")
    False
    """
    coded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(8, "big") + part for part in coded)

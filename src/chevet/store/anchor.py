"""Anchors: the ledger's head, signed and written to a file that is kept where nobody here can change it.

A chain proves that its lines fit each other; an anchor kept elsewhere proves that they are the lines of that day.
Its signature (Ed25519, RFC 8032) says that this installation vouched for the head, so that the file can travel by
mail or lie in a public archive; others (another hospital, the auditor) may countersign the same head, and so witness
that they had seen it. To check one needs a copy of the ledger's folder, the anchor, and the public key noted
beforehand: no network, and nothing of the installation itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Any

from chevet.errors import BadInput, CannotConclude, Fault
from chevet.store.ledger import Ledger, Verified, canonical

FORM = "chevet-ledger-anchor-1"
LARGEST_FILE = 1_000_000
_SEED_BYTES, _KEY_LETTERS, _SIGNATURE_LETTERS, _HASH_LETTERS = 32, 64, 128, 64


class Signer:
    """Signs with a secret seed, which is neither shown nor kept."""

    __slots__ = ("__key",)

    def __init__(self, seed: bytes) -> None:
        if len(seed) != _SEED_BYTES:
            raise ValueError(f"an Ed25519 seed is {_SEED_BYTES} bytes long")
        self.__key = _ed25519().Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> str:
        """The key that others check with: 64 hexadecimal digits."""
        raw: bytes = self.__key.public_key().public_bytes_raw()
        return raw.hex()

    def sign(self, message: bytes) -> Signature:
        return Signature(self.public_key, self.__key.sign(message).hex())


@dataclass(frozen=True)
class Signature:
    """Who vouches (a public key), and the signature, both in hexadecimal."""

    public_key: str
    signature: str

    def holds(self, message: bytes) -> bool:
        """Whether this key signed this message."""
        return _holds(self, message)


@dataclass(frozen=True)
class Anchor:
    """That the ledger had so many entries, the last with this hash, at this moment; and who vouches for it."""

    entries: int
    head: str
    at: str
    signatures: tuple[Signature, ...] = ()

    def message(self) -> bytes:
        """What is signed: one spelling, that nothing else we sign can have."""
        return canonical({"form": FORM, "entries": self.entries, "head": self.head, "at": self.at})

    def signed_by(self, signer: Signer) -> Anchor:
        """The anchor with this signature besides those it has; the same key never twice."""
        others = tuple(s for s in self.signatures if s.public_key != signer.public_key)
        return replace(self, signatures=(*others, signer.sign(self.message())))

    def file(self) -> bytes:
        """The anchor as a file."""
        told = {"form": FORM, "entries": self.entries, "head": self.head, "at": self.at}
        told["signatures"] = [{"public_key": s.public_key, "signature": s.signature} for s in self.signatures]
        return json.dumps(told, indent=1).encode() + b"\n"

    @staticmethod
    def read(text: bytes) -> Anchor:
        """The anchor in a file. Raises BadInput when it is none; signatures are not checked here."""
        try:
            told = json.loads(text[: LARGEST_FILE + 1])
            anchor = Anchor(
                told["entries"], told["head"], told["at"],
                tuple(Signature(s["public_key"], s["signature"]) for s in told["signatures"]),
            )  # fmt: skip
            if told["form"] != FORM or not _has_form(anchor):
                raise ValueError
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadInput(
                "the file is no anchor of a ledger", next_act="Give the file that `chevet ledger anchor` wrote."
            ) from None
        return anchor


@dataclass(frozen=True)
class AnchorChecked:
    """What a check against an anchor found. `problem` is empty when all is well.

    ledger      what the chain says of itself
    witnesses   other keys that signed the same head; whose they are is for the reader to know
    """

    anchor: Anchor
    ledger: Verified
    witnesses: tuple[str, ...]
    problem: str = ""

    @property
    def intact(self) -> bool:
        return not self.problem

    def as_json(self) -> dict[str, Any]:
        return {
            "intact": self.intact, "problem": self.problem, "ledger": self.ledger.as_json(),
            "anchored_entries": self.anchor.entries, "anchored_head": self.anchor.head, "anchored_at": self.anchor.at,
            "witnesses": list(self.witnesses),
        }  # fmt: skip


def make(ledger: Ledger, signer: Signer, at: datetime) -> Anchor:
    """The head as it is now, signed, once the whole ledger was checked.

    Raises CannotConclude when nothing was entered yet, and Fault when the ledger is damaged.
    """
    found = ledger.verify()
    if not found.intact:
        raise Fault(
            f"the ledger is damaged at entry {found.broken_at}: {found.problem}",
            next_act="Nothing was signed. Show this to whoever keeps the backups: chevet ledger verify",
        )
    if found.entries == 0:
        raise CannotConclude("the ledger has no entry yet", next_act="Anchor it once something was done.")
    return Anchor(found.entries, found.head, at.isoformat(timespec="seconds")).signed_by(signer)


def check(ledger: Ledger, anchor: Anchor, public_key: str) -> AnchorChecked:
    """Whether the ledger is whole and still holds the head that the owner of this key signed.

    public_key   noted beforehand, from elsewhere: one that comes with the anchor proves nothing
    """
    message = anchor.message()
    by_owner = [s for s in anchor.signatures if s.public_key == public_key.strip().lower()]
    witnesses = tuple(s.public_key for s in anchor.signatures if s not in by_owner and s.holds(message))
    found = ledger.verify(expected_head=anchor.head)
    problem = found.problem if not found.intact else ""
    if not any(signature.holds(message) for signature in by_owner):
        problem = "the anchor is not signed with that key"
    elif found.intact and found.entries < anchor.entries:
        problem = "the ledger is shorter than the anchor says"
    return AnchorChecked(anchor, found, witnesses, problem)


def _has_form(anchor: Anchor) -> bool:
    keys = [s.public_key for s in anchor.signatures]
    return (
        type(anchor.entries) is int
        and anchor.entries > 0
        and _is_hex(anchor.head, _HASH_LETTERS)
        and isinstance(anchor.at, str)
        and bool(keys)
        and len(set(keys)) == len(keys)
        and all(_is_hex(s.public_key, _KEY_LETTERS) and _is_hex(s.signature, _SIGNATURE_LETTERS)
                for s in anchor.signatures)
    )  # fmt: skip


def _is_hex(text: object, letters: int) -> bool:
    return isinstance(text, str) and len(text) == letters and set(text) <= set("0123456789abcdef")


def _holds(signature: Signature, message: bytes) -> bool:
    ed25519 = _ed25519()
    from cryptography.exceptions import InvalidSignature

    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.public_key))
        key.verify(bytes.fromhex(signature.signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ed25519() -> ModuleType:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise Fault(
            "signatures need the package `cryptography`, which is not installed here",
            next_act="Install it: pip install 'chevet[room]'",
        ) from None
    return ed25519

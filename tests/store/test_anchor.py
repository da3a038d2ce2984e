"""A signed head kept elsewhere finds what a chain cannot: a ledger rewritten by somebody who knows how."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput, CannotConclude, Fault
from chevet.store.anchor import Anchor, Signer, check, make
from chevet.store.ledger import Ledger

AT = datetime(2026, 3, 2, tzinfo=UTC)
OWNER, WITNESS = Signer(b"o" * 32), Signer(b"w" * 32)


def clock() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


def ledger_of(folder: Path, actors: str = "abc") -> Ledger:
    ledger = Ledger(folder, clock=clock)
    for actor in actors:
        ledger.append("question_asked", actor=actor)
    return ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return ledger_of(tmp_path / "ledger")


def test_the_public_key_and_signature_are_those_of_rfc_8032() -> None:
    signer = Signer(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert signer.public_key == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").signature == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_an_anchor_holds_on_a_copy_of_the_folder_and_after_more_was_entered(ledger: Ledger, tmp_path: Path) -> None:
    anchor = Anchor.read(make(ledger, OWNER, AT).file())
    ledger.append("question_asked", actor="d")
    copy = tmp_path / "copy"
    shutil.copytree(ledger.path, copy)
    found = check(Ledger(copy), anchor, OWNER.public_key)
    assert found.intact
    assert (found.anchor.entries, found.ledger.entries) == (3, 4)


def test_a_ledger_rewritten_with_fitting_hashes_is_found(ledger: Ledger, tmp_path: Path) -> None:
    anchor = make(ledger, OWNER, AT)
    rewritten = ledger_of(tmp_path / "rewritten", "abx")
    assert rewritten.verify().intact
    assert check(rewritten, anchor, OWNER.public_key).problem.startswith("the expected head is the hash of no entry")


def test_a_tail_cut_off_with_a_fitting_head_is_found(ledger: Ledger, tmp_path: Path) -> None:
    anchor = make(ledger, OWNER, AT)
    shorter = ledger_of(tmp_path / "shorter", "ab")
    assert not check(shorter, anchor, OWNER.public_key).intact


def test_whoever_rewrites_the_ledger_cannot_sign_for_the_owner(ledger: Ledger, tmp_path: Path) -> None:
    rewritten = ledger_of(tmp_path / "rewritten", "abx")
    forged = make(rewritten, Signer(b"m" * 32), AT)
    assert check(rewritten, forged, OWNER.public_key).problem == "the anchor is not signed with that key"


def test_an_anchor_of_a_shorter_time_signed_for_more_entries_is_found(ledger: Ledger) -> None:
    head = ledger.verify().head
    lying = Anchor(9, head, AT.isoformat()).signed_by(OWNER)
    assert check(ledger, lying, OWNER.public_key).problem == "the ledger is shorter than the anchor says"


def test_a_witness_is_named_only_when_their_signature_holds(ledger: Ledger) -> None:
    anchor = make(ledger, OWNER, AT).signed_by(WITNESS).signed_by(WITNESS)
    assert check(ledger, anchor, OWNER.public_key).witnesses == (WITNESS.public_key,)
    other = Anchor(2, anchor.head, anchor.at).signed_by(WITNESS)
    mixed = Anchor(anchor.entries, anchor.head, anchor.at, (anchor.signatures[0], other.signatures[0]))
    assert check(ledger, mixed, OWNER.public_key).witnesses == ()


@given(st.data())
def test_an_anchor_with_any_byte_changed_no_longer_holds(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    ledger = ledger_of(tmp_path_factory.mktemp("ledger"), "a")
    text = make(ledger, OWNER, AT).file()
    at = data.draw(st.integers(0, len(text) - 1).filter(lambda i: not text[i : i + 1].isspace()))
    byte = data.draw(st.integers(33, 126).filter(lambda value: value != text[at]))
    try:
        changed = Anchor.read(text[:at] + bytes([byte]) + text[at + 1 :])
    except BadInput:
        return
    assert not check(ledger, changed, OWNER.public_key).intact


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"form": "chevet-ledger-anchor-1"}', b"[" * 100_000, b"\xff"])
def test_a_file_that_is_no_anchor_is_bad_input(text: bytes) -> None:
    with pytest.raises(BadInput, match="no anchor"):
        Anchor.read(text)


def test_an_empty_ledger_and_a_damaged_one_are_not_signed(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(CannotConclude):
        make(Ledger(tmp_path / "empty"), OWNER, AT)
    path = ledger.path / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"actor":"b"', b'"actor":"x"'))
    with pytest.raises(Fault, match="damaged at entry 2"):
        make(ledger, OWNER, AT)


def test_a_signer_shows_nothing_of_its_seed() -> None:
    assert "6f6f6f" not in repr(OWNER)
    assert not hasattr(OWNER, "__dict__")

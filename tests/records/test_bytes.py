"""The bytes of a text file, mended, before any table is made of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.records import bytes as text_bytes
from chevet.records.bytes import Blocks


def whole(path: Path, content: bytes) -> tuple[bytes, Blocks]:
    path.write_bytes(content)
    blocks = Blocks(path, "file.txt")
    return b"".join(block for _, block in blocks), blocks


@pytest.mark.parametrize(
    ("content", "repairs"),
    [
        (b"a\tb\nc\td\n", []),
        (b"a\tb\r\nc\td\r\n", []),
        (b"a\tb\nc\td", []),
        (b"a\tb\rc\td\r", ["carriage_return_line_ends"]),
        (b"\xef\xbb\xbfa\tb\nc\td\n", ["byte_order_mark"]),
        ("a\tb\nc\td\n".encode("utf-16"), ["wrong_encoding"]),
        ("a\tb\nc\td\n".encode("utf-16-le"), ["wrong_encoding"]),
        ("a\tb\nc\td\n".encode("utf-16-be"), ["wrong_encoding"]),
        (gzip.compress(b"a\tb\nc\td\n", mtime=0), []),
    ],
)
def test_every_way_to_write_the_same_lines_reads_the_same(tmp_path: Path, content: bytes, repairs: list[str]) -> None:
    read, blocks = whole(tmp_path / "file", content)
    assert read == b"a\tb\nc\td\n"
    assert [reason for _, reason in blocks.file_repairs] == repairs
    assert blocks.line_repairs == {}


def test_lines_in_an_older_code_are_mended_one_by_one_and_named(tmp_path: Path) -> None:
    read, blocks = whole(tmp_path / "file", b"name\n" + "Tumör é\n".encode() + "Tumör\n".encode("cp1252"))
    assert read.decode() == "name\nTumör é\nTumör\n"
    assert blocks.line_repairs == {"wrong_encoding": [3]}


def test_nul_bytes_and_stray_carriage_returns_are_mended_and_named(tmp_path: Path) -> None:
    read, blocks = whole(tmp_path / "file", b"a\tb\nc\0\td\ne\rf\tg\nh\ti\r\n")
    assert read == b"a\tb\nc\td\ne f\tg\nh\ti\n"
    assert blocks.line_repairs == {"nul_bytes": [2], "stray_carriage_return": [3]}


def test_a_two_gigabyte_line_is_refused_after_its_first_part(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.write(b"a\tb\n")
        file.truncate(2 << 30)  # a hole: no disk is used
    with pytest.raises(BadInput, match=r"file\.txt, line 2: the line is longer than 64 MiB"):
        list(Blocks(path, "file.txt"))


def test_a_packed_file_that_unfolds_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(96):
            file.write(b"a\tb\n" * (1 << 18))
    with pytest.raises(BadInput, match="unpacks to more than 300 times its size"):
        list(Blocks(path, "file.gz"))


@pytest.mark.parametrize("cut", [3, 12, 30])
def test_a_packed_file_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(b"a\tb\nc\td\n" * 50)[:cut])
    with pytest.raises(BadInput, match="cannot be read or unpacked"):
        list(Blocks(path, "file.gz"))


def test_line_numbers_hold_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_bytes, "BLOCK", 7)
    path = tmp_path / "file"
    path.write_bytes(b"".join(b"row %d\n" % number for number in range(1, 30)))
    numbered = [(first + i, line) for first, block in Blocks(path, "f") for i, line in enumerate(block.splitlines())]
    assert numbered == [(number, b"row %d" % number) for number in range(1, 30)]


@given(content=st.binary(max_size=200))
def test_any_bytes_become_lines_of_utf8(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(content)
    try:
        read = b"".join(block for _, block in Blocks(path, "file"))
    except BadInput:
        assert content.startswith(b"\x1f\x8b")
        return
    assert b"\r" not in read
    assert b"\0" not in read
    assert not read or read.endswith(b"\n")
    read.decode("utf-8")

"""The bytes of a text file, mended: whole lines of UTF-8 that end in a line feed, block by block.

Handles what no table reader should have to know of: packed files, encodings, line ends, NUL bytes,
and lines so long that they cannot be honest.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from chevet.errors import BadInput
from chevet.words.errors import error as worded

BLOCK = 16 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
# A packed file may grow this much before it is taken for a bomb: real tables stay below 60 times.
FREE_GROWTH = 64 * 1024 * 1024
LARGEST_GROWTH = 300


class Blocks:
    """Iterates `(number of the first line, whole lines)`; afterwards says what was mended.

    file_repairs   (line, reason) for the file as a whole: byte_order_mark, wrong_encoding, cr_line_ends
    line_repairs   reason to lines: wrong_encoding, nul_bytes, stray_carriage_return
    """

    def __init__(self, path: Path, file: str, *, limit: int | None = None) -> None:
        self.path, self.file, self._limit = path, file, limit
        self.file_repairs: list[tuple[int, str]] = []
        self.line_repairs: dict[str, list[int]] = {}

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        line, carry, returns = 1, b"", None
        for chunk in self._decoded():
            if returns is None:
                returns = _ends_with_returns(chunk)
                if returns:
                    self.file_repairs.append((1, "carriage_return_line_ends"))
            text = carry + chunk
            if returns:
                text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            cut = text.rfind(b"\n") + 1
            carry = text[cut:]
            if len(carry) > LONGEST_LINE:
                raise self._too_long(line + text.count(b"\n", 0, cut))
            if cut:
                yield line, self._mended(line, text[:cut])
                line += text.count(b"\n", 0, cut)
        if carry:
            yield line, self._mended(line, carry + b"\n")

    def _too_long(self, line: int) -> BadInput:
        return BadInput(
            f"{self.file}, line {line}: the line is longer than {LONGEST_LINE >> 20} MiB; no table has such a line",
            next_act="Check how the file was written (line ends lost, or not a text file) and send it again.",
        )

    def _decoded(self) -> Iterator[bytes]:
        """Chunks of bytes in UTF-8 or an unknown 8-bit code, without byte-order mark."""
        chunks = self._raw()
        first = next(chunks, b"")
        coding = _coding(first)
        if coding is None:
            if first.startswith(codecs.BOM_UTF8):
                self.file_repairs.append((1, "byte_order_mark"))
                first = first[len(codecs.BOM_UTF8) :]
            yield first
            yield from chunks
            return
        self.file_repairs.append((1, "wrong_encoding"))
        decoder = codecs.getincrementaldecoder(coding)(errors="replace")
        yield decoder.decode(first).removeprefix("\ufeff").encode("utf-8", errors="replace")
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", errors="replace")
        yield decoder.decode(b"", final=True).encode("utf-8", errors="replace")

    def _raw(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as plain:
                packed = plain.read(2) == b"\x1f\x8b"
                plain.seek(0)
                yield from self._unpacked() if packed else self._pieces(plain)
        except (OSError, EOFError, zlib.error) as error:
            raise worded(BadInput, "unreadable", file=self.file, why=type(error).__name__) from error

    def _pieces(self, source: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
        read = 0
        while piece := source.read(BLOCK):
            read += len(piece)
            if self._limit is not None and read > self._limit:
                raise BadInput(
                    f"{self.file}: larger than {self._limit >> 20} MiB, which no such file is",
                    next_act="Check that this is the file that was meant.",
                )
            yield piece

    def _unpacked(self) -> Iterator[bytes]:
        packed, grown = self.path.stat().st_size, 0
        with gzip.open(self.path, "rb") as source:
            for piece in self._pieces(source):
                grown += len(piece)
                if grown > max(FREE_GROWTH, packed * LARGEST_GROWTH):
                    raise BadInput(
                        f"{self.file}: unpacks to more than {LARGEST_GROWTH} times its size; it was not read further",
                        next_act="Send the file unpacked, if it is really that large.",
                    )
                yield piece

    def _mended(self, line: int, block: bytes) -> bytes:
        if b"\0" in block:
            block = self._each(line, block, b"\0", "nul_bytes", b"")
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        if b"\r" in block:
            block = self._each(line, block, b"\r", "stray_carriage_return", b" ")
        if not block.isascii():
            try:
                block.decode("utf-8")
            except UnicodeDecodeError:
                lines = enumerate(block.split(b"\n"), line)
                block = b"\n".join(self._in_utf8(number, text) for number, text in lines)
        return block

    def _each(self, line: int, block: bytes, wrong: bytes, reason: str, instead: bytes) -> bytes:
        lines = self.line_repairs.setdefault(reason, [])
        lines += [line + i for i, text in enumerate(block.split(b"\n")) if wrong in text]
        return block.replace(wrong, instead)

    def _in_utf8(self, line: int, text: bytes) -> bytes:
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            self.line_repairs.setdefault("wrong_encoding", []).append(line)
            try:
                return text.decode("cp1252").encode("utf-8")
            except UnicodeDecodeError:
                return text.decode("latin-1").encode("utf-8")
        return text


def _ends_with_returns(first: bytes) -> bool:
    """Whether most lines of a file's beginning end in a carriage return alone, as old Macintoshes wrote them."""
    feeds = first.count(b"\n")
    return first.count(b"\r") - first.count(b"\r\n") > feeds


def _coding(first: bytes) -> str | None:
    """The 16-bit code a file starts in, or None for 8-bit codes."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = first[:4096]
    if len(sample) >= 8 and b"\0" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if odd > 0.4 * len(sample) and even == 0:
            return "utf-16-le"
        if even > 0.4 * len(sample) and odd == 0:
            return "utf-16-be"
    return None

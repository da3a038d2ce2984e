"""The files that were given, and their text: unpacked, decoded, and refused where they cannot be honest."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chevet.bedside.case.reading import NotRead
from chevet.errors import BadInput
from chevet.words.errors import error

LARGEST = 200_000_000
MOST_FILES = 500
_DEEPEST = 6
_JUNK = (".DS_Store", "Thumbs.db", "desktop.ini")
_INDEXES = (".tbi", ".csi", ".bai", ".crai", ".fai", ".gzi", ".md5", ".sha256")
_PACKED = b"\x1f\x8b"
_BOOK = b"PK\x03\x04"
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"BCF\x02", b"BAM\x01", b"\xd0\xcf\x11\xe0", b"CRAM", b"PAR1")


class Unreadable(ValueError):
    """The file cannot be read: `reason` is a key of `labels_case.tsv`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class GivenFile:
    """One file: its own name (never its path) and what it holds, as it was sent."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_workbook(self) -> bool:
        """Whether it is an XLSX workbook, by its content."""
        return self.content.startswith(_BOOK) and b"xl/workbook.xml" in self.content


def collected(paths: Sequence[Path], not_read: list[NotRead]) -> list[GivenFile]:
    """The files of these paths: folders and archives opened, links inside them left alone.

    Raises BadInput for a path that is not there, an unsafe archive, and more files than a case has.
    """
    found: list[GivenFile] = []
    for path in paths:
        if path.is_dir():
            for inner in _of_folder(path, not_read):
                found += _of_file(inner, not_read)
        elif path.is_file():
            found += _of_file(path, not_read)
        else:
            raise error(BadInput, "no_file", name=path.name)
        if len(found) > MOST_FILES:
            raise error(BadInput, "too_many_files", most=MOST_FILES)
    return found


def _of_folder(folder: Path, not_read: list[NotRead]) -> Iterator[Path]:
    """The files of a folder in the order of their names; what is passed over is told."""
    for place, folders, files in os.walk(folder):
        inside = Path(place)
        folders.sort()
        if len(inside.relative_to(folder).parts) >= _DEEPEST:
            not_read += [NotRead(name, 0, "folder_too_deep") for name in folders]
            folders.clear()
        not_read += [NotRead(name, 0, "link") for name in folders if (inside / name).is_symlink()]
        for name in sorted(files):
            path = inside / name
            if path.is_symlink():
                not_read.append(NotRead(name, 0, "link"))
            elif not _is_beside(name):
                yield path


def _is_beside(name: str) -> bool:
    """Whether a file is nothing by itself: an index, a sum, what a computer left."""
    return name.startswith(("._", "~$", ".")) or name in _JUNK or name.endswith(_INDEXES)


def _of_file(path: Path, not_read: list[NotRead]) -> list[GivenFile]:
    try:
        if not path.is_file():
            raise Unreadable("no_file")
        if path.stat().st_size > LARGEST:
            raise Unreadable("too_large")
        content = path.read_bytes()
    except Unreadable as error:
        not_read.append(NotRead(path.name, 0, error.reason, error.detail))
        return []
    except OSError as error:
        not_read.append(NotRead(path.name, 0, "no_right", error.strerror or ""))
        return []
    one = GivenFile(path.name, content)
    if one.is_workbook or not _is_archive(path, content):
        return [one]
    from chevet.records.archives import Limits, members  # the readers of whole studies take a second to start

    found = []
    try:
        for member in members(path, Limits(entries=5_000, largest_bytes=LARGEST, total_bytes=2 * LARGEST)):
            name = member.name.rsplit("/", 1)[-1]
            if not _is_beside(name) and "__MACOSX/" not in member.name:
                found.append(GivenFile(name, member.content))
    except BadInput:  # the archive is damaged, or not what it says: nothing of it is used
        not_read.append(NotRead(path.name, 0, "cannot_unpack"))
        return []
    return found


def _is_archive(path: Path, content: bytes) -> bool:
    """Whether a file holds files: a packed file of one table does not."""
    if content.startswith(_PACKED):
        return path.name.endswith((".tar.gz", ".tgz"))
    return content.startswith(b"PK\x03\x04") or content[257:262] == b"ustar"


def text_of(file: GivenFile) -> str:
    """The text of a file, lines ended by a line feed. Raises Unreadable."""
    content = file.content
    if content.startswith(_PACKED):
        content = _unpacked(content)
    if content.startswith(_BINARY) or content.startswith(b"PK\x03\x04"):
        raise Unreadable("kind_not_read")
    text = _decoded(content)
    nuls = text.count("\0")
    if nuls > 8 + len(text) // 200:
        raise Unreadable("binary")
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("empty")
    return text


def _unpacked(content: bytes) -> bytes:
    bound = min(LARGEST, max(64 << 20, len(content) * 300))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as source:
            text = source.read(bound + 1)
    except (OSError, EOFError, zlib.error):
        raise Unreadable("cannot_unpack") from None
    if len(text) > bound:
        raise Unreadable("too_large")
    return text


def _decoded(content: bytes) -> str:
    """The text in UTF-8, UTF-16 where it starts so, or the 8-bit code of Western Europe."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    sample = content[:4096]
    if len(sample) >= 8 and sample[1::2].count(0) > 0.4 * len(sample) and not sample[0::2].count(0):
        return content.decode("utf-16-le", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")

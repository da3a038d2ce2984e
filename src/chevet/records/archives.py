"""The files of a folder, a zip or a tar, read one after the other and never written to disk.

An archive can lie: about the size of what it holds, about where it should be put, about being
whole. What is unpacked is counted while it is unpacked, whatever its headers say, and names that
leave the archive, links, devices, passwords and repeated names are refused before anything is read.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, NoReturn, cast

from chevet.errors import BadInput

_DAMAGE = (
    EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, NotImplementedError,
    RuntimeError, ValueError, UnicodeError,
)  # fmt: skip
_ONE_READ = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold: real ones stay far below."""

    entries: int = 200_000
    largest_bytes: int = 256 << 20
    total_bytes: int = 8 << 30
    ratio: int = 200
    free_bytes: int = 64 << 20


@dataclass(frozen=True)
class Member:
    """One file: its name with /, its place in the archive (1-based), and what it holds."""

    name: str
    place: int
    content: bytes


def is_archive(path: Path) -> bool:
    """Whether `path` is a file that begins as a zip, a tar, or a packed tar does."""
    if not path.is_file():
        return False
    start = _start(path)
    return start.startswith(b"PK") or _packing(start) != "" or start[257:262] == b"ustar"


def members(path: Path, limits: Limits | None = None) -> Iterator[Member]:
    """The files in folder or archive `path`, in the order they are kept (a folder's: by name).

    Raises BadInput naming the archive, the member by its place, and the rule that it breaks.
    """
    limits = limits or Limits()
    if path.is_dir():
        yield from _of_folder(path, limits)
    elif _start(path).startswith(b"PK"):
        yield from _of_zip(path, limits)
    else:
        yield from _of_tar(path, limits)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512)


def _refuse(path: Path, place: int | None, rule: str, next_act: str = "") -> NoReturn:
    where = path.name if place is None else f"{path.name}, member {place}"
    raise BadInput(
        f"{where}: {rule}",
        next_act=next_act or "Nothing was read. Make the archive again from the original files, or ask who sent it.",
    )


class _Names:
    """Checks each member's name: it stays inside, and comes once."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._seen: set[str] = set()

    def check(self, name: str, place: int) -> str:
        if place > self._limits.entries:
            _refuse(self._path, place, f"more than {self._limits.entries} entries")
        name = name.replace("\\", "/")
        parts = PurePosixPath(name).parts
        if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
            _refuse(self._path, place, "its name is an absolute path, which would leave the archive")
        if ".." in parts:
            _refuse(self._path, place, "its name climbs out of the archive (..)")
        if "\0" in name or not parts:
            _refuse(self._path, place, "its name is empty or holds a NUL")
        plain = "/".join(parts).encode("utf-8", "replace").decode("utf-8")
        if plain in self._seen:
            _refuse(self._path, place, "another member has the same name, and which one is meant cannot be told")
        self._seen.add(plain)
        return plain


def _of_folder(folder: Path, limits: Limits) -> Iterator[Member]:
    names = _Names(folder, limits)
    place = 0
    root = folder.resolve()
    for directory, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            place += 1
            file = Path(directory) / name
            if not file.resolve().is_relative_to(root):
                _refuse(folder, place, "a link that leaves the folder")
            if not file.is_file():
                _refuse(folder, place, "neither a file nor a folder (a device, a pipe, a broken link)")
            plain = names.check(file.relative_to(folder).as_posix(), place)
            if file.stat().st_size > limits.largest_bytes:
                _refuse(folder, place, f"larger than {limits.largest_bytes >> 20} MiB")
            yield Member(plain, place, file.read_bytes())


def _of_zip(path: Path, limits: Limits) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = _Names(path, limits)
            plain = [_checked_zip_entry(path, names, entry, place) for place, entry in enumerate(entries, 1)]
            counted = _Counted(path, limits)
            for place, (entry, name) in enumerate(zip(entries, plain, strict=True), 1):
                if not entry.is_dir():
                    counted.place = place
                    with archive.open(entry) as file:
                        yield Member(name, place, counted.read_whole(file))
    except _DAMAGE as error:
        _damaged(path, error)


def _checked_zip_entry(path: Path, names: _Names, entry: zipfile.ZipInfo, place: int) -> str:
    name = names.check(entry.orig_filename, place)
    if entry.flag_bits & 0x1:
        _refuse(path, place, "it is encrypted", "Send the archive without a password, over a protected channel.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _refuse(path, place, "it is a link or a device, not a file")
    return name


def _of_tar(path: Path, limits: Limits) -> Iterator[Member]:
    counted = _Counted(path, limits)
    names = _Names(path, limits)
    try:
        with path.open("rb") as file:
            start = file.read(512)
            file.seek(0)
            packing = _packing(start)
            if not packing and start[257:262] != b"ustar":
                _refuse(path, None, "neither a folder, a zip nor a tar", "Send a folder, a .zip or a .tar.gz.")
            stream = _Stream(_unpacked(file, packing), counted)
            with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|", errors="surrogateescape") as archive:
                for place, entry in enumerate(archive, 1):
                    counted.place = place
                    name = names.check(entry.name, place) if entry.name != "." else "."
                    if not (entry.isreg() or entry.isdir()) or entry.issparse():
                        _refuse(path, place, "it is a link, a device or a sparse file, not a plain file")
                    if entry.isreg():
                        yield Member(name, place, _tar_content(path, archive, entry, place, limits))
            stream.drain()
            if not stream.ends_with_zeros:
                _refuse(path, None, "it ends before its end mark: part of it is missing")
    except _DAMAGE as error:
        _damaged(path, error)


def _tar_content(path: Path, archive: tarfile.TarFile, entry: tarfile.TarInfo, place: int, limits: Limits) -> bytes:
    if entry.size > limits.largest_bytes:
        _refuse(path, place, f"it says that it is larger than {limits.largest_bytes >> 20} MiB")
    file = archive.extractfile(entry)
    content = file.read() if file is not None else b""
    if len(content) != entry.size:
        _refuse(path, place, "it is shorter than it says: part of the archive is missing")
    return content


def _damaged(path: Path, error: Exception) -> NoReturn:
    raise BadInput(
        f"{path.name}: the archive is damaged, incomplete, or packed in a way that is not known "
        f"({type(error).__name__})",
        next_act="Copy or make the archive again (zip, tar, tar.gz), and compare its size with the original.",
    ) from error


def _packing(start: bytes) -> str:
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(b"BZh"):
        return "bzip2"
    return "xz" if start.startswith(b"\xfd7zXZ\x00") else ""


def _unpacked(file: IO[bytes], packing: str) -> IO[bytes]:
    if packing == "gzip":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if packing == "bzip2":
        return cast("IO[bytes]", bz2.BZ2File(file))
    return cast("IO[bytes]", lzma.LZMAFile(file)) if packing == "xz" else file


class _Counted:
    """Counts what comes out of an archive, and stops when it is more than an honest one holds."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._most = min(limits.total_bytes, max(limits.free_bytes, path.stat().st_size * limits.ratio))
        self._total = 0
        self.place: int | None = None

    def count(self, size: int) -> None:
        self._total += size
        if self._total > self._most:
            _refuse(
                self._path, self.place,
                f"it unpacks to more than {self._most >> 20} MiB, far more than its own size allows (a zip bomb?)",
            )  # fmt: skip

    def read_whole(self, file: IO[bytes]) -> bytes:
        kept = io.BytesIO()
        while piece := file.read(_ONE_READ):
            self.count(len(piece))
            kept.write(piece)
            if kept.tell() > self._limits.largest_bytes:
                _refuse(self._path, self.place, f"it is larger than {self._limits.largest_bytes >> 20} MiB")
        return kept.getvalue()


class _Stream:
    """An unpacked tar being read forwards; remembers whether its last block is the end mark."""

    def __init__(self, source: IO[bytes], counted: _Counted) -> None:
        self._source = source
        self._counted = counted
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        pieces: list[bytes] = []
        left = size
        while left != 0:
            piece = self._source.read(min(left, _ONE_READ) if left > 0 else _ONE_READ)
            if not piece:
                break
            self._counted.count(len(piece))
            pieces.append(piece)
            left -= len(piece) if left > 0 else 0
        read = b"".join(pieces)
        self._last = (self._last + read)[-512:]
        return read

    def drain(self) -> None:
        """Read to the end, so that the checksum of the packing is verified."""
        while self.read(_ONE_READ):
            pass

    @property
    def ends_with_zeros(self) -> bool:
        return len(self._last) == 512 and not any(self._last)

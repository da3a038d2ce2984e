"""Archives made to harm: each is refused with its name, the member's place and the rule, before anything is kept."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.records import phenopackets
from chevet.records.archives import Limits, is_archive, members

PACKET = json.dumps({"id": "packet", "subject": {"id": "P1"}}).encode()
SMALL = Limits(entries=50, largest_bytes=1 << 20, total_bytes=4 << 20, ratio=20, free_bytes=1 << 16)


def tar(path: Path, *entries: tuple[tarfile.TarInfo, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for entry, content in entries:
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    made.linkname = link
    return made


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


@contextmanager
def little_memory(most: int) -> Iterator[None]:
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(BadInput) as error:
        list(members(path, limits))
    assert path.name in error.value.message
    assert error.value.next_act
    return error.value.message


@pytest.mark.parametrize("name", ["../x.json", "a/../../x.json", "..\\x.json", "a/..", ".."])
def test_a_name_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    archive = tar(tmp_path / "a.tar.gz", (entry("ok.json"), PACKET), (entry(name), PACKET))
    assert "member 2: its name climbs out" in refusal(archive)
    assert "member 2: its name climbs out" in refusal(zipped(tmp_path / "a.zip", ("ok.json", PACKET), (name, PACKET)))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.tar.gz", "a.zip"]


@pytest.mark.parametrize("name", ["/etc/x.json", "C:\\x.json", "C:/x.json"])
def test_an_absolute_name_is_refused(tmp_path: Path, name: str) -> None:
    assert "member 1: its name is an absolute path" in refusal(tar(tmp_path / "a.tar.gz", (entry(name), PACKET)))
    assert "member 1: its name is an absolute path" in refusal(zipped(tmp_path / "a.zip", (name, PACKET)))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_devices_and_pipes_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    archive = tar(tmp_path / "a.tar", (entry("a.json"), PACKET), (entry("b.json", kind, "/etc/passwd"), b""), mode="w")
    assert "member 2: it is a link, a device or a sparse file" in refusal(archive)


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.json")
    link.external_attr = 0o120777 << 16
    assert "member 1: it is a link or a device" in refusal(zipped(tmp_path / "a.zip", (link, b"/etc/passwd")))


def test_a_link_that_leaves_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_bytes(PACKET)
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "a.json").symlink_to("../secret.json")
    assert "member 1: a link that leaves the folder" in refusal(folder)


def test_a_pipe_in_a_folder_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    assert "member 1: neither a file nor a folder" in refusal(tmp_path)


def test_one_name_twice_is_refused_however_it_is_written(tmp_path: Path) -> None:
    archive = tar(tmp_path / "a.tar.gz", (entry("b/a.json"), PACKET), (entry("./b//a.json"), b"{}"))
    assert "member 2: another member has the same name" in refusal(archive)
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(tmp_path / "a.zip", ("a.json", PACKET), ("a.json", b"{}"))
    assert "member 2: another member has the same name" in refusal(twice)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_tar_bomb_is_stopped_while_it_unpacks(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    inside = tar(
        tmp_path / "inside.tar", (entry("a.json"), bytes(900_000)), (entry("b.json"), bytes(900_000)), mode="w"
    )
    bomb = tmp_path / "bomb.tar.gz"
    bomb.write_bytes(pack(inside.read_bytes()))
    with little_memory(16 << 20):
        assert "a zip bomb?" in refusal(bomb, SMALL)


def test_a_tar_bomb_in_a_header_is_stopped_too(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        long = entry("a.json")
        long.pax_headers = {"comment": "x" * 5_000_000}
        archive.addfile(long, io.BytesIO())
    with little_memory(24 << 20):
        assert "a zip bomb?" in refusal(tmp_path / "a.tar.gz", SMALL)


def test_a_zip_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "a.zip", ("a.json", bytes(900_000)))
    content = bytearray(bomb.read_bytes())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.index(signature) + at
        content[place : place + 4] = struct.pack("<I", 10)
    bomb.write_bytes(content)
    assert "damaged" in refusal(bomb, SMALL)
    assert "a zip bomb?" in refusal(zipped(tmp_path / "b.zip", ("a.json", bytes(900_000))), SMALL)


def test_too_many_entries_and_too_large_members_are_refused(tmp_path: Path) -> None:
    many = tar(tmp_path / "many.tar", *((entry(f"{n}.json"), b"{}") for n in range(60)), mode="w")
    assert "member 51: more than 50 entries" in refusal(many, SMALL)
    large = tar(tmp_path / "large.tar", (entry("a.json"), bytes(2 << 20)), mode="w")
    assert "larger than 1 MiB" in refusal(large, SMALL)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.json").write_bytes(bytes(2 << 20))
    assert "member 1: larger than 1 MiB" in refusal(tmp_path / "folder", SMALL)


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.json", PACKET))
    content = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + at] |= 1
    path.write_bytes(content)
    assert "member 1: it is encrypted" in refusal(path)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99, 0.999])
def test_part_of_an_archive_is_never_taken_for_the_whole(tmp_path: Path, part: float) -> None:
    noise = [(entry(f"{n}.json"), os.urandom(300)) for n in range(20)]
    for name, mode in (("a.tar.gz", "w:gz"), ("a.tar.bz2", "w:bz2"), ("a.tar.xz", "w:xz"), ("a.tar", "w")):
        path = tar(tmp_path / name, *noise, mode=mode)
        whole = path.read_bytes().rstrip(b"\0") if name == "a.tar" else path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * part)])
        assert "damaged" in (message := refusal(path)) or "missing" in message
    path = zipped(tmp_path / "a.zip", *((f"{n}.json", os.urandom(300)) for n in range(20)))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    assert "damaged" in refusal(path)


def test_a_flipped_bit_is_found_by_the_checksum(tmp_path: Path) -> None:
    for path in (
        tar(tmp_path / "a.tar.gz", (entry("a.json"), os.urandom(3000))),
        zipped(tmp_path / "a.zip", ("a.json", os.urandom(3000))),
    ):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        assert "damaged" in refusal(path)


def test_names_in_odd_encodings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w", encoding="latin-1", format=tarfile.GNU_FORMAT) as archive:
        odd = entry("pré\u00e9.json")
        odd.size = len(PACKET)
        archive.addfile(odd, io.BytesIO(PACKET))
    (member,) = members(path)
    assert member.content == PACKET
    member.name.encode("utf-8")
    assert phenopackets.read(path).tables["patient"].num_rows == 1


def test_an_archive_inside_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", ("a.json", PACKET))
    outer = zipped(tmp_path / "outer.zip", ("inner.zip", inner.read_bytes()), ("b.json", PACKET))
    record = phenopackets.read(outer)
    assert record.tables["patient"].num_rows == 1
    assert ("inner.zip", "stray_file") in {(r["file"], r["reason"]) for r in record.report.as_json()["reasons"]}


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04", b"\x1f\x8b", b"not an archive", b"BZh9", bytes(2000)])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(content)
    assert refusal(path)


@given(st.binary(max_size=400), st.sampled_from(["zip", "tar", "gz"]), st.integers(0, 600), st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_any_bytes_and_any_damaged_archive_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, kind: str, place: int, value: int
) -> None:
    path = tmp_path_factory.mktemp("archive") / "a.bin"
    path.write_bytes(noise)
    assert isinstance(is_archive(path), bool)
    with pytest.raises(BadInput):
        list(members(path))
    if kind == "zip":
        zipped(path, ("a.json", noise), ("b.json", PACKET))
    else:
        tar(path, (entry("a.json"), noise), (entry("b.json"), PACKET), mode="w" if kind == "tar" else "w:gz")
    content = bytearray(path.read_bytes())
    content[place % len(content)] = value
    path.write_bytes(content)
    with suppress(BadInput):
        assert sum(1 for _ in members(path)) <= 2

"""Pictures: what a picture holds besides what is seen, and pictures in which every patient is a point."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt

from chevet.room.checking.extract import Extract
from chevet.room.checking.texts import judge_words
from chevet.room.checking.verdict import Reason, reason

Pixels = npt.NDArray[np.uint8]
PNG = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 40_000_000
MANY_COLOURS = 4096
DENSE = 1.5  # bits per pixel after compression: drawings take a tenth of that, noise and photographs more
LEAST_DENSE = 80_000  # bits that any picture may take besides
DRAWN = ((0.12, LEAST_DENSE), (0.4, 4_000))  # the same of a picture drawn anew, large and small
MANY_MARKS = 100
MANY_PLACES = 6000
_NEEDED = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"}
# Chunks of a fixed size that say how to show the picture; no room for a row.
_HARMLESS = {b"gAMA": 4, b"sRGB": 1, b"pHYs": 9, b"cHRM": 32, b"sBIT": 4, b"bKGD": 6, b"tIME": 7}
_MATPLOTLIB = re.compile(rb"Software\x00Matplotlib version\d{1,2}\.\d{1,3}\.\d{1,3}, https://matplotlib\.org/")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DOCTYPE = re.compile(
    r'\s*<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1\.[01]//EN"\s+"http://www\.w3\.org/Graphics/SVG/1\.[01]/DTD/svg1[01]\.dtd">'
)
_PLACES = re.compile(r"-?\d+(?:\.\d+)?")
_FORBIDDEN = {"script", "foreignObject", "image", "iframe", "a", "set", "animate", "animateTransform", "feImage"}
_MARKS = {"circle", "ellipse", "rect", "use", "polygon"}


def judge_png(content: bytes) -> Iterator[Reason]:
    """A PNG, chunk by chunk, and its pixels: nothing beside them, nothing behind them, no noise in them."""
    chunks, rest = chunks_of(content)
    kinds = [kind for kind, _ in chunks]
    if not chunks or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or len(chunks[0][1]) != 13:
        yield reason("unreadable")
        return
    if rest:
        yield reason("after_the_end", count=rest)
    extra = [kind for kind, body in chunks if not _expected(kind, body)]
    if extra:
        yield reason("embedded", count=len(extra))
    yield reason("picture")
    yield from _pixels(chunks)


def judge_drawn(content: bytes) -> Iterator[Reason]:
    """A PNG that was drawn anew: its size is the most that it can carry, and a drawing needs little."""
    chunks, _ = chunks_of(content)
    width, height = struct.unpack_from(">II", chunks[0][1])
    packed = sum(len(body) for kind, body in chunks if kind == b"IDAT")
    if packed * 8 > min(share * width * height + least for share, least in DRAWN):
        yield reason("dense_picture")


def chunks_of(content: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    """(kind, body) of every chunk up to the end, and how many bytes follow."""
    found, place = [], len(PNG)
    while place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        place += 12 + length
        if place > len(content) or struct.unpack_from(">I", content, place - 4)[0] != zlib.crc32(kind + body):
            return [], 0
        found.append((kind, body))
        if kind == b"IEND":
            break
    return found, len(content) - place


def _expected(kind: bytes, body: bytes) -> bool:
    if kind in _NEEDED:
        return kind != b"IEND" or not body
    if kind == b"tEXt":
        return _MATPLOTLIB.fullmatch(body) is not None
    return len(body) <= _HARMLESS.get(kind, -1)


def _pixels(chunks: list[tuple[bytes, bytes]]) -> Iterator[Reason]:
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or not 0 < width * height <= MOST_PIXELS or interlaced:
        yield reason("unreadable")
        return
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    bits = width * _CHANNELS[colour] * depth
    line = 1 + -(-bits // 8)
    reader = zlib.decompressobj()
    try:
        raw = reader.decompress(packed, line * height + 1)
    except zlib.error:
        yield reason("unreadable")
        return
    if len(raw) != line * height or reader.unused_data or reader.unconsumed_tail:
        yield reason("embedded", count=1)
        return
    if len(packed) * 8 > DENSE * width * height + LEAST_DENSE:
        yield reason("dense_picture")
    if depth == 8 and colour in (2, 6):
        try:
            seen = _decoded(chunks, _CHANNELS[colour])
        except (OSError, ValueError, SyntaxError, struct.error):  # what Pillow says of a picture that is none
            yield reason("unreadable")
            return
        yield from _colours(_unfiltered(raw, height, line, _CHANNELS[colour]) if seen is None else seen, colour == 6)


def _decoded(chunks: list[tuple[bytes, bytes]], channels: int) -> Pixels | None:
    """(pixels, channels) as Pillow decodes them, a hundred times faster than the filters below; None without it.

    To be called once it is known that the pixels are as many as they say.
    """
    try:
        from PIL import Image
    except ImportError:
        return None
    bare = of_chunks([(kind, body) for kind, body in chunks if kind in (b"IHDR", b"IDAT", b"IEND")])
    with Image.open(io.BytesIO(bare), formats=("PNG",)) as given:
        return np.asarray(given, dtype=np.uint8).reshape(-1, channels)


def of_chunks(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A PNG of these chunks."""
    return PNG + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def pixels_said(content: bytes) -> int:
    """How many pixels a PNG says it has; 0 where it says nothing."""
    if not content.startswith(PNG) or len(content) < len(PNG) + 16:
        return 0
    width, height = struct.unpack_from(">II", content, len(PNG) + 8)
    return int(width * height)


def _unfiltered(raw: bytes, height: int, line: int, step: int) -> Pixels:
    """(pixels, channels) with the filters of PNG undone (PNG specification, section 9)."""
    lines = np.frombuffer(raw, dtype=np.uint8).reshape(height, line)
    out = np.zeros((height + 1, line - 1), dtype=np.uint8)
    for y in range(height):
        kind, now, above = int(lines[y, 0]), lines[y, 1:].reshape(-1, step), out[y].reshape(-1, step)
        done: Pixels
        if kind == 0:
            done = now
        elif kind == 1:
            done = np.cumsum(now, axis=0, dtype=np.uint8)
        elif kind == 2:
            done = now + above
        else:
            done = _one_by_one(kind, now, above)
        out[y + 1] = done.reshape(-1)
    return out[1:].reshape(-1, step)


def _one_by_one(kind: int, now: Pixels, above: Pixels) -> Pixels:
    """The filters average and Paeth, which need the pixel just made."""
    done = []
    step = now.shape[1]
    left, corner = [0] * step, [0] * step
    for pixel, up in zip(now.tolist(), above.tolist(), strict=True):
        guess = [(a + b) >> 1 for a, b in zip(left, up, strict=True)] if kind == 3 else _paeth(left, up, corner)
        left = [(p + g) & 255 for p, g in zip(pixel, guess, strict=True)]
        corner = up
        done.append(left)
    return np.array(done, dtype=np.uint8)


def _paeth(left: list[int], up: list[int], corner: list[int]) -> list[int]:
    guess = []
    for a, b, c in zip(left, up, corner, strict=True):
        to_a, to_b, to_c = abs(b - c), abs(a - c), abs(a + b - 2 * c)
        guess.append(a if to_a <= to_b and to_a <= to_c else b if to_b <= to_c else c)
    return guess


def _colours(pixels: Pixels, alpha: bool) -> Iterator[Reason]:
    if alpha:
        unseen = pixels[pixels[:, 3] < 8]
        if len(unseen) and len(np.unique(unseen[:, :3], axis=0)) > 2:
            yield reason("embedded", count=1)
    words = np.zeros(len(pixels), dtype=np.uint32)
    for i in range(pixels.shape[1]):
        words = (words << np.uint32(8)) | pixels[:, i]
    colours = len(np.unique(words))
    if colours > MANY_COLOURS:
        yield reason("many_colours", count=colours)


def judge_svg(text: str, extract: Extract) -> Iterator[Reason]:
    """An SVG: no program, nothing loaded or carried along, and no drawing with a mark per patient."""
    body = _DOCTYPE.sub("", text, count=1)
    if _declares(body):
        yield reason("active_content", what="DOCTYPE, ENTITY, CDATA")
        return
    try:
        root = _parsed(body)
    except (ElementTree.ParseError, ValueError, RecursionError):
        yield reason("unreadable")
        return
    yield reason("picture")
    yield from _inside_svg(root)
    said = "\n".join(filter(None, (*(e.text or "" for e in root.iter()), *re.findall(r"<!--(.*?)-->", body, re.S))))
    yield from judge_words(said, extract, spacing=False)


def parsed_svg(text: str) -> ElementTree.Element | None:
    """The drawing, or None where it declares more than a drawing needs. Raises ParseError for one that is none."""
    body = _DOCTYPE.sub("", text, count=1)
    return None if _declares(body) else _parsed(body)


def _declares(body: str) -> bool:
    return "<!DOCTYPE" in body.upper() or "<!ENTITY" in body.upper() or "CDATA[" in body.replace("<![CDATA[*{", "")


def _parsed(body: str) -> ElementTree.Element:
    return ElementTree.fromstring(body)  # noqa: S314 (no entity is left in it)


def _inside_svg(root: ElementTree.Element) -> Iterator[Reason]:
    marks = places = 0
    active: set[str] = set()
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in _FORBIDDEN:
            active.add(name)
        for attribute, value in element.attrib.items():
            short = attribute.rpartition("}")[2]
            loads = short == "href" and not value.startswith("#")
            if loads or short.startswith(("on", "data-")) or "data:" in value or "javascript:" in value:
                active.add(short)
        marks += name in _MARKS and not _is_letter(element)
        marks += element.get("d", "").casefold().count("m") > 50
        places += len(_PLACES.findall(element.get("d", "") + element.get("points", ""))) if name != "defs" else 0
    if _multiplies(root):
        active.add("use")
    if active:
        yield reason("active_content", what=", ".join(sorted(active)))
    if marks > MANY_MARKS or places > MANY_PLACES:
        yield reason("many_marks", count=max(marks, places // 2))


def _multiplies(root: ElementTree.Element) -> bool:
    """Whether something that is used uses something itself: forty such steps are a million million marks."""
    used = {value for e in root.iter() if _is_use(e) for key, value in e.attrib.items() if key.endswith("href")}
    targets = (e for e in root.iter() if "#" + e.get("id", "") in used)
    return any(_is_use(inner) for target in targets for inner in target.iter())


def _is_use(element: ElementTree.Element) -> bool:
    return str(element.tag).rpartition("}")[2] == "use"


def _is_letter(element: ElementTree.Element) -> bool:
    """matplotlib draws letters as uses of outlines: they have a place along the line at most."""
    link = next((v for k, v in element.attrib.items() if k.endswith("href")), "")
    return bool(link) and element.get("y") is None

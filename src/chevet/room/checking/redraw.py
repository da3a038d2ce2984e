"""Pictures drawn anew on entry: what leaves is what can be seen, not the bytes that a program wrote.

A PNG is decoded, laid on white, made no larger than `LONGEST`, given the nearest of `LEVELS` levels per channel, and
written with no other chunk than its pixels: the last six bits of a colour, transparency and every word are gone. In
a notebook each PNG is drawn anew. How an SVG is written anew is told in `svg`.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from chevet.room.checking.pictures import PNG, chunks_of, judge_png, of_chunks, pixels_said
from chevet.room.checking.svg import drawing_anew

LEVELS, LONGEST = 4, 2000
_STEP = 255 // (LEVELS - 1)
_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def is_drawn(name: str, content: bytes) -> bool:
    """Whether this is, or holds, a picture that must be drawn anew before it may leave."""
    ending = PurePosixPath(name).suffix.lower()
    return ending in (".png", ".svg") or content.startswith(PNG) or (ending == ".ipynb" and b"image/png" in content)


def drawn_anew(name: str, content: bytes) -> bytes | None:
    """The picture (or notebook of pictures) as it may leave; None where it cannot be read as one, or without Pillow.

    Nothing is raised: whoever ran the program would learn from it that there was a picture.
    """
    ending = PurePosixPath(name).suffix.lower()
    try:
        if content.startswith(PNG):
            return _png(content)
        if ending == ".svg":
            return drawing_anew(content.decode("utf-8-sig"))
        if ending == ".ipynb":
            return _notebook(json.loads(content))
    except Exception:  # noqa: BLE001 (whatever a program's bytes make a decoder say)
        return None
    return None


def pixels_in(name: str, content: bytes) -> int:
    """How many pixels the pictures of this file say they have, together; told from their first bytes."""
    if content.startswith(PNG):
        return pixels_said(content)
    if PurePosixPath(name).suffix.lower() != ".ipynb" or b"image/png" not in content:
        return 0
    try:
        packed = [data["image/png"] for data in _shown(json.loads(content))]
        heads = ["".join(shown)[:64] if isinstance(shown, list) else str(shown)[:64] for shown in packed]
        return sum(pixels_said(base64.b64decode(head.replace("\n", "")[:48])) for head in heads)
    except (ValueError, TypeError, RecursionError):
        return 0  # and so it is not drawn, either


def _png(content: bytes) -> bytes | None:
    """Only chunks of pixels reach the decoder, and only once their unpacked size is known to be what it says."""
    if any(r.verdict == "refuse" and r.code != "dense_picture" for r in judge_png(content)):
        return None
    try:
        from PIL import Image
    except ImportError:
        return None
    with Image.open(io.BytesIO(_bare(content)), formats=("PNG",)) as given:
        seen = given.convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    on_white.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    levels = (np.asarray(on_white, dtype=np.uint16) + _STEP // 2) // _STEP
    places = (levels[..., 0] * LEVELS + levels[..., 1]) * LEVELS + levels[..., 2]
    made = Image.fromarray(places.astype(np.uint8)).convert("L")
    made.putpalette([level * _STEP for colour in np.ndindex(LEVELS, LEVELS, LEVELS) for level in colour])
    written = io.BytesIO()
    made.save(written, format="PNG", compress_level=9)
    return _bare(written.getvalue())


def _bare(content: bytes) -> bytes:
    chunks, _ = chunks_of(content)
    return of_chunks([(kind, body) for kind, body in chunks if kind in _KEPT])


def _notebook(value: Any) -> bytes | None:
    """The notebook with its pictures drawn anew; what is said of it, and what numbers its cells and runs, goes."""
    language = value.get("metadata", {}).get("language_info", {}).get("name")
    value["metadata"] = {"language_info": {"name": language}} if language in ("python", "R") else {}
    for n, cell in enumerate(value["cells"], start=1):
        cell.update({"id": f"cell-{n}"} if "id" in cell else {})
        for one in (cell, *cell.get("outputs", [])):
            one.update({"execution_count": None} if "execution_count" in one else {})
    for data in _shown(value):
        shown = data["image/png"]
        packed = "".join(map(str, shown)) if isinstance(shown, list) else str(shown)
        made = _png(base64.b64decode(packed.replace("\n", ""), validate=True))
        if made is None:
            return None
        data["image/png"] = base64.b64encode(made).decode("ascii")
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _shown(value: Any) -> Iterator[dict[str, Any]]:
    """Whatever object has a PNG among what it shows, however deep it lies."""
    if isinstance(value, dict):
        if "image/png" in value:
            yield value
        for inner in value.values():
            yield from _shown(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _shown(inner)

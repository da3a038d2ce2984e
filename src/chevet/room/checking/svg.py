"""An SVG written anew: only elements, attributes and words that a drawing needs, and numbers no finer than the eye.

A list says what is kept, and all else goes: comments, metadata, classes, names of fonts, spare white space. Places
are rounded to half a unit, other numbers to three digits that count, colours to those of a picture drawn anew. Names
within the drawing become numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from chevet.room.checking.pictures import parsed_svg

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_ELEMENTS = frozenset(
    {"svg", "g", "defs", "path", "use", "text", "tspan", "rect", "circle", "ellipse", "line", "polyline", "polygon",
     "clipPath", "linearGradient", "radialGradient", "stop", "symbol"}
)  # fmt: skip
_PLACES = frozenset(
    {"d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "width", "height"}
)
_OTHERS = frozenset(
    {"viewBox", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-dashoffset",
     "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "fill-opacity", "opacity", "fill-rule",
     "clip-rule", "clip-path", "clipPathUnits", "font", "font-size", "font-weight", "font-style", "text-anchor",
     "dominant-baseline", "version", "offset", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform"}
)  # fmt: skip
_WORDS = frozenset(
    {"none", "round", "butt", "miter", "square", "bevel", "nonzero", "evenodd", "start", "middle", "end", "hanging",
     "central", "normal", "bold", "italic", "translate", "scale", "rotate", "matrix", "skewX", "skewY", "px", "pt",
     "userSpaceOnUse", "objectBoundingBox", "url", "black", "white", "red", "green", "blue", "gray", "grey",
     "orange", "purple", "transparent", "currentColor"}
)  # fmt: skip
_NUMBER = re.compile(r"-?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[A-Za-z_]+")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_RGB = re.compile(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,[^)]*)?\)")
_LINK = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz]|-?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_LENGTH = re.compile(r"(-?[\d.]+(?:[eE][-+]?\d+)?)(px|pt|%)?")
_STEP, _SIGNIFICANT = 85, 3


def drawing_anew(text: str) -> bytes | None:
    """The drawing as it may leave; None where it declares more than a drawing needs. Raises ParseError for no XML."""
    given = parsed_svg(text)
    if given is None or _name(given) != "svg":
        return None
    names = {element.attrib["id"]: f"n{i}" for i, element in enumerate(given.iter()) if "id" in element.attrib}
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    made = ElementTree.tostring(_copied(given, names), encoding="unicode")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + made.encode()


def _copied(given: ElementTree.Element, names: dict[str, str]) -> ElementTree.Element:
    made = ElementTree.Element(f"{{{_SVG}}}{_name(given)}", dict(_attributes(given, names)))
    spoken = _name(given) in ("text", "tspan")
    made.text, made.tail = (_said(given.text) if spoken else None), None
    if spoken:
        made.set("font-family", "sans-serif")
    for child in given:
        if _name(child) in _ELEMENTS:
            copied = _copied(child, names)
            copied.tail = _said(child.tail) if spoken else None
            made.append(copied)
    return made


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _said(text: str | None) -> str | None:
    return " ".join(text.split()) if text and text.strip() else None


def _attributes(element: ElementTree.Element, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        short = name.rpartition("}")[2]
        if name == "id":
            yield "id", names[value]
        elif short == "href" and value.removeprefix("#") in names:
            yield f"{{{_XLINK}}}href", "#" + names[value.removeprefix("#")]
        elif short == "style":
            told = [(p.strip(), v) for p, _, v in (each.partition(":") for each in value.split(";"))]
            kept = ((p, _plain(v, names)) for p, v in told if p in _OTHERS)
            yield "style", "; ".join(f"{p}: {v}" for p, v in kept if v)
        elif short in _PLACES and (places := _place(short, value)):
            yield short, places
        elif short in _OTHERS and (plain := _plain(value, names)):
            yield short, plain


def _place(name: str, value: str) -> str:
    """Places to half a unit; nothing for what is no place."""
    if name in ("d", "points"):
        return " ".join(part if part.isalpha() else _half(part) for part in _PATH.findall(value))
    length = _LENGTH.fullmatch(value.strip())
    return _half(length[1]) + (length[2] or "") if length else ""


def _half(number: str) -> str:
    place = float(number)
    return f"{round(place * 2) / 2 + 0.0:.10g}" if math.isfinite(place) else "0"


def _plain(value: str, names: dict[str, str]) -> str:
    """A value without a word that no drawing needs: nothing where it has one."""
    links = [names.get(link, "") for link in _LINK.findall(value)]
    if links:
        return f"url(#{links[0]})" if links[0] else ""
    value = _RGB.sub(lambda found: "#" + "".join(f"{int(c) & 255:02x}" for c in found.groups()), value)
    colours = [_nearest(found) for found in _COLOUR.findall(value)]
    rest = _COLOUR.sub(" ", value)
    if any(word not in _WORDS for word in _WORD.findall(_NUMBER.sub(" ", rest))):
        return ""
    if colours:
        return colours[0] if not rest.strip() else ""
    shown = "".join(sign for sign in rest if sign.isalnum() or sign in " -+.,()%")
    return " ".join(_NUMBER.sub(lambda found: f"{float(found[0]):.{_SIGNIFICANT}g}", shown).split())


def _nearest(colour: str) -> str:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    levels = [(int(digits[i : i + 2], 16) + _STEP // 2) // _STEP * _STEP for i in (0, 2, 4)]
    return "#" + "".join(f"{level:02x}" for level in levels)

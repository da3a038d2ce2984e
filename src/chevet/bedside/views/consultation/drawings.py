"""Drawings of the case as plain SVG: changes on each driver's protein, copies of genes, mutational signatures.

They are small and few, so they are written here directly: nothing is started to draw them, and the same object gives
the same bytes. Only what the object says is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import escape

from chevet.bedside.views.consultation.page_one import drives
from chevet.bedside.views.consultation.sheet import Drawing
from chevet.bedside.views.wording import Wording
from chevet.genomics import facts
from chevet.genomics.classes import codons
from chevet.therapy.knowledge.base import rows
from chevet.words.chromosomes import CHROMOSOMES
from chevet.words.labels import has_label, label
from chevet.words.signs import drawable

Told = dict[str, Any]
WIDE, NARROW = 520, 330
INK, SOFT, RULE, BLUE, PALE = "#1b2733", "#51606e", "#9aa7b3", "#0b4f8a", "#cfe0ef"
FONT = "Liberation Sans, Arial, Helvetica, Libertinus Serif, sans-serif"
PROTEINS_AT_MOST, BARS_AT_MOST, COPIES_AT_MOST = 8, 20, 8
LETTER = 6.3  # width of a letter at 11 units
_SIGNATURE = re.compile(r"(SBS|DBS|ID)\d+[a-z]?")


@dataclass(frozen=True)
class Protein:
    """A protein by its length in amino acids, and who says so."""

    length: int
    source: str


def drawings(told: Told, w: Wording) -> tuple[Drawing, ...]:
    """Every drawing for which the object has what it needs."""
    found = [*_lollipops(told, w)]
    copies = [(one["gene"], float(one["copy_number"])) for one in told["findings"]
              if one.get("copy_number") is not None and one.get("gene")]  # fmt: skip
    if copies:
        found.append(_bars("copies", copies[:BARS_AT_MOST], w, line_at=2.0))
    shares = _shares(told)
    if shares:
        found.append(_bars("exposures", shares[:BARS_AT_MOST], w))
    if told["measures"]["segments"]:
        found.append(_profile(told["measures"]["segments"], w))
    return tuple(found)


def _shares(told: Told) -> list[tuple[str, float]]:
    """The share of each signature: computed from the mutations, or as the source gives it."""
    computed = told["measures"]["signatures"]
    if computed:
        return sorted(((name, float(share)) for name, share in computed["shares"].items() if share > 0),
                      key=lambda pair: -pair[1])  # fmt: skip
    return [(str(one["name"]), float(one["value"])) for one in told["findings"]
            if one["type"] == "signature" and _SIGNATURE.fullmatch(str(one.get("name", "")))
            and isinstance(one.get("value"), int | float)]  # fmt: skip


@cache
def proteins() -> dict[str, Protein]:
    """The proteins that can be drawn, by gene."""
    table = resources.files("chevet.bedside") / "tables" / "protein_lengths.tsv"
    return {row["gene"]: Protein(int(row["length"]), row["source"]) for _, row in rows(table)}


# -- changes on a protein


def _lollipops(told: Told, w: Wording) -> list[Drawing]:
    by_gene: dict[str, list[Told]] = {}
    for one in told["findings"]:
        if one["type"] == "variant" and one.get("gene") in proteins() and _codon(one) is not None:
            by_gene.setdefault(one["gene"], []).append(one)
    driven = [gene for gene, found in by_gene.items() if any(drives(one) for one in found)]
    return [_lollipop(gene, by_gene[gene], w) for gene in driven[:PROTEINS_AT_MOST]]


def _codon(one: Told) -> int | None:
    places = codons(one.get("protein_change"))
    if places is None or not 0 < places[0] <= proteins()[one["gene"]].length:
        return None
    return places[0]


def _lollipop(gene: str, found: Sequence[Told], w: Wording) -> Drawing:
    protein = proteins()[gene]
    length = w.number(protein.length)
    changes = ", ".join(one["protein_change"] for one in found)
    alt = label("consultation.lollipop", w.lang, gene=gene, n=length, changes=changes)
    caption = label("consultation.lollipop_caption", w.lang, gene=gene, n=length, source=protein.source)
    return Drawing(_protein(gene, found, WIDE, alt, w), _protein(gene, found, NARROW, alt, w), alt, caption)


def _protein(gene: str, found: Sequence[Told], width: int, alt: str, w: Wording) -> str:
    protein = proteins()[gene]
    left, right, row = 8, width - 8, 17
    changes = sorted(found, key=lambda one: _codon(one) or 0)
    base = 16 + row * len(changes)

    def at(place: int) -> float:
        return left + (right - left) * place / protein.length

    parts = [_rect(left, base, right - left, 10, "#e3e9ee")]
    for domain in (each for each in facts.rows("domains.tsv") if each["gene"] == gene):
        first, last = int(domain["first"]), min(int(domain["last"]), protein.length)
        wide = at(last) - at(first)
        name = _domain(domain["domain"], w)
        parts.append(_rect(at(first), base - 3, wide, 16, PALE, BLUE))
        if len(name) * LETTER < wide:
            parts.append(_text(at(first) + wide / 2, base + 9, name, INK, "middle"))
    for number, one in enumerate(changes):
        x, y = at(_codon(one) or 0), 12 + row * number
        parts.append(f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{base - 3}" stroke="{SOFT}"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{BLUE if drives(one) else "#ffffff"}" stroke="{BLUE}" '
                     'stroke-width="1.6"/>')  # fmt: skip
        words = drawable(one["protein_change"])[:30]
        to_left = x + 9 + len(words) * LETTER > right
        parts.append(_text(x - 9 if to_left else x + 9, y + 4, words, INK, "end" if to_left else "start"))
    parts.append(_text(left, base + 27, "1", SOFT, "start"))
    parts.append(_text(right, base + 27, w.number(protein.length), SOFT, "end"))
    return _svg(width, base + 32, parts, alt)


def _domain(name: str, w: Wording) -> str:
    key = f"consultation.domain.{name.replace(' ', '_')}"
    return label(key, w.lang) if has_label(key) else name


# -- bars


def _bars(kind: str, values: Sequence[tuple[str, float]], w: Wording, *, line_at: float | None = None) -> Drawing:
    said = ", ".join(f"{name} {_number(kind, value, w)}" for name, value in values)
    alt = label(f"consultation.{kind}_alt", w.lang, values=said)
    wide, narrow = (_bar_chart(kind, values, width, alt, w, line_at) for width in (WIDE, NARROW))
    return Drawing(wide, narrow, alt, label(f"consultation.{kind}_caption", w.lang))


def _number(kind: str, value: float, w: Wording) -> str:
    return w.percent(value, 1) if kind == "exposures" and value <= 1 else w.number(value, 1)


def _bar_chart(
    kind: str, values: Sequence[tuple[str, float]], width: int, alt: str, w: Wording, line_at: float | None
) -> str:
    left, row = 90, 20
    end = max([value for _, value in values] + [line_at or 0.0]) or 1.0
    room = width - left - 60
    parts = []
    for number, (name, value) in enumerate(values):
        y = 4 + row * number
        parts.append(_text(left - 8, y + 12, drawable(name)[:12], INK, "end"))
        parts.append(_rect(left, y, room * max(value, 0) / end, 14, BLUE))
        parts.append(_text(left + room * max(value, 0) / end + 6, y + 12, _number(kind, value, w), INK, "start"))
    height = 8 + row * len(values)
    if line_at is not None:
        x = left + room * line_at / end
        parts.append(f'<line x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{height}" stroke="{INK}" stroke-dasharray="4 3"/>')
    return _svg(width, height, parts, alt)


# -- copies along the genome


def _profile(segments: Sequence[Told], w: Wording) -> Drawing:
    """Each segment at its number of copies, chromosome after chromosome; many copies are drawn as `COPIES_AT_MOST`."""
    by_name: dict[str, list[Told]] = {}
    for one in segments:
        by_name.setdefault(str(one["chromosome"]), []).append(one)
    order = [name for name in CHROMOSOMES if name in by_name]
    said = w.joined(order)
    alt = label("consultation.profile_alt", w.lang, n=w.number(len(segments)), chromosomes=said)
    wide, narrow = (_profile_chart(by_name, order, width, alt) for width in (WIDE, NARROW))
    return Drawing(wide, narrow, alt, label("consultation.profile_caption", w.lang, n=COPIES_AT_MOST))


def _profile_chart(by_name: dict[str, list[Told]], order: Sequence[str], width: int, alt: str) -> str:
    left, top, tall = 20, 6, 96
    lengths = {name: max(float(one["end"]) for one in by_name[name]) for name in order}
    scale = (width - left - 6) / max(sum(lengths.values()), 1)
    parts, x = [], float(left)

    def height(copies: float) -> float:
        return top + tall * (1 - min(copies, COPIES_AT_MOST) / COPIES_AT_MOST)

    for copies in range(0, COPIES_AT_MOST + 1, 2):
        y, dash = height(copies), "" if copies == 2 else ' stroke-dasharray="2 3"'
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{width - 6}" y2="{y:.1f}" stroke="{RULE}"{dash}/>')
        parts.append(_text(left - 5, y + 4, str(copies), SOFT, "end"))
    for name in order:
        for one in by_name[name]:
            start, end = x + float(one["start"]) * scale, x + float(one["end"]) * scale
            parts.append(_rect(start, height(float(one["copies"])) - 1.5, end - start, 3, BLUE))
        wide = lengths[name] * scale
        parts.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + tall}" stroke="#e3e9ee"/>')
        if len(name) * LETTER < wide:
            parts.append(_text(x + wide / 2, top + tall + 15, name, SOFT, "middle"))
        x += wide
    return _svg(width, top + tall + 22, parts, alt)


# -- SVG


def _svg(width: int, height: int, parts: Sequence[str], alt: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(drawable(alt))}" font-family="{FONT}" font-size="11">{"".join(parts)}</svg>'
    )


def _rect(x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" fill="{fill}" '
        f'stroke="{stroke}"/>'
    )


def _text(x: float, y: float, words: str, fill: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'

"""The two pictures of a dossier: how large the groups are, and what was lost of each attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chevet.paper import pictures
from chevet.paper.document import untitled
from chevet.paper.pictures import BLUE, ORANGE, Row, Spec
from chevet.words.labels import Lang, label

# Sizes of groups drawn as one bar: first and last; None for no end.
BINS: tuple[tuple[int, int | None], ...] = (
    (1, 1), (2, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, None),
)  # fmt: skip
Shares = Sequence[float]


def binned(sizes: Mapping[int, int]) -> list[float]:
    """The share of people in each bin of `BINS`, 0 to 1.

    sizes   how many groups there are of each size

    >>> binned({1: 2, 4: 1, 10: 1})
    [0.125, 0.25, 0.0, 0.625, 0.0, 0.0, 0.0]
    """
    people = sum(size * groups for size, groups in sizes.items())
    held = [
        sum(size * groups for size, groups in sizes.items() if first <= size and (last is None or size <= last))
        for first, last in BINS
    ]
    return [share / people if people else 0.0 for share in held]


def bin_name(first: int, last: int | None, lang: Lang) -> str:
    """How a bin is called on the axis.

    >>> bin_name(1, 1, "en"), bin_name(2, 4, "en"), bin_name(100, None, "fr")
    ('1', '2–4', '≥\\u202f100')
    """
    if last is None:
        return f"≥\u202f{first}"
    return str(first) if first == last else f"{first}–{last}"


def group_sizes(before: Shares, after: Shares, lang: Lang, *, width: int, font: str) -> Spec:
    """Of a hundred people, how many stand in a group of which size: as the table stood, and as it is released."""
    names = (label("dossier.before", lang), label("dossier.after", lang))
    order = [bin_name(first, last, lang) for first, last in BINS]
    values: list[Row] = [
        {"size": size, "when": when, "share": share}
        for when, shares in zip(names, (before, after), strict=True)
        for size, share in zip(order, shares, strict=True)
    ]
    spec: Spec = {
        "width": width,
        "height": 170,
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "size", "type": "ordinal", "sort": order, "title": label("dossier.group_size", lang),
                  "axis": {"labelAngle": 0, "labelFontSize": 12 if width > 300 else 10}},
            "xOffset": {"field": "when", "sort": list(names)},
            "y": {"field": "share", "type": "quantitative", "title": None, "scale": {"domain": [0, 1]},
                  "axis": {"format": ".0%", "tickCount": 5}},
            "color": {"field": "when", "type": "nominal", "sort": list(names),
                      "scale": {"domain": list(names), "range": [ORANGE, BLUE]}},
        },
    }  # fmt: skip
    return untitled(spec, alt=label("dossier.picture.groups", lang), lang=lang, font=font)


def losses(by_attribute: Mapping[str, float], lang: Lang, *, width: int, font: str) -> Spec:
    """What was lost of each attribute, 0 (released as it was) to 1 (nothing left of it)."""
    values: list[Row] = [{"name": pictures.shown(name), "loss": loss} for name, loss in by_attribute.items()]
    order = [row["name"] for row in values]
    spec: Spec = {
        "width": width,
        "height": {"step": 24},
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar", "color": BLUE}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12},
                "encoding": {"text": {"field": "loss", "type": "quantitative", "format": ".0%"}},
            },
        ],
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": order, "title": None,
                  "axis": pictures.in_two_lines(order)},
            "x": {"field": "loss", "type": "quantitative", "title": label("dossier.loss_axis", lang),
                  "scale": {"domain": [0, 1.08], "nice": False},
                  "axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}},
        },
    }  # fmt: skip
    return untitled(spec, alt=label("dossier.picture.losses", lang), lang=lang, font=font)

"""What a dossier draws itself: how often each tumour type carries the alteration, and the evidence side by side."""

from __future__ import annotations

from chevet.paper.pictures import BLUE, WIDE, Row, Spec, in_two_lines, percent, picture
from chevet.privacy.disclosure import FLOOR
from chevet.targets.dossier.contents import Contents
from chevet.targets.dossier.who import Share, Spread
from chevet.words.labels import Lang, label

BARS_AT_MOST = 16
OWN = ("carriers", "survival")


def drawing(made: Contents, name: str, lang: Lang) -> Spec:
    """The picture of this name."""
    if name == "carriers":
        return carriers_by_tumour(made, lang)
    if name == "survival" and made.survival is not None:
        return made.survival.picture(lang)
    return made.drawn[name].picture(lang)


def names(made: Contents) -> tuple[str, ...]:
    """What there is to draw."""
    own = [name for name in OWN if _there(made, name)]
    return (*own, *made.drawn)


def _there(made: Contents, name: str) -> bool:
    if name == "survival":
        return made.survival is not None and any(group.points for group in made.survival.groups)
    spread = _by_tumour(made)
    return spread is not None and len(_drawn(spread)) > 1


def carriers_by_tumour(made: Contents, lang: Lang) -> Spec:
    """One bar for each tumour type of which the number of carriers may be shown, the most frequent first."""
    spread = _by_tumour(made)
    shares = _drawn(spread) if spread else []
    values: list[Row] = [
        {"tumour": spread.value(share, lang), "frequency": share.frequency,
         "says": f"{percent(share.frequency, lang)} ({share.altered}/{share.tested})"}
        for share in shares if spread is not None
    ]  # fmt: skip
    order = [str(row["tumour"]) for row in values]
    most = max((float(row["frequency"]) for row in values), default=1.0)
    spec: Spec = {
        "width": WIDE - 200, "height": {"step": 24}, "data": {"values": values},
        "encoding": {
            "y": {"field": "tumour", "type": "nominal", "sort": order, "title": None, "axis": in_two_lines(order)},
            "x": {"field": "frequency", "type": "quantitative", "scale": {"domain": [0, most * 1.45], "nice": False},
                  "title": label("targets.dossier.share_of_carriers", lang), "axis": {"format": ".0%", "tickCount": 4}},
        },
        "layer": [
            {"mark": {"type": "bar", "color": BLUE}},
            {"mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
             "encoding": {"text": {"field": "says", "type": "nominal"}}},
        ],
    }  # fmt: skip
    alt = label("targets.dossier.picture.carriers", lang, gene=made.gene)
    return picture(spec, title=alt, alt=f"{alt}: " + "; ".join(f"{row['tumour']} {row['says']}" for row in values),
                   lang=lang)  # fmt: skip


def _by_tumour(made: Contents) -> Spread | None:
    return next((spread for spread in made.spreads if spread.field == "tumour"), None)


def _drawn(spread: Spread) -> list[Share]:
    """Tumour types with carriers, the most frequent first; one that few were tested for says little."""
    told = [share for share in spread.shares if share.value and share.altered and (share.tested or 0) >= FLOOR]
    return told[:BARS_AT_MOST]

"""One way of drawing: a Vega-Lite description becomes SVG, PNG, or a page that stands alone.

Everything is drawn on this machine. The page forbids every outside address by its content security
policy, evaluates no text as code, offers no menu, and works without its script: the drawing is in
it, once for a wide screen and once for a telephone. Words that come from data pass `shown`.
"""

from __future__ import annotations

import base64
import hashlib
import html as markup
import json
import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from string import Template
from typing import Any

import vl_convert

from chevet.words.labels import Lang, label
from chevet.words.signs import drawable

Spec = dict[str, Any]
Row = dict[str, Any]
Cell = str | int | float | None

VEGA_LITE = "6.4"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
EDITOR = "https://vega.github.io/editor/"
WIDE, NARROW = 620, 235
ROOM, NARROW_ROOM = 928, 328  # of a page, within its margins: a laptop, and a small telephone
INK, GREY, PALE, RULE = "#1b2733", "#52616f", "#dfe5ea", "#9aa7b3"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
# Okabe and Ito's colours, told apart by the colour-blind; the darkest first, yellow left out on white.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#7f7f7f")
BLUE, VERMILION, GREEN, PINK, SKY, ORANGE = COLOURS[:6]
LABEL_AT_MOST, LINE_AT_MOST = 48, 27
LEAST_WIDTH, MANY_TICKS = 90, 6
# A picture may carry this parameter, and leave out what a telephone has no room for.
PARAMETERS = [{"name": "narrow", "value": False}]
NARROW_PARAMETERS = [{"name": "narrow", "value": True}]
_SVG_WIDTH = re.compile(r'<svg[^>]* width="([0-9.]+)"')
SMALLEST_SAID = 1e-300


def shown(text: str) -> str:
    """A word of the data, safe and short enough to draw: at most 48 letters.

    >>> shown("a  very " + "long " * 20)
    'a very long long long long long long long long …'
    """
    plain = " ".join(drawable(text).split())
    return plain if len(plain) <= LABEL_AT_MOST else plain[: LABEL_AT_MOST - 1] + "…"


def picture(spec: Mapping[str, Any], *, title: str, subtitle: str = "", alt: str, lang: Lang) -> Spec:
    """The description in the house's style, with its title, and what it shows in words (`alt`)."""
    made: Spec = {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": subtitle, "anchor": "start", "frame": "group"},
        "description": alt,
        "usermeta": {"embedOptions": {"actions": False, "ast": True, "renderer": "svg"}},
        **spec,
    }
    return {**_drawable(made), "config": _config(lang)}


def _drawable(value: Any) -> Any:
    """The same description with every word in it fit to draw."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {drawable(k): _drawable(v) for k, v in value.items()}
    return [_drawable(v) for v in value] if isinstance(value, list) else value


def in_two_lines(names: Sequence[str]) -> Row:
    """What the axis of these names needs besides: long ones are broken near their middle.

    >>> in_two_lines(["short"])
    {}
    """
    if all(len(name) <= LINE_AT_MOST for name in names):
        return {}
    broken = "split(replace(datum.label, regexp('^(.{12,26}) (.*)$'), '$1|$2'), '|')"
    long = f"length(datum.label) > {LINE_AT_MOST}"
    raised = {"condition": {"test": long, "value": -6}, "value": 0}
    return {"labelExpr": f"{long} ? {broken} : datum.label", "labelLineHeight": 13, "labelOffset": raised}


def nothing(words: str, *, title: str, subtitle: str = "", lang: Lang) -> Spec:
    """The picture of an answer with nothing to draw: it says so."""
    mark: Spec = {"type": "text", "text": textwrap.wrap(drawable(words), 44), "align": "left", "x": 0, "color": GREY,
                  "fontSize": 14, "baseline": "top", "y": 0}  # fmt: skip
    spec = {"width": NARROW, "height": 60, "data": {"values": [{}]}, "mark": mark}
    return picture(spec, title=title, subtitle=subtitle, alt=f"{title}. {words}", lang=lang)


def svg(spec: Spec) -> str:
    """The picture as SVG text."""
    drawn: str = vl_convert.vegalite_to_svg(_drawable(_wrapped(spec, 78)), vl_version=VEGA_LITE, allowed_base_urls=[])
    return drawn


def png(spec: Spec, *, scale: float = 2.0) -> bytes:
    """The picture as PNG, `scale` pixels to a point."""
    drawn: bytes = vl_convert.vegalite_to_png(
        _drawable(_wrapped(spec, 78)), vl_version=VEGA_LITE, scale=scale, allowed_base_urls=[]
    )
    return drawn


def html(
    spec: Spec,
    title: str,
    lang: Lang,
    *,
    headings: Sequence[str] = (),
    rows: Sequence[Sequence[Cell]] = (),
    notes: Sequence[str] = (),
) -> str:
    """A page that stands alone: the picture, what must be known about it, and its numbers as a table."""
    script, starter = _script(), _STARTER
    titles = spec.get("title")
    untitled = {k: v for k, v in spec.items() if k != "title"}
    wide, drawn_wide = fitting(untitled, ROOM)
    narrow, drawn_narrow = fitting(for_narrow(untitled), NARROW_ROOM)
    return _PAGE.substitute(
        lang=lang,
        title=markup.escape(drawable(title)),
        policy=f"default-src 'none'; script-src {_hash(script)} {_hash(starter)}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'",
        alt=markup.escape(str(spec.get("description", title)), quote=True),
        subtitle=markup.escape(str(titles.get("subtitle") or "")) if isinstance(titles, dict) else "",
        wide=drawn_wide,
        narrow=drawn_narrow,
        notes="".join(f"<p>{markup.escape(drawable(note))}</p>" for note in notes),
        table=_table(headings, rows, lang),
        specs=_json_for_page({"wide": wide, "narrow": narrow}),
        script=script,
        starter=starter,
    )


def number(value: Cell, lang: Lang, digits: int = 0) -> str:
    """A number as people of this language write it; nothing for None.

    >>> number(1234.5, "fr", 1), number(1234.5, "en", 1), number(None, "en")
    ('1\\u202f234,5', '1,234.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\u202f").replace(".", ",") if lang == "fr" else text


def percent(value: float | None, lang: Lang, digits: int = 1) -> str:
    """A share as a percentage; nothing for None.

    >>> percent(0.125, "fr"), percent(0.125, "en")
    ('12,5\\u202f%', '12.5%')
    """
    if value is None:
        return ""
    return number(100 * value, lang, digits) + ("\u202f%" if lang == "fr" else "%")


def probability(value: float | None, lang: Lang) -> str:
    """A p or q as people write it: three decimals, or how small; what is too small for a computer, as a bound.

    >>> probability(0.0312, "en"), probability(3e-9, "en"), probability(3e-9, "fr"), probability(0.0, "en")
    ('0.031', '3.0e-09', '3,0e-09', '< 1e-300')
    """
    if value is None:
        return ""
    if value < SMALLEST_SAID:
        return f"< {SMALLEST_SAID:.0e}"
    text = f"{value:.3f}" if value >= 0.001 else f"{value:.1e}"
    return text.replace(".", ",") if lang == "fr" else text


def p_said(value: float, lang: Lang) -> str:
    """A p within a sentence.

    >>> p_said(0.0312, "fr"), p_said(0.0, "fr")
    ('p = 0,031', 'p < 1e-300')
    """
    text = probability(value, lang)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def _config(lang: Lang) -> Spec:
    french: Row = {"decimal": ",", "thousands": "\u202f", "percent": "\u202f%", "grouping": [3], "currency": ["", ""]}
    english: Row = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]}
    words: Row = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {
        "background": "#ffffff",
        "font": FONT,
        "padding": 12,
        "view": {"stroke": None},
        "title": {
            "color": INK, "fontSize": 16, "fontWeight": "bold", "subtitleColor": GREY, "subtitleFontSize": 12,
            "offset": 14, "subtitlePadding": 5, "lineHeight": 20, "subtitleLineHeight": 16,
        },
        "axis": {
            **words, "labelColor": INK, "titleColor": GREY, "gridColor": PALE, "domainColor": RULE, "tickColor": RULE,
            "labelLimit": 190, "titlePadding": 8,
        },
        "axisXQuantitative": {"labelFlush": False, "labelOverlap": True, "labelSeparation": 6},
        "legend": {
            **words, "labelColor": INK, "titleColor": GREY, "orient": "bottom", "title": None, "labelLimit": 240,
            "symbolStrokeWidth": 3,
        },
        "header": {"labelFontSize": 13, "labelFontWeight": "bold", "labelColor": INK},
        "range": {"category": list(COLOURS)},
        "locale": {"number": french if lang == "fr" else english},
    }  # fmt: skip


def _changed(value: Any, change: Callable[[str, Any], Any]) -> Any:
    """The same description with `change(key, value)` applied to every entry outside the data."""
    if isinstance(value, dict):
        return {k: v if k == "data" else _changed(change(k, v), change) for k, v in value.items()}
    if isinstance(value, list):
        return [_changed(v, change) for v in value]
    return value


def for_narrow(spec: Spec) -> Spec:
    """The same picture for a telephone: narrow, one column, every second tick where there are many."""

    def change(key: str, value: Any) -> Any:
        if key == "width" and isinstance(value, int | float) and value > NARROW:
            return NARROW if value <= WIDE else value
        if key == "columns":
            return 1
        if key == "tickCount":
            return min(value, 5)
        if key == "values" and isinstance(value, list) and len(value) > MANY_TICKS:
            return value[::2]
        return NARROW_PARAMETERS if key == "params" else value

    narrow: Spec = _changed(spec, change)
    narrow["config"]["legend"] |= {"columns": 1, "labelLimit": 250}
    return narrow


def fitting(spec: Spec, room: int) -> tuple[Spec, str]:
    """The same picture, its charts made narrower where it would be wider than `room`, and its drawing."""
    drawing = _drawing(spec)
    for _ in range(2):
        found = _SVG_WIDTH.search(drawing)
        over = math.ceil(float(found[1])) - room if found else 0
        charts = _widths(spec)
        if over <= 0 or not charts or max(charts) > WIDE:
            break
        widest = max(charts)
        fitted = max(LEAST_WIDTH, widest - over - 2)
        spec = _changed(spec, lambda k, v, w=widest, f=fitted: f if k == "width" and v == w else v)  # type: ignore[misc]
        drawing = _drawing(spec)
    return spec, drawing


def _widths(value: Any) -> list[float]:
    if isinstance(value, dict):
        own = [v for k, v in value.items() if k == "width" and isinstance(v, int | float)]
        return own + [w for k, v in value.items() if k not in ("data", "mark", "config") for w in _widths(v)]
    return [w for v in value for w in _widths(v)] if isinstance(value, list) else []


def _wrapped(spec: Spec, letters: int) -> Spec:
    """The same picture with its titles broken into lines of at most `letters`."""
    if not isinstance(spec.get("title"), dict):
        return spec
    titles = dict(spec["title"])
    titles["text"] = textwrap.wrap(titles["text"], int(letters * 0.75)) or [""]
    titles["subtitle"] = textwrap.wrap(titles.get("subtitle") or "", letters)
    return {**spec, "title": titles}


def _drawing(spec: Spec) -> str:
    drawn: str = vl_convert.vegalite_to_svg(_drawable(spec), vl_version=VEGA_LITE, allowed_base_urls=[])
    return drawn


def _table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], lang: Lang) -> str:
    if not headings:
        return ""
    marks = [' class="n"' if i and _of_numbers([row[i] for row in rows]) else "" for i in range(len(headings))]
    head = "".join(
        f'<th scope="col"{mark}>{markup.escape(drawable(h))}</th>' for h, mark in zip(headings, marks, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(_td(cell, mark, lang) for cell, mark in zip(row, marks, strict=True)) + "</tr>" for row in rows
    )
    caption = markup.escape(label("answer.numbers", lang))
    return (
        f'<div class="numbers" role="region" aria-label="{caption}" tabindex="0"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _td(cell: Cell, mark: str, lang: Lang) -> str:
    """One cell; a word in a column of numbers (*withheld*) may take two lines."""
    if mark and isinstance(cell, str) and not _is_number(cell):
        mark = ' class="n words"'
    return f"<td{mark}>{markup.escape(_cell(cell, lang))}</td>"


def _of_numbers(cells: Sequence[Cell]) -> bool:
    """Whether a column is one of numbers, here and there a word (*withheld*) among them."""
    said = [cell for cell in cells if cell not in (None, "")]
    numbers = sum(not isinstance(cell, str) or _is_number(cell) for cell in said)
    return 2 * numbers > len(said)


def _is_number(text: str) -> bool:
    return text.lstrip("-\u2212<").lstrip()[:1].isdigit()


def _cell(cell: Cell, lang: Lang) -> str:
    if isinstance(cell, int | float):
        return number(cell, lang, 3 if isinstance(cell, float) else 0)
    text = drawable(cell or "")
    return "\u2212" + text[1:] if text[:1] == "-" and text[1:2].isdigit() else text


def _json_for_page(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _script() -> str:
    """The drawing program, from the wheel; the address of its outside editor is taken out."""
    bundle: str = vl_convert.javascript_bundle(vl_version=VEGA_LITE)  # type: ignore[call-arg]  # stub: no default
    return bundle.replace(EDITOR, "about:blank").replace("</script", "<\\/script").replace("\r", "")


def _hash(script: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


_STARTER = """
const specs = JSON.parse(document.getElementById("specs").textContent);
for (const size of ["wide", "narrow"]) {
  const place = document.getElementById(size);
  const drawn = document.createElement("div");
  vegaEmbed(drawn, specs[size], {actions: false, ast: true, renderer: "svg", defaultStyle: false, mode: "vega-lite"})
    .then(() => place.replaceChildren(drawn)).catch(() => undefined);
}
"""

_PAGE = Template("""<!doctype html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>$title</title>
<style>
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1b2733; }
h1 { font-size: 1.25rem; line-height: 1.3; margin: 0; }
.about { color: #52616f; margin: .2rem 0 .8rem; overflow-wrap: anywhere; }
figure { margin: 0; overflow-x: auto; }
svg { display: block; }
#narrow { display: none; }
.notes p { color: #3d4a57; margin: .4rem 0; max-width: 45rem; }
/* A wide table takes the margin on its right, too: 30rem are half of the body, 1rem stays free on either side. */
.numbers { overflow-x: auto; width: max-content; max-width: calc(50vw + 28rem); }
table { border-collapse: collapse; margin-top: 1rem; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #dfe5ea; text-align: left; vertical-align: top; }
th { vertical-align: bottom; line-height: 1.3; }
.n { text-align: right; }
td.n { white-space: nowrap; }
td.words { white-space: normal; }
th:first-child, td:first-child { position: sticky; left: 0; background: #fff; }
@media (max-width: 60rem) {
  #wide { display: none; } #narrow { display: block; }
  table { font-size: .875rem; }
  .numbers { max-width: 100%; }
}
@media print { #wide { display: block; } #narrow { display: none; } .numbers { overflow: visible; max-width: none; } }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p class="about">$subtitle</p>
<figure role="img" aria-label="$alt">
<div id="wide">$wide</div>
<div id="narrow">$narrow</div>
</figure>
<div class="notes">$notes</div>
$table
</main>
<script type="application/json" id="specs">$specs</script>
<script>$script</script>
<script>$starter</script>
</body>
</html>
""")

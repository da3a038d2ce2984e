"""A crafted gene or centre name must be drawn as words, never run, and no page may reach outside."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from chevet.paper import pictures

CRAFTED = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"};alert(1);//',
    "datum.constructor.constructor('alert(1)')()",
    "{'signal': 'warn(1)'}",
    "javascript:alert(1)",
    "<!--<script>",
    "&lt;b&gt;\u202e\x00\u2028",
)


def _page(word: str) -> tuple[str, str]:
    spec: dict[str, Any] = {
        "width": 200,
        "data": {"values": [{"name": pictures.shown(word), "n": 7}]},
        "mark": "bar",
        "encoding": {"y": {"field": "name", "type": "nominal"}, "x": {"field": "n", "type": "quantitative"},
                     "color": {"field": "name", "type": "nominal"}},
    }  # fmt: skip
    made = pictures.picture(spec, title=word, subtitle=word, alt=word, lang="en")
    return pictures.svg(made), pictures.html(made, word, "en", headings=[word, word], rows=[[word, 7]], notes=[word])


@pytest.mark.parametrize("word", CRAFTED, ids=range(len(CRAFTED)))
def test_a_crafted_name_stays_a_word(word: str) -> None:
    svg, page = _page(word)
    assert "<script" not in svg
    assert "<img" not in svg
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.S)
    assert [attributes for attributes, _ in scripts] == [' type="application/json" id="specs"', "", ""]
    body = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert "<img" not in body
    assert "<script" not in body
    assert "<!--" not in body
    specs = json.loads(scripts[0][1])
    assert specs["wide"]["usermeta"]["embedOptions"] == {"actions": False, "ast": True, "renderer": "svg"}


def test_the_page_runs_only_its_own_scripts_and_reaches_no_address() -> None:
    _, page = _page("EGFR")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    allowed = re.findall(r"'sha256-([^']+)'", policy[1])
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    assert [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts] == allowed
    assert policy[1].startswith("default-src 'none'; ")
    assert "unsafe-eval" not in policy[1]
    assert "script-src 'unsafe-inline'" not in policy[1]
    assert pictures.EDITOR not in page
    assert not re.search(r'(?:src|href|action)="https?:', page)


def test_a_picture_that_asks_for_outside_data_does_not_get_it() -> None:
    spec = pictures.picture(
        {"data": {"url": "https://example.org/x.json"}, "mark": "point"}, title="t", alt="t", lang="en"
    )
    with pytest.raises(ValueError, match=r"(?i)access denied|not allowed|denied|external"):
        pictures.svg(spec)

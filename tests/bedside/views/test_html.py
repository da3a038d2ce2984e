from __future__ import annotations

import itertools
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from chevet.bedside.page import PatientPage
from chevet.bedside.views.compose import compose
from chevet.bedside.views.html import html

ATTACK = '<script>alert(1)</script><img src=x onerror="alert(2)">'


class Reader(HTMLParser):
    """What a browser would make of the page: its elements, their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def drawn(page: PatientPage) -> Reader:
    return Reader(html(compose(page, "fr")))


def test_the_page_fetches_nothing_and_runs_nothing(drawn: Reader) -> None:
    assert drawn.named("script") == []
    assert drawn.named("link") == []
    (policy,) = [m["content"] for m in drawn.named("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    for _, attributes in drawn.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href", "action"):
            assert name not in attributes


def test_the_page_says_its_language_and_its_headings_are_in_order(drawn: Reader) -> None:
    assert drawn.named("html") == [{"lang": "fr"}]
    levels = [int(tag[1]) for tag, _ in drawn.elements if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_tables_and_pictures_can_be_read_aloud(drawn: Reader) -> None:
    assert drawn.named("th")
    assert all(cell.get("scope") in ("row", "col") for cell in drawn.named("th"))
    pictures = [a for tag, a in drawn.elements if tag == "div" and a.get("role") == "img"]
    assert len(pictures) == 4, "the timeline and the curve, each for a wide and for a narrow screen"
    assert all(picture["aria-label"] for picture in pictures)


def test_words_of_the_record_stay_words(page_of: Callable[..., PatientPage]) -> None:
    def attack(rows: dict[str, list[dict[str, Any]]]) -> None:
        rows["patient"][0]["centre"] = ATTACK
        rows["diagnosis"][0].update(tumour_as_given=ATTACK, grade=ATTACK, laterality=ATTACK)
        rows["treatment"][0]["treatment"] = ATTACK
        rows["event"].append({"patient_id": "P-000", "event": ATTACK, "detail": ATTACK, "start_days": 40.0})
        first = rows["variant"][0]
        rows["variant"].append({**first, "gene": ATTACK, "protein_change": ATTACK, "consequence": ATTACK})
        rows["measurement"].append({"patient_id": "P-000", "measurement": ATTACK, "value_text": ATTACK})

    drawn = Reader(html(compose(page_of(attack), "en")))
    assert drawn.named("script") == []
    assert drawn.named("img") == []
    assert any(ATTACK in word for word in drawn.words), "the attack was there to be shown"


def test_the_same_sheet_gives_the_same_file(page: PatientPage) -> None:
    assert html(compose(page, "en")) == html(compose(page, "en"))

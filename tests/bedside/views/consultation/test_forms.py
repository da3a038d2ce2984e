"""HTML, PDF and DOCX of one sheet."""

from __future__ import annotations

import io
import itertools
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx as word
import pytest

from chevet.bedside.views.consultation.compose import compose
from chevet.bedside.views.consultation.docx import docx
from chevet.bedside.views.consultation.html import html
from chevet.bedside.views.consultation.pdf import pdf
from tests.bedside.views.consultation.told import DAY, OURS, against, everywhere, finding, option, told
from tests.bedside.views.test_html import ATTACK, Reader

TYPST_ATTACK = '#read("/etc/passwd") #panic() $x$ *b* \\ "] ) }'
SIGNS = "\x00\x1b\u202e\x85\ufffe[2J"


def _text(content: bytes, folder: Path, *, page: int | None = None) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed: the words of the PDF cannot be read back")
    file = folder / "page.pdf"
    file.write_bytes(content)
    asked = [] if page is None else ["-f", str(page), "-l", str(page)]
    return subprocess.run([program, *asked, str(file), "-"], capture_output=True, check=True).stdout.decode()


def _paragraphs(content: bytes) -> list[str]:
    document = word.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_the_html_page_fetches_nothing_and_runs_nothing() -> None:
    drawn = Reader(html(compose(told("fr"))))
    assert drawn.named("script") == drawn.named("link") == drawn.named("img") == []
    (policy,) = [m["content"] for m in drawn.named("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    for _, attributes in drawn.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert not {"src", "href", "xlink:href", "action"} & set(attributes)


def test_the_headings_of_the_html_page_are_in_order() -> None:
    drawn = Reader(html(compose(told("fr"))))
    levels = [int(tag[1]) for tag, _ in drawn.elements if tag in ("h1", "h2", "h3")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert drawn.named("html") == [{"lang": "fr"}]


def test_what_must_not_be_given_is_said_before_the_annex() -> None:
    page = html(compose(told()))
    assert page.index("gefitinib") < page.index('id="annex"')


def test_what_must_not_be_given_is_never_folded_away() -> None:
    many = [against(f"medicine {number}", f"finding {number}") for number in range(30)]
    sections = {one.key: one.is_long for one in compose(told(not_to_give=many)).sections}
    assert sections["against"] is False


def test_every_flag_and_every_step_stands_in_the_annex() -> None:
    many = [{"key": f"k{number}", "text": f"flag number {number}."} for number in range(12)]
    steps = [{"kind": "germline", "text": f"step number {number}.", "what": [], "sources": []} for number in range(12)]
    _, annex = html(compose(told(flags=many, next_steps=steps))).split('id="annex"')
    assert [one["text"] for one in (*many, *steps) if one["text"] not in annex] == []


def test_words_of_a_case_stay_words_in_html() -> None:
    drawn = Reader(html(compose(everywhere(told(), ATTACK, keep=OURS))))
    assert drawn.named("script") == drawn.named("img") == []
    assert any(ATTACK in words for words in drawn.words), "the attack was there to be shown"


def test_words_of_a_case_are_never_read_as_typst(tmp_path: Path) -> None:
    text = _text(pdf(compose(everywhere(told(), TYPST_ATTACK, keep=OURS)), made_on=DAY), tmp_path)
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text


def test_signs_that_no_page_holds_are_left_out_of_every_form(tmp_path: Path) -> None:
    sheet = compose(everywhere(told(), SIGNS, keep=OURS))
    texts = [html(sheet), _text(pdf(sheet, made_on=DAY), tmp_path), *_paragraphs(docx(sheet, made_on=DAY))]
    assert not [text for text in texts if any(sign in text for sign in "\x00\x1b\u202e\x85\ufffe")]
    assert "osimertinib [2J" in texts[0]


def test_the_same_object_gives_the_same_bytes() -> None:
    for form in (pdf, docx):
        assert form(compose(told()), made_on=DAY) == form(compose(told()), made_on=DAY)
    assert html(compose(told())) == html(compose(told()))


def test_page_one_is_one_page_however_much_there_is_to_say(tmp_path: Path) -> None:
    long = "a very long condition that a label asks for, with many words in it " * 4
    asked = [{"what": f"{long}{number}", "match": "not_stated"} for number in range(5)]
    full = told(
        options=[option(rank, conditions=asked, to_test=[long]) for rank in range(1, 9)],
        not_to_give=[against(f"medicine {number}", f"finding {number} {long}") for number in range(12)],
        flags=[{"key": "k", "text": long}] * 9, nothing_approved_because=long * 3, nothing_approved=True,
    )  # fmt: skip
    content = pdf(compose(full), made_on=DAY)
    assert "A clinician decides." in _text(content, tmp_path, page=1)
    assert _text(content, tmp_path, page=2).startswith("Annex")


def test_of_an_exome_the_drivers_are_on_paper_and_the_rest_is_counted() -> None:
    unknown = [finding(f"GENE{number} p.A1B", "TTN", "p.A1B", **{"class": "uncertain"}) for number in range(400)]
    made = told(findings=[*unknown, finding("EGFR p.L858R", "EGFR", "p.L858R")])
    (part,) = [one for one in compose(made).sections if one.key == "findings"]
    assert (len(part.table.rows), part.table.rows[0][0].text) == (300, "EGFR p.L858R")
    assert part.intro.startswith("The first 300 are shown; 101 more stand in the JSON (--json).")


def test_the_document_of_the_board_has_a_place_for_decision_names_date_and_signature() -> None:
    said = _paragraphs(docx(compose(told()), made_on=DAY))
    for words in ("Decision and its reasons", "Present", "Date", "Name and signature"):
        assert words in [text.strip() for text in said]


def test_the_document_carries_the_day_of_the_consultation_and_no_clock() -> None:
    with zipfile.ZipFile(io.BytesIO(docx(compose(told()), made_on=DAY))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(2026, 3, 1, 12, 0, 0)}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_form_holds_the_option_the_refusal_the_source_and_the_age(lang: str, tmp_path: Path) -> None:
    sheet = compose(told(lang))
    forms = [html(sheet), _text(pdf(sheet, made_on=DAY), tmp_path), "\n".join(_paragraphs(docx(sheet, made_on=DAY)))]
    age = {"en": "28 days", "fr": "28 jours"}[lang]
    for words in ("osimertinib", "gefitinib", "PMID:2", "Tagrisso", age, "A clinician decides."):
        assert [words in " ".join(form.split()) for form in forms] == [True, True, True], words


def test_the_document_holds_the_drawings_as_pictures_with_the_words_that_stand_for_them() -> None:
    sheet = compose(told())
    content = docx(sheet, made_on=DAY)
    document = word.Document(io.BytesIO(content))
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [one.alt for one in sheet.drawings] != []
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        pictures = [packed.read(name) for name in packed.namelist() if name.endswith(".png")]
    assert [one[:8] for one in pictures] == [b"\x89PNG\r\n\x1a\n"] * len(sheet.drawings)
    assert set(_paragraphs(content)) >= {sheet.drawings_heading, *(one.caption for one in sheet.drawings)}


def test_words_of_a_case_bring_no_picture_of_elsewhere_into_the_document() -> None:
    attacked = everywhere(told(), '"/><image href="/etc/passwd"/>', keep=OURS)
    shapes = word.Document(io.BytesIO(docx(compose(attacked), made_on=DAY))).inline_shapes
    assert all("<image" not in one.svg for one in compose(attacked).drawings)
    assert len(shapes) == len(compose(attacked).drawings)

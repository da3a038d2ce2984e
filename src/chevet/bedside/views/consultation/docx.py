"""The consultation as a DOCX: to edit for the minutes of the board, with a place for its decision and signatures."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import vl_convert
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Cm, Pt, RGBColor

from chevet.bedside.views.consultation.sheet import (
    MARKS,
    Block,
    ConsultationSheet,
    Drawing,
    Match,
    OptionCard,
)
from chevet.bedside.views.sheet import Cell, Fact, Table
from chevet.words.labels import label
from chevet.words.signs import drawable

SOFT = RGBColor(0x51, 0x60, 0x6E)
NOTE = "Note"
EMPTY_LINES = 5
PICTURE_WIDTH_CM, PICTURE_SCALE = 15.5, 2.5  # on a page of 17.8 cm within its margins; dots enough for print


def docx(sheet: ConsultationSheet, *, made_on: datetime.date) -> bytes:
    """The sheet as a document of Word and LibreOffice; the same sheet and day give the same bytes."""
    document = _blank(sheet, made_on)
    _page_one(document, sheet)
    _minutes(document, sheet)
    document.add_page_break()
    _annex(document, sheet)
    written = io.BytesIO()
    document.save(written)
    return _dated(written.getvalue(), made_on)


def _blank(sheet: ConsultationSheet, made_on: datetime.date) -> Any:
    document = Document()
    noon = datetime.datetime.combine(made_on, datetime.time(12))
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = drawable(sheet.title), "Chevet", "Chevet"
    properties.comments, properties.language = "", sheet.lang
    properties.created = properties.modified = noon
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(1.6)
    page.top_margin = page.bottom_margin = Cm(1.5)
    page.footer.paragraphs[0].text = drawable(f"{sheet.case} · {sheet.made_on} · {sheet.notice}")
    usual = document.styles["Normal"]
    usual.font.name, usual.font.size = "Arial", Pt(9.5)
    usual.paragraph_format.space_after = Pt(3)
    note = document.styles.add_style(NOTE, WD_STYLE_TYPE.PARAGRAPH)
    note.base_style, note.font.size, note.font.color.rgb = usual, Pt(8.5), SOFT
    return document


# -- page one


def _page_one(document: Any, sheet: ConsultationSheet) -> None:
    one = sheet.one
    _said(document, f"{sheet.eyebrow} · {sheet.case} · {sheet.made_on}", style=NOTE)
    document.add_heading(drawable(one.tumour), 1)
    _said(document, " · ".join(part for part in (one.as_given, *one.chips) if part))
    _said(document, one.drivers, bold=one.drivers_heading)
    for line in one.alarms:
        _said(document, line, bold="!")
    document.add_heading(drawable(f"{one.outcome_word} – {one.headline}"), 2)
    if one.nothing:
        _said(document, one.nothing)
    if one.options:
        document.add_heading(drawable(one.may_heading), 2)
        _options(document, one.options)
        _block(document, one.further)
    document.add_heading(drawable(one.may_not_heading), 2)
    for against in one.may_not:
        _said(document, f"– {against.why}", bold=against.therapies)
    for text in (one.may_not_more, one.may_not_none):
        if text:
            _said(document, text)
    if one.for_want:
        _said(document, one.for_want, bold=one.for_want_heading)
    for block in (one.before, one.care, one.evidence, *one.blocks):
        _block(document, block)
    _said(document, "", bold=sheet.notice)
    for line in sheet.knowledge:
        _said(document, line, style=NOTE)


def _options(document: Any, options: Iterable[OptionCard]) -> None:
    table = document.add_table(rows=0, cols=2)
    table.style, table.autofit = "Table Grid", False
    for one in options:
        left, right = table.add_row().cells
        left.width, right.width = Cm(8), Cm(9.8)
        _said(left, one.because, bold=f"{one.rank}. {one.therapy}", paragraph=left.paragraphs[0])
        _said(right, _fits(one.matches), paragraph=right.paragraphs[0])
        for line in (one.tier, *one.approvals, *one.open):
            _said(right, line)
    _said(document, "")


def _fits(matches: Iterable[Match]) -> str:
    return " · ".join(f"{MARKS[each.answer]} {each.what}" for each in matches)


def _block(document: Any, block: Block) -> None:
    if block.lines:
        document.add_heading(drawable(block.heading), 3)
        for line in (*block.lines, *([block.more] if block.more else [])):
            _said(document, line, style="List Bullet")


def _said(place: Any, text: str, *, bold: str = "", style: str | None = None, paragraph: Any = None) -> None:
    line = place.add_paragraph(style=style) if paragraph is None else paragraph
    if bold:
        line.add_run(drawable(bold) + " ").bold = True
    line.add_run(drawable(text))


# -- the board's own part


def _minutes(document: Any, sheet: ConsultationSheet) -> None:
    """Empty fields for what the board decides, who was there, when, and who signs."""

    def word(key: str) -> str:
        return label(f"consultation.{key}", sheet.lang)

    document.add_heading(word("decision"), 2)
    table = document.add_table(rows=0, cols=2)
    table.style, table.autofit = "Table Grid", False
    table.columns[0].width, table.columns[1].width = Cm(4.5), Cm(13.3)
    for key, empty in (("decision_text", EMPTY_LINES), ("present", 2), ("date", 1), ("signature", 2)):
        left, right = table.add_row().cells
        left.width, right.width = Cm(4.5), Cm(13.3)
        _said(left, word(key), paragraph=left.paragraphs[0])
        right.paragraphs[0].text = "\n" * (empty - 1)


# -- annex


def _annex(document: Any, sheet: ConsultationSheet) -> None:
    document.add_heading(drawable(sheet.annex_heading), 1)
    document.add_heading(drawable(sheet.options_heading), 2)
    if not sheet.options:
        _said(document, sheet.options_none)
    for one in sheet.options:
        document.add_heading(drawable(one.heading), 3)
        _said(document, one.why)
        _said(document, _fits(one.matches))
        _facts(document, one.facts)
    if sheet.drawings:
        document.add_heading(drawable(sheet.drawings_heading), 2)
        _drawings(document, sheet.drawings)
    for part in sheet.sections:
        document.add_heading(drawable(part.heading), 2)
        if part.intro:
            _said(document, part.intro)
        _table(document, part.table)
    document.add_heading(drawable(sheet.provenance_heading), 2)
    _facts(document, sheet.provenance)


def _drawings(document: Any, drawings: Iterable[Drawing]) -> None:
    """Each drawing as a picture, for a word processor shows no SVG; with the words that stand for it."""
    for one in drawings:
        content = vl_convert.svg_to_png(one.svg, scale=PICTURE_SCALE)
        picture = document.add_picture(io.BytesIO(content), width=Cm(PICTURE_WIDTH_CM))
        described = picture._inline.docPr
        described.set("descr", drawable(one.alt))
        described.set("name", drawable(one.caption)[:60])
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        _said(document, one.caption, style=NOTE)


def _facts(document: Any, facts: Sequence[Fact]) -> None:
    for fact in facts:
        _said(document, _text(fact.cell), bold=f"{fact.label} –")


def _text(cell: Cell) -> str:
    return f"{cell.text} ({cell.note})" if cell.note and cell.text else cell.text or cell.note


def _table(document: Any, told: Table) -> None:
    if not told.rows:
        _said(document, told.none)
        return
    # Whole rows at once: python-docx walks the table anew for each single cell, and an annex has hundreds.
    table = document.add_table(rows=1 + len(told.rows), cols=len(told.headings))
    table.style = "Table Grid"
    cells, wide = table._cells, len(told.headings)
    for place, heading in enumerate(told.headings):
        cells[place].paragraphs[0].add_run(drawable(heading)).bold = True
    for place, cell in enumerate(cell for row in told.rows for cell in row):
        run = cells[wide + place].paragraphs[0].add_run(drawable(_text(cell)))
        run.font.size = Pt(8)


def _dated(content: bytes, made_on: datetime.date) -> bytes:
    """The same archive with the day of the consultation on every part, in place of the clock's."""
    stamp = (made_on.year, made_on.month, made_on.day, 12, 0, 0)
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, stamp)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return written.getvalue()

"""Bombs, programs and hidden places in what a program leaves: nothing is unpacked, runs, or leaves unseen."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import struct
import time
import zipfile
import zlib

import numpy as np
import pytest

from chevet.room.checks import Against, Output, judge
from tests.attacks.test_outputs import EXTRACT, TABLE, chunk


def packed_zeros() -> dict[str, bytes]:
    """Small files that unpack to fifty megabytes."""
    zeros, zipped, arrays = bytes(50 << 20), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", zeros)
    np.savez_compressed(arrays, zeros=np.frombuffer(zeros, np.uint8))
    return {"zip": zipped.getvalue(), "npz": arrays.getvalue(), "gzip": gzip.compress(zeros)}


@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.json", "t.ipynb", "plot.svg", "plot.png", "t.html"])
def test_an_archive_stays_inside_packed_whatever_its_name_says(name: str) -> None:
    for content in packed_zeros().values():
        assert len(content) < 1 << 20
        (judged,) = judge([Output.entered(name, content)], Against(EXTRACT))
        assert (judged.verdict, "archive" in {r.code for r in judged.reasons}) == ("refuse", True)


def test_a_pickle_or_an_archive_behind_a_table_is_no_text() -> None:
    for content in (pickle.dumps(list(range(99))), b"sex,n\nfemale,118\n" + packed_zeros()["zip"]):
        (judged,) = judge([Output.entered("t.csv", content)], Against(EXTRACT))
        assert [r.code for r in judged.reasons] == ["not_text"]


def coloured(width: int, height: int, filtering: int) -> bytes:
    """A black picture of so many pixels, its lines filtered in this way."""
    lines = zlib.compress((bytes([filtering]) + bytes(3 * width)) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def test_a_picture_whose_every_pixel_needs_the_one_before_costs_no_minutes() -> None:
    pytest.importorskip("PIL")
    began = time.process_time()
    (judged,) = judge([Output.entered("plot.png", coloured(1500, 1000, 4))], Against(EXTRACT))
    assert {r.code for r in judged.reasons} == {"picture", "drawn_anew"}
    assert time.process_time() - began < 10  # 60 without Pillow's decoder


@pytest.mark.parametrize("content", [
    b'<svg xmlns="http://www.w3.org/2000/svg"><rect x="1e999" width="3"/></svg>',
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:q="q"><rect q:id="a" width="3"/></svg>',
    coloured(4, 4, 9),
    json.dumps({"cells": [{"cell_type": "code", "outputs": 5}]}).encode(),
    json.dumps({"cells": [5], "metadata": 5}).encode(),
], ids=["an endless place", "another's name", "an unknown filter", "outputs that are none", "no cell"])  # fmt: skip
def test_whatever_a_picture_or_a_notebook_holds_it_is_judged_and_nothing_breaks(content: bytes) -> None:
    name = "plot.svg" if b"<svg" in content else "plot.png" if content[1:4] == b"PNG" else "n.ipynb"
    (judged,) = judge([Output.entered(name, content)], Against(EXTRACT))
    assert judged.verdict in ("review", "refuse")


def test_a_drawing_in_which_what_is_used_uses_something_is_no_drawing() -> None:
    """Forty steps of two draw a million million marks before the eyes of a checker."""
    steps = "".join(f'<g id="a{i}"><use href="#a{i + 1}"/><use href="#a{i + 1}"/></g>' for i in range(40))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><defs>{steps}<rect id="a40" width="1"/></defs><use href="#a0"/></svg>'
    )
    (judged,) = judge([Output.entered("plot.svg", svg.encode())], Against(EXTRACT))
    assert (judged.verdict, "active_content" in {r.code for r in judged.reasons}) == ("refuse", True)


@pytest.mark.parametrize("part", [
    "<script>fetch('http://x')</script>", "<image href='http://x/y.png'/>", "<use href='http://x/y.svg#a'/>",
    "<style>@import url(http://x/y.css);</style>", "<rect style='fill:url(http://x/y)' width='3'/>",
    "<rect onclick='go()' width='3'/>", "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
    "<animateMotion path='M0 0'/>", "<h:script xmlns:h='http://www.w3.org/1999/xhtml' src='http://x/y.js'/>",
])  # fmt: skip
def test_a_drawing_leaves_without_a_program_and_without_a_link_outwards(part: str) -> None:
    svg = f"<?xml-stylesheet href='http://x/y.css'?><svg xmlns='http://www.w3.org/2000/svg'>{part}</svg>"
    drawn = Output.entered("plot.svg", svg.encode()).content.decode()
    words = ("script", "import", "foreign", "animate", "onclick", "stylesheet", "image", "http://x", "1999/xhtml")
    assert [word for word in words if word in drawn] == []


_CELL = {"cell_type": "code", "metadata": {}, "source": "1 + 1", "outputs": [], "execution_count": 1, "id": "a1b2"}
_SHOWN = {"output_type": "display_data", "data": {"text/plain": "2"}, "metadata": {}}


def notebook(*outputs: object, cell: dict[str, object] | None = None, **more: object) -> bytes:
    told = _CELL | {"outputs": list(outputs)} | (cell or {})
    return json.dumps({"cells": [told], "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more).encode()


def test_an_ordinary_notebook_goes_to_a_person_and_loses_its_numbers() -> None:
    kernel = {"kernelspec": {"name": "python3"}, "language_info": {"name": "python", "version": "3.11.2"}}
    output = Output.entered("n.ipynb", notebook(_SHOWN, metadata=kernel))
    (judged,) = judge([output], Against(EXTRACT))
    assert [r.code for r in judged.reasons] == ["notebook", "drawn_anew"]
    left = json.loads(output.content)
    assert left["metadata"] == {"language_info": {"name": "python"}}
    assert (left["cells"][0]["id"], left["cells"][0]["execution_count"]) == ("cell-1", None)


@pytest.mark.parametrize("hidden", [
    notebook({**_SHOWN, "data": {"text/plain": {"rows": "47,IV"}}}), notebook({**_SHOWN, "metadata": {"r": "47,IV"}}),
    notebook({**_SHOWN, "transient": {"rows": "47,IV"}}), notebook({**_SHOWN, "output_type": "47,IV"}),
    notebook({**_SHOWN, "data": {"text/plain": [["47,IV"]]}}), notebook({"output_type": "stream", "name": "47,IV"}),
    notebook(cell={"rows": "47,IV"}), notebook(cell={"source": {"rows": "47,IV"}}), notebook(cell={"id": "47,IV"}),
    notebook(cell={"execution_count": 40_470_104}), notebook(cell={"cell_type": "47,IV"}),
    notebook(cell={"outputs": {"rows": "47,IV"}}), notebook(nbformat_minor="47,IV"), notebook(rows="47,IV"),
    notebook(cell={"metadata": {"jupyter": {"outputs_hidden": True}}}), notebook(cell={"attachments": {"a": "47,IV"}}),
    notebook(metadata={"kernelspec": {"display_name": "47 IV " * 500}}),
])  # fmt: skip
def test_what_a_notebook_holds_and_no_reader_shows_keeps_it_inside(hidden: bytes) -> None:
    (judged,) = judge([Output.entered("n.ipynb", hidden)], Against(EXTRACT))
    assert (judged.verdict, "embedded" in {r.code for r in judged.reasons}) == ("refuse", True)


def test_rows_in_the_words_of_a_notebook_are_rows() -> None:
    table = TABLE.select(["sex", "age_at_diagnosis_years", "stage", "overall_survival_months"]).slice(0, 60)
    rows = "\n".join(",".join(map(str, row.values())) for row in table.to_pylist())
    said = notebook(cell={"cell_type": "markdown", "source": ",".join(table.column_names) + "\n" + rows})
    error = notebook({"output_type": "error", "ename": "E", "evalue": TABLE["patient_id"][0].as_py(), "traceback": []})
    for content in (said, error):
        (judged,) = judge([Output.entered("n.ipynb", content)], Against(EXTRACT))
        assert judged.verdict == "refuse"

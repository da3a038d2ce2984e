from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chevet.bedside.page import PatientPage
from chevet.bedside.views.compose import compose
from chevet.bedside.views.pdf import pdf
from tests.bedside.conftest import DAY

ATTACK = '#read("/etc/passwd") #panic() $x$ *b* \\ "] ) }'


def _text(content: bytes, folder: Path) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed: the words of the PDF cannot be read back")
    file = folder / "page.pdf"
    file.write_bytes(content)
    read = subprocess.run([program, "-layout", str(file), "-"], capture_output=True, check=True)
    return read.stdout.decode()


def test_the_same_sheet_gives_the_same_bytes(page: PatientPage) -> None:
    assert pdf(compose(page, "fr"), made_on=DAY) == pdf(compose(page, "fr"), made_on=DAY)


def test_the_pdf_says_its_title_its_language_and_is_tagged(page: PatientPage) -> None:
    content = pdf(compose(page, "fr"), made_on=DAY)
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content
    assert b"/Lang (fr)" in content or b"/Lang(fr)" in content
    assert b"pdfuaid" in content


def test_the_words_of_the_page_are_in_the_pdf(page: PatientPage, tmp_path: Path) -> None:
    text = _text(pdf(compose(page, "fr"), made_on=DAY), tmp_path)
    for words in (
        "P-000",
        "TP53 p.R175H",
        "Testé, non trouvé",
        "Récepteur des œstrogènes",
        "1er mars 2026",
        "Herceptin",
    ):
        assert words in text, words


def test_words_of_the_record_are_never_read_as_typst(page_of: Callable[..., PatientPage], tmp_path: Path) -> None:
    def attack(rows: dict[str, list[dict[str, Any]]]) -> None:
        rows["patient"][0]["centre"] = ATTACK
        rows["treatment"][0]["treatment"] = ATTACK
        rows["variant"].append({**rows["variant"][0], "gene": ATTACK, "protein_change": ATTACK})

    text = _text(pdf(compose(page_of(attack), "en"), made_on=DAY), tmp_path)
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text


def test_a_page_of_which_little_is_said_can_be_printed(page_of: Callable[..., PatientPage]) -> None:
    def forget(rows: dict[str, list[dict[str, Any]]]) -> None:
        for name, found in rows.items():
            if name not in ("patient", "panel_gene", "study_file"):
                rows[name] = [row for row in found if row["patient_id"] != "P-000"]
        rows["patient"][0] = {"patient_id": "P-000"}

    page = page_of(forget)
    for lang in ("fr", "en"):
        assert pdf(compose(page, lang), made_on=DAY).startswith(b"%PDF-")

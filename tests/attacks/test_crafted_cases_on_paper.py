"""What a case file says can neither order a terminal about nor become part of a page."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from chevet.cli import main
from tests.bedside.views.test_html import Reader

SIGNS = "\x00\x1b\u202e\x85\ufffe"
ATTACK = f'{SIGNS}[2J<script>alert(1)</script><img src=x onerror="alert(2)">'


def test_a_crafted_case_is_told_and_printed_as_words(tmp_path: Path) -> None:
    crafted = {
        "case_id": f"C{ATTACK}", "diagnosis": {"oncotree": "LUAD", "text": f"lung {ATTACK}"},
        "clinical": {"extent": ATTACK, "prior_therapies": [ATTACK], "progressed_on": [ATTACK], "text": ATTACK,
                     "comedication": [ATTACK]},
        "alterations": [{"type": "variant", "gene": "EGFR", "protein_change": "p.L858R", "as_given": ATTACK},
                        {"type": "variant", "gene": ATTACK}, {"type": "signature", "name": ATTACK}, ATTACK],
        "tested_genes": [ATTACK], ATTACK: 1,
    }  # fmt: skip
    file = tmp_path / "case.json"
    file.write_text(json.dumps(crafted), encoding="utf-8")
    page, sheet = tmp_path / "page.html", tmp_path / "patient.html"
    others = {"--pdf": "page.pdf", "--docx": "page.docx", "--fhir": "fhir.json", "--osiris": "rows.tsv"}
    words = [word for option, name in others.items() for word in (option, str(tmp_path / name))]
    pages = ["--html", str(page), "--patient-sheet", str(sheet)]
    ran = CliRunner().invoke(main, ["bedside", "consult", str(file), *pages, *words])
    assert ran.exit_code == 0, ran.stderr
    assert not [sign for sign in SIGNS if sign in ran.output]
    for path in (page, sheet):
        text = path.read_text("utf-8")
        assert not [sign for sign in SIGNS if sign in text]
        drawn = Reader(text)
        assert drawn.named("script") == drawn.named("img") == []
    assert any("<script>alert(1)" in words for words in Reader(page.read_text("utf-8")).words), "there was an attack"

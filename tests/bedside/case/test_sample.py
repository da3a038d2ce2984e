"""The share of tumour cells in the sample: from every kind of file, to the judgement and to the page."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.sample import names_purity, purity_of
from chevet.bedside.consultation.comparing import compare
from chevet.bedside.consultation.consult import consult
from chevet.bedside.consultation.telling import tell
from chevet.bedside.views.consultation.fhir import bundle
from chevet.bedside.views.consultation.page_one import page_one
from chevet.bedside.views.wording import Wording
from chevet.words.labels import Lang
from tests.bedside.case.laboratory_files import CASE, flags, read, reasons
from tests.bedside.case.test_documents import BUNDLE, PACKET, entry

DAY = datetime.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("value", "share"),
    [
        (0.4, 0.4),
        ("40 %", 0.4),
        (40, 0.4),
        ("0,4", 0.4),
        (1, 1.0),
        (0, None),
        (140, None),
        ("many", None),
        (True, None),
    ],
)
def test_a_share_may_be_written_in_hundredths_and_cannot_be_nought(value: object, share: float | None) -> None:
    assert purity_of(value) == share


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())))
def test_whatever_is_given_the_share_lies_above_0_and_up_to_1(value: object) -> None:
    share = purity_of(value)
    assert share is None or 0 < share <= 1


def test_a_case_file_says_the_share_and_a_value_that_cannot_be_one_is_told() -> None:
    known = case_of({"sample": {"purity": "35 %"}})
    wrong = case_of({"sample": {"purity": "lots", "colour": "pink"}})
    assert (known.case.purity, known.not_read) == (0.35, ())
    assert (wrong.case.purity, [(one.reason, one.detail) for one in wrong.not_read]) == (
        None,
        [("unknown_field", "sample.colour"), ("fact_not_understood", "sample.purity")],
    )


@pytest.mark.parametrize(
    "files",
    [
        {"facts__tsv": "fact\tvalue\ncellularité\t60 %\nline\t1\n"},
        {"markers__tsv": "Biomarqueur\tValeur\tUnité\nCellularité tumorale\t60\t%\nMSI\tMSS\t\n"},
        {"case__yaml": "case_id: P17\nsample: {purity: 0.6}\n"},
        {"note__txt": "Biopsie hépatique, cellularité tumorale estimée à 60 %.\n"},
        {"note__txt": "Liver biopsy with 60% tumour cells, stage IV.\n"},
    ],
)
def test_each_kind_of_file_says_the_share(tmp_path: Path, files: dict[str, str]) -> None:
    found = read(tmp_path, **files)  # type: ignore[arg-type]
    assert (found.case.purity, reasons(found)) == (0.6, [])


def test_a_share_from_a_note_is_flagged_and_two_that_differ_are_not_taken() -> None:
    one = case_of({"clinical": {"text": "Tumour content: 30 %."}})
    two = case_of({"clinical": {"text": "Primary: tumour content 30 %. Metastasis: tumour content 70 %."}})
    assert ([flag.as_json("fr")["text"] for flag in one.flags], two.case.purity) == (
        ["Lu dans le texte du cas (note ou diagnostic) : cellules tumorales : 30\u202f%"],
        None,
    )


@pytest.mark.parametrize(
    "text",
    ["PD-L1 TPS 60 %", "tumour content < 20 %", "30-40 % tumour cells", "Ki-67 30 %", "cellularité médullaire 60 %"],
)
def test_another_percentage_and_a_bound_are_no_share_of_tumour_cells(text: str) -> None:
    assert case_of({"clinical": {"text": text}}).case.purity is None


def test_packets_and_bundles_say_the_share_in_a_measurement(tmp_path: Path) -> None:
    assay = {"assay": {"label": "Tumor purity"}, "value": {"quantity": {"value": 60, "unit": {"label": "%"}}}}
    packet = PACKET | {"biosamples": [{"id": "s", "measurements": [assay]}]}
    bundle = BUNDLE | {
        "entry": [
            *BUNDLE["entry"],
            entry("Observation", status="final", code={"text": "Percentage of tumor cells"},
                  valueQuantity={"value": 60, "unit": "%"}),
        ]
    }  # fmt: skip
    (tmp_path / "b").mkdir()
    assert read(tmp_path, packet__json=packet).case.purity == 0.6
    assert read(tmp_path / "b", bundle__json=bundle).case.purity == 0.6


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_bundle_of_ours_is_read_back_with_the_share(tmp_path: Path, lang: Lang) -> None:
    made = bundle(
        tell(consult(case_of(CASE | {"sample": {"purity": 0.6}, "alterations": ["EGFR L858R"]}), day=DAY), lang)
    )
    assert read(tmp_path, bundle__json=made).case.purity == 0.6


def test_two_files_that_say_another_share_are_told(tmp_path: Path) -> None:
    case = CASE | {"sample": {"purity": 0.6}}
    (tmp_path / "b").mkdir()
    same = read(tmp_path, case__json=case, facts__tsv="fact\tvalue\npurity\t60%\nline\t1\n")
    other = read(tmp_path / "b", case__json=case, facts__tsv="fact\tvalue\npurity\t20%\nline\t1\n")
    assert ("fact_said_twice" in flags(same), "fact_said_twice" in flags(other)) == (False, True)


def test_names_that_are_no_share_of_tumour_cells() -> None:
    assert [
        names_purity(one) for one in ("Tumor mutational burden", "MSI", "tumour", "RNA content", "Tumour cells PD-L1")
    ] == [False] * 5


def _told(purity: float | None) -> dict[str, Any]:
    variant = {"type": "variant", "gene": "KRAS", "protein_change": "p.G12D", "vaf": 0.05, "depth": 500}
    case = {"diagnosis": {"oncotree": "LUAD"}, "alterations": [variant]}
    return tell(consult(case_of(case | ({} if purity is None else {"sample": {"purity": purity}})), day=DAY), "en")


def test_the_share_reaches_the_judgement_the_page_and_the_comparison() -> None:
    without, high, low = _told(None), _told(0.8), _told(0.12)
    assert [one["findings"][0]["subclonal"] for one in (without, high, low)] == [None, True, False]
    assert "subclonal" in {flag["key"] for flag in high["flags"]}
    assert "purity_low" in {flag["key"] for flag in low["flags"]} - {flag["key"] for flag in high["flags"]}
    assert "tumour cells: 80%" in page_one(high, Wording("en")).chips
    changed = [one.text("fr") for one in compare(high, low).changes if one.kind == "situation"]
    assert changed == ["cellules tumorales dans l’échantillon : 80\u202f% → 12\u202f%"]


def test_a_consultation_kept_before_samples_were_told_can_still_be_compared() -> None:
    old = _told(None)
    del old["sample"]
    assert compare(old, _told(None)).changes == ()

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from chevet.bedside.page import PatientPage
from chevet.bedside.views.compose import compose
from chevet.bedside.views.wording import Lang
from chevet.words.labels import labels

Rows = dict[str, list[dict[str, Any]]]


def _shape(thing: Any) -> Any:
    """The thing with every text and number taken out."""
    if isinstance(thing, dict):
        return {key: _shape(value) for key, value in thing.items() if key not in ("spec", "lang")}
    if isinstance(thing, list | tuple):
        return [_shape(value) for value in thing]
    return type(thing).__name__


def _texts(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from _texts(value)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from _texts(value)


def test_both_languages_say_the_same_things_in_the_same_places(page: PatientPage) -> None:
    assert _shape(asdict(compose(page, "fr"))) == _shape(asdict(compose(page, "en")))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_text_is_a_program_word(page: PatientPage, lang: Lang) -> None:
    told = asdict(compose(page, lang))
    for name in ("course", "cohort"):
        told[name]["picture"].pop("spec")
    texts = [text for text in _texts(told) if text not in ("not_found", "not_tested")]
    assert not [text for text in texts if re.search(r"\bNone\b|\bnan\b|page\.|\{|\}", text)]


def test_french_is_french(page: PatientPage) -> None:
    sheet = compose(page, "fr")
    assert sheet.tumour == "Carcinome canalaire infiltrant du sein (IDC)"
    assert sheet.person == "Femme, 40 ans au diagnostic, Lille"
    assert [chip.text for chip in sheet.chips] == ["stade II", "grade 3", "RE positif"]
    assert sheet.cards[0].lines[0].text == "TP53 p.R175H"
    assert sheet.cards[0].lines[0].note == "41 sur 121 testés (33,9\u202f%)"


def test_missing_is_said_and_marked(page: PatientPage) -> None:
    (side,) = [fact.cell for fact in compose(page, "en").tumours[0] if fact.label == "Side"]
    assert (side.text, side.said) == ("not said in the source", False)


def test_a_column_that_no_row_says_is_named_under_the_table(page: PatientPage) -> None:
    sheet = compose(page, "en")
    assert sheet.samples.headings == ("Sample", "Type")
    assert sheet.samples.unsaid.startswith("Not said in the source: Site, Taken")


def test_the_cards_name_the_three_states(page: PatientPage) -> None:
    cards = compose(page, "en").cards
    assert [card.state for card in cards] == ["found", "not_tested", "not_found"]
    assert "BRCA1" in cards[1].lines[0].text
    assert cards[2].lines[0].text == "PIK3CA"


def test_a_made_up_patient_bears_a_banner(page_of: Callable[..., PatientPage], page: PatientPage) -> None:
    assert compose(page, "fr").banner == ""
    assert compose(page_of(lambda rows: None, made_up=True), "fr").banner.startswith("Personne inventée")


def test_many_findings_are_all_there_and_a_few_come_first(page_of: Callable[..., PatientPage]) -> None:
    def many(rows: Rows) -> None:
        first = next(row for row in rows["variant"] if row["patient_id"] == "P-000")
        rows["variant"] += [{**first, "gene": f"MADEUP{i}", "gene_as_given": f"MADEUP{i}"} for i in range(30)]

    sheet = compose(page_of(many), "en")
    assert len(sheet.found.main.rows) == 12
    assert len(sheet.found.others.rows) == 19
    assert sheet.found.others_left_out.startswith("19 more")


def test_every_label_has_both_languages_and_the_same_blanks() -> None:
    ours = {key: told for key, told in labels().items() if key.startswith("page.")}
    assert len(ours) > 200
    for key, told in ours.items():
        assert told["en"].strip(), key
        assert told["fr"].strip(), key
        assert sorted(re.findall(r"\{\w+\}", told["en"])) == sorted(re.findall(r"\{\w+\}", told["fr"])), key


@pytest.mark.parametrize(("lang", "date"), [("fr", "28 août 2000"), ("en", "28 August 2000")])
def test_every_gene_that_may_guide_treatment_has_its_label_in_the_annex(
    page: PatientPage, lang: Lang, date: str
) -> None:
    labels = compose(page, lang).labels
    told = " ".join(row[0].text for row in labels.rows)
    for looked in page.looked_for:
        assert (looked.gene in told) == (looked.why == "treatment"), looked.gene
    (her2,) = [row for row in labels.rows if row[0].text.startswith("ERBB2")]
    assert [cell.text for cell in her2[1:4]] == ["trastuzumab", "EMA, Herceptin", date]
    assert {"fr": "Vérifié le 24 novembre 2026", "en": "Checked on 24 November 2026"}[lang] in labels.caption


def test_the_annex_says_what_a_label_is_limited_to_and_when_it_excludes(page_of: Callable[..., PatientPage]) -> None:
    def colon(rows: Rows) -> None:
        rows["diagnosis"][0]["oncotree_code"] = "COAD"

    rows = compose(page_of(colon), "en").labels.rows
    assert [(row[0].note, row[1].text, row[1].note) for row in rows[:2]] == [
        ("p.G12C", "adagrasib + cetuximab", ""),
        ("", "panitumumab", "only when it is absent"),
    ]
    assert rows[1][0].text == "KRAS, NRAS mutation"


def test_labels_checked_on_different_days_each_say_their_day(page: PatientPage) -> None:
    first, *others = page.looked_for
    earlier = replace(first, labels=tuple(replace(label, checked="2026-10-01") for label in first.labels))
    labels = compose(replace(page, looked_for=(earlier, *others)), "en").labels
    assert labels.headings[-1] == "Checked"
    assert [row[-1].text for row in labels.rows][:2] == ["1 October 2026", "24 November 2026"]


def test_the_foot_names_the_reference_of_each_list_of_genes(page: PatientPage) -> None:
    words = compose(page, "en").provenance[-1].cell.text
    assert "PMID 32778778" in words
    assert "DOI 10.1038/s43018-021-00243-3" in words

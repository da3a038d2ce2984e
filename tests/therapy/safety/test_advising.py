"""The one door: order, both languages, and nothing said of what was not asked."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case, Clinical, Diagnosis
from chevet.therapy.safety.advice import KINDS
from chevet.therapy.safety.advising import Safety, advise
from chevet.words import treatments

CLINICAL = Clinical(
    age_years=72, sex="female", weight_kg=58, height_cm=160, text="UGT1A1 *28/*28",
    labs={"creatinine_umol_per_l": 110.0, "bilirubin": 12.0}, comedication=("Coumadine 5 mg", "oméprazole"),
)  # fmt: skip
CASE = Case("made-up", Diagnosis("COAD"), CLINICAL)
CARRIER = Finding(Alteration("variant", gene="DPYD", cdna="c.1905+1G>A", vaf=0.5, origin="germline"))


def safety(*medicines: str) -> Safety:
    return advise(CASE, medicines, [CARRIER])


def test_the_gravest_stands_first_and_then_the_order_of_the_options() -> None:
    found = safety("erlotinib", "irinotecan", "capecitabine", "pemetrexed").advice
    kinds = [one.kind for one in found]
    assert kinds == sorted(kinds, key=KINDS.index)
    assert [one.medicine for one in found if one.kind == "dose"] == ["irinotecan", "capecitabine", "capecitabine"]


def test_a_test_without_unit_is_told_and_never_used() -> None:
    texts = [one.what.text("fr") for one in safety("docetaxel").not_known]
    assert texts == [
        "Fonction hépatique inconnue ; il manque : bilirubine avec son unité",
        "Non lu, faute d’unité ou de valeur possible : bilirubin",
    ]


def test_both_languages_say_the_same_numbers() -> None:
    english, french = safety("capecitabine").as_json("en"), safety("capecitabine").as_json("fr")
    assert [one["value"] for one in english["advice"]] == [one["value"] for one in french["advice"]]
    assert [one["what"] for one in english["advice"]] != [one["what"] for one in french["advice"]]
    assert english["figures"][0]["text"] == "1.61 m²"
    assert french["figures"][0]["text"] == "1,61 m²"


def test_every_advice_has_a_source_and_reasons() -> None:
    found = safety("capecitabine", "irinotecan", "erlotinib", "carboplatin").as_json("en")["advice"]
    assert len(found) >= 6
    assert [one for one in found if not one["sources"] or not one["because"]] == []


def test_an_advice_carries_the_day_it_was_read_or_asks_to_be_confirmed() -> None:
    read = next(one for one in safety("capecitabine").advice if one.checked is not None)
    assert read.as_json("en")["confirm"] is None
    assert replace(read, checked=None).as_json("en")["confirm"] == "Confirm this figure in the label."
    for one in safety(*sorted(treatments.medicines())).as_json("en")["advice"]:
        assert (one["checked"] is None) == (one["confirm"] is not None)


def test_what_is_to_be_tested_first_stands_apart() -> None:
    assert [(one.medicine, one.kind) for one in safety("capecitabine", "mercaptopurine").to_test] == [
        ("mercaptopurine", "test_first"), ("mercaptopurine", "test_first"),
    ]  # fmt: skip


def test_no_medicine_no_advice() -> None:
    assert safety().advice == ()


@given(
    st.lists(st.sampled_from(sorted(treatments.medicines())), max_size=6, unique=True), st.sampled_from(("en", "fr"))
)
def test_any_medicines_are_told_of_in_either_language(medicines: list[str], lang: str) -> None:
    told = advise(CASE, medicines, [CARRIER]).as_json(lang)  # type: ignore[arg-type]
    assert json.loads(json.dumps(told)) == told
    assert {one["medicine"] for one in told["advice"]} <= set(medicines)
    assert [one["what"] for one in told["advice"] if "{" in one["what"]] == []

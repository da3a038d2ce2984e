from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chevet.bedside.page import PatientPage
from chevet.errors import BadInput
from chevet.store.lake import Lake
from tests.bedside.conftest import page_from

Rows = dict[str, list[dict[str, Any]]]


def test_the_page_says_what_the_record_says(page: PatientPage) -> None:
    assert (page.patient_id, page.sex, page.centre) == ("P-000", "female", "Lille")
    assert page.tumour is not None
    assert (page.tumour.oncotree_code, page.tumour.stage, page.tumour.grade) == ("IDC", "II", "3")
    assert [(m.marker, m.state, m.values) for m in page.markers] == [("ER", "positive", (("ER_STATUS", "pos"),))]
    assert [(t.name, t.given) for t in page.treatments] == [("tamoxifen", True), (None, False)]
    assert [(m.name, m.value, m.unit) for m in page.measurements] == [
        ("ER_STATUS", "pos", None),
        ("TUMOUR_SIZE", 10.5, "mm"),
    ]


def test_what_the_record_does_not_say_stays_null(page: PatientPage) -> None:
    assert page.birth_year is None
    assert page.tumour is not None
    assert page.tumour.laterality is None
    assert page.samples[0].tmb_per_megabase is None


def test_the_page_says_where_it_comes_from(page: PatientPage, small_lake: Lake) -> None:
    version = small_lake.open("small")
    source = page.provenance
    assert (source.study, source.version, source.digest) == ("small", 1, version.digest)
    assert source.made_on == "2026-03-01"
    assert source.made_up is False


def test_a_study_that_says_it_is_synthetic_makes_made_up_pages(page_of: Callable[..., PatientPage]) -> None:
    assert page_of(lambda rows: None, made_up=True).provenance.made_up is True


def test_a_study_that_bears_the_tag_of_made_up_studies_makes_made_up_pages(page_of: Callable[..., PatientPage]) -> None:
    tag = {"kind": "tag", "name": "synthetic"}
    assert page_of(lambda rows: rows.update(study_file=[tag])).provenance.made_up is True


def test_an_unknown_patient_is_refused_without_repeating_the_name(small_lake: Lake) -> None:
    with pytest.raises(BadInput) as caught:
        page_from(small_lake, "P-0000")
    assert "P-0" not in caught.value.message + caught.value.next_act


def test_the_page_is_one_json_object_without_odd_numbers(page: PatientPage) -> None:
    told = json.loads(json.dumps(page.as_json(), allow_nan=False))
    assert told["patient_id"] == "P-000"
    assert told["standing"]["similar"]["tumour"] == "IDC"
    (her2,) = [gene for gene in told["looked_for"] if (gene["gene"], gene["kind"]) == ("ERBB2", "amplification")]
    assert her2["labels"] == [
        {
            "use": "gives",
            "limited_to": ["her2_positive"],
            "medicines": ["trastuzumab"],
            "agency": "EMA",
            "label": "Herceptin",
            "section": "4.1 Therapeutic indications",
            "approved": "2000-08-28",
            "checked": "2026-11-24",
        }
    ]
    assert [source["reference"] for source in told["gene_lists"]] == ["DOI 10.1038/s43018-021-00243-3", "PMID 32778778"]


def test_the_same_record_gives_the_same_page(page: PatientPage, small_lake: Lake) -> None:
    assert page_from(small_lake) == page


def test_sources_that_disagree_are_said_to_disagree(page_of: Callable[..., PatientPage]) -> None:
    second = {"patient_id": "P-000", "measurement": "ER_IHC", "value_text": "neg"}
    page = page_of(lambda rows: rows["measurement"].append(second))
    assert [m.state for m in page.markers] == ["discordant"]


def test_a_patient_of_whom_little_is_said_has_a_page(page_of: Callable[..., PatientPage]) -> None:
    def forget(rows: Rows) -> None:
        for name, found in rows.items():
            if name not in ("patient", "panel_gene", "study_file"):
                rows[name] = [row for row in found if row["patient_id"] != "P-000"]
        rows["patient"][0] = {"patient_id": "P-000"}

    page = page_of(forget)
    assert page.tumour is None
    assert page.findings == ()
    assert page.standing.none_because == "no_tumour_code"

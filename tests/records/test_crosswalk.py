"""The crosswalk page says the truth about every field, and is the one in the manual."""

from __future__ import annotations

import csv
from pathlib import Path

from chevet.records.crosswalk import names, page
from chevet.records.tables import TABLES
from tests.shared_data import shared

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "crosswalk.md"

# The tables of the OMOP Common Data Model 5.4 that the crosswalk points to.
OMOP_TABLES = {
    "person",
    "death",
    "observation_period",
    "condition_occurrence",
    "drug_exposure",
    "episode",
    "measurement",
    "specimen",
}
MCODE_PROFILES = {
    "CancerPatient",
    "PrimaryCancerCondition",
    "CancerStage",
    "HistologicGrade",
    "HumanSpecimen",
    "TumorMarkerTest",
    "GenomicsReport",
    "GenomicVariant",
    "GenomicRegionStudied",
    "CancerRelatedMedicationAdministration",
    "CancerDiseaseStatus",
}


def test_every_field_of_every_table_has_its_row_and_no_other_has_one() -> None:
    assert list(names()) == [(table.name, field.name) for table in TABLES.values() for field in table.fields]


def test_the_page_in_the_manual_is_the_one_printed_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m chevet.records.crosswalk > docs/reference/crosswalk.md"
    )


def test_every_osiris_name_stands_in_the_osiris_list() -> None:
    with (shared("standards/osiris") / "DataElementConcept.tsv").open(encoding="utf-8") as file:
        known = {row["DataElementConcept"] for row in csv.DictReader(file, delimiter="\t")}
    said = {elsewhere.osiris for elsewhere in names().values()} - {""}
    assert said - known == set()
    assert len(said) > 40


def test_omop_and_mcode_names_are_a_known_table_or_profile_and_an_element() -> None:
    for elsewhere in names().values():
        for name, known in ((elsewhere.omop, OMOP_TABLES), (elsewhere.mcode, MCODE_PROFILES)):
            if name:
                owner, _, element = name.partition(".")
                assert owner in known
                assert element

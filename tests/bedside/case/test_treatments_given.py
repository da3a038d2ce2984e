"""Treatments given before, in the names that boards write: brands, regimens, classes, and none at all."""

from __future__ import annotations

import pytest

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.treatment_names import medicines_in


@pytest.mark.parametrize(
    ("text", "medicines"),
    [
        ("TCHP", ["docetaxel", "carboplatin", "trastuzumab", "pertuzumab"]),
        ("A+AVD", ["brentuximab vedotin", "doxorubicin", "vinblastine", "dacarbazine"]),
        ("acétate d'abiratérone", ["abiraterone"]),
        ("TAS-102", ["trifluridine/tipiracil"]),
        ("177Lu-PSMA", ["lutetium (177lu) vipivotide tetraxetan"]),
        ("EV-pembro", ["enfortumab vedotin", "pembrolizumab"]),
        ("BRAF/MEK inhibitors", ["braf_inhibitor", "mek_inhibitor", "targeted therapy"]),
        ("anti-CDK4/6", ["cdk4_6_inhibitor", "targeted therapy"]),
        ("autogreffe", ["transplant"]),
        ("inhibiteur d'aromatase", ["aromatase_inhibitor", "hormone therapy"]),
        ("iPARP", ["parp_inhibitor", "targeted therapy"]),
        ("hormonothérapie + CDK4/6", ["hormone therapy", "cdk4_6_inhibitor", "targeted therapy"]),
        ("ipi/nivo", ["nivolumab", "ipilimumab"]),
        ("Akeega", ["niraparib", "abiraterone"]),
        ("THP", ["taxane", "chemotherapy", "trastuzumab", "pertuzumab"]),
        ("FOLFIRI-bévacizumab", ["fluorouracil", "folinic acid", "irinotecan", "bevacizumab"]),
    ],
)
def test_a_name_of_the_field_is_its_medicines(text: str, medicines: list[str]) -> None:
    assert medicines_in(text) == medicines


@pytest.mark.parametrize("text", ["ici", "r2", "vide", "tip", "castration-resistant"])
def test_words_that_mean_something_else_in_a_note_are_no_treatment(text: str) -> None:
    assert medicines_in(text) == []


@pytest.mark.parametrize("text", ["none", "Aucun", "treatment-naïve", "no prior therapy", "watch and wait"])
def test_no_treatment_is_an_answer_and_no_unknown_medicine(text: str) -> None:
    read = case_of({"case_id": "a", "diagnosis": "LUAD", "clinical": {"prior_therapies": [text]}, "alterations": []})

    assert read.case.clinical.prior_therapies == ()
    assert read.case.clinical.prior_said is True
    assert read.not_read == ()

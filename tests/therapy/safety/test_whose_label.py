"""Where the European and the American labels differ, the one of the case's jurisdiction counts."""

from __future__ import annotations

import pytest

from chevet.therapy.case import Clinical, Jurisdiction
from chevet.therapy.safety import interactions, laboratory, organ_function
from chevet.therapy.safety.kidney_and_liver import organs
from chevet.therapy.safety.whose_label import in_force


def told(medicine: str, here: Jurisdiction | None) -> list[tuple[str, str]]:
    labs = {"bilirubin_uln": 1.2}
    found = organs(Clinical(labs=labs), laboratory.read(labs))
    advice, _ = organ_function.advise_organs([medicine], found, "MCL", here)
    return [(one.what.text("en"), one.because[-1].text("en")) for one in advice]


EUROPEAN, AMERICAN = "by the European label", "by the American label"


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        ("EU", [("Start at 280 mg once a day.", EUROPEAN)]),
        ("FR", [("Start at 280 mg once a day.", EUROPEAN)]),
        ("US", [("Start at 140 mg once a day.", AMERICAN)]),
        (None, [("Start at 140 mg once a day.", AMERICAN), ("Start at 280 mg once a day.", EUROPEAN)]),
    ],
)
def test_each_jurisdiction_reads_its_own_label_and_both_where_nobody_said(
    here: Jurisdiction | None, expected: list[tuple[str, str]]
) -> None:
    assert told("ibrutinib", here) == expected


def test_what_one_label_forbids_and_the_other_lowers_is_told_as_each_says() -> None:
    assert told("bosutinib", "EU") == [("Contraindicated at this function of the organ.", EUROPEAN)]
    assert told("bosutinib", "US") == [("Start at 200 mg once a day.", AMERICAN)]


def asked(medicine: str, other: str, here: Jurisdiction) -> list[str]:
    return [one.what.text("en") for one in interactions.advise_comedication([medicine], [other], here)[0]]


@pytest.mark.parametrize(
    ("medicine", "other", "european", "american"),
    [
        ("afatinib", "Isoptine", "Take verapamil and afatinib as far apart as possible, by 6 or 12 hours.",
         "With verapamil, reduce afatinib by 10 mg if it is not tolerated."),
        ("enzalutamide", "Rifadine", "The dose of enzalutamide does not change with rifampicin.",
         "Avoid rifampicin with enzalutamide; if not possible, enzalutamide 240 mg once a day."),
        ("erlotinib", "Gaviscon", "Take erlotinib and antacid 4 hours apart.",
         "Take erlotinib and antacid several hours apart."),
        ("sonidegib", "Vfend", "With voriconazole, sonidegib 200 mg every other day.",
         "Avoid voriconazole with sonidegib."),
        ("lapatinib", "Vfend", "Avoid voriconazole with lapatinib.",
         "Avoid voriconazole with lapatinib; if not possible, lapatinib 500 mg once a day."),
    ],
)  # fmt: skip
def test_another_medicine_is_told_as_the_label_of_the_case_says(
    medicine: str, other: str, european: str, american: str
) -> None:
    assert asked(medicine, other, "FR") == [european]
    assert asked(medicine, other, "US") == [american]


def every_row() -> list[organ_function.Limit | interactions.Interaction]:
    limits = [one for group in organ_function._limits().values() for one in group]
    return [*limits, *(one for group in interactions._interactions().values() for one in group)]


class Row:
    def __init__(self, name: str, *jurisdictions: str) -> None:
        self.name, self.jurisdictions = name, jurisdictions


def test_a_foreign_label_still_warns_where_the_own_one_has_nothing_about_it() -> None:
    rows = [Row("kidney", "US"), Row("liver", "US"), Row("liver", "EU", "FR"), Row("liver")]
    kept = in_force(rows, "FR", about=lambda row: row.name)
    assert [(row.name, row.jurisdictions) for row in kept] == [
        ("kidney", ("US",)),
        ("liver", ("EU", "FR")),
        ("liver", ()),
    ]


def test_rows_of_a_jurisdiction_are_those_of_the_european_or_of_the_american_label() -> None:
    assert {one.jurisdictions for one in every_row()} <= {(), ("US",), ("EU", "FR")}


def test_where_two_labels_differ_each_row_names_its_own_agency_first() -> None:
    for one in every_row():
        if one.jurisdictions:
            assert one.source.startswith("FDA" if one.jurisdictions == ("US",) else ("EMA", "EU")), one

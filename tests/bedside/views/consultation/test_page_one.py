from __future__ import annotations

from typing import Any

import pytest

from chevet.bedside.views.consultation.annex import knowledge
from chevet.bedside.views.consultation.lines import short
from chevet.bedside.views.consultation.option_cards import approval_text
from chevet.bedside.views.consultation.page_one import page_one
from chevet.bedside.views.consultation.sheet import Against, Match
from chevet.bedside.views.wording import Wording
from tests.bedside.views.consultation.told import against, approval, because, finding, option, told

EN = Wording("en")


def test_medicines_that_one_finding_forbids_stand_in_one_line() -> None:
    one = page_one(told(), EN)
    assert one.may_not == (Against("gefitinib, erlotinib", "EGFR p.T790M: no response, or no longer"),)


def test_what_only_lacks_its_target_is_folded_away_from_what_a_finding_forbids() -> None:
    assert page_one(told(), EN).for_want == "trastuzumab"


def test_a_contraindication_is_never_folded_even_when_the_finding_is_an_absence() -> None:
    forbidden = against("trastuzumab", "HER2: negative", "contraindicated")
    one = page_one(told(not_to_give=[forbidden]), EN)
    assert one.may_not == (Against("trastuzumab", "HER2: negative: contraindicated"),)
    assert one.for_want == ""


def test_what_has_no_room_is_counted_and_not_forgotten() -> None:
    every = [against(f"medicine {number}", f"finding {number}") for number in range(7)]
    one = page_one(told(not_to_give=every), EN)
    assert len(one.may_not) == 6
    assert one.may_not_more == "and 1 more: see the annex"


def test_no_medicine_that_a_shown_reason_forbids_is_left_out_however_many_there_are() -> None:
    every = [f"medicine {number}" for number in range(20)]
    (line,) = page_one(told(not_to_give=[against(name, "EGFR p.C797S") for name in every]), EN).may_not
    assert line.therapies == ", ".join(every)


def test_what_the_patient_was_given_or_a_label_would_give_is_the_first_that_is_forbidden() -> None:
    reasons = [against(name, "EGFR p.C797S") for name in ("afatinib", "erlotinib", "osimertinib")]
    taken = {"therapy": ["erlotinib"], "therapy_text": "erlotinib", "because": [], "removed_by": reasons[1]}
    made = told(not_to_give=reasons, removed=[taken])
    made["clinical"]["prior_therapies"] = ["Tagrisso"]
    assert page_one(made, EN).may_not[0].therapies == "osimertinib, erlotinib, afatinib"


def _advice(kind: str, medicine: str, what: str) -> dict[str, object]:
    return {"kind": kind, "medicine": medicine, "what": what, "because": ["DPYD *2A/*2A"], "sources": []}


def test_what_the_patients_own_genes_forbid_of_an_option_stands_first_among_what_must_not_be_given() -> None:
    safety = {"advice": [_advice("avoid", "osimertinib", "Not with this genotype."),
                         _advice("dose", "osimertinib", "Half the dose.")], "not_known": []}  # fmt: skip
    one = page_one(told(safety=safety), EN)
    assert one.may_not[0] == Against("osimertinib", "Not with this genotype. (DPYD *2A/*2A)")
    assert one.options[0].open == ("Do not give osimertinib: the reason stands under “Do not give”",)
    assert one.outcome == "condition"
    assert one.before.lines == ("osimertinib – Half the dose. (DPYD *2A/*2A)",)


def test_an_option_says_under_which_of_its_medicines_the_tumour_grew() -> None:
    choices = [["amivantamab"], ["cisplatin", "carboplatin"], ["pemetrexed"]]
    made = told(options=[option(therapy=["amivantamab", "cisplatin", "pemetrexed"], choices=choices)])
    made["clinical"]["progressed_on"] = ["carboplatin", "Alimta"]
    one = page_one(made, EN)
    assert one.options[0].open == ("Contains pemetrexed, under which the tumour grew",)
    assert one.outcome == "condition"


def test_a_further_option_that_is_not_approved_here_says_so_on_its_line() -> None:
    further = option(4, therapy_text="datopotamab deruxtecan", jurisdiction_match="no")
    one = page_one(told(options=[option(1), option(2), option(3), further]), EN)
    (line,) = one.further.lines
    assert line == "datopotamab deruxtecan [AMP A] – EGFR p.L858R · ✗ not approved in the EU"


def test_what_the_decision_rests_on_is_found_first_however_many_drivers_there_are() -> None:
    drivers = [finding(f"GENE{number} p.A1B", f"GENE{number}") for number in range(12)]
    unstable = finding("MSI-H", "", type="signature", **{"class": "uncertain"})
    one = page_one(
        told(findings=[*drivers, unstable], options=[option(because=[because("MSI-H")])], not_to_give=[]), EN
    )
    assert one.drivers.startswith("MSI-H · GENE0 p.A1B")
    assert one.drivers.endswith("(+5)")


def test_what_the_patient_was_born_with_is_called_so() -> None:
    one = page_one(told(findings=[finding("BRCA1 p.E23fs", "BRCA1", origin="germline")]), Wording("fr"))
    assert one.drivers == "BRCA1 p.E23fs (constitutionnel)"


def test_nothing_is_called_unapproved_where_no_finding_was_given_or_the_tumour_is_not_known() -> None:
    silent: dict[str, Any] = {"options": [], "nothing_approved": True, "not_to_give": []}
    untested = {"everything": False, "panel": "", "genes": None}
    nowhere = {"oncotree": None, "name": None, "text": None}
    outcomes = [
        page_one(told(**silent, findings=[], tested=untested), EN),
        page_one(told(**silent, diagnosis=nowhere), EN),
        page_one(told(**silent, findings=[]), EN),
    ]
    assert [one.outcome for one in outcomes] == ["unknown", "unknown", "nothing"]
    assert outcomes[0].outcome_word == "Nothing can be concluded"
    assert outcomes[0].drivers == "nothing was given"


def test_an_option_says_what_fits_and_what_does_not_in_words() -> None:
    one = page_one(told(options=[option(line_match="no", jurisdiction_match="not_stated")]), EN)
    assert one.options[0].matches == (
        Match("finding", "yes", "yes"),
        Match("tumour", "yes", "yes"),
        Match("other line", "no", "no"),
        Match("approved in the EU", "not_stated", "not stated"),
    )


def test_an_approval_is_told_with_its_agency_and_day_and_a_withdrawn_one_is_not_shown_as_an_approval() -> None:
    gone = approval(agency="FDA", in_force=False, status="withdrawn", ended="2022-05-01")
    one = page_one(told(options=[option(approvals=[approval(), gone])]), EN)
    assert one.options[0].approvals == ("EMA 7 June 2018 (Tagrisso)",)
    only_gone = page_one(told(options=[option(approvals=[gone])]), EN)
    assert only_gone.options[0].approvals == (
        "FDA 7 June 2018 (Tagrisso), withdrawn 1 May 2022",
        "no approval: level of evidence A",
    )


def test_what_must_be_tested_or_checked_first_is_told_and_makes_the_headline_a_condition() -> None:
    asked = [{"what": "after chemotherapy", "match": "not_stated"}, {"what": "age", "match": "no"}]
    one = page_one(told(options=[option(to_test=["MET"], conditions=asked)]), EN)
    assert one.options[0].open == ("Test first: MET", "Check: after chemotherapy", "Not met: age")
    assert one.outcome == "condition"


@pytest.mark.parametrize(
    "doubt",
    [
        {"options": [option(line_match="not_stated")]},
        {"options": [option(tumour_match="not_stated")]},
        {"flags": [{"key": "files_without_name", "text": "A file names no patient."}]},
    ],
)
def test_the_headline_is_a_condition_while_its_option_or_its_files_are_in_doubt(doubt: dict[str, Any]) -> None:
    assert page_one(told(), EN).outcome == "option"
    assert page_one(told(**doubt), EN).outcome == "condition"


def test_nothing_approved_is_said_even_where_options_are_left() -> None:
    one = page_one(told(nothing_approved=True, nothing_approved_because="None is approved."), EN)
    assert (one.outcome, one.outcome_word, one.nothing) == ("nothing", "Nothing approved", "None is approved.")


def test_genes_that_would_open_the_same_option_are_one_line() -> None:
    blocks = {block.heading: block.lines for block in page_one(told(), EN).blocks}
    assert blocks["Not tested"] == ("MET, RET: could open capmatinib",)


def test_an_unsaid_country_is_not_taken_for_one() -> None:
    one = page_one(told(jurisdiction_said=False), EN)
    assert one.chips[-1] == "country not said: check what is approved there"


def test_evidence_without_an_approval_stands_apart_from_options() -> None:
    one = page_one(told(options=[], nothing_approved=True, evidence=[option(therapy_text="savolitinib")]), EN)
    assert one.evidence.lines == ("savolitinib [AMP A] – EGFR p.L858R",)


def test_that_a_file_may_be_another_patients_stands_above_everything() -> None:
    said = [{"key": "segments_kept", "text": "Segments read: 5"}, {"key": "low_vaf", "text": "A is seen in few reads."},
            {"key": "low_vaf", "text": "B is seen in few reads."},
            {"key": "case_id_differs", "text": "The name inside the file is not the case's."}]  # fmt: skip
    one = page_one(told(flags=said), EN)
    assert one.alarms == ("The name inside the file is not the case's.",)
    blocks = {block.heading: block.lines for block in one.blocks}
    assert blocks["Beware"] == ("A is seen in few reads. (+1)", "Segments read: 5")


def test_a_flag_that_many_findings_share_word_for_word_is_told_once_and_not_counted() -> None:
    one = page_one(told(flags=[{"key": "hypermutated", "text": "Very many mutations."}] * 9), EN)
    assert {block.heading: block.lines for block in one.blocks}["Beware"] == ("Very many mutations.",)


def test_what_is_not_known_is_told_with_the_medicines_that_ask_for_it() -> None:
    unknown = {"advice": [], "not_known": [{"what": "Kidney function is not known", "medicines": ["olaparib"]}]}
    assert page_one(told(safety=unknown), EN).before.lines == ("Kidney function is not known (olaparib)",)


@pytest.mark.parametrize("words", ["one", "one two", "x" * 400, " ".join(["word"] * 100)])
def test_no_line_is_longer_than_two_rows_of_print(words: str) -> None:
    assert len(short(words)) <= 152


def test_a_day_that_was_not_seen_is_told_as_the_latest_that_it_can_be() -> None:
    told_approval = {**option()["approvals"][0], "date": "2026-05-31", "date_is": "at_latest"}
    texts = [approval_text(told_approval, Wording(lang)) for lang in ("en", "fr")]
    assert ["by 31 May 2026" in texts[0], "au plus tard le 31 mai 2026" in texts[1]] == [True, True], texts


def test_a_label_for_those_who_are_older_says_from_which_age() -> None:
    told_approval = {**option()["approvals"][0], "from_age": "12 years"}
    assert "only from the age of 12 years on" in approval_text(told_approval, Wording("en"))


@pytest.mark.parametrize(("days", "words"), [(28, "(28 days before this page)"), (-1, "after the day of this page")])
def test_a_page_of_an_earlier_day_is_older_than_its_knowledge(days: int, words: str) -> None:
    made = told()
    made["provenance"]["knowledge"][0]["age_days"] = days
    (line,) = knowledge(made, EN)
    assert words in line

from __future__ import annotations

import pytest

from chevet.bedside.views.consultation.annex import knowledge
from chevet.bedside.views.consultation.page_one import approval_text, page_one, short
from chevet.bedside.views.consultation.sheet import Against, Match
from chevet.bedside.views.wording import Wording
from tests.bedside.views.consultation.told import against, approval, option, told

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
    assert len(one.may_not) == 4
    assert one.may_not_more == "and 3 more: see the annex"


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
    under = {block.heading: block.lines for block in one.under}
    assert under["Evidence without approval: not an option yet"] == ("savolitinib [AMP A] – EGFR p.L858R",)


def test_that_a_file_may_be_another_patients_stands_above_everything() -> None:
    said = [{"key": "segments_kept", "text": "Segments read: 5"}, {"key": "low_vaf", "text": "A is seen in few reads."},
            {"key": "low_vaf", "text": "B is seen in few reads."},
            {"key": "case_id_differs", "text": "The name inside the file is not the case's."}]  # fmt: skip
    one = page_one(told(flags=said), EN)
    assert one.alarms == ("The name inside the file is not the case's.",)
    blocks = {block.heading: block.lines for block in one.blocks}
    assert blocks["Beware"] == ("A is seen in few reads. (+1)", "Segments read: 5")


def test_what_is_not_known_is_told_with_the_medicines_that_ask_for_it() -> None:
    unknown = {"advice": [], "not_known": [{"what": "Kidney function is not known", "medicines": ["olaparib"]}]}
    (block,) = page_one(told(safety=unknown), EN).under
    assert block.lines == ("Kidney function is not known (olaparib)",)


@pytest.mark.parametrize("words", ["one", "one two", "x" * 400, " ".join(["word"] * 100)])
def test_no_line_is_longer_than_two_rows_of_print(words: str) -> None:
    assert len(short(words)) <= 152


def test_a_day_that_was_not_seen_is_told_as_the_latest_that_it_can_be() -> None:
    told_approval = {**option()["approvals"][0], "date": "2026-05-31", "date_is": "at_latest"}
    texts = [approval_text(told_approval, Wording(lang)) for lang in ("en", "fr")]
    assert ["by 31 May 2026" in texts[0], "au plus tard le 31 mai 2026" in texts[1]] == [True, True], texts


@pytest.mark.parametrize(("days", "words"), [(28, "(28 days before this page)"), (-1, "after the day of this page")])
def test_a_page_of_an_earlier_day_is_older_than_its_knowledge(days: int, words: str) -> None:
    made = told()
    made["provenance"]["knowledge"][0]["age_days"] = days
    (line,) = knowledge(made, EN)
    assert words in line

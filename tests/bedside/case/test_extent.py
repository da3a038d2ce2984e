"""The extent of the disease and the line, in the words that boards write."""

from __future__ import annotations

import pytest

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.extent import read_extent


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mCRPC", "metastatic"),
        ("metastatic castration-resistant", "metastatic"),
        ("métastatique d'emblée", "metastatic"),
        ("oligometastatic", "metastatic"),
        ("recurrent/metastatic", "metastatic"),
        ("extensive-stage", "metastatic"),
        ("stage IVB", "metastatic"),
        ("T4N1M1a", "metastatic"),
        ("cT4 N2 M0", "locally_advanced"),
        ("pT2N0M0", "localised"),
        ("IIIB", "locally_advanced"),
        ("stage III, unresectable", "locally_advanced"),
        ("localement avancé non résécable", "locally_advanced"),
        ("avancé non opérable", "advanced"),
        ("inopérable", "advanced"),
        ("nmCRPC", "localised"),
        ("non-metastatic castration-resistant", "localised"),
        ("early, node-positive", "localised"),
        ("completely resected", "localised"),
        ("NMIBC BCG-unresponsive", "localised"),
        ("relapsed/refractory", "relapsed"),
        ("primary refractory", "refractory"),
        ("rechute précoce", "relapsed"),
        ("CR1", "remission"),
        ("oligométastatique", "metastatic"),
        ("carcinose péritonéale", "metastatic"),
        ("CPRCm", "metastatic"),
        ("stade étendu", "metastatic"),
        ("stade limité", "localised"),
        ("résection R0", "localised"),
        ("récurrent", "relapsed"),
    ],
)
def test_the_words_of_a_board_are_an_extent(text: str, name: str) -> None:
    assert read_extent(text).name == name


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("mCRPC", {"castration_resistant": True}),
        ("non-metastatic castration-resistant", {"castration_resistant": True}),
        ("hormone-sensitive metastatic", {"hormone_sensitive": True}),
        ("recurrent, platinum-resistant", {"platinum_resistant": True}),
        ("unresectable or metastatic", {"unresectable": True}),
        ("resected stage II", {"resected": True}),
        ("stade IIIB, résection complète", {"resected": True}),
        ("stage III, R0 resection", {"resected": True}),
        ("stade IIIB, résection complète impossible", {}),
        ("rechute platine-sensible", {"platinum_sensitive": True}),
        ("rechute platine-résistante", {"platinum_resistant": True}),
        ("ypT2N1", {"residual_disease": True}),
        ("absence de réponse histologique complète", {"residual_disease": True}),
        ("RAI-refractory", {"radioiodine_refractory": True}),
        ("CPRC", {"castration_resistant": True}),
        ("newly diagnosed", {"newly_diagnosed": True}),
        ("blast crisis", {"accelerated_or_blast_phase": True}),
    ],
)
def test_what_the_words_say_besides_the_extent_is_kept(text: str, features: dict[str, bool]) -> None:
    assert read_extent(text).features == features


def test_an_operation_that_is_denied_is_no_early_disease() -> None:
    assert read_extent("not resectable").name == "advanced"
    assert read_extent("non-resectable").name != "localised"


def told(**clinical: object) -> tuple[object, list[str]]:
    read = case_of({"case_id": "a", "diagnosis": {"oncotree": "PRAD"}, "clinical": clinical, "alterations": []})
    return read.case.clinical, [one.reason for one in read.not_read]


def test_words_that_are_no_extent_are_told_as_not_read() -> None:
    clinical, reasons = told(extent="indolent")
    assert clinical.extent is None  # type: ignore[attr-defined]
    assert reasons == ["unknown_extent"]


def test_the_field_counts_more_than_the_note() -> None:
    clinical, _ = told(extent="castration-resistant, metastatic", text="localised, hormone-sensitive at diagnosis")
    assert clinical.extent == "metastatic"  # type: ignore[attr-defined]
    assert clinical.features["castration_resistant"] is True  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "line"),
    [("2L", 2), ("2nd", 2), ("second-line", 2), ("deuxième ligne", 2), ("L3", 3), ("line 2", 2), ("2+", 2), ("≥3", 3),
     ("frontline", 1), ("2", 2)],
)  # fmt: skip
def test_a_line_may_be_written_in_words(text: str, line: int) -> None:
    clinical, reasons = told(line=text)
    assert clinical.line == line  # type: ignore[attr-defined]
    assert reasons == []


def test_a_line_that_is_not_understood_is_told() -> None:
    clinical, reasons = told(line="some time ago")
    assert clinical.line is None  # type: ignore[attr-defined]
    assert reasons == ["fact_not_understood"]


@pytest.mark.parametrize(
    ("text", "where"), [("FDA", "US"), ("usa", "US"), ("France", "FR"), ("EMA", "EU"), ("Europe", "EU")]
)
def test_a_jurisdiction_may_be_named_by_its_agency_or_country(text: str, where: str) -> None:
    read = case_of({"case_id": "a", "diagnosis": {"oncotree": "PRAD"}, "alterations": [], "jurisdiction": text})
    assert (read.case.jurisdiction, read.case.jurisdiction_said) == (where, True)
    assert read.not_read == ()


@pytest.mark.parametrize("words", ["progressive", "en progression", "maladie progressive", "inopérable"])
def test_what_grows_is_treated_as_advanced(words: str) -> None:
    assert read_extent(words).name == "advanced"

"""What may be given, in which order, and what takes a medicine away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.therapy.knowledge.statement import Statement
from chevet.therapy.matching.choosing import Choice, choose
from tests.therapy.making import DAY, case, copies, marker, statement, variant

ADVANCED = case(extent="metastatic", line=1, tested="EGFR KRAS BRAF ALK")
SENSITIVE = variant("EGFR", "p.L858R")
OSIMERTINIB = statement(id="lung-osimertinib", place="preferred", line="1")
GEFITINIB = statement(id="lung-gefitinib", therapy="gefitinib", ema="2009-06-24 Iressa", place="last", line="1")


def _choose(seen: Case, findings: list[Finding], *statements: Statement) -> Choice:
    return choose(seen, findings, statements, day=DAY)


def _therapies(choice: Choice) -> list[str]:
    return [" + ".join(option.therapy) for option in choice.options]


def test_the_preferred_regimen_comes_first() -> None:
    choice = _choose(ADVANCED, [SENSITIVE], GEFITINIB, OSIMERTINIB)
    assert _therapies(choice) == ["osimertinib", "gefitinib"]
    assert not choice.nothing_approved


def test_resistance_takes_the_medicine_away_and_says_why() -> None:
    against = statement(
        id="lung-t790m", biomarker="EGFR p.T790M", therapy="gefitinib", effect="resistance", level="A", ema=""
    )
    gatekeeper = variant("EGFR", "p.T790M")
    choice = _choose(ADVANCED, [SENSITIVE, gatekeeper], GEFITINIB, OSIMERTINIB, against)
    assert _therapies(choice) == ["osimertinib"]
    assert [(one.therapy, one.because) for one in choice.against] == [(("gefitinib",), (gatekeeper,))]
    assert [option.therapy for option, _ in choice.removed] == [("gefitinib",)]


def test_a_combination_given_because_of_the_finding_is_not_taken_away_by_it() -> None:
    colon = case("COAD", extent="metastatic", line=2, tested="KRAS NRAS BRAF")
    against = statement(id="crc-ras", tumour="COADREAD", biomarker="KRAS oncogenic", therapy="@anti_egfr_antibody",
                        effect="resistance", ema="")  # fmt: skip
    combined = statement(id="crc-adagrasib", tumour="COADREAD", biomarker="KRAS p.G12C",
                         therapy="adagrasib + cetuximab", line="2+", ema="",
                         fda="2024-06-21 Krazati; accelerated")  # fmt: skip
    choice = _choose(replace(colon, jurisdiction="US"), [variant("KRAS", "p.G12C")], against, combined)
    assert _therapies(choice) == ["adagrasib + cetuximab"]
    assert {one.therapy for one in choice.against} == {("cetuximab",), ("panitumumab",)}


def test_a_medicine_under_which_the_tumour_grew_is_not_given_again() -> None:
    seen = case(extent="metastatic", line=2, progressed_on=("osimertinib",), tested="EGFR")
    choice = _choose(seen, [SENSITIVE], statement(line="any"))
    assert _therapies(choice) == []
    assert [(one.therapy, one.effect) for one in choice.against] == [(("osimertinib",), "progressed")]


def test_a_medicine_that_was_given_before_comes_behind_one_that_was_not() -> None:
    either = [replace(one, line="any") for one in (GEFITINIB, OSIMERTINIB)]
    seen = case(extent="metastatic", line=3, prior_therapies=("osimertinib",), tested="EGFR")
    assert _therapies(_choose(seen, [SENSITIVE], *either)) == ["gefitinib", "osimertinib"]
    assert _therapies(_choose(replace(seen, clinical=ADVANCED.clinical), [SENSITIVE], *either))[0] == "osimertinib"


def test_evidence_from_another_tumour_is_no_option() -> None:
    choice = _choose(case("PAAD", extent="metastatic", line=1, tested="EGFR"), [SENSITIVE], OSIMERTINIB)
    assert (_therapies(choice), choice.nothing_approved) == ([], True)
    assert [option.therapy for option in choice.elsewhere] == [("osimertinib",)]


def test_a_label_of_all_tumours_is_an_option_and_comes_behind_that_of_the_tumour() -> None:
    agnostic = statement(id="agnostic-msi", tumour="SOLID", biomarker="msi = high", therapy="dostarlimab",
                         ema="", fda="2021-08-17 Jemperli; accelerated", line="2+")  # fmt: skip
    own = statement(id="crc-msi", tumour="COADREAD", biomarker="msi = high", therapy="pembrolizumab", line="any",
                    ema="2021-01-21 Keytruda", fda="2020-06-29 Keytruda")  # fmt: skip
    seen = replace(case("COAD", extent="metastatic", line=2), jurisdiction="US")
    assert _therapies(_choose(seen, [marker("msi", "high")], agnostic, own)) == ["pembrolizumab", "dostarlimab"]


def test_a_second_line_label_is_for_later_in_the_first() -> None:
    second = statement(biomarker="KRAS p.G12C", therapy="sotorasib", line="2+", ema="2022-01-06 Lumykras; conditional")
    choice = _choose(ADVANCED, [variant("KRAS", "p.G12C")], second)
    assert (_therapies(choice), choice.nothing_approved) == ([], True)
    assert [option.therapy for option in choice.later] == [("sotorasib",)]


def test_what_only_another_agency_approves_is_shown_and_does_not_count_as_approved_here() -> None:
    choice = _choose(ADVANCED, [SENSITIVE], statement(ema="", fda="2018-04-18 Tagrisso"))
    assert (_therapies(choice), choice.nothing_approved) == (["osimertinib"], True)


def test_a_withdrawn_medicine_is_not_shown() -> None:
    gone = statement(
        therapy="mobocertinib", biomarker="EGFR p.L858R", ema="", fda="2021-09-15 Exkivity; withdrawn 2023-10-02"
    )
    assert _therapies(_choose(replace(ADVANCED, jurisdiction="US"), [SENSITIVE], gone)) == []


def test_what_waits_for_a_test_comes_last_and_says_for_which() -> None:
    seen = case("BRCA", extent="metastatic", line=2, tested="PIK3CA ESR1")
    alpelisib = statement(id="breast-pik3ca", tumour="BRCA",
                          biomarker="PIK3CA oncogenic and hr = positive and her2 = negative",
                          therapy="alpelisib + fulvestrant", ema="2020-07-27 Piqray")  # fmt: skip
    choice = _choose(seen, [variant("PIK3CA", "p.H1047R"), marker("er", "positive")], alpelisib)
    assert [(option.therapy, option.to_test) for option in choice.options] == [
        (("alpelisib", "fulvestrant"), ("her2",))
    ]


def test_what_is_approved_for_want_of_a_target_is_told_apart() -> None:
    chemo = statement(
        id="lung-no_driver",
        biomarker="not (EGFR activating or ALK fusion)",
        therapy="pembrolizumab + pemetrexed",
        ema="2018-09-04 Keytruda",
    )
    choice = _choose(ADVANCED, [variant("KRAS", "p.G12D")], chemo)
    assert (_therapies(choice), choice.nothing_approved) == ([], True)
    assert [option.therapy for option in choice.untargeted] == [("pembrolizumab", "pemetrexed")]


def test_the_exact_change_of_a_gene_said_to_be_mutated_is_asked_for_first() -> None:
    given = [
        statement(id="lung-braf", biomarker="BRAF p.V600E", therapy="dabrafenib + trametinib"),
        statement(id="lung-alk", biomarker="ALK fusion", therapy="alectinib"),
        statement(id="lung-alk-2", biomarker="ALK fusion", therapy="lorlatinib"),
    ]
    untested = case("LUAD", extent="metastatic", line=1)
    choice = _choose(untested, [variant("BRAF", verdict="uncertain", direction="unknown")], *given)
    assert [name for name, _ in choice.to_test] == ["change of BRAF", "ALK"]


@pytest.mark.parametrize("lesser", [{"flags": ("contradictory_drivers", "low_vaf")},
                                    {"flags": ("contradictory_drivers",), "subclonal": True}])  # fmt: skip
def test_a_driver_of_few_cells_beside_another_comes_behind_it(lesser: dict[str, object]) -> None:
    given = [
        statement(id="lung-braf", biomarker="BRAF p.V600E", therapy="dabrafenib + trametinib", place="preferred"),
        statement(id="lung-egfr", biomarker="EGFR p.L858R", therapy="amivantamab", place="alternative"),
    ]
    braf = variant("BRAF", "p.V600E")
    assert _therapies(_choose(ADVANCED, [SENSITIVE, braf], *given))[0] == "dabrafenib + trametinib"
    assert _therapies(_choose(ADVANCED, [SENSITIVE, replace(braf, **lesser)], *given))[0] == "amivantamab"  # type: ignore[arg-type]


def test_a_residue_that_was_told_is_an_option_to_complete() -> None:
    told = variant("BRAF", classes=frozenset({"p.V600"}))
    choice = _choose(ADVANCED, [told], statement(biomarker="BRAF p.V600E", therapy="dabrafenib + trametinib"))
    assert [(option.therapy, option.to_test) for option in choice.options] == [
        (("dabrafenib", "trametinib"), ("change of BRAF",))
    ]


def test_three_hundred_passengers_change_nothing() -> None:
    passengers = [variant("TTN", f"p.A{n}T", verdict="uncertain", direction="unknown") for n in range(1, 301)]
    assert _therapies(_choose(ADVANCED, [*passengers, SENSITIVE], GEFITINIB, OSIMERTINIB)) == _therapies(
        _choose(ADVANCED, [SENSITIVE], GEFITINIB, OSIMERTINIB)
    )


def test_an_exclusion_is_told_of_medicines_that_somebody_would_give_in_this_tumour() -> None:
    excluded = statement(
        id="lung-egfr-pd1", biomarker="EGFR activating", therapy="@anti_pd1", effect="excluded", ema=""
    )
    usual = statement(id="lung-pd1", biomarker="pd_l1_tps >= 50", therapy="pembrolizumab", ema="2017-01-27 Keytruda")
    choice = _choose(ADVANCED, [SENSITIVE, copies("amplification", "MET")], excluded, usual)
    assert [one.therapy for one in choice.against] == [("pembrolizumab",)]


CRC = case("COAD", extent="metastatic", line=1, tested="KRAS NRAS BRAF")
ANTI_EGFR = statement(id="crc-ras", tumour="COADREAD", biomarker="KRAS wild_type and NRAS wild_type",
                      therapy="panitumumab + fluorouracil", line="1", ema="2011-11-10 Vectibix")  # fmt: skip
UNSTABLE = statement(id="crc-msi", tumour="COADREAD", biomarker="msi = high or mmr = deficient", line="1",
                     therapy="pembrolizumab", ema="2021-01-21 Keytruda")  # fmt: skip


def test_what_opens_because_nothing_was_found_closes_no_other_test() -> None:
    stable = statement(id="crc-ras-mss", tumour="COADREAD", therapy="panitumumab + fluorouracil", line="1",
                       biomarker="KRAS wild_type and NRAS wild_type and msi = stable", ema="")  # fmt: skip
    choice = _choose(CRC, [], ANTI_EGFR, stable, UNSTABLE)
    assert _therapies(choice)[0] == "panitumumab + fluorouracil"
    told = {name: [option.therapy for option in options] for name, options in choice.to_test}
    assert told == {"msi": [("pembrolizumab",)], "mmr": [("pembrolizumab",)]}


def test_beside_a_target_with_its_medicine_no_further_test_is_asked_for() -> None:
    lung = statement(id="lung-msi", tumour="SOLID", biomarker="msi = high", therapy="pembrolizumab", line="1",
                     ema="2021-01-21 Keytruda")  # fmt: skip
    assert _choose(ADVANCED, [SENSITIVE], OSIMERTINIB, lung).to_test == ()


@pytest.mark.parametrize(
    ("code", "gene", "medicine", "is_option"),
    [("CCRCC", "VHL", "belzutifan", False), ("BRCA", "BRCA1", "olaparib", True)],
)
def test_a_loss_that_tumours_make_by_themselves_is_no_option_before_the_blood_was_read(
    code: str, gene: str, medicine: str, is_option: bool
) -> None:
    asks = statement(tumour=code, biomarker=f"germline {gene} pathogenic", therapy=medicine)
    found = choose(case(code, extent="metastatic"), (variant(gene, "p.R161*", direction="loss"),), (asks,), day=DAY)
    assert [one.therapy for one in found.options] == ([(medicine,)] if is_option else [])
    assert [name for name, _ in found.to_test] == [f"germline {gene}"]


def test_an_inherited_loss_is_an_option_in_either_gene() -> None:
    asks = statement(tumour="CCRCC", biomarker="germline VHL pathogenic", therapy="belzutifan")
    inherited = variant("VHL", "p.R161*", direction="loss", origin="germline")
    found = choose(case("CCRCC", extent="metastatic"), (inherited,), (asks,), day=DAY)
    assert [one.therapy for one in found.options] == [("belzutifan",)]

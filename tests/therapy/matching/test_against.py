"""Medicines taken away: which finding is the reason, in which order, and what is only a missing target."""

from __future__ import annotations

from chevet.therapy.matching.choosing import choose
from tests.therapy.making import DAY, case, copies, marker, statement, variant

SENSITIVE = variant("EGFR", "p.L858R")
AMPLIFIED = copies("amplification", "MET")
OSIMERTINIB = statement(id="lung-osimertinib", biomarker="EGFR p.L858R")
ESCAPED = statement(
    id="lung-met", biomarker="EGFR activating and MET amplification", therapy="@egfr_tki", effect="resistance", ema=""
)


def test_the_reason_is_the_finding_that_resists_and_not_the_target() -> None:
    seen = case(extent="metastatic", line=2, tested="EGFR MET")
    against = choose(seen, [SENSITIVE, AMPLIFIED], [OSIMERTINIB, ESCAPED], day=DAY).against
    reasons = {one.therapy[0]: one.because for one in against}
    assert reasons["osimertinib"] == (AMPLIFIED,)
    assert set(reasons.values()) == {(AMPLIFIED,)}  # those of the class that no label gives here, too


def test_a_resistance_that_is_itself_a_target_stays_the_reason() -> None:
    wide = statement(id="gist-imatinib", tumour="GIST", biomarker="KIT activating", therapy="imatinib")
    resists = statement(id="gist-v654a", tumour="GIST", biomarker="KIT p.V654A", therapy="imatinib",
                        effect="resistance", ema="")  # fmt: skip
    found = [variant("KIT", "p.W557_K558del"), variant("KIT", "p.V654A")]
    against = choose(case("GIST", extent="metastatic", line=2), found, [wide, resists], day=DAY).against
    assert [one.because for one in against] == [(found[1],)]


def test_each_kind_of_reason_has_its_own_findings() -> None:
    colon = {"tumour": "COADREAD", "therapy": "cetuximab", "ema": ""}
    statements = [
        statement(id="crc-ras", biomarker="KRAS oncogenic", effect="contraindicated", **colon),
        statement(id="crc-her2", biomarker="ERBB2 amplification", effect="resistance", level="B", **colon),
    ]
    ras, amplified = variant("KRAS", "p.G13D"), copies("amplification", "ERBB2")
    (one,) = choose(case("COAD", extent="metastatic"), [ras, amplified], statements, day=DAY).against
    assert (one.effect, one.because) == ("contraindicated", (ras,))
    assert [(other.effect, other.because) for other in one.others] == [("resistance", (amplified,))]
    assert {statement.id for statement in one.every_statement} == {"crc-ras", "crc-her2"}


def test_what_only_lacks_its_target_stands_behind_what_was_found() -> None:
    statements = [
        statement(id="breast-her2", tumour="BREAST", biomarker="her2 = positive", therapy="tucatinib"),
        statement(id="breast-no_her2", tumour="BREAST", biomarker="her2 = negative", therapy="tucatinib",
                  effect="excluded"),
        statement(id="breast-esr1", tumour="BREAST", biomarker="ESR1 oncogenic", therapy="letrozole",
                  effect="resistance", level="B", ema=""),
    ]  # fmt: skip
    found = [marker("her2", "negative"), variant("ESR1", "p.D538G")]
    against = choose(case("IDC", extent="metastatic"), found, statements, day=DAY).against
    assert [(one.therapy, one.for_want) for one in against] == [(("letrozole",), False), (("tucatinib",), True)]


def test_a_gene_of_which_no_copy_is_left_is_not_wild_type() -> None:
    statements = [
        statement(id="prostate-rucaparib", tumour="PRAD", biomarker="BRCA2 pathogenic", therapy="rucaparib"),
        statement(id="prostate-no_brca", tumour="PRAD", biomarker="BRCA2 wild_type", therapy="rucaparib",
                  effect="excluded"),
    ]  # fmt: skip
    seen = case("PRAD", extent="metastatic", tested="BRCA2")
    assert [one.therapy for one in choose(seen, [], statements, day=DAY).against] == [("rucaparib",)]
    assert choose(seen, [copies("deletion", "BRCA2")], statements, day=DAY).against == ()

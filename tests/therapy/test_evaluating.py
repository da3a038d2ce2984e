"""A rule is read with three answers, and says because of what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.judging import judge
from chevet.genomics.names import all_named
from chevet.therapy import saying
from chevet.therapy.case import Tested
from chevet.therapy.evaluating import Tumour, evaluate
from chevet.therapy.rules import Rule, parse
from tests.therapy.making import copies, fusion, marker, tumour, variant, wild_type


def _holds(rule: str, *findings: object, tested: str = "") -> bool | None:
    return evaluate(parse(rule), tumour(*findings, tested=tested)).holds  # type: ignore[arg-type]


def test_the_same_codon_is_not_the_same_variant() -> None:
    assert _holds("KRAS p.G12C", variant("KRAS", "p.G12D"), tested="KRAS") is False
    assert _holds("KRAS p.G12", variant("KRAS", "p.G12D"), tested="KRAS") is True


def test_the_same_gene_is_not_the_same_alteration() -> None:
    assert _holds("EGFR exon_19_deletion|p.L858R", variant("EGFR", "p.D770_N771insG"), tested="EGFR") is False
    assert _holds("ALK fusion", variant("ALK", "p.F1174L"), tested="ALK") is False


def test_a_gene_that_was_not_tested_is_neither_yes_nor_no() -> None:
    verdict = evaluate(parse("BRAF p.V600E"), tumour(tested="EGFR"))
    assert (verdict.holds, verdict.missing) == (None, frozenset({"BRAF"}))
    assert _holds("BRAF p.V600E", tested="BRAF") is False


@pytest.mark.parametrize(
    ("rule", "finding", "answer"),
    [
        ("EGFR exon_19_deletion|p.L858R", "EGFR mutation", None),
        ("EGFR exon_19_deletion", "EGFR exon 19 mutation", None),
        ("EGFR exon_20_insertion", "EGFR exon 19 mutation", False),
        ("BRAF p.V600E", "BRAF V600", None),
        ("BRAF p.V600", "BRAF V600", True),
        ("BRAF p.D594G", "BRAF V600", False),
        ("BRCA2 pathogenic", "BRCA2 mutation", None),
        ("germline BRCA2 pathogenic", "sBRCA2 mutation", False),
        ("BRCA2 pathogenic", "BRCA2 pathogenic variant", True),
        ("KRAS wild_type", "KRAS mutation", False),
        ("KRAS p.G12C", "KRAS G12D", False),
    ],
)
def test_a_variant_whose_change_is_not_told_may_be_any_that_fits_what_is(
    rule: str, finding: str, answer: bool | None
) -> None:
    assert evaluate(parse(rule), Tumour(judge(all_named(finding)), Tested())).holds is answer


def test_what_is_missing_of_an_untold_change_is_the_change_and_not_the_test() -> None:
    verdict = evaluate(parse("BRAF p.V600E"), Tumour(judge(all_named("BRAF mutation")), Tested()))
    assert [saying.missing(name, "en") for name in verdict.missing] == ["the exact change of BRAF"]


def test_wild_type_must_be_tested_or_said() -> None:
    assert _holds("KRAS wild_type") is None
    assert _holds("KRAS wild_type", tested="KRAS") is True
    assert _holds("KRAS wild_type", wild_type("KRAS")) is True
    assert _holds("KRAS wild_type", variant("KRAS", "p.G12V"), tested="KRAS") is False


def test_a_variant_of_uncertain_significance_is_no_driver() -> None:
    uncertain = variant("KRAS", "p.A59S", verdict="uncertain", direction="unknown")
    assert _holds("KRAS oncogenic", uncertain, tested="KRAS") is False
    assert _holds("KRAS variant", uncertain, tested="KRAS") is True


def test_a_truncation_does_not_activate() -> None:
    cut = variant("EGFR", "p.R451*", direction="loss")
    assert _holds("EGFR activating", cut, tested="EGFR") is False
    assert _holds("BRCA2 loss", variant("BRCA2", "p.S1982fs", direction="loss"), tested="BRCA2") is True


def test_what_a_label_asks_of_the_germline_is_unknown_where_the_origin_is() -> None:
    assert _holds("germline BRCA1 pathogenic", variant("BRCA1", "p.E23fs", direction="loss")) is None
    assert _holds("germline BRCA1 pathogenic", variant("BRCA1", "p.E23fs", direction="loss", origin="germline")) is True
    assert _holds("germline BRCA1 pathogenic", variant("BRCA1", "p.E23fs", origin="somatic"), tested="BRCA1") is False


def test_a_fusion_with_a_known_partners_name_is_not_that_fusion() -> None:
    assert _holds("BCR::ABL1", fusion("BCR", "FGFR1")) is None
    assert _holds("NTRK1 fusion", fusion("NTRK1", "TPM3", driver="TPM3"), tested="NTRK1") is False
    assert _holds("*::NTRK1", fusion("TPM3", "NTRK1")) is True
    assert _holds("ALK fusion", fusion("EML4", "ALK")) is True


def test_her2_positive_is_told_by_stain_hybridisation_or_amplification() -> None:
    rule = "her2 = positive or ERBB2 amplification"
    assert _holds(rule, copies("amplification", "ERBB2")) is True
    assert _holds(rule, marker("her2_ihc", "3+")) is True
    assert _holds("her2 = negative", marker("her2_ihc", "1+")) is True
    assert _holds("her2 = low", marker("her2", "negative")) is None
    assert _holds("her2 = low", marker("her2", "negative"), marker("her2_ihc", "1+")) is True
    assert _holds("her2 = low", marker("her2", "negative"), marker("her2_ihc", "0")) is False
    assert _holds("her2 = low", marker("her2", "positive"), marker("her2_ihc", "1+")) is False
    assert _holds("her2 = low|ultralow", marker("her2", "low")) is True


@pytest.mark.parametrize(
    ("rule", "found", "holds"),
    [
        ("tmb >= 10", ("tmb", 14.0), True), ("tmb >= 10", ("tmb", "high"), True), ("tmb >= 10", ("tmb", "low"), False),
        ("tmb >= 20", ("tmb", "high"), None), ("pd_l1_tps >= 50", ("pd_l1_tps", "positive"), None),
        ("pd_l1_tps >= 1", ("pd_l1_tps", "positive"), True), ("pd_l1_tps < 1", ("pd_l1_tps", "negative"), True),
        ("msi = high", ("mmr", "deficient"), True), ("mmr = deficient", ("msi", "stable"), False),
        ("hr = positive", ("er", 90.0), True), ("hr = negative", ("er", "negative"), None),
    ],
)  # fmt: skip
def test_words_and_numbers_of_a_marker_agree(rule: str, found: tuple[str, str | float], holds: bool | None) -> None:
    assert _holds(rule, marker(*found)) is holds


def test_two_reports_that_contradict_each_other_leave_a_marker_unknown() -> None:
    assert _holds("msi = high", marker("msi", "high"), marker("msi", "stable")) is None


def test_the_findings_that_decide_are_the_reason() -> None:
    sensitive, other = variant("EGFR", "p.L858R"), variant("TP53", "p.R175H", direction="loss")
    verdict = evaluate(parse("EGFR p.L858R or TP53 p.R273H"), tumour(sensitive, other, tested="EGFR TP53"))
    assert verdict.because == (sensitive,)


ATOMS = ("KRAS p.G12C", "BRAF p.V600E", "KRAS wild_type", "ALK fusion", "msi = high", "tmb >= 10")
_RULES = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) and ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) or ({pair[1]})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=6,
)
_FINDINGS = st.lists(
    st.sampled_from(
        (variant("KRAS", "p.G12C"), variant("BRAF", "p.V600E"), fusion("EML4", "ALK"), marker("msi", "high"),
         marker("tmb", 3.0), wild_type("KRAS"))
    ),
    unique_by=lambda one: str(one.alteration), max_size=4,
)  # fmt: skip
_TESTED = st.sampled_from(("", "KRAS", "KRAS BRAF ALK"))


@given(rule=_RULES, findings=_FINDINGS, tested=_TESTED)
def test_not_turns_yes_into_no_and_leaves_unknown(rule: str, findings: list[object], tested: str) -> None:
    plain, turned = _holds(rule, *findings, tested=tested), _holds(f"not ({rule})", *findings, tested=tested)
    assert turned is (None if plain is None else not plain)


@given(rule=_RULES, findings=_FINDINGS)
def test_testing_more_genes_never_turns_an_answer_round(rule: str, findings: list[object]) -> None:
    """What is known stays so when more is known: only *not tested* may become yes or no."""
    said_wild = [one for one in findings if getattr(one, "alteration").type == "wild_type"]  # noqa: B009
    mutated = any(getattr(one, "alteration").gene == "KRAS" and one not in said_wild for one in findings)  # noqa: B009
    if said_wild and mutated:
        return  # the laboratory contradicts itself
    before, after = _holds(rule, *findings), _holds(rule, *findings, tested="KRAS BRAF ALK")
    assert before is None or before is after


@given(rule=_RULES)
def test_a_rule_is_read_back_from_its_own_words(rule: str) -> None:
    once: Rule = parse(rule)
    assert parse(str(once)) == once


# -- copies that nobody counted


def test_a_gene_that_was_only_read_for_variants_is_not_known_to_have_its_usual_copies() -> None:
    said = {None: None, False: None, True: False}
    for looked, holds in said.items():
        tested = Tested(genes=frozenset({"ERBB2"}), copy_number=looked)
        verdict = evaluate(parse("ERBB2 amplification"), Tumour((), tested))
        assert (verdict.holds, verdict.missing) == (holds, frozenset() if looked else {"copies of ERBB2"})
    assert [saying.missing("copies of ERBB2", lang) for lang in ("en", "fr")] == [  # type: ignore[arg-type]
        "ERBB2 copy number", "nombre de copies de ERBB2",
    ]  # fmt: skip

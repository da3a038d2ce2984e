"""Rules that cannot be read are refused with the word at fault."""

from __future__ import annotations

import pytest

from chevet.therapy.rules import RuleError, parse


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("EGRF p.L858R", "'EGRF'"), ("EGFR mutated", "'mutated'"), ("HER2 amplification", "'HER2'"),
        ("msi = very", "'very'"), ("tmb >= ten", "'ten'"), ("(EGFR p.L858R", "the end"), ("EGFR", "the end"),
        ("EGFR p.L858R p.T790M", "'p.T790M'"), ("BCR::ABL", "'BCR::ABL'"), ("", "the end"), ("not", "the end"),
    ],
)  # fmt: skip
def test_a_rule_that_is_none_says_which_word_is_at_fault(text: str, names: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse(text)
    assert names in str(refused.value)


def test_and_binds_tighter_than_or() -> None:
    assert parse("KRAS p.G12C or BRAF p.V600E and msi = high") == parse("KRAS p.G12C or (BRAF p.V600E and msi = high)")


def test_a_change_of_chromosomes_may_stand_in_brackets() -> None:
    assert str(parse("(TP53 loss or cytogenetic del(17p)) and msi = high")) == (
        "(TP53 loss or cytogenetic del(17p)) and msi = high"
    )

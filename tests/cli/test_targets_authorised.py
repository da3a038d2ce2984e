"""Genes with medicines authorised because of them, as the base of knowledge has them."""

from __future__ import annotations

import datetime

from chevet.cli.targets.authorised import authorised_pairs
from chevet.therapy.knowledge.base import Base
from chevet.therapy.knowledge.statement import COLUMNS, read

DAY = "2026-11-27"


def base(**cells: str) -> Base:
    """One statement: osimertinib for EGFR in lung cancer, with these cells changed."""
    usual = {"id": "made", "tumour": "NSCLC", "biomarker": "EGFR activating", "extent": "advanced", "line": "1",
             "therapy": "osimertinib", "effect": "sensitivity", "level": "A", "fda": "2018-04-18 Tagrisso",
             "source": "PMID:1", "checked": DAY}  # fmt: skip
    return Base((read(dict.fromkeys(COLUMNS, "") | usual | cells),), ())


def genes(known: Base) -> list[str]:
    return [pair.gene for pair in authorised_pairs(known)]


def test_a_pair_has_its_medicine_its_tumours_its_agency_and_its_day() -> None:
    (pair,) = authorised_pairs(base())
    assert (pair.gene, pair.medicines, pair.alterations) == ("EGFR", ("osimertinib",), ("activating",))
    assert (pair.source, pair.since) == ("FDA Tagrisso", "2018-04-18")
    assert "LUAD" in pair.tumours
    assert "BRCA" not in pair.tumours


def test_what_was_withdrawn_is_left_out() -> None:
    assert genes(base(fda="2018-04-18 Tagrisso; withdrawn 2020-01-01")) == []


def test_what_no_agency_authorises_and_what_speaks_against_is_left_out() -> None:
    assert genes(base(fda="")) == []
    assert genes(base(effect="resistance")) == []


def test_genes_that_a_rule_wants_absent_are_no_reason_for_a_medicine() -> None:
    assert genes(base(biomarker="EGFR activating and not (KRAS oncogenic or ALK fusion)")) == ["EGFR"]
    assert genes(base(biomarker="KRAS wild_type and NRAS wild_type")) == []


def test_the_partner_behind_a_promoter_is_the_target_of_a_fusion() -> None:
    assert genes(base(biomarker="BCR::ABL1")) == ["ABL1"]
    assert genes(base(biomarker="*::NTRK1")) == ["NTRK1"]
    assert genes(base(biomarker="FGFR2::*")) == ["FGFR2"]


def test_a_treatment_that_is_authorised_whatever_the_genes_is_not_because_of_one() -> None:
    (because,), (whatever,) = base().statements, base(id="other", biomarker="not ALK fusion").statements
    assert genes(Base((because, whatever), ())) == []


def test_our_own_base_has_the_pairs_that_everybody_knows() -> None:
    ours = {(pair.gene, code) for pair in authorised_pairs() for code in pair.tumours}
    assert {("EGFR", "LUAD"), ("KRAS", "LUAD"), ("BRAF", "MEL"), ("PIK3CA", "BRCA"), ("ERBB2", "BRCA"), ("IDH1", "AML"),
            ("FLT3", "AML"), ("FGFR3", "BLCA")} <= ours  # fmt: skip
    assert ("STK11", "LUAD") not in ours
    assert all(datetime.date.fromisoformat(pair.since) for pair in authorised_pairs())

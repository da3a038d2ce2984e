"""Known, repurposable, new: which list a gene belongs to."""

from __future__ import annotations

from typing import Any

import pytest

from chevet.targets.ranking.medicines import KnownPair, Standing, standings, unseen
from chevet.targets.sources.kinds import SCHEMAS
from chevet.targets.tractability.medicines import Medicines, medicines_on
from chevet.targets.tractability.role import UNKNOWN, KnownRole

GENES = ("STK11", "TP53", "BRCA2")
LUNG = frozenset({"LUAD", "LUSC"})


def pair(
    gene: str, medicine: str, tumours: frozenset[str], *alterations: str, for_loss: bool = False
) -> KnownPair:  # fmt: skip
    return KnownPair(gene, (medicine,), tumours, alterations, "FDA Brand", "2020-01-02", for_loss)


def table(*rows: dict[str, Any], role: KnownRole = UNKNOWN) -> dict[str, Medicines]:
    """The medicines of a table on each gene that these rows, or the tests, name."""
    whole = [{name: row.get(name) for name in SCHEMAS["drugs"].names} for row in rows]
    genes = {*GENES, *(row["gene"] for row in whole)}
    return {gene: medicines_on([row for row in whole if row["gene"] == gene], role) for gene in genes}


def of(gene: str, pairs: list[KnownPair] | None = None, drugs: dict[str, Medicines] | None = None) -> Standing:
    return standings([gene], ["LUAD"], pairs, drugs, "table")[gene]


def test_a_pair_authorised_for_a_tumour_of_the_cohort_is_known() -> None:
    found = of("EGFR", [pair("EGFR", "osimertinib", LUNG, "activating")])
    assert found.listed == "known"
    assert (found.medicines[0].here, found.medicines[0].source) == (("LUAD",), "FDA Brand")


def test_a_pair_authorised_elsewhere_is_repurposable() -> None:
    assert of("BRAF", [pair("BRAF", "vemurafenib", frozenset({"MEL"}), "p.V600E")]).listed == "repurposable"


def test_a_medicine_in_trials_is_repurposable_and_one_that_never_was_is_not() -> None:
    assert of("TP53", drugs=table({"gene": "TP53", "medicine": "Eprenetapopt", "phase": 3})).listed == "repurposable"
    assert of("TP53", drugs=table({"gene": "TP53", "medicine": "Idea", "phase": 0})).listed == "new"


def test_a_gene_that_the_table_of_medicines_lacks_is_new() -> None:
    assert of("STK11", [], table({"gene": "KRAS", "medicine": "Sotorasib", "phase": 4})).listed == "new"


def test_without_a_table_of_medicines_nobody_can_say_that_a_gene_is_new() -> None:
    assert of("STK11", []).listed == "not_asked"
    assert of("STK11").listed == "not_asked"


def test_the_table_may_say_that_a_medicine_is_approved_for_the_tumour() -> None:
    row = {"gene": "VEGFA", "medicine": "Bevacizumab", "phase": 4, "approved": True,
           "approved_in": ["non-small cell lung carcinoma"]}  # fmt: skip
    assert of("VEGFA", drugs=table(row)).listed == "known"
    assert of("VEGFA", drugs=table(row | {"approved_in": ["cancer"]})).listed == "repurposable"


@pytest.mark.parametrize("drugs", [None, table({"gene": "BTK", "medicine": "Ibrutinib", "phase": 4})])
def test_what_is_given_elsewhere_because_of_a_gene_and_does_not_act_on_it_is_nothing_to_carry_over(
    drugs: dict[str, Medicines] | None,
) -> None:
    found = of("TP53", [pair("TP53", "ibrutinib", frozenset({"CLLSLL"}), "oncogenic", "deletion")], drugs)
    assert found.listed == ("new" if drugs else "not_asked")
    assert found.medicines == ()


def test_what_is_given_for_the_loss_of_a_gene_may_be_carried_over() -> None:
    parp = pair("BRCA2", "olaparib", frozenset({"PRAD"}), "pathogenic", "loss", for_loss=True)
    assert of("BRCA2", [parp], table({"gene": "PARP1", "medicine": "Olaparib", "phase": 4})).listed == "repurposable"


def test_a_medicine_of_the_table_under_its_salt_is_the_one_of_the_pair() -> None:
    elsewhere = pair("EGFR", "afatinib", frozenset({"GB"}), "oncogenic")
    drugs = table({"gene": "EGFR", "medicine": "Afatinib Dimaleate", "phase": 4})
    assert "afatinib" in of("EGFR", [elsewhere], drugs).names


def test_a_medicine_that_would_help_the_tumour_makes_no_target() -> None:
    activator = table({"gene": "KRAS", "medicine": "Wakener", "phase": 3, "action": "activator"},
                      role=KnownRole("oncogene"))  # fmt: skip
    assert of("KRAS", drugs=activator).listed == "new"


def test_genes_whose_medicines_ask_for_what_was_not_looked_for_are_said() -> None:
    skipping = pair("MET", "capmatinib", LUNG, "exon_14_skipping")
    elsewhere = pair("NTRK1", "larotrectinib", frozenset({"MEL"}), "fusion")
    pairs = [pair("ROS1", "crizotinib", LUNG, "fusion"), skipping, pair("MET", "crizotinib", LUNG, "amplification"),
             elsewhere]  # fmt: skip
    assert unseen(pairs, ["LUAD"], {"variant": True, "fusion": False, "amplification": False}) == ("ROS1",)
    assert unseen(pairs, ["LUAD"], {"variant": True, "fusion": True, "amplification": True}) == ()
    assert unseen(None, ["LUAD"], {}) == ()

"""Single bases slipped in or out of the coding sequence."""

from __future__ import annotations

import pytest

from benchmarks.burden import published_instability, slips_of
from chevet.errors import CannotConclude
from chevet.genomics.alteration import Alteration, Genomic
from chevet.genomics.instability import slips
from tests.shared_data import shared


def change(ref: str, alt: str, *, position: int = 100, consequence: str = "Frame_Shift_Del") -> Alteration:
    return Alteration(
        "variant", gene="APC", consequence=consequence, genomic=Genomic("GRCh38", "5", position, ref, alt)
    )


@pytest.mark.parametrize(
    ("ref", "alt", "counted"),
    [("CA", "C", 1), ("C", "CA", 1), ("A", "-", 1), ("-", "A", 1), ("CAA", "C", 0), ("C", "T", 0), ("CA", "T", 0)],
)
def test_insertions_and_deletions_of_one_base_count(ref: str, alt: str, counted: int) -> None:
    assert slips([change(ref, alt)], 30).counted == counted


def test_one_place_counts_once_and_what_leaves_the_protein_alone_never() -> None:
    same = [change("CA", "C"), change("CA", "C"), change("CA", "C", position=200)]
    elsewhere = change("CA", "C", position=300, consequence="3'UTR")
    assert slips([*same, elsewhere], 30).counted == 2


@pytest.mark.parametrize(("number", "amount"), [(14, "few"), (15, "unclear"), (59, "unclear"), (60, "many")])
def test_as_many_as_in_unstable_tumours_is_told_apart_from_few_and_from_between(number: int, amount: str) -> None:
    found = slips([change("CA", "C", position=10 * place) for place in range(1, number + 1)], 30)
    assert (found.counted, found.amount) == (number, amount)


def test_a_panel_is_too_small() -> None:
    with pytest.raises(CannotConclude, match="too few"):
        slips([change("CA", "C")], 1.2)


def test_published_instability_of_colon_tumours_is_met() -> None:
    shared("cohorts/tcga/mutations_COAD.parquet")
    found = slips_of("COAD")
    scores = {patient: score for patient, score in published_instability().items() if patient in found}
    assert len(scores) == 10
    unstable = {found[patient].amount for patient, score in scores.items() if score >= 10}
    stable = {found[patient].amount for patient, score in scores.items() if score < 10}
    assert (unstable, stable) == ({"many", "unclear"}, {"few"})


def test_as_many_stomach_tumours_have_many_as_were_published_to_be_unstable() -> None:
    shared("cohorts/tcga/mutations_STAD.parquet")
    amounts = [one.amount for one in slips_of("STAD").values()]
    share = amounts.count("many") / len(amounts)
    assert share == pytest.approx(64 / 295, abs=0.05)  # PMID:25079317
    assert amounts.count("unclear") / len(amounts) < 0.03

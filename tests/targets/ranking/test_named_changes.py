"""How many carriers have a change that a medicine asks for."""

from __future__ import annotations

import pytest

from chevet.cohort import cohort as cohorts
from chevet.cohort.count import count
from chevet.store.lake import Lake
from chevet.targets.ranking.carried import Count
from chevet.targets.ranking.medicines import Medicine, Standing
from chevet.targets.ranking.named_changes import named_changes


def medicine(*alterations: str, here: tuple[str, ...] = ("LUAD",)) -> Medicine:
    return Medicine("made up", "FDA", alterations=alterations, here=here, phase=4, approved=True)


def patients(lake: Lake, definition: str) -> int:
    found = count(cohorts.open(lake, "made", definition)).as_json()["patients"]
    assert isinstance(found, int), "the made-up study has too few: choose another change"
    return found


def named(lake: Lake, *medicines: Medicine, gene: str = "KRAS") -> Count | None:
    found = named_changes(cohorts.open(lake, "made"), gene, Standing("known", medicines))
    return found.count if found else None


def test_carriers_of_a_named_change_are_those_that_a_definition_finds(lake: Lake) -> None:
    told = named(lake, medicine("p.G12D"))
    assert told == Count("told", patients(lake, "mutated(KRAS, p.G12D)"))


def test_a_patient_with_two_named_changes_counts_once(lake: Lake) -> None:
    told = named(lake, medicine("p.G12D"), medicine("p.G12V", "p.G12D"))
    assert told == Count("told", patients(lake, "mutated(KRAS, p.G12D) or mutated(KRAS, p.G12V)"))


def test_a_residue_stands_for_every_change_of_it_and_of_no_other(lake: Lake) -> None:
    every = named(lake, medicine("p.G12"))
    single = named(lake, medicine("p.G12D"))
    assert every is not None
    assert single is not None
    assert (every.patients or 0) > (single.patients or 0)
    assert named(lake, medicine("p.G1")) == Count("told", 0)


def test_changes_that_medicines_here_ask_for_come_before_those_of_elsewhere(lake: Lake) -> None:
    cohort = cohorts.open(lake, "made")
    found = named_changes(cohort, "KRAS", Standing("known", (medicine("p.G12D"), medicine("p.G12V", here=()))))
    assert found is not None
    assert (found.changes, found.here) == (("p.G12D",), True)


def test_few_carriers_with_a_named_change_are_withheld(lake: Lake) -> None:
    cohort = cohorts.open(lake, "made", "mutated(KRAS)")
    few = next(
        change for change, at in cohort.index.protein_changes("KRAS") if change.startswith("p.") and 0 < len(at) < 5
    )  # fmt: skip
    found = named_changes(cohort, "KRAS", Standing("known", (medicine(few),)))
    assert found is not None
    assert found.count == Count("withheld")


def test_a_number_beside_it_that_differs_by_few_carriers_withholds_it(lake: Lake) -> None:
    many = patients(lake, "mutated(KRAS, p.G12D)")
    told = [
        named_changes(cohorts.open(lake, "made"), "KRAS", Standing("known", (medicine("p.G12D"),)), [many + more])
        for more in (0, 2, -2, 5)
    ]  # fmt: skip
    assert [one.count.told for one in told if one] == ["told", "withheld", "withheld", "told"]


@pytest.mark.parametrize("alterations", [(), ("activating",), ("fusion", "amplification")])
def test_medicines_that_name_no_change_tell_nothing(lake: Lake, alterations: tuple[str, ...]) -> None:
    assert named(lake, medicine(*alterations)) is None


def test_a_gene_that_the_study_does_not_know_tells_nothing(lake: Lake) -> None:
    assert named(lake, medicine("p.G12D"), gene="NOSUCH") is None

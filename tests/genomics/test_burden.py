"""Mutations per megabase."""

from __future__ import annotations

import pytest

from benchmarks.burden import METABRIC_MEGABASES, counted_beside, per_megabase_beside, published
from chevet.errors import CannotConclude
from chevet.genomics.alteration import Alteration
from chevet.genomics.burden import burden
from chevet.genomics.judging import judge
from tests.shared_data import shared


def variants(number: int, consequence: str = "Missense_Mutation") -> list[Alteration]:
    return [
        Alteration("variant", gene="TTN", protein_change=f"p.A{place + 1}V", consequence=consequence)
        for place in range(number)
    ]


def test_the_number_is_over_the_megabases_of_the_panel() -> None:
    found = burden(variants(12), 1.2)
    assert (found.counted, round(found.per_megabase, 6), found.is_default_size) == (12, 10.0, False)


def test_synonymous_and_germline_variants_count_only_when_asked_and_never() -> None:
    given = [*variants(10), Alteration("variant", gene="TTN", protein_change="p.A99=", consequence="Silent")]
    given.append(Alteration("variant", gene="TTN", protein_change="p.G1D", origin="germline"))
    assert [burden(given, 2, with_synonymous=asked).counted for asked in (False, True)] == [10, 11]


def test_one_change_written_twice_counts_once() -> None:
    assert burden(variants(5) + variants(5), 2).counted == 5


@pytest.mark.parametrize("megabases", [None, 0.5])
def test_an_unknown_or_small_size_gives_no_burden(megabases: float | None) -> None:
    with pytest.raises(CannotConclude, match="megabases"):
        burden(variants(5), megabases)


def test_an_exome_has_a_size_that_is_told() -> None:
    found = burden(variants(60), is_exome=True)
    assert (found.per_megabase, found.megabases, found.is_default_size) == (2.0, 30.0, True)


def test_drivers_of_a_hypermutated_tumour_are_flagged_and_stay_drivers() -> None:
    driver = Alteration("variant", gene="BRAF", protein_change="p.V600E")
    few, many = judge([driver, *variants(250)]), judge([driver, *variants(400)])
    assert (few[0].flags, many[0].flags, many[0].verdict) == ((), ("hypermutated",), "oncogenic")


def test_a_proofreading_mutation_of_pole_is_told() -> None:
    assert judge([Alteration("variant", gene="POLE", protein_change="p.P286R")])[0].flags == ("hypermutated",)


def test_burdens_published_for_metabric_are_met() -> None:
    shared("cohorts/metabric/data_mutations_extended.txt")
    found = per_megabase_beside()
    assert (found.equal, len(found.ours)) == (48, 50)
    assert found.median_ratio == pytest.approx(1, abs=1e-6)
    assert found.correlation > 0.998


def test_counts_published_for_exomes_of_tcga_are_met_within_a_tenth() -> None:
    shared("cohorts/tcga/mutations_LGG.parquet")
    found = counted_beside("LGG")
    assert len(found.ours) == 13
    assert found.correlation > 0.99
    assert all(abs(one - other) <= 0.1 * other for one, other in zip(found.ours, found.published, strict=True))


def test_published_burdens_are_their_counts_over_one_size() -> None:
    told = [one for one in published("METABRIC").values() if one[1] is not None]
    assert len(told) == 50
    assert all(count / METABRIC_MEGABASES == pytest.approx(value, abs=1e-6) for count, value in told)

from __future__ import annotations

from collections import defaultdict

import pytest

from chevet.records.tables import TREATMENT_CLASS
from chevet.synth import care, facts
from chevet.words import genes, oncotree, treatments


@pytest.mark.parametrize("symbol", facts.genes().symbols)
def test_every_gene_is_an_approved_symbol_with_its_identifier(symbol: str) -> None:
    gene = genes.resolve(symbol)
    if gene is not None:  # the vocabulary holds cancer genes; a few chance genes are none
        assert gene.symbol == symbol
        assert gene.hgnc_id == facts.genes().hgnc_ids[facts.genes().position[symbol]]


def test_nearly_every_gene_is_in_the_vocabulary() -> None:
    unknown = [symbol for symbol in facts.genes().symbols if genes.resolve(symbol) is None]
    assert len(unknown) < 30


@pytest.mark.parametrize("code", [tumour.code for tumour in facts.tumours()])
def test_every_tumour_type_is_an_oncotree_code(code: str) -> None:
    known = oncotree.get(code)
    assert known is not None
    assert known.code == code


@pytest.mark.parametrize("name", care.medicines())
def test_every_medicine_is_known_by_its_international_name(name: str) -> None:
    medicine = treatments.medicine(name)
    assert medicine is not None
    assert medicine.name == name


def test_drivers_are_genes_of_the_list_and_groups_leave_room_for_none() -> None:
    position = facts.genes().position
    for of_type in facts.drivers().values():
        shares: dict[str, float] = defaultdict(float)
        above: set[str] = set()
        for driver in of_type:
            assert driver.gene in position
            assert not driver.partner or driver.partner in position
            assert not driver.if_altered or driver.if_altered in above
            shares[driver.group] += driver.frequency if driver.group else 0
            above |= {driver.gene, driver.partner}
        assert all(share <= 1 for share in shares.values())


def test_hotspots_of_a_gene_leave_room_for_others() -> None:
    for (gene, _), changes in facts.hotspots().items():
        assert gene in facts.genes().position
        assert sum(share for _, share in changes) <= 1.0001


def test_regimens_use_the_classes_of_the_record() -> None:
    for of_type in facts.regimens().values():
        for regimen in of_type:
            assert regimen.treatment_class in TREATMENT_CLASS
            assert all(gene in facts.genes().position for gene in regimen.needs)

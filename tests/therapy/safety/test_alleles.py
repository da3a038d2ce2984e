"""Our table of alleles against the definitions and phenotypes of PharmCAT, and what two chromosomes come to."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chevet.genomics.alteration import Alteration, Genomic
from chevet.therapy.safety import alleles
from chevet.therapy.safety.alleles import Haplotype
from tests.shared_data import shared

PLACED = ("DPYD", "UGT1A1", "TPMT", "NUDT15", "CYP2C9")
# how far the two builds of the genome lie apart at each gene
SHIFTS = {"DPYD": 465556, "UGT1A1": 908646, "TPMT": 231, "NUDT15": 574136, "CYP2C9": 1759757}


def pharmcat(kind: str, gene: str) -> Any:
    name = f"{gene}_translation.json" if kind == "alleles" else f"{gene}.json"
    return json.loads(shared(f"knowledge/pharmcat/{kind}/{name}").read_text("utf-8"))


def haplotype_of(gene: str, name: str) -> Haplotype | None:
    if name in ("*1", "Reference"):
        return alleles.reference(gene)
    star = re.search(r"\((\*\w+|HapB3)\)", name)
    one = alleles.named(gene, star[1] if star else name)
    return None if one is None else alleles.haplotype(gene, [one])


@pytest.mark.parametrize("gene", PLACED)
def test_every_place_and_rs_number_is_that_of_the_definitions(gene: str) -> None:
    places = {one["rsid"]: one for one in pharmcat("alleles", gene)["variants"]}
    ours = [one for one in alleles.alleles(gene) if one.rs]
    assert [one.grch38 for one in ours] == [places[one.rs]["position"] for one in ours]
    assert {one.grch37 - one.grch38 for one in ours} == {SHIFTS[gene]}
    single = [one for one in ours if len(one.ref) == len(one.alt) == 1]
    assert [(one.ref, one.alt in places[one.rs]["alts"]) for one in single] == [
        (places[one.rs]["ref"], True) for one in single
    ]


@pytest.mark.parametrize("gene", PLACED)
def test_every_pair_of_our_alleles_has_the_phenotype_that_cpic_gives_it(gene: str) -> None:
    compared = []
    for row in pharmcat("phenotype", gene)["diplotypes"]:
        names = [name for name, copies in row["diplotypekey"].items() for _ in range(copies)]
        pair = [haplotype_of(gene, name) for name in names]
        if pair[0] is not None and pair[1] is not None:
            wanted = row["phenotype"].lower().removeprefix("possible ").split(" ")[0]
            compared.append((row["diplotype"], alleles.phenotype(pair[0], pair[1]), wanted))
    assert len(compared) >= 20
    assert [one for one in compared if one[1] != one[2]] == []


@pytest.mark.parametrize(
    "change",
    [
        Alteration("variant", gene="DPYD", cdna="c.1905+1G>A"),
        Alteration("variant", gene="DPYD", genomic=Genomic("GRCh38", "1", 97450058, "C", "T")),
        Alteration("variant", gene="DPYD", genomic=Genomic("GRCh37", "1", 97915614, "C", "T")),
    ],
)
def test_dpyd_2a_is_known_by_its_change_and_by_its_place_in_both_builds(change: Alteration) -> None:
    assert [one.name for one in alleles.alleles("DPYD") if one.is_in(change)] == ["*2A"]


@pytest.mark.parametrize(("alt", "name"), [("CATAT", "*28"), ("CATATAT", "*37"), ("C", "*36")])
def test_repeats_of_ugt1a1_are_told_by_their_length(alt: str, name: str) -> None:
    place = Genomic("GRCh38", "2", 233760233, "CAT", alt)
    change = Alteration("variant", gene="UGT1A1", genomic=place)
    assert [one.name for one in alleles.alleles("UGT1A1") if one.is_in(change)] == [name]


def test_two_repeats_cannot_share_a_chromosome() -> None:
    pair = [alleles.named("UGT1A1", name) for name in ("*28", "*37")]
    assert alleles.haplotype("UGT1A1", [one for one in pair if one is not None]) is None

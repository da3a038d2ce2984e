"""A made-up study with every kind of alteration, for tests of shape; nobody's.

A hundred patients of one tumour type, tested for everything. BRAF V600E in 30, the rest of its changes as asked; TP53
cut in 25; ERBB2 amplified in 12; CDKN2A lost in 15; EML4::ALK in 8, KIF5B::ALK in 2.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chevet.cohort.index import CohortIndex
from chevet.records.record import About, Record
from chevet.store.lake import Lake
from tests.strategies import tables

N = 100
Rows = list[dict[str, Any]]
TESTS = ("variant", "copy_number", "structural_variant")


def study(
    folder: Path, *, braf_elsewhere: int = 10, more: dict[str, Rows] | None = None, tests: tuple[str, ...] = TESTS
) -> Lake:
    """A lake with the study `made`.

    braf_elsewhere   patients with another change of BRAF, each at a residue of its own
    more             rows to add by table
    tests            what everybody was tested for
    """
    found: dict[str, Rows] = {
        "patient": [{"patient_id": _patient(number)} for number in range(N)],
        "diagnosis": [{"patient_id": _patient(number), "diagnosis_id": "1", "oncotree_code": "LUAD"}
                      for number in range(N)],
        "sample": [{"sample_id": f"S{_patient(number)}", "patient_id": _patient(number)} for number in range(N)],
        "panel": [{**_of(number), "alteration_type": test, "panel_id": "everything", "whole": True}
                  for number in range(N) for test in tests],
        "variant": _variants(braf_elsewhere),
        "copy_number": [*(_call(number, "ERBB2", 2) for number in range(12)),
                        *(_call(number, "CDKN2A", -2) for number in range(15))],
        "structural_variant": [*(_fusion(number, "EML4", "ALK") for number in range(40, 48)),
                               *(_fusion(number, "KIF5B", "ALK") for number in range(48, 50))],
    }  # fmt: skip
    for name, rows in (more or {}).items():
        found[name] = found.get(name, []) + rows
    made = Lake(folder, actor="tester")
    made.write("made", Record(About("made up", "test", assembly="GRCh37"), tables(found)), derive=[CohortIndex.build])
    return made


def variant(number: int, gene: str, consequence: str, change: str) -> dict[str, Any]:
    return {**_of(number), "gene": gene, "consequence": consequence, "protein_change": change}


def _variants(braf_elsewhere: int) -> Rows:
    hot = [variant(number, "BRAF", "Missense_Mutation", "p.V600E") for number in range(30)]
    rest = [variant(30 + number, "BRAF", "Missense_Mutation", f"p.A{50 + 40 * number}T")
            for number in range(braf_elsewhere)]  # fmt: skip
    cut = [variant(number, "TP53", "Nonsense_Mutation", f"p.R{20 + 12 * number}*") for number in range(25)]
    missense = [variant(25 + number, "TP53", "Missense_Mutation", f"p.R{30 + 13 * number}H") for number in range(20)]
    return [*hot, *rest, *cut, *missense]


def _call(number: int, gene: str, call: int) -> dict[str, Any]:
    return {**_of(number), "gene": gene, "call": call, "profile": "made"}


def _fusion(number: int, five: str, three: str) -> dict[str, Any]:
    return {**_of(number), "gene_1": five, "gene_2": three}


def _of(number: int) -> dict[str, Any]:
    return {"sample_id": f"S{_patient(number)}", "patient_id": _patient(number)}


def _patient(number: int) -> str:
    return f"P{number:03d}"

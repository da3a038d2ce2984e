"""The tables that a made-up cohort is drawn from, read once from `synth/tables/*.tsv`.

The gene symbols, HGNC identifiers, chromosomes and protein lengths are facts. Every frequency,
share and duration is made up: an order of magnitude, never to be quoted.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

FIRST_YEAR, LAST_YEAR = 2008, 2025

# Panel 3 is the exome, which holds every gene; panel 4 sees fusions only.
PANELS = ("SYNTH-HOTSPOT-48", "SYNTH-PANEL-205", "SYNTH-PANEL-420", "SYNTH-EXOME", "SYNTH-RNA-37")
HOTSPOT, MIDDLE, LARGE, EXOME, RNA = range(5)
_PANEL_LETTERS = {"h": HOTSPOT, "m": MIDDLE, "l": LARGE, "r": RNA}

CENTRES = tuple(f"Hôpital Imaginaire {letter}" for letter in "ABCDEFGHIJKLMNOPQRST")


@dataclass(frozen=True)
class Tumour:
    """One tumour type: how common, in whom, at which stages (0 to IV, empty when not staged), how severe."""

    code: str
    share: float
    female_share: float
    age_mean: float
    age_sd: float
    stages: tuple[float, ...]
    median_months: float
    passengers: float
    msi_high: float
    burden_spread: float

    @property
    def is_staged(self) -> bool:
        return sum(self.stages) > 0


@dataclass(frozen=True)
class Driver:
    """One alteration of a tumour type. Of a `group`, one patient has one at most.

    For a fusion `gene` is the first partner. `frequency` holds in patients without `if_altered`,
    `frequency_then` in those with it.
    """

    kind: str
    gene: str
    partner: str
    frequency: float
    group: str
    if_altered: str
    frequency_then: float


@dataclass(frozen=True)
class Regimen:
    """Medicines given together, and to whom; `needs` names genes of which one was found altered."""

    stages: frozenset[str]
    line: int
    start_days: float
    length_days: float
    medicines: tuple[str, ...]
    treatment_class: str
    needs: tuple[str, ...]
    from_year: int
    probability: float


@dataclass(frozen=True)
class Genes:
    """Genes in the order used everywhere here; `covered[panel, gene]` says what a panel sees."""

    symbols: tuple[str, ...]
    hgnc_ids: tuple[str, ...]
    chromosomes: tuple[str, ...]
    lengths: NDArray[np.int64]
    is_suppressor: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    position: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.symbols)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("chevet.synth").joinpath(f"tables/{name}").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


@cache
def tumours() -> tuple[Tumour, ...]:
    return tuple(
        Tumour(
            code=row["oncotree_code"],
            share=float(row["share"]),
            female_share=float(row["female_share"]),
            age_mean=float(row["age_mean"]),
            age_sd=float(row["age_sd"]),
            stages=tuple(float(row[f"stage_{stage}"]) for stage in ("0", "I", "II", "III", "IV")),
            median_months=float(row["median_months"]),
            passengers=float(row["passengers"]),
            msi_high=float(row["msi_high"]),
            burden_spread=float(row["burden_spread"]),
        )
        for row in _rows("tumours.tsv")
    )


@cache
def drivers() -> dict[str, tuple[Driver, ...]]:
    """Drivers by tumour type, in the order of the table (a condition names a gene further up)."""
    found: dict[str, list[Driver]] = {tumour.code: [] for tumour in tumours()}
    for row in _rows("drivers.tsv"):
        found[row["oncotree_code"]].append(
            Driver(
                kind=row["kind"],
                gene=row["gene"],
                partner=row["partner"],
                frequency=float(row["frequency"]),
                group=row["group"],
                if_altered=row["if_altered"],
                frequency_then=float(row["frequency_then"] or 0),
            )
        )
    return {code: tuple(of_type) for code, of_type in found.items()}


@cache
def fusions() -> tuple[tuple[str, str], ...]:
    """Every fusion of the table once, as (first partner, second partner)."""
    every = [d for of_type in drivers().values() for d in of_type if d.kind == "fusion"]
    return tuple(dict.fromkeys((d.gene, d.partner) for d in every))


@cache
def fusion_genes() -> NDArray[np.int64]:
    """Gene numbers of both partners of each of `fusions()`, (fusions, 2)."""
    position = genes().position
    return np.array([[position[gene] for gene in pair] for pair in fusions()], dtype=np.int64)


@cache
def regimens() -> dict[str, tuple[Regimen, ...]]:
    """Regimens by tumour type; within one line of treatment the first that suits is given."""
    found: dict[str, list[Regimen]] = {tumour.code: [] for tumour in tumours()}
    for row in _rows("regimens.tsv"):
        regimen = Regimen(
            stages=frozenset() if row["stages"] == "*" else frozenset(row["stages"].split(",")),
            line=int(row["line"]),
            start_days=float(row["start_days"]),
            length_days=float(row["length_days"]),
            medicines=tuple(row["medicines"].split("+")) if row["medicines"] else (),
            treatment_class=row["treatment_class"],
            needs=tuple(row["needs"].split(",")) if row["needs"] else (),
            from_year=int(row["from_year"]),
            probability=float(row["probability"]),
        )
        for code in row["tumours"].split(","):
            found[code].append(regimen)
    return {code: tuple(of_type) for code, of_type in found.items()}


@cache
def genes() -> Genes:
    rows = _rows("genes.tsv")
    covered = np.zeros((len(PANELS), len(rows)), dtype=bool)
    covered[EXOME] = True
    for number, row in enumerate(rows):
        for letter in row["panels"]:
            covered[_PANEL_LETTERS[letter], number] = True
    return Genes(
        symbols=tuple(row["gene"] for row in rows),
        hgnc_ids=tuple(row["hgnc_id"] for row in rows),
        chromosomes=tuple(row["chromosome"] for row in rows),
        lengths=np.array([int(row["protein_length"]) for row in rows], dtype=np.int64),
        is_suppressor=np.array([row["role"] == "suppressor" for row in rows]),
        covered=covered,
        position={row["gene"]: number for number, row in enumerate(rows)},
    )


@cache
def hotspots() -> dict[tuple[str, str], tuple[tuple[str, float], ...]]:
    """Recurrent changes as (change, share), by (gene, tumour type); tumour type "" is all others."""
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for row in _rows("hotspots.tsv"):
        found.setdefault((row["gene"], row["only_in"] or ""), []).append((row["protein_change"], float(row["weight"])))
    return {key: tuple(of_key) for key, of_key in found.items()}

"""Every small variant that a made-up patient can have, as one Arrow table.

A patient's variants are row numbers of this table, so that a block of patients is written without
a Python object per variant. Positions and alleles are made up: nothing here may be annotated.
Rows of a gene lie together: recurrent changes, then truncating, protein-changing and quiet ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chevet.synth import facts

_AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
_BASES = "ACGT"
_TRUNCATING = ("Nonsense_Mutation", "Frame_Shift_Del", "Frame_Shift_Ins", "Splice_Site")
_QUIET = ("Silent", "Silent", "Silent", "Intron", "3'UTR")

COLUMNS = (
    "gene", "gene_as_given", "hgnc_id", "assembly", "chromosome", "start", "end",
    "reference_allele", "alternate_allele", "consequence", "protein_change", "cdna_change",
)  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """`table` has COLUMNS; `gene` gives each row's gene number; the bounds cut a gene's rows in three.

    `bounds[g]` = (first truncating, first changing, first quiet, end) row of gene g.
    """

    table: pa.Table
    gene: NDArray[np.int64]
    is_quiet: NDArray[np.bool_]
    bounds: NDArray[np.int64]
    recurrent: dict[tuple[str, str], tuple[NDArray[np.int64], NDArray[np.float64]]]

    def by_chance(self, rng: np.random.Generator, genes: NDArray[np.int64]) -> NDArray[np.int64]:
        """One chance row for each of `genes`: about one in seven truncating, one in four quiet."""
        kind = np.searchsorted([0.12, 0.76], rng.random(len(genes)), side="right")
        return self._row(rng, genes, kind)

    def of_driver(self, rng: np.random.Generator, gene: str, tumour: str, count: int) -> NDArray[np.int64]:
        """`count` rows for a driver `gene`: its recurrent changes of `tumour`, else a damaging one."""
        number = facts.genes().position[gene]
        truncating = 0.65 if facts.genes().is_suppressor[number] else 0.08
        kind = (rng.random(count) > truncating).astype(np.int64)
        rows = self._row(rng, np.full(count, number), kind)
        known = self.recurrent.get((gene, tumour), self.recurrent.get((gene, "")))
        if known is not None:
            choice = np.searchsorted(np.cumsum(known[1]), rng.random(count), side="right")
            is_known = choice < len(known[0])
            rows[is_known] = known[0][choice[is_known]]
        return rows

    def _row(self, rng: np.random.Generator, genes: NDArray[np.int64], kind: NDArray[np.int64]) -> NDArray[np.int64]:
        first, end = self.bounds[genes, kind], self.bounds[genes, kind + 1]
        return first + (rng.random(len(genes)) * (end - first)).astype(np.int64)


@cache
def catalogue() -> Catalogue:
    """The catalogue, the same for every seed."""
    maker = _Maker()
    genes = facts.genes()
    for number in range(len(genes)):
        maker.add_gene(number)
    table = pa.table(maker.columns, schema=pa.schema([(name, _column_type(name)) for name in COLUMNS]))
    consequence = np.array(maker.columns["consequence"])
    return Catalogue(
        table=table,
        gene=np.array(maker.genes, dtype=np.int64),
        is_quiet=np.isin(consequence, _QUIET),
        bounds=np.array(maker.bounds, dtype=np.int64),
        recurrent={
            key: (np.array([row for row, _ in of_key]), np.array([share for _, share in of_key]))
            for key, of_key in maker.recurrent.items()
        },
    )


def _column_type(name: str) -> pa.DataType:
    return pa.int64() if name in ("start", "end") else pa.string()


class _Maker:
    """Gathers the rows of the catalogue, gene after gene, with chance of its own."""

    def __init__(self) -> None:
        self.columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
        self.genes: list[int] = []
        self.bounds: list[tuple[int, int, int, int]] = []
        self.recurrent: dict[tuple[str, str], list[tuple[int, float]]] = {}
        self._rng = np.random.default_rng(20080101)

    def add_gene(self, number: int) -> None:
        genes = facts.genes()
        symbol, length = genes.symbols[number], int(genes.lengths[number])
        self._add_recurrent(number, symbol)
        many = int(np.clip(length // 5, 40, 260))
        truncating, changing, quiet = round(many * 0.25), round(many * 0.5), round(many * 0.25)
        bounds = [len(self.genes)]
        for kind, count in (("truncating", truncating), ("changing", changing), ("quiet", quiet)):
            count = min(count, length - 10)
            residues = np.sort(self._rng.choice(np.arange(2, length - 2), size=count, replace=False))
            for residue, chance in zip(residues.tolist(), self._rng.random(count).tolist(), strict=True):
                self._add_chance(number, kind, residue, chance)
            bounds.append(len(self.genes))
        self.bounds.append((bounds[0], bounds[1], bounds[2], bounds[3]))

    def _add_recurrent(self, number: int, symbol: str) -> None:
        added: dict[str, int] = {}
        for (gene, tumour), changes in facts.hotspots().items():
            if gene != symbol:
                continue
            for change, share in changes:
                if change not in added:
                    added[change] = len(self.genes)
                    self._add_change(number, change)
                self.recurrent.setdefault((gene, tumour), []).append((added[change], share))

    def _add_change(self, number: int, change: str) -> None:
        if change.startswith("promoter-"):
            base = int(change.removeprefix("promoter-"))
            self._add(number, -base, "C", "T", "5'Flank", None, f"c.-{base}C>T")
            return
        found = re.search(r"\d+", change)
        residue = int(found.group()) if found else 1
        if "splice" in change:
            self._add(number, 3 * residue, "G", "A", "Splice_Site", change, None)
        elif "fs" in change:
            self._add(number, 3 * residue, "-", "TCTG", "Frame_Shift_Ins", change, None)
        elif "dup" in change or "ins" in change:
            self._add(number, 3 * residue, "-", _bases(number + residue, 9), "In_Frame_Ins", change, None)
        elif "del" in change:
            self._add(number, 3 * residue, _bases(number + residue, 15), "-", "In_Frame_Del", change, None)
        else:
            consequence = "Nonsense_Mutation" if change.endswith("*") else "Missense_Mutation"
            self._add_substitution(number, residue, change, consequence, code=sum(map(ord, change)))

    def _add_chance(self, number: int, kind: str, residue: int, chance: float) -> None:
        amino = _AMINO_ACIDS[(number * 31 + residue * 7) % 20]
        code = int(chance * 1e6)
        if kind == "changing":
            if chance < 0.05:
                self._add(number, 3 * residue, _bases(code, 3), "-", "In_Frame_Del", f"p.{amino}{residue}del", None)
                return
            other = _AMINO_ACIDS[(_AMINO_ACIDS.index(amino) + 1 + code % 19) % 20]
            self._add_substitution(number, residue, f"p.{amino}{residue}{other}", "Missense_Mutation", code)
        elif kind == "truncating":
            consequence = _TRUNCATING[code % 4]
            if consequence == "Nonsense_Mutation":
                self._add_substitution(number, residue, f"p.{amino}{residue}*", consequence, code)
            elif consequence == "Splice_Site":
                self._add(number, 3 * residue, "G", _BASES[code % 2], consequence, f"p.X{residue}_splice", None)
            else:
                change = f"p.{amino}{residue}fs"
                alleles = (_bases(code, 1), "-") if consequence == "Frame_Shift_Del" else ("-", _bases(code, 1))
                self._add(number, 3 * residue, *alleles, consequence, change, None)
        else:
            consequence = _QUIET[code % 5]
            silent = f"p.{amino}{residue}=" if consequence == "Silent" else None
            self._add_substitution(number, residue, silent, consequence, code)

    def _add_substitution(self, number: int, residue: int, change: str | None, consequence: str, code: int) -> None:
        base = _BASES[(number + residue) % 4]
        other = _BASES[(number + residue + 1 + code % 3) % 4]
        place = 3 * residue - code % 3
        coding = consequence not in ("Intron", "3'UTR")
        self._add(number, place, base, other, consequence, change, f"c.{place}{base}>{other}" if coding else None)

    def _add(
        self, number: int, place: int, reference: str, alternate: str, consequence: str,
        protein_change: str | None, cdna_change: str | None,
    ) -> None:  # fmt: skip
        genes = facts.genes()
        start = 2_000_000 + number * 49_999 % 40_000_000 + place
        span = 1 if reference == "-" else len(reference) - 1
        row = (
            genes.symbols[number], genes.symbols[number], genes.hgnc_ids[number], "GRCh38",
            genes.chromosomes[number], start, start + span, reference, alternate,
            consequence, protein_change, cdna_change,
        )  # fmt: skip
        for name, value in zip(COLUMNS, row, strict=True):
            self.columns[name].append(value)
        self.genes.append(number)


def _bases(code: int, count: int) -> str:
    return "".join(_BASES[(code // 4**i + i * i) % 4] for i in range(count))

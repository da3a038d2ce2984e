"""Genes as HGNC calls them: approved symbols, and what older files call the same gene.

A symbol is resolved in this order: approved symbol; known previous symbol of one gene; a name that
exactly one gene bears. A name that several genes bear is *ambiguous* and stays unresolved: MLL4 is
never guessed. Capitals are ignored only when the exact spelling is unknown, and only in approved
symbols and open reading frames (C9ORF72 is C9orf72): `nobody` is a word, and not the alias NoBody.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal

from chevet.words import facts

How = Literal["approved", "previous", "alias", "unknown", "ambiguous"]

# What spreadsheets make of SEPTIN2, MARCHF1 or DELEC1: the symbol is lost, and several genes fit.
_DATE = re.compile(r"(?:(\d{1,2})-(mar|sep|dec)|(mar|sep|dec)-(\d{1,2}))", re.IGNORECASE)
_PLACE = re.compile(r"(?:^|\b(?:and|or) )(?:chr)?(\d{1,2}|X|Y|MT)(?![\d])")  # Xp22.33 and Yp11.32 is on two
_DATE_STEMS = {"mar": ("MARCHF", "MTARC"), "sep": ("SEPTIN",), "dec": ("DELEC", "BHLHE4")}


@dataclass(frozen=True)
class Gene:
    """A gene of HGNC. `location` is a cytoband such as 12q13.12; `is_cancer_gene` when a cancer resource names it."""

    symbol: str
    hgnc_id: str
    entrez_id: int | None
    location: str
    type: str
    is_cancer_gene: bool
    other_names: tuple[str, ...]

    @property
    def previous(self) -> tuple[str, ...]:
        """Symbols that HGNC once approved for this gene and that other genes bear as an alias."""
        return tuple(old for old, symbol in _previous().items() if symbol == self.symbol)

    @property
    def chromosome(self) -> str:
        """1 to 22, X, Y or MT; empty when HGNC does not say."""
        return next(iter(self.chromosomes), "")

    @property
    def chromosomes(self) -> tuple[str, ...]:
        """Every chromosome it lies on: X and Y for the genes that both have; empty when HGNC does not say."""
        if self.location.startswith("mito"):
            return ("MT",)
        return tuple(_PLACE.findall(self.location))


@dataclass(frozen=True)
class Resolution:
    """What became of one symbol: the gene, or None when nobody or several bear that name."""

    as_given: str | None
    gene: Gene | None
    how: How


def resolve(symbol: str) -> Gene | None:
    """The gene that this symbol, old or new, means; None when unknown or ambiguous.

    >>> resolve("MLL2").symbol, resolve("KMT2D").hgnc_id
    ('KMT2D', 'HGNC:7133')
    >>> resolve("NOTAGENE") is None
    True
    """
    return resolution(symbol).gene


@cache
def resolution(symbol: str) -> Resolution:
    """As `resolve`, and how it was told.

    >>> [resolution(symbol).how for symbol in ("MLL2", "EGFR", "1-Sep", "MLL4")]
    ['previous', 'approved', 'unknown', 'ambiguous']
    """
    row = _approved().get(symbol)
    if row is not None:
        return Resolution(symbol, _gene(row), "approved")
    if is_damaged_by_a_spreadsheet(symbol):
        return Resolution(symbol, None, "unknown")
    previous = _previous().get(symbol)
    if previous is not None:
        return Resolution(symbol, _gene(_approved()[previous]), "previous")
    bearers = _bearers().get(symbol, ())
    if not bearers:
        spelt = _without_capitals().get(symbol.upper(), ())
        if len(spelt) == 1 and spelt[0] != symbol:
            return Resolution(symbol, resolution(spelt[0]).gene, resolution(spelt[0]).how)
        return Resolution(symbol, None, "ambiguous" if spelt else "unknown")
    if len(bearers) > 1:
        return Resolution(symbol, None, "ambiguous")
    return Resolution(symbol, _gene(_approved()[bearers[0]]), "alias")


def bearers(symbol: str) -> tuple[Gene, ...]:
    """Every gene that this is or was a name of, whichever of them `resolution` would choose.

    >>> [gene.symbol for gene in bearers("MLL4")], [gene.symbol for gene in bearers("DBC1")]
    (['KMT2B', 'KMT2D'], ['BRINP1', 'CCAR2'])
    """
    if symbol in _approved():
        return (_gene(_approved()[symbol]),)
    previous = _previous().get(symbol)
    found = [previous] if previous is not None else []
    found += [bearer for bearer in _bearers().get(symbol, ()) if bearer != previous]
    if not found:
        spelt = _without_capitals().get(symbol.upper(), ())
        found = [gene.symbol for name in spelt if name != symbol for gene in bearers(name)]
    return tuple(_gene(_approved()[name]) for name in dict.fromkeys(found))


def by_entrez(entrez_id: int) -> Gene | None:
    """The gene with this NCBI Gene (Entrez) number.

    >>> by_entrez(7157).symbol
    'TP53'
    """
    row = _entrez().get(str(entrez_id))
    return _gene(row) if row is not None else None


def suggest(symbol: str) -> list[str]:
    """Up to three approved symbols that may have been meant; for a symbol damaged into a date, every candidate.

    >>> suggest("EGRF")[0]
    'EGFR'
    >>> "SEPTIN2" in suggest("2-Sep")
    True
    """
    date = _DATE.fullmatch(symbol.strip())
    if date is not None:
        number, month = date.group(1) or date.group(4), (date.group(2) or date.group(3)).lower()
        candidates = [f"{stem}{int(number)}" for stem in _DATE_STEMS[month]]
        return [candidate for candidate in candidates if candidate in _approved()]
    if not _bearers().get(symbol):
        alike = [name for name in (*_approved(), *_bearers()) if name.upper() == symbol.upper() and name != symbol]
        if alike:
            return sorted({gene.symbol for name in alike for gene in bearers(name)})[:3]
    if len(_bearers().get(symbol, ())) > 1:
        return list(_bearers()[symbol])
    cancer = [row[0] for row in _approved().values() if row[5]]
    close = difflib.get_close_matches(symbol.upper(), cancer, n=10, cutoff=0.6)
    return sorted(close, key=lambda name: sorted(name) != sorted(symbol.upper()))[:3]


def is_damaged_by_a_spreadsheet(symbol: str) -> bool:
    """Whether a spreadsheet made a date of this symbol, such as 1-Sep or Mar-02."""
    return _DATE.fullmatch(symbol.strip()) is not None


def cancer_genes() -> list[str]:
    """Approved symbols of the genes that a cancer panel, compendium or list of hotspots names, sorted."""
    return sorted(row[0] for row in _approved().values() if row[5])


@cache
def _approved() -> dict[str, list[str]]:
    return {row[0]: row for row in facts.rows("genes.tsv.gz")}


@cache
def _previous() -> dict[str, str]:
    return {row[0]: row[1] for row in facts.rows("previous_symbols.tsv")}


@cache
def _bearers() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for symbol, row in _approved().items():
        if row[6]:
            for name in row[6].split("|"):
                found[name].append(symbol)
    for name, bearers in facts.rows("ambiguous_symbols.tsv"):
        found[name] = bearers.split("|")
    return {name: tuple(bearers) for name, bearers in found.items()}


@cache
def _without_capitals() -> dict[str, tuple[str, ...]]:
    """Approved symbols and open reading frames by their capitals, for what is not spelt exactly."""
    approved, names = _approved(), _bearers()
    found: dict[str, list[str]] = defaultdict(list)
    for symbol in approved:
        found[symbol.upper()].append(symbol)
    for name, genes in names.items():
        if len(genes) == 1 and "ORF" in (upper := name.upper()) and upper not in approved:
            found[upper].append(name)
    return {upper: tuple(spelt) for upper, spelt in found.items()}


@cache
def _entrez() -> dict[str, list[str]]:
    return {row[2]: row for row in _approved().values() if row[2]}


def _gene(row: list[str]) -> Gene:
    symbol, hgnc, entrez, location, kind, cancer, names = row
    return Gene(
        symbol,
        f"HGNC:{hgnc}",
        int(entrez) if entrez else None,
        location,
        kind,
        cancer == "1",
        tuple(names.split("|")) if names else (),
    )

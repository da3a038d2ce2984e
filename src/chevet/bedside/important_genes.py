"""Which alterations a board looks for first in a tumour, so that what was *not tested* can be named.

Two small tables beside this file: alterations on which the label of a medicine depends in the tumour type
(`treatment_genes.tsv`, each row with its label and its date), and genes known to drive it (`driver_genes.tsv`). A
tumour inherits the lines of its ancestors in OncoTree: lung adenocarcinoma has its own drivers and those of
non-small cell lung cancer.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, cast

Kind = Literal["variant", "amplification", "deletion", "fusion"]
Why = Literal["treatment", "driver", "elsewhere"]
Use = Literal["gives", "excludes"]

KINDS: tuple[Kind, ...] = ("variant", "amplification", "deletion", "fusion")
BLOOD = frozenset({"MYELOID", "LYMPH", "HEMATOPOIETIC"})
SOLID = "SOLID"


@dataclass(frozen=True)
class Label:
    """The product label that makes an alteration count: a witness, not a recommendation.

    use         `gives` when the label asks for the alteration, `excludes` when it asks for its absence
    limited_to  the changes that the label means, when not all of the gene: `p.G12C`, or a word such as `germline`
    medicines   international names, together when the label gives them together
    agency      FDA or EMA; `label` is the name of its product, `section` where the label says it
    approved    ISO date of the label that carries the indication; the first approval may be earlier
    checked     ISO date on which we checked
    """

    use: Use
    limited_to: tuple[str, ...]
    medicines: tuple[str, ...]
    agency: str
    label: str
    section: str
    approved: str
    checked: str


@dataclass(frozen=True)
class ImportantGene:
    """An alteration to look for: `why` is `treatment` when a medicine may depend on it, else `driver`.

    labels   the labels that say so: at least one for `treatment`, none for `driver`, whose source is the table's
    """

    gene: str
    kind: Kind
    why: Why
    tumour: str
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where a table of facts comes from, for the foot of the page; `reference` is a DOI or a PMID."""

    title: str
    source: str
    reference: str
    version: str
    licence: str


@cache
def _lines(name: str) -> tuple[dict[str, str], tuple[dict[str, str], ...]]:
    text = files("chevet.bedside").joinpath("tables", name).read_text(encoding="utf-8").splitlines()
    header = dict(line[2:].split(": ", 1) for line in text if line.startswith("# "))
    return header, tuple(csv.DictReader((line for line in text if not line.startswith("#")), delimiter="\t"))


def sources() -> tuple[Source, ...]:
    """What both tables say of themselves.

    >>> [source.licence for source in sources()]
    ['Apache-2.0', 'CC0-1.0']
    """
    headers = [_lines(name)[0] for name in ("treatment_genes.tsv", "driver_genes.tsv")]
    return tuple(Source(h["title"], h["source"], h["reference"], h["version"], h["licence"]) for h in headers)


def _label(row: dict[str, str]) -> Label:
    return Label(
        use=cast(Use, row["use"]), limited_to=tuple(row["limited_to"].split(", ")) if row["limited_to"] else (),
        medicines=tuple(row["medicine"].split(" + ")), agency=row["agency"], label=row["label"],
        section=row["section"], approved=row["approved"], checked=row["checked"],
    )  # fmt: skip


def important_genes(code: str, ancestors: Sequence[str]) -> tuple[ImportantGene, ...]:
    """Alterations to look for in this tumour: those for treatment first, then drivers, nearest tumour first.

    code        OncoTree code of the tumour
    ancestors   its parents in OncoTree, nearest first

    Empty when neither table knows the tumour or one of its ancestors and it is a disease of the blood.

    >>> [(g.gene, g.kind) for g in important_genes("THME", ["THYROID", "TISSUE"])][:2]
    [('RET', 'variant'), ('NTRK1', 'fusion')]
    """
    path = [code, *ancestors]
    if not BLOOD.intersection(path):
        path.append(SOLID)
    found: dict[tuple[str, Kind], ImportantGene] = {}
    for tumour in path:
        for row in _lines("treatment_genes.tsv")[1]:
            if row["tumour"] != tumour:
                continue
            gene, kind = row["gene"], cast(Kind, row["kind"])
            known = found.setdefault((gene, kind), ImportantGene(gene, kind, "treatment", tumour))
            if known.tumour == tumour:
                found[gene, kind] = replace(known, labels=(*known.labels, _label(row)))
    for tumour in path:
        for row in _lines("driver_genes.tsv")[1]:
            if row["tumour"] == tumour:
                found.setdefault((row["gene"], "variant"), ImportantGene(row["gene"], "variant", "driver", tumour))
    return tuple(found.values())


@cache
def known_elsewhere() -> frozenset[tuple[str, Kind]]:
    """Alterations on the list of at least one tumour: `elsewhere` for a tumour that does not list them.

    >>> ("KRAS", "variant") in known_elsewhere(), ("TTN", "variant") in known_elsewhere()
    (True, False)
    """
    for_treatment = {(row["gene"], cast(Kind, row["kind"])) for row in _lines("treatment_genes.tsv")[1]}
    drivers: set[tuple[str, Kind]] = {(row["gene"], "variant") for row in _lines("driver_genes.tsv")[1]}
    return frozenset(for_treatment | drivers)

"""The shape of genes as lines of evidence, for the ranking and the dossier.

Findings: `oncogene`, `suppressor`, `both` or `no_pattern` of each gene; `hotspot`, `cluster`, `amplified`, `deleted`,
`fused` and `two_hits` where these are significant. A suppressor, a deleted gene and one hit twice drive by being lost:
they are lines *for* the gene, and their finding says that a medicine which blocks it is not what is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chevet.targets.evidence import Line, Standing
from chevet.targets.shape.analysis import Shape
from chevet.targets.shape.hotspots import SIGNIFICANT

Row = dict[str, Any]
RATIO, SHARE = "observed_over_expected", "share"
_DETAIL: dict[str, tuple[str, ...]] = {
    "hotspots": ("residue", "place", "changes", "expected"),
    "clusters": ("first", "last", "within", "changes", "expected"),
    "copy_number": ("kind", "arm", "focal", "tested", "expected"),
    "fusions": ("partners", "tested", "expected"),
    "two_hits": ("kind", "first", "second", "tested", "expected"),
}
_FINDING = {"hotspots": "hotspot", "clusters": "cluster", "fusions": "fused", "two_hits": "two_hits"}
_KINDS = {"amplification": "amplified", "deletion": "deleted"}


def lines(shape: Shape, genes: Sequence[str] = ()) -> list[Line]:
    """The lines of these genes, or of every gene that has any; numbers as they may be shown.

    A gene asked for of which nothing may be told, or nothing was found, is not concluded; kinds of alteration that the
    study was not tested for are not asked.
    """
    wanted = set(genes)
    found = [line for line in _every(shape) if not wanted or line.gene in wanted]
    told = {line.gene for line in found}
    found += [Line(gene, "shape", "few_or_none", "not_concluded") for gene in genes if gene not in told]
    missing = shape.about["not_asked"]
    found += [Line(gene, "shape", f"no_{what}", "not_asked") for gene in dict.fromkeys(genes) for what in missing]
    return found


def _every(shape: Shape) -> list[Line]:
    surest: dict[str, Row] = {}
    for row in shape.tables["hotspots"].to_pylist():
        surest.setdefault(row["gene"], row)
    made = [_pattern(row, surest.get(row["gene"])) for row in shape.tables["patterns"].to_pylist()]
    for name, detail in _DETAIL.items():
        made += [_line(name, row, detail) for row in shape.tables[name].to_pylist() if _counts(name, row)]
    return made


def _counts(name: str, row: Row) -> bool:
    """Whether the row is a finding: significant, and for a fusion also a known pair in which the gene drives."""
    if name == "fusions" and any(one["drives"] and one["known"] for one in row["partners"]):
        return True
    return bool(row.get("significant")) if name == "hotspots" else row["q"] is not None and row["q"] < SIGNIFICANT


def _line(name: str, row: Row, detail: tuple[str, ...]) -> Line:
    finding = _KINDS[row["kind"]] if name == "copy_number" else _FINDING[name]
    drives = name != "fusions" or any(one["drives"] for one in row["partners"])
    return Line(
        row["gene"], "shape", finding, "for" if drives else "neutral", effect=row["ratio"],
        scale=RATIO if row["ratio"] is not None else "", low=row.get("low"), high=row.get("high"),
        p=row["p"], q=row["q"],
        patients=row["both"] if name == "two_hits" else row["focal"] if name == "copy_number" else row["patients"],
        detail={key: row[key] for key in detail},
    )  # fmt: skip


def _pattern(row: Row, surest: Row | None) -> Line:
    role = row["role"]
    which = "recurrent" if role == "oncogene" else "truncating"
    standing: Standing = "not_concluded" if role == "not_concluded" else "for"
    of_hotspot = surest if role in ("oncogene", "both") and surest is not None and surest["significant"] else None
    p, q = (row["p_truncating"], row["q_truncating"]) if of_hotspot is None else (of_hotspot["p"], of_hotspot["q"])
    if role == "oncogene" and of_hotspot is None:  # its q is that of a cluster, which has a line of its own
        p = q = None
    share = row[f"{which}_share"]
    return Line(
        row["gene"], "shape", "no_pattern" if role == "not_concluded" else role, standing, effect=share,
        scale=SHARE if share is not None else "", low=row[f"{which}_low"], high=row[f"{which}_high"], p=p, q=q,
        patients=row["patients"],
        detail={name: row[name] for name in ("altering", "missense", "truncating", "recurrent", "tested")},
    )  # fmt: skip

"""What was found as Arrow tables, the surest first; no number is left out here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from chevet.targets.shape.arms import ARMS, RecurrentArms, arm_of
from chevet.targets.shape.calls import Calls
from chevet.targets.shape.found import Found
from chevet.targets.shape.fusions import Fusions
from chevet.targets.shape.hotspots import SIGNIFICANT
from chevet.targets.shape.two_hits import TwoHits

_TEXT, _WHOLE, _NUMBER = pa.string(), pa.int64(), pa.float64()
_PARTNER = pa.struct([("pair", _TEXT), ("patients", _WHOLE), ("drives", pa.bool_()), ("known", pa.bool_())])


def _schema(texts: str, wholes: str, numbers: str, *more: tuple[str, pa.DataType]) -> pa.Schema:
    of = ((texts, _TEXT), (wholes, _WHOLE), (numbers, _NUMBER))
    return pa.schema([*((name, kind) for names, kind in of for name in names.split()), *more])


SCHEMAS: dict[str, pa.Schema] = {
    "patterns": _schema(
        "gene role", "tested patients altering missense truncating recurrent",
        "truncating_share truncating_low truncating_high recurrent_share recurrent_low recurrent_high p_truncating "
        "q_truncating", ("one_residue", pa.bool_()),
    ),
    "hotspots": _schema("gene residue", "place patients changes", "expected ratio p q", ("significant", pa.bool_())),
    "clusters": _schema("gene", "first last patients within changes", "expected ratio p q"),
    "copy_number": _schema("gene kind arm", "patients focal tested", "expected ratio p q"),
    "arms": _schema("arm direction", "patients tested", "expected ratio p q"),
    "fusions": _schema("gene", "patients tested", "expected ratio p q", ("partners", pa.list_(_PARTNER))),
    "two_hits": _schema("gene kind", "first second both tested", "expected ratio low high p q"),
}  # fmt: skip
_Columns = dict[str, Any]


def tables(found: Found) -> dict[str, pa.Table]:
    """The tables by name; one without rows where nothing was found, or nothing asked."""
    made = {"patterns": _patterns(found), "hotspots": _hotspots(found), "clusters": _clusters(found)}
    genes = found.copy_number[0].genes if found.copy_number else ()
    lists: dict[str, list[_Columns]] = {
        "copy_number": [_calls(one, genes) for one in found.calls or ()],
        "arms": [_arms(one) for one in found.recurrent_arms],
        "fusions": [_fusions(found.fusions, found.joined.genes)] if found.fusions and found.joined else [],
        "two_hits": [_two_hits(one, found.variants.genes) for one in found.two_hits],
    }
    return {
        **{name: _table(name, columns) for name, columns in made.items()},
        **{name: _sorted(name, parts) for name, parts in lists.items()},
    }


def _table(name: str, columns: _Columns) -> pa.Table:
    schema = SCHEMAS[name]
    return pa.table({one.name: pa.array(columns[one.name], one.type) for one in schema}, schema=schema)


def _sorted(name: str, parts: list[_Columns]) -> pa.Table:
    if not parts:
        return SCHEMAS[name].empty_table()
    whole = pa.concat_tables([_table(name, part) for part in parts])
    return whole.take(np.argsort(whole.column("p").to_numpy(), kind="stable"))


def _names(genes: tuple[str, ...], rows: Any) -> list[str]:
    return [genes[row] for row in rows]


def _ratio(found: Any, expected: Any) -> list[float | None]:
    return [float(k / e) if e > 0 else None for k, e in zip(found, expected, strict=True)]


def _patterns(found: Found) -> _Columns:
    one, variants = found.patterns, found.variants
    order = np.lexsort((-one.altering, one.q_truncating, np.array(one.role) == "not_concluded"))
    gene, n = one.gene[order], one.altering[order]
    columns: _Columns = {name: getattr(one, name)[order] for name in (
        "altering", "missense", "truncating", "recurrent", "truncating_low", "truncating_high", "recurrent_low",
        "recurrent_high", "p_truncating", "q_truncating", "one_residue",
    )}  # fmt: skip
    return columns | {
        "gene": _names(variants.genes, gene), "role": [one.role[row] for row in order],
        "tested": variants.n_tested[gene], "patients": variants.n_altered[gene],
        "truncating_share": columns["truncating"] / n, "recurrent_share": columns["recurrent"] / n,
    }  # fmt: skip


def _hotspots(found: Found) -> _Columns:
    one = found.hotspots
    order = np.argsort(one.p, kind="stable")
    columns: _Columns = {name: getattr(one, name)[order] for name in ("patients", "changes", "expected", "p", "q")}
    named = [f"{chr(acid) if acid else ''}{place}" for acid, place in zip(one.acid[order], one.residue[order],
                                                                         strict=True)]  # fmt: skip
    return columns | {
        "gene": _names(found.changes.genes, one.gene[order]), "residue": named, "place": one.residue[order],
        "ratio": _ratio(columns["patients"], columns["expected"]), "significant": columns["q"] < SIGNIFICANT,
    }  # fmt: skip


def _clusters(found: Found) -> _Columns:
    one = found.clusters
    order = np.argsort(one.p, kind="stable")
    names = ("first", "last", "patients", "within", "changes", "expected", "p", "q")
    columns: _Columns = {name: getattr(one, name)[order] for name in names}
    return columns | {
        "gene": _names(found.changes.genes, one.gene[order]), "ratio": _ratio(columns["within"], columns["expected"])
    }  # fmt: skip


def _calls(one: Calls, genes: tuple[str, ...]) -> _Columns:
    names = _names(genes, one.gene)
    places = [arm_of(name) for name in names]
    return {
        "gene": names, "kind": [one.kind] * len(names),
        "arm": [ARMS[place] if place >= 0 else None for place in places], "patients": one.patients,
        "focal": one.focal, "tested": one.tested, "expected": one.expected,
        "ratio": _ratio(one.focal, one.expected), "p": one.p, "q": one.q,
    }  # fmt: skip


def _arms(one: RecurrentArms) -> _Columns:
    return {
        "arm": [ARMS[arm] for arm in one.arm], "direction": [one.direction] * len(one.arm), "patients": one.patients,
        "tested": one.tested, "expected": one.expected, "ratio": _ratio(one.patients, one.expected), "p": one.p,
        "q": one.q,
    }  # fmt: skip


def _fusions(one: Fusions, genes: tuple[str, ...]) -> _Columns:
    partners = [
        [{"pair": "::".join(each.pair), "patients": each.patients, "drives": each.drives, "known": each.known}
         for each in several]
        for several in one.partners
    ]  # fmt: skip
    return {
        "gene": _names(genes, one.gene), "patients": one.patients, "tested": one.tested, "expected": one.expected,
        "ratio": _ratio(one.patients, one.expected), "p": one.p, "q": one.q, "partners": partners,
    }  # fmt: skip


def _two_hits(one: TwoHits, genes: tuple[str, ...]) -> _Columns:
    columns: _Columns = {name: getattr(one, name) for name in
                         ("first", "second", "both", "tested", "expected", "low", "high", "p", "q")}  # fmt: skip
    return columns | {
        "gene": _names(genes, one.gene), "kind": [one.kind] * len(one.gene),
        "ratio": _ratio(one.both, one.expected),
    }  # fmt: skip

"""What a ranking leaves in a folder: targets.tsv, evidence.tsv, model.json, and the weights it was made with."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from chevet.cohort.index import ALTERED_KINDS
from chevet.targets.evidence import PARTS, Line
from chevet.targets.ranking.analysis import Ranking, Target
from chevet.targets.ranking.because import because
from chevet.targets.ranking.weights import Weights
from chevet.targets.selection.analysis import written
from chevet.words.labels import Lang
from chevet.words.signs import drawable

LANGUAGES: tuple[Lang, ...] = ("en", "fr")
_COLUMNS: list[tuple[str, pa.DataType]] = [
    ("gene", pa.string()), ("part", pa.string()), ("finding", pa.string()), ("standing", pa.string()),
    ("counted", pa.bool_()), ("strength", pa.float64()), ("effect", pa.float64()), ("scale", pa.string()),
    ("low", pa.float64()), ("high", pa.float64()), ("p", pa.float64()), ("q", pa.float64()), ("patients", pa.int64()),
    ("source", pa.string()), ("released", pa.string()), ("sha256", pa.string()), ("detail", pa.string()),
]  # fmt: skip
_EVIDENCE = pa.schema(_COLUMNS)


def targets_table(ranking: Ranking, *, hide_known: bool = False) -> pa.Table:
    """One row a gene, the best first: score with bounds, ranks under other weights, carriers, medicines, and why.

    given_PART, taken_PART  what the part adds to the score, or takes from it
    rank_without_PART       the rank when the part is left out; absent for a part that was not asked
    carriers_named          carriers with one of `changes_named`, the changes that its medicines ask for
    An empty count of carriers is withheld or was not looked for: model.json says which kinds were.
    """
    shown = [one for one in ranking.targets if not (hide_known and one.standing.listed == "known")]
    return pa.Table.from_pylist([_row(ranking, one) for one in shown]) if shown else pa.table({"gene": []})


def _row(ranking: Ranking, one: Target) -> dict[str, Any]:
    made, carried = ranking.scores, one.carried
    row: dict[str, Any] = {
        "rank": one.rank, "gene": one.gene, "list": one.standing.listed, "evidence_here": one.evident,
        "score": one.score, "score_low": one.low, "score_high": one.high, "complete": one.complete,
        "rank_low": one.rank_low, "rank_high": one.rank_high,
        "carriers": carried.patients if carried else None, "tested": carried.tested if carried else None,
    }  # fmt: skip
    row |= {f"carriers_{kind}": carried.by_kind[kind].patients if carried else None for kind in ALTERED_KINDS}
    row["changes_named"] = "; ".join(one.named.changes) if one.named else None
    row["carriers_named"] = one.named.count.patients if one.named else None
    row["medicines"] = "; ".join(_plain(name) for name in one.standing.names)
    row |= {f"given_{part}": float(made.given[one.place, place]) for place, part in enumerate(PARTS)}
    row |= {f"taken_{part}": float(made.taken[one.place, place]) for place, part in enumerate(PARTS)}
    row |= {f"rank_without_{part}": int(ranks[one.place]) for part, ranks in ranking.sensitivity.without.items()}
    return row | {f"why_{lang}": because(ranking, one, lang).text for lang in LANGUAGES}


def evidence_table(ranking: Ranking, *, hide_known: bool = False) -> pa.Table:
    """One row a line of evidence, genes in the order of their ranks.

    counted    it is the line that its part gives to, or takes from, the score
    strength   0 to 1 by the curve of the weights; null for lines that speak neither for nor against
    """
    rows = [
        _evidence_row(ranking, target, line)
        for target in ranking.targets if not (hide_known and target.standing.listed == "known")
        for line in ranking.lines(target.gene)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_EVIDENCE)


def _evidence_row(ranking: Ranking, target: Target, line: Line) -> dict[str, Any]:
    found = ranking.evidence.of[target.place].get(line.part)
    speaks = line.standing in ("for", "against")
    source = line.source
    return {
        "gene": line.gene, "part": line.part, "finding": line.finding, "standing": line.standing,
        "counted": found is not None and (line is found.supporting or line is found.opposing),
        "strength": ranking.weights.parts[line.part].curve(line.finding).of(line) if speaks else None,
        "effect": line.effect, "scale": line.scale or None, "low": line.low, "high": line.high, "p": line.p,
        "q": line.q, "patients": line.patients, "source": _plain(source.name) if source else None,
        "released": source.released if source else None, "sha256": source.sha256 if source else None,
        "detail": json.dumps(line.detail, ensure_ascii=False, allow_nan=False, default=str) if line.detail else None,
    }  # fmt: skip


def files(ranking: Ranking, *, hide_known: bool = False) -> dict[str, bytes]:
    """The tables and the model, by name of file."""
    model = ranking.as_json()
    if hide_known:
        model["known_hidden"] = len(ranking.of_list("known"))
    return {
        "targets.tsv": written(targets_table(ranking, hide_known=hide_known)),
        "evidence.tsv": written(evidence_table(ranking, hide_known=hide_known)),
        "model.json": (json.dumps(model, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode(),
        "weights.toml": _weights(ranking.weights),
    }


def _weights(used: Weights) -> bytes:
    return used.text.encode()


def _plain(text: str) -> str:
    """A cell of words: no tab or line end breaks its row."""
    return " ".join(drawable(text).split())

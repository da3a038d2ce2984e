"""Which mutational processes left their mark in a tumour: exposures to the signatures that its kind of tumour has.

Reference signatures are not part of Chevet: a site reads its own copy of the file of COSMIC. Which signatures a kind of
tumour has, and how often, is a table of ours. Fitted without it, flat signatures take the place of one another: over
all signatures, the exposures published for the same tumours are met at a median cosine of 0.5 only.

Source: Alexandrov et al., Nature 2020, PMID:32025018. The fit is the most probable set: the Poisson likelihood of the
96 counts, as of at most `_COUNTED` mutations, with the odds that this kind of tumour has each signature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chevet.errors import BadInput, CannotConclude
from chevet.genomics import facts
from chevet.genomics.alteration import Genomic
from chevet.words import oncotree

Kind = Literal["genome", "exome"]
Floats = NDArray[np.float64]

_SUBSTITUTIONS = ("C>A", "C>G", "C>T", "T>A", "T>C", "T>G")
CHANNELS = tuple(f"{five}[{change}]{three}" for change in _SUBSTITUTIONS for five in "ACGT" for three in "ACGT")
_PLACE = {channel: place for place, channel in enumerate(CHANNELS)}
_OTHER = str.maketrans("ACGT", "TGCA")

# With fewer substitutions, a fit tells nothing (Rosenthal 2016, PMID:26899170).
FEWEST = 50
# A spectrum is never a pure mixture of references: more mutations than this do not make the model truer.
_COUNTED = 200.0
_ODDS_COUNT = 2.0
_RAREST = 0.02
_ADDED_FROM = 0.3


@dataclass(frozen=True)
class Reference:
    """Signatures by column, channels in the order of `CHANNELS`; each column sums to 1."""

    names: tuple[str, ...]
    matrix: Floats


@dataclass(frozen=True)
class Exposures:
    """Substitutions by signature, the cosine of what they rebuild with the spectrum, and the group of the tumour."""

    mutations: int
    counts: Mapping[str, float]
    cosine: float
    group: str

    @property
    def shares(self) -> dict[str, float]:
        """The share of substitutions of each signature, the largest first."""
        total = sum(self.counts.values()) or 1.0
        return {name: count / total for name, count in sorted(self.counts.items(), key=lambda one: -one[1])}


def read_reference(path: Path) -> Reference:
    """The signatures of a file of COSMIC (`Type` as A[C>A]A) or of SigProfiler (substitution and triplet).

    Raises BadInput when a channel is missing or a cell is no number.
    """
    lines = path.read_text("utf-8", errors="replace").splitlines()
    sign = "\t" if lines and "\t" in lines[0] else ","
    rows = [line.split(sign) for line in lines if line.strip()]
    keys = 1 if rows and len(rows) > 1 and "[" in rows[1][0] else 2
    names = tuple(cell.strip() for cell in rows[0][keys:]) if rows else ()
    matrix = np.full((len(CHANNELS), len(names)), np.nan)
    for number, row in enumerate(rows[1:], start=2):
        place = _PLACE.get(_channel(row[:keys]))
        if place is None or len(row) != keys + len(names):
            raise _crooked(path, f"row {number} is not one of the 96 channels with {len(names)} numbers")
        try:
            matrix[place] = [float(cell) for cell in row[keys:]]
        except ValueError:
            raise _crooked(path, f"row {number} holds a cell that is no number") from None
    if not names or np.isnan(matrix).any() or (matrix < 0).any() or (matrix.sum(axis=0) <= 0).any():
        raise _crooked(path, "some of the 96 channels are missing")
    return Reference(names, matrix / matrix.sum(axis=0))


def channel_of(change: Genomic, fetch: Callable[[str, int, int], str]) -> str | None:
    """The channel of a substitution, told by its pyrimidine; None for anything else.

    fetch    bases of the reference: chromosome, first and last place, 1-based
    """
    if len(change.ref) != 1 or len(change.alt) != 1 or change.ref == change.alt:
        return None
    triplet = fetch(change.chromosome, change.position - 1, change.position + 1).upper()
    alt = change.alt.upper()
    if len(triplet) != 3 or triplet[1] != change.ref.upper():
        return None
    if triplet[1] in "AG":
        triplet, alt = triplet.translate(_OTHER)[::-1], alt.translate(_OTHER)
    found = f"{triplet[0]}[{triplet[1]}>{alt}]{triplet[2]}"
    return found if found in _PLACE else None


def spectrum(changes: Iterable[Genomic], fetch: Callable[[str, int, int], str]) -> dict[str, int]:
    """How many substitutions fall into each of the 96 channels."""
    found = Counter(channel for change in changes if (channel := channel_of(change, fetch)) is not None)
    return {channel: found[channel] for channel in CHANNELS}


def exposures(
    counts: Mapping[str, float], reference: Reference, tumour_code: str, *, kind: Kind = "exome"
) -> Exposures:
    """How many substitutions each signature of this kind of tumour explains.

    counts     by channel of `CHANNELS`; channels that are left out count 0
    kind       what was sequenced, and what the reference is for

    Raises CannotConclude with fewer than 50 substitutions.
    """
    observed = np.array([float(counts.get(channel, 0)) for channel in CHANNELS])
    total = int(observed.sum())
    if total < FEWEST:
        raise CannotConclude(
            f"{total} substitutions are too few to tell signatures: {FEWEST} are needed",
            next_act="Use an exome or a genome.",
        )
    group, odds = _odds(tumour_code, kind, reference.names)
    return fitted(observed, reference, odds, group)


def fitted(observed: Floats, reference: Reference, shares: Mapping[str, float], group: str = "") -> Exposures:
    """The most probable exposures when each signature occurs in a share of such tumours.

    observed   (96,) counts in the order of `CHANNELS`
    shares     by signature of the reference; those that are left out do not occur
    """
    names = [name for name in reference.names if shares.get(name, 0) > _RAREST]
    matrix = reference.matrix[:, [reference.names.index(name) for name in names]]
    prior = np.clip([shares[name] for name in names], _RAREST, 1 - _RAREST)
    fit = _Fit(observed, matrix, _ODDS_COUNT * np.log(prior / (1 - prior)))
    chosen = fit.most_probable([place for place, share in enumerate(prior) if share > _ADDED_FROM])
    weights = fit.weights(chosen)
    rebuilt = matrix[:, chosen] @ weights
    return Exposures(
        int(observed.sum()),
        {names[place]: float(weight) for place, weight in zip(chosen, weights, strict=True)},
        cosine(observed, rebuilt),
        group,
    )


def cosine(one: Floats, other: Floats) -> float:
    """The cosine of two vectors, 0 when one of them is empty."""
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / length if length else 0.0


def _non_negative(matrix: Floats, observed: Floats) -> Floats:
    """Weights of least squares, none below zero."""
    from scipy.optimize import nnls  # takes a second to load: only where there are signatures to fit

    return np.asarray(nnls(matrix, observed)[0], dtype=np.float64)


class _Fit:
    """Sets of signatures by their posterior: add or take away one while this makes the set more probable."""

    def __init__(self, observed: Floats, matrix: Floats, odds: Floats) -> None:
        self._observed, self._matrix, self._odds = observed, matrix, odds
        self._total = float(observed.sum())
        self._weight = min(1.0, _COUNTED / self._total)

    def weights(self, chosen: list[int]) -> Floats:
        """Non-negative least squares, then steps of expectation and maximisation towards the likelihood."""
        part = self._matrix[:, chosen]
        found = _non_negative(part, self._observed)
        for _ in range(30):
            found = found * (part.T @ (self._observed / (part @ found + 1e-9 * self._total)))
        return np.asarray(found, dtype=np.float64)

    def most_probable(self, addable: list[int]) -> list[int]:
        start = _non_negative(self._matrix, self._observed)
        chosen = [place for place, weight in enumerate(start) if weight > 0.002 * self._total]
        best = self._score(chosen)
        while True:
            fewer = [[one for one in chosen if one != gone] for gone in chosen if len(chosen) > 1]
            more = [[*chosen, one] for one in addable if one not in chosen]
            score, candidate = max(((self._score(one), one) for one in fewer + more), default=(best, chosen))
            if score <= best + 1e-9:
                return sorted(chosen)
            best, chosen = score, candidate

    def _score(self, chosen: list[int]) -> float:
        expected = self._matrix[:, chosen] @ self.weights(chosen) + 1e-9 * self._total
        likelihood = float(self._observed @ np.log(expected) - expected.sum())
        return self._weight * likelihood + float(self._odds[chosen].sum())


def _odds(tumour_code: str, kind: Kind, names: tuple[str, ...]) -> tuple[str, dict[str, float]]:
    """The group of a tumour and the share of its tumours with each signature, drawn towards all tumours'."""
    sets = _sets(kind)
    every = sets["ALL"][2]
    above = [tumour_code, *oncotree.ancestors(tumour_code)] if tumour_code else []
    for code in above:
        for group, (codes, number, shares) in sets.items():
            if code in codes:
                drawn = {name: (shares.get(name, 0) * number + every[name]) / (number + 1) for name in every}
                return group, _as_named(drawn, names)
    return "ALL", _as_named(every, names)


def _as_named(shares: Mapping[str, float], names: tuple[str, ...]) -> dict[str, float]:
    """Shares by the names of the reference: newer files split SBS40 into SBS40a, SBS40b and SBS40c."""
    found = {}
    for name in names:
        older = name if name in shares else name.rstrip("abcd")
        if older in shares:
            found[name] = shares[older]
    return found


@cache
def _sets(kind: Kind) -> dict[str, tuple[frozenset[str], int, dict[str, float]]]:
    found = {}
    for row in facts.rows("signature_sets.tsv"):
        if row["kind"] == kind:
            pairs = (one.split(":") for one in row["shares"].split("|"))
            codes = frozenset(row["tumours"].split("|")) - {""}
            found[row["group"]] = (codes, int(row["number"]), {name: float(share) for name, share in pairs})
    return found


def _channel(cells: list[str]) -> str:
    cells = [cell.strip() for cell in cells]
    if len(cells) == 1:
        return cells[0]
    change, triplet = cells
    return f"{triplet[0]}[{change}]{triplet[2]}" if len(triplet) == 3 else ""


def _crooked(path: Path, what: str) -> BadInput:
    return BadInput(
        f"{path.name} holds no table of SBS signatures: {what}",
        next_act="Give a file of COSMIC, such as COSMIC_v3.5_SBS_GRCh37.txt.",
    )

"""How often each kind of substitution occurs, and how much selection changes each class over all genes together.

Counts are Poisson with mean `sites x rate of the substitution x intensity of the group of samples x w of the class`;
groups are samples tested for the same genes. With one group this is the model of dNdScv.
Source: Martincorena et al., Cell 2017, PMID:29056346 (supplementary methods, global dN/dS).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Model = Literal["192", "12", "2", "1"]

MODELS: tuple[Model, ...] = ("192", "12", "2", "1")
SUBSTITUTIONS = 192
# Which classes share a w: synonymous changes are neutral (0), equal numbers are tied.
_TIES = {"mis": (0, 1, 2, 3), "non": (0, 1, 2, 3), "spl": (0, 1, 2, 3), "trunc": (0, 1, 2, 2), "all": (0, 1, 1, 1)}
_PLACE = {"mis": 1, "non": 2, "spl": 3, "trunc": 2, "all": 1}
_Z = 1.959963984540054


@dataclass(frozen=True)
class Selected:
    """Observed over expected of a class, over all genes, with its 95 % interval (Wald, on the log scale); the upper
    end is None where nothing was found."""

    mle: float
    ci_low: float
    ci_high: float | None


@dataclass(frozen=True)
class Rates:
    """The fitted rates.

    by_substitution  (192,) per site, at intensity 1; or (1,)
    intensity        (groups,) per sample of each group, the first 1
    selection        by class: mis, non, spl, trunc (the last two as one), all
    """

    by_substitution: Floats
    intensity: Floats
    selection: dict[str, Selected]


def substitution(context: npt.ArrayLike, alternate: npt.ArrayLike) -> Whole:
    """The number of a substitution, 0 to 191.

    context    16 x base before + 4 x base + base behind, A C G T as 0 to 3, on the coding strand
    alternate  the new base, 0 to 3

    >>> int(substitution(0, 1)), int(substitution(63, 2))
    (0, 191)
    """
    context, alternate = np.asarray(context, dtype=np.int64), np.asarray(alternate, dtype=np.int64)
    base = (context >> 2) & 3
    return np.asarray(3 * context + alternate - (alternate > base))


def groups(model: Model) -> Whole:
    """(192,) which substitutions share a rate: all apart; by the two bases; transitions and transversions; one.

    >>> [len(set(groups(model).tolist())) for model in MODELS]
    [192, 12, 2, 1]
    """
    number = np.arange(SUBSTITUTIONS)
    base = (number // 12) & 3
    alternate = number % 3 + (number % 3 >= base)
    if model == "192":
        return number
    if model == "12":
        return np.asarray(3 * base + number % 3)
    return np.asarray((base ^ alternate) == 2, dtype=np.int64) if model == "2" else np.zeros_like(number)


def fit_rates(counts: Floats, sites: Floats, shared: Whole) -> Rates:
    """The most likely rates, intensities and selection.

    counts, sites  (groups of samples, substitutions, 4) found, and sites x samples where it could be found
    shared         (substitutions,) which of them share one rate
    """
    kinds = int(shared.max()) + 1
    found, exposed = (np.zeros((len(counts), kinds, 4)) for _ in range(2))
    for place, kind in enumerate(shared):
        found[:, kind] += counts[:, place]
        exposed[:, kind] += sites[:, place]
    fits = {ties: _fit(found, exposed, ties) for ties in sorted(set(_TIES.values()))}
    rates, intensity, _, _ = fits[_TIES["mis"]]
    selection = {}
    for name, ties in _TIES.items():
        _, _, w, errors = fits[ties]
        mle, error = float(w[_PLACE[name]]), float(errors[_PLACE[name]])
        spread = np.exp(_Z * error) if mle > 0 else np.inf
        ends = (mle / float(spread), mle * float(spread)) if np.isfinite(spread) else (0.0, None)
        selection[name] = Selected(mle, *ends)
    return Rates(rates[shared], intensity, selection)


def _fit(found: Floats, exposed: Floats, ties: tuple[int, ...]) -> tuple[Floats, Floats, Floats, Floats]:
    """Rates, intensities, w by class and the errors of log w, by fitting each margin in turn until none moves."""
    tie = np.eye(max(ties) + 1)[list(ties)]
    rate, intensity, w = np.ones(found.shape[1]), np.ones(len(found)), np.ones(4)
    found = np.where(exposed > 0, found, 0.0)
    by_class = found.sum(axis=(0, 1)) @ tie
    for _ in range(1000):
        before = np.concatenate([rate, intensity, w])
        rate = _over(found.sum(axis=(0, 2)), np.einsum("skc,s,c->k", exposed, intensity, w))
        intensity = _over(found.sum(axis=(1, 2)), np.einsum("skc,k,c->s", exposed, rate, w))
        if intensity[0] > 0:
            intensity = intensity / intensity[0]
        hoped = np.einsum("skc,k,s->c", exposed, rate, intensity) @ tie
        w = tie[:, 1:] @ _over(by_class, hoped)[1:] + tie[:, 0]
        if np.allclose(before, np.concatenate([rate, intensity, w]), rtol=1e-12, atol=0):
            break
    mean = exposed * rate[None, :, None] * intensity[:, None, None] * w
    return rate, intensity, w, tie[:, 1:] @ _errors(mean @ tie)


def _over(found: Floats, hoped: Floats) -> Floats:
    return np.divide(found, hoped, out=np.zeros_like(found), where=hoped > 0)


def _errors(mean: Floats) -> Floats:
    """The standard error of log w of each class but the neutral one, from the information of all that was fitted."""
    of_kind = mean.sum(axis=(0, 2)) > 0
    by_kind, by_group = np.eye(mean.shape[1])[:, of_kind], np.eye(len(mean))[:, 1:]
    by_class = np.eye(mean.shape[2])[:, 1:]
    sums = {
        "kk": np.diag(mean.sum(axis=(0, 2))), "ss": np.diag(mean.sum(axis=(1, 2))),
        "cc": np.diag(mean.sum(axis=(0, 1))),
        "ks": mean.sum(axis=2).T, "kc": mean.sum(axis=0), "sc": mean.sum(axis=1),
    }  # fmt: skip
    sides = {"k": by_kind, "s": by_group, "c": by_class}
    part = {pair: sides[pair[0]].T @ sums[pair] @ sides[pair[1]] for pair in sums}
    information = np.block(
        [
            [part["kk"], part["ks"], part["kc"]],
            [part["ks"].T, part["ss"], part["sc"]],
            [part["kc"].T, part["sc"].T, part["cc"]],
        ]
    )
    variance = np.diag(np.linalg.pinv(information, hermitian=True))[-by_class.shape[1] :]
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))

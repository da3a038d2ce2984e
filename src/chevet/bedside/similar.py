"""Which patients of a study are most like this one: a simple rule that can be read and checked.

Each feature gives an agreement from 0 (unlike) to 1 (alike); the similarity of two patients is the mean of the
agreements, weighted. After Gower (Biometrics 1971), with one change for what is not said: a feature that is not said
of *this* patient is left out for everyone, and one that is not said of the *other* patient counts as no agreement,
because silence is no likeness.

    tumour        1 for the same OncoTree code, else 0 (all candidates share a tumour or its parent)
    stage         1 same, 1/2 neighbouring, 0 further apart
    markers       share of this patient's receptors and MSI status that are the same in the other
    alterations   genes altered in both over genes altered in either, among those tested in both (Jaccard)
    age           1 at the same age, falling evenly to 0 at 20 years apart
    grade         1 for the same words, else 0
    sex           1 for the same, else 0

The nearest half of the candidates is kept, at least 30 and at most 100 patients, with all those who are exactly as
near as the last one. Nothing is learnt from outcomes: the rule does not know who lived longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Feature = Literal["tumour", "stage", "markers", "alterations", "age", "grade", "sex"]
FEATURES: tuple[Feature, ...] = get_args(Feature)

WEIGHTS: Mapping[Feature, float] = {
    "tumour": 2, "stage": 3, "markers": 3, "alterations": 3, "age": 2, "grade": 1, "sex": 1,
}  # fmt: skip
AGE_SPAN_YEARS = 20.0
STAGE_SPAN = 2
FEWEST_CANDIDATES = 50
FEWEST_KEPT, MOST_KEPT = 30, 100
SAME = 1e-9  # two similarities closer than this count as equal

Codes = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
YesNo = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Features:
    """What is compared, for n patients; -1 and NaN mean not said.

    tumour, stage, grade, sex   (n,) codes; stage in order 0 to 4
    age_years                   (n,)
    markers                     (n, m) codes, one column per receptor or other marker
    altered, tested             (n, g) one column per gene to look for; altered counts only where tested
    """

    tumour: Codes
    stage: Codes
    grade: Codes
    sex: Codes
    age_years: Numbers
    markers: Codes
    altered: YesNo
    tested: YesNo

    def __len__(self) -> int:
        return len(self.tumour)


@dataclass(frozen=True)
class Nearest:
    """Rows of the most similar patients (most similar first), their similarity, and the features that were used."""

    rows: npt.NDArray[np.int64]
    similarity: Numbers
    used: tuple[Feature, ...]
    candidates: int


def how_many(candidates: int) -> int:
    """How many of the candidates are kept.

    >>> [how_many(n) for n in (50, 80, 150, 5000)]
    [30, 40, 75, 100]
    """
    return min(candidates, MOST_KEPT, max(FEWEST_KEPT, candidates // 2))


def agreements(features: Features, row: int) -> dict[Feature, Numbers]:
    """Agreement of every patient with the one at `row`, (n,) from 0 to 1, for each feature said of this patient."""
    n = len(features)
    found: dict[Feature, Numbers] = {}
    for name in ("tumour", "grade", "sex"):
        codes: Codes = getattr(features, name)
        if codes[row] >= 0:
            found[name] = (codes == codes[row]).astype(float)
    if features.stage[row] >= 0:
        apart = np.abs(features.stage - features.stage[row])
        found["stage"] = np.where(features.stage < 0, 0.0, np.clip(1 - apart / STAGE_SPAN, 0, 1))
    if not np.isnan(features.age_years[row]):
        closeness = np.clip(1 - np.abs(features.age_years - features.age_years[row]) / AGE_SPAN_YEARS, 0, 1)
        found["age"] = np.nan_to_num(closeness, nan=0.0)
    said = features.markers[row] >= 0
    if said.any():
        found["markers"] = (features.markers[:, said] == features.markers[row, said]).mean(axis=1)
    if features.tested[row].any():
        both_tested = features.tested & features.tested[row]
        mine, theirs = features.altered[row] & both_tested, features.altered & both_tested
        either, shared = (mine | theirs).sum(axis=1), (mine & theirs).sum(axis=1)
        alike = np.where(either > 0, shared / np.maximum(either, 1), 1.0)
        found["alterations"] = np.where(both_tested.any(axis=1), alike, 0.0)
    assert all(len(agreement) == n for agreement in found.values())
    return {name: found[name] for name in FEATURES if name in found}


def nearest(features: Features, row: int) -> Nearest:
    """The patients most like the one at `row`, who is never among them.

    The order of equals follows the order of the rows, so that the same study always gives the same answer.

    >>> one = np.zeros(4, dtype=np.int64); none = np.zeros((4, 0))
    >>> four = Features(one, np.array([1, 1, 2, 4]), one - 1, one, np.array([60., 62, 60, 60]),
    ...                 none.astype(np.int64), none.astype(bool), none.astype(bool))
    >>> found = nearest(four, 0)
    >>> found.rows.tolist(), found.used
    ([1, 2, 3], ('tumour', 'stage', 'age', 'sex'))
    """
    found = agreements(features, row)
    weight = sum(WEIGHTS[name] for name in found)
    total = sum((WEIGHTS[name] * agreement for name, agreement in found.items()), start=np.zeros(len(features)))
    similarity = total / weight if weight else total
    others = np.delete(np.arange(len(features)), row)
    order = others[np.argsort(-np.round(similarity[others] / SAME), kind="stable")]
    wanted = how_many(len(order))
    if wanted:
        order = order[similarity[order] >= similarity[order[wanted - 1]] - SAME]
    return Nearest(order, similarity[order], tuple(found), len(others))

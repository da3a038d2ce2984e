"""The fields that people are counted by, and each patient's place on them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from chevet.cohort.fields import FIELDS
from chevet.cohort.index import CohortIndex
from chevet.privacy.noise.cube import NOT_SAID, Axis
from chevet.records.tables import DAYS_PER_MONTH
from chevet.store import bits
from chevet.words import oncotree

Codes: TypeAlias = npt.NDArray[np.integer[Any]]
Numbers: TypeAlias = npt.NDArray[np.float64]

TUMOUR, AGE, YEAR, EXIT, ENTRY = "tumour", "age_at_diagnosis_years", "diagnosis_year", "exit", "entry"
PANELS, TREATMENTS_SAID = "panels", "treatments_said"
ENDPOINT = "overall_survival"
WORDS = ("sex", "stage", "vital_status", "sample_type")  # whose values are everybody's vocabulary
NAMED_BY_DATA = (TUMOUR, "centre", "grade")  # whose values only the study knows
NUMBERS = (AGE, YEAR)
SHOWN = (TUMOUR, "stage", "sex", AGE, YEAR, "centre", "grade", "sample_type", "vital_status")

AGE_BAND, OLDEST = 5, 100
FIRST_YEAR, LAST_YEAR = 1985, 2034
MONTHS = (0, 3, 6, 9, 12, 15, 18, 21, 24, 30, 36, 42, 48, 54, 60, 72, 84, 96, 108, 120, 132, 144, 160, 180)
ENDED, LEFT, FROM_THE_START = "event", "left", "start"
REST, ELSEWHERE = "~other", "ELSEWHERE~other"


def spans(name: str) -> list[tuple[float, float]]:
    """The half-open spans of numbers that an axis is cut into, in order."""
    if name == AGE:
        cuts: list[float] = [*range(0, OLDEST + 1, AGE_BAND), math.inf]
    elif name == YEAR:
        cuts = [-math.inf, *range(FIRST_YEAR, LAST_YEAR + 2), math.inf]
    else:
        cuts = [*MONTHS, math.inf]
    return list(pairwise(cuts))


def span_label(low: float, high: float, *, whole: bool = True) -> str:
    """A span as a word.

    >>> span_label(65, 70), span_label(2019, 2020), span_label(100, math.inf), span_label(0, 3, whole=False)
    ('65-69', '2019', '100-', '0-3')
    """
    if math.isinf(low):
        return f"-{high - 1:.0f}"
    if math.isinf(high):
        return f"{low:.0f}-"
    last = high - 1 if whole else high
    return f"{low:.0f}" if last == low else f"{low:.0f}-{last:.0f}"


def axis_of(name: str, names: Sequence[str] = ()) -> Axis:
    """The axis of a field.

    names   for fields whose values only the study knows: those that may be named
    """
    if name in NUMBERS:
        labels = [span_label(*span) for span in spans(name)]
    elif name in WORDS:
        labels = list(FIELDS[name].values)
    elif name == TUMOUR:
        labels = [*sorted(names), *(f"{tissue}{REST}" for tissue in _tissues()), ELSEWHERE]
    elif name == EXIT:
        labels = [f"{how} {span_label(*span, whole=False)}" for how in (ENDED, LEFT) for span in spans(EXIT)]
    elif name == ENTRY:
        labels = [FROM_THE_START, *(span_label(*span, whole=False) for span in spans(ENTRY))]
    elif name == TREATMENTS_SAID:
        labels = ["said"]
    else:
        labels = [*sorted(names), REST]
    return Axis(name, (NOT_SAID, *labels))


def codes_of(index: CohortIndex, axis: Axis) -> Codes:
    """(n,) each patient's place on the axis; of several tumours or samples, the first counts."""
    if axis.name in NUMBERS:
        return _placed(np.asarray(index.number(axis.name), dtype=np.float64), spans(axis.name))
    if axis.name == EXIT:
        return _exits(index)
    if axis.name == ENTRY:
        return _entries(index)
    if axis.name == TREATMENTS_SAID:
        return bits.unpack(index.treatment_any_bits, index.n_patients).astype(np.int32)
    category = index.category(axis.name)
    place = {label: i for i, label in enumerate(axis.labels)}
    of_label = [
        place[word] if word in place else place.get(rest_of(word) if axis.name == TUMOUR else REST, 0)
        for word in category.labels
    ]
    return np.array(of_label, dtype=np.int32)[category.codes]


def rest_of(code: str) -> str:
    """Where a tumour type is counted that may not be named itself: the rest of its tissue.

    >>> rest_of("LUAD"), rest_of("a word of the source")
    ('LUNG~other', 'ELSEWHERE~other')
    """
    tissue = oncotree.tissue_of(code)
    return f"{tissue}{REST}" if tissue in _tissues() else ELSEWHERE


def months_of(axis: Axis) -> tuple[int, ...]:
    """Where the intervals of follow-up of an axis begin, in months: a cube keeps those it was made with.

    >>> months_of(axis_of(EXIT)) == MONTHS
    True
    """
    ended = [label.removeprefix(f"{ENDED} ") for label in axis.labels if label.startswith(f"{ENDED} ")]
    return tuple(int(label.split("-")[0]) for label in ended)


def followed(index: CohortIndex, endpoint: str) -> tuple[Numbers, npt.NDArray[np.bool_], Numbers]:
    """Days to the end, whether it was the event, and days of entry; NaN for whoever was never under observation."""
    days, occurred = index.endpoint(endpoint)
    entry = np.nan_to_num(np.asarray(index.number("entry_days"), dtype=np.float64), nan=0.0)
    known = ~np.isnan(days) & (np.nan_to_num(days) >= 0)
    seen = known & ((entry <= 0) | (entry < np.nan_to_num(days)))
    return np.where(seen, days, np.nan), occurred, np.where(seen, np.maximum(entry, 0), np.nan)


def _exits(index: CohortIndex) -> Codes:
    if ENDPOINT not in index.endpoints:
        return np.zeros(index.n_patients, dtype=np.int32)
    days, occurred, _ = followed(index, ENDPOINT)
    placed = _placed(days / DAYS_PER_MONTH, spans(EXIT))
    return np.where((placed > 0) & ~occurred, placed + len(spans(EXIT)), placed)


def _entries(index: CohortIndex) -> Codes:
    if ENDPOINT not in index.endpoints:
        return np.zeros(index.n_patients, dtype=np.int32)
    _, _, entry = followed(index, ENDPOINT)
    placed = _placed(entry / DAYS_PER_MONTH, spans(ENTRY))
    return np.where(placed == 0, 0, np.where(entry <= 0, 1, placed + 1))


def _placed(numbers: Numbers, cut: Iterable[tuple[float, float]]) -> Codes:
    """The span of each number, from 1; 0 where there is no number, or it lies below the first span."""
    lows = np.array([low for low, _ in cut], dtype=np.float64)
    found = np.searchsorted(lows, numbers, side="right")
    return np.where(np.isnan(numbers), 0, found).astype(np.int32)


@cache
def _tissues() -> tuple[str, ...]:
    """Every tissue of OncoTree: a list that anybody can read."""
    found = {oncotree.tissue_of(code) for code in oncotree.descendants("TISSUE")}
    return tuple(sorted(tissue for tissue in found if tissue and tissue != "TISSUE"))

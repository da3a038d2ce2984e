"""Who of a cohort carries the alteration: by tumour type, stage, age, sex and treatment, as it may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chevet.cohort import Cohort
from chevet.cohort.answer import field_label, value_label
from chevet.cohort.index import CohortIndex
from chevet.privacy.tables import protect
from chevet.store import bits
from chevet.store.bits import Bits, Matrix
from chevet.words.labels import Lang, label

AGE, TREATED = "age_band", "treatment_class"
FIELDS = ("tumour", "stage", AGE, "sex", TREATED)
DECADE, DECADES = 10, 12


@dataclass(frozen=True)
class Share:
    """The carriers among those of one value who were tested; None where withheld. `value` is empty for *not said*."""

    value: str
    altered: int | None
    tested: int | None

    @property
    def frequency(self) -> float | None:
        """From 0 to 1; None where withheld or nobody was tested."""
        return None if self.altered is None or not self.tested else self.altered / self.tested


@dataclass(frozen=True)
class Spread:
    """Carriers by the values of one field; `exclusive` is False where a patient may stand under several."""

    field: str
    shares: tuple[Share, ...]
    exclusive: bool = True

    def name(self, lang: Lang) -> str:
        own = self.field in (AGE, TREATED)
        return label(f"answer.field.{self.field}", lang) if own else field_label(self.field, lang)

    def value(self, share: Share, lang: Lang) -> str:
        if self.field == TREATED and share.value == "":
            return label("said.not", lang)
        return value_label(self.field, share.value, lang)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def spreads(cohort: Cohort, altered: Bits, tested: Bits) -> tuple[Spread, ...]:
    """The carriers of each field of FIELDS of which something is known.

    altered, tested   among the patients of the cohort's index
    """
    found = (_spread(cohort.index, name, altered & tested & cohort.bits, tested & cohort.bits) for name in FIELDS)
    return tuple(spread for spread in found if any(share.value for share in spread.shares))


def _spread(index: CohortIndex, name: str, altered: Bits, tested: Bits) -> Spread:
    if name == TREATED:
        shares = [share for value, members in _classes(index) for share in _by_class(value, members, altered, tested)]
        return Spread(name, _in_order(name, shares), exclusive=False)
    labels, rows = _decades(index) if name == AGE else (index.category(name).labels, index.category_bits(name))
    carriers, looked = bits.count_rows(rows, altered), bits.count_rows(rows, tested)
    there = np.flatnonzero(looked)
    table = np.column_stack([carriers, looked - carriers])[there]
    return Spread(name, _in_order(name, _shown([labels[i] for i in there], table)))


def _shown(labels: list[str], table: npt.NDArray[np.int64]) -> list[Share]:
    """The rows of (carriers, others), neither of which may be had by subtraction from any total."""
    if not len(table):
        return []
    hidden = protect(table).hidden
    if hidden[-1, :2].any():  # hidden behind the totals, and these stand at the head of the dossier
        return [Share(value, None, None) for value in labels]
    return [
        Share(value, None if hidden[i, :2].any() else int(table[i, 0]), None if hidden[i, 2] else int(table[i].sum()))
        for i, value in enumerate(labels)
    ]


def _by_class(value: str, members: Bits, altered: Bits, tested: Bits) -> Iterator[Share]:
    """Those given treatments of one class, beside those who were not: only the first are told."""
    inside, outside = members & tested, tested & ~members
    table = np.array([[bits.count(altered & side), bits.count(side & ~altered)] for side in (inside, outside)])
    if table[0].sum():
        yield _shown([value, ""], table)[0]


def _classes(index: CohortIndex) -> Iterator[tuple[str, Bits]]:
    for value in index.treatment_classes:
        yield value, index.treatment_class_bits(value)


def _decades(index: CohortIndex) -> tuple[list[str], Matrix]:
    ages = index.number("age_at_diagnosis_years")
    known = ~np.isnan(ages)
    codes = np.where(known, np.clip(np.nan_to_num(ages) // DECADE, 0, DECADES - 1), DECADES).astype(np.int64)
    rows = bits.rows_from_pairs(codes, np.arange(index.n_patients), DECADES + 1, index.n_patients)
    return [*(f"{DECADE * i}-{DECADE * i + DECADE - 1}" for i in range(DECADES)), ""], rows


def _in_order(name: str, shares: list[Share]) -> tuple[Share, ...]:
    """Stages and ages as they run, others by falling frequency; what is withheld by name, and *not said* last."""

    def key(share: Share) -> tuple[bool, bool, float, str]:
        falls = 0.0 if name in ("stage", AGE) or share.frequency is None else -share.frequency
        withheld = name not in ("stage", AGE) and share.frequency is None
        return not share.value, withheld, falls, share.value

    return tuple(sorted(shares, key=key))

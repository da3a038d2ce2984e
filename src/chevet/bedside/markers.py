"""Receptors and microsatellites, gathered under one name each from the names that studies give them.

The tables here are spellings, not clinical facts: nothing is drawn from a marker, it is only shown and compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from chevet.bedside.chart import Chart
from chevet.cohort.index import CohortIndex, Values

MarkerName = Literal["ER", "PR", "HER2", "MSI"]
MARKERS: tuple[MarkerName, ...] = ("ER", "PR", "HER2", "MSI")

# Names in capitals, as the public studies and our made-up cohorts write them. A copy-number call of ERBB2
# (such as HER2_SNP6) is not a receptor status and is left among the other measurements.
NAMES: Mapping[str, MarkerName] = {
    "ER": "ER", "ER_STATUS": "ER", "ER_IHC": "ER", "ER_STATUS_BY_IHC": "ER", "ESTROGEN_RECEPTOR": "ER",
    "PR": "PR", "PR_STATUS": "PR", "PR_IHC": "PR", "PR_STATUS_BY_IHC": "PR", "PROGESTERONE_RECEPTOR": "PR",
    "HER2": "HER2", "HER2_STATUS": "HER2", "HER2_IHC": "HER2", "IHC_HER2": "HER2", "HER2_STATUS_BY_IHC": "HER2",
    "MSI": "MSI", "MSI_STATUS": "MSI", "MSI_TYPE": "MSI",
}  # fmt: skip

POSITIVE, NEGATIVE = 1, 0
VALUES: Mapping[str, int] = {
    "+": POSITIVE, "pos": POSITIVE, "positive": POSITIVE, "msi-h": POSITIVE, "msi": POSITIVE, "msi-high": POSITIVE,
    "instable": POSITIVE, "unstable": POSITIVE, "high": POSITIVE,
    "-": NEGATIVE, "neg": NEGATIVE, "negative": NEGATIVE, "mss": NEGATIVE, "stable": NEGATIVE,
}  # fmt: skip

State = Literal["positive", "negative", "discordant", "other"]


@dataclass(frozen=True)
class Marker:
    """One marker of the patient: what it comes to, and every value that says so, `(name in the source, value)`."""

    marker: MarkerName
    state: State
    values: tuple[tuple[str, str], ...]


def status(value: str) -> int | None:
    """1 for positive (or unstable), 0 for negative (or stable), None for other words.

    >>> status("Positive"), status("-"), status("MSI-H"), status("equivocal")
    (1, 0, 1, None)
    """
    return VALUES.get(value.strip().lower())


def of_patient(chart: Chart) -> tuple[Marker, ...]:
    """The markers said of this patient, in a fixed order; `discordant` when the sources disagree."""
    said: dict[MarkerName, list[tuple[str, str]]] = {}
    for row in chart.measurement:
        marker = NAMES.get(row["measurement"].upper())
        if marker is not None and row["value_text"] is not None:
            said.setdefault(marker, []).append((row["measurement"], row["value_text"]))
    for row in chart.sample:
        if row["msi"] is not None:
            said.setdefault("MSI", []).append(("msi", row["msi"]))
    return tuple(
        Marker(marker, _state([value for _, value in said[marker]]), tuple(dict.fromkeys(said[marker])))
        for marker in MARKERS
        if marker in said
    )


def _state(values: list[str]) -> State:
    states = {status(value) for value in values} - {None}
    if not states:
        return "other"
    if len(states) > 1:
        return "discordant"
    return "positive" if POSITIVE in states else "negative"


def of_cohort(index: CohortIndex) -> npt.NDArray[np.int64]:
    """(patients, markers) 1 positive, 0 negative, -1 not said, discordant or in other words; columns as MARKERS."""
    said = np.zeros((index.n_patients, len(MARKERS), 2), dtype=bool)
    for column, marker in enumerate(MARKERS):
        for values in _values(index, marker):
            codes = values.codes
            if codes is None:
                continue
            positions = values.positions if values.positions is not None else np.arange(index.n_patients)
            states = [status(label) if label else None for label in values.labels]
            for state in (NEGATIVE, POSITIVE):
                wanted = np.array([found == state for found in states])
                said[positions[wanted[codes]], column, state] = True
    negative, positive = said[:, :, NEGATIVE], said[:, :, POSITIVE]
    return np.where(positive & ~negative, POSITIVE, np.where(negative & ~positive, NEGATIVE, -1))


def _values(index: CohortIndex, marker: MarkerName) -> list[Values]:
    named = [index.measurement_values(name) for name in index.measurements if NAMES.get(name.upper()) == marker]
    if marker == "MSI":
        named.append(index.values("msi"))
    return [values for values in named if values is not None]

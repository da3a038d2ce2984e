"""From people to rows of follow-up with their covariates: one row, or several where a treatment begins on the way.

A treatment counts from the day on which it began, never before: who lived long enough to be treated is not counted as
treated in the months before (immortal time).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.targets.outcome.cox import curvature, slope
from chevet.targets.outcome.people import Given, People, Words
from chevet.targets.outcome.risk_sets import Counts, Numbers, RiskSets, YesNo

# A level of a covariate, or a treatment, with fewer events is joined with another, or left out.
LEAST_EVENTS = 10
# That it is not said of some treatment whether it was given.
UNTOLD = "treatment=not said"
_GENES_AT_ONCE = 512


@dataclass(frozen=True)
class FollowUp:
    """Rows of follow-up, ordered by stratum and time, with the covariates of each.

    patient   (n,) whose row it is
    design    (n, k) the covariates
    names     (k,) what they are: a number's name, `field=label`, a treatment's name, UNTOLD
    """

    patient: Counts
    entry: Numbers
    exit: Numbers
    occurred: YesNo
    stratum: Counts
    design: Numbers
    names: tuple[str, ...]

    @cached_property
    def risk(self) -> RiskSets:
        return RiskSets.of(self.entry, self.exit, self.occurred, self.stratum)

    def carried(self, altered: Matrix, patients: int) -> csr_array:
        """(genes, n) 1 where the patient of the row carries the gene; `altered` is (genes, words)."""
        parts = [np.zeros((0, 2), dtype=np.int64)]
        rows_of = csr_array(
            (np.ones(len(self.patient)), (self.patient, np.arange(len(self.patient)))),
            shape=(patients, len(self.patient)),
        )
        for start in range(0, len(altered), _GENES_AT_ONCE):
            gene, patient = np.nonzero(bits.unpack(np.asarray(altered[start : start + _GENES_AT_ONCE]), patients))
            parts.append(np.column_stack([gene + start, patient]))
        pairs = np.concatenate(parts)
        carriers = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(altered), patients))
        return csr_array(carriers @ rows_of)

    def given(self, treatment: Given) -> YesNo:
        """(n,) whether the treatment had begun when the row begins; a day that is not said is before all days."""
        start = treatment.start[self.patient]
        return np.asarray(np.isnan(start) | (start <= np.maximum(self.entry, 0.0)), dtype=np.bool_)


def follow_up(people: People, members: YesNo, split_at: Iterable[Given] = ()) -> FollowUp:
    """The rows of these members with every covariate of theirs that enough events tell of.

    members    (n,) who is meant; who is not `people.followed` is left out
    split_at   treatments besides those of `people` at whose beginning a row is to end
    """
    who = np.flatnonzero(members & people.followed)
    patient, entry = who, np.where(people.entry[who] > 0, people.entry[who], -np.inf)
    exit, occurred = people.exit[who], people.occurred[who]
    for treatment in (*people.treatments.values(), *split_at):
        patient, entry, exit, occurred = _split(patient, entry, exit, occurred, treatment.start[patient])
    order = np.lexsort((exit, people.stratum[patient]))
    patient, entry, exit, occurred = patient[order], entry[order], exit[order], occurred[order]
    bare = FollowUp(patient, entry, exit, occurred, people.stratum[patient], np.zeros((len(order), 0)), ())
    return _independent(bare, _columns(people, bare))


def _split(
    patient: Counts, entry: Numbers, exit: Numbers, occurred: YesNo, start: Numbers
) -> tuple[Counts, Numbers, Numbers, YesNo]:
    """The same rows, those on whose way the treatment starts cut in two there."""
    cut = np.flatnonzero((entry < start) & (start < exit) & np.isfinite(start) & (start > 0))
    before = exit.copy()
    before[cut] = start[cut]
    ended = occurred.copy()
    ended[cut] = False
    return (
        np.concatenate([patient, patient[cut]]),
        np.concatenate([entry, start[cut]]),
        np.concatenate([before, exit[cut]]),
        np.concatenate([ended, occurred[cut]]),
    )


def _columns(people: People, rows: FollowUp) -> dict[str, Numbers]:
    """Every covariate as columns by name: numbers centred, words as levels against the commonest, treatments begun."""
    found: dict[str, Numbers] = {}
    for name, values in people.numbers.items():
        of_rows = values[rows.patient]
        spread = float(of_rows.std()) if len(of_rows) else 0.0
        if spread > 0:
            found[name] = (of_rows - of_rows.mean()) / spread
    for name, words in people.words.items():
        found |= {f"{name}={label}": column for label, column in _levels(words, rows).items()}
    return found | _treatments(people, rows)


def _levels(words: Words, rows: FollowUp) -> dict[str, Numbers]:
    """One column per level but the one with the most events; levels with few events are one, or the commonest."""
    codes = words.codes[rows.patient]
    events = np.bincount(codes[rows.occurred], minlength=len(words.labels))
    commonest, few = int(np.argmax(events)), events < LEAST_EVENTS
    levels = {words.labels[code]: codes == code for code in np.flatnonzero(~few) if code != commonest}
    if events[few].sum() >= LEAST_EVENTS:
        levels["joined"] = few[codes]
    return {label: column.astype(np.float64) for label, column in levels.items()}


def _treatments(people: People, rows: FollowUp) -> dict[str, Numbers]:
    """Each treatment, begun by then; and that of some it is not said; where neither it nor its contrary is rare."""
    found = {name: rows.given(treatment) for name, treatment in people.treatments.items()}
    if people.treatments:
        told = np.logical_and.reduce([treatment.told for treatment in people.treatments.values()])
        found[UNTOLD] = ~told[rows.patient]
    return {
        key: column.astype(np.float64)
        for key, column in found.items()
        if min(int((column & rows.occurred).sum()), int((~column & rows.occurred).sum())) >= LEAST_EVENTS
    }


def _independent(rows: FollowUp, columns: dict[str, Numbers]) -> FollowUp:
    """The rows with those columns that say something beside the columns before them, within the strata."""
    design = np.column_stack(list(columns.values())) if columns else rows.design
    kept: list[int] = []
    if design.shape[1] and rows.risk.events:
        start = slope(rows.risk, design, np.zeros(design.shape[1]))
        information = curvature(rows.risk, design, start).information
        for column in range(design.shape[1]):
            own = float(start.residuals @ design[:, column] ** 2)
            if own > 0 and _left(information, kept, column) > 1e-6 * own:
                kept.append(column)
    names = tuple(name for number, name in enumerate(columns) if number in kept)
    chosen = np.ascontiguousarray(design[:, kept])
    return FollowUp(rows.patient, rows.entry, rows.exit, rows.occurred, rows.stratum, chosen, names)


def _left(information: Numbers, kept: list[int], column: int) -> float:
    """The information of a column beside those kept."""
    own = float(information[column, column])
    if not kept:
        return own
    beside = information[kept, column]
    return own - float(beside @ np.linalg.solve(information[np.ix_(kept, kept)], beside))

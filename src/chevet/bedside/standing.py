"""Where one patient stands among those of the same study: how often each finding occurs, how the nearest fared.

Frequencies count patients with the same tumour and divide by those who were *tested* for it. Every number of
patients passes `privacy.disclosure` before it reaches the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from chevet.bedside import markers
from chevet.bedside.findings import Finding
from chevet.bedside.important_genes import ImportantGene, Kind
from chevet.bedside.similar import FEATURES, FEWEST_CANDIDATES, Codes, Feature, Features, Nearest, nearest
from chevet.cohort.fields import TEST_FOR
from chevet.cohort.genes_beside import tested_beside
from chevet.cohort.index import CohortIndex
from chevet.cohort.kaplan_meier import kaplan_meier
from chevet.cohort.survival import last_month, released_at_risk, released_points
from chevet.privacy.disclosure import is_small, released_count, released_part
from chevet.records.tables import DAYS_PER_MONTH, STAGE
from chevet.store import bits
from chevet.words import oncotree

ENDPOINT = "overall_survival"
LANDMARKS_MONTHS = (12, 36, 60, 120)

NoneBecause = Literal["no_tumour_code", "no_follow_up", "too_few"]
Rows = npt.NDArray[np.int64]
YesNo = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Frequency:
    """How many patients of the group have this alteration, of those tested for it; null where withheld."""

    gene: str
    kind: Kind
    altered: int | None
    tested: int | None


@dataclass(frozen=True)
class Landmark:
    """Share of patients alive at `months`, with its 95 % interval; null where withheld."""

    months: int
    alive: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Outlook:
    """Overall survival of a group of patients, in months; null where the data do not reach, or where withheld.

    curve     (month, share alive, low, high) at whole months, while five patients remain and so that five
              deaths or more lie between one point and the next; empty with one to four deaths
    at_risk   (month, patients still followed), withheld counts null
    """

    patients: int
    deaths: int | None
    median: float | None
    ci_low: float | None
    ci_high: float | None
    landmarks: tuple[Landmark, ...]
    curve: tuple[tuple[int, float, float | None, float | None], ...]
    at_risk: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True)
class Similar:
    """The most similar patients, this one not among them.

    tumour       OncoTree code that all candidates share
    candidates   patients with that tumour and a known survival time
    used         features compared; `unsaid` those that could not be, because they are not said of this patient
    genes        genes compared
    nearest      overall survival of the most similar
    everyone     overall survival of all candidates
    """

    tumour: str
    candidates: int
    used: tuple[Feature, ...]
    unsaid: tuple[Feature, ...]
    genes: int
    delayed_entry: bool
    nearest: Outlook
    everyone: Outlook


@dataclass(frozen=True)
class Standing:
    """`tumour` and `patients` describe the group of the frequencies; `none_because` says why no one is similar.

    `patients` is null where it is small, or would tell of one to four beside the numbers tested.
    """

    tumour: str | None
    patients: int | None
    frequencies: tuple[Frequency, ...]
    similar: Similar | None
    none_because: NoneBecause | None


def standing(
    index: CohortIndex,
    patient_id: str,
    code: str | None,
    found: Sequence[Finding],
    important: Sequence[ImportantGene],
    *,
    no_results: frozenset[str] = frozenset(),
) -> Standing:
    """Where the patient with this OncoTree code stands in the study that `index` was built from.

    no_results   kinds of test of which the study holds no result: nothing is counted for them
    """
    if code is None:
        return Standing(None, None, (), None, "no_tumour_code")
    group, members = _same_tumour(index, code, lambda rows: np.ones(len(rows), dtype=bool))
    patients = released_count(len(members))
    wanted = {(f.gene, f.kind): None for f in found if f.effect == "altering"}
    wanted |= {(g.gene, g.kind): None for g in important}
    visible = [(gene, kind) for gene, kind in wanted if TEST_FOR[kind] not in no_results]
    frequencies, beside = _frequencies(index, members, visible) if patients else ((), True)
    patients = patients if beside else None
    similar, because = _similar(index, index.position(patient_id), code, important, no_results)
    return Standing(group, patients, frequencies, similar, because)


def _same_tumour(index: CohortIndex, code: str, wanted: Callable[[Rows], YesNo]) -> tuple[str, Rows]:
    """The nearest tumour, from the patient's own code upwards, that enough wanted patients have, and those patients.

    Climbs no further than the organ: past it, tumours no longer resemble each other.
    """
    category = index.category("tumour")
    best, members = code, np.zeros(0, dtype=np.int64)
    for group in (code, *oncotree.ancestors(code)):
        under = oncotree.descendants(group) or {group}
        inside = np.array([label in under for label in category.labels])
        rows = np.flatnonzero(inside[category.codes])
        members = rows[wanted(rows)]
        best = group
        if len(members) >= FEWEST_CANDIDATES:
            break
    return best, members


def _frequencies(
    index: CohortIndex, members: Rows, wanted: Sequence[tuple[str, Kind]]
) -> tuple[tuple[Frequency, ...], bool]:
    """How often each is found, and whether the number of all members may be told beside those tested."""
    group = bits.from_positions(members, index.n_patients)
    told, whole = tested_beside(index, group, wanted)
    found = []
    for (gene, kind), may_be_told in zip(wanted, told, strict=True):
        tested = index.tested_bits(gene, kind) & group
        altered = index.altered_bits(gene, kind) & tested
        n_tested, n_altered = bits.count(tested), bits.count(altered)
        shown = released_count(n_tested) if may_be_told else None
        found.append(Frequency(gene, kind, released_part(n_altered, n_tested), shown))
    return tuple(found), whole


def _similar(
    index: CohortIndex, me: int, code: str, important: Sequence[ImportantGene], no_results: frozenset[str]
) -> tuple[Similar | None, NoneBecause | None]:
    if ENDPOINT not in index.endpoints:
        return None, "no_follow_up"
    days, occurred = index.endpoint(ENDPOINT)
    entry = np.nan_to_num(index.number("entry_days"), nan=0.0)
    followed = ~np.isnan(days) & ((entry <= 0) | (entry < days))
    if not followed.any():
        return None, "no_follow_up"
    group, members = _same_tumour(index, code, lambda rows: followed[rows] & (rows != me))
    if len(members) < FEWEST_CANDIDATES:
        return None, "too_few"
    rows = np.append(members, me)
    genes = [gene for gene in important if TEST_FOR[gene.kind] not in no_results]
    features = _features(index, rows, genes)
    found: Nearest = nearest(features, len(members))
    chosen = members[found.rows]
    near, all_of_them = (_outlook(days[rows], occurred[rows], entry[rows]) for rows in (chosen, members))
    others = len(members) - len(chosen), int(occurred[members].sum() - occurred[chosen].sum())
    if is_small(others[0]) or is_small(others[1]) or is_small(others[0] - others[1]):
        # Beside the deaths of the nearest, those of everyone would count the deaths of the few others.
        all_of_them = replace(all_of_them, deaths=None)
    return Similar(
        tumour=group,
        candidates=len(members),
        used=found.used,
        unsaid=tuple(name for name in FEATURES if name not in found.used),
        genes=int(features.tested[-1].sum()),
        delayed_entry=bool((entry[members] > 0).any()),
        nearest=near,
        everyone=all_of_them,
    ), None


def _features(index: CohortIndex, rows: Rows, genes: Sequence[ImportantGene]) -> Features:
    def codes(name: str, labels: Sequence[str] | None = None) -> Codes:
        category = index.category(name)
        order = {label: i for i, label in enumerate(labels if labels is not None else category.labels[1:])}
        code_of = np.array([-1, *(order.get(label, -1) for label in category.labels[1:])], dtype=np.int64)
        return code_of[category.codes[rows]]

    altered = np.zeros((len(rows), len(genes)), dtype=bool)
    tested = np.zeros((len(rows), len(genes)), dtype=bool)
    for column, gene in enumerate(genes):
        tested[:, column] = bits.unpack(index.tested_bits(gene.gene, gene.kind), index.n_patients)[rows]
        altered[:, column] = bits.unpack(index.altered_bits(gene.gene, gene.kind), index.n_patients)[rows]
    return Features(
        tumour=codes("tumour"),
        stage=codes("stage", STAGE),
        grade=codes("grade"),
        sex=codes("sex"),
        age_years=index.number("age_at_diagnosis_years")[rows],
        markers=markers.of_cohort(index)[rows],
        altered=altered & tested,
        tested=tested,
    )


def _outlook(days: npt.NDArray[np.float64], occurred: YesNo, entry: npt.NDArray[np.float64]) -> Outlook:
    curve = kaplan_meier(days / DAYS_PER_MONTH, occurred, entry / DAYS_PER_MONTH)
    deaths = int(occurred.sum())
    points = released_points(curve, LANDMARKS_MONTHS)
    shown = {month: (alive, low, high) for month, alive, low, high in points}
    reach = last_month(curve)
    landmarks = [month for month in LANDMARKS_MONTHS if month <= reach]
    median = curve.quantile(0.5)
    ends = (median.value, median.low, median.high)
    middle, lower, upper = (_said(end) if end <= reach and not is_small(deaths) else None for end in ends)
    return Outlook(
        patients=len(days),
        deaths=released_part(deaths, len(days)),
        median=middle,
        ci_low=lower,
        ci_high=upper,
        landmarks=tuple(Landmark(month, *shown.get(month, (None, None, None))) for month in landmarks),
        curve=tuple((int(month), alive, low, high) for month, alive, low, high in points),
        at_risk=tuple(zip((0, *landmarks), released_at_risk(curve, (0, *landmarks)), strict=True)),
    )


def _said(number: float) -> float | None:
    """The number, or None where the data do not reach."""
    return None if np.isnan(number) else float(number)

"""The samples of a block of made-up patients, what each was tested for, and what was found.

A gene off the panel is not found, except for a very few: real files hold such findings too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chevet.synth import facts
from chevet.synth.catalogue import catalogue
from chevet.synth.columns import hyphened, rows_of, text
from chevet.synth.people import People
from chevet.synth.truth import Positions, Truth

NOT_TESTED = -1
TYPES = ("primary", "metastasis", "recurrence", "blood")
_OFF_PANEL = 0.001
_IN_BLOOD = ("AML", "PCM")
_FUSION_TYPES = ("LUAD", "THPA", "PRAD", "CHOL", "AML", "PCM", "DLBCLNOS", "GB")


@dataclass(frozen=True)
class Samples:
    """One entry per sample, patient after patient; `variant`, `copy_number` and `fusion` are panel numbers."""

    patient: Positions
    is_second: NDArray[np.bool_]
    type: Positions
    variant: Positions
    copy_number: Positions
    fusion: Positions
    purity: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.patient)

    def ids(self, people: People) -> pa.Array[Any]:
        """`SYN-0000001-S1`, and `-S2` for a second sample."""
        return hyphened(rows_of(people.ids, self.patient), text(("S1", "S2"), self.is_second.astype(np.int64)))


def draw_samples(rng: np.random.Generator, people: People) -> Samples:
    """One sample per patient, a second in one of seven, and the panels of each."""
    count = len(people)
    second = np.flatnonzero(rng.random(count) < np.where(people.stage == 4, 0.26, 0.12))
    patient = np.concatenate([np.arange(count), second])
    order = np.argsort(patient, kind="stable")
    is_second = (np.arange(len(patient)) >= count)[order]
    patient = patient[order]
    blood = np.isin(people.tumour[patient], [i for i, t in enumerate(facts.tumours()) if t.code in _IN_BLOOD])
    chance = rng.random(len(patient))
    kind = np.where(
        is_second, np.where(chance < 0.75, 1, 2), np.where((people.stage[patient] == 4) & (chance < 0.3), 1, 0)
    )
    variant, copy_number, fusion = _draw_panels(rng, people, patient, is_second)
    return Samples(
        patient, is_second, np.where(blood, 3, kind), variant, copy_number, fusion,
        np.round(np.clip(rng.beta(4, 3, len(patient)), 0.08, 0.98), 2).astype(np.float64),
    )  # fmt: skip


def _draw_panels(
    rng: np.random.Generator, people: People, patient: Positions, is_second: NDArray[np.bool_]
) -> tuple[Positions, Positions, Positions]:
    """Panels by hospital and year: hotspots first, then larger panels, exomes in five hospitals."""
    year, centre, count = people.year[patient], people.centre[patient], len(patient)
    late = np.clip((year - 2011) / 10, 0, 1)
    untested = rng.random(count) < np.where(is_second, 0.30, 0.50 - 0.042 * np.minimum(year - 2008, 10))
    chance = rng.random(count)
    teaching, regional = centre < 5, (centre >= 5) & (centre < 13)
    panel = np.full(count, facts.HOTSPOT)
    panel[chance < late] = facts.MIDDLE
    panel[(chance < late) & (year >= 2017) & (teaching | regional)] = facts.LARGE
    panel[(chance < 0.55 * late) & (year >= 2014) & teaching] = facts.EXOME
    variant = np.where(untested, NOT_TESTED, panel)
    sees_copies = (variant == facts.EXOME) | (variant == facts.LARGE) | ((variant == facts.MIDDLE) & (chance < 0.5))
    fusion_type = np.isin(people.tumour[patient], [i for i, t in enumerate(facts.tumours()) if t.code in _FUSION_TYPES])
    rna = fusion_type & (year >= 2014) & (rng.random(count) < 0.45) & ~untested
    fusion = np.where(rna, facts.RNA, np.where(variant == facts.LARGE, facts.LARGE, NOT_TESTED))
    return variant, np.where(sees_copies, variant, NOT_TESTED), fusion


def _seen_in(
    rng: np.random.Generator, samples: Samples, patient: Positions, late: NDArray[np.bool_]
) -> tuple[Positions, Positions]:
    """(alteration, sample) pairs in order of samples: late ones in the second sample only."""
    first = np.flatnonzero(~samples.is_second)
    second = np.full(len(first), -1)
    second[samples.patient[samples.is_second]] = np.flatnonzero(samples.is_second)
    alteration = np.arange(len(patient))
    again = (second[patient] >= 0) & (late | (rng.random(len(patient)) < 0.92))
    pair_alteration = np.concatenate([alteration[~late], alteration[again]])
    pair_sample = np.concatenate([first[patient[~late]], second[patient[again]]])
    order = np.lexsort((pair_alteration, pair_sample))
    return pair_alteration[order], pair_sample[order]


def _covered(panel: Positions, gene: Positions) -> NDArray[np.bool_]:
    return (panel >= 0) & facts.genes().covered[panel, gene]


@dataclass(frozen=True)
class Found:
    """What the panels saw, as (what, sample) pairs, and which genes were found altered in whom."""

    variant: Positions
    variant_sample: Positions
    copy: Positions
    copy_sample: Positions
    fusion: Positions
    fusion_sample: Positions
    altered: NDArray[np.bool_]


def find(rng: np.random.Generator, truth: Truth, samples: Samples) -> Found:
    """Keep what the panel of each sample covers; `altered` is (patients, genes), quiet variants apart."""
    cat = catalogue()
    late = rng.random(len(truth.variant_patient)) < 0.06
    variant, variant_sample = _seen_in(rng, samples, truth.variant_patient, late)
    panel = samples.variant[variant_sample]
    seen = _covered(panel, cat.gene[truth.variant_row[variant]])
    seen |= (panel >= 0) & (rng.random(len(variant)) < _OFF_PANEL)
    variant, variant_sample = variant[seen], variant_sample[seen]
    copy, copy_sample = _seen_in(rng, samples, truth.copy_patient, np.zeros(len(truth.copy_patient), dtype=bool))
    seen = _covered(samples.copy_number[copy_sample], truth.copy_gene[copy])
    copy, copy_sample = copy[seen], copy_sample[seen]
    fusion, fusion_sample = _seen_in(
        rng, samples, truth.fusion_patient, np.zeros(len(truth.fusion_patient), dtype=bool)
    )
    partners = facts.fusion_genes()
    panel = samples.fusion[fusion_sample]
    seen = _covered(panel, partners[truth.fusion[fusion], 0]) | _covered(panel, partners[truth.fusion[fusion], 1])
    fusion, fusion_sample = fusion[seen], fusion_sample[seen]
    altered = _altered(truth, variant, copy, fusion, int(samples.patient[-1]) + 1)
    return Found(variant, variant_sample, copy, copy_sample, fusion, fusion_sample, altered)


def _altered(truth: Truth, variant: Positions, copy: Positions, fusion: Positions, patients: int) -> NDArray[np.bool_]:
    cat, genes = catalogue(), facts.genes()
    altered = np.zeros((patients, len(genes)), dtype=bool)
    loud = variant[~cat.is_quiet[truth.variant_row[variant]]]
    altered[truth.variant_patient[loud], cat.gene[truth.variant_row[loud]]] = True
    strong = copy[np.abs(truth.copy_call[copy]) == 2]
    altered[truth.copy_patient[strong], truth.copy_gene[strong]] = True
    for side in (0, 1):
        altered[truth.fusion_patient[fusion], facts.fusion_genes()[truth.fusion[fusion], side]] = True
    return altered

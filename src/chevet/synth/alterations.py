"""What a block of made-up patients carries, what each sample was tested for, and what was found.

Truth first (drivers by tumour type, chance variants, gains and losses, fusions), then samples and
their panels, then what those panels see: a gene off the panel is not found, except for a very few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chevet.synth import facts
from chevet.synth.catalogue import COLUMNS, catalogue
from chevet.synth.columns import emptied, number, rows_of, table, text, whole
from chevet.synth.people import People

NOT_TESTED = -1
_OFF_PANEL = 0.001
_SAMPLE_TYPES = ("primary", "metastasis", "recurrence", "blood")
_IN_BLOOD = ("AML", "PCM")
_FUSION_TYPES = ("LUAD", "THPA", "PRAD", "CHOL", "AML", "PCM", "DLBCLNOS", "GB")
_MEGABASES = 1.35

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Truth:
    """Alterations as (patient, what): row of the catalogue, (gene, call), or fusion number."""

    variant_patient: Positions
    variant_row: Positions
    copy_patient: Positions
    copy_gene: Positions
    copy_call: Positions
    fusion_patient: Positions
    fusion: Positions
    burden: NDArray[np.float64]


@dataclass(frozen=True)
class Samples:
    """One entry per sample, patient after patient; `variant`, `copy_number` and `fusion` are panel numbers."""

    ids: pa.Array[Any]
    patient: Positions
    is_second: NDArray[np.bool_]
    type: Positions
    variant: Positions
    copy_number: Positions
    fusion: Positions
    purity: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.patient)


def draw_truth(rng: np.random.Generator, people: People) -> Truth:
    variants: list[tuple[Positions, Positions]] = []
    copies: list[tuple[Positions, Positions, Positions]] = []
    fusions: list[tuple[Positions, Positions]] = []
    for tumour_number, tumour in enumerate(facts.tumours()):
        patients = people.of_type(tumour_number)
        for driver, has in _draw_drivers(rng, facts.drivers()[tumour.code], len(patients)):
            carriers = patients[has]
            if driver.kind == "variant":
                variants.append((carriers, catalogue().of_driver(rng, driver.gene, tumour.code, len(carriers))))
            elif driver.kind == "fusion":
                fusion = facts.fusions().index((driver.gene, driver.partner))
                fusions.append((carriers, np.full(len(carriers), fusion)))
            else:
                gene = facts.genes().position[driver.gene]
                call = 2 if driver.kind == "amplification" else -2
                copies.append((carriers, np.full(len(carriers), gene), np.full(len(carriers), call)))
    burden = _burden(rng, people)
    variants.append(_chance_variants(rng, burden))
    copies.append(_chance_copies(rng, len(people)))
    variant_patient, variant_row = _once(*(np.concatenate(part) for part in zip(*variants, strict=True)))
    copy_patient, copy_gene, copy_call = (np.concatenate(part) for part in zip(*copies, strict=True))
    first = np.unique(copy_patient * len(facts.genes()) + copy_gene, return_index=True)[1]
    fusion_patient, fusion = (np.concatenate(part) for part in zip(*fusions, strict=True))
    order = np.argsort(fusion_patient, kind="stable")
    return Truth(
        variant_patient, variant_row,
        copy_patient[first], copy_gene[first], copy_call[first],
        fusion_patient[order], fusion[order], burden,
    )  # fmt: skip


def _draw_drivers(
    rng: np.random.Generator, drivers: tuple[facts.Driver, ...], count: int
) -> list[tuple[facts.Driver, NDArray[np.bool_]]]:
    """Which of `count` patients has each driver; of a group at most one, conditions looked up above."""
    chosen: dict[str, NDArray[np.int64]] = {}
    for group in dict.fromkeys(d.group for d in drivers if d.group):
        shares = np.cumsum([d.frequency for d in drivers if d.group == group])
        chosen[group] = np.searchsorted(shares, rng.random(count), side="right")
    altered: dict[str, NDArray[np.bool_]] = {}
    seen: dict[str, int] = dict.fromkeys(chosen, 0)
    found = []
    for driver in drivers:
        if driver.group:
            has = chosen[driver.group] == seen[driver.group]
            seen[driver.group] += 1
        else:
            chance = np.full(count, driver.frequency)
            if driver.if_altered:
                chance[altered[driver.if_altered]] = driver.frequency_then
            has = rng.random(count) < chance
        for gene in {driver.gene, driver.partner} - {""}:
            altered[gene] = altered.get(gene, np.zeros(count, dtype=bool)) | has
        found.append((driver, has))
    return found


def _burden(rng: np.random.Generator, people: People) -> NDArray[np.float64]:
    types = facts.tumours()
    mean = np.array([t.passengers for t in types])[people.tumour]
    spread = np.array([t.burden_spread for t in types])[people.tumour]
    burden = 2.9 * mean * np.exp(rng.normal(-(spread**2) / 2, spread))
    return np.minimum(np.where(people.msi_high, 6 * burden, burden), 400)


def _chance_variants(rng: np.random.Generator, burden: NDArray[np.float64]) -> tuple[Positions, Positions]:
    patient = np.repeat(np.arange(len(burden)), rng.poisson(burden))
    lengths = np.cumsum(facts.genes().lengths)
    gene = np.searchsorted(lengths, rng.random(len(patient)) * lengths[-1], side="right")
    return patient, catalogue().by_chance(rng, gene)


def _chance_copies(rng: np.random.Generator, count: int) -> tuple[Positions, Positions, Positions]:
    patient = np.repeat(np.arange(count), rng.poisson(rng.gamma(1.2, 5.0, count)))
    gene = rng.integers(0, len(facts.genes()), len(patient))
    call = np.array([-2, -1, 1, 2])[np.searchsorted([0.04, 0.48, 0.94], rng.random(len(patient)), side="right")]
    return patient, gene, call


def _once(patient: Positions, row: Positions) -> tuple[Positions, Positions]:
    """The same variant twice in a patient is one variant; ordered by patient, then row."""
    rows = catalogue().table.num_rows
    key = np.unique(patient * rows + row)
    return key // rows, key % rows


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
    names = pc.binary_join_element_wise(
        rows_of(people.ids, patient), text(("S1", "S2"), is_second.astype(np.int64)), "-"
    )
    return Samples(
        names, patient, is_second, np.where(blood, 3, kind), variant, copy_number, fusion,
        np.round(np.clip(rng.beta(4, 3, len(patient)), 0.08, 0.98), 2),
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
    genes, cat = facts.genes(), catalogue()
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
    partners = np.array([[genes.position[gene] for gene in pair] for pair in facts.fusions()])
    panel = samples.fusion[fusion_sample]
    seen = _covered(panel, partners[truth.fusion[fusion], 0]) | _covered(panel, partners[truth.fusion[fusion], 1])
    fusion, fusion_sample = fusion[seen], fusion_sample[seen]
    altered = np.zeros((int(samples.patient[-1]) + 1, len(genes)), dtype=bool)
    loud = variant[~cat.is_quiet[truth.variant_row[variant]]]
    altered[truth.variant_patient[loud], cat.gene[truth.variant_row[loud]]] = True
    strong = copy[np.abs(truth.copy_call[copy]) == 2]
    altered[truth.copy_patient[strong], truth.copy_gene[strong]] = True
    for side in (0, 1):
        altered[truth.fusion_patient[fusion], partners[truth.fusion[fusion], side]] = True
    return Found(variant, variant_sample, copy, copy_sample, fusion, fusion_sample, altered)


def sample_rows(
    rng: np.random.Generator, people: People, truth: Truth, samples: Samples, last_news_days: NDArray[np.float64]
) -> pa.Table:
    codes = [t.code for t in facts.tumours()]
    tumour = people.tumour[samples.patient]
    news = last_news_days[samples.patient]
    collected = np.where(
        samples.is_second,
        np.round(news * rng.uniform(0.3, 0.95, len(samples))),
        np.round(rng.uniform(0, 40, len(samples))),
    )
    wide = (samples.variant == facts.LARGE) | (samples.variant == facts.EXOME)
    burden = np.round(truth.burden[samples.patient] / _MEGABASES * rng.uniform(0.85, 1.15, len(samples)), 2)
    msi = np.where(wide, people.msi_high[samples.patient].astype(np.int64), -1)
    kinds = np.where(samples.type == 3, 3, samples.type)
    return table(
        "sample",
        sample_id=samples.ids,
        patient_id=rows_of(people.ids, samples.patient),
        oncotree_code=text(codes, emptied(rng, tumour, 0.01)),
        tumour_as_given=text([f"made-up {code}" for code in codes], tumour),
        sample_type=text(_SAMPLE_TYPES, emptied(rng, kinds, 0.01)),
        sample_type_as_given=text([f"made-up {kind}" for kind in _SAMPLE_TYPES], kinds),
        material=text(("DNA",), np.where(samples.variant >= 0, 0, -1)),
        collected_days=number(np.minimum(collected, news), rng, 0.04),
        purity=number(np.where(samples.variant >= 0, samples.purity, np.nan), rng, 0.15),
        tmb_per_megabase=number(np.where(wide, burden, np.nan), rng, 0.03),
        msi=text(("MSS", "MSI-H"), emptied(rng, msi, 0.05)),
    )


def panel_rows(people: People, samples: Samples) -> pa.Table:
    kinds = ("variant", "copy_number", "structural_variant")
    panels = np.stack([samples.variant, samples.copy_number, samples.fusion], axis=1)
    sample, kind = np.nonzero(panels >= 0)
    panel = panels[sample, kind]
    return table(
        "panel",
        sample_id=rows_of(samples.ids, sample),
        patient_id=rows_of(people.ids, samples.patient[sample]),
        alteration_type=text(kinds, kind),
        panel_id=text(facts.PANELS, panel),
        whole=pa.array(panel == facts.EXOME),
    )


def variant_rows(rng: np.random.Generator, people: People, truth: Truth, samples: Samples, found: Found) -> pa.Table:
    sample, count = found.variant_sample, len(found.variant)
    depth = rng.poisson(np.where(samples.variant[sample] == facts.EXOME, 130, 520))
    fraction = np.clip(samples.purity[sample] * rng.beta(9, 9, count), 0.01, 0.99)
    alternate = np.maximum(rng.binomial(depth, fraction), 3)
    reads_missing = rng.random(count) < 0.04
    vaf = np.where(reads_missing, np.nan, np.round(alternate / np.maximum(depth, alternate), 4))
    known = rows_of(catalogue().table, truth.variant_row[found.variant])
    return table(
        "variant",
        sample_id=rows_of(samples.ids, sample),
        patient_id=rows_of(people.ids, samples.patient[sample]),
        **{name: known.column(name) for name in COLUMNS},
        tumour_reference_reads=whole(np.where(reads_missing, -1, np.maximum(depth - alternate, 0))),
        tumour_alternate_reads=whole(np.where(reads_missing, -1, alternate)),
        vaf=number(vaf),
        origin=text(("somatic", "unknown"), (rng.random(count) < 0.02).astype(np.int64)),
    )


def copy_number_rows(
    rng: np.random.Generator, people: People, truth: Truth, samples: Samples, found: Found
) -> pa.Table:
    genes, sample, gene = facts.genes(), found.copy_sample, truth.copy_gene[found.copy]
    call = truth.copy_call[found.copy]
    log2_ratio = np.round(np.array([-1.6, -0.5, 0.0, 0.45, 1.7])[call + 2] + rng.normal(0, 0.12, len(call)), 3)
    return table(
        "copy_number",
        sample_id=rows_of(samples.ids, sample),
        patient_id=rows_of(people.ids, samples.patient[sample]),
        gene=text(genes.symbols, gene),
        gene_as_given=text(genes.symbols, gene),
        profile=text(("made-up copy number",), np.zeros(len(call), dtype=np.int64)),
        assembly=text(("GRCh38",), np.zeros(len(call), dtype=np.int64)),
        chromosome=text(genes.chromosomes, gene),
        call=pa.array(call),
        log2_ratio=number(log2_ratio, rng, 0.1),
    )


def structural_variant_rows(
    rng: np.random.Generator, people: People, truth: Truth, samples: Samples, found: Found
) -> pa.Table:
    genes, sample, fusion = facts.genes(), found.fusion_sample, truth.fusion[found.fusion]
    pairs, count = facts.fusions(), len(fusion)
    zeros = np.zeros(count, dtype=np.int64)
    sides = {}
    for side in (0, 1):
        chromosomes = [genes.chromosomes[genes.position[pair[side]]] for pair in pairs]
        sides[f"gene_{side + 1}"] = text([pair[side] for pair in pairs], fusion)
        sides[f"gene_{side + 1}_as_given"] = sides[f"gene_{side + 1}"]
        sides[f"chromosome_{side + 1}"] = text(chromosomes, fusion)
    is_rna = samples.fusion[sample] == facts.RNA
    return table(
        "structural_variant",
        sample_id=rows_of(samples.ids, sample),
        patient_id=rows_of(people.ids, samples.patient[sample]),
        **sides,
        structural_class=text(("fusion",), zeros),
        in_frame=text(("in frame",), emptied(rng, zeros, 0.3)),
        dna_support=pa.array(~is_rna),
        rna_support=pa.array(is_rna),
        supporting_reads=whole(emptied(rng, 5 + rng.poisson(30, count), 0.1)),
        origin=text(("somatic",), zeros),
    )

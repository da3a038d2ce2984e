"""Samples, panels and what was found, as rows of the record."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from chevet.synth import facts
from chevet.synth.catalogue import COLUMNS, catalogue
from chevet.synth.columns import emptied, number, rows_of, table, text, whole
from chevet.synth.people import People
from chevet.synth.samples import TYPES, Found, Samples
from chevet.synth.truth import Truth

_MEGABASES = 1.35


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
    return table(
        "sample",
        sample_id=samples.ids(people),
        patient_id=rows_of(people.ids, samples.patient),
        oncotree_code=text(codes, emptied(rng, tumour, 0.01)),
        tumour_as_given=text([f"made-up {code}" for code in codes], tumour),
        sample_type=text(TYPES, emptied(rng, samples.type, 0.01)),
        sample_type_as_given=text([f"made-up {kind}" for kind in TYPES], samples.type),
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
        sample_id=rows_of(samples.ids(people), sample),
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
        sample_id=rows_of(samples.ids(people), sample),
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
        sample_id=rows_of(samples.ids(people), sample),
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
        sample_id=rows_of(samples.ids(people), sample),
        patient_id=rows_of(people.ids, samples.patient[sample]),
        **sides,
        structural_class=text(("fusion",), zeros),
        in_frame=text(("in frame",), emptied(rng, zeros, 0.3)),
        dna_support=pa.array(~is_rna),
        rna_support=pa.array(is_rna),
        supporting_reads=whole(emptied(rng, 5 + rng.poisson(30, count), 0.1)),
        origin=text(("somatic",), zeros),
    )

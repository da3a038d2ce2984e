"""Where and how the genes of a cohort are hit: every test, as Arrow tables.

`of_cohort` gives what may leave a study; `of_table` gives every number of rows that are the caller's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.cohort import Cohort
from chevet.cohort.answer import gene_in
from chevet.cohort.genes import KINDS
from chevet.cohort.genes_beside import tested_to_tell
from chevet.errors import BadInput, CannotConclude
from chevet.genomics.reference.installed import Reference
from chevet.privacy.disclosure import require_releasable
from chevet.store import bits
from chevet.targets import carriers as carriers_of
from chevet.targets.carriers import Carriers
from chevet.targets.selection.cleaning import cleaned
from chevet.targets.selection.coding_sites import CodingSites
from chevet.targets.selection.cohort_mutations import cohort_pieces
from chevet.targets.selection.counting import count
from chevet.targets.selection.mutations import TableOfMutations
from chevet.targets.selection.placing import Placing
from chevet.targets.selection.rates import Floats
from chevet.targets.selection.tested import everywhere, of_cohort_patients
from chevet.targets.shape import arms as arms_of
from chevet.targets.shape import calls, fusions, two_hits
from chevet.targets.shape import changes as changes_of
from chevet.targets.shape import mutability as mutability_of
from chevet.targets.shape import tables as tables_of
from chevet.targets.shape.changes import Changes, Whole
from chevet.targets.shape.clusters import clusters
from chevet.targets.shape.disclosing import disclosed
from chevet.targets.shape.found import Found
from chevet.targets.shape.hotspots import hotspots
from chevet.targets.shape.numbers_tested import NumbersTested
from chevet.targets.shape.pattern import patterns
from chevet.targets.shape.unevenness import measured

SEED = 1
Tell = Callable[[str, float], None]


def _silent(what: str, part: float) -> None:
    """Nobody is told how far it is."""


@dataclass(frozen=True)
class Settings:
    """What may be chosen.

    genes       the only genes to ask about; q is then over these
    reference   with its sites: residues are weighed by the bases around their sites; without it, evenly
    selection   genes with q_global, q_mis, q_trunc and q_ind, with which the role must agree
    seed        of what is drawn by chance
    """

    genes: tuple[str, ...] = ()
    reference: tuple[Reference, CodingSites] | None = None
    selection: pa.Table | None = None
    seed: int = SEED


@dataclass(frozen=True)
class Shape:
    """Arrow tables as they may be shown, by name (`tables.SCHEMAS`), and what the reader must know besides.

    about   what was assumed, asked and left out, fit for JSON
    found   every number, for rooms that pass on no single one of them
    """

    tables: dict[str, pa.Table]
    about: dict[str, Any]
    found: Found = field(repr=False)


def of_cohort(cohort: Cohort, settings: Settings | None = None, tell: Tell = _silent) -> Shape:
    """The shape of the genes of a cohort, as it may be shown.

    Raises CannotConclude for an empty cohort, Refused for one of fewer patients than the floor, BadInput for a gene
    that the study does not know.
    """
    chosen = settings or Settings()
    cohort.asked("shape")
    require_releasable(cohort.size, "cohort")
    asked = tuple(gene_in(cohort, gene) for gene in chosen.genes)
    variants = carriers_of.of_cohort(cohort)
    changes = changes_of.of_cohort(cohort, variants)
    rates = _rates(chosen, lambda reference, sites: _rates_of_cohort(cohort, reference, sites))
    types = _types(cohort)
    found = _variants(variants, changes, types, rates, replace(chosen, genes=asked), tell)
    found = _with_copy_number(cohort, found, types, asked)
    found = _with_fusions(cohort, found, asked)
    told, _ = tested_to_tell(cohort.index, cohort.bits, KINDS)
    shown, withheld = disclosed(found, tables_of.tables(found), NumbersTested(found, told))
    about = _about(found, chosen) | {"withheld": withheld}
    about["study"] = {"name": cohort.version.study, "version": cohort.version.number, "where": str(cohort.definition)}
    return Shape(shown, about, found)


def of_table(rows: pa.Table, patients: Sequence[str], settings: Settings | None = None, tell: Tell = _silent) -> Shape:
    """The shape of the genes of a MAF-like Arrow table (columns as in `changes.of_table`): variants only.

    patients   everybody who was tested, for every gene of the rows
    """
    chosen = settings or Settings()
    changes = changes_of.of_table(rows, patients)
    if missing := sorted(set(chosen.genes) - set(changes.genes)):
        raise BadInput(f"no row is of {', '.join(missing)}", next_act="Leave these genes out, or check their names.")
    altering = changes.of_kind(changes_of.MISSENSE, changes_of.TRUNCATING, changes_of.IN_FRAME)
    altered = bits.rows_from_pairs(altering.gene, altering.patient, len(changes.genes), len(patients))
    everybody = bits.full(len(patients))[np.newaxis]
    variants = Carriers(
        changes.genes, len(patients), altered, np.zeros(len(changes.genes), dtype=np.int64), everybody, "variant"
    )
    rates = _rates(chosen, lambda reference, sites: _rates_of_table(rows, reference, sites))
    found = _variants(variants, changes, np.zeros(len(patients), dtype=np.int64), rates, chosen, tell)
    about = _about(found, chosen) | {"withheld": []}
    return Shape(tables_of.tables(found), about, found)


def _types(cohort: Cohort) -> Whole:
    """(patients,) a number for the tumour type of each patient of the cohort."""
    codes = np.asarray(cohort.index.category("tumour").codes, dtype=np.int64)
    return np.asarray(codes[bits.positions(cohort.bits, cohort.index.n_patients)])


def _variants(
    variants: Carriers, changes: Changes, types: Whole, rates: Floats | None, settings: Settings, tell: Tell
) -> Found:
    """Everything that variants alone tell."""
    if settings.reference is None or rates is None:
        mutability = mutability_of.even(changes)
    else:
        changes = mutability_of.renumbered(changes, settings.reference[1])
        mutability = mutability_of.of_reference(settings.reference[1], rates, changes.genes)
    unevenness = measured(changes, mutability)
    asked = changes.only(np.isin(changes.gene, _rows(changes.genes, settings.genes)))
    hot = hotspots(asked, mutability, unevenness)
    dense = clusters(asked, mutability, unevenness, settings.seed, tell)
    pattern = patterns(asked, hot, dense, settings.selection)
    of = two_hits.burden(changes, calls.looked(variants), types)
    twice = two_hits.two_variants(variants, asked, of)
    return Found(variants, changes, mutability, unevenness, hot, dense, pattern, two_hits=(twice,))


def _rows(genes: tuple[str, ...], asked: tuple[str, ...]) -> Whole:
    """The places of the genes asked for; all of them, unless some are."""
    return np.flatnonzero(np.isin(genes, asked)) if asked else np.arange(len(genes))


def _with_copy_number(cohort: Cohort, found: Found, types: Whole, asked: tuple[str, ...]) -> Found:
    """With gains, losses and two hits, where the study has copy number."""
    by_kind = tuple(carriers_of.of_cohort(cohort, kind) for kind in ("amplification", "deletion"))
    if not by_kind[0].n_tested.any():
        return found
    levels = arms_of.levels(cohort, by_kind[0])
    arms = arms_of.with_segments(cohort, arms_of.of_genes(by_kind[0], levels))
    tested = tuple(
        calls.recurrent(one, arms_of.broad(one.genes, changed))
        for one, changed in zip(by_kind, (arms.gained, arms.lost), strict=True)
    )
    losses = calls.chances(levels.loss, by_kind[1])
    of = two_hits.burden(found.changes, calls.looked(found.variants), types, losses)
    both = two_hits.with_loss(found.variants, levels.loss, by_kind[1].sets[by_kind[1].classes], of)
    shown = tuple(calls.only(one, _rows(by_kind[0].genes, asked)) for one in tested)
    return replace(
        found, calls=shown, copy_number=by_kind, arms=arms,
        recurrent_arms=tuple(arms_of.recurrent_arms(arms, one) for one in (arms_of.GAIN, arms_of.LOSS)),
        two_hits=(two_hits.only(both, _rows(found.variants.genes, asked)) if asked else both, *found.two_hits),
    )  # fmt: skip


def _with_fusions(cohort: Cohort, found: Found, asked: tuple[str, ...]) -> Found:
    """With fusions, where the study was tested for them."""
    joined = carriers_of.of_cohort(cohort, "fusion")
    if not joined.n_tested.any():
        return found
    every = fusions.recurrent(joined, fusions.of_cohort(cohort))
    return replace(found, joined=joined, fusions=fusions.only(every, _rows(joined.genes, asked)))


def _rates(settings: Settings, fit: Callable[[Reference, CodingSites], Floats]) -> Floats | None:
    """The rates on the reference; None without one, and where no mutation lies in its coding sequences."""
    if settings.reference is None:
        return None
    try:
        return fit(*settings.reference)
    except CannotConclude:  # sources may name protein changes without places: residues are then taken to be alike
        return None


def _rates_of_cohort(cohort: Cohort, reference: Reference, sites: CodingSites) -> Floats:
    tested, patients = of_cohort_patients(cohort, sites.genes)
    placing = Placing(sites, reference.build, samples=patients)
    placed = placing.placed(cohort_pieces(cohort))
    looked = tested.looked(placed.sample, placed.gene)
    clean = cleaned(placed.only(looked), build=f"{reference.name}, {reference.build}")
    return mutability_of.smoothed_rates(count(sites, clean, tested))


def _rates_of_table(rows: pa.Table, reference: Reference, sites: CodingSites) -> Floats:
    placing = Placing(sites, reference.build)
    named = rows.rename_columns(["position" if name == "start" else name for name in rows.column_names])
    clean = cleaned(placing.placed(TableOfMutations(named).pieces()), build=f"{reference.name}, {reference.build}")
    return mutability_of.smoothed_rates(count(sites, clean, everywhere(len(placing.samples), len(sites.genes))))


def _about(found: Found, settings: Settings) -> dict[str, Any]:
    concentration = found.unevenness.concentration
    return {
        "genes_asked": list(settings.genes) or None,
        "background": found.mutability.measured,
        "reference": None if settings.reference is None else settings.reference[0].name,
        "genes_not_in_reference": _not_in_reference(found),
        "unevenness_measured": found.unevenness.measured,
        "concentration": float(f"{concentration:.3g}") if np.isfinite(concentration) else None,
        "selection_given": settings.selection is not None,
        "seed": settings.seed,
        "not_asked": [
            name for name, missing in (
                ("variants", not found.variants.n_tested.any()), ("copy_number", found.calls is None),
                ("fusions", found.fusions is None),
            ) if missing
        ],
    }  # fmt: skip


def _not_in_reference(found: Found) -> int:
    """How many genes with changes the reference does not have: their residues were not asked about."""
    if found.mutability.measured == "even":
        return 0
    return int((found.mutability.length[np.unique(found.changes.gene)] == 0).sum())

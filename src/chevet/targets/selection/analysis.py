"""The whole way from a file, a study or a table of counts to genes under selection, and to what the reader must know.

`of_mutations`, `of_cohort` and `of_gene_table` give an `Analysis`: two Arrow tables and a model for scripts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.cohort import Cohort
from chevet.errors import BadInput
from chevet.genomics.reference.installed import Reference
from chevet.paper.spreadsheets import tab_separated
from chevet.privacy.disclosure import is_small, released_count, require_releasable
from chevet.records.maf import patient_of_barcode
from chevet.targets.selection import drivers as found_drivers
from chevet.targets.selection.cleaning import MOST_PER_GENE, MOST_PER_SAMPLE, Cleaned, cleaned
from chevet.targets.selection.coding_sites import CodingSites
from chevet.targets.selection.cohort_mutations import cohort_pieces
from chevet.targets.selection.counting import Counted, count
from chevet.targets.selection.disclosing import disclosed, disclosed_counts, disclosed_read
from chevet.targets.selection.drivers import Drivers, find_drivers
from chevet.targets.selection.gene_table import read_covariates, read_gene_table
from chevet.targets.selection.mutations import Mutations, TableOfMutations
from chevet.targets.selection.placing import READ, Placing
from chevet.targets.selection.rates import Model
from chevet.targets.selection.tested import Tested, by_panels, everywhere, for_genes, of_cohort_patients
from chevet.targets.selection.usable import OTHER_BUILD

_NAMED = 20
_OF_SAMPLES = ("hypermutated_samples", "samples_without_test")  # the other reasons for leaving out are of mutations


@dataclass(frozen=True)
class Settings:
    """What may be chosen; `covariates` is a file, the lists are of genes."""

    covariates: Path | None = None
    known: tuple[str, ...] = ()
    genes: tuple[str, ...] = ()
    rates: Model = "192"
    most_per_gene: int = MOST_PER_GENE
    most_per_sample: int = MOST_PER_SAMPLE


@dataclass(frozen=True)
class Analysis:
    """Genes as they may be shown, and the model as scripts read it; `drivers` holds every number, withheld or not."""

    genes: pa.Table
    model: dict[str, Any]
    drivers: Drivers

    def significant(self, q: float = found_drivers.SIGNIFICANT) -> list[dict[str, Any]]:
        """The genes shown with a global q below this, the surest first."""
        return [row for row in self.genes.to_pylist() if row["q_global"] is not None and row["q_global"] < q]


def of_mutations(
    mutations: Mutations | TableOfMutations, sites: CodingSites, reference: Reference, settings: Settings, *,
    panels: tuple[Mapping[str, set[str]], Mapping[str, set[str]]] | None = None,
) -> Analysis:  # fmt: skip
    """The analysis of a file, or an Arrow table, of mutations. Samples of one TCGA patient count as one.

    panels   the panels of each sample and the genes of each panel, as `tested.read_panels` gives them; without them
             every sample is taken to be tested for every gene, or for `settings.genes`
    """
    placing = Placing(sites, reference.build, patient_of_barcode)
    placed = placing.placed(mutations.pieces())
    placing.counts["crooked"] = mutations.crooked
    if panels is not None:
        panels_of: dict[str, set[str]] = {}
        for sample, names in panels[0].items():
            panels_of.setdefault(patient_of_barcode(sample), set()).update(names)
            placing.samples.setdefault(patient_of_barcode(sample), len(placing.samples))
        tested = by_panels(placing.samples, sites.genes, panels_of, panels[1])
    elif settings.genes:
        tested = for_genes(len(placing.samples), sites.genes, settings.genes)
    else:
        tested = everywhere(len(placing.samples), len(sites.genes))
    clean, counted, drivers, genes = _tested(placing, placed, tested, settings, reference)
    model = _model(drivers, settings, genes) | _told(placing, clean, counted, tested, reference)
    known = list(placing.samples)
    model["hypermutators"] = [known[number] for number in clean.hypermutators[:_NAMED]]
    model["samples_alike"] = [known[number] for number in clean.alike[:_NAMED]]
    return Analysis(drivers.genes, model, drivers)


def of_cohort(cohort: Cohort, sites: CodingSites, reference: Reference, settings: Settings) -> Analysis:
    """The analysis of the patients of a cohort, each counted where a panel of theirs looked, as it may be shown.

    Raises CannotConclude for an empty cohort, Refused for one of fewer patients than the floor.
    """
    cohort.asked("drivers")
    require_releasable(cohort.size, "cohort")
    tested, patients = of_cohort_patients(cohort, sites.genes)
    if settings.genes:
        asked = for_genes(len(patients), sites.genes, settings.genes)
        tested = Tested(tested.group, tested.genes & asked.genes, tested.absent)
    placing = Placing(sites, reference.build, samples=patients)
    placed = placing.placed(cohort_pieces(cohort))
    clean, counted, drivers, missing = _tested(placing, placed, tested, settings, reference)
    require_releasable(counted.samples, "tested")
    shown, withheld = disclosed(drivers.genes, counted)
    told = _told(placing, clean, counted, tested, reference)
    for name in ("left_out", "warnings"):
        told[name] = disclosed_counts(told[name])
    mutations = [many for name, many in told["left_out"].items() if name not in _OF_SAMPLES]
    told["mutations_read"] = disclosed_read(told["mutations_read"], mutations, shown)
    told["samples"] = released_count(counted.samples)
    told["absent_genes"]["names"] = [
        name for name in told["absent_genes"]["names"] if not is_small(placing.absent[name])
    ]
    told["absent_genes"]["mutations"] = released_count(told["absent_genes"]["mutations"])
    model = _model(drivers, settings, missing) | told | {"genes_withheld": withheld}
    model["study"] = {"name": cohort.version.study, "version": cohort.version.number, "where": str(cohort.definition)}
    return Analysis(shown, model, drivers)


def of_gene_table(file: Path, settings: Settings) -> Analysis:
    """The analysis of a table of counts and exposures by gene."""
    counts = read_gene_table(file)
    covariates, missing = _covariates(settings, counts.genes)
    drivers = find_drivers(counts, covariates=covariates, known=settings.known, model="1")
    return Analysis(drivers.genes, _model(drivers, settings, missing), drivers)


def _tested(
    placing: Placing, placed: Any, tested: Tested, settings: Settings, reference: Reference
) -> tuple[Cleaned, Counted, Drivers, int]:
    looked = tested.looked(placed.sample, placed.gene) if len(placed) else np.zeros(0, dtype=np.bool_)
    _check_build(placing, reference)
    placing.counts["not_tested"] = int((~looked).sum())
    clean = cleaned(
        placed.only(looked), most_per_gene=settings.most_per_gene, most_per_sample=settings.most_per_sample,
        build=f"{reference.name}, {reference.build}",
    )  # fmt: skip
    counted = count(placing.sites, clean, tested)
    covariates, missing = _covariates(settings, counted.counts.genes)
    drivers = find_drivers(counted.counts, covariates=covariates, known=settings.known, model=settings.rates)
    return clean, counted, drivers, missing


def _check_build(placing: Placing, reference: Reference) -> None:
    """Raises BadInput when most rows say that they are of another build."""
    elsewhere, read = placing.counts[OTHER_BUILD], placing.counts[READ]
    if 2 * elsewhere > read:
        raise BadInput(
            f"{elsewhere} of {read} mutations are of another build than the reference {reference.name} "
            f"({reference.build})",
            next_act="Give the reference of their build: chevet reference list",
        )


def _covariates(settings: Settings, genes: tuple[str, ...]) -> tuple[Any, int]:
    return (None, 0) if settings.covariates is None else read_covariates(settings.covariates, genes)


def _model(drivers: Drivers, settings: Settings, without_covariates: int) -> dict[str, Any]:
    """What was fitted."""
    counts, indels = drivers.counts, drivers.indels
    return {
        "model": settings.rates if counts.sites.shape[1] > 1 else "1",
        "theta": drivers.substitutions.regression.theta,
        "theta_ind": indels.background.regression.theta if indels else None,
        "overdispersed": drivers.substitutions.regression.overdispersed,
        "global_dnds": {name: asdict(value) for name, value in drivers.rates.selection.items()},
        "genes": len(counts.genes),
        "genes_without_covariates": without_covariates,
        "without_covariates": drivers.substitutions.without_covariates or None,
        "without_covariates_ind": (indels.background.without_covariates or None) if indels else None,
        "genes_left_out_of_indels": int(indels.left_out.sum()) if indels else None,
        "known_genes_absent": len(set(settings.known) - set(counts.genes)),
    }


def _told(
    placing: Placing, clean: Cleaned, counted: Counted, tested: Tested, reference: Reference
) -> dict[str, Any]:  # fmt: skip
    """What was read, what was left out, what looks wrong."""
    counts = Counter(placing.counts)
    read = counts.pop(READ)
    return {
        "reference": {"name": reference.name, "build": reference.build, "sha256": reference.genes_sha256},
        "samples": counted.samples,
        "groups": counted.groups,
        "mutations_read": read,
        "left_out": {**counts, **clean.left_out, "hypermutated_samples": len(clean.hypermutators),
                     "samples_without_test": _untested(tested)},
        "warnings": dict(clean.warnings),
        "absent_genes": {"genes": len(placing.absent), "mutations": sum(placing.absent.values()),
                         "names": [name for name, _ in placing.absent.most_common(_NAMED)]},
        "panel_genes_absent": list(tested.absent),
        "genes_unreadable": list(placing.sites.left_out),
    }  # fmt: skip


def _untested(tested: Tested) -> int:
    nothing = np.flatnonzero(tested.genes.sum(axis=1) == 0)
    return int(np.isin(tested.group, nothing).sum())


def written(table: pa.Table) -> bytes:
    """The table as tab-separated text with every digit; an empty cell where nothing can be said, or is withheld."""
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return tab_separated(table.column_names, rows)

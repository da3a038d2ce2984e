"""A study's cube: made once per version, at a cost that is written down before, and opened ever after.

Making it looks at the record three times, each time through noise: which fields the study keeps at
all; which names only the study knows (centres, tumour types, panels) are borne by enough people to
be said; and the tables themselves. Later versions hold the same people, so they draw on the same
allowance: a cube takes three quarters of what is left of it, and the last quarter is for questions
with noise and for the next cube.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from chevet.cohort.cohort import Cohort
from chevet.cohort.index import CohortIndex
from chevet.errors import CannotConclude, Fault, Refused
from chevet.privacy.noise.accounting import NANO, auc_at_most, in_nano, least_to_name, mu_of
from chevet.privacy.noise.budget import Budget
from chevet.privacy.noise.cube import Axis, Cube, Facts, People, bounded, to_noise
from chevet.privacy.noise.process import ToNoise, draw, require_opendp
from chevet.records.tables import TREATMENT_CLASS
from chevet.room.questions.axes import (
    AGE,
    ENTRY,
    EXIT,
    NAMED_BY_DATA,
    NUMBERS,
    PANELS,
    TREATMENTS_SAID,
    WORDS,
    YEAR,
    axis_of,
    codes_of,
)
from chevet.room.questions.recipe import (
    GENE,
    GENES_OF_A_PATIENT,
    SHARE_TO_CHOOSE,
    TREATMENT,
    TREATMENTS_OF_A_PATIENT,
    Recipe,
    recipe_for,
)  # fmt: skip
from chevet.store import bits
from chevet.store.bits import Matrix
from chevet.store.lake import Lake
from chevet.store.ledger import make_private
from chevet.store.version import Version

CUBE_MADE = "cube_made"
PRICE = "nano_rho"  # of a question with fresh noise: a fact of its entry
SHARE_OF_WHAT_IS_LEFT = 0.75
LEAST_WORTH_MAKING = 0.001  # rho: below, the noise would drown a study of a hundred thousand
FEWEST_PATIENTS = 200
KEPT_WHEN = 0.02  # a field is kept when it is known for this share of the patients at least


def budget_of(lake: Lake, study: str) -> Budget:
    """The journal of what may be learned of a study through noise."""
    return Budget(lake.home / "rooms" / "budgets", study)


def require_whole_journal(lake: Lake, study: str) -> None:
    """Raise Fault when the ledger tells of more spending than the journal does: it was lost or cut.

    The ledger has the price of each cube and of each question that was answered with fresh noise.
    """
    told = sum(
        in_nano(entry.facts["rho"]) if entry.act == CUBE_MADE else entry.facts.get(PRICE, 0)
        for entry in lake.ledger.entries()
        if entry.facts.get("study") == study
    )
    if told > budget_of(lake, study).spent().of_study:
        raise Fault(
            f"the budget of study {study} says less than the ledger: a part of it was lost",
            next_act="Restore CHEVET_HOME/rooms/budgets from a backup; until then nothing is answered with new noise.",
        )


def folder_of(lake: Lake, version: Version) -> Path:
    """Where the cube of a version lies."""
    return lake.home / "cubes" / version.study / str(version.number)


def open_cube(lake: Lake, version: Version) -> Cube:
    """The cube of this version. Raises CannotConclude when it was not made yet."""
    folder = folder_of(lake, version)
    described = folder / "cube.json"
    cube = _read(folder, described.stat().st_mtime_ns) if described.exists() else None
    if cube is None:
        raise CannotConclude(
            f"no cube was made of version {version.number} of {version.study} yet",
            next_act=f"A steward makes it once: chevet room ask cube --study {version.study}",
        )
    return cube


@lru_cache(maxsize=8)
def _read(folder: Path, written: int) -> Cube | None:
    """A cube never changes: it is read, and its checksum checked, once per process."""
    return Cube.read(folder)


def make_cube(lake: Lake, cohort: Cohort) -> tuple[Cube, bool]:
    """The cube of a version, made now unless it exists; True when it was made.

    cohort   any cohort of the version: only its index is read

    Raises Refused when OpenDP is not there or the study's allowance is spent, CannotConclude for a study so
    small that noise would drown it.
    """
    version = cohort.version
    require_opendp()
    with _alone(folder_of(lake, version)):
        found = Cube.read(folder_of(lake, version))
        if found is not None:
            return found, False
        if cohort.index.n_patients < FEWEST_PATIENTS:
            raise CannotConclude(
                f"study {version.study} has fewer than {FEWEST_PATIENTS} patients: noise would drown every count",
                next_act="Ask in checked mode, with a permit that allows it.",
            )
        spending = _spend(lake, version)
        about = {"study": version.study, "version": version.number, "digest": version.manifest.get("digest", "")}
        cube = _draw(cohort.index, spending, about)
        checksum = cube.write(folder_of(lake, version))
        lake.ledger.append(
            CUBE_MADE, study=version.study, version=version.number, sha256=checksum, rho=spending,
            mu=round(mu_of(spending), 4), auc_at_most=round(auc_at_most(mu_of(spending)), 4),
            tables=len(cube.tables),
        )  # fmt: skip
        return cube, True


def _spend(lake: Lake, version: Version) -> float:
    require_whole_journal(lake, version.study)
    budget = budget_of(lake, version.study)
    spending = budget.spent().left / NANO * SHARE_OF_WHAT_IS_LEFT
    if spending < LEAST_WORTH_MAKING:
        raise Refused(
            f"what may be learned of study {version.study} through noise is spent: too little is left for a new cube",
            next_act="Ask the cube of an earlier version (--version), or in checked mode.",
        )
    budget.spend(spending, what=f"cube of version {version.number}")
    return spending


def _draw(index: CohortIndex, rho: float, about: Mapping[str, object]) -> Cube:
    recipe = recipe_for(index.n_patients)
    panels = _Panels.of(index, recipe.genes)
    chosen, spent = _choose(index, panels, rho * SHARE_TO_CHOOSE)
    people = _people(index, recipe, panels, chosen)
    plans = [
        plan for plan in recipe.plans if set(plan.fields) <= set(people.axes) and plan.facts in ("", *people.facts)
    ]
    asked = to_noise(people, plans, rho - rho * SHARE_TO_CHOOSE)
    noised = draw(asked)
    told = dict(about) | {"rho_to_choose": spent, "panels": chosen.panel_genes(panels, recipe.genes)}
    return Cube.of(people, plans, asked, noised, told)


# -- what only the study knows


@dataclass(frozen=True)
class _Panels:
    """Patients whose tests cover the same of the recipe's genes share a code; `covered` is (codes, genes)."""

    codes: np.ndarray
    covered: np.ndarray

    @staticmethod
    def of(index: CohortIndex, genes: tuple[str, ...]) -> _Panels:
        tested = np.stack([bits.unpack(index.tested_bits(gene), index.n_patients) for gene in genes])
        covered, codes = np.unique(tested, axis=1, return_inverse=True)
        return _Panels(codes.reshape(-1), covered.T)


@dataclass(frozen=True)
class _Chosen:
    """The names that may be said per field, the fields that are kept, and the panels, as codes."""

    names: dict[str, list[str]]
    kept: set[str]
    panels: list[int]

    def panel_genes(self, panels: _Panels, genes: tuple[str, ...]) -> dict[str, list[str]]:
        """What each panel that may be named covers."""
        return {
            _panel(i): [gene for gene, yes in zip(genes, panels.covered[code], strict=True) if yes]
            for i, code in enumerate(self.panels)
        }


def _choose(index: CohortIndex, panels: _Panels, rho: float) -> tuple[_Chosen, float]:
    optional = ("stage", "sex", AGE, YEAR, "centre", "grade", "sample_type", "vital_status", EXIT, ENTRY,
                PANELS, TREATMENTS_SAID)  # fmt: skip
    known = [_known(index, panels, name) for name in optional]
    counted = [np.bincount(index.category(name).codes, minlength=len(index.category(name).labels))[1:]
               for name in NAMED_BY_DATA] + [np.bincount(panels.codes)]  # fmt: skip
    each = rho / (len(counted) + 1)
    scale_known = (len(optional) / (2 * each)) ** 0.5
    scale_named = (2 / (2 * each)) ** 0.5
    noised = draw(
        [ToNoise(np.array(known, dtype=np.int64), len(optional), scale_known),
         *(ToNoise(c.astype(np.int64), 2, scale_named) for c in counted)]
    )  # fmt: skip
    least = max(KEPT_WHEN * index.n_patients, 2 * scale_known)
    kept = {name for name, n in zip(optional, noised.tables[0], strict=True) if n >= least}
    names = {
        name: [label for label, n in zip(index.category(name).labels[1:], drawn, strict=True)
               if n >= least_to_name(scale_named)]
        for name, drawn in zip(NAMED_BY_DATA, noised.tables[1:-1], strict=True)
    }  # fmt: skip
    found = [int(p) for p in np.flatnonzero(noised.tables[-1] >= least_to_name(scale_named))]
    return _Chosen(names, kept, found), noised.rho


def _known(index: CohortIndex, panels: _Panels, name: str) -> int:
    """For how many patients the study says anything of this field."""
    if name == PANELS:
        return int(np.asarray(panels.covered.any(axis=1))[panels.codes].sum())
    if name in WORDS or name in NUMBERS or name in (EXIT, ENTRY, TREATMENTS_SAID):
        codes = codes_of(index, axis_of(name))
        return int((codes > (1 if name == ENTRY else 0)).sum())
    return int((index.category(name).codes > 0).sum())


def _people(index: CohortIndex, recipe: Recipe, panels: _Panels, chosen: _Chosen) -> People:
    axes: dict[str, Axis] = {"tumour": axis_of("tumour", chosen.names["tumour"])}
    for name in sorted(chosen.kept - {PANELS}):
        axes[name] = axis_of(name, chosen.names.get(name, ()))
    codes = {name: codes_of(index, axis) for name, axis in axes.items()}
    facts: dict[str, Facts] = {}
    if PANELS in chosen.kept:
        axes[PANELS] = Axis(PANELS, ("", *map(_panel, range(len(chosen.panels)))))
        place = np.zeros(len(panels.covered), dtype=np.int32)
        place[chosen.panels] = np.arange(1, len(chosen.panels) + 1)
        codes[PANELS] = place[panels.codes]
        facts[GENE] = bounded(recipe.genes, _altered(index, recipe.genes), index.n_patients, GENES_OF_A_PATIENT)
    if TREATMENTS_SAID in chosen.kept:
        given = np.stack([index.treatment_class_bits(name) for name in TREATMENT_CLASS])
        facts[TREATMENT] = bounded(TREATMENT_CLASS, given, index.n_patients, TREATMENTS_OF_A_PATIENT)
    return People(index.n_patients, axes, codes, facts)


def _panel(number: int) -> str:
    """Panels are numbered among those that may be named: another number would tell how many there are."""
    return f"panel {number + 1}"


def _altered(index: CohortIndex, genes: tuple[str, ...]) -> Matrix:
    """Those in whom a protein-altering variant of the gene was found, where it was tested."""
    return np.stack([index.altered_bits(gene) & index.tested_bits(gene) for gene in genes])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While a cube is made, nobody else makes it: a second one would cost as much again."""
    make_private(folder.parent)
    file = os.open(folder.parent / f".{folder.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)

"""A cohort: the patients of one version of a study for whom a definition is true."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from chevet.cohort.definition import Definition, parse
from chevet.cohort.evaluate import evaluate
from chevet.cohort.index import CohortIndex
from chevet.cohort.nodes import Compare, Known, MeasurementOf
from chevet.cohort.query import truth
from chevet.cohort.truth import ThreeValued
from chevet.errors import BadInput
from chevet.privacy.disclosure import nothing_large, released_counts
from chevet.store import bits
from chevet.store.bits import Bits
from chevet.store.engines import Engine
from chevet.store.lake import Lake
from chevet.store.ledger import Ledger
from chevet.store.version import Version
from chevet.words.errors import error, nearest

QUESTION_ASKED = "question_asked"


@dataclass(frozen=True)
class Cohort:
    """Who is meant (`definition`), among whom (`version`, `index`). The answers are computed when first asked for."""

    version: Version
    definition: Definition
    index: CohortIndex
    ledger: Ledger | None = None
    engine: Engine = field(default_factory=Engine.from_environment, repr=False, compare=False)

    @cached_property
    def truth(self) -> ThreeValued:
        """For whom the definition is true, and for whom false."""
        return evaluate(self.definition, self.index, self._ask_the_engine)

    @property
    def bits(self) -> Bits:
        """The patients of the cohort."""
        return self.truth.true

    @cached_property
    def size(self) -> int:
        """How many patients. Not to be shown before `privacy.disclosure` has seen it."""
        return bits.count(self.bits)

    @cached_property
    def released(self) -> tuple[int | None, int | None, int | None]:
        """Patients for whom the definition is true, false, unknown, as they may be shown: None where withheld."""
        outside = bits.count(self.truth.false)
        unknown = self.index.n_patients - self.size - outside
        cells = {"inside": self.size, "outside": outside, "unknown": unknown}
        if nothing_large(cells):
            return None, None, None
        shown = released_counts(cells)
        return shown["inside"], shown["outside"], shown["unknown"]

    @property
    def unknown_bits(self) -> Bits:
        """The patients for whom the definition is neither true nor false."""
        return self.truth.unknown(self.index.n_patients)

    def asked(self, kind: str) -> None:
        """Enter in the ledger that this cohort was asked for an answer of this kind; call once per answer.

        The entry holds the study, its version, the definition and the size as privacy releases it.
        """
        if self.ledger is not None:
            self.ledger.append(
                QUESTION_ASKED,
                study=self.version.study,
                version=self.version.number,
                definition=str(self.definition),
                answer=kind,
                patients=self.released[0],
            )

    def _ask_the_engine(self, leaf: Definition) -> ThreeValued:
        answer = self.engine.run(lambda: truth(leaf), self.version, key=("truth", str(leaf)))
        return _as_bits(answer, self.index)


def open(lake: Lake, study: str, definition: str | Definition = "all", version: int | None = None) -> Cohort:
    """The cohort of a definition, in text or made in Python, in the current version of a study or an older one.

    Raises BadInput for a definition that cannot be read, and for a measurement that the study never made.
    """
    read = parse(definition) if isinstance(definition, str) else definition
    opened = lake.open(study, version)
    index = _load(opened.index_dir)
    _check_measurements(read, index)
    return Cohort(opened, read, index, lake.ledger)


@lru_cache(maxsize=16)
def _load(directory: Path) -> CohortIndex:
    """Indexes are immutable: each is opened once per process."""
    return CohortIndex.load(directory)


def _check_measurements(definition: Definition, index: CohortIndex) -> None:
    known = {*index.measurements, *index.measurements_elsewhere}
    for leaf in definition.leaves():
        subject = leaf.subject if isinstance(leaf, Compare | Known) else None
        if isinstance(subject, MeasurementOf) and subject.name not in known:
            near = difflib.get_close_matches(subject.name, sorted(known), n=3)
            raise error(BadInput, "unknown_measurement", subject=str(subject), near=nearest(near))


def _as_bits(answer: pa.Table, index: CohortIndex) -> ThreeValued:
    """(patient_id, truth) in any order, as bits in the index's order."""
    positions = pc.index_in(answer["patient_id"], value_set=index.patients).to_numpy()
    truths = answer["truth"].cast(pa.int8()).fill_null(pa.scalar(-1, pa.int8())).to_numpy()
    sides = []
    for side in (1, 0):
        members = truths == side
        sides.append(bits.from_positions(positions[members], index.n_patients))
    return ThreeValued(*sides)

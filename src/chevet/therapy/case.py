"""One patient's tumour as the therapy room needs it: diagnosis, clinical facts, findings, and what was tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from chevet.genomics.alteration import Alteration

Jurisdiction = Literal["EU", "FR", "US"]
JURISDICTIONS: tuple[Jurisdiction, ...] = ("EU", "FR", "US")
Extent = Literal["localised", "locally_advanced", "advanced", "metastatic", "relapsed", "refractory", "remission"]
EXTENTS: tuple[Extent, ...] = (
    "localised", "locally_advanced", "advanced", "metastatic", "relapsed", "refractory", "remission",
)  # fmt: skip


@dataclass(frozen=True)
class Diagnosis:
    """`oncotree` is a code of OncoTree, empty when the tumour could not be placed; `text` as the source wrote it."""

    oncotree: str
    text: str = ""


@dataclass(frozen=True)
class Clinical:
    """What is known of the patient. None and empty mean *not said*, never *no*.

    line               the line that is to be chosen now: 1 when nothing was given for this extent of disease
    prior_therapies    medicines and classes given before, by the names of `words.treatments` where these are known
    progressed_on      those under which the tumour grew
    features           facts that rules ask for, as {"castration_resistant": True}: see `therapy.conditions`
    labs               {"creatinine_umol_per_l": 88.0}
    comedication       other medicines, as given
    """

    extent: Extent | None = None
    line: int | None = None
    prior_therapies: tuple[str, ...] = ()
    progressed_on: tuple[str, ...] = ()
    fit_for_intensive: bool | None = None
    ecog: int | None = None
    age_years: float | None = None
    sex: str | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    features: Mapping[str, bool] = field(default_factory=dict)
    labs: Mapping[str, float] = field(default_factory=dict)
    comedication: tuple[str, ...] = ()
    text: str = ""
    prior_said: bool = False


@dataclass(frozen=True)
class Tested:
    """Which genes the laboratory looked at. `genes` None: the source does not say; `everything`: exome or genome.

    fusions       False when the method cannot see them; None: as for small variants
    copy_number   False when the method cannot see it; None: not said, and no gene is known to have its usual copies
    """

    __test__: ClassVar[bool] = False  # its name is no test of pytest

    genes: frozenset[str] | None = None
    everything: bool = False
    panel: str = ""
    fusions: bool | None = None
    copy_number: bool | None = None
    covered_megabases: float | None = None

    def was(self, gene: str, *, kind: Literal["variant", "fusion", "copy_number"] = "variant") -> bool | None:
        """Whether this gene was looked at for this kind of change; None when the source does not say."""
        able = {"variant": None, "fusion": self.fusions, "copy_number": self.copy_number}[kind]
        if able is False:
            return False
        if self.everything:
            return True if kind == "variant" else able
        if self.genes is None or (kind == "copy_number" and able is None):
            return None
        return gene in self.genes


@dataclass(frozen=True)
class Case:
    """Everything that a consultation is made of.

    jurisdiction_said   False where nobody said whose approvals count: those of either agency do, and EU stands for it
    purity              share of tumour cells in the sample, above 0 and up to 1
    """

    case_id: str
    diagnosis: Diagnosis
    clinical: Clinical = Clinical()
    alterations: tuple[Alteration, ...] = ()
    tested: Tested = Tested()
    jurisdiction: Jurisdiction = "EU"
    jurisdiction_said: bool = True
    purity: float | None = None

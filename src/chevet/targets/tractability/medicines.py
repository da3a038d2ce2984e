"""Medicines on a target, the nearest to patients first, and the grade that the best of them gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from chevet.targets.tractability.mechanism import Effect, Fit, effect_of, fit_of
from chevet.targets.tractability.role import KnownRole

Grade = Literal["approved", "phase_3", "phase_2", "phase_1", "early", "wrong_way", "on_another", "none"]
_APPROVED_PHASE = 4  # trials of phase 4 follow the authorisation
_SALTS = frozenset({
    "acetate", "anhydrous", "besylate", "bromide", "calcium", "camsylate", "chloride", "citrate", "dihydrochloride",
    "dimaleate", "ditosylate", "esylate", "fumarate", "hemifumarate", "hemihydrate", "hydrate", "hydrobromide",
    "hydrochloride", "malate", "maleate", "mesylate", "monohydrate", "phosphate", "potassium", "sodium", "succinate",
    "sulfate", "tartrate", "tosylate", "trihydrate",
})  # fmt: skip
_CANCER = re.compile(
    r"cancer|carcinom|leuk|lymphom|melanom|sarcom|myelom|blastom|neoplas|tumou?r|gliom|mesotheliom|malignan|astrocytom",
    re.IGNORECASE,
)
_GRADES: dict[int, Grade] = {4: "approved", 3: "phase_3", 2: "phase_2", 1: "phase_1"}


@dataclass(frozen=True)
class TargetMedicine:
    """One medicine on one target, as the table says.

    action       inhibitor, agonist ...; None when not said
    effect       whether that lowers or raises the work of the target
    fit          whether that is the way that helps against this gene
    through      the gene that it truly hits, where this one is only named with it
    phase        of any trial for any disease; None when not said
    approved_in  cancers, in the words of the table
    """

    name: str
    identifier: str | None
    action: str | None
    effect: Effect | None
    fit: Fit
    through: str | None
    type: str | None
    phase: int | None
    approved: bool
    approved_in: tuple[str, ...]
    year_first: int | None

    @property
    def step(self) -> int:
        """4 approved, 3 to 1 the phase, 0 for less and for what is not said."""
        return _APPROVED_PHASE if self.approved else (self.phase or 0)

    def as_json(self) -> dict[str, Any]:
        """The medicine for machines."""
        return asdict(self) | {"approved_in": list(self.approved_in)}


@dataclass(frozen=True)
class Medicines:
    """Every medicine on one target, the usable ones first, then by phase."""

    all: tuple[TargetMedicine, ...]

    @property
    def usable(self) -> tuple[TargetMedicine, ...]:
        """Those that hit the target itself, and do not go the wrong way."""
        return tuple(one for one in self.all if one.fit != "wrong_way" and one.through is None)

    @property
    def wrong_way(self) -> tuple[TargetMedicine, ...]:
        """Those that raise an oncogene, or lower a suppressor, as none does that is approved for a cancer."""
        return tuple(one for one in self.all if one.fit == "wrong_way" and one.through is None)

    @property
    def on_another(self) -> tuple[TargetMedicine, ...]:
        """Those that are named for this gene and aimed at another: its partner in a fusion or a complex."""
        return tuple(one for one in self.all if one.through is not None)

    @property
    def grade(self) -> Grade:
        """How near to patients the best usable one is; `wrong_way` or `on_another` when there are others only."""
        if self.usable:
            return _GRADES.get(max(one.step for one in self.usable), "early")
        if self.wrong_way:
            return "wrong_way"
        return "on_another" if self.all else "none"

    @property
    def approved_in(self) -> tuple[str, ...]:
        """Every cancer for which a usable one is approved, as the table says."""
        return tuple(sorted({cancer for one in self.usable for cancer in one.approved_in}))


def medicines_on(
    rows: Sequence[Mapping[str, Any]], role: KnownRole, elsewhere: Callable[[str, Fit], str | None] | None = None
) -> Medicines:
    """The medicines of a gene's rows. Several rows of one medicine, or of its salts, are one.

    elsewhere  of a medicine and its fit here, the gene that it truly hits when that is another
    """
    names = {row["medicine"].casefold() for row in rows}
    proven = frozenset(effect_of(row["action"]) for row in rows if _is_for_cancer(row))
    found: dict[tuple[str, Fit], TargetMedicine] = {}
    for row in rows:
        one = _of_row(row, role, proven)
        if elsewhere is not None:
            one = replace(one, through=elsewhere(row["medicine"], one.fit))
        key = (without_salt(one.name, names), one.fit)
        found[key] = _together(found[key], one) if key in found else one
    return Medicines(tuple(sorted(found.values(), key=_nearest)))


def _nearest(one: TargetMedicine) -> tuple[bool, bool, bool, int, str]:
    return one.through is not None, one.fit == "wrong_way", one.fit == "unexpected", -one.step, one.name


def without_salt(name: str, names: Collection[str]) -> str:
    """The name in small letters without its salt, where the medicine without one is among the names.

    >>> without_salt("Afatinib Dimaleate", {"afatinib"}), without_salt("Trastuzumab Emtansine", {"trastuzumab"})
    ('afatinib', 'trastuzumab emtansine')
    """
    plain = name.casefold()
    words = plain.split()
    while len(words) > 1 and words[-1] in _SALTS:
        words.pop()
    base = " ".join(words)
    return base if base in names else plain


def _together(one: TargetMedicine, other: TargetMedicine) -> TargetMedicine:
    """Two rows of one medicine: under the shorter name, as far as either has come, for the cancers of both."""
    first, second = sorted((one, other), key=lambda medicine: (len(medicine.name), medicine.name))
    phases = [medicine.phase for medicine in (first, second) if medicine.phase is not None]
    years = [medicine.year_first for medicine in (first, second) if medicine.year_first is not None]
    return replace(
        first, action=first.action or second.action, effect=first.effect or second.effect,
        phase=max(phases, default=None), approved=first.approved or second.approved,
        approved_in=tuple(sorted({*first.approved_in, *second.approved_in})), year_first=min(years, default=None),
    )  # fmt: skip


def _is_for_cancer(row: Mapping[str, Any]) -> bool:
    return any(_CANCER.search(disease) for disease in row["approved_in"] or ())


def _of_row(row: Mapping[str, Any], role: KnownRole, proven: Collection[Effect | None]) -> TargetMedicine:
    """`proven` are the effects on this target that some medicine approved for a cancer has."""
    effect = effect_of(row["action"])
    fit = fit_of(role, effect)
    if fit == "wrong_way" and effect in proven:
        fit = "unexpected"
    approved = bool(row["approved"]) or row["phase"] == _APPROVED_PHASE
    return TargetMedicine(
        row["medicine"], row["identifier"], row["action"], effect, fit, None, row["type"], row["phase"], approved,
        tuple(row["approved_in"] or ()), row["year_first"],
    )  # fmt: skip

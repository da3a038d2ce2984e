"""Between what the values of a field lie, for sums and means: as the asker says, or from a table of ours.

Never from the data: a highest value that was looked up belongs to somebody.
"""

from __future__ import annotations

from collections.abc import Sequence

from chevet.cohort.fields import FIELDS
from chevet.errors import BadInput
from chevet.privacy.noise.sums import Bounds
from chevet.room.questions.axes import AGE, FIRST_YEAR, LAST_YEAR, YEAR

NUMBERS = tuple(name for name, field in FIELDS.items() if field.kind == "number")
# Spans of ours, wide enough for nearly everybody: whoever lies beyond counts as the bound. A purity is a share.
PUBLIC: dict[str, tuple[float, float]] = {
    AGE: (0, 120), YEAR: (FIRST_YEAR, LAST_YEAR), "birth_year": (1900, LAST_YEAR), "purity": (0, 1),
}  # fmt: skip


def bounds_of(field: str, between: Sequence[float] | None = None) -> Bounds:
    """The bounds that a field is cut to. BadInput for a field of words, and for one that needs bounds said.

    between   the lower and the higher, as the asker knows them from outside

    >>> bounds_of("age_at_diagnosis_years"), bounds_of("tmb_per_megabase", (0, 50))
    (Bounds(low=0.0, high=120.0), Bounds(low=0.0, high=50.0))
    """
    if field not in NUMBERS:
        raise BadInput(
            f"sums and means are made of fields that hold numbers, and `{field}` is none",
            next_act="Use one of: " + ", ".join(NUMBERS),
        )
    said = PUBLIC.get(field) if between is None else between
    if said is None or len(said) != 2:
        raise BadInput(
            f"between what the values of {field} lie must be said: no bounds of it are public",
            next_act="Say it from what is known outside, not from the data: --between LOW HIGH",
        )
    low, high = (float(bound) + 0.0 for bound in said)  # a negative nought is the same bound as nought
    return Bounds(low, high)

"""The built-in hierarchies by name.

A name may carry parameters after colons: `date:2` (years together at the last level), `year:10`, `number:5:10:50`
(widths), `bands:18:40:65` (cuts), `mask:4:2` (letters kept), `oncotree:5` (levels of the branch).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from chevet.errors import BadInput
from chevet.privacy.hierarchies import ages, diagnoses, numbers, people, places, texts, times, tumours
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.hierarchies.ladder import Ladder

_PLAIN: dict[str, Callable[[], Ladder]] = {
    "age": ages.ladder,
    "days": times.durations,
    "commune": places.communes,
    "postcode": places.postcodes,
    "departement": places.of_departements,
    "departement_nuts": places.departements_by_nuts,
    "nuts": places.nuts,
    "icd10": diagnoses.icd10,
    "icdo_topography": diagnoses.topography,
    "icdo_morphology": diagnoses.morphology,
    "stage": tumours.of_stages,
    "sex": people.of_sex,
    "pcs": people.pcs,
    "isco": people.isco,
    "text": texts.of_words,
}
_WITH_PARAMETERS: dict[str, Callable[[Sequence[str]], Ladder]] = {
    "date": lambda given: times.dates(*_whole(given, "date:5", most=1)),
    "year": lambda given: times.years(*_whole(given, "year:5", most=1)),
    "number": lambda given: numbers.of_widths(given or ("5", "10", "50")),
    "bands": lambda given: numbers.of_cuts([given]),
    "oncotree": lambda given: tumours.of_oncotree(*_whole(given, "oncotree:3", most=1)),
    "mask": lambda given: texts.of_masks(_whole(given, "mask:4:2", most=20)),
}


def names() -> tuple[str, ...]:
    """The names of the built-in hierarchies, parameters left out."""
    return tuple(sorted([*_PLAIN, *_WITH_PARAMETERS]))


def ladder(name: str) -> Ladder:
    """The ladder of this name, with its parameters. Raises BadInput when there is none."""
    kind, *given = name.split(":")
    if kind in _WITH_PARAMETERS:
        return _WITH_PARAMETERS[kind](given)
    if kind not in _PLAIN or given:
        near = difflib.get_close_matches(kind, names(), n=3)
        nearest = f"; nearest: {', '.join(near)}" if near else ""
        raise BadInput(
            f"the hierarchy {kind} takes no parameters"
            if kind in _PLAIN
            else f"no built-in hierarchy is called {kind}{nearest}",
            next_act=f"Choose one of: {', '.join(near or names())}, or give a file.",
        )
    return _PLAIN[kind]()


def built_in(name: str, values: Sequence[str] | None = None) -> Hierarchy:
    """The built-in hierarchy of this name for these values (one per row, or each once), or for the whole domain.

    Raises BadInput for an unknown name, for values that are none of this kind (rows are counted, never shown), and
    for the whole domain of a kind that cannot be listed (dates, numbers, communes, codes).

    >>> built_in("stage", ["IIIA", "IV", "IIIA", ""]).labels
    (('IIIA', 'IV', ''), ('III*', 'IV*', ''), ('III-IV', ''), ('*',))
    """
    return ladder(name).hierarchy(values)


def _whole(given: Sequence[str], example: str, *, most: int) -> list[int]:
    if len(given) > most or not all(one.isascii() and one.isdigit() and len(one) < 5 for one in given):
        raise BadInput("a parameter of this hierarchy is not a whole number", next_act=f"For example: {example}")
    return [int(one) for one in given]

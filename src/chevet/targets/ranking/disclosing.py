"""No number of patients of one part of a ranking, beside those of another, tells of one to four.

Each part has released its numbers by itself. A ranking and a dossier show them together, where one may be taken from
another: carriers less those carriers whose survival is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chevet.cohort import Cohort
from chevet.cohort.genes import counts
from chevet.targets.evidence import Line
from chevet.targets.outcome.disclosing import few_have_no_time

_OF_SURVIVAL = ("tested", "events", "other_events")
_CHANGES = ("n_syn", "n_mis", "n_non", "n_spl", "n_ind")


def beside_carriers(lines: Iterable[Line], cohort: Cohort) -> tuple[Line, ...]:
    """The same lines; one that would tell of few patients beside the carriers of its gene lacks its numbers."""
    altered, tested, _ = counts(cohort, cohort.bits, "variant", slice(None))
    carriers = {gene: (int(altered[row]), int(tested[row])) for row, gene in enumerate(cohort.index.genes)}
    return tuple(_beside(line, carriers.get(line.gene)) for line in lines)


def _beside(line: Line, carriers: tuple[int, int] | None) -> Line:
    if carriers is not None:
        line = without_small_differences(line, *carriers)
    if line.part == "selection" and not set(_CHANGES) <= set(line.detail):
        # Carriers less the changes of every other kind would leave those of the kind that is withheld.
        return replace(line, detail={name: value for name, value in line.detail.items() if name not in _CHANGES})
    return line


def without_small_differences(line: Line, altered: int, tested: int) -> Line:
    """The line; one on survival lacks its numbers where they would tell of few beside these, see `tells_few`."""
    if line.part == "outcome" and tells_few(line, altered, tested):
        return replace(line, patients=None, detail=line.detail | dict.fromkeys(_OF_SURVIVAL))
    return line


def tells_few(line: Line, altered: int, tested: int) -> bool:
    """Whether one to four carriers of a gene, or others, are those whose survival this line does not know.

    altered, tested   those with the gene altered, and tested for it, whom the reader knows the number of
    """
    return line.patients is not None and few_have_no_time(line.patients, line.detail.get("tested"), (altered, tested))

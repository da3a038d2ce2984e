"""What survival says of genes to the ranking and the dossier."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from chevet.targets.outcome.analysis import Outcome, Settings, of_people
from chevet.targets.outcome.lines import lines
from chevet.targets.outcome.people import people_of_table
from chevet.words.labels import has_label
from tests.targets.outcome.people_made_up import carriers_of

GENES = ("HARM", "SHIELD", "TURNS", "NOTHING", "RARE")


def outcome() -> Outcome:
    """HARM shortens survival and SHIELD lengthens it; TURNS does one thing in one tumour type, another in the other."""
    rng = np.random.default_rng(71)
    n = 3000
    altered = rng.random((5, n)) < np.array([0.2, 0.2, 0.3, 0.3, 0.003])[:, np.newaxis]
    kind = rng.integers(0, 2, n)
    hazard = np.exp(0.7 * altered[0] - 0.7 * altered[1] + 0.6 * altered[2] * (2 * kind - 1)) / 300
    death = np.ceil(rng.exponential(1 / hazard))
    table = pa.table({"exit": np.minimum(death, 800), "occurred": death <= 800, "stratum": kind})
    return of_people(people_of_table(table), carriers_of(altered, GENES), Settings())


def test_each_gene_has_the_finding_that_its_figures_allow() -> None:
    found = {line.gene: (line.finding, line.standing) for line in lines(outcome())}
    assert found == {
        "HARM": ("shorter", "for"),
        "SHIELD": ("longer", "neutral"),
        "TURNS": ("differs", "neutral"),
        "NOTHING": ("no_difference", "neutral"),
        "RARE": ("few_events", "not_concluded"),
    }


def test_every_finding_has_words() -> None:
    findings = ("shorter", "longer", "differs", "no_difference", "few_events", "no_estimate", "no_carriers", "withheld",
                "not_tested", "more_benefit", "less_benefit", "same_benefit")  # fmt: skip
    assert [one for one in findings if not has_label(f"targets.outcome.finding.{one}")] == []

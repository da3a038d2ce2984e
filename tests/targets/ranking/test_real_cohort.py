"""METABRIC, ranked: what everybody knows of breast cancer stands where it should. Skipped where the data are absent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chevet.cli.targets.authorised import authorised_pairs
from chevet.cohort import cohort as cohorts
from chevet.cohort.studies import import_study
from chevet.store.lake import Lake
from chevet.targets.evidence import Source
from chevet.targets.ranking.analysis import Ranking, rank
from chevet.targets.ranking.gathering import Asking
from chevet.targets.ranking.weights import read_weights
from chevet.targets.sources.kept import keep
from chevet.targets.sources.readers import READERS
from chevet.targets.sources.reading import Sent
from tests.shared_data import shared
from tests.targets.ranking.conftest import TODAY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ranking:
    study, drugs = shared("cohorts/metabric"), shared("knowledge/drug_target_2022-05.parquet")
    lake = Lake(tmp_path_factory.mktemp("lake"))
    import_study(lake, study, "metabric")
    read = READERS["drugs"](Sent(Path(drugs)))
    keep(lake.home, "drugs", read.table, Source(drugs.name, "2022-05-01", "0" * 64), TODAY)
    weights = replace(read_weights(), draws=50)
    return rank(cohorts.open(lake, "metabric"), Asking(lake.home), weights, pairs=authorised_pairs())


def test_the_pair_that_everybody_knows_is_first_among_the_known(made: Ranking) -> None:
    first = made.of_list("known")[0]
    assert first.gene == "PIK3CA"
    assert first.rank <= 2
    assert any(medicine.name.startswith("alpelisib") for medicine in first.standing.medicines)


def test_tp53_shortens_survival_and_has_a_medicine_in_trials_only(made: Ranking) -> None:
    tp53 = next(one for one in made.targets if one.gene == "TP53")
    assert (tp53.standing.listed, tp53.evident) == ("repurposable", True)
    assert any(line.part == "outcome" and line.finding == "shorter" for line in made.lines("TP53"))


def test_gata3_and_cdh1_are_new(made: Ranking) -> None:
    new = [one.gene for one in made.of_list("new") if one.evident]
    assert {"GATA3", "CDH1"} <= set(new)


def test_the_missing_genome_is_said_and_not_taken_for_an_absence_of_selection(made: Ranking) -> None:
    assert not made.as_json()["parts"]["selection"]["asked"]
    assert "reference" in made.told["selection"].why
    assert all(one.low < one.score < one.high for one in made.targets[:5])

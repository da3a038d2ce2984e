"""Carriers by tumour type, stage, age, sex and treatment: right numbers, and nothing small by subtraction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chevet import synth
from chevet.cohort import cohort as cohorts
from chevet.cohort.cohort import Cohort
from chevet.cohort.studies import import_study
from chevet.privacy.disclosure import is_small, released_part
from chevet.store import bits
from chevet.store.lake import Lake
from chevet.targets.dossier.eligible import eligible
from chevet.targets.dossier.who import _shown, spreads


def nothing_told(what: str, part: float) -> None:
    """No progress is shown in tests."""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("made")
    synth.make(1200, 5, folder / "study", nothing_told)
    made = Lake(folder / "home")
    import_study(made, folder / "study", "made")
    return made


@pytest.fixture(scope="module")
def cohort(lake: Lake) -> Cohort:
    return cohorts.open(lake, "made")


def test_what_is_shown_is_what_a_count_one_by_one_gives(cohort: Cohort) -> None:
    index = cohort.index
    found = spreads(cohort, index.altered_bits("TP53"), index.tested_bits("TP53"))
    by_field = {spread.field: spread for spread in found}
    assert {"tumour", "stage", "age_band", "sex"} <= set(by_field)
    altered, tested = (
        bits.unpack(one, index.n_patients) for one in (index.altered_bits("TP53"), index.tested_bits("TP53"))
    )
    for name in ("stage", "sex", "tumour"):
        category = index.category(name)
        told = [share for share in by_field[name].shares if share.altered is not None]
        assert told
        for share in told:
            here = tested & (category.codes == category.labels.index(share.value))
            assert (share.altered, share.tested) == (int((here & altered).sum()), int(here.sum()))


def test_no_number_shown_is_of_one_to_four(cohort: Cohort) -> None:
    for gene in cohort.index.genes[:40]:
        for spread in spreads(cohort, cohort.index.altered_bits(gene), cohort.index.tested_bits(gene)):
            for share in spread.shares:
                assert share.altered is None or not is_small(share.altered)
                if share.altered is not None and share.tested is not None:
                    assert not is_small(share.tested - share.altered)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), min_size=1, max_size=7))
def test_a_small_number_cannot_be_had_from_the_totals(rows: list[tuple[int, int]]) -> None:
    """Whoever knows how many carriers there are in all, and how many were tested, is left with more than one way."""
    table = np.array(rows, dtype=np.int64)
    assume(released_part(int(table[:, 0].sum()), int(table.sum())) is not None)  # else no dossier tells the totals
    shares = _shown([f"V{number}" for number in range(len(rows))], table)
    hidden = [number for number, share in enumerate(shares) if share.altered is None]
    assert [number for number, (a, b) in enumerate(rows) if (is_small(a) or is_small(b)) and number not in hidden] == []
    if hidden and not all(share.altered is None for share in shares):
        assert len(hidden) > 1 or shares[hidden[0]].tested is None


def test_those_who_may_enter_a_trial_are_met_not_met_or_unknown(lake: Lake, cohort: Cohort) -> None:
    carriers = cohort.index.altered_bits("TP53") & cohort.index.tested_bits("TP53")
    found = eligible(lake, cohort, carriers, "stage = IV")
    assert None not in (found.met, found.not_met, found.unknown)
    assert (found.met or 0) + (found.not_met or 0) + (found.unknown or 0) == bits.count(carriers & cohort.bits)
    assert found.met == cohorts.open(lake, "made", "stage = IV and mutated(TP53) and tested(TP53)").size > 0


def test_criteria_met_by_one_to_four_are_withheld_with_what_would_give_them_away(lake: Lake, cohort: Cohort) -> None:
    few = bits.positions(cohort.index.altered_bits("TP53"), cohort.index.n_patients)[:3]
    nobody_large = eligible(lake, cohort, bits.from_positions(few, cohort.index.n_patients), "stage = IV")
    assert (nobody_large.met, nobody_large.not_met, nobody_large.unknown) == (None, None, None)

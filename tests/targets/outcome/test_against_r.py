"""Cox's model, its tests and late treatments against R's `survival` (tests/reference/outcome)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_array

from chevet.targets.outcome.cox import fit
from chevet.targets.outcome.heterogeneity import differs_between
from chevet.targets.outcome.proportional import change_over_time, moments
from chevet.targets.outcome.risk_sets import Counts, Numbers, RiskSets, YesNo
from chevet.targets.outcome.score_tests import score_tests
from tests.shared_data import shared

REFERENCE = Path(__file__).parents[2] / "reference" / "outcome"
CLOSE = 1e-6
Case = tuple[Numbers, Numbers, YesNo, Counts, Numbers]


def _real(name: str) -> pl.DataFrame:
    return pl.read_csv(shared(name), null_values=["NA", ".", ""], infer_schema_length=None)


def _case(
    frame: pl.DataFrame, exit: pl.Expr, event: pl.Expr, covariates: list[pl.Expr], stratum: str | None = None,
    entry: pl.Expr | None = None,
) -> Case:  # fmt: skip
    nothing = np.full(len(frame), -np.inf)
    strata = np.zeros(len(frame)) if stratum is None else frame[stratum].rank("dense").to_numpy()
    return (
        nothing if entry is None else frame.select(entry.cast(float).fill_null(-np.inf)).to_series().to_numpy(),
        frame.select(exit.cast(float)).to_series().to_numpy(),
        frame.select(event).to_series().to_numpy(),
        strata.astype(np.int64),
        frame.select(each.cast(float).alias(str(i)) for i, each in enumerate(covariates)).to_numpy(),
    )


def case(name: str) -> Case:
    """The people of a case of make.R: entry, exit, event, stratum, covariates."""
    c = pl.col
    if name == "made_up":
        made = pl.read_csv(REFERENCE / "made_up.csv")
        return _case(made, c("exit"), c("occurred") == 1, [c("age"), c("stage").fill_null("") == "III", c("gene")],
                     "stratum", c("entry"))  # fmt: skip
    if name == "rotterdam":
        covariates = [c("age"), c("nodes"), c("grade"), c("chemo"), c("hormon")]
        return _case(_real("survival/rotterdam.csv"), c("dtime"), c("death") == 1, covariates, "meno")
    if name == "colon":
        colon = _real("survival/colon.csv").filter(c("etype") == 2).drop_nulls(["nodes", "differ"])
        covariates = [c("age"), c("nodes"), c("differ"), c("obstruct")]
        return _case(colon, c("time"), c("status") == 1, covariates, "rx")
    if name == "lung":
        lung = _real("survival/lung.csv").drop_nulls("ph.ecog")
        return _case(lung, c("time"), c("status") == 2, [c("age"), c("ph.ecog"), c("sex")])
    if name == "veteran":
        covariates = [c("karno"), c("age"), c("prior"), c("trt")]
        return _case(_real("survival/veteran.csv"), c("time"), c("status") == 1, covariates, "celltype")
    if name == "pbc":
        pbc = _real("survival/pbc.csv").drop_nulls(["trt", "stage"])
        return _case(pbc, c("time"), c("status") == 2, [c("age"), c("edema"), c("bili"), c("trt")], "stage")
    if name == "mgus2_age":
        mgus = _real("survival/mgus2.csv").filter(c("futime") > 0).drop_nulls("hgb")
        exit = c("age") + c("futime") / 12
        return _case(mgus, exit, c("death") == 1, [c("hgb"), c("dxyr")], "sex", c("age"))
    poplar = _real("trials/poplar.csv.gz").drop_nulls("btmb")
    arm, high = c("TRT01P") != "Docetaxel", c("btmb") >= 16
    return _case(poplar, c("OS"), c("OS.CNSR") == 0, [c("BAGE"), arm, high, arm & high], "ECOGGR")


@pytest.mark.parametrize("name", ["made_up", "rotterdam", "colon", "lung", "veteran", "pbc", "mgus2_age", "poplar"])
def test_fit_and_tests_are_those_of_r(name: str) -> None:
    entry, exit, occurred, stratum, design = case(name)
    expected = pl.read_csv(REFERENCE / "r_cox.csv").filter(pl.col("case") == name)
    risk = RiskSets.of(entry, exit, occurred, stratum)
    null, full = fit(risk, design[:, :-1]), fit(risk, design)
    tests = score_tests(risk, design[:, :-1], null, csr_array(design[:, [-1]].T))
    at = moments(risk, entry, exit, occurred)
    changes = [change_over_time(risk, design, full, at, column) for column in range(design.shape[1])]

    assert (null.reached, full.reached) == (True, True)
    assert (len(exit), risk.events) == (expected["patients"][0], expected["events"][0])
    assert full.coefficients == pytest.approx(expected["coefficient"].to_numpy(), rel=CLOSE)
    assert full.standard_errors == pytest.approx(expected["standard_error"].to_numpy(), rel=CLOSE)
    assert full.log_likelihood == pytest.approx(expected["log_likelihood"][0], rel=CLOSE)
    ratio = 2 * (full.log_likelihood - null.log_likelihood)
    assert ratio == pytest.approx(expected["likelihood_ratio"][0], rel=CLOSE, abs=1e-9)
    if set(np.unique(design[:, -1])) <= {0.0, 1.0}:
        assert tests.chi_square[0] == pytest.approx(expected["score"][0], rel=CLOSE, abs=1e-9)
    between, free = differs_between(risk, design, full, stratum - stratum.min())
    assert free == len(np.unique(stratum)) - 1
    if free:
        assert between == pytest.approx(float(expected["between_strata"][0]), rel=CLOSE, abs=1e-9)
    assert changes == pytest.approx(expected["change_over_time"].to_numpy(), rel=CLOSE, abs=1e-9)


def test_a_fit_that_starts_after_one_step_ends_where_one_from_nothing_ends() -> None:
    entry, exit, occurred, stratum, design = case("made_up")
    risk = RiskSets.of(entry, exit, occurred, stratum)
    null = fit(risk, design[:, :-1])
    start = score_tests(risk, design[:, :-1], null, csr_array(design[:, [-1]].T)).start[0]
    assert fit(risk, design, start).coefficients == pytest.approx(fit(risk, design).coefficients, rel=1e-9)

"""Which genes of a cohort are under selection: rates, regressions and tests joined into one table and one model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from chevet.cohort.association import false_discovery_rates
from chevet.errors import CannotConclude
from chevet.targets.selection.gene_counts import GeneCounts
from chevet.targets.selection.gene_tests import SYN, Tests, gene_tests, local_tests
from chevet.targets.selection.indels import Indels, indel_tests
from chevet.targets.selection.negative_binomial import Floats
from chevet.targets.selection.rates import Model, Rates, fit_rates, groups
from chevet.targets.selection.regression import Background, mean_counts

SIGNIFICANT = 0.1
COLUMNS = (
    "gene", "n_syn", "n_mis", "n_non", "n_spl", "n_ind", "w_mis", "w_non", "w_spl", "w_ind", "p_mis", "p_trunc",
    "p_sub", "p_ind", "p_global", "q_mis", "q_trunc", "q_sub", "q_ind", "q_global",
)  # fmt: skip
_SELECTED = 0.01


@dataclass(frozen=True)
class Drivers:
    """Selection on every gene.

    genes     Arrow table of COLUMNS, the surest first
    local     Arrow table of dNdSloc: gene, w and p from the gene's own synonymous changes alone
    expected  (n, 4) without selection, and the synonymous changes that the regression expects, in the order of `counts`
    """

    genes: pa.Table
    local: pa.Table
    counts: GeneCounts
    rates: Rates
    substitutions: Background
    indels: Indels | None
    expected: Floats
    expected_syn: Floats

    def significant(self, q: float = SIGNIFICANT) -> list[dict[str, Any]]:
        """The genes with a global q below this, the surest first."""
        return [row for row in self.genes.to_pylist() if row["q_global"] is not None and row["q_global"] < q]


def find_drivers(
    counts: GeneCounts, *, covariates: Floats | None = None, known: Sequence[str] = (), model: Model = "192",
) -> Drivers:  # fmt: skip
    """The tests of dNdScv on counts by gene.

    covariates  (n, k) in the order of the genes; a row of NaN for a gene without
    known       genes that drive tumours: left out of what the regression of indels learns from; unless given, those
                whose substitutions show selection (q < 0.01) are

    Raises CannotConclude when no synonymous change was found: nothing then tells the rates.
    """
    if counts.found[:, SYN].sum() == 0:
        raise CannotConclude(
            f"{int(counts.found.sum())} substitutions in coding sequences, none of them synonymous: "
            "without these no rate of mutation can be told",
            next_act="Widen the cohort, or give files that hold synonymous changes, too.",
        )
    shared = groups(model) if counts.sites.shape[1] > 1 else np.zeros(1, dtype=np.int64)
    rates = fit_rates(counts.by_group, counts.exposed(), shared)
    expected = counts.expected(rates.by_substitution, rates.intensity)
    learnt = expected[:, SYN] > 0
    fitted, mean = mean_counts(counts.found[:, SYN], np.maximum(expected[:, SYN], 1e-300), covariates, learnt)
    # A class that a gene cannot have, and yet was found there, says nothing of selection.
    possible = np.where(expected > 0, counts.found, 0.0)
    tests = gene_tests(possible, expected, mean, fitted.regression.theta)
    in_known = np.isin(counts.genes, list(known))
    shown = false_discovery_rates(tests.p_sub) < _SELECTED
    indels = indel_tests(
        float(counts.indels.sum()), counts.indel_sites, counts.indel_exposure(), covariates,
        in_known if len(known) else shown, shown,
    )  # fmt: skip
    local = local_tests(possible, expected)
    return Drivers(
        _table(counts, tests, indels), _local_table(counts, local), counts, rates, fitted, indels, expected, mean,
    )  # fmt: skip


def combined(log_p_sub: Floats, p_ind: Floats) -> Floats:
    """Fisher's p of two independent tests: chi-squared of four degrees of freedom, exact however small.

    >>> combined(np.log([0.05, 1.0]), np.array([0.05, 1.0])).round(4).tolist()
    [0.0175, 1.0]
    """
    with np.errstate(divide="ignore"):
        half = -(log_p_sub + np.log(p_ind))
    whole = np.where(np.isfinite(half), half, 1e4)
    return np.asarray(np.exp(-whole) * (1 + whole))


def _table(counts: GeneCounts, tests: Tests, indels: Indels | None) -> pa.Table:
    nothing = np.full(len(counts.genes), np.nan)
    p_ind, w_ind = (indels.p, indels.w) if indels else (nothing, nothing)
    p_global = combined(tests.log_p_sub, p_ind) if indels else tests.p_sub
    numbers: dict[str, Floats] = {
        "w_mis": tests.w_mis, "w_non": tests.w_non, "w_spl": tests.w_spl, "w_ind": w_ind,
        "p_mis": tests.p_mis, "p_trunc": tests.p_trunc, "p_sub": tests.p_sub, "p_ind": p_ind, "p_global": p_global,
    }  # fmt: skip
    for name in ("mis", "trunc", "sub", "ind", "global"):
        p = numbers[f"p_{name}"]
        numbers[f"q_{name}"] = p if np.isnan(p).all() else false_discovery_rates(p)
    found = {f"n_{name}": counts.found[:, place] for place, name in enumerate(("syn", "mis", "non", "spl"))}
    order = np.lexsort((-np.nan_to_num(tests.w_mis), tests.p_trunc, tests.p_mis, tests.log_p_sub, p_global))
    columns: dict[str, Any] = {"gene": pa.array(np.array(counts.genes)[order].tolist(), pa.string())}
    for name, whole in {**found, "n_ind": counts.indel_sites}.items():
        columns[name] = pa.array(whole[order].astype(np.int64))
    columns |= {name: pa.array(values[order], from_pandas=True) for name, values in numbers.items()}
    return pa.table({name: columns[name] for name in COLUMNS})


def _local_table(counts: GeneCounts, local: Tests) -> pa.Table:
    names = ("w_mis", "w_non", "w_spl", "p_mis", "p_trunc", "p_sub")
    columns = {name: pa.array(getattr(local, name), from_pandas=True) for name in names}
    return pa.table({"gene": pa.array(counts.genes, pa.string()), **columns})

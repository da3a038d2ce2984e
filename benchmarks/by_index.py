"""The questions, answered by the functions that users call."""

from __future__ import annotations

from benchmarks import questions as asked
from chevet.bedside.chart import TABLES, read_chart
from chevet.cohort.cohort import Cohort
from chevet.cohort.cooccurrence import cooccurrence
from chevet.cohort.definition import parse
from chevet.cohort.describe import category_counts, describe
from chevet.cohort.genes import gene_frequencies
from chevet.cohort.index import CohortIndex
from chevet.cohort.survival import survival
from chevet.store.version import Version


class Engine:
    """Each question reads its definition anew and opens a new cohort; only the index stays open.

    A count that privacy withholds is None here, and the other engines' count is not compared with it.
    """

    def __init__(self, version: Version) -> None:
        self.version = version
        self.index = CohortIndex.load(version.index_dir)

    def _cohort(self, text: str) -> Cohort:
        return Cohort(self.version, parse(text), self.index)

    def count_by_tumour(self) -> dict[str, int]:
        counts = category_counts(self.index, "tumour", self._cohort("all").bits)
        return {code: n for code, n in counts.items() if n}

    def ten_charts(self) -> dict[str, dict[str, int | None]]:
        cohort = self._cohort(f"age_at_diagnosis_years >= {asked.OLDER_THAN} and mutated({asked.MUTATED_GENE})")
        return {chart.field: chart.counts for chart in describe(cohort).distributions}

    def gene_frequencies(self) -> dict[str, tuple[int | None, int | None]]:
        found = gene_frequencies(self._cohort(f"diagnosis is {asked.TUMOUR}"))
        return {gene.gene: (gene.altered, gene.tested) for gene in found.genes}

    def cooccurrence(self) -> dict[tuple[str, str], tuple[int | None, ...]]:
        """With odds ratio, Fisher's p and q of each pair, which the other engines do not work out."""
        found = {}
        for pair in cooccurrence(self._cohort("all"), top=asked.GENES).pairs:
            first, second = (pair.only_a, pair.only_b) if pair.a < pair.b else (pair.only_b, pair.only_a)
            found[min(pair.a, pair.b), max(pair.a, pair.b)] = (pair.both, first, second, pair.neither)
        return found

    def survival(self) -> dict[str, tuple[int | None, int | None]]:
        """With curves, medians, restricted means and log-rank, which the other engines do not work out."""
        found = survival(self._cohort(f"diagnosis is {asked.TUMOUR}"), by=asked.SURVIVAL_GENE)
        return {group.key: (group.patients, group.events) for group in found.groups}

    def one_patient(self) -> dict[str, int]:
        chart = read_chart(self.version.connect(), asked.SOME_PATIENT)
        return {"patient": 1, **{name: len(getattr(chart, name)) for name in TABLES if name != "patient"}}

"""The questions, answered by the cohort index."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np

from benchmarks import questions as asked
from chevet.bedside.chart import read_chart
from chevet.cohort.definition import parse
from chevet.cohort.index import CohortIndex
from chevet.store import bits


class Engine:
    """Asks the index; only the single patient's record comes from the study's DuckDB file."""

    def __init__(self, index: CohortIndex, connection: duckdb.DuckDBPyConnection) -> None:
        self.index = index
        self.connection = connection

    def count_by_tumour(self) -> dict[str, int]:
        return self._chart("tumour", bits.full(self.index.n_patients))

    def ten_charts(self) -> dict[str, dict[str, int]]:
        cohort = self._cohort(f"age_at_diagnosis_years >= {asked.OLDER_THAN} and mutated({asked.MUTATED_GENE})")
        return {name: self._chart(name, cohort) for name in asked.CHARTS}

    def gene_frequencies(self) -> dict[str, tuple[int, int]]:
        cohort = self._cohort(f"diagnosis is {asked.TUMOUR}")
        altered, tested = self.index.altered_matrix("variant"), self.index.tested_matrix("variant")
        found = {}
        for row, gene in enumerate(self.index.genes):
            of_cohort = tested[row] & cohort
            both = bits.count(altered[row] & of_cohort)
            if both:
                found[gene] = (both, bits.count(of_cohort))
        return found

    def cooccurrence(self) -> dict[tuple[str, str], int]:
        altered = self.index.altered_matrix("variant")
        counts = bits.count_rows(altered)
        order = sorted(range(len(counts)), key=lambda row: (-int(counts[row]), self.index.genes[row]))[: asked.GENES]
        shared = bits.pairwise_counts(altered[order])
        genes = [self.index.genes[row] for row in order]
        return {
            (min(a, b), max(a, b)): int(shared[i, j])
            for i, a in enumerate(genes)
            for j, b in enumerate(genes)
            if i < j and shared[i, j]
        }

    def survival_inputs(self) -> dict[str, tuple[int, int, int]]:
        index = self.index
        cohort = self._cohort(f"diagnosis is {asked.TUMOUR}")
        answer = index.evaluate(parse(f"mutated({asked.SURVIVAL_GENE})"))
        days, occurred = index.endpoint("overall_survival")
        groups = {}
        for label, members in (("mutated", answer.true & cohort), ("not", answer.false & cohort)):
            who = bits.positions(members, index.n_patients)
            of_group, died = days[who], occurred[who]
            known = ~np.isnan(of_group)
            groups[label] = (int(known.sum()), int(died[known].sum()), int(of_group[known].sum()))
        return groups

    def one_patient(self) -> dict[str, int]:
        chart = read_chart(self.connection, asked.SOME_PATIENT)
        many: dict[str, Any] = {name: getattr(chart, name) for name in asked.PATIENT_TABLES if name != "patient"}
        return {"patient": 1, **{name: len(rows) for name, rows in many.items()}}

    def _cohort(self, text: str) -> bits.Bits:
        return self.index.evaluate(parse(text)).true

    def _chart(self, name: str, cohort: bits.Bits) -> dict[str, int]:
        if name == "diagnosis_year":
            years = self.index.number(name)[bits.positions(cohort, self.index.n_patients)]
            values, counts = np.unique(years[~np.isnan(years)].astype(np.int64), return_counts=True)
            unknown = int(np.isnan(years).sum())
            told = {str(value): int(count) for value, count in zip(values, counts, strict=True)}
            return {**told, **({"": unknown} if unknown else {})}
        counts = bits.count_rows(self.index.category_bits(name), cohort)
        labels = self.index.category(name).labels
        return {label: int(count) for label, count in zip(labels, counts, strict=True) if count}

"""The questions to polars, on the study's Parquet files.

As for DuckDB, one row per patient, distinct altered genes and what was tested are prepared
beforehand and held in memory; a single patient's record is read from the files.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks import questions as asked

_ALTERS = pl.col("consequence").is_in(asked.ALTERS) | (
    (pl.col("gene") == "TERT") & (pl.col("consequence") == "5'Flank")
)


class Engine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.flat = self._flat()
        self.altered = self._scan("variant").filter(_ALTERS).select("gene", "patient_id").unique().collect()
        self.diagnosis = self._scan("diagnosis").collect()
        self.panel_gene = self._scan("panel_gene").collect()
        self.events = self._scan("event").filter(pl.col("endpoint") == "overall_survival").collect()
        self.entry = self._scan("patient").select("patient_id", "entry_days").collect()
        self.treated = (
            self._scan("treatment").filter("given")
            .select("patient_id", pl.col("treatment_class").fill_null(asked.CLASS_NOT_SAID)).unique().collect()
        )  # fmt: skip
        self.panels = (
            self._scan("panel").filter(pl.col("alteration_type") == "variant").group_by("patient_id")
            .agg(pl.col("panel_id").unique().sort().str.join("|").alias("panels"), pl.col("whole").any()).collect()
        )  # fmt: skip

    def _scan(self, table: str) -> pl.LazyFrame:
        return pl.scan_parquet(self.folder / f"{table}.parquet")

    def _flat(self) -> pl.DataFrame:
        diagnosis = self._scan("diagnosis").sort("diagnosed_days", "diagnosis_id", nulls_last=True)
        sample = self._scan("sample").sort("collected_days", "sample_id", nulls_last=True)
        flat = (
            self._scan("patient")
            .join(diagnosis.unique("patient_id", keep="first", maintain_order=True), on="patient_id", how="left")
            .join(
                sample.unique("patient_id", keep="first", maintain_order=True), on="patient_id", how="left", suffix="_s"
            )
        )
        band = (pl.col("age_at_diagnosis_years") / 10).floor().cast(pl.Int32) * 10
        return flat.select(
            "patient_id", *(pl.col(column).alias(name) for name, (_, column) in asked.CHARTS.items()),
            pl.format("{}-{}", band, band + 9).alias(asked.AGE_BAND),
        ).collect()  # fmt: skip

    def count_by_tumour(self) -> dict[str, int]:
        return _counts(self.flat, "tumour")

    def ten_charts(self) -> dict[str, dict[str, int]]:
        older = self.diagnosis.lazy().filter(pl.col("age_at_diagnosis_years") >= asked.OLDER_THAN).select("patient_id")
        mutated = self.altered.lazy().filter(pl.col("gene") == asked.MUTATED_GENE).select("patient_id")
        cohort = (
            self.flat.lazy()
            .join(older, on="patient_id", how="semi")
            .join(mutated, on="patient_id", how="semi")
            .collect()
        )
        given = self.treated.lazy().join(cohort.lazy().select("patient_id"), on="patient_id", how="semi").collect()
        charts = {name: _counts(cohort, name) for name in (*asked.CHARTS, asked.AGE_BAND)}
        return {**charts, asked.TREATED: _counts(given, asked.TREATED)}

    def gene_frequencies(self) -> dict[str, tuple[int, int]]:
        patients = self.diagnosis.lazy().filter(pl.col("oncotree_code") == asked.TUMOUR).select("patient_id").unique()
        cohort = self.panels.lazy().join(patients, on="patient_id", how="semi").collect()
        alike = cohort.group_by("panels", "whole").len()
        covers = (
            alike.filter(~pl.col("whole")).with_columns(panel_id=pl.col("panels").str.split("|")).explode("panel_id")
            .join(self.panel_gene, on="panel_id").select("panels", "gene").unique()
        )  # fmt: skip
        whole = alike.filter("whole")["len"].sum()
        tested = covers.join(alike, on="panels").group_by("gene").agg(pl.col("len").sum().alias("tested"))
        of_cohort = self.altered.lazy().join(cohort.lazy(), on="patient_id")
        hits = pl.concat([
            of_cohort.filter("whole").select("gene"),
            of_cohort.filter(~pl.col("whole")).join(covers.lazy(), on=["panels", "gene"], how="semi").select("gene"),
        ]).group_by("gene").len().collect()  # fmt: skip
        rows = hits.join(tested, on="gene", how="left").with_columns(pl.col("tested").fill_null(0) + whole)
        return {gene: (altered, of) for gene, altered, of in rows.rows()}

    def cooccurrence(self) -> dict[tuple[str, str], tuple[int, ...]]:
        chosen = self.altered.group_by("gene").len().sort(["len", "gene"], descending=[True, False]).head(asked.GENES)
        genes = chosen.select("gene")
        alike = self.panels.group_by("panels", "whole").len("patients")
        listed = (
            alike.filter(~pl.col("whole")).with_columns(panel_id=pl.col("panels").str.split("|")).explode("panel_id")
        )
        covers = pl.concat([
            alike.filter("whole").select("panels").join(genes, how="cross"),
            listed.join(self.panel_gene, on="panel_id").join(genes, on="gene", how="semi").select("panels", "gene"),
        ]).unique()  # fmt: skip
        hits = (
            self.altered.lazy().join(genes.lazy(), on="gene", how="semi").join(self.panels.lazy(), on="patient_id")
            .join(covers.lazy(), on=["panels", "gene"], how="semi").select("gene", "patient_id", "panels").collect()
        )  # fmt: skip
        together = (
            hits.lazy().join(hits.lazy(), on="patient_id", suffix="_b").filter(pl.col("gene") < pl.col("gene_b"))
            .group_by("gene", "gene_b").len("both").collect()
        )  # fmt: skip
        by_panels = hits.group_by("gene", "panels").len("patients")
        one = by_panels.join(covers, on="panels", suffix="_b").group_by("gene", "gene_b").agg(pl.col("patients").sum())
        tested = (
            covers.join(covers, on="panels", suffix="_b").filter(pl.col("gene") < pl.col("gene_b"))
            .join(alike, on="panels").group_by("gene", "gene_b").agg(pl.col("patients").sum().alias("tested"))
        )  # fmt: skip
        rows = (
            tested.join(together, on=["gene", "gene_b"], how="left")
            .join(one.rename({"patients": "first"}), on=["gene", "gene_b"], how="left")
            .join(one.select(gene="gene_b", gene_b="gene", second="patients"), on=["gene", "gene_b"], how="left")
            .select("gene", "gene_b", *(pl.col(name).fill_null(0) for name in ("both", "first", "second", "tested")))
        )
        return {(a, b): asked.four_cells(*counts) for a, b, *counts in rows.rows()}

    def survival(self) -> dict[str, tuple[int, int]]:
        cohort = self.diagnosis.lazy().filter(pl.col("oncotree_code") == asked.TUMOUR).select("patient_id")
        gene = asked.SURVIVAL_GENE
        panels = self.panel_gene.filter(pl.col("gene") == gene)["panel_id"].to_list()
        covered = pl.col("whole") | pl.col("panels").str.split("|").list.eval(pl.element().is_in(panels)).list.any()
        tested = self.panels.lazy().filter(covered).select("patient_id")
        mutated = self.altered.lazy().filter(pl.col("gene") == gene).select("patient_id", mutated=True)
        entry = pl.col("entry_days").fill_null(0)
        rows = (
            self.events.lazy().join(cohort, on="patient_id", how="semi").join(tested, on="patient_id", how="semi")
            .join(self.entry.lazy(), on="patient_id").join(mutated, on="patient_id", how="left")
            .filter(pl.col("start_days") >= 0, (entry <= 0) | (entry < pl.col("start_days")))
            .group_by(label=pl.when("mutated").then(pl.lit("altered")).otherwise(pl.lit("not_altered")))
            .agg(pl.len(), pl.col("occurred").sum()).collect()
        )  # fmt: skip
        return {label: (patients, died) for label, patients, died in rows.rows()}

    def one_patient(self) -> dict[str, int]:
        wanted = pl.col("patient_id") == asked.SOME_PATIENT
        return {table: self._scan(table).filter(wanted).collect().height for table in asked.PATIENT_TABLES}


def _counts(rows: pl.DataFrame, name: str) -> dict[str, int]:
    counted = rows.group_by(pl.col(name).cast(pl.String).fill_null("")).len()
    return dict(counted.rows())

"""The questions in SQL, to the same DuckDB file, as well as SQL lets them be asked.

One row per patient (`flat`), distinct altered genes (`altered`) and what was tested (`panels`) are
prepared beforehand, as the index is, and are not counted.
"""

from __future__ import annotations

import duckdb

from benchmarks import questions as asked


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


_ALTERS = f"(consequence IN ({_quoted(asked.ALTERS)}) OR (gene = 'TERT' AND consequence = '5''Flank'))"


class Engine:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._prepare()

    def _prepare(self) -> None:
        columns = ", ".join(f"{table}.{column} AS {name}" for name, (table, column) in asked.CHARTS.items())
        band = "(floor(diagnosis.age_at_diagnosis_years / 10) * 10)::INTEGER"
        for statement in (
            f"""CREATE TEMP TABLE flat AS SELECT patient.patient_id, {columns},
            {band} || '-' || ({band} + 9) AS {asked.AGE_BAND} FROM patient
            JOIN (SELECT * FROM diagnosis QUALIFY row_number() OVER (PARTITION BY patient_id
                  ORDER BY diagnosed_days NULLS LAST, diagnosis_id) = 1) diagnosis USING (patient_id)
            LEFT JOIN (SELECT * FROM sample QUALIFY row_number() OVER (PARTITION BY patient_id
                  ORDER BY collected_days NULLS LAST, sample_id) = 1) sample USING (patient_id)""",
            f"CREATE TEMP TABLE altered AS SELECT DISTINCT gene, patient_id FROM variant WHERE {_ALTERS}",
            f"CREATE TEMP TABLE treated AS SELECT DISTINCT patient_id, "
            f"coalesce(treatment_class, '{asked.CLASS_NOT_SAID}') AS class FROM treatment WHERE given",
            "CREATE TEMP TABLE panels AS SELECT patient_id, list_sort(list(DISTINCT panel_id)) AS panels, "
            "bool_or(whole) AS whole FROM panel WHERE alteration_type = 'variant' GROUP BY patient_id",
        ):
            self.connection.execute(statement)

    def _rows(self, sql: str, *values: object) -> list[tuple]:
        return self.connection.execute(sql, list(values)).fetchall()

    def count_by_tumour(self) -> dict[str, int]:
        return dict(self._rows("SELECT coalesce(tumour, ''), count(*) FROM flat GROUP BY 1"))

    def ten_charts(self) -> dict[str, dict[str, int]]:
        charts = [*asked.CHARTS, asked.AGE_BAND]
        cohort = (
            "patient_id IN (SELECT patient_id FROM diagnosis WHERE age_at_diagnosis_years >= ?) "
            "AND patient_id IN (SELECT patient_id FROM altered WHERE gene = ?)"
        )
        rows = self._rows(
            f"SELECT grouping({', '.join(charts)}), {', '.join(f'{name}::VARCHAR' for name in charts)}, count(*) "
            f"FROM flat WHERE {cohort} GROUP BY GROUPING SETS ({', '.join(f'({name})' for name in charts)})",
            asked.OLDER_THAN, asked.MUTATED_GENE,
        )  # fmt: skip
        found: dict[str, dict[str, int]] = {name: {} for name in charts}
        everything = 2 ** len(charts) - 1
        of_mask = {everything - 2 ** (len(charts) - 1 - i): i for i in range(len(charts))}
        for mask, *labels, count in rows:
            found[charts[of_mask[mask]]][labels[of_mask[mask]] or ""] = count
        given = f"SELECT class, count(*) FROM treated WHERE {cohort} GROUP BY class"
        return {**found, asked.TREATED: dict(self._rows(given, asked.OLDER_THAN, asked.MUTATED_GENE))}

    def gene_frequencies(self) -> dict[str, tuple[int, int]]:
        rows = self._rows(
            """WITH cohort AS MATERIALIZED (SELECT DISTINCT patient_id, panels, whole FROM diagnosis
                 JOIN panels USING (patient_id) WHERE oncotree_code = ?),
               alike AS (SELECT panels, whole, count(*) AS patients FROM cohort GROUP BY ALL),
               covers AS (SELECT DISTINCT panels, gene FROM (SELECT panels, unnest(panels) AS panel_id FROM alike
                 WHERE NOT whole) JOIN panel_gene USING (panel_id)),
               tested AS (SELECT gene, sum(patients) AS patients FROM covers JOIN alike USING (panels) GROUP BY gene),
               hits AS (SELECT altered.gene, count(*) AS patients FROM altered JOIN cohort USING (patient_id)
                 LEFT JOIN covers ON covers.panels = cohort.panels AND covers.gene = altered.gene
                 WHERE whole OR covers.gene IS NOT NULL GROUP BY altered.gene)
               SELECT hits.gene, hits.patients, coalesce(tested.patients, 0)
                 + (SELECT coalesce(sum(patients), 0) FROM alike WHERE whole)
               FROM hits LEFT JOIN tested USING (gene)""",
            asked.TUMOUR,
        )
        return {gene: (int(altered), int(tested)) for gene, altered, tested in rows}

    def cooccurrence(self) -> dict[tuple[str, str], tuple[int, ...]]:
        rows = self._rows(
            """WITH chosen AS MATERIALIZED
                 (SELECT gene FROM altered GROUP BY gene ORDER BY count(*) DESC, gene LIMIT ?),
               alike AS MATERIALIZED (SELECT panels, whole, count(*) AS patients FROM panels GROUP BY ALL),
               covers AS MATERIALIZED (SELECT panels, gene FROM alike, chosen WHERE whole UNION
                 SELECT panels, gene FROM (SELECT panels, unnest(panels) AS panel_id FROM alike WHERE NOT whole)
                 JOIN panel_gene USING (panel_id) SEMI JOIN chosen USING (gene)),
               hits AS MATERIALIZED (SELECT gene, patient_id, panels FROM altered SEMI JOIN chosen USING (gene)
                 JOIN panels USING (patient_id) SEMI JOIN covers USING (panels, gene)),
               together AS (SELECT a.gene AS a, b.gene AS b, count(*) AS patients FROM hits a JOIN hits b
                 ON a.patient_id = b.patient_id AND a.gene < b.gene GROUP BY ALL),
               by_panels AS (SELECT gene, panels, count(*) AS patients FROM hits GROUP BY ALL),
               one AS (SELECT h.gene AS hit, c.gene AS other, sum(h.patients) AS patients
                 FROM by_panels h JOIN covers c USING (panels) GROUP BY ALL),
               tested AS (SELECT c.gene AS a, d.gene AS b, sum(alike.patients) AS patients
                 FROM covers c JOIN covers d USING (panels) JOIN alike USING (panels)
                 WHERE c.gene < d.gene GROUP BY ALL)
               SELECT tested.a, tested.b, coalesce(together.patients, 0), coalesce(first.patients, 0),
                 coalesce(second.patients, 0), tested.patients FROM tested
               LEFT JOIN together ON together.a = tested.a AND together.b = tested.b
               LEFT JOIN one first ON first.hit = tested.a AND first.other = tested.b
               LEFT JOIN one second ON second.hit = tested.b AND second.other = tested.a""",
            asked.GENES,
        )
        return {(a, b): asked.four_cells(*map(int, counts)) for a, b, *counts in rows}

    def survival(self) -> dict[str, tuple[int, int]]:
        rows = self._rows(
            """WITH cohort AS (SELECT DISTINCT patient_id FROM diagnosis WHERE oncotree_code = $tumour),
               tested AS (SELECT patient_id FROM panels WHERE whole OR list_has_any(panels,
                 (SELECT list(panel_id) FROM panel_gene WHERE gene = $gene))),
               mutated AS (SELECT patient_id FROM altered WHERE gene = $gene)
               SELECT CASE WHEN patient_id IN (FROM mutated) THEN 'altered' ELSE 'not_altered' END AS label,
                 count(*), count(*) FILTER (occurred)
               FROM event JOIN patient USING (patient_id) WHERE endpoint = 'overall_survival' AND start_days >= 0
                 AND (coalesce(entry_days, 0) <= 0 OR entry_days < start_days)
                 AND patient_id IN (FROM cohort) AND patient_id IN (FROM tested) GROUP BY label""".replace(
                "$tumour", f"'{asked.TUMOUR}'"
            ).replace("$gene", f"'{asked.SURVIVAL_GENE}'")
        )
        return {label: (patients, died) for label, patients, died in rows}

    def one_patient(self) -> dict[str, int]:
        return {
            table: len(self._rows(f'SELECT * FROM "{table}" WHERE patient_id = ?', asked.SOME_PATIENT))
            for table in asked.PATIENT_TABLES
        }

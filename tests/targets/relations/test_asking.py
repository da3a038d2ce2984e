"""Relations asked of carriers and of a cohort: tables, strata, what is withheld, what real tumours show."""

from __future__ import annotations

import itertools
import json

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from chevet.cohort import cohort as cohorts
from chevet.errors import BadInput, CannotConclude, Refused
from chevet.privacy.disclosure import is_small
from chevet.store.lake import Lake
from chevet.targets.carriers import Carriers, of_table
from chevet.targets.relations.answer import RelationsAnswer
from chevet.targets.relations.asking import Relations, of_carriers, of_cohort
from chevet.targets.relations.settings import Settings
from chevet.targets.relations.tables import GROUPS, PAIRS, written
from chevet.words.labels import Lang
from tests.shared_data import shared
from tests.targets.relations.made import carriers, independent

COUNTS = ("tested", "both", "only_a", "only_b", "neither")
NUMBERS = ("expected", "ratio", "p", "q", "p_exclusive", "p_together", "p_own_slopes")


def test_an_arrow_table_of_alterations_becomes_a_table_of_pairs() -> None:
    altered = independent(np.random.default_rng(51), 20, 300, frequency=(2, 10), spread=2.0)
    genes, patients = np.nonzero(altered)
    rows = pa.table({"patient": [f"P{p}" for p in patients], "gene": [f"G{g}" for g in genes]})
    found = of_carriers(of_table(rows, [f"P{p}" for p in range(300)]), Settings(top=6), pathways={"one": ("G1", "G2")})
    assert (found.pairs.schema, found.pathways.schema) == (PAIRS, GROUPS)
    assert (found.pairs.num_rows, found.pathways.num_rows) == (15, 1)
    by_count = sorted(altered.sum(axis=1).tolist(), reverse=True)[:6]
    assert [int(altered[int(gene[1:])].sum()) for gene in found.genes] == by_count
    for row in found.pairs.to_pylist():
        assert row["both"] == int((altered[int(row["gene_a"][1:])] & altered[int(row["gene_b"][1:])]).sum())
        assert row["tested"] == sum(row[name] for name in COUNTS[1:]) == 300


def test_pairs_are_ordered_by_p_and_corrected_for_their_number() -> None:
    found = of_carriers(
        carriers(independent(np.random.default_rng(52), 30, 300, frequency=(2, 10), spread=2.0)), Settings()
    )
    p, q = (np.array(found.pairs[name].to_pylist()) for name in ("p", "q"))
    assert (np.diff(p) >= 0).all()
    np.testing.assert_allclose(q[0], min(1, (p * len(p) / np.arange(1, len(p) + 1)).min()))


def test_a_gene_that_nobody_names_is_refused_and_one_alone_cannot_be_compared() -> None:
    made = carriers(np.ones((3, 9), dtype=bool))
    with pytest.raises(BadInput, match="nobody was tested for G9"):
        of_carriers(made, Settings(genes=("G0", "G9")))
    with pytest.raises(CannotConclude, match="fewer than two genes"):
        of_carriers(made, Settings(genes=("G0",)))


def test_pathways_of_more_than_a_hundred_genes_are_left_out_and_counted() -> None:
    made = carriers(independent(np.random.default_rng(53), 120, 60, frequency=(2, 10), spread=2.0))
    found = of_carriers(made, Settings(), pathways={"large": tuple(f"G{n}" for n in range(101)), "small": ("G0", "G1")})
    assert found.pathways["pathway"].to_pylist() == ["small"]
    assert found.about["pathways_too_large"] == 1


# -- a study


def _asked(lake: Lake, where: str = "all", **more: object) -> Relations:
    return of_cohort(cohorts.open(lake, "made_up", where), Settings(top=12), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "within"), [("all", ""), ("all", "tumour"), ("stage = IV", "sex"), ("sex = male", "stage")]
)
def test_a_study_shows_all_numbers_of_a_pair_or_none_and_never_one_to_four(
    made_lake: Lake, where: str, within: str
) -> None:
    found = _asked(made_lake, where, within=within, pathways={"one": ("KRAS", "BRAF", "EGFR"), "two": ("TP53", "PTEN")})
    words = set()
    for row in found.pairs.to_pylist():
        words.add(row["tendency"])
        counts = [row[name] for name in COUNTS]
        assert counts == [None] * 5 or not any(map(is_small, counts))
        if counts[0] is None:
            assert [row[name] for name in NUMBERS] == [None] * len(NUMBERS)
        else:
            assert all(row[name] == float(f"{row[name]:.2e}") for name in NUMBERS if row[name] is not None)
            assert (row["p_own_slopes"] is None) == (row["p"] > 0.05)
    assert "withheld" in words
    json.dumps(RelationsAnswer(found).as_json(), allow_nan=False)


def test_the_question_is_entered_in_the_ledger(made_lake: Lake) -> None:
    before = len(list(made_lake.ledger.entries()))
    _asked(made_lake, "stage = III")
    entries = list(made_lake.ledger.entries())[before:]
    assert [entry.facts["answer"] for entry in entries] == ["relations"]


def test_too_small_a_cohort_is_refused(made_lake: Lake) -> None:
    with pytest.raises((Refused, CannotConclude)):
        _asked(made_lake, "age_at_diagnosis_years > 300")


def test_a_field_that_the_study_lacks_is_refused_with_those_it_has(made_lake: Lake) -> None:
    with pytest.raises(BadInput, match="no field or measurement named colour"):
        _asked(made_lake, within="colour")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_people_read_it_in_both_languages(made_lake: Lake, lang: Lang) -> None:
    answer = RelationsAnswer(_asked(made_lake, within="tumour", pathways={"RAS": ("KRAS", "NRAS", "NOGENE")}))
    headings, rows = answer.rows(lang)
    assert {len(headings)} == {len(row) for row in rows}
    assert {len(answer.pathway_rows(lang)[0])} == {len(row) for row in answer.pathway_rows(lang)[1]}
    assert any("NOGENE" in note for note in answer.notes(lang))
    assert len(answer.picture(lang)["data"]["values"]) == 66


def test_a_written_table_has_a_row_a_pair_and_empty_cells_where_withheld(made_lake: Lake) -> None:
    found = _asked(made_lake)
    lines = written(found.pairs).decode().splitlines()
    assert len(lines) == 1 + found.pairs.num_rows
    hidden = next(line for line in lines if "\twithheld\t" in line)
    assert hidden.split("\t")[2:7] == [""] * 5


# -- real tumours


def _tcga(*names: str) -> tuple[Carriers, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Carriers of changes that may alter a protein in these cohorts of exomes, and the cohort of each patient."""
    silent = {"Silent", "Intron", "3'UTR", "5'UTR", "RNA", "IGR", "3'Flank", "5'Flank", "lincRNA"}
    columns = ["cohort", "patient", "gene", "class"]
    tables = [pl.read_parquet(shared(f"cohorts/tcga/mutations_{name}.parquet"), columns=columns) for name in names]
    table = pl.concat(tables)
    patients = table.group_by("patient").agg(pl.col("cohort").first()).sort("patient")
    rows = table.filter(~pl.col("class").is_in(silent)).select("patient", "gene").unique()
    made = of_table(rows.to_arrow(), patients["patient"].to_list())
    return made, patients["cohort"].rank("dense").to_numpy().astype(np.int64)


def _tendencies(found: Relations) -> dict[frozenset[str], tuple[str, float]]:
    return {frozenset((r["gene_a"], r["gene_b"])): (r["tendency"], r["p"]) for r in found.pairs.to_pylist()}


def test_kras_and_braf_exclude_each_other_in_colorectal_tumours() -> None:
    made, _ = _tcga("COAD", "READ")
    found = _tendencies(of_carriers(made, Settings(genes=("KRAS", "BRAF", "NRAS", "PIK3CA", "APC", "TP53"))))
    for pair in itertools.combinations(("KRAS", "BRAF", "NRAS"), 2):
        assert found[frozenset(pair)][0] == "exclusive"


def test_genes_of_two_tissues_exclude_each_other_only_where_the_tissues_are_mixed() -> None:
    """VHL is altered in clear-cell kidney tumours, IDH1 in gliomas: within each, nothing is left of it."""
    made, cohort = _tcga("LGG", "KIRC")
    settings = Settings(genes=("VHL", "IDH1", "TP53", "ATRX"))
    mixed, apart = _tendencies(of_carriers(made, settings)), _tendencies(of_carriers(made, settings, strata=cohort))
    assert mixed[frozenset(("VHL", "IDH1"))][0] == "exclusive"
    assert mixed[frozenset(("VHL", "IDH1"))][1] < 1e-9
    assert apart[frozenset(("VHL", "IDH1"))][1] > 0.05
    assert apart[frozenset(("TP53", "ATRX"))][0] == "together"

"""From a cohort to ranked genes: what is found, what is said to be missing, and what may not be shown."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from chevet.cohort import cohort as cohorts
from chevet.cohort.genes import gene_frequencies
from chevet.errors import BadInput, CannotConclude, Refused
from chevet.store.lake import Lake
from chevet.targets.evidence import PARTS
from chevet.targets.ranking.analysis import Ranking, rank, ranked
from chevet.targets.ranking.because import because
from chevet.targets.ranking.gathering import Asking
from chevet.targets.ranking.medicines import KnownPair
from chevet.targets.ranking.showing import page
from chevet.targets.ranking.summary import missing
from chevet.targets.ranking.tables import files
from chevet.targets.ranking.weights import read_weights
from chevet.words.labels import has_label
from tests.targets.ranking.conftest import SELECTED, TODAY
from tests.targets.ranking.made_lines import speaks

PAIRS = (KnownPair("EGFR", ("osimertinib",), frozenset({"LUAD"}), ("activating",), "FDA Tagrisso", "2018-04-18"),)
FEW = replace(read_weights(), draws=40)


@pytest.fixture(scope="module")
def made(lake: Lake, drivers: Path) -> Ranking:
    return rank(cohorts.open(lake, "made", "diagnosis under LUNG"), Asking(lake.home, drivers), FEW, pairs=PAIRS)


@pytest.fixture(scope="module")
def written(made: Ranking) -> Mapping[str, bytes]:
    return files(made)


def table(content: bytes) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(content), separator="\t", infer_schema_length=None)


def test_selected_genes_come_first_and_in_their_lists(made: Ranking) -> None:
    selected = [one for one in made.targets if one.gene in SELECTED]
    assert made.targets[0].gene in SELECTED
    assert len(selected) > 3
    assert all(one.evident for one in selected)
    of = {one.gene: one.standing.listed for one in made.targets}
    assert (of["EGFR"], of["KRAS"], of["TP53"], of["STK11"]) == ("known", "repurposable", "repurposable", "new")


def test_carriers_are_those_that_the_cohort_tells(lake: Lake, made: Ranking) -> None:
    told = gene_frequencies(cohorts.open(lake, "made", "diagnosis under LUNG"), kinds=("variant",)).genes
    ours = {one.gene: one.carried.by_kind["variant"].patients for one in made.targets if one.carried}
    assert len(ours) > 50
    assert {gene: ours[gene] for gene in ours} == {one.gene: one.altered for one in told if one.gene in ours}


def test_no_count_of_patients_written_is_of_one_to_four(written: Mapping[str, bytes]) -> None:
    targets, lines = table(written["targets.tsv"]), table(written["evidence.tsv"])
    counts = [targets[name] for name in targets.columns if name.startswith("carriers")] + [targets["tested"]]
    for column in (*counts, lines["patients"]):
        numbers = [int(number) for number in column.drop_nulls()]
        assert not {1, 2, 3, 4} & set(numbers)
    assert targets["carriers"].drop_nulls().len() > 50


def test_genes_of_few_carriers_are_not_listed_but_counted(lake: Lake, made: Ranking) -> None:
    told = gene_frequencies(cohorts.open(lake, "made", "diagnosis under LUNG"), kinds=("any",)).genes
    assert made.about["left_out"]["genes_of_one_to_four_carriers"] > 0
    assert {one.gene for one in told if one.altered is not None} <= {one.gene for one in made.targets}


def test_the_same_cohort_gives_the_same_files(lake: Lake, drivers: Path, written: Mapping[str, bytes]) -> None:
    cohort = cohorts.open(lake, "made", "diagnosis under LUNG")
    assert files(rank(cohort, Asking(lake.home, drivers), FEW, pairs=PAIRS)) == written


def test_every_part_says_whether_it_was_asked_and_why_not(made: Ranking) -> None:
    model = made.as_json()
    assert tuple(model["parts"]) == PARTS
    assert model["parts"]["selection"]["asked"]
    assert model["parts"]["selection"]["sources"][0]["name"] == "genes.tsv"
    assert not model["parts"]["vulnerability"]["asked"]
    assert model["weights"]["sha256"] == read_weights().sha256


def test_genes_under_selection_that_are_not_ranked_are_named(made: Ranking) -> None:
    notes = made.told["selection"].notes
    assert notes is not None
    assert (notes["under_selection_not_ranked"], notes["names"]) == (1, ["NOSUCH"])
    assert any("NOSUCH" in note for note in missing(made, "fr"))


def test_without_a_genome_or_a_table_selection_is_told_as_missing_and_the_rest_is_ranked(lake: Lake) -> None:
    found = rank(cohorts.open(lake, "made"), Asking(lake.home), FEW)
    assert found.told["selection"].kind == "bad_input"
    assert "genome" in found.told["selection"].why
    assert found.targets


@pytest.mark.parametrize("named", [{"endpoint": "no_such"}, {"reference": "no_such"}])
def test_what_is_named_and_not_there_stops_the_ranking(lake: Lake, named: dict[str, str]) -> None:
    with pytest.raises(BadInput) as error:
        rank(cohorts.open(lake, "made"), Asking(lake.home, **named), FEW)  # type: ignore[arg-type]
    assert "no_such" in error.value.message


def test_an_empty_cohort_and_a_small_one_get_no_ranking(lake: Lake) -> None:
    with pytest.raises(CannotConclude):
        rank(cohorts.open(lake, "made", "diagnosis under LUNG and diagnosis under BREAST and sex = male"),
             Asking(lake.home), FEW)  # fmt: skip
    cohort = cohorts.open(lake, "made", "diagnosis under LUNG and mutated(EGFR) and stage = I and mutated(KRAS)")
    assert cohort.size < 5
    with pytest.raises((Refused, CannotConclude)):
        rank(cohort, Asking(lake.home), FEW)


def test_a_table_of_drivers_that_cannot_be_read_stops_the_ranking(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "genes.tsv").write_text("nothing\n")
    with pytest.raises(BadInput):
        rank(cohorts.open(lake, "made"), Asking(lake.home, tmp_path), FEW)


def test_known_genes_that_are_hidden_are_in_no_file(made: Ranking) -> None:
    hidden = files(made, hide_known=True)
    for name in ("targets.tsv", "evidence.tsv"):
        assert "EGFR" in files(made)[name].decode()
        assert "EGFR" not in set(table(hidden[name])["gene"])
    assert json.loads(hidden["model.json"])["known_hidden"] == len(made.of_list("known"))
    assert "osimertinib" not in page(made, "en", made_on=TODAY, top=10, hide_known=True)


def test_every_finding_and_scale_has_words_in_both_languages(made: Ranking) -> None:
    every = [line for told in made.told.values() for line in told.lines]
    assert [line for line in every if not has_label(f"targets.{line.part}.finding.{line.finding}")] == []
    scales = {line.scale for line in every if line.scale}
    assert scales
    assert {
        one for one in scales if not any(has_label(f"targets.{of}{one}") for of in ("scale.", "rank.scale."))
    } == set()


def test_a_rank_is_explained_by_what_adds_up_to_its_score(made: Ranking) -> None:
    target = next(one for one in made.targets if one.gene == "KRAS")
    said = because(made, target, "en")
    assert "more changes than chance explains" in said.text
    total = made.scores.given[target.place].sum() - made.scores.taken[target.place].sum()
    assert total == pytest.approx(target.score)
    assert "plus de mutations que le hasard" in because(made, target, "fr").text


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "New: no medicine is known"), ("fr", "Nouvelles\u00a0: aucun médicament")]
)
def test_the_page_stands_alone_and_speaks_the_language(made: Ranking, lang: Any, words: str) -> None:
    text = page(made, lang, made_on=TODAY, top=5)
    assert words in text
    assert "<script" not in text
    assert "http" not in text.replace("http://www.w3.org", "").replace("http-equiv", "")
    assert f'lang="{lang}"' in text


def test_lines_made_elsewhere_are_ranked_without_a_study() -> None:
    lines = [speaks("A", "selection", q=1e-6), speaks("B", "selection", q=1e-2), speaks("C", "selection", "neutral")]
    found = ranked(lines, FEW, genes=("A", "B", "C"))
    assert [one.gene for one in found.targets] == ["A", "B", "C"]
    assert [one.standing.listed for one in found.targets] == ["not_asked"] * 3
    assert table(files(found)["targets.tsv"])["rank"].to_list() == [1, 2, 3]


def test_nothing_to_rank_is_said() -> None:
    with pytest.raises(CannotConclude):
        ranked([speaks("A", "selection", q=0.01)], FEW, genes=())

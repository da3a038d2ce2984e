"""The shape of a cohort's genes from the study to tables, lines and drawings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from chevet.cohort import cohort as cohorts
from chevet.cohort.index import CohortIndex
from chevet.cohort.studies import import_study
from chevet.errors import BadInput, CannotConclude, Refused
from chevet.genomics.reference.installed import Reference
from chevet.paper import pictures
from chevet.records.record import About, Record
from chevet.store.lake import Lake
from chevet.targets.evidence import Source
from chevet.targets.shape.analysis import Settings, Shape, of_cohort, of_table
from chevet.targets.shape.heads import heads
from chevet.targets.shape.lines import lines
from chevet.targets.shape.lollipop import Lollipop, domains_of
from chevet.targets.shape.tables import SCHEMAS
from chevet.targets.shape.telling import concluded, notes, printed, written
from tests.shared_data import shared
from tests.strategies import tables
from tests.targets.made_genome import Genome, neutral, random_genome
from tests.targets.shape.made_changes import missense, patients, scattered, table
from tests.targets.shape.made_study import study

REFERENCE = Reference("made-up", "GRCh38", "", 0, 0, "", "", "", "")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return study(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def shape(lake: Lake) -> Shape:
    return of_cohort(cohorts.open(lake, "made"))


def test_every_kind_of_alteration_is_told(shape: Shape) -> None:
    first = {name: one.to_pylist()[0] for name, one in shape.tables.items() if one.num_rows}
    assert first["hotspots"]["residue"] == "V600"
    assert {(row["gene"], row["kind"]) for row in shape.tables["copy_number"].to_pylist()} == {
        ("CDKN2A", "deletion"), ("ERBB2", "amplification"),
    }  # fmt: skip
    assert {row["gene"]: row["role"] for row in shape.tables["patterns"].to_pylist()} == {
        "BRAF": "oncogene", "TP53": "suppressor",
    }  # fmt: skip
    assert shape.about["not_asked"] == []


def test_the_question_is_entered_in_the_ledger(lake: Lake) -> None:
    of_cohort(cohorts.open(lake, "made", "mutated(BRAF)"))
    entry = list(lake.ledger.entries())[-1]
    assert (entry.act, entry.facts["answer"], entry.facts["patients"]) == ("question_asked", "shape", 40)


def test_an_empty_cohort_concludes_nothing_and_a_small_one_is_refused(lake: Lake) -> None:
    with pytest.raises(CannotConclude):
        of_cohort(cohorts.open(lake, "made", "diagnosis under BREAST"))
    with pytest.raises(Refused):
        of_cohort(cohorts.open(lake, "made", "fused(ALK, KIF5B)"))


def test_only_the_genes_asked_for_are_told_and_an_unknown_one_is_named(lake: Lake) -> None:
    cohort = cohorts.open(lake, "made")
    asked = of_cohort(cohort, Settings(genes=("BRAF",)))
    genes = {row["gene"] for name in ("patterns", "hotspots", "copy_number", "fusions", "two_hits")
             for row in asked.tables[name].to_pylist()}  # fmt: skip
    assert genes == {"BRAF"}
    with pytest.raises(BadInput, match="NOTAGENE"):
        of_cohort(cohort, Settings(genes=("NOTAGENE",)))


def test_lines_say_what_speaks_for_a_gene_and_what_was_not_asked(shape: Shape) -> None:
    made = lines(shape, ("BRAF", "CDKN2A", "ERBB2", "ALK", "PTEN"))
    told = {(line.gene, line.finding): line for line in made}
    assert set(told) >= {("BRAF", "oncogene"), ("BRAF", "hotspot"), ("CDKN2A", "deleted"), ("ERBB2", "amplified"),
                         ("PTEN", "few_or_none")}  # fmt: skip
    hotspot = told["BRAF", "hotspot"]
    assert (hotspot.standing, hotspot.patients, hotspot.detail["residue"]) == ("for", 30, "V600")
    assert told["PTEN", "few_or_none"].standing == "not_concluded"
    assert all(line.part == "shape" for line in made)


def test_a_study_without_copy_number_and_fusions_says_so() -> None:
    found = of_table(table(missense("A", 12, range(9))), patients(20))
    assert found.about["not_asked"] == ["copy_number", "fusions"]
    not_asked = {line.finding for line in lines(found, ("A",)) if line.standing == "not_asked"}
    assert not_asked == {"no_copy_number", "no_fusions"}


@pytest.mark.parametrize(
    ("tests", "told", "not_asked"),
    [(("copy_number",), {"copy_number"}, ["variants", "fusions"]),
     (("structural_variant",), {"fusions"}, ["variants", "copy_number"]),
     (("variant",), {"patterns", "hotspots", "clusters"}, ["copy_number", "fusions"])],
)  # fmt: skip
def test_what_nobody_was_tested_for_is_not_asked(
    tmp_path: Path, tests: tuple[str, ...], told: set[str], not_asked: list[str]
) -> None:
    found = of_cohort(cohorts.open(study(tmp_path, tests=tests), "made"))
    assert {name for name, one in found.tables.items() if one.num_rows} == told
    assert found.about["not_asked"] == not_asked
    assert all(notes(found, "fr"))


def test_a_table_without_a_row_and_one_of_silent_changes_say_nothing() -> None:
    for rows in ([], [("P0", "A", "Silent", "p.A5A")]):
        found = of_table(table(rows), patients(3))
        assert [one.num_rows for one in found.tables.values()] == [0] * 7
        assert lines(found) == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_table_is_printed_and_every_note_said(shape: Shape, lang: str) -> None:
    spoken = "fr" if lang == "fr" else "en"
    for name, one in shape.tables.items():
        headings, cells = printed(name, one.to_pylist(), spoken)
        assert {len(row) for row in cells} <= {len(headings)}
    assert all(notes(shape, spoken))


def test_a_written_table_has_its_columns_and_says_partners_by_name(shape: Shape) -> None:
    text = written(shape.tables["fusions"]).decode().splitlines()
    assert text[0].split("\t") == SCHEMAS["fusions"].names
    assert [row["gene"] for row in concluded("hotspots", shape.tables["hotspots"])] == ["BRAF"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_gene_is_drawn_with_its_domains(shape: Shape, lang: str) -> None:
    spoken = "fr" if lang == "fr" else "en"
    kept = pa.table({"gene": ["BRAF", "BRAF", "TP53"], "name": ["Pkinase", "Pkinase", "P53"], "start": [457, 457, 95],
                     "end": [717, 717, 289]})  # fmt: skip
    domains = domains_of(kept, "BRAF")
    assert domains == ({"name": "Pkinase", "start": 457, "end": 717},)
    drawn = Lollipop(heads(shape.found, "BRAF"), domains, Source("Pfam", "2022", "")).picture(spoken)
    svg = pictures.svg(drawn)
    assert [word for word in ("V600", "Pkinase", "Pfam") if word not in svg] == []
    assert "V600" in drawn["description"]


def test_a_gene_without_a_residue_that_may_be_drawn_says_so(shape: Shape) -> None:
    drawn = Lollipop(heads(shape.found, "TP53")).picture("en")
    assert "No residue may be drawn" in pictures.svg(drawn).replace("\n", " ")


def test_of_rows_that_are_the_callers_own_every_residue_is_drawn() -> None:
    found = of_table(table(missense("A", 12, range(2))), patients(9))
    assert [row["patients"] for row in heads(found.found, "A", all_of_it=True).rows] == [2]


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return random_genome(tmp_path_factory.mktemp("genome"), genes=25, codons=200, seed=31)


def _of_genome(genome: Genome, rng: np.random.Generator) -> list[dict[str, object]]:
    """Neutral mutations of 150 patients, with the gene and the class that the genome gives each."""
    sites = genome.sites
    rows: list[dict[str, object]] = []
    for sample, _, base, ref, alt in neutral(genome, patients(150), 20, rng):
        inside = np.flatnonzero((sites.first <= base) & (base <= sites.last) & ~sites.splice)
        if len(inside):
            at = int(inside[0])
            site = int(sites.start[at]) + base - int(sites.first[at])
            new = "ACGT".index(alt) if sites.strand[at] > 0 else 3 - "ACGT".index(alt)
            kind = ("Silent", "Missense_Mutation", "Nonsense_Mutation", None)[(sites.effect[site] >> (2 * new)) & 3]
            rows.append({
                "patient": sample, "gene": sites.genes[sites.gene[at]], "consequence": kind, "protein_change": None,
                "chromosome": "1", "start": base, "reference": ref, "alternate": alt,
            })  # fmt: skip
    return rows


def test_with_a_reference_neutral_genes_have_no_hotspot_and_a_planted_one_is_found(genome: Genome) -> None:
    rng = np.random.default_rng(6)
    rows = _of_genome(genome, rng)
    base = int(genome.sites.first[np.flatnonzero(genome.sites.gene == genome.sites.genes.index("G4"))[0]]) + 31
    ref = genome.bases[base - 1]
    planted = [{"patient": name, "gene": "G4", "consequence": "Missense_Mutation", "protein_change": "p.A999V",
                "chromosome": "1", "start": base, "reference": ref, "alternate": "ACGT"[("ACGT".index(ref) + 1) % 4]}
               for name in patients(12)]  # fmt: skip
    settings = Settings(reference=(REFERENCE, genome.sites))
    schema = {name: pa.int64() if name == "start" else pa.string() for name in rows[0]}

    def found(some: list[dict[str, object]]) -> Shape:
        columns = {name: pa.array([row[name] for row in some], kind) for name, kind in schema.items()}
        return of_table(pa.table(columns), patients(150), settings)

    assert concluded("hotspots", found(rows).tables["hotspots"]) == []
    with_one = found([*rows, *planted])
    assert with_one.about["background"] == "trinucleotide"
    (hotspot,) = concluded("hotspots", with_one.tables["hotspots"])
    assert (hotspot["gene"], hotspot["place"]) == ("G4", 31 // 3 + 1)


def test_a_study_is_weighed_with_a_reference_by_the_bases_of_its_variants(genome: Genome, tmp_path: Path) -> None:
    """G0 stands in the study as its source numbers it, and as ACTB, whom the reference lacks."""
    rows = [row for row in _of_genome(genome, np.random.default_rng(8)) if row["consequence"]]
    names = sorted({str(row["patient"]) for row in rows})
    of = [{"sample_id": f"S{name}", "patient_id": name} for name in names]
    variants = [
        {"sample_id": f"S{row['patient']}", "patient_id": row["patient"], "gene": row["gene"], "assembly": "GRCh38",
         "chromosome": "1", "start": row["start"], "end": row["start"], "reference_allele": row["reference"],
         "alternate_allele": row["alternate"], "consequence": row["consequence"], "protein_change": "p.A1V"}
        for row in rows
    ]  # fmt: skip
    variants += [{**one, "gene": "ACTB", "consequence": "Missense_Mutation", "protein_change": "p.A9V"} for one in of]
    found = {
        "patient": [{"patient_id": name} for name in names], "sample": of, "variant": variants,
        "panel": [{**one, "alteration_type": "variant", "panel_id": "exome", "whole": True} for one in of],
    }  # fmt: skip
    lake = Lake(tmp_path, actor="tester")
    lake.write("made", Record(About("made up", "test"), tables(found)), derive=[CohortIndex.build])
    told = of_cohort(cohorts.open(lake, "made"), Settings(reference=(REFERENCE, genome.sites)))
    assert (told.about["background"], told.about["genes_not_in_reference"]) == ("trinucleotide", 1)
    assert len(np.unique(told.found.changes.residue)) > 100
    assert "1 genes with changes are not in the reference" in " ".join(notes(told, "en"))


def test_a_study_without_places_is_told_without_the_reference_and_it_is_said(genome: Genome, lake: Lake) -> None:
    told = of_cohort(cohorts.open(lake, "made"), Settings(reference=(REFERENCE, genome.sites)))
    assert told.about["background"] == "even"
    assert any("made-up was not used" in note for note in notes(told, "en"))


def test_planted_truncations_make_a_suppressor_among_neutral_genes() -> None:
    rng = np.random.default_rng(7)
    rows = [row for gene in range(30) for row in scattered(f"G{gene}", 300, range(40), rng)]
    rows += scattered("G9", 300, range(40, 70), rng, "Frame_Shift_Del", "fs*3")
    found = of_table(table(rows), patients(80))
    assert [(row["gene"], row["role"]) for row in concluded("patterns", found.tables["patterns"])] == [
        ("G9", "suppressor")
    ]


def test_metabric_has_the_hotspots_and_suppressors_of_breast_cancer(tmp_path: Path) -> None:
    made = Lake(tmp_path)
    import_study(made, shared("cohorts/metabric"), "metabric")
    found = of_cohort(cohorts.open(made, "metabric"))
    hot = {(row["gene"], row["residue"]) for row in concluded("hotspots", found.tables["hotspots"])}
    assert hot >= {("PIK3CA", "H1047"), ("PIK3CA", "E545"), ("PIK3CA", "E542"), ("AKT1", "E17"), ("SF3B1", "K700")}
    roles = {row["gene"]: row["role"] for row in found.tables["patterns"].to_pylist()}
    assert {gene: roles[gene] for gene in ("CDH1", "GATA3", "MAP3K1", "TP53", "PIK3CA", "AKT1")} == {
        "CDH1": "suppressor", "GATA3": "suppressor", "MAP3K1": "suppressor", "TP53": "suppressor",
        "PIK3CA": "oncogene", "AKT1": "oncogene",
    }  # fmt: skip
    twice = {row["gene"] for row in concluded("two_hits", found.tables["two_hits"])}
    assert twice >= {"MAP3K1", "TBX3", "PTEN"}

"""Every statement says who says so; a number that CIViC knows belongs to a paper on the same gene or medicine."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as parquet

from chevet.therapy import rules
from chevet.therapy.knowledge import base, checking
from chevet.therapy.knowledge.statement import Statement
from tests.shared_data import shared

NUMBERED = re.compile(r"PMID:[1-9]\d{6,7}")
LOOKS_NUMBERED = re.compile(r"PMID|pubmed|(?<![\d-])\d{7,8}(?![\d-])", re.IGNORECASE)
TRIAL = re.compile(r"NCT\d{8}")
OF_A_YEAR = re.compile(r".*\D((?:19|20)\d\d)")

# What CIViC calls a gene is a marker in the rules, or goes by another symbol.
NAME_OF = {"MGMT": "mgmt_methylation", "MKI67": "ki67", "CDKN2A": "p16", "ABL": "ABL1"}
# The paper holds more than CIViC took from it.
WIDER = {
    "25517749": "Bresler 2014 is of ALK in neuroblastoma; CIViC took MYCN from it",
    "34166060": "Shern 2021 is of rhabdomyosarcoma with and without a fusion of FOXO1; CIViC took MYOD1 and TP53",
}


def _sources() -> list[tuple[Statement, str]]:
    return [(one, source) for one in base.own() for source in one.sources]


def test_nothing_is_wrong_with_the_tables() -> None:
    assert checking.problems() == []


def test_there_are_six_hundred_statements_or_more() -> None:
    assert len(base.own()) >= 600


def test_every_statement_has_a_source() -> None:
    assert [one.id for one in base.own() if not one.sources and not one.approvals] == []


def test_whatever_looks_like_the_number_of_a_paper_has_its_form() -> None:
    odd = [
        (one.id, source)
        for one, source in _sources()
        if LOOKS_NUMBERED.search(TRIAL.sub("", source)) and not NUMBERED.fullmatch(source)
    ]
    assert odd == []


def test_a_number_without_its_prefix_or_within_a_sentence_would_be_found() -> None:
    for wrong in ("29151359", "PMID 29151359", "FLAURA, PMID:29151359", "pubmed.ncbi.nlm.nih.gov/29151359"):
        assert (bool(LOOKS_NUMBERED.search(wrong)), NUMBERED.fullmatch(wrong)) == (True, None), wrong


def test_a_source_is_named_once_in_a_statement() -> None:
    assert [one.id for one in base.own() if len(set(one.sources)) != len(one.sources)] == []


def test_no_paper_or_guideline_is_younger_than_the_check_of_its_statement() -> None:
    dated = [(one, int(match[1])) for one, source in _sources() if (match := OF_A_YEAR.fullmatch(source))]
    assert len(dated) > 500
    assert [one.id for one, year in dated if not 1960 <= year <= one.checked.year] == []


def test_no_approval_lies_in_the_future_of_its_check_and_none_ends_before_it_begins() -> None:
    approvals = [(one, approval) for one in base.own() for approval in one.approvals]
    assert len(approvals) > 500
    assert [one.id for one, approval in approvals if approval.date > one.checked] == []
    ended = [(one, approval, approval.ended) for one, approval in approvals if approval.ended is not None]
    assert [one.id for one, approval, end in ended if not approval.date < end <= one.checked] == []


def test_a_number_that_civic_knows_is_of_a_paper_on_the_same_gene_or_medicine() -> None:
    known = _civic(shared("knowledge/civic/civic_all_types_2022-04-22.parquet"))
    for number, subjects in _civic_predictive(shared("knowledge/civic/civic_predictive_2022-12.tsv.gz")).items():
        known[number] |= subjects
    cited = [(one, source.removeprefix("PMID:")) for one, source in _sources() if NUMBERED.fullmatch(source)]
    shared_with_civic = [(one, number) for one, number in cited if number in known and number not in WIDER]
    assert len({number for _, number in shared_with_civic}) > 200
    strange = [(one.id, number) for one, number in shared_with_civic if not _subjects(one) & known[number]]
    assert strange == []


def _subjects(statement: Statement) -> set[str]:
    """What a statement is of, in small letters: genes and markers of its rule, medicines of its treatment."""
    found: set[str] = set()
    for atom in rules.atoms(statement.biomarker):
        if isinstance(atom, rules.GeneAtom):
            found.add(atom.gene)
        elif isinstance(atom, rules.FusionAtom):
            found |= {atom.five_prime, atom.three_prime}
        elif isinstance(atom, rules.MarkerAtom):
            found.add(atom.marker)
    for name in statement.therapy:
        found |= base.medicines_of(name)
    return {one.lower() for one in found}


def _gene_subjects(text: str) -> set[str]:
    genes = {text, *re.split(r"[-:, ]+", text)}
    return {name.lower() for gene in genes for name in (gene, NAME_OF.get(gene, gene))}


def _drug_subjects(text: str) -> set[str]:
    return {drug.strip().lower() for drug in re.split(r"[,+]", text) if drug.strip()}


def _civic(path: Path) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in parquet.read_table(path, columns=["citation_id", "symbol", "therapeutic_context"]).to_pylist():
        drugs = _drug_subjects(row["therapeutic_context"] or "")
        found[str(row["citation_id"])] |= _gene_subjects(row["symbol"] or "") | drugs
    return found


def _civic_predictive(path: Path) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode()), delimiter="\t"):
        if number := re.fullmatch(r"(\d+)\(PubMed\)", row["citation_id"]):
            found[number[1]] |= _gene_subjects(row["gene"]) | _drug_subjects(row["drugs"])
    return found

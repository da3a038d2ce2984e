"""The same tumour told otherwise gets the same answer; less told is never more known. On every case of the open set.

A sample of the set is tried at each run, the rest with `-m slow`. `tumours_written` says how a tumour is written.
"""

from __future__ import annotations

import copy
import itertools
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chevet.bedside.case.case_file import case_of
from chevet.genomics.judging import judge
from chevet.therapy import rules
from chevet.therapy.case import Case
from chevet.therapy.evaluating import Tumour, evaluate
from chevet.therapy.fitting import is_agnostic, tumour_fits
from chevet.therapy.knowledge.base import Base, medicines_of
from chevet.words import oncotree
from tests.bedside.consultation.tumours_written import (
    NAMES,
    WAYS,
    WITH_VARIANTS,
    answer,
    case_named,
    changes_of,
    each_case,
    read_files,
    rewritten,
    told,
    told_of,
    told_of_case,
)

# What a reader reads: these may differ between two languages, and nothing else.
_WORDS = frozenset({
    "lang", "headline", "nothing_approved_because", "therapy_text", "why", "text", "label", "name", "what", "tumour",
    "line", "class_text", "notice", "to_test", "would_open", "advice", "formula", "reason", "title", "because",
    "from_age",
})  # fmt: skip


# -- the same tumour, written otherwise


@each_case(6, start=0, among=WITH_VARIANTS)
def test_the_way_in_which_a_tumour_is_written_changes_nothing(name: str, tmp_path: Path) -> None:
    made = {way: both for way in WAYS if (both := rewritten(case_named(name), way)) is not None}
    answers, lost = {}, []
    for number, (way, (case, files)) in enumerate(made.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        read = read_files(folder, case, files)
        answers[way] = answer(told(read))
        lost += [(way, one.reason) for one in read.not_read if one.file in files]
    assert lost == []
    assert answers == dict.fromkeys(made, answer(told_of(name)))


def test_most_variants_of_the_set_have_a_known_place_and_are_written_in_every_way() -> None:
    every = [one for name in NAMES for one in changes_of(case_named(name)).values()]
    placed = [one for one in every if one.place is not None]
    in_indels = [one for one in placed if one.place and len(one.place["ref"]) != len(one.place["alt"])]
    assert (len(every) > 200, len(placed) / len(every) > 0.7, len(in_indels) > 10) == (True, True, True)


@each_case(10, start=3)
def test_shuffled_rows_say_the_same(name: str, tmp_path: Path) -> None:
    case, order = case_named(name), random.Random(name)
    made = rewritten(case, "MAF GRCh38")
    if made is not None:
        case, files = made
        head, *rows = files["variants.maf"].splitlines()
        order.shuffle(rows)
        files = {"variants.maf": "\n".join((head, *rows)) + "\n"}
    else:
        files = {}
    order.shuffle(case["alterations"])
    if isinstance(case.get("tested_genes"), list):
        order.shuffle(case["tested_genes"])
    assert answer(told(read_files(tmp_path, case, files))) == answer(told_of(name))


@each_case(10, start=5)
def test_french_and_english_tell_the_same_facts(name: str) -> None:
    read = case_of(case_named(name), name="case.json")
    differing = set(_differing(told(read, "en"), told(read, "fr")))
    assert differing - _WORDS == set()
    assert "lang" in differing


def _differing(one: Any, other: Any, key: str = "") -> Iterator[str]:
    """The keys under which two objects differ; `!` where they have not even one form."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for each in one:
            yield from _differing(one[each], other[each], each)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for each, its in zip(one, other, strict=True):
            yield from _differing(each, its, key)
    elif one != other:
        yield key if isinstance(one, str) and isinstance(other, str) else f"{key}!"


_IN_ANOTHER_PROCESS = """
import hashlib, json, sys
from tests.bedside.consultation.tumours_written import case_named, told_of_case
for name in sys.argv[1:]:
    for lang in ("en", "fr"):
        text = json.dumps(told_of_case(case_named(name), lang))
        print(name, lang, hashlib.sha256(text.encode()).hexdigest())
"""


def _hashes(names: tuple[str, ...], seed: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS, *names], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[3], env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    return ran.stdout.splitlines()


@pytest.mark.parametrize("names", [NAMES[7::70], pytest.param(NAMES, marks=pytest.mark.slow)], ids=["few", "every"])
def test_another_process_with_another_order_of_sets_says_every_byte_again(names: tuple[str, ...]) -> None:
    first, second = _hashes(names, "0"), _hashes(names, "4242")
    assert len(first) == 2 * len(names)
    assert first == second


# -- more, or less, of it


@each_case(10, start=1)
def test_three_hundred_passengers_leave_the_first_options(name: str) -> None:
    case, before = case_named(name), told_of(name)
    with_more = copy.deepcopy(case)
    with_more["alterations"] += list(_passengers(name, before))
    random.Random(name).shuffle(with_more["alterations"])
    after = told_of_case(with_more)
    assert len(after["findings"]) >= 300
    assert answer(after)["options"][:3] == answer(before)["options"][:3]
    assert (answer(after)["nothing_approved"], answer(after)["not_to_give"]) == (
        answer(before)["nothing_approved"], answer(before)["not_to_give"],
    )  # fmt: skip


def _passengers(name: str, before: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Missense changes that nobody knows: 260 in genes that no rule names, 40 in genes that rules name.

    Left out of the genes of rules are those of which any variant counts, or whose reading could close an open question:
    a laboratory that reports a variant has read the gene.
    """
    chance = random.Random(name)
    waiting = {name for one in before["options"] for name in one["to_test"]} | {
        one["name"] for one in before["not_tested"]
    }
    of_rules = sorted(_genes_of_rules() - _genes_of_any_variant() - set(re.findall(r"[A-Z0-9]+", " ".join(waiting))))
    of_none = sorted(gene for gene in _FAR_GENES if gene not in _genes_of_rules())
    tested = before["tested"]["genes"]
    named = [gene for gene in of_rules if tested is None or gene in tested]
    for gene in [*chance.choices(of_none, k=260), *(chance.choices(named, k=40) if named else ())]:
        place, (old, new) = chance.randrange(2900, 3300), chance.sample("ACDEFGHIKLMNPQRSTVWY", 2)
        yield {"type": "variant", "gene": gene, "protein_change": f"p.{old}{place}{new}", "vaf": 0.1}
    for gene in chance.choices(of_none, k=0 if named else 40):
        yield {"type": "variant", "gene": gene, "protein_change": f"p.L{chance.randrange(10, 900)}V", "vaf": 0.1}


# Long genes, and others that are often hit because they are late to be copied or lie open to mutagens.
_FAR_GENES = (
    "TTN", "MUC16", "OBSCN", "RYR1", "RYR2", "RYR3", "CSMD1", "CSMD2", "CSMD3", "USH2A", "DNAH5", "DNAH8", "PCLO",
    "SYNE1", "FLG", "XIRP2", "ZFHX4", "HMCN1", "LRP2", "ADGRV1", "NEB", "DMD", "PKHD1L1", "FAT3", "APOB", "COL6A3",
)  # fmt: skip


@cache
def _genes_of_rules() -> frozenset[str]:
    return frozenset(atom.gene for atom in _gene_atoms())


@cache
def _genes_of_any_variant() -> frozenset[str]:
    return frozenset(atom.gene for atom in _gene_atoms() if "variant" in atom.whats)


@cache
def _gene_atoms() -> tuple[rules.GeneAtom, ...]:
    every = (atom for one in Base.own().statements for atom in rules.atoms(one.biomarker))
    return tuple(dict.fromkeys(atom for atom in every if isinstance(atom, rules.GeneAtom)))


@each_case(16, start=2)
def test_a_source_that_is_missing_leaves_questions_open_and_answers_none(name: str) -> None:
    """Each finding away, with the word that its gene was tested: what rested on it is open, and never a no or a 0."""
    case = case_named(name)
    whole = case_of(case).case
    answers = _answers(whole)
    for gone in _sources(case):
        less = copy.deepcopy(case)
        less["alterations"] = [one for number, one in enumerate(case["alterations"]) if number not in gone]
        less["tested_genes"] = _tested_without(whole, [case["alterations"][number] for number in gone])
        assert _answered_otherwise(answers, _answers(case_of(less).case)) == {}


def _sources(case: dict[str, Any]) -> Iterator[set[int]]:
    """The findings that go together: all of one gene, for who reports one of them has read the gene."""
    genes: dict[int, set[str]] = {}
    for one in case_of(case).case.alterations:
        genes.setdefault(one.place.row - 1, set()).update(gene for gene in (one.gene, *(one.fusion or ())) if gene)
    for number in range(len(case["alterations"])):
        yield {number, *(other for other, named in genes.items() if other >= 0 and named & genes.get(number, set()))}


@each_case(5, start=4)
def test_a_marker_that_is_no_longer_told_is_nowhere_a_zero(name: str) -> None:
    case = case_named(name)
    markers = [one for one in case["alterations"] if one["type"] in ("signature", "expression") or "name" in one]
    less = copy.deepcopy(case)
    less["alterations"] = [one for one in less["alterations"] if one not in markers]
    less["diagnosis"].pop("text", None)
    less.get("clinical", {}).pop("text", None)
    after = told_of_case(less)
    assert [one["name"] for one in after["findings"] if one["type"] in ("signature", "expression")] == []
    assert [one for one in after["options"] if one["biomarker_match"] == "no"] == []


def _tested_without(whole: Case, gone: list[dict[str, Any]]) -> list[str] | None:
    every = case_of({"alterations": gone}).case.alterations
    away = {gene for one in every for gene in (one.gene, *(one.fusion or ()))}
    return None if whole.tested.genes is None else sorted(whole.tested.genes - away)


def _tumour(case: Case) -> Tumour:
    """Findings and what was tested. Passengers stay: what makes a tumour hypermutated may be what is gone."""
    return Tumour(judge(case.alterations, case.diagnosis.oncotree), case.tested)


def _answers(case: Case) -> dict[str, bool | None]:
    """What every rule of the knowledge comes to."""
    tumour = _tumour(case)
    return {str(one.biomarker): evaluate(one.biomarker, tumour).holds for one in Base.own().statements}


def _answered_otherwise(more: dict[str, bool | None], less: dict[str, bool | None]) -> dict[str, bool | None]:
    """Rules that less knowledge answers, and answers otherwise than more of it."""
    return {rule: holds for rule, holds in less.items() if holds is not None and holds != more[rule]}


@each_case(5, start=6)
def test_a_gene_that_is_no_longer_tested_is_not_tested_and_no_longer_a_no(name: str) -> None:
    case = case_named(name)
    whole = case_of(case).case
    said = {gene for one in whole.alterations for gene in (one.gene, *(one.fusion or ()))}
    tested = sorted(whole.tested.genes or _genes_of_rules())
    full = copy.deepcopy(case) | {"tested_genes": tested, "tested_for": ["variants", "copy_number", "fusions"]}
    before, answers = _tumour(case_of(full).case), _answers(case_of(full).case)
    silent = [gene for gene in tested if gene not in said and gene in _genes_of_rules()]
    for gene in random.Random(name).sample(silent, min(2, len(silent))):
        less = case_of(full | {"tested_genes": [one for one in tested if one != gene]}).case
        after = _tumour(less)
        for atom in (atom for atom in _gene_atoms() if atom.gene == gene):
            held = evaluate(atom, after)
            assert (str(atom), evaluate(atom, before).holds is None, held.holds) == (str(atom), False, None)
            assert held.missing == {gene}
        assert _answered_otherwise(answers, _answers(less)) == {}


# -- another tumour


@each_case(12, start=8)
def test_another_tumour_has_no_better_tier(name: str) -> None:
    """In a tumour of which no statement on a medicine speaks, that medicine goes, or is worth less."""
    case, before = case_named(name), told_of(name)
    tiers = {tuple(one["therapy"]): one["tier"]["amp"] for one in before["options"]}
    for code in _others(name, 2):
        other = copy.deepcopy(case)
        other["diagnosis"] = {"oncotree": code}
        other.get("clinical", {}).pop("text", None)
        after = told_of_case(other)
        for option in after["options"]:
            therapy = tuple(option["therapy"])
            if therapy in tiers and not _speaks_of(therapy, code):
                raise AssertionError(f"{therapy} stays an option in {code}")
        for option in after["elsewhere"]:
            assert option["tier"]["amp"] in ("C", "D"), (option["therapy"], code)
            assert option["tumour_match"] == "no"


def _others(name: str, few: int) -> list[str]:
    """Tumours for which nothing linked to a finding is approved, but what is approved for all tumours alike."""
    codes = sorted(code for code in oncotree.descendants("TISSUE") if oncotree.ancestors(code))
    random.Random(name).shuffle(codes)
    return list(itertools.islice((code for code in codes if not _has_own(code)), few))


def _has_own(code: str) -> bool:
    return any(
        one.effect == "sensitivity"
        and one.approvals
        and not is_agnostic(one)
        and tumour_fits(one.tumour, code) is not False
        for one in Base.own().statements
    )


def _speaks_of(therapy: tuple[str, ...], code: str) -> bool:
    """Whether any statement gives these medicines in this tumour, or in all alike."""
    wanted = {medicine for name in therapy for medicine in medicines_of(name)}
    return any(
        one.effect == "sensitivity"
        and tumour_fits(one.tumour, code) is not False
        and wanted & {medicine for name in one.therapy for medicine in medicines_of(name)}
        for one in Base.own().statements
    )

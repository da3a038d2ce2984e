"""Who knows which panel holds which gene adds and subtracts the numbers of one answer: nothing of one to four is left.

Every sum and difference with times of -1, 0 and 1 is tried, of what an answer shows: those tested for a gene, or for
two, and those of them who have it. The true people behind each are known to the test.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chevet.cohort import cohort as cohorts
from chevet.cohort.cohort import Cohort
from chevet.cohort.compare import compare
from chevet.cohort.cooccurrence import cooccurrence
from chevet.cohort.genes import KINDS, gene_frequencies
from chevet.cohort.genes_beside import tested_beside
from chevet.errors import ChevetError
from chevet.privacy.disclosure import is_small
from chevet.store import bits
from chevet.store.lake import Lake
from chevet.targets.ranking.carried import carried
from chevet.targets.shape.analysis import of_cohort as shape
from chevet.targets.shape.two_hits import TWO_VARIANTS
from tests.bedside import small_study

GENES = ("BRCA1", "EGFR", "KRAS", "TP53")
People = npt.NDArray[np.bool_]
Rows = dict[str, list[dict[str, Any]]]


def _left_over(sets: Mapping[str, People]) -> Iterator[tuple[tuple[int, ...], People]]:
    """Every set of people that sums and differences of these counts set apart, and how."""
    columns = np.stack(list(sets.values()), axis=1).astype(np.int64)
    for times in itertools.product((-1, 0, 1), repeat=len(sets)):
        found = columns @ np.array(times)
        if np.isin(found, (0, 1)).all():
            yield times, found == 1


def _person(i: int, panels: Mapping[str, str], findings: Mapping[str, tuple[str, ...]]) -> Rows:
    """One patient: the panel of each way of looking, and the genes found altered in it."""
    name, sample = f"P-{i:03d}", f"S-{i:03d}"
    who = {"patient_id": name, "sample_id": sample}
    return {
        "patient": [{"patient_id": name, "sex": "female" if i % 2 else "male"}],
        "sample": [{**who, "sample_type": "primary"}],
        "panel": [{**who, "alteration_type": way, "panel_id": panel, "whole": False} for way, panel in panels.items()],
        "variant": [{**who, "gene": g, "consequence": "Missense_Mutation"} for g in findings.get("variant", ())],
        "copy_number": [{**who, "gene": g, "call": 2} for g in findings.get("copy_number", ())],
    }


def _lake(home: Path, people: list[Rows], panels: Mapping[str, tuple[str, ...]]) -> Lake:
    rows: Rows = {name: [row for one in people for row in one[name]] for name in people[0]}
    rows["panel_gene"] = [{"panel_id": panel, "gene": gene} for panel, genes in panels.items() for gene in genes]
    return small_study.lake(home, rows)


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[Rows], dict[str, tuple[str, ...]]]:
    """Groups of like patients on one of three panels: numbers near the floor, and near one another, are common."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))

    def some(share: float) -> tuple[str, ...]:
        return tuple(g for g in GENES if rng.random() < share)

    panels = {name: some(0.75) or GENES[:1] for name in ("one", "two", "three")}
    people: list[Rows] = []
    for _ in range(int(rng.integers(3, 8))):
        looked = {"variant": str(rng.choice(list(panels)))}
        if rng.random() < 0.6:
            looked["copy_number"] = str(rng.choice(list(panels)))
        found = {way: tuple(g for g in some(0.4) if g in panels[panel]) for way, panel in looked.items()}
        people += [_person(len(people) + k, looked, found) for k in range(int(rng.integers(1, 25)))]
    return people, panels


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A new folder each time it is asked."""
    number = itertools.count()
    root = tmp_path_factory.mktemp("homes")
    return lambda: root / str(next(number))


_few_but_real = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
definitions = st.sampled_from(["all", "sex = female", "tested(TP53)", "mutated(KRAS)"])


def _opened(home: Path, made: tuple[list[Rows], dict[str, tuple[str, ...]]], definition: str) -> Cohort | None:
    try:
        return cohorts.open(_lake(home, *made), "small", definition)
    except ChevetError:
        return None


def _tested(cohort: Cohort, gene: str, kind: str, members: bits.Bits | None = None) -> People:
    inside = cohort.bits if members is None else members
    return bits.unpack(cohort.index.tested_bits(gene, kind) & inside, cohort.index.n_patients)


def _altered(cohort: Cohort, gene: str, kind: str) -> People:
    return _tested(cohort, gene, kind) & bits.unpack(cohort.index.altered_bits(gene, kind), cohort.index.n_patients)


@_few_but_real
@given(studies(), definitions)
def test_numbers_tested_differ_by_nobody_or_by_five(homes: Any, made: Any, definition: str) -> None:
    cohort = _opened(homes(), made, definition)
    try:
        told = gene_frequencies(cohort, genes=cohort.index.genes, kinds=KINDS).genes if cohort else ()
    except ChevetError:
        return
    assert cohort is not None or not told
    sets = {}
    for one in told:
        if cohort is not None and one.tested is not None:
            who = _tested(cohort, one.gene, one.kind)
            assert int(who.sum()) == one.tested
            sets[who.tobytes()] = who
    if len(sets) <= 7 and sets:
        for _, who in _left_over({str(i): one for i, one in enumerate(sets.values())}):
            assert not is_small(int(who.sum()))


@_few_but_real
@given(studies(), definitions)
def test_a_genes_kinds_of_alteration_tell_of_no_few_beside_one_another(homes: Any, made: Any, definition: str) -> None:
    """Any alteration less variants is amplification only; variants and amplifications less any are both at once."""
    cohort = _opened(homes(), made, definition)
    try:
        told = gene_frequencies(cohort, genes=cohort.index.genes, kinds=KINDS).genes if cohort else ()
    except ChevetError:
        return
    for gene in {one.gene for one in told}:
        sets: dict[str, People] = {}
        for one in told:
            if cohort is None or one.gene != gene:
                continue
            if one.tested is not None:
                sets[f"{one.kind} tested"] = _tested(cohort, gene, one.kind)
            if one.altered is not None:
                sets[one.kind] = _altered(cohort, gene, one.kind)
                assert int(sets[one.kind].sum()) == one.altered
        kept = {who.tobytes(): who for who in sets.values()}
        for _, who in _left_over({str(i): one for i, one in enumerate(kept.values())}) if kept else ():
            assert not is_small(int(who.sum()))


@_few_but_real
@given(studies(), definitions)
def test_pairs_of_genes_tell_of_no_few_beside_one_another(homes: Any, made: Any, definition: str) -> None:
    cohort = _opened(homes(), made, definition)
    try:
        told = cooccurrence(cohort, genes=cohort.index.genes).pairs if cohort else ()
    except ChevetError:
        return
    assert cohort is not None or not told
    shown = [pair for pair in told if pair.both is not None]
    for gene in (None, *GENES):
        sets = {}
        for pair in shown:
            if cohort is not None and gene in (None, pair.a, pair.b):
                who = _tested(cohort, pair.a, "variant") & _tested(cohort, pair.b, "variant")
                four = (pair.both, pair.only_a, pair.only_b, pair.neither)
                assert sum(n or 0 for n in four) == int(who.sum())
                sets[who.tobytes()] = who
        if not sets or cohort is None:
            continue
        having = np.ones(cohort.index.n_patients, dtype=bool) if gene is None else _altered(cohort, gene, "variant")
        for _, who in _left_over({str(i): one for i, one in enumerate(sets.values())}):
            assert not is_small(int((who & having).sum()))
            assert not is_small(int((who & ~having).sum()))


@_few_but_real
@given(studies())
def test_a_comparison_shows_no_numbers_tested_that_differ_by_few(homes: Any, made: Any) -> None:
    lake = _lake(homes(), *made)
    try:
        first, second = (cohorts.open(lake, "small", f"sex = {sex}") for sex in ("female", "male"))
        found = compare(first, second)
    except ChevetError:
        return
    for cohort, name in ((first, "tested_first"), (second, "tested_second")):
        sets = {}
        for gene in found.genes:
            if getattr(gene, name) is not None:
                who = _tested(cohort, gene.gene, "variant")
                assert int(who.sum()) == getattr(gene, name)
                sets[who.tobytes()] = who
        for _, who in _left_over({str(i): one for i, one in enumerate(sets.values())}) if sets else ():
            assert not is_small(int(who.sum()))


@_few_but_real
@given(studies(), definitions)
def test_the_tables_of_shape_and_of_a_ranking_show_no_numbers_tested_that_differ_by_few(
    homes: Any, made: Any, definition: str
) -> None:
    """Those tested for variants, for copy number, for both, and in any way, stand in one ranking."""
    cohort = _opened(homes(), made, definition)
    try:
        tables = shape(cohort).tables if cohort else {}
        ranked = carried(cohort)[0] if cohort else {}
    except ChevetError:
        return
    assert cohort is not None or not tables
    kind = {"patterns": "variant", "copy_number": "amplification", "fusions": "fusion", "two_hits": "variant"}
    told: list[tuple[int, People]] = []
    for name, way in kind.items():
        for row in tables[name].to_pylist() if tables else ():
            if cohort is not None and row["tested"] is not None:
                who = _tested(cohort, row["gene"], way)
                if name == "two_hits" and row["kind"] != TWO_VARIANTS:
                    who = who & _tested(cohort, row["gene"], "deletion")
                told.append((row["tested"], who))
    if cohort is not None:
        told += [(one.tested, _tested(cohort, gene, "any")) for gene, one in ranked.items() if one.tested is not None]
    assert all(number == int(who.sum()) for number, who in told)
    sets = {who.tobytes(): who for _, who in told}
    for _, who in _left_over({str(i): one for i, one in enumerate(sets.values())}) if 0 < len(sets) <= 8 else ():
        assert not is_small(int(who.sum()))


# -- a study made to leak: 40 patients on a panel of two genes, three on one of three, two of whom have KRAS


@pytest.fixture(scope="module")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    found = [("KRAS",)] * 10 + [("KRAS", "TP53")] * 8 + [("TP53",)] * 10 + [()] * 12
    small = [_person(i, {"variant": "small"}, {"variant": genes}) for i, genes in enumerate(found)]
    rest = [("KRAS", "EGFR", "TP53"), ("KRAS",), ("EGFR",)]
    large = [_person(40 + i, {"variant": "large"}, {"variant": genes}) for i, genes in enumerate(rest)]
    more = [("KRAS", "EGFR")] * 9 + [("EGFR",)] * 9 + [("TP53", "KRAS")] * 6 + [()] * 9
    both = [_person(43 + i, {"variant": "two"}, {"variant": genes}) for i, genes in enumerate(more)]
    panels = {"small": ("KRAS", "TP53"), "large": ("EGFR", "KRAS", "TP53"), "two": ("EGFR", "KRAS")}
    return cohorts.open(_lake(tmp_path_factory.mktemp("leaking"), small + large + both, panels), "small")


def test_three_patients_on_a_larger_panel_are_not_told_by_two_numbers_tested(leaking: Cohort) -> None:
    told = {g.gene: g for g in gene_frequencies(leaking, genes=["EGFR", "KRAS", "TP53"]).genes}
    assert [int(_tested(leaking, gene, "variant").sum()) for gene in told] == [36, 76, 43]
    assert [one.tested for one in told.values()] == [36, None, 43], "36 and 43 less 76 are the three"
    withheld = [one for one in told.values() if one.tested is None]
    assert [(one.frequency, one.ci_low, one.withheld) for one in withheld] == [(None, None, True)]


def test_the_answer_of_pairs_withholds_the_fewest_that_must_be(leaking: Cohort) -> None:
    told = {(p.a, p.b): p for p in cooccurrence(leaking, genes=["EGFR", "KRAS", "TP53"]).pairs}
    assert told[("EGFR", "KRAS")].both == 10
    assert told[("EGFR", "TP53")].both is None, "of three patients"
    assert told[("KRAS", "TP53")].neither is not None


def test_a_page_withholds_with_a_number_tested_that_of_everybody_where_these_are_the_same(leaking: Cohort) -> None:
    wanted = [(gene, "variant") for gene in ("EGFR", "KRAS", "TP53", "NEVER-NAMED")]
    assert tested_beside(leaking.index, leaking.bits, wanted) == ([True, False, True, True], False)

"""Every finding, scale and state that a room gives to the ranking and the dossier is said in English and in French."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType
from typing import get_args

import pytest

from chevet.cohort import cohort as cohorts
from chevet.store.lake import Lake
from chevet.targets.evidence import PARTS, Line, Standing
from chevet.targets.outcome import by_gene, disclosing
from chevet.targets.outcome import lines as outcome
from chevet.targets.ranking.analysis import rank
from chevet.targets.ranking.because import finding_name, numbers_of, scale_name
from chevet.targets.ranking.gathering import Asking
from chevet.targets.relations import lines as relations
from chevet.targets.selection import lines as selection
from chevet.targets.shape import lines as shape
from chevet.targets.shape import pattern as shape_pattern
from chevet.targets.tractability import lines as tractability
from chevet.targets.vulnerability import lines as vulnerability
from chevet.words.labels import has_label, label
from tests.targets.ranking.conftest import drivers, lake

__all__ = ["drivers", "lake"]

FINDINGS: dict[str, tuple[tuple[ModuleType, ...], str]] = {
    "selection": ((selection,), "under_selection not_under_selection depleted not_told"),
    "shape": (
        (shape, shape_pattern),
        "oncogene suppressor both no_pattern hotspot cluster amplified deleted fused two_hits few_or_none",
    ),
    "relations": ((relations,), "together exclusive none withheld pathway"),
    "outcome": (
        (outcome, by_gene, disclosing),
        "shorter longer no_difference differs same_benefit more_benefit less_benefit few_events no_carriers "
        "no_estimate not_tested withheld",
    ),
    "vulnerability": (
        (vulnerability,),
        "answers resists answers_on_target resists_on_target needs_itself needs_itself_less needed_where "
        "hit_depends_on no_difference alike few_altered no_feature",
    ),
    "tractability": (
        (tractability,),
        "medicine_wrong_way no_medicine medicine_on_another medicines_not_asked at_the_surface not_at_the_surface "
        "surface_not_asked ligandable_family no_ligandable_family family_unknown family_not_asked",
    ),
    "safety": (
        (tractability,),
        "core_essential nonessential not_core_essential in_both_lists essential_not_asked liabilities_known "
        "liabilities_of_the_other_way no_liability_known liabilities_not_asked in_vital_tissue not_in_vital_tissue "
        "vital_tissue_at_risk tissue_unknown tissue_not_asked",
    ),
}
# Names that a room puts together from two words.
MADE = {
    "shape": ("no_copy_number", "no_fusions"),
    "vulnerability": ("response_not_asked", "dependency_not_asked", "segment_answers", "segment_resists"),
    "tractability": ("medicine_approved", "medicine_phase_3", "medicine_phase_2", "medicine_phase_1", "medicine_early"),
}
SCALES = (
    "w_mis", "w_non", "w_ind", "observed_over_expected", "share", "hazard_ratio", "ratio_of_hazard_ratios",
    "log_ic50_difference", "gene_effect_difference", "phase", "surface_score", "organs", "tpm", "ntpm", "unsaid",
)  # fmt: skip


def _words_in(module: ModuleType) -> set[str]:
    tree = ast.parse(inspect.getsource(module))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("part", PARTS)
def test_the_findings_listed_here_are_those_that_the_room_names(part: str) -> None:
    modules, names = FINDINGS[part]
    said = set().union(*map(_words_in, modules))
    assert [name for name in names.split() if name not in said] == []


@pytest.mark.parametrize("part", PARTS)
def test_every_finding_of_a_room_has_words_in_both_languages(part: str) -> None:
    names = (*FINDINGS[part][1].split(), *MADE.get(part, ()))
    assert [name for name in names if not has_label(f"targets.{part}.finding.{name}")] == []
    for name in names:
        english, french = (label(f"targets.{part}.finding.{name}", lang) for lang in ("en", "fr"))
        assert english.strip()
        assert french.strip()
        assert english != french


@pytest.mark.parametrize("part", PARTS)
def test_findings_are_words_within_a_sentence(part: str) -> None:
    """They stand after a colon, before figures in brackets: neither a capital nor a full stop."""
    for name in (*FINDINGS[part][1].split(), *MADE.get(part, ())):
        for lang in ("en", "fr"):
            text = label(f"targets.{part}.finding.{name}", lang)
            assert not text.endswith("."), text
            assert not (text[0].isupper() and text[1].islower()), text


@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_has_words_in_both_languages(scale: str) -> None:
    assert has_label(f"targets.scale.{scale}") or has_label(f"targets.rank.scale.{scale}")
    assert all(scale_name(scale, lang) for lang in ("en", "fr"))


def test_every_standing_and_part_has_words() -> None:
    for standing in get_args(Standing):
        assert has_label(f"targets.dossier.standing.{standing}")
    for part in PARTS:
        assert has_label(f"targets.part.{part}")
        assert has_label(f"targets.dossier.section.{part}") or part == "selection"


def test_no_line_of_a_ranking_is_said_by_its_key(lake: Lake, drivers: object) -> None:
    made = rank(cohorts.open(lake, "made", "diagnosis under LUNG"), Asking(lake.home, drivers))  # type: ignore[arg-type]
    lines = [line for one in made.targets for line in made.lines(one.gene)]
    assert len({(line.part, line.finding) for line in lines}) > 10
    assert {line.finding for line in lines if not has_label(f"targets.{line.part}.finding.{line.finding}")} == set()
    scales = {line.scale for line in lines if line.scale}
    assert scales
    assert {one for one in scales if scale_name(one, "fr") == one.replace("_", " ") != scale_name(one, "en")} == set()


def test_figures_of_a_line_use_the_signs_of_their_language() -> None:
    line = Line("A", "vulnerability", "answers", "for", -1234.5, "log_ic50_difference", -1500.25, -12.5, 0.01, 0.02)
    english, french = numbers_of(line, "en"), numbers_of(line, "fr")
    assert finding_name(line, "en") != finding_name(line, "fr")
    for text in (english, french):
        assert "-" not in text, "a hyphen is no minus"
    assert "\u221212.5" in english
    assert "\u221212,5" in french

"""What would settle an open question, and how large it would have to be."""

from __future__ import annotations

import math

import pytest

from chevet.targets.dossier.experiments import events_needed, experiments, lines_needed
from chevet.targets.evidence import PARTS, Line


def asked(*lines: Line, carriers: float | None = 0.2) -> dict[str, int | None]:
    return {one.kind: one.needed for one in experiments(lines, carriers=carriers)}


def test_every_part_that_nobody_asked_calls_for_an_experiment_but_relations() -> None:
    assert list(asked()) == [
        "test_selection", "see_where", "follow_more_patients", "knock_out", "look_for_a_ligand",
        "look_in_normal_tissue",
    ]  # fmt: skip


def test_a_part_that_answered_calls_for_none() -> None:
    answered = [Line("G", part, "x", "neutral") for part in PARTS]
    assert asked(*answered) == {}


def test_one_line_without_an_answer_beside_one_with_is_no_open_question() -> None:
    lines = [Line("G", "safety", "x", "not_asked"), Line("G", "safety", "y", "against")]
    assert "look_in_normal_tissue" not in asked(*lines)


def test_a_recurrent_change_is_to_be_compared_in_cells() -> None:
    assert "compare_the_recurrent_change" in asked(Line("G", "shape", "hotspot", "for"))


def test_events_follow_schoenfeld_and_grow_as_carriers_grow_rare() -> None:
    """By hand: (1.959964 + 0.841621)^2 / (0.2 * 0.8 * log(1.5)^2) = 7.848880 / 0.026305 = 298.4."""
    assert events_needed(0.2) == 299
    assert events_needed(0.02) > events_needed(0.1) > events_needed(0.5)
    assert asked(carriers=0.2)["follow_more_patients"] == 299


@pytest.mark.parametrize("carriers", [None, 0.0, 1.0])
def test_where_the_share_of_carriers_is_not_known_no_number_of_events_is_made_up(carriers: float | None) -> None:
    assert asked(carriers=carriers)["follow_more_patients"] is None


def test_cell_lines_for_half_a_deviation_are_four_times_as_many() -> None:
    assert lines_needed(1.0) == math.ceil(2 * 7.848879734)
    assert lines_needed(0.5) == math.ceil(8 * 7.848879734)

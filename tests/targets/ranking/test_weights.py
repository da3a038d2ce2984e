"""The file of weights: what is refused, and that every curve is bounded and only rises."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.targets.evidence import PARTS, Line
from chevet.targets.ranking.weights import MEASURES, SHIPPED, Curve, read_weights

OURS = SHIPPED.read_text("utf-8")


def written(folder: Path, text: str) -> Path:
    file = folder / "weights.toml"
    file.write_text(text)
    return file


def test_ours_weigh_every_part_and_sum_to_one_hundred() -> None:
    ours = read_weights()
    assert tuple(ours.parts) == PARTS
    assert sum(one.weight for one in ours.parts.values()) == 100


def test_a_copy_of_ours_is_the_same_and_has_the_same_hash(tmp_path: Path) -> None:
    assert read_weights(written(tmp_path, OURS)) == read_weights()


@pytest.mark.parametrize(("old", "new", "named"), [
    ("weight = 30", "weight = -1", "parts.selection.weight"),
    ("weight = 30", "weight = true", "parts.selection.weight"),
    ("weight = 30", "weight = inf", "parts.selection.weight"),
    ("objection = 0.15", "objection = 1.5", "parts.safety.objection"),
    ("[parts.relations]", "[parts.gossip]", "parts.gossip"),
    ("half = 2.0", "half = 0.0", "parts.selection.default.half"),
    ('\nmeasure = "q"', '\nmeasure = "r"', "parts.selection.default.measure"),
    ("draws = 1000", "draws = 0", "sensitivity.draws"),
    ("[sensitivity]", "[other]", "sensitivity"),
    ("weight = 30", "weigth = 30", "parts.selection.weigth"),
])  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(BadInput) as error:
        read_weights(written(tmp_path, OURS.replace(old, new, 1)))
    assert named in error.value.message


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read_weights(written(tmp_path, "weight: 30"))


def test_weights_that_are_all_zero_are_refused(tmp_path: Path) -> None:
    nothing = "\n".join("weight = 0" if line.startswith("weight =") else line for line in OURS.splitlines())
    with pytest.raises(BadInput) as error:
        read_weights(written(tmp_path, nothing))
    assert "every weight is 0" in error.value.message


numbers = st.floats(1e-3, 1e3)
chances = st.floats(0, 1) | st.floats(0, 1e-300)


@given(st.sampled_from(MEASURES), st.floats(0, 1), numbers, numbers, chances, st.floats(0, 1e300), st.floats(0, 1e300))
def test_a_curve_stays_between_nothing_and_its_ceiling(
    measure: str, ceiling: float, half: float, steep: float, q: float, one: float, other: float
) -> None:
    line = Line("G", "outcome", "f", "for", q=q, effect=one, low=min(one, other), high=max(one, other))
    assert 0 <= Curve(measure, ceiling, half, steep).of(line) <= ceiling


@given(numbers, st.floats(0.1, 10), chances, chances)
def test_a_surer_line_never_gives_less(half: float, steep: float, one: float, other: float) -> None:
    curve = Curve("q", 1.0, half, steep)
    surer, less_sure = (curve.of(Line("G", "shape", "f", "for", q=q)) for q in sorted((one, other)))
    assert surer >= less_sure


def test_the_half_is_reached_where_the_file_says() -> None:
    outcome = read_weights().parts["outcome"].curve("anything")
    assert outcome.of(Line("G", "outcome", "f", "for", effect=2.0, low=2**0.5, high=3.0)) == pytest.approx(0.5)
    assert outcome.of(Line("G", "outcome", "f", "for", effect=2.0, low=0.9, high=5.0)) == 0
    assert outcome.of(Line("G", "outcome", "f", "for", effect=2.0)) == 0

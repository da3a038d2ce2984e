"""What every built-in hierarchy promises, whatever values it is given."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.hierarchies.places import departements
from chevet.privacy.hierarchies.registry import built_in, ladder, names
from chevet.words import oncotree

_CODES = sorted(oncotree.descendants("TISSUE") - {"TISSUE"})
_NUMBERS = st.one_of(st.integers(-10_000, 10_000), st.floats(-1e4, 1e4).map(lambda x: round(x, 3))).map(str)
_COMMUNES = st.builds(
    lambda departement, n: f"{departement}{n:03d}"[: 5 if len(departement) == 2 else 6],
    st.sampled_from([d for d in departements() if len(d) == 2]), st.integers(1, 999),
)  # fmt: skip

VALUES: dict[str, st.SearchStrategy[str]] = {
    "age": st.one_of(st.integers(0, 110).map(str), st.floats(0, 110).map(lambda x: f"{x:.2f}"), st.just(">89")),
    "bands:18:40:65": _NUMBERS,
    "commune": _COMMUNES,
    "date": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str),
    "date:2": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str),
    "days": _NUMBERS,
    "departement": st.sampled_from(sorted(departements())),
    "departement_nuts": st.sampled_from(sorted(departements())),
    "icd10": st.from_regex(r"[A-TV-Z][0-9][0-9](\.?[0-9])?", fullmatch=True),
    "icdo_morphology": st.from_regex(r"8[0-6][0-9][0-9](/[012369])?", fullmatch=True),
    "icdo_topography": st.from_regex(r"C[1256][0-9](\.?[0-9])?", fullmatch=True),
    "isco": st.from_regex(r"[0-9]{4}", fullmatch=True),
    "mask:4:2": st.text("ABC123", min_size=1, max_size=8),
    "number:5:10:50": _NUMBERS,
    "nuts": st.from_regex(r"(DE|ES|IT|PL)[0-9A-Z]{3}", fullmatch=True),
    "oncotree": st.sampled_from(_CODES),
    "oncotree:9": st.sampled_from(_CODES),
    "pcs": st.from_regex(r"(21|37|54|67|74)([0-9][a-z])?", fullmatch=True),
    "postcode": st.from_regex(r"(01|2[1-9]|[3-8][0-9]|9[0-5])[0-9]{3}", fullmatch=True),
    "sex": st.sampled_from(["female", "male", "other", "F", "M"]),
    "stage": st.sampled_from(["0", "I", "IA", "IA1", "II", "Stage IIB", "stage III", "III", "IIIA", "iv", "IV"]),
    "text": st.text(max_size=5).filter(lambda word: word != "*"),  # the sign of the top is no value
    "year": st.from_regex(r"(19|20)[0-9][0-9]", fullmatch=True),
}


def _leaves(made: Hierarchy, level: int) -> dict[str, frozenset[int]]:
    nodes = made.nodes[level]
    return {name: frozenset(np.flatnonzero(nodes == n).tolist()) for n, name in enumerate(made.labels[level])}


def test_every_built_in_hierarchy_is_tried_here() -> None:
    assert {name.split(":")[0] for name in VALUES} == set(names())


@pytest.mark.parametrize("name", VALUES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_each_level_is_coarser_every_value_ends_in_the_star_and_no_name_means_two_things(
    name: str, data: st.DataObject
) -> None:
    try:
        given_values = data.draw(st.lists(VALUES[name], min_size=1, max_size=30))
        made = built_in(name, [*given_values, ""])
    except BadInput:
        # Some generated codes lie in no range (ICD-10 E95): they are refused, which other tests check.
        assert name in {"icd10", "icdo_morphology", "icdo_topography"}
        return
    assert made.labels[-1] == ("*",)
    assert set(made.labels[0]) == {*given_values, ""}
    meant: dict[str, frozenset[int]] = {}
    for level in range(made.levels):
        groups = _leaves(made, level)
        assert sum(map(len, groups.values())) == made.n_leaves
        for label, leaves in groups.items():
            assert meant.setdefault(label, leaves) == leaves
        if level:
            finer = _leaves(made, level - 1).values()
            assert all(any(group <= wide for wide in groups.values()) for group in finer)
    not_said = made.place_of_leaf[""]
    for level in range(made.levels - 1):
        group = made.labels[level][made.nodes[level][not_said]]
        assert _leaves(made, level)[group] == {not_said}


@pytest.mark.parametrize("name", [n for n in names() if n not in ("bands", "mask") and ladder(n).domain])
def test_the_whole_domain_can_be_had_and_holds_the_value_not_said(name: str) -> None:
    made = built_in(name)
    assert "" in made.labels[0]
    assert ladder(name).example in made.labels[0] or name == "stage"


def test_the_loss_of_a_band_of_ages_is_relative_to_all_ages_there_are() -> None:
    made = built_in("age")
    band = made.labels[1].index("60-64")
    assert made.n_leaves == 112
    assert made.losses[1][band] == pytest.approx(4 / 111)


def test_a_domain_that_cannot_be_listed_asks_for_values() -> None:
    with pytest.raises(BadInput) as refused:
        built_in("commune")
    assert "cannot all be listed" in refused.value.message


def test_values_of_another_kind_are_counted_and_never_shown() -> None:
    with pytest.raises(BadInput) as refused:
        built_in("icd10", ["C50.9", "secret-value", "C34", "another one"])
    said = refused.value.message + refused.value.next_act
    assert refused.value.message.startswith(
        "2 rows hold a value that the hierarchy icd10 does not know (the first is row 2)"
    )
    assert "secret" not in said
    assert "another one" not in said


def test_a_near_value_is_named_only_when_five_rows_share_the_spelling() -> None:
    for rows, named in ((4, False), (5, True)):
        with pytest.raises(BadInput) as refused:
            built_in("oncotree", ["LUDA"] * rows)
        assert ("nearest: LU" in refused.value.message) is named
        assert "LUDA" not in refused.value.message


@pytest.mark.parametrize(
    "name", ["agee", "age:5", "date:1", "date:x", "year:5:6", "number:5:7", "number:0", "number:x", "bands",
             "mask", "mask:2:4", "mask:0", "oncotree:0", "oncotree:99"],
)  # fmt: skip
def test_an_unknown_name_or_a_wrong_parameter_is_bad_input(name: str) -> None:
    with pytest.raises(BadInput):
        built_in(name, ["1"])


def test_no_value_at_all_is_bad_input() -> None:
    with pytest.raises(BadInput):
        built_in("text", [])

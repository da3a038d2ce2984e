from __future__ import annotations

import pytest

from chevet.errors import BadInput
from chevet.privacy.hierarchies.registry import built_in
from chevet.privacy.hierarchies.tumours import depth, of_oncotree, of_stage
from chevet.words import oncotree


def test_every_code_of_oncotree_rises_to_its_tissue() -> None:
    made = built_in("oncotree")
    for leaf, code in enumerate(made.labels[0]):
        if code:
            tissue = made.labels[-2][made.nodes[-2][leaf]]
            assert tissue == f"{oncotree.tissue_of(code)}+"


def test_a_code_high_in_the_tree_stays_itself_until_its_branch_is_reached() -> None:
    made = built_in("oncotree", ["LUNG", "NSCLC", "LUAD"])
    shown = [[made.labels[level][made.nodes[level][leaf]] for level in range(5)] for leaf in range(3)]
    assert shown == [
        ["LUNG", "LUNG", "LUNG", "LUNG+", "*"],
        ["NSCLC", "NSCLC", "NSCLC+", "LUNG+", "*"],
        ["LUAD", "LUAD+", "NSCLC+", "LUNG+", "*"],
    ]


def test_all_levels_of_oncotree_can_be_kept() -> None:
    assert len(of_oncotree(depth()).levels) == depth() == 9
    with pytest.raises(BadInput):
        of_oncotree(depth() + 1)


@pytest.mark.parametrize(
    ("text", "steps"),
    [("IIIA", ("III*", "III-IV")), ("Stage IB", ("I*", "0-II")), ("0", ("0*", "0-II")), ("4", ("IV*", "III-IV")),
     ("T2N0M0", None), ("X", None)],
)  # fmt: skip
def test_a_stage_loses_its_letters_and_then_its_number(text: str, steps: tuple[str, ...] | None) -> None:
    assert of_stage(text) == steps

"""Losses of function where everything is mutated: set aside, kept, or kept with what may still take them away."""

from __future__ import annotations

import itertools

import pytest

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.genomics.judging import judge
from chevet.genomics.passengers import FLAG, FLAG_IF, is_hypermutated, set_aside

LOSS = Alteration("variant", gene="BRCA2", protein_change="p.S1982Rfs*22")
TOLD: dict[str, Alteration] = {
    "unstable": Alteration("signature", name="msi", value="high"),
    "deficient": Alteration("signature", name="mmr", value="deficient"),
    "stable": Alteration("signature", name="msi", value="stable"),
    "burden 5": Alteration("signature", name="tmb", value=5.0),
    "burden 14": Alteration("signature", name="tmb", value=14.0),
    "burden 40": Alteration("signature", name="tmb", value=40.0),
    "burden high": Alteration("signature", name="tmb", value="high"),
    "burden low": Alteration("signature", name="tmb", value="low"),
    "proofreading": Alteration("variant", gene="POLE", protein_change="p.P286R"),
}


def loss(*told: str, change: Alteration = LOSS) -> Finding:
    return set_aside(judge([change, *(TOLD[one] for one in told)]))[0]


@pytest.mark.parametrize("told", ["unstable", "deficient", "burden 40", "proofreading"])
def test_in_a_hypermutated_tumour_a_loss_is_set_aside(told: str) -> None:
    assert (loss(told).verdict, FLAG in loss(told).flags) == ("uncertain", True)


@pytest.mark.parametrize("told", [("stable",), ("burden 5",), ("burden low",), ("stable", "burden 14")])
def test_in_a_tumour_that_is_known_not_to_be_a_loss_counts(told: tuple[str, ...]) -> None:
    assert (loss(*told).drives, loss(*told).flags) == (True, ())


@pytest.mark.parametrize("told", [(), ("burden 14",), ("burden high",), ("stable", "burden high")])
def test_where_it_is_open_the_loss_counts_and_what_may_take_it_away_is_told(told: tuple[str, ...]) -> None:
    assert (loss(*told).drives, loss(*told).flags) == (True, (FLAG_IF,))


def test_an_inherited_loss_and_a_stop_of_no_repeat_are_not_doubted() -> None:
    inherited = Alteration("variant", gene="BRCA2", protein_change="p.S1982Rfs*22", origin="germline")
    stop = Alteration("variant", gene="BRCA2", protein_change="p.R2520*")
    assert (loss(change=inherited).flags, loss(change=stop).flags, loss("unstable", change=inherited).drives) == (
        (), (), True,
    )  # fmt: skip


def test_what_is_told_besides_never_turns_a_known_answer() -> None:
    known = {}
    facts = [name for name in TOLD if name not in ("proofreading",)]
    agreeing = [
        {"unstable", "deficient", "burden 14", "burden 40", "burden high"},
        {"stable", "burden 5", "burden low"},
    ]
    for group in agreeing:
        names = [name for name in facts if name in group]
        for size in range(len(names) + 1):
            for chosen in itertools.combinations(names, size):
                known[frozenset(chosen)] = is_hypermutated(judge([TOLD[one] for one in chosen]))
    for less, more in itertools.product(known, known):
        if less < more and known[less] is not None:
            assert known[more] == known[less], (less, more)

"""Three values: Kleene's tables, for any parts in any order, with the reasons that decide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chevet.therapy.safety.advice import Said
from chevet.therapy.trials.answers import Answer, Reason, all_of, any_of, opposite

values = st.sampled_from((True, False, None))


def answer(holds: bool | None, name: str = "x") -> Answer:
    return Answer(holds, (Reason(holds, name, Said("trials.age")),))


answers = st.lists(values, max_size=6).map(lambda every: [answer(one, str(n)) for n, one in enumerate(every)])


@given(answers)
def test_and_is_the_least_and_or_the_greatest_of_no_unknown_yes(parts: list[Answer]) -> None:
    order = {False: 0, None: 1, True: 2}
    back = {0: False, 1: None, 2: True}
    ranks = [order[part.holds] for part in parts]
    assert all_of(parts).holds is back[min(ranks, default=2)]
    assert any_of(parts).holds is back[max(ranks, default=0)]


@given(answers)
def test_the_contrary_of_and_is_or_of_the_contraries(parts: list[Answer]) -> None:
    contraries = [answer(opposite(part.holds)) for part in parts]
    assert opposite(all_of(parts).holds) is any_of(contraries).holds


@given(answers, st.data())
def test_a_fact_learnt_never_turns_a_yes_or_no_round(parts: list[Answer], data: st.DataObject) -> None:
    learnt = [part if part.holds is not None else answer(data.draw(st.booleans())) for part in parts]
    for join in (all_of, any_of):
        before, after = join(parts).holds, join(learnt).holds
        assert before is None or before is after


@given(answers)
def test_a_no_is_explained_by_what_is_no(parts: list[Answer]) -> None:
    found = all_of(parts)
    if found.holds is False:
        assert {reason.holds for reason in found.reasons} == {False}
    assert {reason.criterion for reason in found.reasons} <= {r.criterion for part in parts for r in part.reasons}

"""A row of a table of statements, read; and what it says of the day of an approval."""

from __future__ import annotations

import datetime

import pytest

from chevet.therapy.knowledge.statement import StatementError
from tests.therapy.making import statement


def test_an_approval_whose_day_was_not_seen_counts_from_the_latest_that_it_can_be() -> None:
    (approval,) = statement(ema="by 2026-05-31 Ojemda; conditional").approvals
    assert (approval.date, approval.at_latest, approval.status, approval.when) == (
        datetime.date(2026, 5, 31), True, "conditional", "by 2026-05-31",
    )  # fmt: skip
    (known,) = statement(ema="2018-06-07 Tagrisso").approvals
    assert (known.at_latest, known.when) == (False, "2018-06-07")


@pytest.mark.parametrize("text", ["by Ojemda", "until 2026-05-31 Ojemda", "2026-05 Ojemda", "by 2026-13-01 Ojemda"])
def test_what_is_no_approval_is_refused(text: str) -> None:
    with pytest.raises(StatementError):
        statement(ema=text)

"""Errors are sorted by who must act."""

from __future__ import annotations

import pytest

from chevet.errors import BadInput, CannotConclude, ChevetError, Fault, Refused

KINDS: list[type[ChevetError]] = [Refused, BadInput, CannotConclude, Fault]


def test_each_kind_has_its_own_exit_code_and_http_status() -> None:
    assert len({kind.exit_code for kind in KINDS}) == len(KINDS)
    assert len({kind.http_status for kind in KINDS}) == len(KINDS)
    assert all(kind.exit_code not in (0, 1, 2) for kind in KINDS), "0, 1 and 2 belong to the shell and to click"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_as_json_says_what_it_is_and_what_to_do_next(kind: type[ChevetError]) -> None:
    error = kind("samples.csv, line 41: not a sample type", next_act="Mend the line and import again.")
    assert error.as_json() == {
        "error": {
            "kind": kind.kind,
            "message": "samples.csv, line 41: not a sample type",
            "next": "Mend the line and import again.",
        }
    }

"""Chromosomes by one name each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.words.chromosomes import CHROMOSOMES, chromosome


@pytest.mark.parametrize(
    ("written", "name"),
    [("7", "7"), ("chr7", "7"), ("CHR7", "7"), ("chromosome7", "7"), (" 7 ", "7"), ("7.0", "7"), ("x", "X"),
     ("23", "X"), ("24", "Y"), ("25", "MT"), ("26", "MT"), ("M", "MT"), ("chrM", "MT"), ("MT", "MT"),
     ("27", None), ("0", None), ("chr", None), ("", None), ("17_gl000204_random", None), ("GL000220.1", None)],
)  # fmt: skip
def test_a_chromosome_has_one_name(written: str, name: str | None) -> None:
    assert chromosome(written) == name


@given(st.text(max_size=12))
def test_any_text_is_a_chromosome_or_none(text: str) -> None:
    assert chromosome(text) in (*CHROMOSOMES, None)

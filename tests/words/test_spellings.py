"""Small vocabularies: stages, sexes, samples, and how files say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.records.tables import SAMPLE_TYPE, SEX, STAGE
from chevet.words.missing import is_missing
from chevet.words.samples import SPELLINGS, from_tcga_barcode, sample_type
from chevet.words.sexes import sex
from chevet.words.stages import stage


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Stage I", "I"), ("Stage IIA", "II"), ("Stage IIIC", "III"), ("IVB", "IV"), ("3", "III"), ("Stade IV", "IV"),
     ("Stage IA2", "I"), ("0", "0"), ("Stage 0", "0"), ("Stage X", None), ("I/II NOS", None), ("T2", None), ("5", None),
     ("", None), ("N1", None)],
)  # fmt: skip
def test_a_stage_loses_its_letters_and_what_is_not_a_stage_is_none(written: str, meant: str | None) -> None:
    assert stage(written) == meant


@given(st.text(max_size=12))
def test_any_text_gives_a_word_of_the_record_or_none(text: str) -> None:
    assert stage(text) in (None, *STAGE)
    assert sex(text) in (None, *SEX)
    assert sample_type(text) in (None, *SAMPLE_TYPE)


def test_every_spelling_of_a_sample_gives_a_word_of_the_record() -> None:
    assert set(SPELLINGS.values()) <= set(SAMPLE_TYPE)


def test_a_tcga_barcode_tells_tumour_from_normal() -> None:
    assert from_tcga_barcode("TCGA-A2-A04P-01A-31D-A128-09") == "primary"
    assert from_tcga_barcode("TCGA-A2-A04P-10A-01D-A128-09") == "blood"


@pytest.mark.parametrize("cell", ["", "NA", "[Not Available]", "#N/A", "null", "Unknown", None])
def test_a_cell_that_says_nothing_is_missing(cell: str | None) -> None:
    assert is_missing(cell)


@pytest.mark.parametrize("cell", ["0", "none", "no", "negative", "NEUT", "NR"])
def test_a_cell_that_says_no_is_not_missing(cell: str) -> None:
    assert not is_missing(cell)

"""Which kinds of change a laboratory looked for: as the case says, as a panel, a file or a finding shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chevet.bedside.case.case_file import case_of
from tests.bedside.case.laboratory_files import CASE, read

GENES = CASE | {"tested_genes": ["ERBB2", "EGFR"]}


@pytest.mark.parametrize(
    ("more", "copies", "fusions"),
    [
        ({}, None, None), ({"tested_for": ["variants"]}, False, False),
        ({"tested_for": ["variants", "copy_number"]}, True, False), ({"tested_for": ["CNV", "fusions"]}, True, True),
        ({"alterations": ["MET amplification"]}, True, None), ({"alterations": ["EGFR L858R"]}, None, None),
    ],
)  # fmt: skip
def test_the_case_says_it_or_its_findings_show_it(
    more: dict[str, Any], copies: bool | None, fusions: bool | None
) -> None:
    tested = case_of(GENES | more).case.tested
    assert (tested.copy_number, tested.fusions) == (copies, fusions)


def test_a_file_of_copy_number_shows_it_even_where_nothing_is_changed(tmp_path: Path) -> None:
    found = read(tmp_path, case__json=GENES, cna__tsv="Gene\tGISTIC\nERBB2\t0\nEGFR\t0\n")
    assert (found.case.alterations, found.case.tested.copy_number) == ((), True)


def test_a_table_of_facts_may_say_it(tmp_path: Path) -> None:
    found = read(tmp_path, case__json=GENES, facts__tsv="fact\tvalue\ntested_for\tvariants, fusions\nline\t1\n")
    assert (found.case.tested.copy_number, found.case.tested.fusions) == (False, True)


def test_a_kind_that_is_none_is_told() -> None:
    found = case_of(GENES | {"tested_for": ["variants", "aura"]})
    assert [(one.reason, one.detail) for one in found.not_read] == [("unknown_kind_tested", "aura")]

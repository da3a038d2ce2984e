"""Every reason that a reader gives has its sentence in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from chevet.records import own_tables
from chevet.words.reasons import reason, reasons

READERS = Path(own_tables.__file__).parent
# Words in quotes beside an act, and codes given to the functions that tell of rows.
GIVEN = re.compile(
    r'"(\w+)", "(?:rejected|repaired|noted)"|'
    r'(?:_reject|refuse|reject|repair|note|tell|_tell|repair_file)\((?:[^()"]|"[^"]*"|\([^()]*\)|\[[^]]*\])*?,\s*"(\w+)"\)'
)


def test_every_reason_given_has_a_sentence_in_both_languages() -> None:
    found = {
        code for file in READERS.rglob("*.py") for pair in GIVEN.findall(file.read_text()) for code in pair if code
    }
    found -= {"rejected", "repaired", "noted"}
    assert len(found) > 40
    assert found - set(reasons()) == set()
    for code in found:
        assert reason(code, "en")
        assert reason(code, "fr")

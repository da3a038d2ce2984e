"""A release as a folder, read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet.errors import BadInput
from chevet.privacy.anonymity import folder
from chevet.privacy.anonymity.release import anonymise
from tests.privacy.anonymity.people import DAY, K5, ORDER, people, policy, source


def test_a_release_whose_policy_was_damaged_is_refused_with_the_line(tmp_path: Path) -> None:
    folder.write(anonymise(source(people(120)), policy(K5), made_on=DAY, order_key=ORDER), tmp_path / "out")
    folder.read(tmp_path / "out")
    written = tmp_path / "out" / folder.POLICY
    lines = written.read_text().split("\n")
    written.write_text("\n".join([*lines[:5], "@@@", *lines[5:]]))
    with pytest.raises(BadInput, match=r"the release in out is damaged: policy\.toml is not TOML: line 6: ") as refused:
        folder.read(tmp_path / "out")
    assert "another copy of the release" in refused.value.next_act

"""Generated examples: no deadline, since no test of ours may depend on the clock.

Continuous checks draw the same examples every time; on a developer's machine they are new each time,
so that new faults are found where somebody is there to mend them.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("new-examples", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "same-examples", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same-examples" if os.environ.get("CI") else "new-examples")

# Scripts that make reference values are run by hand, in the environment of the recognised program.
collect_ignore_glob = ["reference/*/make.py"]


@pytest.fixture(autouse=True)
def _no_home_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the studies of whoever runs it, whatever the environment says."""
    monkeypatch.setenv("CHEVET_HOME", str(tmp_path_factory.getbasetemp() / "no-home"))
    for name in ("CHEVET_LANG", "CHEVET_ENGINE", "CHEVET_ACTOR"):
        monkeypatch.delenv(name, raising=False)

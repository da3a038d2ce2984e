from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import Fault, Refused
from chevet.privacy.noise.accounting import NANO
from chevet.privacy.noise.budget import Budget

ONE = 0.0001


def _spend_in_threads(folder: Path, allowance: float, times: int, threads: int) -> None:
    def run() -> None:
        for _ in range(times):
            with contextlib.suppress(Refused):
                Budget(folder, "lungs", allowance).spend(ONE, what="a count", project="p")

    started = [threading.Thread(target=run) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


def test_a_thousand_questions_at_once_never_spend_more_than_there_is(tmp_path: Path) -> None:
    allowance = 60 * ONE
    workers = [
        multiprocessing.get_context("spawn").Process(target=_spend_in_threads, args=(tmp_path, allowance, 25, 20))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 2
    spent = Budget(tmp_path, "lungs", allowance).spent("p")
    assert spent.of_study == spent.of_project == spent.allowance == 60 * round(ONE * NANO)


_SPENDER = """
import sys
from pathlib import Path
from chevet.privacy.noise.budget import Budget
budget = Budget(Path(sys.argv[1]), "lungs", 1.0)
while True:
    budget.spend(0.0001, what="a count")
    sys.stdout.write("x")
    sys.stdout.flush()
"""


@pytest.mark.parametrize("after", [3, 17, 40])
def test_a_crash_returns_nothing_that_was_spent(tmp_path: Path, after: int) -> None:
    with subprocess.Popen([sys.executable, "-c", _SPENDER, str(tmp_path)], stdout=subprocess.PIPE) as spender:
        assert spender.stdout is not None
        told = len(spender.stdout.read(after))
        os.kill(spender.pid, signal.SIGKILL)
        told += len(spender.stdout.read())
    assert Budget(tmp_path, "lungs", 1.0).spent().of_study >= told * 100_000


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("pq"), st.floats(1e-9, 0.01)), max_size=25), st.floats(0.001, 0.03))
def test_neither_the_study_nor_a_project_ever_spends_more_than_allowed(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[str, float]], limit: float
) -> None:
    budget = Budget(tmp_path_factory.mktemp("budget"), "lungs", 0.04)
    given_out = {"p": 0, "q": 0}
    for project, rho in asked:
        before = budget.spent(project)
        try:
            after = budget.spend(rho, what="x", project=project, at_most=limit)
        except Refused:
            assert budget.spent(project) == before
            continue
        given_out[project] += after.of_study - before.of_study
        assert after.of_study <= after.allowance
        assert after.of_project <= int(limit * NANO)
        assert (after.of_study - before.of_study) / NANO >= rho - 1e-15
    assert budget.spent("p").of_study == sum(given_out.values())


def test_a_line_torn_by_a_power_cut_was_never_answered_and_counts_for_nothing(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "lungs", 1.0)
    budget.spend(0.1, what="a count")
    with (tmp_path / "lungs.jsonl").open("ab") as file:
        file.write(b'{"nano_rho":1000')
    assert budget.spent().of_study == 100_000_000
    assert budget.spend(0.1, what="another").of_study == 200_000_000


def test_a_journal_that_was_tampered_with_stops_all_noise(tmp_path: Path) -> None:
    budget = Budget(tmp_path, "lungs", 1.0)
    budget.spend(0.1, what="a count")
    path = tmp_path / "lungs.jsonl"
    path.write_bytes(path.read_bytes().replace(b"100000000", b"-10000000"))
    with pytest.raises(Fault, match="line 1"):
        budget.spend(0.1, what="another")


def test_a_name_that_climbs_out_of_the_folder_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="small letters"):
        Budget(tmp_path, "../lungs")

"""Many independent tasks, done on this machine's cores or on the machines of a Spark Connect server.

CHEVET_ENGINE says which, as for questions: `duckdb` is here; with an address such as sc://head-node:15002 the tasks go
to the server's machines, which must have Chevet installed and see CHEVET_HOME under the same path.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

import pyarrow as pa

from chevet.store.engines import spark_session

Work = Callable[[bytes], bytes]


def spread(tasks: Sequence[bytes], work: Work, setting: str = "duckdb", jobs: int | None = None) -> Iterator[
    tuple[int, bytes]
]:  # fmt: skip
    """The number and the answer of each task, in the order in which they are done.

    work     a function of a module, for it is called by its name in other processes; it raises nothing that it can tell
    setting  as CHEVET_ENGINE
    jobs     at most so many at once, here; as many as there are cores unless given

    Raises what `work` raises, and Fault when no server answers.
    """
    if setting.startswith("sc://"):
        yield from _far(tasks, work, setting)
        return
    many = min(jobs or os.cpu_count() or 1, len(tasks))
    if many <= 1:
        yield from ((number, work(task)) for number, task in enumerate(tasks))
        return
    with ProcessPoolExecutor(many, mp_context=multiprocessing.get_context("spawn")) as pool:
        numbers = {pool.submit(work, task): number for number, task in enumerate(tasks)}
        for done in as_completed(numbers):
            yield numbers[done], done.result()


def _far(tasks: Sequence[bytes], work: Work, address: str) -> Iterator[tuple[int, bytes]]:
    session = spark_session(address)
    try:
        table = pa.table({"number": pa.array(range(len(tasks)), pa.int64()), "task": pa.array(tasks, pa.binary())})
        there = session.createDataFrame(table).repartition(len(tasks)).mapInArrow(_on(work), "number long, done binary")
        for row in there.toArrow().to_pylist():
            yield int(row["number"]), bytes(row["done"])
    finally:
        session.stop()


def _on(work: Work) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def each(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            done = [work(task) for task in batch.column("task").to_pylist()]
            yield pa.record_batch({"number": batch.column("number"), "done": pa.array(done, pa.binary())})

    return each

"""One question, written once as an Ibis expression, for any engine: DuckDB here, or Spark elsewhere.

Build expressions on `record_table(name)`, which belongs to no engine, and hand them to
`Engine.run` with the version to ask. Which engine answers is one setting, CHEVET_ENGINE: `duckdb`,
a Spark Connect address such as `sc://head-node:15002` (its machines must see CHEVET_HOME under the
same path), or `polars`, the second opinion of the tests. Building and compiling an expression
costs tens of milliseconds, so what was compiled is kept per shape of question.
"""

from __future__ import annotations

import importlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from functools import cache
from types import TracebackType
from typing import Any, TypeAlias

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from chevet.errors import BadInput, Fault
from chevet.records.tables import TABLES
from chevet.store.version import Version

# A question, or how to make it: the maker is called only when its shape is met for the first time.
Question: TypeAlias = "ir.Table | Callable[[], ir.Table]"


@cache
def record_table(name: str) -> ir.Table:
    """A table of the record, of no version and no engine yet.

    >>> record_table("panel_gene").columns
    ('panel_id', 'gene')
    """
    return ibis.table(ibis.Schema.from_pyarrow(TABLES[name].schema), name=name)


class Engine(ABC):
    """What answers a question about a version. Use as a context, or call `close` at the end."""

    setting: str

    def __init__(self) -> None:
        self._backends: dict[tuple[str, int], BaseBackend] = {}
        self._compiled: dict[Hashable, tuple[Any, pa.Schema]] = {}

    @staticmethod
    def from_setting(setting: str) -> Engine:
        """The engine that a setting names. Raises BadInput for any other word."""
        if setting == "duckdb":
            return _DuckDB()
        if setting == "polars":
            return _Polars()
        if re.fullmatch(r"sc://[^\s/]+(/.*)?", setting):
            return _Spark(setting)
        raise BadInput(
            "CHEVET_ENGINE is neither `duckdb` nor a Spark Connect address",
            next_act="Leave it unset for DuckDB, or give an address such as sc://head-node:15002",
        )

    @staticmethod
    def from_environment() -> Engine:
        """The engine of CHEVET_ENGINE; DuckDB when it is not set."""
        return Engine.from_setting(os.environ.get("CHEVET_ENGINE") or "duckdb")

    def connect(self, version: Version) -> BaseBackend:
        """The Ibis backend that sees this version's tables under their own names; kept for the next question."""
        key = (str(version.path), version.number)
        if key not in self._backends:
            self._backends[key] = self._open(version)
        return self._backends[key]

    def run(self, question: Question, version: Version, *, key: Hashable = None) -> pa.Table:
        """The answer, with the column types that the expression declares, whatever the engine.

        key   names the shape of the question, its constants included: two questions with one key are
              one question. Without it, the expression is compiled anew.
        """
        backend = self.connect(version)
        if key is None or key not in self._compiled:
            expression: ir.Table = question if isinstance(question, ir.Table) else question()
            compiled = (self._compile(backend, expression), expression.schema().to_pyarrow())
            if key is None:
                return _as_declared(self._answer(backend, compiled[0]), compiled[1])
            self._compiled[key] = compiled
        plan, schema = self._compiled[key]
        return _as_declared(self._answer(backend, plan), schema)

    def close(self) -> None:
        """Let go of every connection."""
        self._backends.clear()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _open(self, version: Version) -> BaseBackend: ...

    @abstractmethod
    def _compile(self, backend: BaseBackend, expression: ir.Table) -> Any: ...

    @abstractmethod
    def _answer(self, backend: BaseBackend, plan: Any) -> pa.Table: ...


class _DuckDB(Engine):
    setting = "duckdb"

    def _open(self, version: Version) -> BaseBackend:
        return ibis.duckdb.from_connection(version.connect())

    def _compile(self, backend: BaseBackend, expression: ir.Table) -> Any:
        return backend.compile(expression)

    def _answer(self, backend: BaseBackend, plan: Any) -> pa.Table:
        answer: pa.Table = backend.con.sql(plan).to_arrow_table()
        return answer


class _Spark(Engine):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.setting = address
        self._sessions: list[Any] = []

    def _open(self, version: Version) -> BaseBackend:
        session = spark_session(self.setting)  # one per version: its views have the tables' own names
        self._sessions.append(session)
        for name in TABLES:
            session.read.parquet(str(version.parquet(name))).createOrReplaceTempView(name)
        return ibis.pyspark.connect(session)

    def _compile(self, backend: BaseBackend, expression: ir.Table) -> Any:
        return backend.compile(expression)

    def _answer(self, backend: BaseBackend, plan: Any) -> pa.Table:
        answer: pa.Table = backend.raw_sql(plan).toArrow()
        return answer

    def close(self) -> None:
        super().close()
        while self._sessions:
            self._sessions.pop().stop()


class _Polars(Engine):
    setting = "polars"

    def _open(self, version: Version) -> BaseBackend:
        scan = _module("polars", "polars").scan_parquet
        return ibis.polars.connect({name: scan(version.parquet(name)) for name in TABLES})

    def _compile(self, backend: BaseBackend, expression: ir.Table) -> Any:
        return expression  # a plan of polars is bound to its files, so that nothing can be kept for another version

    def _answer(self, backend: BaseBackend, plan: Any) -> pa.Table:
        answer: pa.Table = backend.to_pyarrow(plan)
        return answer


def spark_session(address: str) -> Any:
    """A session of its own at a Spark Connect address. Raises Fault when no server answers there."""
    session = _module("pyspark.sql", "chevet[spark]").SparkSession
    try:
        return session.builder.remote(address).create()
    except Exception as error:  # noqa: BLE001 (the client raises kinds of its own, and gRPC's)
        raise Fault(
            f"no Spark Connect server answers at the address of CHEVET_ENGINE ({type(error).__name__})",
            next_act="Ask whoever runs the cluster whether it is up, or set CHEVET_ENGINE=duckdb",
        ) from None


def _module(name: str, package: str) -> Any:
    """A client that only some sites install: loaded when its engine is chosen."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise BadInput(
            f"the engine that CHEVET_ENGINE names needs {name}, which is not installed",
            next_act=f"Install it with: pip install '{package}', or set CHEVET_ENGINE=duckdb",
        ) from None


def _as_declared(answer: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same answer with the declared types: engines differ in the width of a count or of a text."""
    return pa.table([answer[name].cast(schema.field(name).type) for name in schema.names], schema=schema)

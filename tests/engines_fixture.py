"""A Spark Connect server for tests (Sail, in Rust), started once per test process on a free port.

Use with `from tests.engines_fixture import sail`, then ask for the fixture `sail`: its address.
Every test process of xdist starts its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def sail() -> Iterator[str]:
    """The address, such as sc://127.0.0.1:40123. Close engines before this ends (they are contexts)."""
    spark = pytest.importorskip("pysail.spark", reason="pysail is not installed")
    pytest.importorskip("pyspark.sql.connect", reason="no Spark Connect client (pip install 'chevet[spark]')")
    server = spark.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()

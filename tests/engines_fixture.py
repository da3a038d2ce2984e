"""Spark Connect servers for tests: Sail always, a real Spark cluster where one is installed.

Use with `from tests.engines_fixture import sail`, then ask for the fixture `sail`: its address.
Every test process of xdist starts its own, on a free port. Close engines before the server ends:
a client that has lost its server tries again for ten minutes.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def sail() -> Iterator[str]:
    """The address of a Sail server (Spark Connect in Rust), such as sc://127.0.0.1:40123."""
    spark = pytest.importorskip("pysail.spark", reason="pysail is not installed")
    with connect_client():
        yield from _serve(spark)


def _serve(spark: Any) -> Iterator[str]:
    server = spark.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an Apache Spark standalone cluster: a master, two workers and a Connect server."""
    home = Path(os.environ.get("SPARK_HOME", "/nowhere"))
    if not (home / "bin" / "spark-class").exists() or not shutil.which("java"):
        pytest.skip("no Apache Spark distribution here (set SPARK_HOME; Spark needs Java too)")
    with connect_client():
        yield from _run_cluster(home, tmp_path_factory.mktemp("spark"))


@contextmanager
def connect_client() -> Iterator[None]:
    """Where pyspark's Connect client can be imported, or the test skips.

    In a process without a main file (a worker of xdist) the client believes that its own doctests are run, wants a
    whole Spark and leaves the process. A prompt (`sys.ps1`) tells it otherwise, for as long as it imports its parts.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "ps1", "> ", raising=False)
        pytest.importorskip("pyspark.sql.connect", reason="no Spark Connect client (pip install 'chevet[spark]')")
        yield


def _run_cluster(home: Path, folder: Path) -> Iterator[str]:
    master, connect = _free_port(), _free_port()
    url = f"spark://127.0.0.1:{master}"
    deploy = "org.apache.spark.deploy"
    commands = [
        ["spark-class", f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(master), "--webui-port", "0"],
        *[
            ["spark-class", f"{deploy}.worker.Worker", "--cores", "1", "--memory", "1g", "--webui-port", "0",
             "--work-dir", str(folder / f"worker-{i}"), url]
            for i in (1, 2)
        ],
        ["spark-submit", "--master", url, "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
         "--conf", f"spark.connect.grpc.binding.port={connect}", "--conf", "spark.executor.memory=512m",
         "--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=4", "spark-internal"],
    ]  # fmt: skip
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYSPARK", "SPARK_CONNECT"))
    } | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1", "SPARK_LOG_DIR": str(folder)}
    running = []
    try:
        for i, (program, *arguments) in enumerate(commands):
            log = (folder / f"{i}.log").open("wb")
            command = [str(home / "bin" / program), *arguments]
            running.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment))
            if i == 0:
                _wait_for(master)
        _wait_for(connect)
        yield f"sc://127.0.0.1:{connect}"
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise TimeoutError(f"nothing listens after {seconds} seconds")

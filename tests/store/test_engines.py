"""The same question on every engine gives the same answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from chevet.errors import BadInput
from chevet.store import engines
from chevet.store.engines import Engine, record_table
from chevet.store.lake import Lake
from chevet.store.version import Version
from tests.engines_fixture import sail, spark_cluster  # noqa: F401 (fixtures)
from tests.store.a_record import record


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    lake = Lake(tmp_path_factory.mktemp("home"))
    lake.write("demo", record(200))
    return lake.open("demo")


@pytest.fixture(scope="module", params=["duckdb", "polars", "sail"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    setting = request.getfixturevalue("sail") if request.param == "sail" else request.param
    with Engine.from_setting(setting) as opened:
        yield opened


def patients_by_sex() -> ir.Table:
    patient = record_table("patient")
    return (
        patient.group_by("sex").agg(patients=patient.count(), entry=patient.entry_days.mean().round(6)).order_by("sex")
    )


def carriers_by_gene_and_stage() -> ir.Table:
    variant, diagnosis = record_table("variant"), record_table("diagnosis")
    known = variant.filter(variant.vaf >= 0.1).join(diagnosis.filter(diagnosis.stage.notnull()), "patient_id")
    return known.group_by("gene", "stage").agg(patients=known.patient_id.nunique()).order_by("gene", "stage")


def old_patients_without_a_tp53_variant() -> ir.Table:
    diagnosis, variant = record_table("diagnosis"), record_table("variant")
    mutated = variant.filter(variant.gene == "TP53")
    old = diagnosis.filter(diagnosis.age_at_diagnosis_years >= 65)
    return old.anti_join(mutated, "patient_id").select("patient_id").order_by("patient_id")


def nobody() -> ir.Table:
    return record_table("expression").select("patient_id", "value").filter(ibis._.value > 0)


QUESTIONS = [patients_by_sex, carriers_by_gene_and_stage, old_patients_without_a_tp53_variant, nobody]


def by_hand(version: Version) -> set[str]:
    ages = version.table("diagnosis", ["patient_id", "age_at_diagnosis_years"]).to_pylist()
    variants = version.table("variant", ["patient_id", "gene"]).to_pylist()
    mutated = {row["patient_id"] for row in variants if row["gene"] == "TP53"}
    return {row["patient_id"] for row in ages if row["age_at_diagnosis_years"] >= 65} - mutated


def test_an_engine_answers_what_one_finds_by_hand(engine: Engine, version: Version) -> None:
    answer = engine.run(old_patients_without_a_tp53_variant, version)
    assert set(answer["patient_id"].to_pylist()) == by_hand(version)
    assert len(by_hand(version)) > 5


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.__name__)
def test_every_engine_gives_the_same_table_with_the_same_types(
    engine: Engine, version: Version, question: Callable[[], ir.Table]
) -> None:
    with Engine.from_setting("duckdb") as reference:
        expected = reference.run(question, version)
    answer = engine.run(question, version, key=question.__name__)
    assert answer.schema == expected.schema
    assert same_rows(answer) == same_rows(expected)


def same_rows(table: pa.Table) -> list[tuple[object, ...]]:
    # Engines place empty cells first or last; the order of the others is asked for in the question.
    rows = [tuple(row.values()) for row in table.to_pylist()]
    return [row for row in rows if row[0] is not None] + [row for row in rows if row[0] is None]


def test_a_shape_is_compiled_once_and_its_question_not_built_again(version: Version) -> None:
    built = 0

    def build() -> ir.Table:
        nonlocal built
        built += 1
        return patients_by_sex()

    with Engine.from_setting("duckdb") as engine:
        first = engine.run(build, version, key="by sex")
        assert engine.run(build, version, key="by sex").equals(first)
    assert built == 1


def test_two_versions_are_asked_apart(engine: Engine, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.write("demo", record(10))
    lake.write("demo", record(12))
    question = record_table("patient").aggregate(n=record_table("patient").count())
    answers = [engine.run(question, lake.open("demo", n), key="how many")["n"].to_pylist() for n in (1, 2)]
    assert answers == [[10], [12]]


def test_the_engine_is_one_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHEVET_ENGINE", raising=False)
    assert Engine.from_environment().setting == "duckdb"
    monkeypatch.setenv("CHEVET_ENGINE", "sc://head-node:15002")
    assert Engine.from_environment().setting == "sc://head-node:15002"
    monkeypatch.setenv("CHEVET_ENGINE", "mysql")
    with pytest.raises(BadInput, match="CHEVET_ENGINE"):
        Engine.from_environment()


def test_a_client_that_is_not_installed_is_named_with_the_way_to_get_it(
    version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(engines.importlib, "import_module", absent)
    with pytest.raises(BadInput, match=r"needs pyspark\.sql") as told:
        Engine.from_setting("sc://head-node:15002").connect(version)
    assert "chevet[spark]" in told.value.next_act


@pytest.mark.slow
def test_a_real_spark_cluster_gives_the_same_tables(spark_cluster: str, version: Version) -> None:  # noqa: F811
    with Engine.from_setting(spark_cluster) as spark, Engine.from_setting("duckdb") as duckdb:
        for question in QUESTIONS:
            assert same_rows(spark.run(question, version)) == same_rows(duckdb.run(question, version))

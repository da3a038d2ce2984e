"""CIViC, the almanac and OncoKB are brought to our form, and what cannot be is counted with its reason."""

from __future__ import annotations

import datetime
import gzip
import json
from pathlib import Path

import pytest

from chevet.errors import BadInput
from chevet.therapy.knowledge.base import Base
from chevet.therapy.knowledge.comparing import changes
from chevet.therapy.knowledge.coverage import coverage
from chevet.therapy.knowledge.importing.civic import read_civic
from chevet.therapy.knowledge.importing.kept import current, keep, versions
from chevet.therapy.knowledge.importing.moalmanac import read_moalmanac
from chevet.therapy.knowledge.importing.oncokb import read_oncokb
from chevet.therapy.knowledge.importing.reading import Imported, rule_of
from tests.shared_data import ROOT

KNOWLEDGE = ROOT / "knowledge"
TODAY = datetime.date(2026, 11, 27)
CIVIC_HEADER = (
    "gene\tvariant\tdisease\tdrugs\tdrug_interaction_type\tevidence_type\tevidence_direction\tevidence_level\t"
    "clinical_significance\tcitation_id\tevidence_id"
)


def _civic(*rows: str) -> Imported:
    return read_civic("\n".join([CIVIC_HEADER, *rows]).encode(), "civic.tsv", checked="2022-12-01")


def test_a_row_of_civic_becomes_a_statement() -> None:
    row = "EGFR\tT790M\tLung Non-small Cell Carcinoma\tErlotinib\t\tPredictive\tSupports\tA\tResistance\t15737014\t240"
    found = _civic(row, row)
    assert [(one["biomarker"], one["tumour"], one["therapy"], one["effect"], one["level"]) for one in found.rows] == [
        ("EGFR p.T790M", "NSCLC", "erlotinib", "resistance", "A")
    ]


def test_rows_that_cannot_be_brought_to_our_form_are_counted_with_the_reason() -> None:
    found = _civic(
        "EGFR\tSOMETHING ELSE\tMelanoma\tErlotinib\t\tPredictive\tSupports\tB\tResistance\t1\t1",
        "BRAF\tV600E\tA rare disease\tVemurafenib\t\tPredictive\tSupports\tB\tSensitivity/Response\t1\t2",
        "BRAF\tV600E\tMelanoma\tHolywaterinib\t\tPredictive\tSupports\tB\tSensitivity/Response\t1\t3",
        "BRAF\tV600E\tMelanoma\t\t\tPrognostic\tSupports\tB\tPoor Outcome\t1\t4",
        "BRAF\tV600E\tMelanoma\tVemurafenib\t\tPredictive\tSupports\tE\tSensitivity/Response\t1\t5",
    )
    assert (found.rows, dict(found.left_out)) == (
        [], {"variant": 1, "tumour": 1, "medicine": 1, "not_predictive": 1, "no_effect": 1}
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"\x1f\x8bnot gzip", b"\xff\xfe\x00", b"gene\tdrug\nA\tB\n", b"{}"])
def test_a_file_that_is_not_civics_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        read_civic(content, "some.tsv", checked="2022-12-01")


def test_a_row_of_oncokb_becomes_one_statement_for_each_alteration_tumour_and_regimen() -> None:
    text = (
        "Level\tGene\tAlterations\tCancer Types\tDrugs\n"
        "1\tBRAF\tV600E, V600K\tMelanoma\tDabrafenib + Trametinib, Vemurafenib\n"
        "R1\tEGFR\tT790M\tNon-Small Cell Lung Cancer\tGefitinib\n"
    )
    found = read_oncokb(text.encode(), "oncokb.tsv", checked="2026-01-01")
    assert [(one["biomarker"], one["therapy"], one["effect"]) for one in found.rows] == [
        ("BRAF p.V600E", "dabrafenib + trametinib", "sensitivity"), ("BRAF p.V600E", "vemurafenib", "sensitivity"),
        ("BRAF p.V600K", "dabrafenib + trametinib", "sensitivity"), ("BRAF p.V600K", "vemurafenib", "sensitivity"),
        ("EGFR p.T790M", "gefitinib", "resistance"),
    ]  # fmt: skip


def test_the_almanac_without_one_of_its_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "statements.json.gz").write_bytes(gzip.compress(json.dumps([]).encode()))
    with pytest.raises(BadInput) as refused:
        read_moalmanac(tmp_path, checked="2026-05-07")
    assert "propositions" in refused.value.message


def test_each_version_of_a_base_is_kept_and_the_last_one_is_used(tmp_path: Path) -> None:
    first = _civic("BRAF\tV600E\tMelanoma\tVemurafenib\t\tPredictive\tSupports\tA\tSensitivity/Response\t1\t5")
    second = _civic(
        "BRAF\tV600E\tMelanoma\tVemurafenib\t\tPredictive\tSupports\tB\tSensitivity/Response\t1\t5",
        "BRAF\tV600K\tMelanoma\tVemurafenib\t\tPredictive\tSupports\tA\tSensitivity/Response\t1\t6",
    )
    for found, digest in ((first, "a" * 64), (second, "b" * 64)):
        keep(tmp_path, "civic", found, sha256=digest, file="civic.tsv", checked="2022-12-01", today=TODAY)
    assert [one.version.sha256 for one in current(tmp_path)] == ["b" * 16]
    old, new = versions(tmp_path, "civic")
    told = changes(old.statements(), new.statements())
    assert ([one.id for one in told.added], [one.id for _, one in told.changed]) == (["civic-eid6"], ["civic-eid5"])
    assert {one.base for one in new.statements()} == {"civic"}


def test_a_file_without_a_single_statement_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        keep(tmp_path, "civic", Imported(), sha256="a" * 64, file="x", checked="2022-12-01", today=TODAY)
    assert current(tmp_path) == ()


def test_names_of_variants_become_rules_only_when_they_are_understood() -> None:
    assert [rule_of("KIT", name) for name in ("EXON 11 MUTATION", "D816V", "MUTATION", "SOMETHING ELSE")] == [
        "KIT exon_11", "KIT p.D816V", "KIT oncogenic", None,
    ]  # fmt: skip


@pytest.mark.skipif(not KNOWLEDGE.is_dir(), reason="the public knowledge files are not on this machine")
def test_most_of_what_the_agencies_approve_by_the_almanac_is_ours_too(tmp_path: Path) -> None:
    found = read_moalmanac(KNOWLEDGE / "moalmanac", checked="2026-05-07")
    kept = keep(tmp_path, "moalmanac", found, sha256="c" * 64, file="moalmanac", checked="2026-05-07", today=TODAY)
    told = coverage(Base.own().statements, kept.statements())
    assert told.covered / (told.covered + len(told.missing)) > 0.85  # the rest spells chemotherapies out

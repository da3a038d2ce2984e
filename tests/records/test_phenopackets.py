"""Phenopackets: what each part becomes, and that nothing of a packet goes unsaid."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet import records
from chevet.errors import BadInput
from chevet.records import phenopackets
from chevet.records.record import Record
from tests.shared_data import shared

TERM = {"id": "NCIT:C3512", "label": "Lung Adenocarcinoma"}
PACKET: dict[str, Any] = {
    "id": "one",
    "subject": {
        "id": "P1",
        "sex": "FEMALE",
        "dateOfBirth": "1950-02-03T00:00:00Z",
        "timeAtLastEncounter": {"age": {"iso8601duration": "P61Y"}},
        "vitalStatus": {
            "status": "DECEASED",
            "survivalTimeInDays": 400,
            "causeOfDeath": {"id": "NCIT:C156427", "label": "Cancer-Related Death"},
        },
        "taxonomy": {"id": "NCBITaxon:9606", "label": "Homo sapiens"},
    },
    "diseases": [
        {
            "term": TERM,
            "onset": {"age": {"iso8601duration": "P60Y"}},
            "diseaseStage": [{"id": "NCIT:C27971", "label": "Stage IV"}],
            "clinicalTnmFinding": [{"id": "NCIT:C48724", "label": "T2 Stage Finding"}],
            "laterality": {"id": "HP:0012834", "label": "Right"},
        },
        {"term": {"id": "NCIT:C9120"}, "onset": {"age": {"iso8601duration": "P60Y30D"}}},
        {"term": {"id": "NCIT:C1", "label": "Melanoma"}, "excluded": True},
    ],
    "biosamples": [
        {
            "id": "S1",
            "individualId": "P1",
            "sampledTissue": {"id": "UBERON:0002048", "label": "lung"},
            "sampleType": {"id": "NCIT:C25414", "label": "Aliquot"},
            "tumorProgression": {"id": "NCIT:C3261", "label": "Metastatic Neoplasm"},
            "histologicalDiagnosis": TERM,
            "timeOfCollection": {"age": {"iso8601duration": "P60Y10D"}},
            "tumorGrade": {"id": "NCIT:C28078", "label": "Grade 2"},
        },
        {"id": "S2", "derivedFromId": "S1"},
    ],
    "measurements": [
        {
            "assay": {"id": "LOINC:2857-1", "label": "PSA"},
            "value": {"quantity": {"unit": {"id": "UCUM:ng/mL", "label": "ng/mL"}, "value": 3.5}},
            "timeObserved": {"timestamp": "2010-02-13T00:00:00Z"},
        }
    ],
    "phenotypicFeatures": [{"type": {"id": "HP:0002094", "label": "Dyspnea"}, "excluded": True}],
    "medicalActions": [
        {
            "treatment": {
                "agent": {"id": "NCIT:C65530", "label": "Erlotinib"},
                "doseIntervals": [{"interval": {"start": "2010-02-13T00:00:00Z", "end": "2010-03-15T00:00:00Z"}}],
            },
            "treatmentIntent": {"id": "NCIT:C62220", "label": "Cure"},
            "responseToTreatment": {"id": "NCIT:C123600", "label": "Partial response"},
        },
        {
            "radiationTherapy": {
                "modality": {"id": "NCIT:C28039", "label": "Electron Beam"},
                "dosage": 60,
                "fractions": 30,
            },
            "adverseEvents": [{"id": "HP:0012378", "label": "Fatigue"}],
        },
        {
            "procedure": {
                "code": {"id": "NCIT:C15189", "label": "Biopsy"},
                "performed": {"age": {"iso8601duration": "P60Y5D"}},
            }
        },
        {},
    ],
    "interpretations": [
        {
            "id": "i",
            "progressStatus": "SOLVED",
            "diagnosis": {
                "disease": TERM,
                "genomicInterpretations": [
                    {
                        "subjectOrBiosampleId": "S1",
                        "variantInterpretation": {
                            "variationDescriptor": {
                                "geneContext": {"valueId": "HGNC:7133", "symbol": "MLL2"},
                                "expressions": [
                                    {"syntax": "hgvs.c", "value": "ENST1:c.1_3del"},
                                    {"syntax": "hgvs.p", "value": "ENSP1:p.Gly12Asp"},
                                    {},
                                    {"syntax": "hgvs.c", "value": "ENST2:c.35G>A"},
                                    {"syntax": "hgvs.p", "value": "ENSP2:p.G12D"},
                                    {"syntax": "hgvs.p", "value": "ENSP3:p.A1V"},
                                ],
                                "vcfRecord": {
                                    "genomeAssembly": "hg38",
                                    "chrom": "chr12",
                                    "pos": "100",
                                    "ref": "CAT",
                                    "alt": "C",
                                },
                            }
                        },
                    },
                    {"subjectOrBiosampleId": "P1", "gene": {"valueId": "HGNC:1", "symbol": "BRCA2"}},
                ],
            },
        }
    ],
    "files": [{"uri": "file:///a.vcf", "fileAttributes": {"genomeAssembly": "GRCh38"}}],
    "metaData": {"phenopacketSchemaVersion": "2.0", "createdBy": "somebody"},
}


def read(folder: Path, *packets: Any) -> Record:
    for number, packet in enumerate(packets):
        (folder / f"{number}.json").write_text(json.dumps(packet))
    return records.read(folder)


def rows(record: Record, table: str) -> list[dict[str, Any]]:
    """The rows of a table without what they do not say."""
    return [
        {name: value for name, value in row.items() if value is not None} for row in record.tables[table].to_pylist()
    ]


def reasons(record: Record) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for entry in record.report.as_json()["reasons"]:
        key = (entry["table"], entry["reason"])
        counts[key] = counts.get(key, 0) + entry["count"]
    return counts


def accounted(record: Record) -> None:
    for name, tally in record.report.tallies.items():
        assert tally.read == tally.kept + tally.rejected
        assert tally.kept == record.tables[name].num_rows


def test_a_person_is_read_with_survival_counted_from_diagnosis(tmp_path: Path) -> None:
    record = read(tmp_path, PACKET)
    assert rows(record, "patient") == [
        {
            "patient_id": "P1",
            "sex": "female",
            "birth_year": 1950,
            "vital_status": "dead",
            "cause_of_death": "Cancer-Related Death",
            "last_news_days": 400.0,
        }
    ]
    survival, harm = rows(record, "event")
    assert survival == {
        "patient_id": "P1",
        "event": "overall_survival",
        "endpoint": "overall_survival",
        "occurred": True,
        "start_days": 400.0,
    }
    assert harm == {"patient_id": "P1", "event": "adverse_event", "detail": "Fatigue"}
    assert reasons(record)["patient", "last_encounter_is_not_last_news"] == 1
    accounted(record)


def test_tumours_are_read_and_an_excluded_one_is_no_diagnosis(tmp_path: Path) -> None:
    record = read(tmp_path, PACKET)
    first, second = rows(record, "diagnosis")
    assert first == {
        "patient_id": "P1",
        "diagnosis_id": "1",
        "oncotree_code": "LUAD",
        "tumour_as_given": "Lung Adenocarcinoma (NCIT:C3512)",
        "age_at_diagnosis_years": 60.0,
        "stage": "IV",
        "stage_as_given": "Stage IV",
        "laterality": "Right",
        "diagnosed_days": 0.0,
    }
    assert (second["oncotree_code"], second["diagnosed_days"]) == ("PAAD", 30.0)
    found = {row["measurement"]: row.get("value_text", row.get("value_number")) for row in rows(record, "measurement")}
    assert found == {
        "clinicalTnmFinding": "T2 Stage Finding",
        "excludedDisease": "Melanoma",
        "tumorGrade": "Grade 2",
        "PSA": 3.5,
        "Dyspnea": "absent",
        "radiotherapy dosage": 60.0,
        "radiotherapy fractions": 30.0,
        "interpreted gene": "BRCA2",
    }


def test_samples_keep_their_lineage_and_measurements_their_day(tmp_path: Path) -> None:
    record = read(tmp_path, PACKET)
    first, second = rows(record, "sample")
    assert first == {
        "sample_id": "S1",
        "patient_id": "P1",
        "oncotree_code": "LUAD",
        "tumour_as_given": "Lung Adenocarcinoma (NCIT:C3512)",
        "sample_type": "metastasis",
        "sample_type_as_given": "Metastatic Neoplasm",
        "material": "Aliquot",
        "site": "lung",
        "collected_days": 10.0,
    }
    assert second == {"sample_id": "S2", "patient_id": "P1", "parent_sample_id": "S1"}
    (psa,) = [row for row in rows(record, "measurement") if row["measurement"] == "PSA"]
    assert (psa["unit"], psa["measured_days"]) == ("ng/mL", 10.0)


def test_treatments_of_every_kind_are_read_and_empty_ones_are_told(tmp_path: Path) -> None:
    record = read(tmp_path, PACKET)
    medicine, radiation, biopsy = rows(record, "treatment")
    assert medicine == {
        "patient_id": "P1",
        "treatment": "erlotinib",
        "treatment_as_given": "Erlotinib (NCIT:C65530)",
        "treatment_class": "targeted_therapy",
        "given": True,
        "start_days": 10.0,
        "end_days": 40.0,
        "intent": "Cure",
        "best_response": "Partial response",
    }
    assert radiation["treatment_class"] == "radiotherapy"
    assert biopsy["start_days"] == 5.0
    assert reasons(record)["treatment", "empty_entry"] == 1


def test_a_variant_takes_the_name_most_transcripts_give_and_mafs_alleles(tmp_path: Path) -> None:
    record = read(tmp_path, PACKET)
    assert rows(record, "variant") == [
        {
            "sample_id": "S1",
            "patient_id": "P1",
            "gene": "KMT2D",
            "gene_as_given": "MLL2",
            "hgnc_id": "HGNC:7133",
            "assembly": "GRCh38",
            "chromosome": "12",
            "start": 101,
            "end": 102,
            "reference_allele": "AT",
            "alternate_allele": "-",
            "consequence": "Missense_Mutation",
            "protein_change": "p.G12D",
            "cdna_change": "c.1_3del",
            "transcript": "ENST1",
        }
    ]
    told = reasons(record)
    assert told["variant", "other_transcripts_not_kept"] == told["variant", "consequence_from_hgvs"] == 1
    assert rows(record, "study_file") == [{"kind": "resource", "name": "file:///a.vcf", "patient_id": "P1"}]


def test_every_value_without_a_place_is_told_by_its_path(tmp_path: Path) -> None:
    record = read(tmp_path, PACKET | {"colour": {"of": ["red", {"Mrs Smith": 1}]}})
    told = {entry["file"] for entry in record.report.as_json()["reasons"] if entry["reason"] == "field_without_place"}
    prefix = f"{tmp_path.name}, field "
    assert told == {
        prefix + path
        for path in (
            "colour.of[]",
            "colour.of[].?",
            "files[].fileAttributes.genomeAssembly",
            "interpretations[].id",
            "interpretations[].progressStatus",
            "interpretations[].diagnosis.disease.id",
            "interpretations[].diagnosis.disease.label",
            "interpretations[].diagnosis.genomicInterpretations[].gene.valueId",
            "interpretations[].diagnosis.genomicInterpretations[].variantInterpretation.variationDescriptor"
            ".geneContext.valueId",
            "metaData.createdBy",
            "metaData.phenopacketSchemaVersion",
        )
    }


@pytest.mark.parametrize(
    ("vital", "events", "reason"),
    [
        ({"status": "ALIVE", "survivalTimeInDays": 9}, [(False, 9.0)], None),
        ({"status": "ALIVE"}, [], None),
        ({"status": "DECEASED", "timeOfDeath": {"age": {"iso8601duration": "P60Y7D"}}}, [(True, 7.0)], None),
        ({"status": "DECEASED", "timeOfDeath": {"age": {"iso8601duration": "P59Y"}}}, [], "negative_survival"),
        ({"status": "DECEASED", "survivalTimeInDays": -3}, [], "negative_survival"),
        ({"status": "DECEASED", "survivalTimeInDays": 0}, [], "survival_time_zero"),
        ({"survivalTimeInDays": 9}, [], "endpoint_incomplete"),
        ({"status": "ALIVE", "survivalTimeInDays": "soon"}, [], None),
    ],
)
def test_survival_comes_only_from_what_says_it(
    tmp_path: Path, vital: dict[str, Any], events: list[tuple[bool, float]], reason: str | None
) -> None:
    packet = {
        "subject": {"id": "P1", "vitalStatus": vital, "timeAtLastEncounter": {"age": {"iso8601duration": "P70Y"}}},
        "diseases": [{"term": TERM, "onset": {"age": {"iso8601duration": "P60Y"}}}],
    }
    record = read(tmp_path, packet)
    assert [(row["occurred"], row["start_days"]) for row in rows(record, "event")] == events
    assert reason is None or reasons(record)["event", reason] == 1
    accounted(record)


def test_times_in_ranges_or_words_or_without_diagnosis_are_left_empty_and_told(tmp_path: Path) -> None:
    packet = {
        "subject": {"id": "P1", "timeAtLastEncounter": {"age": {"iso8601duration": "P70Y"}}},
        "diseases": [{"term": TERM, "onset": {"ageRange": {"start": {"iso8601duration": "P60Y"}}}}],
        "biosamples": [{"id": "S1", "timeOfCollection": {"ontologyClass": {"id": "HP:1", "label": "Adult onset"}}}],
    }
    record = read(tmp_path, packet)
    told = reasons(record)
    assert told["patient", "moment_without_diagnosis"] == 1
    assert told["diagnosis", "moment_not_a_day"] == told["sample", "moment_not_a_day"] == 1
    assert rows(record, "diagnosis")[0]["diagnosed_days"] == 0.0
    assert "age_at_diagnosis_years" not in rows(record, "diagnosis")[0]


def test_people_samples_and_variants_said_twice_are_kept_once(tmp_path: Path) -> None:
    variant = {
        "interpretations": [
            {
                "diagnosis": {
                    "genomicInterpretations": [
                        {
                            "subjectOrBiosampleId": "S1",
                            "variantInterpretation": {
                                "variationDescriptor": {
                                    "geneContext": {"symbol": "KRAS"},
                                    "id": "v",
                                    "expressions": [{"syntax": "hgvs.p", "value": "p.G12C"}],
                                }
                            },
                        }
                    ]
                    * 2
                }
            }
        ]
    }
    record = read(
        tmp_path,
        {
            "subject": {"id": "P1"},
            "biosamples": [{"id": "S1"}, {"id": "S1"}, {"id": "S3", "individualId": "P2"}],
            **variant,
        },
        {"subject": {"id": "P1"}},
        {"subject": {"id": "P2"}, "biosamples": [{"id": "S1"}], **variant},
        {"subject": {"sex": "MALE"}},
    )
    assert [row["patient_id"] for row in rows(record, "patient")] == ["P1", "P2"]
    assert [row["sample_id"] for row in rows(record, "sample")] == ["S1"]
    assert len(rows(record, "variant")) == 1
    told = reasons(record)
    assert told["patient", "duplicate_patient"] == 1
    assert told["patient", "missing_identifier"] == 1
    assert told["sample", "duplicate_sample"] == 2
    assert told["sample", "sample_of_another_patient"] == 1
    assert told["variant", "duplicate_variant"] == 1
    assert told["variant", "sample_of_another_patient"] == 2
    accounted(record)


def test_folder_zip_tar_yaml_and_a_single_file_give_the_same_person(tmp_path: Path) -> None:
    text = json.dumps(PACKET)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "p.yaml").write_text(yaml.safe_dump(json.loads(text)))
    (tmp_path / "one.json").write_text(text)
    (tmp_path / "list.json").write_text(f"[{text}]")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("deep/er/p.json", text)
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as packed:
        member = tarfile.TarInfo("p.json")
        member.size = len(text)
        packed.addfile(member, io.BytesIO(text.encode()))
    found = [records.read(tmp_path / name) for name in ("folder", "one.json", "list.json", "a.zip", "a.tgz")]
    assert len({str(record.tables) for record in found}) == 1
    assert {record.about.source_format for record in found} == {"phenopackets"}


def test_snake_case_is_read_like_camel_case(tmp_path: Path) -> None:
    packet = {"subject": {"id": "P1", "vital_status": {"status": "ALIVE", "survival_time_in_days": 5}}}
    assert rows(read(tmp_path, packet), "event")[0]["start_days"] == 5.0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"proband": {"subject": {"id": "P1"}}, "relatives": []}, "a family of phenopackets"),
        ({"id": "c", "members": [{"subject": {"id": "P1"}}]}, "a cohort of phenopackets"),
        ({"subject": {"id": "P1"}, "metaData": {"phenopacketSchemaVersion": "1.0.0"}}, "version 1"),
        ({"subject": {"id": "P1"}, "variants": []}, "version 1"),
    ],
)
def test_families_cohorts_and_the_first_version_are_refused_with_what_to_do(
    tmp_path: Path, content: Any, says: str
) -> None:
    with pytest.raises(BadInput, match=says) as error:
        read(tmp_path, content)
    assert "P1" not in error.value.message
    assert error.value.next_act


def test_unreadable_packets_are_left_out_and_told_while_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "9.json").write_text('{"subject": {"id": "P9"}, "n": NaN}')
    (tmp_path / "8.json").write_text("[" * 100_000)
    (tmp_path / "7.yaml").write_text("a: &a [1]\nb: *a\n")
    (tmp_path / "6.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "._1.json").write_bytes(b"Mac OS X")
    record = read(tmp_path, PACKET, {"resourceType": "Patient", "subject": {}})
    told = reasons(record)
    assert told["patient", "unreadable_packet"] == 4
    assert told["patient", "not_a_phenopacket"] == 1
    assert told["study_file", "junk_file"] == 1
    assert record.tables["patient"].num_rows == 1
    accounted(record)


def test_a_folder_without_any_packet_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(BadInput, match="no reader recognises"):
        records.read(tmp_path)
    with pytest.raises(BadInput, match="holds no phenopacket"):
        phenopackets.read(tmp_path)


KEYS = st.sampled_from(
    ["id", "label", "term", "onset", "age", "iso8601duration", "timestamp", "sex", "vitalStatus", "status", "value",
     "survivalTimeInDays", "timeOfDeath", "diseaseStage", "excluded", "individualId", "derivedFromId", "assay",
     "timeOfCollection", "treatment", "agent", "doseIntervals", "interval", "start", "end", "quantity", "unit",
     "variantInterpretation", "variationDescriptor", "vcfRecord", "pos", "ref", "alt", "chrom", "geneContext",
     "symbol", "expressions", "syntax", "diagnosis", "genomicInterpretations", "subjectOrBiosampleId", "uri", "x y"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["P1", "S1", "P60Y", "P1D", "ALIVE", "DECEASED", "FEMALE", "hgvs.p", "x:p.G12D", "2020-01-01", "KRAS", "-1", "0"]
)
LEAVES = (
    WORDS | st.text() | st.none() | st.booleans() | st.integers() | st.floats() | st.just("\ud800") | st.just(10**400)
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)
PARTS = st.sampled_from(
    ["subject", "diseases", "biosamples", "measurements", "medicalActions", "interpretations", "files",
     "phenotypicFeatures", "metaData"]
)  # fmt: skip


@given(
    st.lists(st.dictionaries(PARTS, ANYTHING | st.lists(st.dictionaries(KEYS, ANYTHING))), max_size=3), st.booleans()
)
@settings(max_examples=150, deadline=None)
def test_any_json_is_a_record_or_bad_input(
    tmp_path_factory: pytest.TempPathFactory, packets: list[dict[str, Any]], with_people: bool
) -> None:
    folder = tmp_path_factory.mktemp("packets")
    for number, packet in enumerate(packets):
        if with_people:
            given_subject = packet.get("subject")
            packet["subject"] = (given_subject if isinstance(given_subject, dict) else {}) | {"id": f"P{number}"}
        (folder / f"{number}.json").write_text(json.dumps(packet), encoding="utf-8", errors="surrogatepass")
    try:
        record = phenopackets.read(folder)
    except BadInput as error:
        assert error.next_act  # noqa: PT017
    else:
        accounted(record)


@pytest.fixture(scope="module")
def pancreas() -> Record:
    return records.read(shared("cohorts/phenopackets_pancreas.tar.gz"))


def test_pancreas_1213_packets_are_read_and_each_junk_file_is_named(pancreas: Record) -> None:
    assert pancreas.report.tally("patient").read == pancreas.tables["patient"].num_rows == 1_213
    junk = [entry for entry in pancreas.report.as_json()["reasons"] if entry["reason"] == "junk_file"]
    assert len(junk) == 1_214
    assert all(entry["file"].split("/")[-1].startswith("._") for entry in junk)
    accounted(pancreas)


def test_pancreas_durations_are_read_as_days(pancreas: Record) -> None:
    diagnoses = pancreas.tables["diagnosis"]
    assert diagnoses.num_rows == 1_216
    ages = diagnoses.column("age_at_diagnosis_years")
    assert len(ages) - ages.null_count == 1_134
    first = diagnoses.filter(pc.equal(diagnoses.column("patient_id"), "CPTAC.C3N-01383")).to_pylist()
    assert [row["age_at_diagnosis_years"] for row in first] == [29417 / 365.25]
    events = pancreas.tables["event"]
    assert events.num_rows == 359
    assert pc.sum(pc.cast(events.column("occurred"), "int64")).as_py() == 252


def test_pancreas_samples_variants_and_tumours_are_all_there(pancreas: Record) -> None:
    samples, variants = pancreas.tables["sample"], pancreas.tables["variant"]
    assert samples.num_rows == 15_273 + 379
    assert len(samples) - samples.column("parent_sample_id").null_count == 12_986
    assert variants.num_rows == 17_794
    kras = variants.filter(pc.equal(variants.column("gene"), "KRAS"))
    assert (kras.num_rows, kras.column("protein_change").to_pylist().count("p.G12D")) == (279, 121)
    assert set(kras.column("consequence").to_pylist()) == {"Missense_Mutation"}
    codes = pancreas.tables["diagnosis"].column("oncotree_code").to_pylist()
    assert (codes.count("PAAD"), codes.count(None)) == (898, 20)
    assert reasons(pancreas)["treatment", "empty_entry"] == 761

"""Case files, phenopackets and mCODE bundles."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from chevet.bedside.case.case_file import case_of
from chevet.bedside.case.read import read_case
from chevet.errors import BadInput
from chevet.therapy.conditions import FEATURES
from tests.bedside.case.laboratory_files import CASE, flags, only, read, reasons, told
from tests.shared_data import shared

SCHEMA: dict[str, Any] = json.loads(
    (resources.files("chevet.bedside") / "schemas" / "case.schema.json").read_text("utf-8")
)
OWN_CASES = Path(__file__).parents[3] / "benchmarks" / "cases"

PACKET: dict[str, Any] = {
    "id": "packet-1",
    "subject": {"id": "P17", "sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P64Y"}}},
    "diseases": [
        {
            "term": {"id": "NCIT:C3512", "label": "Lung Adenocarcinoma"},
            "clinicalTnmFinding": [{"id": "NCIT:C48700", "label": "M1 Stage Finding"}],
        }
    ],
    "measurements": [{"assay": {"label": "PD-L1 TPS"}, "value": {"quantity": {"value": 60, "unit": {"label": "%"}}}}],
    "medicalActions": [{"treatment": {"agent": {"id": "X", "label": "osimertinib"}}}],
    "interpretations": [
        {
            "id": "i",
            "progressStatus": "SOLVED",
            "diagnosis": {
                "genomicInterpretations": [
                    {
                        "subjectOrBiosampleId": "P17",
                        "interpretationStatus": "CAUSATIVE",
                        "variantInterpretation": {
                            "variationDescriptor": {
                                "geneContext": {"symbol": "EGFR"},
                                "expressions": [
                                    {"syntax": "hgvs.c", "value": "NM_005228.5:c.2573T>G"},
                                    {"syntax": "hgvs.p", "value": "NP_005219.2:p.Leu858Arg"},
                                ],
                                "vcfRecord": {
                                    "genomeAssembly": "GRCh38",
                                    "chrom": "chr7",
                                    "pos": "55191822",
                                    "ref": "T",
                                    "alt": "G",
                                },
                            }
                        },
                    },
                    {
                        "subjectOrBiosampleId": "P17",
                        "interpretationStatus": "REJECTED",
                        "variantInterpretation": {
                            "variationDescriptor": {"geneContext": {"symbol": "KRAS"}, "label": "G12C"}
                        },
                    },
                ]
            },
        }
    ],
    "metaData": {"phenopacketSchemaVersion": "2.0"},
}


def concept(code: str, text: str = "", system: str = "http://loinc.org") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}]}


def entry(kind: str, **fields: Any) -> dict[str, Any]:
    return {"resource": {"resourceType": kind, **fields}}


BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "collection",
    "timestamp": "2026-01-02T00:00:00Z",
    "entry": [
        entry("Patient", id="P17", gender="female", birthDate="1962-01-02"),
        entry(
            "Condition",
            code={"text": "Lung adenocarcinoma"},
            stage=[{"summary": {"text": "Stage IVA"}}],
            meta={"profile": ["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-primary-cancer-condition"]},
        ),
        entry(
            "MedicationRequest",
            status="completed",
            medicationCodeableConcept={"text": "osimertinib"},
            statusReason={"text": "Disease progression"},
        ),
        entry("MedicationRequest", status="entered-in-error", medicationCodeableConcept={"text": "imatinib"}),
        entry("Observation", status="final", code=concept("89247-1", "ECOG"), valueInteger=1),
        entry(
            "Observation",
            status="final",
            code=concept("69548-6", "Genetic variant assessment"),
            valueCodeableConcept=concept("LA9633-4", "Present"),
            component=[
                {"code": concept("48018-6"), "valueCodeableConcept": concept("HGNC:3236", "EGFR")},
                {"code": concept("48005-3"), "valueCodeableConcept": concept("p.Leu858Arg", "p.Leu858Arg")},
                {"code": concept("81258-6"), "valueQuantity": {"value": 0.34}},
                {"code": concept("48002-0"), "valueCodeableConcept": concept("LA6684-0", "Somatic")},
            ],
        ),
        entry(
            "Observation",
            status="final",
            code={"text": "HER2 by immunohistochemistry"},
            valueCodeableConcept={"text": "2+"},
        ),
        entry("Observation", status="final", code={"text": "Blood pressure"}, valueQuantity={"value": 120}),
    ],
}


def test_the_published_schema_is_a_schema_and_its_example_follows_it_and_is_read_whole() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for example in SCHEMA["examples"]:
        jsonschema.validate(example, SCHEMA)
        assert case_of(example).not_read == ()


def test_the_schema_knows_every_feature_that_rules_ask_for() -> None:
    clinical = SCHEMA["properties"]["clinical"]["properties"]
    assert (set(FEATURES) - set(clinical), set(FEATURES) ^ set(clinical["features"]["properties"])) == (set(), set())


def test_every_case_of_the_repository_follows_the_schema_and_is_understood() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for path in sorted(OWN_CASES.glob("*.json")):
        document = json.loads(path.read_text("utf-8"))["case"]
        validator.validate(document)
        left = {one.reason for one in case_of(document, name=path.name).not_read}
        assert left <= {"unknown_panel", "treatment_not_known"}, (path.name, left)


def test_json_and_yaml_of_one_case_are_the_same_case(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    one = read(tmp_path / "1", case__json=CASE | {"alterations": ["EGFR L858R"]})
    text = (
        "case_id: P17\ndiagnosis: {oncotree: LUAD, text: Lung adenocarcinoma}\n"
        "clinical: {extent: metastatic, line: 1}\nalterations: [EGFR L858R]\njurisdiction: EU\n"
    )
    other = read(tmp_path / "2", case__yaml=text)

    assert (one.case.diagnosis, one.case.clinical, told(one)) == (
        other.case.diagnosis,
        other.case.clinical,
        told(other),
    )


def test_what_a_case_says_goes_before_its_note_and_the_note_fills_the_rest() -> None:
    found = case_of(
        {"diagnosis": "NSCLC", "clinical": {"line": 3, "text": "Second line, ECOG 2, no brain metastases."}}
    )

    assert (found.case.clinical.line, found.case.clinical.ecog, dict(found.case.clinical.features)) == (
        3,
        2,
        {"brain_metastases": False},
    )
    assert [one.as_json("fr") for one in found.flags] == [
        {
            "key": "from_note",
            "text": "Lu dans le texte du cas (note ou diagnostic) : pas de métastases cérébrales, ECOG 2",
        }
    ]


def test_fields_that_a_case_does_not_have_are_told() -> None:
    found = case_of(
        {"diagnosis": "melanoma", "colour": "blue", "clinical": {"shoe": 44, "extent": "sideways", "line": "many"}}
    )

    assert sorted((one.reason, one.detail) for one in found.not_read) == [
        ("fact_not_understood", "line"),
        ("unknown_extent", "sideways"),
        ("unknown_field", "clinical.shoe"),
        ("unknown_field", "colour"),
    ]


def test_a_finding_that_only_the_words_name_is_told_and_not_used() -> None:
    found = case_of({"diagnosis": "NSCLC", "clinical": {"text": "Biopsy: EGFR L858R. PD-L1 TPS 60 %."}})

    assert [(one.type, one.name) for one in found.case.alterations] == [("expression", "pd_l1_tps")]
    assert [one.key for one in found.flags] == ["markers_from_note", "findings_in_note"]


def test_an_empty_list_of_earlier_treatments_says_that_there_were_none() -> None:
    documents: list[dict[str, Any]] = [{"clinical": {}}, {"clinical": {"prior_therapies": []}}]
    said = [case_of(document).case.clinical.prior_said for document in documents]
    assert said == [False, True]


def test_earlier_treatments_are_brought_to_medicines_and_groups() -> None:
    found = case_of({"clinical": {"prior_therapies": ["FOLFOX", "Tagrisso", "inhibiteur de PARP", "prayer"]}})

    assert found.case.clinical.prior_therapies == (
        "fluorouracil",
        "folinic acid",
        "oxaliplatin",
        "osimertinib",
        "parp_inhibitor",
        "targeted therapy",
        "prayer",
    )
    assert [one.reason for one in found.not_read] == ["treatment_not_known"]


def test_tested_genes_by_list_panel_and_exome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "panels").mkdir(parents=True)
    (home / "panels" / "own.tsv").write_text("panel\tgene\tentrez\nOwn50\tEGFR\t1956\nOwn50\tHER2\t2064\n")
    monkeypatch.setenv("CHEVET_HOME", str(home))
    tested = [
        case_of({"tested_genes": given}) for given in (["EGFR", "HER2", "NOTAGENE"], "own50", "WES", "Unheard of 9")
    ]

    assert [one.case.tested.genes for one in tested] == [
        frozenset({"EGFR", "ERBB2"}),
        frozenset({"EGFR", "ERBB2"}),
        None,
        None,
    ]
    assert [one.case.tested.everything for one in tested] == [False, False, True, False]
    assert [[left.reason for left in one.not_read] for one in tested] == [["unknown_gene"], [], [], ["unknown_panel"]]


def test_a_phenopacket_is_a_case(tmp_path: Path) -> None:
    found = read(tmp_path, packet__json=PACKET)

    assert (found.case.case_id, found.case.diagnosis.oncotree, found.case.clinical.extent) == (
        "P17",
        "LUAD",
        "metastatic",
    )
    assert (found.case.clinical.sex, found.case.clinical.age_years, found.case.clinical.prior_therapies) == (
        "female",
        64.0,
        ("osimertinib",),
    )
    assert told(found) == [("variant", "EGFR", "p.L858R"), ("expression", "", None)]
    assert reasons(found) == ["rejected_by_source"]


def test_an_mcode_bundle_is_a_case(tmp_path: Path) -> None:
    found = read(tmp_path, bundle__json=BUNDLE)

    assert (found.case.diagnosis.oncotree, found.case.clinical.extent, found.case.clinical.ecog) == (
        "LUAD",
        "metastatic",
        1,
    )
    assert (found.case.clinical.age_years, found.case.clinical.progressed_on) == (64.0, ("osimertinib",))
    assert [
        (one.gene or one.name, one.protein_change or one.value, one.vaf, one.origin) for one in found.case.alterations
    ] == [
        ("EGFR", "p.L858R", 0.34, "somatic"),
        ("her2_ihc", "2+", None, "unknown"),
    ]
    assert sorted(reasons(found)) == ["medicine_not_given", "part_not_used"]


def test_a_bundle_of_two_patients_and_two_case_files_are_refused(tmp_path: Path) -> None:
    two = BUNDLE | {"entry": [*BUNDLE["entry"], entry("Patient", id="P18")]}
    with pytest.raises(BadInput):
        read(tmp_path, bundle__json=two)
    (tmp_path / "b").mkdir()
    with pytest.raises(BadInput):
        read(tmp_path / "b", one__json=CASE, two__json=CASE | {"case_id": "P18"})


def test_a_case_of_a_woman_with_a_y_chromosome_is_told(tmp_path: Path) -> None:
    document = CASE | {"clinical": {"sex": "female"}}
    found = read(tmp_path, case__json=document, e__tsv="Gene\tTPM\nRPS4Y1\t40\nDDX3Y\t22\nEGFR\t5\n")

    assert "sex_differs" in flags(found)


def test_real_phenopackets_are_cases(tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(shared("cohorts/phenopackets_pancreas.tar.gz")) as archive:
        names = [name for name in archive.getnames() if name.endswith(".json") and "/._" not in name][:20]
        for name in names:
            content = archive.extractfile(name)
            assert content is not None
            path = tmp_path / "packet.json"
            path.write_bytes(content.read())
            found = read_case([path])
            assert found.case.case_id


def test_real_mcode_bundles_are_read_or_refused_with_the_reason() -> None:
    folder = shared("standards/mcode_fixtures/extractors/fixtures")
    read_as, said = set(), []
    for path in sorted(folder.glob("*bundle.json")):
        try:
            read_as |= {one.kind for one in read_case([path]).sources}
        except BadInput as error:
            said.append(bool(error.next_act))
    assert (read_as, all(said)) == ({"mcode"}, True)


def test_a_diagnosis_said_beside_the_files_takes_the_place_of_theirs(tmp_path: Path) -> None:
    (tmp_path / "findings.txt").write_text("EGFR L858R\nTP53 R273H\n")
    assert read_case([tmp_path]).case.diagnosis.oncotree == ""
    assert read_case([tmp_path], diagnosis="adénocarcinome du poumon").case.diagnosis.oncotree == "LUAD"
    (tmp_path / "case.json").write_text('{"diagnosis": {"oncotree": "COAD"}}')
    assert read_case([tmp_path], diagnosis="LUAD").case.diagnosis.oncotree == "LUAD"


def test_where_nothing_is_a_case_the_reasons_are_told_in_words_and_counted(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "case.json").write_text("{}")
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "case.json").symlink_to(tmp_path / "elsewhere" / "case.json")
    (tmp_path / "given" / "scan.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(BadInput, match=r"a link, left alone \(1\); no kind of file that is read here \(1\)"):
        read_case([tmp_path / "given"])


def test_one_finding_as_the_only_entry(tmp_path: Path) -> None:
    assert only(read(tmp_path, list__json=json.dumps([{"gene": "EGFR", "protein_change": "L858R"}]))).gene == "EGFR"


def test_the_example_of_the_manual_follows_the_schema_and_is_read_whole() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "write-a-case.md").read_text("utf-8")
    example = json.loads(page.split("```json")[1].split("```")[0])

    jsonschema.validate(example, SCHEMA)
    found = case_of(example)
    assert (found.not_read, [one.gene or one.name for one in found.case.alterations]) == (
        (),
        ["EGFR", "pd_l1_tps", "MET"],
    )


def test_a_finding_that_a_case_says_in_three_ways_counts_once() -> None:
    made = case_of(CASE | {"alterations": ["EGFR L858R", "EGFR p.Leu858Arg", "EGFR c.2573T>G", "MET amplification"]})
    assert [(one.gene, one.protein_change) for one in made.case.alterations] == [("EGFR", "p.L858R"), ("MET", None)]
    assert [(one.key, one.detail) for one in made.flags if one.key == "said_by_two_files"] == [
        ("said_by_two_files", "2")
    ]


def test_what_a_case_and_a_file_say_again_is_counted_in_one_line(tmp_path: Path) -> None:
    case = CASE | {"alterations": ["EGFR L858R", "EGFR p.Leu858Arg"]}
    made = read(tmp_path, case__json=case, findings__txt="EGFR c.2573T>G\n")
    assert len(made.case.alterations) == 1
    assert [one.detail for one in made.flags if one.key == "said_by_two_files"] == ["2"]

"""One patient against criteria: each yes, no and unknown with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.therapy.case import Case, Clinical, Diagnosis, Tested
from chevet.therapy.trials.matching import TrialMatch, match_trials

GENES = frozenset(("ALK", "BRAF", "EGFR", "EML4", "ERBB2", "KRAS", "TP53"))
PANEL = Tested(genes=GENES, fusions=True, copy_number=True)
PATIENT = Case(
    "made-up", Diagnosis("LUAD"), Clinical(age_years=60, sex="female", extent="metastatic", ecog=1), tested=PANEL
)
FINDINGS = (
    Finding(Alteration("variant", gene="EGFR", protein_change="p.L858R"), "oncogenic", direction="gain"),
    Finding(Alteration("variant", gene="BRAF", protein_change="p.V600E"), "oncogenic", direction="gain"),
    Finding(Alteration("fusion", gene="ALK", fusion=("EML4", "ALK")), "oncogenic"),
    Finding(Alteration("amplification", gene="ERBB2"), "oncogenic"),
    Finding(Alteration("variant", gene="TP53", protein_change="p.P72R"), "benign", polymorphism=True),
    Finding(Alteration("signature", name="tmb", value=12.0)),
    Finding(Alteration("signature", name="msi", value="high")),
    Finding(Alteration("signature", name="SBS4", value=0.3)),
)


def match(
    folder: Path, criterion: Any, *, case: Case = PATIENT, findings: tuple[Finding, ...] = FINDINGS
) -> TrialMatch:
    steps = [{"step_code": "1", "arm": [{"arm_code": "A", "match": [criterion]}]}]
    document = {"protocol_no": "T-1", "status": "open", "treatment_list": {"step": steps}}
    (folder / "trial.json").write_text(json.dumps(document), "utf-8")
    (found,) = match_trials(case, findings, folder)
    return found


def mutation(gene: str, **more: Any) -> dict[str, Any]:
    return {"hugo_symbol": gene, "variant_category": "Mutation", **more}


def fusion(gene: str, partner: str = "") -> dict[str, Any]:
    more = {"fusion_partner_hugo_symbol": partner} if partner else {}
    return {"hugo_symbol": gene, "variant_category": "Structural Variation", **more}


def copies(gene: str, call: str) -> dict[str, Any]:
    return {"hugo_symbol": gene, "variant_category": "Copy Number Variation", "cnv_call": call}


def none_of(gene: str) -> dict[str, Any]:
    return {"hugo_symbol": gene, "variant_category": "!Mutation"}


def signature(**asked: str) -> dict[str, Any]:
    return {"hugo_symbol": "None", **asked}


@pytest.mark.parametrize(
    ("fields", "holds", "why"),
    [
        (mutation("EGFR", protein_change="p.L858R"), True, "found: EGFR p.L858R"),
        (mutation("EGFR", protein_change="p.T790M"), False, "tested and not found: EGFR"),
        (mutation("BRAF", wildcard_protein_change="p.V600"), True, "found: BRAF p.V600E"),
        (mutation("BRAF", wildcard_protein_change="p.V60"), False, "tested and not found: BRAF"),
        (none_of("BRAF"), False, "found, and excluded by the trial: BRAF p.V600E"),
        (none_of("KRAS"), True, "tested and not found, as the trial asks: KRAS"),
        (mutation("NRAS"), None, "not tested: NRAS"),
        (none_of("NRAS"), None, "not tested: NRAS"),
        (mutation("TP53"), False, "tested and not found: TP53"),
        (fusion("EML4", "ALK"), True, "found: EML4::ALK"),
        (fusion("ALK", "any_gene"), True, "found: EML4::ALK"),
        (fusion("KRAS"), False, "tested and not found: KRAS"),
        (copies("ERBB2", "High Amplification"), True, "found: ERBB2 amplification"),
        (copies("ERBB2", "Homozygous Deletion"), False, "tested and not found: ERBB2"),
        (mutation("EGFR", exon=21), None, "found, but not described exactly enough: EGFR"),
        (mutation("EGFR", variant_classification="Missense_Mutation"), True, "found: EGFR p.L858R"),
        (mutation("EGFR", molecular_function="Activating"), True, "found: EGFR p.L858R"),
        (mutation("EGFR", a_new_field="x"), None, "this criterion must be checked by a person"),
        ({"mmr_status": "MMR-Deficient"}, True, "mismatch repair"),
        ({"ms_status": "MSS"}, False, "mismatch repair"),
        (signature(tobacco_signature="Yes"), True, "mutational signature"),
        (signature(uva_signature="Yes"), None, "the signature was not looked for"),
    ],
)
def test_a_genomic_criterion(tmp_path: Path, fields: dict[str, Any], holds: bool | None, why: str) -> None:
    found = match(tmp_path, {"genomic": fields})
    assert (found.holds, [one.why.text("en") for one in found.reasons]) == (holds, [why])


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"age_numerical": ">=18"}, True),
        ({"age_numerical": "<18"}, False),
        ({"age_numerical": "adult"}, None),
        ({"oncotree_primary_diagnosis": "Lung"}, True),
        ({"oncotree_primary_diagnosis": "_SOLID_"}, True),
        ({"oncotree_primary_diagnosis": "_LIQUID_"}, False),
        ({"oncotree_primary_diagnosis": "!Lung Adenocarcinoma"}, False),
        ({"oncotree_primary_diagnosis": "Gibberish"}, None),
        ({"gender": "Female"}, True),
        ({"gender": "Male"}, False),
        ({"tmb_numerical": ">=10"}, True),
        ({"tmb_numerical": "==40"}, False),
        ({"er_status": "Positive"}, None),
        ({"disease_status": ["Metastatic", "Recurrent"]}, True),
        ({"disease_status": "Localized"}, False),
        ({"ecog_status": "<=1"}, True),
        ({"shoe_size": ">40"}, None),
        ({"age_numerical": ">=18", "gender": "Male"}, False),
    ],
)
def test_a_clinical_criterion(tmp_path: Path, fields: dict[str, Any], holds: bool | None) -> None:
    assert match(tmp_path, {"clinical": fields}).holds is holds


@pytest.mark.parametrize(
    ("drug", "prior", "line", "holds"),
    [
        ("Tagrisso", ("osimertinib",), 2, True),
        ("!osimertinib", ("osimertinib",), 2, False),
        ("osimertinib", (), 1, False),
        ("osimertinib", ("gefitinib",), 2, None),
    ],
)
def test_an_earlier_treatment(tmp_path: Path, drug: str, prior: tuple[str, ...], line: int, holds: bool | None) -> None:
    case = Case("made-up", Diagnosis("LUAD"), Clinical(line=line, prior_therapies=prior), tested=PANEL)
    assert match(tmp_path, {"prior_treatments": {"drug": drug}}, case=case).holds is holds


def test_her2_follows_an_amplified_erbb2(tmp_path: Path) -> None:
    assert match(tmp_path, {"clinical": {"her2_status": True}}).holds is True


def test_a_tumour_said_less_exactly_than_asked_leaves_it_open(tmp_path: Path) -> None:
    case = Case("made-up", Diagnosis("LUNG"), PATIENT.clinical, tested=PANEL)
    assert match(tmp_path, {"clinical": {"oncotree_primary_diagnosis": "Lung Adenocarcinoma"}}, case=case).holds is None


def test_a_patient_of_whom_nothing_is_said_fits_nothing_and_is_excluded_from_nothing(tmp_path: Path) -> None:
    criterion = {"and": [
        {"clinical": {"age_numerical": ">=18", "oncotree_primary_diagnosis": "Lung", "gender": "Male"}},
        {"or": [{"genomic": {"hugo_symbol": "KRAS", "variant_category": "!Mutation"}},
                {"genomic": {"hugo_symbol": "EGFR", "variant_category": "Mutation"}}]},
    ]}  # fmt: skip
    found = match(tmp_path, criterion, case=Case("made-up", Diagnosis("")), findings=())
    assert (found.holds, {one.holds for one in found.reasons}) == (None, {None})


def test_a_gene_no_longer_tested_moves_a_no_to_unknown(tmp_path: Path) -> None:
    criterion = {"genomic": {"hugo_symbol": "KRAS", "variant_category": "Mutation"}}
    less = Case("made-up", PATIENT.diagnosis, PATIENT.clinical, tested=Tested(genes=frozenset(("EGFR",))))
    assert [match(tmp_path, criterion).holds, match(tmp_path, criterion, case=less).holds] == [False, None]


def test_open_places_that_fit_stand_first_and_bad_files_last(tmp_path: Path) -> None:
    for name, status, age in (("a", "closed", ">=18"), ("b", "open", "<18"), ("c", "open", ">=18")):
        steps = [{"step_code": "1", "match": [{"clinical": {"age_numerical": age}}]}]
        document = {"protocol_no": name, "status": status, "treatment_list": {"step": steps}}
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / "0.json").write_text("{", "utf-8")
    found = match_trials(PATIENT, FINDINGS, tmp_path)
    assert [(one.trial, one.holds, one.is_for_the_board) for one in found] == [
        ("c", True, True), ("b", False, False), ("a", True, False), ("0.json", False, False),
    ]  # fmt: skip
    assert found[-1].as_json("fr")["problem"] == "le fichier n’est ni du JSON ni du YAML"


def test_the_match_is_told_in_both_languages(tmp_path: Path) -> None:
    found = match(tmp_path, {"genomic": {"hugo_symbol": "NRAS", "variant_category": "Mutation"}})
    assert [found.as_json(lang)["reasons"][0]["why"] for lang in ("en", "fr")] == [
        "not tested: NRAS",
        "non testé : NRAS",
    ]
    assert found.as_json("en")["match"] == "not_stated"


def leaf(kind: str, *keys: str) -> st.SearchStrategy[Any]:
    words = st.text(st.characters(exclude_characters="{}"), max_size=8)
    return st.fixed_dictionaries({kind: st.dictionaries(st.sampled_from(keys), words, max_size=3)})


nodes = st.recursive(
    leaf("clinical", "age_numerical", "gender", "x")
    | leaf("genomic", "hugo_symbol", "variant_category", "exon", "x")
    | st.none()
    | st.integers(),
    lambda inner: (
        st.fixed_dictionaries({"and": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"or": st.lists(inner, max_size=3)})
    ),
    max_leaves=10,
)


@given(nodes)
def test_any_tree_of_criteria_has_an_answer_in_both_languages(
    tmp_path_factory: pytest.TempPathFactory, node: Any
) -> None:
    found = match(tmp_path_factory.mktemp("trials"), node)
    assert found.holds in (True, False, None)
    assert {"{" in one["why"] for lang in ("en", "fr") for one in found.as_json(lang)["reasons"]} <= {False}

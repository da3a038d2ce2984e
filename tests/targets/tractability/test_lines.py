"""Genes as lines of evidence: what is known, what is not, and what nobody asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from chevet.targets.evidence import Line
from chevet.targets.sources.kept import keep
from chevet.targets.sources.kinds import Kind
from chevet.targets.sources.readers import READERS
from chevet.targets.sources.reading import Sent
from chevet.targets.tractability.assessment import assess
from chevet.targets.tractability.lines import lines
from chevet.targets.tractability.telling import told, whence
from chevet.words.labels import has_label
from tests.shared_data import shared
from tests.targets.tractability.made_home import DAY, kept, medicine, source

NOT_ASKED = [
    ("tractability", "medicines_not_asked"), ("tractability", "surface_not_asked"),
    ("tractability", "family_not_asked"), ("safety", "essential_not_asked"), ("safety", "liabilities_not_asked"),
    ("safety", "tissue_not_asked"),
]  # fmt: skip


def found(home: Path, gene: str, *parts: str) -> list[Line]:
    return [line for line in lines(assess(home, [gene])) if not parts or line.finding in parts or line.part in parts]


def of(home: Path, gene: str) -> dict[str, str]:
    """Finding to standing."""
    return {line.finding: line.standing for line in found(home, gene)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home")
    sotorasib = medicine("KRAS", "sotorasib", "inhibitor", 4, approved=True, approved_in=["lung cancer"])
    cenersen = medicine("TP53", "cenersen", "antisense inhibitor", 2)
    kept(made, "drugs", sotorasib, medicine("MPL", "romiplostim", "agonist", 4), cenersen)
    kept(made, "surface", {"gene": "EGFR", "protein": "P00533", "score": 0.97, "family": "Receptors"})
    kept(made, "families", {"gene": "EGFR", "family": "Tyrosine kinases"}, {"gene": "TP53", "family": "p53 family"})
    kept(made, "essential", {"gene": "PLK1"})
    kept(made, "nonessential", {"gene": "OR4F5"})
    rash = {"category": "adverse_effect", "event": "rash", "organ": "skin"}
    kept(made, "liabilities", {"gene": "KRAS", "direction": "inhibition", **rash},
         {"gene": "EGFR", "direction": "activation", **rash})  # fmt: skip
    kept(made, "expression", *({"gene": gene, "tissue": tissue, "level": level, "unit": "tpm"}
         for gene, tissue, level in (("EGFR", "Liver", 14.0), ("KRAS", "Liver", 14.0), ("ESR1", "Liver", 2.0),
                                     ("PLK1", "Testis", 40.0))))  # fmt: skip
    return made


def test_where_no_table_was_brought_in_every_line_is_not_asked_and_none_is_a_zero(tmp_path: Path) -> None:
    made = found(tmp_path, "EGFR")
    assert [(line.part, line.finding) for line in made] == NOT_ASKED
    assert {line.standing for line in made} == {"not_asked"}
    assert {(line.effect, line.source, line.patients) for line in made} == {(None, None, None)}


def test_an_approved_medicine_speaks_for_its_target_with_phase_cancers_and_source(home: Path) -> None:
    (line,) = found(home, "KRAS", "medicine_approved")
    assert (line.standing, line.effect, line.scale, line.source) == ("for", 4.0, "phase", source("drugs"))
    assert line.detail["approved_in"] == ["lung cancer"]
    assert [one["fit"] for one in line.detail["medicines"]] == ["fits"]


@pytest.mark.parametrize(("gene", "role"), [("MPL", "oncogene"), ("TP53", "suppressor")])
def test_a_medicine_that_would_help_the_tumour_speaks_against_and_says_why(home: Path, gene: str, role: str) -> None:
    (line,) = found(home, gene, "medicine_wrong_way")
    assert (line.standing, line.effect, line.detail["role"]) == ("against", None, role)
    assert f"{'raising an oncogene' if role == 'oncogene' else 'lowering a suppressor'}" in told(line, "en")


def test_a_gene_without_medicine_is_neutral_for_this_source_and_not_untouchable(home: Path) -> None:
    (line,) = found(home, "PLK1", "no_medicine")
    assert (line.standing, line.source) == ("neutral", source("drugs"))


def test_surface_and_family_speak_for_a_target_and_a_family_that_nobody_told_is_not_concluded(home: Path) -> None:
    assert of(home, "EGFR").items() >= {"at_the_surface": "for", "ligandable_family": "for"}.items()
    assert of(home, "TP53").items() >= {"not_at_the_surface": "neutral", "no_ligandable_family": "neutral"}.items()
    assert of(home, "PLK1")["family_unknown"] == "not_concluded"


def test_the_class_of_a_surface_protein_tells_a_family_and_its_absence_tells_nothing(tmp_path: Path) -> None:
    kept(tmp_path, "surface", {"gene": "ADRB1", "subfamily": "GPCR;Rhodopsin"}, {"gene": "CD19", "subfamily": "IG"})
    assert of(tmp_path, "ADRB1")["ligandable_family"] == "for"
    assert of(tmp_path, "CD19")["family_not_asked"] == "not_asked"


def test_domains_without_a_known_class_do_not_rule_a_family_out(tmp_path: Path) -> None:
    kept(tmp_path, "domains", {"gene": "TP53", "start": 95, "end": 288, "name": "P53"})
    assert of(tmp_path, "TP53")["family_unknown"] == "not_concluded"


def test_an_essential_gene_speaks_against_and_one_outside_both_lists_says_nothing(home: Path) -> None:
    assert of(home, "PLK1")["core_essential"] == "against"
    assert of(home, "OR4F5")["nonessential"] == "neutral"
    assert of(home, "KRAS")["not_core_essential"] == "neutral"


def test_liabilities_count_in_the_direction_of_the_medicine_alone(home: Path) -> None:
    (line,) = found(home, "KRAS", "liabilities_known")
    assert (line.standing, line.effect, line.scale) == ("against", 1.0, "organs")
    assert of(home, "EGFR")["liabilities_of_the_other_way"] == "neutral"
    assert of(home, "TP53")["no_liability_known"] == "neutral"


def test_a_vital_organ_is_at_risk_where_the_protein_is_at_the_surface(home: Path) -> None:
    assert of(home, "EGFR")["vital_tissue_at_risk"] == "against"
    assert of(home, "KRAS")["in_vital_tissue"] == "neutral"
    assert of(home, "ESR1")["not_in_vital_tissue"] == "neutral"


def test_a_gene_whose_vital_organs_were_not_measured_is_not_concluded_and_not_low(home: Path) -> None:
    assert of(home, "PLK1")["tissue_unknown"] == "not_concluded"
    assert of(home, "TP53")["tissue_unknown"] == "not_concluded"


def test_nothing_of_safety_ever_speaks_for_a_gene(home: Path) -> None:
    genes = ["EGFR", "KRAS", "ESR1", "TP53", "PLK1", "OR4F5", "CD19"]
    standings = {line.standing for line in lines(assess(home, genes)) if line.part == "safety"}
    assert standings == {"against", "neutral", "not_concluded"}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_line_has_words_in_both_languages_and_names_its_source(home: Path, lang: str) -> None:
    genes = ["EGFR", "KRAS", "ESR1", "TP53", "PLK1", "OR4F5"]
    made = [*lines(assess(home, genes)), *lines(assess(home / "empty", genes))]
    for line in made:
        assert told(line, lang)  # type: ignore[arg-type]
        assert has_label(f"targets.{line.part}.finding.{line.finding}")
        assert (line.source is None) == (line.standing == "not_asked")
        assert not line.scale or has_label(f"targets.scale.{line.scale}")


def test_of_many_medicines_six_are_named_and_the_others_counted_apart_from_the_wrong_ones(tmp_path: Path) -> None:
    rows = [medicine("KRAS", f"inhibitor {number}", "inhibitor", 2) for number in range(40)]
    kept(tmp_path, "drugs", *rows, medicine("KRAS", "agonist 1", "agonist", 4))
    (line,) = found(tmp_path, "KRAS", "medicine_phase_2")
    assert line.detail["count"] == 41
    said = told(line, "en")
    assert said.count("(inhibitor, phase 2)") == 6
    assert "34 more" in said
    assert "wrong way, raising an oncogene: agonist 1" in said


def test_words_of_french_are_french(home: Path) -> None:
    (line,) = found(home, "KRAS", "medicine_approved")
    assert told(line, "fr") == (
        "un médicament autorisé agit dessus\u00a0: sotorasib (inhibiteur, autorisé)\u00a0; "
        "pour des cancers nommés ainsi\u00a0: lung cancer"
    )
    assert whence(line.source, "2026-11-28", "fr") == "made drugs, publication du 2 janvier 2026"


def test_a_source_that_does_not_say_its_release_is_said_so_with_the_day_it_was_kept(home: Path) -> None:
    unsaid = type(source("drugs"))("CEGv2", "", "00")
    assert whence(unsaid, "2026-11-28", "en") == "CEGv2, release not said, kept on 28 November 2026"
    assert whence(None, None, "en") == ""


@pytest.fixture(scope="module")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("real")
    files: dict[Kind, str] = {
        "drugs": "drug_target_2022-05.parquet", "surface": "surfaceome.parquet", "liabilities": "opentargets_safety",
        "essential": "essential_genes_CEGv2.txt", "nonessential": "nonessential_genes_NEGv1.txt",
    }  # fmt: skip
    for kind, name in files.items():
        keep(made, kind, READERS[kind](Sent(shared(f"knowledge/{name}"))).table, source(kind), DAY)
    return made


@pytest.mark.parametrize(
    ("gene", "medicine_finding", "surface"),
    [
        ("EGFR", "medicine_approved", "at_the_surface"),
        ("ERBB2", "medicine_approved", "at_the_surface"),
        ("BRAF", "medicine_approved", "not_at_the_surface"),
        ("KRAS", "medicine_approved", "not_at_the_surface"),
        ("IDH1", "medicine_approved", "not_at_the_surface"),
        ("PTEN", "no_medicine", "not_at_the_surface"),
        ("TTN", "no_medicine", "not_at_the_surface"),
    ],
)
def test_targets_that_every_oncologist_knows_come_out_as_they_are(
    real_home: Path, gene: str, medicine_finding: str, surface: str
) -> None:
    assert {medicine_finding, surface} <= set(of(real_home, gene))


def test_hormones_go_against_the_role_of_breast_cancers_receptor_and_are_yet_approved_there(real_home: Path) -> None:
    (line,) = found(real_home, "ESR1", "medicine_approved")
    fits = {one["name"]: one["fit"] for one in line.detail["medicines"]}
    assert (fits["Estradiol"], fits["Fulvestrant"], fits["Tamoxifen"]) == ("unexpected", "fits", "not_told")


def test_tretinoin_is_not_said_to_help_leukaemia_with_a_fused_receptor(real_home: Path) -> None:
    assert of(real_home, "RARA")["medicine_approved"] == "for"


@pytest.mark.parametrize("gene", ["NPM1", "EML4", "BCR", "KIF5B", "CCDC6"])
def test_a_partner_of_a_kinase_is_no_target_of_the_medicine_on_the_kinase(real_home: Path, gene: str) -> None:
    assert of(real_home, gene)["medicine_on_another"] == "neutral"


@pytest.mark.parametrize(("gene", "hit"), [("TP53", "MDM2"), ("PIK3R1", "PIK3CA"), ("MAP3K1", "MAP2K1")])
def test_a_suppressor_that_is_named_beside_the_oncogene_that_is_hit_is_not_said_to_be_lowered(
    real_home: Path, gene: str, hit: str
) -> None:
    line = next(line for line in found(real_home, gene, "tractability") if "medicines" in line.detail)
    assert line.standing != "against"
    assert hit in {one["through"] for one in line.detail["medicines"]}


def test_an_inhibitor_of_a_suppressor_alone_is_the_wrong_way(real_home: Path) -> None:
    assert of(real_home, "ATR")["medicine_wrong_way"] == "against"


def test_a_kinase_that_is_a_partner_of_another_is_a_target_itself(real_home: Path) -> None:
    assert of(real_home, "DDR2")["medicine_approved"] == "for"


def test_receptor_agonists_that_are_approved_for_no_cancer_are_the_wrong_way(real_home: Path) -> None:
    assert of(real_home, "MPL")["medicine_wrong_way"] == "against"

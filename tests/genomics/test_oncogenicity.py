"""What a small variant means by the points of Horak 2022."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.errors import BadInput
from chevet.genomics import facts, hotspots, oncogenicity, roles
from chevet.genomics.alteration import Alteration
from chevet.genomics.finding import Finding
from chevet.genomics.judging import judge
from chevet.words import oncotree
from tests.shared_data import shared


def variant(gene: str, protein: str, **more: object) -> Finding:
    return judge([Alteration("variant", gene=gene, protein_change=protein, **more)])[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gene", "protein", "direction"),
    [
        ("BRAF", "p.V600E", "gain"), ("EGFR", "p.L858R", "gain"), ("EGFR", "p.T790M", "gain"),
        ("EGFR", "p.E746_A750del", "gain"), ("EGFR", "p.D770_N771insSVD", "gain"), ("KRAS", "p.G12C", "gain"),
        ("KIT", "p.W557_K558del", "gain"), ("IDH1", "p.R132H", "gain"), ("PIK3CA", "p.H1047R", "gain"),
        ("ESR1", "p.Y537S", "gain"), ("RET", "p.G810R", "gain"), ("ABL1", "p.T315I", "gain"),
        ("TP53", "p.R175H", "loss"), ("PTEN", "p.R130Q", "loss"), ("BRCA1", "p.C61G", "loss"),
    ],
)  # fmt: skip
def test_what_medicines_ask_for_is_oncogenic(gene: str, protein: str, direction: str) -> None:
    found = variant(gene, protein)
    assert (found.verdict, found.direction) == ("oncogenic", direction)


@pytest.mark.parametrize(
    ("gene", "protein"),
    [("APC", "p.R1450*"), ("BRCA2", "p.S1982Rfs*22"), ("TP53", "p.R213*"), ("MLH1", "p.R659*"), ("NF1", "p.R1362*")],
)
def test_a_stop_in_a_clear_suppressor_is_likely_oncogenic_and_a_loss(gene: str, protein: str) -> None:
    found = variant(gene, protein)
    assert (found.verdict, found.direction) == ("likely_oncogenic", "loss")
    assert [one.code for one in found.criteria] == ["OVS1"]


@pytest.mark.parametrize(("gene", "residue"), [("BRAF", "p.V600"), ("EGFR", "p.G719"), ("IDH1", "p.R132")])
def test_a_residue_of_which_every_known_change_activates_is_likely_oncogenic_without_the_change(
    gene: str, residue: str
) -> None:
    found = judge([Alteration("variant", gene=gene, classes=frozenset({residue}))])[0]
    assert (found.verdict, found.direction) == ("likely_oncogenic", "gain")


def test_a_gene_said_to_be_mutated_is_not_judged() -> None:
    assert judge([Alteration("variant", gene="BRAF")])[0].verdict == "uncertain"


def test_a_stop_in_an_oncogene_is_not_oncogenic() -> None:
    assert [variant(gene, f"p.{change}").drives for gene, change in (("KRAS", "Q22*"), ("EGFR", "R222*"))] == [
        False
    ] * 2


def test_stops_that_activate_are_a_gain() -> None:
    found = [variant("CALR", "p.L367Tfs*46"), variant("NPM1", "p.W288Cfs*12"), variant("PPM1D", "p.R458*")]
    found += [variant("NOTCH1", "p.Q2460*"), variant("CSF3R", "p.Q741*")]
    assert [(one.drives, one.direction) for one in found] == [(True, "gain")] * 5


def test_a_stop_near_the_end_counts_less() -> None:
    late = variant("RB1", "p.R920*")
    assert ([one.code for one in late.criteria], late.verdict) == (["OM2"], "uncertain")


def test_another_change_of_a_known_residue_is_judged_by_the_residue() -> None:
    found = variant("KRAS", "p.G12F")
    assert found.drives
    assert "OS2" in {one.code for one in found.criteria}


@pytest.mark.parametrize(
    ("gene", "protein"),
    [("BRCA2", "p.N372H"), ("TP53", "p.P72R"), ("KDR", "p.Q472H"), ("KIT", "p.M541L"), ("BRCA2", "p.K3326*")],
)
def test_a_common_polymorphism_is_benign_and_never_drives(gene: str, protein: str) -> None:
    found = variant(gene, protein)
    assert (found.polymorphism, found.verdict, found.drives, found.is_benign) == (True, "benign", False, True)


def test_what_is_not_known_gives_no_point() -> None:
    assert (variant("TTN", "p.A100V").points, variant("TTN", "p.R100*").points) == (0, 0)


def test_a_share_of_the_population_counts_only_when_it_is_said() -> None:
    said = [variant("BRCA1", "p.S4F", population_frequency=share) for share in (None, 0.2, 0.02, 0.0)]
    assert [{one.code for one in found.criteria} & {"SBVS1", "SBS1", "OP4"} for found in said] == [
        set(), {"SBVS1"}, {"SBS1"}, {"OP4"},
    ]  # fmt: skip


def test_a_synonymous_change_is_likely_benign() -> None:
    assert [variant("PTEN", change).verdict for change in ("p.A3=", "p.A3A")] == ["likely_benign"] * 2


def test_points_are_the_sum_of_the_criteria_and_each_has_a_source() -> None:
    for gene, protein in (("BRAF", "p.V600E"), ("TP53", "p.R273H"), ("PTEN", "p.R130G"), ("KIT", "p.D816V")):
        found = variant(gene, protein)
        assert found.points == sum(one.points for one in found.criteria)
        assert all(one.source and one.why for one in found.criteria)


@pytest.mark.parametrize(("points", "verdict"), [(10, "oncogenic"), (6, "likely_oncogenic"), (0, "uncertain"),
                                                 (-6, "likely_benign"), (-7, "benign")])  # fmt: skip
def test_the_limits_are_those_of_the_procedure(points: int, verdict: str) -> None:
    assert oncogenicity.verdict_of(points) == verdict


def test_every_row_of_the_tables_has_a_source() -> None:
    for name in ("known_variants.tsv", "roles.tsv", "domains.tsv", "polymorphisms.tsv"):
        assert [row for row in facts.rows(name) if not row["source"]] == []
    assert len(facts.rows("known_variants.tsv")) >= 500
    assert len(facts.rows("polymorphisms.tsv")) >= 40


def test_the_order_is_kept() -> None:
    given = [Alteration("variant", gene=gene, protein_change="p.V600E") for gene in ("TTN", "BRAF", "KRAS")]
    assert [one.alteration.gene for one in judge(given)] == ["TTN", "BRAF", "KRAS"]


def test_hotspots_of_a_file_of_the_site_count_besides_ours(tmp_path: Path) -> None:
    path = tmp_path / "hotspots.tsv"
    path.write_text("chr1\t2491289\tG\tA\tTNFRSF14\tMissense_Mutation\tC111Y\tdeleterious(0)\n")
    change = Alteration("variant", gene="TNFRSF14", protein_change="p.C111W")
    read = hotspots.read_cancerhotspots(path)
    assert read == frozenset({("TNFRSF14", "p.C111")})
    assert [one.code for one in judge([change], site_hotspots=read)[0].criteria] == ["OM3"]
    assert judge([change])[0].criteria == ()


def test_a_file_without_hotspots_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hotspots.tsv"
    path.write_text("nothing\there\n")
    with pytest.raises(BadInput, match="no gene beside a protein change"):
        hotspots.read_cancerhotspots(path)


@given(st.text(max_size=60))
def test_no_text_of_a_change_breaks_the_judgement(text: str) -> None:
    found = variant("TP53", text)
    assert found.points == sum(one.points for one in found.criteria)


def test_what_cancerhotspots_lists_in_tumours_of_tcga_drives_mostly() -> None:
    shared("cohorts/tcga/mutations_LUAD.parquet")
    from benchmarks.oncogenicity import civic
    from benchmarks.oncogenicity import hotspots as listed

    yes, every = listed()
    assert yes / every >= 0.88
    assert [level for level, (driving, all_) in civic().items() if driving / all_ < 0.9] == []


# -- programs, and tumours of one cause

HARM = (("REVEL", "harmful"), ("SIFT", "harmful"))
NO_HARM = (("REVEL", "harmless"), ("SIFT", "harmless"))


def codes(found: Finding) -> set[str]:
    return {one.code for one in found.criteria}


def test_programs_that_agree_count_once_and_programs_that_differ_not_at_all() -> None:
    said = [HARM, NO_HARM, (HARM[0], NO_HARM[1]), HARM[:1], ()]
    found = [codes(variant("TP53", "p.L35F", predictions=one)) & {"OP1", "SBP1"} for one in said]
    assert found == [{"OP1"}, {"SBP1"}, set(), set(), set()]
    many = variant("TP53", "p.L35F", predictions=(*HARM, ("CADD", "harmful")))
    assert [one.points for one in many.criteria if one.code == "OP1"] == [1]


def test_programs_say_nothing_of_a_stop_and_harm_to_splicing_takes_the_word_of_a_silent_change() -> None:
    assert not codes(variant("APC", "p.R1450*", predictions=HARM)) & {"OP1", "SBP1"}
    silent = [variant("TP53", "p.P36=", predictions=one) for one in ((), (("SpliceAI", "harmful"),))]
    assert [("SBP2" in codes(one)) for one in silent] == [True, False]


@pytest.mark.parametrize(
    ("gene", "protein", "tumour", "more", "meets"),
    [
        ("RB1", "p.R661W", "RBL", {}, True), ("RB1", "p.R661W", "LUAD", {}, False),
        ("RB1", "p.R661W", "RBL", {"origin": "germline"}, False), ("BRAF", "p.V600E", "HCL", {}, True),
        ("BRAF", "p.K601E", "HCL", {}, False), ("SMARCB1", "p.R377H", "ATRT", {}, True),
    ],
)  # fmt: skip
def test_the_gene_that_alone_causes_a_tumour_counts_there(
    gene: str, protein: str, tumour: str, more: dict[str, str], meets: bool
) -> None:
    found = judge([Alteration("variant", gene=gene, protein_change=protein, **more)], tumour)[0]  # type: ignore[arg-type]
    assert ("OP2" in codes(found)) == meets


def test_what_the_file_does_not_say_is_named_as_not_judged() -> None:
    change = Alteration("variant", gene="TP53", protein_change="p.L35F")
    bare, whole = (
        judge([one], tumour)[0]
        for one, tumour in ((change, ""), (replace(change, predictions=HARM, population_frequency=0.0), "LUAD"))
    )
    assert (dict(bare.not_judged), whole.not_judged) == (
        {"OP1": "prediction", "SBP1": "prediction", "OP2": "tumour", "OP4": "population", "SBVS1": "population",
         "SBS1": "population"}, (),
    )  # fmt: skip


def test_every_tumour_of_one_cause_is_a_tumour_and_its_gene_drives() -> None:
    for row in facts.rows("single_causes.tsv"):
        assert None not in (oncotree.get(row["tumour"]), roles.role_of(row["gene"])), row

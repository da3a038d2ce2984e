"""One finding from any spelling, in English and French; what is said to be absent or unknown is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chevet.genomics.alteration import Alteration
from chevet.genomics.fusion_names import driver
from chevet.genomics.gene_names import symbols
from chevet.genomics.measured_names import measured
from chevet.genomics.names import all_named, named, parts_named
from chevet.words.proteins import ONE_LETTER


def _told(one: Alteration) -> str:
    """A finding in one line: what a rule would ask of it."""
    what = one.protein_change or one.cdna or "::".join(one.fusion or ()) or one.value or "|".join(sorted(one.classes))
    return " ".join(part for part in (one.type, one.gene or one.name, str(what)) if part)


SAME = {
    "variant EGFR p.L858R": (
        "EGFR L858R",
        "EGFR:p.Leu858Arg",
        "EGFR p.(L858R)",
        "NM_005228.5:c.2573T>G (p.Leu858Arg)",
        "NM_005228.5(EGFR):c.2573T>G (p.Leu858Arg)",
        "mutation L858R du gène EGFR",
        "EGFR L858R mutation detected",
    ),
    "variant EGFR exon_19_deletion": (
        "EGFR ex19del",
        "EGFR exon 19 deletion",
        "EGFR délétion de l'exon 19",
        "EGFR del19",
    ),
    "variant EGFR p.E746_A750del": ("EGFR E746_A750delELREA", "EGFR c.2235_2249del (p.Glu746_Ala750del), exon 19"),
    "variant EGFR exon_20_insertion": ("EGFR exon 20 insertion", "EGFR insertion de l'exon 20", "EGFR ex20ins"),
    "variant MET exon_14_skipping": ("METex14", "MET exon 14 skipping", "MET saut de l'exon 14"),
    "variant FLT3 itd": ("FLT3-ITD", "FLT3 ITD positive", "FLT3 internal tandem duplication"),
    "variant H3-3A p.K28M": ("H3 K27M", "H3F3A K27M", "H3.3 K27M", "H3-3A p.K28M"),
    "variant EZH2 p.Y646F": ("EZH2 Y641F", "EZH2 p.Y646F"),
    "variant TERT c.-124C>T": ("TERT C228T", "TERT c.-124C>T", "TERT promoter c.-124C>T"),
    "variant BRCA1 p.E23fs": ("BRCA1 185delAG", "BRCA1 187delAG"),
    "variant ABL1 p.T315I": ("ABL1 T315I", "BCR-ABL1 T315I", "BCR::ABL1 p.Thr315Ile"),
    "variant NPM1 p.W288Cfs*12": ("NPM1 type A", "NPM1 p.Trp288CysfsTer12"),
    "fusion ALK EML4::ALK": ("EML4-ALK", "EML4::ALK", "EML4--ALK", "EML4/ALK", "EML4-ALK fusion", "EML4-ALK (E13;A20)"),
    "fusion ABL1 BCR::ABL1": ("BCR-ABL1", "Bcr-Abl", "t(9;22)", "t(9;22)(q34;q11)", "Ph+", "BCR::ABL1 p210"),
    "fusion FGFR2 FGFR2::BICC1": ("FGFR2-BICC1", "FGFR2::BICC1 rearrangement"),
    "fusion ROS1 CD74::ROS1": (
        "CD74/ROS1 fusion exon 6-exon 34",
        "CD74 exon 6::ROS1 exon 34",
        "CD74 ex6-ROS1 ex34",
        "C6;R34 CD74-ROS1",
        "CD74(NM_004355.4):exon6::ROS1(NM_002944.3):exon34",
    ),
    "fusion RET KIF5B::RET": ("KIF5B exon 15-RET exon 12", "KIF5B-RET exon 15 / exon 12", "fusion KIF5B-RET (K15;R12)"),
    "fusion ALK EML4::ALK ": ("EML4-ALK variant 3a/b", "EML4-ALK v3a/b fusion", "EML4-ALK v1"),
    "fusion FGFR2": ("FGFR2 fusion (partner unknown)", "réarrangement de FGFR2 avec partenaire inconnu"),
    "fusion ALK": ("ALK rearrangement", "réarrangement de ALK", "ALK-positive", "ALK+"),
    "amplification ERBB2": ("HER2 amplification", "ERBB2 amp", "amplification de HER2", "HER2 amplifié"),
    "deletion PTEN": ("PTEN loss", "PTEN homozygous deletion", "perte de PTEN"),
    "loss RB1": ("RB1 heterozygous deletion", "RB1 LOH"),
    "wild_type KRAS": (
        "KRAS wild-type",
        "KRAS sauvage",
        "KRAS non muté",
        "pas de mutation KRAS",
        "KRAS mutation not detected",
    ),
    "wild_type ALK": ("ALK negative", "no ALK rearrangement", "absence de réarrangement de ALK"),
    "signature msi high": (
        "MSI-H",
        "MSI high",
        "MSI",
        "microsatellite instability-high",
        "instabilité des microsatellites",
    ),
    "signature msi stable": (
        "MSS",
        "microsatellite stable",
        "non MSI",
        "MSI status: stable",
        "no microsatellite instability",
    ),
    "signature mmr deficient": ("dMMR", "MMR deficient", "MLH1 loss of expression"),
    "signature tmb 14.5": ("TMB 14.5 mut/Mb", "TMB: 14,5", "tumour mutational burden 14.5"),
    "signature tmb low": ("TMB low", "TMB < 10 mut/Mb"),
    "expression pd_l1_tps 60.0": ("PD-L1 TPS 60%", "PD-L1 60 %", "TPS: 60"),
    "expression pd_l1_tps negative": ("PD-L1 negative", "PD-L1 TPS <1%", "PD-L1 < 1 %"),
    "expression her2 low": ("HER2-low", "HER2 2+ FISH neg", "HER2 IHC 2+, ISH negative", "HER2 2+/ISH-"),
    "expression er positive": ("ER+", "ER positive", "RE +", "récepteurs des œstrogènes positifs"),
    "expression cldn18_2 negative": ("CLDN18.2 negative", "CLDN18.2 IHC negative", "claudine 18.2 négative"),
    "expression folr1 positive": ("FOLR1 positive", "FOLR1 IHC positive"),
    "expression hla_a_02 positive": ("HLA-A*02:01 positive", "HLA-A*02 pos"),
    "signature karyotype del(17p)": ("del(17p)", "17p deletion", "del(17)(p13)"),
    "signature codeletion_1p19q present": ("1p/19q codeleted", "codélétion 1p/19q"),
}


@pytest.mark.parametrize(("told", "text"), [(told, text) for told, texts in SAME.items() for text in texts])
def test_every_spelling_of_a_finding_is_the_same_finding(told: str, text: str) -> None:
    found = all_named(text)
    assert [_told(one) for one in found] == [told.strip()]


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "toux",
        "EGFR",
        "MET",
        "p.L858R",
        "c.2573T>G",
        "no mutation",
        "KRAS G12C not detected",
        "EGFR T790M negative",
        "ALK not tested",
        "EGFR en attente",
        "MSI: unknown",
        "MSI status pending",
        "ROS1 FISH failed",
        "PD-L1 unknown",
        "PD-L1 TPS < 50 %",
        "IDH1/2 mutation",
        "variant of unknown significance in BRCA2",
        "HRD testing recommended",
        "RET IHC+",
        "NTRK IHC positive",
        "ALK IHC 1+",
        "HRD (LOH 18 %)",
        "",
    ],
)
def test_what_is_absent_unknown_or_no_finding_is_none(text: str) -> None:
    assert all_named(text) == ()


def test_several_findings_in_one_text() -> None:
    assert {
        text: [_told(one) for one in all_named(text)]
        for text in (
            "EGFR T790M/C797S",
            "BRAF V600E/K",
            "ER+/PR-/HER2-",
            "ER+ PR- HER2 2+ FISH neg",
            "KRAS, NRAS and BRAF wild-type",
            "RAS sauvage",
            "CDKN2A/B deletion",
            "MSI-H/dMMR",
            "KRAS G12C; STK11 loss",
            "EGFR et ALK négatifs",
        )
    } == {
        "EGFR T790M/C797S": ["variant EGFR p.T790M", "variant EGFR p.C797S"],
        "BRAF V600E/K": ["variant BRAF p.V600E", "variant BRAF p.V600K"],
        "ER+/PR-/HER2-": ["expression er positive", "expression pr negative", "expression her2 negative"],
        "ER+ PR- HER2 2+ FISH neg": ["expression er positive", "expression pr negative", "expression her2 low"],
        "KRAS, NRAS and BRAF wild-type": ["wild_type KRAS", "wild_type NRAS", "wild_type BRAF"],
        "RAS sauvage": ["wild_type KRAS", "wild_type NRAS"],
        "CDKN2A/B deletion": ["deletion CDKN2A", "deletion CDKN2B"],
        "MSI-H/dMMR": ["signature msi high", "signature mmr deficient"],
        "KRAS G12C; STK11 loss": ["variant KRAS p.G12C", "deletion STK11"],
        "EGFR et ALK négatifs": ["wild_type EGFR", "wild_type ALK"],
    }


def test_genes_with_their_exons_beside_a_stroke_are_two_findings_unless_they_are_a_known_fusion() -> None:
    assert [_told(one) for one in all_named("KIT exon 9 / PDGFRA exon 18 mutation")] == [
        "variant KIT exon_9",
        "variant PDGFRA exon_18",
    ]


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("BRCA2 c.6275_6276delTT (constitutionnel)", "germline"),
        ("BRCA2 c.6275_6276delTT, germline, VAF 48 %", "germline"),
        ("BRCA1 p.E23fs, héréditaire", "germline"),
        ("gBRCA1 p.E23fs", "germline"),
        ("sBRCA1 p.E23fs", "somatic"),
        ("tBRCA1 p.E23fs", "unknown"),
    ],
)
def test_the_origin_is_what_the_words_say_and_a_reading_of_the_tumour_says_none(text: str, origin: str) -> None:
    assert [one.origin for one in all_named(text)] == [origin]


def test_x_is_any_amino_acid_where_a_change_of_the_residue_activates_and_a_stop_elsewhere() -> None:
    told = [_told(one) for text in ("EGFR G719X", "KRAS p.Gly12Xaa", "BRCA1 Q1756X") for one in all_named(text)]
    assert told == ["variant EGFR p.G719", "variant KRAS p.G12", "variant BRCA1 p.Q1756*"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("EGFR L858R T790M C797S", ["variant EGFR p.L858R", "variant EGFR p.T790M", "variant EGFR p.C797S"]),
        ("KRAS G12C TP53 R273H", ["variant KRAS p.G12C", "variant TP53 p.R273H"]),
        ("KIT W557_K558del V654A", ["variant KIT p.W557_K558del", "variant KIT p.V654A"]),
        ("BRAF V600E MSI-H", ["variant BRAF p.V600E", "signature msi high"]),
        ("perte d'expression MLH1 et PMS2", ["signature mmr deficient"]),
        ("MLH1-/PMS2-", ["signature mmr deficient"]),
        ("statut MMR : conservé", ["signature mmr proficient"]),
        ("PD-L1 SP142 IC 2%", ["expression pd_l1_ic 2.0"]),
        ("PD-L1 SP263 60%", ["expression pd_l1_tps 60.0"]),
        ("Claudin 18.2 : 80 % 2+/3+", ["expression cldn18_2 80.0"]),
        ("FRα : 85 % des cellules 2+/3+", ["expression folr1 85.0"]),
        ("EGFR ins20", ["variant EGFR exon_20_insertion"]),
        ("PTEN null", ["deletion PTEN"]),
        ("RE 100% RP 80% HER2 0", ["expression er 100.0", "expression pr 80.0", "expression her2_ihc 0"]),
        ("EGFR muté, ALK négatif", ["variant EGFR", "wild_type ALK"]),
        ("mutation KRAS, NRAS sauvage", ["variant KRAS", "wild_type NRAS"]),
        ("KRAS NRAS BRAF wild-type", ["wild_type KRAS", "wild_type NRAS", "wild_type BRAF"]),
        ("RAS et BRAF sauvages", ["wild_type KRAS", "wild_type NRAS", "wild_type BRAF"]),
        ("EGFR L858R p.Leu858Arg", ["variant EGFR p.L858R"]),
    ],
)
def test_of_findings_with_nothing_but_a_space_between_none_is_lost(text: str, told: list[str]) -> None:
    assert [_told(one) for one in all_named(text)] == told


def test_a_part_that_is_not_understood_is_handed_back() -> None:
    found, left = parts_named("KRAS G12C (VAF 34 %), a cough, STK11 loss")
    assert ([_told(one) for one in found], left) == (["variant KRAS p.G12C", "deletion STK11"], ("a cough",))
    assert all_named("KRAS G12C, a cough") == ()


def test_what_stands_beside_a_finding_is_kept_with_it() -> None:
    one, other, third = (
        named("KRAS G12C, VAF 34 %"),
        named("MET amplification (CN 12)"),
        named("BRCA1 germline mutation"),
    )
    assert one is not None
    assert other is not None
    assert third is not None
    assert (one.vaf, other.copy_number, third.origin) == (0.34, 12.0, "germline")


def test_a_new_gene_name_with_a_dash_is_no_fusion() -> None:
    one = named("NKX2-1 amplification")
    assert one is not None
    assert (one.type, one.gene) == ("amplification", "NKX2-1")


def test_names_that_stand_for_several_genes() -> None:
    assert (symbols("RAS"), symbols("NTRK"), symbols("HER2"), symbols("nonsense")) == (
        ("KRAS", "NRAS"),
        ("NTRK1", "NTRK2", "NTRK3"),
        ("ERBB2",),
        (),
    )


def test_the_partner_that_drives() -> None:
    assert [
        driver(*pair)
        for pair in (("EML4", "ALK"), ("FGFR3", "TACC3"), ("KMT2A", "AFF1"), ("EWSR1", "FLI1"), ("", "NTRK1"))
    ] == [
        "ALK",
        "FGFR3",
        "KMT2A",
        "FLI1",
        "NTRK1",
    ]


def test_a_marker_behind_a_negation_is_not_taken_for_its_contrary() -> None:
    assert [measured(text) for text in ("no evidence of HPV+", "without PD-L1 TPS 60%")] == [None, None]


_THREE = {one: three for three, one in ONE_LETTER.items() if one in "ACDEFGHIKLMNPQRSTVWY"}


@given(
    st.sampled_from(sorted(_THREE)),
    st.integers(2, 2000),
    st.sampled_from(sorted(_THREE)),
    st.sampled_from(["KRAS", "EGFR", "TP53", "ARID1A"]),
)
def test_one_and_three_letters_are_one_change(before: str, place: int, after: str, gene: str) -> None:
    if before == after:
        return
    short, long = named(f"{gene} {before}{place}{after}"), named(f"{gene} p.({_THREE[before]}{place}{_THREE[after]})")
    assert short is not None
    assert long is not None
    assert short.protein_change == long.protein_change == f"p.{before}{place}{after}"


@pytest.mark.parametrize("text", ["/", "//", " / ", "x, /"])
def test_strokes_with_nothing_between_them_are_no_finding(text: str) -> None:
    assert parts_named(text)[0] == ()


@given(st.text(max_size=120))
def test_any_text_is_a_finding_or_none(text: str) -> None:
    found, left = parts_named(text)
    assert all(one.gene or one.name or one.fusion for one in found)
    assert found or left or not text.strip() or not any(sign.isalnum() for sign in text) or all_named(text) == ()


@given(st.sampled_from([text for texts in SAME.values() for text in texts]), st.sampled_from(["  ", "\t", " \n"]))
def test_spaces_around_change_nothing(text: str, space: str) -> None:
    assert [_told(one) for one in all_named(f"{space}{text}{space}")] == [_told(one) for one in all_named(text)]

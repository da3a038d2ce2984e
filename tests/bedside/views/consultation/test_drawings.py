from __future__ import annotations

from xml.etree import ElementTree

from chevet.bedside.views.consultation.drawings import drawings, proteins
from chevet.bedside.views.wording import Wording
from tests.bedside.views.consultation.told import finding, told

EN = Wording("en")


def test_a_driver_is_drawn_with_every_change_in_it() -> None:
    (egfr,) = drawings(told(), EN)
    assert egfr.alt == "EGFR: 1,210 amino acids. p.L858R, p.T790M"
    words = [element.text for element in ElementTree.fromstring(egfr.svg).iter() if element.text]
    assert words == ["kinase", "p.T790M", "p.L858R", "1", "1,210"]


def test_a_gene_without_a_driver_and_a_place_outside_the_protein_are_not_drawn() -> None:
    benign = finding("TP53 p.P72R", "TP53", "p.P72R", **{"class": "benign"})
    outside = finding("KRAS p.G999D", "KRAS", "p.G999D")
    assert drawings(told(findings=[benign, outside]), EN) == ()


def test_copies_are_drawn_where_they_are_said() -> None:
    met = finding("MET amplified", "MET", type="amplification", copy_number=12.0)
    (bars,) = drawings(told(findings=[met]), EN)
    assert bars.alt == "Copies of each gene: MET 12"


def test_signatures_are_drawn_from_their_exposures_alone() -> None:
    found = [finding("SBS4", "", type="signature", name="SBS4", value=0.62),
             finding("TMB", "", type="signature", name="tmb", value=12.0)]  # fmt: skip
    (bars,) = drawings(told(findings=found), EN)
    assert bars.alt == "Share of each mutational signature: SBS4 62%"


def test_computed_signatures_are_drawn_the_largest_first() -> None:
    computed = {"mutations": 300, "cosine": 0.96, "group": "Lung", "shares": {"SBS1": 0.1, "SBS4": 0.9, "SBS13": 0.0}}
    measures = {"burden": None, "signatures": computed, "ploidy": None, "missing": [], "segments": []}
    (bars,) = drawings(told(findings=[], measures=measures), EN)
    assert bars.alt == "Share of each mutational signature: SBS4 90%, SBS1 10%"


def test_segments_are_drawn_chromosome_after_chromosome() -> None:
    segments = [{"chromosome": name, "start": 1, "end": 100_000_000, "copies": copies}
                for name, copies in (("17", 12.0), ("2", 2.0), ("X", 0.0))]  # fmt: skip
    measures = {"burden": None, "signatures": None, "ploidy": 2.1, "missing": [], "segments": segments}
    (profile,) = drawings(told(findings=[], measures=measures), EN)
    assert profile.alt == "Copies along the genome: 3 segments on 2, 17 and X"
    assert ElementTree.fromstring(profile.svg).get("width") == "520"


def test_words_of_a_case_stay_words_in_a_drawing() -> None:
    odd = '<script>&"'
    (drawn,) = drawings(told(findings=[finding("MET", odd, type="amplification", copy_number=3.0)]), EN)
    root = ElementTree.fromstring(drawn.svg)
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    assert odd in [element.text for element in root.iter()], "the attack was there to be drawn"


def test_every_protein_has_a_length_and_an_accession() -> None:
    assert [gene for gene, one in proteins().items() if one.length < 100 or not one.source.startswith("UniProt ")] == []

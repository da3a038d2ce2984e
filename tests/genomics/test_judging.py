"""The one door: order, what is not a variant, and words for all that a reader is told."""

from __future__ import annotations

import re
from pathlib import Path

from chevet.genomics import oncogenicity
from chevet.genomics.alteration import ALTERATION_TYPES, Alteration
from chevet.genomics.judging import judge
from chevet.genomics.names import all_named
from chevet.words.labels import has_label, label

ROOM = Path(oncogenicity.__file__).parent
FLAGS = (
    "subclonal", "low_vaf", "germline_suspected", "late_truncation", "contradictory_drivers", "hypermutated",
    "broad_copy_number", "fusion_reciprocal", "fusion_out_of_frame", "fusion_frame_unknown", "fusion_partner_unknown",
    "fusion_few_reads", "fusion_unusual_for_tumour", "called_by_laboratory",
)  # fmt: skip


def test_every_type_is_judged_and_the_order_is_kept() -> None:
    given = [Alteration(kind, gene="TP53") for kind in ALTERATION_TYPES]
    assert [one.alteration.type for one in judge(given, "LUAD")] == list(ALTERATION_TYPES)


def test_markers_and_wild_types_are_no_drivers() -> None:
    given = [
        Alteration(kind, gene="KRAS", name="msi", value="high") for kind in ("signature", "expression", "wild_type")
    ]
    assert [one.drives for one in judge(given)] == [False, False, False]


def test_every_flag_and_criterion_has_words_in_both_languages() -> None:
    keys = [f"flag.{flag}" for flag in FLAGS] + [f"criterion.{code}" for code in (*oncogenicity.POINTS, "CN", "FUSION")]
    assert [key for key in keys if not has_label(key)] == []
    for flag in FLAGS:
        told = [label(f"flag.{flag}", lang, finding="KRAS G12D") for lang in ("en", "fr")]  # type: ignore[arg-type]
        assert told[0] != told[1]


def test_no_flag_is_raised_that_has_no_words() -> None:
    written = "".join(path.read_text() for path in ROOM.glob("*.py"))
    raised = set(
        re.findall(
            r'"((?:fusion_(?!names)|germline_|late_|low_v|broad_c|contradictory_|hypermut|subclonal|called_by)\w*)"',
            written,
        )
    )
    assert raised == set(FLAGS)


def test_an_unknown_gene_is_uncertain_and_has_no_direction() -> None:
    found = judge([Alteration("variant", gene="NOTAGENE", protein_change="p.A1V")])[0]
    assert (found.verdict, found.direction, found.criteria) == ("uncertain", "unknown", ())


def _called(text: str) -> tuple[str, str, bool]:
    found = judge(all_named(text))[0]
    return found.verdict, found.direction, "called_by_laboratory" in found.flags


def test_what_our_tables_leave_open_is_as_the_laboratory_calls_it_and_that_is_said() -> None:
    assert _called("BRCA2 pathogenic variant, germline") == ("likely_oncogenic", "loss", True)
    assert _called("BRCA2 p.Arg2336His, classe 5") == ("likely_oncogenic", "loss", True)
    assert _called("EGFR activating mutation") == ("likely_oncogenic", "gain", True)


def test_the_call_of_the_laboratory_adds_nothing_to_what_is_known_and_makes_no_polymorphism_drive() -> None:
    assert _called("BRAF V600E, pathogenic") == ("oncogenic", "gain", False)
    assert _called("EGFR R521K, pathogenic")[2] is False


def test_a_doubt_is_no_call() -> None:
    assert _called("BRCA2 p.Arg2336His, class 3") == ("uncertain", "unknown", False)

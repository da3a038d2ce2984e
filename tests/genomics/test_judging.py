"""The one door: order, what is not a variant, and words for all that a reader is told."""

from __future__ import annotations

import re
from pathlib import Path

from chevet.genomics import oncogenicity
from chevet.genomics.alteration import ALTERATION_TYPES, Alteration
from chevet.genomics.judging import judge
from chevet.words.labels import has_label, label

ROOM = Path(oncogenicity.__file__).parent
FLAGS = (
    "subclonal", "low_vaf", "germline_suspected", "late_truncation", "contradictory_drivers", "hypermutated",
    "broad_copy_number", "fusion_reciprocal", "fusion_out_of_frame", "fusion_frame_unknown", "fusion_partner_unknown",
    "fusion_few_reads", "fusion_unusual_for_tumour",
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
            r'"((?:fusion_(?!names)|germline_|late_|low_v|broad_c|contradictory_|hypermut|subclonal)\w*)"', written
        )
    )
    assert raised == set(FLAGS)


def test_an_unknown_gene_is_uncertain_and_has_no_direction() -> None:
    found = judge([Alteration("variant", gene="NOTAGENE", protein_change="p.A1V")])[0]
    assert (found.verdict, found.direction, found.criteria) == ("uncertain", "unknown", ())

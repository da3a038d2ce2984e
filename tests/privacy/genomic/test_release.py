"""Which alterations are released, in the order a reader learns: names, rare ones, what is left out, what was tested."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.cohort.studies import import_study
from chevet.errors import BadInput
from chevet.privacy.genomic import AlterationRelease, release_alterations
from chevet.privacy.genomic.somatic import Detail
from chevet.store.lake import Lake
from chevet.synth.maker import make
from tests.privacy.genomic.made_cohort import amplified, cohort, fused, people, variant
from tests.shared_data import shared

DETAILS: tuple[Detail, ...] = ("gene", "hotspot", "exact")


def _carriers(release: AlterationRelease) -> dict[str, int]:
    return dict(Counter(release.table["alteration"].to_pylist()))


def _released(detail: Detail, **rows: Any) -> AlterationRelease:
    return release_alterations(cohort(people(40), **rows), detail)


@pytest.mark.parametrize(
    ("detail", "carriers"),
    [("gene", {"EGFR mutated": 10}), ("hotspot", {"EGFR L858": 6, "EGFR G719": 4}), ("exact", {"EGFR L858R": 5})],
)
def test_an_alteration_shared_by_enough_patients_is_told_at_the_detail_asked_for(
    detail: Detail, carriers: dict[str, int]
) -> None:
    variants = [variant(p, "EGFR", "L858R") for p in people(5)] + [variant("P-005", "EGFR", "L858Q")]
    variants += [variant(p, "EGFR", "G719S") for p in people(2, 6)] + [
        variant(p, "EGFR", "G719A") for p in people(2, 8)
    ]
    found = _carriers(_released(detail, variants=variants))
    kept = {name: n for name, n in carriers.items() if n >= 5}
    assert {name: found.get(name) for name in kept} == kept
    assert all(n >= 5 for n in found.values())


def test_rare_changes_become_their_residue_their_effect_then_their_gene_and_at_last_another_gene(
    tmp_path: Path,
) -> None:
    variants = [variant(p, "TP53", "R175H") for p in people(5)]
    variants += [variant(p, "TP53", f"R273{new}") for p, new in zip(people(5, 5), "HCLSP", strict=True)]
    variants += [variant(p, "TP53", f"A{100 + i}V") for i, p in enumerate(people(5, 10))]
    variants += [variant(p, "KRAS", f"A{100 + i}V") for i, p in enumerate(people(3, 15))]
    variants += [variant(p, "KRAS", f"Q{i}*", consequence="Nonsense_Mutation") for i, p in enumerate(people(3, 18))]
    variants += [
        variant(p, gene, "A1V") for p, gene in zip(people(5, 21), ("EGFR", "BRCA2", "TERT", "MET", "RET"), strict=True)
    ]
    release = _released("exact", variants=variants)
    assert _carriers(release) == {"TP53 R175H": 5, "TP53 R273": 5, "TP53 missense": 5, "KRAS mutated": 6,
                                  "another altered gene": 5}  # fmt: skip
    assert release.report["rows"] == {"exact": 5, "residue": 5, "effect": 5, "gene_name": 6, "other": 5}


def test_another_altered_gene_is_not_even_said_when_fewer_than_k_have_one() -> None:
    release = _released("exact", variants=[variant(p, f"GENE{p[-1]}", "A1V") for p in people(4)])
    assert release.table.num_rows == 0
    assert release.report["left_out"]["too_rare"] == 4


def test_truncating_changes_are_no_hotspot_residue() -> None:
    cut = [variant(p, "TP53", "R213*", consequence="Nonsense_Mutation") for p in people(6)]
    assert _carriers(_released("hotspot", variants=cut)) == {"TP53 truncating": 6}


def test_the_promoter_of_tert_counts_although_it_lies_before_the_gene() -> None:
    rows = [variant(p, "TERT", None, consequence="5'Flank", cdna_change="c.-124C>T") for p in people(6)]
    assert _carriers(_released("exact", variants=rows)) == {"TERT c.-124C>T": 6}
    assert _carriers(_released("hotspot", variants=rows)) == {"TERT promoter": 6}


def test_amplifications_deletions_and_rearrangements_are_told_by_gene() -> None:
    copies = [amplified(p, "EGFR") for p in people(6)] + [amplified(p, "TP53", -2) for p in people(5)]
    copies += [amplified(p, "KRAS", call) for p in people(20) for call in (-1, 0, 1)]
    fusions = [fused(p, "EML4", "ALK") for p in people(5)] + [fused(p, "KIF5B", "ALK") for p in people(3, 5)]
    fusions += [fused(p, "CD74", "ALK") for p in people(2, 8)]
    release = _released("exact", copies=copies, fusions=fusions)
    assert _carriers(release) == {"EGFR amplified": 6, "TP53 deleted": 5, "EML4::ALK": 5, "ALK rearranged": 5}


def test_a_patient_with_several_samples_or_rows_has_an_alteration_once() -> None:
    rows = [variant(p, "EGFR", "L858R", start=start) for p in people(5) for start in (1, 2)]
    assert _carriers(_released("exact", variants=rows)) == {"EGFR L858R": 5}


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"gene": "BRCA2", "change": "E1308*", "origin": "germline", "consequence": "Nonsense_Mutation"}, "germline"),
        ({"gene": "BRCA2", "change": "N372H", "origin": "unknown"}, "common_polymorphism"),
        ({"gene": "BRCA2", "change": "N372H", "origin": "somatic"}, "common_polymorphism"),
        ({"gene": "TP53", "change": "R72P", "origin": None}, "common_polymorphism"),
        ({"gene": "TP53", "change": None, "chromosome": "17", "start": 7579472, "end": 7579472, "assembly": "GRCh37"},
         "common_polymorphism"),
        ({"gene": "TP53", "change": "R175=", "consequence": "Silent"}, "not_altering"),
        ({"gene": "TP53", "change": "R175=", "consequence": None}, "not_altering"),
        ({"gene": "TP53", "change": None, "consequence": None}, "effect_unknown"),
    ],
)  # fmt: skip
def test_what_a_person_was_born_with_or_changes_no_protein_never_leaves(
    detail: Detail, row: dict[str, Any], reason: str
) -> None:
    rows = [variant(p, **row) for p in people(30)]
    somatic = [variant(p, "EGFR", "L858R") for p in people(30)]
    release = _released(detail, variants=[*rows, *somatic])
    assert set(release.table["gene"].to_pylist()) == {"EGFR"}
    assert release.report["left_out"][reason] == 30


def test_a_rearrangement_that_a_person_was_born_with_never_leaves() -> None:
    release = _released("gene", fusions=[fused(p, "EML4", "ALK", "germline") for p in people(30)])
    assert (release.table.num_rows, release.report["left_out"]["germline"]) == (0, 30)


@pytest.mark.parametrize(("origin", "vaf", "told"), [
    (None, 0.5, "BRCA2 mutated"), ("unknown", 0.46, "BRCA2 mutated"), (None, 0.99, "BRCA2 mutated"),
    (None, 0.2, "BRCA2 A1V"), (None, None, "BRCA2 A1V"), ("somatic", 0.5, "BRCA2 A1V"),
])  # fmt: skip
def test_a_variant_that_could_be_germline_is_told_by_its_gene_only(
    origin: str | None, vaf: float | None, told: str
) -> None:
    rows = [variant(p, "BRCA2", "A1V", origin=origin, vaf=vaf) for p in people(30)]
    release = _released("exact", variants=rows)
    assert _carriers(release) == {told: 30}
    assert release.report["unclear_origin_told_by_gene"] == (30 if told == "BRCA2 mutated" else 0)


def test_not_tested_stays_a_state() -> None:
    panels: dict[str, str | None] = (
        dict.fromkeys(people(10), "SMALL") | dict.fromkeys(people(10, 10)) | dict.fromkeys(people(10, 20), "EXOME")
    )
    rows = [variant(p, gene, "A1V") for p in people(10, 20) for gene in ("TP53", "KRAS", "MET")]
    release = release_alterations(cohort(people(40), variants=rows, panels=panels), "gene")
    group = dict(zip(release.patients["patient_id"].to_pylist(), release.patients["coverage"].to_pylist(), strict=True))
    tested: dict[int, set[str]] = {}
    for row in release.tested.to_pylist():
        tested.setdefault(row["coverage"], set()).add(row["gene"])
    assert [tested.get(group[p], set()) for p in ("P-000", "P-010", "P-020", "P-030")] == [
        {"TP53"}, set(), {"TP53", "KRAS", "MET"}, {"TP53", "KRAS"},
    ]  # fmt: skip


def test_patients_with_a_rare_combination_of_panels_show_what_all_of_them_were_tested_for() -> None:
    panels = dict.fromkeys(people(3), "SMALL") | dict.fromkeys(people(3, 3), "EXOME")
    rows = [variant(p, gene, "A1V") for p in people(20) for gene in ("TP53", "KRAS")]
    release = release_alterations(cohort(people(40), variants=rows, panels=panels), "gene")
    assert Counter(release.patients["coverage"].to_pylist()) == {0: 34, 1: 6}
    assert _carriers(release) == {"TP53 mutated": 20, "KRAS mutated": 14}
    assert release.report["left_out"]["outside_common_coverage"] == 6
    assert [row["gene"] for row in release.tested.to_pylist() if row["coverage"] == 1] == ["TP53"]


def test_too_few_with_a_rare_combination_take_the_smallest_other_group_in() -> None:
    panels: dict[str, str | None] = {"P-000": "EXOME"} | dict.fromkeys(people(10, 1), "SMALL")
    rows = [variant(p, "KRAS", "A1V") for p in (*people(1), *people(20, 11))]
    release = release_alterations(cohort(people(40), variants=rows, panels=panels), "gene")
    assert sorted(Counter(release.patients["coverage"].to_pylist()).values()) == [11, 29]
    assert "P-000" not in release.table["patient_id"].to_pylist()


def test_whoever_is_left_out_of_a_release_does_not_count_as_a_carrier() -> None:
    rows = [variant(p, "TP53", "R175H") for p in people(6)] + [variant(p, "TP53", "R175C") for p in people(9, 6)]
    version = cohort(people(40), variants=rows)
    kept = pa.array(people(36, 4))
    release = release_alterations(version, "exact", patients=kept)
    assert _carriers(release) == {"TP53 R175C": 9}  # two carriers of R175H are left: too few for any name
    assert release.patients["patient_id"].to_pylist() == kept.to_pylist()
    assert release.report["left_out"]["too_rare"] == 2


@pytest.mark.parametrize(("detail", "k"), [("exact", 4), ("gene", 0), ("base", 5), ("gene", 41)])
def test_a_detail_that_is_none_or_a_k_below_the_floor_or_above_the_study_is_refused(detail: Any, k: int) -> None:
    with pytest.raises(BadInput):
        release_alterations(cohort(people(40)), detail, k)


_ROWS = st.lists(
    st.tuples(
        st.integers(0, 39), st.sampled_from(["TP53", "EGFR", "KRAS"]), st.sampled_from(["R1H", "R1C", "A2V", "G3S"]),
        st.sampled_from(["somatic", "germline", None]),
    ), max_size=150,
)  # fmt: skip
_PANELS = st.lists(st.sampled_from(["SMALL", "LARGE", "EXOME", None]), min_size=40, max_size=40)


@settings(max_examples=15, deadline=None)
@given(rows=_ROWS, panels=_PANELS, detail=st.sampled_from(DETAILS))
def test_whatever_the_cohort_no_name_is_carried_by_fewer_than_k_and_no_group_is_smaller(
    rows: list[tuple[int, str, str, str | None]], panels: list[str | None], detail: Detail
) -> None:
    everyone = people(40)
    variants = [variant(everyone[i], gene, change, origin=origin) for i, gene, change, origin in rows]
    version = cohort(everyone, variants=variants, panels=dict(zip(everyone, panels, strict=True)))
    release = release_alterations(version, detail)
    names: dict[tuple[Any, Any], set[str]] = {}
    for row in release.table.to_pylist():
        names.setdefault((row["kind"], row["alteration"]), set()).add(row["patient_id"])
    assert all(len(carriers) >= 5 for carriers in names.values())
    assert sum(map(len, names.values())) == release.table.num_rows  # each once
    assert all(n >= 5 for n in Counter(release.patients["coverage"].to_pylist()).values())
    told = {(everyone[i], gene) for i, gene, _, origin in rows if origin != "germline"}
    assert {(r["patient_id"], r["gene"]) for r in release.table.to_pylist() if r["gene"]} <= told


def test_on_metabric_every_released_name_has_enough_carriers_and_none_is_silent(
    tmp_path: Path,
) -> None:
    lake = Lake(tmp_path)
    import_study(lake, shared("cohorts/metabric"), "metabric")
    version = lake.open("metabric")
    for detail in DETAILS:
        release = release_alterations(version, detail)
        assert min(_carriers(release).values()) >= 5
        assert release.report["left_out"]["not_altering"] == 4249  # 4,063 silent, and those outside the protein
    carriers = _carriers(release)
    # The two commonest hotspots of breast cancer, each carried by hundreds.
    assert carriers["PIK3CA H1047R"] > 300
    assert carriers["PIK3CA E545K"] > 100


def test_on_a_made_up_cohort_with_many_panels_every_name_and_every_group_has_enough_patients(tmp_path: Path) -> None:
    make(1_500, 11, tmp_path / "source")
    lake = Lake(tmp_path / "home")
    import_study(lake, tmp_path / "source", "madeup")
    version = lake.open("madeup")
    release = release_alterations(version, "exact")
    assert min(_carriers(release).values()) >= 5
    assert min(Counter(release.patients["coverage"].to_pylist()).values()) >= 5
    assert release.report["unclear_origin_told_by_gene"] > 0
    names = {row["detail"] for row in release.table.to_pylist()}
    assert {"exact", "effect", "gene_name", "other"} <= names
    # What is told was looked for in the patient's group, save for a few that the source found outside its panels.
    tested = {(row["coverage"], row["kind"], row["gene"]) for row in release.tested.to_pylist()}
    group = dict(zip(release.patients["patient_id"].to_pylist(), release.patients["coverage"].to_pylist(), strict=True))
    told = [(group[row["patient_id"]], row["kind"], row["gene"]) for row in release.table.to_pylist() if row["gene"]]
    assert release.report["outside_named_panels"] == sum(one not in tested for one in told) < 0.05 * len(told)

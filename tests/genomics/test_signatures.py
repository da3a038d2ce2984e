"""Exposures to signatures, with made-up references where the real ones may not be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chevet.errors import BadInput, CannotConclude
from chevet.genomics import facts, signatures
from chevet.genomics.alteration import Genomic
from chevet.genomics.signature_shares import published_shares, shares_of
from chevet.words import oncotree
from tests.shared_data import shared


def reference(names: tuple[str, ...]) -> signatures.Reference:
    drawn = np.random.default_rng(7).dirichlet([0.2] * 96, size=len(names)).T
    return signatures.Reference(names, drawn)


def counts(known: signatures.Reference, mixture: dict[str, float]) -> dict[str, float]:
    mixed = sum(number * known.matrix[:, known.names.index(name)] for name, number in mixture.items())
    assert isinstance(mixed, np.ndarray)
    return dict(zip(signatures.CHANNELS, mixed.round().tolist(), strict=True))


def test_there_are_96_channels() -> None:
    assert (len(signatures.CHANNELS), len(set(signatures.CHANNELS)), signatures.CHANNELS[0]) == (96, 96, "A[C>A]A")


def test_a_mixture_is_taken_apart_again() -> None:
    known = reference(("SBS1", "SBS4", "SBS5", "SBS7a", "SBS13"))
    found = signatures.exposures(counts(known, {"SBS4": 400, "SBS5": 200, "SBS1": 50}), known, "LUAD")
    assert {name: round(share, 1) for name, share in found.shares.items() if share > 0.02} == {
        "SBS4": 0.6, "SBS5": 0.3, "SBS1": 0.1,
    }  # fmt: skip
    assert (found.group, found.cosine > 0.99) == ("Lung-AdenoCa", True)


def test_a_trace_of_a_signature_that_this_tumour_never_has_is_not_found() -> None:
    known = reference(("SBS1", "SBS5", "SBS7a"))
    spectrum = counts(known, {"SBS7a": 10, "SBS5": 300, "SBS1": 90})
    prostate = signatures.exposures(spectrum, known, "PRAD", kind="genome")
    assert "SBS7a" not in prostate.counts


def test_a_signature_that_this_tumour_never_has_is_found_where_nothing_else_explains_the_spectrum() -> None:
    known = reference(("SBS1", "SBS5", "SBS22"))
    spectrum = counts(known, {"SBS22": 300, "SBS5": 300, "SBS1": 90})
    assert "SBS22" not in facts_of("genome", "Prost-AdenoCA")
    found = signatures.exposures(spectrum, known, "PRAD", kind="genome")
    assert found.shares["SBS22"] == pytest.approx(300 / 690, abs=0.03)
    assert found.probability["SBS22"] > 0.9


def test_a_signature_without_a_share_does_not_occur() -> None:
    known = reference(("SBS1", "SBS5", "SBS7a"))
    observed = np.array(list(counts(known, {"SBS7a": 300, "SBS5": 300}).values()))
    assert set(signatures.fitted(observed, known, {"SBS1": 0.5, "SBS5": 0.5}).counts) <= {"SBS1", "SBS5"}


def test_many_mutations_of_one_tumour_make_it_no_surer_than_what_tumours_stray_allows() -> None:
    known = reference(("SBS1", "SBS4", "SBS5"))
    mixed = counts(known, {"SBS1": 60_000, "SBS5": 30_000, "SBS4": 4_000})
    sure = [
        signatures.fitted(np.array(list(mixed.values())) * times, known, dict.fromkeys(known.names, 0.3)).probability
        for times in (1, 100)
    ]
    assert sure[0]["SBS4"] < 0.99
    assert sure[1]["SBS4"] == pytest.approx(sure[0]["SBS4"], abs=0.01)


def test_few_mutations_tell_nothing() -> None:
    with pytest.raises(CannotConclude, match="50 are needed"):
        signatures.exposures({"A[C>A]A": 49}, reference(("SBS1",)), "LUAD")


@pytest.mark.parametrize(
    ("ref", "alt", "triplet", "channel"),
    [("C", "T", "ACG", "A[C>T]G"), ("G", "A", "CGT", "A[C>T]G"), ("A", "G", "TAC", "G[T>C]A"), ("CA", "C", "ACA", None),
     ("C", "T", "AGG", None), ("C", "T", "NCG", None)],
)  # fmt: skip
def test_a_substitution_is_told_by_its_pyrimidine(ref: str, alt: str, triplet: str, channel: str | None) -> None:
    change = Genomic("GRCh38", "1", 1000, ref, alt)
    assert signatures.channel_of(change, lambda chromosome, first, last: triplet) == channel


def test_both_forms_of_reference_files_are_read_and_others_refused(tmp_path: Path) -> None:
    cosmic = tmp_path / "cosmic.txt"
    cosmic.write_text("Type\tSBS1\n" + "".join(f"{channel}\t1\n" for channel in signatures.CHANNELS))
    other = tmp_path / "sigprofiler.csv"
    other.write_text("Type,SubType,SBS1\n" + "".join(f"{c[2:5]},{c[0]}{c[2]}{c[6]},2\n" for c in signatures.CHANNELS))
    for path in (cosmic, other):
        found = signatures.read_reference(path)
        assert (found.names, found.matrix.sum().round(6)) == (("SBS1",), 1.0)
    cosmic.write_text("Type\tSBS1\nA[C>A]A\t1\n")
    with pytest.raises(BadInput, match="channels are missing"):
        signatures.read_reference(cosmic)


def test_the_sets_point_to_tumours_of_oncotree_and_hold_shares() -> None:
    for row in facts.rows("signature_sets.tsv"):
        assert [code for code in row["tumours"].split("|") if code and oncotree.get(code) is None] == []
        assert all(0 < float(one.split(":")[1]) <= 1 for one in row["shares"].split("|"))


def test_newer_names_of_split_signatures_are_understood() -> None:
    known = reference(("SBS5", "SBS22a", "SBS40a"))
    found = signatures.exposures(counts(known, {"SBS40a": 500, "SBS5": 100}), known, "CCRCC", kind="genome")
    assert "SBS40a" in found.counts


def test_two_signatures_that_look_alike_are_both_told_as_possible() -> None:
    apart = reference(("SBS1", "SBS4"))
    likeness = 0.97 * apart.matrix[:, :1] + 0.03 * apart.matrix[:, 1:]
    known = signatures.Reference(("SBS1", "SBS5"), np.hstack([apart.matrix[:, :1], likeness]))
    observed = np.round(500 * apart.matrix[:, 0])
    found = signatures.fitted(observed, known, {"SBS1": 0.5, "SBS5": 0.5})
    assert 0.1 < found.probability["SBS1"] <= 1
    assert min(found.probability.values()) < 0.9
    assert sum(found.counts.values()) == pytest.approx(observed.sum(), rel=0.01)


def test_a_signature_that_made_most_of_a_spectrum_is_told_for_sure() -> None:
    known = reference(("SBS1", "SBS4", "SBS5"))
    found = signatures.exposures(counts(known, {"SBS4": 400, "SBS5": 100}), known, "LUAD")
    assert found.probability["SBS4"] == pytest.approx(1, abs=1e-6)


def test_flat_signatures_are_told_together() -> None:
    known = reference(("SBS1", "SBS5", "SBS40a"))
    found = signatures.exposures(
        counts(known, {"SBS40a": 300, "SBS5": 100, "SBS1": 100}), known, "CCRCC", kind="genome"
    )
    assert found.flat_share == pytest.approx(0.8, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=96, max_size=96).filter(lambda drawn: sum(drawn) >= 50))
def test_exposures_account_for_the_mutations_and_are_never_negative(drawn: list[int]) -> None:
    known = reference(("SBS1", "SBS2", "SBS4", "SBS5", "SBS13", "SBS40"))
    found = signatures.exposures(dict(zip(signatures.CHANNELS, drawn, strict=True)), known, "LUAD")
    assert found.mutations == sum(drawn)
    assert all(count >= 0 for count in found.counts.values())
    assert sum(found.counts.values()) == pytest.approx(sum(drawn), rel=0.05)
    assert all(0 <= sure <= 1 for sure in found.probability.values())


def test_a_reference_without_names_of_cosmic_is_refused() -> None:
    with pytest.raises(BadInput, match="none that such tumours have"):
        signatures.exposures({"A[C>A]A": 60}, reference(("Process 1",)), "LUAD")


def test_a_genome_may_have_what_exomes_of_its_kind_show() -> None:
    genome = published_shares("COADREAD", "genome")
    assert (genome.group, "SBS15" in facts_of("genome", genome.group)) == ("ColoRect-AdenoCA", False)
    assert genome.by_signature["SBS15"] > published_shares("PRAD", "genome").by_signature["SBS15"]


def test_a_tumour_that_was_not_published_has_the_shares_of_all() -> None:
    found = shares_of("", "exome", ("SBS1", "SBS5", "SBS40a", "Process 1"))
    assert (found.group, set(found.by_signature)) == ("ALL", {"SBS1", "SBS5", "SBS40a"})


def facts_of(kind: str, group: str) -> dict[str, float]:
    row = next(row for row in facts.rows("signature_sets.tsv") if (row["kind"], row["group"]) == (kind, group))
    return {name: float(share) for name, share in (one.split(":") for one in row["shares"].split("|"))}


@pytest.mark.parametrize(
    ("build", "kind", "chosen"),
    [("GRCh37", "genome", "COSMIC_v3.5_SBS_GRCh37.txt"), ("GRCh38", "genome", "COSMIC_v3.5_SBS_GRCh38.txt"),
     ("GRCh37", "exome", "COSMIC_v3.5_SBS_GRCh37_exome.txt")],
)  # fmt: skip
def test_an_exome_is_read_with_signatures_of_exomes_and_each_build_with_its_own(
    build: signatures.Build, kind: signatures.Kind, chosen: str, tmp_path: Path
) -> None:
    for name in ("COSMIC_v3.5_SBS_GRCh37.txt", "COSMIC_v3.5_SBS_GRCh37_exome.txt", "COSMIC_v3.5_SBS_GRCh38.txt",
                 "COSMIC_v3.5_DBS_GRCh37.txt"):  # fmt: skip
        (tmp_path / name).touch()
    found = signatures.reference_file(tmp_path, build, kind)
    assert found is not None
    assert found.name == chosen


def test_a_folder_without_signatures_has_no_reference(tmp_path: Path) -> None:
    assert signatures.reference_file(tmp_path, "GRCh38", "genome") is None


@pytest.mark.parametrize(
    ("kind", "mean", "flat_as_one"), [("genome", 0.905, 0.96), ("exome", 0.9, 0.94)]
)  # fmt: skip
def test_published_exposures_are_met(kind: signatures.Kind, mean: float, flat_as_one: float) -> None:
    shared("signatures/pcawg7/WGS_PCAWG.96.csv")
    from benchmarks.signatures import agreement, ours, published

    tumours = published(kind)
    found = agreement(tumours, ours(tumours))
    assert np.median(found.apart) >= 0.97
    assert found.apart.mean() >= mean
    assert found.flat_as_one.mean() >= flat_as_one
    assert np.median(found.flat_as_one) >= 0.99


@pytest.mark.parametrize(("kind", "mean"), [("genome", 0.98), ("exome", 0.95)])
def test_the_exposures_of_made_up_tumours_are_found_again_and_the_certainty_is_true(
    kind: signatures.Kind, mean: float
) -> None:
    shared("signatures/pcawg7/WGS_PCAWG.96.csv")
    from benchmarks.signatures import agreement, made_up, ours, presence, published

    truth = made_up(published(kind))
    assert agreement(truth, ours(truth)).apart.mean() >= mean
    told = list(presence(truth))
    for low, high in ((0.0, 0.5), (0.5, 0.9), (0.9, 1.0)):
        said, there = np.mean([one for one in told if low < one[0] <= high], axis=0)
        assert abs(said - there) < 0.08

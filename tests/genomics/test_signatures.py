"""Exposures to signatures, with made-up references where the real ones may not be."""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np
import pytest

from chevet.errors import BadInput, CannotConclude
from chevet.genomics import facts, signatures
from chevet.genomics.alteration import Genomic
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


def test_a_signature_that_this_tumour_never_has_is_not_found() -> None:
    known = reference(("SBS1", "SBS5", "SBS7a"))
    found = signatures.exposures(counts(known, {"SBS7a": 300, "SBS5": 100}), known, "LIHB")
    assert set(found.counts) <= {"SBS1", "SBS5", "SBS7a"}
    prostate = signatures.exposures(
        counts(known, {"SBS7a": 300, "SBS5": 300, "SBS1": 90}), known, "PRAD", kind="genome"
    )
    assert "SBS7a" not in prostate.counts


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


def test_published_exposures_of_genomes_are_met() -> None:
    shared("signatures/pcawg7/WGS_PCAWG.96.csv")
    from benchmarks.signatures import SETS, cosines

    assert statistics.median(cosines(*SETS["286 genomes"])) >= 0.94

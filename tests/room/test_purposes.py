"""Purposes against what a dataset allows: yes, no, or a person must look."""

from __future__ import annotations

import pytest

from chevet.room.purposes import ALGORITHM, Match, Use, match

LUNG = Use.of(["DS"], ["LUNG"])


@pytest.mark.parametrize(
    ("purpose", "allowed", "answer"),
    [
        (Use.of(["HMB"]), Use.of(["NRES"]), "yes"),
        (Use.of(["HMB"]), Use.of(["GRU"]), "yes"),
        (Use.of(["HMB"]), Use.of(["HMB"]), "yes"),
        (Use.of(["GRU"]), Use.of(["HMB"]), "no"),
        (Use.of(["POA"]), Use.of(["HMB"]), "no"),
        (Use.of(["DS"], ["LUAD"]), LUNG, "yes"),
        (Use.of(["DS"], ["LUNG"]), Use.of(["DS"], ["LUAD"]), "no"),
        (Use.of(["DS"], ["LUAD", "BRCA"]), LUNG, "no"),
        (Use.of(["DS"]), LUNG, "person"),
        (Use.of(["HMB"]), LUNG, "no"),
        (Use.of(["CC"]), Use.of(["HMB"]), "no"),
        (Use.of(["CC"]), Use.of(["HMB", "CC"]), "yes"),
        (Use.of(["HMB"]), Use.of(["HMB", "IRB"]), "person"),
        (Use.of(["HMB", "IRB"]), Use.of(["HMB", "IRB"]), "yes"),
        (Use.of(["HMB", "NPU", "NCU"]), Use.of(["HMB", "NPUNCU"]), "yes"),
        (Use.of(["HMB", "NPU"]), Use.of(["HMB", "NPUNCU"]), "person"),
        (Use.of(["POA"]), Use.of(["GRU", "NPOA"]), "no"),
        (Use.of(["HMB"]), Use.of(["GRU", "NPOA"]), "yes"),
        (Use.of(["HMB"]), Use.of(["HMB", "US", "PS"]), "yes"),
        (Use.of(["IRB"]), Use.of(["HMB"]), "person"),
        (Use.of(["HMB"]), Use.of(["PUB"]), "person"),
        (Use.of(["HMB"]), None, "person"),
    ],
)
def test_a_purpose_is_judged_by_the_terms_of_both_sides(purpose: Use, allowed: Use | None, answer: str) -> None:
    found = match(purpose, allowed)
    assert found.answer == answer
    assert (found.reasons == ()) == (answer == "yes")


def test_the_answer_names_its_algorithm_and_reads_back_from_an_event() -> None:
    found = match(Use.of(["HMB"]), Use.of(["HMB", "PUB", "GS"]))
    assert found.algorithm == ALGORITHM
    assert Match.read(found.as_json()) == found

"""Does a purpose lie within what a dataset allows? Yes, no, or a person must look.

The answer names its algorithm, and is kept with the permit: a later rule does not change what was decided under
this one. A term of a purpose says what the project is (`HMB`, or `DS` with its tumour types) or what it binds
itself to (`PUB`: it will publish; `IRB`: its ethics approval is documented). Rules: the definitions of the terms in
the Data Use Ontology (GA4GH; Lawson et al., Cell Genomics 2021). Whatever the rules do not decide is for a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chevet.words import duo, oncotree

ALGORITHM = "chevet-duo-1"
Answer = Literal["yes", "no", "person"]
_WITHIN: dict[str, frozenset[str]] = {
    "NRES": frozenset({"NRES", "GRU", "HMB", "DS", "POA", "CC"}),
    "GRU": frozenset({"GRU", "HMB", "DS", "POA"}),
    "HMB": frozenset({"HMB", "DS"}),
    "POA": frozenset({"POA"}),
    "CC": frozenset({"CC"}),
}
_KINDS = ("NRES", "GRU", "HMB", "DS", "POA", "CC")
# A permit names its people and its project, so these two hold by its very form.
_HELD_BY_ANY_PERMIT = frozenset({"US", "PS"})


@dataclass(frozen=True)
class Use:
    """What a dataset allows, or what a project wants: DUO short names, and OncoTree codes where `DS` is among them."""

    codes: frozenset[str]
    tumour_types: frozenset[str] = frozenset()

    @staticmethod
    def of(codes: Collection[str], tumour_types: Collection[str] = ()) -> Use:
        return Use(frozenset(codes), frozenset(tumour_types))


@dataclass(frozen=True)
class Match:
    """The answer, by which algorithm, and each reason that is not a plain yes: (DUO code, answer)."""

    answer: Answer
    reasons: tuple[tuple[str, Answer], ...] = ()
    algorithm: str = ALGORITHM

    def as_json(self) -> dict[str, Any]:
        return {
            "answer": self.answer, "algorithm": self.algorithm,
            "reasons": [{"code": code, "answer": answer} for code, answer in self.reasons],
        }  # fmt: skip

    @staticmethod
    def read(told: Mapping[str, Any]) -> Match:
        """The match as an event holds it."""
        reasons = tuple((reason["code"], reason["answer"]) for reason in told["reasons"])
        return Match(told["answer"], reasons, told["algorithm"])


def match(purpose: Use, allowed: Use | None) -> Match:
    """Whether this purpose lies within this use; None stands for a dataset whose use nobody has set.

    >>> match(Use.of(["DS"], ["LUAD"]), Use.of(["DS"], ["LUNG"])).answer
    'yes'
    >>> match(Use.of(["HMB"]), Use.of(["DS"], ["LUNG"])).answer
    'no'
    >>> match(Use.of(["HMB"]), Use.of(["HMB", "PUB"])).reasons
    (('PUB', 'person'),)
    """
    if allowed is None:
        return Match("person", (("NOT_SET", "person"),))
    judged = [*_kinds(purpose, allowed), *_modifiers(purpose, allowed)]
    reasons = tuple((code, answer) for code, answer in judged if answer != "yes")
    answers = {answer for _, answer in reasons}
    return Match("no" if "no" in answers else "person" if answers else "yes", reasons)


def _kinds(purpose: Use, allowed: Use) -> Iterator[tuple[str, Answer]]:
    """Every kind of use that the purpose names must lie within some kind that the dataset allows."""
    wanted = [code for code in _KINDS if code in purpose.codes]
    if not wanted:
        yield "NO_KIND", "person"
    for code in wanted:
        answers = {_within(code, purpose, permitted, allowed) for permitted in _KINDS if permitted in allowed.codes}
        yield code, "yes" if "yes" in answers else "person" if "person" in answers or not answers else "no"


def _within(code: str, purpose: Use, permitted: str, allowed: Use) -> Answer:
    if permitted != "DS":
        return "yes" if code in _WITHIN[permitted] else "no"
    if code != "DS":
        return "no"
    if not purpose.tumour_types or not allowed.tumour_types:
        return "person"
    below = {each for top in allowed.tumour_types for each in oncotree.descendants(top)}
    return "yes" if purpose.tumour_types <= below else "no"


def _modifiers(purpose: Use, allowed: Use) -> Iterator[tuple[str, Answer]]:
    bound = set(purpose.codes)
    if "NPUNCU" in bound or {"NPU", "NCU"} <= bound:
        bound |= {"NPU", "NCU", "NPUNCU"}
    for code in sorted(allowed.codes):
        term = duo.find(code)
        if term is None or term.kind != "modifier" or code == "CC":
            continue
        if code == "NPOA":
            yield code, "no" if "POA" in bound else "person" if bound & {"GRU", "NRES"} else "yes"
        else:
            yield code, "yes" if code in bound | _HELD_BY_ANY_PERMIT else "person"

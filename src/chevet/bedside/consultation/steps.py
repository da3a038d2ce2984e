"""What to do next: tests that could open an option, germline counselling, trials, the board."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.therapy.knowledge.base import rows
from chevet.therapy.matching.choosing import Choice
from chevet.therapy.matching.option import Option
from chevet.words import treatments

StepKind: TypeAlias = Literal["test", "condition", "germline", "retest", "trial", "board"]
TESTS_AT_MOST = 8


@dataclass(frozen=True)
class Step:
    """One step: its kind, the key of its sentence (`step.<key>`), what it is of, and on whose word."""

    kind: StepKind
    key: str
    what: tuple[str, ...] = ()
    therapies: tuple[tuple[str, ...], ...] = ()
    sources: tuple[str, ...] = ()


def next_steps(case: Case, findings: tuple[Finding, ...], choice: Choice, *, trials: int | None) -> tuple[Step, ...]:
    """The steps in the order of urgency. There is always one: the board."""
    found: list[Step] = []
    found += _tests(findings, choice)[:TESTS_AT_MOST]
    found += _germline(findings)
    found += _retest(case, choice)
    if trials:
        found.append(Step("trial", "trials_found", (str(trials),)))
    elif choice.nothing_approved:
        found.append(Step("trial", "trials_seek"))
    is_open = not choice.options and not (findings and case.diagnosis.oncotree)
    nothing = "board_unknown" if is_open else "board_nothing"
    found.append(Step("board", nothing if choice.nothing_approved else "board"))
    return tuple(found)


def _tests(findings: tuple[Finding, ...], choice: Choice) -> list[Step]:
    """One step for all tests that would open the same options; of a marker that was measured the level is wanted."""
    measured = frozenset(one.alteration.name for one in findings if one.alteration.value is not None)
    by_options: dict[tuple[bool, frozenset[tuple[str, ...]]], tuple[list[str], tuple[Option, ...]]] = {}
    for name, waiting in choice.to_test:
        options = nearest(waiting)
        key = (name in measured, frozenset(option.therapy for option in options))
        by_options.setdefault(key, ([], options))[0].append(name)
    return [
        Step(
            "test", "test_level" if is_known else "test", tuple(names), tuple(option.therapy for option in options[:4])
        )
        for (is_known, _), (names, options) in by_options.items()
    ]


def nearest(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Those that wait for the fewest tests first: of a test of ALK, lorlatinib rather than pembrolizumab."""
    return tuple(sorted(options, key=lambda one: len(one.to_test)))


def _germline(findings: tuple[Finding, ...]) -> list[Step]:
    """A driver in a gene of heredity, read in the tumour: the patient may have been born with it.

    Not one in a gene that a fusion drives: there a variant is how the tumour escaped a medicine.
    """
    fused = {one.alteration.gene for one in findings if one.alteration.type == "fusion" and one.drives}
    named: dict[str, Step] = {}
    for one in findings:
        change = one.alteration
        source = germline_genes().get(change.gene)
        if source is None or change.type != "variant" or not one.drives or change.gene in fused:
            continue
        if change.origin != "somatic":
            key = "germline_known" if change.origin == "germline" else "germline_possible"
            named[change.gene] = Step("germline", key, (change.gene,), (), (source,))
    return list(named.values())


_TARGETED = ("targeted_therapy", "hormone_therapy")


def _retest(case: Case, choice: Choice) -> list[Step]:
    """A tumour that grew under a targeted medicine is another one: look for how it escaped, unless that was found."""
    explained = {
        name
        for one in choice.against
        for reason in (one, *one.others)
        if reason.effect == "resistance" and reason.because
        for name in one.therapy
    }
    targeted = [
        name
        for name in case.clinical.progressed_on
        if (medicine := treatments.medicine(name)) is not None and medicine.treatment_class in _TARGETED
    ]
    if not targeted or choice.options or explained & set(targeted):
        return []
    return [Step("retest", "retest", tuple(targeted))]


@cache
def germline_genes() -> dict[str, str]:
    """Genes of heredity that ask for counselling in every tumour, with the source of each."""
    table = resources.files("chevet.bedside") / "tables" / "germline_genes.tsv"
    return {row["gene"]: row["source"] for _, row in rows(table)}

"""Asks every part for its lines on the genes of a cohort, and says of each part what could not be asked, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from chevet.cohort import Cohort
from chevet.cohort.survival import ENDPOINT
from chevet.errors import BadInput, ChevetError, Fault
from chevet.genomics.reference.installed import Reference
from chevet.targets.evidence import Line, Part, Source
from chevet.targets.outcome import analysis as outcome
from chevet.targets.outcome.lines import lines as outcome_lines
from chevet.targets.ranking.disclosing import beside_carriers
from chevet.targets.relations import settings as relations
from chevet.targets.relations.asking import of_cohort as relations_of_cohort
from chevet.targets.relations.lines import lines as relations_lines
from chevet.targets.selection import analysis as selection
from chevet.targets.selection.coding_sites import CodingSites
from chevet.targets.selection.drivers import SIGNIFICANT
from chevet.targets.selection.kept_sites import chosen_reference, sites_of
from chevet.targets.selection.lines import lines as selection_lines
from chevet.targets.shape import analysis as shape
from chevet.targets.shape.lines import lines as shape_lines
from chevet.targets.vulnerability.cells import What
from chevet.targets.vulnerability.kept import of_home
from chevet.targets.vulnerability.lines import lines as vulnerability_lines
from chevet.words import genes as gene_names

Tell = Callable[[str, float], None]
ReadDrivers = tuple[pa.Table, Source, dict[str, Any]]
COMPARED, _NAMED = 100, 20


@dataclass(frozen=True)
class Asking:
    """What the parts are told besides the cohort.

    drivers    what `chevet targets drivers` wrote, instead of asking selection again
    reference  the installed genome, when several fit
    endpoint   of survival
    """

    home: Path
    drivers: Path | None = None
    reference: str | None = None
    endpoint: str = ENDPOINT


@dataclass(frozen=True)
class Told:
    """What one part answered.

    kind     when it could not be asked, or broke off: the kind of error; `why` and `next_act` are its words, in English
    sources  tables of others, or of another command, that the lines rest on
    notes    what must be known of it, fit for JSON
    table    the genes of selection, for the parts that ask on
    """

    part: Part
    lines: tuple[Line, ...] = ()
    kind: str = ""
    why: str = ""
    next_act: str = ""
    sources: tuple[Source, ...] = ()
    notes: dict[str, Any] | None = None
    table: pa.Table | None = None

    def as_json(self) -> dict[str, Any]:
        """What was asked, for machines; the lines are in evidence.tsv."""
        return {
            "lines": len(self.lines), "answered": not self.kind, "why_not": self.why or None,
            "next": self.next_act or None, "sources": [vars(one) for one in self.sources], "notes": self.notes or {},
        }  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What every part is asked about.

    genes        those that are ranked, by name; `by_carriers`, those that most patients carry first
    tumours      OncoTree codes of the cohort
    assessed     the lines of kept tables on these genes
    drivers      what `chevet targets drivers` wrote, when that is to be taken
    told         what the parts before have answered
    """

    cohort: Cohort
    asking: Asking
    genes: Sequence[str]
    by_carriers: Sequence[str]
    tumours: Sequence[str]
    assessed: Sequence[Line]
    drivers: ReadDrivers | None = None
    tell: Tell = field(default=lambda what, part: None)
    told: Mapping[Part, Told] = field(default_factory=dict)

    def named(self) -> tuple[str, ...]:
        """The genes that parts asked before surely speak for, most carriers first; at most COMPARED."""
        every = (line for one in self.told.values() for line in one.lines if line.standing == "for")
        spoken = {line.gene for line in every if line.q is not None and line.q < SIGNIFICANT}
        return tuple(gene for gene in self.by_carriers if gene in spoken)[:COMPARED]


def gather(question: Question, tell: Tell) -> dict[Part, Told]:
    """The answer of every part. A part that refuses, or lacks what it needs, is told as such and stops nothing."""
    told: dict[Part, Told] = {}
    for number, (part, ask) in enumerate(ASKED.items()):

        def within(what: str, share: float, part: Part = part, number: int = number) -> None:
            tell(part, (number + share) / len(ASKED))

        within("", 0.0)
        try:
            told[part] = ask(replace(question, tell=within, told=dict(told)))
        except Fault:
            raise
        except ChevetError as error:
            told[part] = Told(part, kind=error.kind, why=error.message, next_act=error.next_act)
    return {part: replace(one, lines=beside_carriers(one.lines, question.cohort)) for part, one in told.items()}


def _selection(question: Question) -> Told:
    if question.drivers is not None:
        table, source, model = question.drivers
        made, left = _renamed(selection_lines(table, source=source), question.genes)
        notes = {"read": source.name, "study": model.get("study")} | _left_out(left)
        return Told("selection", made, sources=(source,), table=table, notes=notes)
    reference, sites = _reference(question)
    analysis = selection.of_cohort(question.cohort, sites, reference, selection.Settings())
    notes = {name: analysis.model[name] for name in ("reference", "global_dnds", "theta", "genes_withheld")}
    made, left = _renamed(selection_lines(analysis.genes), question.genes)
    return Told("selection", made, notes=notes | _left_out(left), table=analysis.genes)


def _left_out(lines: Sequence[Line]) -> dict[str, Any]:
    """Genes of selection that are not ranked: fewer than five patients carry them, or the study knows no such name."""
    surest = sorted((line for line in lines if line.standing == "for"), key=lambda line: (line.q or 0.0, line.gene))
    return {
        "genes_not_ranked": len(lines), "under_selection_not_ranked": len(surest),
        "names": [line.gene for line in surest[:_NAMED]],
    }  # fmt: skip


def _reference(question: Question) -> tuple[Reference, CodingSites]:
    """The genome of the study's build and its coding sites. Raises BadInput when none is installed."""
    build = str(question.cohort.version.about.get("assembly") or "")
    reference = chosen_reference(question.asking.home, question.asking.reference, build)
    return reference, sites_of(question.asking.home, reference)


def _shape(question: Question) -> Told:
    """With the genome where one is installed, else with every residue taken to be as mutable as the others."""
    try:
        reference = _reference(question)
    except BadInput:
        if question.asking.reference is not None:
            raise
        reference = None
    drivers = question.told["selection"].table
    found = shape.of_cohort(question.cohort, shape.Settings(reference=reference, selection=drivers), question.tell)
    return Told("shape", tuple(shape_lines(found, question.genes)), notes=found.about)


def _outcome(question: Question) -> Told:
    settings = outcome.Settings(endpoint=question.asking.endpoint)
    found = outcome.of_cohort(question.cohort, settings, question.tell)
    return Told("outcome", tuple(outcome_lines(found)), notes=found.model)


def _relations(question: Question) -> Told:
    """Only between genes that something speaks for already: pairs of passengers would cost the others their q."""
    named = question.named()
    chosen = relations.Settings(named) if len(named) > 1 else relations.Settings(cancer_genes=True)
    within = "tumour" if len(question.tumours) > 1 else ""
    found = relations_of_cohort(question.cohort, chosen, within=within)
    return Told("relations", tuple(relations_lines(found)), notes=found.about | {"genes": list(found.genes)})


def _vulnerability(question: Question) -> Told:
    """Cell lines that carry the alteration: their answer to medicines, and the genes that they need."""
    made: list[Line] = []
    sources: list[Source] = []
    for what in _MEASURED:
        found = of_home(question.asking.home, what)
        source = found.sources[0] if found.sources else None
        made += vulnerability_lines(found.made, question.genes, what, source)
        sources += found.sources
    return Told("vulnerability", tuple(made), sources=tuple(dict.fromkeys(sources)))


def _assessed(question: Question, part: Part) -> Told:
    made = tuple(line for line in question.assessed if line.part == part)
    return Told(part, made, sources=tuple(dict.fromkeys(line.source for line in made if line.source is not None)))


def _tractability(question: Question) -> Told:
    return _assessed(question, "tractability")


def _safety(question: Question) -> Told:
    return _assessed(question, "safety")


def _renamed(lines: Sequence[Line], genes: Sequence[str]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines under the symbols of the study, since a table made elsewhere may use older ones; and those left out."""
    ours, named = set(genes), {line.gene for line in lines}
    made, left = [], []
    for line in lines:
        now = None if line.gene in ours else gene_names.resolve(line.gene)
        if line.gene in ours:
            made.append(line)
        elif now is not None and now.symbol in ours and now.symbol not in named:
            made.append(replace(line, gene=now.symbol))
        else:
            left.append(line)
    return tuple(made), tuple(left)


_MEASURED: tuple[What, ...] = ("response", "dependency")
ASKED: dict[Part, Callable[[Question], Told]] = {
    "selection": _selection, "shape": _shape, "outcome": _outcome, "relations": _relations,
    "vulnerability": _vulnerability, "tractability": _tractability, "safety": _safety,
}  # fmt: skip

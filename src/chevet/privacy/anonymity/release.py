"""From a table and its policy to a release that keeps every promise, or a refusal that says what was not kept.

The table is coded, a search finds what to generalise, labels are written, and a verifier that shares nothing
with the search counts everything again on the written labels. What does not hold is not released: the data
are then called *pseudonymised*, never anonymised.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chevet.errors import BadInput, CannotConclude, Fault, Refused
from chevet.privacy.anonymity.alterations import Alterations, alterations_of
from chevet.privacy.anonymity.asked import aims_of, models_of, order_of, population_of, sensitive_hierarchies
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.coding import (
    Cells,
    blank_as_suppressed,
    coded_table,
    hierarchies_of,
    in_one_piece,
    person_column,
    with_finest,
    with_silence,
    without_finest,
    words_table,
    written_table,
)
from chevet.privacy.anonymity.dating import dated
from chevet.privacy.anonymity.extract import Source, read_table
from chevet.privacy.anonymity.models import Model, Population
from chevet.privacy.anonymity.policy import Policy
from chevet.privacy.anonymity.reporting import Unmet, measured, of_questions, unmet, unmet_at_the_coarsest
from chevet.privacy.anonymity.search.lattice import search_optimal
from chevet.privacy.anonymity.search.recoding import recode_locally
from chevet.privacy.anonymity.verify.verifier import Verified, verify
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.keys import Key
from chevet.privacy.pseudonyms import pseudonym_column
from chevet.privacy.risk.three_questions import three_questions
from chevet.records.record import Progress, no_progress

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Found:
    """How a release was found.

    kind     optimal, local, or like: the recoding of an earlier release
    proved   no release with one level per attribute loses less
    bound    none loses less than this; None where nothing is known
    levels   of an optimal search: the level of each attribute
    like     the earlier release, or nothing
    """

    kind: str
    proved: bool = False
    bound: float | None = None
    levels: tuple[int, ...] = ()
    like: str = ""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table of people ready for a search: dates as the policy wants them, everything coded."""

    source: Source
    policy: Policy
    table: pa.Table
    coded: CodedTable
    hierarchies: Mapping[str, Hierarchy]
    population: Population | None
    population_table: pa.Table | None
    models: tuple[Model, ...]

    @property
    def aims(self) -> tuple[Model, ...]:
        """What a search must reach: the models, and the thresholds that are models, too."""
        return (*self.models, *aims_of(self.policy, self.population))


@dataclass(frozen=True, eq=False)
class Release:
    """A release that was verified.

    table         what goes out, its rows in an order that says nothing
    order         (rows,) the row of the source that each row of `table` comes from; it stays inside
    report        every figure, as `report.json` keeps it
    alterations   what goes out beside it, or None
    """

    table: pa.Table
    policy: Policy
    hierarchies: Mapping[str, Hierarchy]
    released: Released
    order: Rows
    report: dict[str, Any]
    verified: Verified
    models: tuple[Model, ...]
    alterations: Alterations | None

    @property
    def name(self) -> str:
        """How the release is called: the first letters of its digest."""
        return str(self.report["release"]["id"])


def prepare(source: Source, policy: Policy, *, project: str = "", key: Key | None = None) -> Prepared:
    """The table checked against its policy and coded. BadInput tells everything that does not fit."""
    policy.check_columns(source.table.column_names)
    person_column(source.table, policy)
    table = with_silence(source.table.select([c.name for c in policy.columns]), policy)
    table = dated(table, policy, project=project, key=key)
    beside = read_table(policy.folder / policy.population) if policy.population else None
    everybody = None if beside is None else with_silence(beside, policy)
    hierarchies = hierarchies_of([table, *([] if everybody is None else [everybody])], policy)
    coded = coded_table(table, policy, hierarchies)
    population = population_of(everybody, policy, hierarchies)
    hierarchies |= sensitive_hierarchies(policy, coded.sensitive_labels)
    models = models_of(policy, coded, population)
    return Prepared(source, policy, table, coded, hierarchies, population, everybody, models)


def search(ready: Prepared, progress: Progress = no_progress) -> tuple[Released, Found]:
    """The release that the policy's search finds. CannotConclude when none keeps the models."""
    table = without_finest(ready.coded, ready.policy)
    weights = [c.weight for c in ready.policy.quasi]
    if ready.policy.search == "local":
        released = recode_locally(table, _on(table, ready), weights=weights, progress=progress)
        return with_finest(released, ready.coded, ready.policy), Found("local")
    best = search_optimal(
        table, _on(table, ready), ready.policy.suppress_at_most, weights=weights, seconds=ready.policy.seconds,
        progress=lambda s: progress(f"{s.nodes_evaluated} combinations of levels weighed", 0.5),
    )  # fmt: skip
    levels = tuple(int(level) + c.lowest for level, c in zip(best.levels, ready.policy.quasi, strict=True))
    found = Found("optimal", best.proved, float(best.bound), levels)
    return with_finest(best.released, ready.coded, ready.policy), found


def _on(table: CodedTable, ready: Prepared) -> tuple[Model, ...]:
    """The models as the search needs them: the population coded on the levels that it sees."""
    if ready.population is None:
        return ready.aims
    population = Population(without_finest(ready.population.table, ready.policy), ready.population.counts)
    return (*models_of(ready.policy, table, population), *aims_of(ready.policy, population))


def anonymise(
    source: Source,
    policy: Policy,
    *,
    made_on: datetime.date,
    order_key: Key,
    project: str = "",
    project_key: Key | None = None,
    attacks: int = 0,
    progress: Progress = no_progress,
) -> Release:
    """A release of these people that keeps the policy, verified on its written labels.

    made_on       the date of the dossier
    order_key     the secret that shuffles the rows, and under which the report tells of its source
    project_key   of `project`: whose pseudonyms replace identifiers, and whose secret shifts dates
    attacks       how many of each kind are tried to answer the three European questions; 0: they are not measured

    Raises Refused, listing every threshold and model that is not met; BadInput when policy and table do not fit.
    """
    if policy.draft:
        raise Refused(
            "the policy is a draft: nobody has read it yet",
            next_act="Read every line, correct it, and take the line `draft = true` away.",
        )
    progress("coding", 0.05)
    ready = prepare(source, policy, project=project, key=project_key)
    progress("searching", 0.1)
    try:
        released, found = search(ready, progress)
    except CannotConclude as nothing:
        raise _nothing_found(nothing, unmet_at_the_coarsest(ready)) from None
    return finish(ready, released, found, made_on=made_on, order_key=order_key, project=project,
                  project_key=project_key, attacks=attacks, progress=progress)  # fmt: skip


def finish(
    ready: Prepared,
    released: Released,
    found: Found,
    *,
    made_on: datetime.date,
    order_key: Key,
    project: str = "",
    project_key: Key | None = None,
    attacks: int = 0,
    progress: Progress = no_progress,
) -> Release:
    """Write the labels, verify them, measure, and refuse what is not met."""
    policy = ready.policy
    released = blank_as_suppressed(ready.table, policy, released)
    whom = (project, str(project_key.version)) if project_key else (project,)
    order = shuffled(order_key, ready.source.digest, policy.digest, ready.table.num_rows, whom)
    names = _pseudonyms(ready.table, policy, project, project_key)
    table = written_table(ready.table, policy, released, order, names)
    progress("verifying", 0.8)
    verified = verify(
        table, policy, for_verifier(policy, ready.hierarchies, ready.coded.sensitive_labels),
        original=words_table(ready.table, policy), order=order,
        population=None if ready.population_table is None else words_table(ready.population_table, policy),
    )  # fmt: skip
    progress("measuring", 0.9)
    report = measured(ready, released, found, table, made_on=made_on, project=project, key=order_key)
    if attacks:
        progress("attacking", 0.91)
        report["questions"] = three_questions(released, attacks=attacks).as_json()
    report["thresholds"] += of_questions(policy, report["questions"])
    progress("alterations", 0.92)
    beside = alterations_of(
        ready,
        released,
        names,
        lambda: shuffled(order_key, ready.source.digest, f"alterations {policy.digest}", ready.table.num_rows, whom),
    )
    if beside is not None:
        report["alterations"] = beside.report
        report["called"] = report["called"] if beside.report["holds"] else "pseudonymised"
    missed = unmet(report)
    if missed:
        raise refusal(missed, policy)
    if not verified.holds:
        broken = ", ".join(f"{f.rule} {f.of}".strip() for f in verified.findings if not f.holds)
        raise Fault(
            f"the verifier does not find in the written table what the search promised: {broken}",
            next_act="Nothing was released. Please report this to the people who run Chevet.",
        )
    return Release(table, policy, ready.hierarchies, released, order, report, verified, ready.models, beside)


def _nothing_found(nothing: CannotConclude, missed: Sequence[Unmet]) -> Refused:
    lines = "".join(f"\n  {one.says}" for one in missed)
    coarsest = f"; even the coarsest would not meet:{lines}" if missed else ""
    return Refused(
        f"the release is refused; the data stay pseudonymised, not anonymised: {nothing.message}{coarsest}",
        next_act=nothing.next_act,
    )


def refusal(missed: Sequence[Unmet], policy: Policy) -> Refused:
    """The refusal that lists everything that was not met."""
    lines = "\n  ".join(one.says for one in missed)
    return Refused(
        f"the release is refused; the data stay pseudonymised, not anonymised. Not met:\n  {lines}",
        next_act="Generalise further (a larger k, coarser lowest levels), suppress more, release fewer columns,"
        " or ask the data protection officer for another threshold.",
    )


def shuffled(key: Key, source: str, policy: str, rows: int, whom: Sequence[str] = ()) -> Rows:
    """(rows,) the source's row for each row of the release, in the order of keyed digests of row numbers.

    whom   the project, and the version of its key: were two in one order, their pseudonyms would be joined by place

    Another source, policy, project or key gives an unrelated order; without the key nothing follows from it.
    """
    digests = key.digests("order of a release", (source, policy, *filter(None, whom)), map(str, range(rows)))
    return np.array(sorted(range(rows), key=digests.__getitem__), dtype=np.intp)


def _pseudonyms(table: pa.Table, policy: Policy, project: str, key: Key | None) -> Cells | None:
    asked = [c for c in policy.of_role("identifier") if c.pseudonym]
    if not asked:
        return None
    if key is None:
        raise Refused(
            f"the policy replaces {asked[0].name} by a project's pseudonym, and no project is named",
            next_act="Name the project (--project), or take `pseudonym` away from the policy.",
        )
    if len(asked) > 1:
        raise BadInput(
            "the policy gives pseudonyms to " + ", ".join(c.name for c in asked),
            next_act="A row is one person: replace one identifier, and drop the others.",
        )
    made = pseudonym_column(key, project, pa.chunked_array([in_one_piece(table, asked[0].name).cast(pa.string())]))
    return pa.concat_arrays(made.chunks)


def for_verifier(
    policy: Policy, hierarchies: Mapping[str, Hierarchy], labels: Mapping[str, Sequence[str]]
) -> dict[str, Hierarchy]:
    """The hierarchies as the verifier reads them: what was not said of a sensitive attribute is `?` there.

    labels   the values of each sensitive attribute
    """
    found = dict(hierarchies)
    for asked in policy.models:
        if asked.distance == "ordered" and (order := order_of(asked, labels[asked.attribute])):
            found[asked.attribute] = Hierarchy.from_rows(asked.attribute, [(value, "*") for value in order])
    for column in policy.sensitive:
        if column.name in found:
            h = found[column.name]
            shown = tuple(tuple("?" if name == "" else name for name in names) for names in h.labels)
            found[column.name] = Hierarchy(h.name, h.nodes, shown)
    return found

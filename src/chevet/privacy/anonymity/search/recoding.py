"""Local recoding: every class of people at nodes of its own, from the top down, nobody suppressed.

The table is divided as far as k and the models of classes allow (`growing`), then cut back to the number of
classes that the average risk allows (`pruning`): at equal k, classes filled close to k triple the chance of
finding the right row of a person. Each class is then shown at the lowest nodes that hold all its people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chevet.errors import CannotConclude
from chevet.privacy.anonymity.coded import CodedTable, Released
from chevet.privacy.anonymity.models import (
    AverageRisk,
    ClassModel,
    HighestRisk,
    KAnonymity,
    Model,
    View,
    attributes_of,
)
from chevet.privacy.anonymity.search.branches import Branches
from chevet.privacy.anonymity.search.forest import Forest
from chevet.privacy.anonymity.search.gain import QUESTIONS, penalties
from chevet.privacy.anonymity.search.growing import Growth, Rules
from chevet.privacy.anonymity.search.pruning import prune
from chevet.privacy.hierarchies.hierarchy import Codes
from chevet.records.record import Progress, no_progress

# How many fewer classes are tried when the release breaks a model of the whole table.
FEWER = 0.7


def recode_locally(
    table: CodedTable,
    models: Sequence[Model],
    *,
    average_risk_at_most: float | None = None,
    weights: Sequence[float] | None = None,
    questions: float = QUESTIONS,
    progress: Progress = no_progress,
) -> Released:
    """A release of everybody that keeps all models, each class shown in as much detail as the others allow.

    average_risk_at_most   classes / people; None: no limit but that of an `AverageRisk` among the models
    weights                per attribute, what its penalty counts; equal if left out
    questions              how much the error of cohort questions counts beside the loss (`gain`)

    The same rows in another order give the same release in that order. Sensitive values are read by the models only.
    Raises CannotConclude when not even the coarsest release keeps them.
    """
    rules = _rules(models)
    at_most = _classes_allowed(table, models, average_risk_at_most)
    branches = [Branches.of(hierarchy) for hierarchy in table.hierarchies]
    shares = [1.0] * len(branches) if weights is None else [w * len(branches) / sum(weights) for w in weights]
    costs = [
        share * penalties(hierarchy, codes, questions)
        for hierarchy, codes, share in zip(table.hierarchies, table.codes, shares, strict=True)
    ]
    growth = Growth(table, branches, costs, rules)
    _check_first_division(growth, at_most)
    forest = growth.grow(progress)
    penalty = sum(cost[forest.nodes[:, attribute]] for attribute, cost in enumerate(costs))
    while True:
        progress("pruning", 0.8)
        classes = prune(forest, np.asarray(penalty), at_most)[forest.of]
        released = _shown(table, branches, forest, classes, lowest=rules.descend)
        if _holds(released, models):
            return released
        at_most = int(FEWER * min(at_most, len(np.unique(classes))))
        if at_most < forest.births[1]:
            raise CannotConclude(
                f"no release of {table.n} people was found that keeps "
                + ", ".join(sorted({model.name for model in models})),
                next_act="Ask for less (a smaller k or l, a larger t or risk), or let people be suppressed.",
            )


def _rules(models: Sequence[Model]) -> Rules:
    """What the search holds every class to: k from all models that ask for a number of people, and the other models."""
    asked = [model.k for model in models if isinstance(model, KAnonymity)]
    asked += [_fewest(model.at_most) for model in models if isinstance(model, HighestRisk)]
    others = tuple(m for m in models if isinstance(m, ClassModel) and not isinstance(m, KAnonymity | HighestRisk))
    return Rules(max([1, *asked]), others, descend=not any(hasattr(model, "population") for model in models))


def _classes_allowed(table: CodedTable, models: Sequence[Model], average_risk_at_most: float | None) -> int:
    limits = [model.at_most for model in models if isinstance(model, AverageRisk)]
    limits += [] if average_risk_at_most is None else [average_risk_at_most]
    return min([table.n, *(_most(limit, table.n) for limit in limits)])


def _fewest(risk: float) -> int:
    """The smallest class in which one person is found with at most this chance, rounding of fractions aside."""
    k = max(1, math.floor(1 / risk))
    return k if 1 / k <= risk else k + 1


def _most(risk: float, people: int) -> int:
    """The most classes that leave this average risk, rounding of fractions aside."""
    classes = math.floor(risk * people)
    return classes + 1 if classes < people and (classes + 1) / people <= risk else classes


def _check_first_division(growth: Growth, at_most: int) -> None:
    """Raise CannotConclude when the coarsest release breaks a model: there is nothing to make finer."""
    n = len(growth.sizes)
    broken = int(growth.rules.broken(growth.table, growth.nodes, np.arange(growth.table.n), growth.of).sum())
    if broken or n > at_most:
        raise CannotConclude(
            f"with every attribute at its coarsest, {broken} of {n} classes break a model;"
            f" the average risk allows {at_most} classes",
            next_act="Ask for less, take more people, or give every hierarchy a last level that joins all values.",
        )


def _shown(
    table: CodedTable, branches: Sequence[Branches], forest: Forest, classes: Codes, *, lowest: bool
) -> Released:
    """The release of these classes, each at its group's nodes, or at the lowest that hold its people."""
    nobody = np.zeros(table.n, dtype=np.bool_)
    if not lowest:
        nodes = forest.nodes[np.where(classes < forest.n_groups, classes, classes - forest.n_groups)]
        return Released(table, tuple(np.ascontiguousarray(nodes.T)), nobody)
    rows = np.argsort(classes, kind="stable")
    steps = np.diff(classes[rows], prepend=-1) != 0
    starts, number = np.flatnonzero(steps), np.cumsum(steps) - 1
    shown = []
    for codes, branch in zip(table.codes, branches, strict=True):
        nodes = np.empty(table.n, dtype=np.int32)
        nodes[rows] = branch.common(codes[rows], starts)[number]
        shown.append(nodes)
    return Released(table, tuple(shown), nobody)


def _holds(released: Released, models: Sequence[Model]) -> bool:
    view = View.of(released, attributes_of(models))
    return all(model.holds(view).holds for model in models)

"""What a policy asks for, as models that a search holds to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pyarrow as pa

from chevet.errors import BadInput
from chevet.privacy.anonymity import models
from chevet.privacy.anonymity.coded import CodedTable
from chevet.privacy.anonymity.coding import coded_table, hierarchy_of
from chevet.privacy.anonymity.models import Model, Population
from chevet.privacy.anonymity.policy import ModelAsked, Policy
from chevet.privacy.hierarchies.hierarchy import Hierarchy
from chevet.privacy.hierarchies.ladder import NOT_SAID

# A risk of 1 / 3 asks for three people, however the division was rounded.
ROUNDING = 1e-9


def models_of(policy: Policy, table: CodedTable, population: Population | None) -> tuple[Model, ...]:
    """Every model of the policy, in its order.

    population   read from the table that the policy names, or None
    """
    return tuple(_model(asked, policy, table, population) for asked in policy.models)


def aims_of(policy: Policy, population: Population | None) -> tuple[Model, ...]:
    """Thresholds that a search can aim at, as models; the others are only measured afterwards."""
    aims: list[Model] = []
    limits = policy.thresholds
    if limits.get("highest_risk"):
        aims.append(models.HighestRisk(limits["highest_risk"]))
    if limits.get("average_risk"):
        aims.append(models.AverageRisk(limits["average_risk"]))
    if limits.get("unique_in_sample") == 0:
        aims.append(models.KAnonymity(2))
    if "unique_in_population" in limits and policy.population_size:
        aims.append(models.PopulationUniqueness(limits["unique_in_population"], policy.population_size))
    if population is not None and limits.get("journalist_risk"):
        aims.append(models.KMap(math.ceil(1 / limits["journalist_risk"] - ROUNDING), population))
    return tuple(aims)


def population_of(table: pa.Table | None, policy: Policy, hierarchies: Mapping[str, Hierarchy]) -> Population | None:
    """The population coded on the hierarchies of the release, from its table."""
    if table is None:
        return None
    missing = [c.name for c in policy.quasi if c.name not in table.column_names]
    if missing:
        raise BadInput(
            f"the population has no column {', '.join(missing)}",
            next_act="Give the population the quasi-identifiers of the policy, under the same names.",
        )
    return Population(coded_table(table, policy, hierarchies, quasi_only=True))


def sensitive_hierarchies(policy: Policy, labels: Mapping[str, Sequence[str]]) -> dict[str, Hierarchy]:
    """The hierarchies of sensitive attributes that have one.

    labels   the values of each attribute
    """
    return {c.name: hierarchy_of(c, labels[c.name], policy) for c in policy.sensitive if c.hierarchy}


def _model(asked: ModelAsked, policy: Policy, table: CodedTable, population: Population | None) -> Model:
    figures, attribute = asked.figures, asked.attribute
    if population is not None and asked.kind == "k-map":
        return models.KMap(int(figures["k"]), population)
    if population is not None and asked.kind == "delta-presence":
        return models.DeltaPresence(figures["low"], figures["high"], population)
    if asked.kind == "k-anonymity":
        return models.KAnonymity(int(figures["k"]))
    if asked.kind == "distinct-l-diversity":
        return models.DistinctLDiversity(attribute, int(figures["l"]))
    if asked.kind == "entropy-l-diversity":
        return models.EntropyLDiversity(attribute, figures["l"])
    if asked.kind == "recursive-l-diversity":
        return models.RecursiveLDiversity(attribute, figures["c"], int(figures["l"]))
    if asked.kind == "t-closeness":
        return _closeness(asked, policy, table)
    if asked.kind == "population-uniqueness":
        return models.PopulationUniqueness(figures["at_most"], int(figures["population_size"]))
    if asked.kind == "average-risk":
        return models.AverageRisk(figures["at_most"])
    raise ValueError(f"no model is called {asked.kind}, or it lacks a population")


def _closeness(asked: ModelAsked, policy: Policy, table: CodedTable) -> Model:
    labels = table.sensitive_labels[asked.attribute]
    if asked.distance == "ordered":
        return models.TCloseness(asked.attribute, asked.figures["t"], "ordered", order=order_of(asked, labels))
    if asked.distance == "hierarchical":
        hierarchy = sensitive_hierarchies(policy, table.sensitive_labels)[asked.attribute]
        return models.TCloseness(asked.attribute, asked.figures["t"], "hierarchical", hierarchy=hierarchy)
    return models.TCloseness(asked.attribute, asked.figures["t"])


def order_of(asked: ModelAsked, labels: Sequence[str]) -> tuple[str, ...]:
    """The values from least to most, as the policy orders them; what was not said comes last.

    Without an order of the policy the values must be numbers: the model says so when they are not.
    """
    if asked.order:
        return (*asked.order, *([NOT_SAID] if NOT_SAID in labels and NOT_SAID not in asked.order else []))
    return tuple(labels) if NOT_SAID in labels and _numbers(labels) else ()


def _numbers(labels: Sequence[str]) -> bool:
    try:
        return bool([float(label) for label in labels if label != NOT_SAID])
    except ValueError:
        return False

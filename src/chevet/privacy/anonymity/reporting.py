"""Every figure of a release, as `report.json` keeps it and the dossier prints it."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from chevet import __version__
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.coding import words_of
from chevet.privacy.anonymity.extract import table_digest
from chevet.privacy.anonymity.fingerprints import fingerprints
from chevet.privacy.anonymity.models import View, attributes_of
from chevet.privacy.anonymity.models.view import as_shown
from chevet.privacy.anonymity.policy import QUESTIONS, Policy
from chevet.privacy.anonymity.utility import Utility, utility
from chevet.privacy.hierarchies.ladder import NOT_SAID
from chevet.privacy.keys import Key
from chevet.privacy.risk.dossier_pictures import binned
from chevet.privacy.risk.reidentification import Reidentification, reidentification

if TYPE_CHECKING:
    from chevet.privacy.anonymity.release import Found, Prepared

FORMAT = 1
# A free column in which this share of people are alone with their value is told to whoever signs.
NEARLY_UNIQUE = 0.01
MEASURES = {
    "loss": "share", "entropy_loss": "share", "suppressed": "share", "discernibility": "share", "classes": "count",
    "average_class": "number", "one_way": "share", "two_way": "share", "question_median": "share",
}  # fmt: skip


@dataclass(frozen=True)
class Unmet:
    """A promise that a release does not keep, in words for an error: what, found, needed."""

    name: str
    says: str


def measured(
    ready: Prepared,
    released: Released,
    found: Found,
    table: pa.Table,
    *,
    made_on: datetime.date,
    project: str,
    key: Key,
) -> dict[str, Any]:
    """The report of a release, before and after. `key`: the house's own, under which it tells what the source was."""
    policy, n = ready.policy, ready.table.num_rows
    before = Released.at_levels(ready.coded, (0,) * len(ready.coded.hierarchies))
    risks = {"before": _risks(ready, before), "after": _risks(ready, released)}
    sizes = {"before": View.of(as_shown(before)).sizes, "after": View.of(as_shown(released)).sizes}
    suppressed = int(released.suppressed.sum())
    digest = table_digest(table)
    alone = fingerprints(table, policy)
    models, thresholds = promises(ready, released, risks["after"])
    return {
        "format": FORMAT,
        "called": "anonymised" if alone["holds"] else "pseudonymised",
        "made_on": made_on.isoformat(),
        "made_with": f"Chevet {__version__}",
        "source": ready.source.as_json(key),
        "policy": policy.as_json(),
        "policy_digest": policy.digest,
        "project": project,
        "release": {
            "id": digest[:12], "digest": digest, "rows": n, "people": n - suppressed, "suppressed": suppressed,
            "columns": table.column_names,
        },
        "search": {
            "kind": found.kind, "proved": found.proved, "bound": found.bound, "levels": list(found.levels),
            "like": found.like,
        },
        "models": models,
        "thresholds": thresholds,
        "risks": risks,
        "group_sizes": {when: binned(Counter(map(int, found))) for when, found in sizes.items()},
        "hierarchies": [c.name for c in policy.columns if c.name in ready.hierarchies],
        "questions": {"singling_out": None, "linkability": None, "inference": None},
        "utility": _utility(before, released, policy),
        "alike": alike(released),
        "fingerprints": alone,
        "nearly_unique": nearly_unique(ready.table, policy),
        "alterations": None,
    }  # fmt: skip


def promises(
    ready: Prepared, released: Released, risks: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every model and every threshold of the policy: what was found, what is needed, whether it holds."""
    view = View.of(as_shown(released), attributes_of(ready.models))
    models = []
    for asked, model in zip(ready.policy.models, ready.models, strict=True):
        found = model.holds(view)
        told = {"holds": bool(found.holds), "figure": float(found.figure), "needed": float(found.needed)}
        models.append({**asked.as_json(), "attribute": asked.attribute, **told})
    suppressed = int(released.suppressed.sum()) / max(1, released.table.n)
    return models, _thresholds(ready.policy, risks, suppressed)


def unmet_at_the_coarsest(ready: Prepared) -> list[Unmet]:
    """What not even the coarsest release that the policy allows would keep."""
    levels = tuple(
        h.levels - 1 if c.highest is None else c.highest
        for c, h in zip(ready.policy.quasi, ready.coded.hierarchies, strict=True)
    )
    released = Released.at_levels(ready.coded, levels)
    models, thresholds = promises(ready, released, _risks(ready, released))
    return unmet({"models": models, "thresholds": thresholds})


def _risks(ready: Prepared, released: Released) -> dict[str, Any]:
    found = reidentification(
        released, population=ready.population, population_size=ready.policy.population_size, known_up_to=0
    )
    return risk_figures(found, released)


def risk_figures(found: Reidentification, released: Released) -> dict[str, Any]:
    """The figures that thresholds are set for, by their names; None for what was not measured."""
    sizes = View.of(as_shown(released)).sizes
    return {
        "highest_risk": found.prosecutor.highest,
        "average_risk": found.prosecutor.average,
        "journalist_risk": None if found.journalist is None else found.journalist.highest,
        "marketer_risk": found.marketer,
        "unique_in_sample": found.unique,
        "unique_in_population": None if found.population is None else found.population.share,
        "groups": len(sizes),
        "smallest": int(sizes.min()) if len(sizes) else 0,
    }


def _thresholds(policy: Policy, risks: Mapping[str, Any], suppressed: float) -> list[dict[str, Any]]:
    """Every threshold of the policy with what was measured; what could not be measured is not met."""
    told = [
        {"name": name, "measured": risks[name], "at_most": limit,
         "holds": risks[name] is not None and risks[name] <= limit}
        for name, limit in policy.thresholds.items()
        if name in risks
    ]  # fmt: skip
    limit = policy.suppress_at_most
    return [*told, {"name": "suppressed", "measured": suppressed, "at_most": limit, "holds": suppressed <= limit}]


def of_questions(policy: Policy, answered: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The thresholds of the three European questions; what was not attacked is not met."""
    told = []
    for name in QUESTIONS:
        if name in policy.thresholds:
            found = None if answered[name] is None else answered[name]["value"]
            limit = policy.thresholds[name]
            told.append(
                {"name": name, "measured": found, "at_most": limit, "holds": found is not None and found <= limit}
            )
    return told


def unmet(report: Mapping[str, Any]) -> list[Unmet]:
    """Everything that the report says is not met."""
    missed = [
        Unmet(m["kind"], f"{m['kind']} {m['attribute']}".strip() + f": found {m['figure']:.4g}, needed {m['needed']:g}")
        for m in report["models"]
        if not m["holds"]
    ]
    for one in report["thresholds"]:
        if not one["holds"]:
            found = "not measured" if one["measured"] is None else f"{one['measured']:.4g}"
            missed.append(Unmet(one["name"], f"{one['name']}: found {found}, at most {one['at_most']:g} allowed"))
    return missed


def _utility(before: Released, after: Released, policy: Policy) -> dict[str, Any]:
    k = max([1, *(int(m.figures["k"]) for m in policy.models if m.kind == "k-anonymity")])
    was, now = utility(before, k), utility(after, k)
    measures = [
        {"name": name, "unit": unit, "before": _figure(was, name), "after": _figure(now, name)}
        for name, unit in MEASURES.items()
    ]
    return {"loss": now.loss, "by_attribute": dict(now.loss_of), "measures": measures}


def _figure(found: Utility, name: str) -> float | None:
    """A measure of utility; None where there is nothing left to measure it on."""
    value = getattr(found, name)
    return None if value is None or not math.isfinite(value) else float(value)


def alike(released: Released) -> dict[str, float]:
    """Per sensitive attribute, the share of the people released whose whole group has one value of it, and says it."""
    names = tuple(released.table.sensitive)
    view = View.of(as_shown(released), names)
    found: dict[str, float] = {}
    for name in names:
        counted = view.histograms[name]
        single = counted.counts == view.sizes[counted.classes]
        said = np.array([label != NOT_SAID for label in released.table.sensitive_labels[name]])[counted.values]
        found[name] = float(counted.counts[single & said].sum()) / max(1, view.people)
    return found


def nearly_unique(table: pa.Table, policy: Policy) -> dict[str, float]:
    """Per free column that singles people out by itself, the share of people who are alone with their value."""
    found: dict[str, float] = {}
    for column in policy.of_role("free"):
        codes, labels = words_of(table, column.name)
        alone = float((np.bincount(codes, minlength=len(labels)) == 1).sum()) / max(1, table.num_rows)
        if alone >= NEARLY_UNIQUE:
            found[column.name] = alone
    return found

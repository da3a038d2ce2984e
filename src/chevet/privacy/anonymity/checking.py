"""A release folder looked at again, from nothing but its files: does it still keep what its policy promises?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyarrow as pa

from chevet.privacy.anonymity.coding import hierarchies_of, with_silence, words_of, words_table
from chevet.privacy.anonymity.fingerprints import fingerprints
from chevet.privacy.anonymity.folder import Opened, changed_files
from chevet.privacy.anonymity.policy import OF_A_POPULATION
from chevet.privacy.anonymity.release import for_verifier
from chevet.privacy.anonymity.verify.verifier import Finding, verify
from chevet.privacy.hierarchies.hierarchy import Hierarchy

# A figure of the report and the same figure counted anew may differ by what is lost in floating point.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Checked:
    """What was found.

    changed       files that are missing or not as they were written
    findings      every rule of the verifier
    differing     figures of the report that are not those counted here
    not_checked   models that need the population's table, which is not in the folder
    """

    changed: tuple[str, ...]
    findings: tuple[Finding, ...]
    differing: tuple[str, ...]
    not_checked: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.changed and not self.differing and all(found.holds for found in self.findings)

    def failures(self) -> list[str]:
        """Everything that does not hold, one line each."""
        lines = [f"{name} is missing or changed" for name in self.changed]
        lines += [_says(found) for found in self.findings if not found.holds]
        return lines + [f"report.json: {name} is not what the table shows" for name in self.differing]

    def as_json(self) -> dict[str, Any]:
        return {
            "holds": self.holds, "changed": list(self.changed), "findings": [asdict(f) for f in self.findings],
            "differing": list(self.differing), "not_checked": list(self.not_checked),
        }  # fmt: skip


def check(opened: Opened, population: pa.Table | None = None) -> Checked:
    """Verify a release on its written labels, its files on their digests, and its report on what the table shows.

    population   the table that the policy names, for the models that need it (and the hierarchy files of the policy,
                 where it names any, put beside it in the folder)
    """
    policy = opened.policy
    population = None if population is None else with_silence(population, policy)
    known = _on_the_population(opened, population)
    skipped = [m for m in policy.models if m.kind in OF_A_POPULATION and known is None]
    asked = replace(policy, models=tuple(m for m in policy.models if m not in skipped))
    labels = {
        c.name: words_of(opened.table, c.name)[1] for c in policy.sensitive if c.name in opened.table.column_names
    }
    absent = [m for m in asked.models if m.attribute and m.attribute not in labels]
    asked = replace(asked, models=tuple(m for m in asked.models if m not in absent))
    hierarchies = for_verifier(asked, {**opened.hierarchies, **(known or {})}, labels)
    everybody = words_table(population, policy) if population is not None and known is not None else None
    found = verify(opened.table, asked, hierarchies, population=everybody)
    findings = [_allowing_for_suppression(f, opened) for f in found.findings]
    findings += [Finding(m.kind, False, 0.0, None, m.attribute) for m in absent]
    return Checked(
        tuple(changed_files(opened)), tuple(findings), tuple(_differing(opened, findings)),
        tuple(m.kind for m in skipped),
    )  # fmt: skip


def _on_the_population(opened: Opened, population: pa.Table | None) -> dict[str, Hierarchy] | None:
    """The whole hierarchies of everybody, since the folder's begin at what is shown; None where a file lacks."""
    files = [c.hierarchy_file for c in opened.policy.quasi if c.hierarchy_file]
    if population is None or not all((opened.path / name).is_file() for name in files):
        return None
    return hierarchies_of([population], opened.policy)


def _allowing_for_suppression(found: Finding, opened: Opened) -> Finding:
    """A distance to all people, measured to those who are shown: suppression moves it by at most its share.

    The total variation between the two distributions is at most the share of the suppressed, and no
    ground distance is above 1.
    """
    release = opened.report["release"]
    share = release["suppressed"] / max(1, release["rows"])
    if found.rule == "t-closeness" and found.needed is not None and not found.holds:
        return replace(found, holds=found.figure <= found.needed + share + ROUNDING)
    return found


def _differing(opened: Opened, findings: list[Finding]) -> Iterator[str]:
    """Figures of the report that are told better than the table shows them."""
    counted = {(f.rule, f.of): f.figure for f in findings}
    exact = {"highest_risk", "average_risk", "unique_in_sample", "suppressed"}
    for one in opened.report["thresholds"]:
        figure = counted.get((one["name"], ""))
        if one["name"] in exact and figure is not None and abs(figure - one["measured"]) > ROUNDING:
            yield one["name"]
    for one in opened.report["models"]:
        figure = counted.get((one["kind"], one["attribute"]))
        if one["kind"] == "k-anonymity" and figure is not None and figure != one["figure"]:
            yield one["kind"]
    found = fingerprints(opened.table, opened.policy)
    if found != opened.report["fingerprints"]:
        yield "fingerprints"
    beside = opened.report["alterations"]
    if opened.report["called"] == "anonymised" and not (found["holds"] and (beside is None or beside["holds"])):
        yield "called"
    if opened.report["release"]["rows"] != opened.table.num_rows:
        yield "rows"


def _says(found: Finding) -> str:
    of = f" of {found.of}" if found.of else ""
    needed = "" if found.needed is None else f", needed {found.needed:g}"
    return f"{found.rule}{of}: found {found.figure:.4g}{needed}"

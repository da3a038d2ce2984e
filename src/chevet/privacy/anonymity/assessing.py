"""The risks of a table as it stands, before anything is generalised: what a policy has to deal with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chevet.paper import pictures
from chevet.paper.pictures import VERMILION, Row, Spec
from chevet.privacy.anonymity.coded import Released
from chevet.privacy.anonymity.draft import draft
from chevet.privacy.anonymity.extract import Source
from chevet.privacy.anonymity.policy import MANUAL, Policy
from chevet.privacy.anonymity.release import prepare
from chevet.privacy.anonymity.reporting import nearly_unique, risk_figures
from chevet.privacy.risk.reidentification import Known, most_telling, reidentification
from chevet.records.record import Progress, no_progress
from chevet.words.labels import Lang, label

DRAWN = 10


@dataclass(frozen=True)
class Assessment:
    """What was measured.

    quasi           the columns that somebody is taken to know
    guessed         no policy said so: they were guessed
    risks           by name, as thresholds are named; None for what was not measured
    known           combinations of columns that single somebody out, the worst first
    nearly_unique   free columns that single people out by themselves, with the share of people they leave alone
    """

    cohort: str
    people: int
    quasi: tuple[str, ...]
    guessed: bool
    risks: dict[str, Any]
    known: tuple[Known, ...]
    nearly_unique: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "quasi": list(self.quasi), "known": [asdict(one) for one in self.known]}

    def picture(self, lang: Lang) -> Spec:
        """Of a hundred people, how many each combination leaves alone of their kind."""
        title = label("privacy.assess.title", lang, name=pictures.shown(self.cohort))
        if not self.known:
            return pictures.nothing(label("privacy.assess.nobody", lang), title=title, lang=lang)
        values: list[Row] = [
            {"facts": ", ".join(map(pictures.shown, one.columns)), "share": one.unique / self.people}
            for one in self.known[:DRAWN]
        ]
        order = [row["facts"] for row in values]
        facts = "split(datum.label, ', ')"
        raised = [{"test": f"length({facts}) == {n}", "value": -6.5 * (n - 1)} for n in (2, 3, 4)]
        spec: Spec = {
            "width": 420, "height": {"step": 48}, "data": {"values": values},
            "mark": {"type": "bar", "color": VERMILION},
            "encoding": {
                "y": {"field": "facts", "type": "nominal", "sort": order, "title": None,
                      "axis": {"labelExpr": facts, "labelLineHeight": 13, "labelLimit": 240,
                               "labelOffset": {"condition": raised, "value": 0}}},
                "x": {"field": "share", "type": "quantitative", "title": label("privacy.assess.share", lang),
                      "axis": {"format": ".0%", "tickCount": 5}},
            },
        }  # fmt: skip
        said = label("privacy.assess.known", lang)
        return pictures.picture(spec, title=title, subtitle=said, alt=said, lang=lang)


def assess(
    source: Source, policy: Policy | None, *, known_up_to: int = 3, progress: Progress = no_progress
) -> Assessment:
    """The risks of a table under a policy, or under the first guess of one."""
    guessed = policy is None
    if policy is None:
        policy = Policy.parse(draft(source.table, source=source.cohort, study=source.study, manual=MANUAL))
    progress("coding", 0.1)
    ready = prepare(source, policy)
    as_it_stands = Released.at_levels(ready.coded, (0,) * len(ready.coded.hierarchies))
    progress("counting", 0.4)
    found = reidentification(
        as_it_stands, population=ready.population, population_size=policy.population_size, known_up_to=known_up_to
    )
    return Assessment(
        source.cohort, source.table.num_rows, tuple(c.name for c in policy.quasi), guessed,
        risk_figures(found, as_it_stands), tuple(most_telling(found.known, 50)), nearly_unique(ready.table, policy),
    )  # fmt: skip

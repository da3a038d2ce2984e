"""Survival by gene, or by treatment, as people read it: a table, what must be known besides, and a forest plot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chevet.cohort import Cohort
from chevet.cohort.answer import Headings, Rows, cohort_label, field_label
from chevet.paper.pictures import Spec, number, probability
from chevet.targets.outcome.analysis import Outcome
from chevet.targets.outcome.by_gene import ESTIMATED
from chevet.targets.outcome.forest import forest
from chevet.words import treatments
from chevet.words.labels import Lang, has_label, label

# A table that people read; `genes.tsv` and JSON hold all.
LISTED_AT_MOST = 500
GENE_COLUMNS = (
    "gene", "carriers", "tested", "events", "hazard_ratio", "interval", "p", "q", "shrunken", "p_proportional",
    "p_strata",
)  # fmt: skip
TREATMENT_COLUMNS = (
    "gene", "carriers_treated", "carriers_untreated", "carriers_ratio", "others_ratio", "ratio", "interval", "p", "q",
)  # fmt: skip


@dataclass(frozen=True)
class OutcomeAnswer:
    """The analysis of a cohort; `top` genes at most are listed, all of them were tested."""

    cohort: Cohort
    outcome: Outcome
    top: int | None = None

    @cached_property
    def genes(self) -> list[dict[str, Any]]:
        """The rows that are listed."""
        return self.outcome.genes.to_pylist()[: self.top]

    def as_json(self) -> dict[str, Any]:
        return {"genes": self.genes, "more": self.outcome.genes.num_rows - len(self.genes), "model": self.outcome.model}

    def title(self, lang: Lang) -> str:
        model = self.outcome.model
        endpoint = label(f"endpoint.{model['endpoint']}", lang)
        if self.outcome.by_treatment:
            treatment = treatment_label(model["treatment"], lang)
            return label("targets.outcome.title_treatment", lang, treatment=treatment, endpoint=endpoint)
        kind = label(f"alteration.{model['kind']}", lang)
        return label("targets.outcome.title", lang, endpoint=endpoint[0].upper() + endpoint[1:], kind=kind)

    def rows(self, lang: Lang) -> tuple[Headings, Rows]:
        columns = TREATMENT_COLUMNS if self.outcome.by_treatment else GENE_COLUMNS
        rows: Rows = [[_cell(row, column, lang) for column in columns] for row in self.genes[:LISTED_AT_MOST]]
        return [label(f"targets.outcome.{column}", lang) for column in columns], rows

    def notes(self, lang: Lang) -> list[str]:
        notes = [note.say(lang) for note in self.cohort.definition.notes]
        if self.outcome.by_treatment:
            notes.append(label("targets.outcome.hypothesis", lang))
            notes.append(label(f"targets.outcome.treated_from.{self.outcome.model['treated_from']}", lang))
        return [*notes, *self._about(lang), *self._left_out(lang), *self._how_to_read(lang)]

    def picture(self, lang: Lang) -> Spec:
        return forest(self.genes, self.outcome.by_treatment, self.title(lang), cohort_label(self.cohort, lang), lang)

    def _about(self, lang: Lang) -> list[str]:
        """Who, compared with whom, and beside what."""
        model = self.outcome.model
        said = {name: _or_withheld(model[name], lang) for name in ("patients", "events")}
        strata = ", ".join(field_label(name, lang) for name in model["strata"])
        beside = ", ".join(dict.fromkeys(covariate_label(name, lang) for name in model["covariates"]))
        lines = [
            label("targets.outcome.who", lang, **said),
            label("targets.outcome.within", lang, strata=strata) if strata else "",
            label("targets.outcome.beside" if beside else "targets.outcome.beside_nothing", lang, covariates=beside),
            label("answer.survival.delayed" if model["delayed_entry"] else "answer.survival.not_delayed", lang),
        ]
        if model["after_months"] or model["up_to_months"]:
            ends = str(model["after_months"]), str(model["up_to_months"] or "∞")
            lines.append(label("targets.outcome.window", lang, after=ends[0], up_to=ends[1]))
        if model["from_sample"]:
            lines.append(label("targets.outcome.from_sample", lang))
        elif late := model["samples_long_after_entry"]:
            lines.append(label("targets.outcome.late_samples", lang, n=number(late, lang)))
        undated = ", ".join(treatment_label(name, lang) for name in model["undated_treatments"])
        if undated:
            lines.append(label("targets.outcome.undated", lang, treatments=undated))
        return [line for line in lines if line]

    def _left_out(self, lang: Lang) -> list[str]:
        model = self.outcome.model
        lines = [
            label(f"targets.outcome.left_out.{name}", lang, n=_few(n, lang))
            for name, n in model["left_out"].items()
            if n != 0
        ]
        if few := model["genes_with_few_events"]:
            lines.append(label("targets.outcome.few", lang, n=number(few, lang), min=model["min_events"]))
        if (more := self.outcome.genes.num_rows - len(self.genes[:LISTED_AT_MOST])) > 0:
            lines.append(label("targets.outcome.more", lang, n=number(more, lang)))
        if withheld := model["genes_withheld"]:
            lines.append(label("targets.outcome.genes_withheld", lang, n=number(withheld, lang)))
        return lines

    def _how_to_read(self, lang: Lang) -> list[str]:
        model = self.outcome.model
        lines = [label("targets.outcome.q_note", lang, n=number(model["genes_estimated"], lang))]
        if not self.outcome.by_treatment:
            lines.append(label("targets.outcome.ratio_note", lang))
            shrunk = "shrunken_note" if model["shrinkage"] else "not_shrunken"
            lines.append(label(f"targets.outcome.{shrunk}", lang))
            lines.append(label("targets.outcome.proportional_note", lang))
            if strata := ", ".join(field_label(name, lang) for name in model["strata"]):
                lines.append(label("targets.outcome.strata_note", lang, strata=strata))
        return lines


def treatment_label(name: str, lang: Lang) -> str:
    """A medicine or class of treatment in the reader's words."""
    key = f"treatment_class.{name}"
    return label(key, lang) if has_label(key) else treatments.name(name, lang)


def covariate_label(name: str, lang: Lang) -> str:
    """What a column of the model is of: a field, or a treatment."""
    of = name.split("=")[0]
    key = f"targets.outcome.covariate.{of}"
    if has_label(key):
        return label(key, lang)
    return treatment_label(of, lang) if has_label(f"treatment_class.{of}") else field_label(of, lang)


def _cell(row: dict[str, Any], column: str, lang: Lang) -> str | int | None:
    if column == "gene":
        return str(row["gene"])
    if row["state"] == "withheld":
        return label("answer.withheld", lang)
    if column in ("p", "q", "p_proportional", "p_strata"):
        return probability(row[column], lang)
    if column == "interval":
        low, high = ("ratio_low", "ratio_high") if "ratio_low" in row else ("ci_low", "ci_high")
        return interval(row[low], row[high], lang)
    if column in ("hazard_ratio", "ratio") and row["state"] != ESTIMATED:
        return label(f"targets.outcome.state.{row['state']}", lang)
    value = row[column]
    if isinstance(value, float):
        return number(value, lang, 2)
    return _count(value, row, column, lang)


def _count(value: Any, row: dict[str, Any], column: str, lang: Lang) -> str | int | None:
    """A count, or that it is withheld; nothing for a ratio that could not be had."""
    if value is None and ("ratio" in column or column == "shrunken"):
        return ""
    return _or_withheld(value, lang) if value is None else int(value)


def interval(low: float | None, high: float | None, lang: Lang) -> str:
    """The two ends; nothing when there is none."""
    return "" if low is None or high is None else f"{number(low, lang, 2)} – {number(high, lang, 2)}"


def _or_withheld(value: int | None, lang: Lang) -> str:
    return label("answer.withheld", lang) if value is None else number(value, lang)


def _few(value: int | None, lang: Lang) -> str:
    return label("answer.few", lang) if value is None else number(value, lang)

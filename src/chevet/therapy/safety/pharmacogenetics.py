"""From what is known of a gene to the dose of each proposed medicine, and what must be tested before it is given."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from chevet.genomics.finding import Finding
from chevet.therapy.case import Case
from chevet.therapy.knowledge.base import rows
from chevet.therapy.safety.advice import KINDS, Advice, Kind, NotKnown, Said, say
from chevet.therapy.safety.alleles import TABLES
from chevet.therapy.safety.genotypes import Genotype, Outcome, genotype
from chevet.therapy.safety.laboratory import Laboratory
from chevet.therapy.safety.organ_function import day

CHECKED = datetime.date(2026, 11, 27)
FLUOROPYRIMIDINES = ("fluorouracil", "capecitabine")
# Uracil in blood, ng/mL: from the first on a partial deficiency is suspected, from the second on a complete one
# (INCa and HAS, 2018-12; EMA, 2020-04-30).
URACIL_PARTIAL, URACIL_COMPLETE = 16.0, 150.0
_URACIL_SOURCE = "INCa and HAS, 2018-12, updated 2023-09; EMA, 2020-04-30 (labels 4.4)"


@dataclass(frozen=True)
class Rule:
    """One row of `genotype_advice.tsv`."""

    gene: str
    when: str
    medicines: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    kind: Kind
    action: str
    low: float | None
    high: float | None
    unit: str
    sources: tuple[str, ...]
    read: datetime.date | None

    def holds(self, outcome: Outcome) -> bool:
        """Whether the row speaks of this phenotype; a row of a score is for those of whom the score is known."""
        if self.when[0].isdigit():
            return outcome.score == float(self.when)
        return self.when == outcome.phenotype

    def what(self) -> Said:
        """What to do, in words."""
        values: dict[str, Said | str | float] = {"unit": self.unit}
        values |= {name: number for name, number in (("low", self.low), ("high", self.high)) if number is not None}
        return say(f"action.{self.action}", **values)


def advise_genes(
    case: Case, medicines: Sequence[str], findings: Iterable[Finding], laboratory: Laboratory
) -> tuple[list[Advice], list[NotKnown]]:
    """Advice from genes for these medicines, and the genes that should be known and are not."""
    every = tuple(findings)
    scored = {"DPYD": laboratory.get("dpyd_activity")}
    genes = dict.fromkeys(
        rule.gene for rule in rules() if "+" not in rule.gene and set(rule.medicines) & set(medicines)
    )
    known = {gene: genotype(gene, case, every, scored=scored.get(gene)) for gene in genes}
    advice = [
        one
        for medicine in medicines
        for gene in known
        if (one := _of_gene(medicine, known[gene], case.jurisdiction)) is not None
    ]
    both = _both_genes(medicines, known)
    replaced = {one.medicine for one in both}
    advice = [one for one in advice if one.medicine not in replaced] + both
    advice += _of_uracil(medicines, laboratory)
    advice += _to_test(case, medicines, known, laboratory)
    unclear = [
        NotKnown(say("not_known.variant", gene=gene, variants=", ".join(one.unclear)), _for_gene(gene, medicines))
        for gene, one in known.items()
        if one.unclear
    ]
    return advice, unclear


def _of_gene(medicine: str, known: Genotype, jurisdiction: str) -> Advice | None:
    """The advice for one medicine: of every possibility, where several fit."""
    found = [(outcome, _chosen(medicine, known.gene, outcome, jurisdiction)) for outcome in known.outcomes]
    told = [(outcome, rules_found) for outcome, rules_found in found if rules_found]
    if not told:
        return _without_advice(medicine, known)
    every = [rule for _, rules_found in told for rule in rules_found]
    lead = min(every, key=lambda rule: KINDS.index(rule.kind))
    parts = tuple(_case_of(known, outcome, [rule.what() for rule in found_rules]) for outcome, found_rules in found)
    sure = len(found) == 1
    what = every[0].what() if sure and len(every) == 1 else say("several", parts=parts)
    if known.gene == "DPYD" and any(outcome.twice == "c.2846A>T" for outcome, _ in told):
        what = say("several", parts=(what, say("action.perhaps_lower")))
    only = every[0] if sure and len({rule.low for rule in every}) == 1 and every[0].high is None else None
    return Advice(
        lead.kind, medicine, what, _because(known), tuple(dict.fromkeys(s for rule in every for s in rule.sources)),
        _read(every), formula=_formula(known.gene, found[0][0]) if sure else "",
        value=only.low if only else None, unit=only.unit if only and only.low is not None else "",
    )  # fmt: skip


def _read(every: Sequence[Rule]) -> datetime.date | None:
    """The earliest day on which the rows were read; None where one was not."""
    days = [rule.read for rule in every if rule.read is not None]
    return min(days) if len(days) == len(every) else None


def _case_of(known: Genotype, outcome: Outcome, what: list[Said]) -> Said:
    """What to do if this possibility is the true one."""
    whats: tuple[Said, ...] = tuple(what) or (say("action.usual"),)
    if len(known.outcomes) == 1:
        return whats[0] if len(whats) == 1 else say("several", parts=whats)
    return say("if_genotype", genotype=outcome.diplotype or say(f"phenotype.{outcome.phenotype}"), what=whats)


def _without_advice(medicine: str, known: Genotype) -> Advice | None:
    """A result that asks for nothing is told, so that nobody looks for it: the usual dose, and what it leaves open."""
    if not known.outcomes or medicine not in {
        name for test in required() if test.gene == known.gene for name in test.medicines
    }:
        return None
    if any(one.phenotype == "indeterminate" for one in known.outcomes):
        return Advice(
            "monitor", medicine, say("action.indeterminate"), _because(known), _sources(known.gene, medicine), CHECKED
        )
    return Advice(
        "monitor", medicine, say("action.usual_watch"), _because(known), _sources(known.gene, medicine), CHECKED
    )


def _because(known: Genotype) -> tuple[Said, ...]:
    parts = [
        say("genotype", gene=known.gene, genotype=one.diplotype or "–", phenotype=say(f"phenotype.{one.phenotype}"))
        for one in known.outcomes
    ]
    if len({one.diplotype for one in known.outcomes}) > 1:
        parts.append(say("phase_unknown"))
    if known.by_findings:
        parts.append(say("others_assumed", gene=known.gene))
    if not known.in_blood:
        parts.append(say("in_tumour", gene=known.gene))
    return tuple(parts)


def _formula(gene: str, outcome: Outcome) -> str:
    return f"{gene} {outcome.diplotype} = {outcome.score:g}" if outcome.score is not None and outcome.diplotype else ""


def _chosen(medicine: str, gene: str, outcome: Outcome, jurisdiction: str) -> list[Rule]:
    """Rows for this outcome; those of a score stand before those of a phenotype only."""
    found = [
        rule
        for rule in rules()
        if rule.gene == gene
        and medicine in rule.medicines
        and rule.holds(outcome)
        and (not rule.jurisdictions or jurisdiction in rule.jurisdictions)
    ]
    exact = [rule for rule in found if rule.when[0].isdigit()]
    return exact or found


def _both_genes(medicines: Sequence[str], known: dict[str, Genotype]) -> list[Advice]:
    """TPMT and NUDT15 both intermediate: less than for either."""
    genes = [known.get(gene) for gene in ("TPMT", "NUDT15")]
    if any(one is None or not one.outcomes or one.outcomes[0].phenotype != "intermediate" for one in genes):
        return []
    because = tuple(said for one in genes if one is not None for said in _because(one))
    return [
        Advice(rule.kind, medicine, rule.what(), because, rule.sources, rule.read)
        for rule in rules()
        if rule.gene == "TPMT+NUDT15"
        for medicine in medicines
        if medicine in rule.medicines
    ]


def _of_uracil(medicines: Sequence[str], laboratory: Laboratory) -> list[Advice]:
    uracil = laboratory.get("uracil")
    if uracil is None:
        return []
    complete, partial = uracil >= URACIL_COMPLETE, uracil >= URACIL_PARTIAL
    kind: Kind = "avoid" if complete else "dose" if partial else "monitor"
    action = "avoid_complete" if complete else "uracil_partial" if partial else "usual_watch"
    because = (say("uracil", value=uracil, partial=URACIL_PARTIAL, complete=URACIL_COMPLETE),)
    return [
        Advice(kind, one, say(f"action.{action}"), because, (_URACIL_SOURCE,), CHECKED, value=uracil, unit="ng/mL")
        for one in medicines
        if one in FLUOROPYRIMIDINES
    ]


def _to_test(case: Case, medicines: Sequence[str], known: dict[str, Genotype], laboratory: Laboratory) -> list[Advice]:
    """What has to be measured first, by the rule of the country."""
    found: list[Advice] = []
    for test in required():
        asked = [one for one in medicines if one in test.medicines]
        if test.jurisdictions and case.jurisdiction not in test.jurisdictions:
            continue
        gene_known = test.gene in known and bool(known[test.gene].outcomes)
        uracil_known = laboratory.get("uracil") is not None
        enough = {"uracil": uracil_known, "dpd": gene_known or uracil_known}.get(test.test, gene_known)
        if enough:
            continue
        because = say("not_tested", gene=say("uracil_name") if test.test == "uracil" else test.gene)
        found += [
            Advice("test_first", one, say(f"test.{test.test}", gene=test.gene), (because,), test.sources, CHECKED)
            for one in asked
        ]
    return found


def _for_gene(gene: str, medicines: Sequence[str]) -> tuple[str, ...]:
    asked = {name for rule in rules() if rule.gene == gene for name in rule.medicines}
    return tuple(one for one in medicines if one in asked)


def _sources(gene: str, medicine: str) -> tuple[str, ...]:
    named = [s for rule in rules() if rule.gene == gene and medicine in rule.medicines for s in rule.sources]
    return tuple(dict.fromkeys(named))[:1]


@dataclass(frozen=True)
class Required:
    """One row of `genes_to_test.tsv`."""

    medicines: tuple[str, ...]
    gene: str
    jurisdictions: tuple[str, ...]
    test: str
    sources: tuple[str, ...]


@cache
def required() -> tuple[Required, ...]:
    """What is to be tested before which medicine."""
    return tuple(
        Required(_split(row["medicines"]), row["gene"], _split(row["jurisdictions"]), row["test"], (row["sources"],))
        for _, row in rows(TABLES / "genes_to_test.tsv")
    )


@cache
def rules() -> tuple[Rule, ...]:
    """What each genotype asks."""
    return tuple(
        Rule(
            row["gene"], row["when"], _split(row["medicines"]), _split(row["jurisdictions"]),
            row["kind"],  # type: ignore[arg-type]
            row["action"], _number(row["low"]), _number(row["high"]), row["unit"],
            tuple(part.strip() for part in row["sources"].split(";")), day(row["read"]),
        )
        for _, row in rows(TABLES / "genotype_advice.tsv")
    )  # fmt: skip


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _number(text: str) -> float | None:
    return float(text) if text else None

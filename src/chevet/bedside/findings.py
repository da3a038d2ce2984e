"""What was found in one patient, and what was tested: found, tested and not found, not tested.

A gene that no panel of the patient covers is *not tested*: nothing is known about it, and the page never lets
it pass for normal. A kind of alteration of which the whole study holds no result counts as not tested too, even
where a panel is announced: a laboratory may have looked, but this study cannot say what it saw.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chevet.bedside.chart import Chart, Row
from chevet.bedside.important_genes import ImportantGene, Kind, Label, Why, known_elsewhere
from chevet.cohort.alterations import ALTERING_CLASS, NOT_ALTERING_CLASS, UNCLEAR_CLASS
from chevet.cohort.fields import AMPLIFICATION_CALL, DELETION_CALL, TEST_FOR

State = Literal["found", "unclear", "not_found", "not_tested"]
Effect = Literal["altering", "not_altering", "unclear"]

EFFECTS: Mapping[int, Effect] = {
    ALTERING_CLASS: "altering",
    UNCLEAR_CLASS: "unclear",
    NOT_ALTERING_CLASS: "not_altering",
}
EFFECT_ORDER: tuple[Effect, ...] = ("altering", "unclear", "not_altering")


@dataclass(frozen=True)
class Seen:
    """A finding in one sample; `vaf` is the variant allele fraction, 0 to 1, null when not said."""

    sample_id: str
    vaf: float | None


@dataclass(frozen=True)
class Finding:
    """One alteration of one patient, in every sample where it was seen.

    change        protein change (HGVS p.), else the coding change (HGVS c.); null when not said
    consequence   class of the variant as in the record, null for other kinds
    effect        whether it alters the protein; `unclear` when the source says too little to tell
    why           set when the alteration is one to look for, in this tumour or `elsewhere` in another
    """

    gene: str
    kind: Kind
    partner: str | None
    change: str | None
    consequence: str | None
    origin: str | None
    effect: Effect
    why: Why | None
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class Looked:
    """One alteration to look for in this tumour, what became of it, and the labels that make it count."""

    gene: str
    kind: Kind
    why: Why
    state: State
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Panel:
    """One test that was done: what it can see, on which samples.

    genes            number of genes; null for a whole exome or genome, 0 when the study does not list them
    without_results  kinds of alteration that it can see and of which the study holds no result at all
    """

    panel_id: str
    sees: tuple[str, ...]
    whole: bool
    genes: int | None
    samples: tuple[str, ...]
    without_results: tuple[str, ...]


def findings(chart: Chart, important: Sequence[ImportantGene]) -> tuple[Finding, ...]:
    """Every alteration found: those to look for here, then those known in other tumours, the silent ones last."""
    rank: dict[tuple[str, Kind], tuple[int, Why]] = dict.fromkeys(known_elsewhere(), (len(important), "elsewhere"))
    rank.update({(g.gene, g.kind): (i, g.why) for i, g in enumerate(important)})
    found = [*_variants(chart.variant, rank), *_copy_numbers(chart.copy_number, rank), *_fusions(chart, rank)]
    last = len(important) + 1
    return tuple(
        sorted(
            found,
            key=lambda f: (
                EFFECT_ORDER.index(f.effect),
                rank[f.gene, f.kind][0] if (f.gene, f.kind) in rank else last,
                f.gene,
                f.kind,
                f.change or "",
                f.partner or "",
            ),
        )
    )


Rank = Mapping[tuple[str, Kind], tuple[int, Why]]


def _why(rank: Rank, gene: str, kind: Kind) -> Why | None:
    return rank[gene, kind][1] if (gene, kind) in rank else None


def _variants(rows: Sequence[Row], rank: Rank) -> list[Finding]:
    same: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        place = ("chromosome", "start", "end", "reference_allele", "alternate_allele", "protein_change", "cdna_change")
        same[(row["gene"], *(row[name] for name in place))].append(row)
    found = []
    for group in same.values():
        first = group[0]
        gene = first["gene"] or first["gene_as_given"] or "?"
        found.append(
            Finding(
                gene=gene,
                kind="variant",
                partner=None,
                change=first["protein_change"] or first["cdna_change"],
                consequence=first["consequence"],
                origin=first["origin"],
                effect=EFFECTS[first["altering_class"]],
                why=_why(rank, gene, "variant"),
                seen=tuple(Seen(row["sample_id"], row["vaf"]) for row in group),
            )
        )
    return found


def _copy_numbers(rows: Sequence[Row], rank: Rank) -> list[Finding]:
    same: dict[tuple[str, Kind], list[Row]] = defaultdict(list)
    for row in rows:
        if row["call"] in (AMPLIFICATION_CALL, DELETION_CALL) and row["gene"]:
            same[row["gene"], "amplification" if row["call"] == AMPLIFICATION_CALL else "deletion"].append(row)
    return [
        Finding(
            gene=gene, kind=kind, partner=None, change=None, consequence=None, origin=None, effect="altering",
            why=_why(rank, gene, kind), seen=tuple(Seen(s, None) for s in sorted({row["sample_id"] for row in group})),
        )
        for (gene, kind), group in same.items()
    ]  # fmt: skip


def _fusions(chart: Chart, rank: Rank) -> list[Finding]:
    same: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in chart.structural_variant:
        same[row["gene_1"], row["gene_2"], row["structural_class"], row["in_frame"], row["origin"]].append(row)
    found = []
    for (gene_1, gene_2, structural_class, in_frame, origin), group in same.items():
        named = [str(gene) for gene in (gene_1, gene_2) if gene]
        named.sort(key=lambda gene: (gene, "fusion") not in rank)
        if not named:
            named = ["?"]
        partner = named[1] if len(named) > 1 and named[1] != named[0] else None
        said = [str(word) for word in (structural_class, in_frame) if word]
        found.append(
            Finding(
                gene=named[0], kind="fusion", partner=partner, change=", ".join(said) or None, consequence=None,
                origin=str(origin) if origin else None, effect="altering", why=_why(rank, named[0], "fusion"),
                seen=tuple(Seen(s, None) for s in sorted({row["sample_id"] for row in group})),
            )
        )  # fmt: skip
    return found


def is_tested(chart: Chart, gene: str, kind: Kind) -> bool:
    """Whether a test of this patient covers the gene for this kind of alteration, and the study has its results."""
    sees = TEST_FOR[kind]
    return sees not in chart.no_results and any(
        row["alteration_type"] == sees and (row["whole"] or gene in chart.panel_genes.get(row["panel_id"], ()))
        for row in chart.panel
    )


def looked_for(chart: Chart, found: Sequence[Finding], important: Sequence[ImportantGene]) -> tuple[Looked, ...]:
    """The state of every alteration to look for in this tumour, in the order of the list."""
    altered = {(f.gene, f.kind) for f in found if f.effect == "altering"}
    altered |= {(f.partner, f.kind) for f in found if f.partner}
    unclear = {(f.gene, f.kind) for f in found if f.effect == "unclear"}

    def state(gene: ImportantGene) -> State:
        if (gene.gene, gene.kind) in altered:
            return "found"
        if (gene.gene, gene.kind) in unclear:
            return "unclear"
        return "not_found" if is_tested(chart, gene.gene, gene.kind) else "not_tested"

    return tuple(Looked(gene.gene, gene.kind, gene.why, state(gene), gene.labels) for gene in important)


def panels(chart: Chart) -> tuple[Panel, ...]:
    """The tests done, in order of their names."""
    same: dict[str, list[Row]] = defaultdict(list)
    for row in chart.panel:
        same[row["panel_id"]].append(row)
    found = []
    for panel_id, group in sorted(same.items()):
        sees = tuple(sorted({row["alteration_type"] for row in group}))
        whole = any(row["whole"] for row in group)
        found.append(
            Panel(
                panel_id=panel_id, sees=sees, whole=whole,
                genes=None if whole else len(chart.panel_genes.get(panel_id, ())),
                samples=tuple(sorted({row["sample_id"] for row in group})),
                without_results=tuple(kind for kind in sees if kind in chart.no_results),
            )
        )  # fmt: skip
    return tuple(found)

"""Copy number: which genes are amplified or lost on both copies, what is focal, and what that means by itself.

Absolute copies are called as COSMIC does (https://cancer.sanger.ac.uk/cosmic/help/cnv/overview): amplified from 5
copies, or from 9 where the tumour has more than 2.7 copies on average; lost at 0, or below the average less 2.7. Log
ratios are called as MSK-IMPACT does (PMID:25801821): twice, or half, of what a normal cell has. What covers more than
seven tenths of an arm is broad (after GISTIC, PMID:21527027).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from chevet.genomics import facts, roles
from chevet.genomics.alteration import Alteration, AlterationType, Build
from chevet.genomics.finding import Criterion, Direction, Verdict

HIGH_PLOIDY = 2.7
AMPLIFIED, AMPLIFIED_AT_HIGH_PLOIDY = 5.0, 9.0
AMPLIFIED_LOG2, DELETED_LOG2 = 1.0, -1.0
GAINED_LOG2, LOST_LOG2 = 0.2, -0.2
BROAD_SHARE = 0.7


@dataclass(frozen=True)
class Segment:
    """A piece of a chromosome, 1-based with both ends; copies in tumour cells, or the log ratio to normal cells."""

    chromosome: str
    start: int
    end: int
    total: float | None = None
    minor: float | None = None
    log2: float | None = None

    @property
    def length(self) -> int:
        return self.end - self.start + 1


def verdict_of(change: Alteration) -> tuple[Verdict, Direction, tuple[Criterion, ...]]:
    """An amplified oncogene and a suppressor without a copy drive; one copy more or less alone tells nothing."""
    role = roles.role_of(change.gene)
    why = (Criterion("CN", 0, f"{change.gene} {role.role}", role.source),) if role is not None else ()
    direction: Direction = "gain" if change.type in ("amplification", "gain") else "loss"
    if "broad" in change.classes:
        return "uncertain", direction, why
    if change.type == "amplification" and role is not None and role.activates:
        return "oncogenic" if role.role == "oncogene" else "likely_oncogenic", "gain", why
    if change.type == "deletion" and role is not None and role.suppresses:
        return "oncogenic" if role.clear else "likely_oncogenic", "loss", why
    return "uncertain", direction, why


def ploidy(segments: Iterable[Segment]) -> float | None:
    """Copies on average, by length, without the sex chromosomes; None where no segment says its copies."""
    said = [(one.length, one.total) for one in segments if one.total is not None and one.chromosome not in ("X", "Y")]
    covered = sum(length for length, _ in said)
    return sum(length * total for length, total in said) / covered if covered else None


def call(segment: Segment, average: float | None) -> AlterationType | None:
    """What a segment is by itself: amplification, deletion, gain, loss, or None for what is as most of the genome."""
    if segment.total is None:
        return _of_log2(segment.log2)
    normal = average if average is not None else 2.0
    is_high = normal > HIGH_PLOIDY
    if segment.total >= (AMPLIFIED_AT_HIGH_PLOIDY if is_high else AMPLIFIED):
        return "amplification"
    if segment.total < 0.5 or (is_high and segment.total < normal - HIGH_PLOIDY):
        return "deletion"
    rounded = math.floor(normal + 0.5)
    return "gain" if segment.total > rounded + 0.5 else "loss" if segment.total < rounded - 0.5 else None


def gene_calls(segments: Sequence[Segment], build: Build, *, every: bool = False) -> tuple[Alteration, ...]:
    """The driver genes that are amplified or lost on both copies, in the order of the chromosomes.

    every    those with one copy more or less, too

    A gene takes the segment that covers most of it, for an
    amplification the whole gene; `broad` is a class of what covers more than seven tenths of its arm.
    """
    average = ploidy(segments)
    by_chromosome: dict[str, list[Segment]] = defaultdict(list)
    for one in sorted(segments, key=lambda one: (one.chromosome, one.start)):
        by_chromosome[one.chromosome].append(one)
    found = []
    for place in _places(build):
        here = _covering(by_chromosome.get(place.chromosome, []), place)
        kind = call(here, average) if here is not None else None
        if here is None or kind is None or not (every or kind in ("amplification", "deletion")):
            continue
        if kind == "amplification" and not (here.start <= place.start and place.end <= here.end):
            continue
        share = _arm_share(by_chromosome[place.chromosome], here, kind, average, build)
        classes = frozenset({"broad"} if share > BROAD_SHARE else {"focal"})
        found.append(
            Alteration(
                kind, gene=place.gene, copy_number=here.total, classes=classes, origin="somatic",
                as_given=f"{here.chromosome}:{here.start}-{here.end}",
            )
        )  # fmt: skip
    return tuple(found)


def _of_log2(ratio: float | None) -> AlterationType | None:
    if ratio is None:
        return None
    if ratio >= AMPLIFIED_LOG2:
        return "amplification"
    if ratio <= DELETED_LOG2:
        return "deletion"
    return "gain" if ratio >= GAINED_LOG2 else "loss" if ratio <= LOST_LOG2 else None


def _covering(segments: Sequence[Segment], place: _Place) -> Segment | None:
    """The segment with most of the gene, if it is at least half of it."""
    best, most = None, 0
    for one in segments:
        shared = min(one.end, place.end) - max(one.start, place.start) + 1
        if shared > most:
            best, most = one, shared
    return best if best is not None and 2 * most >= place.end - place.start + 1 else None


def _arm_share(
    segments: Sequence[Segment], here: Segment, kind: AlterationType, average: float | None, build: Build
) -> float:
    """The share of the arm that is changed in the same direction as this segment, itself included."""
    centromere, end = arms(build)[here.chromosome]
    first, last = (1, centromere) if here.start < centromere else (centromere + 1, end)
    same = {"amplification": {"amplification"}, "deletion": {"deletion"},
            "gain": {"gain", "amplification"}, "loss": {"loss", "deletion"}}[kind]  # fmt: skip
    changed = sum(
        max(0, min(one.end, last) - max(one.start, first) + 1) for one in segments if call(one, average) in same
    )
    return changed / (last - first + 1)


@dataclass(frozen=True)
class _Place:
    gene: str
    chromosome: str
    start: int
    end: int


@cache
def _places(build: Build) -> tuple[_Place, ...]:
    name = build.lower()
    return tuple(
        sorted(
            (
                _Place(row["gene"], row["chromosome"], int(row[f"start_{name}"]), int(row[f"end_{name}"]))
                for row in facts.rows("gene_places.tsv")
            ),
            key=lambda place: (place.chromosome.zfill(2), place.start),
        )
    )


@cache
def arms(build: Build) -> Mapping[str, tuple[int, int]]:
    """Centromere and length of each chromosome."""
    name = build.lower()
    return {
        row["chromosome"]: (int(row[f"centromere_{name}"]), int(row[f"length_{name}"]))
        for row in facts.rows("chromosome_arms.tsv")
    }
